#include "shared/reel_sort.h"

#include <stdlib.h>
#include <string.h>

#include "shared/reel_walk.h"

/*
 * Sorting what a walk yields.  Runs inside a snapshot of reel_read, in an nginx
 * worker: both the number of candidates and the time are bounded, and the
 * caller says so to the client.  Names compare as bytes, like everywhere.
 *
 * Invariant: no two entries are equal, since ids are not.
 */

static int
compare(const struct reel_sort *sort, const struct reel_sort_entry *entry,
    int64_t key, const char *name, size_t len, int64_t id)
{
	size_t common;
	int order;

	if (sort->by == REEL_SORT_NAME) {
		common = entry->len < len ? entry->len : len;
		order = memcmp(sort->names.data + entry->key, name, common);
		if (order == 0)
			order = (entry->len > len) - (entry->len < len);
	} else {
		order = (entry->key > key) - (entry->key < key);
	}
	if (order == 0)
		order = (entry->id > id) - (entry->id < id);
	return (order);
}

static int
on_compare(const void *a, const void *b, void *cookie)
{
	const struct reel_sort *sort = cookie;
	const struct reel_sort_entry *other = b;
	const char *name = NULL;

	if (sort->by == REEL_SORT_NAME)
		name = sort->names.data + other->key;
	return (compare(sort, a, other->key, name, other->len, other->id));
}

void
reel_sort_init(struct reel_sort *sort, enum reel_sort_by by)
{

	memset(sort, 0, sizeof(*sort));
	sort->by = by;
	reel_buf_init(&sort->names);
}

void
reel_sort_clear(struct reel_sort *sort)
{

	free(sort->entries);
	sort->entries = NULL;
	reel_buf_clear(&sort->names);
}

static int64_t
key_of(enum reel_sort_by by, const struct reel_read_row *row)
{

	switch (by) {
	case REEL_SORT_CREATED:
		return (row->created_ms);
	case REEL_SORT_MODIFIED:
		return (row->mtime_ns);
	case REEL_SORT_DURATION:
		return (row->duration_ms);
	case REEL_SORT_SIZE:
		return (REEL_TYPE_IS_FOLDER(row->type) ? row->bytes : row->size);
	case REEL_SORT_TREE:
	case REEL_SORT_NAME:
		break;
	}
	return (0);
}

static enum reel_status
append(struct reel_sort *sort, const struct reel_read_row *row)
{
	struct reel_sort_entry *entries;
	size_t cap;

	if (sort->count == REEL_SORT_MAX)
		return (REEL_BUSY);
	if (sort->count == sort->cap) {
		cap = sort->cap == 0 ? 256 : sort->cap * 2;
		entries = realloc(sort->entries, cap * sizeof(*entries));
		if (entries == NULL)
			return (REEL_NOMEM);
		sort->entries = entries;
		sort->cap = cap;
	}

	entries = &sort->entries[sort->count++];
	entries->id = row->id;
	entries->key = key_of(sort->by, row);
	entries->len = 0;
	if (sort->by == REEL_SORT_NAME) {
		entries->key = (int64_t)sort->names.len;
		entries->len = row->name_len;
		reel_buf_add(&sort->names, row->name, row->name_len);
	}
	return (sort->names.failed ? REEL_NOMEM : REEL_OK);
}

enum reel_status
reel_sort_collect(struct reel_sort *sort, struct reel_walk *walk)
{
	struct reel_read_row row;
	enum reel_status status;

	while ((status = reel_walk_next(walk, &row)) == REEL_OK) {
		if ((status = append(sort, &row)) != REEL_OK)
			return (status);
	}
	if (status != REEL_NOT_FOUND)
		return (status);

	if (sort->count > 1)
		qsort_r(sort->entries, sort->count, sizeof(*sort->entries),
		    on_compare, sort);
	return (REEL_OK);
}

size_t
reel_sort_find(const struct reel_sort *sort, int64_t key, const char *name,
    size_t name_len, int64_t id, int after)
{
	size_t low = 0, high = sort->count, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = compare(
		    sort, &sort->entries[middle], key, name, name_len, id);
		if (order < 0 || (order == 0 && after))
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}
