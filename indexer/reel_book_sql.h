#ifndef REEL_BOOK_SQL_H
#define REEL_BOOK_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/reel_book_query_sql.h"
#include "indexer/reel_book_subs_sql.h"
#include "indexer/reel_book_sums_sql.h"
#include "indexer/reel_inodes.h"
#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * The inside of the writer's handle, for the files that together are the
 * writer and for the queue; nobody else includes this.
 */
struct sqlite3;
struct sqlite3_stmt;

#define REEL_BOOK_PATHS 64 /* folder paths that are remembered, by id */

/* Counted as rows come and go. */
struct reel_book_counts {
	int64_t jobs;
	int64_t failures;
	int64_t probed;   /* since open */
	int64_t pictured; /* likewise */
};

struct reel_write {
	struct sqlite3 *db;
	struct sqlite3_stmt *stmts[REEL_BOOK_QUERIES];
	int lock_fd;
	int began;           /* a transaction is open */
	size_t dirty;        /* rows since the last commit */
	int64_t unmerged;    /* names taken out of the search index, */
	int merging;         /* which is being put together */
	uint64_t rollbacks;  /* whoever keeps something of the book watches this */
	int wal_pages;       /* in the WAL after the last commit */
	int wal_tried;       /* and at the last checkpoint */
	int page_bytes;
	int64_t epoch;
	int64_t oldest;      /* first seq in the log */
	int64_t seq;         /* last record, committed or not */
	int64_t ts;          /* of that record; never falls */
	int64_t id;          /* last id that was given away, */
	int64_t last_id;     /* and that the book says so */
	int64_t head, head_oldest; /* as committed */
	struct reel_book_counts counts;
	struct reel_book_counts committed;
	struct reel_sums sums;
	struct reel_subs subs;
	struct reel_inodes inodes; /* of every row, if the book began empty */
	struct reel_book_path {
		int64_t id; /* 0: empty */
		struct reel_buf path;
	} paths[REEL_BOOK_PATHS];
	struct reel_buf path;     /* of the item at hand */
	struct reel_buf old_path; /* before it moved */
	struct reel_buf body;
	struct reel_buf old_body;
	struct reel_buf tokens;
	struct reel_buf error;    /* last words, with a NUL */
	int error_code;           /* SQLite's, extended */
};

/**
 * reel_book_new(), reel_book_free(w): the handle; _free closes what is open.
 * reel_book_prepare(w): prepare every statement.
 * reel_book_begin(w): begin a transaction unless one is open.
 * reel_book_stmt(w, query): the statement, to be bound.
 * reel_book_run(w, query): run the bound statement to its end and reset it.
 * reel_book_row(w, query): step to the next row; REEL_NOT_FOUND at the end, and
 * the statement is reset.  reel_book_reset(w, query) leaves before the end.
 * reel_book_any(w, query): is there a row?  REEL_OK or REEL_NOT_FOUND; reset.
 * reel_book_exec(w, sql): run a script; errors as by reel_book_fail.
 */
struct reel_write *reel_book_new(void);
void reel_book_free(struct reel_write *w);
enum reel_status reel_book_prepare(struct reel_write *w);
enum reel_status reel_book_begin(struct reel_write *w);
struct sqlite3_stmt *reel_book_stmt(
    struct reel_write *w, enum reel_book_query query);
enum reel_status reel_book_run(struct reel_write *w, enum reel_book_query query);
enum reel_status reel_book_row(struct reel_write *w, enum reel_book_query query);
enum reel_status reel_book_any(struct reel_write *w, enum reel_book_query query);
void reel_book_reset(struct reel_write *w, enum reel_book_query query);
enum reel_status reel_book_exec(struct reel_write *w, const char *sql);

/* Keep SQLite's last words, roll back, forget what was learnt; REEL_IO. */
enum reel_status reel_book_fail(struct reel_write *w, const char *what);

/* One number the book knows of itself; REEL_NOT_FOUND without it. */
enum reel_status reel_book_meta(
    struct reel_write *w, const char *key, int64_t *value);
enum reel_status reel_book_meta_put(
    struct reel_write *w, const char *key, int64_t value);

#endif /* !REEL_BOOK_SQL_H */
