#ifndef REEL_KNOWN_H
#define REEL_KNOWN_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_status.h"

/*
 * Folders whose path is known: id to path and path to id.  A memory of what was
 * read from the book; its owner clears it when a record touches a folder.
 */
struct reel_known;

/* At the first of these bounds everything is forgotten and learnt again. */
#define REEL_KNOWN_MAX 4096           /* folders */
#define REEL_KNOWN_BYTES (1024 * 1024) /* of their paths */
#define REEL_KNOWN_PATH_MAX 4096      /* a longer path is not kept */

/* NULL: out of memory.  _free of NULL is harmless. */
struct reel_known *reel_known_new(void);
void reel_known_free(struct reel_known *known);
void reel_known_clear(struct reel_known *known);

/**
 * reel_known_put(known, id, path, len):
 * Remember that folder ${id} lies at ${path}; not kept is no error.
 */
void reel_known_put(
    struct reel_known *known, int64_t id, const char *path, size_t len);

/**
 * reel_known_path(known, id, len):
 * Return the path of ${id}, its length in ${*len}, or NULL.  It lives until
 * the next _put or _clear.
 */
const char *reel_known_path(
    const struct reel_known *known, int64_t id, size_t *len);

/**
 * reel_known_id(known, path, len):
 * Return the id of the folder at ${path}, or 0.
 */
int64_t reel_known_id(
    const struct reel_known *known, const char *path, size_t len);

#endif /* !REEL_KNOWN_H */
