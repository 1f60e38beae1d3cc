/* links: indexer/reel_write_sql.c indexer/reel_write_rows_sql.c
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
/* Upkeep: purge, trim, checkpoint, backup, disks. */
#include "t/unit/book_fixture_sql.h"

#include "shared/reel_schema_sql.h"

#include <fcntl.h>

static void
purge_empties_the_trash_in_slices(void **state)
{
	char name[32];
	int64_t root, folder, at;
	int i, slices;
	enum reel_status status;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	folder = at = put_new(root, "folder", REEL_TYPE_DIRECTORY);
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "%d.mp4", i);
		put_new(at, name, REEL_TYPE_VIDEO);
		if (i % 30 == 0)
			at = put_new(at, "deeper", REEL_TYPE_DIRECTORY);
	}
	assert_int_equal(reel_write_fail(book, 3, 1, "no"), REEL_OK);
	assert_int_equal(
	    reel_write_online(book, at, 1, 5, 1, NULL), REEL_OK);
	assert_int_equal(reel_write_drop(book, folder), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM items"), 312);

	for (slices = 0;; slices++) {
		status = reel_write_purge(book, 40);
		commit();
		if (status == REEL_OK)
			break;
		assert_int_equal(status, REEL_AGAIN);
		assert_true(slices < 20);
	}
	assert_true(slices >= 7);
	assert_int_equal(ask("SELECT count(*) FROM items"), 1);
	assert_int_equal(ask("SELECT count(*) FROM failures"), 0);
	assert_int_equal(ask("SELECT count(*) FROM mounts"), 0);
	assert_int_equal(
	    ask("SELECT count(*) FROM grams WHERE grams MATCH 'mp4'"), 0);
	/* Nobody is told of what was gone already. */
	assert_int_equal(ask("SELECT max(seq) FROM changes"),
	    reel_write_head(book).seq);
	assert_int_equal(ask("SELECT op FROM changes ORDER BY seq DESC"), 3);
	assert_int_equal(reel_write_purge(book, 40), REEL_OK);
	assert_int_equal(reel_write_dirty(book), 0);
}

/* Enough that SQLite does not do it by itself while names come and go. */
#define FILMS 12000

static void
merge_gives_back_what_deleted_names_took(void **state)
{
	static int64_t ids[FILMS];
	char name[64];
	int64_t before;
	int i, slices;
	enum reel_status status;

	(void)state;
	put_new(0, "films", REEL_TYPE_DIRECTORY);
	for (i = 0; i < FILMS; i++) {
		snprintf(name, sizeof(name), "film %x %x.mp4",
		    (unsigned int)i * 2654435761u, (unsigned int)i * 40503u);
		ids[i] = put_new(1, name, REEL_TYPE_VIDEO);
		if (i % 500 == 0)
			commit();
	}
	commit();
	/* Few that went are not worth it. */
	for (i = 0; i < 100; i++)
		assert_int_equal(reel_write_drop(book, ids[i]), REEL_OK);
	commit();
	assert_int_equal(reel_write_merge(book, 16), REEL_OK);
	assert_int_equal(reel_write_dirty(book), 0);
	for (; i < FILMS - 1000; i++) {
		assert_int_equal(reel_write_drop(book, ids[i]), REEL_OK);
		if (i % 500 == 0)
			commit();
	}
	commit();
	before = ask("SELECT sum(length(block)) FROM grams_data");
	for (slices = 0;; slices++) {
		status = reel_write_merge(book, 4);
		commit();
		if (status == REEL_OK)
			break;
		assert_int_equal(status, REEL_AGAIN);
		assert_true(slices < 1000);
	}
	assert_true(slices > 1);
	assert_true(ask("SELECT sum(length(block)) FROM grams_data") * 2 < before);
	assert_int_equal(
	    ask("SELECT count(*) FROM grams WHERE grams MATCH 'mp4'"), 1000);
	assert_int_equal(reel_write_merge(book, 4), REEL_OK);
	assert_int_equal(reel_write_dirty(book), 0);
}

/* ${count} records with ts 1000, 2000, ... seconds. */
static void
records(int count)
{
	char name[32];
	int i;

	for (i = 1; i < count; i++) {
		snprintf(name, sizeof(name), "%d", i);
		put_new(1, name, REEL_TYPE_UNKNOWN);
	}
	close_book();
	forge("UPDATE changes SET ts = seq * 1000000");
	forge("UPDATE meta SET value = 0 WHERE key = 'head_ts'");
	open_book();
}

