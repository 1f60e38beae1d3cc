/*
 * The workers as one thing: how many there are, which one takes the next file,
 * and when another may be started.  When one cannot be started (no executable, no
 * sandbox, no processes left) that is no file's fault: the job comes back with
 * REEL_AGAIN, the next start waits, longer each time, and there is no room until
 * then.
 *
 * A file that takes long stands aside (reel_pool_lane.c), so that good files do
 * not wait behind bad ones.
 * Nothing here waits.  Runs on the loop's thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_mem.h"

#include "indexer/reel_pool_lane.h"
#include "indexer/reel_pool_room.h"
#include "indexer/reel_pool_state.h"
#include "indexer/reel_slot_time.h"

#define BACKOFF_FIRST_MS 500
#define BACKOFF_LAST_MS 30000
#define IDLE_MS 60000
/* How long the end of the indexer waits for workers that hang. */
#define END_MS 2000

static void
on_idle(void *cookie)
{
	struct reel_pool *pool = cookie;
	int i;

	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++)
		if (pool->slots[i].state == REEL_SLOT_IDLE)
			reel_slot_retire(&pool->slots[i]);
	reel_nursery_rest(pool->nursery);
}

static void
on_greeted(struct reel_slot *slot)
{
	struct reel_pool *pool = slot->owner;

	if (pool->trouble[0] != '\0')
		reel_info("workers start again path=%s", pool->worker_path);
	pool->trouble[0] = '\0';
	pool->backoff_ms = 0;
	pool->start_after_ms = 0;
	reel_pool_lane_greeted(slot);
}

/* No worker can be had just now: say so once, and wait longer each time. */
static void
note_trouble(struct reel_pool *pool, const char *reason)
{

	if (strcmp(pool->trouble, reason) != 0)
		reel_err("cannot start a worker path=%s reason=\"%s\"",
		    pool->worker_path, reason);
	snprintf(pool->trouble, sizeof(pool->trouble), "%s", reason);
	pool->backoff_ms = pool->backoff_ms == 0 ? BACKOFF_FIRST_MS
	    : pool->backoff_ms * 2 > BACKOFF_LAST_MS ? BACKOFF_LAST_MS
	                                             : pool->backoff_ms * 2;
	pool->start_after_ms = reel_slot_clock_ms() + pool->backoff_ms;
}

static void
on_outcome(struct reel_slot *slot, enum reel_status status,
    const struct reel_facts *facts, const char *reason)
{
	struct reel_pool *pool = slot->owner;
	struct reel_piece picture;

	if (status == REEL_AGAIN && !slot->greeted)
		note_trouble(pool, reason);
	reel_loop_timer(pool->loop, IDLE_MS, on_idle, pool);
	reel_pool_lane_leave(
	    slot, status == REEL_OK || status == REEL_BAD_INPUT);
	if (slot->state == REEL_SLOT_IDLE && reel_pool_room_crowded(pool))
		reel_slot_retire(slot);
	if (slot->kind == REEL_WIRE_PROBE) {
		slot->on_probe_done(
		    slot->cookie, slot->job, status, facts, reason);
		return;
	}
	/* The slot may get another job from inside. */
	picture = slot->picture;
	reel_piece_init(&slot->picture);
	slot->on_picture_done(slot->cookie, slot->job, status,
	    status == REEL_OK ? &picture : NULL, reason);
	reel_piece_clear(&picture);
}

struct reel_pool *
reel_pool_new(struct reel_loop *loop, const char *worker_path, int workers,
    int64_t timeout_ms)
{
	struct reel_pool *pool = reel_mem_new(sizeof(*pool));
	size_t i;

	pool->loop = loop;
	pool->nursery = reel_nursery_new(loop);
	reel_pool_lane_init(pool);
	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++) {
		reel_slot_init(&pool->slots[i], loop);
		pool->slots[i].owner = pool;
		pool->slots[i].packet = &pool->packet;
		pool->slots[i].nursery = pool->nursery;
		pool->slots[i].on_outcome = on_outcome;
		pool->slots[i].on_greeted = on_greeted;
	}
	reel_pool_configure(pool, worker_path, workers, timeout_ms);

	return (pool);
}

void
reel_pool_configure(struct reel_pool *pool, const char *worker_path,
    int workers, int64_t timeout_ms)
{

	free(pool->worker_path);
	pool->worker_path = reel_mem_str(worker_path);
	pool->workers = workers < 1 ? 1
	    : workers > REEL_POOL_WORKERS_MAX ? REEL_POOL_WORKERS_MAX : workers;
	pool->timeout_ms = timeout_ms;
	/* The new path may be the cure; and idle workers are of the old one. */
	pool->start_after_ms = 0;
	on_idle(pool);
	reel_nursery_configure(pool->nursery, worker_path);
}

void
reel_pool_pictures(
    struct reel_pool *pool, const struct reel_wire_making *making)
{

	pool->making = *making;
}

void
reel_pool_boards(struct reel_pool *pool, const struct reel_wire_board *board)
{

	pool->board = *board;
}

