/*
 * Moves.
 *
 * A file or folder is what its inode and birth say, wherever it lies.  When the
 * disk shows, at a new place, an inode that the book has elsewhere, it moved if
 * its old place does not have it any more; else it is a hard link (or a bind
 * mount), which is an item of its own.  A file with one link needs no look at
 * the old place.
 *
 * A move of a folder is one record; what lies below, its watches and all,
 * follows by itself.
 */
#include "indexer/reel_moved.h"

#include <sys/inotify.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_config.h"
#include "indexer/reel_disk.h"
#include "indexer/reel_due.h"
#include "indexer/reel_hls.h"
#include "indexer/reel_look.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_write_sql.h"

/* Moves that may wait for each other in a circle; longer ones just wait. */
#define REEL_MOVED_CIRCLE 64
/* Files with more names that are polled; the sweep looks at all others. */
#define REEL_MOVED_LINKS 4096
/* They are not all looked at more often than that. */
#define REEL_MOVED_LINKS_MS 1000

enum old_place { OLD_HAS_IT, OLD_GONE, OLD_UNKNOWN };

/* Does the place that the book has for ${node} still show it? */
static enum old_place
old_place(struct reel_engine *engine, struct reel_look *at,
    const struct reel_node *node, const struct reel_stat *now)
{
	struct reel_look old;
	struct reel_stat st;
	enum reel_status status;

	memset(&old, 0, sizeof(old));
	old.folder = reel_folders_get(engine->folders, node->parent_id);
	if (old.folder == NULL)
		return (OLD_GONE);
	if (old.folder == at->folder) {
		status = reel_look_stat(
		    engine, at, node->name, node->name_len, &st);
	} else {
		status = reel_engine_open(
		    engine, old.folder, &old.fd, &old.st);
		if (status != REEL_OK)
			return (OLD_UNKNOWN);
		status = reel_look_stat(
		    engine, &old, node->name, node->name_len, &st);
		close(old.fd);
	}
	if (status != REEL_OK)
		return (OLD_UNKNOWN);
	return (st.kind == now->kind && st.ino == now->ino && st.fs == now->fs
	        ? OLD_HAS_IT : OLD_GONE);
}

void
reel_moved_written(struct reel_engine *engine)
{

	if (engine->links_ms == 0 && reel_due_count(engine->links) > 0)
		engine->links_ms = engine->now_ms + REEL_MOVED_LINKS_MS;
}

void
reel_moved_linked(struct reel_engine *engine, int64_t id, uint32_t nlink)
{

	if (nlink < 2)
		reel_due_drop(engine->links, id);
	else if (!reel_due_has(engine->links, id) &&
	         reel_due_count(engine->links) < REEL_MOVED_LINKS)
		reel_due_set(engine->links, id,
		    engine->now_ms + engine->config->poll_s * 1000);
}

enum reel_status
reel_moved_links(
    struct reel_engine *engine, const struct reel_node *node, uint32_t mask)
{
	struct reel_node_list list;
	enum reel_status status;
	size_t i;

	reel_node_list_init(&list);
	status = reel_write_twins(engine->write, node->fs, node->ino, &list);
	for (i = 0; i < list.count && status == REEL_OK; i++) {
		if (list.nodes[i].id != node->id &&
		    list.nodes[i].parent_id != REEL_ITEM_TOP)
			reel_pending_add(engine->pending,
			    list.nodes[i].parent_id, REEL_PENDING_EVENT,
			    list.nodes[i].name, list.nodes[i].name_len, mask);
	}
	reel_node_list_clear(&list);
	return (status);
}

/* Look at what leads to ${node}, and then at this name once more. */
static void
put_off(struct reel_engine *engine, struct reel_look *at, const char *name,
    size_t len, uint32_t mask, const struct reel_node *node)
{
	struct reel_folder *folder =
	    reel_folders_get(engine->folders, node->parent_id);

	if (folder != NULL)
		reel_pending_add(engine->pending, folder->id,
		    REEL_PENDING_EVENT, node->name, node->name_len, 0);
	reel_pending_add(engine->pending, at->folder->id, REEL_PENDING_SCAN,
	    name, len, mask | REEL_ENGINE_DEFERRED);
}

