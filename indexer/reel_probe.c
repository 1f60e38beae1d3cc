/*
 * queue -> open -> worker -> book.  As many files are out as there are workers;
 * each turn of the loop hands out a few at most, so that watching never waits for
 * probing.  What an outcome means is decided in reel_job.c; here are the two that
 * mean nothing for the file: no worker can be started, or its disk is away.  Then
 * it goes back to the queue as it was, as often as it takes.
 *
 * While the book cannot be written no file is handed out: its facts could not be
 * kept.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_cache.h"
#include "indexer/reel_fold.h"
#include "indexer/reel_index.h"
#include "indexer/reel_job_end.h"
#include "indexer/reel_job_board.h"
#include "indexer/reel_job_key.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_piece.h"
#include "indexer/reel_pool_board.h"
#include "indexer/reel_pool_lane.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_tardy.h"
#include "indexer/reel_write_sql.h"

#include "indexer/reel_probe.h"

#define BOARDS_MAX 1       /* storyboards in the making */
#define A_TURN 4           /* files handed out in one turn of the loop */
#define TROUBLE_MS 1000    /* rest when the book or the pool cannot */
#define LONGEST_REST_MS 5000 /* a rollback brings jobs back unheard */
#define DIRTY_MAX 16000    /* uncommitted rows; then commits come first */
#define IDLE_AHEAD_MS 5000 /* due later than that is not due */

struct reel_probe {
	struct reel_loop *loop;
	struct reel_job_book book;
	struct reel_pool *pool;
	struct reel_job jobs[REEL_POOL_WORKERS_MAX];
	struct reel_tardy tardy;
	int draining;
};

static void on_pump(void *cookie);

static void
on_room(void *cookie)
{

	reel_probe_kick(cookie);
}

/* A file takes long: is it to yield to one that waits?  A folder's goes on. */
static int
on_crowd(void *cookie, int64_t number)
{
	struct reel_probe *probe = cookie;
	int64_t due = reel_queue_due_ms(probe->book.queue);

	return (probe->jobs[number].fold == NULL && due != -1 &&
	    due <= reel_job_wall_ms());
}

struct reel_probe *
reel_probe_new(struct reel_loop *loop, struct reel_index *index,
    struct reel_write *write, struct reel_queue *queue, struct reel_pool *pool)
{
	struct reel_probe *probe = reel_mem_new(sizeof(*probe));

	probe->loop = loop;
	probe->book.index = index;
	probe->book.write = write;
	probe->book.queue = queue;
	probe->pool = pool;
	reel_pool_on_room(pool, on_room, probe);
	reel_pool_lane_on_crowd(pool, on_crowd, probe);

	return (probe);
}

void
reel_probe_pictures(struct reel_probe *probe, struct reel_cache *cache,
    const struct reel_wire_making *making)
{

	probe->book.cache = cache;
	probe->book.making = *making;
}

void
reel_probe_boards(struct reel_probe *probe, struct reel_cache *boards,
    const struct reel_wire_board *how)
{

	probe->book.boards = boards;
	probe->book.how = *how;
}

void
reel_probe_free(struct reel_probe *probe)
{
	size_t i;

	if (probe == NULL)
		return;
	reel_loop_timer(probe->loop, -1, on_pump, probe);
	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++) {
		reel_fold_free(probe->jobs[i].fold);
		reel_job_let_go(&probe->jobs[i]);
	}
	free(probe);
}

void
reel_probe_kick(struct reel_probe *probe)
{

	reel_loop_timer(probe->loop, 0, on_pump, probe);
}

void
reel_probe_drain(struct reel_probe *probe)
{

	probe->draining = 1;
}

static size_t
count(const struct reel_probe *probe, enum reel_job_state state)
{
	size_t i, n = 0;

	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++)
		n += probe->jobs[i].state == state;

	return (n);
}

int
reel_probe_idle(struct reel_probe *probe)
{
	int64_t due = reel_queue_due_ms(probe->book.queue);

	/* What waits for a disk that is away may wait for ever. */
	return (count(probe, REEL_JOB_FREE) == REEL_POOL_WORKERS_MAX &&
	    (due == -1 || due > reel_job_wall_ms() + IDLE_AHEAD_MS));
}

