/* links: indexer/reel_subtitle.c shared/reel_buf.c shared/reel_escape.c
 * shared/reel_status.c */
/*
 * Two names, split at the first newline, a subtitle's and a film's: whoever
 * belongs to whom begins with a spelling of it, spellings are mutual, and what a
 * name is said to say lies in the name.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/reel_subtitle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
is_among(const char *text, size_t len, const char *stem, size_t stem_len)
{
	struct reel_subtitle_form forms[REEL_SUBTITLE_FORMS];
	size_t i, count;

	count = reel_subtitle_forms(stem, stem_len, forms);
	if (count > REEL_SUBTITLE_FORMS || (count == 0 && stem_len <= 255))
		abort();
	for (i = 0; i < count; i++)
		if (forms[i].len == len &&
		    (len == 0 || memcmp(forms[i].text, text, len) == 0))
			return (1);
	return (0);
}

static void
read_labels(const char *name, size_t len, size_t stem_len)
{
	struct reel_subtitle said;
	size_t i;

	reel_subtitle_read(name, len, stem_len, &said);
	if (said.format < name || said.format + said.format_len != name + len ||
	    memchr(said.format, '.', said.format_len) != NULL)
		abort();
	if (said.language == NULL)
		return;
	if (said.language <= name + stem_len || said.language_len < 2 ||
	    said.language + said.language_len >= said.format)
		abort();
	for (i = 0; i < said.language_len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		           "0123456789-_", said.language[i]) == NULL)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *name = (const char *)data, *film;
	size_t len, stem_len, cut;

	film = size > 0 ? memchr(name, '\n', size) : NULL;
	if (film == NULL)
		return (0);
	len = (size_t)(film - name);
	film++;
	stem_len = reel_subtitle_cut(film, size - len - 1);
	if (stem_len > 0 && film[stem_len] != '.')
		abort();

	cut = reel_subtitle_of(name, len, film, stem_len);
	if (cut > 0) {
		if (cut >= len || name[cut] != '.' ||
		    !is_among(name, cut, film, stem_len) ||
		    !is_among(film, stem_len, name, cut) ||
		    !reel_subtitle_same(name, cut, film, stem_len) ||
		    !reel_subtitle_same(film, stem_len, name, cut))
			abort();
		read_labels(name, len, cut);
	}
	/* Its own stem is one of a film, too. */
	if ((cut = reel_subtitle_cut(name, len)) > 0 && len <= 255) {
		if (reel_subtitle_of(name, len, name, cut) != cut)
			abort();
		read_labels(name, len, cut);
		while (reel_subtitle_cut(name, cut) > 0)
			cut = reel_subtitle_cut(name, cut);
		read_labels(name, len, cut);
	}
	return (0);
}
