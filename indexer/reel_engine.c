/*
 * What the parts of the index share: opening folders of the book, and keeping
 * the sets that know folders (map, watches, pending, back-off, polls, limbo) in
 * step when one leaves.
 */
#include "indexer/reel_engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_config.h"
#include "indexer/reel_dir.h"
#include "indexer/reel_disk.h"
#include "indexer/reel_due.h"
#include "indexer/reel_log.h"
#include "indexer/reel_scan.h"
#include "indexer/reel_watch_inotify.h"

#define REEL_ENGINE_BACKOFF_MS 1000
#define REEL_ENGINE_BACKOFF_MAX_MS 60000

struct reel_disk *
reel_engine_disk(const struct reel_folder *folder)
{

	while (folder->disk == NULL && folder->parent != NULL)
		folder = folder->parent;
	return (folder->disk);
}

int
reel_engine_is(const struct reel_folder *folder, const struct reel_stat *st)
{

	/* An inode number is used again at once for the next folder. */
	return (folder->fs == st->fs && folder->ino == st->ino &&
	    (folder->btime_ns == 0 || st->btime_ns == 0 ||
	        folder->btime_ns == st->btime_ns));
}

/* Is it away, or anything that it is mounted on? */
static int
away(const struct reel_folder *folder)
{

	for (; folder != NULL; folder = folder->parent) {
		if (folder->disk != NULL && !folder->disk->online)
			return (1);
	}
	return (0);
}

enum reel_status
reel_engine_open(struct reel_engine *engine, struct reel_folder *folder,
    int *fd, struct reel_stat *st)
{
	struct reel_folder *root = reel_folders_root(folder);
	enum reel_status status;
	int opened, saved;

	if (folder->parent != NULL && away(folder))
		return (REEL_BUSY);
	if (root->disk == NULL || root->disk->root == NULL)
		return (REEL_BUSY);
	reel_buf_reset(&engine->path);
	reel_folders_path(folder, root, &engine->path);
	status = reel_dir_open(root->disk->root->path,
	    engine->path.len == 0 ? "" : engine->path.data, engine->path.len,
	    &opened);
	if (status != REEL_OK)
		return (status);
	status = reel_stat_fd(opened, st);
	if (status == REEL_OK && folder->parent != NULL &&
	    !reel_engine_is(folder, st))
		status = REEL_NOT_FOUND;
	if (status != REEL_OK) {
		saved = errno;
		close(opened);
		errno = saved;
		return (status);
	}
	*fd = opened;
	return (REEL_OK);
}

struct reel_limbo_entry *
reel_engine_lost(
    const struct reel_engine *engine, const struct reel_folder *folder)
{
	struct reel_limbo_entry *entry;

	if (reel_limbo_count(engine->limbo) == 0)
		return (NULL);
	for (; folder != NULL; folder = folder->parent) {
		entry = reel_limbo_get(engine->limbo, folder->id);
		if (entry != NULL)
			return (entry);
	}
	return (NULL);
}

void
reel_engine_again(struct reel_engine *engine, struct reel_folder *top,
    enum reel_pending_level level)
{
	struct reel_folder *folder = NULL;

	while ((folder = reel_folders_next(engine->folders, top, folder)) != NULL)
		reel_pending_add(engine->pending, folder->id, level, NULL, 0, 0);
}

/* Kept for the status file until that folder is well. */
static void
trouble(struct reel_engine *engine, struct reel_folder *folder,
    const char *what, const char *why)
{

	reel_buf_reset(&engine->path);
	reel_folders_path(folder, NULL, &engine->path);
	snprintf(engine->trouble, sizeof(engine->trouble), "%s %.*s: %s", what,
	    (int)(engine->path.len > 300 ? 300 : engine->path.len),
	    engine->path.len == 0 ? "" : engine->path.data, why);
	engine->trouble_ms = engine->now_ms;
	engine->trouble_id = folder->id;
	if (folder->tries == 0)
		reel_warn("look failed what=\"%s\" path=%.*s reason=%s", what,
		    (int)engine->path.len,
		    engine->path.len == 0 ? "" : engine->path.data, why);
}

static void
back_off(struct reel_engine *engine, struct reel_folder *folder)
{
	int64_t wait_ms = REEL_ENGINE_BACKOFF_MS;

	wait_ms <<= folder->tries > 6 ? 6 : folder->tries;
	if (wait_ms > REEL_ENGINE_BACKOFF_MAX_MS)
		wait_ms = REEL_ENGINE_BACKOFF_MAX_MS;
	if (folder->tries < UINT8_MAX)
		folder->tries++;
	reel_due_set(engine->retry, folder->id, engine->now_ms + wait_ms);
}

void
reel_engine_later(
    struct reel_engine *engine, struct reel_folder *folder, const char *what)
{

	trouble(engine, folder, what, strerror(errno));
	back_off(engine, folder);
}

void
reel_engine_refused(struct reel_engine *engine, struct reel_folder *folder,
    const char *what, enum reel_status status)
{

	trouble(engine, folder, what, reel_status_name(status));
	back_off(engine, folder);
}

void
reel_engine_well(struct reel_engine *engine, struct reel_folder *folder)
{

	folder->tries = 0;
	if (engine->trouble_id != folder->id)
		return;
	engine->trouble_id = 0;
	engine->trouble[0] = '\0';
}

static void
on_folder_gone(void *cookie, struct reel_folder *folder)
{
	struct reel_engine *engine = cookie;
	struct reel_disk **at = &engine->disks;
	struct reel_disk *disk = folder->disk;

	reel_engine_well(engine, folder);
	if (engine->watch != NULL)
		reel_watch_remove(engine->watch, folder->id);
	reel_pending_drop(engine->pending, folder->id);
	reel_due_drop(engine->retry, folder->id);
	reel_due_drop(engine->poll, folder->id);
	reel_due_drop(engine->folds, folder->id);
	reel_limbo_drop(engine->limbo, folder->id);
	if (engine->scan != NULL &&
	    reel_scan_folder(engine->scan) == folder->id) {
		reel_scan_free(engine->scan);
		engine->scan = NULL;
	}
	if (folder->unwatchable)
		engine->unwatchable--;
	if (disk == NULL)
		return;
	while (*at != disk)
		at = &(*at)->next;
	*at = disk->next;
	free(disk);
	folder->disk = NULL;
}

void
reel_engine_forget(struct reel_engine *engine, struct reel_folder *folder)
{

	reel_folders_remove(engine->folders, folder, on_folder_gone, engine);
}

int
reel_engine_same(const struct reel_node *node, const struct reel_stat *st)
{
	int folder = REEL_TYPE_IS_FOLDER(node->type);

	if (st->kind != (folder ? REEL_STAT_FOLDER : REEL_STAT_FILE))
		return (0);
	if (node->fs != st->fs || node->ino != st->ino)
		return (0);
	if (node->btime_ns != 0 && st->btime_ns != 0)
		return (node->btime_ns == st->btime_ns);
	/* An inode is used again; without a birth time more has to agree. */
	return (folder ||
	    (node->size == st->size && node->mtime_ns == st->mtime_ns));
}
