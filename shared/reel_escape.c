#include "shared/reel_escape.h"

#include <string.h>

/*
 * Bytes to text, for both sides.  Every name of every answer passes here, and
 * nearly all of them are plain: each function looks for the first byte that
 * needs work, copies all before it at once, and goes on behind it.
 */

#define HIGH_BITS 0x8080808080808080ULL
#define ONES 0x0101010101010101ULL

static const char hex_lower[] = "0123456789abcdef";
static const char hex_upper[] = "0123456789ABCDEF";

/*
 * Look at the sequence that begins at ${p} with a byte >= 0x80.  Return its
 * length if it is well-formed, else the negative length of the maximal part of
 * one (Unicode 3.9, D93b): what a decoder replaces by a single U+FFFD.
 */
static int
sequence(const unsigned char *p, size_t left)
{
	unsigned char low = 0x80, high = 0xbf;
	int i, need;

	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		need = 2;
	} else if (p[0] >= 0xe0 && p[0] <= 0xef) {
		need = 3;
		if (p[0] == 0xe0)
			low = 0xa0; /* overlong */
		else if (p[0] == 0xed)
			high = 0x9f; /* surrogates */
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		need = 4;
		if (p[0] == 0xf0)
			low = 0x90; /* overlong */
		else if (p[0] == 0xf4)
			high = 0x8f; /* above U+10FFFF */
	} else {
		return (-1);
	}

	for (i = 1; i < need; i++) {
		if ((size_t)i >= left || p[i] < low || p[i] > high)
			return (-i);
		low = 0x80;
		high = 0xbf;
	}
	return (need);
}

/* Eight bytes, none of them a control, a quote, a backslash or above 0x7f? */
static int
plain8(const unsigned char *p)
{
	uint64_t word, quote, slash;

	memcpy(&word, p, sizeof(word));
	quote = word ^ (ONES * '"');
	slash = word ^ (ONES * '\\');

	/*
	 * x - 0x01.. borrows into a byte's top bit where the byte is zero.  A
	 * borrow may also spill into the next byte: then the answer is a "no"
	 * too many, never a "yes" too many.
	 */
	return (((word | (word - ONES * 0x20) | (quote - ONES) |
	    (slash - ONES)) & HIGH_BITS) == 0);
}

static int
plain(unsigned char c)
{

	return (c >= 0x20 && c < 0x80 && c != '"' && c != '\\');
}

int
reel_escape_utf8_ok(const char *data, size_t len)
{
	const unsigned char *p = (const unsigned char *)data;
	uint64_t word;
	size_t i = 0;
	int n;

	while (i < len) {
		if (len - i >= sizeof(word)) {
			memcpy(&word, p + i, sizeof(word));
			if ((word & HIGH_BITS) == 0) {
				i += sizeof(word);
				continue;
			}
		}
		if (p[i] < 0x80) {
			i++;
			continue;
		}
		if ((n = sequence(p + i, len - i)) < 0)
			return (0);
		i += (size_t)n;
	}
	return (1);
}

void
reel_escape_utf8(struct reel_buf *buf, const char *data, size_t len)
{
	const unsigned char *p = (const unsigned char *)data;
	size_t i = 0, begin = 0;
	int n;

	while (i < len) {
		n = p[i] < 0x80 ? 1 : sequence(p + i, len - i);
		if (n > 0) {
			i += (size_t)n;
			continue;
		}
		reel_buf_add(buf, p + begin, i - begin);
		reel_buf_add(buf, "\xef\xbf\xbd", 3);
		i += (size_t)-n;
		begin = i;
	}
	if (i > begin)
		reel_buf_add(buf, p + begin, i - begin);
}

/* The escape of one byte below 0x80 that is not plain. */
static void
json_byte(struct reel_buf *buf, unsigned char c)
{
	char text[6] = { '\\', 'u', '0', '0' };
	char letter = 0;

	switch (c) {
	case '"':
	case '\\':
		letter = (char)c;
		break;
	case '\b':
		letter = 'b';
		break;
	case '\f':
		letter = 'f';
		break;
	case '\n':
		letter = 'n';
		break;
	case '\r':
		letter = 'r';
		break;
	case '\t':
		letter = 't';
		break;
	}
	if (letter != 0) {
		text[1] = letter;
		reel_buf_add(buf, text, 2);
		return;
	}

	text[4] = hex_lower[c >> 4];
	text[5] = hex_lower[c & 15];
	reel_buf_add(buf, text, sizeof(text));
}

