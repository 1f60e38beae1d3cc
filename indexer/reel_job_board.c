/*
 * What becomes of a storyboard.  Its sheets are kept as they come and its track
 * when all are there, so that a track never speaks of a sheet that is not; a kill
 * leaves sheets, which the next try finds, or which are collected.
 *
 * What a worker says of a storyboard is the size of a tile; the rest is worked out
 * here as it was there.
 */
#include <errno.h>
#include <string.h>

#include "indexer/reel_board.h"
#include "indexer/reel_cache.h"
#include "indexer/reel_job_end.h"
#include "indexer/reel_job_key.h"
#include "indexer/reel_log.h"
#include "indexer/reel_piece.h"
#include "indexer/reel_pool_board.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_write_sql.h"

#include "indexer/reel_job_board.h"

int
reel_job_board_plan(struct reel_job_book *book, struct reel_job *job)
{
	unsigned char key[REEL_KEY_BYTES];

	job->how = book->how;
	memset(job->key, 0, sizeof(job->key));

	return (reel_write_board_of(book->write, job->item_id, key,
	    &job->length_ms) == REEL_OK && job->length_ms > 0);
}

static int
is_wanted(struct reel_job_book *book, const struct reel_job *job)
{
	unsigned char key[REEL_KEY_BYTES];
	int64_t length_ms;

	return (book->boards != NULL &&
	    !reel_queue_again(book->queue, job->item_id) &&
	    reel_write_board_of(book->write, job->item_id, key, &length_ms) !=
	    REEL_NOT_FOUND);
}

int
reel_job_board_look(struct reel_job_book *book, const struct reel_job *jobs,
    int count, struct reel_pool *pool)
{
	int i, n = 0;

	for (i = 0; i < count; i++) {
		if (jobs[i].state != REEL_JOB_RUNNING ||
		    jobs[i].stage != REEL_STAGE_BOARD)
			continue;
		n++;
		if (!is_wanted(book, &jobs[i]))
			reel_pool_board_cancel(pool, i);
	}

	return (n);
}

void
reel_job_board_sheet(struct reel_job_book *book, struct reel_job *job,
    int sheet, const struct reel_piece *piece)
{

	/* A stream's is known. */
	if (sheet == 1 && !reel_key_known(job->key) &&
	    reel_job_key(job, job->key) != NULL)
		memset(job->key, 0, sizeof(job->key));
	/* One that cannot be kept is missed at the end. */
	if (book->boards != NULL && reel_key_known(job->key))
		(void)reel_cache_put_sheet(book->boards, job->key, sheet,
		    REEL_PIECE_BYTES(piece), REEL_PIECE_LEN(piece));
}

static void
keep(struct reel_job_book *book, struct reel_job *job,
    const struct reel_piece *piece)
{
	const unsigned char *key = job->key;
	struct reel_board board;
	struct reel_buf track;
	const char *why;
	int sheet, ok = 1;

	if (reel_job_stale(book, job))
		return;
	if ((why = reel_job_changed(job)) != NULL || !reel_key_known(key)) {
		reel_cache_drop_sheets(book->boards, key);
		reel_job_fault(
		    book, job, why != NULL ? why : "it cannot be read again");
		return;
	}
	reel_board_plan(&job->how, job->length_ms, &board);
	errno = 0;
	for (sheet = 1; sheet <= board.sheets && ok; sheet++)
		ok = reel_cache_has_sheet(book->boards, key, sheet);
	if (ok && piece->sheets != board.sheets) {
		reel_job_fault(book, job, "the worker's answer made no sense");
		return;
	}
	reel_buf_init(&track);
	reel_board_track(&board, key, REEL_PIECE_TILE(piece), &track);
	if (track.failed)
		reel_fatal("out of memory for a track");
	ok = ok && reel_cache_put(
	    book->boards, key, track.data, track.len) == REEL_OK;
	reel_buf_clear(&track);
	if (!ok) {
		reel_job_not_kept(book, job);
		return;
	}
	book->cache_ill = 0;
	reel_job_made(book, job, key);
}

int
reel_job_board_over(struct reel_job_book *book, struct reel_job *job,
    enum reel_status status, const struct reel_piece *piece)
{

	if (status != REEL_OK && book->boards != NULL)
		reel_cache_drop_sheets(book->boards, job->key);
	if (status == REEL_BUSY || book->boards == NULL)
		/* Gone, or to be read anew: what is owed is in the queue. */
		reel_job_done(book, job);
	else if (status == REEL_OK)
		keep(book, job, piece);
	else
		return (0);

	return (1);
}
