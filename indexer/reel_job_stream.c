/*
 * What becomes of a playlist, and of a folder that was judged.
 */
#include <stdio.h>
#include <string.h>

#include "indexer/reel_body_stream_cjson.h"
#include "indexer/reel_cache.h"
#include "indexer/reel_log.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_write_sql.h"

#include "indexer/reel_job_end.h"

void
reel_job_playlist(struct reel_job_book *book, struct reel_job *job,
    const struct reel_stream *stream)
{
	struct reel_facts facts;
	struct reel_node node;
	struct reel_buf more;
	enum reel_status rc = REEL_NOT_FOUND;

	if (reel_job_stale(book, job))
		return;
	reel_facts_init(&facts);
	facts.type = REEL_TYPE_PLAYLIST;
	facts.duration_ms = stream->duration_ms;
	if (stream->kind >= REEL_PLAYLIST_MEDIA)
		snprintf(facts.container, sizeof(facts.container), "hls");
	reel_buf_init(&more);
	if (reel_body_stream(stream, 0, &more) != REEL_OK)
		reel_fatal("out of memory for a body");
	if (reel_job_know(book, job->item_id, &node))
		rc = reel_write_stream(book->write, &node, &facts, &more);
	reel_buf_clear(&more);
	if (rc == REEL_IO)
		reel_job_settle(book, job, rc);
	else
		reel_job_done(book, job);
}

/*
 * Did it come to nothing, as it would again?  Of an item only its last failure is
 * known: what has no picture can have no storyboard, and when that failed, and there
 * was no picture, one had failed before or is owed anyway.
 */
static int
is_vain(struct reel_job_book *book, const struct reel_job *job,
    enum reel_stage stage, const struct reel_job_was *was)
{
	enum reel_stage failed;
	int64_t since_ms;

	if (!reel_write_picture_failed(
	        book->write, job->item_id, &failed, &since_ms) ||
	    was->changed_ms >= since_ms)
		return (0);

	return (failed == REEL_STAGE_PICTURE || stage == REEL_STAGE_BOARD ||
	    !was->pictured);
}

void
reel_job_folded(struct reel_job_book *book, struct reel_job *job,
    enum reel_status rc, const struct reel_facts *facts,
    const struct reel_job_was *was)
{

	if (rc != REEL_IO)
		rc = reel_queue_done(book->queue, job->item_id);
	if (rc == REEL_OK && facts != NULL && book->cache != NULL &&
	    reel_job_has_picture(facts) &&
	    !reel_cache_has(book->cache, facts->key) &&
	    !is_vain(book, job, REEL_STAGE_PICTURE, was))
		rc = reel_queue_picture(
		    book->queue, job->item_id, job->priority, facts->key);
	if (rc == REEL_OK && facts != NULL && book->boards != NULL &&
	    reel_key_known(facts->board) &&
	    !reel_cache_has(book->boards, facts->board) &&
	    !is_vain(book, job, REEL_STAGE_BOARD, was))
		rc = reel_queue_board(book->queue, job->item_id, facts->board);
	reel_job_settle(book, job, rc);
}
