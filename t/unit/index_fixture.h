/*
 * A real engine on a real tree: loop, watcher, book and index, two roots.  A
 * test changes the disk, runs the loop until the index is idle, and compares.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "indexer/reel_config.h"
#include "indexer/reel_index.h"
#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_watch_inotify.h"
#include "indexer/reel_write_sql.h"

/* Not every test needs all of it. */
#pragma GCC diagnostic ignored "-Wunused-function"

#define PATIENCE_MS 60000

struct rig {
	char dir[64];
	char state[96];
	char roots[2][128];
	struct reel_config config;
	struct reel_loop *loop;
	struct reel_watch *watch;
	struct reel_write *write;
	struct reel_queue *queue;
	struct reel_index *index;
	int64_t until_ms;
	int quiet;
	int commits;
};

static struct rig rig;

static int64_t
clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

static void
on_commit(void *cookie)
{

	((struct rig *)cookie)->commits++;
}

/* Idle a few times in a row: events may still be on their way. */
static void
on_check(void *cookie)
{
	struct rig *r = cookie;

	r->quiet = reel_index_idle(r->index) ? r->quiet + 1 : 0;
	if (r->quiet >= 8 || clock_ms() > r->until_ms)
		reel_loop_stop(r->loop);
	else
		reel_loop_timer(r->loop, 10, on_check, r);
}

static void
run_until_idle(void)
{

	rig.quiet = 0;
	rig.until_ms = clock_ms() + PATIENCE_MS;
	reel_loop_timer(rig.loop, 10, on_check, &rig);
	reel_loop_run(rig.loop);
	assert_true(rig.quiet >= 8);
}

static void
on_end(void *cookie)
{

	reel_loop_stop(((struct rig *)cookie)->loop);
}

static void
run_for(int64_t ms)
{

	reel_loop_timer(rig.loop, ms, on_end, &rig);
	reel_loop_run(rig.loop);
}

static void
open_index(void)
{
	struct reel_buf why;

	reel_buf_init(&why);
	assert_int_equal(
	    reel_write_open(rig.state, &rig.write, &why), REEL_OK);
	assert_int_equal(reel_queue_open(rig.write, &rig.queue), REEL_OK);
	assert_int_equal(reel_index_open(&rig.config, rig.loop, rig.watch,
	    rig.write, rig.queue, on_commit, &rig, &rig.index), REEL_OK);
	reel_buf_clear(&why);
}

static void
close_index(void)
{

	reel_index_close(rig.index);
	reel_queue_close(rig.queue);
	reel_write_close(rig.write);
}

static void
add_root(size_t i, const char *name)
{
	struct reel_config_root *root = &rig.config.roots[i];
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", rig.dir, name);
	strcpy(rig.roots[i], path);
	assert_int_equal(mkdir(rig.roots[i], 0755), 0);
	root->name = strdup(name);
	root->path = strdup(rig.roots[i]);
}

static int
set_up_rig(int watched)
{

	memset(&rig, 0, sizeof(rig));
	strcpy(rig.dir, "/tmp/test_reel_index.XXXXXX");
	if (mkdtemp(rig.dir) == NULL)
		return (1);
	strcpy(rig.state, rig.dir);
	strcat(rig.state, "/state");
	reel_log_open(NULL, REEL_LOG_ERR);
	reel_config_init(&rig.config);
	rig.config.roots = calloc(2, sizeof(*rig.config.roots));
	rig.config.roots_count = 2;
	add_root(0, "A");
	add_root(1, "B");
	rig.config.settle_ms = 100;
	rig.config.verify_s = 86400;
	rig.config.poll_s = 1;
	rig.config.retention_s = 604800;
	rig.config.retention_records = 1000000;
	if (watched && reel_watch_open(&rig.watch) != REEL_OK)
		return (1);
	rig.loop = reel_loop_new();
	open_index();
	run_until_idle();
	return (0);
}

static int
set_up(void **state)
{

	(void)state;
	return (set_up_rig(1));
}

static int
set_up_polled(void **state)
{

	(void)state;
	return (set_up_rig(0));
}

static int
tear_down(void **state)
{
	char command[160];

	(void)state;
	close_index();
	reel_watch_close(rig.watch);
	reel_loop_free(rig.loop);
	reel_config_clear(&rig.config);
	snprintf(command, sizeof(command), "rm -rf '%s'", rig.dir);
	return (system(command));
}

/* --- the disk --- */

