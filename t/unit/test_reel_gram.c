/* links: shared/reel_gram.c shared/reel_escape.c shared/reel_buf.c */
/*
 * Search tokens: no match is ever missed.  A small matcher here plays FTS5, and
 * FTS5 itself is asked too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "shared/reel_escape.h"
#include "shared/reel_gram.h"

static struct reel_buf store, query, fold;

static int
clear(void **state)
{

	(void)state;
	reel_buf_clear(&store);
	reel_buf_clear(&query);
	reel_buf_clear(&fold);
	return (0);
}

static void
do_store(const char *name, size_t len)
{

	reel_buf_reset(&store);
	assert_int_equal(reel_gram_store(name, len, &store), REEL_OK);
}

static void
do_fold(const char *name, size_t len)
{

	reel_buf_reset(&fold);
	assert_int_equal(reel_gram_fold(name, len, &fold), REEL_OK);
}

static void
assert_is(const struct reel_buf *buf, const char *want)
{
	char *text;

	assert_false(buf->failed);
	text = malloc(buf->len + 1);
	assert_non_null(text);
	if (buf->len > 0)
		memcpy(text, buf->data, buf->len);
	text[buf->len] = '\0';
	assert_string_equal(text, want);
	free(text);
}

/* Is ${token}, or a token it begins, among those in ${store}? */
static int
is_stored(const char *token, size_t len, int prefix)
{
	const char *p = store.data, *end, *space;

	if (store.len == 0)
		return (0);
	end = p + store.len;
	for (; p < end; p = space + 1) {
		space = memchr(p, ' ', (size_t)(end - p));
		if (space == NULL)
			space = end;
		if ((size_t)(space - p) < len || memcmp(p, token, len) != 0)
			continue;
		if (prefix || (size_t)(space - p) == len)
			return (1);
	}
	return (0);
}

/* Does the name in ${store} match the expression in ${query}? */
static int
matches(void)
{
	const char *p = query.data, *end = p + query.len, *quote;
	int prefix;

	for (;;) {
		assert_true(p < end && *p == '"');
		quote = memchr(p + 1, '"', (size_t)(end - p - 1));
		assert_non_null(quote);
		assert_true(quote > p + 1);
		prefix = quote + 1 < end && quote[1] == '*';
		if (!is_stored(p + 1, (size_t)(quote - p - 1), prefix))
			return (0);
		p = quote + 1 + prefix;
		if (p == end)
			return (1);
		assert_true(end - p > 5);
		assert_memory_equal(p, " AND ", 5);
		p += 5;
	}
}

