/* links: shared/reel_escape.c shared/reel_buf.c */
/* Bytes to text: against a second reading of the standards, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/reel_escape.h"

#define LIT(text) text, sizeof(text) - 1
#define BAD "\xef\xbf\xbd"

static struct reel_buf buf;

static int
clear(void **state)
{

	(void)state;
	reel_buf_clear(&buf);
	return (0);
}

static void
assert_buf(const char *want, size_t len)
{

	assert_false(buf.failed);
	assert_int_equal(buf.len, len);
	if (len > 0)
		assert_memory_equal(buf.data, want, len);
}

/*
 * By arithmetic on code points, where the code under test compares bytes: can
 * ${n} bytes begin the encoding of a character?  ${*need} is its length.
 */
static int
begins(const unsigned char *p, size_t n, size_t *need)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t low, high;
	size_t i;

	*need = p[0] < 0x80 ? 1 : (p[0] & 0xe0) == 0xc0 ? 2 :
	    (p[0] & 0xf0) == 0xe0 ? 3 : (p[0] & 0xf8) == 0xf0 ? 4 : 0;
	if (*need == 0 || n > *need)
		return (0);
	if (*need == 1)
		return (1);

	low = p[0] & (0x7fU >> *need);
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return (0);
		low = low << 6 | (p[i] & 0x3f);
	}
	high = low;
	for (; i < *need; i++) {
		low = low << 6;
		high = high << 6 | 0x3f;
	}
	if (low < least[*need])
		low = least[*need];
	if (high > 0x10ffff)
		high = 0x10ffff;
	return (low <= high && !(low >= 0xd800 && high <= 0xdfff));
}

/* Replace ill-formed parts; return how many there were. */
static size_t
reference(const unsigned char *p, size_t len, char *out, size_t *out_len)
{
	size_t n, need, bad = 0;

	*out_len = 0;
	while (len > 0) {
		for (n = 0; n < len && begins(p, n + 1, &need); n++)
			if (n + 1 == need) {
				n++;
				break;
			}
		if (n > 0 && begins(p, n, &need) && n == need) {
			memcpy(out + *out_len, p, n);
			*out_len += n;
		} else {
			memcpy(out + *out_len, BAD, 3);
			*out_len += 3;
			bad++;
			n = n > 0 ? n : 1;
		}
		p += n;
		len -= n;
	}
	return (bad);
}

static void
check_utf8(const unsigned char *bytes, size_t len)
{
	char want[256];
	size_t want_len, bad;

	bad = reference(bytes, len, want, &want_len);
	assert_int_equal(
	    !!reel_escape_utf8_ok((const char *)bytes, len), bad == 0);
	reel_buf_reset(&buf);
	reel_escape_utf8(&buf, (const char *)bytes, len);
	assert_buf(want, want_len);
	assert_true(reel_escape_utf8_ok(buf.data, buf.len));
}

static void
known_shapes_of_malformed_utf8(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *text;
	} rows[] = {
		{ LIT(""), "" },
		{ LIT("plain"), "plain" },
		{ LIT("\xc3\xa4"), "\xc3\xa4" },
		{ LIT("\xe2\x82\xac"), "\xe2\x82\xac" },
		{ LIT("\xf0\x9f\x8e\xac"), "\xf0\x9f\x8e\xac" },
		{ LIT("\xc2\x80\xdf\xbf"), "\xc2\x80\xdf\xbf" },
		{ LIT("\xe0\xa0\x80\xef\xbf\xbf"), "\xe0\xa0\x80\xef\xbf\xbf" },
		{ LIT("\xf0\x90\x80\x80"), "\xf0\x90\x80\x80" },
		{ LIT("\xf4\x8f\xbf\xbf"), "\xf4\x8f\xbf\xbf" },
		{ LIT("\xed\x9f\xbf\xee\x80\x80"), "\xed\x9f\xbf\xee\x80\x80" },
		/* lone continuation bytes, one each */
		{ LIT("\x80"), BAD },
		{ LIT("a\xbf\x80z"), "a" BAD BAD "z" },
		/* overlong: two, three, four bytes */
		{ LIT("\xc0\x80"), BAD BAD },
		{ LIT("\xc1\xbf"), BAD BAD },
		{ LIT("\xe0\x80\x80"), BAD BAD BAD },
		{ LIT("\xe0\x9f\xbf"), BAD BAD BAD },
		{ LIT("\xf0\x80\x80\x80"), BAD BAD BAD BAD },
		{ LIT("\xf0\x8f\xbf\xbf"), BAD BAD BAD BAD },
		/* surrogates, also as a pair */
		{ LIT("\xed\xa0\x80"), BAD BAD BAD },
		{ LIT("\xed\xbf\xbf"), BAD BAD BAD },
		{ LIT("\xed\xa0\xbd\xed\xb8\x80"), BAD BAD BAD BAD BAD BAD },
		/* above U+10FFFF, and lead bytes that never are */
		{ LIT("\xf4\x90\x80\x80"), BAD BAD BAD BAD },
		{ LIT("\xf5\x80\x80\x80"), BAD BAD BAD BAD },
		{ LIT("\xf8\x88\x80\x80\x80"), BAD BAD BAD BAD BAD },
		{ LIT("\xfe\xff"), BAD BAD },
		/* truncated: one for all that was there */
		{ LIT("\xc3"), BAD },
		{ LIT("\xe2\x82"), BAD },
		{ LIT("\xf0\x9f\x8e"), BAD },
		{ LIT("\xf0\x9f\x8ez"), BAD "z" },
		{ LIT("\xe2\x82\xe2\x82\xac"), BAD "\xe2\x82\xac" },
		{ LIT("\xc3\xc3\xa4"), BAD "\xc3\xa4" },
		{ LIT("\xf0\x9f\xc3\xa4\xf0"), BAD "\xc3\xa4" BAD },
		/* the example of Unicode 3.9, table 3-8 */
		{ LIT("a\xf1\x80\x80\xe1\x80\xc2" "b\x80" "c\x80\xbf" "d"),
		  "a" BAD BAD BAD "b" BAD "c" BAD BAD "d" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		reel_buf_reset(&buf);
		reel_escape_utf8(&buf, rows[i].bytes, rows[i].len);
		assert_buf(rows[i].text, strlen(rows[i].text));
		reel_buf_reset(&buf);
		reel_escape_json(&buf, rows[i].bytes, rows[i].len);
		assert_buf(rows[i].text, strlen(rows[i].text));
		check_utf8((const unsigned char *)rows[i].bytes, rows[i].len);
	}
}

