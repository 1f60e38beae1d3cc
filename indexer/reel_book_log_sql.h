#ifndef REEL_BOOK_LOG_SQL_H
#define REEL_BOOK_LOG_SQL_H

#include <stdint.h>

#include "shared/reel_item.h"
#include "shared/reel_status.h"

/*
 * What else is written with a row: its change record and its search tokens.
 */
struct reel_buf;
struct reel_book_row;
struct reel_write;

/**
 * reel_book_log_now(): milliseconds since 1970 by the clock on the wall.
 *
 * reel_book_log_add(w, op, recursive, row, path, old_path, body):
 * Append a record.  ${old_path} and ${body} may be NULL.
 *
 * reel_book_log_grams(w, id, name, name_len, gone):
 * Store the tokens of a name, or take them out when ${gone}.
 */
int64_t reel_book_log_now(void);
enum reel_status reel_book_log_add(struct reel_write *w, enum reel_op op,
    int recursive, const struct reel_book_row *row, const struct reel_buf *path,
    const struct reel_buf *old_path, const struct reel_buf *body);
enum reel_status reel_book_log_grams(struct reel_write *w, int64_t id,
    const char *name, size_t name_len, int gone);

#endif /* !REEL_BOOK_LOG_SQL_H */
