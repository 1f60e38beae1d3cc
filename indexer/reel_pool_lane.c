/*
 * Whether a file hangs cannot be known before its deadline; that it takes longer
 * than others can, and soon.  One that sleeps is seen by the clock, one that is busy
 * by its time on the processor, which is the same on a machine that has other work
 * too.  Such a file stands aside: its worker goes on, when it is its turn
 * (reel_pool_turn.c), and another one takes its place in the lane, which costs a few
 * milliseconds (reel_nursery.c).
 *
 * There is room aside for a number of files.  When it is full, one more that takes
 * long has to yield if somebody waits: it comes back behind those who do, with all
 * its time if there is room aside, else with twice the time it had.  So a file that
 * hangs costs those beside it some milliseconds of one worker, however many there
 * are of its kind; and a good one that takes long comes through.
 *
 * Runs on the loop's thread.
 */
#include <poll.h>
#include <stddef.h>

#include "indexer/reel_loop.h"
#include "indexer/reel_pool_state.h"
#include "indexer/reel_pool_turn.h"
#include "indexer/reel_pool_weight.h"
#include "indexer/reel_slot_time.h"

#include "indexer/reel_pool_lane.h"

/* At most so many: each is a process, and shares most of its memory. */
#define ASIDE_MAX 48
/*
 * Less is never long: of facts, of pictures.  Those differ by far more, each worker
 * keeps memory from them, and whose facts are known is likely to come through.
 */
static const int64_t sleep_ms[] = {3, 50};
static const int64_t busy_ms[] = {10, 500};
#define AGAIN_MS 3 /* until the next look at one that has no room aside */
#define SLEEP_TIMES 3 /* as long as usual */
#define BUSY_TIMES 6
#define USUAL_WEIGHT 8 /* of all files before, beside the one at hand */
#define USUAL_MAX_MS 500 /* one that took minutes is no measure for the rest */
#define FIRST_MS 20 /* before there was any */

static struct reel_pool_place *
place_of(const struct reel_slot *slot)
{
	struct reel_pool *pool = slot->owner;

	return (&pool->places[slot - pool->slots]);
}

/* The first file of a worker brings its memory in, which takes longer. */
static struct reel_pool_usual *
usual_of(struct reel_pool *pool, const struct reel_slot *slot)
{

	return (&pool->usual[slot->kind == REEL_WIRE_PICTURE]
	                    [place_of(slot)->first]);
}

static int
is_reading(const struct reel_slot *slot)
{

	return (slot->has_job && slot->state == REEL_SLOT_BUSY);
}

/* As long as that, but not for ever. */
static int64_t
long_us(const struct reel_slot *slot, int64_t us, int64_t least_ms)
{
	struct reel_pool *pool = slot->owner;

	if (us > pool->timeout_ms * 1000 / 2)
		us = pool->timeout_ms * 1000 / 2;
	if (us < least_ms * 1000)
		us = least_ms * 1000;

	return (us * place_of(slot)->times);
}

/*
 * Milliseconds until it could have taken long; 0 if it has.  One that is not asleep
 * is measured at the processor alone.
 */
static int64_t
left_ms(const struct reel_slot *slot)
{
	struct reel_pool *pool = slot->owner;
	const struct reel_pool_usual *usual = usual_of(pool, slot);
	const int picture = slot->kind == REEL_WIRE_PICTURE;
	int64_t us = long_us(
	    slot, usual->clock_us * SLEEP_TIMES, sleep_ms[picture]);

	us -= (reel_slot_clock_ms() - place_of(slot)->began_ms) * 1000;
	if (us <= 0 && !reel_pool_turn_sleeps(slot))
		us = long_us(slot, usual->cpu_us * BUSY_TIMES, busy_ms[picture]) -
		    reel_pool_turn_had_us(slot);

	return (us > 0 ? us / 1000 + 1 : 0);
}

/* It is this process that has been away. */
static int
has_answered(const struct reel_slot *slot)
{
	struct pollfd waits = {.fd = slot->sock, .events = POLLIN};

	return (poll(&waits, 1, 0) == 1);
}

