/*
 * The end of waiting.
 *
 * A lost item was deleted, or replaced by another file of its name, or moved to
 * a place that we cannot see.  It is decided when everything that was pending
 * has been looked at and a little time has passed, so that both halves of a
 * rename had their chance.
 *
 * Places that a folder waits for are cleared first: what moved into that folder
 * can be found only when the folder is in the book, at its place.  All others
 * wait until then, unless it takes very long; a folder that is lost goes before
 * what is in it.
 *
 * To give up takes everything below along, and an id never comes back.  To park
 * costs one record.  So who is in the way of a folder is given up only if
 * nothing of it can have moved to where nobody could look yet: not while
 * something of it has been seen elsewhere, or is in the folder that wants its
 * place, or while any other folder is hidden, or there is more to look at.
 */
#include "indexer/reel_expire.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "indexer/reel_disk.h"
#include "indexer/reel_due.h"
#include "indexer/reel_hls.h"
#include "indexer/reel_log.h"
#include "indexer/reel_look.h"
#include "indexer/reel_moved.h"
#include "indexer/reel_peek.h"
#include "indexer/reel_write_sql.h"

static int64_t
clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

/* So long lost that it is decided whatever else there is. */
static int
is_late(const struct reel_engine *engine, const struct reel_limbo_entry *entry)
{

	return (reel_limbo_full(engine->limbo) ||
	    engine->now_ms - entry->since_ms >= REEL_EXPIRE_STORM_MS);
}

/* Is anything of ${folder} seen elsewhere, waiting for that place? */
static int
has_leavers(struct reel_engine *engine, struct reel_folder *folder)
{
	const struct reel_limbo_entry *entry;
	struct reel_folder *parent;

	for (entry = reel_limbo_first(engine->limbo); entry != NULL;
	     entry = entry->next) {
		if (entry->dest_parent == 0 || entry->id == folder->id)
			continue;
		parent = reel_folders_get(engine->folders, entry->parent_id);
		if (parent != NULL && reel_folders_below(parent, folder))
			return (1);
	}
	return (0);
}

static enum reel_status
give_up(struct reel_engine *engine, const struct reel_node *node)
{
	struct reel_folder *folder =
	    reel_folders_get(engine->folders, node->id);
	enum reel_status status;
	int64_t id = node->id;

	status = reel_write_drop(engine->write, id);
	if (status == REEL_IO)
		return (status);
	if (status != REEL_OK)
		reel_warn("drop refused id=%lld reason=%s", (long long)id,
		    reel_status_name(status));
	reel_due_drop(engine->settle, id);
	reel_due_drop(engine->links, id);
	reel_limbo_drop(engine->limbo, id);
	reel_hls_noted(engine, reel_folders_get(engine->folders,
	    node->parent_id), node->name, node->name_len);
	if (folder == NULL)
		return (reel_moved_links(engine, node, 0));
	reel_engine_forget(engine, folder);
	return (REEL_OK);
}

static void
look_at_place(struct reel_engine *engine, const struct reel_node *node)
{

	reel_pending_add(engine->pending, node->parent_id, REEL_PENDING_EVENT,
	    node->name, node->name_len, 0);
}

/*
 * The oldest, beside ${but}, that hides a folder other than ${waits} and can be
 * decided; NULL: there is none.
 */
static struct reel_limbo_entry *
first_to_hide(const struct reel_engine *engine,
    const struct reel_limbo_entry *but, int64_t waits)
{
	struct reel_limbo_entry *entry;
	const struct reel_folder *parent;

	if (reel_limbo_hiding(engine->limbo) == 0)
		return (NULL);
	for (entry = reel_limbo_first(engine->limbo); entry != NULL;
	     entry = entry->next) {
		if (!reel_limbo_hides(entry) || entry == but ||
		    entry->id == waits)
			continue;
		parent = reel_folders_get(engine->folders, entry->parent_id);
		if (parent == NULL || reel_engine_lost(engine, parent) == NULL)
			break;
	}
	return (entry);
}

/*
 * The disk shows ${st}, known as ${moved} or new, at the place of ${node}, or
 * nothing: may it, or anything below it, be where nobody could look yet?
 */
