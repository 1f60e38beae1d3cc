/* links: indexer/reel_tardy.c */
/*
 * Who is made to wait, who stands aside, whose attempts count.  Queue, pool and book
 * are played here: what is asked of them is written down.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "indexer/reel_job_end.h"
#include "indexer/reel_pool_lane.h"
#include "indexer/reel_tardy.h"

static struct reel_tardy tardy;
static struct reel_job_book book;
static int room;        /* aside */
static int64_t due_ms;  /* when the next job of the queue is due */
static char told[160];  /* the last thing that was asked for */

int
reel_pool_lane_room(struct reel_pool *pool)
{

	(void)pool;
	return (room);
}

int64_t
reel_queue_due_ms(struct reel_queue *queue)
{

	(void)queue;
	return (due_ms);
}

void
reel_pool_lane_aside(struct reel_pool *pool, int64_t job)
{

	(void)pool;
	snprintf(told, sizeof(told), "aside %d", (int)job);
}

void
reel_pool_lane_times(struct reel_pool *pool, int64_t job, int times)
{

	(void)pool;
	snprintf(told, sizeof(told), "times %d %d", (int)job, times);
}

void
reel_job_back(struct reel_job_book *of, struct reel_job *job, int attempts,
    int64_t after_ms)
{

	assert_ptr_equal(of, &book);
	snprintf(told, sizeof(told), "back %d %d %d", (int)job->item_id,
	    attempts, (int)after_ms);
}

void
reel_job_fail(
    struct reel_job_book *of, struct reel_job *job, const char *reason)
{

	assert_ptr_equal(of, &book);
	snprintf(told, sizeof(told), "fail %d %s", (int)job->item_id, reason);
}

void
reel_job_fault(
    struct reel_job_book *of, struct reel_job *job, const char *reason)
{

	assert_ptr_equal(of, &book);
	snprintf(told, sizeof(told), "fault %d %s", (int)job->item_id, reason);
}

static struct reel_job
job_of(int64_t item_id, int attempts)
{

	return ((struct reel_job){.item_id = item_id, .attempts = attempts});
}

static int
begin(void **state)
{

	(void)state;
	memset(&tardy, 0, sizeof(tardy));
	memset(&book, 0, sizeof(book));
	room = 0;
	due_ms = 0;
	told[0] = '\0';

	return (0);
}

/* One item of that id, after an outcome. */
static void
went_wrong(int64_t item_id, enum reel_status status)
{
	struct reel_job job = job_of(item_id, 1);

	reel_tardy_went_wrong(&tardy, &book, &job, status, "why");
}

static int
waits(int64_t item_id)
{
	struct reel_job job = job_of(item_id, 1);

	told[0] = '\0';

	return (reel_tardy_waits(&tardy, &book, NULL, &job));
}

static const char *
begins(int64_t item_id, int64_t number)
{
	struct reel_job job = job_of(item_id, 0);

	told[0] = '\0';
	reel_tardy_begins(&tardy, NULL, &job, number);

	return (told);
}

static void
each_outcome_has_its_end(void **state)
{
	static const struct {
		enum reel_status status;
		const char *told;
		int known; /* as one that takes long */
	} rows[] = {
	    {REEL_BAD_INPUT, "fail 7 why", 0},
	    /* No worker could be started: that is not the file's. */
	    {REEL_AGAIN, "back 7 1 1000", 0},
	    /* It yielded, which is no attempt. */
	    {REEL_BUSY, "back 7 1 500", 1},
	    {REEL_IO, "fault 7 why", 1},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(state);
		went_wrong(7, rows[i].status);
		assert_string_equal(told, rows[i].told);
		assert_int_equal(waits(7), rows[i].known);
		assert_int_equal(waits(8), 0);
	}
}

static void
one_that_is_known_waits_only_for_others(void **state)
{

	(void)state;
	assert_int_equal(waits(7), 0);
	went_wrong(7, REEL_BUSY);
	assert_int_equal(waits(7), 1);
	assert_string_equal(told, "back 7 1 500");
	/* Somebody is due later, or nobody is. */
	due_ms = INT64_C(1700000000000);
	assert_int_equal(waits(7), 0);
	due_ms = -1;
	assert_int_equal(waits(7), 0);
	assert_string_equal(told, "");
	due_ms = 0;
	room = 1;
	assert_int_equal(waits(7), 0);
}

static void
it_gets_room_aside_or_more_time_each_time(void **state)
{
	int i;

	(void)state;
	assert_string_equal(begins(7, 3), "");
	went_wrong(7, REEL_BUSY);
	assert_string_equal(begins(7, 3), "times 3 2");
	assert_string_equal(begins(8, 4), "");
	went_wrong(7, REEL_BUSY);
	assert_string_equal(begins(7, 3), "times 3 4");
	went_wrong(7, REEL_IO);
	assert_string_equal(begins(7, 5), "times 5 8");
	for (i = 0; i < 40; i++)
		went_wrong(7, REEL_BUSY);
	assert_string_equal(begins(7, 3), "times 3 1024");
	room = 2;
	assert_string_equal(begins(7, 3), "aside 3");
}

static void
the_first_is_forgotten_when_there_are_too_many(void **state)
{
	int64_t id;

	(void)state;
	for (id = 1; id <= REEL_TARDY_MAX; id++)
		went_wrong(id, REEL_BUSY);
	assert_int_equal(waits(1), 1);
	/* One that is known takes no other's place. */
	went_wrong(REEL_TARDY_MAX, REEL_BUSY);
	assert_int_equal(waits(1), 1);
	went_wrong(5000, REEL_BUSY);
	assert_int_equal(waits(1), 0);
	assert_int_equal(waits(2), 1);
	assert_int_equal(waits(5000), 1);
	assert_string_equal(begins(5000, 1), "times 1 2");
	/* Found out again it begins anew. */
	went_wrong(1, REEL_BUSY);
	assert_int_equal(waits(2), 0);
	assert_string_equal(begins(1, 1), "times 1 2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(each_outcome_has_its_end, begin),
	    cmocka_unit_test_setup(
	        one_that_is_known_waits_only_for_others, begin),
	    cmocka_unit_test_setup(
	        it_gets_room_aside_or_more_time_each_time, begin),
	    cmocka_unit_test_setup(
	        the_first_is_forgotten_when_there_are_too_many, begin),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
