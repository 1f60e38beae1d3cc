#ifndef REEL_POOL_BOARD_H
#define REEL_POOL_BOARD_H

#include <stdint.h>

#include "indexer/reel_pool.h"

/* What a pool does beside facts and pictures, slowly. */
typedef void reel_pool_on_sheet(void *cookie, int64_t job, int sheet,
    const struct reel_piece *piece);

/**
 * reel_pool_board_make(pool, job, fd, length_ms, on_sheet, on_done, cookie):
 * As reel_pool_picture, of a film of that length.  ${on_sheet} is called for each
 * whole sheet, from 1 on, before the outcome, whose piece has the size of a tile.
 *
 * reel_pool_board_cancel(pool, job): its outcome is REEL_BUSY, if it still runs.
 */
enum reel_status reel_pool_board_make(struct reel_pool *pool, int64_t job,
    int fd, int64_t length_ms, reel_pool_on_sheet *on_sheet,
    reel_pool_on_piece *on_done, void *cookie);
void reel_pool_board_cancel(struct reel_pool *pool, int64_t job);

#endif /* !REEL_POOL_BOARD_H */
