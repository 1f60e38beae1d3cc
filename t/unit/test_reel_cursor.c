/* links: shared/reel_cursor.c */
/* Cursors: one text for one position, and no other text is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/reel_cursor.h"

static void
positions_and_texts_belong_together(void **state)
{
	static const struct {
		const char *text;
		int64_t epoch, seq;
	} rows[] = {
		{ "0-0", 0, 0 },
		{ "0-1", 0, 1 },
		{ "1-0", 1, 0 },
		{ "10-10", 10, 10 },
		{ "1796000000000-123456", 1796000000000, 123456 },
		{ "9223372036854775807-9223372036854775807", INT64_MAX,
		  INT64_MAX },
	};
	struct reel_cursor cursor;
	char text[REEL_CURSOR_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(reel_cursor_parse(rows[i].text,
		    strlen(rows[i].text), &cursor), REEL_OK);
		assert_true(cursor.epoch == rows[i].epoch);
		assert_true(cursor.seq == rows[i].seq);
		assert_int_equal(
		    reel_cursor_print(cursor, text), strlen(rows[i].text));
		assert_string_equal(text, rows[i].text);
	}
}

static void
other_texts_are_refused_and_nothing_is_touched(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} rows[] = {
#define ROW(text) { text, sizeof(text) - 1 }
		ROW(""), ROW("-"), ROW("0"), ROW("0-"), ROW("-0"), ROW("1--1"),
		ROW("1-2-3"), ROW("01-1"), ROW("1-01"), ROW("00-0"),
		ROW("0-00"), ROW("+1-1"), ROW("1-+1"), ROW("-1-1"),
		ROW(" 1-1"), ROW("1-1 "), ROW("1 -1"), ROW("1- 1"),
		ROW("1-1\n"), ROW("1-1\0"), ROW("\0" "1-1"), ROW("1\0-1"),
		ROW("a-1"), ROW("1-a"), ROW("0x1-1"), ROW("1_1"), ROW("1,1"),
		ROW("1-1,2-2"), ROW("1.0-1"), ROW("1e3-1"),
		ROW("9223372036854775808-0"), ROW("0-9223372036854775808"),
		ROW("9223372036854775810-0"), ROW("18446744073709551616-0"),
		ROW("18446744073709551617-0"), ROW("0-99999999999999999999"),
		ROW("99999999999999999999999999999999999999999999999999-1"),
		ROW("\xd9\xa1-1"), /* ARABIC-INDIC DIGIT ONE */
	};
	struct reel_cursor cursor;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cursor.epoch = 77;
		cursor.seq = 88;
		assert_int_equal(reel_cursor_parse(rows[i].text, rows[i].len,
		    &cursor), REEL_BAD_INPUT);
		assert_true(cursor.epoch == 77 && cursor.seq == 88);
	}
}

static void
the_length_ends_the_text(void **state)
{
	struct reel_cursor cursor;
	char *exact;

	(void)state;
	assert_int_equal(reel_cursor_parse("12-345", 4, &cursor), REEL_OK);
	assert_true(cursor.epoch == 12 && cursor.seq == 3);

	/* Not a byte is read behind the end (a sanitizer would tell). */
	exact = malloc(4);
	assert_non_null(exact);
	memcpy(exact, "12-3", 4);
	assert_int_equal(reel_cursor_parse(exact, 4, &cursor), REEL_OK);
	assert_int_equal(reel_cursor_parse(exact, 3, &cursor), REEL_BAD_INPUT);
	assert_int_equal(reel_cursor_parse(exact, 2, &cursor), REEL_BAD_INPUT);
	free(exact);
}

static void
every_number_of_digits_goes_round(void **state)
{
	struct reel_cursor cursor, back;
	char text[REEL_CURSOR_MAX];
	int64_t a, b;
	size_t len;

	(void)state;
	for (a = 1; a > 0 && a < INT64_MAX / 3; a = a * 3 + 1)
		for (b = INT64_MAX; b > 0; b /= 7) {
			cursor.epoch = a;
			cursor.seq = b;
			len = reel_cursor_print(cursor, text);
			assert_true(len < REEL_CURSOR_MAX);
			assert_int_equal(
			    reel_cursor_parse(text, len, &back), REEL_OK);
			assert_true(back.epoch == a && back.seq == b);
		}
}

static void
negative_positions_print_as_zero(void **state)
{
	struct reel_cursor cursor = { INT64_MIN, -1 };
	char text[REEL_CURSOR_MAX];

	(void)state;
	assert_int_equal(reel_cursor_print(cursor, text), 3);
	assert_string_equal(text, "0-0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(positions_and_texts_belong_together),
		cmocka_unit_test(
		    other_texts_are_refused_and_nothing_is_touched),
		cmocka_unit_test(the_length_ends_the_text),
		cmocka_unit_test(every_number_of_digits_goes_round),
		cmocka_unit_test(negative_positions_print_as_zero),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
