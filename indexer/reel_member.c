#include "indexer/reel_member.h"

#include <string.h>

/*
 * A body is JSON of our own making; of a text that is not, only the outer form
 * is looked at: strings that end, brackets in pairs, a comma between members.
 */

/* One past the string that begins at ${at}; 0: it does not end. */
static size_t
string_end(const char *text, size_t len, size_t at)
{

	for (at++; at < len; at++) {
		if (text[at] == '\\')
			at++;
		else if (text[at] == '"')
			return (at + 1);
	}
	return (0);
}

/* One past the value that begins at ${at}; 0: it does not end. */
static size_t
value_end(const char *text, size_t len, size_t at)
{
	size_t depth;

	for (depth = 0; at < len;) {
		switch (text[at]) {
		case '"':
			if ((at = string_end(text, len, at)) == 0)
				return (0);
			continue;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (depth == 0)
				return (0);
			depth--;
			break;
		case ',':
			if (depth == 0)
				return (at);
			break;
		}
		at++;
	}
	return (depth == 0 ? at : 0);
}

enum reel_status
reel_member_next(
    const char *body, size_t len, size_t *at, struct reel_member *member)
{
	size_t begin = *at, colon, end;

	if (begin >= len)
		return (REEL_NOT_FOUND);
	/* A comma that nothing follows is no end. */
	if (body[begin] != '"' ||
	    (colon = string_end(body, len, begin)) == 0 || colon >= len ||
	    body[colon] != ':' ||
	    (end = value_end(body, len, colon + 1)) <= colon + 1 ||
	    end + 1 == len)
		return (REEL_BAD_INPUT);
	member->text = body + begin;
	member->len = end - begin;
	member->key = body + begin + 1;
	member->key_len = colon - begin - 2;
	member->value = body + colon + 1;
	member->value_len = end - colon - 1;
	*at = end + 1;
	return (REEL_OK);
}

int
reel_member_is(const struct reel_member *member, const char *key)
{

	return (strlen(key) == member->key_len &&
	    memcmp(key, member->key, member->key_len) == 0);
}

enum reel_status
reel_member_get(const char *body, size_t len, const char *key,
    struct reel_member *member)
{
	enum reel_status status;
	size_t at = 0;

	while ((status = reel_member_next(body, len, &at, member)) == REEL_OK)
		if (reel_member_is(member, key))
			break;
	return (status);
}

static void
put(struct reel_buf *out, size_t start, const char *key, const char *value,
    size_t value_len)
{

	if (value_len == 0)
		return;
	if (out->len > start)
		reel_buf_chr(out, ',');
	reel_buf_chr(out, '"');
	reel_buf_str(out, key);
	reel_buf_str(out, "\":");
	reel_buf_add(out, value, value_len);
}

enum reel_status
reel_member_put(const char *body, size_t len, const char *key,
    const char *value, size_t value_len, const char *before,
    struct reel_buf *out)
{
	struct reel_member member;
	enum reel_status status;
	size_t at = 0, start = out->len;

	while ((status = reel_member_next(body, len, &at, &member)) ==
	    REEL_OK) {
		if (reel_member_is(&member, key))
			continue;
		if (reel_member_is(&member, before)) {
			put(out, start, key, value, value_len);
			value_len = 0;
		}
		if (out->len > start)
			reel_buf_chr(out, ',');
		reel_buf_add(out, member.text, member.len);
	}
	if (status != REEL_NOT_FOUND)
		return (status);
	put(out, start, key, value, value_len);
	return (out->failed ? REEL_NOMEM : REEL_OK);
}
