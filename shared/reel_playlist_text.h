#ifndef REEL_PLAYLIST_TEXT_H
#define REEL_PLAYLIST_TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * A piece of a line of a playlist, and what can be taken off its front.  Nothing
 * ends with a NUL; bytes beyond ${len} are never looked at.
 */
struct reel_text {
	const char *at;
	size_t len;
};

/**
 * reel_playlist_text_begins(text, word), _is(text, word): in any case of ASCII
 * letters.
 * reel_playlist_text_after(text, len): without its first ${len} bytes.
 * reel_playlist_text_trim(text): without blanks and tabs at its ends.
 */
int reel_playlist_text_begins(struct reel_text text, const char *word);
int reel_playlist_text_is(struct reel_text text, const char *word);
struct reel_text reel_playlist_text_after(struct reel_text text, size_t len);
struct reel_text reel_playlist_text_trim(struct reel_text text);

/**
 * reel_playlist_text_number(text, max):
 * Take the digits that ${text} begins with; -1: none, or more than ${max}.
 *
 * reel_playlist_text_decimal(text, one):
 * What "9.009" is in parts of which ${one}, a power of ten, make 1; what follows
 * is left alone.  -1: no number, or more than thirty years of seconds.
 */
int64_t reel_playlist_text_number(struct reel_text *text, int64_t max);
int64_t reel_playlist_text_decimal(struct reel_text text, int64_t one);

/**
 * reel_playlist_text_attribute(rest, name, value):
 * Take the next NAME=value or NAME="value", quotes removed, and its comma off
 * ${rest}; zero at the end.
 *
 * reel_playlist_text_word(text, out, size):
 * Copy with a NUL; "" if it does not fit or holds one itself.
 *
 * reel_playlist_text_hash(text): a number, so that two can be told to be the same;
 * never 0.
 */
int reel_playlist_text_attribute(struct reel_text *rest, struct reel_text *name,
    struct reel_text *value);
void reel_playlist_text_word(struct reel_text text, char *out, size_t size);
uint64_t reel_playlist_text_hash(struct reel_text text);

#endif /* !REEL_PLAYLIST_TEXT_H */
