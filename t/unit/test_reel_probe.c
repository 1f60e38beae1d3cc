/* links: indexer/reel_hls_name.c indexer/reel_slot_send.c indexer/reel_fold.c indexer/reel_fold_book.c indexer/reel_codec_name.c indexer/reel_fold_view.c indexer/reel_fold_board.c indexer/reel_fold_part.c indexer/reel_fold_sound.c indexer/reel_job_stream.c indexer/reel_settle.c indexer/reel_body_stream_cjson.c indexer/reel_write_stream_sql.c shared/reel_stream.c shared/reel_plan.c indexer/reel_probe.c indexer/reel_tardy.c indexer/reel_job.c indexer/reel_job_board.c indexer/reel_job_key.c indexer/reel_content.c indexer/reel_board.c indexer/reel_pool.c indexer/reel_pool_lane.c indexer/reel_pool_room.c indexer/reel_pool_turn.c indexer/reel_pool_weight.c indexer/reel_pool_board.c
 * indexer/reel_slot.c indexer/reel_slot_judge.c indexer/reel_slot_time.c indexer/reel_spawn.c indexer/reel_nursery.c indexer/reel_loop.c
 * indexer/reel_queue_sql.c indexer/reel_outs.c indexer/reel_write_sql.c
 * indexer/reel_write_rows_sql.c indexer/reel_write_find_sql.c
 * indexer/reel_write_facts_sql.c indexer/reel_write_picture_sql.c indexer/reel_write_disks_sql.c
 * indexer/reel_write_upkeep_sql.c indexer/reel_write_backup_sql.c
 * indexer/reel_book_sql.c indexer/reel_inodes.c indexer/reel_book_epoch_sql.c
 * indexer/reel_book_file_sql.c indexer/reel_book_log_sql.c
 * indexer/reel_book_paths_sql.c indexer/reel_book_query_sql.c
 * indexer/reel_book_rows_sql.c indexer/reel_book_sums_sql.c indexer/reel_book_subs_sql.c indexer/reel_book_beside_sql.c indexer/reel_subtitle.c indexer/reel_subtitle_list.c
 * indexer/reel_body_cjson.c indexer/reel_member.c indexer/reel_json_cjson.c indexer/reel_node.c
 * indexer/reel_log.c indexer/reel_mem.c shared/reel_buf.c
 * shared/reel_escape.c shared/reel_gram.c shared/reel_item.c
 * shared/reel_schema_sql.c shared/reel_status.c shared/reel_facts.c
 * shared/reel_wire.c shared/reel_key.c indexer/reel_piece.c indexer/reel_whole.c indexer/reel_bytes.c indexer/reel_cache.c */
/*
 * The pump: what becomes of a file, for every outcome.  Book, queue and pool are
 * real; the index is played here, and this program is the workers as well.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "indexer/reel_book_sql.h"
#include "indexer/reel_cache.h"
#include "indexer/reel_content.h"
#include "indexer/reel_index.h"
#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_pool.h"
#include "indexer/reel_probe.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_step.h"
#include "indexer/reel_write_sql.h"
#include "shared/reel_wire.h"

/* --- the worker: a file's first byte says what it does --- */

/* A picture of nothing, of which it tells a key made of the file's first byte. */
static void
send_picture(const struct reel_wire_header *job, char what)
{
	static unsigned char data[REEL_KEY_BYTES + 200];
	struct reel_wire_header header = *job;

	memset(data, what, sizeof(data));
	memcpy(data + REEL_KEY_BYTES, "\xff\xd8\xff\xc0\0\x07\x08\0\2\0\2", 11);
	memcpy(data + sizeof(data) - 2, "\xff\xd9", 2);
	memset(header.ending, 0, sizeof(header.ending));
	header.status = what == 'g' ? REEL_BAD_INPUT : REEL_OK;
	header.len = what == 'g' ? 7 : (uint32_t)sizeof(data);
	if (what == 'x')
		_exit(9);
	(void)reel_wire_send(REEL_WIRE_FD, &header,
	    what == 'g' ? (const void *)"too big" : data, -1);
}

