#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_book_log_sql.h"
#include "indexer/reel_book_rows_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_write_sql.h"

/*
 * Which item has which picture.  A picture that comes is a change of its item
 * that clients are told of; the body is the same bytes as before.
 */

static enum reel_status
load(struct reel_write *w, int64_t id, struct reel_book_row *row)
{
	enum reel_status status;

	if ((status = reel_book_rows_load(w, id, row)) != REEL_OK)
		return (status);
	return (reel_book_begin(w));
}

static enum reel_status
mend(struct reel_write *w, int64_t id, enum reel_stage stage)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if (w->counts.failures == 0)
		return (REEL_OK);
	stmt = reel_book_stmt(w, REEL_BOOK_FAILURE_MENDED);
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_int(stmt, 2, (int)stage);
	status = reel_book_run(w, REEL_BOOK_FAILURE_MENDED);
	if (status == REEL_OK)
		w->counts.failures -= sqlite3_changes(w->db);
	return (status);
}

static enum reel_status
put(struct reel_write *w, int64_t id, enum reel_stage stage,
    const unsigned char *key)
{
	struct reel_book_row row;
	struct sqlite3_stmt *stmt;
	unsigned char *before;
	enum reel_status status;

	if ((status = load(w, id, &row)) != REEL_OK)
		return (status);
	/* New facts are owed, and another picture after them. */
	if (row.node.state != REEL_STATE_READY)
		return (REEL_NOT_FOUND);
	if ((status = mend(w, id, stage)) != REEL_OK)
		return (status);
	w->counts.pictured++;
	/* It was made again because its file was lost: nobody sees a change. */
	before = stage == REEL_STAGE_BOARD ? row.board : row.picture;
	if (memcmp(before, key, REEL_KEY_BYTES) == 0)
		return (REEL_OK);
	memcpy(before, key, REEL_KEY_BYTES);
	stmt = reel_book_stmt(w, REEL_BOOK_ITEM_PICTURE);
	sqlite3_bind_int64(stmt, 1, id);
	reel_book_rows_bind_pictures(stmt, 2, &row);
	status = reel_book_run(w, REEL_BOOK_ITEM_PICTURE);
	if (status != REEL_OK)
		return (status);
	return (reel_book_log_add(w, REEL_OP_PUT, 0, &row, &w->old_path, NULL,
	    &w->old_body));
}

enum reel_status
reel_write_picture(
    struct reel_write *write, int64_t id, const unsigned char *key)
{

	return (put(write, id, REEL_STAGE_PICTURE, key));
}

enum reel_status
reel_write_board(
    struct reel_write *write, int64_t id, const unsigned char *key)
{

	return (put(write, id, REEL_STAGE_BOARD, key));
}

enum reel_status
reel_write_picture_fail(struct reel_write *write, int64_t id,
    enum reel_stage stage, int attempts, int64_t since_ms, const char *reason)
{
	struct reel_book_row row;
	enum reel_status status;

	if ((status = load(write, id, &row)) != REEL_OK)
		return (status);
	write->dirty++;
	return (reel_book_rows_fail(
	    write, id, (int)stage, attempts, since_ms, reason));
}

int
reel_write_picture_failed(struct reel_write *write, int64_t id,
    enum reel_stage *stage, int64_t *since_ms)
{
	struct sqlite3_stmt *stmt;

	if (write->counts.failures == 0)
		return (0);
	stmt = reel_book_stmt(write, REEL_BOOK_FAILURE_GET);
	sqlite3_bind_int64(stmt, 1, id);
	if (reel_book_row(write, REEL_BOOK_FAILURE_GET) != REEL_OK)
		return (0);
	*stage = (enum reel_stage)sqlite3_column_int(stmt, 0);
	*since_ms = sqlite3_column_int64(stmt, 1);
	reel_book_reset(write, REEL_BOOK_FAILURE_GET);
	return (*stage != REEL_STAGE_FACTS);
}

