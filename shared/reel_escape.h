#ifndef REEL_ESCAPE_H
#define REEL_ESCAPE_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"

/*
 * Bytes to text.  Names are bytes; JSON wants UTF-8, URLs want ASCII.
 */

/**
 * reel_escape_utf8_ok(data, len):
 * Return nonzero if the ${len} bytes are well-formed UTF-8 (RFC 3629).
 */
int reel_escape_utf8_ok(const char *data, size_t len);

/**
 * reel_escape_utf8(buf, data, len):
 * Append ${data}, each maximal ill-formed part of UTF-8 replaced by one U+FFFD.
 */
void reel_escape_utf8(struct reel_buf *buf, const char *data, size_t len);

/**
 * reel_escape_json(buf, data, len):
 * Append the inside of a JSON string, without quotes: quote, backslash and
 * control characters escaped; each maximal ill-formed part of UTF-8 becomes one
 * U+FFFD.  DEL and U+2028/2029 pass as they are.
 */
void reel_escape_json(struct reel_buf *buf, const char *data, size_t len);

/**
 * reel_escape_uri(buf, data, len):
 * Append ${data} percent-encoded so that it can stand in the path of a URL:
 * RFC 3986 unreserved characters and '/' stay, all other bytes become %XX with
 * capital letters.
 */
void reel_escape_uri(struct reel_buf *buf, const char *data, size_t len);

/**
 * reel_escape_time(buf, ms):
 * Append ${ms}, milliseconds since 1970 UTC, as 2026-11-20T07:00:00.123Z.
 * Years outside 0000..9999 are clamped.
 */
void reel_escape_time(struct reel_buf *buf, int64_t ms);

#endif /* !REEL_ESCAPE_H */
