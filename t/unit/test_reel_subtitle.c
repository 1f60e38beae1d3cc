/* links: indexer/reel_subtitle.c shared/reel_buf.c shared/reel_escape.c
 * shared/reel_status.c */
/* Which name belongs to which, and what it says: tables written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/reel_subtitle.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define NFC "caf\xc3\xa9"
#define NFD "cafe\xcc\x81"

static size_t
of(const char *name, const char *stem)
{

	return (reel_subtitle_of(name, strlen(name), stem, strlen(stem)));
}

static void
subtitle_begins_with_the_stem_of_its_film(void **state)
{
	static const struct {
		const char *name;
		const char *stem;
		size_t len; /* 0: it is none of that film */
	} rows[] = {
		{ "film.srt", "film", 4 },
		{ "film.en.srt", "film", 4 },
		{ "film.zh-Hans.ass", "film", 4 },
		{ "film.en.forced.SRT", "film", 4 },
		{ "Film.2019.1080p.en.srt", "Film.2019.1080p", 15 },
		{ "Film.2019.1080p.en.srt", "Film.2019", 9 },
		{ "Film.2.srt", "Film.2", 6 },
		{ "Film.2.srt", "Film", 4 },
		{ "a..en.srt", "a.", 2 },
		{ "a..en.srt", "a", 1 },
		{ "film.a.b.c.d.e.f.g.h.srt", "film", 4 },
		{ "\xff\xfe.en.srt", "\xff\xfe", 2 },
		{ "\xe5\xad\x97.srt", "\xe5\xad\x97", 3 },
		{ NFC ".en.srt", NFC, 5 },
		{ NFC ".en.srt", NFD, 5 },
		{ NFD ".en.srt", NFC, 6 },
		{ NFC "." NFC ".srt", NFD "." NFD, 11 },

		{ "film.srt", "fil", 0 },
		{ "film.srt", "film.", 0 },
		{ "film2.srt", "film", 0 },
		{ "Film.srt", "film", 0 },
		{ "film", "film", 0 },
		{ "film.srt", "", 0 },
		{ "film.en.srt", "film.en.srt", 0 },
		{ "film.a.b.c.d.e.f.g.h.i.srt", "film", 0 },
		{ "film-en.srt", "film", 0 },
		{ ".srt", "", 0 },
		{ ".film.srt", ".film", 5 },
		{ "\xff.srt", "\xfe", 0 },
		/* Neither composed nor decomposed: like itself alone. */
		{ NFC NFD ".srt", NFC NFC, 0 },
		{ NFC NFD ".srt", NFC NFD, 11 }
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		if (of(rows[i].name, rows[i].stem) != rows[i].len)
			fail_msg("%s of %s: %zu", rows[i].name, rows[i].stem,
			    of(rows[i].name, rows[i].stem));
}