enum reel_status
reel_write_picture_of(
    struct reel_write *write, int64_t id, unsigned char *key)
{
	struct reel_book_row row;
	enum reel_status status;

	if ((status = reel_book_rows_load(write, id, &row)) != REEL_OK)
		return (status);
	memcpy(key, row.picture, sizeof(row.picture));
	return (reel_key_known(key) ? REEL_OK : REEL_NOT_FOUND);
}

enum reel_status
reel_write_board_of(struct reel_write *write, int64_t id, unsigned char *key,
    int64_t *length_ms)
{
	struct reel_book_row row;
	enum reel_status status;

	if ((status = reel_book_rows_load(write, id, &row)) != REEL_OK)
		return (status);
	memcpy(key, row.board, sizeof(row.board));
	*length_ms =
	    row.node.type == REEL_TYPE_VIDEO ? row.sum.duration_ms : 0;
	return (REEL_OK);
}

enum reel_status
reel_write_pictured(struct reel_write *write, const unsigned char *key)
{
	unsigned char last[2 * REEL_KEY_BYTES];
	struct sqlite3_stmt *stmt;

	reel_key_last(key, last);
	stmt = reel_book_stmt(write, REEL_BOOK_ITEM_PICTURED);
	reel_book_rows_bind_key(stmt, 1, key);
	sqlite3_bind_blob(stmt, 2, last, sizeof(last), SQLITE_TRANSIENT);
	return (reel_book_any(write, REEL_BOOK_ITEM_PICTURED));
}

enum reel_status
reel_write_boarded(struct reel_write *write, const unsigned char *key)
{

	reel_book_rows_bind_key(
	    reel_book_stmt(write, REEL_BOOK_ITEM_BOARDED), 1, key);
	return (reel_book_any(write, REEL_BOOK_ITEM_BOARDED));
}

static enum reel_status
owe_all(struct reel_write *w, enum reel_book_query query, const char *name,
    int64_t making)
{
	enum reel_status status;

	if ((status = reel_book_begin(w)) != REEL_OK ||
	    (status = reel_book_run(w, query)) != REEL_OK)
		return (status);
	w->counts.jobs += sqlite3_changes(w->db);
	w->dirty++;
	/* Whoever remembers where the queue was begins anew. */
	w->rollbacks++;
	return (reel_book_meta_put(w, name, making));
}

/* Unless it was the same before. */
static enum reel_status
owe_anew(struct reel_write *w, enum reel_book_query query, const char *name,
    int64_t making)
{
	int64_t before;
	enum reel_status status;

	status = reel_book_meta(w, name, &before);
	if (status == REEL_OK && before == making)
		return (REEL_OK);
	if (status != REEL_OK && status != REEL_NOT_FOUND)
		return (status);
	return (owe_all(w, query, name, making));
}

enum reel_status
reel_write_pictures_anew(struct reel_write *write, int64_t making)
{

	return (owe_anew(write, REEL_BOOK_JOB_PICTURES, "pictures", making));
}

enum reel_status
reel_write_failures_anew(struct reel_write *write, int64_t version)
{

	return (owe_anew(write, REEL_BOOK_JOB_FAILURES, "version", version));
}

enum reel_status
reel_write_boards_anew(struct reel_write *write, int64_t making)
{
	int64_t before;
	enum reel_status status;

	status = reel_book_meta(write, "boards", &before);
	if (status == REEL_NOT_FOUND)
		before = 0;
	else if (status != REEL_OK)
		return (status);
	/* Switched off: what was made, and how, is still known. */
	if (making == 0)
		making = before > 0 ? -before : before;
	if (making == before)
		return (REEL_OK);
	if (making < 0) {
		write->dirty++;
		if ((status = reel_book_begin(write)) != REEL_OK)
			return (status);
		return (reel_book_meta_put(write, "boards", making));
	}
	sqlite3_bind_int(reel_book_stmt(write, REEL_BOOK_JOB_BOARDS), 1,
	    before != -making);
	return (owe_all(write, REEL_BOOK_JOB_BOARDS, "boards", making));
}
