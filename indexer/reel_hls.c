/*
 * A folder is judged by its playlists (reel_fold.c), and judged again when a
 * playlist or any other file in it comes, changes or goes.  A live stream does
 * that all the time, so it is not done at once: the first time after a moment, in
 * which the files that belong together come together; a folder that is known to
 * hold a stream only every few seconds.  What is remembered here is lost with the
 * process, and every folder with a playlist is judged once after a start.
 */
#include <string.h>

#include "indexer/reel_config.h"
#include "indexer/reel_dir.h"
#include "indexer/reel_due.h"
#include "indexer/reel_hls_name.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_write_sql.h"

#include "indexer/reel_hls.h"

#define FIRST_MS 200   /* at least */
#define AGAIN_MS 5000  /* between two times, of a stream */
#define PRIORITY 5     /* before files that wait for their facts */
#define TEMPORARY ".tmp" /* as ffmpeg does */

int
reel_hls_temporary(
    const struct reel_folder *folder, const char *name, size_t len)
{

	if (folder->hls == REEL_HLS_NONE || len < sizeof(TEMPORARY) ||
	    memcmp(name + len - (sizeof(TEMPORARY) - 1), TEMPORARY,
	        sizeof(TEMPORARY) - 1) != 0)
		return (0);
	len -= sizeof(TEMPORARY) - 1;

	return (reel_hls_name(name, len) || reel_hls_segment(name, len));
}

enum reel_type
reel_hls_type(const struct reel_folder *folder, const char *name, size_t len)
{

	if (folder->parent != NULL && (folder->hls == REEL_HLS_ASKED ||
	        folder->hls == REEL_HLS_STREAM) && reel_hls_segment(name, len))
		return (REEL_TYPE_SEGMENT);

	return (reel_item_type_guess(name, len));
}

int
reel_hls_owns(const struct reel_folder *folder, const char *name, size_t len)
{

	return (folder != NULL && folder->hls != REEL_HLS_NONE &&
	    reel_hls_name(name, len));
}

static void
owe(struct reel_engine *engine, struct reel_folder *folder)
{
	int64_t wait_ms = engine->config->settle_ms;
	int64_t least_ms =
	    folder->hls == REEL_HLS_STREAM ? AGAIN_MS : FIRST_MS;

	if (wait_ms < least_ms)
		wait_ms = least_ms;
	if (!reel_due_has(engine->folds, folder->id))
		reel_due_set(engine->folds, folder->id,
		    engine->now_ms + wait_ms);
}

void
reel_hls_noted(struct reel_engine *engine, struct reel_folder *folder,
    const char *name, size_t len)
{

	if (folder == NULL)
		return;
	if (folder->hls == REEL_HLS_NONE && reel_hls_name(name, len))
		folder->hls = REEL_HLS_ASKED;
	if (folder->hls == REEL_HLS_NONE)
		return;
	owe(engine, folder);
	/* It may be a variant of what lies above it. */
	if (folder->parent != NULL && folder->parent->hls != REEL_HLS_NONE)
		owe(engine, folder->parent);
}

void
reel_hls_listed(struct reel_engine *engine, struct reel_folder *folder,
    const struct reel_dir_list *names)
{
	const struct reel_dir_name *entry = names->entries;
	size_t i;

	if (folder->hls != REEL_HLS_NONE)
		return;
	for (i = 0; i < names->count; i++, entry++) {
		if (!reel_hls_name(names->names.data + entry->offset,
		        entry->len))
			continue;
		folder->hls = REEL_HLS_ASKED;
		owe(engine, folder);
		return;
	}
}

int
reel_hls_rewritten(struct reel_engine *engine, struct reel_node *node,
    const struct reel_stat *st, int *grows, enum reel_status *status)
{
	struct reel_folder *folder =
	    reel_folders_get(engine->folders, node->parent_id);

	if (node->type != REEL_TYPE_PLAYLIST ||
	    node->state == REEL_STATE_NEW ||
	    node->state == REEL_STATE_GROWING ||
	    !reel_hls_owns(folder, node->name, node->name_len))
		return (0);
	*status = REEL_OK;
	if (node->fs != st->fs || node->ino != st->ino ||
	    node->btime_ns != st->btime_ns) {
		/* Another file was put into its place, so it is whole. */
		node->fs = st->fs;
		node->ino = st->ino;
		node->btime_ns = st->btime_ns;
		*status = reel_write_touch(engine->write, node);
		*grows = 0;
	}
	if (!*grows) {
		reel_due_drop(engine->settle, node->id);
		owe(engine, folder);
	}
	if (*status != REEL_IO)
		*status = REEL_OK;

	return (1);
}

enum reel_status
reel_hls_due(struct reel_engine *engine)
{
	enum reel_status status = REEL_OK;
	int64_t id;

	while (status == REEL_OK &&
	    (id = reel_due_take(engine->folds, engine->now_ms)) != 0) {
		if (reel_folders_get(engine->folders, id) == NULL)
			continue;
		status = reel_queue_put(engine->queue, id, PRIORITY, 0);
		engine->queued = 1;
	}

	return (status);
}

void
reel_hls_judged(
    struct reel_engine *engine, int64_t id, int stream, int changed)
{
	struct reel_folder *folder = reel_folders_get(engine->folders, id);
	struct reel_folder *child;

	if (folder == NULL)
		return;
	if (folder->hls != REEL_HLS_NONE)
		folder->hls = stream ? REEL_HLS_STREAM : REEL_HLS_OTHER;
	for (child = folder->child; changed && child != NULL;
	     child = child->next)
		if (child->hls != REEL_HLS_NONE)
			reel_due_set(engine->folds, child->id,
			    engine->now_ms);
}
