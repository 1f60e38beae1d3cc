/* links: shared/reel_read_sql.c shared/reel_handle_sql.c shared/reel_key.c shared/reel_trail_sql.c shared/reel_since_sql.c shared/reel_walk.c shared/reel_sort.c shared/reel_known.c shared/reel_path.c shared/reel_buf.c shared/reel_schema_sql.c shared/reel_item.c */
/* The book, read: snapshots, paths, the log, and walks in both directions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "shared/reel_buf.h"
#include "shared/reel_read_sql.h"
#include "shared/reel_schema_sql.h"
#include "shared/reel_since_sql.h"
#include "shared/reel_sort.h"
#include "shared/reel_trail_sql.h"
#include "shared/reel_walk.h"

#define BUDGET_MS 60000

static char file[64];
static sqlite3 *writer;
static struct reel_read *book;
static struct reel_cursor head;

static void
run(const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(writer, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
}

/* An item and its record; a folder's sums are brought up to date by sums(). */
static void
item(int id, int parent, const char *name, int type, const char *path)
{
	char *sql;

	sql = sqlite3_mprintf(
	    "INSERT INTO items (id, parent_id, name, type, state, files, videos,"
	    " bytes, duration_ms, body, fs, ino, btime_ns, mtime_ns, ctime_ns,"
	    " size, created_ms) VALUES (%d, %d, CAST(%Q AS BLOB), %d, 2, %d, %d,"
	    " %d, 0, '\"id\":\"%d\"', 0, %d, 0, %d, 0, %d, 0);"
	    "INSERT INTO changes (ts, op, recursive, item_id, parent_id,"
	    " item_type, path, body) VALUES (%d, 1, 0, %d, %d, %d,"
	    " CAST(%Q AS BLOB), '')",
	    id, parent, name, type, type != 1, type == 2, 100 - id, id, id,
	    1000 - id, 100 - id, id, id, parent, type, path);
	run(sql);
	sqlite3_free(sql);
}

static void
sums(void)
{

	run("UPDATE items AS f SET files = 0, videos = (WITH RECURSIVE b(id, type)"
	    " AS (SELECT id, type FROM items WHERE parent_id = f.id UNION ALL"
	    " SELECT items.id, items.type FROM items JOIN b ON parent_id = b.id)"
	    " SELECT count(*) FROM b WHERE type IN (2, 7)) WHERE type IN (1, 7)");
}

/*
 * r/            1
 *   a/          2
 *     deep/     3
 *       x.mp4   4
 *     y.mp4     5
 *   a-b.mp4     6  (behind all that lies in a: '/' sorts before '-')
 *   b/          7  (empty)
 *   hls/        8  (itself a video)
 *     p.m3u8    9
 *   n.txt      10
 * s/           11
 *   z.mp4      12
 */
static int
set_up(void **state)
{

	(void)state;
	strcpy(file, "/tmp/test_reel_read.XXXXXX");
	if (mkdtemp(file) == NULL)
		return (1);
	strcat(file, "/index.db");
	if (sqlite3_open(file, &writer) != SQLITE_OK)
		return (1);
	run("PRAGMA journal_mode = WAL");
	run(reel_schema_create);
	run("PRAGMA application_id = 0x5265656c; PRAGMA user_version = 3;"
	    "INSERT INTO meta VALUES ('epoch', 77), ('oldest', 1)");
	item(1, 0, "r", 1, "r");
	item(2, 1, "a", 1, "r/a");
	item(3, 2, "deep", 1, "r/a/deep");
	item(4, 3, "x.mp4", 2, "r/a/deep/x.mp4");
	item(5, 2, "y.mp4", 2, "r/a/y.mp4");
	item(6, 1, "a-b.mp4", 2, "r/a-b.mp4");
	item(7, 1, "b", 1, "r/b");
	item(8, 1, "hls", 7, "r/hls");
	item(9, 8, "p.m3u8", 6, "r/hls/p.m3u8");
	item(10, 1, "n.txt", 0, "r/n.txt");
	item(11, 0, "s", 1, "s");
	item(12, 11, "z.mp4", 2, "s/z.mp4");
	sums();
	if (reel_read_new(file, &book) != REEL_OK)
		return (1);
	return (reel_read_begin(book, BUDGET_MS, &head) != REEL_OK);
}

