#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_book_rows_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_write_upkeep_sql.h"

/*
 * Upkeep in slices.  A dropped tree of a million rows is emptied from the top:
 * a folder found in it joins the trash itself, so no slice has to know how deep
 * the tree is, and a kill between two slices costs nothing.
 *
 * Whatever lies in the trash is invisible already: nobody is told of the purge.
 */

/* A clock this far ahead was wrong; its stamps say nothing about age. */
#define AHEAD_MS 86400000

/* Names that left the search index before it is worth while to mend it: so */
/* many, and one in so many of all there ever were, for it is read as a whole. */
#define UNMERGED_MIN 1000
#define UNMERGED_SHARE 16

struct victim {
	struct reel_node node;
	char name[REEL_NODE_NAME_MAX];
};

/* Any one child of a folder; REEL_NOT_FOUND: it is empty. */
static enum reel_status
any_child(struct reel_write *w, int64_t parent_id, struct victim *child)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;
	size_t len;

	stmt = reel_book_stmt(w, REEL_BOOK_TRASH_NEXT);
	sqlite3_bind_int64(stmt, 1, parent_id);
	if ((status = reel_book_row(w, REEL_BOOK_TRASH_NEXT)) != REEL_OK)
		return (status);
	memset(&child->node, 0, sizeof(child->node));
	child->node.id = sqlite3_column_int64(stmt, 0);
	len = (size_t)sqlite3_column_bytes(stmt, 1);
	if (len > sizeof(child->name))
		len = sizeof(child->name);
	if (len > 0)
		memcpy(child->name, sqlite3_column_blob(stmt, 1), len);
	child->node.name = child->name;
	child->node.name_len = len;
	child->node.type = (enum reel_type)sqlite3_column_int(stmt, 2);
	child->node.state = REEL_STATE_FAILED; /* look for a failure anyway */
	reel_book_reset(w, REEL_BOOK_TRASH_NEXT);
	return (REEL_OK);
}

/* One row less below the folder ${trashed}, or the folder itself. */
static enum reel_status
purge_one(struct reel_write *w, int64_t trashed)
{
	struct victim child;
	enum reel_status status;

	status = any_child(w, trashed, &child);
	if (status == REEL_NOT_FOUND)
		return (reel_book_rows_delete(
		    w, REEL_BOOK_ITEM_DELETE, trashed, NULL));
	if (status != REEL_OK)
		return (status);
	if ((status = reel_book_rows_forget(w, &child.node)) != REEL_OK)
		return (status);
	if (!REEL_TYPE_IS_FOLDER(child.node.type))
		return (reel_book_rows_delete(
		    w, REEL_BOOK_ITEM_DELETE, child.node.id, NULL));
	status = reel_book_rows_delete(
	    w, REEL_BOOK_MOUNT_DELETE, child.node.id, NULL);
	if (status != REEL_OK)
		return (status);
	return (reel_book_rows_trash(w, child.node.id));
}

enum reel_status
reel_write_purge(struct reel_write *write, int rows)
{
	struct victim top;
	enum reel_status status;

	for (; rows > 0; rows--) {
		status = any_child(write, REEL_ITEM_TRASH, &top);
		if (status == REEL_NOT_FOUND)
			return (REEL_OK);
		if (status != REEL_OK ||
		    (status = reel_book_begin(write)) != REEL_OK ||
		    (status = purge_one(write, top.node.id)) != REEL_OK)
			return (status);
		write->dirty++;
	}
	status = any_child(write, REEL_ITEM_TRASH, &top);
	if (status == REEL_OK)
		return (REEL_AGAIN);
	return (status == REEL_NOT_FOUND ? REEL_OK : status);
}

/* The first seq that stays, looking at no more than ${rows} records. */
static enum reel_status
find_oldest(struct reel_write *w, int64_t now_ms, int64_t keep_s,
    int64_t last, int rows, int64_t *oldest)
{
	struct sqlite3_stmt *stmt;
	int64_t ts;
	enum reel_status status;

	stmt = reel_book_stmt(w, REEL_BOOK_CHANGE_OLDEST);
	sqlite3_bind_int64(stmt, 1, w->oldest);
	sqlite3_bind_int64(stmt, 2, last);
	*oldest = w->oldest;
	while ((status = reel_book_row(w, REEL_BOOK_CHANGE_OLDEST)) ==
	    REEL_OK) {
		ts = sqlite3_column_int64(stmt, 1);
		if (rows-- == 0 ||
		    (ts >= now_ms - keep_s * 1000 && ts <= now_ms + AHEAD_MS)) {
			reel_book_reset(w, REEL_BOOK_CHANGE_OLDEST);
			return (REEL_OK);
		}
		*oldest = sqlite3_column_int64(stmt, 0) + 1;
	}
	return (status == REEL_NOT_FOUND ? REEL_OK : status);
}

enum reel_status
reel_write_trim(struct reel_write *write, int64_t now_ms, int64_t keep_s,
    int64_t keep_records, int rows)
{
	int64_t oldest, last;
	enum reel_status status;

	last = write->seq - keep_records;
	if (last < write->oldest)
		return (REEL_OK);
	status = find_oldest(write, now_ms, keep_s, last, rows, &oldest);
	if (status != REEL_OK || oldest == write->oldest)
		return (status);

	if ((status = reel_book_begin(write)) != REEL_OK)
		return (status);
	sqlite3_bind_int64(
	    reel_book_stmt(write, REEL_BOOK_CHANGE_TRIM), 1, oldest);
	status = reel_book_run(write, REEL_BOOK_CHANGE_TRIM);
	if (status != REEL_OK ||
	    (status = reel_book_meta_put(write, "oldest", oldest)) != REEL_OK ||
	    (status = reel_book_meta_put(write, "head_ts", write->ts)) !=
		REEL_OK)
		return (status);
	rows -= (int)(oldest - write->oldest);
	write->dirty += (size_t)(oldest - write->oldest);
	write->oldest = oldest;
	return (rows == 0 && oldest <= last ? REEL_AGAIN : REEL_OK);
}

enum reel_status
reel_write_merge(struct reel_write *write, int pages)
{
	enum reel_status status;
	int before;

	if (!write->merging && write->unmerged <
	    UNMERGED_MIN + write->id / UNMERGED_SHARE)
		return (REEL_OK);
	if ((status = reel_book_begin(write)) != REEL_OK)
		return (status);
	/* A negative number also begins: all of it becomes one. */
	before = sqlite3_total_changes(write->db);
	sqlite3_bind_int(reel_book_stmt(write, REEL_BOOK_GRAM_MERGE), 1,
	    write->merging ? pages : -pages);
	status = reel_book_run(write, REEL_BOOK_GRAM_MERGE);
	if (status != REEL_OK)
		return (status);
	write->dirty++;
	write->merging = 1;
	write->unmerged = 0;
	/* As SQLite tells it: the statement itself counts as one. */
	if (sqlite3_total_changes(write->db) - before >= 2)
		return (REEL_AGAIN);
	write->merging = 0;
	return (REEL_OK);
}
