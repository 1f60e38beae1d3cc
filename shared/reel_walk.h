#ifndef REEL_WALK_H
#define REEL_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_read_sql.h"
#include "shared/reel_status.h"

/*
 * What lies below a folder, in tree order (names as bytes, a folder before what
 * it holds) or exactly reversed, without a path in the book: depth first, one
 * list at a time.
 */
#define REEL_WALK_BIT(type) (1U << (type))
#define REEL_WALK_ALL ((1U << REEL_TYPE_COUNT) - 1)
#define REEL_WALK_VIDEOS                                                       \
	(REEL_WALK_BIT(REEL_TYPE_VIDEO) | REEL_WALK_BIT(REEL_TYPE_HLS_DIRECTORY))

struct reel_walk_frame;

struct reel_walk {
	/* The caller's, before _start or _resume. */
	struct reel_read *read;
	int64_t folder_id; /* REEL_ITEM_TOP: the library */
	unsigned types;    /* bits of what is wanted */
	int recursive;
	int desc;
	int light;         /* rows without body */
	int64_t skip;      /* wanted items to leave out first */

	/* For the caller to read. */
	struct reel_buf path; /* of the folder the row lies in */
	unsigned moves;       /* changes whenever path does */
	int64_t visited;      /* rows looked at so far */

	/* The walk's own. */
	struct reel_walk_frame *frames;
	size_t depth;
	size_t cap;
	struct reel_buf names;
	int64_t pending;
};

/**
 * reel_walk_init(walk, read, folder_id, path, len):
 * ${path} is the folder's, without a name for the library.  The caller then
 * sets what it wants and calls _start, or _resume to go on behind the item at
 * the path ${rest} below the folder, whether that still exists or not.
 */
void reel_walk_init(struct reel_walk *walk, struct reel_read *read,
    int64_t folder_id, const char *path, size_t len);
void reel_walk_clear(struct reel_walk *walk);
enum reel_status reel_walk_start(struct reel_walk *walk);
enum reel_status reel_walk_resume(
    struct reel_walk *walk, const char *rest, size_t len);

/**
 * reel_walk_next(walk, row):
 * The next item; REEL_NOT_FOUND at the end.  The row lives until the next call.
 * Other statuses as reel_read_next.
 */
enum reel_status reel_walk_next(
    struct reel_walk *walk, struct reel_read_row *row);

#endif /* !REEL_WALK_H */
