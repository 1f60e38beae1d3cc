#ifndef REEL_LINES_H
#define REEL_LINES_H

#include <stddef.h>

/*
 * Where something stands in the text of a JSON file, for messages to the person
 * who wrote it: cJSON forgets positions.
 */

/**
 * reel_lines_at(text, offset):
 * The line, counted from 1, that holds byte ${offset} of ${text}.
 */
size_t reel_lines_at(const char *text, size_t offset);

/**
 * reel_lines_find(text, len, steps, depth):
 * The line of a member: ${steps} tells which member of the outermost object or
 * array (counted from 0), which member of that one, and so on, ${depth} times.
 * ${text} was accepted by the parser.  The line of the last one found if the
 * text ends early.
 */
size_t reel_lines_find(
    const char *text, size_t len, const size_t *steps, size_t depth);

/**
 * reel_lines_explain(text, len, offset):
 * A parser stopped at byte ${offset}: half a sentence that says what is likely
 * wrong there.  Constant text.
 */
const char *reel_lines_explain(const char *text, size_t len, size_t offset);

/**
 * reel_lines_nul(text, len, offset):
 * Nonzero, and where, if a string in the text holds an escaped NUL, which would
 * cut it short unseen.
 */
int reel_lines_nul(const char *text, size_t len, size_t *offset);

#endif /* !REEL_LINES_H */
