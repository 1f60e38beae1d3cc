/* links: indexer/reel_watch_inotify.c indexer/reel_burst.c indexer/reel_ring.c indexer/reel_table.c
 * shared/reel_status.c indexer/reel_mem.c indexer/reel_log.c */
/* The watcher on real folders: which folder and name each event nominates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/reel_watch_inotify.h"

#define PATIENCE_MS 20000

static char root[64];
static struct reel_watch *watch;

static int
set_up(void **state)
{

	(void)state;
	strcpy(root, "/tmp/test_reel_watch.XXXXXX");
	if (mkdtemp(root) == NULL)
		return (1);
	return (reel_watch_open(&watch) != REEL_OK);
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	reel_watch_close(watch);
	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	return (system(command));
}

static void
path_of(char *path, size_t size, const char *name)
{

	snprintf(path, size, "%s%s%s", root, *name == '\0' ? "" : "/", name);
}

static enum reel_status
add(const char *name, int64_t id)
{
	char path[256];
	enum reel_status status;
	int fd;

	path_of(path, sizeof(path), name);
	fd = open(path, O_RDONLY | O_DIRECTORY);
	assert_true(fd >= 0);
	status = reel_watch_add(watch, fd, id);
	close(fd);
	return (status);
}

static void
put(const char *name, const char *text)
{
	char path[256];
	int fd;

	path_of(path, sizeof(path), name);
	fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
rename_to(const char *from, const char *to)
{
	char a[256], b[256];

	path_of(a, sizeof(a), from);
	path_of(b, sizeof(b), to);
	assert_int_equal(rename(a, b), 0);
}

static void
folder(const char *name)
{
	char path[256];

	path_of(path, sizeof(path), name);
	assert_int_equal(mkdir(path, 0755), 0);
}

/* Wait for an event of that folder and name with that bit. */
static struct reel_watch_event
expect(int64_t id, const char *name, uint32_t bit)
{
	struct reel_watch_event event;
	struct pollfd pfd = { reel_watch_fd(watch), POLLIN, 0 };

	for (;;) {
		if (reel_watch_next(watch, &event) != REEL_OK) {
			if (poll(&pfd, 1, PATIENCE_MS) != 1)
				fail_msg("no event %s %x", name, bit);
			continue;
		}
		if (event.folder_id == id && event.mask & bit &&
		    strcmp(event.name, name) == 0)
			return (event);
	}
}

static void
events_name_the_folder_and_the_name(void **state)
{
	struct reel_watch_event from, to;

	(void)state;
	folder("a");
	assert_int_equal(add("", 1), REEL_OK);
	assert_int_equal(add("a", 2), REEL_OK);
	assert_int_equal(add("a", 2), REEL_OK);
	assert_int_equal(reel_watch_count(watch), 2);
	put("x", "1");
	assert_int_equal(expect(1, "x", IN_CREATE).kind, REEL_WATCH_LOOK);
	expect(1, "x", IN_CLOSE_WRITE);
	rename_to("x", "a/y");
	from = expect(1, "x", IN_MOVED_FROM);
	to = expect(2, "y", IN_MOVED_TO);
	assert_int_equal(from.cookie, to.cookie);
	assert_int_not_equal(from.cookie, 0);
}

static void
a_renamed_folder_keeps_its_id(void **state)
{

	(void)state;
	folder("a");
	assert_int_equal(add("", 1), REEL_OK);
	assert_int_equal(add("a", 2), REEL_OK);
	rename_to("a", "b");
	assert_int_equal(expect(2, "", IN_MOVE_SELF).kind, REEL_WATCH_GONE);
	put("b/z", "1");
	expect(2, "z", IN_CREATE);
	assert_true(reel_watch_has(watch, 2));
}

static void
a_removed_folder_says_so_and_its_name_can_come_again(void **state)
{
	char path[256];

	(void)state;
	folder("a");
	assert_int_equal(add("a", 2), REEL_OK);
	path_of(path, sizeof(path), "a");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(expect(2, "", IN_DELETE_SELF).kind, REEL_WATCH_GONE);
	expect(2, "", IN_IGNORED);
	assert_false(reel_watch_has(watch, 2));
	folder("a");
	assert_int_equal(add("a", 3), REEL_OK);
	put("a/new", "1");
	expect(3, "new", IN_CREATE);
	assert_int_equal(reel_watch_count(watch), 1);
}

