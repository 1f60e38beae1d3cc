#ifndef REEL_READ_SQL_H
#define REEL_READ_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_cursor.h"
#include "shared/reel_item.h"
#include "shared/reel_status.h"

/*
 * The book, read.  One read-only handle a process; it is opened when it is first
 * needed and again when the file is replaced.  All answers between _begin and
 * _end come from one snapshot.  Nothing here blocks but the disk.  Of any call:
 * REEL_BUSY: the time given to _begin is over; REEL_AGAIN: the book is busy for
 * a moment; REEL_IO: see reel_read_error; the next _begin opens the book anew.
 */
struct reel_read;

/*
 * An item.  Strings live until the next call of the same kind, or _end.  What a
 * list leaves out is 0: of any list ${state}; of one that is not light ${size},
 * ${mtime_ns}, ${created_ms}, a file's ${duration_ms}; of a light one ${body}.
 */
struct reel_read_row {
	int64_t id;
	int64_t parent_id;
	const char *name;
	size_t name_len;
	enum reel_type type;
	enum reel_state state;
	int64_t files; /* of a folder: sums over what lies below it */
	int64_t videos;
	int64_t bytes;
	int64_t duration_ms;
	int64_t size;
	int64_t mtime_ns;
	int64_t created_ms;
	const unsigned char *picture; /* its key; NULL: none; not if light */
	const unsigned char *board;   /* of its storyboard, likewise */
	const char *body;
	size_t body_len;
};

/**
 * reel_read_new(file, read): opens nothing yet.  REEL_NOMEM.  _free: NULL is well.
 * reel_read_look(read): the next _begin checks whether ${file} is another now.
 */
enum reel_status reel_read_new(const char *file, struct reel_read **read);
void reel_read_free(struct reel_read *read);
void reel_read_look(struct reel_read *read);

/**
 * reel_read_begin(read, budget_ms, head):
 * Take a snapshot; ${head} is its newest record.  REEL_NOT_FOUND: no such file;
 * REEL_STALE: another schema; REEL_BAD_INPUT: not a book of ours.  After a
 * failure there is no snapshot.  _end releases it and every statement.
 * reel_read_budget(read, budget_ms): for another question to the same snapshot.
 * reel_read_error(read): what is wrong and how to mend it, to be read after
 * "the index FILE "; "" when nothing is.
 * reel_read_spent(read): nonzero when the budget is, which is the error then.
 * reel_read_inode(read): of the open file, for telling books apart.
 */
enum reel_status reel_read_begin(
    struct reel_read *read, int64_t budget_ms, struct reel_cursor *head);
void reel_read_budget(struct reel_read *read, int64_t budget_ms);
void reel_read_end(struct reel_read *read);
const char *reel_read_error(const struct reel_read *read);
int reel_read_spent(struct reel_read *read);
uint64_t reel_read_inode(const struct reel_read *read);

/**
 * reel_read_get(read, id, row): by id, the trash included: only a trail to a
 * root (reel_trail_sql.h) tells that an item is visible.
 * reel_read_place(read, parent_id, name, len, row): a child by name.
 */
enum reel_status reel_read_get(
    struct reel_read *read, int64_t id, struct reel_read_row *row);
enum reel_status reel_read_place(struct reel_read *read, int64_t parent_id,
    const char *name, size_t len, struct reel_read_row *row);

/**
 * reel_read_children(read, parent_id, after, len, desc, light):
 * Begin to list the children by name, behind the name ${after} (NULL: from the
 * first) in the direction asked for.  One list at a time.
 * reel_read_next(read, row): REEL_NOT_FOUND at the end.
 * reel_read_count(read, parent_id, types, count): children whose bit 1 << type
 * is in ${types}.
 * reel_read_totals(read, row): the sums of the whole library, as of a folder.
 */
enum reel_status reel_read_children(struct reel_read *read, int64_t parent_id,
    const char *after, size_t len, int desc, int light);
enum reel_status reel_read_next(
    struct reel_read *read, struct reel_read_row *row);
enum reel_status reel_read_count(struct reel_read *read, int64_t parent_id,
    unsigned types, int64_t *count);
enum reel_status reel_read_totals(
    struct reel_read *read, struct reel_read_row *row);

#endif /* !REEL_READ_SQL_H */
