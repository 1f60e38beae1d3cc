#ifndef REEL_BOOK_ROWS_SQL_H
#define REEL_BOOK_ROWS_SQL_H

#include <stdint.h>

#include "indexer/reel_book_query_sql.h"
#include "indexer/reel_book_sums_sql.h"
#include "indexer/reel_node.h"
#include "shared/reel_key.h"
#include "shared/reel_status.h"

/*
 * Rows of items to structs and back.
 */
struct reel_write;
struct sqlite3_stmt;

/* A row as it is in the book.  ${node.name} points at ${name}. */
struct reel_book_row {
	struct reel_node node;
	struct reel_sum sum;
	/* One behind the other, as in the book; all zero: none. */
	unsigned char picture[REEL_KEY_BYTES];
	unsigned char board[REEL_KEY_BYTES];
	char name[REEL_NODE_NAME_MAX + 1];
};

/**
 * reel_book_rows_node(stmt, node):
 * Read the columns of a node; its name lives until the statement moves on.
 *
 * reel_book_rows_load(w, id, row):
 * Read the whole row; its body goes to ${w->old_body}, its path to
 * ${w->old_path}.  REEL_NOT_FOUND if it is not in the library.
 *
 * reel_book_rows_insert(w, row), reel_book_rows_update(w, row):
 * Write the row with the body ${w->body}.  REEL_BUSY: the place is taken, and
 * nothing happened.
 *
 * reel_book_rows_delete(w, query, id, count):
 * Run a statement that deletes by id; ${count}, unless NULL, goes down by what
 * was there.
 *
 * reel_book_rows_forget(w, node):
 * What hangs on an item that goes: its tokens, its job, its failure.
 *
 * reel_book_rows_bind_key(stmt, at, key), reel_book_rows_key(stmt, column, key):
 * A key to a column and back; all zero is NULL there.
 *
 * reel_book_rows_bare(row): it has no picture and no storyboard.
 * reel_book_rows_bind_pictures(stmt, at, row): both keys of the row.
 *
 * reel_book_rows_fail(w, id, stage, attempts, ts, reason):
 * A dead letter of ${ts}, ms since 1970, in the place of any that is there.
 *
 * reel_book_rows_trash(w, id): put a folder below the trash.
 */
void reel_book_rows_node(struct sqlite3_stmt *stmt, struct reel_node *node);
enum reel_status reel_book_rows_load(
    struct reel_write *w, int64_t id, struct reel_book_row *row);
enum reel_status reel_book_rows_insert(
    struct reel_write *w, const struct reel_book_row *row);
enum reel_status reel_book_rows_update(
    struct reel_write *w, const struct reel_book_row *row);
enum reel_status reel_book_rows_delete(struct reel_write *w,
    enum reel_book_query query, int64_t id, int64_t *count);
enum reel_status reel_book_rows_forget(
    struct reel_write *w, const struct reel_node *node);
void reel_book_rows_bind_key(
    struct sqlite3_stmt *stmt, int at, const unsigned char *key);
void reel_book_rows_bare(struct reel_book_row *row);
void reel_book_rows_bind_pictures(
    struct sqlite3_stmt *stmt, int at, const struct reel_book_row *row);
void reel_book_rows_key(
    struct sqlite3_stmt *stmt, int column, unsigned char *key);
enum reel_status reel_book_rows_fail(struct reel_write *w, int64_t id,
    int stage, int attempts, int64_t ts, const char *reason);
enum reel_status reel_book_rows_trash(struct reel_write *w, int64_t id);

#endif /* !REEL_BOOK_ROWS_SQL_H */
