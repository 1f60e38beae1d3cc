/*
 * The pipeline's engine room: one step after the other on the loop's thread.
 *
 * A step takes the hints of the watcher, adds what timers say is due, looks at
 * what is pending for at most a fiftieth of a second, and commits: at once when
 * there is nothing left to look at, else when a tenth of a second has come
 * together, or as many rows as a fast scan makes in that time.  Outcomes of probes
 * come together likewise while more of them are on their way: a commit costs as
 * much as the facts of a file.
 *
 * When the book fails (its disk is full), everything since the last commit is
 * void.  Then the map is read anew from the book, everything is pending, and the
 * steps go on after a while, longer each time; the watcher's queue is drained
 * meanwhile, so nothing but time is lost.
 */
#include "indexer/reel_step.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "indexer/reel_config.h"
#include "indexer/reel_disk.h"
#include "indexer/reel_due.h"
#include "indexer/reel_expire.h"
#include "indexer/reel_hints.h"
#include "indexer/reel_index_state.h"
#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_mounts.h"
#include "indexer/reel_roots.h"
#include "indexer/reel_scan.h"
#include "indexer/reel_watch_inotify.h"
#include "indexer/reel_write_sql.h"

#define REEL_STEP_MS 20        /* of looking, then the loop turns */
#define REEL_STEP_ROWS 8000    /* in a transaction, or a few more */
#define REEL_STEP_OPEN_MS 100  /* that a transaction stays open */
#define REEL_STEP_SLICE 64     /* names between two looks at the clock */
#define REEL_STEP_SWEEP_MS 5   /* of sweeping, */
#define REEL_STEP_REST_MS 20   /* then so long something else */
#define REEL_STEP_STOPPED_MS 1000 /* between two steps, with something lost */
#define REEL_STEP_FAIL_MS 1000 /* first wait after the book failed */
#define REEL_STEP_FAIL_MAX_MS 10000
#define REEL_STEP_TRIM_MS 3600000
#define REEL_STEP_MERGE_PAGES 64

static void on_step(void *cookie);

