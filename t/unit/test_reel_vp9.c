/* links: indexer/reel_vp9.c */
/* Sizes and rates that people have, and what lies between two levels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/reel_vp9.h"

static void
the_least_level_is_told(void **state)
{
	static const struct {
		int64_t width;
		int64_t height;
		double fps;
		int level;
	} rows[] = {
	    {96, 64, 25, 10}, {256, 144, 15, 10}, {256, 144, 30, 11},
	    {640, 360, 30, 21}, {854, 480, 30, 30}, {1280, 720, 30, 31},
	    {1280, 720, 60, 40}, {1920, 1080, 30, 40}, {1920, 1080, 60, 41},
	    {3840, 2160, 30, 50}, {3840, 2160, 60, 51}, {3840, 2160, 120, 52},
	    {7680, 4320, 30, 60}, {7680, 4320, 120, 62}, {7680, 4320, 240, 0},
	    /* Without a rate, long and thin, beyond all, and nothing. */
	    {1920, 1080, 0, 40}, {4096, 16, 1, 40}, {20000, 16, 1, 0},
	    {0, 64, 25, 0}, {64, -1, 25, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (reel_vp9_level(rows[i].width, rows[i].height,
		        rows[i].fps) != rows[i].level)
			fail_msg("row %zu", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_least_level_is_told),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
