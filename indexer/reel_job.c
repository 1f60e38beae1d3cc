/*
 * What became of a file is decided here, once:
 *
 *   facts            -> written, and a picture is owed
 *   a picture        -> kept, told, job done
 *   the file's fault -> failed at once: the same bytes give the same answer
 *   death, deadline  -> once more a second later, then failed with the reason
 *
 * A file that changed while it was read is read again; one that is being written
 * is not our business any more: whoever sees its end queues it again.  When the book cannot be
 * written (its disk is full) the index is told, since its own rows since the last
 * commit are void too, and the job is owed to the queue until the book is well.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "indexer/reel_cache.h"
#include "indexer/reel_index.h"
#include "indexer/reel_log.h"
#include "indexer/reel_piece.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_step.h"
#include "indexer/reel_write_sql.h"

#include "indexer/reel_job_end.h"
#include "indexer/reel_job_key.h"

/* Until that is tried again: a picture without room, a file of a missing disk. */
#define CACHE_ILL_MS 60000
#define AWAY_MS 30000

int64_t
reel_job_wall_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);

	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

void
reel_job_ill(struct reel_job_book *book)
{

	if (!book->ill)
		reel_step_recover(book->index);
	book->ill = 1;
}

void
reel_job_settle(
    struct reel_job_book *book, struct reel_job *job, enum reel_status rc)
{

	reel_job_let_go(job);
	if (rc == REEL_IO) {
		job->state = REEL_JOB_OWED;
		reel_job_ill(book);
		return;
	}
	job->state = REEL_JOB_FREE;
	book->ill = 0;
	book->wrote = 1;
}

void
reel_job_back(struct reel_job_book *book, struct reel_job *job, int attempts,
    int64_t after_ms)
{

	job->attempts = attempts;
	reel_job_settle(book, job, reel_queue_retry(book->queue, job->item_id,
	    attempts, reel_job_wall_ms() + after_ms));
}

void
reel_job_done(struct reel_job_book *book, struct reel_job *job)
{

	reel_job_settle(book, job, reel_queue_done(book->queue, job->item_id));
}

int
reel_job_know(struct reel_job_book *book, int64_t item_id,
    struct reel_node *node)
{
	struct reel_node_list list;
	int known;

	reel_node_list_init(&list);
	known = reel_write_get(book->write, item_id, &list) == REEL_OK;
	if (known)
		*node = list.nodes[0];
	/* Its name goes with the list; nobody here asks for it. */
	reel_node_list_clear(&list);

	return (known);
}

int
reel_job_growing(struct reel_job_book *book, struct reel_job *job)
{
	struct reel_node node;

	/* A part of a stream owes nothing either. */
	if (!reel_job_know(book, job->item_id, &node) ||
	    (node.state != REEL_STATE_GROWING &&
	        node.type != REEL_TYPE_SEGMENT))
		return (0);
	reel_job_done(book, job);

	return (1);
}

int
reel_job_folder(struct reel_job_book *book, struct reel_job *job)
{
	struct reel_node node;

	return (reel_job_know(book, job->item_id, &node) &&
	    REEL_TYPE_IS_FOLDER(node.type));
}

/*
 * Nonzero if the outcome is of a file that is no more: it is being written, or
 * the book knows another one than was read.  The second time it is believed,
 * since clocks of network disks differ.
 */
int
reel_job_stale(struct reel_job_book *book, struct reel_job *job)
{
	struct reel_node node;

	if (reel_job_growing(book, job))
		return (1);
	if (job->attempts + 1 >= REEL_JOB_ATTEMPTS_MAX ||
	    !reel_job_know(book, job->item_id, &node) ||
	    REEL_TYPE_IS_FOLDER(node.type) ||
	    (node.size == job->size && node.mtime_ns == job->mtime_ns &&
	        node.ino == job->ino))
		return (0);
	reel_job_back(book, job, job->attempts + 1, REEL_JOB_RETRY_MS);

	return (1);
}

int
reel_job_has_picture(const struct reel_facts *facts)
{

	return (facts->type == REEL_TYPE_VIDEO ||
	    (facts->type == REEL_TYPE_HLS_DIRECTORY && facts->width > 0) ||
	    facts->type == REEL_TYPE_IMAGE || facts->has_cover);
}

static int
has_board(const struct reel_facts *facts)
{

	return (facts->type == REEL_TYPE_VIDEO && facts->duration_ms > 0);
}

void
reel_job_facts(struct reel_job_book *book, struct reel_job *job,
    const struct reel_facts *facts)
{
	struct reel_facts known;
	enum reel_status rc;
	int there, boarded;

	if (reel_job_stale(book, job))
		return;
	known = *facts;
	there = book->cache != NULL && reel_job_has_picture(facts) &&
	    reel_cache_has(book->cache, facts->key);
	if (!there)
		memset(known.key, 0, sizeof(known.key));
	boarded = book->boards != NULL && has_board(facts) &&
	    reel_cache_has(book->boards, facts->board);
	if (!boarded)
		memset(known.board, 0, sizeof(known.board));
	rc = reel_write_facts(book->write, job->item_id, &known);
	if (rc != REEL_OK && rc != REEL_IO) {
		/* Gone, or a folder by now: nobody is owed anything. */
		reel_job_done(book, job);
		return;
	}
	if (rc == REEL_OK)
		rc = reel_queue_done(book->queue, job->item_id);
	if (rc == REEL_OK && book->cache != NULL && !there &&
	    reel_job_has_picture(facts))
		rc = reel_queue_picture(
		    book->queue, job->item_id, job->priority, facts->key);
	if (rc == REEL_OK && book->boards != NULL && !boarded &&
	    has_board(facts))
		rc = reel_queue_board(book->queue, job->item_id, facts->board);
	reel_job_settle(book, job, rc);
}

