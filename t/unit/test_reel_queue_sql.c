/* links: indexer/reel_queue_sql.c indexer/reel_outs.c indexer/reel_write_sql.c indexer/reel_write_rows_sql.c
 * indexer/reel_write_find_sql.c indexer/reel_write_facts_sql.c indexer/reel_write_picture_sql.c shared/reel_key.c
 * indexer/reel_write_disks_sql.c indexer/reel_write_upkeep_sql.c
 * indexer/reel_write_backup_sql.c indexer/reel_book_sql.c indexer/reel_inodes.c
 * indexer/reel_book_epoch_sql.c indexer/reel_book_file_sql.c
 * indexer/reel_book_log_sql.c indexer/reel_book_paths_sql.c
 * indexer/reel_book_query_sql.c indexer/reel_book_rows_sql.c
 * indexer/reel_book_sums_sql.c indexer/reel_book_subs_sql.c indexer/reel_book_beside_sql.c indexer/reel_subtitle.c indexer/reel_subtitle_list.c indexer/reel_body_cjson.c indexer/reel_member.c
 * indexer/reel_json_cjson.c indexer/reel_node.c indexer/reel_log.c
 * indexer/reel_mem.c shared/reel_buf.c shared/reel_escape.c
 * shared/reel_gram.c shared/reel_item.c shared/reel_schema_sql.c
 * shared/reel_status.c shared/reel_facts.c */
/* put, move, drop, facts: rows, records, sums and tokens stay one story. */
/* Who is probed next, and what is left of it after a kill. */
#include "t/unit/book_fixture_sql.h"

#include "indexer/reel_queue_sql.h"

static struct reel_queue *queue;

static int
make_queue(void **state)
{

	if (make_book(state) != 0)
		return (-1);
	return (reel_queue_open(book, &queue) == REEL_OK ? 0 : -1);
}

static int
clear_queue(void **state)
{

	reel_queue_close(queue);
	return (clean_up(state));
}

static void
reopen(void)
{

	reel_queue_close(queue);
	close_book();
	open_book();
	assert_int_equal(reel_queue_open(book, &queue), REEL_OK);
}

static void
put_job(int64_t id, int priority, int64_t not_before_ms)
{

	assert_int_equal(
	    reel_queue_put(queue, id, priority, not_before_ms), REEL_OK);
}

/* The id of the next job, 0 if there is none. */
static int64_t
next(int64_t now_ms)
{
	struct reel_queue_job job;
	enum reel_status status;

	status = reel_queue_next(queue, now_ms, &job);
	if (status == REEL_NOT_FOUND)
		return (0);
	assert_int_equal(status, REEL_OK);
	return (job.item_id);
}

static int64_t
pending(void)
{
	struct reel_queue_counts counts;

	reel_queue_count(queue, &counts);
	return (counts.pending);
}

static void
jobs_come_by_priority_then_id(void **state)
{

	(void)state;
	put_job(5, 0, 0);
	put_job(3, 0, 0);
	put_job(9, 2, 0);
	put_job(8, 2, 0);
	put_job(7, REEL_QUEUE_LOOKED_AT, 0);
	assert_int_equal(next(1), 7);
	assert_int_equal(next(1), 8);
	assert_int_equal(next(1), 9);
	assert_int_equal(next(1), 3);
	put_job(1, 0, 0);
	assert_int_equal(next(1), 1);
	assert_int_equal(next(1), 5);
	assert_int_equal(next(1), 0);
	assert_int_equal(pending(), 6);
}

static void
jobs_that_rest_wait_until_they_are_due(void **state)
{

	(void)state;
	put_job(1, 0, 1000);
	put_job(2, REEL_QUEUE_LOOKED_AT, 2000);
	put_job(3, 0, 0);
	assert_int_equal(reel_queue_due_ms(queue), 0);
	assert_int_equal(next(500), 3);
	assert_int_equal(next(500), 0);
	assert_int_equal(reel_queue_due_ms(queue), 1000);
	assert_int_equal(next(1000), 1);
	assert_int_equal(reel_queue_due_ms(queue), 2000);
	assert_int_equal(next(1999), 0);
	assert_int_equal(next(2000), 2);
	assert_int_equal(reel_queue_due_ms(queue), -1);
}

