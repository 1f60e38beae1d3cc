#ifndef REEL_SUBTITLE_H
#define REEL_SUBTITLE_H

#include <stddef.h>

/*
 * Names of subtitles that lie beside their film: "film.en.forced.srt" belongs
 * to "film.mkv".  What precedes the ending of a film is its stem; a subtitle
 * begins with that stem and a dot, and what stands between there and its own
 * ending are labels, which may say a language and what it is for.  Names are
 * bytes; two spellings of one text, NFC and NFD, are one stem.
 */
#define REEL_SUBTITLE_LABELS 8 /* between stem and ending, at most */
#define REEL_SUBTITLE_FORMS 2  /* in which a stem may be spelled */
#define REEL_SUBTITLE_STEM_MAX 255

struct reel_subtitle_form {
	char text[REEL_SUBTITLE_STEM_MAX];
	size_t len;
};

/* What a name says; texts lie in that name. */
struct reel_subtitle {
	const char *language; /* a BCP 47 tag by its form; NULL: none */
	size_t language_len;
	const char *format;   /* the ending, in whatever case */
	size_t format_len;
	int forced;
	int hearing_impaired;
};

/**
 * reel_subtitle_cut(name, len):
 * Length of what precedes the last dot, the stem if ${name} is a whole one; 0 if
 * there is no dot but the one a hidden name begins with.
 *
 * reel_subtitle_forms(stem, len, forms):
 * All spellings of a stem that are the same one, ${stem} itself first; returns
 * how many, 0 if it is too long for a name.  reel_subtitle_same(a, a_len, b, b_len): is one of the other's?
 *
 * reel_subtitle_of(name, len, stem, stem_len):
 * Length of the stem in the subtitle's ${name} if it belongs to a film of
 * ${stem}, unless to one with a longer stem; else 0.
 *
 * reel_subtitle_read(name, len, stem_len, subtitle):
 * What the labels behind the first ${stem_len} bytes of ${name} say.
 */
size_t reel_subtitle_cut(const char *name, size_t len);
size_t reel_subtitle_forms(const char *stem, size_t len,
    struct reel_subtitle_form forms[REEL_SUBTITLE_FORMS]);
int reel_subtitle_same(
    const char *a, size_t a_len, const char *b, size_t b_len);
size_t reel_subtitle_of(
    const char *name, size_t len, const char *stem, size_t stem_len);
void reel_subtitle_read(const char *name, size_t len, size_t stem_len,
    struct reel_subtitle *subtitle);

#endif /* !REEL_SUBTITLE_H */