static void
labels_say_language_and_purpose(void **state)
{
	static const struct {
		const char *name; /* of a subtitle of "film" */
		const char *language;
		const char *format;
		int forced;
		int hearing_impaired;
	} rows[] = {
		{ "film.srt", NULL, "srt", 0, 0 },
		{ "film.en.vtt", "en", "vtt", 0, 0 },
		{ "film.DE.SRT", "DE", "SRT", 0, 0 },
		{ "film.zh-Hans.ass", "zh-Hans", "ass", 0, 0 },
		{ "film.zh-yue-Hant-HK.ass", "zh-yue-Hant-HK", "ass", 0, 0 },
		{ "film.es-419.srt", "es-419", "srt", 0, 0 },
		{ "film.pt_BR.srt", "pt_BR", "srt", 0, 0 },
		{ "film.sl-rozaj-biske-1994.srt", "sl-rozaj-biske-1994", "srt", 0, 0 },
		{ "film.de-DE-u-co-phonebk.srt", "de-DE-u-co-phonebk", "srt", 0, 0 },
		{ "film.en-x-director.srt", "en-x-director", "srt", 0, 0 },
		{ "film.en-a-bb-x-a-b.srt", "en-a-bb-x-a-b", "srt", 0, 0 },
		{ "film.en.forced.srt", "en", "srt", 1, 0 },
		{ "film.forced.srt", NULL, "srt", 1, 0 },
		{ "film.foreign.eng.srt", "eng", "srt", 1, 0 },
		{ "film.en.sdh.srt", "en", "srt", 0, 1 },
		{ "film.en.SDH.Forced.srt", "en", "srt", 1, 1 },
		{ "film.cc.en.srt", "en", "srt", 0, 1 },
		{ "film.en.hi.srt", "en", "srt", 0, 1 },
		{ "film.hi.en.srt", "en", "srt", 0, 1 },
		{ "film.hi.srt", "hi", "srt", 0, 0 },
		{ "film.HI.forced.srt", "HI", "srt", 1, 0 },
		{ "film.hi.hi.srt", "hi", "srt", 0, 1 },
		{ "film.2.en.srt", "en", "srt", 0, 0 },
		{ "film.en.2.srt", "en", "srt", 0, 0 },
		{ "film.The.Cut.en.srt", "en", "srt", 0, 0 },
		{ "film.en.Director's comments.srt", "en", "srt", 0, 0 },
		{ "film..en..srt", "en", "srt", 0, 0 },
		{ "film.sub", NULL, "sub", 0, 0 },

		{ "film.und.srt", NULL, "srt", 0, 0 },
		{ "film.en.und.srt", "en", "srt", 0, 0 },
		{ "film.english.srt", NULL, "srt", 0, 0 },
		{ "film.e.srt", NULL, "srt", 0, 0 },
		{ "film.12.srt", NULL, "srt", 0, 0 },
		{ "film.en-.srt", NULL, "srt", 0, 0 },
		{ "film.en--US.srt", NULL, "srt", 0, 0 },
		{ "film.-en.srt", NULL, "srt", 0, 0 },
		{ "film.en-Hans-Hant.srt", NULL, "srt", 0, 0 },
		{ "film.en-US-Latn.srt", NULL, "srt", 0, 0 },
		{ "film.en-US-GB.srt", NULL, "srt", 0, 0 },
		{ "film.en-abcdefghi.srt", NULL, "srt", 0, 0 },
		{ "film.en-a.srt", NULL, "srt", 0, 0 },
		{ "film.en-a-x-b.srt", NULL, "srt", 0, 0 },
		{ "film.en-x.srt", NULL, "srt", 0, 0 },
		{ "film.zh-aaa-bbb-ccc-ddd.srt", NULL, "srt", 0, 0 },
		{ "film.x-men.srt", NULL, "srt", 0, 0 },
		{ "film.e\xc3\xa9.srt", NULL, "srt", 0, 0 },
		{ "film.\xff.srt", NULL, "srt", 0, 0 }
	};
	struct reel_subtitle said;
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		assert_int_equal(of(rows[i].name, "film"), 4);
		reel_subtitle_read(
		    rows[i].name, strlen(rows[i].name), 4, &said);
		len = rows[i].language == NULL ? 0 : strlen(rows[i].language);
		if (said.language_len != len ||
		    (said.language == NULL) != (rows[i].language == NULL) ||
		    (len > 0 &&
		        memcmp(said.language, rows[i].language, len) != 0) ||
		    said.format_len != strlen(rows[i].format) ||
		    memcmp(said.format, rows[i].format, said.format_len) != 0 ||
		    said.forced != rows[i].forced ||
		    said.hearing_impaired != rows[i].hearing_impaired)
			fail_msg("%s: language %.*s, format %.*s, %d %d",
			    rows[i].name, (int)said.language_len,
			    said.language == NULL ? "" : said.language,
			    (int)said.format_len, said.format, said.forced,
			    said.hearing_impaired);
	}
}

/* The language stands in the stem, so it is the film's. */
static void
labels_begin_behind_the_stem(void **state)
{
	static const char name[] = "film.de.forced.srt";
	struct reel_subtitle said;

	(void)state;
	reel_subtitle_read(name, sizeof(name) - 1, 7, &said);
	assert_null(said.language);
	assert_true(said.forced);
	reel_subtitle_read(name, sizeof(name) - 1, 14, &said);
	assert_null(said.language);
	assert_false(said.forced);
}

static void
stem_has_all_its_spellings(void **state)
{
	struct reel_subtitle_form forms[REEL_SUBTITLE_FORMS];
	char longest[REEL_SUBTITLE_STEM_MAX + 1];
	size_t i;

	(void)state;
	assert_int_equal(reel_subtitle_forms("film", 4, forms), 1);
	assert_int_equal(forms[0].len, 4);
	assert_int_equal(reel_subtitle_forms(NFC, 5, forms), 2);
	assert_memory_equal(forms[0].text, NFC, 5);
	assert_int_equal(forms[1].len, 6);
	assert_memory_equal(forms[1].text, NFD, 6);
	assert_int_equal(reel_subtitle_forms(NFD, 6, forms), 2);
	assert_memory_equal(forms[1].text, NFC, 5);
	assert_int_equal(reel_subtitle_forms("\xff" NFC, 6, forms), 1);
	assert_int_equal(reel_subtitle_forms(NFC NFD, 11, forms), 1);

	/* Decomposed it would be too long for a name. */
	for (i = 0; i + 1 < sizeof(longest); i += 3)
		memcpy(longest + i, "\xe1\xba\xad", 3);
	assert_int_equal(reel_subtitle_forms(longest, 255, forms), 1);
	assert_int_equal(reel_subtitle_forms(longest, 256, forms), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subtitle_begins_with_the_stem_of_its_film),
		cmocka_unit_test(labels_say_language_and_purpose),
		cmocka_unit_test(labels_begin_behind_the_stem),
		cmocka_unit_test(stem_has_all_its_spellings)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