enum reel_status
reel_moved_find(struct reel_engine *engine, struct reel_look *at,
    const char *name, size_t len, const struct reel_stat *st, uint32_t mask,
    struct reel_node_list *list, const struct reel_node **found)
{
	const struct reel_node *node;
	enum reel_status status;
	enum old_place old;
	size_t i = list->count;

	*found = NULL;
	status = reel_write_twins(engine->write, st->fs, st->ino, list);
	if (status != REEL_OK)
		return (status);
	for (; i < list->count; i++) {
		node = &list->nodes[i];
		if (!reel_engine_same(node, st))
			continue;
		if (node->parent_id == at->folder->id &&
		    node->name_len == len && memcmp(node->name, name, len) == 0)
			continue;
		/* A root stays; what left the library is no twin. */
		if (node->parent_id == REEL_ITEM_TOP ||
		    reel_folders_get(engine->folders, node->parent_id) == NULL)
			continue;
		if (st->kind == REEL_STAT_FILE && st->nlink == 1)
			old = OLD_GONE;
		else
			old = old_place(engine, at, node, st);
		if (old == OLD_HAS_IT)
			continue;
		if (old == OLD_UNKNOWN && st->kind == REEL_STAT_FILE &&
		    !(mask & REEL_ENGINE_DEFERRED)) {
			put_off(engine, at, name, len, mask, node);
			return (REEL_AGAIN);
		}
		*found = node;
		return (REEL_OK);
	}
	return (REEL_OK);
}

/* The folder ${node} is now in ${at}; the map and the limbo follow. */
static void
follow(struct reel_engine *engine, struct reel_look *at,
    const struct reel_node *node, int skipped)
{
	struct reel_folder *folder =
	    reel_folders_get(engine->folders, node->id);
	int rules = 0;
	struct reel_folder *up;

	if (folder == NULL)
		return;
	/* Other rules may hold at the new place: then all of it is new to us. */
	for (up = folder->parent; up != NULL; up = up->parent)
		rules |= up->ignore != NULL;
	for (up = at->folder; up != NULL; up = up->parent)
		rules |= up->ignore != NULL;
	rules |= reel_folders_root(folder) != reel_folders_root(at->folder);
	reel_folders_move(engine->folders, folder, at->folder, node->name,
	    node->name_len);
	reel_hls_noted(engine, folder, "", 0);
	if (rules || skipped)
		reel_engine_again(engine, folder, REEL_PENDING_EVENT);
	else
		reel_pending_add(engine->pending, folder->id, at->level, NULL,
		    0, 0);
}

/* Was something in ${folder} not looked at, because it or one above was lost? */
static int
was_skipped(struct reel_engine *engine, const struct reel_folder *folder)
{
	const struct reel_limbo_entry *entry;

	for (; folder != NULL; folder = folder->parent) {
		entry = reel_limbo_get(engine->limbo, folder->id);
		if (entry != NULL && entry->skipped)
			return (1);
	}
	return (0);
}

static enum reel_status
write_move(struct reel_engine *engine, const struct reel_node *node)
{
	enum reel_status status = reel_write_move(engine->write, node);
	struct reel_folder *folder;

	if (status == REEL_OK || status == REEL_IO)
		return (status);
	folder = reel_folders_get(engine->folders, node->parent_id);
	if (folder != NULL)
		reel_engine_refused(
		    engine, folder, "cannot note a move to", status);
	return (REEL_AGAIN);
}

/* Out of the way for a moment: the name says nothing of what it is. */
static int
is_parked(const struct reel_node *node)
{
	char prefix[32];
	int len = snprintf(
	    prefix, sizeof(prefix), ".reel-%lld-", (long long)node->id);

	return (node->name_len > (size_t)len &&
	    memcmp(node->name, prefix, (size_t)len) == 0);
}

