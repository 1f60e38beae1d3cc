/*
 * A file that takes long and sleeps, since its disk is slow or its worker hangs,
 * takes nothing from the others.  One that is busy takes a processor: of those as
 * many run as lanes are empty and nobody waits for; if there is none, half as many as
 * there are workers, an eighth of the time.  The rest stand still, with their
 * deadlines.  So however many stand here, files in the lanes keep nearly all of what
 * the processors give to workers.
 *
 * Who has had least has the next turn, so that one which needed just a bit more than
 * others does not wait for those that would need for ever; those are equal in the end.
 * Pictures come before facts: whose facts are known came through once.
 *
 * Whether one is busy is seen by what it had of the processor; one that is known to
 * take long is taken for busy until it has been seen.
 */
#include <stddef.h>

#include "indexer/reel_loop.h"
#include "indexer/reel_pool_lane.h"
#include "indexer/reel_pool_state.h"
#include "indexer/reel_pool_weight.h"
#include "indexer/reel_slot_time.h"

#include "indexer/reel_pool_turn.h"

#define LOOK_MS 25 /* as long is a turn, at least */
#define LEAST_MS 5 /* less says nothing */
#define SHARE 8    /* of so many looks one is theirs when no lane is empty */
#define WEIGH 4    /* of so many looks one is at their memory */
#define FACTS_US (INT64_C(1) << 40) /* more than any file has */
#define BUSY_PART 10 /* of the time that went by */

static void
on_look(void *cookie)
{
	struct reel_pool *pool = cookie;

	if (++pool->looks % WEIGH == 0)
		reel_pool_weight_look(pool);
	reel_pool_turn_look(pool);
}

/* From here on it is seen whether it is busy. */
static void
watch(struct reel_pool *pool, int i)
{

	pool->places[i].looked_ms = reel_slot_clock_ms();
	pool->places[i].cpu_us = reel_slot_cpu_us(&pool->slots[i]);
}

/* How many take turns; each is looked at. */
static int
see_busy(struct reel_pool *pool)
{
	struct reel_pool_place *place;
	int i, n = 0;

	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++) {
		if (!reel_pool_lane_left(pool, i))
			continue;
		n++;
		place = &pool->places[i];
		if (pool->slots[i].halted ||
		    reel_slot_clock_ms() - place->looked_ms < LEAST_MS)
			continue;
		place->busy = !reel_pool_turn_sleeps(&pool->slots[i]);
		place->had_us = reel_pool_turn_had_us(&pool->slots[i]);
		watch(pool, i);
	}

	return (n);
}

/* The least is the next: who has had least, and first of all who has facts. */
static int64_t
rank_of(struct reel_pool *pool, int i)
{

	return (pool->places[i].had_us +
	    (pool->slots[i].kind == REEL_WIRE_PICTURE ? 0 : FACTS_US));
}

/* Of those who stand still the first, of those who run the last; -1: none. */
static int
find_next(struct reel_pool *pool, int halted)
{
	int64_t rank, best_rank = 0;
	int i, best = -1;

	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++) {
		if (!reel_pool_lane_left(pool, i) || !pool->places[i].busy ||
		    pool->slots[i].halted != halted)
			continue;
		rank = rank_of(pool, i);
		if (best == -1 ||
		    (halted ? rank < best_rank : rank > best_rank)) {
			best = i;
			best_rank = rank;
		}
	}

	return (best);
}

static void
swap(struct reel_pool *pool, int i)
{

	if (pool->slots[i].halted)
		reel_slot_resume(&pool->slots[i]);
	else
		reel_slot_halt(&pool->slots[i]);
	watch(pool, i);
}

/* Does anybody wait for a place in a lane? */
static int
others_wait(struct reel_pool *pool)
{
	int i;

	for (i = 0; i < REEL_POOL_WORKERS_MAX && pool->on_crowd != NULL; i++)
		if (reel_pool_lane_left(pool, i) &&
		    pool->on_crowd(pool->crowd_cookie, pool->slots[i].job))
			return (1);

	return (0);
}

/* How many may be busy at a time, and how many that run are. */
static void
count(struct reel_pool *pool, int *may, int *are)
{
	int i, at_it = 0, half = (pool->workers + 1) / 2;

	*are = 0;
	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++) {
		/* One that is known to take long comes before nobody. */
		at_it += pool->slots[i].state == REEL_SLOT_BUSY &&
		    !pool->places[i].aside && pool->places[i].times == 1;
		*are += reel_pool_lane_left(pool, i) && pool->places[i].busy &&
		    !pool->slots[i].halted;
	}
	*may = others_wait(pool) ? 0 : pool->workers - at_it;
	if (*may <= 0)
		*may = pool->looks % SHARE == 0 ? half : 0;
}

void
reel_pool_turn_begin(struct reel_slot *slot)
{
	struct reel_pool *pool = slot->owner;

	watch(pool, (int)(slot - pool->slots));
}

int64_t
reel_pool_turn_had_us(const struct reel_slot *slot)
{
	const struct reel_pool *pool = slot->owner;
	const struct reel_pool_place *place =
	    &pool->places[slot - pool->slots];

	return (place->had_us + reel_slot_cpu_us(slot) - place->cpu_us);
}

int
reel_pool_turn_sleeps(const struct reel_slot *slot)
{
	const struct reel_pool *pool = slot->owner;
	const struct reel_pool_place *place =
	    &pool->places[slot - pool->slots];
	int64_t us = reel_slot_cpu_us(slot) - place->cpu_us;

	/* One that was seen asleep, and did nothing, still is. */
	return (us * BUSY_PART <
	    (reel_slot_clock_ms() - place->looked_ms) * 1000 &&
	    ((place->aside && !place->busy) || !reel_slot_runs(slot)));
}

void
reel_pool_turn_look(struct reel_pool *pool)
{
	int i, next, may, are, n = see_busy(pool);

	count(pool, &may, &are);
	for (; are > may && (i = find_next(pool, 0)) != -1; are--)
		swap(pool, i);
	for (; are < may && (i = find_next(pool, 1)) != -1; are++)
		swap(pool, i);
	/* One has had its turn, and more than another one that waits for it. */
	i = find_next(pool, 0);
	next = find_next(pool, 1);
	if (i != -1 && next != -1 &&
	    rank_of(pool, i) > rank_of(pool, next)) {
		swap(pool, next);
		swap(pool, i);
	}
	if (n == 0)
		pool->weight_kib = 0;
	reel_loop_timer(pool->loop, n > 0 ? LOOK_MS : -1, on_look, pool);
}