static int
tear_down(void **state)
{
	char path[80];
	static const char *const ends[] = { "", "-wal", "-shm" };
	size_t i;

	(void)state;
	reel_read_end(book);
	reel_read_free(book);
	sqlite3_close(writer);
	for (i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", file, ends[i]);
		unlink(path);
	}
	*strrchr(file, '/') = '\0';
	rmdir(file);
	return (0);
}

static void
again(void)
{

	reel_read_end(book);
	assert_int_equal(reel_read_begin(book, BUDGET_MS, &head), REEL_OK);
}

static void
a_snapshot_stays_until_its_end(void **state)
{
	struct reel_read_row row;

	(void)state;
	assert_int_equal(head.epoch, 77);
	assert_int_equal(head.seq, 12);
	item(13, 11, "new.mp4", 2, "s/new.mp4");
	assert_int_equal(reel_read_get(book, 13, &row), REEL_NOT_FOUND);
	again();
	assert_int_equal(head.seq, 13);
	assert_int_equal(reel_read_get(book, 13, &row), REEL_OK);
	assert_int_equal(row.parent_id, 11);
	assert_int_equal(row.state, REEL_STATE_READY);
}

static void
between_snapshots_no_checkpoint_waits(void **state)
{
	int log = 0, done = 0;
	struct reel_read_row row;

	(void)state;
	assert_int_equal(reel_read_get(book, 4, &row), REEL_OK);
	assert_int_equal(reel_read_children(book, 1, NULL, 0, 0, 0), REEL_OK);
	assert_int_equal(reel_read_next(book, &row), REEL_OK);
	reel_read_end(book);
	assert_int_equal(sqlite3_wal_checkpoint_v2(writer, NULL,
	    SQLITE_CHECKPOINT_TRUNCATE, &log, &done), SQLITE_OK);
	again();
}

static int
resolves(const char *path)
{
	struct reel_read_row row;
	enum reel_status status;

	status = reel_trail_resolve(book, path, strlen(path), &row);
	return (status == REEL_OK ? (int)row.id : -(int)status);
}

static const char *
path_of(int64_t id)
{
	static char text[256];
	const char *path;
	size_t len;

	if (reel_trail_path(book, id, &path, &len) != REEL_OK)
		return ("nowhere");
	snprintf(text, sizeof(text), "%.*s", (int)len, path);
	return (text);
}

static void
paths_lead_both_ways(void **state)
{

	(void)state;
	assert_int_equal(resolves("r"), 1);
	assert_int_equal(resolves("r/a/deep/x.mp4"), 4);
	assert_int_equal(resolves("r/a/deep"), 3);
	assert_int_equal(resolves("r/a/deep/none"), -REEL_NOT_FOUND);
	assert_int_equal(resolves("r/a/y.mp4/x"), -REEL_NOT_FOUND);
	assert_int_equal(resolves("none/a"), -REEL_NOT_FOUND);
	assert_string_equal(path_of(3), "r/a/deep");
	assert_string_equal(path_of(3), "r/a/deep");
	assert_string_equal(path_of(0), "");
	assert_string_equal(path_of(99), "nowhere");
}

static void
what_is_known_of_paths_ends_when_a_folder_moves(void **state)
{

	(void)state;
	assert_string_equal(path_of(3), "r/a/deep");
	assert_int_equal(resolves("r/a/deep/x.mp4"), 4);
	run("UPDATE items SET parent_id = 7 WHERE id = 2;"
	    "INSERT INTO changes (ts, op, recursive, item_id, parent_id,"
	    " item_type, path, old_path, body) VALUES (20, 2, 0, 2, 7, 1,"
	    " CAST('r/b/a' AS BLOB), CAST('r/a' AS BLOB), '')");
	again();
	assert_string_equal(path_of(3), "r/b/a/deep");
	assert_int_equal(resolves("r/a/deep/x.mp4"), -REEL_NOT_FOUND);
	assert_int_equal(resolves("r/b/a/deep/x.mp4"), 4);
}

