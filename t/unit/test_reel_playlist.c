/* links: shared/reel_playlist.c shared/reel_playlist_tag.c
 * shared/reel_playlist_text.c shared/reel_buf.c */
/* Playlists of every kind, as one line of what was found in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/reel_buf.h"
#include "shared/reel_playlist.h"

static void
on_entry(void *cookie, const struct reel_playlist_entry *entry)
{
	static const char whats[] = "?spvr";
	struct reel_buf *out = cookie;

	if (out->len > 0)
		reel_buf_chr(out, ' ');
	reel_buf_fmt(out, "%c:", whats[entry->what]);
	reel_buf_add(out, entry->part.uri, entry->part.len);
	if (entry->part.bytes > 0)
		reel_buf_fmt(out, "[%lld+%lld]", (long long)entry->part.at,
		    (long long)entry->part.bytes);
	if (entry->duration_us >= 0)
		reel_buf_fmt(out, "=%lld", (long long)entry->duration_us);
	if (entry->map.len > 0) {
		reel_buf_chr(out, '<');
		reel_buf_add(out, entry->map.uri, entry->map.len);
		if (entry->map.bytes > 0)
			reel_buf_fmt(out, "[%lld+%lld]",
			    (long long)entry->map.at,
			    (long long)entry->map.bytes);
	}
	if (entry->encrypted)
		reel_buf_str(out, "!");
	if (entry->discontinuity)
		reel_buf_str(out, "|");
	if (entry->gap)
		reel_buf_str(out, "-");
	if (entry->bandwidth > 0)
		reel_buf_fmt(out, ",%lld", (long long)entry->bandwidth);
	if (entry->width > 0)
		reel_buf_fmt(out, ",%dx%d", entry->width, entry->height);
	if (entry->fps_milli > 0)
		reel_buf_fmt(out, ",%dm", entry->fps_milli);
	if (entry->codecs[0] != '\0')
		reel_buf_fmt(out, ",(%s)", entry->codecs);
	if (entry->media[0] != '\0')
		reel_buf_fmt(out, ",%s", entry->media);
	if (entry->language[0] != '\0')
		reel_buf_fmt(out, ",%s", entry->language);
	if (entry->name[0] != '\0')
		reel_buf_fmt(out, ",\"%s\"", entry->name);
	if (entry->channels > 0)
		reel_buf_fmt(out, ",%dch", entry->channels);
	if (entry->is_default)
		reel_buf_str(out, ",default");
	if (entry->is_forced)
		reel_buf_str(out, ",forced");
}

static struct reel_playlist list;
static struct reel_buf trace;

/* Fed in steps of ${step} bytes, 0 is all at once. */
static const char *
read_in(const char *text, size_t len, int plain, size_t step)
{
	size_t at, n;

	reel_buf_reset(&trace);
	reel_playlist_init(&list, plain);
	for (at = 0; at < len; at += n) {
		n = step == 0 || step > len - at ? len - at : step;
		reel_playlist_feed(&list, text + at, n, on_entry, &trace);
	}
	reel_playlist_end(&list, on_entry, &trace);
	reel_buf_chr(&trace, '\0');
	return (trace.data);
}

#define READ(text) read_in(text, strlen(text), 0, 0)
#define MEDIA "#EXTM3U\n#EXT-X-TARGETDURATION:6\n"

static void
segments_in_order_with_their_durations(void **state)
{

	(void)state;
	assert_string_equal(READ(MEDIA "#EXT-X-VERSION:3\n"
	    "#EXTINF:6.006,\n0.ts\n#EXTINF:6,a title, it is\n1.ts\n"
	    "#EXTINF:2.5,\nsub/2.ts\n#EXT-X-ENDLIST\n"),
	    "s:0.ts=6006000 s:1.ts=6000000 s:sub/2.ts=2500000");
	assert_int_equal(list.kind, REEL_PLAYLIST_MEDIA);
	assert_int_equal(list.segments, 3);
	assert_int_equal(list.duration_us, 14506000);
	assert_int_equal(list.untimed, 0);
	assert_int_equal(list.encrypted, 0);
	assert_true(list.ended);
}

