#include "shared/reel_handle_sql.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

#include "shared/reel_key.h"
#include "shared/reel_known.h"
#include "shared/reel_schema_sql.h"

/*
 * The connection of a reader: opened read-only, hardened, its statements
 * prepared once each and reset before anybody waits for anything.
 *
 * It refuses to write, to wait for a lock, to map the file (an I/O error would
 * be a signal), to run triggers and views of a file that was tampered with, and
 * to run longer than it was given.  It lives in the thread of an nginx worker
 * and is never carried over a fork.
 *
 * Invariant: a statement whose bit is not in ${used} holds no lock.
 */

/* Steps of SQLite's machine between two looks at the clock: about 20 us. */
#define PROGRESS_STEPS 1000

/* KiB of pages a handle may keep; a million items are 570 MB. */
#define CACHE "PRAGMA cache_size = -8192"

/*
 * A column costs more than a row: lists take what an answer needs, and the sums
 * of a folder as one text, which for a video is not even made.
 */
#define SUMS                                                                   \
	"CASE type WHEN 2 THEN NULL ELSE files || ' ' || videos || ' ' ||"         \
	" bytes || ' ' || duration_ms END"
#define ITEM                                                                   \
	"SELECT id, name, type, body, " SUMS ", picture, parent_id, state"         \
	" FROM items "
#define LIST "SELECT id, name, type, body, " SUMS ", picture FROM items "
#define SCAN                                                                   \
	"SELECT id, name, type, NULL, " SUMS ", NULL, size, mtime_ns, created_ms,"       \
	" duration_ms FROM items "

static const char *const sql[REEL_HANDLE_STMTS] = {
	/* Anything that opens a snapshot and keeps it while it is not reset. */
	[REEL_HANDLE_ANCHOR] = "SELECT 1 FROM meta LIMIT 1",
	[REEL_HANDLE_HEAD] =
	    "SELECT (SELECT value FROM meta WHERE key = 'epoch'),"
	    " coalesce((SELECT max(seq) FROM changes),"
	    " (SELECT value - 1 FROM meta WHERE key = 'oldest'))",
	[REEL_HANDLE_GET] = ITEM "WHERE id = ?1",
	[REEL_HANDLE_PLACE] = ITEM "WHERE parent_id = ?1 AND name = ?2",
	[REEL_HANDLE_PICTURE] =
	    "SELECT id FROM items WHERE picture BETWEEN ?1 AND ?2 LIMIT 1",
	[REEL_HANDLE_BOARD] =
	    "SELECT id FROM items WHERE length(picture) = 32"
	    " AND substr(picture, 17) = ?1 LIMIT 1",
	[REEL_HANDLE_STEP] =
	    "SELECT id, type FROM items WHERE parent_id = ?1 AND name = ?2",
	[REEL_HANDLE_UP] = "SELECT parent_id, name FROM items WHERE id = ?1",
	[REEL_HANDLE_LIST] = LIST
	    "WHERE parent_id = ?1 AND name > ?2 ORDER BY name",
	[REEL_HANDLE_LIST_DESC] = LIST
	    "WHERE parent_id = ?1 AND name < ?2 ORDER BY name DESC",
	[REEL_HANDLE_SCAN] = SCAN
	    "WHERE parent_id = ?1 AND name > ?2 ORDER BY name",
	[REEL_HANDLE_SCAN_DESC] = SCAN
	    "WHERE parent_id = ?1 AND name < ?2 ORDER BY name DESC",
	[REEL_HANDLE_COUNT] =
	    "SELECT count(*) FROM items WHERE parent_id = ?1 AND ?2 >> type & 1",
	[REEL_HANDLE_COUNT_ALL] =
	    "SELECT count(*) FROM items WHERE parent_id = ?1",
	[REEL_HANDLE_TOTALS] =
	    "SELECT total(files), total(videos) + total(type = 7), total(bytes),"
	    " total(duration_ms) FROM items WHERE parent_id = 0",
	[REEL_HANDLE_MOVED] =
	    "SELECT 1 FROM changes WHERE seq > ?1 AND op <> 1"
	    " AND item_type IN (1, 7) LIMIT 1",
	[REEL_HANDLE_OLDEST] = "SELECT min(seq) FROM changes",
	[REEL_HANDLE_HEAD_TS] =
	    "SELECT coalesce((SELECT ts FROM changes ORDER BY seq DESC LIMIT 1),"
	    " (SELECT value FROM meta WHERE key = 'head_ts'), 0)",
	[REEL_HANDLE_SINCE] =
	    "SELECT seq, ts, op, recursive, item_id, parent_id, item_type, path,"
	    " old_path, body, picture FROM changes WHERE seq > ?1 ORDER BY seq",
};

