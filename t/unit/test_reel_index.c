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
/* The whole engine on a real tree: what happens to files, and to their ids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "t/unit/index_fixture.h"

static void
a_new_tree_is_found_as_a_whole(void **state)
{

	(void)state;
	shell("mkdir -p A/a/b/c/d && touch A/a/b/c/d/x.mp4 A/a/y.txt");
	look();
	assert_int_equal(node_of("A/a/b/c/d/x.mp4").type, REEL_TYPE_VIDEO);
	assert_int_equal(node_of("A/a/b/c/d/x.mp4").state, REEL_STATE_NEW);
	assert_int_equal(node_of("A/a/y.txt").state, REEL_STATE_READY);
	shell("mkdir -p B/1 && cp -r A/a B/1/ && rm -r A/a");
	look();
	assert_int_equal(id_of("A/a"), 0);
}

static void
a_root_has_the_times_of_its_folder(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(stat(rig.roots[0], &st), 0);
	assert_int_equal(node_of("A").mtime_ns / 1000000000, st.st_mtime);
	assert_int_equal(records(), 2);
	/* One that is away at first gets them when it comes. */
	close_index();
	shell("mv B away");
	free(rig.config.roots[1].name);
	rig.config.roots[1].name = strdup("C");
	free(rig.config.roots[1].path);
	rig.config.roots[1].path = strdup(at("C"));
	open_index();
	run_until_idle();
	assert_int_equal(node_of("C").mtime_ns, 0);
	shell("mv away C");
	run_for(2500);
	run_until_idle();
	assert_int_equal(stat(at("C"), &st), 0);
	assert_int_equal(node_of("C").mtime_ns / 1000000000, st.st_mtime);
}

static void
a_renamed_folder_is_one_record_whatever_is_in_it(void **state)
{
	int64_t id, inside, before;

	(void)state;
	shell("mkdir -p A/a/b A/c && for i in $(seq 200); do "
	      "touch A/a/b/$i.txt; done");
	look();
	id = id_of("A/a");
	inside = id_of("A/a/b/77.txt");
	before = records();
	move("A/a", "A/c/z");
	look();
	assert_int_equal(records(), before + 1);
	assert_int_equal(id_of("A/c/z"), id);
	assert_int_equal(id_of("A/c/z/b/77.txt"), inside);
	put("A/c/z/b/new.txt", "1");
	look();
	move("A/c/z", "B/z");
	look();
	assert_int_equal(id_of("B/z/b/77.txt"), inside);
}

static void
what_changes_places_keeps_its_id(void **state)
{
	int64_t a, b, c, d, e;

	(void)state;
	shell("mkdir A/d A/e && touch A/d/in A/e/in && "
	      "echo a >A/a && echo bb >A/b && echo ccc >B/c");
	look();
	a = id_of("A/a");
	b = id_of("A/b");
	c = id_of("B/c");
	d = id_of("A/d");
	e = id_of("A/e");
	exchange("A/a", "A/b");
	exchange("A/d", "A/e");
	look();
	assert_int_equal(id_of("A/a"), b);
	assert_int_equal(id_of("A/b"), a);
	assert_int_equal(id_of("A/d"), e);
	assert_int_equal(id_of("A/e"), d);
	/* Three in a circle, by way of a name outside. */
	move("A/a", "tmp");
	move("A/b", "A/a");
	move("B/c", "A/b");
	move("tmp", "B/c");
	look();
	assert_int_equal(id_of("A/a"), a);
	assert_int_equal(id_of("A/b"), c);
	assert_int_equal(id_of("B/c"), b);
}

static void
what_moves_over_another_keeps_its_id_and_the_other_drops(void **state)
{
	int64_t a, b;

	(void)state;
	put("A/a.txt", "a");
	put("A/b.txt", "bb");
	look();
	a = id_of("A/a.txt");
	b = id_of("A/b.txt");
	move("A/a.txt", "A/b.txt");
	look();
	assert_int_equal(id_of("A/b.txt"), a);
	assert_int_not_equal(a, b);
	assert_int_equal(id_of("A/a.txt"), 0);
}