static void
every_pair_of_bytes_is_judged_right(void **state)
{
	unsigned char bytes[2];
	unsigned i;

	(void)state;
	for (i = 0; i < 65536; i++) {
		bytes[0] = (unsigned char)(i >> 8);
		bytes[1] = (unsigned char)i;
		check_utf8(bytes, 2);
	}
}

static void
every_four_edges_are_judged_right(void **state)
{
	static const unsigned char edges[] = { 0x00, 0x7f, 0x80, 0x8f, 0x90,
		0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef,
		0xf0, 0xf1, 0xf4, 0xf5, 0xff };
	const size_t n = sizeof(edges);
	unsigned char bytes[4];
	size_t i;

	(void)state;
	for (i = 0; i < n * n * n * n; i++) {
		bytes[0] = edges[i % n];
		bytes[1] = edges[i / n % n];
		bytes[2] = edges[i / n / n % n];
		bytes[3] = edges[i / n / n / n];
		check_utf8(bytes, 4);
	}
}

static void
position_and_neighbours_do_not_matter(void **state)
{
	static const unsigned char bytes[] = "abcdefgh\xc3\xa4\xe2\x82\xac"
	    "\xf0\x9f\x8e\xac\xff\xc0\xed\xa0\"\\\n";
	unsigned char text[40];
	size_t n, i;

	(void)state;
	srandom(3);
	for (n = 0; n < 100000; n++) {
		size_t len = (size_t)random() % sizeof(text);

		for (i = 0; i < len; i++)
			text[i] = bytes[(size_t)random() % (sizeof(bytes) - 1)];
		check_utf8(text, len);
	}
}

static void
every_byte_has_its_json(void **state)
{
	char want[16], byte;
	int c, pad;

	(void)state;
	for (c = 0; c < 256; c++) {
		byte = (char)c;
		if (c == '"' || c == '\\')
			snprintf(want, sizeof(want), "\\%c", c);
		else if (c == '\b')
			strcpy(want, "\\b");
		else if (c == '\f')
			strcpy(want, "\\f");
		else if (c == '\n')
			strcpy(want, "\\n");
		else if (c == '\r')
			strcpy(want, "\\r");
		else if (c == '\t')
			strcpy(want, "\\t");
		else if (c < 0x20)
			snprintf(want, sizeof(want), "\\u%04x", c);
		else if (c < 0x80)
			snprintf(want, sizeof(want), "%c", c);
		else
			strcpy(want, BAD);
		reel_buf_reset(&buf);
		reel_escape_json(&buf, &byte, 1);
		assert_buf(want, strlen(want));

		/* At every place of a longer run as well. */
		for (pad = 0; pad < 20; pad++) {
			char in[32], out[48];

			memset(in, '~', 24);
			in[pad] = byte;
			memset(out, '~', 48);
			memcpy(out + pad, want, strlen(want));
			reel_buf_reset(&buf);
			reel_escape_json(&buf, in, 24);
			assert_buf(out, 23 + strlen(want));
		}
	}
}

