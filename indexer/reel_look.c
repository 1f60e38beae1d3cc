/*
 * The decision about one name.
 *
 * Three things are known: what the disk shows at the name, what the book has
 * there, and where else the book has what the disk shows.  New items and moves
 * to a free place are written at once.  An item that is not at its place goes to
 * limbo and keeps its place in the book, because it may turn up elsewhere; what
 * the disk shows at a place that is still taken waits until its occupant has
 * moved or is given up, and is looked at again then.  So at every moment the
 * book has each item once and each place once, whatever order the disk is seen
 * in.
 */
#include "indexer/reel_look.h"

#include <sys/inotify.h>

#include <errno.h>
#include <string.h>

#include "indexer/reel_config.h"
#include "indexer/reel_due.h"
#include "indexer/reel_hls.h"
#include "indexer/reel_ignore.h"
#include "indexer/reel_mounts.h"
#include "indexer/reel_moved.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_settle.h"
#include "indexer/reel_write_sql.h"

#define REEL_LOOK_CLOSED (IN_CLOSE_WRITE | IN_MOVED_TO)
#define REEL_LOOK_WRITTEN (IN_CLOSE_WRITE | IN_MODIFY)
#define REEL_LOOK_SETTLE_MAX 65536 /* files; more are taken as finished */
/* More than the watcher keeps a burst of writes back (reel_watch_inotify.c). */
#define REEL_LOOK_SETTLE_MIN_MS 100

enum reel_status
reel_look_stat(struct reel_engine *engine, struct reel_look *at,
    const char *name, size_t len, struct reel_stat *st)
{

	if (len == 0 || len > REEL_NODE_NAME_MAX ||
	    reel_ignore_hidden(at->folder, name) ||
	    reel_hls_temporary(at->folder, name, len)) {
		memset(st, 0, sizeof(*st));
		return (REEL_OK);
	}
	if (reel_stat_at(at->fd, &at->st, name, st) != REEL_OK) {
		at->unsure = errno;
		return (REEL_AGAIN);
	}
	if (st->kind == REEL_STAT_OTHER ||
	    (st->kind != REEL_STAT_NONE &&
	        !reel_ignore_wanted(engine, at->folder, name,
	            st->kind == REEL_STAT_FOLDER)))
		st->kind = REEL_STAT_NONE;
	return (REEL_OK);
}

static void
take_stat(struct reel_node *node, const struct reel_stat *st)
{

	node->fs = st->fs;
	node->ino = st->ino;
	node->btime_ns = st->btime_ns;
	node->mtime_ns = st->mtime_ns;
	node->ctime_ns = st->ctime_ns;
	node->size = st->kind == REEL_STAT_FOLDER ? 0 : st->size;
}

/* A refusal of the book is not its end: look at the folder again later. */
static enum reel_status
told(struct reel_engine *engine, int64_t parent_id, const char *what,
    enum reel_status status)
{
	struct reel_folder *folder;

	if (status == REEL_OK || status == REEL_IO)
		return (status);
	folder = reel_folders_get(engine->folders, parent_id);
	if (folder != NULL)
		reel_engine_refused(engine, folder, what, status);
	return (REEL_OK);
}

static void
set_timer(struct reel_engine *engine, int64_t id)
{
	int64_t wait_ms = engine->config->settle_ms;

	if (wait_ms < REEL_LOOK_SETTLE_MIN_MS)
		wait_ms = REEL_LOOK_SETTLE_MIN_MS;
	reel_due_set(engine->settle, id, engine->now_ms + wait_ms);
}

static enum reel_status
put_file(struct reel_engine *engine, struct reel_node *node, int grows)
{
	struct reel_folder *folder =
	    reel_folders_get(engine->folders, node->parent_id);
	enum reel_status status;

	node->state = !reel_node_probed(node->type) ? REEL_STATE_READY
	    : grows ? REEL_STATE_GROWING : REEL_STATE_NEW;
	reel_hls_noted(engine, folder, node->name, node->name_len);
	status = reel_write_put(engine->write, node);
	if (status == REEL_OK && node->state == REEL_STATE_NEW &&
	    !reel_hls_owns(folder, node->name, node->name_len))
		status = reel_queue_put(engine->queue, node->id, 0, 0);
	if (status != REEL_OK)
		return (told(engine, node->parent_id, "cannot note a file in",
		    status));
	if (grows)
		set_timer(engine, node->id);
	else
		reel_due_drop(engine->settle, node->id);
	return (REEL_OK);
}

