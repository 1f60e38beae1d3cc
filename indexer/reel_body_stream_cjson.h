#ifndef REEL_BODY_STREAM_CJSON_H
#define REEL_BODY_STREAM_CJSON_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_stream.h"

/**
 * reel_body_stream(stream, playlist, missing, body):
 * Append ',' and the members that a body gets from a playlist: how many segments
 * it has, how many of them are ${missing}, whether it is live, its variants, and
 * so on.  ${playlist}: of a folder, the name of the playlist to play; else NULL.
 * REEL_NOMEM: what ${body} held before stands.
 */
enum reel_status reel_body_stream(const struct reel_stream *stream,
    const char *playlist, int64_t missing, struct reel_buf *body);

#endif /* !REEL_BODY_STREAM_CJSON_H */