int64_t
reel_handle_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec);
}

/* Called by SQLite in the midst of a long statement; nonzero ends it. */
static int
on_progress(void *cookie)
{
	struct reel_read *read = cookie;

	return (reel_handle_now_ns() > read->deadline_ns);
}

enum reel_status
reel_handle_fail(struct reel_read *read, int rc)
{
	const char *words;
	int code;

	words = read->db != NULL ? sqlite3_errmsg(read->db) : sqlite3_errstr(rc);

	switch (rc & 0xff) {
	case SQLITE_INTERRUPT:
		snprintf(read->error, sizeof(read->error),
		    "takes longer to read than this request may take");
		return (REEL_BUSY);

	case SQLITE_NOMEM:
		snprintf(read->error, sizeof(read->error),
		    "cannot be read: out of memory");
		return (REEL_NOMEM);

	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		snprintf(read->error, sizeof(read->error),
		    "is busy for a moment (%s); try again", words);
		return (REEL_AGAIN);

	case SQLITE_READONLY:
		if (rc == SQLITE_READONLY_RECOVERY ||
		    rc == SQLITE_READONLY_CANTINIT) {
			snprintf(read->error, sizeof(read->error),
			    "needs recovery by its writer (%s); start "
			    "reel-indexer, or try again if it runs", words);
			return (REEL_AGAIN);
		}
		break;

	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		read->suspect = 1;
		snprintf(read->error, sizeof(read->error),
		    "is damaged (%s); stop reel-indexer, move the file away "
		    "or put a backup in its place, and start it again", words);
		return (REEL_IO);
	}

	read->suspect = 1;
	code = read->db != NULL ? sqlite3_system_errno(read->db) : 0;
	snprintf(read->error, sizeof(read->error),
	    "cannot be read (%s%s%s); give the user of nginx the right to read "
	    "the file and to enter its folder, and see that reel-indexer runs",
	    words, code != 0 ? ": " : "", code != 0 ? strerror(code) : "");
	return (REEL_IO);
}

static enum reel_status
pragma(struct reel_read *read, const char *text, int64_t *value)
{
	sqlite3_stmt *stmt = NULL;
	enum reel_status status = REEL_OK;
	int rc;

	if ((rc = sqlite3_prepare_v2(read->db, text, -1, &stmt, NULL)) !=
	    SQLITE_OK)
		return (reel_handle_fail(read, rc));

	rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW && value != NULL)
		*value = sqlite3_column_int64(stmt, 0);
	else if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		status = reel_handle_fail(read, rc);
	sqlite3_finalize(stmt);
	return (status);
}

/* Is the file a book, and one whose form we know? */
static enum reel_status
recognise(struct reel_read *read)
{
	enum reel_status status;
	int64_t application = 0, version = 0;

	if ((status = pragma(read, "PRAGMA application_id", &application)) !=
	    REEL_OK)
		return (status);
	if ((status = pragma(read, "PRAGMA user_version", &version)) != REEL_OK)
		return (status);

	if (application == 0 && version == 0) {
		snprintf(read->error, sizeof(read->error),
		    "is empty or not an index of Reel; name the file that "
		    "reel-indexer writes in reel_index, and start reel-indexer");
		return (REEL_BAD_INPUT);
	}
	if (application != REEL_SCHEMA_APPLICATION_ID) {
		snprintf(read->error, sizeof(read->error),
		    "is not an index of Reel (it belongs to application 0x%08x);"
		    " name the file that reel-indexer writes in reel_index",
		    (unsigned)application);
		return (REEL_BAD_INPUT);
	}
	if (version > REEL_SCHEMA_VERSION) {
		snprintf(read->error, sizeof(read->error),
		    "has schema version %lld, this nginx module knows %d; "
		    "update the module to the version of reel-indexer",
		    (long long)version, REEL_SCHEMA_VERSION);
		return (REEL_STALE);
	}
	if (version < REEL_SCHEMA_VERSION) {
		snprintf(read->error, sizeof(read->error),
		    "has the old schema version %lld, this nginx module needs "
		    "%d; start a reel-indexer of this version, it migrates",
		    (long long)version, REEL_SCHEMA_VERSION);
		return (REEL_STALE);
	}
	return (REEL_OK);
}

