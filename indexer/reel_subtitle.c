#include "indexer/reel_subtitle.h"

#include <string.h>
#include <strings.h>

#include <utf8proc.h>

#include "shared/reel_escape.h"

/*
 * The names of subtitles, and nothing but the names: no file is opened, and
 * which films there are is the caller's to know.
 *
 * A language is told by form alone: two or three letters and what RFC 5646 lets
 * follow them.  Words have that form too ("film.the.end.srt"), so it is the last
 * such label that counts, which is where it stands by custom; and a few labels
 * say something else by custom.  "hi" is Hindi, unless another label is the
 * language: then it means the hearing-impaired.
 *
 * Invariant: reel_subtitle_same is symmetric, and whatever is the same as a stem
 * is among its forms, so that looking for each form finds all.  A name that is
 * spelled neither in NFC nor in NFD is the same as itself alone.
 */

/* Labels that are no language, whatever their form. */
static const struct {
	const char *word;
	char forced;
	char hearing_impaired;
} words[] = {
	{ "forced", 1, 0 },
	{ "foreign", 1, 0 },
	{ "sdh", 0, 1 },
	{ "cc", 0, 1 },
	{ "und", 0, 0 } /* not known which */
};
#define WORDS (sizeof(words) / sizeof(words[0]))

size_t
reel_subtitle_cut(const char *name, size_t len)
{

	while (len > 0 && name[--len] != '.')
		continue;
	return (len);
}

/* ${text} in one of the two forms; 0 if it has no place there. */
static size_t
spell(const char *text, size_t len, int options, char *out)
{
	utf8proc_int32_t chars[3 * REEL_SUBTITLE_STEM_MAX + 1];
	utf8proc_ssize_t n;

	n = utf8proc_decompose((const utf8proc_uint8_t *)text,
	    (utf8proc_ssize_t)len, chars, 3 * REEL_SUBTITLE_STEM_MAX,
	    (utf8proc_option_t)options);
	if (n < 0 || n > 3 * REEL_SUBTITLE_STEM_MAX)
		return (0);
	n = utf8proc_reencode(chars, n, (utf8proc_option_t)options);
	if (n < 0 || n > REEL_SUBTITLE_STEM_MAX)
		return (0);
	memcpy(out, chars, (size_t)n);
	return ((size_t)n);
}

static int
equal(const char *a, size_t a_len, const char *b, size_t b_len)
{

	return (a_len == b_len && memcmp(a, b, a_len) == 0);
}

/* Beyond ASCII there may be another spelling. */
static int
is_plain(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] >= 0x80)
			return (0);
	return (1);
}

size_t
reel_subtitle_forms(const char *stem, size_t len,
    struct reel_subtitle_form forms[REEL_SUBTITLE_FORMS])
{
	struct reel_subtitle_form nfc, nfd;
	size_t count = 1;

	if (len > REEL_SUBTITLE_STEM_MAX)
		return (0);
	memcpy(forms[0].text, stem, len);
	forms[0].len = len;
	if (is_plain(stem, len) || !reel_escape_utf8_ok(stem, len))
		return (1);
	nfc.len = spell(
	    stem, len, UTF8PROC_STABLE | UTF8PROC_COMPOSE, nfc.text);
	nfd.len = spell(
	    stem, len, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE, nfd.text);
	/* Neither the one nor the other: nobody spells it a second way. */
	if (equal(stem, len, nfc.text, nfc.len)) {
		if (nfd.len > 0 && !equal(stem, len, nfd.text, nfd.len))
			forms[count++] = nfd;
	} else if (equal(stem, len, nfd.text, nfd.len) && nfc.len > 0) {
		forms[count++] = nfc;
	}
	return (count);
}

int
reel_subtitle_same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	struct reel_subtitle_form forms[REEL_SUBTITLE_FORMS];
	size_t i, count;

	if (equal(a, a_len, b, b_len))
		return (1);
	if (is_plain(a, a_len) || is_plain(b, b_len))
		return (0);
	count = reel_subtitle_forms(a, a_len, forms);
	for (i = 1; i < count; i++)
		if (equal(forms[i].text, forms[i].len, b, b_len))
			return (1);
	return (0);
}

size_t
reel_subtitle_of(
    const char *name, size_t len, const char *stem, size_t stem_len)
{
	size_t labels;

	if (stem_len == 0 || len > REEL_SUBTITLE_STEM_MAX)
		return (0);
	for (labels = 0; labels <= REEL_SUBTITLE_LABELS; labels++) {
		if ((len = reel_subtitle_cut(name, len)) == 0)
			break;
		if (reel_subtitle_same(name, len, stem, stem_len))
			return (len);
	}
	return (0);
}