static void
json_lets_separators_and_del_pass(void **state)
{
	static const char text[] = "\x7f\xe2\x80\xa8\xe2\x80\xa9</script>";

	(void)state;
	reel_escape_json(&buf, LIT(text));
	assert_buf(LIT(text));
}

static void
nothing_becomes_nothing(void **state)
{

	(void)state;
	reel_escape_json(&buf, NULL, 0);
	reel_escape_utf8(&buf, NULL, 0);
	reel_escape_uri(&buf, NULL, 0);
	assert_true(reel_escape_utf8_ok(NULL, 0));
	assert_buf("", 0);
}

static void
every_byte_has_its_uri(void **state)
{
	static const char stays[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~/";
	char want[8], in[3], byte;
	int c;

	(void)state;
	for (c = 0; c < 256; c++) {
		byte = (char)c;
		if (c != 0 && strchr(stays, c) != NULL)
			snprintf(want, sizeof(want), "%c", c);
		else
			snprintf(want, sizeof(want), "%%%02X", c);
		reel_buf_reset(&buf);
		reel_escape_uri(&buf, &byte, 1);
		assert_buf(want, strlen(want));

		in[0] = 'a';
		in[1] = byte;
		in[2] = 'z';
		reel_buf_reset(&buf);
		reel_escape_uri(&buf, in, 3);
		assert_int_equal(buf.len, strlen(want) + 2);
		assert_memory_equal(buf.data + 1, want, strlen(want));
		assert_int_equal(buf.data[buf.len - 1], 'z');
	}
}

static void
known_times_are_right(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00.000Z" },
		{ 1795158000123, "2026-11-20T07:00:00.123Z" },
		{ -1, "1969-12-31T23:59:59.999Z" },
		{ -1000, "1969-12-31T23:59:59.000Z" },
		{ -86400001, "1969-12-30T23:59:59.999Z" },
		{ 951782400000, "2000-02-29T00:00:00.000Z" },
		{ 951868800000, "2000-03-01T00:00:00.000Z" },
		{ 4107542400000, "2100-03-01T00:00:00.000Z" },
		{ 4107542399999, "2100-02-28T23:59:59.999Z" },
		{ -2203891200001, "1900-02-28T23:59:59.999Z" },
		{ -2203891200000, "1900-03-01T00:00:00.000Z" },
		{ -62167219200000, "0000-01-01T00:00:00.000Z" },
		{ -62162121600000, "0000-02-29T00:00:00.000Z" },
		{ 253402300799999, "9999-12-31T23:59:59.999Z" },
		/* clamped */
		{ -62167219200001, "0000-01-01T00:00:00.000Z" },
		{ 253402300800000, "9999-12-31T23:59:59.999Z" },
		{ INT64_MIN, "0000-01-01T00:00:00.000Z" },
		{ INT64_MAX, "9999-12-31T23:59:59.999Z" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		reel_buf_reset(&buf);
		reel_escape_time(&buf, rows[i].ms);
		assert_buf(rows[i].text, strlen(rows[i].text));
	}
}

static void
check_time(int64_t ms)
{
	struct tm tm;
	time_t s;
	char want[64];
	int64_t rest;

	rest = ((ms % 1000) + 1000) % 1000;
	s = (time_t)((ms - rest) / 1000);
	assert_non_null(gmtime_r(&s, &tm));
	snprintf(want, sizeof(want), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, (int)rest);
	reel_buf_reset(&buf);
	reel_escape_time(&buf, ms);
	assert_buf(want, strlen(want));
}

static void
all_times_agree_with_the_c_library(void **state)
{
	const int64_t first = -62167219200000, last = 253402300799999;
	const int64_t day = 86400000;
	int64_t ms;

	(void)state;

	/* Every 29th day of ten thousand years, at changing times of day. */
	for (ms = first; ms <= last; ms += day * 29 + 3601003)
		check_time(ms);

	/* Both sides of every midnight of the four centuries around us. */
	for (ms = -4417977600000; ms < 8202902400000; ms += day) {
		check_time(ms);
		check_time(ms - 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_shapes_of_malformed_utf8),
		cmocka_unit_test(every_pair_of_bytes_is_judged_right),
		cmocka_unit_test(every_four_edges_are_judged_right),
		cmocka_unit_test(position_and_neighbours_do_not_matter),
		cmocka_unit_test_setup(every_byte_has_its_json, clear),
		cmocka_unit_test_setup(
		    json_lets_separators_and_del_pass, clear),
		cmocka_unit_test_setup(nothing_becomes_nothing, clear),
		cmocka_unit_test_setup(every_byte_has_its_uri, clear),
		cmocka_unit_test_setup(known_times_are_right, clear),
		cmocka_unit_test_setup_teardown(
		    all_times_agree_with_the_c_library, clear, clear),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
