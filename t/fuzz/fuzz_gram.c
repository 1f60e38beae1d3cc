/* links: shared/reel_gram.c shared/reel_escape.c shared/reel_buf.c */
/*
 * A name, and by its first two bytes a part of its folded text: the part finds
 * the name; tokens are words for FTS5, each once.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/reel_escape.h"
#include "shared/reel_gram.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(fact) do {                                                        \
	if (!(fact)) {                                                         \
		fprintf(stderr, "not true: %s\n", #fact);                      \
		abort();                                                       \
	}                                                                      \
} while (0)

static int
is_stored(const struct reel_buf *store, const char *token, size_t len,
    int prefix, size_t before)
{
	size_t i, n;

	for (i = 0; i < before; i += n + 1) {
		for (n = 0; i + n < store->len && store->data[i + n] != ' ';)
			n++;
		if (n >= len && (prefix || n == len) &&
		    memcmp(store->data + i, token, len) == 0)
			return (1);
	}
	return (0);
}

static void
check_tokens(const struct reel_buf *store)
{
	size_t i, n;
	unsigned char c;

	if (store->len == 0)
		return;
	MUST(reel_escape_utf8_ok(store->data, store->len));
	for (i = 0; i < store->len; i += n + 1) {
		for (n = 0; i + n < store->len && store->data[i + n] != ' ';
		    n++) {
			c = (unsigned char)store->data[i + n];
			MUST((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			    c >= 0x80);
		}
		MUST(n > 0 && n <= 12);
		MUST(!is_stored(store, store->data + i, n, 0, i));
	}
	MUST(i == store->len + 1);
}

static void
check_match(const struct reel_buf *store, const struct reel_buf *query)
{
	const char *p = query->data, *end = p + query->len, *quote;
	int prefix;

	for (;;) {
		MUST(p < end && *p == '"');
		quote = memchr(p + 1, '"', (size_t)(end - p - 1));
		MUST(quote != NULL && quote > p + 1);
		prefix = quote + 1 < end && quote[1] == '*';
		MUST(is_stored(store, p + 1, (size_t)(quote - p - 1), prefix,
		    store->len));
		p = quote + 1 + prefix;
		if (p == end)
			return;
		MUST(end - p > 5 && memcmp(p, " AND ", 5) == 0);
		p += 5;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reel_buf fold, again, store, query;
	const char *name;
	size_t from, to;
	enum reel_status status;

	if (size < 2)
		return (0);
	name = (const char *)data + 2;
	size -= 2;
	reel_buf_init(&fold);
	reel_buf_init(&again);
	reel_buf_init(&store);
	reel_buf_init(&query);

	MUST(reel_gram_fold(name, size, &fold) == REEL_OK);
	MUST(reel_escape_utf8_ok(fold.data, fold.len));
	MUST(reel_gram_fold(fold.data, fold.len, &again) == REEL_OK);
	MUST(again.len == fold.len &&
	    (fold.len == 0 || memcmp(again.data, fold.data, fold.len) == 0));

	MUST(reel_gram_store(name, size, &store) == REEL_OK);
	check_tokens(&store);

	if (fold.len > 0) {
		from = data[0] * fold.len / 256;
		to = from + 1 + data[1] * (fold.len - from) / 256;
		while (from > 0 && (fold.data[from] & 0xc0) == 0x80)
			from--;
		while (to < fold.len && (fold.data[to] & 0xc0) == 0x80)
			to++;
		status = reel_gram_query(fold.data + from, to - from, &query);
		MUST(status == REEL_OK || status == REEL_NOT_FOUND);
		if (status == REEL_OK)
			check_match(&store, &query);
		else
			MUST(query.len == 0);
	}

	reel_buf_clear(&fold);
	reel_buf_clear(&again);
	reel_buf_clear(&store);
	reel_buf_clear(&query);
	return (0);
}
