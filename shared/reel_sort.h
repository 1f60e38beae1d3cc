#ifndef REEL_SORT_H
#define REEL_SORT_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_read_sql.h"
#include "shared/reel_status.h"

/*
 * Orders that the book has no index for: candidates are collected, sorted in
 * memory, and a page of their ids is read again.  Ties go by id, so the order
 * is total and a place in it can be found again.
 */

/*
 * Collecting 20,000 candidates takes some 20 ms of a worker that serves others
 * too, and 640 KiB; more is refused with words.
 */
#define REEL_SORT_MAX 20000

enum reel_sort_by {
	REEL_SORT_TREE, /* not for here: reel_walk's own order */
	REEL_SORT_NAME,
	REEL_SORT_CREATED,
	REEL_SORT_MODIFIED,
	REEL_SORT_DURATION,
	REEL_SORT_SIZE /* of a folder: the bytes below it */
};

struct reel_sort_entry {
	int64_t key; /* by name: offset into names */
	int64_t id;
	size_t len;  /* of the name */
};

struct reel_sort {
	enum reel_sort_by by;
	struct reel_sort_entry *entries;
	size_t count;
	size_t cap;
	struct reel_buf names;
};

struct reel_walk;

void reel_sort_init(struct reel_sort *sort, enum reel_sort_by by);
void reel_sort_clear(struct reel_sort *sort);

/**
 * reel_sort_collect(sort, walk):
 * Take all that ${walk} yields and put it in ascending order.  REEL_BUSY: more
 * than REEL_SORT_MAX, or the time is spent.
 */
enum reel_status reel_sort_collect(
    struct reel_sort *sort, struct reel_walk *walk);

/**
 * reel_sort_find(sort, key, name, name_len, id, after):
 * How many entries lie before the place of an entry with that key, name (by
 * name ${key} does not count, else ${name}) and id; it counts itself if
 * ${after}.
 */
size_t reel_sort_find(const struct reel_sort *sort, int64_t key,
    const char *name, size_t name_len, int64_t id, int after);

#endif /* !REEL_SORT_H */
