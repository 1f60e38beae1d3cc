#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_book_rows_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_outs.h"
#include "indexer/reel_queue_sql.h"

/*
 * Who is next, and for what.  The rows are in the book, so a kill forgets nothing; who
 * is worked on right now is in memory only, so a kill hands it out again.
 *
 * Three ways lead to a job, each by an index: raised ones, ones whose back-off
 * is over, and the rest by stage and id.  The rest may be a million; ${from}
 * remembers below which id none of a stage is ready, so a walk is never repeated.
 *
 * Invariant: a job that was put again while it was handed out survives _done:
 * the probe that just ended saw the file as it was before.
 */
struct reel_queue {
	struct reel_write *write;
	struct reel_outs outs;
	enum reel_stage last; /* no job of a later stage is handed out */
	/* No ready job of the stage and of priority 0 has a lower id. */
	int64_t from[REEL_STAGE_COUNT];
	uint64_t rollbacks; /* when ${from} was true */
};

/* How far a search looks past jobs that are out or rest, in one index. */
#define LOOK_MAX 64

enum reel_status
reel_queue_open(struct reel_write *write, struct reel_queue **queue)
{
	struct reel_queue *q;

	q = reel_mem_new(sizeof(*q));
	q->write = write;
	q->last = REEL_STAGE_COUNT - 1;
	*queue = q;
	return (REEL_OK);
}

void
reel_queue_close(struct reel_queue *queue)
{

	if (queue == NULL)
		return;
	reel_outs_clear(&queue->outs);
	free(queue);
}

/* Nonzero if it was put again meanwhile.  ${stage}: of the job; -1: of all. */
static int
take_back(struct reel_queue *q, int64_t item_id, int *stage)
{
	struct reel_out *out = reel_outs_find(&q->outs, item_id);
	int again;

	*stage = out == NULL ? -1 : out->stage;
	if (out == NULL)
		return (0);
	again = out->again;
	reel_outs_drop(&q->outs, out);
	return (again);
}

static void
ready_at(struct reel_queue *q, int64_t item_id)
{
	size_t i;

	for (i = 0; i < REEL_STAGE_COUNT; i++)
		if (item_id < q->from[i])
			q->from[i] = item_id;
}

static void
bind_put(struct sqlite3_stmt *stmt, const struct reel_queue_job *job,
    int64_t not_before_ms)
{

	sqlite3_bind_int64(stmt, 1, job->item_id);
	sqlite3_bind_int(stmt, 2, job->priority);
	sqlite3_bind_int64(stmt, 3, not_before_ms);
	sqlite3_bind_int(stmt, 4, (int)job->stage);
	reel_book_rows_bind_key(stmt, 5, job->key);
}

static enum reel_status
put(struct reel_queue *q, const struct reel_queue_job *job,
    int64_t not_before_ms)
{
	struct reel_write *w;
	struct reel_out *out;
	enum reel_status status;

	w = q->write;
	if ((status = reel_book_begin(w)) != REEL_OK)
		return (status);
	bind_put(reel_book_stmt(w, REEL_BOOK_JOB_INSERT), job, not_before_ms);
	status = reel_book_run(w, REEL_BOOK_JOB_INSERT);
	if (status != REEL_OK)
		return (status);
	if (sqlite3_changes(w->db) == 1)
		w->counts.jobs++;
	else {
		bind_put(reel_book_stmt(w, REEL_BOOK_JOB_AGAIN), job,
		    not_before_ms);
		status = reel_book_run(w, REEL_BOOK_JOB_AGAIN);
		if (status != REEL_OK)
			return (status);
	}
	if ((out = reel_outs_find(&q->outs, job->item_id)) != NULL)
		out->again = 1;
	ready_at(q, job->item_id);
	w->dirty++;
	return (REEL_OK);
}

enum reel_status
reel_queue_put(struct reel_queue *queue, int64_t item_id, int priority,
    int64_t not_before_ms)
{
	const struct reel_queue_job job = { .item_id = item_id,
		.priority = priority };

	return (put(queue, &job, not_before_ms));
}

static enum reel_status
owe(struct reel_queue *queue, enum reel_stage stage, int64_t item_id,
    int priority, const unsigned char *key)
{
	struct reel_queue_job job = { .item_id = item_id, .stage = stage,
		.priority = priority };

	if (key != NULL)
		memcpy(job.key, key, sizeof(job.key));
	return (put(queue, &job, 0));
}

