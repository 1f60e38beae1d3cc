#include "shared/reel_gram.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "shared/reel_escape.h"

/*
 * Names to search tokens; the indexer runs it once per file, nginx once per
 * query.  It ranks and verifies nothing: a token says "may match".
 *
 * Invariant: what becomes of a character depends on that character alone, never
 * on its neighbours.  So the words of a text that stands inside another text
 * stand inside words of the other, and no match can be missed.
 */

#define FOLD (UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD)

/* Names are at most 255 bytes; for these no memory is asked for. */
#define STACK_CHARS 256

/* Up to three characters of 21 bits, first on top; no token is 0. */
typedef uint64_t token;
#define TOKEN1(a) ((token)(a) << 42)
#define TOKEN2(a, b) (TOKEN1(a) | (token)(b) << 21)
#define TOKEN3(a, b, c) (TOKEN2(a, b) | (token)(c))

/* What the two sides do with a token. */
struct sink {
	void (*take)(struct sink *sink, token t);
	int stores;           /* tails are wanted, else short words */
	char *out;            /* store: where the next token goes */
	token *set;           /* store: those seen, by hash */
	size_t mask;          /* store: slots of the set, less one */
	token *list;          /* query: those seen, in order */
	size_t count;         /* query: how many */
};

enum class { SEPARATOR, LETTER, SINGLE };

/* Ideographs; Yi and Bopomofo are used like them. */
static int
is_ideograph(uint32_t c)
{

	return ((c >= 0x2e80 && c <= 0x2fdf) || (c >= 0x3005 && c <= 0x3007) ||
	    (c >= 0x3100 && c <= 0x312f) || (c >= 0x31a0 && c <= 0x31bf) ||
	    (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0xa4cf) ||
	    (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff));
}

/* The class of a folded character. */
static enum class
class_of(uint32_t c)
{

	if (c < 0x80)
		return ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ?
		    LETTER : SEPARATOR);
	if (is_ideograph(c))
		return (SINGLE);

	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return (LETTER);
	case UTF8PROC_CATEGORY_SM:
	case UTF8PROC_CATEGORY_SC:
	case UTF8PROC_CATEGORY_SK:
	case UTF8PROC_CATEGORY_SO:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CN:
		return (SINGLE);
	default:
		return (SEPARATOR);
	}
}

static int
is_ascii(const char *data, size_t len)
{
	unsigned char all = 0;
	size_t i;

	for (i = 0; i < len; i++)
		all |= (unsigned char)data[i];
	return (all < 0x80);
}

static unsigned char
lower(unsigned char c)
{

	return (c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c);
}

/* Take one character off well-formed UTF-8. */
static uint32_t
next_char(const unsigned char **text)
{
	const unsigned char *p = *text;

	if (p[0] < 0x80) {
		*text += 1;
		return (lower(p[0]));
	}
	if (p[0] < 0xe0) {
		*text += 2;
		return ((p[0] & 0x1fU) << 6 | (p[1] & 0x3fU));
	}
	if (p[0] < 0xf0) {
		*text += 3;
		return ((p[0] & 0x0fU) << 12 | (p[1] & 0x3fU) << 6 |
		    (p[2] & 0x3fU));
	}
	*text += 4;
	return ((p[0] & 0x07U) << 18 | (p[1] & 0x3fU) << 12 |
	    (p[2] & 0x3fU) << 6 | (p[3] & 0x3fU));
}

static char *
put_char(char *out, uint32_t c)
{

	if (c < 0x80) {
		*out++ = (char)c;
		return (out);
	}
	return (out + utf8proc_encode_char((utf8proc_int32_t)c,
	    (utf8proc_uint8_t *)out));
}

static char *
put_token(char *out, token t)
{
	uint32_t c;
	int shift;

	for (shift = 42; shift >= 0; shift -= 21)
		if ((c = (uint32_t)(t >> shift) & 0x1fffff) != 0)
			out = put_char(out, c);
	return (out);
}

/* The end of a word of ${n} characters, the last of which are a and b. */
static void
end_word(struct sink *sink, size_t n, uint32_t a, uint32_t b)
{

	if (n >= 2 && (sink->stores || n == 2))
		sink->take(sink, TOKEN2(a, b));
	if (n >= 1 && (sink->stores || n == 1))
		sink->take(sink, TOKEN1(b));
}

/* Hand over the tokens of ${text}, folded but for the case of ASCII. */
static void
tokens(const char *text, size_t len, struct sink *sink)
{
	const unsigned char *p = (const unsigned char *)text;
	const unsigned char *begin = p;
	uint32_t a = 0, b = 0, c;
	enum class class;
	size_t n = 0;

	while ((size_t)(p - begin) < len) {
		c = next_char(&p);
		class = class_of(c);
		if (class == LETTER) {
			if (++n >= 3)
				sink->take(sink, TOKEN3(a, b, c));
			a = b;
			b = c;
			continue;
		}
		end_word(sink, n, a, b);
		n = 0;
		if (class == SINGLE)
			sink->take(sink, TOKEN1(c));
	}
	end_word(sink, n, a, b);
}