static int
judge(struct reel_engine *engine, const struct reel_node *node,
    const struct reel_stat *st, int changed, uint32_t mask)
{
	struct reel_settle_seen seen;

	memset(&seen, 0, sizeof(seen));
	seen.changed = changed;
	seen.written = (mask & IN_MODIFY) != 0;
	seen.closed = (mask & REEL_LOOK_CLOSED) != 0;
	seen.timer = (mask & REEL_ENGINE_TIMER) != 0;
	seen.waiting = node->id != 0 &&
	    reel_due_has(engine->settle, node->id);
	seen.growing = node->state == REEL_STATE_GROWING;
	seen.young = reel_settle_young(
	    st->mtime_ns, engine->wall_ms, engine->config->settle_ms);
	if (!seen.waiting &&
	    reel_due_count(engine->settle) >= REEL_LOOK_SETTLE_MAX)
		seen.closed = 1;
	return (reel_settle_judge(&seen));
}

/* It is where the book has it; what was not looked at below has to be. */
static void
found_again(struct reel_engine *engine, int64_t id)
{
	const struct reel_limbo_entry *entry =
	    reel_limbo_get(engine->limbo, id);
	struct reel_folder *folder = NULL;

	if (entry == NULL)
		return;
	if (entry->skipped)
		folder = reel_folders_get(engine->folders, id);
	reel_limbo_drop(engine->limbo, id);
	if (folder != NULL)
		reel_engine_again(engine, folder, REEL_PENDING_EVENT);
}

enum reel_status
reel_look_update(struct reel_engine *engine, struct reel_node *node,
    const struct reel_stat *st, uint32_t mask)
{
	int other = node->fs != st->fs || node->ino != st->ino ||
	    node->btime_ns != st->btime_ns;
	int changed = other || node->size != st->size ||
	    node->mtime_ns != st->mtime_ns;
	int aged = node->ctime_ns != st->ctime_ns;
	enum reel_status status;
	int verdict, grows;

	found_again(engine, node->id);
	if (st->kind == REEL_STAT_FOLDER) {
		if (!other)
			return (REEL_OK);
		take_stat(node, st);
		return (told(engine, node->parent_id, "cannot note a folder in",
		    reel_write_touch(engine->write, node)));
	}
	reel_moved_linked(engine, node->id, st->nlink);
	verdict = judge(engine, node, st, changed, mask);
	/*
	 * Somebody may have made it readable: give it another chance.  Not when
	 * only the time of the inode is another: a link that comes or goes does
	 * that, and nobody tells.
	 */
	if (verdict == REEL_SETTLE_NOTHING && aged && mask & IN_ATTRIB &&
	    node->state == REEL_STATE_FAILED)
		verdict = REEL_SETTLE_DONE;
	switch (verdict) {
	case REEL_SETTLE_GROWS:
	case REEL_SETTLE_DONE:
		grows = verdict == REEL_SETTLE_GROWS &&
		    !(mask & REEL_ENGINE_TIMER);
		if (reel_hls_rewritten(engine, node, st, &grows, &status)) {
			if (grows)
				set_timer(engine, node->id);
			return (status);
		}
		take_stat(node, st);
		status = put_file(engine, node, verdict == REEL_SETTLE_GROWS);
		if (status == REEL_OK && changed && st->nlink > 1)
			status = reel_moved_links(
			    engine, node, mask & REEL_LOOK_CLOSED);
		return (status);
	case REEL_SETTLE_TIMER:
		set_timer(engine, node->id);
		break;
	case REEL_SETTLE_LATER:
		return (REEL_OK);
	default:
		if (mask & REEL_LOOK_CLOSED)
			reel_due_drop(engine->settle, node->id);
		break;
	}
	if (!aged)
		return (REEL_OK);
	take_stat(node, st);
	return (told(engine, node->parent_id, "cannot note a file in",
	    reel_write_touch(engine->write, node)));
}

struct reel_limbo_entry *
reel_look_lose(struct reel_engine *engine, const struct reel_node *node)
{

	return (reel_limbo_add(engine->limbo, node->id, node->parent_id,
	    REEL_TYPE_IS_FOLDER(node->type), engine->now_ms));
}

static enum reel_status
put_folder(struct reel_engine *engine, struct reel_look *at,
    struct reel_node *node, const struct reel_stat *st)
{
	struct reel_folder *folder;
	enum reel_status status;

	node->type = REEL_TYPE_DIRECTORY;
	node->state = REEL_STATE_READY;
	status = reel_write_put(engine->write, node);
	if (status != REEL_OK)
		return (status);
	folder = reel_folders_add(engine->folders, at->folder, node->id,
	    node->name, node->name_len);
	folder->fs = st->fs;
	folder->ino = st->ino;
	folder->btime_ns = st->btime_ns;
	reel_pending_add(
	    engine->pending, node->id, at->level, NULL, 0, 0);
	if (st->fs != at->st.fs)
		return (reel_mounts_note(engine, folder, st->fs));
	return (REEL_OK);
}

