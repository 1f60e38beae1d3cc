#include <stdlib.h>
#include <string.h>

#include "indexer/reel_log.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_node.h"

/*
 * Lists of nodes.  All names of a list lie in one buffer, one after the other
 * with a NUL behind each, so a folder of 10,000 files costs two allocations.
 * When that buffer moves, the pointers of the nodes are made anew; that happens
 * once a doubling.
 */

void
reel_node_list_init(struct reel_node_list *list)
{

	memset(list, 0, sizeof(*list));
	reel_buf_init(&list->names);
}

void
reel_node_list_clear(struct reel_node_list *list)
{

	free(list->nodes);
	reel_buf_clear(&list->names);
	reel_node_list_init(list);
}

void
reel_node_list_reset(struct reel_node_list *list)
{

	list->count = 0;
	reel_buf_reset(&list->names);
}

/* Point every node at its name again. */
static void
point_names(struct reel_node_list *list)
{
	size_t i, off;

	off = 0;
	for (i = 0; i < list->count; i++) {
		list->nodes[i].name = list->names.data + off;
		off += list->nodes[i].name_len + 1;
	}
}

void
reel_node_list_add(struct reel_node_list *list, const struct reel_node *node)
{
	struct reel_node *copy;
	const char *before, *at;

	if (list->count == list->cap) {
		list->cap = list->cap == 0 ? 16 : list->cap * 2;
		list->nodes = reel_mem_grow(
		    list->nodes, list->cap, sizeof(list->nodes[0]));
	}

	before = list->names.data;
	at = reel_buf_reserve(&list->names, node->name_len + 1);
	if (at == NULL)
		reel_fatal("out of memory for the names of a folder");
	if (list->names.data != before)
		point_names(list);

	copy = &list->nodes[list->count++];
	*copy = *node;
	copy->name = at;
	reel_buf_add(&list->names, node->name, node->name_len);
	reel_buf_chr(&list->names, '\0');
}

int
reel_node_name_ok(const char *name, size_t len)
{

	if (len == 0 || len > REEL_NODE_NAME_MAX)
		return (0);
	if (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.')))
		return (0);
	return (memchr(name, '/', len) == NULL &&
	    memchr(name, '\0', len) == NULL);
}

int
reel_node_probed(enum reel_type type)
{

	return (type == REEL_TYPE_VIDEO || type == REEL_TYPE_AUDIO ||
	    type == REEL_TYPE_IMAGE || type == REEL_TYPE_PLAYLIST);
}
