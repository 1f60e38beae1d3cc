/* links: indexer/reel_hls_name.c indexer/reel_hls.c indexer/reel_write_stream_sql.c indexer/reel_index.c indexer/reel_step.c indexer/reel_hints.c
 * indexer/reel_engine.c indexer/reel_scan.c indexer/reel_look.c
 * indexer/reel_moved.c indexer/reel_expire.c indexer/reel_peek.c
 * indexer/reel_mounts.c indexer/reel_roots.c indexer/reel_ignore.c
 * indexer/reel_folders.c indexer/reel_pending.c indexer/reel_limbo.c
 * indexer/reel_settle.c indexer/reel_rules.c indexer/reel_disk.c
 * indexer/reel_due.c indexer/reel_table.c indexer/reel_dir.c
 * indexer/reel_stat.c indexer/reel_watch_inotify.c indexer/reel_burst.c indexer/reel_ring.c
 * indexer/reel_write_sql.c indexer/reel_write_rows_sql.c
 * indexer/reel_write_find_sql.c indexer/reel_write_facts_sql.c indexer/reel_write_picture_sql.c shared/reel_key.c
 * indexer/reel_write_disks_sql.c indexer/reel_write_upkeep_sql.c
 * indexer/reel_book_sql.c indexer/reel_inodes.c indexer/reel_book_epoch_sql.c
 * indexer/reel_book_file_sql.c indexer/reel_book_log_sql.c
 * indexer/reel_book_paths_sql.c indexer/reel_book_query_sql.c
 * indexer/reel_book_rows_sql.c indexer/reel_book_sums_sql.c indexer/reel_book_subs_sql.c indexer/reel_book_beside_sql.c indexer/reel_subtitle.c indexer/reel_subtitle_list.c
 * indexer/reel_queue_sql.c indexer/reel_outs.c indexer/reel_body_cjson.c indexer/reel_member.c
 * indexer/reel_json_cjson.c indexer/reel_node.c indexer/reel_config.c
 * indexer/reel_loop.c indexer/reel_mem.c indexer/reel_log.c
 * shared/reel_schema_sql.c shared/reel_item.c shared/reel_gram.c
 * shared/reel_escape.c shared/reel_buf.c shared/reel_path.c
 * shared/reel_status.c shared/reel_cursor.c shared/reel_facts.c */
/* Who is given up first, who waits: ids of what moved into hidden places. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "t/unit/index_fixture.h"

/*
 * A/x moves away and then, inside a new folder, to the place of A/o, which the
 * book has and which is gone: nobody sees it before A/o is given up.  A/x is
 * lost for longer than A/o by then, and yet has to wait.
 */
static void
who_may_be_in_a_hidden_folder_waits_for_it(void **state)
{
	int64_t x, inside, o;

	(void)state;
	shell("mkdir -p A/x/deep A/o out/new && touch A/x/deep/f.txt A/o/g.txt");
	look();
	x = id_of("A/x");
	inside = id_of("A/x/deep/f.txt");
	o = id_of("A/o");
	move("A/x", "out/x");
	run_for(30);
	/* The machine slept: nothing can be said. */
	if (id_of("A/x") != x)
		skip();
	usleep(300000);
	shell("mv out/x out/new/x && mv A/o out/o && mv out/new A/o");
	look();
	assert_int_equal(id_of("A/o/x"), x);
	assert_int_equal(id_of("A/o/x/deep/f.txt"), inside);
	assert_int_not_equal(id_of("A/o"), o);
}

/* The same with a folder of the book that waits for the place. */
static void
who_may_be_in_a_folder_without_a_place_waits_for_it(void **state)
{
	int64_t x, y, f;

	(void)state;
	shell("mkdir -p A/x A/y A/o B/z out && touch A/x/f.txt A/o/g.txt");
	look();
	x = id_of("A/x");
	y = id_of("A/y");
	f = id_of("A/x/f.txt");
	move("A/x", "out/x");
	run_for(30);
	if (id_of("A/x") != x)
		skip();
	usleep(300000);
	shell("mv out/x A/y/x && mv A/o out/o && mv A/y A/o");
	look();
	assert_int_equal(id_of("A/o"), y);
	assert_int_equal(id_of("A/o/x"), x);
	assert_int_equal(id_of("A/o/x/f.txt"), f);
}

