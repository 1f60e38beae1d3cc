/*
 * The facts of a file as they cross from the room of hostile bytes into the
 * indexer.  A worker may have been taken over by the file it read, so every
 * field is held against what a file can truly have; one field out of range makes
 * the whole worthless.  Texts must be UTF-8 and end within their field.
 */
#include <string.h>

#include "shared/reel_escape.h"

#include "shared/reel_facts.h"

/* Generous bounds: beyond them is nonsense, not a strange file. */
#define SIDE_MAX 131072
#define RATIO_MAX 1000000000
#define CHANNELS_MAX 1024
#define SAMPLE_RATE_MAX 100000000
#define TIME_MS_MAX (INT64_C(1000) * 86400 * 366 * 100) /* a hundred years */
#define BITRATE_MAX INT64_C(100000000000000)
#define DATE_MS_MIN INT64_C(-2208988800000) /* 1900-01-01 */
#define DATE_MS_MAX INT64_C(253402300799999) /* 9999-12-31 */

void
reel_facts_init(struct reel_facts *facts)
{

	memset(facts, 0, sizeof(*facts));
	facts->version = REEL_FACTS_VERSION;
	facts->size = sizeof(*facts);
	facts->duration_ms = -1;
}

static int
text_ok(const char *text, size_t size)
{
	const char *end = memchr(text, '\0', size);

	return (end != NULL && reel_escape_utf8_ok(text, (size_t)(end - text)));
}

static int
within(int64_t value, int64_t min, int64_t max)
{

	return (value >= min && value <= max);
}

/* Both unknown, or both there. */
static int
ratio_ok(int32_t num, int32_t den)
{

	return ((num == 0 && den == 0) ||
	    (within(num, 1, RATIO_MAX) && within(den, 1, RATIO_MAX)));
}

static int
sar_ok(int64_t num, int64_t den)
{

	return (ratio_ok((int32_t)num, (int32_t)den) &&
	    num <= den * REEL_FACTS_SAR_MAX && den <= num * REEL_FACTS_SAR_MAX);
}

static int
hdr_ok(const char *hdr)
{

	return (strcmp(hdr, "") == 0 || strcmp(hdr, "pq") == 0 ||
	    strcmp(hdr, "hlg") == 0 || strcmp(hdr, "dolby_vision") == 0);
}

static int
track_ok(const struct reel_facts_track *track)
{

	return (text_ok(track->codec, sizeof(track->codec)) &&
	    text_ok(track->language, sizeof(track->language)) &&
	    text_ok(track->title, sizeof(track->title)) &&
	    within(track->channels, 0, CHANNELS_MAX) &&
	    within(track->sample_rate, 0, SAMPLE_RATE_MAX) &&
	    within(track->is_default, 0, 1) && within(track->is_forced, 0, 1));
}

static int
chapter_ok(const struct reel_facts_chapter *chapter)
{

	return (within(chapter->start_ms, 0, TIME_MS_MAX) &&
	    within(chapter->end_ms, chapter->start_ms, TIME_MS_MAX) &&
	    text_ok(chapter->title, sizeof(chapter->title)));
}

static int
picture_ok(const struct reel_facts *f)
{

	return (within(f->width, 0, SIDE_MAX) && within(f->height, 0, SIDE_MAX) &&
	    (f->width == 0) == (f->height == 0) &&
	    sar_ok(f->sar_num, f->sar_den) && ratio_ok(f->fps_num, f->fps_den) &&
	    (f->rotation == 0 || f->rotation == 90 || f->rotation == 180 ||
	        f->rotation == 270) &&
	    within(f->variable_fps, 0, 1) && within(f->interlaced, 0, 1) &&
	    within(f->bit_depth, 0, 64) && within(f->has_cover, 0, 1));
}

static int
texts_ok(const struct reel_facts *f)
{

	return (text_ok(f->container, sizeof(f->container)) &&
	    text_ok(f->codec, sizeof(f->codec)) &&
	    text_ok(f->profile, sizeof(f->profile)) &&
	    text_ok(f->audio_codec, sizeof(f->audio_codec)) &&
	    text_ok(f->codecs, sizeof(f->codecs)) &&
	    text_ok(f->hdr, sizeof(f->hdr)) && hdr_ok(f->hdr) &&
	    text_ok(f->title, sizeof(f->title)) &&
	    text_ok(f->date, sizeof(f->date)));
}

static int
numbers_ok(const struct reel_facts *f)
{

	return ((f->type == REEL_TYPE_VIDEO || f->type == REEL_TYPE_AUDIO ||
	            f->type == REEL_TYPE_IMAGE || f->type == REEL_TYPE_SUBTITLE) &&
	    within(f->channels, 0, CHANNELS_MAX) &&
	    within(f->sample_rate, 0, SAMPLE_RATE_MAX) &&
	    within(f->duration_ms, -1, TIME_MS_MAX) &&
	    within(f->bitrate, 0, BITRATE_MAX) &&
	    within(f->recorded_ms, DATE_MS_MIN, DATE_MS_MAX) && f->zero == 0 &&
	    f->audio_count <= REEL_FACTS_AUDIO_MAX &&
	    f->subtitle_count <= REEL_FACTS_SUBTITLE_MAX &&
	    f->chapter_count <= REEL_FACTS_CHAPTER_MAX);
}

enum reel_status
reel_facts_check(const struct reel_facts *facts, size_t len)
{
	uint32_t i;

	if (len != sizeof(*facts) || facts->version != REEL_FACTS_VERSION ||
	    facts->size != sizeof(*facts) || !numbers_ok(facts) ||
	    !picture_ok(facts) || !texts_ok(facts))
		return (REEL_BAD_INPUT);
	for (i = 0; i < facts->audio_count; i++)
		if (!track_ok(&facts->audio[i]))
			return (REEL_BAD_INPUT);
	for (i = 0; i < facts->subtitle_count; i++)
		if (!track_ok(&facts->subtitle[i]))
			return (REEL_BAD_INPUT);
	for (i = 0; i < facts->chapter_count; i++)
		if (!chapter_ok(&facts->chapter[i]))
			return (REEL_BAD_INPUT);

	return (REEL_OK);
}