static void
touch(int fd, off_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (truncate(path, size) == -1)
		_exit(3);
}

static void
be_worker(void)
{
	static struct reel_facts facts;
	struct reel_wire_header header;
	struct stat st;
	char dummy[8], what = 0;
	int fd;

	memset(&header, 0, sizeof(header));
	header.version = REEL_WIRE_VERSION;
	header.kind = REEL_WIRE_PROBE;
	if (reel_wire_send(REEL_WIRE_FD, &header, NULL, -1) != REEL_OK)
		_exit(1);
	reel_facts_init(&facts);
	facts.type = REEL_TYPE_VIDEO;
	facts.duration_ms = 5000;
	while (reel_wire_recv(REEL_WIRE_FD, &header, dummy, sizeof(dummy), &fd) ==
	    REEL_OK) {
		if (pread(fd, &what, 1, 0) != 1)
			what = '?';
		if (fstat(fd, &st) == -1 ||
		    reel_content_load(fd, st.st_size) != REEL_OK)
			_exit(2);
		if (what == 't' && header.kind == REEL_WIRE_PICTURE)
			touch(fd, st.st_size + 1);
		close(fd);
		if (what == 'X')
			_exit(9);
		if (what == 'H')
			pause();
		if (header.kind == REEL_WIRE_PICTURE) {
			send_picture(&header, what);
			continue;
		}
		reel_content_picture(&header.making, facts.key);
		/* Small letters: good facts, another fate of the picture. */
		if (what == 'g' || what == 'x' || what == 't')
			what = 'G';
		memset(header.ending, 0, sizeof(header.ending));
		header.status = what == 'G' ? REEL_OK : REEL_BAD_INPUT;
		header.len = what == 'G' ? (uint32_t)sizeof(facts) : 8;
		(void)reel_wire_send(REEL_WIRE_FD, &header,
		    what == 'G' ? (const void *)&facts : "no media", -1);
	}
	_exit(0);
}

/* --- the index, played --- */

struct reel_index {
	int wrote;
	int together; /* outcomes that others were to follow */
	int last;     /* nonzero: so was the last one */
	int recovered;
	int opened;
	int stream; /* what was said of the last folder that was judged */
	enum reel_status open_status; /* REEL_OK: open the file */
	int open_errno;
	int touch_first; /* so many times the file changes once it is open */
};

static struct reel_index the_index;
static char dir[64];
static struct reel_loop *loop;
static struct reel_write *book;
static struct reel_queue *queue;
static struct reel_pool *pool;
static struct reel_probe *probe;
static int64_t root;

static const char *
in_dir(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);

	return (path);
}

enum reel_status
reel_index_item_open(struct reel_index *index, int64_t item_id, int *fd,
    enum reel_type *type, char *name)
{
	struct reel_node_list list;
	enum reel_status rc;
	struct stat st;

	index->opened++;
	if (index->open_status != REEL_OK) {
		errno = index->open_errno;
		return (index->open_status);
	}
	reel_node_list_init(&list);
	if ((rc = reel_write_get(book, item_id, &list)) == REEL_OK) {
		snprintf(name, 256, "%s", list.nodes[0].name);
		*type = list.nodes[0].type;
	}
	reel_node_list_clear(&list);
	if (rc != REEL_OK)
		return (rc);
	if (index->touch_first-- > 0) {
		/* Written since the scanner looked. */
		assert_int_equal(stat(in_dir(name), &st), 0);
		assert_int_equal(truncate(in_dir(name), st.st_size + 1), 0);
	}
	if ((*fd = open(in_dir(name), O_RDONLY | O_CLOEXEC)) == -1)
		return (REEL_NOT_FOUND);

	return (REEL_OK);
}

void
reel_index_folded(struct reel_index *index, int64_t id, int stream, int changed)
{

	(void)id;
	(void)changed;
	index->stream = stream;
}

void
reel_index_wrote(struct reel_index *index, int more)
{

	index->wrote++;
	index->together += more != 0;
	index->last = more;
}

void
reel_step_recover(struct reel_index *index)
{

	index->recovered++;
}