static void
what_lies_in_the_trash_has_no_path(void **state)
{

	(void)state;
	assert_string_equal(path_of(3), "r/a/deep");
	run("UPDATE items SET parent_id = -1 WHERE id = 2;"
	    "INSERT INTO changes (ts, op, recursive, item_id, parent_id,"
	    " item_type, path) VALUES (20, 3, 1, 2, 1, 1, CAST('r/a' AS BLOB))");
	again();
	assert_string_equal(path_of(3), "nowhere");
	assert_int_equal(resolves("r/a/y.mp4"), -REEL_NOT_FOUND);
}

static void
a_circle_of_parents_ends_with_the_budget(void **state)
{
	const char *path;
	size_t len;

	(void)state;
	run("UPDATE items SET parent_id = 3 WHERE id = 2");
	reel_read_end(book);
	assert_int_equal(reel_read_begin(book, 30, &head), REEL_OK);
	assert_int_equal(reel_trail_path(book, 3, &path, &len), REEL_BUSY);
	assert_true(reel_read_spent(book));

	/* What this one failed of is not said to the next in the snapshot. */
	assert_string_not_equal(reel_read_error(book), "");
	reel_read_budget(book, BUDGET_MS);
	assert_string_equal(reel_read_error(book), "");
	assert_int_equal(resolves("r/nothing"), -REEL_NOT_FOUND);

	again();
	assert_string_equal(path_of(1), "r");
}

static void
whoever_looks_at_the_budget_says_that_it_is_spent(void **state)
{

	(void)state;
	reel_read_end(book);
	assert_int_equal(reel_read_begin(book, -1000, &head), REEL_OK);
	assert_string_equal(reel_read_error(book), "");
	assert_true(reel_read_spent(book));
	assert_string_not_equal(reel_read_error(book), "");
	again();
	assert_false(reel_read_spent(book));
	assert_string_equal(reel_read_error(book), "");
}

static void
the_log_is_read_in_order_from_any_place(void **state)
{
	struct reel_since_record record;
	int64_t oldest, ts, seq;

	(void)state;
	assert_int_equal(reel_since_oldest(book, &oldest), REEL_OK);
	assert_int_equal(oldest, 0);
	assert_int_equal(reel_since_head_ts(book, &ts), REEL_OK);
	assert_int_equal(ts, 12);
	assert_int_equal(reel_since_start(book, 9), REEL_OK);
	for (seq = 10; seq <= 12; seq++) {
		assert_int_equal(reel_since_next(book, &record), REEL_OK);
		assert_int_equal(record.seq, seq);
		assert_int_equal(record.op, REEL_OP_PUT);
		assert_null(record.old_path);
	}
	assert_memory_equal(record.path, "s/z.mp4", record.path_len);
	assert_int_equal(reel_since_next(book, &record), REEL_NOT_FOUND);
}

static void
a_trimmed_log_says_how_old_it_is(void **state)
{
	int64_t oldest;

	(void)state;
	run("DELETE FROM changes WHERE seq <= 5");
	again();
	assert_int_equal(reel_since_oldest(book, &oldest), REEL_OK);
	assert_int_equal(oldest, 5);
	run("DELETE FROM changes;"
	    "UPDATE meta SET value = 13 WHERE key = 'oldest'");
	again();
	assert_int_equal(head.seq, 12);
	assert_int_equal(reel_since_oldest(book, &oldest), REEL_OK);
	assert_int_equal(oldest, 12);
}

/* Ids in the order of the walk, as text. */
static const char *
finish(struct reel_walk *walk, enum reel_status status)
{
	static char text[256];
	struct reel_read_row row;
	size_t len = 0;

	text[0] = '\0';
	while (status == REEL_OK &&
	    (status = reel_walk_next(walk, &row)) == REEL_OK)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%d",
		    len > 0 ? " " : "", (int)row.id);
	reel_walk_clear(walk);
	assert_int_equal(status, REEL_NOT_FOUND);
	return (text);
}

