/* links: shared/reel_item.c */
/* The words of items, and what the ending of a name promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/reel_item.h"

static void
words_and_numbers_are_the_promised_ones(void **state)
{
	static const struct {
		enum reel_type type;
		int number;
		const char *word;
	} rows[] = {
		{ REEL_TYPE_UNKNOWN, 0, "unknown" },
		{ REEL_TYPE_DIRECTORY, 1, "directory" },
		{ REEL_TYPE_VIDEO, 2, "video" },
		{ REEL_TYPE_AUDIO, 3, "audio" },
		{ REEL_TYPE_IMAGE, 4, "image" },
		{ REEL_TYPE_SUBTITLE, 5, "subtitle" },
		{ REEL_TYPE_PLAYLIST, 6, "playlist" },
		{ REEL_TYPE_HLS_DIRECTORY, 7, "hls_directory" },
		{ REEL_TYPE_SEGMENT, 8, "segment" },
	};
	size_t i;

	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), REEL_TYPE_COUNT);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(rows[i].type, rows[i].number);
		assert_string_equal(
		    reel_item_type_name(rows[i].type), rows[i].word);
		assert_int_equal(reel_item_type_parse(rows[i].word,
		    strlen(rows[i].word)), rows[i].type);
	}
	assert_string_equal(reel_item_state_name(REEL_STATE_NEW), "new");
	assert_string_equal(
	    reel_item_state_name(REEL_STATE_GROWING), "growing");
	assert_string_equal(reel_item_state_name(REEL_STATE_READY), "ready");
	assert_string_equal(reel_item_state_name(REEL_STATE_FAILED), "failed");
	assert_string_equal(reel_item_op_name(REEL_OP_PUT), "put");
	assert_string_equal(reel_item_op_name(REEL_OP_MOVE), "move");
	assert_string_equal(reel_item_op_name(REEL_OP_DROP), "drop");
}

static void
numbers_from_a_damaged_book_have_a_word(void **state)
{
	static const int wild[] = { -1, 9, 255, 0x7fffffff };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		assert_string_equal(reel_item_type_name(
		    (enum reel_type)wild[i]), "unknown");
		assert_string_equal(reel_item_state_name(
		    (enum reel_state)wild[i]), "new");
		assert_string_equal(
		    reel_item_op_name((enum reel_op)wild[i]), "unknown");
	}
	assert_string_equal(reel_item_op_name((enum reel_op)0), "unknown");
}

static void
only_whole_words_are_types(void **state)
{
	static const char *const words[] = { "", "v", "vide", "videos", "Video",
		"hls", "hls_directory ", "all", "probing" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_int_equal(
		    reel_item_type_parse(words[i], strlen(words[i])), -1);

	/* The length counts, not a NUL. */
	assert_int_equal(
	    reel_item_type_parse("video,audio", 5), REEL_TYPE_VIDEO);
	assert_int_equal(reel_item_type_parse("video\0", 6), -1);
}

static void
endings_promise_types(void **state)
{
	static const struct {
		const char *endings;
		enum reel_type type;
	} rows[] = {
		{ "mp4 m4v mov mkv webm avi wmv asf flv mpg mpeg mpe m2v ts m2ts "
		  "mts vob ogv ogm 3gp 3g2 mxf dv divx rm rmvb f4v y4m ivf m4s "
		  "cmfv", REEL_TYPE_VIDEO },
		{ "mp3 m4a aac flac ogg oga opus wav wma aif aiff mka ac3 eac3 "
		  "dts ape wv m4b amr", REEL_TYPE_AUDIO },
		{ "jpg jpeg png gif webp bmp tif tiff heic heif avif svg jxl",
		  REEL_TYPE_IMAGE },
		{ "srt vtt ass ssa sub smi ttml lrc sup idx sbv",
		  REEL_TYPE_SUBTITLE },
		{ "m3u8 m3u pls mpd xspf", REEL_TYPE_PLAYLIST },
		{ "txt nfo part tmp mp44 mp doc zip exe c o 4 crdownload",
		  REEL_TYPE_UNKNOWN },
	};
	char name[64], word[16];
	const char *p;
	size_t i, n, k;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (p = rows[i].endings; *p != '\0'; p += n, p += *p == ' ') {
			n = strcspn(p, " ");
			memcpy(word, p, n);
			word[n] = '\0';
			strcpy(name, "Some file.v2.");
			strcat(name, word);
			assert_int_equal(reel_item_type_guess(
			    name, strlen(name)), rows[i].type);
			for (k = 0; name[k] != '\0'; k++)
				if (name[k] >= 'a' && name[k] <= 'z')
					name[k] = (char)(name[k] - 'a' + 'A');
			assert_int_equal(reel_item_type_guess(
			    name, strlen(name)), rows[i].type);
		}
	}
}

