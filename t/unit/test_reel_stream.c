/* links: shared/reel_stream.c shared/reel_escape.c shared/reel_buf.c */
/* What a worker says of a playlist, and may lie about: each field has its range. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/reel_stream.h"

static struct {
	struct reel_stream stream;
	uint64_t names[4];
} answer;

#define S (&answer.stream)
#define LEN (sizeof(struct reel_stream) + 3 * sizeof(uint64_t))

static void
fill(void)
{

	memset(&answer, 0, sizeof(answer));
	reel_stream_init(S);
	S->kind = REEL_PLAYLIST_MEDIA;
	S->segments = 5;
	S->external = 1;
	S->segments_count = 2;
	S->names_count = 3;
	S->duration_ms = 20000;
	S->looks_count = 1;
	S->looks[0].file = 7;
	S->variants_count = 1;
	strcpy(S->variants[0].uri, "hi/\xe6\xb5\x8b.m3u8");
}

static void
whole_ones_pass(void **state)
{

	(void)state;
	fill();
	assert_int_equal(reel_stream_check(S, LEN), REEL_OK);
	reel_stream_init(S);
	assert_int_equal(
	    reel_stream_check(S, sizeof(struct reel_stream)), REEL_OK);
}

static void
each_field_has_its_range(void **state)
{

	(void)state;
#define BAD(change)                                                            \
	do {                                                                   \
		fill();                                                        \
		change;                                                        \
		assert_int_equal(reel_stream_check(S, LEN), REEL_BAD_INPUT);   \
	} while (0)
	BAD(S->version++);
	BAD(S->size--);
	BAD(S->kind = 4);
	BAD(S->kind = -1);
	BAD(S->ended = 2);
	BAD(S->key_frames_only = -1);
	BAD(S->zero = 1);
	BAD(S->duration_ms = -2);
	BAD(S->duration_ms = INT64_MAX);
	BAD(S->segments = -1);
	BAD(S->segments = INT64_MAX);
	BAD(S->external = 6);
	BAD(S->encrypted = -1);
	BAD(S->ranges = 6);
	BAD(S->gaps = 6);
	BAD(S->discontinuities = 6);
	BAD(S->segments_count = 4);
	BAD(S->segments = 1; S->external = 0);
	BAD(S->names_count = 4);
	BAD(S->names_count = UINT32_MAX);
	BAD(S->looks_count = REEL_STREAM_LOOKS_MAX + 1);
	BAD(S->variants_count = REEL_STREAM_VARIANTS_MAX + 1);
	BAD(S->variants[0].is_rendition = 2);
	BAD(S->variants[0].is_default = 2);
	BAD(S->variants[0].is_forced = -1);
	BAD(S->variants[0].channels = REEL_PLAYLIST_CHANNELS_MAX + 1);
	BAD(S->variants[0].zero = 1);
	BAD(S->variants[0].name[0] = (char)0xff);
	BAD(S->variants[0].width = 1);
	BAD(S->variants[0].width = S->variants[0].height = -1);
	BAD(S->variants[0].fps_milli = -1);
	BAD(S->variants[0].bandwidth = -1);
	BAD(strcpy(S->variants[0].uri, "\xff"));
	BAD(memset(S->variants[0].codecs, 'x', sizeof(S->variants[0].codecs)));
	BAD(memset(S->variants[0].media, 'x', sizeof(S->variants[0].media)));
	BAD(strcpy(S->variants[0].language, "\xc3"));
	fill();
	assert_int_equal(reel_stream_check(S, LEN - 1), REEL_BAD_INPUT);
	assert_int_equal(reel_stream_check(S, LEN + 8), REEL_BAD_INPUT);
	assert_int_equal(reel_stream_check(S, 4), REEL_BAD_INPUT);
}

static void
names_have_numbers(void **state)
{

	(void)state;
	assert_true(reel_stream_number("0.ts", 4) != 0);
	assert_true(reel_stream_number("", 0) != 0);
	assert_true(
	    reel_stream_number("0.ts", 4) != reel_stream_number("1.ts", 4));
	assert_true(
	    reel_stream_number("0.tsx", 4) == reel_stream_number("0.ts", 4));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_ones_pass),
		cmocka_unit_test(each_field_has_its_range),
		cmocka_unit_test(names_have_numbers),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