static enum reel_status
may_turn_up(struct reel_engine *engine, struct reel_look *at,
    const struct reel_node *node, const struct reel_stat *st,
    const struct reel_node *moved, const struct reel_limbo_entry *entry,
    int *may)
{
	struct reel_folder *folder =
	    reel_folders_get(engine->folders, node->id);
	struct reel_folder *parent = NULL;

	*may = 0;
	if (reel_limbo_full(engine->limbo))
		return (REEL_OK);
	if (moved != NULL)
		parent = reel_folders_get(engine->folders, moved->parent_id);
	*may = folder != NULL &&
	    (has_leavers(engine, folder) ||
	        (parent != NULL && reel_folders_below(parent, folder)));
	if (*may)
		return (REEL_OK);
	*may = !is_late(engine, entry) && first_to_hide(engine, entry,
	    moved == NULL ? 0 : moved->id) != NULL;
	if (*may)
		return (REEL_OK);
	if (st->kind != REEL_STAT_FOLDER)
		return (REEL_OK);
	return (reel_peek_holds(engine, at, node->name, node, may));
}

/* It waits on, but no longer where it is in the way of a folder. */
static enum reel_status
step_aside(struct reel_engine *engine, const struct reel_node *node,
    const struct reel_stat *st, struct reel_limbo_entry *entry)
{
	enum reel_status status;

	reel_limbo_block(engine->limbo, entry, 0);
	reel_limbo_renew(engine->limbo, entry, engine->now_ms);
	if (st->kind == REEL_STAT_NONE ||
	    (st->kind == REEL_STAT_FILE && !REEL_TYPE_IS_FOLDER(node->type)))
		return (REEL_OK);
	status = reel_moved_park(engine, node);
	if (status == REEL_OK)
		look_at_place(engine, node);
	return (status);
}

/* The disk shows ${st}, which is not ${node}, or nothing at its place. */
static enum reel_status
decide(struct reel_engine *engine, struct reel_look *at,
    struct reel_node *node, const struct reel_stat *st,
    struct reel_limbo_entry *entry, int sure)
{
	const struct reel_node *moved = NULL;
	struct reel_node_list list;
	enum reel_status status = REEL_OK;
	int may = !sure;

	reel_node_list_init(&list);
	if (sure && st->kind != REEL_STAT_NONE)
		status = reel_moved_find(engine, at, node->name,
		    node->name_len, st, REEL_ENGINE_DEFERRED, &list, &moved);
	if (status == REEL_OK && sure)
		status = may_turn_up(
		    engine, at, node, st, moved, entry, &may);
	if (status != REEL_OK)
		goto out;
	if (may) {
		status = step_aside(engine, node, st, entry);
	} else if (st->kind == REEL_STAT_FILE && moved == NULL &&
	           !REEL_TYPE_IS_FOLDER(node->type)) {
		/* Replaced in place, as editors and rsync do: it stays itself. */
		node->type = reel_hls_type(
		    at->folder, node->name, node->name_len);
		status = reel_look_update(engine, node, st, 0);
	} else {
		status = give_up(engine, node);
		if (st->kind != REEL_STAT_NONE)
			look_at_place(engine, node);
	}

out:
	reel_node_list_clear(&list);
	return (status);
}

/* It waits on; if there are too many, it will be noted anew if it is still lost. */
static void
put_off(struct reel_engine *engine, struct reel_limbo_entry *entry)
{

	if (reel_limbo_full(engine->limbo))
		reel_limbo_drop(engine->limbo, entry->id);
	else
		reel_limbo_renew(engine->limbo, entry, engine->now_ms);
}