/* --- the scene --- */

static void
sql(const char *text)
{

	assert_int_equal(
	    sqlite3_exec(book->db, text, NULL, NULL, NULL), SQLITE_OK);
}

static int64_t
add_item(const char *name, const char *content)
{
	struct reel_node node;
	struct stat st;
	FILE *file;

	assert_non_null(file = fopen(in_dir(name), "w"));
	fputs(content, file);
	fclose(file);
	assert_int_equal(stat(in_dir(name), &st), 0);
	memset(&node, 0, sizeof(node));
	node.parent_id = root;
	node.name = name;
	node.name_len = strlen(name);
	node.type = REEL_TYPE_VIDEO;
	node.size = st.st_size;
	node.ino = (int64_t)st.st_ino;
	node.mtime_ns =
	    (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	assert_int_equal(reel_queue_put(queue, node.id, 0, 0), REEL_OK);
	assert_int_equal(reel_write_commit(book), REEL_OK);

	return (node.id);
}

static enum reel_state
state_of(int64_t id)
{
	struct reel_node_list list;
	enum reel_state state;

	reel_node_list_init(&list);
	assert_int_equal(reel_write_get(book, id, &list), REEL_OK);
	state = list.nodes[0].state;
	reel_node_list_clear(&list);

	return (state);
}

static int64_t
number(const char *query)
{
	sqlite3_stmt *stmt;
	int64_t value = -1;

	assert_int_equal(
	    sqlite3_prepare_v2(book->db, query, -1, &stmt, NULL), SQLITE_OK);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		value = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);

	return (value);
}

static int64_t
pending(void)
{
	struct reel_queue_counts counts;

	reel_queue_count(queue, &counts);

	return (counts.pending);
}

static int (*wanted)(void);
static int patience;

static void
on_look(void *cookie)
{

	(void)cookie;
	if (wanted() || --patience == 0)
		reel_loop_stop(loop);
	else
		reel_loop_timer(loop, 5, on_look, NULL);
}

/* Turn until ${condition} holds; a minute at most. */
static void
until(int (*condition)(void))
{

	wanted = condition;
	patience = 12000;
	reel_probe_kick(probe);
	reel_loop_timer(loop, 0, on_look, NULL);
	reel_loop_run(loop);
	assert_true(condition());
	/* What an outcome leaves for the next turn is done, too. */
	reel_loop_timer(loop, 0, on_look, NULL);
	reel_loop_run(loop);
}

static int
nothing_pending(void)
{

	return (pending() == 0);
}

/* And the index was told of it. */
static int
all_told(void)
{

	return (pending() == 0 && the_index.wrote > 0 && !the_index.last);
}

static int
one_attempt_counted(void)
{

	return (number("SELECT attempts FROM jobs") == 1);
}

static int
looked_once(void)
{

	return (the_index.opened >= 1);
}

static int
set_up(void **state)
{
	char self[4096];
	struct reel_node node;
	struct reel_buf why;
	ssize_t n;

	(void)state;
	strcpy(dir, "/tmp/reel-test-probe-XXXXXX");
	assert_non_null(mkdtemp(dir));
	reel_log_open("/dev/null", REEL_LOG_ERR);
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	assert_true(n > 0);
	self[n] = '\0';
	assert_int_equal(symlink(self, in_dir("worker")), 0);
	memset(&the_index, 0, sizeof(the_index));
	loop = reel_loop_new();
	reel_buf_init(&why);
	assert_int_equal(reel_write_open(dir, &book, &why), REEL_OK);
	reel_buf_clear(&why);
	assert_int_equal(reel_queue_open(book, &queue), REEL_OK);
	pool = reel_pool_new(loop, in_dir("worker"), 2, 20000);
	probe = reel_probe_new(loop, &the_index, book, queue, pool);
	memset(&node, 0, sizeof(node));
	node.name = "films";
	node.name_len = 5;
	node.type = REEL_TYPE_DIRECTORY;
	node.state = REEL_STATE_READY;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	root = node.id;

	return (0);
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	reel_pool_free(pool);
	reel_probe_free(probe);
	reel_queue_close(queue);
	reel_write_close(book);
	reel_loop_free(loop);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);

	return (system(command) == 0 ? 0 : -1);
}

