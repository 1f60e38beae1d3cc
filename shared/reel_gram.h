#ifndef REEL_GRAM_H
#define REEL_GRAM_H

#include <stddef.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * Names to search tokens, the same for both sides: the indexer stores the
 * tokens of a name, a query asks for the tokens of its words, and a match is
 * verified on the folded text.  NFC, case folding (utf8proc), then trigrams of
 * the folded text, single characters for scripts that are written without
 * spaces, and short words of one or two letters as a whole.  A token is ASCII
 * [0-9a-z] so that FTS5's built-in `ascii` tokenizer takes it as one word.
 */

/**
 * reel_gram_fold(name, len, out):
 * Append the folded text (UTF-8, NFC, case-folded; ill-formed bytes as U+FFFD)
 * of ${name} to ${out}.
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
 * Append an FTS5 match expression ("a" AND "b" ...) to ${out} that every name
 * whose folded text contains the folded ${text} satisfies.  REEL_NOT_FOUND if
 * ${text} has no token to ask for (empty, only spaces).
 */
enum reel_status reel_gram_query(
    const char *text, size_t len, struct reel_buf *out);

#endif /* !REEL_GRAM_H */
