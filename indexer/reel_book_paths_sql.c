#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_book_paths_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_log.h"

/*
 * The book stores parents, not paths; a record needs the path.  Files come
 * folder by folder, so a small table of the folders seen last, by id, answers
 * nearly always and the climb stops at the first folder it knows.
 *
 * Invariant: an entry is the true path of a live folder.  Only a folder that
 * moves or goes can change that, and both forget the whole table.
 */

/* Longer ones are found again each time: the table stays below 256 KiB. */
#define PATH_KEPT 4096

/* A climb longer than this is a circle: the file was damaged. */
#define DEPTH_MAX 100000

static struct reel_book_path *
entry_of(struct reel_write *w, int64_t id)
{

	return (&w->paths[(uint64_t)id % REEL_BOOK_PATHS]);
}

void
reel_book_paths_forget(struct reel_write *w)
{
	size_t i;

	for (i = 0; i < REEL_BOOK_PATHS; i++)
		w->paths[i].id = 0;
}

static void
remember(struct reel_write *w, int64_t id, const struct reel_buf *path)
{
	struct reel_book_path *entry;

	if (path->len > PATH_KEPT)
		return;
	entry = entry_of(w, id);
	entry->id = id;
	reel_buf_reset(&entry->path);
	reel_buf_add(&entry->path, path->data, path->len);
	if (entry->path.failed)
		reel_fatal("out of memory for a path");
}

/* Put ${name} and, unless the path is empty, a '/' before what is there. */
static void
prepend(struct reel_buf *path, const void *name, size_t len)
{
	size_t gap;

	gap = len + (path->len > 0);
	if (reel_buf_reserve(path, gap) == NULL)
		reel_fatal("out of memory for a path");
	memmove(path->data + gap, path->data, path->len);
	memcpy(path->data, name, len);
	if (gap > len)
		path->data[len] = '/';
	path->len += gap;
}

/* The path of a folder, by climbing.  ${path} is set, not appended to. */
static enum reel_status
climb(struct reel_write *w, int64_t folder_id, struct reel_buf *path)
{
	struct reel_book_path *entry;
	struct sqlite3_stmt *stmt;
	int64_t id;
	int depth, type;
	enum reel_status status;

	reel_buf_reset(path);
	stmt = reel_book_stmt(w, REEL_BOOK_ITEM_PARENT);
	for (id = folder_id, depth = 0; id != REEL_ITEM_TOP; depth++) {
		if (id < 0)
			return (REEL_NOT_FOUND);
		entry = entry_of(w, id);
		if (entry->id == id) {
			prepend(path, entry->path.data, entry->path.len);
			break;
		}
		sqlite3_bind_int64(stmt, 1, id);
		status = reel_book_row(w, REEL_BOOK_ITEM_PARENT);
		if (status != REEL_OK)
			return (status);
		prepend(path, sqlite3_column_blob(stmt, 1),
		    (size_t)sqlite3_column_bytes(stmt, 1));
		type = sqlite3_column_int(stmt, 2);
		id = sqlite3_column_int64(stmt, 0);
		reel_book_reset(w, REEL_BOOK_ITEM_PARENT);
		if (!REEL_TYPE_IS_FOLDER(type) || depth > DEPTH_MAX)
			return (REEL_NOT_FOUND);
	}
	if (depth > 0)
		remember(w, folder_id, path);
	return (REEL_OK);
}

enum reel_status
reel_book_paths_below(struct reel_write *w, int64_t folder_id, const char *name,
    size_t name_len, struct reel_buf *path)
{
	struct reel_book_path *entry;
	enum reel_status status;

	entry = entry_of(w, folder_id);
	if (folder_id > 0 && entry->id == folder_id) {
		reel_buf_reset(path);
		reel_buf_add(path, entry->path.data, entry->path.len);
	} else if ((status = climb(w, folder_id, path)) != REEL_OK)
		return (status);

	if (path->len > 0)
		reel_buf_chr(path, '/');
	reel_buf_add(path, name, name_len);
	if (path->failed)
		reel_fatal("out of memory for a path");
	return (REEL_OK);
}

enum reel_status
reel_book_paths_live(struct reel_write *w, int64_t folder_id)
{

	if (folder_id > 0 && entry_of(w, folder_id)->id == folder_id)
		return (REEL_OK);
	return (climb(w, folder_id, &w->path));
}

enum reel_status
reel_book_paths_within(struct reel_write *w, int64_t id, int64_t folder_id)
{
	struct sqlite3_stmt *stmt;
	int depth;
	enum reel_status status;

	stmt = reel_book_stmt(w, REEL_BOOK_ITEM_PARENT);
	for (depth = 0; folder_id > 0 && depth <= DEPTH_MAX; depth++) {
		if (folder_id == id)
			return (REEL_OK);
		sqlite3_bind_int64(stmt, 1, folder_id);
		status = reel_book_row(w, REEL_BOOK_ITEM_PARENT);
		if (status != REEL_OK)
			return (status);
		folder_id = sqlite3_column_int64(stmt, 0);
		reel_book_reset(w, REEL_BOOK_ITEM_PARENT);
	}
	return (REEL_NOT_FOUND);
}
