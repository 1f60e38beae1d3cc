#include "shared/reel_picture_sql.h"

#include <sqlite3.h>

#include "shared/reel_handle_sql.h"
#include "shared/reel_key.h"

/*
 * Copies of a file share a picture, so a name may stand for several items; any of
 * them will do for whoever wants the picture made again.
 */

static enum reel_status
find(struct reel_read *read, struct sqlite3_stmt *stmt, int64_t *id)
{
	enum reel_status status;

	if ((status = reel_handle_step(read, stmt)) == REEL_OK)
		*id = sqlite3_column_int64(stmt, 0);
	return (status);
}

enum reel_status
reel_picture_item(
    struct reel_read *read, const unsigned char *key, int64_t *id)
{
	unsigned char last[2 * REEL_KEY_BYTES];
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if ((status = reel_handle_start(read, REEL_HANDLE_PICTURE, &stmt)) !=
	    REEL_OK)
		return (status);
	reel_key_last(key, last);
	sqlite3_bind_blob(stmt, 1, key, REEL_KEY_BYTES, SQLITE_TRANSIENT);
	sqlite3_bind_blob(stmt, 2, last, sizeof(last), SQLITE_TRANSIENT);
	return (find(read, stmt, id));
}

enum reel_status
reel_picture_board(
    struct reel_read *read, const unsigned char *key, int64_t *id)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if ((status = reel_handle_start(read, REEL_HANDLE_BOARD, &stmt)) !=
	    REEL_OK)
		return (status);
	sqlite3_bind_blob(stmt, 1, key, REEL_KEY_BYTES, SQLITE_TRANSIENT);
	return (find(read, stmt, id));
}