static void
known_names_have_these_tokens(void **state)
{
	static const struct {
		const char *name, *tokens;
	} rows[] = {
		{ "", "" },
		{ " .-_ ()", "" },
		{ "a", "a" },
		{ "ab", "ab b" },
		{ "abc", "abc bc c" },
		{ "abcd", "abc bcd cd d" },
		{ "A.B", "a b" },
		{ "Star.Wars (1977).mkv",
		  "sta tar ar r war ars rs s 197 977 77 7 mkv kv v" },
		{ "S01E02", "s01 01e 1e0 e02 02 2" },
		/* each once, where it is first */
		{ "aaaaa", "aaa aa a" },
		{ "abc ABC bc c", "abc bc c" },
		{ "under_score", "und nde der er r sco cor ore re e" },
		/* folded: sharp s is two letters, a composed letter is one */
		{ "Stra\xc3\x9f" "e", "str tra ras ass sse se e" },
		{ "CAF\xc3\x89", "caf af\xc3\xa9 f\xc3\xa9 \xc3\xa9" },
		{ "cafe\xcc\x81", "caf af\xc3\xa9 f\xc3\xa9 \xc3\xa9" },
		/* ideographs one by one, kana as words */
		{ "\xe6\x9d\xb1\xe4\xba\xac", "\xe6\x9d\xb1 \xe4\xba\xac" },
		{ "\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1",
		  "\xe6\x9d\xb1 \xe4\xba\xac" },
		{ "a\xe6\x9d\xb1" "b", "a \xe6\x9d\xb1 b" },
		{ "\xe3\x82\xbf\xe3\x83\xaf\xe3\x83\xbc",
		  "\xe3\x82\xbf\xe3\x83\xaf\xe3\x83\xbc "
		  "\xe3\x83\xaf\xe3\x83\xbc \xe3\x83\xbc" },
		/* beyond the first plane, symbols, bytes that are no text */
		{ "\xf0\xa0\x80\x80\xf0\x9f\x8e\xac",
		  "\xf0\xa0\x80\x80 \xf0\x9f\x8e\xac" },
		{ "x\xff", "x \xef\xbf\xbd" },
		/* punctuation of other scripts separates too */
		{ "ab\xe2\x80\x94" "cd\xe3\x80\x82", "ab b cd d" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		do_store(rows[i].name, strlen(rows[i].name));
		assert_is(&store, rows[i].tokens);
	}
	do_store("ab\0cd", 5);
	assert_is(&store, "ab b cd d");
}

static void
ideographs_stand_alone_and_letters_beside_them_do_not(void **state)
{
	static const struct {
		utf8proc_int32_t c;
		int alone;
	} rows[] = {
		{ 0x3005, 1 }, { 0x3007, 1 }, { 0x3041, 0 }, { 0x30fa, 0 },
		{ 0x3105, 1 }, { 0x312f, 1 }, { 0x3131, 0 }, { 0x318e, 0 },
		{ 0x31a0, 1 }, { 0x31bf, 1 }, { 0x31f0, 0 }, { 0x3400, 1 },
		{ 0x4dbf, 1 }, { 0x4e00, 1 }, { 0x9fff, 1 }, { 0xa000, 1 },
		{ 0xa48c, 1 }, { 0xa4d0, 0 }, { 0xac00, 0 }, { 0xfa0e, 1 },
		{ 0xfa29, 1 }, { 0xfb50, 0 }, { 0x1ffff, 1 }, { 0x20000, 1 },
		{ 0x2a6df, 1 }, { 0x3134a, 1 }, { 0x3fffd, 1 }, { 0x0e01, 0 },
	};
	utf8proc_uint8_t text[8];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		text[0] = 'x';
		n = 1 + (size_t)utf8proc_encode_char(rows[i].c, text + 1);
		text[n] = '\0';
		do_store((const char *)text, n);

		/* "x c", or "xc c". */
		assert_int_equal(store.data[0], 'x');
		if (rows[i].alone) {
			assert_int_equal(store.len, n + 1);
			assert_int_equal(store.data[1], ' ');
		} else {
			assert_int_equal(store.len, 2 * n);
			assert_memory_equal(store.data, text, n);
		}
		assert_memory_equal(
		    store.data + store.len - (n - 1), text + 1, n - 1);
	}
}

static void
known_texts_ask_for_these_tokens(void **state)
{
	static const struct {
		const char *text, *expression;
	} rows[] = {
		{ "abc", "\"abc\"" },
		{ "ABCD", "\"abc\" AND \"bcd\"" },
		{ "star wars",
		  "\"sta\" AND \"tar\" AND \"war\" AND \"ars\"" },
		{ "aaaa", "\"aaa\"" },
		{ "a", "\"a\"*" },
		{ "ab", "\"ab\"*" },
		{ "a b", "\"a\"* AND \"b\"*" },
		/* one letter says nothing beside anything else */
		{ "a bc", "\"bc\"*" },
		{ "a bcd e", "\"bcd\"" },
		{ "7 \xe6\x9d\xb1", "\"\xe6\x9d\xb1\"" },
		{ "ab abc", "\"ab\"* AND \"abc\"" },
		{ "\xe6\x9d\xb1\xe4\xba\xac",
		  "\"\xe6\x9d\xb1\" AND \"\xe4\xba\xac\"" },
		{ "\xe3\x82\xbf\xe3\x83\xaf",
		  "\"\xe3\x82\xbf\xe3\x83\xaf\"*" },
		{ "\xc3\x9f", "\"ss\"*" },
		/* nothing of FTS5's own language gets through */
		{ "a\"b", "\"a\"* AND \"b\"*" },
		{ "not* OR (near)", "\"not\" AND \"or\"* AND \"nea\" AND \"ear\"" },
	};
	static const char *const none[] = { "", " ", "  \t", "...", "\"", "*",
		"-()", "\xe3\x80\x80" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		reel_buf_reset(&query);
		assert_int_equal(reel_gram_query(rows[i].text,
		    strlen(rows[i].text), &query), REEL_OK);
		assert_is(&query, rows[i].expression);
	}
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		reel_buf_reset(&query);
		reel_buf_str(&query, "before");
		assert_int_equal(reel_gram_query(none[i], strlen(none[i]),
		    &query), REEL_NOT_FOUND);
		assert_is(&query, "before");
	}
	assert_int_equal(reel_gram_query(NULL, 0, &query), REEL_NOT_FOUND);
}