static void
facts_are_written_and_the_job_is_done(void **state)
{
	int64_t id = add_item("a.mp4", "G");

	(void)state;
	until(all_told);
	assert_int_equal(state_of(id), REEL_STATE_READY);
	assert_int_equal(
	    number("SELECT duration_ms FROM items WHERE type = 2"), 5000);
	assert_true(reel_probe_idle(probe));
}

static void
outcomes_come_together_and_the_last_is_told_at_once(void **state)
{
	char name[8];
	int i;

	(void)state;
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "%d.mp4", i);
		(void)add_item(name, "G");
	}
	until(all_told);
	assert_true(the_index.together > 0);
}

static struct reel_cache *cache;
static const struct reel_wire_making making = {320, 80, 0};

static void
with_pictures(void)
{
	struct reel_buf why;

	reel_buf_init(&why);
	assert_int_equal(reel_cache_open(dir, 0, &cache, &why), REEL_OK);
	reel_pool_pictures(pool, &making);
	reel_probe_pictures(probe, cache, &making);
}

static int
has_picture(int64_t id)
{
	unsigned char key[REEL_KEY_BYTES];

	return (reel_write_picture_of(book, id, key) == REEL_OK &&
	    reel_cache_has(cache, key));
}

static void
a_picture_follows_the_facts_and_is_made_once(void **state)
{
	unsigned char key[REEL_KEY_BYTES];
	char command[128];
	int64_t a, b, seq;

	(void)state;
	with_pictures();
	a = add_item("a.mp4", "G");
	until(nothing_pending);
	assert_true(has_picture(a));
	assert_int_equal(the_index.opened, 2);
	assert_int_equal(reel_write_commit(book), REEL_OK);
	/* The same content: known when the facts are. */
	seq = reel_write_head(book).seq;
	b = add_item("b.mp4", "G");
	until(nothing_pending);
	assert_true(has_picture(b));
	assert_int_equal(the_index.opened, 3);
	assert_int_equal(reel_write_commit(book), REEL_OK);
	assert_int_equal(reel_write_head(book).seq, seq + 2);
	/* Lost: owed again when somebody looks at either, and only then. */
	reel_probe_raise(probe, a);
	assert_int_equal(pending(), 0);
	assert_int_equal(reel_write_picture_of(book, a, key), REEL_OK);
	snprintf(command, sizeof(command), "rm -r '%s/thumbnails/'??", dir);
	assert_int_equal(system(command), 0);
	reel_probe_raise(probe, b);
	assert_int_equal(pending(), 1);
	until(nothing_pending);
	assert_true(has_picture(a));
	assert_int_equal(the_index.opened, 4);
	reel_cache_close(cache);
}

static void
a_picture_is_filed_under_its_own_key_whatever_a_worker_says(void **state)
{
	unsigned char key[REEL_KEY_BYTES], said[REEL_KEY_BYTES];
	int64_t id;

	(void)state;
	with_pictures();
	memset(said, 'G', sizeof(said));
	id = add_item("a.mp4", "G");
	until(nothing_pending);
	assert_int_equal(reel_write_picture_of(book, id, key), REEL_OK);
	assert_memory_not_equal(key, said, sizeof(key));
	assert_true(reel_cache_has(cache, key));
	assert_false(reel_cache_has(cache, said));
	reel_cache_close(cache);
}

static void
a_picture_of_a_file_that_changed_meanwhile_is_not_kept(void **state)
{
	int64_t id;

	(void)state;
	with_pictures();
	id = add_item("a.mp4", "t");
	until(nothing_pending);
	/* Its worker writes to it each time that it draws. */
	assert_false(has_picture(id));
	assert_int_equal(number("SELECT count(*) FROM failures WHERE stage = 1 "
	    "AND reason = 'no picture: it changed while it was read'"), 1);
	reel_cache_close(cache);
}