void
reel_job_made(struct reel_job_book *book, struct reel_job *job,
    const unsigned char *key)
{
	enum reel_status rc;

	rc = (job->stage == REEL_STAGE_BOARD ? reel_write_board
	    : reel_write_picture)(book->write, job->item_id, key);
	if (rc == REEL_IO)
		reel_job_settle(book, job, rc);
	else
		reel_job_done(book, job);
}

void
reel_job_not_kept(struct reel_job_book *book, struct reel_job *job)
{

	if (!book->cache_ill)
		reel_err("cannot keep a picture reason=\"%s\"",
		    strerror(errno));
	book->cache_ill = 1;
	reel_job_back(book, job, job->attempts, CACHE_ILL_MS);
}

void
reel_job_picture(struct reel_job_book *book, struct reel_job *job,
    const struct reel_piece *picture)
{
	unsigned char key[REEL_KEY_BYTES];
	const char *why;

	if (reel_job_stale(book, job))
		return;
	if ((why = reel_job_key(job, key)) != NULL) {
		reel_job_fault(book, job, why);
		return;
	}
	if (reel_cache_put(book->cache, key, REEL_PIECE_BYTES(picture),
	    REEL_PIECE_LEN(picture)) != REEL_OK) {
		reel_job_not_kept(book, job);
		return;
	}
	book->cache_ill = 0;
	reel_job_made(book, job, key);
}

int
reel_job_at_hand(struct reel_job_book *book, struct reel_job *job)
{
	const struct reel_cache *cache = job->stage == REEL_STAGE_BOARD
	    ? book->boards : book->cache;

	if (job->stage == REEL_STAGE_FACTS)
		return (0);
	if (cache != NULL && !reel_cache_has(cache, job->key))
		return (0);
	if (cache == NULL)
		reel_job_done(book, job);
	else
		reel_job_made(book, job, job->key);

	return (1);
}

enum reel_status
reel_job_lost(struct reel_job_book *book, int64_t item_id)
{
	unsigned char key[REEL_KEY_BYTES];
	enum reel_status rc, picture = REEL_NOT_FOUND;
	int64_t length_ms;

	if (book->cache != NULL) {
		picture = reel_write_picture_of(book->write, item_id, key);
		if (picture == REEL_OK)
			picture = reel_cache_has(book->cache, key)
			    ? REEL_NOT_FOUND : reel_queue_picture(book->queue,
			        item_id, REEL_QUEUE_LOOKED_AT, key);
	}
	if (book->boards == NULL || picture == REEL_IO)
		return (picture);
	rc = reel_write_board_of(book->write, item_id, key, &length_ms);
	if (rc == REEL_OK && reel_key_known(key) &&
	    !reel_cache_has(book->boards, key))
		return (reel_queue_board(book->queue, item_id, key));
	return (rc == REEL_IO ? rc : picture);
}

static const char *const what[REEL_STAGE_COUNT] = {
    "probe", "picture", "storyboard"};
static void
log_failure(struct reel_job_book *book, const struct reel_job *job,
    const char *reason)
{
	struct reel_buf path;

	reel_buf_init(&path);
	(void)reel_write_path(book->write, job->item_id, &path);
	reel_info("%s failed id=%lld path=%.*s attempts=%d reason=\"%s\"",
	    what[job->stage],
	    (long long)job->item_id, (int)path.len,
	    path.len > 0 ? path.data : "", job->attempts + 1, reason);
	reel_buf_clear(&path);
}

static void
give_up(struct reel_job_book *book, struct reel_job *job, const char *reason)
{
	enum reel_status rc;
	char text[300];

	/* The list of failures shows all kinds. */
	snprintf(text, sizeof(text), "no %s: %s", what[job->stage], reason);
	rc = job->stage != REEL_STAGE_FACTS
	    ? reel_write_picture_fail(book->write, job->item_id, job->stage,
	        job->attempts + 1, job->begun_ms, text)
	    : reel_write_fail(
	        book->write, job->item_id, job->attempts + 1, reason);
	if (rc == REEL_IO)
		reel_job_settle(book, job, rc);
	else
		reel_job_done(book, job);
}

void
reel_job_fail(
    struct reel_job_book *book, struct reel_job *job, const char *reason)
{

	/* What was half written was no media yet. */
	if (reel_job_stale(book, job))
		return;
	log_failure(book, job, reason);
	give_up(book, job, reason);
}

void
reel_job_fault(
    struct reel_job_book *book, struct reel_job *job, const char *reason)
{

	log_failure(book, job, reason);
	if (job->attempts + 1 >= REEL_JOB_ATTEMPTS_MAX)
		give_up(book, job, reason);
	else
		reel_job_back(book, job, job->attempts + 1, REEL_JOB_RETRY_MS);
}

void
reel_job_not_opened(
    struct reel_job_book *book, struct reel_job *job, enum reel_status rc)
{
	int error = errno;

	if (rc == REEL_NOT_FOUND)
		reel_job_done(book, job);
	else if (rc == REEL_BUSY)
		reel_job_back(book, job, job->attempts, AWAY_MS);
	else if (error == EMFILE || error == ENFILE || error == ENOMEM ||
	    error == 0)
		/* Our own trouble, or the book's. */
		reel_job_back(book, job, job->attempts, REEL_JOB_RETRY_MS);
	else
		reel_job_fault(book, job, strerror(error));
}
