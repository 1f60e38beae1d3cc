#ifndef REEL_HANDLE_SQL_H
#define REEL_HANDLE_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_cursor.h"
#include "shared/reel_status.h"

/*
 * What is behind a struct reel_read: the connection and its statements.  Only
 * the files that read the book (reel_read_sql, reel_since_sql) look in here.
 */
struct sqlite3;
struct sqlite3_stmt;
struct reel_known;

enum reel_handle_stmt {
	REEL_HANDLE_ANCHOR,
	REEL_HANDLE_HEAD,
	REEL_HANDLE_GET,
	REEL_HANDLE_PLACE,
	REEL_HANDLE_PICTURE,
	REEL_HANDLE_BOARD,
	REEL_HANDLE_STEP,
	REEL_HANDLE_UP,
	REEL_HANDLE_LIST,
	REEL_HANDLE_LIST_DESC,
	REEL_HANDLE_SCAN,
	REEL_HANDLE_SCAN_DESC,
	REEL_HANDLE_COUNT,
	REEL_HANDLE_COUNT_ALL,
	REEL_HANDLE_TOTALS,
	REEL_HANDLE_MOVED,
	REEL_HANDLE_OLDEST,
	REEL_HANDLE_HEAD_TS,
	REEL_HANDLE_SINCE,
	REEL_HANDLE_STMTS
};

struct reel_read {
	char *file;
	struct sqlite3 *db; /* NULL: closed */
	struct sqlite3_stmt *stmts[REEL_HANDLE_STMTS];
	unsigned used; /* bit by statement: to be reset at the end */
	uint64_t dev;  /* of the file that is open */
	uint64_t ino;
	int look;      /* compare them with the path's */
	int suspect;   /* close before the next use */
	int64_t deadline_ns;
	struct reel_cursor head;
	unsigned version;      /* SQLite's count of commits, when head was read */
	int head_known;
	int64_t count_folder; /* the last count that was made, at count_at */
	int64_t count;
	unsigned count_types;
	struct reel_cursor count_at;
	int listing; /* the statement of the list in progress */
	int64_t listing_id;
	struct reel_known *known;
	struct reel_cursor known_at; /* what is known was true at this record */
	struct reel_buf path;
	struct reel_buf names;
	char error[512];
};

/**
 * reel_handle_open(read): open, harden, and recognise the book.
 * reel_handle_close(read): also what is known of it.
 * reel_handle_replaced(read): nonzero if the path holds another file now.
 */
enum reel_status reel_handle_open(struct reel_read *read);
void reel_handle_close(struct reel_read *read);
int reel_handle_replaced(struct reel_read *read);

/**
 * reel_handle_start(read, which, stmt): reset, or prepare the first time.
 * reel_handle_step(read, stmt): REEL_OK: a row; REEL_NOT_FOUND: no more.
 * reel_handle_fail(read, rc): keep the words of SQLite's ${rc}, return ours.
 * reel_handle_keys(stmt, column, picture, board): of both, or NULL.
 * reel_handle_reset(read): every statement that was started.
 */
enum reel_status reel_handle_start(struct reel_read *read,
    enum reel_handle_stmt which, struct sqlite3_stmt **stmt);
enum reel_status reel_handle_step(
    struct reel_read *read, struct sqlite3_stmt *stmt);
enum reel_status reel_handle_fail(struct reel_read *read, int rc);
void reel_handle_keys(struct sqlite3_stmt *stmt, int column,
    const unsigned char **picture, const unsigned char **board);
void reel_handle_reset(struct reel_read *read);

int64_t reel_handle_now_ns(void);

#endif /* !REEL_HANDLE_SQL_H */
