/*
 * One folder, listed.
 *
 * The watch comes first, then the names, then the book's children; both are
 * sorted, so one walk finds what is new, what is gone and what is the same.
 * Only names are held in memory, stat is asked as the walk comes by: what it
 * says is as fresh as it can be, and a folder of any size is done in slices.
 * Reading the names of one folder and its children from the book is the one
 * step that cannot be divided (about 1 us and 2 us an entry).
 *
 * What is the same costs a statx and a comparison, and writes nothing.
 */
#include "indexer/reel_scan.h"

#include <errno.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "indexer/reel_config.h"
#include "indexer/reel_dir.h"
#include "indexer/reel_disk.h"
#include "indexer/reel_due.h"
#include "indexer/reel_hls.h"
#include "indexer/reel_ignore.h"
#include "indexer/reel_look.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_mounts.h"
#include "indexer/reel_moved.h"
#include "indexer/reel_rules.h"
#include "indexer/reel_watch_inotify.h"
#include "indexer/reel_write_sql.h"

/* Times that a folder may be missed at its place before it has to wait. */
#define REEL_SCAN_TRIES 20

struct reel_scan {
	struct reel_look at;
	struct reel_dir_list names;
	struct reel_node_list children;
	size_t i; /* into names */
	size_t j; /* into children */
};

int64_t
reel_scan_folder(const struct reel_scan *scan)
{

	return (scan->at.folder->id);
}

void
reel_scan_free(struct reel_scan *scan)
{

	if (scan == NULL)
		return;
	if (scan->at.fd != -1)
		close(scan->at.fd);
	reel_dir_list_clear(&scan->names);
	reel_node_list_clear(&scan->children);
	free(scan);
}

/* Watched, or else polled. */
static void
watch(struct reel_engine *engine, struct reel_look *at)
{
	struct reel_folder *folder = at->folder;
	enum reel_status status = REEL_BUSY;
	int polled = engine->watch == NULL || reel_mounts_polled(folder);
	int64_t poll_s = engine->config->poll_s;
	const struct reel_disk *root = reel_folders_root(folder)->disk;

	if (!polled)
		status = reel_watch_add(engine->watch, at->fd, folder->id);
	else if (folder->watched)
		reel_watch_remove(engine->watch, folder->id);
	folder->watched = status == REEL_OK;
	if (folder->unwatchable != (!polled && !folder->watched)) {
		folder->unwatchable = !folder->unwatchable;
		engine->unwatchable += folder->unwatchable ? 1 : -1;
	}
	if (folder->watched) {
		reel_due_drop(engine->poll, folder->id);
		return;
	}
	if (root->root->poll_s > 0)
		poll_s = root->root->poll_s;
	reel_due_set(engine->poll, folder->id,
	    engine->now_ms + poll_s * 1000);
}

/*
 * It is not where the book has it, because it or a folder above it moved: look
 * at the deepest one that is still in its place.  Then ${folder} is in limbo, or
 * in the right place, or it changes faster than we look.
 */
static enum reel_status
look_above(struct reel_engine *engine, struct reel_folder *folder,
    const struct reel_pending_work *work)
{
	struct reel_folder *child = folder;
	struct reel_look at;
	enum reel_status status = REEL_NOT_FOUND;

	memset(&at, 0, sizeof(at));
	at.level = work->level;
	for (at.folder = folder->parent; at.folder != NULL;
	     child = at.folder, at.folder = at.folder->parent) {
		status = reel_engine_open(
		    engine, at.folder, &at.fd, &at.st);
		if (status != REEL_NOT_FOUND)
			break;
	}
	if (at.folder == NULL || at.folder->disk != NULL) {
		/* The root or a mount: whether it is there comes first. */
		if (at.folder == NULL)
			reel_pending_add(engine->pending, child->id,
			    REEL_PENDING_EVENT, NULL, 0, 0);
		else
			reel_pending_add(engine->pending, at.folder->id,
			    REEL_PENDING_EVENT, child->name, child->name_len,
			    0);
		if (status == REEL_OK)
			close(at.fd);
	} else if (status == REEL_OK) {
		reel_ignore_ready(engine, at.folder, at.fd);
		status = reel_look_name(
		    engine, &at, child->name, child->name_len, 0);
		close(at.fd);
		if (status != REEL_OK)
			return (status);
	}
	if (++folder->tries > REEL_SCAN_TRIES) {
		errno = EAGAIN;
		reel_engine_later(engine, folder, "cannot find");
		return (REEL_OK);
	}
	reel_pending_add(engine->pending, folder->id, REEL_PENDING_SCAN, NULL, 0,
	    work->mask);
	return (REEL_OK);
}

