/* links: indexer/reel_stream_file.c indexer/reel_board.c indexer/reel_ranges.c shared/reel_plan.c shared/reel_key.c shared/reel_stream.c shared/reel_playlist.c
 * shared/reel_playlist_tag.c shared/reel_playlist_text.c shared/reel_uri.c
 * shared/reel_path.c shared/reel_escape.c shared/reel_buf.c */
/* Playlists as a worker reads them: what is told of which file, by number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_wire.h"

#include "indexer/reel_stream_file.h"

static struct reel_stream_answer answer;
static char reason[REEL_WIRE_REASON_MAX];

#define S (&answer.stream)
#define N(name) reel_stream_number(name, sizeof(name) - 1)
#define MEDIA "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"

static enum reel_status
read_text(const char *text, size_t len, const char *ending)
{
	char path[] = "/tmp/reel-playlist-XXXXXX";
	enum reel_status rc;
	size_t told = 0;
	int fd = mkstemp(path);

	assert_true(fd != -1);
	unlink(path);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	memset(&answer, 0xee, sizeof(answer));
	rc = reel_stream_file(fd, ending, 20000, &answer, &told, reason);
	if (rc == REEL_OK)
		assert_int_equal(reel_stream_check(S, told), REEL_OK);
	close(fd);
	return (rc);
}

#define READ(text, ending)                                                     \
	assert_int_equal(read_text(text, strlen(text), ending), REEL_OK)

static void
segments_of_the_folder_have_numbers(void **state)
{

	(void)state;
	READ(MEDIA "#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:2,\n0.m4s\n"
	    "#EXTINF:2,\nhttp://host/1.m4s\n#EXTINF:2,\n../2.m4s\n"
	    "#EXTINF:1.5,\n./3%20.m4s?x\n#EXT-X-GAP\n#EXTINF:2,\n4.m4s\n"
	    "#EXT-X-ENDLIST\n", "m3u8");
	assert_int_equal(S->kind, REEL_PLAYLIST_MEDIA);
	assert_int_equal(S->segments, 5);
	assert_int_equal(S->external, 2);
	assert_int_equal(S->gaps, 1);
	assert_int_equal(S->duration_ms, 9500);
	assert_int_equal(S->ended, 1);
	assert_int_equal(S->segments_count, 2);
	assert_int_equal(S->names_count, 3);
	assert_true(answer.names[0] == N("0.m4s"));
	assert_true(answer.names[1] == N("3 .m4s"));
	assert_true(answer.names[2] == N("init.mp4"));
	assert_true(S->looks_count >= 1);
	assert_true(S->looks[0].map == N("init.mp4"));
}

static void
what_to_look_at_is_not_encrypted(void **state)
{

	(void)state;
	READ(MEDIA "#EXTINF:2,\n0.ts\n#EXTINF:2,\n1.ts\n"
	    "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:2,\n2.ts\n"
	    "#EXTINF:2,\n3.ts\n#EXTINF:2,\n4.ts\n", "m3u8");
	assert_int_equal(S->encrypted, 3);
	assert_int_equal(S->ended, 0);
	assert_true(S->looks[0].file == N("1.ts"));
	READ(MEDIA "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:2,\n0.ts\n",
	    "m3u8");
	assert_int_equal(S->looks_count, 0);
	/* A clear beginning is better than nothing. */
	READ(MEDIA "#EXTINF:2,\n0.ts\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n"
	    "#EXTINF:2,\n1.ts\n#EXTINF:2,\n2.ts\n#EXTINF:2,\n3.ts\n"
	    "#EXTINF:2,\n4.ts\n#EXTINF:2,\n5.ts\n", "m3u8");
	assert_int_equal(S->looks_count, 1);
	assert_true(S->looks[0].file == N("0.ts"));
}

