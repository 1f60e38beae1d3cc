/*
 * Positions in a JSON text.  This is no parser: the text was parsed already (or
 * refused at a known byte) and only places are looked up, by counting brackets,
 * commas and strings.  It runs on the way to an error message, on a file of the
 * operator; it must not read beyond the text whatever that looks like.
 */
#include <string.h>

#include "indexer/reel_lines.h"

size_t
reel_lines_at(const char *text, size_t offset)
{
	size_t i, line = 1;

	for (i = 0; i < offset; i++)
		line += text[i] == '\n';

	return (line);
}

static int
is_space(char c)
{

	return (c == ' ' || c == '\t' || c == '\n' || c == '\r');
}

static size_t
skip_space(const char *text, size_t len, size_t at)
{

	while (at < len && is_space(text[at]))
		at++;

	return (at);
}

/* ${at} is at the opening quote; return what follows the closing one. */
static size_t
skip_string(const char *text, size_t len, size_t at)
{

	for (at++; at < len && text[at] != '"'; at++)
		if (text[at] == '\\')
			at++;

	return (at < len ? at + 1 : len);
}

/* ${at} is at an opening bracket; return where its member ${count} begins. */
static size_t
skip_members(const char *text, size_t len, size_t at, size_t count)
{
	size_t depth = 0;

	at = skip_space(text, len, at + 1);
	while (count > 0 && at < len) {
		if (text[at] == '"') {
			at = skip_string(text, len, at);
			continue;
		}
		if (text[at] == '{' || text[at] == '[')
			depth++;
		if ((text[at] == '}' || text[at] == ']') && depth > 0)
			depth--;
		if (text[at] == ',' && depth == 0)
			count--;
		at++;
	}

	return (skip_space(text, len, at));
}

size_t
reel_lines_find(const char *text, size_t len, const size_t *steps, size_t depth)
{
	size_t i, at, found;
	int in_object;

	at = found = skip_space(text, len, 0);
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		at = found = skip_space(text, len, 3);
	for (i = 0; i < depth; i++) {
		if (at >= len || (text[at] != '{' && text[at] != '['))
			break;
		in_object = text[at] == '{';
		at = skip_members(text, len, at, steps[i]);
		if (at >= len)
			break;
		found = at;
		if (in_object && text[at] == '"') {
			/* From the name on to the value. */
			at = skip_space(text, len, skip_string(text, len, at));
			if (at < len && text[at] == ':')
				at = skip_space(text, len, at + 1);
		}
	}

	return (reel_lines_at(text, found));
}

/* What ${text[at]} looks like, or NULL. */
static const char *
guess(const char *text, size_t at)
{
	size_t back = at;
	char before = '\0';

	while (back > 0 && is_space(text[back - 1]))
		back--;
	if (back > 0)
		before = text[back - 1];
	if (before == ',' && (text[at] == '}' || text[at] == ']'))
		return ("there is a comma before the closing bracket");
	if (text[at] == '/' || text[at] == '#')
		return ("JSON has no comments");
	if (text[at] == '\'')
		return ("strings take double quotes");
	if (before != '\0' && strchr("\"]}el0123456789", before) != NULL &&
	    strchr("\"{[", text[at]) != NULL)
		return ("a comma or colon is missing before this");

	return (NULL);
}

const char *
reel_lines_explain(const char *text, size_t len, size_t offset)
{
	size_t at = skip_space(text, len, offset), back = at;
	const char *what = NULL;

	/* cJSON stops at the byte it minds or one behind it (1.7.15). */
	if (at < len)
		what = guess(text, at);
	while (back > 0 && is_space(text[back - 1]))
		back--;
	if (what == NULL && back > 0)
		what = guess(text, back - 1);
	if (what != NULL)
		return (what);
	if (at >= len && skip_space(text, len, 0) >= len)
		return ("the file is empty");
	if (at >= len)
		return ("the file ends before its last bracket");

	return ("this is not valid here");
}

int
reel_lines_nul(const char *text, size_t len, size_t *offset)
{
	size_t at;
	int in_string = 0;

	for (at = 0; at < len; at++) {
		if (text[at] == '"')
			in_string = !in_string;
		if (text[at] != '\\' || !in_string)
			continue;
		if (len - at >= 6 && memcmp(text + at, "\\u0000", 6) == 0) {
			*offset = at;
			return (1);
		}
		at++;
	}

	return (0);
}
