/*
 * The index as others see it: opened on a book, a watcher and a loop, asked and
 * told by the main program.  The work is done by reel_step.c, which also is the
 * only one to commit.
 */
#include "indexer/reel_index.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_config.h"
#include "indexer/reel_dir.h"
#include "indexer/reel_disk.h"
#include "indexer/reel_due.h"
#include "indexer/reel_hints.h"
#include "indexer/reel_hls.h"
#include "indexer/reel_index_state.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_mounts.h"
#include "indexer/reel_roots.h"
#include "indexer/reel_scan.h"
#include "indexer/reel_step.h"
#include "indexer/reel_watch_inotify.h"
#include "indexer/reel_write_sql.h"
#include "shared/reel_path.h"

enum reel_status
reel_index_open(const struct reel_config *config, struct reel_loop *loop,
    struct reel_watch *watch, struct reel_write *write,
    struct reel_queue *queue, void (*on_commit)(void *cookie), void *cookie,
    struct reel_index **result)
{
	struct reel_index *index = reel_mem_new(sizeof(*index));
	struct reel_engine *engine = &index->engine;
	enum reel_status status;

	index->loop = loop;
	index->on_commit = on_commit;
	index->cookie = cookie;
	index->head = reel_write_head(write);
	reel_buf_init(&index->strings);
	engine->config = config;
	engine->watch = watch;
	engine->write = write;
	engine->queue = queue;
	engine->folders = reel_folders_new();
	engine->pending = reel_pending_new();
	engine->limbo = reel_limbo_new();
	engine->settle = reel_due_new();
	engine->folds = reel_due_new();
	engine->links = reel_due_new();
	engine->retry = reel_due_new();
	engine->poll = reel_due_new();
	reel_buf_init(&engine->path);
	reel_step_clocks(index);
	index->trim_ms = engine->now_ms;
	index->upkeep = 1;
	status = reel_step_load(index);
	if (status != REEL_OK) {
		reel_index_close(index);
		return (status);
	}
	reel_hints_start(index);
	reel_step_kick(index, 0);
	*result = index;
	return (REEL_OK);
}

void
reel_index_close(struct reel_index *index)
{
	struct reel_engine *engine;
	struct reel_disk *disk;

	if (index == NULL)
		return;
	engine = &index->engine;
	reel_step_kick(index, -1);
	/* What was told and not committed is right: keep it. */
	if (!index->void_since)
		(void)reel_step_commit(index);
	reel_hints_stop(index);
	reel_scan_free(engine->scan);
	reel_folders_free(engine->folders);
	reel_pending_free(engine->pending);
	reel_limbo_free(engine->limbo);
	reel_due_free(engine->settle);
	reel_due_free(engine->folds);
	reel_due_free(engine->links);
	reel_due_free(engine->retry);
	reel_due_free(engine->poll);
	while ((disk = engine->disks) != NULL) {
		engine->disks = disk->next;
		free(disk);
	}
	reel_buf_clear(&engine->path);
	reel_buf_clear(&index->strings);
	free(index->disks);
	free(index);
}

enum reel_status
reel_index_configure(struct reel_index *index, const struct reel_config *config)
{
	struct reel_engine *engine = &index->engine;
	struct reel_disk *disk;
	enum reel_status status;

	engine->config = config;
	/* The old entries end with the old configuration. */
	for (disk = engine->disks; disk != NULL; disk = disk->next)
		disk->root = NULL;
	if (index->void_since)
		return (REEL_OK);
	reel_step_clocks(index);
	reel_scan_free(engine->scan);
	engine->scan = NULL;
	status = reel_roots_apply(engine);
	if (status == REEL_OK)
		status = reel_step_commit(index);
	if (status != REEL_OK) {
		reel_step_recover(index);
		return (status);
	}
	index->verify_ms = 0;
	reel_hints_everything(index);
	reel_step_kick(index, 0);
	return (REEL_OK);
}