static void
what_cannot_be_drawn_is_noted_and_stays_ready(void **state)
{
	int64_t bad, dying;

	(void)state;
	with_pictures();
	bad = add_item("a.mp4", "g");
	dying = add_item("b.mp4", "x");
	until(nothing_pending);
	assert_int_equal(state_of(bad), REEL_STATE_READY);
	assert_int_equal(state_of(dying), REEL_STATE_READY);
	assert_false(has_picture(bad));
	assert_false(has_picture(dying));
	assert_int_equal(number("SELECT count(*) FROM failures WHERE stage = 1 "
	    "AND reason = 'no picture: too big' AND attempts = 1"), 1);
	assert_int_equal(number("SELECT count(*) FROM failures WHERE stage = 1 "
	    "AND reason LIKE 'no picture: the worker%' AND attempts = 2"), 1);
	/* Nobody is owed what cannot be. */
	reel_probe_raise(probe, bad);
	assert_int_equal(pending(), 0);
	reel_cache_close(cache);
}

static void
pictures_made_otherwise_are_owed_again(void **state)
{
	int64_t id;

	(void)state;
	with_pictures();
	assert_int_equal(reel_write_pictures_anew(book, 1), REEL_OK);
	id = add_item("a.mp4", "G");
	until(nothing_pending);
	assert_true(has_picture(id));
	assert_int_equal(reel_write_pictures_anew(book, 1), REEL_OK);
	assert_int_equal(pending(), 0);
	assert_int_equal(reel_write_pictures_anew(book, 2), REEL_OK);
	assert_int_equal(pending(), 1);
	/* Switched off meanwhile: nothing is drawn, nothing stays owed. */
	reel_probe_pictures(probe, NULL, &making);
	until(nothing_pending);
	assert_int_equal(the_index.opened, 2);
	reel_cache_close(cache);
}

static void
the_files_fault_fails_it_at_once(void **state)
{
	int64_t id = add_item("a.mp4", "B");

	(void)state;
	until(nothing_pending);
	assert_int_equal(state_of(id), REEL_STATE_FAILED);
	assert_int_equal(the_index.opened, 1);
	assert_int_equal(number("SELECT attempts FROM failures"), 1);
}

static void
a_file_that_kills_its_worker_is_tried_twice(void **state)
{
	int64_t id = add_item("a.mp4", "X");

	(void)state;
	until(one_attempt_counted);
	assert_int_equal(state_of(id), REEL_STATE_NEW);
	until(nothing_pending);
	assert_int_equal(state_of(id), REEL_STATE_FAILED);
	assert_int_equal(the_index.opened, 2);
	assert_int_equal(number("SELECT attempts FROM failures"), 2);
}

static void
many_files_go_through_and_a_bad_one_stops_none(void **state)
{
	char name[32];
	int i;

	(void)state;
	for (i = 0; i < 60; i++) {
		snprintf(name, sizeof(name), "%d.mp4", i);
		(void)add_item(name, i % 20 == 7 ? "X" : i % 5 == 0 ? "B" : "G");
	}
	until(nothing_pending);
	assert_int_equal(
	    number("SELECT count(*) FROM items WHERE state = 2"), 46);
	assert_int_equal(
	    number("SELECT count(*) FROM items WHERE state = 3"), 15);
}

static int
thirty_are_ready(void)
{

	return (number("SELECT count(*) FROM items WHERE state = 2") == 31);
}

static int
two_have_failed(void)
{

	return (number("SELECT count(*) FROM failures") == 2);
}

/*
 * More hang than there are workers, and they come first: the
 * good ones do not wait for a deadline, of which there is none here.
 */
static void
however_many_hang_good_files_come_through(void **state)
{
	char name[32];
	int i;

	(void)state;
	reel_pool_configure(pool, in_dir("worker"), 2, 600000);
	for (i = 0; i < 39; i++) {
		snprintf(name, sizeof(name), "%02d.mp4", i);
		(void)add_item(name, i < 9 ? "H" : "G");
	}
	until(thirty_are_ready);
	assert_int_equal(number("SELECT count(*) FROM failures"), 0);
	assert_int_equal(number("SELECT max(attempts) FROM jobs"), 0);
	assert_int_equal(pending(), 9);
	assert_int_equal(reel_pool_running(pool), 9);
}

