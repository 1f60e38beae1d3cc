#include "shared/reel_playlist_text.h"

#include <string.h>
#include <strings.h>

/*
 * Words and numbers of playlists.  No locale, no allocation; every number that
 * comes out is in the range that was asked for.
 */

#define SECONDS_MAX 1000000000

int
reel_playlist_text_begins(struct reel_text text, const char *word)
{
	size_t len = strlen(word);

	return (text.len >= len && strncasecmp(text.at, word, len) == 0);
}

int
reel_playlist_text_is(struct reel_text text, const char *word)
{

	return (text.len == strlen(word) &&
	    reel_playlist_text_begins(text, word));
}

struct reel_text
reel_playlist_text_after(struct reel_text text, size_t len)
{

	text.at += len;
	text.len -= len;
	return (text);
}

static int
is_blank(char c)
{

	return (c == ' ' || c == '\t');
}

static int
is_digit(struct reel_text text)
{

	return (text.len > 0 && text.at[0] >= '0' && text.at[0] <= '9');
}

struct reel_text
reel_playlist_text_trim(struct reel_text text)
{

	while (text.len > 0 && is_blank(text.at[0]))
		text = reel_playlist_text_after(text, 1);
	while (text.len > 0 && is_blank(text.at[text.len - 1]))
		text.len--;
	return (text);
}

int64_t
reel_playlist_text_number(struct reel_text *text, int64_t max)
{
	int64_t number = -1;
	int digit, over = 0;

	for (; is_digit(*text); *text = reel_playlist_text_after(*text, 1)) {
		digit = text->at[0] - '0';
		if (number == -1)
			number = 0;
		if (over || number > (max - digit) / 10)
			over = 1;
		else
			number = number * 10 + digit;
	}
	return (over ? -1 : number);
}

int64_t
reel_playlist_text_decimal(struct reel_text text, int64_t one)
{
	int64_t number;

	text = reel_playlist_text_trim(text);
	number = reel_playlist_text_number(&text, SECONDS_MAX);
	if (number == -1)
		return (-1);
	number *= one;
	if (text.len == 0 || text.at[0] != '.')
		return (number);
	text = reel_playlist_text_after(text, 1);
	for (; is_digit(text) && one >= 10;
	     text = reel_playlist_text_after(text, 1)) {
		one /= 10;
		number += (text.at[0] - '0') * one;
	}
	return (number);
}

/* Bytes of ${text} before ${c}, or all of them. */
static size_t
until(struct reel_text text, char c)
{
	const char *end = text.len == 0 ? NULL : memchr(text.at, c, text.len);

	return (end == NULL ? text.len : (size_t)(end - text.at));
}

int
reel_playlist_text_attribute(struct reel_text *rest, struct reel_text *name,
    struct reel_text *value)
{
	size_t len;
	int quoted;

	*rest = reel_playlist_text_trim(*rest);
	len = until(*rest, '=');
	if (len == rest->len)
		return (0);
	*name = *rest;
	name->len = len;
	*name = reel_playlist_text_trim(*name);
	*rest = reel_playlist_text_trim(
	    reel_playlist_text_after(*rest, len + 1));
	quoted = rest->len > 0 && rest->at[0] == '"';
	if (quoted)
		*rest = reel_playlist_text_after(*rest, 1);
	*value = *rest;
	value->len = until(*rest, quoted ? '"' : ',');
	*rest = reel_playlist_text_after(*rest, value->len);
	if (!quoted)
		*value = reel_playlist_text_trim(*value);
	/* Whatever stands between a quote and the comma. */
	len = until(*rest, ',');
	*rest = reel_playlist_text_after(
	    *rest, len < rest->len ? len + 1 : len);
	return (1);
}

void
reel_playlist_text_word(struct reel_text text, char *out, size_t size)
{

	out[0] = '\0';
	if (text.len == 0 || text.len >= size ||
	    memchr(text.at, '\0', text.len) != NULL)
		return;
	memcpy(out, text.at, text.len);
	out[text.len] = '\0';
}

uint64_t
reel_playlist_text_hash(struct reel_text text)
{
	uint64_t number = 0xcbf29ce484222325u;

	for (; text.len > 0; text = reel_playlist_text_after(text, 1))
		number = (number ^ (unsigned char)text.at[0]) * 0x100000001b3u;
	return (number != 0 ? number : 1);
}