static const char *
at(const char *name)
{
	static char paths[4][512];
	static unsigned turn;
	char *path = paths[turn++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", rig.dir, name);
	return (path);
}

static void
put(const char *name, const char *text)
{
	int fd = open(at(name), O_CREAT | O_WRONLY | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
folder(const char *name)
{

	assert_int_equal(mkdir(at(name), 0755), 0);
}

static void
move(const char *from, const char *to)
{

	assert_int_equal(rename(at(from), at(to)), 0);
}

static void
exchange(const char *a, const char *b)
{

	assert_int_equal(syscall(SYS_renameat2, AT_FDCWD, at(a), AT_FDCWD,
	    at(b), 2 /* RENAME_EXCHANGE */), 0);
}

static void
shell(const char *command)
{
	char line[512];

	snprintf(line, sizeof(line), "cd '%s' && %s", rig.dir, command);
	assert_int_equal(system(line), 0);
}

/* --- the book --- */

/* 0: no such item. */
static int64_t
id_of(const char *path)
{
	struct reel_node_list list;
	const char *slash;
	int64_t id = REEL_ITEM_TOP;
	size_t len;

	reel_node_list_init(&list);
	while (*path != '\0') {
		slash = strchr(path, '/');
		len = slash == NULL ? strlen(path) : (size_t)(slash - path);
		reel_node_list_reset(&list);
		if (reel_write_place(rig.write, id, path, len, &list) !=
		    REEL_OK) {
			id = 0;
			break;
		}
		id = list.nodes[0].id;
		path += len + (slash != NULL);
	}
	reel_node_list_clear(&list);
	return (id);
}

static struct reel_node
node_of(const char *path)
{
	struct reel_node_list list;
	struct reel_node node;

	reel_node_list_init(&list);
	assert_int_equal(
	    reel_write_get(rig.write, id_of(path), &list), REEL_OK);
	node = list.nodes[0];
	reel_node_list_clear(&list);
	node.name = NULL;
	return (node);
}

static int64_t
records(void)
{

	return (reel_write_head(rig.write).seq);
}

/* Compare the folder ${fd} with the item ${id}, all the way down. */
static int
same_below(int fd, int64_t id, const char *path)
{
	struct reel_node_list list;
	struct dirent *entry;
	struct stat st;
	DIR *dir = fdopendir(dup(fd));
	char name[512];
	size_t found = 0, i;
	int bad = 0, below;

	assert_non_null(dir);
	reel_node_list_init(&list);
	assert_int_equal(
	    reel_write_children(rig.write, id, &list), REEL_OK);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
		    (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
			continue;
		found++;
		for (i = 0; i < list.count; i++) {
			if (strcmp(list.nodes[i].name, entry->d_name) == 0)
				break;
		}
		snprintf(name, sizeof(name), "%.200s/%s", path, entry->d_name);
		if (i == list.count ||
		    REEL_TYPE_IS_FOLDER(list.nodes[i].type) !=
		        S_ISDIR(st.st_mode) ||
		    list.nodes[i].ino != (int64_t)st.st_ino ||
		    (S_ISREG(st.st_mode) && list.nodes[i].size != st.st_size) ||
		    list.nodes[i].state == REEL_STATE_GROWING) {
			print_error("not as on disk: %s\n", name);
			bad++;
			continue;
		}
		if (!S_ISDIR(st.st_mode))
			continue;
		below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY);
		assert_true(below >= 0);
		bad += same_below(below, list.nodes[i].id, name);
		close(below);
	}
	if (found != list.count) {
		print_error("%s: %zu on disk, %zu in the book\n", path, found,
		    list.count);
		bad++;
	}
	reel_node_list_clear(&list);
	closedir(dir);
	return (bad);
}

static void
assert_same(void)
{
	size_t i;
	int fd, bad = 0;

	for (i = 0; i < 2; i++) {
		fd = open(rig.roots[i], O_RDONLY | O_DIRECTORY);
		assert_true(fd >= 0);
		bad += same_below(fd, id_of(rig.config.roots[i].name),
		    rig.config.roots[i].name);
		close(fd);
	}
	assert_int_equal(bad, 0);
}

/* Run until idle, and the library is the disk. */
static void
look(void)
{

	run_until_idle();
	assert_same();
}

static const struct reel_index_disk *
disk_of(const char *path)
{
	static struct reel_index_report report;
	size_t i;

	reel_index_report(rig.index, &report);
	for (i = 0; i < report.disks_count; i++) {
		if (strcmp(report.disks[i].path, path) == 0)
			return (&report.disks[i]);
	}
	fail_msg("no disk %s", path);
	return (NULL);
}
