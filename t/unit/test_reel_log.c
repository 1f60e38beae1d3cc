/* links: indexer/reel_log.c */
/* The log: what a hostile name can and cannot do to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_log.h"

static char path[64];
static char text[16384];

static int
set_up(void **state)
{
	int fd;

	(void)state;
	strcpy(path, "/tmp/reel-test-log-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(reel_log_open(path, REEL_LOG_INFO), 0);

	return (0);
}

static int
tear_down(void **state)
{

	(void)state;
	reel_log_close();
	unlink(path);

	return (0);
}

static const char *
read_log(const char *name)
{
	int fd = open(name, O_RDONLY);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, text, sizeof(text) - 1);
	assert_true(n >= 0);
	text[n] = '\0';
	close(fd);

	return (text);
}

/* What the line says behind its time. */
static const char *
message(void)
{
	const char *space = strchr(read_log(path), ' ');

	assert_non_null(space);

	return (space + 1);
}

static void
a_line_has_time_level_and_message(void **state)
{

	(void)state;
	reel_info("hello n=%d", 7);
	assert_string_equal(message(), "info hello n=7\n");
	/* 2026-11-20T07:00:00.123Z */
	assert_int_equal(text[10], 'T');
	assert_int_equal(text[23], 'Z');
	assert_int_equal(text[24], ' ');
}

static void
bytes_that_could_forge_a_line_are_escaped(void **state)
{
	static const struct {
		const char *name;
		const char *line;
	} rows[] = {
	    {"a\nb", "info name=a\\x0ab\n"},
	    {"a\r\nerror x", "info name=a\\x0d\\x0aerror x\n"},
	    {"\033[2Jx", "info name=\\x1b[2Jx\n"},
	    {"\x7f\x01", "info name=\\x7f\\x01\n"},
	    {"caf\xc3\xa9 \xe6\xb5\x8b", "info name=caf\xc3\xa9 \xe6\xb5\x8b\n"},
	    {"\xf0\x9f\x8e\xac", "info name=\xf0\x9f\x8e\xac\n"},
	    {"caf\xe9", "info name=caf\\xe9\n"},
	    {"\xc0\x8a", "info name=\\xc0\\x8a\n"},
	    {"\xc2\x9b" "2J", "info name=\\xc2\\x9b2J\n"},
	    {"\xe2\x80\xa8", "info name=\\xe2\\x80\\xa8\n"},
	    {"\xe2\x80\xae" "4pm", "info name=\\xe2\\x80\\xae4pm\n"},
	    {"\xed\xa0\x80", "info name=\\xed\\xa0\\x80\n"},
	    {"\xe0\x80\x8a", "info name=\\xe0\\x80\\x8a\n"},
	    {"\xf4\x90\x80\x80", "info name=\\xf4\\x90\\x80\\x80\n"},
	    {"\xe6\xb5", "info name=\\xe6\\xb5\n"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(truncate(path, 0), 0);
		reel_info("name=%s", rows[i].name);
		assert_string_equal(message(), rows[i].line);
	}
}

static void
a_long_message_is_cut_and_stays_one_line(void **state)
{
	char *name = malloc(9001);
	size_t i;
	const char *line;

	(void)state;
	assert_non_null(name);
	for (i = 0; i < 9000; i++)
		name[i] = i % 2 ? '\n' : 'x';
	name[9000] = '\0';
	reel_info("name=%s", name);
	line = read_log(path);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	assert_true(strlen(line) <= 4096);
	free(name);
}

static void
levels_above_the_wanted_one_are_silent(void **state)
{

	(void)state;
	reel_debug("no");
	assert_string_equal(read_log(path), "");
	assert_false(reel_log_wants(REEL_LOG_DEBUG));
	assert_int_equal(reel_log_open(path, REEL_LOG_ERR), 0);
	reel_warn("no");
	reel_err("yes");
	assert_string_equal(message(), "error yes\n");
}

static void
errno_survives(void **state)
{

	(void)state;
	errno = ENOSPC;
	reel_info("x");
	reel_debug("x");
	assert_int_equal(errno, ENOSPC);
}

static void
reopen_follows_a_rotated_file(void **state)
{
	char old[80];

	(void)state;
	snprintf(old, sizeof(old), "%s.1", path);
	reel_info("one");
	assert_int_equal(rename(path, old), 0);
	reel_info("two");
	assert_int_equal(reel_log_reopen(), 0);
	reel_info("three");
	assert_string_equal(message(), "info three\n");
	assert_non_null(strstr(read_log(old), "info two\n"));
	unlink(old);
}

static void
a_file_that_cannot_be_opened_leaves_the_old_log(void **state)
{

	(void)state;
	assert_int_not_equal(reel_log_open("/nowhere/x.log", REEL_LOG_INFO), 0);
	reel_info("still here");
	assert_string_equal(message(), "info still here\n");
}

static void
a_full_pipe_loses_lines_and_says_how_many(void **state)
{
	int p[2], i, saved = dup(STDERR_FILENO);
	char *all = malloc(1 << 20);
	ssize_t n;
	size_t len = 0;

	(void)state;
	assert_non_null(all);
	assert_int_equal(pipe(p), 0);
	assert_true(fcntl(p[1], F_SETPIPE_SZ, 16384) >= 16384);
	assert_int_equal(dup2(p[1], STDERR_FILENO), STDERR_FILENO);
	assert_int_equal(reel_log_open(NULL, REEL_LOG_INFO), 0);
	for (i = 0; i < 300; i++)
		reel_info("line %d ...........................", i);
	/* Got here: nobody reads and we did not wait. */
	assert_true(fcntl(p[0], F_SETFL, O_NONBLOCK) == 0);
	while ((n = read(p[0], all, 1 << 20)) > 0)
		;
	reel_info("last");
	while ((n = read(p[0], all + len, (1 << 20) - len - 1)) > 0)
		len += (size_t)n;
	all[len] = '\0';
	dup2(saved, STDERR_FILENO);
	assert_non_null(strstr(all, "warn log lines lost count="));
	assert_non_null(strstr(all, "info last\n"));
	close(saved);
	close(p[0]);
	close(p[1]);
	free(all);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_line_has_time_level_and_message),
	    T(bytes_that_could_forge_a_line_are_escaped),
	    T(a_long_message_is_cut_and_stays_one_line),
	    T(levels_above_the_wanted_one_are_silent),
	    T(errno_survives),
	    T(reopen_follows_a_rotated_file),
	    T(a_file_that_cannot_be_opened_leaves_the_old_log),
	    T(a_full_pipe_loses_lines_and_says_how_many),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