static void
a_file_replaced_by_a_hidden_one_keeps_its_id(void **state)
{
	int64_t id;

	(void)state;
	put("A/a.txt", "a");
	look();
	id = id_of("A/a.txt");
	put("A/.a.txt.Xq3", "longer");
	move("A/.a.txt.Xq3", "A/a.txt");
	look();
	assert_int_equal(id_of("A/a.txt"), id);
	assert_int_equal(node_of("A/a.txt").size, 6);
}

static void
a_folder_can_move_into_what_took_its_place(void **state)
{
	int64_t id, inside;

	(void)state;
	shell("mkdir -p A/a/deep && touch A/a/deep/x.txt");
	look();
	id = id_of("A/a");
	inside = id_of("A/a/deep/x.txt");
	shell("mv A/a tmp && mkdir A/a && mv tmp A/a/a");
	look();
	assert_int_equal(id_of("A/a/a"), id);
	assert_int_equal(id_of("A/a/a/deep/x.txt"), inside);
	/* A file out of a folder to that folder's name. */
	shell("mv A/a/a/deep/x.txt tmp && rm -r A/a && mv tmp A/a");
	look();
	assert_int_equal(id_of("A/a"), inside);
}

static void
a_file_and_a_folder_can_take_each_others_name(void **state)
{

	(void)state;
	put("A/x", "file");
	folder("A/y");
	put("A/y/in", "1");
	look();
	shell("rm A/x && mkdir A/x && touch A/x/in && rm -r A/y && touch A/y");
	look();
	assert_int_equal(node_of("A/x").type, REEL_TYPE_DIRECTORY);
	assert_int_equal(node_of("A/y").type, REEL_TYPE_UNKNOWN);
}

static void
what_leaves_every_root_drops_and_is_heard_no_more(void **state)
{
	struct reel_index_report report;
	int64_t before;

	(void)state;
	shell("mkdir -p A/a/b/c && touch A/a/b/c/x");
	look();
	before = records();
	move("A/a", "outside");
	look();
	assert_int_equal(records(), before + 1);
	reel_index_report(rig.index, &report);
	assert_int_equal(report.watches, 2);
	put("outside/b/c/y", "1");
	move("outside", "B/a");
	look();
	assert_int_not_equal(id_of("B/a/b/c/y"), 0);
}

static void
a_hard_link_is_an_item_of_its_own(void **state)
{
	int64_t a, b;

	(void)state;
	put("A/a.txt", "12345");
	look();
	a = id_of("A/a.txt");
	assert_int_equal(link(at("A/a.txt"), at("B/b.txt")), 0);
	look();
	b = id_of("B/b.txt");
	assert_int_not_equal(a, b);
	assert_int_equal(id_of("A/a.txt"), a);
	/* Written through one name, it changes under both. */
	put("A/a.txt", "1");
	look();
	assert_int_equal(node_of("B/b.txt").size, 1);
	assert_int_equal(unlink(at("A/a.txt")), 0);
	look();
	move("B/b.txt", "A/c.txt");
	look();
	assert_int_equal(id_of("A/c.txt"), b);
}

static void
what_happened_while_nobody_looked_is_found(void **state)
{
	int64_t moved, kept, before;

	(void)state;
	shell("mkdir -p A/a/b A/c && touch A/a/b/x.txt A/a/b/y.txt A/gone");
	look();
	moved = id_of("A/a/b");
	kept = id_of("A/a/b/x.txt");
	close_index();
	shell("mv A/a/b B/bb && rm A/gone && touch A/c/new && rm B/bb/y.txt");
	open_index();
	look();
	assert_int_equal(id_of("B/bb"), moved);
	assert_int_equal(id_of("B/bb/x.txt"), kept);
	before = records();
	close_index();
	open_index();
	look();
	assert_int_equal(records(), before);
}

