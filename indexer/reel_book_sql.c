#include <stdlib.h>
#include <unistd.h>

#include <sqlite3.h>

#include "indexer/reel_book_paths_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_mem.h"

/*
 * Statements and the transaction they run in.  Every statement is prepared when
 * the book is opened and reset after use: a statement left in the middle would
 * hold a snapshot, and no checkpoint could pass it.
 *
 * Whatever SQLite cannot do (disk full, I/O error, no memory) ends the same way:
 * roll back, forget, REEL_IO.  SQLite itself rolls back after some of these
 * errors and not after others, so nobody here relies on either; the handle is
 * as after open and can be used again.
 *
 * Invariant: w->began is set exactly while SQLite is inside a transaction.
 */

/* Everything that was learned inside the transaction is void. */
static void
forget(struct reel_write *w)
{

	reel_book_sums_reset(w);
	reel_book_subs_reset(w);
	reel_book_paths_forget(w);
	w->seq = w->head;
	w->oldest = w->head_oldest;
	w->counts = w->committed;
	w->dirty = 0;
	w->began = 0;
	w->rollbacks++;
}

enum reel_status
reel_book_fail(struct reel_write *w, const char *what)
{
	size_t i;

	/* Before the rollback, which has words of its own. */
	w->error_code = sqlite3_extended_errcode(w->db);
	reel_buf_reset(&w->error);
	reel_buf_fmt(&w->error, "%.60s: %s (%d)", what, sqlite3_errmsg(w->db),
	    w->error_code);
	reel_buf_chr(&w->error, '\0');

	for (i = 0; i < REEL_BOOK_QUERIES; i++)
		if (w->stmts[i] != NULL)
			sqlite3_reset(w->stmts[i]);
	if (!sqlite3_get_autocommit(w->db))
		sqlite3_exec(w->db, "ROLLBACK", NULL, NULL, NULL);
	forget(w);
	return (REEL_IO);
}

struct sqlite3_stmt *
reel_book_stmt(struct reel_write *w, enum reel_book_query query)
{

	return (w->stmts[query]);
}

enum reel_status
reel_book_run(struct reel_write *w, enum reel_book_query query)
{
	int rc;

	while ((rc = sqlite3_step(w->stmts[query])) == SQLITE_ROW)
		continue;
	if (rc != SQLITE_DONE)
		return (reel_book_fail(w, reel_book_query_text[query]));
	sqlite3_reset(w->stmts[query]);
	return (REEL_OK);
}

enum reel_status
reel_book_row(struct reel_write *w, enum reel_book_query query)
{

	switch (sqlite3_step(w->stmts[query])) {
	case SQLITE_ROW:
		return (REEL_OK);
	case SQLITE_DONE:
		sqlite3_reset(w->stmts[query]);
		return (REEL_NOT_FOUND);
	default:
		return (reel_book_fail(w, reel_book_query_text[query]));
	}
}

enum reel_status
reel_book_any(struct reel_write *w, enum reel_book_query query)
{
	enum reel_status status = reel_book_row(w, query);

	if (status == REEL_OK)
		reel_book_reset(w, query);
	return (status);
}

void
reel_book_reset(struct reel_write *w, enum reel_book_query query)
{

	sqlite3_reset(w->stmts[query]);
}

enum reel_status
reel_book_exec(struct reel_write *w, const char *sql)
{

	if (sqlite3_exec(w->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return (reel_book_fail(w, sql));
	return (REEL_OK);
}

enum reel_status
reel_book_begin(struct reel_write *w)
{
	enum reel_status status;

	if (w->began)
		return (REEL_OK);
	if ((status = reel_book_run(w, REEL_BOOK_BEGIN)) != REEL_OK)
		return (status);
	w->began = 1;
	return (REEL_OK);
}

enum reel_status
reel_book_prepare(struct reel_write *w)
{
	size_t i;

	for (i = 0; i < REEL_BOOK_QUERIES; i++) {
		if (sqlite3_prepare_v3(w->db, reel_book_query_text[i], -1,
			SQLITE_PREPARE_PERSISTENT, &w->stmts[i],
			NULL) != SQLITE_OK)
			return (reel_book_fail(w, reel_book_query_text[i]));
	}
	return (REEL_OK);
}

struct reel_write *
reel_book_new(void)
{
	struct reel_write *w;

	w = reel_mem_new(sizeof(*w));
	w->lock_fd = -1;
	return (w);
}

void
reel_book_free(struct reel_write *w)
{
	size_t i;

	if (w == NULL)
		return;
	for (i = 0; i < REEL_BOOK_QUERIES; i++)
		sqlite3_finalize(w->stmts[i]);
	sqlite3_close(w->db);
	if (w->lock_fd >= 0)
		close(w->lock_fd);
	reel_book_sums_clear(w);
	reel_book_subs_clear(w);
	reel_inodes_clear(&w->inodes);
	for (i = 0; i < REEL_BOOK_PATHS; i++)
		reel_buf_clear(&w->paths[i].path);
	reel_buf_clear(&w->path);
	reel_buf_clear(&w->old_path);
	reel_buf_clear(&w->body);
	reel_buf_clear(&w->old_body);
	reel_buf_clear(&w->tokens);
	reel_buf_clear(&w->error);
	free(w);
}

/* One number of the book's own, by its key in meta. */
enum reel_status
reel_book_meta(struct reel_write *w, const char *key, int64_t *value)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	stmt = reel_book_stmt(w, REEL_BOOK_META_GET);
	sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
	if ((status = reel_book_row(w, REEL_BOOK_META_GET)) != REEL_OK)
		return (status);
	*value = sqlite3_column_int64(stmt, 0);
	reel_book_reset(w, REEL_BOOK_META_GET);
	return (REEL_OK);
}

enum reel_status
reel_book_meta_put(struct reel_write *w, const char *key, int64_t value)
{
	struct sqlite3_stmt *stmt;

	stmt = reel_book_stmt(w, REEL_BOOK_META_PUT);
	sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 2, value);
	return (reel_book_run(w, REEL_BOOK_META_PUT));
}