/* The folder that the first names of a path lead to; the rest is left. */
static struct reel_folder *
find_folder(struct reel_index *index, const char **rest, size_t *rest_len)
{
	struct reel_folder *folder = NULL;
	struct reel_folder *next;
	const char *left = *rest;
	const char *name;
	size_t left_len = *rest_len;
	size_t len;

	while (reel_path_next(&left, &left_len, &name, &len)) {
		next = reel_folders_child(
		    index->engine.folders, folder, name, len);
		if (next == NULL)
			break;
		folder = next;
		*rest = left;
		*rest_len = left_len;
	}
	return (folder);
}

enum reel_status
reel_index_rescan(struct reel_index *index, const char *path, size_t len)
{
	struct reel_engine *engine = &index->engine;
	struct reel_folder *folder;
	const char *name;
	size_t name_len;

	if (len == 0) {
		reel_hints_everything(index);
		reel_step_kick(index, 0);
		return (REEL_OK);
	}
	if (reel_path_check(path, len) != REEL_OK)
		return (REEL_NOT_FOUND);
	folder = find_folder(index, &path, &len);
	if (folder == NULL)
		return (REEL_NOT_FOUND);
	if (!reel_path_next(&path, &len, &name, &name_len)) {
		reel_engine_again(engine, folder, REEL_PENDING_EVENT);
	} else {
		/* A file, or something new of which we know one folder only. */
		if (len != 0)
			return (REEL_NOT_FOUND);
		reel_pending_add(engine->pending, folder->id,
		    REEL_PENDING_EVENT, name, name_len, 0);
	}
	reel_step_kick(index, 0);
	return (REEL_OK);
}

enum reel_status
reel_index_accept(struct reel_index *index, const char *path, size_t len)
{
	struct reel_engine *engine = &index->engine;
	struct reel_folder *folder;

	if (reel_path_check(path, len) != REEL_OK)
		return (REEL_NOT_FOUND);
	folder = find_folder(index, &path, &len);
	if (folder == NULL || len != 0 || folder->disk == NULL)
		return (REEL_NOT_FOUND);
	folder->disk->accept = 1;
	if (folder->parent == NULL)
		reel_pending_add(engine->pending, folder->id,
		    REEL_PENDING_EVENT, NULL, 0, 0);
	else
		reel_pending_add(engine->pending, folder->parent->id,
		    REEL_PENDING_EVENT, folder->name, folder->name_len, 0);
	reel_step_kick(index, 0);
	return (REEL_OK);
}

enum reel_status
reel_index_item_open(struct reel_index *index, int64_t item_id, int *fd,
    enum reel_type *type, char *name)
{
	struct reel_engine *engine = &index->engine;
	struct reel_folder *folder;
	struct reel_node_list list;
	struct reel_node *node;
	struct reel_stat st;
	enum reel_status status;
	int dir = -1, saved;

	reel_node_list_init(&list);
	status = reel_write_get(engine->write, item_id, &list);
	if (status == REEL_IO)
		reel_step_recover(index);
	if (status != REEL_OK)
		goto out;
	node = &list.nodes[0];
	folder = reel_folders_get(engine->folders, node->parent_id);
	status = REEL_NOT_FOUND;
	if (folder == NULL || REEL_TYPE_IS_FOLDER(node->type))
		goto out;
	status = reel_engine_open(engine, folder, &dir, &st);
	if (status != REEL_OK)
		goto out;
	memcpy(name, node->name, node->name_len);
	name[node->name_len] = '\0';
	status = reel_dir_open_file(dir, name, fd);
	if (status == REEL_OK)
		*type = node->type;

out:
	saved = errno;
	if (dir != -1)
		close(dir);
	reel_node_list_clear(&list);
	errno = saved;
	return (status);
}

void
reel_index_folded(struct reel_index *index, int64_t id, int stream, int changed)
{

	if (!index->void_since)
		reel_hls_judged(&index->engine, id, stream, changed);
}

void
reel_index_wrote(struct reel_index *index, int more)
{

	index->more = more;
	/* Once a step has seen it, one is due when its time is over. */
	if (!index->void_since && (!more || index->dirty_ms == 0))
		reel_step_kick(index, 0);
}