static void
on_slow(void *cookie)
{
	struct reel_slot *slot = cookie;
	struct reel_pool *pool = slot->owner;
	int64_t ms;

	if (!is_reading(slot))
		return;
	if (has_answered(slot)) {
		reel_loop_timer(pool->loop, AGAIN_MS, on_slow, slot);
	} else if ((ms = left_ms(slot)) > 0) {
		reel_loop_timer(pool->loop, ms, on_slow, slot);
	} else if (slot->kind == REEL_WIRE_STORYBOARD ||
	    reel_pool_lane_room(pool) > 0) {
		/* Storyboards take long by nature, one at a time. */
		place_of(slot)->aside = 1;
		reel_pool_turn_look(pool);
		if (pool->on_room != NULL)
			pool->on_room(pool->room_cookie);
	} else if (pool->on_crowd != NULL &&
	    pool->on_crowd(pool->crowd_cookie, slot->job)) {
		reel_slot_cancel(slot);
		if (pool->on_room != NULL)
			pool->on_room(pool->room_cookie);
	} else {
		reel_loop_timer(pool->loop, AGAIN_MS, on_slow, slot);
	}
}

/* Its worker reads it from now on. */
static void
begin(struct reel_slot *slot)
{
	struct reel_pool *pool = slot->owner;
	struct reel_pool_place *place = place_of(slot);

	place->began_ms = reel_slot_clock_ms();
	reel_pool_turn_begin(slot);
	if (!place->aside)
		reel_loop_timer(pool->loop, left_ms(slot), on_slow, slot);
}

void
reel_pool_lane_on_crowd(struct reel_pool *pool,
    int (*on_crowd)(void *cookie, int64_t job), void *cookie)
{

	pool->on_crowd = on_crowd;
	pool->crowd_cookie = cookie;
}

int
reel_pool_lane_left(const struct reel_pool *pool, int i)
{
	const struct reel_slot *slot = &pool->slots[i];

	return (pool->places[i].aside && is_reading(slot) &&
	    slot->kind != REEL_WIRE_STORYBOARD);
}

int
reel_pool_lane_count(const struct reel_pool *pool)
{
	int i, aside = 0;

	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++)
		aside += reel_pool_lane_left(pool, i);

	return (aside);
}

int
reel_pool_lane_room(struct reel_pool *pool)
{
	int aside = reel_pool_lane_count(pool), most = ASIDE_MAX;

	if (most > REEL_POOL_WORKERS_MAX - pool->workers)
		most = REEL_POOL_WORKERS_MAX - pool->workers;

	return (aside < most && !reel_pool_weight_full(pool)
	    ? most - aside : 0);
}

void
reel_pool_lane_aside(struct reel_pool *pool, int64_t job)
{
	struct reel_slot *slot = reel_pool_find(pool, job);

	if (slot == NULL)
		return;
	reel_loop_timer(pool->loop, -1, on_slow, slot);
	place_of(slot)->aside = 1;
	place_of(slot)->busy = 1;
	reel_pool_turn_look(pool);
}

void
reel_pool_lane_times(struct reel_pool *pool, int64_t job, int times)
{
	struct reel_slot *slot = reel_pool_find(pool, job);

	if (slot == NULL)
		return;
	place_of(slot)->times = times;
	if (slot->greeted)
		begin(slot);
}

void
reel_pool_lane_greeted(struct reel_slot *slot)
{

	if (slot->has_job)
		begin(slot);
}

void
reel_pool_lane_enter(struct reel_slot *slot)
{

	*place_of(slot) = (struct reel_pool_place){.times = 1,
	    .first = slot->state == REEL_SLOT_EMPTY || slot->jobs == 0};
	/* The start of a worker is not the file's time. */
	if (slot->state == REEL_SLOT_IDLE && slot->greeted)
		begin(slot);
}

void
reel_pool_lane_init(struct reel_pool *pool)
{
	const struct reel_pool_usual first = {
	    .clock_us = FIRST_MS * 1000, .cpu_us = FIRST_MS * 1000};
	int i;

	for (i = 0; i < 2; i++)
		pool->usual[i][0] = pool->usual[i][1] = first;
}

static void
learn(int64_t *usual_us, int64_t us)
{

	if (us > USUAL_MAX_MS * 1000)
		us = USUAL_MAX_MS * 1000;
	*usual_us += (us - *usual_us) / USUAL_WEIGHT;
}

void
reel_pool_lane_leave(struct reel_slot *slot, int well)
{
	struct reel_pool *pool = slot->owner;
	struct reel_pool_place *place = place_of(slot);
	struct reel_pool_usual *usual = usual_of(pool, slot);

	reel_loop_timer(pool->loop, -1, on_slow, slot);
	if (well && slot->kind != REEL_WIRE_STORYBOARD) {
		learn(&usual->cpu_us, reel_pool_turn_had_us(slot));
		/* That of one which stood still is not its own. */
		if (!place->aside)
			learn(&usual->clock_us, (reel_slot_clock_ms() -
			    place->began_ms) * 1000);
	}
	if (place->aside) {
		place->aside = 0;
		reel_pool_turn_look(pool);
	}
}