enum reel_status
reel_moved_put(struct reel_engine *engine, struct reel_look *at,
    const char *name, size_t len, const struct reel_node *node,
    const struct reel_stat *st, uint32_t mask)
{
	struct reel_folder *folder =
	    reel_folders_get(engine->folders, node->id);
	int skipped = was_skipped(engine, folder);
	struct reel_node moved = *node;
	enum reel_type promised = reel_hls_type(at->folder, name, len);
	enum reel_status status;

	/* The book is behind: it still has the new place below the old one. */
	if (folder != NULL && reel_folders_below(at->folder, folder)) {
		reel_limbo_seen(engine->limbo, reel_look_lose(engine, node),
		    at->folder->id, name, len);
		return (REEL_OK);
	}
	moved.parent_id = at->folder->id;
	moved.name = name;
	moved.name_len = len;
	/* The time of its inode is all that a rename changes. */
	moved.ctime_ns = st->ctime_ns;
	if (folder == NULL && promised !=
	    (is_parked(node) || node->type == REEL_TYPE_SEGMENT ? node->type
	        : reel_item_type_guess(node->name, node->name_len))) {
		moved.type = promised;
		moved.state = reel_node_probed(promised)
		    ? REEL_STATE_NEW : REEL_STATE_READY;
	}
	status = write_move(engine, &moved);
	if (status != REEL_OK)
		return (status == REEL_AGAIN ? REEL_OK : status);
	reel_hls_noted(engine, reel_folders_get(engine->folders,
	    node->parent_id), node->name, node->name_len);
	reel_hls_noted(engine, at->folder, name, len);
	if (moved.type != node->type) {
		status = reel_node_probed(moved.type) &&
		    !reel_hls_owns(at->folder, name, len)
		    ? reel_queue_put(engine->queue, node->id, 0, 0)
		    : reel_queue_done(engine->queue, node->id);
		if (status == REEL_IO)
			return (status);
	}
	reel_limbo_drop(engine->limbo, node->id);
	follow(engine, at, &moved, skipped);
	/* What waited for its old place can come now. */
	reel_pending_add(engine->pending, node->parent_id, REEL_PENDING_EVENT,
	    node->name, node->name_len, 0);
	if (folder != NULL)
		return (REEL_OK);
	return (reel_look_update(engine, &moved, st, mask));
}

enum reel_status
reel_moved_park(struct reel_engine *engine, const struct reel_node *node)
{
	struct reel_folder *folder =
	    reel_folders_get(engine->folders, node->id);
	struct reel_node_list list;
	struct reel_node parked = *node;
	enum reel_status status;
	char name[64];
	int n = 0;

	reel_node_list_init(&list);
	do {
		snprintf(name, sizeof(name), REEL_ITEM_PARKED "%lld-%d",
		    (long long)node->id, n++);
		status = reel_write_place(engine->write, node->parent_id, name,
		    strlen(name), &list);
	} while (status == REEL_OK);
	reel_node_list_clear(&list);
	if (status != REEL_NOT_FOUND)
		return (status);
	parked.name = name;
	parked.name_len = strlen(name);
	status = write_move(engine, &parked);
	if (status != REEL_OK)
		return (status == REEL_AGAIN ? REEL_OK : status);
	if (folder != NULL)
		reel_folders_move(engine->folders, folder, folder->parent,
		    name, strlen(name));
	reel_pending_add(engine->pending, node->parent_id, REEL_PENDING_EVENT,
	    node->name, node->name_len, 0);
	return (REEL_OK);
}

enum reel_status
reel_moved_circle(
    struct reel_engine *engine, int64_t id, int64_t occupant, int *circle)
{
	const struct reel_limbo_entry *entry;
	struct reel_node_list list;
	enum reel_status status = REEL_OK;
	int n;

	*circle = 0;
	reel_node_list_init(&list);
	for (n = 0; n < REEL_MOVED_CIRCLE; n++) {
		entry = reel_limbo_get(engine->limbo, occupant);
		if (entry == NULL || entry->dest_parent == 0)
			break;
		reel_node_list_reset(&list);
		status = reel_write_place(engine->write, entry->dest_parent,
		    entry->dest_name, entry->dest_len, &list);
		if (status != REEL_OK)
			break;
		occupant = list.nodes[0].id;
		if (occupant == id) {
			*circle = 1;
			break;
		}
	}
	reel_node_list_clear(&list);
	return (status == REEL_NOT_FOUND ? REEL_OK : status);
}
