/*
 * A worker tells files by numbers of their names; which files those are is found
 * here, among what the book has of one folder.  Nothing else can be meant.
 */
#include <stdlib.h>
#include <string.h>

#include "indexer/reel_mem.h"
#include "indexer/reel_write_find_sql.h"

#include "indexer/reel_fold_view.h"

void
reel_fold_view_init(struct reel_fold_view *view)
{

	memset(view, 0, sizeof(*view));
	reel_node_list_init(&view->list);
}

void
reel_fold_view_clear(struct reel_fold_view *view)
{

	reel_node_list_clear(&view->list);
	free(view->children);
	free(view->named);
	reel_fold_view_init(view);
}

static int
compare(const void *a, const void *b)
{
	const struct reel_fold_child *x = a, *y = b;

	return (x->number < y->number ? -1 : x->number > y->number);
}

enum reel_status
reel_fold_view_load(struct reel_write *write, int64_t folder_id,
    struct reel_fold_view *view)
{
	struct reel_node_list *list = &view->list;
	enum reel_status rc;
	size_t i;

	reel_fold_view_clear(view);
	if ((rc = reel_write_children(write, folder_id, list)) != REEL_OK)
		return (rc);
	view->children = reel_mem_grow(
	    NULL, list->count + 1, sizeof(*view->children));
	view->named = reel_mem_new(list->count + 1);
	for (i = 0; i < list->count; i++) {
		view->children[i].number = reel_stream_number(
		    list->nodes[i].name, list->nodes[i].name_len);
		view->children[i].index = i;
	}
	qsort(view->children, list->count, sizeof(*view->children), compare);

	return (REEL_OK);
}

/* The index of the child; the count of children: there is none. */
static size_t
find(const struct reel_fold_view *view, uint64_t number)
{
	const struct reel_fold_child key = {.number = number};
	const struct reel_fold_child *child = view->list.count == 0 ? NULL
	    : bsearch(&key, view->children, view->list.count,
	          sizeof(*view->children), compare);

	return (child == NULL ? view->list.count : child->index);
}

struct reel_node *
reel_fold_view_find(const struct reel_fold_view *view, uint64_t number)
{
	size_t at = find(view, number);

	return (at == view->list.count ? NULL : &view->list.nodes[at]);
}

void
reel_fold_view_count(struct reel_fold_view *view,
    const struct reel_stream *stream, unsigned char mark,
    struct reel_fold_count *count)
{
	const uint64_t *names = REEL_STREAM_NAMES(stream);
	const struct reel_node *node;
	uint64_t sum[3] = {0, 0, 0};
	size_t at;
	uint32_t i;

	memset(count, 0, sizeof(*count));
	for (i = 0; i < stream->names_count; i++) {
		at = find(view, names[i]);
		node = at == view->list.count ? NULL : &view->list.nodes[at];
		if (node == NULL || REEL_TYPE_IS_FOLDER(node->type) ||
		    node->type == REEL_TYPE_PLAYLIST) {
			count->missing += i < stream->segments_count;
			continue;
		}
		count->there += i < stream->segments_count;
		if (view->named[at] != mark)
			count->bytes += node->size;
		view->named[at] = mark;
		sum[1] = names[i];
		sum[2] = (uint64_t)node->size;
		sum[0] = reel_stream_number((const char *)sum, sizeof(sum));
	}
	count->files = sum[0];
}

int64_t
reel_fold_view_changed_ms(const struct reel_fold_view *view)
{
	const struct reel_node *node = view->list.nodes;
	int64_t ns = 0;
	size_t i;

	/* Whatever is done to a file, its ctime is of then. */
	for (i = 0; i < view->list.count; i++, node++)
		if (!REEL_TYPE_IS_FOLDER(node->type) && node->ctime_ns > ns)
			ns = node->ctime_ns;

	return (ns / 1000000);
}
