/*
 * Whether a file hangs cannot be known before its deadline; that it takes longer
 * than others can.  Such a file stands aside: its worker goes on, and another one
 * takes its place.  As many stand aside as there are workers.  One more that takes
 * long has to yield if somebody waits: it comes back behind those who do, with all
 * its time if there is room aside, else with twice the time it had.  So a file that
 * hangs costs new ones half a second of one worker, however many there are of its
 * kind; and a good one that yielded on a busy machine comes through.
 *
 * Long is four times what files take of late, since on a busy machine all do.
 * Runs on the loop's thread.
 */
#include <stddef.h>

#include "indexer/reel_loop.h"
#include "indexer/reel_pool_state.h"

#include "indexer/reel_pool_lane.h"

/* A file that takes longer takes long; most take a hundredth of it. */
#define SLOW_MS 500
#define USUAL_TIMES 4
#define USUAL_WEIGHT 8 /* of all files before, beside the one at hand */

static int
count_aside(const struct reel_pool *pool)
{
	int i, aside = 0;

	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++)
		aside += pool->aside[i];

	return (aside);
}

static int64_t
long_ms(const struct reel_pool *pool)
{
	int64_t ms = pool->usual_ms * USUAL_TIMES;

	if (ms > pool->timeout_ms / 2)
		ms = pool->timeout_ms / 2;

	return (ms > SLOW_MS ? ms : SLOW_MS);
}

static void
on_slow(void *cookie)
{
	struct reel_slot *slot = cookie;
	struct reel_pool *pool = slot->owner;

	if (!slot->has_job || slot->state != REEL_SLOT_BUSY)
		return;
	/* Storyboards take long by nature, one at a time. */
	if (slot->kind == REEL_WIRE_STORYBOARD ||
	    reel_pool_lane_room(pool) > 0) {
		pool->aside[slot - pool->slots] = 1;
		if (pool->on_room != NULL)
			pool->on_room(pool->room_cookie);
	} else if (pool->on_crowd != NULL &&
	    pool->on_crowd(pool->crowd_cookie, slot->job)) {
		reel_slot_cancel(slot);
	} else {
		reel_loop_timer(pool->loop, SLOW_MS, on_slow, slot);
	}
}

void
reel_pool_lane_on_crowd(struct reel_pool *pool,
    int (*on_crowd)(void *cookie, int64_t job), void *cookie)
{

	pool->on_crowd = on_crowd;
	pool->crowd_cookie = cookie;
}

int
reel_pool_lane_room(struct reel_pool *pool)
{
	int aside = count_aside(pool), most = pool->workers;

	if (most > REEL_POOL_WORKERS_MAX - pool->workers)
		most = REEL_POOL_WORKERS_MAX - pool->workers;

	return (aside < most ? most - aside : 0);
}

void
reel_pool_lane_aside(struct reel_pool *pool, int64_t job)
{
	struct reel_slot *slot = reel_pool_find(pool, job);

	if (slot == NULL)
		return;
	reel_loop_timer(pool->loop, -1, on_slow, slot);
	pool->aside[slot - pool->slots] = 1;
}

void
reel_pool_lane_times(struct reel_pool *pool, int64_t job, int times)
{
	struct reel_slot *slot = reel_pool_find(pool, job);

	if (slot == NULL)
		return;
	pool->times[slot - pool->slots] = times;
	reel_loop_timer(pool->loop, long_ms(pool) * times, on_slow, slot);
}

void
reel_pool_lane_greeted(struct reel_slot *slot)
{
	struct reel_pool *pool = slot->owner;
	int i = (int)(slot - pool->slots);

	if (!slot->has_job || pool->aside[i])
		return;
	pool->began_ms[i] = reel_slot_clock_ms();
	reel_loop_timer(
	    pool->loop, long_ms(pool) * pool->times[i], on_slow, slot);
}

void
reel_pool_lane_enter(struct reel_slot *slot)
{
	struct reel_pool *pool = slot->owner;

	pool->aside[slot - pool->slots] = 0;
	pool->times[slot - pool->slots] = 1;
	pool->began_ms[slot - pool->slots] = reel_slot_clock_ms();
	reel_loop_timer(pool->loop, long_ms(pool), on_slow, slot);
}

void
reel_pool_lane_leave(struct reel_slot *slot, int well)
{
	struct reel_pool *pool = slot->owner;
	int64_t took_ms =
	    reel_slot_clock_ms() - pool->began_ms[slot - pool->slots];

	reel_loop_timer(pool->loop, -1, on_slow, slot);
	pool->aside[slot - pool->slots] = 0;
	if (well && slot->kind != REEL_WIRE_STORYBOARD)
		pool->usual_ms += (took_ms - pool->usual_ms) / USUAL_WEIGHT;
}
