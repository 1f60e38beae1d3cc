/*
 * One query on the writer's connection, so that the status file tells of failures
 * in the same breath as the counters beside them.  Asked at most once a second
 * and only when a counter moved; the table has no index by time because it is
 * short where all is well.
 */
#include <sqlite3.h>

#include "indexer/reel_book_sql.h"

#include "indexer/reel_failures_sql.h"

enum reel_status
reel_failures_newest(struct reel_write *write,
    void (*on_failure)(void *cookie, int64_t item_id, const char *reason,
        int attempts, int64_t ts),
    void *cookie)
{
	static const char sql[] =
	    "SELECT item_id, reason, attempts, ts FROM failures"
	    " ORDER BY ts DESC, item_id DESC LIMIT ?1";
	struct sqlite3_stmt *stmt = NULL;
	const unsigned char *reason;
	int rc;

	rc = sqlite3_prepare_v2(write->db, sql, sizeof(sql), &stmt, NULL);
	if (rc != SQLITE_OK)
		goto out;
	sqlite3_bind_int(stmt, 1, REEL_FAILURES_MAX);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		reason = sqlite3_column_text(stmt, 1);
		on_failure(cookie, sqlite3_column_int64(stmt, 0),
		    reason != NULL ? (const char *)reason : "",
		    sqlite3_column_int(stmt, 2), sqlite3_column_int64(stmt, 3));
	}
out:
	sqlite3_finalize(stmt);

	return (rc == SQLITE_DONE ? REEL_OK : REEL_IO);
}