void
reel_pool_free(struct reel_pool *pool)
{
	int64_t end;
	size_t i;

	if (pool == NULL)
		return;
	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++) {
		reel_pool_lane_leave(&pool->slots[i], 0);
		reel_slot_end(&pool->slots[i]);
	}
	reel_loop_timer(pool->loop, -1, on_idle, pool);
	reel_nursery_free(pool->nursery);
	/* They end at once; one that hangs in the kernel is left to init. */
	end = reel_slot_clock_ms() + END_MS;
	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++)
		reel_slot_wait(&pool->slots[i], end);
	free(pool->worker_path);
	free(pool);
}

void
reel_pool_on_room(
    struct reel_pool *pool, void (*on_room)(void *cookie), void *cookie)
{

	pool->on_room = on_room;
	pool->room_cookie = cookie;
}

int
reel_pool_running(struct reel_pool *pool)
{
	int i, running = 0;

	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++)
		running += pool->slots[i].has_job != 0;

	return (running);
}

const char *
reel_pool_trouble(struct reel_pool *pool)
{

	return (pool->trouble[0] != '\0' ? pool->trouble : NULL);
}

int
reel_pool_pids(struct reel_pool *pool, int32_t *pids, int max)
{
	int i, count = 0;

	for (i = 0; i < REEL_POOL_WORKERS_MAX && count < max; i++)
		if (pool->slots[i].pid > 0)
			pids[count++] = (int32_t)pool->slots[i].pid;

	return (count);
}

struct reel_slot *
reel_pool_find(struct reel_pool *pool, int64_t job)
{
	struct reel_slot *slot = pool->slots;

	for (; slot < pool->slots + REEL_POOL_WORKERS_MAX; slot++)
		if (slot->has_job && slot->job == job)
			return (slot);

	return (NULL);
}

struct reel_slot *
reel_pool_take(struct reel_pool *pool, enum reel_wire_kind kind, int64_t job,
    int fd, void *cookie)
{
	struct reel_slot *slot = reel_pool_room_find(pool);

	if (slot == NULL) {
		close(fd);
		return (NULL);
	}
	slot->kind = kind;
	slot->making = pool->making;
	slot->board = pool->board;
	memset(&slot->span, 0, sizeof(slot->span));
	slot->patience =
	    kind == REEL_WIRE_STORYBOARD ? REEL_WIRE_BOARD_PATIENCE : 1;
	slot->job = job;
	slot->cookie = cookie;
	reel_pool_lane_enter(slot);

	return (slot);
}

enum reel_status
reel_pool_probe(struct reel_pool *pool, int64_t job, int fd,
    enum reel_type type, const char *name, reel_pool_on_probe *on_probe_done,
    void *cookie)
{
	struct reel_slot *slot =
	    reel_pool_take(pool, REEL_WIRE_PROBE, job, fd, cookie);

	if (slot == NULL)
		return (REEL_AGAIN);
	slot->on_probe_done = on_probe_done;
	reel_slot_hand(
	    slot, pool->worker_path, pool->timeout_ms, fd, type, name);
	reel_pool_room_spare(pool);

	return (REEL_OK);
}

/* Kinds whose answers come in pieces. */
static enum reel_status
hand_piece(struct reel_pool *pool, enum reel_wire_kind kind, int64_t job,
    int fd, enum reel_type type, const char *name, reel_pool_on_piece *on_done,
    void *cookie)
{
	struct reel_slot *slot = reel_pool_take(pool, kind, job, fd, cookie);

	if (slot == NULL)
		return (REEL_AGAIN);
	slot->on_picture_done = on_done;
	reel_slot_hand(
	    slot, pool->worker_path, pool->timeout_ms, fd, type, name);
	reel_pool_room_spare(pool);

	return (REEL_OK);
}

enum reel_status
reel_pool_picture(struct reel_pool *pool, int64_t job, int fd,
    enum reel_type type, const char *name, reel_pool_on_piece *on_picture_done,
    void *cookie)
{

	return (hand_piece(pool, REEL_WIRE_PICTURE, job, fd, type, name,
	    on_picture_done, cookie));
}

enum reel_status
reel_pool_playlist(struct reel_pool *pool, int64_t job, int fd,
    const char *name, reel_pool_on_piece *on_playlist_done, void *cookie)
{

	return (hand_piece(pool, REEL_WIRE_PLAYLIST, job, fd,
	    REEL_TYPE_PLAYLIST, name, on_playlist_done, cookie));
}

/* The next file that is handed over comes behind ${map}, which is kept open. */
static void
put_before(struct reel_pool *pool, int map)
{
	struct reel_slot *slot = reel_pool_room_find(pool);

	if (slot != NULL)
		slot->map = map;
	else if (map != -1)
		close(map);
}

enum reel_status
reel_pool_segment(struct reel_pool *pool, int64_t job,
    const struct reel_pool_part *part, reel_pool_on_probe *on_probe_done,
    void *cookie)
{

	put_before(pool, part->map);

	return (reel_pool_probe(pool, job, part->fd, REEL_TYPE_VIDEO, "",
	    on_probe_done, cookie));
}

enum reel_status
reel_pool_segment_picture(struct reel_pool *pool, int64_t job,
    const struct reel_pool_part *part, reel_pool_on_piece *on_picture_done,
    void *cookie)
{

	put_before(pool, part->map);

	return (reel_pool_picture(pool, job, part->fd, REEL_TYPE_VIDEO, "",
	    on_picture_done, cookie));
}