static void
a_file_that_is_written_grows_and_settles(void **state)
{
	int fd;

	(void)state;
	fd = open(at("A/x.mp4"), O_CREAT | O_WRONLY, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "abc", 3), 3);
	while (id_of("A/x.mp4") == 0)
		run_for(5);
	assert_int_equal(node_of("A/x.mp4").state, REEL_STATE_GROWING);
	/* Nobody closes it: its timer does. */
	look();
	assert_int_equal(node_of("A/x.mp4").state, REEL_STATE_NEW);
	assert_int_equal(node_of("A/x.mp4").size, 3);
	assert_int_equal(ftruncate(fd, 1), 0);
	look();
	assert_int_equal(node_of("A/x.mp4").size, 1);
	close(fd);
}

static void
ignored_names_leave_and_come_back(void **state)
{

	(void)state;
	shell("mkdir -p A/raw/in A/b && touch A/raw/in/x A/b/y.tmp A/b/z");
	look();
	put("A/.reelignore", "raw/\n*.tmp\n");
	run_until_idle();
	assert_int_equal(id_of("A/raw"), 0);
	assert_int_equal(id_of("A/b/y.tmp"), 0);
	assert_int_not_equal(id_of("A/b/z"), 0);
	put("A/raw/in/x2", "1");
	put("A/b/.reelignore", "!y.tmp\n");
	run_until_idle();
	assert_int_equal(id_of("A/raw"), 0);
	assert_int_not_equal(id_of("A/b/y.tmp"), 0);
	close_index();
	open_index();
	run_until_idle();
	assert_int_equal(id_of("A/raw"), 0);
	shell("rm A/.reelignore A/b/.reelignore");
	look();
	assert_int_not_equal(id_of("A/raw/in/x2"), 0);
}

static void
a_root_that_is_away_deletes_nothing(void **state)
{
	int64_t id, before;

	(void)state;
	shell("mkdir A/a && touch A/a/x A/y");
	look();
	id = id_of("A/a/x");
	before = records();
	move("A", "away");
	while (disk_of("A")->online)
		run_for(20);
	run_until_idle();
	assert_false(disk_of("A")->watched);
	assert_true(disk_of("B")->watched);
	assert_int_equal(id_of("A/a/x"), id);
	/* An empty folder instead of it: a disk that is not mounted. */
	folder("A");
	run_for(2500);
	run_until_idle();
	assert_false(disk_of("A")->online);
	assert_string_equal(disk_of("A")->reason, "its folder is empty");
	assert_int_equal(id_of("A/a/x"), id);
	assert_int_equal(records(), before);
	assert_int_equal(rmdir(at("A")), 0);
	move("away", "A");
	while (!disk_of("A")->online)
		run_for(20);
	look();
	assert_true(disk_of("A")->watched);
	assert_int_equal(id_of("A/a/x"), id);
	assert_int_equal(records(), before);
	put("A/a/new", "1");
	look();
}

static void
a_root_found_empty_waits_for_a_word(void **state)
{

	(void)state;
	shell("mkdir A/a && touch A/a/x");
	look();
	close_index();
	shell("mv A away && mkdir A");
	open_index();
	run_until_idle();
	assert_false(disk_of("A")->online);
	assert_int_not_equal(id_of("A/a/x"), 0);
	assert_int_equal(reel_index_accept(rig.index, "A/a", 3), REEL_NOT_FOUND);
	assert_int_equal(reel_index_accept(rig.index, "A", 1), REEL_OK);
	look();
	assert_true(disk_of("A")->online);
	assert_int_equal(id_of("A/a"), 0);
}

