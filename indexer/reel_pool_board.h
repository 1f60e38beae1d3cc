#ifndef REEL_POOL_BOARD_H
#define REEL_POOL_BOARD_H

#include <stdint.h>

#include "indexer/reel_pool.h"
#include "shared/reel_wire.h"

/* What a pool does beside facts and pictures, slowly. */
struct reel_pool_board_part {
	struct reel_pool_part files;
	struct reel_plan_span span;
};

struct reel_pool_board_on {
	/* A whole sheet, from 1 on. */
	void (*sheet)(void *cookie, int64_t job, int sheet,
	    const struct reel_piece *piece);
	/* Time for reel_pool_board_next; zero: no file is owed.  NULL: of a film. */
	int (*next)(void *cookie, int64_t job);
	/* The outcome, whose piece has the size of a tile. */
	reel_pool_on_piece *done;
};

/**
 * reel_pool_board_make(pool, job, part, length_ms, on, cookie):
 * As reel_pool_picture, of a film of that length, or of a stream that begins with
 * that file.
 *
 * reel_pool_board_next(pool, job, part): the next one; ${part->files.fd} -1: that
 * was the last.  Its files are closed here.
 *
 * reel_pool_board_plan(pool, job, fd, length_ms, on_plan, cookie):
 * As reel_pool_playlist: where the storyboard of that stream comes from.
 *
 * reel_pool_board_cancel(pool, job): its outcome is REEL_BUSY, if it still runs.
 */
enum reel_status reel_pool_board_make(struct reel_pool *pool, int64_t job,
    const struct reel_pool_board_part *part, int64_t length_ms,
    const struct reel_pool_board_on *on, void *cookie);
void reel_pool_board_next(struct reel_pool *pool, int64_t job,
    const struct reel_pool_board_part *part);
enum reel_status reel_pool_board_plan(struct reel_pool *pool, int64_t job,
    int fd, int64_t length_ms, reel_pool_on_piece *on_plan, void *cookie);
void reel_pool_board_cancel(struct reel_pool *pool, int64_t job);

#endif /* !REEL_POOL_BOARD_H */
