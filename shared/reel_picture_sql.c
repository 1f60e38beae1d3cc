#include "shared/reel_picture_sql.h"

#include <sqlite3.h>

#include "shared/reel_handle_sql.h"
#include "shared/reel_key.h"

/*
 * Copies of a file share a picture, so a name may stand for several items; any of
 * them will do for whoever wants the picture made again.
 */

enum reel_status
reel_picture_item(
    struct reel_read *read, const unsigned char *key, int64_t *id)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if ((status = reel_handle_start(read, REEL_HANDLE_PICTURE, &stmt)) !=
	    REEL_OK)
		return (status);
	sqlite3_bind_blob(stmt, 1, key, REEL_KEY_BYTES, SQLITE_STATIC);
	if ((status = reel_handle_step(read, stmt)) == REEL_OK)
		*id = sqlite3_column_int64(stmt, 0);
	return (status);
}
