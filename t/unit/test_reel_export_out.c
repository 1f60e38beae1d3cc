/* links: indexer/reel_export_out.c indexer/reel_mem.c indexer/reel_log.c shared/reel_buf.c */
/* OUT.part: what is kept of it, what is written anew, and when it is OUT. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_export_out.h"

#define LEN 200000

static char dir[64], path[80], part[96];
static char film[LEN], other[LEN];
static struct reel_export_out out;
static struct reel_buf why;

static int
set_up(void **state)
{
	size_t i;

	(void)state;
	strcpy(dir, "/tmp/reel-test-export-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return (-1);
	snprintf(path, sizeof(path), "%s/a.mp4", dir);
	snprintf(part, sizeof(part), "%s.part", path);
	for (i = 0; i < LEN; i++)
		film[i] = other[i] = (char)(i * 2654435761u >> 13);
	other[LEN / 2] ^= 1;
	reel_buf_init(&why);
	memset(&out, 0, sizeof(out));
	out.fd = -1;

	return (0);
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	reel_export_out_close(&out);
	reel_buf_clear(&why);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);

	return (system(command) == 0 ? 0 : -1);
}

static void
begin(void)
{

	assert_int_equal(reel_export_out_open(&out, path, &why), REEL_OK);
	out.limit = LEN * 2;
}

static enum reel_status
put(const char *data, int64_t at, size_t len)
{

	return (reel_export_out_put(&out, at, data + at, len, &why));
}

static void
put_all(const char *data, size_t len)
{
	size_t at, n;

	for (at = 0; at < len; at += n) {
		n = len - at < 61440 ? len - at : 61440;
		assert_int_equal(put(data, (int64_t)at, n), REEL_OK);
	}
}

static void
holds(const char *name, const char *data, size_t len)
{
	static char there[LEN + 1];
	FILE *file = fopen(name, "r");

	assert_non_null(file);
	assert_int_equal(fread(there, 1, sizeof(there), file), len);
	assert_memory_equal(there, data, len);
	fclose(file);
}

static void
keep(const char *name, const char *data, size_t len)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	fclose(file);
}

static void
said(const char *text)
{

	reel_buf_chr(&why, '\0');
	if (strstr(why.data, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, why.data);
	reel_buf_reset(&why);
}

static void
it_is_whole_when_it_has_its_name(void **state)
{

	(void)state;
	begin();
	put_all(film, LEN);
	/* Back to an earlier place: at the end, not now. */
	assert_int_equal(
	    reel_export_out_put(&out, 40, "SIZE", 4, &why), REEL_OK);
	holds(part, film, LEN);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(reel_export_out_finish(&out, &why), REEL_OK);
	assert_int_equal(access(part, F_OK), -1);
	memcpy(film + 40, "SIZE", 4);
	holds(path, film, LEN);
}

static void
half_of_it_is_gone_on_with(void **state)
{
	struct stat before, after;

	(void)state;
	keep(part, film, LEN / 3);
	assert_int_equal(stat(part, &before), 0);
	begin();
	assert_int_equal(out.had, LEN / 3);
	put_all(film, LEN / 3 - 1);
	/* Not written: the time of the file stands still. */
	assert_int_equal(stat(part, &after), 0);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	assert_int_equal(put(film, LEN / 3 - 1, LEN / 2), REEL_OK);
	assert_int_equal(put(film, out.at, (size_t)(LEN - out.at)), REEL_OK);
	assert_int_equal(out.other, -1);
	assert_int_equal(reel_export_out_finish(&out, &why), REEL_OK);
	holds(path, film, LEN);
}

static void
half_of_another_is_written_anew_from_where_they_part(void **state)
{

	(void)state;
	keep(part, other, LEN);
	begin();
	put_all(film, LEN / 2 + 10);
	assert_int_equal(out.other, LEN / 2);
	assert_int_equal(reel_export_out_finish(&out, &why), REEL_OK);
	holds(path, film, LEN / 2 + 10);
}

static void
one_that_was_longer_ends_where_the_film_does(void **state)
{

	(void)state;
	keep(part, film, LEN);
	begin();
	put_all(film, LEN / 2);
	assert_int_equal(reel_export_out_finish(&out, &why), REEL_OK);
	holds(path, film, LEN / 2);
}

static void
files_of_others_are_left_alone(void **state)
{

	(void)state;
	keep(path, "mine", 4);
	assert_int_equal(
	    reel_export_out_open(&out, path, &why), REEL_BAD_INPUT);
	said("is there already");
	reel_export_out_close(&out);
	holds(path, "mine", 4);
	unlink(path);
	keep(part, "mine", 4);
	begin();
	assert_int_equal(put(film, 0, 1000), REEL_BAD_INPUT);
	said("no export began it");
	holds(part, "mine", 4);
	reel_export_out_close(&out);
	unlink(part);
	assert_int_equal(symlink(path, part), 0);
	assert_int_equal(reel_export_out_open(&out, path, &why), REEL_IO);
	assert_int_equal(access(path, F_OK), -1);
	reel_export_out_close(&out);
	unlink(part);
	/* One that comes into being meanwhile. */
	begin();
	put_all(film, 1000);
	keep(path, "mine", 4);
	assert_int_equal(reel_export_out_finish(&out, &why), REEL_IO);
	said("has come into being meanwhile");
	holds(path, "mine", 4);
	holds(part, film, 1000);
}

static void
one_at_a_time(void **state)
{
	struct reel_export_out second;

	(void)state;
	begin();
	assert_int_equal(
	    reel_export_out_open(&second, path, &why), REEL_BUSY);
	reel_export_out_close(&second);
	assert_int_equal(put(film, 0, 1000), REEL_OK);
}

static void
bytes_from_nowhere_are_refused(void **state)
{

	(void)state;
	begin();
	assert_int_equal(put(film, 0, 1000), REEL_OK);
	assert_int_equal(put(film, 1001, 10), REEL_BAD_INPUT);
	assert_int_equal(put(film, 990, 20), REEL_BAD_INPUT);
	assert_int_equal(reel_export_out_put(&out, -1, "x", 1, &why),
	    REEL_BAD_INPUT);
	assert_int_equal(reel_export_out_put(&out, INT64_MAX, "x", 1, &why),
	    REEL_BAD_INPUT);
	/* More than it may be, and more afterthoughts than anybody has. */
	out.limit = 1500;
	assert_int_equal(put(film, 1000, 501), REEL_BAD_INPUT);
	assert_int_equal(put(film, 1000, 500), REEL_OK);
	while (out.patches.len < 60000)
		assert_int_equal(put(film, 0, 1000), REEL_OK);
	while (out.patches.len < 65000)
		assert_int_equal(put(film, 0, 100), REEL_OK);
	assert_int_equal(put(film, 0, 1000), REEL_BAD_INPUT);
	holds(part, film, 1500);
}

static void
nothing_leaves_nothing(void **state)
{

	(void)state;
	begin();
	reel_export_out_close(&out);
	assert_int_equal(access(part, F_OK), -1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(it_is_whole_when_it_has_its_name),
	    T(half_of_it_is_gone_on_with),
	    T(half_of_another_is_written_anew_from_where_they_part),
	    T(one_that_was_longer_ends_where_the_film_does),
	    T(files_of_others_are_left_alone),
	    T(one_at_a_time),
	    T(bytes_from_nowhere_are_refused),
	    T(nothing_leaves_nothing),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