enum reel_status
reel_queue_picture(struct reel_queue *queue, int64_t item_id, int priority,
    const unsigned char *key)
{

	return (owe(queue, REEL_STAGE_PICTURE, item_id, priority, key));
}

enum reel_status
reel_queue_board(
    struct reel_queue *queue, int64_t item_id, const unsigned char *key)
{
	const struct reel_out *out = reel_outs_find(&queue->outs, item_id);

	/* Who asks for one that is in the making gets that one. */
	if (out != NULL && out->stage == REEL_STAGE_BOARD)
		return (REEL_OK);
	return (owe(queue, REEL_STAGE_BOARD, item_id, 0, key));
}

int
reel_queue_again(const struct reel_queue *queue, int64_t item_id)
{
	const struct reel_out *out = reel_outs_find(&queue->outs, item_id);

	return (out != NULL && out->again);
}

void
reel_queue_limit(struct reel_queue *queue, enum reel_stage last)
{

	queue->last = last;
}

enum reel_status
reel_queue_raise(struct reel_queue *queue, int64_t item_id, int priority)
{
	struct reel_write *w;
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	/* Most hints are about items that owe nothing: read before writing. */
	w = queue->write;
	stmt = reel_book_stmt(w, REEL_BOOK_JOB_GET);
	sqlite3_bind_int64(stmt, 1, item_id);
	if ((status = reel_book_row(w, REEL_BOOK_JOB_GET)) != REEL_OK)
		return (status);
	if (sqlite3_column_int(stmt, 0) >= priority) {
		reel_book_reset(w, REEL_BOOK_JOB_GET);
		return (REEL_OK);
	}
	reel_book_reset(w, REEL_BOOK_JOB_GET);

	if ((status = reel_book_begin(w)) != REEL_OK)
		return (status);
	stmt = reel_book_stmt(w, REEL_BOOK_JOB_RAISE);
	sqlite3_bind_int64(stmt, 1, item_id);
	sqlite3_bind_int(stmt, 2, priority);
	if ((status = reel_book_run(w, REEL_BOOK_JOB_RAISE)) == REEL_OK)
		w->dirty++;
	return (status);
}

struct found {
	struct reel_queue_job job;
	int64_t not_before;
};

static void
read_job(struct sqlite3_stmt *stmt, struct found *found)
{

	found->job.item_id = sqlite3_column_int64(stmt, 0);
	found->job.attempts = sqlite3_column_int(stmt, 1);
	found->not_before = sqlite3_column_int64(stmt, 2);
	found->job.priority = sqlite3_column_int(stmt, 3);
	found->job.stage = sqlite3_column_int(stmt, 4);
	reel_book_rows_key(stmt, 5, found->job.key);
}

/*
 * The first job of an indexed query that is not out and is due at ${now_ms}; at
 * most ${look} rows are looked at, 0 means all.
 */
static enum reel_status
first_due(struct reel_queue *q, enum reel_book_query query, int64_t now_ms,
    int look, struct found *found)
{
	struct found job;
	int seen;
	enum reel_status status;

	if (query != REEL_BOOK_JOB_NEXT)
		sqlite3_bind_int(
		    reel_book_stmt(q->write, query), 1, (int)q->last);
	for (seen = 1;; seen++) {
		status = reel_book_row(q->write, query);
		if (status != REEL_OK)
			return (status);
		read_job(reel_book_stmt(q->write, query), &job);
		if (job.not_before <= now_ms &&
		    reel_outs_find(&q->outs, job.job.item_id) == NULL)
			break;
		if (seen == look) {
			reel_book_reset(q->write, query);
			return (REEL_NOT_FOUND);
		}
	}
	reel_book_reset(q->write, query);
	*found = job;
	return (REEL_OK);
}