static const char *
walked(int64_t folder, const char *path, unsigned types, int recursive, int desc,
    int64_t skip)
{
	struct reel_walk walk;

	reel_walk_init(&walk, book, folder, path, strlen(path));
	walk.types = types;
	walk.recursive = recursive;
	walk.desc = desc;
	walk.skip = skip;
	return (finish(&walk, reel_walk_start(&walk)));
}

static const char *
resumed(const char *rest, unsigned types, int recursive, int desc)
{
	struct reel_walk walk;

	reel_walk_init(&walk, book, 1, "r", 1);
	walk.types = types;
	walk.recursive = recursive;
	walk.desc = desc;
	return (finish(&walk, reel_walk_resume(&walk, rest, strlen(rest))));
}

#define ALL REEL_WALK_ALL
#define VIDEOS REEL_WALK_VIDEOS

static void
a_walk_is_in_tree_order_or_reversed(void **state)
{

	(void)state;
	assert_string_equal(walked(0, "", ALL, 1, 0, 0),
	    "1 2 3 4 5 6 7 8 9 10 11 12");
	assert_string_equal(walked(0, "", ALL, 1, 1, 0),
	    "12 11 10 9 8 7 6 5 4 3 2 1");
	assert_string_equal(walked(1, "r", ALL, 0, 0, 0), "2 6 7 8 10");
	assert_string_equal(walked(1, "r", ALL, 0, 1, 0), "10 8 7 6 2");
	assert_string_equal(walked(0, "", VIDEOS, 1, 0, 0), "4 5 6 8 12");
	assert_string_equal(walked(0, "", VIDEOS, 1, 1, 0), "12 8 6 5 4");
	assert_string_equal(
	    walked(0, "", REEL_WALK_BIT(REEL_TYPE_PLAYLIST), 1, 0, 0), "9");
	assert_string_equal(walked(7, "r/b", ALL, 1, 0, 0), "");
}

static void
skipping_is_the_same_as_walking(void **state)
{
	static const struct {
		unsigned types;
		int desc;
		const char *whole;
	} rows[] = {
		{ ALL, 0, "1 2 3 4 5 6 7 8 9 10 11 12" },
		{ ALL, 1, "12 11 10 9 8 7 6 5 4 3 2 1" },
		{ VIDEOS, 0, "4 5 6 8 12" },
		{ VIDEOS, 1, "12 8 6 5 4" },
		{ REEL_WALK_BIT(REEL_TYPE_VIDEO), 0, "4 5 6 12" },
	};
	const char *rest;
	size_t i;
	int64_t skip;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (rest = rows[i].whole, skip = 0; rest != NULL; skip++) {
			assert_string_equal(walked(0, "", rows[i].types, 1,
			    rows[i].desc, skip), rest);
			if ((rest = strchr(rest, ' ')) != NULL)
				rest++;
		}
		assert_string_equal(
		    walked(0, "", rows[i].types, 1, rows[i].desc, skip), "");
	}
}

static void
a_walk_goes_on_behind_a_place_that_may_be_gone(void **state)
{

	(void)state;
	assert_string_equal(resumed("a", ALL, 1, 0), "3 4 5 6 7 8 9 10");
	assert_string_equal(resumed("a/deep/x.mp4", ALL, 1, 0), "5 6 7 8 9 10");
	assert_string_equal(resumed("a/deep/w.mp4", ALL, 1, 0),
	    "4 5 6 7 8 9 10");
	assert_string_equal(resumed("a/gone/w.mp4", ALL, 1, 0), "5 6 7 8 9 10");
	assert_string_equal(resumed("a/y.mp4", VIDEOS, 1, 0), "6 8");
	assert_string_equal(resumed("hls/p.m3u8", ALL, 1, 0), "10");
	assert_string_equal(resumed("zzz", ALL, 1, 0), "");
	assert_string_equal(resumed("a", ALL, 0, 0), "6 7 8 10");

	assert_string_equal(resumed("a/y.mp4", ALL, 1, 1), "4 3 2");
	assert_string_equal(resumed("a/deep", ALL, 1, 1), "2");
	assert_string_equal(resumed("a", ALL, 1, 1), "");
	assert_string_equal(resumed("a/gone/w", ALL, 1, 1), "4 3 2");
	assert_string_equal(resumed("hls/p.m3u8", VIDEOS, 1, 1), "8 6 5 4");
}

