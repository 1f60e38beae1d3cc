#ifndef REEL_FACTS_H
#define REEL_FACTS_H

#include <stdint.h>

#include "shared/reel_item.h"
#include "shared/reel_key.h"
#include "shared/reel_status.h"

/*
 * What a probe found out about one file, as it crosses the socket between
 * reel-worker and reel-indexer: a plain struct of a fixed size, both programs
 * of one build.  The receiver believes nothing: reel_facts_check first.
 * 0, -1 where said, or an empty string mean "not known": absent facts are
 * absent in the JSON.
 */
#define REEL_FACTS_VERSION 2
#define REEL_FACTS_WORD 32
#define REEL_FACTS_TEXT 128
#define REEL_FACTS_DATE 16
#define REEL_FACTS_AUDIO_MAX 16
#define REEL_FACTS_SUBTITLE_MAX 32
#define REEL_FACTS_CHAPTER_MAX 64
#define REEL_FACTS_SAR_MAX 16 /* times as wide as high, or the other way */

struct reel_facts_track {
	char codec[REEL_FACTS_WORD];
	char language[REEL_FACTS_WORD]; /* as the container says, "und" dropped */
	char title[REEL_FACTS_TEXT];
	int32_t channels;               /* audio */
	int32_t sample_rate;            /* audio, Hz */
	int32_t is_default;
	int32_t is_forced;
};

struct reel_facts_chapter {
	int64_t start_ms;
	int64_t end_ms;
	char title[REEL_FACTS_TEXT];
};

struct reel_facts {
	uint32_t version;   /* REEL_FACTS_VERSION */
	uint32_t size;      /* sizeof (struct reel_facts) */
	int32_t type;       /* enum reel_type as found: video, audio, image, ... */
	int32_t width;      /* coded pixels, before rotation */
	int32_t height;
	int32_t sar_num;    /* sample aspect ratio */
	int32_t sar_den;
	int32_t rotation;   /* degrees clockwise to show it upright: 0 90 180 270 */
	int32_t fps_num;
	int32_t fps_den;
	int32_t variable_fps;
	int32_t interlaced;
	int32_t bit_depth;
	int32_t channels;   /* of the first audio track */
	int32_t sample_rate;
	int32_t has_cover;  /* a picture attached to the container */
	int64_t duration_ms; /* -1: not known */
	int64_t bitrate;     /* bits per second, whole file */
	int64_t recorded_ms; /* creation time in the container; 0: none */
	unsigned char key[REEL_KEY_BYTES]; /* of its picture */
	unsigned char board[REEL_KEY_BYTES]; /* of its storyboard */
	char container[REEL_FACTS_WORD];
	char codec[REEL_FACTS_WORD];
	char profile[REEL_FACTS_WORD];
	char audio_codec[REEL_FACTS_WORD];
	char codecs[REEL_FACTS_TEXT]; /* RFC 6381, "avc1.64001f,mp4a.40.2" */
	char hdr[REEL_FACTS_WORD];    /* "pq", "hlg", "dolby_vision" or "" */
	char title[REEL_FACTS_TEXT];
	char date[REEL_FACTS_DATE];   /* when it came out, "2019", "2019-05-04" */
	uint32_t audio_count;
	uint32_t subtitle_count;
	uint32_t chapter_count;
	uint32_t zero;
	struct reel_facts_track audio[REEL_FACTS_AUDIO_MAX];
	struct reel_facts_track subtitle[REEL_FACTS_SUBTITLE_MAX];
	struct reel_facts_chapter chapter[REEL_FACTS_CHAPTER_MAX];
};

/**
 * reel_facts_init(facts):
 * Everything unknown.
 */
void reel_facts_init(struct reel_facts *facts);

/**
 * reel_facts_check(facts, len):
 * REEL_OK if the ${len} bytes at ${facts} are whole and every field is within
 * its range: version, size, counts, terminated strings, known type, rotation,
 * sane numbers.  Else REEL_BAD_INPUT.
 */
enum reel_status reel_facts_check(const struct reel_facts *facts, size_t len);

#endif /* !REEL_FACTS_H */