static enum reel_status
few_names(struct reel_engine *engine, struct reel_look *at,
    const struct reel_pending_work *work)
{
	const struct reel_pending_name *name;
	enum reel_status status = REEL_OK;
	size_t i;

	for (i = 0; i < work->count && status == REEL_OK; i++) {
		name = &work->names[i];
		if (strcmp(name->text, REEL_RULES_FILE) == 0 &&
		    reel_ignore_load(engine, at->folder, at->fd))
			reel_engine_again(
			    engine, at->folder, REEL_PENDING_SCAN);
		status = reel_look_name(
		    engine, at, name->text, name->len, name->mask);
	}
	if (at->unsure) {
		errno = at->unsure;
		reel_engine_later(engine, at->folder, "cannot look into");
	}
	return (status);
}

/* It was removed under our hands, or else it is trouble. */
static enum reel_status
unreadable(struct reel_engine *engine, struct reel_folder *folder,
    const struct reel_pending_work *work)
{

	if (errno == ENOENT && folder->parent != NULL)
		return (look_above(engine, folder, work));
	reel_engine_later(engine, folder, "cannot read");
	return (REEL_OK);
}

/* A listing, unless the disk is not the one that belongs there. */
static enum reel_status
list(struct reel_engine *engine, struct reel_scan *scan,
    const struct reel_pending_work *work, int *go)
{
	struct reel_folder *folder = scan->at.folder;
	enum reel_status status;

	*go = 0;
	if (folder->disk != NULL) {
		if (reel_dir_read(scan->at.fd, &scan->names) != REEL_OK)
			return (unreadable(engine, folder, work));
		status = reel_mounts_check(engine, folder, 1, &scan->at.st,
		    (int64_t)scan->names.count, go);
		if (status != REEL_OK || !*go)
			return (status);
		reel_dir_list_clear(&scan->names);
		folder->disk->network = reel_stat_network(scan->at.fd);
	}
	*go = 0;
	watch(engine, &scan->at);
	if (reel_dir_read(scan->at.fd, &scan->names) != REEL_OK)
		return (unreadable(engine, folder, work));
	*go = 1;
	reel_hls_listed(engine, folder, &scan->names);
	return (reel_write_children(
	    engine->write, folder->id, &scan->children));
}

/* The folder's rules, if the listing has any or if it had some. */
static void
load_rules(struct reel_engine *engine, struct reel_scan *scan)
{
	struct reel_folder *folder = scan->at.folder;
	int listed = reel_dir_list_has(&scan->names, REEL_RULES_FILE);

	if (!listed && folder->ignore == NULL) {
		folder->ruled = 1;
		return;
	}
	/* Those below are seen with other eyes now. */
	if (reel_ignore_load(engine, folder, scan->at.fd))
		reel_engine_again(engine, folder, REEL_PENDING_SCAN);
}

