/*
 * Disks.
 *
 * Every root has a record, and every folder that was seen to be the top of
 * another filesystem.  A record remembers which filesystem belongs there.  When
 * something else is there, or nothing, the disk is offline: its items stay as
 * they are, nothing below is looked at, and every few seconds we see whether it
 * is back.  The kernel tells of an unmount only those who watch, and of a mount
 * nobody; so the table of mounts is read every few seconds as well.
 */
#include "indexer/reel_mounts.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_config.h"
#include "indexer/reel_dir.h"
#include "indexer/reel_disk.h"
#include "indexer/reel_log.h"
#include "indexer/reel_look.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_watch_inotify.h"
#include "indexer/reel_write_sql.h"

struct reel_disk *
reel_mounts_add(struct reel_engine *engine, struct reel_folder *folder)
{
	struct reel_disk *disk;

	if (folder->disk != NULL)
		return (folder->disk);
	disk = reel_mem_new(sizeof(*disk));
	disk->folder = folder;
	disk->online = 1;
	disk->next = engine->disks;
	engine->disks = disk;
	folder->disk = disk;
	return (disk);
}

static void
forget(struct reel_engine *engine, struct reel_folder *folder)
{
	struct reel_disk **at = &engine->disks;
	struct reel_disk *disk = folder->disk;

	while (*at != disk)
		at = &(*at)->next;
	*at = disk->next;
	folder->disk = NULL;
	free(disk);
}

int
reel_mounts_polled(const struct reel_folder *folder)
{
	const struct reel_folder *at = folder;

	for (; at != NULL; at = at->parent) {
		if (at->disk == NULL)
			continue;
		if (at->disk->network)
			return (1);
		if (at->disk->root != NULL)
			return (at->disk->root->poll_s > 0);
		/* A mount inside a polled root is watched if it is local. */
	}
	return (0);
}

static const char *
path_of(struct reel_engine *engine, const struct reel_folder *folder)
{

	reel_buf_reset(&engine->path);
	reel_folders_path(folder, NULL, &engine->path);
	reel_buf_chr(&engine->path, '\0');
	return (engine->path.failed ? "?" : engine->path.data);
}

static enum reel_status
go_offline(struct reel_engine *engine, struct reel_disk *disk,
    const char *reason)
{
	enum reel_status status;

	if (!disk->online && disk->reason == reason)
		return (REEL_OK);
	status = reel_write_online(engine->write, disk->folder->id,
	    disk->root == NULL, disk->fs, 0, reason);
	if (status == REEL_IO)
		return (status);
	reel_warn("disk offline path=%s reason=\"%s\"",
	    path_of(engine, disk->folder), reason);
	disk->online = 0;
	disk->reason = reason;
	return (REEL_OK);
}

/* ${st} belongs here from now on, or is what belongs here and was away. */
static enum reel_status
go_online(struct reel_engine *engine, struct reel_disk *disk,
    const struct reel_stat *st)
{
	struct reel_folder *folder = disk->folder;
	int was_away = !disk->online;
	struct reel_node_list list;
	struct reel_node *node;
	enum reel_status status;
	int was_seen;

	reel_node_list_init(&list);
	status = reel_write_online(engine->write, folder->id,
	    disk->root == NULL, st->fs, 1, NULL);
	if (status == REEL_OK)
		status = reel_write_get(engine->write, folder->id, &list);
	if (status == REEL_OK && !reel_engine_is(folder, st)) {
		node = &list.nodes[0];
		/* A root that was away when it was configured has no times yet. */
		was_seen = node->mtime_ns != 0;
		node->fs = st->fs;
		node->ino = st->ino;
		node->btime_ns = st->btime_ns;
		node->mtime_ns = st->mtime_ns;
		node->ctime_ns = st->ctime_ns;
		status = was_seen ? reel_write_touch(engine->write, node)
		                  : reel_write_put(engine->write, node);
	}
	reel_node_list_clear(&list);
	if (status == REEL_IO)
		return (status);
	disk->online = 1;
	disk->reason = NULL;
	disk->fs = st->fs;
	disk->dead = 0;
	disk->accept = 0;
	folder->fs = st->fs;
	folder->ino = st->ino;
	folder->btime_ns = st->btime_ns;
	folder->watched = 0;
	reel_limbo_drop(engine->limbo, folder->id);
	if (was_away) {
		reel_info("disk online path=%s", path_of(engine, folder));
		reel_engine_again(engine, folder, REEL_PENDING_SCAN);
	}
	return (REEL_OK);
}

