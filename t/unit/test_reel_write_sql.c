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
/* The book as a whole: made, locked, refused, killed, copied, closed. */
#include "t/unit/book_fixture_sql.h"

#include <sys/resource.h>

#include <fcntl.h>

#include "indexer/reel_book_sql.h"
#include "shared/reel_schema_sql.h"

static int
mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(in_dir(name), &st), 0);
	return (st.st_mode & 0777);
}

static void
fresh_book_has_form_mode_and_epoch(void **state)
{
	mode_t before;

	(void)state;
	before = umask(0077);
	open_book();
	umask(before);
	assert_true(reel_write_head(book).epoch > 1700000000000);
	assert_int_equal(reel_write_head(book).seq, 0);
	assert_int_equal(ask("PRAGMA application_id"),
	    REEL_SCHEMA_APPLICATION_ID);
	assert_int_equal(ask("PRAGMA user_version"), REEL_SCHEMA_VERSION);
	assert_string_equal(ask_text("PRAGMA journal_mode"), "wal");
	assert_int_equal(ask("SELECT value FROM meta WHERE key = 'oldest'"), 1);
	assert_int_equal(mode_of("index.db"), 0640);
	assert_int_equal(mode_of("index.db-wal"), 0640);
	assert_int_equal(mode_of("index.db-shm"), 0640);
	assert_int_equal(mode_of("lock"), 0640);
	assert_int_equal(access(in_dir("index.db.new"), F_OK), -1);
}

static void
missing_state_folder_is_made(void **state)
{
	char made[128];
	struct stat st;

	(void)state;
	snprintf(made, sizeof(made), "%s", in_dir("state"));
	assert_int_equal(reel_write_open(made, &book, &why), REEL_OK);
	assert_int_equal(stat(made, &st), 0);
	assert_int_equal(st.st_mode & 0027, 0);
}

static void
second_writer_is_told_who_has_it(void **state)
{
	struct reel_write *other;
	char pid[32];

	(void)state;
	open_book();
	assert_int_equal(reel_write_open(dir, &other, &why), REEL_BUSY);
	snprintf(pid, sizeof(pid), "process %ld", (long)getpid());
	assert_non_null(strstr(why_text(), pid));
	close_book();
	open_book();
}

static void
committed_rows_survive_reopen_and_the_rest_does_not(void **state)
{
	struct reel_cursor head;
	int64_t root;

	(void)state;
	open_book();
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	assert_int_equal(reel_write_dirty(book), 1);
	assert_int_equal(ask("SELECT count(*) FROM items"), 0);
	assert_int_equal(reel_write_head(book).seq, 0);
	commit();
	assert_int_equal(reel_write_dirty(book), 0);
	assert_int_equal(ask("SELECT count(*) FROM items"), 1);
	head = reel_write_head(book);
	assert_int_equal(head.seq, 1);
	close_book();

	open_book();
	assert_int_equal(reel_write_head(book).epoch, head.epoch);
	assert_int_equal(reel_write_head(book).seq, head.seq);
	assert_int_equal(get_node(root).type, REEL_TYPE_DIRECTORY);
}

static void
clean_stop_leaves_a_book_that_readers_can_open(void **state)
{
	struct stat st;

	(void)state;
	open_book();
	put_new(0, "films", REEL_TYPE_DIRECTORY);
	close_book();
	assert_int_equal(stat(in_dir("index.db-wal"), &st), 0);
	assert_int_equal(st.st_size, 0);
	assert_int_equal(stat(in_dir("index.db-shm"), &st), 0);
	assert_int_equal(ask("SELECT value FROM meta WHERE key = 'clean'"), 1);
	assert_int_equal(ask("SELECT count(*) FROM changes"), 1);
}

/* Run ${job} in a child that then dies without a word. */
static void
killed_after(void (*job)(void))
{
	pid_t pid;

	if ((pid = fork()) == 0) {
		job();
		wait_for_death();
	}
	kill_stopped(pid);
}

static void
commit_one_and_begin_another(void)
{
	struct reel_node node;

	if (reel_write_open(dir, &book, &why) != REEL_OK)
		_exit(2);
	node = node_of(0, "films", REEL_TYPE_DIRECTORY);
	if (reel_write_put(book, &node) != REEL_OK ||
	    reel_write_commit(book) != REEL_OK)
		_exit(3);
	node = node_of(node.id, "a.mp4", REEL_TYPE_VIDEO);
	if (reel_write_put(book, &node) != REEL_OK)
		_exit(4);
}

