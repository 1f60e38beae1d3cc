#include "shared/reel_since_sql.h"

#include <string.h>

#include <sqlite3.h>

#include "shared/reel_handle_sql.h"

/*
 * The change log, read, in the order of its numbers.  Runs where reel_read
 * runs, inside its snapshot, so that records, head and oldest agree.
 *
 * It refuses to fill holes: the log has none, and a reader who stands before
 * its oldest record has to be told so by the caller.
 */

static enum reel_status
number(struct reel_read *read, enum reel_handle_stmt which, int64_t absent,
    int64_t *value)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if ((status = reel_handle_start(read, which, &stmt)) != REEL_OK)
		return (status);
	if ((status = reel_handle_step(read, stmt)) != REEL_OK)
		return (status);
	*value = sqlite3_column_type(stmt, 0) == SQLITE_NULL
	    ? absent
	    : sqlite3_column_int64(stmt, 0);
	return (REEL_OK);
}

enum reel_status
reel_since_oldest(struct reel_read *read, int64_t *seq)
{
	enum reel_status status;
	int64_t first = 0;

	if ((status = number(read, REEL_HANDLE_OLDEST, read->head.seq + 1,
	    &first)) == REEL_OK)
		*seq = first - 1;
	return (status);
}

enum reel_status
reel_since_head_ts(struct reel_read *read, int64_t *ts)
{

	return (number(read, REEL_HANDLE_HEAD_TS, 0, ts));
}

enum reel_status
reel_since_start(struct reel_read *read, int64_t seq)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if ((status = reel_handle_start(read, REEL_HANDLE_SINCE, &stmt)) !=
	    REEL_OK)
		return (status);
	sqlite3_bind_int64(stmt, 1, seq);
	return (REEL_OK);
}

enum reel_status
reel_since_next(struct reel_read *read, struct reel_since_record *record)
{
	struct sqlite3_stmt *stmt = read->stmts[REEL_HANDLE_SINCE];
	enum reel_status status;
	int marked;

	if ((status = reel_handle_step(read, stmt)) != REEL_OK)
		return (status);

	memset(record, 0, sizeof(*record));
	record->seq = sqlite3_column_int64(stmt, 0);
	record->ts = sqlite3_column_int64(stmt, 1);
	record->op = (enum reel_op)sqlite3_column_int(stmt, 2);
	marked = sqlite3_column_int(stmt, 3) != 0;
	record->recursive = marked && record->op == REEL_OP_DROP;
	record->retyped = marked && record->op == REEL_OP_PUT;
	record->item_id = sqlite3_column_int64(stmt, 4);
	record->parent_id = sqlite3_column_int64(stmt, 5);
	record->item_type = (enum reel_type)sqlite3_column_int(stmt, 6);
	record->path = sqlite3_column_blob(stmt, 7);
	record->path_len = (size_t)sqlite3_column_bytes(stmt, 7);
	record->old_path = sqlite3_column_blob(stmt, 8);
	record->old_path_len = (size_t)sqlite3_column_bytes(stmt, 8);
	record->body = (const char *)sqlite3_column_text(stmt, 9);
	record->body_len = (size_t)sqlite3_column_bytes(stmt, 9);
	reel_handle_keys(stmt, 10, &record->picture, &record->board);

	if ((unsigned)record->item_type >= REEL_TYPE_COUNT)
		record->item_type = REEL_TYPE_UNKNOWN;
	if (record->op < REEL_OP_PUT || record->op > REEL_OP_DROP)
		return (reel_handle_fail(read, SQLITE_CORRUPT));
	return (REEL_OK);
}