/* The folder of a root was removed, so it was empty: that is no disk away. */
static enum reel_status
lose_children(struct reel_engine *engine, struct reel_folder *folder)
{
	struct reel_node_list list;
	enum reel_status status;
	size_t i;

	reel_node_list_init(&list);
	status = reel_write_children(engine->write, folder->id, &list);
	for (i = 0; i < list.count && status == REEL_OK; i++)
		(void)reel_look_lose(engine, &list.nodes[i]);
	reel_node_list_clear(&list);
	return (status);
}

enum reel_status
reel_mounts_check(struct reel_engine *engine, struct reel_folder *folder,
    int found, const struct reel_stat *st, int64_t names, int *go)
{
	struct reel_disk *disk = folder->disk;
	struct reel_disk_seen seen;
	struct reel_node_list list;
	enum reel_disk_verdict verdict;
	enum reel_status status = REEL_OK;
	const char *reason = NULL;

	*go = 0;
	memset(&seen, 0, sizeof(seen));
	seen.found = found;
	seen.known = folder->ino != 0;
	seen.watched = folder->watched;
	if (found) {
		seen.fs = st->fs;
		seen.same = reel_engine_is(folder, st);
		seen.empty = names == 0;
	}
	if (seen.empty) {
		reel_node_list_init(&list);
		status = reel_write_children(
		    engine->write, folder->id, &list);
		seen.children = list.count > 0;
		reel_node_list_clear(&list);
		if (status != REEL_OK)
			return (status);
	}
	/* Nobody counted: only a listing may decide about another folder. */
	if (found && names < 0 && (!seen.same || !disk->online)) {
		reel_pending_add(engine->pending, folder->id,
		    REEL_PENDING_EVENT, NULL, 0, 0);
		return (REEL_OK);
	}
	verdict = reel_disk_judge(disk, &seen, &reason);
	if (verdict == REEL_DISK_OFFLINE) {
		folder->watched = folder->watched && found && seen.same;
		if (!found && disk->dead)
			status = lose_children(engine, folder);
		return (status != REEL_OK
		        ? status : go_offline(engine, disk, reason));
	}
	*go = 1;
	if (verdict == REEL_DISK_ONLINE && disk->online)
		return (REEL_OK);
	return (go_online(engine, disk, st));
}

enum reel_status
reel_mounts_note(
    struct reel_engine *engine, struct reel_folder *folder, int64_t fs)
{
	struct reel_disk *disk = reel_mounts_add(engine, folder);

	disk->fs = fs;
	reel_info("mount found path=%s", path_of(engine, folder));
	return (reel_write_online(
	    engine->write, folder->id, 1, fs, 1, NULL));
}

/* Something was mounted over the plain folder ${folder}. */
static enum reel_status
covered(struct reel_engine *engine, struct reel_folder *folder,
    const struct reel_stat *st)
{
	struct reel_node_list list;
	struct reel_disk *disk;
	enum reel_status status;
	size_t children;

	reel_node_list_init(&list);
	status = reel_write_children(engine->write, folder->id, &list);
	children = list.count;
	reel_node_list_clear(&list);
	if (status != REEL_OK)
		return (status);
	disk = reel_mounts_add(engine, folder);
	disk->fs = folder->fs;
	if (children > 0)
		return (go_offline(engine, disk,
		    "another filesystem is mounted over it"));
	disk->online = 0; /* so that coming online looks at all of it */
	return (go_online(engine, disk, st));
}

