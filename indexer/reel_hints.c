/*
 * Hints.  An event names a folder and a name in it, and that is all that is
 * believed of it; what it says has happened decides only how soon a file is
 * taken as finished, and whether an empty root was emptied under our eyes.
 */
#include "indexer/reel_hints.h"

#include <stdlib.h>
#include <sys/inotify.h>

#include "indexer/reel_config.h"
#include "indexer/reel_disk.h"
#include "indexer/reel_due.h"
#include "indexer/reel_expire.h"
#include "indexer/reel_hls.h"
#include "indexer/reel_index_state.h"
#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_mounts.h"
#include "indexer/reel_step.h"
#include "indexer/reel_watch_inotify.h"
#include "indexer/reel_write_sql.h"

#define REEL_HINTS_EVENTS 8192         /* taken in a step */
#define REEL_HINTS_DISKS_MS 2000       /* between two looks at disks */
#define REEL_HINTS_WATCH_MS 15000      /* between two tries to get a watcher */
#define REEL_HINTS_TROUBLE_MS 60000    /* trouble is told of so long */
#define REEL_HINTS_LOST_MS 5000        /* a mark that has not come by then */

static void
on_gone(struct reel_engine *engine, const struct reel_watch_event *event)
{
	struct reel_folder *folder =
	    reel_folders_get(engine->folders, event->folder_id);

	if (folder == NULL)
		return;
	if (event->mask & IN_IGNORED)
		folder->watched = 0;
	if (folder->parent == NULL) {
		if (event->mask & IN_DELETE_SELF && folder->disk != NULL)
			folder->disk->dead = 1;
		reel_pending_add(engine->pending, folder->id,
		    REEL_PENDING_EVENT, NULL, 0, event->mask);
		return;
	}
	reel_pending_add(engine->pending, folder->parent->id,
	    REEL_PENDING_EVENT, folder->name, folder->name_len, 0);
	/* Its watch ended: if it is still there, it needs another. */
	if (event->mask & (IN_IGNORED | IN_UNMOUNT))
		reel_pending_add(engine->pending, folder->id,
		    REEL_PENDING_EVENT, NULL, 0, event->mask);
}

void
reel_hints_everything(struct reel_index *index)
{

	index->engine.scan_folders = 0;
	index->items_before = index->engine.scan_files;
	index->engine.scan_files = 0;
	index->scan_started_ms = index->engine.wall_ms;
	index->scan_ended_ms = 0;
	reel_engine_again(&index->engine, NULL, REEL_PENDING_SCAN);
}

int
reel_hints_events(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;
	struct reel_watch_event event;
	struct reel_folder *folder;
	int n;

	for (n = 0; n < REEL_HINTS_EVENTS; n++) {
		if (engine->watch == NULL ||
		    reel_watch_next(engine->watch, &event) != REEL_OK)
			return (0);
		if (event.kind == REEL_WATCH_MARK) {
			index->marked = 0;
			if (index->calm == REEL_INDEX_ASKED) {
				index->calm = REEL_INDEX_CALM;
				index->calm_ms = engine->now_ms;
			}
			continue;
		}
		index->calm = REEL_INDEX_STIRRED;
		switch (event.kind) {
		case REEL_WATCH_OVERFLOW:
			reel_warn("watch lost events count=%lld",
			    (long long)reel_watch_overflows(engine->watch));
			reel_hints_everything(index);
			index->marked = 0; /* it may be among them */
			break;
		case REEL_WATCH_GONE:
			on_gone(engine, &event);
			break;
		default:
			folder = reel_folders_get(
			    engine->folders, event.folder_id);
			if (folder == NULL)
				break;
			/* The folder itself: only its rights are news to us. */
			if (event.name_len == 0) {
				if (folder->tries > 0)
					reel_pending_add(engine->pending,
					    folder->id, REEL_PENDING_EVENT,
					    NULL, 0, 0);
				break;
			}
			reel_pending_add(engine->pending, folder->id,
			    REEL_PENDING_EVENT, event.name, event.name_len,
			    event.mask);
		}
	}
	return (1);
}

int64_t
reel_hints_calm_ms(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;

	if (engine->watch == NULL)
		return (engine->now_ms);
	if (index->calm == REEL_INDEX_CALM &&
	    engine->now_ms - index->calm_ms < REEL_HINTS_CALM_MS)
		return (index->asked_ms);
	/* One at a time, unless it was lost with others. */
	if (index->marked &&
	    engine->now_ms - index->asked_ms < REEL_HINTS_LOST_MS)
		return (0);
	index->calm = REEL_INDEX_ASKED;
	index->asked_ms = engine->now_ms;
	index->marked = reel_watch_mark(engine->watch) == REEL_OK;
	/* No watch is left for a mark: time has to do. */
	return (index->marked ? 0 : engine->now_ms);
}

/* Look at the items whose time has come by ${at_ms}. */
static enum reel_status
take_items(struct reel_engine *engine, struct reel_due *due, int64_t at_ms,
    enum reel_pending_level level, uint32_t mask)
{
	struct reel_node_list list;
	enum reel_status status = REEL_OK;
	int64_t id;

