#include "shared/reel_trail_sql.h"

#include <string.h>

#include <sqlite3.h>

#include "shared/reel_handle_sql.h"
#include "shared/reel_known.h"
#include "shared/reel_path.h"
#include "shared/reel_read_sql.h"

/*
 * From a path to an item and from a folder to its path, through the names the
 * book holds.  Runs where reel_read runs, inside its snapshot.
 *
 * It refuses to name a path for what does not reach a root, and to walk a
 * damaged circle of parents for longer than the budget.  It never looks at the
 * filesystem: no name a client sends can leave the book.
 *
 * Invariant: what is kept in read->known was read at or after known_at, and no
 * folder has moved since; reel_read_begin sees to it.
 */

/* The folder ${name} in the folder ${*id}: its id to ${*id}. */
static enum reel_status
step_down(struct reel_read *read, int64_t *id, const char *name, size_t len)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if ((status = reel_handle_start(read, REEL_HANDLE_STEP, &stmt)) !=
	    REEL_OK)
		return (status);
	sqlite3_bind_int64(stmt, 1, *id);
	sqlite3_bind_blob64(stmt, 2, name, len, SQLITE_STATIC);
	if ((status = reel_handle_step(read, stmt)) != REEL_OK)
		return (status);
	if (!REEL_TYPE_IS_FOLDER(sqlite3_column_int(stmt, 1)))
		return (REEL_NOT_FOUND);
	*id = sqlite3_column_int64(stmt, 0);
	return (reel_read_spent(read) ? REEL_BUSY : REEL_OK);
}

enum reel_status
reel_trail_resolve(struct reel_read *read, const char *path, size_t len,
    struct reel_read_row *row)
{
	const char *rest = path, *name;
	enum reel_status status;
	size_t folder_len, rest_len, name_len;
	int64_t id = REEL_ITEM_TOP, known;

	for (folder_len = len; folder_len > 0; folder_len--) {
		if (path[folder_len - 1] == '/')
			break;
	}
	name = path + folder_len;
	name_len = len - folder_len;

	if (folder_len > 0) {
		folder_len--;
		if ((known = reel_known_id(read->known, path, folder_len)) != 0)
			return (reel_read_place(read, known, name, name_len, row));

		rest_len = folder_len;
		while (reel_path_next(&rest, &rest_len, &name, &name_len)) {
			if ((status = step_down(read, &id, name, name_len)) !=
			    REEL_OK)
				return (status);
		}
		reel_known_put(read->known, id, path, folder_len);
		name = path + folder_len + 1;
		name_len = len - folder_len - 1;
	}
	return (reel_read_place(read, id, name, name_len, row));
}

/*
 * Climb from ${id} to the first folder whose path is known, or the top: its id
 * to ${*id}.  The names go to read->names in the order met, each followed by
 * its length.
 */
static enum reel_status
climb(struct reel_read *read, int64_t *id)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;
	uint32_t len;
	size_t known_len;

	reel_buf_reset(&read->names);
	while (*id != REEL_ITEM_TOP &&
	    reel_known_path(read->known, *id, &known_len) == NULL) {
		if ((status = reel_handle_start(read, REEL_HANDLE_UP, &stmt)) !=
		    REEL_OK)
			return (status);
		sqlite3_bind_int64(stmt, 1, *id);
		if ((status = reel_handle_step(read, stmt)) != REEL_OK)
			return (status);
		len = (uint32_t)sqlite3_column_bytes(stmt, 1);
		reel_buf_add(&read->names, sqlite3_column_blob(stmt, 1), len);
		reel_buf_add(&read->names, &len, sizeof(len));
		*id = sqlite3_column_int64(stmt, 0);

		if (read->names.failed)
			return (reel_handle_fail(read, SQLITE_NOMEM));
		if (reel_read_spent(read))
			return (REEL_BUSY);
	}
	return (REEL_OK);
}

enum reel_status
reel_trail_path(
    struct reel_read *read, int64_t id, const char **path, size_t *len)
{
	const char *known;
	enum reel_status status;
	size_t known_len, at;
	uint32_t name_len;
	int64_t top = id;

	if ((known = reel_known_path(read->known, id, &known_len)) != NULL) {
		*path = known;
		*len = known_len;
		return (REEL_OK);
	}
	if ((status = climb(read, &top)) != REEL_OK)
		return (status);

	reel_buf_reset(&read->path);
	if (top != REEL_ITEM_TOP) {
		known = reel_known_path(read->known, top, &known_len);
		reel_buf_add(&read->path, known, known_len);
	}
	for (at = read->names.len; at > 0; at -= name_len) {
		at -= sizeof(name_len);
		memcpy(&name_len, read->names.data + at, sizeof(name_len));
		if (read->path.len > 0)
			reel_buf_chr(&read->path, '/');
		reel_buf_add(
		    &read->path, read->names.data + at - name_len, name_len);
	}
	if (read->path.failed)
		return (reel_handle_fail(read, SQLITE_NOMEM));

	reel_known_put(read->known, id, read->path.data, read->path.len);
	*path = read->path.data;
	*len = read->path.len;
	return (REEL_OK);
}