static void
output_is_appended(void **state)
{

	(void)state;
	reel_buf_str(&store, "x ");
	assert_int_equal(reel_gram_store("abc", 3, &store), REEL_OK);
	assert_is(&store, "x abc bc c");
	reel_buf_str(&fold, "x ");
	assert_int_equal(reel_gram_fold("A\xc3\x84", 3, &fold), REEL_OK);
	assert_is(&fold, "x a\xc3\xa4");
	reel_buf_str(&query, "t MATCH ");
	assert_int_equal(reel_gram_query("abc", 3, &query), REEL_OK);
	assert_is(&query, "t MATCH \"abc\"");
}

static void
no_memory_is_told(void **state)
{
	struct reel_buf full;

	(void)state;
	reel_buf_init(&full);
	full.failed = 1;
	assert_int_equal(reel_gram_store("abc", 3, &full), REEL_NOMEM);
	assert_int_equal(reel_gram_store("\xc3\xa4", 2, &full), REEL_NOMEM);
	assert_int_equal(reel_gram_fold("abc", 3, &full), REEL_NOMEM);
	assert_int_equal(reel_gram_fold("\xc3\xa4", 2, &full), REEL_NOMEM);
	assert_int_equal(reel_gram_query("abc", 3, &full), REEL_NOMEM);
	assert_int_equal(full.len, 0);
}

/* --- a second way to the same tokens ------------------------------------- */

