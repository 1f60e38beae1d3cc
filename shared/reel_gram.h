#ifndef REEL_GRAM_H
#define REEL_GRAM_H

#include <stddef.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * Names to search tokens, the same for both sides: the indexer stores the
 * tokens of a name, a query asks for the tokens of its words, and a match is
 * verified on the folded text.  NFC, case folding (utf8proc); words are runs of
 * letters, digits and marks; their trigrams and the tails of one and two
 * letters behind the last one are stored, so that a query of one or two letters
 * is a prefix of some token wherever it stands.  Ideographs, where words of two
 * characters are the norm, and symbols are single tokens.  A token is made of
 * [0-9a-z] and of UTF-8 beyond ASCII, all of which FTS5's built-in `ascii`
 * tokenizer takes as parts of a word.
 */

/* A query asks for so many tokens at most: a longer one is verified anyway. */
#define REEL_GRAM_QUERY_MAX 32

/**
 * reel_gram_fold(name, len, out):
 * Append the folded text (UTF-8, NFC, case-folded; ill-formed bytes as U+FFFD)
 * of ${name} to ${out}.  REEL_NOMEM or REEL_OK, here and below.
 */
enum reel_status reel_gram_fold(
    const char *name, size_t len, struct reel_buf *out);

/**
 * reel_gram_store(name, len, out):
 * Append the tokens of ${name} to ${out}, separated by single spaces, each
 * once, in a fixed order: equal names give equal bytes.
 */
enum reel_status reel_gram_store(
    const char *name, size_t len, struct reel_buf *out);

/**
 * reel_gram_query(text, len, out):
 * Append an FTS5 match expression ("abc" AND "de"* ...) to ${out} that every
 * name whose folded text contains the folded ${text} satisfies.  REEL_NOT_FOUND
 * if ${text} has no token to ask for (empty, only spaces or punctuation).
 */
enum reel_status reel_gram_query(
    const char *text, size_t len, struct reel_buf *out);

#endif /* !REEL_GRAM_H */
