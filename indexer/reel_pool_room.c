/*
 * Which slots may have a file now.  Those that run beside a lane, aside, take no
 * room from the others, but each has a slot.
 *
 * Where one file takes long there are more, so the next workers are there before
 * they are needed.
 */
#include <stddef.h>

#include "indexer/reel_pool_lane.h"
#include "indexer/reel_pool_state.h"
#include "indexer/reel_slot_time.h"

#include "indexer/reel_pool_room.h"

/*
 * How many more may work at a time.  One that is ending is in nobody's way, but it
 * keeps its slot, so that processes which cannot end do not pile up.
 */
static int
count_free(struct reel_pool *pool)
{
	int i, at_it = 0, left = 0;

	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++) {
		at_it += pool->slots[i].state == REEL_SLOT_BUSY &&
		    !pool->places[i].aside;
		left += pool->slots[i].state == REEL_SLOT_EMPTY ||
		    pool->slots[i].state == REEL_SLOT_IDLE;
	}
	if (at_it >= pool->workers)
		return (0);

	return (left < pool->workers - at_it ? left : pool->workers - at_it);
}

static int
count_idle(const struct reel_pool *pool)
{
	int i, idle = 0;

	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++)
		idle += pool->slots[i].state == REEL_SLOT_IDLE;

	return (idle);
}

static struct reel_slot *
find_empty(struct reel_pool *pool)
{
	int i;

	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++)
		if (pool->slots[i].state == REEL_SLOT_EMPTY)
			return (&pool->slots[i]);

	return (NULL);
}

struct reel_slot *
reel_pool_room_find(struct reel_pool *pool)
{
	struct reel_slot *idle = NULL;
	int i;

	if (count_free(pool) == 0)
		return (NULL);
	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++)
		if (pool->slots[i].state == REEL_SLOT_IDLE &&
		    (idle == NULL || !idle->greeted))
			idle = &pool->slots[i];
	if (idle != NULL)
		return (idle);
	if (reel_slot_clock_ms() < pool->start_after_ms)
		return (NULL);

	return (find_empty(pool));
}

int
reel_pool_room(struct reel_pool *pool)
{
	int room = count_free(pool), idle = count_idle(pool), fresh;

	if (idle > room)
		idle = room;
	fresh = room - idle;
	if (reel_slot_clock_ms() < pool->start_after_ms)
		fresh = 0;
	/* While it is not known whether workers start, one try is enough. */
	if (pool->trouble[0] != '\0' && fresh > 1)
		fresh = 1;

	return (idle + fresh);
}

int
reel_pool_room_crowded(const struct reel_pool *pool)
{

	return (count_idle(pool) > (reel_pool_lane_count(pool) > 0 ? 2 : 1) *
	    pool->workers);
}

void
reel_pool_room_spare(struct reel_pool *pool)
{
	struct reel_slot *spare = find_empty(pool);

	if (spare != NULL && reel_pool_lane_count(pool) > 0 &&
	    count_idle(pool) < pool->workers && pool->trouble[0] == '\0')
		reel_slot_start(spare, pool->worker_path, pool->timeout_ms);
}