void
reel_probe_raise(struct reel_probe *probe, int64_t item_id)
{
	enum reel_status rc;

	/* Most items owe nothing; a hint may be lost anyway. */
	rc = reel_queue_raise(
	    probe->book.queue, item_id, REEL_QUEUE_LOOKED_AT);
	if (rc == REEL_NOT_FOUND)
		/* Somebody emptied the cache, or the book is a backup. */
		rc = reel_job_lost(&probe->book, item_id);
	if (rc == REEL_IO)
		reel_job_ill(&probe->book);
	if (rc != REEL_OK)
		return;
	reel_index_wrote(probe->book.index, 0);
	reel_probe_kick(probe);
}

static void
on_probe_done(void *cookie, int64_t number, enum reel_status status,
    const struct reel_facts *facts, const char *reason)
{
	struct reel_probe *probe = cookie;
	struct reel_job *job = &probe->jobs[number];

	if (status == REEL_OK)
		reel_job_facts(&probe->book, job, facts);
	else
		reel_tardy_went_wrong(
		    &probe->tardy, &probe->book, job, status, reason);
	reel_probe_kick(probe);
}

static void
on_sheet(void *cookie, int64_t number, int sheet,
    const struct reel_piece *piece)
{
	struct reel_probe *probe = cookie;
	struct reel_job *job = &probe->jobs[number];

	reel_job_board_sheet(&probe->book, job, sheet, piece);
}

static void
on_board_done(void *cookie, int64_t number, enum reel_status status,
    const struct reel_piece *piece, const char *reason)
{
	struct reel_probe *probe = cookie;
	struct reel_job *job = &probe->jobs[number];

	if (!reel_job_board_over(&probe->book, job, status, piece))
		reel_tardy_went_wrong(
		    &probe->tardy, &probe->book, job, status, reason);
	reel_probe_kick(probe);
}

/* A picture or a playlist comes as one piece. */
static void
on_piece_done(void *cookie, int64_t number, enum reel_status status,
    const struct reel_piece *piece, const char *reason)
{
	struct reel_probe *probe = cookie;
	struct reel_job_book *book = &probe->book;
	struct reel_job *job = &probe->jobs[number];

	if (status != REEL_OK)
		reel_tardy_went_wrong(
		    &probe->tardy, book, job, status, reason);
	else if (job->stage == REEL_STAGE_FACTS)
		reel_job_playlist(book, job, REEL_PIECE_STREAM(piece));
	else if (book->cache == NULL)
		reel_job_done(book, job);
	else
		reel_job_picture(book, job, piece);
	reel_probe_kick(probe);
}

static enum reel_status
make_board(struct reel_probe *probe, const struct reel_job *job, int fd)
{
	static const struct reel_pool_board_on on = {
	    .sheet = on_sheet, .done = on_board_done};
	const struct reel_pool_board_part film = {.files = {fd, -1}};

	return (reel_pool_board_make(probe->pool, job - probe->jobs, &film,
	    job->length_ms, &on, probe));
}

/* Storyboards leave room for what comes. */
static void
look_after_boards(struct reel_probe *probe)
{

	reel_queue_limit(probe->book.queue, reel_job_board_look(&probe->book,
	    probe->jobs, REEL_POOL_WORKERS_MAX, probe->pool) < BOARDS_MAX
	    ? REEL_STAGE_BOARD : REEL_STAGE_PICTURE);
}

