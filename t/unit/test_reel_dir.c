/* links: indexer/reel_dir.c indexer/reel_stat.c shared/reel_buf.c
 * indexer/reel_mem.c indexer/reel_log.c */
/* Opening beneath a root: no way out, any depth; listing and stat. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/reel_dir.h"
#include "indexer/reel_stat.h"

#define DEPTH 40 /* of names of 200 bytes: twice PATH_MAX */

static char root[64];

static int
set_up(void **state)
{

	(void)state;
	strcpy(root, "/tmp/test_reel_dir.XXXXXX");
	return (mkdtemp(root) == NULL);
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	return (system(command));
}

static void
make(const char *name, const char *kind)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	if (strcmp(kind, "folder") == 0) {
		assert_int_equal(mkdir(path, 0755), 0);
	} else if (strcmp(kind, "fifo") == 0) {
		assert_int_equal(mkfifo(path, 0644), 0);
	} else if (strcmp(kind, "file") == 0) {
		fd = open(path, O_CREAT | O_WRONLY, 0644);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, "12345", 5), 5);
		close(fd);
	} else {
		assert_int_equal(symlink(kind, path), 0);
	}
}

static enum reel_status
try(const char *rel)
{
	enum reel_status status;
	int fd = -1;

	status = reel_dir_open(root, rel, strlen(rel), &fd);
	if (fd != -1)
		close(fd);
	return (status);
}

static void
only_real_folders_open(void **state)
{

	(void)state;
	make("d", "folder");
	make("d/e", "folder");
	make("f", "file");
	make("link", "d");
	make("up", "..");
	make("out", "/etc");
	assert_int_equal(try(""), REEL_OK);
	assert_int_equal(try("d"), REEL_OK);
	assert_int_equal(try("d/e"), REEL_OK);
	assert_int_equal(try("none"), REEL_NOT_FOUND);
	assert_int_equal(try("f"), REEL_NOT_FOUND);
	assert_int_equal(try("f/e"), REEL_NOT_FOUND);
	assert_int_equal(try("link"), REEL_NOT_FOUND);
	assert_int_equal(try("link/e"), REEL_NOT_FOUND);
	assert_int_equal(try("up"), REEL_NOT_FOUND);
	assert_int_equal(try("out"), REEL_NOT_FOUND);
	assert_int_equal(try("../etc"), REEL_NOT_FOUND);
	assert_int_equal(try("d/../../etc"), REEL_NOT_FOUND);
}

static void
a_path_may_be_longer_than_path_max(void **state)
{
	char name[201];
	char *rel = calloc(DEPTH + 1, sizeof(name));
	int fd, next, i;

	(void)state;
	assert_non_null(rel);
	memset(name, 'n', 200);
	name[200] = '\0';
	fd = open(root, O_RDONLY | O_DIRECTORY);
	for (i = 0; i < DEPTH; i++) {
		assert_int_equal(mkdirat(fd, name, 0755), 0);
		next = openat(fd, name, O_RDONLY | O_DIRECTORY);
		assert_true(next >= 0);
		close(fd);
		fd = next;
		strcat(rel, i == 0 ? "" : "/");
		strcat(rel, name);
	}
	close(fd);
	assert_true(strlen(rel) > PATH_MAX);
	assert_int_equal(try(rel), REEL_OK);
	strcat(rel, "/none");
	assert_int_equal(try(rel), REEL_NOT_FOUND);
	free(rel);
}

static void
a_file_opens_and_a_fifo_does_not_wait(void **state)
{
	int dir, fd = -1;
	char byte;

	(void)state;
	make("f", "file");
	make("p", "fifo");
	make("l", "f");
	make("d", "folder");
	assert_int_equal(reel_dir_open(root, "", 0, &dir), REEL_OK);
	assert_int_equal(reel_dir_open_file(dir, "p", &fd), REEL_NOT_FOUND);
	assert_int_equal(reel_dir_open_file(dir, "l", &fd), REEL_NOT_FOUND);
	assert_int_equal(reel_dir_open_file(dir, "d", &fd), REEL_NOT_FOUND);
	assert_int_equal(reel_dir_open_file(dir, "x", &fd), REEL_NOT_FOUND);
	assert_int_equal(fd, -1);
	assert_int_equal(reel_dir_open_file(dir, "f", &fd), REEL_OK);
	assert_int_equal(read(fd, &byte, 1), 1);
	close(fd);
	close(dir);
}

static void
a_listing_is_sorted_as_bytes(void **state)
{
	struct reel_dir_list list;
	static const char *const want[] = { "\n", ".h", "B", "a", "a b", "b",
		"\xff" };
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < 7; i++)
		make(want[6 - i], "file");
	assert_int_equal(reel_dir_open(root, "", 0, &fd), REEL_OK);
	reel_dir_list_init(&list);
	assert_int_equal(reel_dir_read(fd, &list), REEL_OK);
	assert_int_equal(list.count, 7);
	for (i = 0; i < 7; i++) {
		assert_string_equal(
		    list.names.data + list.entries[i].offset, want[i]);
		assert_int_equal(list.entries[i].len, strlen(want[i]));
		assert_true(reel_dir_list_has(&list, want[i]));
	}
	assert_false(reel_dir_list_has(&list, "c"));
	assert_false(reel_dir_list_has(&list, ""));
	/* A second reading begins at the beginning. */
	reel_dir_list_clear(&list);
	assert_false(reel_dir_list_has(&list, "a"));
	assert_int_equal(reel_dir_read(fd, &list), REEL_OK);
	assert_int_equal(list.count, 7);
	reel_dir_list_clear(&list);
	close(fd);
}

static void
stat_tells_kind_size_and_identity(void **state)
{
	struct reel_stat folder, st, again;
	int fd;

	(void)state;
	make("f", "file");
	make("d", "folder");
	make("l", "f");
	assert_int_equal(reel_dir_open(root, "", 0, &fd), REEL_OK);
	assert_int_equal(reel_stat_fd(fd, &folder), REEL_OK);
	assert_int_equal(folder.kind, REEL_STAT_FOLDER);
	assert_int_equal(reel_stat_at(fd, &folder, "f", &st), REEL_OK);
	assert_int_equal(st.kind, REEL_STAT_FILE);
	assert_int_equal(st.size, 5);
	assert_int_equal(st.nlink, 1);
	assert_int_equal(st.fs, folder.fs);
	assert_int_not_equal(st.ino, folder.ino);
	assert_int_equal(reel_stat_at(fd, &folder, "l", &again), REEL_OK);
	assert_int_equal(again.kind, REEL_STAT_OTHER);
	assert_int_equal(reel_stat_at(fd, &folder, "none", &again), REEL_OK);
	assert_int_equal(again.kind, REEL_STAT_NONE);
	assert_int_equal(renameat(fd, "f", fd, "g"), 0);
	assert_int_equal(reel_stat_at(fd, &folder, "g", &again), REEL_OK);
	assert_int_equal(again.ino, st.ino);
	assert_int_equal(again.btime_ns, st.btime_ns);
	close(fd);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(only_real_folders_open),
		T(a_path_may_be_longer_than_path_max),
		T(a_file_opens_and_a_fifo_does_not_wait),
		T(a_listing_is_sorted_as_bytes),
		T(stat_tells_kind_size_and_identity),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