static void
reference_fold(const char *name, size_t len, struct reel_buf *out)
{
	struct reel_buf mended;
	utf8proc_uint8_t *text = NULL;
	utf8proc_ssize_t n;

	reel_buf_init(&mended);
	reel_escape_utf8(&mended, name, len);
	reel_buf_chr(&mended, '\0');
	n = utf8proc_map((const utf8proc_uint8_t *)mended.data,
	    (utf8proc_ssize_t)mended.len - 1, &text,
	    UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
	assert_true(n >= 0);
	reel_buf_reset(out);
	reel_buf_add(out, text, (size_t)n);
	free(text);
	reel_buf_clear(&mended);
}

/* 0 separates, 1 is a letter, 2 stands alone; by the names of categories. */
static int
reference_class(utf8proc_int32_t c)
{
	const char *cat = utf8proc_category_string(c);

	if (c < 0x80)
		return (strchr("LN", cat[0]) != NULL);
	if ((c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) ||
	    (c >= 0x20000 && c <= 0x3ffff))
		return (2);
	if (strchr("LMN", cat[0]) != NULL)
		return (1);
	return (cat[0] == 'S' || strcmp(cat, "Co") == 0 ||
	    strcmp(cat, "Cn") == 0 ? 2 : 0);
}

static void
add_once(struct reel_buf *out, const utf8proc_int32_t *chars, size_t n)
{
	utf8proc_uint8_t token[16];
	size_t i, len = 0;

	for (i = 0; i < n; i++)
		len += (size_t)utf8proc_encode_char(chars[i], token + len);
	reel_buf_reset(&store);
	if (out->len > 0)
		reel_buf_add(&store, out->data, out->len);
	if (is_stored((const char *)token, len, 0))
		return;
	if (out->len > 0)
		reel_buf_chr(out, ' ');
	reel_buf_add(out, token, len);
}

static void
reference_store(const char *name, size_t len, struct reel_buf *out)
{
	utf8proc_int32_t *chars;
	struct reel_buf folded;
	size_t n = 0, i, k;
	utf8proc_ssize_t at, step;

	reel_buf_init(&folded);
	reference_fold(name, len, &folded);
	chars = calloc(folded.len + 1, sizeof(*chars));
	assert_non_null(chars);
	for (at = 0; (size_t)at < folded.len; at += step)
		step = utf8proc_iterate((utf8proc_uint8_t *)folded.data + at,
		    (utf8proc_ssize_t)folded.len - at, &chars[n++]);
	for (i = 0; i < n; i = k) {
		k = i + 1;
		if (reference_class(chars[i]) == 2)
			add_once(out, chars + i, 1);
		if (reference_class(chars[i]) != 1)
			continue;
		while (k < n && reference_class(chars[k]) == 1)
			k++;
		for (; i < k; i++)
			add_once(out, chars + i, k - i < 3 ? k - i : 3);
	}
	free(chars);
	reel_buf_clear(&folded);
}

static void
check_both_ways(const char *name, size_t len)
{
	struct reel_buf want;

	reel_buf_init(&want);
	reference_fold(name, len, &want);
	do_fold(name, len);
	assert_int_equal(fold.len, want.len);
	if (want.len > 0)
		assert_memory_equal(fold.data, want.data, want.len);

	reel_buf_reset(&want);
	reference_store(name, len, &want);
	do_store(name, len);
	assert_int_equal(store.len, want.len);
	if (want.len > 0)
		assert_memory_equal(store.data, want.data, want.len);
	reel_buf_clear(&want);
}

/* Pieces that fold, compose, separate and break in every way. */
static const char *const pieces[] = { "a", "b", "B", "C", "7", "0", " ", ".",
	"-", "_", "'", "\xc3\xa4", "\xc3\x84", "\xc3\x9f", "e\xcc\x81",
	"\xcc\x81", "\xcc\x88", "\xcd\x85", "\xc4\xb0", "\xc7\xb0",
	"\xce\xa3", "\xcf\x82", "\xce\x90", "\xd0\x96", "\xe1\xba\x9e",
	"\xe6\x9d\xb1", "\xe4\xba\xac", "\xe3\x82\xbf", "\xe3\x81\xae",
	"\xe3\x83\xbc", "\xea\xb0\x80", "\xed\x95\x9c", "\xe1\x84\x80",
	"\xe1\x85\xa1", "\xe0\xb8\x81", "\xe0\xb9\x89", "\xf0\x9f\x8e\xac",
	"\xef\xac\x81", "\xe2\x80\x8d", "\xf0\x90\x90\x80", "\xff", "\xc3",
	"\xed\xa0\x80", "mp4", "The", "st" };
#define PIECES (sizeof(pieces) / sizeof(pieces[0]))

static size_t
random_name(char *name, size_t max, size_t kinds)
{
	size_t n = (size_t)random() % 12, len = 0, piece;

	for (; n > 0; n--) {
		const char *p = pieces[(size_t)random() % kinds];

		piece = strlen(p);
		if (len + piece > max)
			break;
		memcpy(name + len, p, piece);
		len += piece;
	}
	return (len);
}

static void
plain_names_go_the_fast_way_to_the_same_tokens(void **state)
{
	char name[256];
	size_t len, i, n;

	(void)state;

	/* Every ASCII byte between letters, every pair of them. */
	for (i = 0; i < 128 * 128; i++) {
		name[0] = 'A';
		name[1] = (char)(i / 128);
		name[2] = (char)(i % 128);
		name[3] = 'z';
		check_both_ways(name, 4);
	}
	srandom(11);
	for (n = 0; n < 3000; n++) {
		len = (size_t)random() % sizeof(name);
		for (i = 0; i < len; i++)
			name[i] = (char)(random() % 128);
		check_both_ways(name, len);

		/* One character behind it sends the same text the slow way. */
		if (len > 252)
			continue;
		do_store(name, len);
		reel_buf_reset(&query);
		reel_buf_add(&query, store.data, store.len);
		memcpy(name + len, "\xe3\x80\x82", 3);
		do_store(name, len + 3);
		assert_int_equal(store.len, query.len);
		if (store.len > 0)
			assert_memory_equal(store.data, query.data, store.len);
	}
}

static void
other_names_have_the_tokens_of_their_folded_text(void **state)
{
	char name[256];
	size_t n;

	(void)state;
	srandom(12);
	for (n = 0; n < 30000; n++)
		check_both_ways(name, random_name(name, 255, PIECES));
}

static void
long_texts_are_whole(void **state)
{
	struct reel_buf text, want;
	size_t i, n;

	(void)state;
	reel_buf_init(&text);
	reel_buf_init(&want);
	srandom(13);
	for (n = 1; n < 3000; n = n * 2 + 1) {
		reel_buf_reset(&text);
		for (i = 0; i < n; i++)
			reel_buf_fmt(&text, "%c\xc3\x89%lx",
			    (char)('a' + random() % 26), random() % 4096);
		check_both_ways(text.data, text.len);
	}

	/* A letter that is three while it is folded, one before and after. */
	for (n = 80; n <= 10000; n += n < 90 ? 1 : 9910) {
		reel_buf_reset(&text);
		for (i = 0; i < n; i++)
			reel_buf_str(&text, "\xce\x90");
		check_both_ways(text.data, text.len);
	}

	/* Both sides of what fits without asking for memory. */
	for (n = 250; n < 262; n++) {
		reel_buf_reset(&text);
		for (i = 0; i < n; i++)
			reel_buf_str(&text, "\xc3\xa9");
		check_both_ways(text.data, text.len);
	}
	reel_buf_clear(&text);
	reel_buf_clear(&want);
}

static void
folding_twice_changes_nothing(void **state)
{
	struct reel_buf once;
	utf8proc_uint8_t text[4];
	utf8proc_int32_t c;
	utf8proc_ssize_t n;
	char name[256];
	size_t i;

	(void)state;
	reel_buf_init(&once);
	srandom(14);
	for (c = 0; c < 0x110000 + 20000; c++) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		if (c < 0x110000) {
			n = utf8proc_encode_char(c, text);
			do_fold((char *)text, (size_t)n);
		} else {
			i = random_name(name, 255, PIECES);
			do_fold(name, i);
		}
		reel_buf_reset(&once);
		if (fold.len > 0)
			reel_buf_add(&once, fold.data, fold.len);
		assert_true(fold.len == 0 ||
		    reel_escape_utf8_ok(fold.data, fold.len));
		if (once.len == 0)
			continue;
		do_fold(once.data, once.len);
		assert_int_equal(fold.len, once.len);
		assert_memory_equal(fold.data, once.data, once.len);
	}
	reel_buf_clear(&once);
}

