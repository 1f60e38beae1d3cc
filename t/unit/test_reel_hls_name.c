/* links: indexer/reel_hls_name.c */
/* Names of playlists and of segments, in any case of letters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/reel_hls_name.h"

static void
endings_tell(void **state)
{
	static const struct {
		const char *name;
		int playlist, segment;
	} rows[] = {
		{ "index.m3u8", 1, 0 }, { "A.M3U8", 1, 0 }, { "a.m3u", 0, 0 },
		{ ".m3u8", 0, 0 }, { "m3u8", 0, 0 }, { "a.m3u8.tmp", 0, 0 },
		{ "0.ts", 0, 1 }, { "0.TS", 0, 1 }, { "0.m4s", 0, 1 },
		{ "v.cmfv", 0, 1 }, { "a.cmfa", 0, 1 }, { "t.cmft", 0, 1 },
		{ "0.mp4", 0, 0 }, { "0.aac", 0, 0 }, { "ts", 0, 0 },
		{ ".ts", 0, 0 }, { "a.mts", 0, 0 }, { "", 0, 0 },
	};
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		len = strlen(rows[i].name);
		assert_int_equal(
		    reel_hls_name(rows[i].name, len), rows[i].playlist);
		assert_int_equal(
		    reel_hls_segment(rows[i].name, len), rows[i].segment);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endings_tell),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