static void
a_live_one_has_no_end(void **state)
{

	(void)state;
	assert_string_equal(READ(MEDIA "#EXT-X-MEDIA-SEQUENCE:7\n"
	    "#EXTINF:2,\n7.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:2,\n8.ts\n"
	    "#EXT-X-GAP\n#EXTINF:2,\n9.ts\n"),
	    "s:7.ts=2000000 s:8.ts=2000000| s:9.ts=2000000-");
	assert_false(list.ended);
	assert_int_equal(list.discontinuities, 1);
	assert_int_equal(list.gaps, 1);
	/* One that has just begun. */
	assert_string_equal(READ(MEDIA), "");
	assert_int_equal(list.kind, REEL_PLAYLIST_MEDIA);
	assert_int_equal(list.segments, 0);
}

static void
ranges_go_on_where_the_last_one_ended(void **state)
{

	(void)state;
	assert_string_equal(READ(MEDIA
	    "#EXT-X-MAP:URI=\"all.mp4\",BYTERANGE=\"700@0\"\n"
	    "#EXTINF:1,\n#EXT-X-BYTERANGE:100@700\nall.mp4\n"
	    "#EXTINF:1,\n#EXT-X-BYTERANGE:50\nall.mp4\n"
	    "#EXTINF:1,\n#EXT-X-BYTERANGE:5\nother.mp4\n"
	    "#EXTINF:1,\n#EXT-X-BYTERANGE:x\nlast.mp4\n"),
	    "s:all.mp4[700+100]=1000000<all.mp4[0+700] "
	    "s:all.mp4[800+50]=1000000<all.mp4[0+700] "
	    "s:other.mp4[0+5]=1000000<all.mp4[0+700] "
	    "s:last.mp4=1000000<all.mp4[0+700]");
	assert_int_equal(list.ranges, 3);
}

static void
a_map_holds_until_the_next_one(void **state)
{

	(void)state;
	assert_string_equal(READ(MEDIA "#EXT-X-MAP:URI=\"i1.mp4\"\n"
	    "#EXTINF:1,\n1.m4s\n#EXTINF:1,\n2.m4s\n"
	    "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"i2.mp4\"\n"
	    "#EXTINF:1,\n3.m4s\n"),
	    "s:1.m4s=1000000<i1.mp4 s:2.m4s=1000000<i1.mp4 "
	    "s:3.m4s=1000000<i2.mp4|");
}

static void
keys_hold_until_there_is_none(void **state)
{

	(void)state;
	assert_string_equal(READ(MEDIA "#EXTINF:1,\n0.ts\n"
	    "#EXT-X-KEY:METHOD=AES-128,URI=\"enc.key\",IV=0x00\n"
	    "#EXTINF:1,\n1.ts\n#EXTINF:1,\n2.ts\n#EXT-X-KEY:METHOD=NONE\n"
	    "#EXTINF:1,\n3.ts\n"),
	    "s:0.ts=1000000 s:1.ts=1000000! s:2.ts=1000000! s:3.ts=1000000");
	assert_int_equal(list.encrypted, 2);
	(void)READ("#EXTM3U\n#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n"
	    "#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n");
	assert_int_equal(list.encrypted, 1);
}

static void
a_master_names_variants_and_renditions(void **state)
{

	(void)state;
	assert_string_equal(READ("#EXTM3U\n"
	    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",LANGUAGE=\"de\","
	    "NAME=\"Deutsch, ja\",URI=\"de/a.m3u8\"\n"
	    "#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"cc\"\n"
	    "#EXT-X-STREAM-INF:BANDWIDTH=1280000,AVERAGE-BANDWIDTH=1000000,"
	    "CODECS=\"avc1.64001f,mp4a.40.2\",RESOLUTION=1280x720,"
	    "FRAME-RATE=29.970\n"
	    "hi/v.m3u8\n"
	    "#EXT-X-STREAM-INF: BANDWIDTH = 640000 , RESOLUTION=640X360\n"
	    "#EXT-X-BYTERANGE:7\nlo.m3u8?x=1\n"
	    "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"k.m3u8\"\n"),
	    "r:de/a.m3u8,AUDIO,de,\"Deutsch, ja\" r:,CLOSED-CAPTIONS "
	    "v:hi/v.m3u8,1280000,1280x720,29970m,(avc1.64001f,mp4a.40.2) "
	    "v:lo.m3u8?x=1,640000,640x360 r:k.m3u8");
	assert_int_equal(list.kind, REEL_PLAYLIST_MASTER);
	assert_int_equal(list.variants, 2);
	assert_int_equal(list.segments, 0);
}