/*
 * A/o/f moves into a folder that waits for the place of A/o itself: when A/o is
 * gone, what left it has not been seen yet.
 */
static void
who_left_for_a_folder_without_a_place_is_itself(void **state)
{
	int64_t y, f;

	(void)state;
	shell("mkdir -p A/o A/y out && touch A/o/f.txt A/o/g.txt");
	look();
	y = id_of("A/y");
	f = id_of("A/o/f.txt");
	shell("mv A/o/f.txt A/y/f.txt && mv A/o out/o && mv A/y A/o");
	look();
	assert_int_equal(id_of("A/o"), y);
	assert_int_equal(id_of("A/o/f.txt"), f);
}

/* The same, deeper, and the folder that it left is replaced by a new one. */
static void
who_left_for_another_hidden_folder_is_itself(void **state)
{
	int64_t y, f, h;

	(void)state;
	shell("mkdir -p A/p/in A/o A/y/sub out && touch A/p/in/f A/p/in/h A/o/g");
	look();
	y = id_of("A/y");
	f = id_of("A/p/in/f");
	h = id_of("A/p/in/h");
	shell("mv A/p/in/f A/y/sub/f && mv A/p/in/h A/y/h && mv A/p out/p && "
	      "mkdir A/p && touch A/p/new && mv A/o out/o && mv A/y A/o");
	look();
	assert_int_equal(id_of("A/o"), y);
	assert_int_equal(id_of("A/o/sub/f"), f);
	assert_int_equal(id_of("A/o/h"), h);
}

/* And the folder that it left is gone, or a file by now. */
static void
who_left_what_is_a_file_now_is_itself(void **state)
{
	int64_t y, f, h;

	(void)state;
	shell("mkdir -p A/p A/q A/o A/y out && touch A/p/f A/q/h A/o/g");
	look();
	y = id_of("A/y");
	f = id_of("A/p/f");
	h = id_of("A/q/h");
	shell("mv A/p/f A/q/h A/y && rmdir A/p A/q && touch A/q && "
	      "mv A/o out/o && mv A/y A/o");
	look();
	assert_int_equal(id_of("A/o"), y);
	assert_int_equal(id_of("A/o/f"), f);
	assert_int_equal(id_of("A/o/h"), h);
}

/* Folders that hide something and are lost with what is above them. */
static void
what_is_really_gone_goes_soon(void **state)
{
	int64_t begin_ms;

	(void)state;
	shell("mkdir -p A/p/o A/p/q out && touch A/p/o/f A/p/q/g");
	look();
	shell("mv A/p/o out/ && mkdir A/p/o && touch A/p/o/new");
	run_for(30);
	begin_ms = clock_ms();
	shell("rm -r A/p");
	look();
	assert_int_equal(id_of("A/p"), 0);
	/* Nobody waits for another in a circle until time is up. */
	assert_true(clock_ms() - begin_ms < 9000);
}

/*
 * A file moves over another one and a folder takes its name: the folder waits
 * for the file, the file for the other one, and that one must not wait until all
 * folders are seen.
 */
static void
who_is_in_the_way_does_not_wait_for_who_waits(void **state)
{
	int64_t a, begin_ms;

	(void)state;
	shell("echo 1 >A/a && echo 2 >A/b");
	look();
	a = id_of("A/a");
	begin_ms = clock_ms();
	shell("mv A/a A/b && mkdir A/a && touch A/a/x");
	look();
	assert_int_equal(id_of("A/b"), a);
	assert_true(clock_ms() - begin_ms < 9000);
}

/* The same, and then all of it is gone with the folder it was in. */
static void
who_was_in_the_way_keeps_nobody(void **state)
{

	(void)state;
	shell("mkdir A/p && echo 1 >A/p/a && echo 2 >A/b");
	look();
	shell("mv A/p/a A/b && mkdir A/p/a && touch A/p/a/x");
	run_for(30);
	shell("rm -r A/b A/p");
	look();
	assert_int_equal(id_of("A/p"), 0);
}