enum reel_status
reel_look_new(struct reel_engine *engine, struct reel_look *at,
    const char *name, size_t len, const struct reel_stat *st, uint32_t mask)
{
	const struct reel_node *moved = NULL;
	struct reel_node_list list;
	struct reel_node node;
	enum reel_status status;

	reel_node_list_init(&list);
	status = reel_moved_find(
	    engine, at, name, len, st, mask, &list, &moved);
	if (status != REEL_OK) {
		status = status == REEL_AGAIN ? REEL_OK : status;
		goto out;
	}
	if (moved != NULL) {
		status = reel_moved_put(
		    engine, at, name, len, moved, st, mask);
		goto out;
	}
	memset(&node, 0, sizeof(node));
	node.parent_id = at->folder->id;
	node.name = name;
	node.name_len = len;
	take_stat(&node, st);
	node.created_ms = st->btime_ns / 1000000;
	if (st->kind == REEL_STAT_FOLDER) {
		status = put_folder(engine, at, &node, st);
	} else {
		node.type = reel_hls_type(at->folder, name, len);
		engine->scan_files++;
		status = put_file(engine, &node,
		    judge(engine, &node, st, 1, mask) == REEL_SETTLE_GROWS);
		if (status == REEL_OK && node.id != 0 && st->nlink > 1) {
			reel_moved_linked(engine, node.id, st->nlink);
			status = reel_moved_links(
			    engine, &node, mask & REEL_LOOK_CLOSED);
		}
	}
	/* Its name was taken meanwhile: by a move of this very look. */
	if (status == REEL_BUSY) {
		reel_pending_add(engine->pending, at->folder->id, at->level,
		    name, len, mask);
		status = REEL_OK;
	}
	status = told(engine, at->folder->id, "cannot note a name in", status);

out:
	reel_node_list_clear(&list);
	return (status);
}

/* The place is taken in the book by ${occupant}, which is not what is there. */
static enum reel_status
taken(struct reel_engine *engine, struct reel_look *at, const char *name,
    size_t len, const struct reel_stat *st, const struct reel_node *occupant,
    uint32_t mask)
{
	struct reel_limbo_entry *entry;
	const struct reel_node *moved = NULL;
	struct reel_folder *folder;
	struct reel_node_list list;
	enum reel_status status;
	int circle = 0;

	reel_node_list_init(&list);
	entry = reel_look_lose(engine, occupant);
	status = reel_moved_find(
	    engine, at, name, len, st, mask, &list, &moved);
	if (status != REEL_OK) {
		status = status == REEL_AGAIN ? REEL_OK : status;
		goto out;
	}
	if (st->kind == REEL_STAT_FOLDER)
		reel_limbo_block(engine->limbo, entry, 1);
	if (moved == NULL)
		goto out;
	reel_limbo_seen(engine->limbo, reel_look_lose(engine, moved),
	    at->folder->id, name, len);
	folder = reel_folders_get(engine->folders, moved->id);
	if (folder != NULL && reel_folders_below(at->folder, folder))
		goto out;
	status = reel_moved_circle(engine, moved->id, occupant->id, &circle);
	if (status != REEL_OK || !circle)
		goto out;
	status = reel_moved_park(engine, occupant);
	if (status == REEL_OK)
		status = reel_moved_put(
		    engine, at, name, len, moved, st, mask);

out:
	reel_node_list_clear(&list);
	return (status);
}

enum reel_status
reel_look_name(struct reel_engine *engine, struct reel_look *at,
    const char *name, size_t len, uint32_t mask)
{
	struct reel_folder *folder;
	struct reel_node_list list;
	struct reel_node *node;
	struct reel_stat st;
	enum reel_status status;
	int handled = 0;

	reel_node_list_init(&list);
	status = reel_look_stat(engine, at, name, len, &st);
	if (status != REEL_OK) {
		status = REEL_OK;
		goto out;
	}
	status = reel_write_place(
	    engine->write, at->folder->id, name, len, &list);
	if (status == REEL_NOT_FOUND) {
		if (mask & REEL_LOOK_WRITTEN)
			reel_moved_written(engine);
		status = st.kind == REEL_STAT_NONE ? REEL_OK
		    : reel_look_new(engine, at, name, len, &st, mask);
		goto out;
	}
	if (status != REEL_OK)
		goto out;
	node = &list.nodes[0];
	folder = REEL_TYPE_IS_FOLDER(node->type)
	    ? reel_folders_get(engine->folders, node->id) : NULL;
	if (folder != NULL) {
		status = reel_mounts_look(engine, at, folder, &st, &handled);
		if (status != REEL_OK || handled)
			goto out;
	}
	if (st.kind != REEL_STAT_NONE && reel_engine_same(node, &st)) {
		status = reel_look_update(engine, node, &st, mask);
		goto out;
	}
	if (mask & REEL_LOOK_WRITTEN)
		reel_moved_written(engine);
	if (st.kind == REEL_STAT_NONE)
		(void)reel_look_lose(engine, node);
	else
		status = taken(engine, at, name, len, &st, node, mask);

out:
	reel_node_list_clear(&list);
	return (status);
}
