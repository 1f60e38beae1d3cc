#ifndef REEL_FAILURES_SQL_H
#define REEL_FAILURES_SQL_H

#include <stdint.h>

#include "shared/reel_status.h"

/*
 * The dead letters of the book, for the status file.  Reads only.
 */
struct reel_write;

/* More than a person reads; the rest is in the items themselves. */
#define REEL_FAILURES_MAX 100

/**
 * reel_failures_newest(write, on_failure, cookie):
 * Call ${on_failure} for the newest REEL_FAILURES_MAX failures, newest first.
 * Texts live as long as the callback, which must not call the book.
 */
enum reel_status reel_failures_newest(struct reel_write *write,
    void (*on_failure)(void *cookie, int64_t item_id, const char *reason,
        int attempts, int64_t ts),
    void *cookie);

#endif /* !REEL_FAILURES_SQL_H */