/* Returns as all do; the entry is gone or put off afterwards. */
static enum reel_status
resolve(struct reel_engine *engine, struct reel_limbo_entry *entry,
    int64_t quiet_ms)
{
	struct reel_limbo_entry *lost;
	/* Who is in the way of a folder goes out of it first, wherever it is. */
	int seen = entry->dest_parent != 0 && !entry->blocks;
	int sure = (entry->noted_ms <= quiet_ms || is_late(engine, entry)) &&
	    (seen || entry->dest_parent == 0);
	struct reel_look at;
	struct reel_node_list list;
	struct reel_stat st;
	struct reel_folder *root;
	enum reel_status status, opened;
	int64_t id = entry->id;

	reel_node_list_init(&list);
	memset(&at, 0, sizeof(at));
	memset(&st, 0, sizeof(st));
	at.fd = -1;
	at.level = REEL_PENDING_EVENT;
	status = reel_write_get(engine->write, id, &list);
	if (status == REEL_OK)
		at.folder = reel_folders_get(
		    engine->folders, list.nodes[0].parent_id);
	if (status == REEL_NOT_FOUND || at.folder == NULL) {
		/* It went with the folder that it was in. */
		reel_limbo_drop(engine->limbo, id);
		status = status == REEL_NOT_FOUND ? REEL_OK : status;
		goto out;
	}
	if (seen && !entry->checking) {
		entry->checking = 1;
		reel_pending_add(engine->pending, entry->dest_parent,
		    REEL_PENDING_EVENT, entry->dest_name, entry->dest_len, 0);
		put_off(engine, entry);
		goto out;
	}
	if (seen)
		reel_limbo_unseen(engine->limbo, entry);
	lost = reel_engine_lost(engine, at.folder);
	if (lost != NULL) {
		/* The folder's fate is its own, or else it can be seen then. */
		lost->skipped |= reel_limbo_full(engine->limbo);
		reel_limbo_block(engine->limbo, entry, 0);
		put_off(engine, entry);
		goto out;
	}
	opened = reel_engine_open(engine, at.folder, &at.fd, &at.st);
	root = reel_folders_root(at.folder);
	switch (opened) {
	case REEL_OK:
		if (reel_look_stat(engine, &at, list.nodes[0].name,
		        list.nodes[0].name_len, &st) == REEL_OK)
			break;
		errno = at.unsure;
		/* FALLTHROUGH */
	case REEL_IO:
		reel_engine_later(engine, at.folder, "cannot look into");
		put_off(engine, entry);
		goto out;
	case REEL_BUSY:
		/* Its disk went away: nothing of it is lost. */
		reel_limbo_drop(engine->limbo, id);
		goto out;
	default:
		if (at.folder == root && root->disk != NULL &&
		    root->disk->dead)
			break;
		put_off(engine, entry);
		reel_pending_add(engine->pending, at.folder->id,
		    REEL_PENDING_EVENT, NULL, 0, 0);
		goto out;
	}
	if (st.kind != REEL_STAT_NONE &&
	    reel_engine_same(&list.nodes[0], &st))
		status = reel_look_update(engine, &list.nodes[0], &st, 0);
	else
		status = decide(
		    engine, &at, &list.nodes[0], &st, entry, sure);

out:
	if (at.fd != -1)
		close(at.fd);
	reel_node_list_clear(&list);
	return (status);
}

static int
may(const struct reel_engine *engine, const struct reel_limbo_entry *entry,
    int64_t quiet_ms)
{
	int64_t age_ms = engine->now_ms - entry->noted_ms;

	if (reel_limbo_full(engine->limbo))
		return (1);
	if (quiet_ms != 0)
		return (age_ms >= REEL_EXPIRE_GRACE_MS &&
		    entry->noted_ms <= quiet_ms);
	/* While whole trees wait to be read, the item may well be in there. */
	if (reel_pending_count(engine->pending, REEL_PENDING_SCAN) > 0)
		return (0);
	return (age_ms >= REEL_EXPIRE_STORM_MS);
}

enum reel_status
reel_expire_run(
    struct reel_engine *engine, int64_t quiet_ms, int64_t until_ms)
{
	struct reel_limbo_entry *entry;
	enum reel_status status = REEL_OK;
	size_t left = reel_limbo_count(engine->limbo);
	int hidden;

	while (left-- > 0 && status == REEL_OK) {
		/* Any entry may go with another one: begin anew each time. */
		entry = first_to_hide(engine, NULL, 0);
		hidden = entry != NULL;
		if (!hidden || engine->now_ms - entry->noted_ms <
		                   REEL_EXPIRE_GRACE_MS) {
			entry = reel_limbo_first(engine->limbo);
			if (entry == NULL || !may(engine, entry, quiet_ms) ||
			    (hidden && !is_late(engine, entry)))
				break;
		}
		status = resolve(engine, entry, quiet_ms);
		if (clock_ms() >= until_ms ||
		    (quiet_ms != 0 && reel_pending_count(
		                  engine->pending, REEL_PENDING_EVENT) > 0))
			break;
	}
	return (status);
}

int64_t
reel_expire_due_ms(const struct reel_engine *engine)
{
	const struct reel_limbo_entry *entry = first_to_hide(engine, NULL, 0);

	if (entry == NULL)
		entry = reel_limbo_first(engine->limbo);
	return (entry == NULL ? -1 : entry->noted_ms + REEL_EXPIRE_GRACE_MS);
}