static void
job_handed_out_comes_once_until_it_is_back(void **state)
{
	struct reel_queue_job job;

	(void)state;
	put_job(1, 0, 0);
	assert_int_equal(reel_queue_next(queue, 1, &job), REEL_OK);
	assert_int_equal(job.attempts, 0);
	assert_int_equal(next(1), 0);
	assert_int_equal(reel_queue_due_ms(queue), -1);
	assert_int_equal(reel_queue_retry(queue, 1, 1, 500), REEL_OK);
	assert_int_equal(next(499), 0);
	assert_int_equal(reel_queue_due_ms(queue), 500);
	assert_int_equal(reel_queue_next(queue, 500, &job), REEL_OK);
	assert_int_equal(job.item_id, 1);
	assert_int_equal(job.attempts, 1);
	assert_int_equal(reel_queue_retry(queue, 1, 2, 0), REEL_OK);
	assert_int_equal(next(1), 1);
	assert_int_equal(reel_queue_done(queue, 1), REEL_OK);
	assert_int_equal(next(INT64_MAX), 0);
	assert_int_equal(pending(), 0);
}

static void
second_put_keeps_the_higher_priority_and_begins_again(void **state)
{
	struct reel_queue_job job;

	(void)state;
	put_job(1, 5, 0);
	assert_int_equal(next(1), 1);
	assert_int_equal(reel_queue_retry(queue, 1, 4, 9000), REEL_OK);
	put_job(1, 2, 100);
	put_job(2, 4, 0);
	assert_int_equal(pending(), 2);
	assert_int_equal(reel_queue_next(queue, 100, &job), REEL_OK);
	assert_int_equal(job.item_id, 1);
	assert_int_equal(job.attempts, 0);
}

static void
job_put_again_while_it_is_out_survives_done(void **state)
{

	(void)state;
	put_job(1, 0, 0);
	assert_int_equal(next(1), 1);
	put_job(1, 0, 0);
	assert_int_equal(next(1), 0);
	assert_int_equal(reel_queue_done(queue, 1), REEL_OK);
	assert_int_equal(pending(), 1);
	assert_int_equal(next(1), 1);
	put_job(1, 0, 700);
	assert_int_equal(reel_queue_retry(queue, 1, 9, 90000), REEL_OK);
	assert_int_equal(next(699), 0);
	assert_int_equal(next(700), 1);
	assert_int_equal(reel_queue_done(queue, 1), REEL_OK);
	assert_int_equal(pending(), 0);
}

static void
raise_brings_forward_what_is_queued_only(void **state)
{

	(void)state;
	put_job(1, 0, 0);
	put_job(2, 0, 0);
	commit();
	assert_int_equal(
	    reel_queue_raise(queue, 3, REEL_QUEUE_LOOKED_AT), REEL_NOT_FOUND);
	assert_int_equal(reel_write_dirty(book), 0);
	assert_int_equal(
	    reel_queue_raise(queue, 2, REEL_QUEUE_LOOKED_AT), REEL_OK);
	commit();
	assert_int_equal(reel_queue_raise(queue, 2, 1), REEL_OK);
	assert_int_equal(reel_write_dirty(book), 0);
	assert_int_equal(next(1), 2);
	assert_int_equal(next(1), 1);
}

static void
raised_jobs_that_rest_do_not_hide_others(void **state)
{
	int64_t id;

	(void)state;
	for (id = 1; id <= 200; id++)
		put_job(id, 10, 1000);
	put_job(300, 0, 0);
	assert_int_equal(reel_queue_due_ms(queue), 0);
	assert_int_equal(next(1), 300);
	assert_int_equal(reel_queue_due_ms(queue), 1000);
	assert_int_equal(next(1000), 1);
}

static void
many_jobs_are_walked_once(void **state)
{
	int64_t id;

	(void)state;
	for (id = 1; id <= 20000; id++)
		put_job(id, 0, 0);
	/* Quadratic would be 200 million rows here. */
	for (id = 1; id <= 20000; id++) {
		assert_int_equal(next(1), id);
		if (id % 2 == 0)
			assert_int_equal(reel_queue_done(queue, id), REEL_OK);
		else
			assert_int_equal(
			    reel_queue_retry(queue, id, 1, 5000), REEL_OK);
	}
	assert_int_equal(next(1), 0);
	assert_int_equal(pending(), 10000);
	assert_int_equal(next(5000), 1);
}

static void
rollback_brings_jobs_and_counts_back(void **state)
{
	struct reel_queue_counts counts;

	(void)state;
	put_job(1, 0, 0);
	commit();
	assert_int_equal(next(1), 1);
	assert_int_equal(reel_queue_done(queue, 1), REEL_OK);
	put_job(2, 0, 0);
	put_job(3, 0, 0);
	assert_int_equal(next(1), 2);
	roll_back();
	reel_queue_count(queue, &counts);
	assert_int_equal(counts.pending, 1);
	assert_int_equal(next(1), 1);
	assert_int_equal(next(1), 0);
}

static void
kill_or_reopen_hands_out_again(void **state)
{

	(void)state;
	put_job(1, 0, 0);
	put_job(2, 0, 0);
	assert_int_equal(next(1), 1);
	reopen();
	assert_int_equal(pending(), 2);
	assert_int_equal(next(1), 1);
}

