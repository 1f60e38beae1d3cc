#ifndef REEL_BOOK_EPOCH_SQL_H
#define REEL_BOOK_EPOCH_SQL_H

#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * Where the book ended, and under which epoch it goes on.
 */
struct reel_write;

/**
 * reel_book_epoch_settle(w, path, seen, why):
 * Learn where the book at ${path} ended and note in an open transaction that it
 * is in use; mint an epoch above its own and above ${seen} if it must be.
 * REEL_BAD_INPUT: damaged, ${why} says so.  REEL_IO: ${why} may be empty, then
 * the handle knows.
 */
enum reel_status reel_book_epoch_settle(struct reel_write *w, const char *path,
    int64_t seen, struct reel_buf *why);

#endif /* !REEL_BOOK_EPOCH_SQL_H */