/* The watcher gets no time while we do not wait: it is late. */
static int
set_up_late(void **state)
{
	struct sched_param none = { 0 };
	cpu_set_t one;
	int rc;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	if (sched_setaffinity(0, sizeof(one), &one) ||
	    sched_setscheduler(0, SCHED_IDLE, &none))
		return (1);
	rc = set_up(state);
	/* Threads that are there stay as they are. */
	if (sched_setscheduler(0, SCHED_OTHER, &none))
		return (1);
	return (rc);
}

/*
 * How long the watcher may have got no time at all: the longest gap of a thread
 * that is treated as it is.  More than a moment, and a crowded machine keeps
 * from us what has happened for longer than anybody waits for it.
 */
static struct idler {
	pthread_t thread;
	atomic_int stop;
	int64_t gap_ms;
} idler;

static void *
idle(void *cookie)
{
	struct sched_param none = { 0 };
	struct idler *i = cookie;
	int64_t last_ms = clock_ms(), now_ms;

	(void)sched_setscheduler(0, SCHED_IDLE, &none);
	while (!i->stop) {
		usleep(1000);
		now_ms = clock_ms();
		if (now_ms - last_ms > i->gap_ms)
			i->gap_ms = now_ms - last_ms;
		last_ms = now_ms;
	}
	return (NULL);
}

/* Where it went has happened, but is still on its way to us. */
static void
what_the_kernel_has_not_told_yet_is_waited_for(void **state)
{
	int64_t x, f;

	(void)state;
	shell("mkdir -p A/x out && touch A/x/f.txt A/x/g.txt");
	look();
	x = id_of("A/x");
	f = id_of("A/x/f.txt");
	move("A/x/f.txt", "out/f.txt");
	move("A/x", "out/x");
	run_for(30);
	if (id_of("A/x") != x)
		skip();
	idler.stop = 0;
	idler.gap_ms = 0;
	assert_int_equal(
	    pthread_create(&idler.thread, NULL, idle, &idler), 0);
	usleep(300000);
	move("out/x", "B/x");
	move("out/f.txt", "B/f.txt");
	run_until_idle();
	idler.stop = 1;
	pthread_join(idler.thread, NULL);
	if (idler.gap_ms > 50)
		skip();
	look();
	assert_int_equal(id_of("B/x"), x);
	assert_int_equal(id_of("B/f.txt"), f);
}

/* A write through a name that is gone before anybody looks. */
static void
a_write_through_a_name_that_is_gone_is_seen(void **state)
{

	(void)state;
	rig.config.poll_s = 86400;
	shell("mkdir A/x && echo 1 >A/one.txt && ln A/one.txt A/x/two.txt");
	look();
	run_for(200);
	shell("ln A/one.txt A/three.txt && echo more >>A/three.txt && "
	      "rm A/three.txt");
	run_for(1500);
	look();
	assert_int_equal(node_of("A/x/two.txt").size, 7);
	/* Also if something else has taken the name. */
	shell("ln A/one.txt A/four.txt && echo more >>A/four.txt && "
	      "rm A/four.txt && mkdir A/four.txt");
	run_for(1500);
	look();
	assert_int_equal(node_of("A/one.txt").size, 12);
}

/* And through one that is not in the library at all. */
static void
a_write_through_a_name_elsewhere_is_seen_by_polling(void **state)
{

	(void)state;
	shell("mkdir out && echo 1 >A/one.txt && ln A/one.txt out/two.txt");
	look();
	shell("echo more >>out/two.txt");
	run_for(2500);
	look();
	assert_int_equal(node_of("A/one.txt").size, 7);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_may_be_in_a_hidden_folder_waits_for_it),
		TEST(who_may_be_in_a_folder_without_a_place_waits_for_it),
		TEST(who_left_for_a_folder_without_a_place_is_itself),
		TEST(who_left_for_another_hidden_folder_is_itself),
		TEST(who_left_what_is_a_file_now_is_itself),
		TEST(what_is_really_gone_goes_soon),
		TEST(who_is_in_the_way_does_not_wait_for_who_waits),
		TEST(who_was_in_the_way_keeps_nobody),
		cmocka_unit_test_setup_teardown(
		    what_the_kernel_has_not_told_yet_is_waited_for,
		    set_up_late, tear_down),
		TEST(a_write_through_a_name_that_is_gone_is_seen),
		TEST(a_write_through_a_name_elsewhere_is_seen_by_polling),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