static void
names_without_an_ending_promise_nothing(void **state)
{
	static const struct {
		const char *name;
		size_t len;
		enum reel_type type;
	} rows[] = {
		{ "", 0, REEL_TYPE_UNKNOWN },
		{ ".", 1, REEL_TYPE_UNKNOWN },
		{ "mp4", 3, REEL_TYPE_UNKNOWN },
		{ ".mp4", 4, REEL_TYPE_UNKNOWN },
		{ "a.", 2, REEL_TYPE_UNKNOWN },
		{ "a.mp4.", 6, REEL_TYPE_UNKNOWN },
		{ "a.mp4 ", 6, REEL_TYPE_UNKNOWN },
		{ "a.mp4.longer7", 13, REEL_TYPE_UNKNOWN },
		{ "a.MP4", 5, REEL_TYPE_VIDEO },
		{ "a..mp4", 6, REEL_TYPE_VIDEO },
		{ "..mp4", 5, REEL_TYPE_VIDEO },
		{ "\xff.mkv", 5, REEL_TYPE_VIDEO },
		{ "a.mp4x", 5, REEL_TYPE_VIDEO },   /* the length counts */
		{ "a.ts\0", 5, REEL_TYPE_UNKNOWN }, /* a NUL is no padding */
		{ "a.m\0", 4, REEL_TYPE_UNKNOWN },
		{ "a.dvr-ms", 8, REEL_TYPE_VIDEO },
		{ "a.M2TS", 6, REEL_TYPE_VIDEO },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(reel_item_type_guess(
		    rows[i].name, rows[i].len), rows[i].type);
}

/*
 * A binary search over a table out of order finds some rows and not others, so
 * every ending of three letters is asked for and counted (count anew when rows
 * are added).
 */
static void
every_short_ending_of_the_table_is_found(void **state)
{
	static const char abc[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char name[] = "x.???";
	size_t i, j, k, found = 0;

	(void)state;
	for (i = 0; i < 36; i++)
		for (j = 0; j < 36; j++)
			for (k = 0; k < 36; k++) {
				name[2] = abc[i];
				name[3] = abc[j];
				name[4] = abc[k];
				found += reel_item_type_guess(name, 5) !=
				    REEL_TYPE_UNKNOWN;
			}
	assert_int_equal(found, 159);
}

static int
may_be_a_film(const char *ending, size_t len)
{
	char name[16] = "x.";
	enum reel_type type;

	memcpy(name + 2, ending, len);
	type = reel_item_type_guess(name, len + 2);
	return (type == REEL_TYPE_VIDEO || type == REEL_TYPE_AUDIO ||
	    type == REEL_TYPE_IMAGE);
}

/* One after the other, as whoever looks for the film of a subtitle goes. */
static void
endings_of_films_follow_each_other(void **state)
{
	static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                              "abcdefghijklmnopqrstuvwxyz";
	char at[REEL_ITEM_ENDING_MAX + 1] = "", next[REEL_ITEM_ENDING_MAX];
	size_t i, j, k, len = 0, n, threes = 0;
	char word[4] = "";

	(void)state;
	while ((n = reel_item_ending_from(at, len, next)) > 0) {
		assert_true(may_be_a_film(next, n));
		assert_true(memcmp(next, at, n) > 0);
		threes += n == 3;
		memset(at, 0, sizeof(at));
		memcpy(at, next, n);
		len = n + 1; /* what is greater than this one */
	}
	for (i = 0; i < 62; i++)
		for (j = 0; j < 62; j++)
			for (k = 0; k < 62; k++) {
				word[0] = letters[i];
				word[1] = letters[j];
				word[2] = letters[k];
				if (!may_be_a_film(word, 3))
					continue;
				threes--;
				assert_int_equal(
				    reel_item_ending_from(word, 3, next), 3);
				assert_memory_equal(next, word, 3);
			}
	assert_int_equal(threes, 0);

	assert_int_equal(reel_item_ending_from("S01E01.en.srt", 13, next), 3);
	assert_memory_equal(next, "S3M", 3);
	assert_int_equal(reel_item_ending_from("mkx", 3, next), 3);
	assert_memory_equal(next, "mlP", 3);
	assert_int_equal(reel_item_ending_from("mk\xff", 3, next), 3);
	assert_memory_equal(next, "mlP", 3);
	assert_int_equal(reel_item_ending_from("zz", 2, next), 0);
	assert_int_equal(reel_item_ending_from("\xc3\xa9", 2, next), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_numbers_are_the_promised_ones),
		cmocka_unit_test(numbers_from_a_damaged_book_have_a_word),
		cmocka_unit_test(only_whole_words_are_types),
		cmocka_unit_test(endings_promise_types),
		cmocka_unit_test(names_without_an_ending_promise_nothing),
		cmocka_unit_test(every_short_ending_of_the_table_is_found),
		cmocka_unit_test(endings_of_films_follow_each_other),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