/* Among all that is not raised and does not rest: the lowest stage and id. */
static enum reel_status
first_ready(struct reel_queue *q, struct found *found)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status = REEL_NOT_FOUND;
	int stage;

	if (q->rollbacks != q->write->rollbacks) {
		q->rollbacks = q->write->rollbacks;
		memset(q->from, 0, sizeof(q->from));
	}
	stmt = reel_book_stmt(q->write, REEL_BOOK_JOB_NEXT);
	for (stage = 0; stage <= (int)q->last; stage++) {
		if (q->from[stage] == INT64_MAX)
			continue;
		sqlite3_bind_int(stmt, 1, stage);
		sqlite3_bind_int64(stmt, 2, q->from[stage]);
		status = first_due(q, REEL_BOOK_JOB_NEXT, 0, 0, found);
		if (status == REEL_OK)
			q->from[stage] = found->job.item_id;
		else if (status == REEL_NOT_FOUND)
			q->from[stage] = INT64_MAX;
		if (status != REEL_NOT_FOUND)
			break;
	}
	return (status);
}

enum reel_status
reel_queue_next(
    struct reel_queue *queue, int64_t now_ms, struct reel_queue_job *job)
{
	struct found raised, rested, ready;
	const struct found *best;
	enum reel_status status;

	best = NULL;
	status = first_due(
	    queue, REEL_BOOK_JOB_URGENT, now_ms, LOOK_MAX, &raised);
	if (status == REEL_OK)
		best = &raised;
	else if (status != REEL_NOT_FOUND)
		return (status);

	if (best == NULL) {
		status = first_due(
		    queue, REEL_BOOK_JOB_LATER, now_ms, LOOK_MAX, &rested);
		if (status == REEL_OK)
			best = &rested;
		else if (status != REEL_NOT_FOUND)
			return (status);
	}
	if (best == NULL) {
		if ((status = first_ready(queue, &ready)) != REEL_OK)
			return (status);
		best = &ready;
	}
	reel_outs_add(&queue->outs, best->job.item_id, (int)best->job.stage);
	*job = best->job;
	return (REEL_OK);
}

int64_t
reel_queue_due_ms(struct reel_queue *queue)
{
	struct found found;
	enum reel_status status;

	/* A raised job that rests is among the later ones. */
	status = first_due(queue, REEL_BOOK_JOB_URGENT, 0, LOOK_MAX, &found);
	if (status == REEL_NOT_FOUND)
		status = first_ready(queue, &found);
	if (status == REEL_OK)
		return (0);
	status = first_due(queue, REEL_BOOK_JOB_LATER, INT64_MAX, 0, &found);
	return (status == REEL_OK ? found.not_before : -1);
}

enum reel_status
reel_queue_done(struct reel_queue *queue, int64_t item_id)
{
	struct reel_write *w;
	struct sqlite3_stmt *stmt;
	enum reel_status status;
	int stage;

	/* What else it owes was passed over while it was out. */
	ready_at(queue, item_id);
	if (take_back(queue, item_id, &stage))
		return (REEL_OK);
	w = queue->write;
	if ((status = reel_book_begin(w)) != REEL_OK)
		return (status);
	stmt = reel_book_stmt(w, REEL_BOOK_JOB_DELETE);
	sqlite3_bind_int64(stmt, 1, item_id);
	sqlite3_bind_int(stmt, 2, stage);
	status = reel_book_run(w, REEL_BOOK_JOB_DELETE);
	if (status != REEL_OK)
		return (status);
	w->counts.jobs -= sqlite3_changes(w->db);
	w->dirty++;
	return (REEL_OK);
}

enum reel_status
reel_queue_retry(struct reel_queue *queue, int64_t item_id, int attempts,
    int64_t not_before_ms)
{
	struct reel_write *w;
	struct sqlite3_stmt *stmt;
	enum reel_status status;
	int stage;

	ready_at(queue, item_id);
	if (take_back(queue, item_id, &stage))
		return (REEL_OK);
	w = queue->write;
	if ((status = reel_book_begin(w)) != REEL_OK)
		return (status);
	stmt = reel_book_stmt(w, REEL_BOOK_JOB_RETRY);
	sqlite3_bind_int64(stmt, 1, item_id);
	sqlite3_bind_int(stmt, 2, attempts);
	sqlite3_bind_int64(stmt, 3, not_before_ms);
	sqlite3_bind_int(stmt, 4, stage);
	status = reel_book_run(w, REEL_BOOK_JOB_RETRY);
	if (status == REEL_OK)
		w->dirty++;
	return (status);
}

void
reel_queue_count(struct reel_queue *queue, struct reel_queue_counts *counts)
{

	counts->pending = queue->write->counts.jobs;
	counts->completed = queue->write->counts.probed +
	    queue->write->counts.pictured;
	counts->failed = queue->write->counts.failures;
}
