/* links: indexer/reel_body_cjson.c indexer/reel_member.c indexer/reel_json_cjson.c indexer/reel_node.c
 * indexer/reel_log.c indexer/reel_mem.c shared/reel_buf.c
 * shared/reel_escape.c shared/reel_facts.c shared/reel_item.c
 * shared/reel_status.c */
/* Bodies, member by member, against texts written by hand; and cJSON reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/reel_body_cjson.h"
#include "indexer/reel_json_cjson.h"
#include "indexer/reel_node.h"

static struct reel_buf body;
static struct reel_facts facts;
static struct reel_node node;

static int
fresh(void **state)
{

	(void)state;
	reel_buf_init(&body);
	reel_facts_init(&facts);
	memset(&node, 0, sizeof(node));
	node.id = 7;
	node.name = "a.mp4";
	node.name_len = 5;
	node.type = REEL_TYPE_VIDEO;
	node.state = REEL_STATE_READY;
	node.size = 1234;
	node.mtime_ns = 1763622000123999999;
	node.created_ms = 1763622000000;
	return (0);
}

static int
clear(void **state)
{

	(void)state;
	reel_buf_clear(&body);
	return (0);
}

static void
set_name(const char *name)
{

	node.name = name;
	node.name_len = strlen(name);
}

/* What was rendered, checked to be JSON once it stands between braces. */
static const char *
text(void)
{
	struct reel_buf whole;
	cJSON *parsed;

	reel_buf_init(&whole);
	reel_buf_chr(&whole, '{');
	reel_buf_add(&whole, body.data, body.len);
	reel_buf_add(&whole, "}", 2);
	parsed = cJSON_ParseWithOpts(whole.data, NULL, 1);
	if (parsed == NULL)
		fail_msg("not JSON: %s", whole.data);
	cJSON_Delete(parsed);
	reel_buf_clear(&whole);
	reel_buf_chr(&body, '\0');
	return (body.data);
}

#define BASE                                                                   \
	"\"id\":\"7\",\"name\":\"a.mp4\",\"type\":\"video\",\"size\":1234,"    \
	"\"created_at\":\"2025-11-20T07:00:00.000Z\","                         \
	"\"modified_at\":\"2025-11-20T07:00:00.123Z\","

static const char *
render(const char *error)
{

	reel_buf_reset(&body);
	assert_int_equal(
	    reel_body_render(&node, &facts, error, &body), REEL_OK);
	return (text());
}

static const char *
again(const char *old)
{

	reel_buf_reset(&body);
	assert_int_equal(
	    reel_body_again(old, strlen(old), &node, &body), REEL_OK);
	return (text());
}

static void
item_without_facts_has_the_base_only(void **state)
{

	(void)state;
	assert_int_equal(reel_body_render(&node, NULL, NULL, &body), REEL_OK);
	assert_string_equal(text(), BASE "\"state\":\"ready\"");
	assert_string_equal(render(NULL), BASE "\"state\":\"ready\"");
}