/* Who yielded gets all its time later, and its reason. */
static void
what_yielded_is_tried_to_the_end(void **state)
{
	char name[32];
	int i;

	(void)state;
	reel_pool_configure(pool, in_dir("worker"), 1, 1500);
	for (i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "%02d.mp4", i);
		(void)add_item(name, i < 2 ? "H" : "G");
	}
	until(two_have_failed);
	until(nothing_pending);
	assert_int_equal(
	    number("SELECT count(*) FROM items WHERE state = 2"), 11);
	assert_int_equal(number("SELECT min(attempts) FROM failures"), 2);
	assert_int_equal(number("SELECT count(*) FROM failures"
	    " WHERE reason LIKE 'took longer%'"), 2);
}

static void
a_missing_worker_counts_no_attempt(void **state)
{
	int64_t id = add_item("a.mp4", "G");

	(void)state;
	reel_pool_configure(pool, "/nowhere/worker", 2, 20000);
	until(looked_once);
	assert_int_equal(pending(), 1);
	assert_int_equal(number("SELECT attempts FROM jobs"), 0);
	assert_int_equal(state_of(id), REEL_STATE_NEW);
	reel_pool_configure(pool, in_dir("worker"), 2, 20000);
	until(nothing_pending);
	assert_int_equal(state_of(id), REEL_STATE_READY);
}

static void
a_file_that_is_gone_owes_nothing(void **state)
{

	(void)state;
	(void)add_item("a.mp4", "G");
	the_index.open_status = REEL_NOT_FOUND;
	until(nothing_pending);
	assert_int_equal(number("SELECT count(*) FROM failures"), 0);
}

static void
a_disk_that_is_away_keeps_the_job_and_nobody_waits(void **state)
{
	int64_t id = add_item("a.mp4", "G");

	(void)state;
	the_index.open_status = REEL_BUSY;
	until(looked_once);
	assert_int_equal(pending(), 1);
	assert_int_equal(number("SELECT attempts FROM jobs"), 0);
	assert_true(reel_probe_idle(probe));
	/* Put again, as the scanner does when it finds the disk. */
	the_index.open_status = REEL_OK;
	assert_int_equal(reel_queue_put(queue, id, 0, 0), REEL_OK);
	until(nothing_pending);
	assert_int_equal(state_of(id), REEL_STATE_READY);
}

static void
a_file_that_cannot_be_opened_fails_with_the_reason(void **state)
{
	int64_t id = add_item("a.mp4", "G");

	(void)state;
	the_index.open_status = REEL_IO;
	the_index.open_errno = EACCES;
	until(nothing_pending);
	assert_int_equal(state_of(id), REEL_STATE_FAILED);
	assert_int_equal(number("SELECT reason = 'Permission denied' "
	    "FROM failures"), 1);
}

static void
too_many_open_files_is_no_files_fault(void **state)
{
	int64_t id = add_item("a.mp4", "G");

	(void)state;
	the_index.open_status = REEL_IO;
	the_index.open_errno = EMFILE;
	until(looked_once);
	assert_int_equal(number("SELECT attempts FROM jobs"), 0);
	the_index.open_status = REEL_OK;
	until(nothing_pending);
	assert_int_equal(state_of(id), REEL_STATE_READY);
}

static void
a_file_that_changed_meanwhile_is_read_again(void **state)
{
	int64_t id = add_item("a.mp4", "G");

	(void)state;
	the_index.touch_first = 1;
	until(one_attempt_counted);
	assert_int_equal(state_of(id), REEL_STATE_NEW);
	until(nothing_pending);
	assert_int_equal(the_index.opened, 2);
	assert_int_equal(state_of(id), REEL_STATE_READY);
}