static uint64_t sounds[8], subtitles[8];
static size_t groups;

static void
on_group(void *cookie, const struct reel_playlist_entry *entry)
{

	(void)cookie;
	assert_true(groups < 8);
	sounds[groups] = entry->sound;
	subtitles[groups++] = entry->subtitles;
}

static void
renditions_are_in_groups(void **state)
{
	static const char text[] = "#EXTM3U\n"
	    "#EXT-X-MEDIA:GROUP-ID=\"a\",TYPE=AUDIO,NAME=\"x\",DEFAULT=YES,"
	    "CHANNELS=\"16/JOC\",URI=\"a.m3u8\"\n"
	    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"y\",DEFAULT=NO,"
	    "CHANNELS=\"none\"\n"
	    "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"a\",FORCED=YES,"
	    "URI=\"s.m3u8\"\n"
	    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"b\",URI=\"b.m3u8\"\n"
	    "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\",SUBTITLES=\"a\"\nv\n"
	    "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"b\"\nw\n";

	(void)state;
	assert_string_equal(READ(text), "r:a.m3u8,AUDIO,\"x\",16ch,default "
	    "r:,AUDIO,\"y\" r:s.m3u8,SUBTITLES,forced r:b.m3u8,AUDIO "
	    "v:v,1 v:w,1");
	/* What has to have an address and has none is not told. */
	assert_string_equal(READ("#EXTM3U\n#EXT-X-PART:GROUP-ID=\"a\"\n"
	    "#EXT-X-I-FRAME-STREAM-INF:GROUP-ID=\"a\"\n"
	    "#EXT-X-MEDIA:TYPE=AUDIO\n#EXT-X-MEDIA:GROUP-ID=\"a\"\n"), "");
	groups = 0;
	reel_playlist_init(&list, 0);
	reel_playlist_feed(&list, text, strlen(text), on_group, NULL);
	assert_int_equal(groups, 6);
	assert_true(sounds[0] != 0 && sounds[0] == sounds[1]);
	assert_true(sounds[2] == 0 && subtitles[0] == 0);
	assert_true(sounds[3] != 0 && sounds[3] != sounds[0]);
	assert_true(sounds[4] == sounds[0] && sounds[5] == sounds[3]);
	assert_true(subtitles[2] != 0 && subtitles[4] == subtitles[2]);
	assert_true(subtitles[5] == 0);
}

static void
parts_of_low_latency_are_told_apart(void **state)
{

	(void)state;
	assert_string_equal(READ(MEDIA "#EXT-X-PART-INF:PART-TARGET=0.3\n"
	    "#EXT-X-PART:DURATION=0.3,URI=\"1.0.ts\",INDEPENDENT=YES\n"
	    "#EXT-X-PART:DURATION=0.3,URI=\"1.ts\",BYTERANGE=\"20@10\"\n"
	    "#EXTINF:0.6,\n1.ts\n"
	    "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"2.0.ts\"\n"),
	    "p:1.0.ts p:1.ts[10+20] s:1.ts=600000 p:2.0.ts,PART");
	assert_int_equal(list.segments, 1);
	assert_int_equal(list.duration_us, 600000);
}

static void
lists_of_files(void **state)
{

	(void)state;
	assert_string_equal(READ("#EXTM3U\r\n#EXTINF:123,Artist - Title\r\n"
	    "C:\\Music\\a b.mp3\r\n#EXTINF:-1,radio\r\nhttp://x/y\r\n"),
	    "s:C:\\Music\\a b.mp3=123000000 s:http://x/y");
	assert_int_equal(list.kind, REEL_PLAYLIST_LIST);
	assert_int_equal(list.segments, 2);
	assert_int_equal(list.untimed, 1);
	assert_string_equal(read_in("a.mp3\nb.mp3", 11, 1, 0), "s:a.mp3 s:b.mp3");
	assert_int_equal(list.kind, REEL_PLAYLIST_LIST);
	assert_string_equal(READ("a.mp3\nb.mp3"), "");
	assert_int_equal(list.kind, REEL_PLAYLIST_UNKNOWN);
}