static void
every_fact_has_its_member_in_order(void **state)
{

	(void)state;
	facts.type = REEL_TYPE_VIDEO;
	facts.width = 1920;
	facts.height = 1080;
	facts.fps_num = 30000;
	facts.fps_den = 1001;
	facts.bit_depth = 10;
	facts.channels = 6;
	facts.duration_ms = 5025040;
	facts.bitrate = 8000000;
	facts.recorded_ms = 1600000000000;
	facts.variable_fps = 1;
	facts.interlaced = 1;
	strcpy(facts.title, "A \"film\"");
	strcpy(facts.date, "2019-05-04");
	strcpy(facts.profile, "Main 10");
	strcpy(facts.hdr, "pq");
	strcpy(facts.container, "matroska");
	strcpy(facts.codec, "hevc");
	strcpy(facts.codecs, "hvc1.2.4.L150,mp4a.40.2");
	strcpy(facts.audio_codec, "aac");
	facts.audio_count = 2;
	strcpy(facts.audio[0].codec, "aac");
	strcpy(facts.audio[0].language, "deu");
	strcpy(facts.audio[0].title, "Kommentar \"1\"");
	facts.audio[0].channels = 6;
	facts.audio[0].sample_rate = 48000;
	facts.audio[0].is_default = 1;
	facts.subtitle_count = 1;
	strcpy(facts.subtitle[0].codec, "subrip");
	facts.subtitle[0].is_forced = 1;
	facts.chapter_count = 2;
	facts.chapter[0].end_ms = 60500;
	strcpy(facts.chapter[0].title, "One");
	facts.chapter[1].start_ms = 60500;
	assert_string_equal(render(NULL),
	    BASE
	    "\"title\":\"A \\\"film\\\"\",\"date\":\"2019-05-04\","
	    "\"recorded_at\":\"2020-09-13T12:26:40.000Z\","
	    "\"duration\":5025.04,\"width\":1920,\"height\":1080,"
	    "\"resolution\":\"1920x1080\",\"fps\":29.97,"
	    "\"fps_ratio\":\"30000/1001\",\"variable_fps\":true,"
	    "\"hdr\":\"pq\",\"bit_depth\":10,\"interlaced\":true,"
	    "\"bitrate\":8000000,\"container\":\"matroska\","
	    "\"codec\":\"hevc\",\"profile\":\"Main 10\",\"codecs\":\"hvc1.2.4.L150,mp4a.40.2\","
	    "\"audio_codec\":\"aac\",\"channels\":6,\"audio_tracks\":["
	    "{\"codec\":\"aac\",\"language\":\"deu\","
	    "\"title\":\"Kommentar \\\"1\\\"\",\"channels\":6,"
	    "\"sample_rate\":48000,\"default\":true},{}],"
	    "\"subtitle_tracks\":[{\"codec\":\"subrip\",\"forced\":true}],"
	    "\"chapters\":[{\"start\":0,\"end\":60.5,\"title\":\"One\"},"
	    "{\"start\":60.5}],\"state\":\"ready\"");
}

static void
picture_is_upright_with_square_pixels(void **state)
{
	static const struct {
		int width, height, sar_num, sar_den, rotation;
		const char *has;
	} cases[] = {
		{ 1920, 1080, 0, 0, 0,
		    "\"width\":1920,\"height\":1080,"
		    "\"resolution\":\"1920x1080\"," },
		{ 1920, 1080, 1, 1, 90,
		    "\"width\":1080,\"height\":1920,"
		    "\"resolution\":\"1080x1920\",\"rotation\":90," },
		{ 1920, 1080, 1, 1, 180,
		    "\"width\":1920,\"height\":1080,"
		    "\"resolution\":\"1920x1080\",\"rotation\":180," },
		{ 1920, 1080, 1, 1, 270, "\"resolution\":\"1080x1920\"" },
		{ 720, 576, 64, 45, 0, "\"resolution\":\"1024x576\"" },
		{ 720, 576, 64, 45, 90, "\"resolution\":\"576x1024\"" },
		{ 1440, 1080, 4, 3, 0, "\"resolution\":\"1920x1080\"" },
		{ 1, 1000, 1, 1000, 0, "\"resolution\":\"1x1000\"" },
		{ 131072, 1, 16, 1, 0, "\"width\":2097152," },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		facts.width = cases[i].width;
		facts.height = cases[i].height;
		facts.sar_num = cases[i].sar_num;
		facts.sar_den = cases[i].sar_den;
		facts.rotation = cases[i].rotation;
		if (strstr(render(NULL), cases[i].has) == NULL)
			fail_msg("case %zu: %s", i, body.data);
	}
	facts.height = 0;
	assert_null(strstr(render(NULL), "width"));
}

static void
numbers_keep_their_digits(void **state)
{
	static const struct {
		int64_t ms;
		const char *has;
	} durations[] = {
		{ 0, "\"duration\":0," },
		{ 1, "\"duration\":0.001," },
		{ 10, "\"duration\":0.01," },
		{ 60000, "\"duration\":60," },
		{ 9007199254740991, "\"duration\":9007199254740.991," },
		{ INT64_MAX, "\"duration\":9223372036854775.807," },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
		facts.duration_ms = durations[i].ms;
		if (strstr(render(NULL), durations[i].has) == NULL)
			fail_msg("case %zu: %s", i, body.data);
	}
	facts.duration_ms = -1;
	assert_null(strstr(render(NULL), "duration"));

	node.id = INT64_MAX;
	node.size = INT64_MAX;
	facts.bitrate = 1000000000000000000;
	render(NULL);
	assert_non_null(strstr(body.data, "\"id\":\"9223372036854775807\""));
	assert_non_null(strstr(body.data, "\"size\":9223372036854775807"));
	assert_non_null(strstr(body.data, "\"bitrate\":1000000000000000000"));
}