static void
kill_keeps_epoch_and_what_was_committed(void **state)
{
	int64_t epoch;

	(void)state;
	open_book();
	epoch = reel_write_head(book).epoch;
	close_book();
	killed_after(commit_one_and_begin_another);
	open_book();
	assert_int_equal(reel_write_head(book).epoch, epoch);
	assert_int_equal(reel_write_head(book).seq, 1);
	assert_int_equal(ask("SELECT count(*) FROM items"), 1);
	assert_string_equal(ask_text("PRAGMA integrity_check"), "ok");
	assert_int_equal(put_new(1, "b.mp4", REEL_TYPE_VIDEO), 2);
}

static void
nothing(void)
{

	if (reel_write_open(dir, &book, &why) != REEL_OK)
		_exit(2);
}

/* Write as fast as it goes and tell every seq that was committed. */
static void
write_and_tell(int out)
{
	struct reel_node node;
	struct reel_cursor head;
	char name[32];
	int64_t root;
	int i, kept;

	if (reel_write_open(dir, &book, &why) != REEL_OK)
		_exit(2);
	snprintf(name, sizeof(name), "root %ld", (long)getpid());
	node = node_of(0, name, REEL_TYPE_DIRECTORY);
	if (reel_write_put(book, &node) != REEL_OK)
		_exit(3);
	root = node.id;
	kept = 0;
	for (i = 0;; i++) {
		snprintf(name, sizeof(name), "%d", i);
		node = node_of(root, name, REEL_TYPE_VIDEO);
		if (reel_write_put(book, &node) != REEL_OK ||
		    (i % 3 == 0 && reel_write_drop(book, node.id) != REEL_OK))
			_exit(4);
		if (i % 7 != 0)
			continue;
		if (reel_write_commit(book) != REEL_OK)
			_exit(5);
		head = reel_write_head(book);
		if (write(out, &head, sizeof(head)) != sizeof(head))
			_exit(6);
		if (++kept % 100 == 0)
			(void)reel_write_checkpoint(book);
	}
}

static void
kills_at_random_moments_lose_nothing_that_was_told(void **state)
{
	struct reel_cursor told, last;
	pid_t pid;
	int fds[2], round, status;

	(void)state;
	open_book();
	last = reel_write_head(book);
	close_book();
	for (round = 0; round < 12; round++) {
		assert_int_equal(pipe(fds), 0);
		if ((pid = fork()) == 0)
			write_and_tell(fds[1]);
		close(fds[1]);
		/* So many commits, then between two instructions of the next. */
		for (status = 0; status < 1 + round * 5; status++) {
			assert_int_equal(read(fds[0], &told, sizeof(told)),
			    (int)sizeof(told));
			assert_int_equal(told.epoch, last.epoch);
			assert_true(told.seq > last.seq);
			last = told;
		}
		kill(pid, SIGKILL);
		while (read(fds[0], &told, sizeof(told)) == sizeof(told))
			last = told;
		close(fds[0]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));

		open_book();
		assert_int_equal(reel_write_head(book).epoch, last.epoch);
		assert_true(reel_write_head(book).seq >= last.seq);
		last = reel_write_head(book);
		assert_int_equal(ask("SELECT max(seq) FROM changes"), last.seq);
		close_book();
	}
	assert_int_equal(ask("SELECT count(*) FROM changes"), last.seq);
	assert_int_equal(ask("SELECT count(*) FROM items WHERE type = 2"),
	    ask("SELECT sum(files) FROM items WHERE parent_id = 0"));
	/* No id was given away twice. */
	assert_int_equal(
	    ask("SELECT count(*) FROM changes WHERE op = 1"),
	    ask("SELECT count(DISTINCT item_id) FROM changes WHERE op = 1"));
	assert_string_equal(ask_text("PRAGMA integrity_check"), "ok");
}

