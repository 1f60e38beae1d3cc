#ifndef REEL_CURSOR_H
#define REEL_CURSOR_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_status.h"

/* Longest text of a cursor: two 64-bit numbers and a dash. */
#define REEL_CURSOR_MAX 41

/* A position in the change log: "<epoch>-<seq>" on the wire. */
struct reel_cursor {
	int64_t epoch; /* milliseconds since 1970 when the log was begun */
	int64_t seq;   /* last record that is known; 0 before the first */
};

/**
 * reel_cursor_parse(text, len, cursor):
 * REEL_OK, or REEL_BAD_INPUT if the ${len} bytes are not of the form: decimal
 * digits without sign or leading zeros, both parts below 2^63.
 */
enum reel_status reel_cursor_parse(
    const char *text, size_t len, struct reel_cursor *cursor);

/**
 * reel_cursor_print(cursor, text):
 * Write the text with a final NUL to ${text}, which holds REEL_CURSOR_MAX
 * bytes; return its length without the NUL.
 */
size_t reel_cursor_print(struct reel_cursor cursor, char *text);

#endif /* !REEL_CURSOR_H */
