#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_book_file_sql.h"
#include "indexer/reel_book_log_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_log.h"
#include "indexer/reel_write_sql.h"
#include "shared/reel_schema_sql.h"

/*
 * The life of the book's one writer: open, commit, close.  It lives on the loop
 * thread of the one indexer that holds the lock.  Nobody else writes, and this
 * connection runs every checkpoint: SQLite before 3.51.3 can lose commits when
 * another connection checkpoints at the wrong instant.
 *
 * An epoch is the name of a log.  It is minted when a cursor of the log before
 * could mislead: a fresh book, a copy of one (it may have gone on elsewhere), or
 * a power cut (synchronous=FULL should have kept everything, but disks lie).
 * Not after a kill: what was committed is in the WAL.
 *
 * Invariant: ${head} is durable before anybody is told of it.
 */

/* Start over with the WAL from here on; beyond it, insist. */
#define WAL_LONG_BYTES (16 << 20)
#define WAL_TOO_LONG_BYTES (32 << 20)
#define WAL_INSIST_MS 50

/* A reader may be repairing the WAL index after a crash; it takes a moment. */
#define BUSY_MS 5000

/* After a power cut; reading more than this would delay the start too long. */
#define CHECK_BYTES (256 << 20)

/* 8 MiB of pages (negative: KiB), see "memory of the indexer". */
static const char settings[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA journal_size_limit = 33554432;"
    "PRAGMA cache_size = -8192;"
    "PRAGMA mmap_size = 0;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA secure_delete = OFF;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;";

static int
on_wal(void *cookie, struct sqlite3 *db, const char *name, int pages)
{
	struct reel_write *w = cookie;

	(void)db;
	(void)name;
	w->wal_pages = pages;
	return (SQLITE_OK);
}

/* A sentence for what SQLite said while opening, and its status. */
static enum reel_status
say_sqlite(struct reel_write *w, const char *path, struct reel_buf *why)
{
	const char *what;
	int rc;

	/* After a rollback only the handle still knows what went wrong. */
	if (w->error.len > 0) {
		rc = w->error_code & 0xff;
		what = w->error.data;
	} else if (w->db != NULL) {
		rc = sqlite3_errcode(w->db) & 0xff;
		what = sqlite3_errmsg(w->db);
	} else {
		rc = SQLITE_NOMEM;
		what = "out of memory";
	}
	if (rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB) {
		reel_buf_fmt(why, "%s is damaged (%s): move it away and start "
			"again, which reads the library anew, or put a backup "
			"in its place", path, what);
		return (REEL_BAD_INPUT);
	}
	reel_buf_fmt(why, "cannot open %s: %s", path, what);
	return (rc == SQLITE_BUSY ? REEL_BUSY : REEL_IO);
}

static int
pragma_number(struct sqlite3 *db, const char *pragma, int64_t *value)
{
	struct sqlite3_stmt *stmt;
	int rc;

	rc = sqlite3_prepare_v2(db, pragma, -1, &stmt, NULL);
	if (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
		*value = sqlite3_column_int64(stmt, 0);
	else
		rc = SQLITE_ERROR;
	sqlite3_finalize(stmt);
	return (rc);
}

/* Open the connection and bring the schema up to this program's version. */
static enum reel_status
connect_book(struct reel_write *w, const char *path, struct reel_buf *why)
{
	char step[96];
	int64_t version, page_bytes;
	int persist, version_now;

	if (sqlite3_open_v2(path, &w->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_PRIVATECACHE,
		NULL) != SQLITE_OK)
		return (say_sqlite(w, path, why));
	sqlite3_extended_result_codes(w->db, 1);
	sqlite3_busy_timeout(w->db, BUSY_MS);
	sqlite3_db_config(w->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* Readers that may not write cannot open a book without its WAL. */
	persist = 1;
	sqlite3_file_control(
	    w->db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
	if (sqlite3_exec(w->db, settings, NULL, NULL, NULL) != SQLITE_OK ||
	    pragma_number(w->db, "PRAGMA user_version", &version) !=
		SQLITE_OK ||
	    pragma_number(w->db, "PRAGMA page_size", &page_bytes) != SQLITE_OK)
		return (say_sqlite(w, path, why));
	w->page_bytes = (int)page_bytes;
	/* After the settings: wal_autocheckpoint takes the hook away. */
	sqlite3_wal_hook(w->db, on_wal, w);

	for (version_now = (int)version; version_now < REEL_SCHEMA_VERSION;
	     version_now++) {
		snprintf(step, sizeof(step), "PRAGMA user_version = %d; COMMIT",
		    version_now + 1);
		if (sqlite3_exec(w->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) ||
		    sqlite3_exec(w->db, reel_schema_migrate[version_now], NULL,
			NULL, NULL) ||
		    sqlite3_exec(w->db, step, NULL, NULL, NULL))
			return (say_sqlite(w, path, why));
	}
	return (REEL_OK);
}

/* A text of meta that is not a number. */
static int
meta_is(struct reel_write *w, const char *key, const char *text)
{
	struct sqlite3_stmt *stmt;
	int same;

	stmt = reel_book_stmt(w, REEL_BOOK_META_GET);
	sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
	if (reel_book_row(w, REEL_BOOK_META_GET) != REEL_OK)
		return (0);
	same = sqlite3_column_type(stmt, 0) == SQLITE_TEXT &&
	    strcmp((const char *)sqlite3_column_text(stmt, 0), text) == 0;
	reel_book_reset(w, REEL_BOOK_META_GET);
	return (same);
}

static enum reel_status
meta_put_text(struct reel_write *w, const char *key, const char *text)
{
	struct sqlite3_stmt *stmt;

	stmt = reel_book_stmt(w, REEL_BOOK_META_PUT);
	sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, text, -1, SQLITE_STATIC);
	return (reel_book_run(w, REEL_BOOK_META_PUT));
}

static enum reel_status
count_rows(struct reel_write *w, enum reel_book_query query, int64_t *count)
{
	enum reel_status status;

	if ((status = reel_book_row(w, query)) != REEL_OK)
		return (status);
	*count = sqlite3_column_int64(reel_book_stmt(w, query), 0);
	reel_book_reset(w, query);
	return (REEL_OK);
}

/* The highest number AUTOINCREMENT ever gave to a row of ${table}. */
static enum reel_status
last_given(struct reel_write *w, const char *table, int64_t *number)
{
	enum reel_status status;

	*number = 0;
	sqlite3_bind_text(reel_book_stmt(w, REEL_BOOK_SEQUENCE_GET), 1, table,
	    -1, SQLITE_STATIC);
	status = count_rows(w, REEL_BOOK_SEQUENCE_GET, number);
	return (status == REEL_NOT_FOUND ? REEL_OK : status);
}

/* Learn where the book ended. */
static enum reel_status
learn(struct reel_write *w)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if ((status = reel_book_meta(w, "epoch", &w->epoch)) != REEL_OK ||
	    (status = reel_book_meta(w, "oldest", &w->oldest)) != REEL_OK ||
	    (status = reel_book_meta(w, "head_ts", &w->ts)) != REEL_OK ||
	    (status = last_given(w, "items", &w->id)) != REEL_OK ||
	    (status = last_given(w, "changes", &w->seq)) != REEL_OK ||
	    (status = count_rows(
		 w, REEL_BOOK_JOB_COUNT, &w->counts.jobs)) != REEL_OK ||
	    (status = count_rows(w, REEL_BOOK_FAILURE_COUNT,
		 &w->counts.failures)) != REEL_OK)
		return (status);

	stmt = reel_book_stmt(w, REEL_BOOK_CHANGE_HEAD);
	status = reel_book_row(w, REEL_BOOK_CHANGE_HEAD);
	if (status == REEL_OK) {
		if (sqlite3_column_int64(stmt, 1) > w->ts)
			w->ts = sqlite3_column_int64(stmt, 1);
		reel_book_reset(w, REEL_BOOK_CHANGE_HEAD);
	}
	w->head = w->seq;
	w->head_oldest = w->oldest;
	w->committed = w->counts;
	return (status == REEL_NOT_FOUND ? REEL_OK : status);
}

/* Begin a log of another name; what the old one told is void. */
static enum reel_status
mint(struct reel_write *w, int64_t seen)
{
	int64_t epoch;
	enum reel_status status;

	epoch = reel_book_log_now();
	if (epoch <= w->epoch)
		epoch = w->epoch + 1;
	if (epoch <= seen)
		epoch = seen + 1;
	sqlite3_bind_int64(
	    reel_book_stmt(w, REEL_BOOK_CHANGE_TRIM), 1, w->seq + 1);
	if ((status = reel_book_run(w, REEL_BOOK_CHANGE_TRIM)) != REEL_OK ||
	    (status = reel_book_meta_put(w, "epoch", epoch)) != REEL_OK ||
	    (status = reel_book_meta_put(w, "oldest", w->seq + 1)) != REEL_OK ||
	    (status = reel_book_meta_put(w, "head_ts", w->ts)) != REEL_OK)
		return (status);
	w->epoch = epoch;
	w->oldest = w->seq + 1;
	return (REEL_OK);
}

/* Whether a power cut left the file whole, when looking does not take long. */
static enum reel_status
check_whole(struct reel_write *w)
{
	struct sqlite3_stmt *stmt;
	int64_t pages;
	int whole;

	if (pragma_number(w->db, "PRAGMA page_count", &pages) != SQLITE_OK ||
	    pages * w->page_bytes > CHECK_BYTES)
		return (REEL_OK);
	whole = 0;
	if (sqlite3_prepare_v2(w->db, "PRAGMA quick_check (1)", -1, &stmt,
		NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		whole = strcmp((const char *)sqlite3_column_text(stmt, 0),
			    "ok") == 0;
	sqlite3_finalize(stmt);
	return (whole ? REEL_OK : REEL_BAD_INPUT);
}

/* Note who uses the book from now on, and mint an epoch if it must be. */
static enum reel_status
settle_in(struct reel_write *w, const char *path, int64_t seen,
    struct reel_buf *why)
{
	char identity[64], boot[64];
	int64_t clean;
	int same_file, same_boot;
	enum reel_status status;

	if (reel_book_file_identity(path, identity, sizeof(identity)) !=
	    REEL_OK) {
		reel_buf_fmt(why, "cannot stat %s: %s", path, strerror(errno));
		return (REEL_IO);
	}
	reel_book_file_boot(boot, sizeof(boot));
	if ((status = reel_book_prepare(w)) != REEL_OK ||
	    (status = learn(w)) != REEL_OK ||
	    (status = reel_book_meta(w, "clean", &clean)) != REEL_OK)
		goto out;
	same_file = meta_is(w, "file", identity);
	same_boot = meta_is(w, "boot", boot);
	if (!same_boot && !clean && check_whole(w) != REEL_OK) {
		reel_buf_fmt(why, "%s is damaged since the machine stopped: "
			"move it away and start again, which reads the library "
			"anew, or put a backup in its place", path);
		return (REEL_BAD_INPUT);
	}

	if ((status = reel_book_begin(w)) != REEL_OK)
		goto out;
	if (w->epoch == 0 || w->epoch < seen || !same_file ||
	    (!same_boot && !clean)) {
		if ((status = mint(w, seen)) != REEL_OK)
			goto out;
		reel_info("begin a log epoch=%lld seq=%lld",
		    (long long)w->epoch, (long long)w->seq);
	}
	if ((status = meta_put_text(w, "file", identity)) != REEL_OK ||
	    (status = meta_put_text(w, "boot", boot)) != REEL_OK ||
	    (status = reel_book_meta_put(w, "clean", 0)) != REEL_OK)
		goto out;
	status = reel_write_commit(w);

out:
	if (status == REEL_NOT_FOUND) {
		reel_buf_fmt(why, "%s is damaged (it does not know its own "
			"epoch): move it away and start again", path);
		return (REEL_BAD_INPUT);
	}
	if (status != REEL_OK)
		return (say_sqlite(w, path, why));
	return (REEL_OK);
}

enum reel_status
reel_write_open(
    const char *state_dir, struct reel_write **write, struct reel_buf *why)
{
	struct reel_write *w;
	char *dir, *path;
	int64_t seen;
	enum reel_status status;

	w = NULL;
	dir = path = NULL;
	status = REEL_IO;
	if (mkdir(state_dir, 0750) != 0 && errno != EEXIST) {
		reel_buf_fmt(why, "cannot make the state folder %s: %s",
		    state_dir, strerror(errno));
		goto out;
	}
	/* Links on the way are fine here, but SQLite and we must see one name. */
	if ((dir = realpath(state_dir, NULL)) == NULL ||
	    asprintf(&path, "%s/" REEL_SCHEMA_FILE, dir) < 0) {
		path = NULL;
		reel_buf_fmt(why, "cannot use the state folder %s: %s",
		    state_dir, strerror(errno));
		goto out;
	}

	w = reel_book_new();
	status = reel_book_file_lock(dir, &w->lock_fd, &seen, why);
	if (status != REEL_OK)
		goto out;
	status = reel_book_file_check(path, why);
	if (status == REEL_NOT_FOUND)
		status = reel_book_file_create(path, why);
	if (status != REEL_OK)
		goto out;
	if (chmod(path, 0640) != 0)
		reel_warn("cannot set the mode of the index path=%s: %s", path,
		    strerror(errno));
	if ((status = connect_book(w, path, why)) != REEL_OK ||
	    (status = settle_in(w, path, seen, why)) != REEL_OK)
		goto out;
	reel_book_file_sign(w->lock_fd, w->epoch);
	*write = w;
	w = NULL;

out:
	reel_book_free(w);
	free(path);
	free(dir);
	return (status);
}

enum reel_status
reel_write_commit(struct reel_write *write)
{
	enum reel_status status;

	if (!write->began)
		return (REEL_OK);
	if ((status = reel_book_sums_flush(write)) != REEL_OK)
		return (status);
	if ((status = reel_book_run(write, REEL_BOOK_COMMIT)) != REEL_OK)
		return (status);
	write->began = 0;
	write->dirty = 0;
	write->head = write->seq;
	write->head_oldest = write->oldest;
	write->committed = write->counts;

	/* Its failure is none of the commit's: that is durable. */
	if ((int64_t)write->wal_pages * write->page_bytes > WAL_LONG_BYTES)
		(void)reel_write_checkpoint(write);
	return (REEL_OK);
}

enum reel_status
reel_write_checkpoint(struct reel_write *write)
{
	int pages, rc;

	if (write->began)
		return (REEL_AGAIN);
	pages = 0;
	rc = sqlite3_wal_checkpoint_v2(write->db, NULL,
	    SQLITE_CHECKPOINT_PASSIVE, &pages, NULL);
	if (rc == SQLITE_OK &&
	    (int64_t)pages * write->page_bytes > WAL_TOO_LONG_BYTES) {
		sqlite3_busy_timeout(write->db, WAL_INSIST_MS);
		rc = sqlite3_wal_checkpoint_v2(write->db, NULL,
		    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
		sqlite3_busy_timeout(write->db, BUSY_MS);
	}
	/* Readers in the way: as far as they allow, and again later. */
	if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY &&
	    (rc & 0xff) != SQLITE_LOCKED)
		return (reel_book_fail(write, "checkpoint"));
	return (REEL_OK);
}

size_t
reel_write_dirty(struct reel_write *write)
{

	return (write->dirty);
}

struct reel_cursor
reel_write_head(struct reel_write *write)
{
	struct reel_cursor head;

	head.epoch = write->epoch;
	head.seq = write->head;
	return (head);
}

const char *
reel_write_error(struct reel_write *write)
{

	return (write->error.len > 0 ? write->error.data : "no error");
}

void
reel_write_close(struct reel_write *write)
{

	if (write == NULL)
		return;
	if (reel_write_commit(write) != REEL_OK ||
	    reel_book_begin(write) != REEL_OK ||
	    reel_book_meta_put(write, "clean", 1) != REEL_OK ||
	    reel_write_commit(write) != REEL_OK)
		reel_err("cannot note the clean stop: %s",
		    reel_write_error(write));
	sqlite3_busy_timeout(write->db, WAL_INSIST_MS);
	sqlite3_wal_checkpoint_v2(
	    write->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	reel_book_free(write);
}
