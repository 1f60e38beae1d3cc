#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_book_log_sql.h"
#include "indexer/reel_book_paths_sql.h"
#include "indexer/reel_book_rows_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_log.h"

/*
 * The columns of items, read and bound in one place.  Values are bound without
 * a copy: they live until the statement is reset, which these functions do.
 */

void
reel_book_rows_node(struct sqlite3_stmt *stmt, struct reel_node *node)
{

	node->id = sqlite3_column_int64(stmt, 0);
	node->parent_id = sqlite3_column_int64(stmt, 1);
	node->name = sqlite3_column_blob(stmt, 2);
	node->name_len = (size_t)sqlite3_column_bytes(stmt, 2);
	node->type = (enum reel_type)sqlite3_column_int(stmt, 3);
	node->state = (enum reel_state)sqlite3_column_int(stmt, 4);
	node->fs = sqlite3_column_int64(stmt, 5);
	node->ino = sqlite3_column_int64(stmt, 6);
	node->btime_ns = sqlite3_column_int64(stmt, 7);
	node->mtime_ns = sqlite3_column_int64(stmt, 8);
	node->ctime_ns = sqlite3_column_int64(stmt, 9);
	node->size = sqlite3_column_int64(stmt, 10);
	node->created_ms = sqlite3_column_int64(stmt, 11);
}

void
reel_book_rows_bare(struct reel_book_row *row)
{

	memset(row->picture, 0, sizeof(row->picture));
	memset(row->board, 0, sizeof(row->board));
}

static void
read_pictures(struct sqlite3_stmt *stmt, int column, struct reel_book_row *row)
{
	const unsigned char *blob = sqlite3_column_blob(stmt, column);
	int len = sqlite3_column_bytes(stmt, column);

	reel_book_rows_bare(row);
	if (len == REEL_KEY_BYTES || len == 2 * REEL_KEY_BYTES)
		memcpy(row->picture, blob, REEL_KEY_BYTES);
	if (len == 2 * REEL_KEY_BYTES)
		memcpy(row->board, blob + REEL_KEY_BYTES, REEL_KEY_BYTES);
}

enum reel_status
reel_book_rows_load(
    struct reel_write *w, int64_t id, struct reel_book_row *row)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	stmt = reel_book_stmt(w, REEL_BOOK_ITEM_GET);
	sqlite3_bind_int64(stmt, 1, id);
	if ((status = reel_book_row(w, REEL_BOOK_ITEM_GET)) != REEL_OK)
		return (status);
	reel_book_rows_node(stmt, &row->node);
	row->sum.files = sqlite3_column_int64(stmt, 12);
	row->sum.videos = sqlite3_column_int64(stmt, 13);
	row->sum.bytes = sqlite3_column_int64(stmt, 14);
	row->sum.duration_ms = sqlite3_column_int64(stmt, 15);
	read_pictures(stmt, 16, row);
	reel_buf_reset(&w->old_body);
	reel_buf_add(&w->old_body, sqlite3_column_text(stmt, 17),
	    (size_t)sqlite3_column_bytes(stmt, 17));
	if (w->old_body.failed)
		reel_fatal("out of memory for a body");

	/* The trash renames its folders; a longer name is none of ours. */
	if (row->node.name_len > REEL_NODE_NAME_MAX)
		row->node.name_len = REEL_NODE_NAME_MAX;
	if (row->node.name_len > 0)
		memcpy(row->name, row->node.name, row->node.name_len);
	row->name[row->node.name_len] = '\0';
	row->node.name = row->name;
	reel_book_reset(w, REEL_BOOK_ITEM_GET);

	return (reel_book_paths_below(w, row->node.parent_id, row->name,
	    row->node.name_len, &w->old_path));
}

void
reel_book_rows_bind_key(
    struct sqlite3_stmt *stmt, int at, const unsigned char *key)
{

	if (key == NULL || !reel_key_known(key))
		sqlite3_bind_null(stmt, at);
	else
		sqlite3_bind_blob(
		    stmt, at, key, REEL_KEY_BYTES, SQLITE_STATIC);
}

void
reel_book_rows_bind_pictures(
    struct sqlite3_stmt *stmt, int at, const struct reel_book_row *row)
{
	unsigned char both[2 * REEL_KEY_BYTES];

	if (row == NULL || !reel_key_known(row->board)) {
		reel_book_rows_bind_key(
		    stmt, at, row == NULL ? NULL : row->picture);
		return;
	}
	memcpy(both, row->picture, REEL_KEY_BYTES);
	memcpy(both + REEL_KEY_BYTES, row->board, REEL_KEY_BYTES);
	sqlite3_bind_blob(stmt, at, both, sizeof(both), SQLITE_TRANSIENT);
}

void
reel_book_rows_key(struct sqlite3_stmt *stmt, int column, unsigned char *key)
{
	const void *blob;

	memset(key, 0, REEL_KEY_BYTES);
	blob = sqlite3_column_blob(stmt, column);
	if (blob != NULL &&
	    sqlite3_column_bytes(stmt, column) == REEL_KEY_BYTES)
		memcpy(key, blob, REEL_KEY_BYTES);
}