enum reel_status
reel_handle_open(struct reel_read *read)
{
	struct stat st;
	enum reel_status status;
	int64_t value;
	size_t i;
	int rc;
	static const char *const pragmas[] = {
		"PRAGMA query_only = 1",
		"PRAGMA cell_size_check = 1",
		"PRAGMA mmap_size = 0",
		CACHE,
	};

	if (stat(read->file, &st) != 0) {
		if (errno == ENOENT || errno == ENOTDIR) {
			snprintf(read->error, sizeof(read->error),
			    "does not exist; start reel-indexer with this folder "
			    "as its state_dir, or mend reel_index");
			return (REEL_NOT_FOUND);
		}
		snprintf(read->error, sizeof(read->error),
		    "cannot be reached (%s); give the user of nginx the right "
		    "to enter its folder", strerror(errno));
		return (REEL_IO);
	}
	if (!S_ISREG(st.st_mode)) {
		snprintf(read->error, sizeof(read->error),
		    "is not a file; name the " REEL_SCHEMA_FILE " in the state "
		    "folder of reel-indexer in reel_index");
		return (REEL_BAD_INPUT);
	}

	rc = sqlite3_open_v2(read->file, &read->db,
	    SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE, NULL);
	if (rc != SQLITE_OK) {
		status = reel_handle_fail(read, rc);
		goto out;
	}

	/* Both are hints to a file that was tampered with: no code from it. */
	sqlite3_db_config(read->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(read->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(read->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(read->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_busy_timeout(read->db, 0);
	sqlite3_progress_handler(read->db, PROGRESS_STEPS, on_progress, read);

	for (i = 0; i < sizeof(pragmas) / sizeof(pragmas[0]); i++) {
		if ((status = pragma(read, pragmas[i], &value)) != REEL_OK)
			goto out;
	}
	if ((status = recognise(read)) != REEL_OK)
		goto out;

	if ((read->known = reel_known_new()) == NULL) {
		status = REEL_NOMEM;
		goto out;
	}
	read->dev = (uint64_t)st.st_dev;
	read->ino = (uint64_t)st.st_ino;
	read->suspect = 0;
	status = REEL_OK;

out:
	if (status != REEL_OK)
		reel_handle_close(read);
	return (status);
}

void
reel_handle_close(struct reel_read *read)
{
	size_t i;

	for (i = 0; i < REEL_HANDLE_STMTS; i++) {
		sqlite3_finalize(read->stmts[i]);
		read->stmts[i] = NULL;
	}
	read->used = 0;
	sqlite3_close(read->db);
	read->db = NULL;
	reel_known_free(read->known);
	read->known = NULL;
	read->head_known = 0;
	memset(&read->known_at, 0, sizeof(read->known_at));
	memset(&read->count_at, 0, sizeof(read->count_at));
	read->suspect = 0;
}

int
reel_handle_replaced(struct reel_read *read)
{
	struct stat st;

	return (stat(read->file, &st) != 0 || (uint64_t)st.st_dev != read->dev ||
	    (uint64_t)st.st_ino != read->ino);
}

enum reel_status
reel_handle_start(struct reel_read *read, enum reel_handle_stmt which,
    struct sqlite3_stmt **stmt)
{
	int rc;

	if (read->stmts[which] == NULL) {
		rc = sqlite3_prepare_v3(read->db, sql[which], -1,
		    SQLITE_PREPARE_PERSISTENT, &read->stmts[which], NULL);
		if (rc != SQLITE_OK)
			return (reel_handle_fail(read, rc));
	} else if (read->used & (1U << which)) {
		sqlite3_reset(read->stmts[which]);
	}
	read->used |= 1U << which;
	*stmt = read->stmts[which];
	return (REEL_OK);
}

enum reel_status
reel_handle_step(struct reel_read *read, struct sqlite3_stmt *stmt)
{
	int rc;

	if ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
		return (REEL_OK);
	if (rc == SQLITE_DONE)
		return (REEL_NOT_FOUND);
	return (reel_handle_fail(read, rc));
}

void
reel_handle_keys(struct sqlite3_stmt *stmt, int column,
    const unsigned char **picture, const unsigned char **board)
{
	const unsigned char *keys = sqlite3_column_blob(stmt, column);
	int len = sqlite3_column_bytes(stmt, column);

	*picture = len == REEL_KEY_BYTES ? keys : NULL;
	*board = NULL;
	if (len == 2 * REEL_KEY_BYTES) {
		*picture = reel_key_known(keys) ? keys : NULL;
		*board = keys + REEL_KEY_BYTES;
	}
}

void
reel_handle_reset(struct reel_read *read)
{
	size_t i;

	for (i = 0; read->used != 0; i++) {
		if ((read->used & (1U << i)) == 0)
			continue;
		/* It repeats the error of the last step, which was seen. */
		sqlite3_reset(read->stmts[i]);
		read->used &= ~(1U << i);
	}
}