static void
variants_say_where_they_lie(void **state)
{

	(void)state;
	READ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9,CODECS=\"\xff\"\n"
	    "hi/v.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=8\nlo.m3u8\n"
	    "#EXT-X-STREAM-INF:BANDWIDTH=7\na/b/v.m3u8\n"
	    "#EXT-X-STREAM-INF:BANDWIDTH=6\nhttps://host/v.m3u8\n"
	    "#EXT-X-MEDIA:TYPE=AUDIO,LANGUAGE=\"de\",NAME=\"D\","
	    "GROUP-ID=\"g\",CHANNELS=\"6\",DEFAULT=YES,URI=\"de/a.m3u8\"\n"
	    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\",FORCED=YES\n", "m3u8");
	assert_int_equal(S->kind, REEL_PLAYLIST_MASTER);
	assert_int_equal(S->names_count, 0);
	assert_int_equal(S->variants_count, 6);
	assert_true(S->variants[0].folder == N("hi"));
	assert_true(S->variants[0].file == N("v.m3u8"));
	assert_string_equal(S->variants[0].codecs, "");
	assert_true(S->variants[1].folder == 0);
	assert_true(S->variants[1].file == N("lo.m3u8"));
	assert_true(S->variants[2].file == 0);
	assert_true(S->variants[3].file == 0);
	assert_string_equal(S->variants[3].uri, "https://host/v.m3u8");
	assert_int_equal(S->variants[4].is_rendition, 1);
	assert_string_equal(S->variants[4].media, "AUDIO");
	assert_string_equal(S->variants[4].name, "D");
	assert_int_equal(S->variants[4].channels, 6);
	assert_int_equal(S->variants[4].is_default, 1);
	assert_int_equal(S->variants[4].is_forced, 0);
	assert_true(S->variants[4].folder == N("de"));
	/* One without an address lies in the variant. */
	assert_int_equal(S->variants[5].is_forced, 1);
	assert_true(S->variants[5].sound == S->variants[4].sound);
	assert_true(S->variants[5].file == 0);
	assert_string_equal(S->variants[5].uri, "");
}

static void
a_list_names_no_parts_of_it(void **state)
{

	(void)state;
	READ("#EXTM3U\n#EXTINF:5,a\na.mp3\n#EXTINF:-1,b\nhttp://x/y\n", "m3u8");
	assert_int_equal(S->kind, REEL_PLAYLIST_LIST);
	assert_int_equal(S->segments, 2);
	assert_int_equal(S->external, 0);
	assert_int_equal(S->names_count, 0);
	assert_int_equal(S->duration_ms, -1);
	READ("a.mp3\n", "m3u");
	assert_int_equal(S->segments, 1);
	READ("[playlist]\nFile1=a\nLength1=3\n", "pls");
	assert_int_equal(S->duration_ms, 3000);
}

static void
what_is_none_is_refused_if_its_name_promised_one(void **state)
{

	(void)state;
	assert_int_equal(read_text("", 0, "m3u8"), REEL_BAD_INPUT);
	assert_true(strstr(reason, "not a playlist") != NULL);
	assert_int_equal(read_text("a\0b", 3, "m3u"), REEL_BAD_INPUT);
	assert_int_equal(read_text("a.mp3", 5, "pls"), REEL_BAD_INPUT);
	READ("<playlist>", "xspf");
	assert_int_equal(S->kind, REEL_PLAYLIST_UNKNOWN);
}

static void
more_segments_than_numbers_are_still_counted(void **state)
{
	const int count = REEL_STREAM_NAMES_MAX + 10;
	char *text = malloc(64 * (size_t)count + 64);
	char *at = text;
	int i;

	(void)state;
	at += sprintf(at, MEDIA);
	for (i = 0; i < count; i++)
		at += sprintf(at, "#EXTINF:2,\n%d.ts\n", i);
	READ(text, "m3u8");
	free(text);
	assert_int_equal(S->segments, count);
	assert_int_equal(S->duration_ms, (int64_t)count * 2000);
	assert_true(S->names_count <= REEL_STREAM_NAMES_MAX);
	assert_true(S->names_count > REEL_STREAM_NAMES_MAX / 2);
}

static struct reel_plan plan;

