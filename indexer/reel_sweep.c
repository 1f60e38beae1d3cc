/*
 * A few files a turn: a cache of a million pictures takes some hours, and nobody
 * notices.  The book is asked about each file that is old enough; one that it
 * cannot answer for stays.
 */
#include <stdlib.h>
#include <time.h>

#include "indexer/reel_cache.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_step.h"
#include "indexer/reel_write_picture_sql.h"

#include "indexer/reel_sweep.h"

#define FIRST_MS 60000
#define REST_MS 3600000
#define TURN_MS 250
#define FILES_A_TURN 50

struct reel_sweep {
	struct reel_loop *loop;
	struct reel_index *index;
	struct reel_write *write;
	struct reel_cache *cache;
	int boards;
};

static int
is_wanted(void *cookie, const unsigned char *key)
{
	struct reel_sweep *sweep = cookie;

	switch ((sweep->boards ? reel_write_boarded : reel_write_pictured)(
	    sweep->write, key)) {
	case REEL_OK:
		return (1);
	case REEL_NOT_FOUND:
		return (0);
	default:
		/* All that was told the book since its last commit is void. */
		reel_step_recover(sweep->index);
		return (-1);
	}
}

static void
on_turn(void *cookie)
{
	struct reel_sweep *sweep = cookie;
	int over;

	over = reel_cache_sweep(sweep->cache, FILES_A_TURN,
	    (int64_t)time(NULL), is_wanted, sweep);
	reel_loop_timer(
	    sweep->loop, over ? REST_MS : TURN_MS, on_turn, sweep);
}

struct reel_sweep *
reel_sweep_new(struct reel_loop *loop, struct reel_index *index,
    struct reel_write *write, struct reel_cache *cache, int boards)
{
	struct reel_sweep *sweep = reel_mem_new(sizeof(*sweep));

	sweep->loop = loop;
	sweep->index = index;
	sweep->write = write;
	sweep->cache = cache;
	sweep->boards = boards;
	reel_loop_timer(loop, FIRST_MS, on_turn, sweep);

	return (sweep);
}

void
reel_sweep_free(struct reel_sweep *sweep)
{

	if (sweep == NULL)
		return;
	reel_loop_timer(sweep->loop, -1, on_turn, sweep);
	free(sweep);
}
