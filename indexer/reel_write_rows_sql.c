#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_body_cjson.h"
#include "indexer/reel_book_log_sql.h"
#include "indexer/reel_book_paths_sql.h"
#include "indexer/reel_book_rows_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_log.h"
#include "indexer/reel_write_sql.h"

/*
 * put, move and drop: what the scanner tells the book.  Each checks all it can
 * before it writes, writes the row first (it alone can find the place taken),
 * and then what follows from it: tokens, sums, record.
 *
 * Refuses to guess: an item that is not there, a folder that would become a
 * file, a place that is taken are told to the caller, and nothing is changed.
 */

/* What a file itself counts; of a folder the columns are sums already. */
static void
count_file(struct reel_book_row *row)
{

	if (REEL_TYPE_IS_FOLDER(row->node.type))
		return;
	row->sum.files = 1;
	row->sum.videos = row->node.type == REEL_TYPE_VIDEO;
	row->sum.bytes = row->node.size;
}

/* Take stat, type and state as the caller saw them. */
static void
take_stat(struct reel_book_row *row, const struct reel_node *node)
{

	row->node.type = node->type;
	row->node.state = node->state;
	row->node.fs = node->fs;
	row->node.ino = node->ino;
	row->node.btime_ns = node->btime_ns;
	row->node.mtime_ns = node->mtime_ns;
	row->node.ctime_ns = node->ctime_ns;
	row->node.size = node->size;
	if (node->created_ms != 0)
		row->node.created_ms = node->created_ms;
	count_file(row);
}

/*
 * The body of a known item.  Facts stay only where the state says that they
 * still hold; else they are gone until the next probe.
 */
static void
render_again(struct reel_write *w, struct reel_book_row *row, int keep)
{
	enum reel_status status;

	reel_buf_reset(&w->body);
	if (!keep)
		reel_book_rows_bare(row);
	if (keep) {
		status = reel_body_again(w->old_body.data, w->old_body.len,
		    &row->node, &w->body);
		if (status == REEL_OK)
			return;
		/* A body of another making: not worth losing the item for. */
		reel_warn("drop facts that are not understood id=%lld",
		    (long long)row->node.id);
		reel_buf_reset(&w->body);
	}
	if (reel_body_render(&row->node, NULL, NULL, &w->body) != REEL_OK)
		reel_fatal("out of memory for a body");
	reel_book_subs_keep(w, &row->node);
	if (!REEL_TYPE_IS_FOLDER(row->node.type))
		row->sum.duration_ms = 0;
}

/* A failure is over with the facts, or when the item no longer says so. */
static enum reel_status
end_failure(struct reel_write *w, enum reel_state old_state,
    const struct reel_node *node, int keep)
{

	if (w->counts.failures == 0 || (keep &&
	    (old_state != REEL_STATE_FAILED ||
	    node->state == REEL_STATE_FAILED)))
		return (REEL_OK);
	return (reel_book_rows_delete(w, REEL_BOOK_FAILURE_DELETE, node->id,
	    &w->counts.failures));
}

static enum reel_status
insert(struct reel_write *w, struct reel_node *node)
{
	struct reel_book_row row;
	enum reel_status status;

	if (!reel_node_name_ok(node->name, node->name_len))
		return (REEL_BAD_INPUT);
	status = reel_book_paths_below(
	    w, node->parent_id, node->name, node->name_len, &w->path);
	if (status != REEL_OK)
		return (status);
	if ((status = reel_book_begin(w)) != REEL_OK)
		return (status);

	memset(&row.sum, 0, sizeof(row.sum));
	reel_book_rows_bare(&row);
	row.node = *node;
	row.node.id = w->id + 1;
	if (row.node.created_ms == 0)
		row.node.created_ms = reel_book_log_now();
	count_file(&row);
	reel_buf_reset(&w->body);
	if (reel_body_render(&row.node, NULL, NULL, &w->body) != REEL_OK)
		reel_fatal("out of memory for a body");

	if ((status = reel_book_rows_insert(w, &row)) != REEL_OK)
		return (status);
	w->id++;
	status = reel_book_log_grams(
	    w, row.node.id, node->name, node->name_len, 0);
	if (status != REEL_OK)
		return (status);
	reel_book_sums_add(w, node->parent_id,
	    reel_book_sums_of(row.node.type, row.sum), 1);
	reel_book_subs_changed(w, NULL, &row.node);
	status = reel_book_log_add(
	    w, REEL_OP_PUT, 0, &row, &w->path, NULL, &w->body);
	if (status == REEL_OK)
		node->id = row.node.id;
	return (status);
}

enum reel_status
reel_write_put(struct reel_write *write, struct reel_node *node)
{
	struct reel_book_row row;
	struct reel_node old;
	struct reel_sum before;
	int keep;
	enum reel_status status;

	if (node->id == 0)
		return (insert(write, node));

	status = reel_book_rows_load(write, node->id, &row);
	if (status != REEL_OK)
		return (status);
	if (REEL_TYPE_IS_FOLDER(row.node.type) !=
	    REEL_TYPE_IS_FOLDER(node->type))
		return (REEL_BAD_INPUT);

	before = reel_book_sums_of(row.node.type, row.sum);
	old = row.node;
	take_stat(&row, node);
	keep = node->state == REEL_STATE_READY;
	render_again(write, &row, keep);
	if ((status = reel_book_begin(write)) != REEL_OK ||
	    (status = reel_book_rows_update(write, &row)) != REEL_OK)
		return (status);
	status = end_failure(write, old.state, &row.node, keep);
	if (status != REEL_OK)
		return (status);
	reel_book_subs_changed(write, &old, &row.node);
	reel_book_sums_add(write, row.node.parent_id, before, -1);
	reel_book_sums_add(write, row.node.parent_id,
	    reel_book_sums_of(row.node.type, row.sum), 1);
	return (reel_book_log_add(write, REEL_OP_PUT, 0, &row,
	    &write->old_path, NULL, &write->body));
}

