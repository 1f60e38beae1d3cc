/*
 * The tree of folders.
 *
 * Paths are never stored: a folder knows its parent, so a rename is one change
 * of two links whatever lies below, here as in the book.  Nothing recurses: a
 * tree may be deeper than a stack.
 */
#include "indexer/reel_folders.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/reel_mem.h"
#include "indexer/reel_rules.h"
#include "indexer/reel_table.h"

struct reel_folders {
	struct reel_table by_id;
	struct reel_folder *roots;
};

struct reel_folders *
reel_folders_new(void)
{
	struct reel_folders *folders = reel_mem_new(sizeof(*folders));

	reel_table_init(&folders->by_id);
	return (folders);
}

static void
discard(struct reel_folder *folder)
{

	reel_rules_free(folder->ignore);
	free(folder->name);
	free(folder);
}

void
reel_folders_free(struct reel_folders *folders)
{
	struct reel_folder *folder;
	size_t pos = 0;

	if (folders == NULL)
		return;
	while ((folder = reel_table_next(&folders->by_id, &pos, NULL)) != NULL)
		discard(folder);
	reel_table_clear(&folders->by_id);
	free(folders);
}

size_t
reel_folders_count(const struct reel_folders *folders)
{

	return (folders->by_id.count);
}

struct reel_folder *
reel_folders_get(const struct reel_folders *folders, int64_t id)
{

	return (reel_table_get(&folders->by_id, id));
}

static void
link_in(struct reel_folders *folders, struct reel_folder *folder,
    struct reel_folder *parent)
{
	struct reel_folder **head =
	    parent == NULL ? &folders->roots : &parent->child;

	folder->parent = parent;
	folder->prev = NULL;
	folder->next = *head;
	if (*head != NULL)
		(*head)->prev = folder;
	*head = folder;
}

static void
link_out(struct reel_folders *folders, struct reel_folder *folder)
{

	if (folder->next != NULL)
		folder->next->prev = folder->prev;
	if (folder->prev != NULL)
		folder->prev->next = folder->next;
	else if (folder->parent != NULL)
		folder->parent->child = folder->next;
	else
		folders->roots = folder->next;
}

struct reel_folder *
reel_folders_add(struct reel_folders *folders, struct reel_folder *parent,
    int64_t id, const char *name, size_t len)
{
	struct reel_folder *folder = reel_mem_new(sizeof(*folder));

	folder->id = id;
	folder->name = reel_mem_dup(name, len);
	folder->name_len = (uint16_t)len;
	link_in(folders, folder, parent);
	reel_table_put(&folders->by_id, id, folder);
	return (folder);
}

void
reel_folders_move(struct reel_folders *folders, struct reel_folder *folder,
    struct reel_folder *parent, const char *name, size_t len)
{
	char *copy = reel_mem_dup(name, len);

	link_out(folders, folder);
	link_in(folders, folder, parent);
	free(folder->name);
	folder->name = copy;
	folder->name_len = (uint16_t)len;
}

void
reel_folders_remove(struct reel_folders *folders, struct reel_folder *folder,
    void (*on_folder)(void *cookie, struct reel_folder *folder), void *cookie)
{
	struct reel_folder *at = folder;
	struct reel_folder *parent;
	int last;

	/* Leaves first: down to one, and up again over what has become one. */
	for (;;) {
		while (at->child != NULL)
			at = at->child;
		parent = at->parent;
		last = at == folder;
		on_folder(cookie, at);
		link_out(folders, at);
		reel_table_drop(&folders->by_id, at->id);
		discard(at);
		if (last)
			return;
		at = parent;
	}
}

struct reel_folder *
reel_folders_next(struct reel_folders *folders, struct reel_folder *top,
    struct reel_folder *folder)
{

	if (folder == NULL)
		return (top == NULL ? folders->roots : top);
	if (folder->child != NULL)
		return (folder->child);
	while (folder != NULL && folder != top) {
		if (folder->next != NULL)
			return (folder->next);
		folder = folder->parent;
	}
	return (NULL);
}

int
reel_folders_below(
    const struct reel_folder *folder, const struct reel_folder *top)
{

	for (; folder != NULL; folder = folder->parent) {
		if (folder == top)
			return (1);
	}
	return (0);
}

struct reel_folder *
reel_folders_root(struct reel_folder *folder)
{

	while (folder->parent != NULL)
		folder = folder->parent;
	return (folder);
}

void
reel_folders_path(const struct reel_folder *folder,
    const struct reel_folder *top, struct reel_buf *path)
{
	const struct reel_folder *at;
	size_t len = 0;
	char *end;

	for (at = folder; at != top && at != NULL; at = at->parent)
		len += at->name_len + (size_t)1;
	if (len == 0)
		return;
	len--; /* no slash before the first name */
	end = reel_buf_reserve(path, len);
	if (end == NULL)
		return;
	path->len += len;
	/* Filled from its end: parents are found last. */
	end += len;
	for (at = folder; at != top && at != NULL; at = at->parent) {
		if (at != folder)
			*--end = '/';
		end -= at->name_len;
		memcpy(end, at->name, at->name_len);
	}
}

struct reel_folder *
reel_folders_child(struct reel_folders *folders, struct reel_folder *folder,
    const char *name, size_t len)
{
	struct reel_folder *at =
	    folder == NULL ? folders->roots : folder->child;

	for (; at != NULL; at = at->next) {
		if (at->name_len == len && memcmp(at->name, name, len) == 0)
			return (at);
	}
	return (NULL);
}