static void
what_is_deleted_under_our_eyes_is_deleted(void **state)
{

	(void)state;
	shell("for i in $(seq 100); do touch A/$i B/$i; done; mkdir B/d");
	look();
	shell("rm -rf A/*");
	look();
	assert_true(disk_of("A")->online);
	assert_int_equal(id_of("A/1"), 0);
	shell("rm -rf B && mkdir B");
	run_for(2500);
	look();
	assert_true(disk_of("B")->online);
	assert_int_equal(id_of("B/1"), 0);
	put("B/new", "1");
	look();
}

static void
roots_follow_the_configuration(void **state)
{
	struct reel_config config;
	struct reel_config_root root;
	int64_t root_id, id;
	char name[] = "Films";

	(void)state;
	put("A/x", "1");
	put("B/y", "1");
	look();
	root_id = id_of("A");
	id = id_of("A/x");
	config = rig.config;
	root = rig.config.roots[0];
	root.name = name;
	config.roots = &root;
	config.roots_count = 1;
	assert_int_equal(reel_index_configure(rig.index, &config), REEL_OK);
	run_until_idle();
	assert_int_equal(id_of("Films"), root_id);
	assert_int_equal(id_of("Films/x"), id);
	assert_int_equal(id_of("A"), 0);
	assert_int_equal(id_of("B"), 0);
	put("A/z", "1");
	run_until_idle();
	assert_int_not_equal(id_of("Films/z"), 0);
	assert_int_equal(
	    reel_index_configure(rig.index, &rig.config), REEL_OK);
	look();
	assert_int_equal(id_of("A/x"), id);
}

static void
an_item_opens_beneath_its_root_only(void **state)
{
	enum reel_type type;
	char name[256];
	char byte;
	int64_t id;
	int fd = -1;

	(void)state;
	shell("mkdir A/a && echo 1 >A/a/x.mp4");
	look();
	id = id_of("A/a/x.mp4");
	assert_int_equal(
	    reel_index_item_open(rig.index, id, &fd, &type, name), REEL_OK);
	assert_int_equal(read(fd, &byte, 1), 1);
	assert_string_equal(name, "x.mp4");
	assert_int_equal(type, REEL_TYPE_VIDEO);
	close(fd);
	shell("mv A/a/x.mp4 secret && ln -s ../../secret A/a/x.mp4");
	assert_int_equal(reel_index_item_open(rig.index, id, &fd, &type, name),
	    REEL_NOT_FOUND);
	assert_int_equal(reel_index_item_open(rig.index, id_of("A/a"), &fd,
	    &type, name), REEL_NOT_FOUND);
	assert_int_equal(reel_index_item_open(rig.index, 99999, &fd, &type,
	    name), REEL_NOT_FOUND);
	look();
}

static void
without_a_watcher_changes_are_found_by_polling(void **state)
{
	struct reel_index_report report;

	(void)state;
	shell("mkdir A/a && touch A/a/x");
	while (id_of("A/a/x") == 0)
		run_for(50);
	look();
	reel_index_report(rig.index, &report);
	assert_int_equal(report.watches, 0);
	assert_int_equal(report.polled, 3);
	assert_false(disk_of("A")->watched);
	assert_int_equal(unlink(at("A/a/x")), 0);
	while (id_of("A/a/x") != 0)
		run_for(50);
	look();
}

static void
names_of_any_bytes_at_any_depth_are_indexed(void **state)
{
	char name[201];
	int fd, next, i;

	(void)state;
	put("A/\xff\xfe\n\t\"\\", "1");
	put("A/ ", "1");
	memset(name, 'n', 200);
	name[200] = '\0';
	fd = open(rig.roots[1], O_RDONLY | O_DIRECTORY);
	for (i = 0; i < 30; i++) {
		assert_int_equal(mkdirat(fd, name, 0755), 0);
		next = openat(fd, name, O_RDONLY | O_DIRECTORY);
		close(fd);
		fd = next;
	}
	look();
	next = openat(fd, "deep", O_CREAT | O_WRONLY, 0644);
	assert_true(next >= 0);
	close(next);
	close(fd);
	look();
}