static void
nothing_is_heard_of_a_watch_taken_away(void **state)
{
	struct reel_watch_event event;
	struct pollfd pfd = { reel_watch_fd(watch), POLLIN, 0 };

	(void)state;
	folder("a");
	folder("b");
	assert_int_equal(add("a", 2), REEL_OK);
	assert_int_equal(add("b", 3), REEL_OK);
	put("a/early", "1");
	reel_watch_remove(watch, 2);
	reel_watch_remove(watch, 77);
	put("a/late", "1");
	put("b/mark", "1");
	for (;;) {
		if (reel_watch_next(watch, &event) != REEL_OK) {
			assert_int_equal(poll(&pfd, 1, PATIENCE_MS), 1);
			continue;
		}
		assert_int_equal(event.kind, REEL_WATCH_LOOK);
		assert_int_equal(event.folder_id, 3);
		if (event.mask & IN_CLOSE_WRITE)
			break;
	}
	assert_int_equal(reel_watch_overflows(watch), 0);
}

static void
one_inode_cannot_be_two_folders(void **state)
{

	(void)state;
	folder("a");
	assert_int_equal(add("a", 2), REEL_OK);
	assert_int_equal(add("a", 3), REEL_BUSY);
	assert_true(reel_watch_has(watch, 2));
	assert_false(reel_watch_has(watch, 3));
}

static void
a_burst_of_writes_is_told_and_its_end_too(void **state)
{
	char path[256];
	int fd, i, told = 0;
	struct reel_watch_event event;
	struct pollfd pfd = { reel_watch_fd(watch), POLLIN, 0 };

	(void)state;
	assert_int_equal(add("", 1), REEL_OK);
	path_of(path, sizeof(path), "grows");
	fd = open(path, O_CREAT | O_WRONLY, 0644);
	assert_true(fd >= 0);
	for (i = 0; i < 5000; i++)
		assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
	for (;;) {
		if (reel_watch_next(watch, &event) != REEL_OK) {
			assert_int_equal(poll(&pfd, 1, PATIENCE_MS), 1);
			continue;
		}
		told += event.mask == IN_MODIFY;
		if (event.mask & IN_CLOSE_WRITE)
			break;
	}
	assert_true(told >= 1);
	assert_true(told < 2500);
	/* And afterwards a single one is heard at once. */
	assert_int_equal(truncate(path, 3), 0);
	expect(1, "grows", IN_MODIFY);
}

static void
the_descriptor_does_not_leak_into_children(void **state)
{
	char path[64], target[64];
	ssize_t len;
	int fd, seen = 0;

	(void)state;
	for (fd = 0; fd < 1024; fd++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		len = readlink(path, target, sizeof(target) - 1);
		target[len < 0 ? 0 : len] = '\0';
		if (strcmp(target, "anon_inode:inotify") != 0)
			continue;
		seen++;
		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	}
	assert_int_equal(seen, 1);
}

static void
a_mark_comes_after_all_that_happened_before(void **state)
{
	struct reel_watch_event event;
	struct pollfd pfd = { reel_watch_fd(watch), POLLIN, 0 };
	int marks = 0, last = 0;
	char name[32];
	int i;

	(void)state;
	assert_int_equal(add("", 1), REEL_OK);
	for (i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		put(name, "1");
		/* Only the last one counts. */
		assert_int_equal(reel_watch_mark(watch), REEL_OK);
	}
	while (marks == 0) {
		if (reel_watch_next(watch, &event) != REEL_OK) {
			assert_int_equal(poll(&pfd, 1, PATIENCE_MS), 1);
			continue;
		}
		marks += event.kind == REEL_WATCH_MARK;
		last |= strcmp(event.name, "f499") == 0 &&
		    event.mask & IN_CLOSE_WRITE;
	}
	assert_true(last);
	assert_int_equal(reel_watch_next(watch, &event), REEL_NOT_FOUND);
	assert_int_equal(reel_watch_overflows(watch), 0);
	assert_int_equal(reel_watch_count(watch), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(events_name_the_folder_and_the_name),
		T(a_renamed_folder_keeps_its_id),
		T(a_removed_folder_says_so_and_its_name_can_come_again),
		T(nothing_is_heard_of_a_watch_taken_away),
		T(one_inode_cannot_be_two_folders),
		T(a_burst_of_writes_is_told_and_its_end_too),
		T(a_mark_comes_after_all_that_happened_before),
		T(the_descriptor_does_not_leak_into_children),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
