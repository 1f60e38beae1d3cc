/* links: shared/reel_known.c */
/* Folders whose path is known: both ways, and what happens at the bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/reel_known.h"

static struct reel_known *known;

static int
set_up(void **state)
{

	(void)state;
	known = reel_known_new();
	return (known == NULL);
}

static int
tear_down(void **state)
{

	(void)state;
	reel_known_free(known);
	return (0);
}

static void
put(int64_t id, const char *path)
{

	reel_known_put(known, id, path, strlen(path));
}

static int64_t
id_of(const char *path)
{

	return (reel_known_id(known, path, strlen(path)));
}

static int
path_is(int64_t id, const char *path)
{
	const char *found;
	size_t len;

	if ((found = reel_known_path(known, id, &len)) == NULL)
		return (path == NULL);
	return (path != NULL && len == strlen(path) &&
	    memcmp(found, path, len) == 0);
}

static void
what_was_put_is_found_both_ways(void **state)
{

	(void)state;
	put(7, "films");
	put(8, "films/a");
	assert_int_equal(id_of("films"), 7);
	assert_int_equal(id_of("films/a"), 8);
	assert_true(path_is(7, "films"));
	assert_true(path_is(8, "films/a"));
}

static void
what_was_not_put_is_not_found(void **state)
{

	(void)state;
	assert_int_equal(id_of("films"), 0);
	assert_true(path_is(7, NULL));
	put(7, "films");
	assert_int_equal(id_of("film"), 0);
	assert_int_equal(id_of("films/"), 0);
	assert_int_equal(id_of(""), 0);
	assert_true(path_is(8, NULL));
}

static void
clear_forgets(void **state)
{

	(void)state;
	put(7, "films");
	reel_known_clear(known);
	assert_int_equal(id_of("films"), 0);
	assert_true(path_is(7, NULL));
	put(9, "films");
	assert_int_equal(id_of("films"), 9);
}

static void
a_contradiction_forgets_all_but_the_newer_word(void **state)
{

	(void)state;
	put(7, "films");
	put(8, "music");
	put(7, "movies");
	assert_true(path_is(7, "movies"));
	assert_int_equal(id_of("films"), 0);
	assert_int_equal(id_of("music"), 0);

	put(9, "movies");
	assert_int_equal(id_of("movies"), 9);
	assert_true(path_is(7, NULL));
}

static void
empty_and_endless_paths_are_not_kept(void **state)
{
	static char path[REEL_KNOWN_PATH_MAX + 1];

	(void)state;
	memset(path, 'x', sizeof(path));
	reel_known_put(known, 1, path, sizeof(path));
	assert_true(path_is(1, NULL));
	reel_known_put(known, 1, path, sizeof(path) - 1);
	assert_int_equal(reel_known_id(known, path, sizeof(path) - 1), 1);
	reel_known_put(known, 2, "", 0);
	assert_true(path_is(2, NULL));
	assert_int_equal(reel_known_id(known, path, sizeof(path) - 1), 1);
}

static void
beyond_the_number_of_folders_it_begins_anew(void **state)
{
	char path[32];
	int i;

	(void)state;
	for (i = 1; i <= REEL_KNOWN_MAX; i++) {
		snprintf(path, sizeof(path), "folder-%d", i);
		put(i, path);
	}
	for (i = 1; i <= REEL_KNOWN_MAX; i++) {
		snprintf(path, sizeof(path), "folder-%d", i);
		assert_true(path_is(i, path));
		assert_int_equal(id_of(path), i);
	}
	put(REEL_KNOWN_MAX + 1, "one more");
	assert_int_equal(id_of("one more"), REEL_KNOWN_MAX + 1);
	assert_int_equal(id_of("folder-1"), 0);
}

static void
beyond_the_bytes_it_begins_anew(void **state)
{
	static char path[REEL_KNOWN_PATH_MAX];
	int64_t id, fit = REEL_KNOWN_BYTES / REEL_KNOWN_PATH_MAX;

	(void)state;
	memset(path, 'x', sizeof(path));
	for (id = 1; id <= fit + 1; id++) {
		snprintf(path, 20, "%019lld", (long long)id);
		reel_known_put(known, id, path, sizeof(path));
		assert_int_equal(reel_known_id(known, path, sizeof(path)), id);
	}
	assert_true(path_is(1, NULL));
	assert_int_equal(reel_known_id(known, path, sizeof(path)), fit + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(what_was_put_is_found_both_ways),
		TEST(what_was_not_put_is_not_found),
		TEST(clear_forgets),
		TEST(a_contradiction_forgets_all_but_the_newer_word),
		TEST(empty_and_endless_paths_are_not_kept),
		TEST(beyond_the_number_of_folders_it_begins_anew),
		TEST(beyond_the_bytes_it_begins_anew),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
