#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_book_epoch_sql.h"
#include "indexer/reel_book_file_sql.h"
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
 * Invariant: ${head} is durable before anybody is told of it.
 */

/* Start over with the WAL from here on; beyond it, insist. */
#define WAL_LONG_BYTES (16 << 20)
#define WAL_TOO_LONG_BYTES (32 << 20)
#define WAL_INSIST_MS 50

/* A reader may be repairing the WAL index after a crash; it takes a moment. */
#define BUSY_MS 5000

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
	int persist;
	enum reel_status status;

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

	status = reel_book_file_version(path, version, why);
	if (status != REEL_OK)
		return (status);
	for (; version < REEL_SCHEMA_VERSION; version++) {
		snprintf(step, sizeof(step), "PRAGMA user_version = %d; COMMIT",
		    (int)version + 1);
		if (sqlite3_exec(w->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) ||
		    sqlite3_exec(w->db, reel_schema_migrate[version], NULL,
			NULL, NULL) ||
		    sqlite3_exec(w->db, step, NULL, NULL, NULL))
			return (say_sqlite(w, path, why));
	}
	return (REEL_OK);
}

/* In lots, each durable: a stop in between loses none. */
static enum reel_status
join_subtitles(struct reel_write *w)
{
	enum reel_status status;

	while ((status = reel_book_subs_older(w)) == REEL_OK)
		if ((status = reel_write_commit(w)) != REEL_OK)
			break;
	return (status == REEL_NOT_FOUND ? REEL_OK : status);
}

enum reel_status
reel_write_open(
    const char *state_dir, struct reel_write **write, struct reel_buf *why)
{
	struct reel_write *w;
	char *dir, *path;
	int64_t seen;
	size_t said;
	enum reel_status status;

	w = NULL;
	dir = path = NULL;
	said = why->len;
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

	/* Before SQLite's first memory; later it keeps what it has. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
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
	if ((status = connect_book(w, path, why)) != REEL_OK)
		goto out;
	if ((status = reel_book_prepare(w)) != REEL_OK ||
	    (status = reel_book_epoch_settle(w, path, seen, why)) !=
		REEL_OK ||
	    (status = join_subtitles(w)) != REEL_OK ||
	    (status = reel_write_commit(w)) != REEL_OK) {
		if (why->len == said)
			status = say_sqlite(w, path, why);
		goto out;
	}
	reel_book_file_sign(w->lock_fd, w->epoch);
	if (w->id == 0)
		reel_inodes_begin(&w->inodes);
	reel_info("open the index path=%s epoch=%lld seq=%lld sqlite=%s", path,
	    (long long)w->epoch, (long long)w->head, sqlite3_libversion());
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
	if ((status = reel_book_subs_flush(write)) != REEL_OK ||
	    (status = reel_book_sums_flush(write)) != REEL_OK)
		return (status);
	if (write->id != write->last_id && (status = reel_book_meta_put(write,
	    "last_id", write->id)) != REEL_OK)
		return (status);
	if ((status = reel_book_run(write, REEL_BOOK_COMMIT)) != REEL_OK)
		return (status);
	write->began = 0;
	write->last_id = write->id;
	write->dirty = 0;
	write->head = write->seq;
	write->head_oldest = write->oldest;
	write->committed = write->counts;

	/*
	 * A reader in the way leaves the WAL as long as it is: wait until it has
	 * grown as much again.  A failure is none of the commit's, which is
	 * durable.
	 */
	if (write->wal_pages < write->wal_tried)
		write->wal_tried = 0;
	if ((int64_t)(write->wal_pages - write->wal_tried) *
		write->page_bytes > WAL_LONG_BYTES)
		(void)reel_write_checkpoint(write);
	return (REEL_OK);
}

enum reel_status
reel_write_checkpoint(struct reel_write *write)
{
	int pages, rc;

	if (write->began)
		return (REEL_AGAIN);
	write->wal_tried = write->wal_pages;
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
