/*
 * The storyboard of a stream.  A worker reads the playlist and tells which files
 * have the times that tiles show, before any of them is looked into; then a worker
 * gets those files one after the other, in that order, and draws.  One that is not
 * there is passed over.
 *
 * Its key is made of a segment's content, as that of the stream's picture is, and
 * of names and sizes of all of them: streams that begin alike have not the same.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/reel_cache.h"
#include "indexer/reel_index.h"
#include "indexer/reel_job_board.h"
#include "indexer/reel_job_end.h"
#include "indexer/reel_job_key.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_piece.h"
#include "indexer/reel_pool_board.h"
#include "indexer/reel_write_sql.h"

#include "indexer/reel_fold_state.h"

int
reel_fold_boards(const struct reel_fold *fold)
{
	const struct reel_stream *stream = fold->shown->stream;

	/* A live one would be another every few seconds. */
	return (fold->book->boards != NULL && stream->ended &&
	    stream->duration_ms > 0);
}

int
reel_fold_boarded(const struct reel_fold *fold)
{
	unsigned char key[REEL_KEY_BYTES];
	int64_t length_ms;
	int has = reel_write_board_of(fold->book->write, fold->folder.id, key,
	    &length_ms) == REEL_OK && reel_key_known(key);

	return (fold->book->boards == NULL
	    ? !has || fold->shown->stream->ended
	    : has == reel_fold_boards(fold));
}

void
reel_fold_board_key(struct reel_fold *fold)
{
	struct reel_facts *facts = &fold->facts;
	struct {
		unsigned char key[REEL_KEY_BYTES];
		int64_t length_ms;
		uint64_t files;
		uint64_t half;
	} of;
	uint64_t number;

	memset(&of, 0, sizeof(of));
	memcpy(of.key, facts->board, sizeof(of.key));
	of.length_ms = fold->shown->stream->duration_ms;
	of.files = fold->shown->count.files;
	memset(facts->board, 0, sizeof(facts->board));
	if (!reel_fold_boards(fold) || facts->width == 0 ||
	    !reel_key_known(of.key))
		return;
	for (; of.half < 2; of.half++) {
		number = reel_stream_number((const char *)&of, sizeof(of));
		memcpy(facts->board + of.half * sizeof(number), &number,
		    sizeof(number));
	}
}

/* The next file that is there; zero: there is none, which ${part} says then. */
static int
next_part(struct reel_fold *fold, struct reel_pool_board_part *part)
{
	const struct reel_plan *plan = fold->plan;
	const struct reel_plan_part *next;

	while (fold->part < plan->count) {
		next = &plan->parts[fold->part++];
		if (!reel_fold_open_part(fold, reel_fold_beside(fold), next->map,
		        next->file, &part->files))
			continue;
		part->span = next->span;
		return (1);
	}
	part->files.fd = part->files.map = -1;
	memset(&part->span, 0, sizeof(part->span));

	return (0);
}

static void
on_sheet(void *cookie, int64_t number, int sheet,
    const struct reel_piece *piece)
{
	struct reel_fold *fold = cookie;

	(void)number;
	reel_job_board_sheet(fold->book, fold->job, sheet, piece);
}

static int
on_next(void *cookie, int64_t number)
{
	struct reel_fold *fold = cookie;
	struct reel_pool_board_part part;

	if (fold->over)
		return (0);
	fold->over = !next_part(fold, &part);
	reel_pool_board_next(fold->pool, number, &part);

	return (1);
}

static void
fail(struct reel_fold *fold, const char *reason)
{

	reel_job_fail(fold->book, fold->job, reason);
	reel_fold_end(fold);
}

static void
on_done(void *cookie, int64_t number, enum reel_status status,
    const struct reel_piece *piece, const char *reason)
{
	struct reel_fold *fold = cookie;

	(void)number;
	if (reel_job_board_over(fold->book, fold->job, status, piece))
		reel_fold_end(fold);
	else if (!reel_fold_final(fold, status, reason))
		fail(fold, reason);
}

static const struct reel_pool_board_on on = {
    .sheet = on_sheet, .next = on_next, .done = on_done};

static void
on_plan(void *cookie, int64_t number, enum reel_status status,
    const struct reel_piece *piece, const char *reason)
{
	struct reel_fold *fold = cookie;
	struct reel_pool_board_part part;

	if (status != REEL_OK) {
		if (!reel_fold_final(fold, status, reason))
			fail(fold, reason);
		return;
	}
	fold->plan = reel_mem_dup(
	    REEL_PIECE_PLAN(piece), REEL_PLAN_LEN(REEL_PIECE_PLAN(piece)->count));
	if (!next_part(fold, &part))
		fail(fold, "no segment of it can be read");
	else if (reel_pool_board_make(fold->pool, number, &part,
	    fold->job->length_ms, &on, fold) != REEL_OK)
		reel_fold_back(fold, REEL_JOB_RETRY_MS);
}

void
reel_fold_board(struct reel_fold *fold)
{
	struct reel_job *job = fold->job;
	enum reel_type type;
	enum reel_status rc;
	const char *why;
	char name[256];
	int fd = -1;

	job->how = fold->book->how;
	if ((why = reel_job_key(job, fold->facts.board)) != NULL) {
		reel_job_fault(fold->book, job, why);
		reel_fold_end(fold);
		return;
	}
	reel_fold_board_key(fold);
	memcpy(job->key, fold->facts.board, sizeof(job->key));
	job->length_ms = fold->shown->stream->duration_ms;
	if (!reel_key_known(job->key)) {
		/* It shows nothing, or it is no film any more. */
		reel_job_done(fold->book, job);
		reel_fold_end(fold);
		return;
	}
	if (reel_cache_has(fold->book->boards, job->key)) {
		reel_job_made(fold->book, job, job->key);
		reel_fold_end(fold);
		return;
	}
	errno = 0;
	rc = reel_index_item_open(fold->book->index, fold->shown->node.id, &fd,
	    &type, name);
	if (rc == REEL_OK)
		rc = reel_pool_board_plan(fold->pool, fold->number, fd,
		    job->length_ms, on_plan, fold);
	if (rc != REEL_OK)
		reel_fold_back(fold, REEL_JOB_RETRY_MS);
}
