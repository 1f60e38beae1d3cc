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

enum reel_status
reel_write_picture(
    struct reel_write *write, int64_t id, const unsigned char *key)
{
	struct reel_book_row row;
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if ((status = load(write, id, &row)) != REEL_OK)
		return (status);
	/* New facts are owed, and another picture after them. */
	if (row.node.state != REEL_STATE_READY)
		return (REEL_NOT_FOUND);
	if (write->counts.failures > 0) {
		status = reel_book_rows_delete(write, REEL_BOOK_FAILURE_DELETE,
		    id, &write->counts.failures);
		if (status != REEL_OK)
			return (status);
	}
	write->counts.pictured++;
	/* It was made again because its file was lost: nobody sees a change. */
	if (memcmp(row.picture, key, sizeof(row.picture)) == 0)
		return (REEL_OK);
	memcpy(row.picture, key, sizeof(row.picture));
	stmt = reel_book_stmt(write, REEL_BOOK_ITEM_PICTURE);
	sqlite3_bind_int64(stmt, 1, id);
	reel_book_rows_bind_key(stmt, 2, key);
	status = reel_book_run(write, REEL_BOOK_ITEM_PICTURE);
	if (status != REEL_OK)
		return (status);
	return (reel_book_log_add(write, REEL_OP_PUT, 0, &row,
	    &write->old_path, NULL, &write->old_body));
}

enum reel_status
reel_write_picture_fail(
    struct reel_write *write, int64_t id, int attempts, const char *reason)
{
	struct reel_book_row row;
	enum reel_status status;

	if ((status = load(write, id, &row)) != REEL_OK)
		return (status);
	write->dirty++;
	return (reel_book_rows_fail(
	    write, id, REEL_STAGE_PICTURE, attempts, reason));
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
reel_write_pictured(struct reel_write *write, const unsigned char *key)
{
	enum reel_status status;

	reel_book_rows_bind_key(
	    reel_book_stmt(write, REEL_BOOK_ITEM_PICTURED), 1, key);
	status = reel_book_row(write, REEL_BOOK_ITEM_PICTURED);
	if (status == REEL_OK)
		reel_book_reset(write, REEL_BOOK_ITEM_PICTURED);
	return (status);
}

enum reel_status
reel_write_pictures_anew(struct reel_write *write, int64_t making)
{
	int64_t before;
	enum reel_status status;

	status = reel_book_meta(write, "pictures", &before);
	if (status == REEL_OK && before == making)
		return (REEL_OK);
	if (status != REEL_OK && status != REEL_NOT_FOUND)
		return (status);
	if ((status = reel_book_begin(write)) != REEL_OK ||
	    (status = reel_book_run(write, REEL_BOOK_JOB_PICTURES)) != REEL_OK)
		return (status);
	write->counts.jobs += sqlite3_changes(write->db);
	write->dirty++;
	/* Whoever remembers where the queue was begins anew. */
	write->rollbacks++;
	return (reel_book_meta_put(write, "pictures", making));
}
