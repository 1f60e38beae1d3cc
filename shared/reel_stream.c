/*
 * The facts of a playlist as they cross from the room of hostile bytes into the
 * indexer.  A worker may have been taken over by what it read, so every field is
 * held against what a playlist can truly have; one field out of range makes the
 * whole worthless.  Numbers of names are just numbers: whatever they are, they
 * mean a file of the playlist's folder or none.
 */
#include <string.h>

#include "shared/reel_escape.h"

#include "shared/reel_stream.h"

#define TIME_MS_MAX (INT64_C(1000) * 86400 * 366 * 100) /* a hundred years */
#define COUNT_MAX (INT64_C(1) << 32)
#define SIDE_MAX 131072
#define FPS_MILLI_MAX 1000000
#define BANDWIDTH_MAX INT64_C(1000000000000)

void
reel_stream_init(struct reel_stream *stream)
{

	memset(stream, 0, sizeof(*stream));
	stream->version = REEL_STREAM_VERSION;
	stream->size = sizeof(*stream);
	stream->duration_ms = -1;
}

/* FNV-1a: whoever makes two names of one number only mixes up his own files. */
uint64_t
reel_stream_number(const char *name, size_t len)
{
	uint64_t number = 0xcbf29ce484222325u;

	for (; len > 0; len--)
		number = (number ^ (unsigned char)*name++) * 0x100000001b3u;
	return (number != 0 ? number : 1);
}

static int
within(int64_t value, int64_t min, int64_t max)
{

	return (value >= min && value <= max);
}

static int
text_ok(const char *text, size_t size)
{
	const char *end = memchr(text, '\0', size);

	return (end != NULL && reel_escape_utf8_ok(text, (size_t)(end - text)));
}

static int
variant_ok(const struct reel_stream_variant *v)
{

	return (within(v->is_rendition, 0, 1) && within(v->width, 0, SIDE_MAX) &&
	    within(v->height, 0, SIDE_MAX) &&
	    (v->width == 0) == (v->height == 0) &&
	    within(v->fps_milli, 0, FPS_MILLI_MAX) &&
	    within(v->bandwidth, 0, BANDWIDTH_MAX) &&
	    within(v->channels, 0, REEL_PLAYLIST_CHANNELS_MAX) &&
	    within(v->is_default, 0, 1) && within(v->is_forced, 0, 1) &&
	    v->zero == 0 &&
	    text_ok(v->codecs, sizeof(v->codecs)) &&
	    text_ok(v->media, sizeof(v->media)) &&
	    text_ok(v->language, sizeof(v->language)) &&
	    text_ok(v->name, sizeof(v->name)) &&
	    text_ok(v->uri, sizeof(v->uri)));
}

static int
counts_ok(const struct reel_stream *s)
{

	return (within(s->segments, 0, COUNT_MAX) &&
	    within(s->external, 0, s->segments) &&
	    within(s->encrypted, 0, COUNT_MAX) &&
	    within(s->ranges, 0, s->segments) &&
	    within(s->gaps, 0, s->segments) &&
	    within(s->discontinuities, 0, s->segments) &&
	    s->variants_count <= REEL_STREAM_VARIANTS_MAX &&
	    s->looks_count <= REEL_STREAM_LOOKS_MAX &&
	    s->names_count <= REEL_STREAM_NAMES_MAX &&
	    s->segments_count <= s->names_count &&
	    s->segments_count <= s->segments);
}

enum reel_status
reel_stream_check(const struct reel_stream *stream, size_t len)
{
	uint32_t i;

	if (len < sizeof(*stream) || stream->version != REEL_STREAM_VERSION ||
	    stream->size != sizeof(*stream) || !counts_ok(stream) ||
	    len != sizeof(*stream) + stream->names_count * sizeof(uint64_t) ||
	    !within(stream->kind, REEL_PLAYLIST_UNKNOWN,
	        REEL_PLAYLIST_MASTER) ||
	    !within(stream->ended, 0, 1) ||
	    !within(stream->key_frames_only, 0, 1) || stream->zero != 0 ||
	    !within(stream->duration_ms, -1, TIME_MS_MAX))
		return (REEL_BAD_INPUT);
	for (i = 0; i < stream->variants_count; i++)
		if (!variant_ok(&stream->variants[i]))
			return (REEL_BAD_INPUT);
	return (REEL_OK);
}