/* Fold what is not plain ASCII.  ${name} is well-formed UTF-8. */
static enum reel_status
fold_utf8(const char *name, size_t len, struct reel_buf *out)
{
	utf8proc_int32_t stack[STACK_CHARS + 1], *chars = stack;
	utf8proc_ssize_t n, bytes;
	enum reel_status status = REEL_NOMEM;

	/* One more: the text that replaces the characters ends with a NUL. */
	n = utf8proc_decompose((const utf8proc_uint8_t *)name,
	    (utf8proc_ssize_t)len, chars, STACK_CHARS, FOLD);
	if (n > STACK_CHARS) {
		chars = malloc(((size_t)n + 1) * sizeof(*chars));
		if (chars == NULL)
			goto out;
		n = utf8proc_decompose((const utf8proc_uint8_t *)name,
		    (utf8proc_ssize_t)len, chars, n, FOLD);
	}
	if (n < 0 || (bytes = utf8proc_reencode(chars, n, FOLD)) < 0)
		goto out;

	reel_buf_add(out, chars, (size_t)bytes);
	status = out->failed ? REEL_NOMEM : REEL_OK;
out:
	if (chars != stack)
		free(chars);
	return (status);
}

enum reel_status
reel_gram_fold(const char *name, size_t len, struct reel_buf *out)
{
	struct reel_buf mended;
	enum reel_status status;
	char *dst;
	size_t i;

	if (is_ascii(name, len)) {
		if ((dst = reel_buf_reserve(out, len)) == NULL)
			return (REEL_NOMEM);
		for (i = 0; i < len; i++)
			dst[i] = (char)lower((unsigned char)name[i]);
		out->len += len;
		return (REEL_OK);
	}
	if (reel_escape_utf8_ok(name, len))
		return (fold_utf8(name, len, out));

	reel_buf_init(&mended);
	reel_escape_utf8(&mended, name, len);
	status = mended.failed ? REEL_NOMEM :
	    fold_utf8(mended.data, mended.len, out);
	reel_buf_clear(&mended);
	return (status);
}

/*
 * The text to take tokens from.  Plain ASCII is its own: next_char lowers it as
 * it goes, which is all that the fold would do.
 */
static enum reel_status
folded(const char **text, size_t *len, struct reel_buf *buf)
{
	enum reel_status status;

	if (is_ascii(*text, *len))
		return (REEL_OK);
	if ((status = reel_gram_fold(*text, *len, buf)) != REEL_OK)
		return (status);
	*text = buf->data;
	*len = buf->len;
	return (REEL_OK);
}

static void
store_take(struct sink *sink, token t)
{
	size_t i;

	/* Fibonacci hashing: the top bits of the product are well mixed. */
	i = (size_t)(t * 0x9e3779b97f4a7c15ULL >> 40) & sink->mask;
	for (; sink->set[i] != 0; i = (i + 1) & sink->mask)
		if (sink->set[i] == t)
			return;
	sink->set[i] = t;
	sink->out = put_token(sink->out, t);
	*sink->out++ = ' ';
}

enum reel_status
reel_gram_store(const char *name, size_t len, struct reel_buf *out)
{
	token stack[2 * STACK_CHARS];
	struct sink sink = { .take = store_take, .stores = 1, .set = stack };
	struct reel_buf buf;
	enum reel_status status;
	size_t slots = 16;
	char *begin;

	reel_buf_init(&buf);
	if ((status = folded(&name, &len, &buf)) != REEL_OK)
		goto out;

	/*
	 * A character begins at most one token and stands in at most three: so
	 * many bytes are enough, and the set is never more than half full.
	 */
	status = REEL_NOMEM;
	while (slots < 2 * len)
		slots *= 2;
	if (slots > 2 * STACK_CHARS)
		sink.set = calloc(slots, sizeof(token));
	else
		memset(stack, 0, slots * sizeof(token));
	begin = reel_buf_reserve(out, 4 * len);
	if (sink.set == NULL || begin == NULL)
		goto out;
	sink.mask = slots - 1;
	sink.out = begin;

	tokens(name, len, &sink);
	if (sink.out > begin)
		out->len += (size_t)(sink.out - begin) - 1;
	status = REEL_OK;
out:
	if (sink.set != stack)
		free(sink.set);
	reel_buf_clear(&buf);
	return (status);
}

static void
query_take(struct sink *sink, token t)
{
	size_t i;

	for (i = 0; i < sink->count; i++)
		if (sink->list[i] == t)
			return;
	if (sink->count < REEL_GRAM_QUERY_MAX)
		sink->list[sink->count++] = t;
}

/* A word of one or two letters is a prefix; anything else is whole. */
static int
is_prefix(token t)
{

	return ((t & 0x1fffff) == 0 && class_of((uint32_t)(t >> 42)) == LETTER);
}

/* One letter: the prefix of a great part of all tokens. */
static int
is_weak(token t)
{

	return (is_prefix(t) && (t >> 21 & 0x1fffff) == 0);
}

enum reel_status
reel_gram_query(const char *text, size_t len, struct reel_buf *out)
{
	token list[REEL_GRAM_QUERY_MAX];
	struct sink sink = { .take = query_take, .list = list };
	char word[3 * 4];
	struct reel_buf buf;
	enum reel_status status;
	size_t i, strong = 0, written = 0;

	reel_buf_init(&buf);
	if ((status = folded(&text, &len, &buf)) != REEL_OK)
		goto out;
	tokens(text, len, &sink);

	status = REEL_NOT_FOUND;
	if (sink.count == 0)
		goto out;

	/* Single letters cost most and tell least: only if there is no else. */
	for (i = 0; i < sink.count; i++)
		strong += !is_weak(list[i]);
	for (i = 0; i < sink.count; i++) {
		if (strong > 0 && is_weak(list[i]))
			continue;
		reel_buf_str(out, written++ > 0 ? " AND \"" : "\"");
		reel_buf_add(out, word,
		    (size_t)(put_token(word, list[i]) - word));
		reel_buf_str(out, is_prefix(list[i]) ? "\"*" : "\"");
	}
	status = out->failed ? REEL_NOMEM : REEL_OK;
out:
	reel_buf_clear(&buf);
	return (status);
}