static void
trim_keeps_the_young_and_the_newest(void **state)
{

	(void)state;
	put_new(0, "films", REEL_TYPE_DIRECTORY);
	records(100);

	/* All younger than 80,000 s at second 100,000: 21 and on. */
	assert_int_equal(
	    reel_write_trim(book, 100000000, 80000, 10, 1000), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT min(seq) FROM changes"), 20);
	assert_int_equal(ask("SELECT value FROM meta WHERE key = 'oldest'"), 20);

	/* Old, but among the newest 70. */
	assert_int_equal(
	    reel_write_trim(book, 100000000, 1, 70, 1000), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT min(seq) FROM changes"), 31);
	assert_int_equal(ask("SELECT count(*) FROM changes"), 70);
	assert_int_equal(
	    reel_write_trim(book, 100000000, 1, 70, 1000), REEL_OK);
	assert_int_equal(reel_write_dirty(book), 0);
}

static void
trim_goes_in_slices_and_survives_a_reopen(void **state)
{

	(void)state;
	put_new(0, "films", REEL_TYPE_DIRECTORY);
	records(100);
	assert_int_equal(
	    reel_write_trim(book, 200000000, 1, 0, 30), REEL_AGAIN);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM changes"), 70);
	close_book();
	open_book();
	assert_int_equal(
	    reel_write_trim(book, 200000000, 1, 0, 70), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM changes"), 0);
	assert_int_equal(
	    ask("SELECT value FROM meta WHERE key = 'oldest'"), 101);
	close_book();

	/* An empty log still knows where it ended, and when. */
	open_book();
	assert_int_equal(reel_write_head(book).seq, 100);
	assert_int_equal(
	    ask("SELECT value FROM meta WHERE key = 'head_ts'"), 100000000);
	put_new(1, "next", REEL_TYPE_UNKNOWN);
	commit();
	assert_int_equal(ask("SELECT min(seq) FROM changes"), 101);
}

static void
stamps_of_a_wrong_clock_do_not_keep_the_log_for_ever(void **state)
{

	(void)state;
	put_new(0, "films", REEL_TYPE_DIRECTORY);
	records(100);
	/* "Now" is second 1000; all but the first are a day or more ahead. */
	assert_int_equal(
	    reel_write_trim(book, 1000000 - 86400000, 10, 40, 1000), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM changes"), 100);
	assert_int_equal(
	    reel_write_trim(book, 999999 - 86400000, 10, 40, 1000), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM changes"), 40);
}

static void
checkpoint_moves_the_wal_unless_a_transaction_is_open(void **state)
{
	char before[REEL_SCHEMA_PAGE_BYTES], after[REEL_SCHEMA_PAGE_BYTES];
	int fd;

	(void)state;
	put_new(0, "films", REEL_TYPE_DIRECTORY);
	assert_int_equal(reel_write_checkpoint(book), REEL_AGAIN);
	commit();
	fd = open(in_dir("index.db"), O_RDONLY);
	assert_int_equal(pread(fd, before, sizeof(before),
			     REEL_SCHEMA_PAGE_BYTES), sizeof(before));
	assert_int_equal(reel_write_checkpoint(book), REEL_OK);
	assert_int_equal(pread(fd, after, sizeof(after),
			     REEL_SCHEMA_PAGE_BYTES), sizeof(after));
	assert_memory_not_equal(before, after, sizeof(after));
	/* close() here would take the locks of the writer: leave it open. */
}

/* As `reel-indexer --backup` does it: another process beside the writer. */
static int
backup(const char *name)
{
	pid_t pid;
	int fds[2], status;

	assert_int_equal(pipe(fds), 0);
	if ((pid = fork()) == 0) {
		status = (int)reel_write_backup(dir, in_dir(name), &why);
		if (write(fds[1], &status, sizeof(status)) < 0)
			_exit(1);
		wait_for_death();
	}
	close(fds[1]);
	assert_int_equal(
	    read(fds[0], &status, sizeof(status)), (int)sizeof(status));
	close(fds[0]);
	kill_stopped(pid);
	return (status);
}

static void
refusals_leave_no_transaction_open(void **state)
{
	struct reel_node node;
	struct reel_facts facts;
	int64_t root;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	commit();
	reel_facts_init(&facts);
	node = node_of(root, "..", REEL_TYPE_VIDEO);
	assert_int_equal(reel_write_put(book, &node), REEL_BAD_INPUT);
	node.id = 99;
	assert_int_equal(reel_write_put(book, &node), REEL_NOT_FOUND);
	assert_int_equal(reel_write_move(book, &node), REEL_NOT_FOUND);
	assert_int_equal(reel_write_drop(book, 99), REEL_NOT_FOUND);
	assert_int_equal(reel_write_facts(book, 99, &facts), REEL_NOT_FOUND);
	assert_int_equal(reel_write_facts(book, root, &facts), REEL_BAD_INPUT);
	assert_int_equal(reel_write_fail(book, 99, 1, "x"), REEL_NOT_FOUND);
	assert_int_equal(reel_write_checkpoint(book), REEL_OK);
}

static void
backup_after_a_kill_has_what_is_in_the_wal(void **state)
{
	pid_t pid;

	(void)state;
	close_book();
	if ((pid = fork()) == 0) {
		struct reel_node node = node_of(0, "a", REEL_TYPE_DIRECTORY);

		if (reel_write_open(dir, &book, &why) != REEL_OK ||
		    reel_write_put(book, &node) != REEL_OK ||
		    reel_write_commit(book) != REEL_OK)
			_exit(1);
		wait_for_death();
	}
	kill_stopped(pid);
	assert_int_equal(backup("copy"), REEL_OK);
	assert_int_equal(rename(in_dir("copy"), in_dir("index.db")), 0);
	open_book();
	assert_int_equal(ask("SELECT count(*) FROM items"), 1);
}

static void
reader_in_the_way_does_not_fail_a_checkpoint(void **state)
{
	struct sqlite3 *db;
	struct sqlite3_stmt *stmt;

	(void)state;
	put_new(0, "films", REEL_TYPE_DIRECTORY);
	commit();
	assert_int_equal(sqlite3_open_v2(in_dir("index.db"), &db,
			     SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT * FROM items", -1,
			     &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	put_new(1, "a", REEL_TYPE_UNKNOWN);
	commit();
	assert_int_equal(reel_write_checkpoint(book), REEL_OK);
	put_new(1, "b", REEL_TYPE_UNKNOWN);
	commit();
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	assert_int_equal(ask("SELECT count(*) FROM items"), 3);
}

static void
backup_beside_a_running_writer_is_whole(void **state)
{
	struct stat st;
	int64_t epoch;

	(void)state;
	put_new(0, "films", REEL_TYPE_DIRECTORY);
	put_new(1, "a.mp4", REEL_TYPE_VIDEO);
	commit();
	put_new(1, "uncommitted.mp4", REEL_TYPE_VIDEO);
	assert_int_equal(backup("copy.db"), REEL_OK);
	assert_int_equal(stat(in_dir("copy.db"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	commit();
	epoch = reel_write_head(book).epoch;
	close_book();

	/* Put it in place: two items, a new epoch, an empty log. */
	assert_int_equal(rename(in_dir("copy.db"), in_dir("index.db")), 0);
	open_book();
	assert_int_equal(ask("SELECT count(*) FROM items"), 2);
	assert_int_equal(ask("SELECT count(*) FROM changes"), 0);
	assert_true(reel_write_head(book).epoch > epoch);
	assert_int_equal(reel_write_head(book).seq, 2);
	assert_string_equal(ask_text("PRAGMA integrity_check"), "ok");
}

static void
backup_replaces_nothing_and_needs_a_book(void **state)
{
	FILE *file;
	struct stat st;

	(void)state;
	assert_non_null(file = fopen(in_dir("precious"), "w"));
	fputs("precious", file);
	fclose(file);
	assert_int_equal(backup("precious"), REEL_BUSY);
	assert_int_equal(stat(in_dir("precious"), &st), 0);
	assert_int_equal(st.st_size, 8);
	assert_int_equal(backup("no/such/folder"), REEL_IO);
	close_book();

	assert_int_equal(unlink(in_dir("index.db")), 0);
	assert_int_equal(
	    reel_write_backup(dir, in_dir("copy"), &why), REEL_NOT_FOUND);
	assert_non_null(strstr(why_text(), "there is no index"));
	assert_int_equal(access(in_dir("copy"), F_OK), -1);
}

static void
backup_of_a_stopped_book_works_too(void **state)
{

	(void)state;
	put_new(0, "films", REEL_TYPE_DIRECTORY);
	close_book();
	assert_int_equal(backup("copy"), REEL_OK);
	assert_int_equal(access(in_dir("copy"), F_OK), 0);
}

struct heard {
	char text[512];
};

static void
on_disk(void *cookie, int64_t id, int mount, const char *path, int64_t fs,
    int online)
{
	struct heard *heard = cookie;
	size_t len;

	len = strlen(heard->text);
	snprintf(heard->text + len, sizeof(heard->text) - len,
	    "%lld %d %s %lld %d;", (long long)id, mount,
	    path == NULL ? "-" : path, (long long)fs, online);
}

static const char *
disks(void)
{
	static struct heard heard;

	heard.text[0] = '\0';
	assert_int_equal(reel_write_disks(book, on_disk, &heard), REEL_OK);
	return (heard.text);
}

static void
disks_are_noted_and_forgotten(void **state)
{
	int64_t root, other, mount;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	other = put_new(0, "more", REEL_TYPE_DIRECTORY);
	mount = put_new(root, "disk", REEL_TYPE_DIRECTORY);
	assert_string_equal(disks(), "");
	assert_int_equal(
	    reel_write_root_path(book, root, "/srv/films"), REEL_OK);
	assert_int_equal(
	    reel_write_online(book, root, 0, -7, 1, NULL), REEL_OK);
	assert_int_equal(
	    reel_write_online(book, other, 0, 8, 0, "away"), REEL_OK);
	assert_int_equal(
	    reel_write_online(book, mount, 1, 9, 1, NULL), REEL_OK);
	assert_string_equal(
	    disks(), "1 0 /srv/films -7 1;2 0  8 0;3 1 - 9 1;");
	assert_int_equal(
	    reel_write_online(book, mount, 1, 9, 0, "away"), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT max(seq) FROM changes"), 3);
	assert_string_equal(
	    ask_text("SELECT reason FROM mounts"), "away");
	close_book();
	open_book();
	assert_string_equal(
	    disks(), "1 0 /srv/films -7 1;2 0  8 0;3 1 - 9 0;");
	assert_int_equal(reel_write_forget_mount(book, mount), REEL_OK);
	assert_int_equal(reel_write_drop(book, other), REEL_OK);
	assert_string_equal(disks(), "1 0 /srv/films -7 1;");
}

static void
mounts_below_a_dropped_folder_are_not_told(void **state)
{
	int64_t root, folder, mount;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	folder = put_new(root, "folder", REEL_TYPE_DIRECTORY);
	mount = put_new(folder, "disk", REEL_TYPE_DIRECTORY);
	assert_int_equal(
	    reel_write_online(book, mount, 1, 9, 1, NULL), REEL_OK);
	assert_string_equal(disks(), "3 1 - 9 1;");
	assert_int_equal(reel_write_drop(book, folder), REEL_OK);
	assert_string_equal(disks(), "");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_book, clean_up)
	const struct CMUnitTest tests[] = {
		TEST(purge_empties_the_trash_in_slices),
		TEST(merge_gives_back_what_deleted_names_took),
		TEST(trim_keeps_the_young_and_the_newest),
		TEST(trim_goes_in_slices_and_survives_a_reopen),
		TEST(stamps_of_a_wrong_clock_do_not_keep_the_log_for_ever),
		TEST(checkpoint_moves_the_wal_unless_a_transaction_is_open),
		TEST(refusals_leave_no_transaction_open),
		TEST(backup_after_a_kill_has_what_is_in_the_wal),
		TEST(reader_in_the_way_does_not_fail_a_checkpoint),
		TEST(backup_beside_a_running_writer_is_whole),
		TEST(backup_replaces_nothing_and_needs_a_book),
		TEST(backup_of_a_stopped_book_works_too),
		TEST(disks_are_noted_and_forgotten),
		TEST(mounts_below_a_dropped_folder_are_not_told),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