static void
counts_follow_the_book(void **state)
{
	struct reel_queue_counts counts;
	struct reel_facts facts;
	int64_t root, folder, a, b, c;
	enum reel_status status;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	folder = put_new(root, "folder", REEL_TYPE_DIRECTORY);
	a = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
	b = put_new(root, "b.mp4", REEL_TYPE_VIDEO);
	c = put_new(folder, "c.mp4", REEL_TYPE_VIDEO);
	put_job(a, 0, 0);
	put_job(b, 0, 0);
	put_job(c, 0, 0);
	reel_facts_init(&facts);
	facts.type = REEL_TYPE_VIDEO;
	assert_int_equal(reel_write_facts(book, a, &facts), REEL_OK);
	assert_int_equal(reel_queue_done(queue, a), REEL_OK);
	assert_int_equal(reel_write_fail(book, b, 3, "no"), REEL_OK);
	assert_int_equal(reel_queue_done(queue, b), REEL_OK);
	reel_queue_count(queue, &counts);
	assert_int_equal(counts.pending, 1);
	assert_int_equal(counts.completed, 1);
	assert_int_equal(counts.failed, 1);

	/* What lies below a dropped folder goes when it is purged. */
	assert_int_equal(reel_write_fail(book, c, 3, "no"), REEL_OK);
	assert_int_equal(reel_write_drop(book, folder), REEL_OK);
	while ((status = reel_write_purge(book, 1)) == REEL_AGAIN)
		continue;
	assert_int_equal(status, REEL_OK);
	assert_int_equal(reel_write_drop(book, b), REEL_OK);
	reel_queue_count(queue, &counts);
	assert_int_equal(counts.pending, 0);
	assert_int_equal(counts.failed, 0);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM jobs"), 0);
	reopen();
	reel_queue_count(queue, &counts);
	assert_int_equal(counts.pending, 0);
	assert_int_equal(counts.failed, 0);
	assert_int_equal(counts.completed, 0);
}

static void
facts_of_all_come_before_pictures_of_any(void **state)
{
	static const unsigned char key[REEL_KEY_BYTES] = "0123456789abcde";
	struct reel_queue_job job;

	(void)state;
	assert_int_equal(reel_queue_picture(queue, 1, 0, key), REEL_OK);
	assert_int_equal(reel_queue_picture(queue, 2, 0, NULL), REEL_OK);
	put_job(9, 0, 0);
	assert_int_equal(reel_queue_next(queue, 1, &job), REEL_OK);
	assert_int_equal(job.item_id, 9);
	assert_int_equal(job.stage, REEL_STAGE_FACTS);
	assert_int_equal(reel_queue_next(queue, 1, &job), REEL_OK);
	assert_int_equal(job.item_id, 1);
	assert_int_equal(job.stage, REEL_STAGE_PICTURE);
	assert_memory_equal(job.key, key, sizeof(key));
	/* Its facts are owed again: not while its picture is being made. */
	put_job(1, 0, 0);
	assert_int_equal(next(1), 2);
	assert_int_equal(next(1), 0);
	assert_int_equal(reel_queue_done(queue, 1), REEL_OK);
	assert_int_equal(reel_queue_next(queue, 1, &job), REEL_OK);
	assert_int_equal(job.item_id, 1);
	assert_int_equal(job.stage, REEL_STAGE_FACTS);
	/* And what a client looks at comes first, whatever it owes. */
	assert_int_equal(reel_queue_picture(queue, 5, 0, NULL), REEL_OK);
	put_job(4, 0, 0);
	assert_int_equal(
	    reel_queue_raise(queue, 5, REEL_QUEUE_LOOKED_AT), REEL_OK);
	assert_int_equal(reel_queue_next(queue, 1, &job), REEL_OK);
	assert_int_equal(job.item_id, 5);
	assert_false(reel_key_known(job.key));
	assert_int_equal(job.priority, REEL_QUEUE_LOOKED_AT);
}

static void
what_is_done_is_one_stage_of_an_item(void **state)
{
	struct reel_queue_job job;

	(void)state;
	put_job(1, 0, 0);
	assert_int_equal(next(1), 1);
	assert_int_equal(reel_queue_done(queue, 1), REEL_OK);
	assert_int_equal(reel_queue_picture(queue, 1, 0, NULL), REEL_OK);
	assert_int_equal(pending(), 1);
	assert_int_equal(reel_queue_next(queue, 1, &job), REEL_OK);
	assert_int_equal(job.stage, REEL_STAGE_PICTURE);
	assert_int_equal(reel_queue_retry(queue, 1, 1, 500), REEL_OK);
	assert_int_equal(next(499), 0);
	assert_int_equal(reel_queue_next(queue, 500, &job), REEL_OK);
	assert_int_equal(job.stage, REEL_STAGE_PICTURE);
	assert_int_equal(job.attempts, 1);
	/* A kill forgets nothing. */
	commit();
	reopen();
	assert_int_equal(pending(), 1);
	assert_int_equal(reel_queue_next(queue, 500, &job), REEL_OK);
	assert_int_equal(job.stage, REEL_STAGE_PICTURE);
	assert_int_equal(reel_queue_done(queue, 1), REEL_OK);
	assert_int_equal(pending(), 0);
	/* Of an item that was not handed out, all is done. */
	put_job(2, 0, 0);
	assert_int_equal(reel_queue_picture(queue, 2, 0, NULL), REEL_OK);
	assert_int_equal(reel_queue_done(queue, 2), REEL_OK);
	assert_int_equal(pending(), 0);
}