enum reel_status
reel_scan_begin(struct reel_engine *engine, struct reel_folder *folder,
    const struct reel_pending_work *work)
{
	struct reel_scan *scan = reel_mem_new(sizeof(*scan));
	struct reel_limbo_entry *lost = reel_engine_lost(engine, folder);
	enum reel_status status;
	int go = 1;

	scan->at.fd = -1;
	scan->at.folder = folder;
	scan->at.level = work->level;
	reel_dir_list_init(&scan->names);
	reel_node_list_init(&scan->children);
	status = REEL_OK;
	if (lost != NULL) {
		/* Looked at when it is found again; else there is nothing. */
		lost->skipped = 1;
		goto out;
	}
	status = reel_engine_open(
	    engine, folder, &scan->at.fd, &scan->at.st);
	if (status == REEL_NOT_FOUND) {
		if (folder->parent == NULL)
			status = reel_mounts_check(
			    engine, folder, 0, NULL, -1, &go);
		else
			status = look_above(engine, folder, work);
		goto out;
	}
	if (status != REEL_OK) {
		if (status == REEL_IO)
			reel_engine_later(engine, folder, "cannot open");
		status = REEL_OK;
		goto out;
	}
	if (!work->whole) {
		if (folder->disk != NULL)
			status = reel_mounts_check(
			    engine, folder, 1, &scan->at.st, -1, &go);
		if (status != REEL_OK || !go)
			goto out;
		reel_ignore_ready(engine, folder, scan->at.fd);
		reel_engine_well(engine, folder);
		status = few_names(engine, &scan->at, work);
		goto out;
	}
	status = list(engine, scan, work, &go);
	if (status != REEL_OK || !go)
		goto out;
	reel_engine_well(engine, folder);
	reel_due_drop(engine->retry, folder->id);
	load_rules(engine, scan);
	reel_ignore_ready(engine, folder, scan->at.fd);
	engine->scan_folders++;
	engine->scan = scan;
	scan = NULL;

out:
	reel_scan_free(scan);
	return (status);
}

/* Nothing to tell: by far the most frequent case of a rescan. */
static int
unchanged(struct reel_engine *engine, const struct reel_node *node,
    const struct reel_stat *st)
{

	if (!reel_engine_same(node, st) || node->fs != st->fs)
		return (0);
	if (reel_limbo_count(engine->limbo) > 0 &&
	    reel_limbo_get(engine->limbo, node->id) != NULL)
		return (0);
	if (st->kind == REEL_STAT_FOLDER)
		return (1);
	return (node->size == st->size && node->mtime_ns == st->mtime_ns &&
	    node->ctime_ns == st->ctime_ns &&
	    node->state != REEL_STATE_GROWING);
}

static enum reel_status
one_name(struct reel_engine *engine, struct reel_scan *scan)
{
	const struct reel_dir_name *entry = NULL;
	const struct reel_node *node = NULL;
	const char *name;
	struct reel_stat st;
	enum reel_status status;
	size_t len;
	int order;

	if (scan->i < scan->names.count)
		entry = &scan->names.entries[scan->i];
	if (scan->j < scan->children.count)
		node = &scan->children.nodes[scan->j];
	if (entry == NULL && node == NULL)
		return (REEL_OK);
	if (entry != NULL && node != NULL)
		order = strcmp(
		    scan->names.names.data + entry->offset, node->name);
	else
		order = entry != NULL ? -1 : 1;
	scan->i += order <= 0;
	scan->j += order >= 0;
	if (order > 0)
		return (reel_look_name(
		    engine, &scan->at, node->name, node->name_len, 0));
	name = scan->names.names.data + entry->offset;
	len = entry->len;
	if (order < 0 && entry->type != DT_UNKNOWN && entry->type != DT_REG &&
	    entry->type != DT_DIR)
		return (REEL_OK);
	status = reel_look_stat(engine, &scan->at, name, len, &st);
	if (status != REEL_OK)
		return (REEL_OK);
	if (order < 0)
		return (st.kind == REEL_STAT_NONE ? REEL_OK
		    : reel_look_new(engine, &scan->at, name, len, &st, 0));
	if (unchanged(engine, node, &st)) {
		engine->scan_files += st.kind == REEL_STAT_FILE;
		if (st.kind == REEL_STAT_FILE && st.nlink > 1)
			reel_moved_linked(engine, node->id, st.nlink);
		return (REEL_OK);
	}
	return (reel_look_name(engine, &scan->at, name, len, 0));
}

enum reel_status
reel_scan_step(struct reel_engine *engine, int names)
{
	struct reel_scan *scan = engine->scan;
	struct reel_folder *folder = scan->at.folder;
	enum reel_status status = REEL_OK;

	while (names-- > 0 && status == REEL_OK) {
		if (scan->i == scan->names.count &&
		    scan->j == scan->children.count) {
			if (scan->at.unsure) {
				errno = scan->at.unsure;
				reel_engine_later(
				    engine, folder, "cannot look into");
			}
			engine->scan = NULL;
			reel_scan_free(scan);
			return (REEL_OK);
		}
		status = one_name(engine, scan);
		/* The look may have taken the folder itself out of the book. */
		if (engine->scan != scan)
			return (status);
	}
	return (status);
}
