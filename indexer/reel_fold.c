/*
 * One playlist after the other is opened and handed to a worker, then a segment
 * of the stream.  Every file is opened here, beneath its root, by the name that
 * the book has; workers never ask for one.
 *
 * Playlists that are being rewritten are half a playlist now and then.  One that
 * was whole before and is young is read again a moment later, so that a folder
 * does not change to and fro.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_index.h"
#include "indexer/reel_job_end.h"
#include "indexer/reel_job_key.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_piece.h"
#include "indexer/reel_pool.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_settle.h"
#include "indexer/reel_write_sql.h"

#include "indexer/reel_fold_state.h"

#define AWAY_MS 30000  /* until a folder of a missing disk is tried again */
#define YOUNG_MS 2000  /* a playlist that was written so lately may be half */

static void step(struct reel_fold *fold);

void
reel_fold_free(struct reel_fold *fold)
{
	size_t i;

	if (fold == NULL)
		return;
	for (i = 0; i <= REEL_FOLD_PLAYLISTS_MAX; i++)
		free(fold->lists[i].stream);
	free(fold->plan);
	reel_fold_view_clear(&fold->own);
	reel_fold_view_clear(&fold->sub);
	reel_fold_sound_clear(&fold->sound);
	free(fold);
}

void
reel_fold_end(struct reel_fold *fold)
{
	void (*on_end)(void *cookie) = fold->on_end;
	void *cookie = fold->cookie;

	fold->job->fold = NULL;
	reel_fold_free(fold);
	on_end(cookie);
}

void
reel_fold_back(struct reel_fold *fold, int64_t after_ms)
{

	reel_job_back(fold->book, fold->job, fold->job->attempts, after_ms);
	reel_fold_end(fold);
}

void
reel_fold_write_all(struct reel_fold *fold)
{
	int64_t sub_ms = reel_fold_view_changed_ms(&fold->sub);
	struct reel_job_was was = {
	    .changed_ms = reel_fold_view_changed_ms(&fold->own)};
	unsigned char key[REEL_KEY_BYTES];
	enum reel_status rc;

	if (sub_ms > was.changed_ms)
		was.changed_ms = sub_ms;
	was.pictured = reel_write_picture_of(
	    fold->book->write, fold->folder.id, key) == REEL_OK;
	rc = reel_fold_write(fold);
	if (rc == REEL_AGAIN)
		reel_fold_back(fold, 0);
	else {
		reel_job_folded(fold->book, fold->job, rc,
		    fold->probed ? &fold->facts : NULL, &was);
		reel_fold_end(fold);
	}
}

/* No facts of the stream, or no picture: the playlist still tells a lot. */
static void
nothing_seen(struct reel_fold *fold, const char *reason)
{

	if (fold->job->stage == REEL_STAGE_FACTS) {
		reel_fold_sound(fold);
		return;
	}
	reel_job_fail(fold->book, fold->job, reason);
	reel_fold_end(fold);
}

int
reel_fold_final(
    struct reel_fold *fold, enum reel_status status, const char *reason)
{

	if (status == REEL_AGAIN || (status == REEL_BUSY &&
	    fold->job->stage != REEL_STAGE_BOARD)) {
		/* It yielded. */
		reel_fold_back(fold, REEL_JOB_RETRY_MS);
	} else if (status == REEL_BUSY) {
		/* Called off: what is owed is in the queue. */
		reel_job_done(fold->book, fold->job);
		reel_fold_end(fold);
	} else if (status == REEL_IO &&
	    fold->job->attempts + 1 < REEL_JOB_ATTEMPTS_MAX) {
		reel_job_fault(fold->book, fold->job, reason);
		reel_fold_end(fold);
	} else {
		return (0);
	}

	return (1);
}

static void look(struct reel_fold *fold);

