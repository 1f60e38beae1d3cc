#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_body_cjson.h"
#include "indexer/reel_book_log_sql.h"
#include "indexer/reel_book_rows_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_log.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_write_sql.h"

/*
 * What a probe found out about a file, and what the scanner noticed that no
 * client can see.  A file that cannot be probed is an item with a reason, never
 * an error of the writer.
 */

/* Load the file ${id}; a folder has no facts. */
static enum reel_status
load_file(struct reel_write *w, int64_t id, struct reel_book_row *row)
{
	enum reel_status status;

	if ((status = reel_book_rows_load(w, id, row)) != REEL_OK)
		return (status);
	if (REEL_TYPE_IS_FOLDER(row->node.type))
		return (REEL_BAD_INPUT);
	return (reel_book_begin(w));
}

/* The row ${old} has its new state and type: body, row, sums, record. */
static enum reel_status
store(struct reel_write *w, struct reel_book_row *row,
    const struct reel_node *old, const struct reel_facts *facts,
    const char *reason)
{
	struct reel_sum before;
	enum reel_status status;

	before = row->sum;
	reel_book_rows_bare(row);
	if (facts != NULL) {
		memcpy(row->picture, facts->key, sizeof(row->picture));
		memcpy(row->board, facts->board, sizeof(row->board));
	}
	row->sum.videos = row->node.type == REEL_TYPE_VIDEO;
	row->sum.duration_ms = 0;
	if (facts != NULL && facts->duration_ms > 0)
		row->sum.duration_ms = facts->duration_ms;

	reel_buf_reset(&w->body);
	if (reel_body_render(&row->node, facts, reason, &w->body) != REEL_OK)
		reel_fatal("out of memory for a body");
	reel_book_subs_keep(w, &row->node);
	if ((status = reel_book_rows_update(w, row)) != REEL_OK)
		return (status);
	reel_book_subs_changed(w, old, &row->node);
	reel_book_sums_add(w, row->node.parent_id, before, -1);
	reel_book_sums_add(w, row->node.parent_id, row->sum, 1);
	return (reel_book_log_add(w, REEL_OP_PUT, 0, row,
	    &w->old_path, NULL, &w->body));
}

enum reel_status
reel_write_facts(
    struct reel_write *write, int64_t id, const struct reel_facts *facts)
{
	struct reel_book_row row;
	struct reel_node old;
	enum reel_status status;

	if ((status = load_file(write, id, &row)) != REEL_OK)
		return (status);
	old = row.node;
	status = reel_book_rows_delete(write, REEL_BOOK_FAILURE_DELETE, id,
	    &write->counts.failures);
	if (status != REEL_OK)
		return (status);

	/* The ending of a name promises; what is inside decides. */
	if (facts->type > REEL_TYPE_UNKNOWN && facts->type < REEL_TYPE_COUNT &&
	    !REEL_TYPE_IS_FOLDER(facts->type))
		row.node.type = (enum reel_type)facts->type;
	row.node.state = REEL_STATE_READY;
	if ((status = store(write, &row, &old, facts, NULL)) == REEL_OK)
		write->counts.probed++;
	return (status);
}

enum reel_status
reel_write_fail(
    struct reel_write *write, int64_t id, int attempts, const char *reason)
{
	struct reel_book_row row;
	enum reel_status status;

	if ((status = load_file(write, id, &row)) != REEL_OK)
		return (status);
	status = reel_book_rows_fail(
	    write, id, REEL_STAGE_FACTS, attempts, reel_book_log_now(), reason);
	if (status != REEL_OK)
		return (status);

	row.node.state = REEL_STATE_FAILED;
	return (store(write, &row, &row.node, NULL, reason));
}

enum reel_status
reel_write_touch(struct reel_write *write, const struct reel_node *node)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if ((status = reel_book_begin(write)) != REEL_OK)
		return (status);
	stmt = reel_book_stmt(write, REEL_BOOK_ITEM_TOUCH);
	sqlite3_bind_int64(stmt, 1, node->id);
	sqlite3_bind_int64(stmt, 2, node->fs);
	sqlite3_bind_int64(stmt, 3, node->ino);
	reel_inodes_add(&write->inodes, node->ino);
	sqlite3_bind_int64(stmt, 4, node->btime_ns);
	sqlite3_bind_int64(stmt, 5, node->mtime_ns);
	sqlite3_bind_int64(stmt, 6, node->ctime_ns);
	status = reel_book_run(write, REEL_BOOK_ITEM_TOUCH);
	if (status != REEL_OK)
		return (status);
	if (sqlite3_changes(write->db) == 0)
		return (REEL_NOT_FOUND);
	write->dirty++;
	return (REEL_OK);
}
