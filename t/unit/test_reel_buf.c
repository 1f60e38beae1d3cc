/* links: shared/reel_buf.c */
/* A string that grows: what is added is there, and failure is sticky. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/reel_buf.h"

static void
assert_content(const struct reel_buf *buf, const char *want)
{

	assert_false(buf->failed);
	assert_int_equal(buf->len, strlen(want));
	assert_true(buf->len <= buf->cap);
	if (buf->len > 0)
		assert_memory_equal(buf->data, want, buf->len);
}

static void
pieces_become_one_string(void **state)
{
	struct reel_buf buf;

	(void)state;
	reel_buf_init(&buf);
	assert_null(buf.data);
	assert_content(&buf, "");
	reel_buf_add(&buf, NULL, 0);
	reel_buf_str(&buf, "");
	assert_content(&buf, "");
	reel_buf_str(&buf, "one");
	reel_buf_chr(&buf, ',');
	reel_buf_add(&buf, "twoXX", 3);
	reel_buf_chr(&buf, ',');
	reel_buf_num(&buf, 3);
	reel_buf_fmt(&buf, ",%s=%d", "four", 4);
	assert_content(&buf, "one,two,3,four=4");
	reel_buf_clear(&buf);
	assert_null(buf.data);
	assert_int_equal(buf.cap, 0);
	reel_buf_clear(&buf);
}

static void
numbers_are_decimal_to_the_last_one(void **state)
{
	static const struct {
		int64_t num;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ 1, "1" },
		{ -1, "-1" },
		{ 9, "9" },
		{ 10, "10" },
		{ -10, "-10" },
		{ 1234567890, "1234567890" },
		{ INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" },
	};
	struct reel_buf buf;
	size_t i;

	(void)state;
	reel_buf_init(&buf);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		reel_buf_reset(&buf);
		reel_buf_num(&buf, rows[i].num);
		assert_content(&buf, rows[i].text);
	}
	reel_buf_clear(&buf);
}

static void
growth_loses_nothing(void **state)
{
	struct reel_buf buf;
	size_t i;

	(void)state;
	reel_buf_init(&buf);
	for (i = 0; i < 100000; i++)
		reel_buf_chr(&buf, (char)(i * 7));
	assert_int_equal(buf.len, 100000);
	for (i = 0; i < 100000; i++)
		assert_int_equal(buf.data[i], (char)(i * 7));
	reel_buf_clear(&buf);
}

static void
formats_of_every_length_are_whole(void **state)
{
	struct reel_buf buf;
	char want[300];
	size_t pre, len;

	(void)state;
	reel_buf_init(&buf);
	for (pre = 0; pre < 130; pre += 13)
		for (len = 0; len < 150; len++) {
			reel_buf_clear(&buf);
			memset(want, 'p', pre);
			memset(want + pre, 'x', len);
			want[pre + len] = '\0';
			reel_buf_add(&buf, want, pre);
			reel_buf_fmt(&buf, "%s", want + pre);
			assert_content(&buf, want);
		}
	reel_buf_clear(&buf);
}

static void
reserved_room_is_the_callers(void **state)
{
	struct reel_buf buf;
	char *dst;
	size_t len;

	(void)state;
	reel_buf_init(&buf);
	assert_non_null(reel_buf_reserve(&buf, 0));
	for (len = 1; len < 5000; len = len * 3 + 1) {
		reel_buf_reset(&buf);
		reel_buf_str(&buf, "head");
		dst = reel_buf_reserve(&buf, len);
		assert_non_null(dst);
		assert_true(buf.cap - buf.len >= len);
		memset(dst, 'y', len);
		buf.len += len;
		assert_memory_equal(buf.data, "head", 4);
		assert_int_equal(buf.data[buf.len - 1], 'y');
	}
	reel_buf_clear(&buf);
}

static void
reset_keeps_the_memory(void **state)
{
	struct reel_buf buf;
	char *data;
	size_t cap;

	(void)state;
	reel_buf_init(&buf);
	reel_buf_fmt(&buf, "%0200d", 1);
	data = buf.data;
	cap = buf.cap;
	reel_buf_reset(&buf);
	assert_content(&buf, "");
	reel_buf_fmt(&buf, "%0200d", 2);
	assert_ptr_equal(buf.data, data);
	assert_int_equal(buf.cap, cap);
	reel_buf_clear(&buf);
}

static void
failure_is_sticky_and_harmless(void **state)
{
	struct reel_buf buf;
	size_t len;

	(void)state;
	reel_buf_init(&buf);
	reel_buf_str(&buf, "kept");

	/* Also a size whose sum with the length wraps around. */
	assert_null(reel_buf_reserve(&buf, SIZE_MAX - 1));
	assert_true(buf.failed);
	len = buf.len;
	assert_null(reel_buf_reserve(&buf, 1));
	reel_buf_str(&buf, "lost");
	reel_buf_chr(&buf, 'x');
	reel_buf_num(&buf, 7);
	reel_buf_fmt(&buf, "%d", 7);
	assert_true(buf.failed);
	assert_int_equal(buf.len, len);

	/* A new use starts clean. */
	reel_buf_reset(&buf);
	reel_buf_str(&buf, "again");
	assert_content(&buf, "again");
	reel_buf_clear(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_become_one_string),
		cmocka_unit_test(numbers_are_decimal_to_the_last_one),
		cmocka_unit_test(growth_loses_nothing),
		cmocka_unit_test(formats_of_every_length_are_whole),
		cmocka_unit_test(reserved_room_is_the_callers),
		cmocka_unit_test(reset_keeps_the_memory),
		cmocka_unit_test(failure_is_sticky_and_harmless),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