static void
a_file_that_is_being_written_is_left_alone(void **state)
{
	struct reel_node_list list;
	int64_t id = add_item("a.mp4", "B");

	(void)state;
	reel_node_list_init(&list);
	assert_int_equal(reel_write_get(book, id, &list), REEL_OK);
	list.nodes[0].state = REEL_STATE_GROWING;
	assert_int_equal(reel_write_put(book, &list.nodes[0]), REEL_OK);
	until(nothing_pending);
	assert_int_equal(the_index.opened, 0);
	assert_int_equal(state_of(id), REEL_STATE_GROWING);
	/* Its end was seen. */
	list.nodes[0].state = REEL_STATE_NEW;
	assert_int_equal(reel_write_put(book, &list.nodes[0]), REEL_OK);
	assert_int_equal(reel_queue_put(queue, id, 0, 0), REEL_OK);
	until(nothing_pending);
	assert_int_equal(state_of(id), REEL_STATE_FAILED);
	reel_node_list_clear(&list);
}

static void
draining_hands_out_nothing(void **state)
{

	(void)state;
	(void)add_item("a.mp4", "G");
	reel_probe_drain(probe);
	reel_probe_kick(probe);
	wanted = looked_once;
	patience = 20;
	reel_loop_timer(loop, 0, on_look, NULL);
	reel_loop_run(loop);
	assert_int_equal(the_index.opened, 0);
	assert_int_equal(pending(), 1);
}

static int
told_the_index(void)
{

	return (the_index.recovered > 0);
}

static void
a_book_that_cannot_be_written_gets_its_job_back_later(void **state)
{
	int64_t id = add_item("a.mp4", "G"), other = add_item("b.mp4", "G");

	(void)state;
	sql("PRAGMA query_only = 1");
	until(told_the_index);
	assert_int_equal(the_index.recovered, 1);
	assert_false(reel_probe_idle(probe));
	sql("PRAGMA query_only = 0");
	until(nothing_pending);
	assert_int_equal(state_of(id), REEL_STATE_READY);
	assert_int_equal(state_of(other), REEL_STATE_READY);
	assert_true(reel_probe_idle(probe));
}

static void
what_somebody_looks_at_comes_first(void **state)
{
	int64_t last = 0;
	char name[32];
	int i;

	(void)state;
	reel_pool_configure(pool, in_dir("worker"), 1, 20000);
	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "%d.mp4", i);
		last = add_item(name, "G");
	}
	reel_probe_raise(probe, last);
	reel_probe_raise(probe, 999999);
	until(nothing_pending);
	assert_int_equal(number("SELECT item_id FROM changes WHERE op = 1 AND "
	    "seq > 11 ORDER BY seq LIMIT 1"), last);
}

int
main(int argc, char **argv)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(facts_are_written_and_the_job_is_done),
	    T(outcomes_come_together_and_the_last_is_told_at_once),
	    T(the_files_fault_fails_it_at_once),
	    T(a_file_that_kills_its_worker_is_tried_twice),
	    T(many_files_go_through_and_a_bad_one_stops_none),
	    T(however_many_hang_good_files_come_through),
	    T(what_yielded_is_tried_to_the_end),
	    T(a_missing_worker_counts_no_attempt),
	    T(a_picture_follows_the_facts_and_is_made_once),
	    T(a_picture_is_filed_under_its_own_key_whatever_a_worker_says),
	    T(a_picture_of_a_file_that_changed_meanwhile_is_not_kept),
	    T(what_cannot_be_drawn_is_noted_and_stays_ready),
	    T(pictures_made_otherwise_are_owed_again),
	    T(a_file_that_is_gone_owes_nothing),
	    T(a_disk_that_is_away_keeps_the_job_and_nobody_waits),
	    T(a_file_that_cannot_be_opened_fails_with_the_reason),
	    T(too_many_open_files_is_no_files_fault),
	    T(a_file_that_changed_meanwhile_is_read_again),
	    T(a_file_that_is_being_written_is_left_alone),
	    T(draining_hands_out_nothing),
	    T(a_book_that_cannot_be_written_gets_its_job_back_later),
	    T(what_somebody_looks_at_comes_first),
	};
	const char *name = strrchr(argv[0], '/');

	if (argc == 2 && name != NULL && strcmp(name, "/worker") == 0)
		be_worker();

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