void
reel_escape_json(struct reel_buf *buf, const char *data, size_t len)
{
	const unsigned char *p = (const unsigned char *)data;
	size_t i = 0, begin = 0;
	int n;

	while (i < len) {
		if (len - i >= 8 && plain8(p + i)) {
			i += 8;
			continue;
		}
		if (plain(p[i])) {
			i++;
			continue;
		}
		n = 1;
		if (p[i] >= 0x80 && (n = sequence(p + i, len - i)) > 0) {
			i += (size_t)n;
			continue;
		}

		reel_buf_add(buf, p + begin, i - begin);
		if (n > 0) {
			json_byte(buf, p[i]);
			i++;
		} else {
			reel_buf_add(buf, "\xef\xbf\xbd", 3);
			i += (size_t)-n;
		}
		begin = i;
	}
	if (i > begin)
		reel_buf_add(buf, p + begin, i - begin);
}

void
reel_escape_uri(struct reel_buf *buf, const char *data, size_t len)
{
	/* 1: RFC 3986 unreserved, and '/'. */
	static const unsigned char stays[256] = {
		['-'] = 1, ['.'] = 1, ['_'] = 1, ['~'] = 1, ['/'] = 1,
		['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1,
		['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1,
		['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1,
		['F'] = 1, ['G'] = 1, ['H'] = 1, ['I'] = 1, ['J'] = 1,
		['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1, ['O'] = 1,
		['P'] = 1, ['Q'] = 1, ['R'] = 1, ['S'] = 1, ['T'] = 1,
		['U'] = 1, ['V'] = 1, ['W'] = 1, ['X'] = 1, ['Y'] = 1,
		['Z'] = 1, ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1,
		['e'] = 1, ['f'] = 1, ['g'] = 1, ['h'] = 1, ['i'] = 1,
		['j'] = 1, ['k'] = 1, ['l'] = 1, ['m'] = 1, ['n'] = 1,
		['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1, ['s'] = 1,
		['t'] = 1, ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1,
		['y'] = 1, ['z'] = 1
	};
	const unsigned char *p = (const unsigned char *)data;
	size_t i, begin = 0;
	char text[3] = { '%' };

	for (i = 0; i < len; i++) {
		if (stays[p[i]])
			continue;
		if (i > begin)
			reel_buf_add(buf, p + begin, i - begin);
		text[1] = hex_upper[p[i] >> 4];
		text[2] = hex_upper[p[i] & 15];
		reel_buf_add(buf, text, sizeof(text));
		begin = i + 1;
	}
	if (i > begin)
		reel_buf_add(buf, p + begin, i - begin);
}

/* The last ${n} digits of ${num}. */
static void
digits(char *text, int n, int64_t num)
{

	while (n-- > 0) {
		text[n] = (char)('0' + num % 10);
		num /= 10;
	}
}

void
reel_escape_time(struct reel_buf *buf, int64_t ms)
{
	char text[] = "0000-00-00T00:00:00.000Z";
	int64_t day, era, doe, yoe, doy, mp, month;
	const int64_t first = -62167219200000, last = 253402300799999;
	const int64_t day_ms = 86400000;

	ms = ms < first ? first : ms > last ? last : ms;

	/*
	 * Years that begin in March put the leap day last, so that the months
	 * have one formula; an era is the 400 years after which all repeats.
	 * ${day} counts from March 1 of the year -400, 60 days and an era
	 * before the first day that can be printed, and is never negative.
	 */
	ms -= first;
	day = ms / day_ms - 60 + 146097;
	ms %= day_ms;
	era = day / 146097;
	doe = day % 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	month = mp < 10 ? mp + 3 : mp - 9;

	digits(text, 4, era * 400 + yoe - 400 + (month <= 2));
	digits(text + 5, 2, month);
	digits(text + 8, 2, doy - (153 * mp + 2) / 5 + 1);
	digits(text + 11, 2, ms / 3600000);
	digits(text + 14, 2, ms / 60000 % 60);
	digits(text + 17, 2, ms / 1000 % 60);
	digits(text + 20, 3, ms % 1000);
	reel_buf_add(buf, text, sizeof(text) - 1);
}
