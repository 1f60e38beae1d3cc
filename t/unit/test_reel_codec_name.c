/* links: indexer/reel_codec_name.c shared/reel_facts.c shared/reel_escape.c shared/reel_buf.c */
/* Lists as masters have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/reel_codec_name.h"
#include "shared/reel_facts.h"

static void
pictures_and_sound_are_told_apart(void **state)
{
	static const struct {
		const char *codecs;
		const char *pictures;
		const char *sound;
	} rows[] = {
	    {"avc1.64001f,mp4a.40.2", "h264", "aac"},
	    {"mp4a.40.5, avc1.42c01e", "h264", "aac"},
	    {"hvc1.2.4.L93.B0,ec-3", "hevc", "eac3"},
	    {"av01.0.04M.10,Opus", "av1", "opus"},
	    {"vp09.00.10.08,fLaC", "vp9", "flac"},
	    {"dvh1.05.06,ac-3", "hevc", "ac3"},
	    {"avc1.640028,mp4a.40.34", "h264", "mp3"},
	    {"mp4a.6B", "", "mp3"},
	    {"avc1.640028", "h264", ""},
	    {"wvtt,stpp.ttml.im1t", "", ""},
	    {",,  ,", "", ""},
	    {"mp4", "", ""},
	    {"", "", ""},
	};
	char name[8];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		reel_codec_name_of(rows[i].codecs, 0, name, sizeof(name));
		assert_string_equal(name, rows[i].pictures);
		reel_codec_name_of(rows[i].codecs, 1, name, sizeof(name));
		assert_string_equal(name, rows[i].sound);
	}
}

static void
facts_say_what_the_master_does(void **state)
{
	static struct reel_facts facts;

	(void)state;
	/* Nothing could be looked into. */
	reel_facts_init(&facts);
	reel_codec_name_fill("hvc1.2.4.L93.B0,mp4a.40.2", 0, &facts);
	assert_string_equal(facts.codec, "hevc");
	assert_string_equal(facts.audio_codec, "aac");
	assert_string_equal(facts.codecs, "hvc1.2.4.L93.B0,mp4a.40.2");
	/* A segment without sound, which lies elsewhere. */
	reel_facts_init(&facts);
	strcpy(facts.codec, "h264");
	strcpy(facts.codecs, "avc1.64001f");
	reel_codec_name_fill("avc1.64001f", 1, &facts);
	assert_string_equal(facts.audio_codec, "");
	reel_codec_name_fill("avc1.64001e,ac-3", 1, &facts);
	assert_string_equal(facts.codec, "h264");
	assert_string_equal(facts.audio_codec, "ac3");
	assert_string_equal(facts.codecs, "avc1.64001e,ac-3");
	/* One that has it: what was seen is better than what is said. */
	facts.audio_count = 1;
	reel_codec_name_fill("avc1.42c01e,mp4a.40.2", 1, &facts);
	assert_string_equal(facts.audio_codec, "ac3");
	assert_string_equal(facts.codecs, "avc1.64001e,ac-3");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pictures_and_sound_are_told_apart),
	    cmocka_unit_test(facts_say_what_the_master_does),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
