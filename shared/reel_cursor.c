#include "shared/reel_cursor.h"

/*
 * The text of a cursor.  Clients send it back verbatim, so exactly one text
 * stands for one cursor: what _print does not write, _parse does not take.
 * That makes cursors fit for comparing as strings, in ETags and cache keys.
 */

/* Take the digits of one number off ${*text}; zero if there is none. */
static int
take(const char **text, const char *end, int64_t *num)
{
	const char *p = *text;
	int64_t n = 0;
	int digit;

	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		digit = *p - '0';
		if (n > (INT64_MAX - digit) / 10)
			return (0);
		n = n * 10 + digit;
	}
	if (p == *text || (**text == '0' && p - *text > 1))
		return (0);

	*text = p;
	*num = n;
	return (1);
}

enum reel_status
reel_cursor_parse(const char *text, size_t len, struct reel_cursor *cursor)
{
	struct reel_cursor found;
	const char *end;

	if (len == 0)
		return (REEL_BAD_INPUT);

	end = text + len;
	if (!take(&text, end, &found.epoch) || text == end || *text++ != '-' ||
	    !take(&text, end, &found.seq) || text != end)
		return (REEL_BAD_INPUT);

	*cursor = found;
	return (REEL_OK);
}

static char *
put(char *text, int64_t num)
{
	char digits[20];
	size_t i = 0;

	do {
		digits[i++] = (char)('0' + num % 10);
		num /= 10;
	} while (num > 0);
	while (i > 0)
		*text++ = digits[--i];
	return (text);
}

size_t
reel_cursor_print(struct reel_cursor cursor, char *text)
{
	char *p;

	/* A log has no negative positions; print nothing _parse would refuse. */
	p = put(text, cursor.epoch < 0 ? 0 : cursor.epoch);
	*p++ = '-';
	p = put(p, cursor.seq < 0 ? 0 : cursor.seq);
	*p = '\0';
	return ((size_t)(p - text));
}