static void
hand_over(struct reel_probe *probe, struct reel_job *job)
{
	char name[256];
	enum reel_type type;
	enum reel_status rc;
	int fd = -1;

	if (reel_job_growing(&probe->book, job) ||
	    reel_job_at_hand(&probe->book, job) ||
	    reel_tardy_waits(&probe->tardy, &probe->book, probe->pool, job))
		return;
	if (reel_job_folder(&probe->book, job)) {
		reel_fold_start(&probe->book, probe->pool, job,
		    job - probe->jobs, on_room, probe);
		return;
	}
	if (job->stage == REEL_STAGE_BOARD &&
	    !reel_job_board_plan(&probe->book, job)) {
		reel_job_done(&probe->book, job);
		return;
	}
	errno = 0;
	rc = reel_index_item_open(
	    probe->book.index, job->item_id, &fd, &type, name);
	if (rc != REEL_OK) {
		reel_job_not_opened(&probe->book, job, rc);
		return;
	}
	if (!reel_job_hold(job, fd)) {
		close(fd);
		rc = REEL_AGAIN;
	} else if (job->stage == REEL_STAGE_BOARD)
		rc = make_board(probe, job, fd);
	else if (job->stage == REEL_STAGE_PICTURE)
		rc = reel_pool_picture(probe->pool, job - probe->jobs, fd,
		    type, name, on_piece_done, probe);
	else if (type == REEL_TYPE_PLAYLIST)
		rc = reel_pool_playlist(probe->pool, job - probe->jobs, fd,
		    name, on_piece_done, probe);
	else
		rc = reel_pool_probe(probe->pool, job - probe->jobs, fd, type,
		    name, on_probe_done, probe);
	if (rc != REEL_OK)
		reel_job_back(
		    &probe->book, job, job->attempts, REEL_JOB_RETRY_MS);
	else
		reel_tardy_begins(
		    &probe->tardy, probe->pool, job, job - probe->jobs);
}

/* Jobs the queue could not take back because the book was ill. */
static void
pay_back(struct reel_probe *probe)
{
	struct reel_job *job;

	for (job = probe->jobs; job < probe->jobs + REEL_POOL_WORKERS_MAX; job++)
		if (job->state == REEL_JOB_OWED)
			reel_job_back(&probe->book, job, job->attempts, 0);
}

static struct reel_job *
find_free(struct reel_probe *probe)
{
	struct reel_job *job = probe->jobs;

	while (job < probe->jobs + REEL_POOL_WORKERS_MAX &&
	    job->state != REEL_JOB_FREE)
		job++;

	return (job < probe->jobs + REEL_POOL_WORKERS_MAX ? job : NULL);
}

static int
may_hand_out(struct reel_probe *probe)
{

	return (!probe->draining && count(probe, REEL_JOB_OWED) == 0 &&
	    reel_write_dirty(probe->book.write) < DIRTY_MAX &&
	    reel_pool_room(probe->pool) > 0);
}

/* When to look at the queue again if nobody kicks. */
static void
rest(struct reel_probe *probe)
{
	int64_t due, after;

	look_after_boards(probe);
	if (probe->book.wrote)
		reel_index_wrote(
		    probe->book.index, count(probe, REEL_JOB_RUNNING) > 0);
	probe->book.wrote = 0;
	if (probe->book.ill || count(probe, REEL_JOB_OWED) > 0)
		after = TROUBLE_MS;
	else if (probe->draining)
		return;
	else if (!may_hand_out(probe))
		/* An outcome or a commit kicks; if neither comes, look again. */
		after = TROUBLE_MS;
	else if ((due = reel_queue_due_ms(probe->book.queue)) == -1)
		after = LONGEST_REST_MS;
	else
		after = due - reel_job_wall_ms();
	if (after > LONGEST_REST_MS)
		after = LONGEST_REST_MS;
	reel_loop_timer(probe->loop, after > 0 ? after : 0, on_pump, probe);
}

static void
on_pump(void *cookie)
{
	struct reel_probe *probe = cookie;
	struct reel_queue_job next;
	struct reel_job *job;
	enum reel_status rc;
	int n;

	pay_back(probe);
	for (n = 0; n < A_TURN && may_hand_out(probe); n++) {
		if ((job = find_free(probe)) == NULL)
			break;
		look_after_boards(probe);
		rc = reel_queue_next(
		    probe->book.queue, reel_job_wall_ms(), &next);
		if (rc == REEL_IO)
			reel_job_ill(&probe->book);
		else
			probe->book.ill = 0;
		if (rc != REEL_OK)
			break;
		*job = (struct reel_job){.state = REEL_JOB_RUNNING,
		    .item_id = next.item_id, .attempts = next.attempts,
		    .stage = next.stage, .priority = next.priority,
		    .begun_ms = reel_job_wall_ms(),
		    .making = probe->book.making};
		memcpy(job->key, next.key, sizeof(job->key));
		hand_over(probe, job);
	}
	rest(probe);
}
