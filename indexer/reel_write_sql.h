#ifndef REEL_WRITE_SQL_H
#define REEL_WRITE_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/reel_node.h"
#include "shared/reel_buf.h"
#include "shared/reel_cursor.h"
#include "shared/reel_facts.h"
#include "shared/reel_status.h"

/*
 * The book's one writer: one read-write connection, also for every checkpoint.
 * Every mutation begins a transaction if none is open, writes rows and change
 * record together, and is visible to nobody until reel_write_commit.  After
 * REEL_IO from any call the transaction is rolled back and all that was told
 * since the last commit is void: the caller re-reads the book.  The next call
 * begins anew.
 */
struct reel_write;

/**
 * reel_write_open(state_dir, write, why):
 * Open or create the book in ${state_dir} (made if it is missing), take the one
 * lock, migrate, mint an epoch when DESIGN says so.  REEL_BUSY: another indexer
 * has it; REEL_STALE: a newer schema; REEL_BAD_INPUT: no book of ours or
 * damaged; REEL_IO.  ${why} gets one sentence that names the thing and the fix.
 *
 * reel_write_close(write): commit, checkpoint, note the clean stop, close.
 * reel_write_error(write): the last words of a REEL_IO.
 */
enum reel_status reel_write_open(
    const char *state_dir, struct reel_write **write, struct reel_buf *why);
void reel_write_close(struct reel_write *write);
const char *reel_write_error(struct reel_write *write);

/**
 * reel_write_commit(write), reel_write_dirty(write), reel_write_head(write):
 * Make everything so far durable (synchronous=FULL); nothing to do is REEL_OK.
 * A commit that finds a long WAL also checkpoints.  _dirty: rows written since
 * the last commit.  _head: the last committed record.
 */
enum reel_status reel_write_commit(struct reel_write *write);
size_t reel_write_dirty(struct reel_write *write);
struct reel_cursor reel_write_head(struct reel_write *write);

/* --- writing; each also appends one change record --- */

/**
 * reel_write_put(write, node):
 * Insert (${node->id} 0, it becomes the new id; ids are never used twice) or
 * bring stat, type and state of a known item up to date, wherever it lies: its
 * parent and name are the book's.  New facts are owed when the state is not
 * READY: the old ones leave the body, any failure too.
 *
 * reel_write_move(write, node):
 * ${node->id} now lies at ${node->parent_id}, ${node->name}; stat, type and
 * state as given (NEW and GROWING owe new facts, READY and FAILED keep what is
 * known).  Whatever lies below moves along without a row.
 *
 * Both: REEL_BUSY: another item is at that place (drop it first);
 * REEL_NOT_FOUND: no such item or parent in the library; REEL_BAD_INPUT: no
 * name, a folder that would become a file or lie below itself.  Nothing is
 * changed then, and the transaction goes on.
 *
 * reel_write_drop(write, id):
 * Gone, with its job and its failure; a folder with all that lies below goes to
 * the trash, one record with recursive set.
 *
 * reel_write_facts(write, id, facts): probed; state READY, type as found, picture
 * ${facts->key}, which the caller knows to be there.
 * reel_write_fail(write, id, attempts, reason): given up; state FAILED.
 * Neither touches the job: reel_queue_done is the caller's.
 */
enum reel_status reel_write_put(
    struct reel_write *write, struct reel_node *node);
enum reel_status reel_write_move(
    struct reel_write *write, const struct reel_node *node);
enum reel_status reel_write_drop(struct reel_write *write, int64_t id);
enum reel_status reel_write_facts(
    struct reel_write *write, int64_t id, const struct reel_facts *facts);
enum reel_status reel_write_fail(
    struct reel_write *write, int64_t id, int attempts, const char *reason);

/**
 * reel_write_touch(write, node):
 * Stat (fs, ino, times) changed in a way no client can see: no record.
 */
enum reel_status reel_write_touch(
    struct reel_write *write, const struct reel_node *node);

/* The rest of the writer, noun by noun. */
#include "indexer/reel_write_disks_sql.h"
#include "indexer/reel_write_find_sql.h"
#include "indexer/reel_write_picture_sql.h"
#include "indexer/reel_write_stream_sql.h"
#include "indexer/reel_write_upkeep_sql.h"

#endif /* !REEL_WRITE_SQL_H */
