/*
 * Who took long once is likely to do it again: such a file is read beside the
 * others, never before them.  One that yielded (REEL_BUSY) has not failed, and
 * counts no attempt.
 */
#include "indexer/reel_job_end.h"
#include "indexer/reel_pool_lane.h"
#include "indexer/reel_queue_sql.h"

#include "indexer/reel_tardy.h"

/* Until there may be room; less than what "reel-indexer --once" waits for. */
#define WAIT_MS 500

/* As often is its time doubled, at most; the deadline comes first. */
#define TIMES_MAX 1024

/* Where it is kept; REEL_TARDY_MAX: nowhere. */
static size_t
find(const struct reel_tardy *tardy, int64_t item_id)
{
	size_t i = 0;

	while (i < REEL_TARDY_MAX && tardy->ids[i] != item_id)
		i++;

	return (i);
}

/* It took too long once more. */
static void
note(struct reel_tardy *tardy, int64_t item_id)
{
	size_t i = find(tardy, item_id);

	if (i == REEL_TARDY_MAX) {
		i = tardy->next;
		tardy->next = (tardy->next + 1) % REEL_TARDY_MAX;
		tardy->ids[i] = item_id;
		tardy->times[i] = 1;
	}
	if (tardy->times[i] < TIMES_MAX)
		tardy->times[i] *= 2;
}

int
reel_tardy_waits(const struct reel_tardy *tardy, struct reel_job_book *book,
    struct reel_pool *pool, struct reel_job *job)
{

	/* Those who wait like this one are due at a time; others at once. */
	if (find(tardy, job->item_id) == REEL_TARDY_MAX ||
	    reel_pool_lane_room(pool) > 0 || reel_queue_due_ms(book->queue) != 0)
		return (0);
	reel_job_back(book, job, job->attempts, WAIT_MS);

	return (1);
}

void
reel_tardy_begins(const struct reel_tardy *tardy, struct reel_pool *pool,
    const struct reel_job *job, int64_t number)
{
	size_t i = find(tardy, job->item_id);

	if (i == REEL_TARDY_MAX)
		return;
	if (reel_pool_lane_room(pool) > 0)
		reel_pool_lane_aside(pool, number);
	else
		reel_pool_lane_times(pool, number, tardy->times[i]);
}

void
reel_tardy_went_wrong(struct reel_tardy *tardy, struct reel_job_book *book,
    struct reel_job *job, enum reel_status status, const char *reason)
{

	if (status == REEL_BAD_INPUT) {
		reel_job_fail(book, job, reason);
		return;
	}
	if (status == REEL_AGAIN) {
		reel_job_back(book, job, job->attempts, REEL_JOB_RETRY_MS);
		return;
	}
	note(tardy, job->item_id);
	if (status == REEL_BUSY)
		reel_job_back(book, job, job->attempts, WAIT_MS);
	else
		reel_job_fault(book, job, reason);
}
