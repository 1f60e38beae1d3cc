#ifndef REEL_TRAIL_SQL_H
#define REEL_TRAIL_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_status.h"

/* The way between an item and its path, inside a snapshot of reel_read. */
struct reel_read;
struct reel_read_row;

/**
 * reel_trail_resolve(read, path, len, row):
 * The item at ${path}, which is not empty and passed reel_path_check.
 *
 * reel_trail_path(read, id, path, len):
 * The path of folder ${id}; REEL_NOT_FOUND if it does not reach a root.
 * REEL_ITEM_TOP has the empty path.  It lives until the next call of either.
 */
enum reel_status reel_trail_resolve(struct reel_read *read, const char *path,
    size_t len, struct reel_read_row *row);
enum reel_status reel_trail_path(
    struct reel_read *read, int64_t id, const char **path, size_t *len);

#endif /* !REEL_TRAIL_SQL_H */
