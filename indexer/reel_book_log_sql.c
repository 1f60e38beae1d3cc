#include <time.h>

#include <sqlite3.h>

#include "indexer/reel_book_log_sql.h"
#include "indexer/reel_book_rows_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_log.h"
#include "indexer/reel_node.h"
#include "shared/reel_gram.h"

/*
 * Change records.  A record is in the transaction of the row it tells of, so
 * there is no row without a record and no record without its row.
 *
 * seq is counted here: a rollback takes the numbers back, so committed records
 * have no holes.  ts never falls, whatever is done to the clock.
 */

int64_t
reel_book_log_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

/* Bind bytes that live until the statement is reset, or NULL. */
static void
bind_bytes(struct sqlite3_stmt *stmt, int at, const struct reel_buf *buf)
{

	if (buf == NULL)
		sqlite3_bind_null(stmt, at);
	else
		sqlite3_bind_blob(
		    stmt, at, buf->data, (int)buf->len, SQLITE_STATIC);
}

enum reel_status
reel_book_log_add(struct reel_write *w, enum reel_op op, int recursive,
    const struct reel_book_row *row, const struct reel_buf *path,
    const struct reel_buf *old_path, const struct reel_buf *body)
{
	const struct reel_node *node;
	struct sqlite3_stmt *stmt;
	int64_t now_ms;
	enum reel_status status;

	node = &row->node;
	if ((now_ms = reel_book_log_now()) > w->ts)
		w->ts = now_ms;

	stmt = reel_book_stmt(w, REEL_BOOK_CHANGE_INSERT);
	sqlite3_bind_int64(stmt, 1, w->seq + 1);
	sqlite3_bind_int64(stmt, 2, w->ts);
	sqlite3_bind_int(stmt, 3, (int)op);
	sqlite3_bind_int(stmt, 4, recursive);
	sqlite3_bind_int64(stmt, 5, node->id);
	sqlite3_bind_int64(stmt, 6, node->parent_id);
	sqlite3_bind_int(stmt, 7, (int)node->type);
	bind_bytes(stmt, 8, path);
	bind_bytes(stmt, 9, old_path);
	if (body == NULL)
		sqlite3_bind_null(stmt, 10);
	else
		sqlite3_bind_text(
		    stmt, 10, body->data, (int)body->len, SQLITE_STATIC);
	reel_book_rows_bind_pictures(stmt, 11, body == NULL ? NULL : row);
	status = reel_book_run(w, REEL_BOOK_CHANGE_INSERT);
	if (status != REEL_OK)
		return (status);
	w->seq++;
	w->dirty++;
	return (REEL_OK);
}

enum reel_status
reel_book_log_grams(struct reel_write *w, int64_t id, const char *name,
    size_t name_len, int gone)
{
	enum reel_book_query query;
	struct sqlite3_stmt *stmt;

	reel_buf_reset(&w->tokens);
	if (reel_gram_store(name, name_len, &w->tokens) != REEL_OK ||
	    w->tokens.failed)
		reel_fatal("out of memory for the tokens of a name");
	if (w->tokens.len == 0)
		return (REEL_OK);

	w->unmerged += gone != 0;
	query = gone ? REEL_BOOK_GRAM_DELETE : REEL_BOOK_GRAM_INSERT;
	stmt = reel_book_stmt(w, query);
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_text(stmt, 2, w->tokens.data, (int)w->tokens.len,
	    SQLITE_STATIC);
	return (reel_book_run(w, query));
}
