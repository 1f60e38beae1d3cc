/* links: indexer/reel_state.c indexer/reel_file.c indexer/reel_log.c indexer/reel_mem.c shared/reel_buf.c */
/* The state folder and the small files in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_file.h"
#include "indexer/reel_state.h"

static char dir[64], state_dir[96];
static struct reel_buf why;

static int
set_up(void **state)
{

	(void)state;
	strcpy(dir, "/tmp/reel-test-state-XXXXXX");
	reel_buf_init(&why);
	if (mkdtemp(dir) == NULL)
		return (-1);
	snprintf(state_dir, sizeof(state_dir), "%s/a/b/state", dir);

	return (0);
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	reel_buf_clear(&why);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);

	return (system(command) == 0 ? 0 : -1);
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);

	return (st.st_mode & 07777);
}

static void
the_folder_is_made_with_those_above_and_closed_to_others(void **state)
{

	(void)state;
	assert_int_equal(reel_state_open(state_dir, NULL, &why), REEL_OK);
	assert_int_equal(mode_of(state_dir), 0750);
	/* And again, as at every start; whatever somebody did to it. */
	assert_int_equal(chmod(state_dir, 0777), 0);
	assert_int_equal(reel_state_open(state_dir, NULL, &why), REEL_OK);
	assert_int_equal(mode_of(state_dir), 0750);
}

static void
make_file(const char *folder, const char *name, const char *text)
{
	char path[160];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_non_null(out = fopen(path, "w"));
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void
the_group_gets_the_folder_and_all_that_is_made_in_it(void **state)
{
	struct group *entry = getgrnam("www-data");
	struct stat st;
	char path[160];

	(void)state;
	if (geteuid() != 0 || entry == NULL)
		skip();
	assert_int_equal(reel_state_open(state_dir, NULL, &why), REEL_OK);
	make_file(state_dir, "status.json", "{}");
	assert_int_equal(reel_state_open(state_dir, "www-data", &why), REEL_OK);
	assert_int_equal(mode_of(state_dir), 02750);
	snprintf(path, sizeof(path), "%s/status.json", state_dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_gid, entry->gr_gid);
	make_file(state_dir, "new", "{} ");
	snprintf(path, sizeof(path), "%s/new", state_dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_gid, entry->gr_gid);
}

static void
a_folder_of_everybody_is_refused_and_left_as_it_is(void **state)
{
	char path[160], expected[256];
	int fd;

	(void)state;
	assert_int_equal(reel_state_open(state_dir, NULL, &why), REEL_OK);
	assert_int_equal(chmod(state_dir, 01777), 0);
	snprintf(path, sizeof(path), "%s/of-another", state_dir);
	assert_true((fd = open(path, O_WRONLY | O_CREAT, 0600)) >= 0);
	close(fd);
	assert_int_equal(reel_state_open(state_dir, NULL, &why), REEL_BAD_INPUT);
	reel_buf_chr(&why, '\0');
	snprintf(expected, sizeof(expected), "the state folder %s can be written "
	    "by everybody and is not empty: name a folder of its own with "
	    "--state", state_dir);
	assert_string_equal(why.data, expected);
	assert_int_equal(mode_of(state_dir), 01777);
}

static void
what_is_in_the_way_is_told(void **state)
{
	char expected[256];
	int fd;

	(void)state;
	snprintf(state_dir, sizeof(state_dir), "%s/file", dir);
	fd = open(state_dir, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(reel_state_open(state_dir, NULL, &why), REEL_IO);
	reel_buf_chr(&why, '\0');
	snprintf(expected, sizeof(expected), "cannot make the state folder %s "
	    "(Not a directory): let the user who runs reel-indexer write there, "
	    "or name another with --state", state_dir);
	assert_string_equal(why.data, expected);
}

static void
an_unknown_group_is_told(void **state)
{

	(void)state;
	assert_int_equal(
	    reel_state_open(state_dir, "no such group", &why), REEL_IO);
	reel_buf_chr(&why, '\0');
	assert_string_equal(why.data, "group \"no such group\" does not exist: "
	    "name the group nginx runs with, \"www-data\" on Debian");
}

static void
long_files_and_odd_ones_are_not_read(void **state)
{
	struct reel_buf text;
	char path[160];

	(void)state;
	reel_buf_init(&text);
	make_file(dir, "f", "12345");
	snprintf(path, sizeof(path), "%s/f", dir);
	assert_int_equal(reel_file_read(path, 4, &text), REEL_BAD_INPUT);
	reel_buf_reset(&text);
	assert_int_equal(reel_file_read(path, 5, &text), REEL_OK);
	assert_int_equal(reel_file_read(dir, 5, &text), REEL_BAD_INPUT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(reel_file_read(path, 5, &text), REEL_IO);
	assert_int_equal(errno, ENOENT);
	reel_buf_clear(&text);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(the_folder_is_made_with_those_above_and_closed_to_others),
	    T(the_group_gets_the_folder_and_all_that_is_made_in_it),
	    T(a_folder_of_everybody_is_refused_and_left_as_it_is),
	    T(what_is_in_the_way_is_told),
	    T(an_unknown_group_is_told),
	    T(long_files_and_odd_ones_are_not_read),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