enum class { LETTERS = 1, DIGITS = 2, BOTH = 3 };

/* One subtag, up to '-' or '_': its length if it consists of such only. */
static size_t
subtag(const char *text, size_t len, enum class class)
{
	size_t n;
	char c;

	for (n = 0; n < len && text[n] != '-' && text[n] != '_'; n++) {
		c = text[n];
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
			if (!(class & LETTERS))
				return (0);
		} else if (c < '0' || c > '9' || !(class & DIGITS)) {
			return (0);
		}
	}
	return (n);
}

/* The part of a tag that a subtag may be: they follow in this order. */
enum part { EXTLANG, SCRIPT, REGION, VARIANT, EXTENSION, PRIVATE, NONE };

static enum part
part_of(const char *text, size_t len, size_t n)
{

	if (subtag(text, len, BOTH) != n || n == 0 || n > 8)
		return (NONE);
	if (n == 1)
		return (text[0] == 'x' || text[0] == 'X' ? PRIVATE : EXTENSION);
	if (n == 3 && subtag(text, len, LETTERS) == n)
		return (EXTLANG);
	if (n == 4 && subtag(text, len, LETTERS) == n)
		return (SCRIPT);
	if ((n == 2 && subtag(text, len, LETTERS) == n) ||
	    (n == 3 && subtag(text, len, DIGITS) == n))
		return (REGION);
	if (n >= 5 || (n == 4 && text[0] >= '0' && text[0] <= '9'))
		return (VARIANT);
	return (NONE);
}

/* RFC 5646, the rule langtag, with '_' for '-' as in the names of locales. */
static int
is_language(const char *text, size_t len)
{
	enum part part = EXTLANG, next;
	size_t at, n, extlangs = 0, inside = 0;

	n = subtag(text, len, LETTERS);
	if (n < 2 || n > 3)
		return (0);
	for (at = n; at < len; at += n) {
		at++;
		for (n = 0; at + n < len && text[at + n] != '-' &&
		    text[at + n] != '_'; n++)
			continue;
		next = part_of(text + at, len - at, n);
		/* Behind a singleton anything goes, and something has to. */
		if (part >= EXTENSION && n > 0 && n <= 8 &&
		    subtag(text + at, len - at, BOTH) == n &&
		    (part == PRIVATE || n > 1)) {
			inside++;
			continue;
		}
		if (next == NONE || next < part ||
		    (part >= EXTENSION && inside == 0) ||
		    (next == EXTLANG && ++extlangs > 3) ||
		    (next == part && (next == SCRIPT || next == REGION)))
			return (0);
		part = next;
		inside = 0;
	}
	return (part < EXTENSION || inside > 0);
}

static int
is_word(const char *label, size_t len, const char *word)
{

	return (strlen(word) == len && strncasecmp(label, word, len) == 0);
}

/* Does the label say something other than a language? */
static int
read_word(const char *label, size_t len, struct reel_subtitle *subtitle)
{
	size_t i;

	for (i = 0; i < WORDS; i++) {
		if (!is_word(label, len, words[i].word))
			continue;
		subtitle->forced |= words[i].forced;
		subtitle->hearing_impaired |= words[i].hearing_impaired;
		return (1);
	}
	return (0);
}

void
reel_subtitle_read(const char *name, size_t len, size_t stem_len,
    struct reel_subtitle *subtitle)
{
	const char *label, *hi = NULL;
	size_t end, begin, n;

	memset(subtitle, 0, sizeof(*subtitle));
	end = reel_subtitle_cut(name, len);
	subtitle->format = name + end + 1;
	subtitle->format_len = len - end - 1;

	/* From the last label to the first. */
	for (; end > stem_len; end = begin) {
		begin = end - 1;
		while (begin > stem_len && name[begin] != '.')
			begin--;
		label = name + begin + 1;
		n = end - begin - 1;
		if (n == 0 || read_word(label, n, subtitle))
			continue;
		if (is_word(label, n, "hi")) {
			subtitle->hearing_impaired |= hi != NULL;
			hi = label;
		} else if (subtitle->language == NULL && is_language(label, n)) {
			subtitle->language = label;
			subtitle->language_len = n;
		}
	}
	if (hi == NULL)
		return;
	if (subtitle->language != NULL) {
		subtitle->hearing_impaired = 1;
		return;
	}
	subtitle->language = hi;
	subtitle->language_len = 2;
}
