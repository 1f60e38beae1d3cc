/* links: shared/reel_escape.c shared/reel_buf.c */
/*
 * Any bytes: what comes out is UTF-8, JSON, a URI, and can be turned back into
 * what went in.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/reel_escape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(fact) do {                                                        \
	if (!(fact)) {                                                         \
		fprintf(stderr, "not true: %s\n", #fact);                      \
		abort();                                                       \
	}                                                                      \
} while (0)

static int
value(char c)
{

	return (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

static char
json_char(const struct reel_buf *json, size_t *i)
{
	char c = json->data[*i];

	MUST((unsigned char)c >= 0x20 && c != '"');
	*i += 1;
	if (c != '\\')
		return (c);
	MUST(*i < json->len);
	c = json->data[(*i)++];
	switch (c) {
	case '"':
	case '\\':
		return (c);
	case 'b':
		return ('\b');
	case 'f':
		return ('\f');
	case 'n':
		return ('\n');
	case 'r':
		return ('\r');
	case 't':
		return ('\t');
	}
	MUST(c == 'u' && *i + 4 <= json->len);
	MUST(json->data[*i] == '0' && json->data[*i + 1] == '0');
	c = (char)(value(json->data[*i + 2]) << 4 | value(json->data[*i + 3]));
	MUST((unsigned char)c < 0x20);
	*i += 4;
	return (c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *in = (const char *)data;
	struct reel_buf text, json, uri, when;
	size_t i, k;
	int64_t ms;
	char c;

	reel_buf_init(&text);
	reel_buf_init(&json);
	reel_buf_init(&uri);
	reel_buf_init(&when);

	reel_escape_utf8(&text, in, size);
	MUST(reel_escape_utf8_ok(text.data, text.len));
	if (reel_escape_utf8_ok(in, size))
		MUST(text.len == size &&
		    (size == 0 || memcmp(text.data, in, size) == 0));
	else
		MUST(text.len != size || memcmp(text.data, in, size) != 0);

	reel_escape_json(&json, in, size);
	MUST(reel_escape_utf8_ok(json.data, json.len));
	for (i = 0, k = 0; i < json.len; k++) {
		c = json_char(&json, &i);
		MUST(k < text.len && c == text.data[k]);
	}
	MUST(k == text.len);

	reel_escape_uri(&uri, in, size);
	for (i = 0, k = 0; i < uri.len; k++) {
		c = uri.data[i++];
		MUST(c > 0x20 && c < 0x7f && strchr("\"<>\\^`{|}?#+:;", c) == NULL);
		if (c == '%') {
			MUST(i + 2 <= uri.len);
			c = (char)(value(uri.data[i]) << 4 |
			    value(uri.data[i + 1]));
			i += 2;
		}
		MUST(k < size && c == in[k]);
	}
	MUST(k == size);

	if (size >= sizeof(ms)) {
		memcpy(&ms, in, sizeof(ms));
		reel_escape_time(&when, ms);
		MUST(when.len == 24);
		for (i = 0; i < 24; i++)
			MUST("0000-00-00T00:00:00.000Z"[i] == '0' ?
			    when.data[i] >= '0' && when.data[i] <= '9' :
			    when.data[i] == "0000-00-00T00:00:00.000Z"[i]);
	}

	MUST(!text.failed && !json.failed && !uri.failed && !when.failed);
	reel_buf_clear(&text);
	reel_buf_clear(&json);
	reel_buf_clear(&uri);
	reel_buf_clear(&when);
	return (0);
}