enum reel_status
reel_mounts_look(struct reel_engine *engine, struct reel_look *at,
    struct reel_folder *folder, const struct reel_stat *st, int *handled)
{
	struct reel_disk *disk = folder->disk;
	enum reel_status status = REEL_OK;

	*handled = 0;
	if (disk == NULL) {
		if (st->kind != REEL_STAT_FOLDER || st->fs == at->st.fs ||
		    st->fs == folder->fs || folder->fs != at->st.fs)
			return (REEL_OK);
		*handled = 1;
		return (covered(engine, folder, st));
	}
	*handled = 1;
	if (disk->accept &&
	    (st->kind != REEL_STAT_FOLDER || st->fs == at->st.fs)) {
		/* There is no disk here any more, and that is right. */
		status = reel_write_forget_mount(engine->write, folder->id);
		if (status == REEL_IO)
			return (status);
		forget(engine, folder);
		reel_engine_again(engine, folder, at->level);
		*handled = 0;
		return (REEL_OK);
	}
	if (st->kind != REEL_STAT_FOLDER)
		return (go_offline(
		    engine, disk, "its mount point is missing"));
	if (!disk->accept && st->fs != disk->fs)
		return (go_offline(engine, disk, st->fs == at->st.fs
		        ? "it is not mounted"
		        : "another filesystem is at its place"));
	if (!disk->online || !reel_engine_is(folder, st))
		status = go_online(engine, disk, st);
	/* What was mounted over the folder is away again. */
	if (status == REEL_OK && st->fs == at->st.fs) {
		status = reel_write_forget_mount(engine->write, folder->id);
		forget(engine, folder);
	}
	return (status == REEL_IO ? status : REEL_OK);
}

/* Is the mount table as it was when we read it last? */
static int
table_moved(uint64_t *noted)
{
	static const char path[] = "/proc/self/mountinfo";
	uint64_t hash = 1469598103934665603u;
	char buffer[4096];
	ssize_t got, i;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int moved;

	if (fd == -1)
		return (0);
	while ((got = read(fd, buffer, sizeof(buffer))) > 0) {
		for (i = 0; i < got; i++) {
			hash ^= (unsigned char)buffer[i];
			hash *= 1099511628211u;
		}
	}
	close(fd);
	moved = *noted != hash && *noted != 0;
	*noted = hash;
	return (moved);
}

void
reel_mounts_tick(struct reel_engine *engine)
{
	struct reel_folder *folder = NULL;
	struct reel_disk *disk;
	struct reel_stat st;
	int fd, same;
	int moved = table_moved(&engine->mount_table);

	for (disk = engine->disks; disk != NULL; disk = disk->next) {
		folder = disk->folder;
		if (disk->root != NULL) {
			same = reel_dir_open(disk->root->path, "", 0, &fd) ==
			    REEL_OK;
			if (same) {
				same = reel_stat_fd(fd, &st) == REEL_OK &&
				    reel_engine_is(folder, &st);
				close(fd);
			}
			if (!same || !disk->online)
				reel_pending_add(engine->pending, folder->id,
				    REEL_PENDING_SWEEP, NULL, 0, 0);
			continue;
		}
		if (moved || !disk->online)
			reel_pending_add(engine->pending, folder->parent->id,
			    REEL_PENDING_SWEEP, folder->name, folder->name_len,
			    0);
	}
	/* A mount anywhere below: each folder that holds folders may have it. */
	if (!moved)
		return;
	folder = NULL;
	while ((folder = reel_folders_next(engine->folders, NULL, folder)) !=
	       NULL) {
		if (folder->child != NULL)
			reel_pending_add(engine->pending, folder->id,
			    REEL_PENDING_SWEEP, NULL, 0, 0);
	}
}
