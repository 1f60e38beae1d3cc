#ifndef REEL_BOOK_SUMS_SQL_H
#define REEL_BOOK_SUMS_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_item.h"
#include "shared/reel_status.h"

/*
 * What a folder holds in all.  Changes are collected in memory by folder and
 * written, folder by folder up to the root, when the writer says so.
 */
struct reel_write;

struct reel_sum {
	int64_t files;
	int64_t videos;
	int64_t bytes;
	int64_t duration_ms;
};

struct reel_sums_folder {
	int64_t id;
	int64_t parent;       /* index of it, or one of the negative numbers */
	struct reel_sum own;  /* of children that came, changed or went */
	struct reel_sum total; /* and of all that lies deeper */
};

struct reel_sums {
	struct reel_sums_folder *folders; /* in the order they were touched */
	size_t count;
	size_t cap;
	uint32_t *slots; /* hash of id to index + 1, a power of two of them */
	size_t slots_count;
};

/**
 * reel_book_sums_of(type, sum):
 * What an item of ${type} with the columns ${sum} means to the folders above.
 *
 * reel_book_sums_add(w, folder_id, sum, sign):
 * A child that means ${sum} came to (1) or left (-1) the folder.
 *
 * reel_book_sums_flush(w): write all that was collected.
 * reel_book_sums_reset(w): forget it.
 * reel_book_sums_clear(w): and free the memory.
 */
struct reel_sum reel_book_sums_of(enum reel_type type, struct reel_sum sum);
void reel_book_sums_add(
    struct reel_write *w, int64_t folder_id, struct reel_sum sum, int sign);
enum reel_status reel_book_sums_flush(struct reel_write *w);
void reel_book_sums_reset(struct reel_write *w);
void reel_book_sums_clear(struct reel_write *w);

#endif /* !REEL_BOOK_SUMS_SQL_H */