static void
power_cut_begins_a_new_epoch_and_empties_the_log(void **state)
{
	int64_t epoch;

	(void)state;
	open_book();
	put_new(0, "films", REEL_TYPE_DIRECTORY);
	commit();
	epoch = reel_write_head(book).epoch;
	close_book();
	killed_after(nothing);
	forge("UPDATE meta SET value = 'another boot' WHERE key = 'boot'");
	open_book();
	assert_true(reel_write_head(book).epoch > epoch);
	assert_int_equal(ask("SELECT count(*) FROM changes"), 0);
	assert_int_equal(ask("SELECT value FROM meta WHERE key = 'oldest'"), 2);
	assert_int_equal(reel_write_head(book).seq, 1);
	put_new(1, "a.mp4", REEL_TYPE_VIDEO);
	commit();
	assert_int_equal(ask("SELECT max(seq) FROM changes"), 2);
}

static void
reboot_after_a_clean_stop_keeps_the_epoch(void **state)
{
	int64_t epoch;

	(void)state;
	open_book();
	epoch = reel_write_head(book).epoch;
	close_book();
	forge("UPDATE meta SET value = 'another boot' WHERE key = 'boot'");
	open_book();
	assert_int_equal(reel_write_head(book).epoch, epoch);
}

static void
copy_file(const char *from, const char *to)
{
	char bytes[4096];
	FILE *in, *out;
	size_t len;

	assert_non_null(in = fopen(from, "r"));
	assert_non_null(out = fopen(to, "w"));
	while ((len = fread(bytes, 1, sizeof(bytes), in)) > 0)
		assert_int_equal(fwrite(bytes, 1, len, out), len);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

static void
copied_book_begins_a_new_epoch(void **state)
{
	int64_t epoch;

	(void)state;
	open_book();
	put_new(0, "films", REEL_TYPE_DIRECTORY);
	epoch = reel_write_head(book).epoch;
	close_book();
	copy_file(in_dir("index.db"), in_dir("copy"));
	assert_int_equal(rename(in_dir("copy"), in_dir("index.db")), 0);
	open_book();
	assert_true(reel_write_head(book).epoch > epoch);
	assert_int_equal(ask("SELECT count(*) FROM items"), 1);
	assert_int_equal(ask("SELECT count(*) FROM changes"), 0);
}

static void
lost_book_and_clock_set_back_still_raise_the_epoch(void **state)
{
	int64_t far;

	(void)state;
	far = 9000000000000;
	open_book();
	close_book();
	forge("UPDATE meta SET value = 9000000000000 WHERE key = 'epoch'");
	open_book();
	assert_int_equal(reel_write_head(book).epoch, far);
	close_book();

	assert_int_equal(unlink(in_dir("index.db")), 0);
	open_book();
	assert_true(reel_write_head(book).epoch > far);
	assert_int_equal(reel_write_head(book).seq, 0);
}

static void
older_book_put_back_on_the_same_inode_begins_a_new_epoch(void **state)
{
	int64_t epoch;

	(void)state;
	open_book();
	close_book();
	copy_file(in_dir("index.db"), in_dir("old"));
	forge("UPDATE meta SET value = value + 5 WHERE key = 'epoch'");
	open_book();
	epoch = reel_write_head(book).epoch;
	close_book();
	copy_file(in_dir("old"), in_dir("index.db"));
	open_book();
	assert_true(reel_write_head(book).epoch > epoch);
}

static void
commit_many(void)
{
	struct reel_node node;
	char name[32];
	int i;

	if (reel_write_open(dir, &book, &why) != REEL_OK)
		_exit(2);
	for (i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "file %d", i);
		node = node_of(1, name, REEL_TYPE_UNKNOWN);
		if (reel_write_put(book, &node) != REEL_OK)
			_exit(3);
	}
	if (reel_write_commit(book) != REEL_OK)
		_exit(4);
}

static void
wal_of_another_book_is_not_replayed(void **state)
{
	char backup[160];

	(void)state;
	open_book();
	put_new(0, "films", REEL_TYPE_DIRECTORY);
	commit();
	snprintf(backup, sizeof(backup), "%s", in_dir("backup"));
	assert_int_equal(reel_write_backup(dir, backup, &why), REEL_OK);
	close_book();
	killed_after(commit_many);
	/* Its frames are in the WAL now; the backup knows nothing of them. */
	assert_int_equal(rename(backup, in_dir("index.db")), 0);
	open_book();
	assert_int_equal(ask("SELECT count(*) FROM items"), 1);
	assert_string_equal(ask_text("PRAGMA integrity_check"), "ok");
}

