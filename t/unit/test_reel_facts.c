/* links: shared/reel_facts.c shared/reel_escape.c shared/reel_buf.c */
/* Facts from a worker that may lie: each field has its range. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/reel_facts.h"

/* A film with all there is. */
static void
fill(struct reel_facts *f)
{

	reel_facts_init(f);
	f->type = REEL_TYPE_VIDEO;
	f->width = 1920;
	f->height = 1080;
	f->sar_num = f->sar_den = 1;
	f->rotation = 90;
	f->fps_num = 30000;
	f->fps_den = 1001;
	f->bit_depth = 10;
	f->channels = 6;
	f->sample_rate = 48000;
	f->duration_ms = 5400000;
	f->bitrate = 8000000;
	f->recorded_ms = INT64_C(1700000000000);
	strcpy(f->container, "mp4");
	strcpy(f->codec, "hevc");
	strcpy(f->hdr, "pq");
	strcpy(f->title, "\xe6\xb5\x8b\xe8\xaf\x95");
	f->audio_count = f->subtitle_count = f->chapter_count = 1;
	strcpy(f->audio[0].codec, "aac");
	f->audio[0].channels = 6;
	strcpy(f->subtitle[0].language, "de");
	f->chapter[0].start_ms = 0;
	f->chapter[0].end_ms = 60000;
}

static void
whole_facts_pass(void **state)
{
	struct reel_facts f;

	(void)state;
	fill(&f);
	assert_int_equal(reel_facts_check(&f, sizeof(f)), REEL_OK);
}

static void
nothing_known_but_the_type_passes(void **state)
{
	struct reel_facts f;

	(void)state;
	reel_facts_init(&f);
	assert_int_equal(f.duration_ms, -1);
	f.type = REEL_TYPE_AUDIO;
	assert_int_equal(reel_facts_check(&f, sizeof(f)), REEL_OK);
}

static void
another_length_is_refused(void **state)
{
	struct reel_facts f;

	(void)state;
	fill(&f);
	assert_int_equal(reel_facts_check(&f, sizeof(f) - 1), REEL_BAD_INPUT);
	assert_int_equal(reel_facts_check(&f, sizeof(f) + 1), REEL_BAD_INPUT);
	assert_int_equal(reel_facts_check(&f, 0), REEL_BAD_INPUT);
}

#define ROW(field, value)                                                      \
	{#field " = " #value, offsetof(struct reel_facts, field),              \
	    sizeof(((struct reel_facts *)0)->field), value}

static void
numbers_out_of_range_are_refused(void **state)
{
	static const struct {
		const char *what;
		size_t offset;
		size_t size;
		int64_t value;
	} rows[] = {
	    ROW(version, 0), ROW(version, REEL_FACTS_VERSION + 1), ROW(size, 7), ROW(type, 0),
	    ROW(type, REEL_TYPE_DIRECTORY), ROW(type, 9), ROW(type, -1),
	    ROW(width, -1), ROW(width, 0), ROW(width, 1 << 20),
	    ROW(height, INT32_MIN), ROW(sar_num, 0), ROW(sar_den, -1),
	    ROW(sar_num, 17), ROW(sar_den, 17), ROW(sar_num, INT32_MAX),
	    ROW(rotation, 45), ROW(rotation, 360), ROW(rotation, -90),
	    ROW(fps_num, 0), ROW(fps_den, 0), ROW(fps_den, -1001),
	    ROW(variable_fps, 2), ROW(interlaced, -1), ROW(bit_depth, 65),
	    ROW(bit_depth, -8), ROW(channels, 1025), ROW(sample_rate, -1),
	    ROW(has_cover, 3), ROW(duration_ms, -2), ROW(duration_ms, INT64_MAX),
	    ROW(bitrate, -1), ROW(bitrate, INT64_MAX),
	    ROW(recorded_ms, INT64_MIN), ROW(recorded_ms, INT64_MAX),
	    ROW(audio_count, 17), ROW(audio_count, UINT32_MAX),
	    ROW(subtitle_count, 33), ROW(chapter_count, 65), ROW(zero, 1),
	    ROW(audio[0].channels, -1), ROW(audio[0].is_default, 2),
	    ROW(subtitle[0].is_forced, -1), ROW(chapter[0].start_ms, -1),
	    ROW(chapter[0].start_ms, 60001), ROW(chapter[0].end_ms, INT64_MAX),
	};
	struct reel_facts f;
	int32_t small;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fill(&f);
		small = (int32_t)rows[i].value;
		if (rows[i].size == sizeof(small))
			memcpy((char *)&f + rows[i].offset, &small, sizeof(small));
		else
			memcpy((char *)&f + rows[i].offset, &rows[i].value,
			    sizeof(rows[i].value));
		if (reel_facts_check(&f, sizeof(f)) != REEL_BAD_INPUT)
			fail_msg("passed: %s", rows[i].what);
	}
}

static void
texts_without_end_or_not_utf8_are_refused(void **state)
{
#define TEXT(field)                                                            \
	{offsetof(struct reel_facts, field),                                   \
	    sizeof(((struct reel_facts *)0)->field)}
	static const struct {
		size_t offset;
		size_t size;
	} rows[] = {TEXT(container), TEXT(codec), TEXT(profile),
	    TEXT(audio_codec), TEXT(codecs), TEXT(hdr), TEXT(title), TEXT(date),
	    TEXT(audio[0].codec), TEXT(audio[0].language), TEXT(audio[0].title),
	    TEXT(subtitle[0].codec), TEXT(subtitle[0].title),
	    TEXT(chapter[0].title)};
	struct reel_facts f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fill(&f);
		memset((char *)&f + rows[i].offset, 'x', rows[i].size);
		assert_int_equal(
		    reel_facts_check(&f, sizeof(f)), REEL_BAD_INPUT);
		fill(&f);
		memcpy((char *)&f + rows[i].offset, "a\xff", 3);
		assert_int_equal(
		    reel_facts_check(&f, sizeof(f)), REEL_BAD_INPUT);
	}
}

static void
an_unknown_word_for_hdr_is_refused(void **state)
{
	struct reel_facts f;

	(void)state;
	fill(&f);
	strcpy(f.hdr, "hdr11");
	assert_int_equal(reel_facts_check(&f, sizeof(f)), REEL_BAD_INPUT);
}

static void
what_lies_behind_the_counts_does_not_matter(void **state)
{
	struct reel_facts f;

	(void)state;
	fill(&f);
	memset(&f.audio[1], 0xff, sizeof(f.audio[1]));
	memset(&f.chapter[1], 0xff, sizeof(f.chapter[1]));
	assert_int_equal(reel_facts_check(&f, sizeof(f)), REEL_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_facts_pass),
	    cmocka_unit_test(nothing_known_but_the_type_passes),
	    cmocka_unit_test(another_length_is_refused),
	    cmocka_unit_test(numbers_out_of_range_are_refused),
	    cmocka_unit_test(texts_without_end_or_not_utf8_are_refused),
	    cmocka_unit_test(an_unknown_word_for_hdr_is_refused),
	    cmocka_unit_test(what_lies_behind_the_counts_does_not_matter),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