/* Load a row whose columns must be right because it moves away with them. */
static enum reel_status
load_settled(struct reel_write *w, int64_t id, struct reel_book_row *row)
{
	enum reel_status status;

	if ((status = reel_book_rows_load(w, id, row)) != REEL_OK)
		return (status);
	if (!REEL_TYPE_IS_FOLDER(row->node.type) || w->sums.count == 0)
		return (REEL_OK);
	if ((status = reel_book_sums_flush(w)) != REEL_OK)
		return (status);
	return (reel_book_rows_load(w, id, row));
}

/* Nonzero status if ${row} cannot be moved to where ${node} says. */
static enum reel_status
check_move(struct reel_write *w, const struct reel_book_row *row,
    const struct reel_node *node)
{
	enum reel_status status;

	if (!reel_node_name_ok(node->name, node->name_len) ||
	    REEL_TYPE_IS_FOLDER(row->node.type) !=
	    REEL_TYPE_IS_FOLDER(node->type))
		return (REEL_BAD_INPUT);
	status = reel_book_paths_below(
	    w, node->parent_id, node->name, node->name_len, &w->path);
	if (status != REEL_OK || !REEL_TYPE_IS_FOLDER(row->node.type))
		return (status);
	status = reel_book_paths_within(w, row->node.id, node->parent_id);
	if (status == REEL_OK)
		return (REEL_BAD_INPUT);
	return (status == REEL_NOT_FOUND ? REEL_OK : status);
}

static int
same_name(const struct reel_node *a, const struct reel_node *b)
{

	return (a->name_len == b->name_len &&
	    memcmp(a->name, b->name, a->name_len) == 0);
}

enum reel_status
reel_write_move(struct reel_write *write, const struct reel_node *node)
{
	struct reel_book_row row, old;
	int keep;
	enum reel_status status;

	status = load_settled(write, node->id, &old);
	if (status != REEL_OK)
		return (status);
	if ((status = check_move(write, &old, node)) != REEL_OK)
		return (status);

	row = old;
	row.node.parent_id = node->parent_id;
	row.node.name = node->name;
	row.node.name_len = node->name_len;
	take_stat(&row, node);
	keep = node->state == REEL_STATE_READY ||
	    node->state == REEL_STATE_FAILED;
	render_again(write, &row, keep);
	if ((status = reel_book_begin(write)) != REEL_OK ||
	    (status = reel_book_rows_update(write, &row)) != REEL_OK)
		return (status);
	if (REEL_TYPE_IS_FOLDER(row.node.type))
		reel_book_paths_forget(write);
	status = end_failure(write, old.node.state, &row.node, keep);
	if (status != REEL_OK)
		return (status);

	if (!same_name(&old.node, node)) {
		status = reel_book_log_grams(write, node->id, old.node.name,
		    old.node.name_len, 1);
		if (status == REEL_OK)
			status = reel_book_log_grams(write, node->id,
			    node->name, node->name_len, 0);
		if (status != REEL_OK)
			return (status);
	}
	reel_book_subs_changed(write, &old.node, &row.node);
	reel_book_sums_add(write, old.node.parent_id,
	    reel_book_sums_of(old.node.type, old.sum), -1);
	reel_book_sums_add(write, row.node.parent_id,
	    reel_book_sums_of(row.node.type, row.sum), 1);
	return (reel_book_log_add(write, REEL_OP_MOVE, 0, &row,
	    &write->path, &write->old_path, &write->body));
}

/* Out of sight: below the trash, under a name that no other row there has. */
static enum reel_status
throw_away(struct reel_write *w, int64_t id)
{
	enum reel_status status;

	if ((status = reel_book_rows_trash(w, id)) != REEL_OK)
		return (status);
	reel_book_paths_forget(w);
	status = reel_book_rows_delete(w, REEL_BOOK_ROOT_DELETE, id, NULL);
	if (status != REEL_OK)
		return (status);
	return (reel_book_rows_delete(w, REEL_BOOK_MOUNT_DELETE, id, NULL));
}

enum reel_status
reel_write_drop(struct reel_write *write, int64_t id)
{
	struct reel_book_row row;
	int folder;
	enum reel_status status;

	if ((status = load_settled(write, id, &row)) != REEL_OK ||
	    (status = reel_book_begin(write)) != REEL_OK)
		return (status);

	folder = REEL_TYPE_IS_FOLDER(row.node.type);
	if (folder)
		status = throw_away(write, id);
	else
		status = reel_book_rows_delete(
		    write, REEL_BOOK_ITEM_DELETE, id, NULL);
	if (status != REEL_OK)
		return (status);
	if ((status = reel_book_rows_forget(write, &row.node)) != REEL_OK)
		return (status);
	reel_book_subs_changed(write, &row.node, NULL);
	reel_book_sums_add(write, row.node.parent_id,
	    reel_book_sums_of(row.node.type, row.sum), -1);
	return (reel_book_log_add(write, REEL_OP_DROP, folder, &row,
	    &write->old_path, NULL, NULL));
}
