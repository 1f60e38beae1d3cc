/* links: indexer/reel_ranges.c */
/* Ranges of files, in the order in which playlists name them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/reel_ranges.h"

#define S INT64_C(1000000)

static struct reel_ranges ranges;

static int
begin(void **state)
{

	(void)state;
	memset(&ranges, 0, sizeof(ranges));
	return (0);
}

static int64_t
begins(uint64_t file, int64_t at, int64_t bytes, int64_t at_us, int64_t us)
{
	struct reel_playlist_part part = {.at = at, .bytes = bytes};

	return (reel_ranges_begins(&ranges, file, &part, at_us, us));
}

static void
what_goes_on_began_where_it_did(void **state)
{

	(void)state;
	assert_int_equal(begins(1, 700, 100, 0, 4 * S), 0);
	assert_int_equal(begins(1, 800, 900, 4 * S, 2 * S), 0);
	assert_int_equal(begins(1, 1700, 1, 6 * S, S), 0);
	/* Another file, a whole one, and none. */
	assert_int_equal(begins(2, 0, 100, 7 * S, S), 7 * S);
	assert_int_equal(begins(3, 0, 0, 8 * S, S), 8 * S);
	assert_int_equal(begins(0, 0, 9, 9 * S, S), 9 * S);
}

static void
a_file_that_was_left_is_found_again(void **state)
{

	(void)state;
	assert_int_equal(begins(1, 0, 100, 0, 4 * S), 0);
	assert_int_equal(begins(2, 0, 100, 4 * S, 10 * S), 4 * S);
	assert_int_equal(begins(1, 100, 50, 14 * S, 2 * S), 10 * S);
	assert_int_equal(begins(2, 100, 50, 16 * S, S), 6 * S);
	assert_int_equal(begins(1, 150, 50, 17 * S, S), 11 * S);
}

static void
what_is_passed_over_or_played_again_is_reckoned(void **state)
{

	(void)state;
	/* Ten bytes a second. */
	assert_int_equal(begins(1, 500, 40, 0, 4 * S), 0);
	assert_int_equal(begins(1, 600, 10, 4 * S, S), -6 * S);
	assert_int_equal(begins(1, 500, 40, 5 * S, 4 * S), 5 * S);
	assert_int_equal(begins(1, 0, 40, 9 * S, 4 * S), 9 * S);
}

static void
no_number_is_too_strange(void **state)
{
	int64_t us;
	uint64_t i;

	(void)state;
	assert_int_equal(begins(1, 0, 1, 0, INT64_MAX), 0);
	us = begins(1, INT64_MAX / 4, INT64_MAX / 4, 0, INT64_MAX);
	assert_in_range(-us, 0, S * 86400 * 366 * 100);
	assert_int_equal(begins(2, 0, 1, 0, S * 86400 * 365), 0);
	us = begins(2, INT64_MAX / 4, INT64_MAX / 4, 0, INT64_MAX);
	assert_int_equal(us, -S * 86400 * 366 * 100);
	assert_true(begins(2, INT64_MAX / 4, 1, 0, -1) <= 0);
	for (i = 3; i < 2 * REEL_RANGES_FILES_MAX; i++)
		assert_int_equal(begins(i, 9, 1, 5, 1), 5);
	assert_int_equal(ranges.count, REEL_RANGES_FILES_MAX);
	/* One that there was no room for. */
	assert_int_equal(begins(i - 1, 10, 1, 6, 1), 6);
	assert_int_equal(begins(3, 10, 1, 6, 1), 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_goes_on_began_where_it_did, begin),
		cmocka_unit_test_setup(a_file_that_was_left_is_found_again, begin),
		cmocka_unit_test_setup(
		    what_is_passed_over_or_played_again_is_reckoned, begin),
		cmocka_unit_test_setup(no_number_is_too_strange, begin),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
