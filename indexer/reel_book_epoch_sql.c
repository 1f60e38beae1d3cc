#include <errno.h>
#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_book_epoch_sql.h"
#include "indexer/reel_book_file_sql.h"
#include "indexer/reel_book_log_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_log.h"

/*
 * Where the book ended, and whether its log may go on under its old name.
 *
 * An epoch is the name of a log.  A new one is minted when a cursor of the log
 * before could mislead: a fresh book, a copy of one (it may have gone on
 * elsewhere), or a power cut (synchronous=FULL should have kept everything, but
 * disks lie).  Not after a kill: what was committed is in the WAL.
 *
 * Epochs only grow.  The book knows its own; the lock file knows the highest the
 * state folder has seen, for the day the book is lost or an old one put back.
 */

/* After a power cut; reading more than this would delay the start too long. */
#define CHECK_BYTES (256 << 20)

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

/* The last id and the last seq that were given away. */
static enum reel_status
last_given(struct reel_write *w)
{
	struct sqlite3_stmt *stmt = reel_book_stmt(w, REEL_BOOK_LAST_GET);
	enum reel_status status;

	if ((status = reel_book_row(w, REEL_BOOK_LAST_GET)) != REEL_OK)
		return (status);
	w->id = sqlite3_column_int64(stmt, 0);
	w->seq = sqlite3_column_int64(stmt, 1);
	reel_book_reset(w, REEL_BOOK_LAST_GET);
	return (REEL_OK);
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
	    (status = last_given(w)) != REEL_OK ||
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
	w->last_id = w->id;
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
	if ((status = reel_book_run(w, REEL_BOOK_CHANGE_CLEAR)) != REEL_OK ||
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

	if (sqlite3_prepare_v2(w->db, "PRAGMA page_count", -1, &stmt, NULL) !=
	    SQLITE_OK)
		return (REEL_BAD_INPUT);
	pages = sqlite3_step(stmt) == SQLITE_ROW ?
	    sqlite3_column_int64(stmt, 0) : 0;
	sqlite3_finalize(stmt);
	if (pages * w->page_bytes > CHECK_BYTES)
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

/* Note who uses the book from now on, under a new epoch if it must be. */
static enum reel_status
sign_in(struct reel_write *w, const char *identity, const char *boot,
    int mint_one, int64_t seen)
{
	enum reel_status status;

	if ((status = reel_book_begin(w)) != REEL_OK)
		return (status);
	if (mint_one) {
		if ((status = mint(w, seen)) != REEL_OK)
			return (status);
		reel_info("begin a log epoch=%lld seq=%lld",
		    (long long)w->epoch, (long long)w->seq);
	}
	if ((status = meta_put_text(w, "file", identity)) != REEL_OK ||
	    (status = meta_put_text(w, "boot", boot)) != REEL_OK)
		return (status);
	return (reel_book_meta_put(w, "clean", 0));
}

enum reel_status
reel_book_epoch_settle(struct reel_write *w, const char *path, int64_t seen,
    struct reel_buf *why)
{
	char identity[64], boot[64];
	int64_t clean;
	int same_file, power_cut;
	enum reel_status status;

	if (reel_book_file_identity(path, identity, sizeof(identity)) !=
	    REEL_OK) {
		reel_buf_fmt(why, "cannot stat %s: %s", path, strerror(errno));
		return (REEL_IO);
	}
	reel_book_file_boot(boot, sizeof(boot));
	if ((status = learn(w)) != REEL_OK ||
	    (status = reel_book_meta(w, "clean", &clean)) != REEL_OK)
		goto out;
	same_file = meta_is(w, "file", identity);
	power_cut = !clean && !meta_is(w, "boot", boot);
	if (power_cut && check_whole(w) != REEL_OK) {
		reel_buf_fmt(why, "%s is damaged since the machine stopped: "
			"move it away and start again, which reads the library "
			"anew, or put a backup in its place", path);
		return (REEL_BAD_INPUT);
	}
	status = sign_in(w, identity, boot,
	    w->epoch == 0 || w->epoch < seen || !same_file || power_cut, seen);

out:
	if (status == REEL_NOT_FOUND) {
		reel_buf_fmt(why, "%s is damaged (it does not know its own "
			"epoch): move it away and start again, which reads the "
			"library anew", path);
		return (REEL_BAD_INPUT);
	}
	return (status);
}