static void
on_probe_done(void *cookie, int64_t number, enum reel_status status,
    const struct reel_facts *facts, const char *reason)
{
	struct reel_fold *fold = cookie;

	(void)number;
	if (status == REEL_OK) {
		fold->facts = *facts;
		fold->probed = 1;
		if (fold->job->stage == REEL_STAGE_BOARD) {
			reel_fold_board(fold);
			return;
		}
		reel_fold_board_key(fold);
		reel_fold_sound(fold);
	} else if (!reel_fold_final(fold, status, reason)) {
		fold->look++;
		look(fold);
	}
}

static void
on_picture_done(void *cookie, int64_t number, enum reel_status status,
    const struct reel_piece *picture, const char *reason)
{
	struct reel_fold *fold = cookie;

	(void)number;
	if (status == REEL_OK) {
		reel_job_picture(fold->book, fold->job, picture);
		reel_fold_end(fold);
	} else if (!reel_fold_final(fold, status, reason)) {
		fold->look++;
		look(fold);
	}
}

static enum reel_status
look_at(struct reel_fold *fold, const struct reel_pool_part *part)
{

	if (!reel_job_hold(fold->job, part->fd)) {
		close(part->fd);
		if (part->map != -1)
			close(part->map);
		return (REEL_AGAIN);
	}

	return (fold->job->stage == REEL_STAGE_PICTURE
	    ? reel_pool_segment_picture(fold->pool, fold->number, part,
	        on_picture_done, fold)
	    : reel_pool_segment(
	        fold->pool, fold->number, part, on_probe_done, fold));
}

/* Look at a segment; when there is none left, at what there is. */
static void
look(struct reel_fold *fold)
{
	const struct reel_stream *stream = fold->shown->stream;
	struct reel_pool_part part;

	for (; fold->look < stream->looks_count; fold->look++) {
		if (!reel_fold_open_part(fold, reel_fold_beside(fold),
		        stream->looks[fold->look].map,
		        stream->looks[fold->look].file, &part))
			continue;
		if (look_at(fold, &part) != REEL_OK)
			reel_fold_back(fold, REEL_JOB_RETRY_MS);
		return;
	}
	nothing_seen(fold, stream->encrypted > 0
	    ? "the stream is encrypted" : "no segment of it can be read");
}

/* Is one that made a stream of the folder half a playlist just now? */
static int
is_half(const struct reel_fold *fold)
{
	const struct reel_fold_list *list;
	int64_t now_ms = reel_job_wall_ms();

	if (fold->folder.type != REEL_TYPE_HLS_DIRECTORY || fold->main != NULL)
		return (0);
	for (list = fold->lists; list < fold->lists + fold->count; list++)
		if (reel_settle_young(list->node.mtime_ns, now_ms, YOUNG_MS))
			return (1);

	return (0);
}

/* All playlists of the folder are read. */
static void
decide(struct reel_fold *fold)
{
	int is_film;

	reel_fold_choose(fold);
	is_film = fold->main != NULL && !fold->variant && !fold->root;
	if (is_half(fold)) {
		reel_fold_back(fold, REEL_JOB_RETRY_MS);
	} else if ((!is_film && fold->job->stage != REEL_STAGE_FACTS) ||
	    (fold->job->stage == REEL_STAGE_BOARD && !reel_fold_boards(fold))) {
		/* It was one, so that it was owed. */
		reel_job_done(fold->book, fold->job);
		reel_fold_end(fold);
	} else if (!is_film || (fold->job->stage == REEL_STAGE_FACTS &&
	    reel_fold_known(fold))) {
		reel_fold_write_all(fold);
	} else {
		look(fold);
	}
}

static void
on_playlist_done(void *cookie, int64_t number, enum reel_status status,
    const struct reel_piece *playlist, const char *reason)
{
	struct reel_fold *fold = cookie;
	struct reel_fold_list *list = &fold->lists[fold->at];
	struct reel_fold_view *view =
	    fold->at == REEL_FOLD_PLAYLISTS_MAX ? &fold->sub : &fold->own;

	(void)number;
	if (status == REEL_OK) {
		list->stream = reel_mem_dup(
		    REEL_PIECE_STREAM(playlist), sizeof(*list->stream));
		reel_fold_view_count(view, REEL_PIECE_STREAM(playlist),
		    (unsigned char)(fold->at + 1), &list->count);
	} else if (reel_fold_final(fold, status, reason)) {
		return;
	} else {
		snprintf(list->reason, sizeof(list->reason), "%s", reason);
	}
	fold->at++;
	step(fold);
}