static void
frame_rates_are_rounded_and_exact(void **state)
{
	static const struct {
		int num, den;
		const char *has;
	} cases[] = {
		{ 25, 1, "\"fps\":25,\"fps_ratio\":\"25/1\"" },
		{ 24000, 1001, "\"fps\":23.976,\"fps_ratio\":\"24000/1001\"" },
		{ 60000, 1001, "\"fps\":59.94,\"fps_ratio\":\"60000/1001\"" },
		{ 1, 3, "\"fps\":0.333,\"fps_ratio\":\"1/3\"" },
		{ 2147483647, 1, "\"fps\":2147483647," },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		facts.fps_num = cases[i].num;
		facts.fps_den = cases[i].den;
		if (strstr(render(NULL), cases[i].has) == NULL)
			fail_msg("case %zu: %s", i, body.data);
	}
	/* None that is told is 0. */
	facts.fps_num = 1;
	facts.fps_den = 2000;
	assert_non_null(strstr(render(NULL), "\"fps\":0.001,"));
	facts.fps_den = 2001;
	assert_null(strstr(render(NULL), "fps"));
	facts.fps_den = 0;
	assert_null(strstr(render(NULL), "fps"));
}

static void
folders_have_no_size(void **state)
{

	(void)state;
	set_name("films");
	node.type = REEL_TYPE_DIRECTORY;
	assert_null(strstr(render(NULL), "size"));
	node.type = REEL_TYPE_HLS_DIRECTORY;
	assert_non_null(strstr(render(NULL), "\"type\":\"hls_directory\""));
	assert_null(strstr(body.data, "size"));
}

static void
names_that_are_not_utf8_have_a_raw_twin(void **state)
{

	(void)state;
	set_name("caf\xe9 \"x\".mp4");
	assert_non_null(strstr(render(NULL),
	    "\"name\":\"caf\xef\xbf\xbd \\\"x\\\".mp4\","
	    "\"name_raw\":\"caf%E9%20%22x%22.mp4\",\"type\""));
	set_name("caf\xc3\xa9\n.mp4");
	assert_non_null(
	    strstr(render(NULL), "\"name\":\"caf\xc3\xa9\\n.mp4\",\"type\""));
}

static void
every_byte_in_a_name_gives_json(void **state)
{
	char name[2];
	int byte;

	(void)state;
	for (byte = 1; byte < 256; byte++) {
		name[0] = (char)byte;
		name[1] = '\0';
		set_name(name);
		render(name);
	}
}

static void
longest_name_of_the_worst_bytes_fits(void **state)
{
	char name[256];

	(void)state;
	memset(name, 1, 255);
	name[255] = '\0';
	set_name(name);
	render(name);
	memset(name, 0xff, 255);
	render(name);
	assert_true(body.len > 255 * 3 * 2);
}

static void
hostile_words_of_a_container_stay_strings(void **state)
{

	(void)state;
	strcpy(facts.codec, "x\",\"admin\":\"1");
	strcpy(facts.container, "\xff\xfe");
	assert_non_null(
	    strstr(render(NULL), "\"codec\":\"x\\\",\\\"admin\\\":\\\"1\""));
	assert_non_null(
	    strstr(body.data, "\"container\":\"\xef\xbf\xbd\xef\xbf\xbd\""));
}

static void
times_before_1970_round_down(void **state)
{

	(void)state;
	node.mtime_ns = -1;
	node.created_ms = -1;
	assert_non_null(strstr(render(NULL),
	    "\"created_at\":\"1969-12-31T23:59:59.999Z\","
	    "\"modified_at\":\"1969-12-31T23:59:59.999Z\""));
	node.mtime_ns = -1000000;
	assert_non_null(strstr(
	    render(NULL), "\"modified_at\":\"1969-12-31T23:59:59.999Z\""));
}

static void
all_tables_full_fit(void **state)
{
	uint32_t i;

	(void)state;
	facts.audio_count = REEL_FACTS_AUDIO_MAX;
	facts.subtitle_count = REEL_FACTS_SUBTITLE_MAX;
	facts.chapter_count = REEL_FACTS_CHAPTER_MAX;
	for (i = 0; i < REEL_FACTS_CHAPTER_MAX; i++) {
		memset(facts.chapter[i].title, 1, REEL_FACTS_TEXT - 1);
		facts.chapter[i].start_ms = INT64_MAX;
	}
	render(NULL);
	assert_true(body.len > 64 * 127 * 6);
}