void
reel_step_clocks(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	engine->now_ms = (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
	clock_gettime(CLOCK_REALTIME, &ts);
	engine->wall_ms = (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
reel_step_kick(struct reel_index *index, int64_t after_ms)
{

	/* Setting a timer that is due puts it off: the bell would starve it. */
	if (after_ms == 0 && index->kicked)
		return;
	index->kicked = after_ms == 0;
	reel_loop_timer(index->loop, after_ms, on_step, index);
}

int
reel_step_busy(const struct reel_index *index)
{
	const struct reel_engine *engine = &index->engine;

	return (engine->scan != NULL ||
	    reel_pending_count(engine->pending, REEL_PENDING_EVENT) > 0 ||
	    reel_pending_count(engine->pending, REEL_PENDING_SCAN) > 0);
}

/* The most urgent, but every fourth time a scan that waits: it has to end. */
static int
take_work(struct reel_index *index, struct reel_pending_work *work)
{
	struct reel_engine *engine = &index->engine;

	if (++index->turn % 4 == 0 &&
	    reel_pending_take(engine->pending, REEL_PENDING_SCAN, work))
		return (1);
	if (reel_pending_take(engine->pending, REEL_PENDING_EVENT, work) ||
	    reel_pending_take(engine->pending, REEL_PENDING_SCAN, work))
		return (1);
	if (engine->now_ms < index->sweep_ms)
		return (0);
	return (reel_pending_take(engine->pending, REEL_PENDING_SWEEP, work));
}

/* The book takes what it is told. */
static void
recovered(struct reel_index *index)
{

	if (index->failures > 0)
		reel_info("book well again failures=%d", index->failures);
	index->failures = 0;
	index->failed[0] = '\0';
}

enum reel_status
reel_step_commit(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;
	size_t rows = reel_write_dirty(engine->write);
	struct reel_cursor head;
	enum reel_status status;

	index->dirty_ms = 0;
	status = reel_write_commit(engine->write);
	if (status != REEL_OK)
		return (status);
	if (rows > 0)
		recovered(index);
	head = reel_write_head(engine->write);
	if (head.seq != index->head.seq || head.epoch != index->head.epoch ||
	    engine->queued) {
		engine->queued = 0;
		index->head = head;
		index->on_commit(index->cookie);
	}
	return (REEL_OK);
}

static enum reel_status
commit_if_due(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;
	size_t rows = reel_write_dirty(engine->write);

	if (rows == 0)
		return (REEL_OK);
	if (index->dirty_ms == 0)
		index->dirty_ms = engine->now_ms;
	if (rows < REEL_STEP_ROWS &&
	    engine->now_ms - index->dirty_ms < REEL_STEP_OPEN_MS)
		return (REEL_OK);
	return (reel_step_commit(index));
}

/* Items that are lost: decide what has become of them, if it is time. */
static enum reel_status
expire(struct reel_index *index, int busy)
{
	struct reel_engine *engine = &index->engine;
	int64_t due_ms = reel_expire_due_ms(engine);
	int64_t quiet_ms = 0;

	if (!busy) {
		if (due_ms == -1 || due_ms > engine->now_ms)
			return (REEL_OK);
		quiet_ms = reel_hints_calm_ms(index);
		/* The mark comes at once, or there is always something else. */
		if (quiet_ms == 0 &&
		    due_ms > engine->now_ms - REEL_HINTS_PATIENCE_MS)
			return (REEL_OK);
	}
	return (reel_expire_run(
	    engine, quiet_ms, engine->now_ms + REEL_STEP_MS));
}

static enum reel_status
look(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;
	struct reel_pending_work *work = &index->work;
	struct reel_folder *folder;
	enum reel_status status = REEL_OK;
	int64_t begin_ms = engine->now_ms;
	int64_t most_ms = REEL_STEP_MS;

	while (status == REEL_OK && engine->now_ms - begin_ms < most_ms &&
	       !reel_limbo_full(engine->limbo)) {
		if (engine->scan != NULL) {
			status = reel_scan_step(engine, REEL_STEP_SLICE);
		} else if (take_work(index, work)) {
			if (work->level == REEL_PENDING_SWEEP)
				most_ms = REEL_STEP_SWEEP_MS;
			folder = reel_folders_get(
			    engine->folders, work->folder_id);
			if (folder != NULL)
				status = reel_scan_begin(engine, folder, work);
		} else {
			break;
		}
		reel_step_clocks(index);
		if (status == REEL_OK)
			status = commit_if_due(index);
	}
	if (most_ms == REEL_STEP_SWEEP_MS)
		index->sweep_ms = engine->now_ms + REEL_STEP_REST_MS;
	return (status);
}

static enum reel_status
upkeep(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;
	enum reel_status status, more;

	status = reel_write_purge(engine->write, 500);
	more = status;
	if ((status == REEL_OK || status == REEL_AGAIN) &&
	    (index->trimming || engine->now_ms >= index->trim_ms)) {
		index->trim_ms = engine->now_ms + REEL_STEP_TRIM_MS;
		status = reel_write_trim(engine->write, engine->wall_ms,
		    engine->config->retention_s,
		    engine->config->retention_records, 1000);
		index->trimming = status == REEL_AGAIN;
	}
	if (status != REEL_OK && status != REEL_AGAIN)
		return (status);
	index->upkeep = more == REEL_AGAIN || index->trimming;
	if (!index->upkeep) {
		status = reel_write_merge(engine->write, REEL_STEP_MERGE_PAGES);
		if (status != REEL_OK && status != REEL_AGAIN)
			return (status);
		index->upkeep = status == REEL_AGAIN;
	}
	status = reel_step_commit(index);
	if (status == REEL_OK) {
		status = reel_write_checkpoint(engine->write);
		status = status == REEL_AGAIN ? REEL_OK : status;
	}
	return (status);
}

static void
sleep_until_due(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;
	int64_t at_ms = reel_hints_next_ms(index);

	if (index->trim_ms < at_ms)
		at_ms = index->trim_ms;
	if (index->dirty_ms > 0 && index->dirty_ms + REEL_STEP_OPEN_MS < at_ms)
		at_ms = index->dirty_ms + REEL_STEP_OPEN_MS;
	if (index->upkeep && engine->now_ms + REEL_STEP_REST_MS < at_ms)
		at_ms = engine->now_ms + REEL_STEP_REST_MS;
	if (reel_pending_count(engine->pending, REEL_PENDING_SWEEP) > 0 &&
	    index->sweep_ms < at_ms)
		at_ms = index->sweep_ms;
	reel_step_kick(index,
	    at_ms <= engine->now_ms ? 1 : at_ms - engine->now_ms);
}

static enum reel_status
step(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;
	size_t rows = reel_write_dirty(engine->write);
	enum reel_status status;
	int more;

	more = reel_hints_events(index);
	status = reel_hints_due(index);
	if (status == REEL_OK)
		status = look(index);
	if (status == REEL_OK)
		status = expire(index, more || reel_step_busy(index));
	if (status != REEL_OK)
		return (status);
	if (more || reel_step_busy(index)) {
		reel_step_kick(index, 0);
		return (commit_if_due(index));
	}
	if (index->scan_ended_ms == 0)
		index->scan_ended_ms = engine->wall_ms;
	if (reel_write_dirty(engine->write) > 0) {
		index->upkeep = 1;
		/* What was seen just now is told just now. */
		status = index->more && reel_write_dirty(engine->write) == rows
		    ? commit_if_due(index) : reel_step_commit(index);
	} else if (index->upkeep || engine->now_ms >= index->trim_ms) {
		status = upkeep(index);
	}
	sleep_until_due(index);
	return (status);
}

/* Everything since the last commit is void: begin again from the book. */
void
reel_step_recover(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;
	int64_t wait_ms = REEL_STEP_FAIL_MS;

	wait_ms <<= index->failures > 5 ? 5 : index->failures;
	if (wait_ms > REEL_STEP_FAIL_MAX_MS)
		wait_ms = REEL_STEP_FAIL_MAX_MS;
	snprintf(index->failed, sizeof(index->failed),
	    "cannot write the index: %s", reel_write_error(engine->write));
	reel_err("book failed reason=\"%s\" retry_ms=%lld",
	    reel_write_error(engine->write), (long long)wait_ms);
	index->failures++;
	index->void_since = 1;
	reel_step_kick(index, wait_ms);
}

enum reel_status
reel_step_load(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;
	enum reel_status status;

	status = reel_roots_load(engine);
	if (status == REEL_OK)
		status = reel_roots_apply(engine);
	if (status == REEL_OK)
		status = reel_step_commit(index);
	if (status == REEL_OK)
		reel_hints_everything(index);
	return (status == REEL_OK ? REEL_OK : REEL_IO);
}

/* The map anew; watches of folders that the book still has are kept. */
static enum reel_status
reload(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;
	struct reel_folders *old = engine->folders;
	struct reel_folder *folder = NULL;
	struct reel_folder *now;
	struct reel_disk *disk;
	enum reel_status status;

	reel_scan_free(engine->scan);
	engine->scan = NULL;
	reel_pending_reset(engine->pending);
	reel_limbo_reset(engine->limbo);
	reel_due_reset(engine->settle);
	reel_due_reset(engine->folds);
	reel_due_reset(engine->links);
	reel_due_reset(engine->retry);
	reel_due_reset(engine->poll);
	engine->unwatchable = 0;
	while ((disk = engine->disks) != NULL) {
		engine->disks = disk->next;
		free(disk);
	}
	engine->folders = reel_folders_new();
	status = reel_step_load(index);
	while ((folder = reel_folders_next(old, NULL, folder)) != NULL) {
		now = reel_folders_get(engine->folders, folder->id);
		if (now != NULL && now->ino == folder->ino)
			now->watched = folder->watched;
		else if (engine->watch != NULL)
			reel_watch_remove(engine->watch, folder->id);
	}
	reel_folders_free(old);
	if (status == REEL_OK)
		index->void_since = 0;
	return (status);
}

static void
on_step(void *cookie)
{
	struct reel_index *index = cookie;
	struct reel_engine *engine = &index->engine;
	enum reel_status status = REEL_OK;
	int64_t before_ms = engine->now_ms;

	index->kicked = 0;
	reel_step_clocks(index);
	/* While something is lost there is a step every now and then, or else */
	/* we were stopped; what happened meanwhile has not been told yet. */
	if (engine->now_ms - before_ms > REEL_STEP_STOPPED_MS)
		reel_limbo_shift(engine->limbo, engine->now_ms - before_ms);
	if (index->void_since)
		status = reload(index);
	if (status == REEL_OK)
		status = step(index);
	if (status == REEL_IO)
		reel_step_recover(index);
	else if (index->failures > 0 && !reel_step_busy(index) &&
	    reel_write_dirty(engine->write) == 0)
		recovered(index); /* it is as the disk is, without a row */
}