/* What a probe does when it has an outcome. */
static void
owe(const char *path)
{

	assert_int_equal(
	    reel_queue_put(rig.queue, id_of(path), 1, 0), REEL_OK);
}

static void
what_others_write_waits_while_more_is_to_come(void **state)
{

	(void)state;
	shell("touch A/a");
	look();
	owe("A/a");
	reel_index_wrote(rig.index, 1);
	run_for(0);
	assert_true(reel_write_dirty(rig.write) > 0);
	reel_index_wrote(rig.index, 0);
	run_for(0);
	assert_int_equal(reel_write_dirty(rig.write), 0);

	/* Nobody says any more: told all the same. */
	owe("A/a");
	reel_index_wrote(rig.index, 1);
	run_for(0);
	assert_true(reel_write_dirty(rig.write) > 0);
	run_until_idle();
	assert_int_equal(reel_write_dirty(rig.write), 0);
}

/* Random operations on few names, so that they meet; SEED repeats a storm. */
static void
a_storm_ends_with_the_disk(void **state)
{
	const char *seed = getenv("SEED");
	char a[128], b[128], *p;
	int n, i, deep, kind;

	(void)state;
	srandom(seed == NULL ? 20261130 : (unsigned)atoi(seed));
	for (n = 0; n < 3000; n++) {
		for (i = 0; i < 2; i++) {
			p = i == 0 ? a : b;
			p += sprintf(p, "%c", random() % 2 ? 'A' : 'B');
			for (deep = 0; deep < 12 && random() % 3; deep++)
				p += sprintf(p, "/d%d", (int)(random() % 4));
			sprintf(p, "/%c%d", random() % 2 ? 'd' : 'f',
			    (int)(random() % 4));
		}
		kind = (int)(random() % 10);
		if (kind < 2)
			(void)mkdir(at(a), 0755);
		else if (kind < 5)
			(void)rename(at(a), at(b));
		else if (kind == 5)
			(void)syscall(SYS_renameat2, AT_FDCWD, at(a), AT_FDCWD,
			    at(b), 2);
		else if (kind == 6)
			(void)unlink(at(a));
		else if (kind == 7)
			i = link(at(a), at(b)); /* may fail */
		else if ((i = open(at(a), O_CREAT | O_WRONLY | O_APPEND,
		              0644)) >= 0) {
			if (write(i, "storm", (size_t)random() % 5) >= 0)
				close(i);
		}
		if (random() % 50 == 0)
			run_for(random() % 20);
		if (random() % 700 == 0)
			look();
	}
	look();
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(a_new_tree_is_found_as_a_whole),
		T(a_renamed_folder_is_one_record_whatever_is_in_it),
		T(a_root_has_the_times_of_its_folder),
		T(what_changes_places_keeps_its_id),
		T(what_moves_over_another_keeps_its_id_and_the_other_drops),
		T(a_file_replaced_by_a_hidden_one_keeps_its_id),
		T(a_folder_can_move_into_what_took_its_place),
		T(a_file_and_a_folder_can_take_each_others_name),
		T(what_leaves_every_root_drops_and_is_heard_no_more),
		T(a_hard_link_is_an_item_of_its_own),
		T(what_happened_while_nobody_looked_is_found),
		T(a_file_that_is_written_grows_and_settles),
		T(ignored_names_leave_and_come_back),
		T(a_root_that_is_away_deletes_nothing),
		T(a_root_found_empty_waits_for_a_word),
		T(what_is_deleted_under_our_eyes_is_deleted),
		T(roots_follow_the_configuration),
		T(an_item_opens_beneath_its_root_only),
		cmocka_unit_test_setup_teardown(
		    without_a_watcher_changes_are_found_by_polling,
		    set_up_polled, tear_down),
		T(names_of_any_bytes_at_any_depth_are_indexed),
		T(what_others_write_waits_while_more_is_to_come),
		T(a_storm_ends_with_the_disk),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