/* --- what it is all for --------------------------------------------------- */

static void
check_every_part(const char *name, size_t len)
{
	const char *text;
	struct reel_buf folded;
	size_t from, to;
	enum reel_status status;

	reel_buf_init(&folded);
	assert_int_equal(reel_gram_fold(name, len, &folded), REEL_OK);
	do_store(name, len);
	text = folded.data;
	for (from = 0; from < folded.len; from++) {
		if ((text[from] & 0xc0) == 0x80)
			continue;
		for (to = from + 1; to <= folded.len; to++) {
			if (to < folded.len && (text[to] & 0xc0) == 0x80)
				continue;
			reel_buf_reset(&query);
			status = reel_gram_query(
			    text + from, to - from, &query);
			if (status == REEL_NOT_FOUND)
				continue;
			assert_int_equal(status, REEL_OK);
			assert_true(matches());
		}
	}
	reel_buf_clear(&folded);
}

static void
every_part_of_a_name_finds_it(void **state)
{
	static const char *const names[] = { "Star.Wars (1977) DVD.mkv",
		"\xe6\x9d\xb1\xe4\xba\xac\xe3\x82\xbf\xe3\x83\xaf S01E02.mp4",
		"a", "ab", "\xc3\x84rger im Caf\xc3\xa9", "" };
	char name[256];
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(names) / sizeof(names[0]); n++)
		check_every_part(names[n], strlen(names[n]));
	srandom(15);
	for (n = 0; n < 4000; n++)
		check_every_part(name,
		    random_name(name, 255, n % 2 ? PIECES : 16));
}