/* The disk shows ${st}: the book may be behind, which is why we are here. */
static void
take_stat(struct reel_fold_list *list, const struct stat *st)
{
	struct reel_node *node = &list->node;
	int64_t mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 +
	    st->st_mtim.tv_nsec;

	list->changed = node->state != REEL_STATE_READY ||
	    node->ino != (int64_t)st->st_ino || node->size != st->st_size ||
	    node->mtime_ns != mtime_ns;
	node->size = st->st_size;
	node->mtime_ns = mtime_ns;
}

/* Hand over the playlist that is next; zero: go on with the one after it. */
static int
hand_over(struct reel_fold *fold, struct reel_fold_list *list)
{
	enum reel_type type;
	enum reel_status rc;
	struct stat st;
	char name[256];
	int fd = -1;

	errno = 0;
	rc = reel_index_item_open(
	    fold->book->index, list->node.id, &fd, &type, name);
	if (rc == REEL_NOT_FOUND)
		return (0);
	if (rc != REEL_OK) {
		reel_fold_back(fold,
		    rc == REEL_BUSY ? AWAY_MS : REEL_JOB_RETRY_MS);
		return (1);
	}
	memset(&st, 0, sizeof(st));
	(void)fstat(fd, &st);
	take_stat(list, &st);
	rc = reel_pool_playlist(fold->pool, fold->number, fd, name,
	    on_playlist_done, fold);
	if (rc != REEL_OK)
		reel_fold_back(fold, REEL_JOB_RETRY_MS);

	return (1);
}

/* The best variant lies in a folder of its own: its playlist is next. */
static int
enter_variant(struct reel_fold *fold)
{
	struct reel_fold_list *list = &fold->lists[REEL_FOLD_PLAYLISTS_MAX];
	struct reel_node *node;

	reel_fold_choose(fold);
	if (fold->best == NULL || fold->best->folder == 0)
		return (0);
	node = reel_fold_view_find(&fold->own, fold->best->folder);
	if (node == NULL || !REEL_TYPE_IS_FOLDER(node->type) ||
	    reel_fold_view_load(fold->book->write, node->id, &fold->sub) !=
	    REEL_OK)
		return (0);
	node = reel_fold_view_find(&fold->sub, fold->best->file);
	if (node == NULL || node->type != REEL_TYPE_PLAYLIST)
		return (0);
	list->node = *node;

	return (1);
}

static void
step(struct reel_fold *fold)
{

	for (; fold->at < fold->count; fold->at++)
		if (hand_over(fold, &fold->lists[fold->at]))
			return;
	if (fold->at < REEL_FOLD_PLAYLISTS_MAX && enter_variant(fold)) {
		fold->at = REEL_FOLD_PLAYLISTS_MAX;
		if (hand_over(fold, &fold->lists[fold->at]))
			return;
	}
	decide(fold);
}

void
reel_fold_start(struct reel_job_book *book, struct reel_pool *pool,
    struct reel_job *job, int64_t number, void (*on_end)(void *cookie),
    void *cookie)
{
	struct reel_fold *fold = reel_mem_new(sizeof(*fold));
	enum reel_status rc;

	fold->book = book;
	fold->pool = pool;
	fold->job = job;
	fold->number = number;
	fold->on_end = on_end;
	fold->cookie = cookie;
	reel_fold_view_init(&fold->own);
	reel_fold_view_init(&fold->sub);
	reel_fold_sound_init(&fold->sound);
	reel_facts_init(&fold->facts);
	job->fold = fold;
	if ((rc = reel_fold_load(fold)) == REEL_OK) {
		step(fold);
		return;
	}
	/* It is gone, or the book is ill. */
	reel_job_folded(book, job, rc, NULL, NULL);
	reel_fold_end(fold);
}