static void
rename_keeps_facts_byte_for_byte(void **state)
{

	(void)state;
	set_name("b.mkv");
	node.size = 9;
	assert_string_equal(again(
		"\"id\":\"7\",\"name\":\"old\\\",\\\"state\\\":\",\"name_raw\""
		":\"x\",\"type\":\"audio\",\"size\":1,\"created_at\":\"x\","
		"\"modified_at\":\"x\",\"duration\":1.000e3,\"list\":[{\"id\":"
		"\"]}\"},[1,2]],\"bitrate\":10000000000000000000001,"
		"\"state\":\"failed\",\"error\":\"why, \\\"\\\\\""),
	    "\"id\":\"7\",\"name\":\"b.mkv\",\"type\":\"video\",\"size\":9,"
	    "\"created_at\":\"2025-11-20T07:00:00.000Z\","
	    "\"modified_at\":\"2025-11-20T07:00:00.123Z\","
	    "\"duration\":1.000e3,\"list\":[{\"id\":\"]}\"},[1,2]],"
	    "\"bitrate\":10000000000000000000001,\"state\":\"ready\"");
}

static void
rename_keeps_the_error_of_a_failed_item(void **state)
{

	(void)state;
	node.state = REEL_STATE_FAILED;
	assert_string_equal(
	    again("\"id\":\"7\",\"state\":\"failed\",\"error\":\"no \\\"moov\""),
	    BASE "\"state\":\"failed\",\"error\":\"no \\\"moov\"");
}

static void
rendered_again_and_again_is_the_same(void **state)
{
	char *first;

	(void)state;
	facts.duration_ms = 1500;
	facts.chapter_count = 1;
	strcpy(facts.codec, "h264");
	first = strdup(render(NULL));
	assert_string_equal(again(first), first);
	node.state = REEL_STATE_FAILED;
	free(first);
	first = strdup(render("because"));
	assert_string_equal(again(first), first);
	free(first);
}

static void
what_is_no_body_is_refused(void **state)
{
	static const char *const bad[] = { "x", "\"a", "\"a\"", "\"a\":",
		"\"a\":,\"b\":1", "\"a\":\"", "\"a\":[1", "\"a\":1]",
		"\"a\":1,", "\"a\":1,x", "\"a\" :1", "{\"a\":1}", "\"a\":\"\\",
		"," };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (reel_body_again(bad[i], strlen(bad[i]), &node, &body) !=
		    REEL_BAD_INPUT)
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(body.len, 0);
	}
	assert_string_equal(again(""), BASE "\"state\":\"ready\"");
}

static void
negative_thousandths_keep_their_sign(void **state)
{
	struct reel_json json;

	(void)state;
	reel_json_object(&json);
	reel_json_milli(&json, "a", -1);
	reel_json_milli(&json, "b", -1500);
	reel_json_milli(&json, "c", INT64_MIN);
	reel_json_int(&json, "d", INT64_MIN);
	assert_int_equal(reel_json_print(&json, &body), REEL_OK);
	reel_json_clear(&json);
	assert_string_equal(text(),
	    "\"a\":-0.001,\"b\":-1.5,\"c\":-9223372036854775.808,"
	    "\"d\":-9223372036854775808");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, clear)
	const struct CMUnitTest tests[] = {
		TEST(item_without_facts_has_the_base_only),
		TEST(every_fact_has_its_member_in_order),
		TEST(picture_is_upright_with_square_pixels),
		TEST(numbers_keep_their_digits),
		TEST(frame_rates_are_rounded_and_exact),
		TEST(folders_have_no_size),
		TEST(names_that_are_not_utf8_have_a_raw_twin),
		TEST(every_byte_in_a_name_gives_json),
		TEST(longest_name_of_the_worst_bytes_fits),
		TEST(hostile_words_of_a_container_stay_strings),
		TEST(times_before_1970_round_down),
		TEST(all_tables_full_fit),
		TEST(rename_keeps_facts_byte_for_byte),
		TEST(rename_keeps_the_error_of_a_failed_item),
		TEST(rendered_again_and_again_is_the_same),
		TEST(what_is_no_body_is_refused),
		TEST(negative_thousandths_keep_their_sign),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