static void
storyboards_come_last_and_only_while_they_may(void **state)
{
	static const unsigned char key[REEL_KEY_BYTES] = "0123456789abcde";
	struct reel_queue_job job;

	(void)state;
	assert_int_equal(reel_queue_board(queue, 1, key), REEL_OK);
	assert_int_equal(reel_queue_picture(queue, 1, 0, NULL), REEL_OK);
	put_job(9, 0, 0);
	assert_int_equal(pending(), 3);
	assert_int_equal(next(1), 9);
	assert_int_equal(reel_queue_next(queue, 1, &job), REEL_OK);
	assert_int_equal(job.stage, REEL_STAGE_PICTURE);
	/* One thing at a time of an item; the rest is not forgotten. */
	assert_int_equal(next(1), 0);
	assert_int_equal(reel_queue_done(queue, 1), REEL_OK);
	reel_queue_limit(queue, REEL_STAGE_PICTURE);
	assert_int_equal(next(1), 0);
	assert_int_equal(reel_queue_due_ms(queue), -1);
	reel_queue_limit(queue, REEL_STAGE_BOARD);
	assert_int_equal(reel_queue_due_ms(queue), 0);
	assert_int_equal(reel_queue_next(queue, 1, &job), REEL_OK);
	assert_int_equal(job.stage, REEL_STAGE_BOARD);
	assert_memory_equal(job.key, key, sizeof(key));
	/* Asking for it does not make it begin anew. */
	assert_int_equal(reel_queue_board(queue, 1, key), REEL_OK);
	assert_false(reel_queue_again(queue, 1));
	assert_int_equal(reel_queue_retry(queue, 1, 1, 500), REEL_OK);
	reel_queue_limit(queue, REEL_STAGE_PICTURE);
	assert_int_equal(next(600), 0);
	assert_int_equal(reel_queue_due_ms(queue), -1);
	reel_queue_limit(queue, REEL_STAGE_BOARD);
	assert_int_equal(next(600), 1);
	/* The file is another by now. */
	put_job(1, 0, 0);
	assert_true(reel_queue_again(queue, 1));
	assert_int_equal(reel_queue_done(queue, 1), REEL_OK);
	reel_queue_limit(queue, REEL_STAGE_PICTURE);
	assert_int_equal(reel_queue_next(queue, 601, &job), REEL_OK);
	assert_int_equal(job.item_id, 1);
	assert_int_equal(job.stage, REEL_STAGE_FACTS);
}

static void
drop_takes_the_job_along(void **state)
{
	int64_t root, a;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	a = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
	put_job(a, 0, 0);
	assert_int_equal(next(1), a);
	assert_int_equal(reel_write_drop(book, a), REEL_OK);
	assert_int_equal(pending(), 0);
	assert_int_equal(reel_queue_done(queue, a), REEL_OK);
	assert_int_equal(pending(), 0);
	assert_int_equal(reel_queue_retry(queue, a, 1, 5), REEL_OK);
	assert_int_equal(pending(), 0);
}

int
main(void)
{
#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, make_queue, clear_queue)
	const struct CMUnitTest tests[] = {
		TEST(jobs_come_by_priority_then_id),
		TEST(jobs_that_rest_wait_until_they_are_due),
		TEST(facts_of_all_come_before_pictures_of_any),
		TEST(what_is_done_is_one_stage_of_an_item),
		TEST(storyboards_come_last_and_only_while_they_may),
		TEST(job_handed_out_comes_once_until_it_is_back),
		TEST(second_put_keeps_the_higher_priority_and_begins_again),
		TEST(job_put_again_while_it_is_out_survives_done),
		TEST(raise_brings_forward_what_is_queued_only),
		TEST(raised_jobs_that_rest_do_not_hide_others),
		TEST(many_jobs_are_walked_once),
		TEST(rollback_brings_jobs_and_counts_back),
		TEST(kill_or_reopen_hands_out_again),
		TEST(counts_follow_the_book),
		TEST(drop_takes_the_job_along),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
