/*
 * Storyboards: the one kind of job that is told in parts, takes long, and may be
 * called off.
 */
#include "indexer/reel_pool_state.h"

#include "indexer/reel_pool_board.h"

enum reel_status
reel_pool_board_make(struct reel_pool *pool, int64_t job, int fd,
    int64_t length_ms, reel_pool_on_sheet *on_sheet,
    reel_pool_on_piece *on_done, void *cookie)
{
	struct reel_slot *slot =
	    reel_pool_take(pool, REEL_WIRE_STORYBOARD, job, fd, cookie);

	if (slot == NULL)
		return (REEL_AGAIN);
	slot->length_ms = length_ms;
	slot->on_sheet = on_sheet;
	slot->on_picture_done = on_done;
	reel_slot_hand(slot, pool->worker_path, pool->timeout_ms, fd,
	    REEL_TYPE_VIDEO, "");

	return (REEL_OK);
}

void
reel_pool_board_cancel(struct reel_pool *pool, int64_t job)
{
	struct reel_slot *slot = reel_pool_find(pool, job);

	if (slot != NULL && slot->state == REEL_SLOT_BUSY)
		reel_slot_cancel(slot);
}
