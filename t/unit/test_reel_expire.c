/* links: indexer/reel_index.c indexer/reel_step.c indexer/reel_hints.c
 * indexer/reel_engine.c indexer/reel_scan.c indexer/reel_look.c
 * indexer/reel_moved.c indexer/reel_expire.c indexer/reel_peek.c
 * indexer/reel_mounts.c indexer/reel_roots.c indexer/reel_ignore.c
 * indexer/reel_folders.c indexer/reel_pending.c indexer/reel_limbo.c
 * indexer/reel_settle.c indexer/reel_rules.c indexer/reel_disk.c
 * indexer/reel_due.c indexer/reel_table.c indexer/reel_dir.c
 * indexer/reel_stat.c indexer/reel_watch_inotify.c indexer/reel_ring.c
 * indexer/reel_write_sql.c indexer/reel_write_rows_sql.c
 * indexer/reel_write_find_sql.c indexer/reel_write_facts_sql.c indexer/reel_write_picture_sql.c shared/reel_key.c
 * indexer/reel_write_disks_sql.c indexer/reel_write_upkeep_sql.c
 * indexer/reel_book_sql.c indexer/reel_book_epoch_sql.c
 * indexer/reel_book_file_sql.c indexer/reel_book_log_sql.c
 * indexer/reel_book_paths_sql.c indexer/reel_book_query_sql.c
 * indexer/reel_book_rows_sql.c indexer/reel_book_sums_sql.c
 * indexer/reel_queue_sql.c indexer/reel_body_cjson.c
 * indexer/reel_json_cjson.c indexer/reel_node.c indexer/reel_config.c
 * indexer/reel_loop.c indexer/reel_mem.c indexer/reel_log.c
 * shared/reel_schema_sql.c shared/reel_item.c shared/reel_gram.c
 * shared/reel_escape.c shared/reel_buf.c shared/reel_path.c
 * shared/reel_status.c shared/reel_cursor.c shared/reel_facts.c */
/* Who is given up first, who waits: ids of what moved into hidden places. */
#include <setjmp.h>
#include <stdarg.h>
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
		TEST(what_is_really_gone_goes_soon),
		TEST(a_write_through_a_name_that_is_gone_is_seen),
		TEST(a_write_through_a_name_elsewhere_is_seen_by_polling),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