static void
pls_in_any_order(void **state)
{

	(void)state;
	assert_string_equal(READ("[Playlist]\nNumberOfEntries=2\n"
	    "File1=a.mp3\nTitle1=File1=x\nLength1=10\n"
	    "File2 = http://x/y\nLength2=-1\nVersion=2\n"),
	    "s:a.mp3 s:http://x/y");
	assert_int_equal(list.kind, REEL_PLAYLIST_LIST);
	assert_int_equal(list.segments, 2);
	assert_int_equal(list.untimed, 1);
	assert_int_equal(list.duration_us, 10000000);
	/* More lengths than files. */
	(void)READ("[playlist]\nLength1=10\nLength2=10\nFile1=a\nLength3=1\n"
	    "Length4=1\n");
	assert_int_equal(list.untimed, 0);
	assert_int_equal(list.duration_us, 1000000);
}

static void
other_forms_are_left_alone(void **state)
{
	static const char *const texts[] = { "", "\n\n\r\n \t \n",
		"<?xml version=\"1.0\"?><playlist>", "{\"a\":1}",
		"WEBVTT\n\n00:00.000 --> 00:01.000\nx\n" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_string_equal(READ(texts[i]), "");
		assert_int_equal(list.kind, REEL_PLAYLIST_UNKNOWN);
		if (i == 4)
			continue;
		assert_string_equal(
		    read_in(texts[i], strlen(texts[i]), 1, 0), "");
		assert_int_equal(list.kind, REEL_PLAYLIST_UNKNOWN);
	}
	assert_string_equal(read_in("a\0b\nc", 5, 1, 0), "");
}

static void
signs_before_and_ends_of_lines(void **state)
{

	(void)state;
	assert_string_equal(READ("\xef\xbb\xbf" MEDIA "#EXTINF:1,\n0.ts"),
	    "s:0.ts=1000000");
	assert_string_equal(READ("\n\n \t#EXTM3U\r#EXT-X-ENDLIST\r"
	    "#EXTINF:1,\r\n\r\n  0.ts \t\r\n"), "s:0.ts=1000000");
	assert_int_equal(list.kind, REEL_PLAYLIST_MEDIA);
}

static void
numbers_that_cannot_be_are_not_known(void **state)
{
	static const struct {
		const char *text;
		int64_t us;
	} rows[] = {
		{ "0", 0 }, { "0.000001", 1 }, { "0.0000019", 1 },
		{ "1.5e3", 1500000 }, { "007", 7000000 }, { " 3 ", 3000000 },
		{ "1000000000", INT64_C(1000000000000000) },
		{ "1000000001", -1 }, { "99999999999999999999999999", -1 },
		{ "-1", -1 }, { "", -1 }, { "nan", -1 }, { ".5", -1 },
		{ "+1", -1 }, { "1.", 1000000 },
	};
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), MEDIA "#EXTINF:%s,\na\n",
		    rows[i].text);
		(void)READ(text);
		assert_int_equal(list.untimed, rows[i].us < 0);
		assert_int_equal(
		    list.duration_us, rows[i].us < 0 ? 0 : rows[i].us);
	}
	assert_string_equal(READ(MEDIA
	    "#EXT-X-BYTERANGE:9223372036854775807@9223372036854775807\na\n"
	    "#EXT-X-BYTERANGE:2305843009213693951@2305843009213693951\nb\n"
	    "#EXT-X-BYTERANGE:2305843009213693951\nb\n"
	    "#EXT-X-BYTERANGE:2305843009213693951\nb\n"
	    "#EXT-X-BYTERANGE:-1@-1\nc\n#EXT-X-BYTERANGE:0@0\nd\n"),
	    "s:a s:b[2305843009213693951+2305843009213693951] "
	    "s:b[4611686018427387902+2305843009213693951] "
	    "s:b[0+2305843009213693951] s:c s:d");
	assert_string_equal(READ("#EXTM3U\n#EXT-X-STREAM-INF:"
	    "BANDWIDTH=99999999999999999999,RESOLUTION=99999999999x0,"
	    "FRAME-RATE=1e9\na\n#EXT-X-STREAM-INF:RESOLUTION=640\nb\n"
	    "#EXT-X-STREAM-INF:RESOLUTION=x,=,,\"\nc\n"),
	    "v:a,1000m v:b v:c");
}