static void
a_name_without_the_letters_is_not_found(void **state)
{
	static const struct {
		const char *name, *text;
		int found;
	} rows[] = {
		{ "Star Wars", "wars", 1 },
		/* maybe: "tar", "ars"; the folded text tells them apart */
		{ "Star Wars", "tars", 1 },
		{ "Star Wars", "xy", 0 },
		{ "Star Wars", "ar", 1 },
		{ "Star Wars", "x", 0 },
		{ "Star Wars", "s", 1 },
		{ "Star Wars", "star trek", 0 },
		{ "\xe6\x9d\xb1\xe4\xba\xac", "\xe4\xba\xac", 1 },
		{ "\xe6\x9d\xb1\xe4\xba\xac", "\xe5\xa4\xa7", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		do_store(rows[i].name, strlen(rows[i].name));
		reel_buf_reset(&query);
		assert_int_equal(reel_gram_query(rows[i].text,
		    strlen(rows[i].text), &query), REEL_OK);
		assert_int_equal(matches(), rows[i].found);
	}
}

static void
a_long_query_is_bounded_and_still_right(void **state)
{
	struct reel_buf text;
	size_t i, ands = 0;

	(void)state;
	reel_buf_init(&text);
	for (i = 0; i < 2000; i++)
		reel_buf_fmt(&text, "%zx ", i * 7919);
	do_store(text.data, text.len);
	reel_buf_reset(&query);
	assert_int_equal(
	    reel_gram_query(text.data, text.len, &query), REEL_OK);
	assert_true(matches());
	for (i = 0; i + 5 <= query.len; i++)
		ands += memcmp(query.data + i, " AND ", 5) == 0;
	assert_true(ands < REEL_GRAM_QUERY_MAX);
	reel_buf_clear(&text);
}

static void
fts5_finds_what_the_matcher_finds(void **state)
{
	char name[256], part[256];
	sqlite3_stmt *put, *get;
	sqlite3 *db;
	size_t len, i, n, from, to;
	int found;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE VIRTUAL TABLE grams USING fts5 ("
	    "t, content='', columnsize=0, detail=none, tokenize='ascii')", NULL,
	    NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
	    "INSERT INTO grams (rowid, t) VALUES (?1, ?2)", -1, &put, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
	    "SELECT count(*) FROM grams WHERE grams MATCH ?2 AND rowid = ?1",
	    -1, &get, NULL), SQLITE_OK);

	srandom(16);
	for (n = 1; n <= 1500; n++) {
		len = random_name(name, 255, PIECES);
		do_store(name, len);
		sqlite3_bind_int64(put, 1, (sqlite3_int64)n);
		sqlite3_bind_text(put, 2, store.len > 0 ? store.data : "",
		    (int)store.len, SQLITE_STATIC);
		assert_int_equal(sqlite3_step(put), SQLITE_DONE);
		sqlite3_reset(put);

		/* Own parts and parts of others: same verdict as here. */
		do_fold(name, len);
		for (i = 0; i < 6; i++) {
			if (i < 3 && fold.len > 0) {
				from = (size_t)random() % fold.len;
				to = from + 1 +
				    (size_t)random() % (fold.len - from);
				memcpy(part, fold.data + from, to - from);
				to -= from;
			} else
				to = random_name(part, 12, PIECES);
			reel_buf_reset(&query);
			if (reel_gram_query(part, to, &query) != REEL_OK)
				continue;
			sqlite3_bind_int64(get, 1, (sqlite3_int64)n);
			sqlite3_bind_text(get, 2, query.data, (int)query.len,
			    SQLITE_STATIC);
			assert_int_equal(sqlite3_step(get), SQLITE_ROW);
			found = sqlite3_column_int(get, 0);
			assert_int_equal(found, matches());
			sqlite3_reset(get);
		}
	}
	sqlite3_finalize(put);
	sqlite3_finalize(get);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(known_names_have_these_tokens, clear),
		cmocka_unit_test_teardown(
		    ideographs_stand_alone_and_letters_beside_them_do_not,
		    clear),
		cmocka_unit_test_teardown(
		    known_texts_ask_for_these_tokens, clear),
		cmocka_unit_test_teardown(output_is_appended, clear),
		cmocka_unit_test_teardown(no_memory_is_told, clear),
		cmocka_unit_test_teardown(
		    plain_names_go_the_fast_way_to_the_same_tokens, clear),
		cmocka_unit_test_teardown(
		    other_names_have_the_tokens_of_their_folded_text, clear),
		cmocka_unit_test_teardown(long_texts_are_whole, clear),
		cmocka_unit_test_teardown(folding_twice_changes_nothing, clear),
		cmocka_unit_test_teardown(every_part_of_a_name_finds_it, clear),
		cmocka_unit_test_teardown(
		    a_name_without_the_letters_is_not_found, clear),
		cmocka_unit_test_teardown(
		    a_long_query_is_bounded_and_still_right, clear),
		cmocka_unit_test_teardown(
		    fts5_finds_what_the_matcher_finds, clear),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
