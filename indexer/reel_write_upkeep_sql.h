#ifndef REEL_WRITE_UPKEEP_SQL_H
#define REEL_WRITE_UPKEEP_SQL_H

#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * Upkeep of the book; each call is bounded.  Call when idle.
 */
struct reel_write;

/**
 * reel_write_purge(write, rows):
 * Delete at most ${rows} rows from the trash; REEL_AGAIN while there is more.
 *
 * reel_write_trim(write, now_ms, keep_s, keep_records, rows):
 * Trim the log to what is younger than ${keep_s} or among the newest
 * ${keep_records}; at most ${rows} rows; REEL_AGAIN while there is more.
 * Records more than a day in the future were stamped by a clock that was wrong:
 * for them only ${keep_records} counts.
 *
 * reel_write_merge(write, pages):
 * Put the search index together, once many names left it: until then each of
 * them takes room in it twice.  At most some ${pages}; REEL_AGAIN while there is
 * more.
 *
 * All three write: commit afterwards.
 *
 * reel_write_checkpoint(write):
 * Move the WAL into the file, as far as readers allow.  REEL_AGAIN: a
 * transaction is open; commit first.
 */
enum reel_status reel_write_purge(struct reel_write *write, int rows);
enum reel_status reel_write_trim(struct reel_write *write, int64_t now_ms,
    int64_t keep_s, int64_t keep_records, int rows);
enum reel_status reel_write_merge(struct reel_write *write, int pages);
enum reel_status reel_write_checkpoint(struct reel_write *write);

/**
 * reel_write_backup(state_dir, path, why):
 * A consistent copy by SQLite's own means (VACUUM INTO), also beside a running
 * indexer; needs no open writer.  REEL_BUSY: there is a file at ${path}
 * already; REEL_NOT_FOUND: no book in ${state_dir}; REEL_BAD_INPUT: not one of
 * ours.  ${why} gets one sentence that names the thing and the fix.
 */
enum reel_status reel_write_backup(
    const char *state_dir, const char *path, struct reel_buf *why);

#endif /* !REEL_WRITE_UPKEEP_SQL_H */
