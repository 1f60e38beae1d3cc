/* links: indexer/reel_slate.c indexer/reel_log.c indexer/reel_mem.c shared/reel_buf.c */
/* A small file, written on good days and on bad ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_slate.h"

static char dir[64];
static char held[100000];

static const char *
in_dir(const char *name)
{
	static char path[160];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return (path);
}

static int
set_up(void **state)
{

	(void)state;
	strcpy(dir, "/tmp/reel-test-slate-XXXXXX");
	return (mkdtemp(dir) == NULL ? -1 : 0);
}

static int
tear_down(void **state)
{

	(void)state;
	unlink(in_dir("f"));
	return (rmdir(dir));
}

static enum reel_status
put(struct reel_slate *slate, const char *text)
{

	return (reel_slate_write(slate, text, strlen(text)));
}

static const char *
read_from(int fd)
{
	ssize_t n = pread(fd, held, sizeof(held) - 1, 0);

	held[n < 0 ? 0 : n] = '\0';
	return (held);
}

static const char *
content(void)
{
	int fd = open(in_dir("f"), O_RDONLY);

	read_from(fd);
	if (fd == -1)
		strcpy(held, "no file");
	else
		close(fd);
	return (held);
}

static void
a_reader_has_the_old_file_or_the_new_one(void **state)
{
	struct reel_slate *slate = reel_slate_new(dir, "f");
	struct stat st;
	int old;

	(void)state;
	assert_int_equal(put(slate, "one"), REEL_OK);
	assert_true((old = open(in_dir("f"), O_RDONLY)) >= 0);
	assert_int_equal(put(slate, "two!"), REEL_OK);
	assert_int_equal(put(slate, "three"), REEL_OK);
	assert_string_equal(read_from(old), "one");
	assert_string_equal(content(), "three");
	assert_int_equal(fstat(old, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	close(old);
	reel_slate_free(slate);
	assert_string_equal(content(), "three");
}

static void
links_in_the_way_are_not_followed(void **state)
{
	static const char *const names[] = {"f.new", "f.spare"};
	struct reel_slate *slate;
	char target[160];
	struct stat st;
	size_t i;

	(void)state;
	strcpy(target, in_dir("target"));
	for (i = 0; i < 2; i++)
		assert_int_equal(symlink(target, in_dir(names[i])), 0);
	slate = reel_slate_new(dir, "f");
	assert_int_equal(put(slate, "x"), REEL_OK);
	assert_int_equal(stat(target, &st), -1);
	assert_string_equal(content(), "x");
	reel_slate_free(slate);
	for (i = 0; i < 2; i++)
		assert_int_equal(lstat(in_dir(names[i]), &st), -1);
}

static void
it_is_written_when_no_descriptor_is_left(void **state)
{
	struct reel_slate *slate = reel_slate_new(dir, "f");
	struct rlimit limit, old;
	char text[32], last[32];
	int probe, i;

	(void)state;
	assert_int_equal(put(slate, "before"), REEL_OK);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	assert_true((probe = dup(0)) >= 0);
	close(probe);
	limit = old;
	limit.rlim_cur = (rlim_t)probe;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(dup(0), -1);
	for (i = 0; i < 5; i++) {
		snprintf(text, sizeof(text), "%.*s%d", 5 - i, "-----", i);
		/* The spare stays where it was in the table. */
		assert_int_equal(put(slate, text), REEL_OK);
	}
	strcpy(last, text);
	assert_int_equal(dup(0), -1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_string_equal(content(), last);
	assert_int_equal(put(slate, "after"), REEL_OK);
	assert_string_equal(content(), "after");
	reel_slate_free(slate);
}

/* Fill the filesystem to the last block. */
static int
fill(void)
{
	static const char zeros[4096];
	int fd = open(in_dir("ballast"), O_WRONLY | O_CREAT, 0600);

	while (write(fd, zeros, sizeof(zeros)) > 0)
		continue;
	return (errno == ENOSPC ? fd : -1);
}

/* In a mount namespace of its own; 77: not to be had here. */
static int
on_a_full_disk(void)
{
	struct reel_slate *slate;
	char *text = calloc(1, 40001);
	int fd, i;

	if (unshare(CLONE_NEWNS) == -1 ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("tmpfs", dir, "tmpfs", 0, "size=1m") == -1)
		return (77);
	slate = reel_slate_new(dir, "f");
	if (put(slate, "before") != REEL_OK || (fd = fill()) == -1)
		return (1);
	/* Longer and shorter, and always with blocks for the longest. */
	for (i = 0; i < 6; i++) {
		memset(text, 'a' + i, 40000);
		text[i % 2 == 0 ? 40000 : 10] = '\0';
		if (put(slate, text) != REEL_OK ||
		    strcmp(content(), text) != 0)
			return (2 + i);
		if (write(fd, text, 1) != -1)
			return (10);
	}
	if (ftruncate(fd, 0) == -1 || put(slate, "after") != REEL_OK ||
	    strcmp(content(), "after") != 0)
		return (11);
	reel_slate_free(slate);
	free(text);
	return (0);
}

static void
it_is_written_when_the_disk_is_full(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0)
		_exit(on_a_full_disk());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(status, 0);
}

static void
what_is_missing_is_tried_for_again(void **state)
{
	struct reel_slate *slate;

	(void)state;
	assert_int_equal(rmdir(dir), 0);
	slate = reel_slate_new(dir, "f");
	assert_int_equal(put(slate, "x"), REEL_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(put(slate, "y"), REEL_OK);
	assert_string_equal(content(), "y");
	/* Also the file, if somebody removes it. */
	assert_int_equal(unlink(in_dir("f")), 0);
	assert_int_equal(put(slate, "z"), REEL_OK);
	assert_string_equal(content(), "z");
	reel_slate_free(slate);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_reader_has_the_old_file_or_the_new_one),
	    T(links_in_the_way_are_not_followed),
	    T(it_is_written_when_no_descriptor_is_left),
	    T(it_is_written_when_the_disk_is_full),
	    T(what_is_missing_is_tried_for_again),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