static const char *
sorted(enum reel_sort_by by)
{
	static char text[256];
	struct reel_sort sort;
	struct reel_walk walk;
	size_t i, len = 0;

	reel_walk_init(&walk, book, 0, "", 0);
	walk.types = ALL;
	walk.recursive = 1;
	walk.light = 1;
	reel_sort_init(&sort, by);
	assert_int_equal(reel_walk_start(&walk), REEL_OK);
	assert_int_equal(reel_sort_collect(&sort, &walk), REEL_OK);
	for (i = 0; i < sort.count; i++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%d",
		    len > 0 ? " " : "", (int)sort.entries[i].id);
		if (by == REEL_SORT_MODIFIED) {
			assert_int_equal(reel_sort_find(&sort,
			    sort.entries[i].key, "", 0, sort.entries[i].id, 0), i);
			assert_int_equal(reel_sort_find(&sort,
			    sort.entries[i].key, "", 0, sort.entries[i].id, 1),
			    i + 1);
		}
	}
	reel_sort_clear(&sort);
	reel_walk_clear(&walk);
	return (text);
}

static void
sorted_by_any_key_with_ties_by_id(void **state)
{

	(void)state;
	assert_string_equal(sorted(REEL_SORT_MODIFIED),
	    "12 11 10 9 8 7 6 5 4 3 2 1");
	assert_string_equal(sorted(REEL_SORT_DURATION),
	    "1 2 3 4 5 6 7 8 9 10 11 12");
	assert_string_equal(sorted(REEL_SORT_NAME),
	    "2 6 7 3 8 10 9 1 11 4 5 12");
}

static void
counts_are_of_the_types_asked_for(void **state)
{
	struct reel_read_row row;
	int64_t count;

	(void)state;
	assert_int_equal(reel_read_count(book, 1, ALL, &count), REEL_OK);
	assert_int_equal(count, 5);
	assert_int_equal(reel_read_count(book, 1, VIDEOS, &count), REEL_OK);
	assert_int_equal(count, 2);
	assert_int_equal(reel_read_count(book, 1, VIDEOS, &count), REEL_OK);
	assert_int_equal(count, 2);
	item(13, 1, "new.mp4", 2, "r/new.mp4");
	again();
	assert_int_equal(reel_read_count(book, 1, VIDEOS, &count), REEL_OK);
	assert_int_equal(count, 3);
	sums();
	again();
	assert_int_equal(reel_read_totals(book, &row), REEL_OK);
	assert_int_equal(row.videos, 6);
}

static void
a_book_that_was_replaced_is_taken_up(void **state)
{
	char old[80];

	(void)state;
	reel_read_end(book);
	snprintf(old, sizeof(old), "%s.old", file);
	assert_int_equal(rename(file, old), 0);
	reel_read_look(book);
	assert_int_equal(
	    reel_read_begin(book, BUDGET_MS, &head), REEL_NOT_FOUND);
	assert_string_not_equal(reel_read_error(book), "");
	assert_int_equal(rename(old, file), 0);
	again();
	assert_string_equal(reel_read_error(book), "");
	assert_int_equal(head.seq, 12);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(a_snapshot_stays_until_its_end),
		TEST(between_snapshots_no_checkpoint_waits),
		TEST(paths_lead_both_ways),
		TEST(what_is_known_of_paths_ends_when_a_folder_moves),
		TEST(what_lies_in_the_trash_has_no_path),
		TEST(a_circle_of_parents_ends_with_the_budget),
		TEST(whoever_looks_at_the_budget_says_that_it_is_spent),
		TEST(the_log_is_read_in_order_from_any_place),
		TEST(a_trimmed_log_says_how_old_it_is),
		TEST(a_walk_is_in_tree_order_or_reversed),
		TEST(skipping_is_the_same_as_walking),
		TEST(a_walk_goes_on_behind_a_place_that_may_be_gone),
		TEST(sorted_by_any_key_with_ties_by_id),
		TEST(counts_are_of_the_types_asked_for),
		TEST(a_book_that_was_replaced_is_taken_up),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
