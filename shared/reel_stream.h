#ifndef REEL_STREAM_H
#define REEL_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_playlist.h"
#include "shared/reel_status.h"

/*
 * What a playlist says, as it crosses the socket between reel-worker and
 * reel-indexer: a plain struct of a fixed size, then ${names_count} numbers.
 * Files are told by numbers of their names, so no name crosses: the indexer looks
 * for them among those that the folder has, and can be led nowhere else.  The
 * receiver believes nothing: reel_stream_check first.
 */
#define REEL_STREAM_VERSION 2
#define REEL_STREAM_NAMES_MAX 65536
#define REEL_STREAM_VARIANTS_MAX 64
#define REEL_STREAM_LOOKS_MAX 4
#define REEL_STREAM_TEXT 256

struct reel_stream_variant {
	int32_t is_rendition; /* other sound, subtitles, key frames */
	int32_t width;
	int32_t height;
	int32_t fps_milli;
	int32_t channels;
	int32_t is_default;
	int32_t is_forced;
	int32_t zero;
	int64_t bandwidth;
	uint64_t sound;     /* groups of renditions, as in reel_playlist.h */
	uint64_t subtitles;
	uint64_t folder; /* number of the folder it lies in; 0: the playlist's own */
	uint64_t file;   /* of its playlist; 0: elsewhere */
	char codecs[REEL_PLAYLIST_WORD_MAX];
	char media[32];
	char language[32];
	char name[REEL_PLAYLIST_WORD_MAX];
	char uri[REEL_STREAM_TEXT]; /* "" if it is too long, or no text */
};

/* Files that show what kind of stream it is. */
struct reel_stream_look {
	uint64_t map; /* 0: none; else to be read before */
	uint64_t file;
};

struct reel_stream {
	uint32_t version; /* REEL_STREAM_VERSION */
	uint32_t size;    /* sizeof (struct reel_stream) */
	int32_t kind;     /* enum reel_playlist_kind */
	int32_t ended;
	int32_t key_frames_only;
	uint32_t variants_count; /* and renditions */
	uint32_t looks_count;
	uint32_t segments_count; /* numbers of segments, one for each; then others */
	uint32_t names_count;    /* all of them */
	uint32_t zero;
	int64_t duration_ms;     /* -1: not known */
	int64_t segments;        /* there may be more than there are numbers */
	int64_t external;        /* of them elsewhere */
	int64_t encrypted;
	int64_t ranges;
	int64_t gaps;
	int64_t discontinuities;
	struct reel_stream_look looks[REEL_STREAM_LOOKS_MAX]; /* best first */
	struct reel_stream_variant variants[REEL_STREAM_VARIANTS_MAX];
};

#define REEL_STREAM_MAX                                                        \
	(sizeof(struct reel_stream) + REEL_STREAM_NAMES_MAX * sizeof(uint64_t))
#define REEL_STREAM_NAMES(stream) ((const uint64_t *)((stream) + 1))

/**
 * reel_stream_init(stream): nothing is known.
 *
 * reel_stream_number(name, len): of a name; never 0.
 *
 * reel_stream_check(stream, len):
 * REEL_OK if the ${len} bytes at ${stream} are whole and every field is within
 * its range.  Else REEL_BAD_INPUT.
 */
void reel_stream_init(struct reel_stream *stream);
uint64_t reel_stream_number(const char *name, size_t len);
enum reel_status reel_stream_check(
    const struct reel_stream *stream, size_t len);

#endif /* !REEL_STREAM_H */