static void
write_text(const char *name, const char *text)
{
	FILE *file;

	assert_non_null(file = fopen(in_dir(name), "w"));
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void
refused(enum reel_status expected, const char *word)
{

	assert_int_equal(try_open(), expected);
	assert_null(book);
	if (strstr(why_text(), word) == NULL)
		fail_msg("no \"%s\" in: %s", word, why.data);
	assert_non_null(strstr(why.data, in_dir("index.db")));
}

static void
what_is_no_book_is_refused_and_left_alone(void **state)
{
	struct stat st;

	(void)state;
	write_text("index.db", "certainly not a database");
	refused(REEL_BAD_INPUT, "not an index of Reel");
	assert_int_equal(stat(in_dir("index.db"), &st), 0);
	assert_int_equal(st.st_size, 24);
}

static void
foreign_database_is_refused(void **state)
{

	(void)state;
	forge("CREATE TABLE theirs (x); PRAGMA application_id = 1");
	refused(REEL_BAD_INPUT, "another program");
	assert_int_equal(ask("SELECT count(*) FROM theirs"), 0);
}

static void
newer_schema_is_refused(void **state)
{

	(void)state;
	open_book();
	close_book();
	forge("PRAGMA user_version = 99");
	refused(REEL_STALE, "schema 99");
}

/* Not by the next, not after a stop, a kill, an emptied log, without the note. */
static void
id_is_never_given_again(void **state)
{
	int64_t root, id, last, seq;
	int way;

	(void)state;
	open_book();
	last = root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	for (way = 0; way < 3; way++) {
		id = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
		assert_true(id > last);
		last = id;
		assert_int_equal(reel_write_commit(book), REEL_OK);
		if (way < 2)
			assert_int_equal(reel_write_drop(book, id), REEL_OK);
		assert_int_equal(reel_write_commit(book), REEL_OK);
		assert_int_equal(ask("SELECT value FROM meta"
		    " WHERE key = 'last_id'"), last);
		seq = reel_write_head(book).seq;
		close_book();
		if (way == 1)
			forge("UPDATE meta SET value = 'x' WHERE key = 'file'");
		if (way == 2)
			forge("DELETE FROM meta WHERE key = 'last_id'");
		open_book();
		assert_int_equal(reel_write_head(book).seq, seq);
		assert_int_equal(ask("SELECT count(*) FROM changes") == 0,
		    way == 1);
		/* Nor is a seq, of which the emptied log has no record. */
		close_book();
		open_book();
		assert_int_equal(reel_write_head(book).seq, seq);
	}
	assert_true(put_new(root, "b.mp4", REEL_TYPE_VIDEO) > last);
}

/* As version 1 left it: the same but for an index and who counts ids. */
static void
an_older_book_is_migrated_with_all_it_knows(void **state)
{
	static const unsigned char key[REEL_KEY_BYTES] = "0123456789abcde";
	struct reel_facts facts;
	struct reel_cursor head;
	char *before;
	int64_t root, film, gone;

	(void)state;
	open_book();
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	film = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
	gone = put_new(root, "b.mp4", REEL_TYPE_VIDEO);
	assert_int_equal(reel_write_drop(book, gone), REEL_OK);
	reel_facts_init(&facts);
	facts.type = REEL_TYPE_VIDEO;
	facts.duration_ms = 5000;
	memcpy(facts.key, key, sizeof(key));
	assert_int_equal(reel_write_facts(book, film, &facts), REEL_OK);
	assert_int_equal(reel_write_commit(book), REEL_OK);
	head = reel_write_head(book);
	close_book();
	forge("DROP INDEX items_board; DELETE FROM meta WHERE key = 'last_id';"
	    "CREATE TABLE given (id INTEGER PRIMARY KEY AUTOINCREMENT);"
	    "INSERT INTO sqlite_sequence VALUES ('items', 3);"
	    "PRAGMA user_version = 1");
	before = strdup(ask_text("SELECT group_concat(id || hex(name) || body ||"
	    " coalesce(hex(picture), '-')) FROM items"));
	assert_non_null(before);
	open_book();
	assert_int_equal(ask("PRAGMA user_version"), REEL_SCHEMA_VERSION);
	assert_int_equal(ask("SELECT count(*) FROM sqlite_schema"
	    " WHERE name = 'items_board'"), 1);
	assert_string_equal(ask_text("SELECT group_concat(id || hex(name) ||"
	    " body || coalesce(hex(picture), '-')) FROM items"), before);
	assert_int_equal(reel_write_head(book).epoch, head.epoch);
	assert_int_equal(reel_write_head(book).seq, head.seq);
	assert_true(put_new(root, "b.mp4", REEL_TYPE_VIDEO) > gone);
	assert_int_equal(reel_write_board(book, film, key), REEL_OK);
	assert_int_equal(reel_write_boarded(book, key), REEL_OK);
	assert_int_equal(reel_write_commit(book), REEL_OK);
	free(before);
}

static void
set_newer_schema_in_the_wal(void)
{
	struct sqlite3 *db;

	if (sqlite3_open(in_dir("index.db"), &db) != SQLITE_OK ||
	    sqlite3_exec(db, "PRAGMA user_version = 98", NULL, NULL, NULL) !=
		SQLITE_OK)
		_exit(1);
}

static void
newer_schema_that_is_only_in_the_wal_is_refused(void **state)
{

	(void)state;
	open_book();
	close_book();
	killed_after(set_newer_schema_in_the_wal);
	refused(REEL_STALE, "schema 98");
	refused(REEL_STALE, "schema 98");
}

static void
damage_found_after_a_power_cut_is_refused(void **state)
{
	char junk[REEL_SCHEMA_PAGE_BYTES];
	int64_t page;
	int fd;

	(void)state;
	open_book();
	put_new(0, "films", REEL_TYPE_DIRECTORY);
	commit();
	page = ask("SELECT rootpage FROM sqlite_schema WHERE name = 'items'");
	close_book();
	forge("UPDATE meta SET value = 'another boot' WHERE key = 'boot'");
	forge("UPDATE meta SET value = 0 WHERE key = 'clean'");
	memset(junk, 0xa5, sizeof(junk));
	fd = open(in_dir("index.db"), O_WRONLY);
	assert_int_equal(pwrite(fd, junk, sizeof(junk),
			     (page - 1) * REEL_SCHEMA_PAGE_BYTES),
	    (int)sizeof(junk));
	close(fd);
	refused(REEL_BAD_INPUT, "damaged");
}

static void
link_in_place_of_the_book_is_refused(void **state)
{

	(void)state;
	open_book();
	close_book();
	assert_int_equal(rename(in_dir("index.db"), in_dir("real")), 0);
	assert_int_equal(symlink("real", in_dir("index.db")), 0);
	refused(REEL_BAD_INPUT, "symbolic link");
	assert_int_equal(unlink(in_dir("index.db")), 0);
	assert_int_equal(link(in_dir("real"), in_dir("index.db")), 0);
	refused(REEL_BAD_INPUT, "hard link");
}

static void
full_disk_rolls_back_and_the_handle_goes_on(void **state)
{
	struct reel_node node;
	char name[64];
	int64_t root, before;
	int i;
	enum reel_status status;

	(void)state;
	open_book();
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	commit();
	before = ask("SELECT count(*) FROM items");
	assert_int_equal(
	    reel_book_exec(book, "PRAGMA max_page_count = 60"), REEL_OK);
	status = REEL_OK;
	for (i = 0; i < 5000 && status == REEL_OK; i++) {
		snprintf(name, sizeof(name), "number %d.mp4", i);
		node = node_of(root, name, REEL_TYPE_VIDEO);
		status = reel_write_put(book, &node);
	}
	assert_int_equal(status, REEL_IO);
	assert_non_null(strstr(reel_write_error(book), "full"));
	assert_int_equal(reel_write_dirty(book), 0);
	assert_int_equal(reel_write_head(book).seq, 1);
	assert_int_equal(ask("SELECT count(*) FROM items"), before);

	assert_int_equal(
	    reel_book_exec(book, "PRAGMA max_page_count = 100000"), REEL_OK);
	put_new(root, "after.mp4", REEL_TYPE_VIDEO);
	commit();
	assert_int_equal(reel_write_head(book).seq, 2);
	assert_int_equal(ask("SELECT max(seq) FROM changes"), 2);
	assert_int_equal(ask("SELECT files FROM items WHERE id = %lld",
			     (long long)root), 1);
	assert_string_equal(ask_text("PRAGMA integrity_check"), "ok");
}

static void
file_that_may_not_grow_rolls_back_too(void **state)
{
	struct rlimit limit, tight;
	struct reel_node node;
	char name[64];
	int64_t root;
	int i;
	enum reel_status status;

	(void)state;
	open_book();
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	commit();
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	tight = limit;
	tight.rlim_cur = 256 << 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	status = REEL_OK;
	for (i = 0; i < 5000 && status == REEL_OK; i++) {
		snprintf(name, sizeof(name), "number %d.mp4", i);
		node = node_of(root, name, REEL_TYPE_VIDEO);
		status = reel_write_put(book, &node);
		if (status == REEL_OK && i % 100 == 0)
			status = reel_write_commit(book);
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(status, REEL_IO);

	put_new(root, "after.mp4", REEL_TYPE_VIDEO);
	commit();
	assert_int_equal(ask("SELECT max(seq) FROM changes"),
	    reel_write_head(book).seq);
	assert_int_equal(
	    ask("SELECT max(seq) - min(seq) + 1 - count(*) FROM changes"), 0);
	assert_int_equal(
	    ask("SELECT files FROM items WHERE id = %lld", (long long)root),
	    ask("SELECT count(*) FROM items WHERE parent_id = %lld",
		(long long)root));
	assert_string_equal(ask_text("PRAGMA integrity_check"), "ok");
}

static void
clock_set_back_does_not_turn_records_back(void **state)
{

	(void)state;
	open_book();
	put_new(0, "films", REEL_TYPE_DIRECTORY);
	close_book();
	forge("UPDATE changes SET ts = 9000000000000");
	open_book();
	put_new(1, "a.mp4", REEL_TYPE_VIDEO);
	commit();
	assert_int_equal(
	    ask("SELECT min(ts) FROM changes"), 9000000000000);
}

static void
wal_stays_short_under_a_long_load(void **state)
{
	struct reel_node node;
	struct stat st;
	char name[250];
	int64_t root;
	int i;

	(void)state;
	open_book();
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	for (i = 0; i < 30000; i++) {
		snprintf(name, sizeof(name), "%0200d.txt", i);
		node = node_of(root, name, REEL_TYPE_UNKNOWN);
		assert_int_equal(reel_write_put(book, &node), REEL_OK);
		if (i % 1000 == 0)
			commit();
	}
	commit();
	assert_int_equal(stat(in_dir("index.db-wal"), &st), 0);
	assert_true(st.st_size < 64 << 20);
	assert_true(ask("PRAGMA page_count") * REEL_SCHEMA_PAGE_BYTES >
	    20 << 20);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_dir, clean_up)
	const struct CMUnitTest tests[] = {
		TEST(fresh_book_has_form_mode_and_epoch),
		TEST(missing_state_folder_is_made),
		TEST(second_writer_is_told_who_has_it),
		TEST(committed_rows_survive_reopen_and_the_rest_does_not),
		TEST(clean_stop_leaves_a_book_that_readers_can_open),
		TEST(kill_keeps_epoch_and_what_was_committed),
		TEST(kills_at_random_moments_lose_nothing_that_was_told),
		TEST(power_cut_begins_a_new_epoch_and_empties_the_log),
		TEST(reboot_after_a_clean_stop_keeps_the_epoch),
		TEST(copied_book_begins_a_new_epoch),
		TEST(lost_book_and_clock_set_back_still_raise_the_epoch),
		TEST(older_book_put_back_on_the_same_inode_begins_a_new_epoch),
		TEST(wal_of_another_book_is_not_replayed),
		TEST(what_is_no_book_is_refused_and_left_alone),
		TEST(foreign_database_is_refused),
		TEST(id_is_never_given_again),
		TEST(an_older_book_is_migrated_with_all_it_knows),
		TEST(newer_schema_is_refused),
		TEST(newer_schema_that_is_only_in_the_wal_is_refused),
		TEST(damage_found_after_a_power_cut_is_refused),
		TEST(link_in_place_of_the_book_is_refused),
		TEST(full_disk_rolls_back_and_the_handle_goes_on),
		TEST(file_that_may_not_grow_rolls_back_too),
		TEST(clock_set_back_does_not_turn_records_back),
		TEST(wal_stays_short_under_a_long_load),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