static void
plan_text(const char *text, int64_t length_ms, uint32_t step_ms)
{
	const struct reel_wire_board how = {
	    .box = 160, .columns = 2, .rows = 2, .step_ms = step_ms};
	char path[] = "/tmp/reel-playlist-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd != -1);
	unlink(path);
	assert_int_equal(
	    write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(reel_stream_file_plan(
	    fd, &how, length_ms, 20000, &plan, reason), REEL_OK);
	assert_int_equal(
	    reel_plan_check(&plan, REEL_PLAN_LEN(plan.count)), REEL_OK);
	close(fd);
}

static void
part_is(size_t i, uint64_t file, int64_t begins_ms, uint32_t from,
    uint32_t upto)
{

	assert_true(i < plan.count && plan.parts[i].file == file);
	assert_int_equal(plan.parts[i].span.begins_ms, begins_ms);
	assert_int_equal(plan.parts[i].span.from, from);
	assert_int_equal(plan.parts[i].span.upto, upto);
}

static void
each_tile_has_the_file_that_plays_then(void **state)
{

	(void)state;
	/* Tiles show 5, 15, 25 and 31 s. */
	plan_text(MEDIA "#EXTINF:12,\n0.ts\n#EXTINF:8,\n1.ts\n"
	    "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:8,\n2.ts\n"
	    "#EXT-X-KEY:METHOD=NONE\n#EXT-X-MAP:URI=\"i.mp4\"\n"
	    "#EXTINF:4,\n3.ts\n#EXT-X-ENDLIST\n", 32000, 10000);
	assert_int_equal(plan.count, 3);
	part_is(0, N("0.ts"), 0, 0, 1);
	part_is(1, N("1.ts"), 12000, 1, 2);
	part_is(2, N("3.ts"), 28000, 3, 4);
	assert_true(plan.parts[0].map == 0);
	assert_true(plan.parts[2].map == N("i.mp4"));
	/* Two tiles of one file; one that plays again is another part. */
	plan_text(MEDIA "#EXTINF:4,\n0.ts\n#EXTINF:4,\n0.ts\n", 8000, 2000);
	assert_int_equal(plan.count, 2);
	part_is(0, N("0.ts"), 0, 0, 2);
	part_is(1, N("0.ts"), 4000, 2, 4);
}

static void
ranges_of_a_file_are_one_part(void **state)
{

	(void)state;
	plan_text(MEDIA "#EXTINF:4,\n#EXT-X-BYTERANGE:100@0\nall.ts\n"
	    "#EXTINF:4,\n#EXT-X-BYTERANGE:100\nall.ts\n"
	    "#EXTINF:4,\nother.ts\n", 12000, 4000);
	assert_int_equal(plan.count, 2);
	part_is(0, N("all.ts"), 0, 0, 2);
	part_is(1, N("other.ts"), 8000, 2, 3);
	/* Each file has times of its own, with ranges or without. */
	plan_text(MEDIA "#EXTINF:4,\n#EXT-X-BYTERANGE:100@0\n0.ts\n"
	    "#EXTINF:4,\n#EXT-X-BYTERANGE:100@0\n1.ts\n"
	    "#EXTINF:4,\n#EXT-X-BYTERANGE:100\n1.ts\n", 12000, 4000);
	assert_int_equal(plan.count, 2);
	part_is(0, N("0.ts"), 0, 0, 1);
	part_is(1, N("1.ts"), 4000, 1, 3);
	/* One that was left goes on where it was, and so does one that is closed. */
	plan_text(MEDIA "#EXTINF:4,\n#EXT-X-BYTERANGE:100@0\n0.ts\n"
	    "#EXTINF:4,\n#EXT-X-BYTERANGE:100@0\n1.ts\n"
	    "#EXTINF:4,\n#EXT-X-BYTERANGE:100@100\n0.ts\n"
	    "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n"
	    "#EXTINF:4,\n#EXT-X-BYTERANGE:100@100\n1.ts\n"
	    "#EXT-X-KEY:METHOD=NONE\n"
	    "#EXTINF:4,\n#EXT-X-BYTERANGE:100@200\n1.ts\n", 20000, 4000);
	assert_int_equal(plan.count, 4);
	part_is(0, N("0.ts"), 0, 0, 1);
	part_is(1, N("1.ts"), 4000, 1, 2);
	part_is(2, N("0.ts"), 4000, 2, 3);
	part_is(3, N("1.ts"), 8000, 4, 5);
}

static void
a_plan_of_strange_times_is_still_one(void **state)
{

	(void)state;
	/* It is another playlist by now: shorter, longer, none. */
	plan_text(MEDIA "#EXTINF:4,\n0.ts\n", 100000, 1000);
	assert_int_equal(plan.count, 1);
	part_is(0, N("0.ts"), 0, 0, 4);
	plan_text(MEDIA "#EXTINF:400,\n0.ts\n", 1, 1000);
	part_is(0, N("0.ts"), 0, 0, 1);
	plan_text("", 4000, 1000);
	assert_int_equal(plan.count, 0);
	plan_text(MEDIA "#EXTINF:9223372036854775807,\n0.ts\n#EXTINF:1e300,\n"
	    "1.ts\n#EXTINF:-5,\n2.ts\n#EXTINF:99999999999,\n3.ts\n",
	    INT64_C(3153600000000), 1);
	assert_true(plan.count <= REEL_PLAN_TILES_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_of_the_folder_have_numbers),
		cmocka_unit_test(what_to_look_at_is_not_encrypted),
		cmocka_unit_test(variants_say_where_they_lie),
		cmocka_unit_test(a_list_names_no_parts_of_it),
		cmocka_unit_test(
		    what_is_none_is_refused_if_its_name_promised_one),
		cmocka_unit_test(each_tile_has_the_file_that_plays_then),
		cmocka_unit_test(ranges_of_a_file_are_one_part),
		cmocka_unit_test(a_plan_of_strange_times_is_still_one),
		cmocka_unit_test(more_segments_than_numbers_are_still_counted),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
