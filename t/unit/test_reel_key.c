/* links: shared/reel_key.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/reel_key.h"

static void
a_key_becomes_a_path_and_back(void **state)
{
	unsigned char key[REEL_KEY_BYTES], back[REEL_KEY_BYTES];
	char path[REEL_KEY_PATH];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(key); i++)
		key[i] = (unsigned char)(0x0f + 0x11 * i);
	len = reel_key_path(key, path);
	assert_int_equal(len, 3 + REEL_KEY_HEX + 4);
	assert_memory_equal(path, "0f/0f20314253647586", 19);
	assert_memory_equal(path + len - 4, ".jpg", 4);
	assert_true(reel_key_parse(path + 3, len - 3, back));
	assert_memory_equal(back, key, sizeof(key));
}

static void
a_key_tells_the_form(void **state)
{
	unsigned char key[REEL_KEY_BYTES], back[REEL_KEY_BYTES];
	char path[REEL_KEY_PATH];
	size_t len;

	(void)state;
	memset(key, 0x5a, sizeof(key));
	reel_key_seal(key, REEL_KEY_JPEG);
	assert_int_equal(key[15], 0x5a);
	assert_int_equal(reel_key_form(key), REEL_KEY_JPEG);
	reel_key_seal(key, REEL_KEY_WEBP);
	assert_int_equal(reel_key_form(key), REEL_KEY_WEBP);
	len = reel_key_path(key, path);
	assert_int_equal(len, 3 + REEL_KEY_HEX + 5);
	assert_memory_equal(path + len - 7, "01.webp", 7);
	assert_true(reel_key_parse(path + 3, len - 3, back));
	assert_memory_equal(back, key, sizeof(key));
	/* A hash that happens to look like one of the other form. */
	reel_key_seal(key, REEL_KEY_JPEG);
	assert_int_equal(reel_key_form(key), REEL_KEY_JPEG);
	len = reel_key_path(key, path);
	assert_memory_equal(path + len - 6, "00.jpg", 6);
}

static void
a_storyboard_has_a_track_and_sheets(void **state)
{
	static const struct {
		int sheet;
		const char *ending;
	} rows[] = {{0, ".vtt"}, {1, "-1.jpg"}, {9, "-9.jpg"}, {10, "-10.jpg"},
	    {307, "-307.jpg"}, {REEL_KEY_SHEETS_MAX, "-9999.jpg"}};
	static const char *const names[] = {"", "-.jpg", "-0.jpg", "-01.jpg",
	    "-10000.jpg", "-99999999999.jpg", "-1.jp", "-1.jpgx", "-1.webp", "_1.jpg",
	    ".jpg", ".vttx", ".vt", "-1"};
	unsigned char key[REEL_KEY_BYTES], back[REEL_KEY_BYTES];
	char path[REEL_KEY_PATH], name[80];
	size_t i, len;

	(void)state;
	memset(key, 1, sizeof(key));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		len = reel_key_board(key, rows[i].sheet, path);
		assert_true(len <= REEL_KEY_PATH);
		assert_int_equal(
		    len, 3 + REEL_KEY_HEX + strlen(rows[i].ending));
		assert_memory_equal(path + 3 + REEL_KEY_HEX, rows[i].ending,
		    strlen(rows[i].ending));
		assert_int_equal(reel_key_board_parse(path + 3, len - 3, back),
		    rows[i].sheet);
		assert_memory_equal(back, key, sizeof(key));
	}
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "01010101010101010101010101010101%s",
		    names[i]);
		assert_int_equal(
		    reel_key_board_parse(name, strlen(name), back), -1);
	}
}

static void
other_names_are_no_keys(void **state)
{
	static const char *const names[] = {"", "x", ".jpg",
	    "0123456789abcdef0123456789abcdef",
	    "0123456789abcdef0123456789abcdef.jpe",
	    "0123456789abcdef0123456789abcdef.webp",
	    "0123456789abcdef0123456789abcd01.jpg",
	    "0123456789abcdef0123456789abcd01.web",
	    "0123456789abcdef0123456789abcd01.webpp",
	    "0123456789abcdef0123456789abcde.jpg",
	    "0123456789abcdef0123456789abcdef0.jpg",
	    "0123456789ABCDEF0123456789abcdef.jpg",
	    "0123456789abcdefg123456789abcdef.jpg",
	    "-123456789abcdef0123456789abcdef.jpg"};
	unsigned char key[REEL_KEY_BYTES];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_false(reel_key_parse(names[i], strlen(names[i]), key));
	assert_false(reel_key_parse(
	    "0123456789abcde\0" "0123456789abcdef.jpg", 36, key));
}

static void
all_zero_is_no_key(void **state)
{
	unsigned char key[REEL_KEY_BYTES] = {0};

	(void)state;
	assert_false(reel_key_known(key));
	key[15] = 1;
	assert_true(reel_key_known(key));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_key_becomes_a_path_and_back),
	    cmocka_unit_test(a_key_tells_the_form),
	    cmocka_unit_test(a_storyboard_has_a_track_and_sheets),
	    cmocka_unit_test(other_names_are_no_keys),
	    cmocka_unit_test(all_zero_is_no_key),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
