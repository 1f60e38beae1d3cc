/*
 * What the playlists of a folder mean for the book.
 *
 * A folder with an HLS playlist of which something is there is an hls_directory,
 * unless it is a root or lies in one itself: then it is a variant of the film
 * above it.  Its segments are folded away either way.  So are files that look like
 * segments but are in no list: a live stream forgets what it leaves on the disk.
 * Which playlist is played: a master whose variant is there, else the longest.
 *
 * All is told at once, but for folders of very many segments, which are folded in
 * several turns before the folder itself.
 */
#include <stdio.h>
#include <string.h>

#include "indexer/reel_body_stream_cjson.h"
#include "indexer/reel_cache.h"
#include "indexer/reel_hls_name.h"
#include "indexer/reel_index.h"
#include "indexer/reel_log.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_write_sql.h"

#include "indexer/reel_fold_state.h"

#define ROWS_MAX 2000 /* folded in one turn */

enum reel_status
reel_fold_load(struct reel_fold *fold)
{
	struct reel_write *write = fold->book->write;
	struct reel_node_list list;
	const struct reel_node *node;
	enum reel_status rc;
	size_t i;

	reel_node_list_init(&list);
	rc = reel_write_get(write, fold->job->item_id, &list);
	if (rc == REEL_OK) {
		fold->folder = list.nodes[0];
		fold->root = fold->folder.parent_id == REEL_ITEM_TOP;
		rc = reel_fold_view_load(
		    write, fold->job->item_id, &fold->own);
	}
	if (rc == REEL_OK && !fold->root) {
		reel_node_list_reset(&list);
		rc = reel_write_get(write, fold->folder.parent_id, &list);
		fold->variant = rc == REEL_OK &&
		    list.nodes[0].type == REEL_TYPE_HLS_DIRECTORY;
	}
	reel_node_list_clear(&list);
	for (i = 0; rc == REEL_OK && i < fold->own.list.count; i++) {
		node = &fold->own.list.nodes[i];
		if (node->type == REEL_TYPE_PLAYLIST &&
		    reel_hls_name(node->name, node->name_len) &&
		    fold->count < REEL_FOLD_PLAYLISTS_MAX)
			fold->lists[fold->count++].node = *node;
	}

	return (rc);
}


static int
is_film(const struct reel_fold_list *list)
{

	return (list->stream != NULL &&
	    list->stream->kind == REEL_PLAYLIST_MEDIA &&
	    !list->stream->key_frames_only && list->count.there > 0);
}

/* The playlist of a variant; NULL: it is not there, or there is nothing in it. */
static struct reel_fold_list *
find_variant(struct reel_fold *fold, const struct reel_stream_variant *v,
    const struct reel_stream_variant *tried)
{
	struct reel_fold_list *sub = &fold->lists[REEL_FOLD_PLAYLISTS_MAX];
	struct reel_node *node;
	size_t i;

	if (v->is_rendition || v->file == 0)
		return (NULL);
	if (v->folder != 0) {
		node = reel_fold_view_find(&fold->own, v->folder);
		/* Before it was tried any folder will do. */
		if (tried == NULL)
			return (node != NULL &&
			    REEL_TYPE_IS_FOLDER(node->type) ? sub : NULL);
		return (tried == v && is_film(sub) ? sub : NULL);
	}
	node = reel_fold_view_find(&fold->own, v->file);
	for (i = 0; node != NULL && i < fold->count; i++)
		if (fold->lists[i].node.id == node->id)
			return (is_film(&fold->lists[i]) ? &fold->lists[i]
			                                 : NULL);

	return (NULL);
}

static void
choose_master(struct reel_fold *fold, struct reel_fold_list *list,
    const struct reel_stream_variant *tried)
{
	const struct reel_stream_variant *v = list->stream->variants;
	struct reel_fold_list *shown;
	uint32_t i;

	for (i = 0; i < list->stream->variants_count; i++, v++) {
		if ((shown = find_variant(fold, v, tried)) == NULL ||
		    (fold->best != NULL &&
		        v->bandwidth <= fold->best->bandwidth))
			continue;
		fold->main = list;
		fold->shown = shown;
		fold->best = v;
	}
}

void
reel_fold_choose(struct reel_fold *fold)
{
	const struct reel_stream_variant *tried =
	    fold->at >= REEL_FOLD_PLAYLISTS_MAX ? fold->best : NULL;
	struct reel_fold_list *list, *end = fold->lists + fold->count;

	fold->main = fold->shown = NULL;
	fold->best = NULL;
	for (list = fold->lists; list < end && fold->main == NULL; list++)
		if (list->stream != NULL &&
		    list->stream->kind == REEL_PLAYLIST_MASTER)
			choose_master(fold, list, tried);
	if (fold->main != NULL)
		return;
	for (list = fold->lists; list < end; list++)
		if (is_film(list) && (fold->main == NULL ||
		    list->stream->duration_ms >
		        fold->main->stream->duration_ms))
			fold->main = fold->shown = list;
}

