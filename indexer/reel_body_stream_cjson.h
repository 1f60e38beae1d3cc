#ifndef REEL_BODY_STREAM_CJSON_H
#define REEL_BODY_STREAM_CJSON_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_stream.h"

/**
 * reel_body_play(playlist, duration_ms, bitrate, body):
 * Append ',' and what a folder gets from its stream first: the name of the
 * playlist to play, its duration (-1: not known) and bits per second (0: likewise).
 *
 * reel_body_stream(stream, missing, body):
 * Append ',' and the members that come from a playlist, unless there are none: how
 * many segments it has, how many of them are ${missing}, whether it is live, its
 * variants, and so on.
 *
 * Both: REEL_NOMEM: what ${body} held before stands.
 */
enum reel_status reel_body_play(const char *playlist, int64_t duration_ms,
    int64_t bitrate, struct reel_buf *body);
enum reel_status reel_body_stream(const struct reel_stream *stream,
    int64_t missing, struct reel_buf *body);

#endif /* !REEL_BODY_STREAM_CJSON_H */
