/*
 * Storyboards: the one kind of job that is told in parts, takes long, and may be
 * called off; and of a stream the one that gets one file after the other.
 */
#include <unistd.h>

#include "indexer/reel_pool_state.h"
#include "indexer/reel_slot_send.h"

#include "indexer/reel_pool_board.h"

enum reel_status
reel_pool_board_make(struct reel_pool *pool, int64_t job,
    const struct reel_pool_board_part *part, int64_t length_ms,
    const struct reel_pool_board_on *on, void *cookie)
{
	struct reel_slot *slot = reel_pool_take(
	    pool, REEL_WIRE_STORYBOARD, job, part->files.fd, cookie);

	if (slot == NULL) {
		if (part->files.map != -1)
			close(part->files.map);
		return (REEL_AGAIN);
	}
	slot->length_ms = length_ms;
	slot->span = part->span;
	slot->map = part->files.map;
	slot->on_sheet = on->sheet;
	slot->on_next = on->next;
	slot->on_picture_done = on->done;
	reel_slot_hand(slot, pool->worker_path, pool->timeout_ms,
	    part->files.fd, REEL_TYPE_VIDEO, "");

	return (REEL_OK);
}

void
reel_pool_board_next(struct reel_pool *pool, int64_t job,
    const struct reel_pool_board_part *part)
{
	struct reel_slot *slot = reel_pool_find(pool, job);

	if (slot != NULL) {
		slot->span = part->span;
		slot->map = part->files.map;
		/* It waits for this; if it died, that is told by itself. */
		(void)reel_slot_send(
		    slot, part->files.fd, REEL_TYPE_VIDEO, "");
		slot->map = -1;
	}
	if (part->files.fd != -1)
		close(part->files.fd);
	if (part->files.map != -1)
		close(part->files.map);
}

enum reel_status
reel_pool_board_plan(struct reel_pool *pool, int64_t job, int fd,
    int64_t length_ms, reel_pool_on_piece *on_plan, void *cookie)
{
	struct reel_slot *slot =
	    reel_pool_take(pool, REEL_WIRE_PLAN, job, fd, cookie);

	if (slot == NULL)
		return (REEL_AGAIN);
	slot->length_ms = length_ms;
	slot->on_picture_done = on_plan;
	reel_slot_hand(slot, pool->worker_path, pool->timeout_ms, fd,
	    REEL_TYPE_PLAYLIST, "");

	return (REEL_OK);
}

void
reel_pool_board_cancel(struct reel_pool *pool, int64_t job)
{
	struct reel_slot *slot = reel_pool_find(pool, job);

	if (slot != NULL && slot->state == REEL_SLOT_BUSY)
		reel_slot_cancel(slot);
}