int
reel_fold_known(struct reel_fold *fold)
{
	const int apart = fold->best != NULL && fold->best->sound != 0;
	unsigned char key[REEL_KEY_BYTES];

	/*
	 * Of one that has ended there may be more to see of sound that lies apart;
	 * and who has no picture may owe one, which is known by facts.
	 */
	if (fold->folder.type != REEL_TYPE_HLS_DIRECTORY ||
	    (fold->shown->stream->ended &&
	        (fold->main->changed || fold->shown->changed || apart)) ||
	    !reel_fold_boarded(fold) || (fold->book->cache != NULL &&
	    reel_write_picture_of(fold->book->write, fold->folder.id, key) !=
	    REEL_OK))
		return (0);

	return (reel_write_stream_seen(
	    fold->book->write, fold->folder.id, apart));
}

/* What becomes of a child; its type now if nothing does. */
static enum reel_type
type_of(const struct reel_fold *fold, size_t at)
{
	const struct reel_node *node = &fold->own.list.nodes[at];

	if (REEL_TYPE_IS_FOLDER(node->type) ||
	    node->type == REEL_TYPE_PLAYLIST)
		return (node->type);
	if (fold->main == NULL || fold->root)
		return (node->type == REEL_TYPE_SEGMENT
		    ? reel_item_type_guess(node->name, node->name_len)
		    : node->type);

	return (fold->own.named[at] != 0 ||
	    reel_hls_segment(node->name, node->name_len)
	    ? REEL_TYPE_SEGMENT : node->type);
}

static enum reel_status
retype(struct reel_fold *fold, const struct reel_node *node,
    enum reel_type type)
{
	struct reel_node now = *node;
	enum reel_status rc;

	now.type = type;
	if (type == REEL_TYPE_SEGMENT) {
		rc = reel_write_segment(fold->book->write, &now);
		return (rc != REEL_OK ? rc
		    : reel_queue_done(fold->book->queue, node->id));
	}
	now.state = reel_node_probed(type) ? REEL_STATE_NEW : REEL_STATE_READY;
	rc = reel_write_put(fold->book->write, &now);
	if (rc == REEL_OK && reel_node_probed(type))
		rc = reel_queue_put(fold->book->queue, node->id, 0, 0);

	return (rc);
}

static enum reel_status
write_children(struct reel_fold *fold)
{
	const struct reel_node *node;
	enum reel_status rc = REEL_OK;
	enum reel_type type;
	size_t i, rows = 0;

	for (i = 0; i < fold->own.list.count && rc == REEL_OK; i++) {
		node = &fold->own.list.nodes[i];
		if ((type = type_of(fold, i)) == node->type)
			continue;
		if (rows++ == ROWS_MAX)
			return (REEL_AGAIN);
		rc = retype(fold, node, type);
	}

	return (rc);
}

/* Of a playlist that is none: why; once, until it changes. */
static enum reel_status
write_failed(struct reel_fold *fold, struct reel_fold_list *list)
{
	struct reel_node now = list->node;
	enum reel_status rc = REEL_OK;

	if (now.state == REEL_STATE_FAILED && !list->changed)
		return (REEL_OK);
	reel_info("probe failed id=%lld reason=\"%s\"", (long long)now.id,
	    list->reason);
	now.state = REEL_STATE_NEW;
	if (list->changed)
		rc = reel_write_put(fold->book->write, &now);

	return (rc != REEL_OK ? rc : reel_write_fail(fold->book->write, now.id,
	    fold->job->attempts + 1, list->reason));
}

static enum reel_status
write_playlist(struct reel_fold *fold, struct reel_fold_list *list)
{
	const struct reel_stream *stream = list->stream;
	struct reel_facts facts;
	struct reel_buf more;
	enum reel_status rc;

	if (stream == NULL)
		return (list->reason[0] == '\0' ? REEL_OK
		                                : write_failed(fold, list));
	reel_facts_init(&facts);
	facts.type = REEL_TYPE_PLAYLIST;
	facts.duration_ms = stream->duration_ms;
	if (list == fold->main && !fold->variant && !fold->root) {
		/* Its duration is the folder's. */
		facts.type = REEL_TYPE_HLS_DIRECTORY;
		facts.duration_ms = fold->shown->stream->duration_ms;
	}
	if (stream->kind >= REEL_PLAYLIST_MEDIA)
		snprintf(facts.container, sizeof(facts.container), "hls");
	reel_buf_init(&more);
	rc = reel_body_stream(stream, list->count.missing, &more);
	if (rc == REEL_OK)
		rc = reel_write_stream(
		    fold->book->write, &list->node, &facts, &more);
	reel_buf_clear(&more);

	return (rc);
}