/* Placeholders 1 to 18 are the same in both statements. */
static enum reel_status
write_row(struct reel_write *w, const struct reel_book_row *row,
    enum reel_book_query query)
{
	const struct reel_node *node;
	struct sqlite3_stmt *stmt;

	node = &row->node;
	stmt = reel_book_stmt(w, query);
	sqlite3_bind_int64(stmt, 1, node->id);
	sqlite3_bind_int64(stmt, 2, node->parent_id);
	sqlite3_bind_blob(
	    stmt, 3, node->name, (int)node->name_len, SQLITE_STATIC);
	sqlite3_bind_int(stmt, 4, (int)node->type);
	sqlite3_bind_int(stmt, 5, (int)node->state);
	sqlite3_bind_int64(stmt, 6, node->fs);
	sqlite3_bind_int64(stmt, 7, node->ino);
	reel_inodes_add(&w->inodes, node->ino);
	sqlite3_bind_int64(stmt, 8, node->btime_ns);
	sqlite3_bind_int64(stmt, 9, node->mtime_ns);
	sqlite3_bind_int64(stmt, 10, node->ctime_ns);
	sqlite3_bind_int64(stmt, 11, node->size);
	sqlite3_bind_int64(stmt, 12, node->created_ms);
	sqlite3_bind_int64(stmt, 13, row->sum.files);
	sqlite3_bind_int64(stmt, 14, row->sum.videos);
	sqlite3_bind_int64(stmt, 15, row->sum.bytes);
	sqlite3_bind_int64(stmt, 16, row->sum.duration_ms);
	sqlite3_bind_text(
	    stmt, 17, w->body.data, (int)w->body.len, SQLITE_STATIC);
	reel_book_rows_bind_pictures(stmt, 18, row);

	if (sqlite3_step(stmt) == SQLITE_DONE) {
		sqlite3_reset(stmt);
		return (REEL_OK);
	}
	/* The place, and only the place, is a matter of the caller's. */
	if (sqlite3_extended_errcode(w->db) == SQLITE_CONSTRAINT_UNIQUE) {
		sqlite3_reset(stmt);
		return (REEL_BUSY);
	}
	return (reel_book_fail(w, "write an item"));
}

enum reel_status
reel_book_rows_insert(struct reel_write *w, const struct reel_book_row *row)
{

	return (write_row(w, row, REEL_BOOK_ITEM_INSERT));
}

enum reel_status
reel_book_rows_update(struct reel_write *w, const struct reel_book_row *row)
{

	return (write_row(w, row, REEL_BOOK_ITEM_UPDATE));
}

enum reel_status
reel_book_rows_delete(struct reel_write *w, enum reel_book_query query,
    int64_t id, int64_t *count)
{
	enum reel_status status;

	sqlite3_bind_int64(reel_book_stmt(w, query), 1, id);
	if ((status = reel_book_run(w, query)) != REEL_OK)
		return (status);
	if (count != NULL)
		*count -= sqlite3_changes(w->db);
	return (REEL_OK);
}

enum reel_status
reel_book_rows_forget(struct reel_write *w, const struct reel_node *node)
{
	enum reel_status status;

	status = reel_book_log_grams(
	    w, node->id, node->name, node->name_len, 1);
	if (status != REEL_OK)
		return (status);
	status = reel_book_rows_delete(
	    w, REEL_BOOK_JOB_FORGET, node->id, &w->counts.jobs);
	if (status != REEL_OK || w->counts.failures == 0)
		return (status);
	return (reel_book_rows_delete(
	    w, REEL_BOOK_FAILURE_DELETE, node->id, &w->counts.failures));
}

enum reel_status
reel_book_rows_fail(struct reel_write *w, int64_t id, int stage,
    int attempts, int64_t ts, const char *reason)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	status = reel_book_rows_delete(
	    w, REEL_BOOK_FAILURE_DELETE, id, &w->counts.failures);
	if (status != REEL_OK)
		return (status);
	stmt = reel_book_stmt(w, REEL_BOOK_FAILURE_PUT);
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_int(stmt, 2, attempts);
	sqlite3_bind_int64(stmt, 3, ts);
	sqlite3_bind_text(stmt, 4, reason, -1, SQLITE_STATIC);
	sqlite3_bind_int(stmt, 5, stage);
	status = reel_book_run(w, REEL_BOOK_FAILURE_PUT);
	if (status == REEL_OK)
		w->counts.failures++;
	return (status);
}

enum reel_status
reel_book_rows_trash(struct reel_write *w, int64_t id)
{
	struct sqlite3_stmt *stmt;
	char name[24];
	int len;

	/* No two rows of one folder may share a name; ids are unique. */
	len = snprintf(name, sizeof(name), "%lld", (long long)id);
	stmt = reel_book_stmt(w, REEL_BOOK_ITEM_TRASH);
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_blob(stmt, 2, name, len, SQLITE_STATIC);
	return (reel_book_run(w, REEL_BOOK_ITEM_TRASH));
}