	reel_node_list_init(&list);
	while (status == REEL_OK &&
	       (id = reel_due_take(due, at_ms)) != 0) {
		reel_node_list_reset(&list);
		status = reel_write_get(engine->write, id, &list);
		if (status == REEL_NOT_FOUND) {
			status = REEL_OK;
			continue;
		}
		if (status != REEL_OK || reel_folders_get(engine->folders,
		                             list.nodes[0].parent_id) == NULL)
			continue;
		reel_pending_add(engine->pending, list.nodes[0].parent_id,
		    level, list.nodes[0].name,
		    list.nodes[0].name_len, mask);
	}
	reel_node_list_clear(&list);
	return (status);
}

static void
on_events(void *cookie, int fd)
{
	struct reel_index *index = cookie;

	(void)fd;
	if (index->void_since)
		reel_hints_discard(index);
	else
		reel_step_kick(index, 0);
}

void
reel_hints_start(struct reel_index *index)
{

	if (index->engine.watch != NULL)
		reel_loop_fd(index->loop, reel_watch_fd(index->engine.watch),
		    on_events, index);
}

void
reel_hints_stop(struct reel_index *index)
{
	struct reel_watch *watch = index->engine.watch;

	if (watch == NULL)
		return;
	reel_loop_fd(index->loop, reel_watch_fd(watch), NULL, NULL);
	if (index->own_watch)
		reel_watch_close(watch);
	index->engine.watch = NULL;
}

/* There was no inotify instance at the start; others may have ended since. */
static void
try_to_watch(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;
	int first = index->watch_ms == 0;

	index->watch_ms = engine->now_ms + REEL_HINTS_WATCH_MS;
	if (first || !reel_watch_possible() ||
	    reel_watch_open(&engine->watch) != REEL_OK)
		return;
	index->own_watch = 1;
	reel_info("watch possible at last");
	reel_hints_start(index);
	reel_hints_everything(index);
}

static void
take_due(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;
	int64_t id;

	while ((id = reel_due_take(engine->retry, engine->now_ms)) != 0)
		reel_pending_add(
		    engine->pending, id, REEL_PENDING_SWEEP, NULL, 0, 0);
	while ((id = reel_due_take(engine->poll, engine->now_ms)) != 0)
		reel_pending_add(
		    engine->pending, id, REEL_PENDING_SWEEP, NULL, 0, 0);
	if (engine->now_ms >= index->disks_ms) {
		index->disks_ms = engine->now_ms + REEL_HINTS_DISKS_MS;
		reel_mounts_tick(engine);
	}
	if (engine->watch == NULL && engine->now_ms >= index->watch_ms)
		try_to_watch(index);
	if (engine->now_ms >= index->verify_ms) {
		if (index->verify_ms != 0)
			reel_engine_again(engine, NULL, REEL_PENDING_SWEEP);
		/* Three to five quarters of the period, so that many indexers */
		/* on one disk do not sweep in step. */
		index->verify_ms = engine->now_ms +
		    engine->config->verify_s * (750 + engine->wall_ms % 500);
	}
	if (engine->trouble[0] != '\0' &&
	    engine->now_ms - engine->trouble_ms > REEL_HINTS_TROUBLE_MS &&
	    reel_due_count(engine->retry) == 0)
		engine->trouble[0] = '\0';
}

void
reel_hints_discard(struct reel_index *index)
{
	struct reel_watch_event event;

	if (index->engine.watch == NULL)
		return;
	while (reel_watch_next(index->engine.watch, &event) == REEL_OK)
		continue;
}

enum reel_status
reel_hints_due(struct reel_index *index)
{
	struct reel_engine *engine = &index->engine;
	enum reel_status status;
	int64_t at_ms = engine->now_ms;

	take_due(index);
	status = take_items(engine, engine->settle, at_ms, REEL_PENDING_EVENT,
	    REEL_ENGINE_TIMER);
	if (engine->links_ms != 0 && engine->links_ms <= at_ms) {
		engine->links_ms = 0;
		at_ms = INT64_MAX;
	}
	if (status == REEL_OK)
		status = take_items(
		    engine, engine->links, at_ms, REEL_PENDING_SWEEP, 0);
	if (status == REEL_OK)
		status = reel_hls_due(engine);
	return (status);
}

static int64_t
sooner(int64_t a, int64_t b)
{

	return (a == -1 || (b != -1 && b < a) ? b : a);
}

int64_t
reel_hints_next_ms(const struct reel_index *index)
{
	const struct reel_engine *engine = &index->engine;
	int64_t at_ms = sooner(index->disks_ms, index->verify_ms);
	int64_t expire_ms;

	at_ms = sooner(at_ms, reel_due_first_ms(engine->settle));
	at_ms = sooner(at_ms, reel_due_first_ms(engine->folds));
	at_ms = sooner(at_ms, reel_due_first_ms(engine->links));
	at_ms = sooner(at_ms, engine->links_ms == 0 ? -1 : engine->links_ms);
	at_ms = sooner(at_ms, reel_due_first_ms(engine->retry));
	at_ms = sooner(at_ms, reel_due_first_ms(engine->poll));
	expire_ms = reel_expire_due_ms(engine);
	/* Its answer wakes us up. */
	if (expire_ms != -1 && index->marked && expire_ms <= engine->now_ms)
		expire_ms = engine->now_ms + REEL_HINTS_PATIENCE_MS;
	return (sooner(at_ms, expire_ms));
}