/* What a segment tells, or the master, but for what the playlist does. */
static void
put_facts(struct reel_facts *facts)
{

	facts->type = REEL_TYPE_HLS_DIRECTORY;
	facts->duration_ms = -1;
	facts->bitrate = 0;
	facts->recorded_ms = 0;
	facts->chapter_count = 0;
	snprintf(facts->container, sizeof(facts->container), "hls");
}

/* Duration and the like are the playlist's, so they can change by themselves. */
static enum reel_status
put_more(struct reel_fold *fold, struct reel_buf *more)
{
	const struct reel_stream *shown = fold->shown->stream;
	struct reel_stream master = *fold->main->stream;
	int64_t bitrate = 0;
	enum reel_status rc;

	/* Of a live one it would be another every few seconds. */
	if (shown->duration_ms > 0 && shown->ended)
		bitrate = (int64_t)((double)fold->shown->count.bytes * 8000 /
		    (double)shown->duration_ms);
	rc = reel_body_play(fold->main->node.name, shown->duration_ms,
	    bitrate, more);
	if (rc == REEL_OK && fold->main != fold->shown) {
		/* That is told of the media playlist. */
		master.encrypted = 0;
		rc = reel_body_stream(&master, 0, more);
	}

	return (rc != REEL_OK ? rc
	    : reel_body_stream(shown, fold->shown->count.missing, more));
}

static enum reel_status
write_folder(struct reel_fold *fold)
{
	struct reel_node now = fold->folder;
	struct reel_facts facts;
	struct reel_buf more;
	int keep = 0;
	enum reel_status rc = REEL_OK;

	reel_buf_init(&more);
	if (fold->main == NULL || fold->variant) {
		now.type = REEL_TYPE_DIRECTORY;
		reel_facts_init(&facts);
	} else {
		now.type = REEL_TYPE_HLS_DIRECTORY;
		keep = !fold->probed && reel_fold_known(fold);
		put_facts(&fold->facts);
		facts = fold->facts;
		if (fold->book->cache == NULL ||
		    !reel_cache_has(fold->book->cache, facts.key))
			memset(facts.key, 0, sizeof(facts.key));
		if (fold->book->boards == NULL ||
		    !reel_cache_has(fold->book->boards, facts.board))
			memset(facts.board, 0, sizeof(facts.board));
		rc = put_more(fold, &more);
	}
	if (rc == REEL_OK)
		rc = reel_write_stream(
		    fold->book->write, &now, keep ? NULL : &facts, &more);
	reel_buf_clear(&more);
	if (rc == REEL_OK)
		reel_index_folded(fold->book->index, now.id,
		    fold->main != NULL, now.type != fold->folder.type);

	return (rc);
}

/* Playlists that were too many to be read; each says so once. */
static enum reel_status
write_unread(struct reel_fold *fold)
{
	const struct reel_node *node;
	enum reel_status rc = REEL_OK;
	char reason[REEL_WIRE_REASON_MAX + 1];
	size_t i, seen = 0;

	snprintf(reason, sizeof(reason),
	    "not read: of the playlists of one folder only %d are",
	    REEL_FOLD_PLAYLISTS_MAX);
	for (i = 0; i < fold->own.list.count && rc == REEL_OK; i++) {
		node = &fold->own.list.nodes[i];
		if (node->type == REEL_TYPE_PLAYLIST &&
		    reel_hls_name(node->name, node->name_len) &&
		    seen++ >= REEL_FOLD_PLAYLISTS_MAX &&
		    node->state == REEL_STATE_NEW)
			rc = reel_write_fail(fold->book->write, node->id,
			    fold->job->attempts + 1, reason);
	}

	return (rc);
}

enum reel_status
reel_fold_write(struct reel_fold *fold)
{
	enum reel_status rc = write_children(fold);
	size_t i;

	for (i = 0; i < fold->count && rc == REEL_OK; i++)
		rc = write_playlist(fold, &fold->lists[i]);
	if (rc == REEL_OK)
		rc = write_unread(fold);
	if (rc == REEL_OK && !fold->root)
		rc = write_folder(fold);

	return (rc == REEL_NOMEM ? REEL_IO : rc);
}