static void
sums_stop_before_they_overflow(void **state)
{
	int i;

	(void)state;
	reel_buf_reset(&trace);
	reel_playlist_init(&list, 0);
	reel_playlist_feed(&list, MEDIA, strlen(MEDIA), on_entry, &trace);
	for (i = 0; i < 20000; i++)
		reel_playlist_feed(&list, "#EXTINF:1000000000,\na\n", 22,
		    on_entry, &trace);
	assert_int_equal(list.segments, 20000);
	assert_true(list.duration_us > 0);
}

static void
long_lines_are_left_out(void **state)
{
	static char text[3 * REEL_PLAYLIST_LINE_MAX];
	size_t len;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, MEDIA "#EXTINF:1,\n", strlen(MEDIA) + 11);
	text[REEL_PLAYLIST_LINE_MAX * 2] = '\n';
	len = REEL_PLAYLIST_LINE_MAX * 2 + 1;
	memcpy(text + len, "#EXTINF:2,\nb\n", 13);
	assert_string_equal(read_in(text, len + 13, 0, 0), "s:b=2000000");
	assert_int_equal(list.skipped, 1);
	/* An address that fills the line to its end is whole. */
	len = strlen(MEDIA "#EXTINF:1,\n");
	text[len + REEL_PLAYLIST_LINE_MAX] = '\n';
	memset(text + len, 'y', REEL_PLAYLIST_LINE_MAX);
	(void)read_in(text, len + REEL_PLAYLIST_LINE_MAX + 1, 0, 0);
	assert_int_equal(list.segments, 1);
	assert_int_equal(list.skipped, 0);
	/* A map that does not fit is none. */
	memcpy(text + len, "#EXT-X-MAP:URI=\"", 16);
	memcpy(text + len + 2000, "\"\na", 4);
	assert_string_equal(read_in(text, len + 2003, 0, 0), "s:a=1000000");
}

static void
the_size_of_the_pieces_changes_nothing(void **state)
{
	static const char text[] = "\xef\xbb\xbf#EXTM3U\r\n"
	    "#EXT-X-MAP:URI=\"i.mp4\"\r\n#EXTINF:1.25,\r\n0.m4s\r\n"
	    "#EXT-X-KEY:METHOD=AES-128\r\n#EXTINF:1,\r\n1.m4s";
	char whole[256];
	size_t step;

	(void)state;
	strcpy(whole, READ(text));
	assert_string_equal(
	    whole, "s:0.m4s=1250000<i.mp4 s:1.m4s=1000000<i.mp4!");
	for (step = 1; step < sizeof(text); step++)
		assert_string_equal(
		    read_in(text, strlen(text), 0, step), whole);
}

static void
attributes_that_are_broken_end_the_line(void **state)
{

	(void)state;
	assert_string_equal(READ(MEDIA "#EXT-X-MAP:URI=\"i.mp4\n#EXTINF:1,\n0\n"
	    "#EXT-X-MAP:URI=\n#EXTINF:1,\n1\n#EXT-X-MAP:\n2\n"
	    "#EXT-X-MAP:URI=\"a,b=c.mp4\"x,BYTERANGE=\"5\"\n3\n"
	    "#EXT-X-PART:URI=\n#EXT-X-PART:\n#EXT-X-KEY:\n4\n"),
	    "s:0=1000000<i.mp4 s:1=1000000 s:2 s:3<a,b=c.mp4[0+5] "
	    "s:4<a,b=c.mp4[0+5]");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_in_order_with_their_durations),
		cmocka_unit_test(a_live_one_has_no_end),
		cmocka_unit_test(ranges_go_on_where_the_last_one_ended),
		cmocka_unit_test(a_map_holds_until_the_next_one),
		cmocka_unit_test(keys_hold_until_there_is_none),
		cmocka_unit_test(a_master_names_variants_and_renditions),
		cmocka_unit_test(renditions_are_in_groups),
		cmocka_unit_test(parts_of_low_latency_are_told_apart),
		cmocka_unit_test(lists_of_files),
		cmocka_unit_test(pls_in_any_order),
		cmocka_unit_test(other_forms_are_left_alone),
		cmocka_unit_test(signs_before_and_ends_of_lines),
		cmocka_unit_test(numbers_that_cannot_be_are_not_known),
		cmocka_unit_test(sums_stop_before_they_overflow),
		cmocka_unit_test(long_lines_are_left_out),
		cmocka_unit_test(the_size_of_the_pieces_changes_nothing),
		cmocka_unit_test(attributes_that_are_broken_end_the_line),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	reel_buf_clear(&trace);
	return (rc);
}