int
reel_index_idle(struct reel_index *index)
{
	const struct reel_engine *engine = &index->engine;

	return (!index->void_since && !reel_step_busy(index) &&
	    reel_limbo_count(engine->limbo) == 0 &&
	    reel_due_count(engine->settle) == 0 &&
	    reel_due_count(engine->folds) == 0 &&
	    reel_write_dirty(engine->write) == 0);
}

static void
report_disks(struct reel_index *index, struct reel_index_report *report)
{
	struct reel_engine *engine = &index->engine;
	struct reel_index_disk *out;
	struct reel_disk *disk;
	size_t *starts;
	size_t count = 0, i = 0;

	for (disk = engine->disks; disk != NULL; disk = disk->next)
		count++;
	index->disks = reel_mem_grow(
	    index->disks, count + 1, sizeof(*index->disks));
	starts = reel_mem_grow(NULL, count + 1, sizeof(*starts));
	reel_buf_reset(&index->strings);
	for (disk = engine->disks; disk != NULL; disk = disk->next, i++) {
		out = &index->disks[i];
		starts[i] = index->strings.len;
		reel_folders_path(disk->folder, NULL, &index->strings);
		reel_buf_chr(&index->strings, '\0');
		out->folder = disk->root == NULL ? NULL : disk->root->path;
		out->online = disk->online;
		out->watched = engine->watch != NULL && disk->online &&
		    !reel_mounts_polled(disk->folder) &&
		    !disk->folder->unwatchable;
		out->reason = disk->reason;
		if (disk->online && !out->watched)
			out->reason = engine->watch == NULL
			    ? "no inotify instance is left"
			    : disk->folder->unwatchable ? "no watch is left"
			    : disk->network ? "a network filesystem"
			                    : "as configured";
	}
	/* The buffer moved while it grew. */
	for (i = 0; i < count; i++)
		index->disks[i].path = index->strings.failed
		    ? "" : index->strings.data + starts[i];
	free(starts);
	report->disks = index->disks;
	report->disks_count = count;
}

/* What keeps us from watching, and how to mend it; NULL: nothing. */
static const char *
watch_trouble(struct reel_index *index)
{
	const struct reel_engine *engine = &index->engine;

	if (engine->watch == NULL)
		return ("nothing is watched but polled: no inotify instance is "
		        "left; raise fs.inotify.max_user_instances");
	if (engine->unwatchable == 0)
		return (NULL);
	snprintf(index->unwatched, sizeof(index->unwatched),
	    "%lld folders are polled for want of a watch: raise "
	    "fs.inotify.max_user_watches",
	    (long long)engine->unwatchable);
	return (index->unwatched);
}

void
reel_index_report(struct reel_index *index, struct reel_index_report *report)
{
	struct reel_engine *engine = &index->engine;

	memset(report, 0, sizeof(*report));
	report->phase = index->scan_ended_ms == 0 ? "names" : "live";
	report->scan_folders = engine->scan_folders;
	report->scan_files = engine->scan_files;
	report->scan_pending =
	    (int64_t)(reel_pending_count(engine->pending, REEL_PENDING_EVENT) +
	        reel_pending_count(engine->pending, REEL_PENDING_SCAN));
	report->scan_started_ms = index->scan_started_ms;
	report->scan_ended_ms = index->scan_ended_ms;
	report->items_before = index->items_before;
	report->watching = engine->watch != NULL;
	if (engine->watch != NULL) {
		report->watches = reel_watch_count(engine->watch);
		report->overflows = reel_watch_overflows(engine->watch);
	}
	report->watches_missing = engine->unwatchable;
	report->polled = (int64_t)reel_due_count(engine->poll);
	report->growing = (int64_t)(reel_due_count(engine->settle) +
	    reel_due_count(engine->folds));
	report->trouble = index->failed[0] != '\0' ? index->failed
	    : engine->trouble[0] != '\0' ? engine->trouble
	                                  : watch_trouble(index);
	report_disks(index, report);
}
