#ifndef REEL_SINCE_SQL_H
#define REEL_SINCE_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_item.h"
#include "shared/reel_status.h"

/* The change log, read; inside a snapshot of reel_read. */
struct reel_read;

/* One record.  Strings live until the next reel_since_next. */
struct reel_since_record {
	int64_t seq;
	int64_t ts; /* ms since 1970 */
	enum reel_op op;
	int recursive; /* of a drop: with all that lies below */
	int retyped;   /* of a put: it was of another type before */
	int64_t item_id;
	int64_t parent_id;
	enum reel_type item_type;
	const char *path; /* as of that moment */
	size_t path_len;
	const char *old_path; /* of a move; else NULL */
	size_t old_path_len;
	const unsigned char *picture; /* its key; NULL: none */
	const unsigned char *board;   /* of its storyboard, likewise */
	const char *body; /* as of that moment; NULL for a drop */
	size_t body_len;
};

/**
 * reel_since_oldest(read, seq):
 * The oldest position a reader may stand at: the one before the first record,
 * or the head when the log is empty.
 *
 * reel_since_head_ts(read, ts): when the newest record was made; 0: never.
 */
enum reel_status reel_since_oldest(struct reel_read *read, int64_t *seq);
enum reel_status reel_since_head_ts(struct reel_read *read, int64_t *ts);

/**
 * reel_since_start(read, seq): begin behind record ${seq}.
 * reel_since_next(read, record): REEL_NOT_FOUND behind the last.
 */
enum reel_status reel_since_start(struct reel_read *read, int64_t seq);
enum reel_status reel_since_next(
    struct reel_read *read, struct reel_since_record *record);

#endif /* !REEL_SINCE_SQL_H */
