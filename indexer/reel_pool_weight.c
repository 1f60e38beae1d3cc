/*
 * A worker may take half a gigabyte, and many stand aside: together they may have no
 * more than one may.  Beyond that, of those who have much the one that came last
 * yields, so the first comes through, however much it takes.
 */
#include "indexer/reel_pool_lane.h"
#include "indexer/reel_pool_state.h"
#include "indexer/reel_slot_time.h"

#include "indexer/reel_pool_weight.h"

#define TOTAL_MAX_KIB (INT64_C(512) << 10)
#define MUCH_KIB (TOTAL_MAX_KIB / 8)
#define OWN_KIB (8 << 10) /* what each has from the start, and shares */

void
reel_pool_weight_look(struct reel_pool *pool)
{
	struct reel_slot *last = NULL;
	int64_t kib, last_ms = 0;
	int i, heavy = 0;

	pool->weight_kib = 0;
	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++) {
		if (!reel_pool_lane_left(pool, i) ||
		    (kib = reel_slot_kib(&pool->slots[i]) - OWN_KIB) <= 0)
			continue;
		pool->weight_kib += kib;
		if (kib < MUCH_KIB)
			continue;
		heavy++;
		if (last == NULL || pool->places[i].began_ms >= last_ms) {
			last = &pool->slots[i];
			last_ms = pool->places[i].began_ms;
		}
	}
	if (pool->weight_kib > TOTAL_MAX_KIB && heavy > 1)
		reel_slot_cancel(last);
}

int
reel_pool_weight_full(const struct reel_pool *pool)
{

	return (pool->weight_kib > TOTAL_MAX_KIB / 2);
}
