/*
 * What one stream of a file tells, and which of them count.  Nothing is opened
 * or decoded here.  The surprises of libav that the rest need not know (angles
 * the other way round, guessed frame rates, covers that pose as video) end here.
 */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/dovi_meta.h>

#include "indexer/reel_stream_lavf.h"

/* Above it libav guessed from time stamps and not from pictures. */
#define FPS_MAX 300
/* r_frame_rate alone is a guess from a few time stamps; 120 is one of ticks. */
#define GUESS_FPS_MAX 61
/* Frames looked at to tell whether their distance varies. */
#define FRAMES_MAX 3000

int
reel_stream_lavf_attached(const void *cookie)
{
	const AVStream *stream = cookie;

	return ((stream->disposition & (AV_DISPOSITION_ATTACHED_PIC |
	    AV_DISPOSITION_TIMED_THUMBNAILS)) != 0);
}

/* The first moving picture, better one whose size is known. */
const void *
reel_stream_lavf_video(const void *cookie)
{
	const AVFormatContext *format = cookie;
	const AVStream *first = NULL, *stream;
	unsigned int i;

	for (i = 0; i < format->nb_streams; i++) {
		stream = format->streams[i];
		if (stream->codecpar->codec_type != AVMEDIA_TYPE_VIDEO ||
		    reel_stream_lavf_attached(stream))
			continue;
		if (stream->codecpar->width > 0 && stream->codecpar->height > 0)
			return (stream);
		if (first == NULL)
			first = stream;
	}

	return (first);
}

const void *
reel_stream_lavf_audio(const void *cookie)
{
	const AVFormatContext *format = cookie;
	unsigned int i;

	for (i = 0; i < format->nb_streams; i++)
		if (format->streams[i]->codecpar->codec_type ==
		    AVMEDIA_TYPE_AUDIO)
			return (format->streams[i]);

	return (NULL);
}

static int64_t
stream_ms(const AVStream *stream)
{

	if (stream->duration == AV_NOPTS_VALUE || stream->duration <= 0)
		return (-1);

	return (av_rescale_q(
	    stream->duration, stream->time_base, (AVRational){1, 1000}));
}

int64_t
reel_stream_lavf_duration_ms(const void *cookie)
{
	const AVFormatContext *format = cookie;
	int64_t ms, longest = -1;
	unsigned int i;

	if (format->duration != AV_NOPTS_VALUE && format->duration > 0)
		return (av_rescale(format->duration, 1000, AV_TIME_BASE));
	for (i = 0; i < format->nb_streams; i++) {
		if (reel_stream_lavf_attached(format->streams[i]))
			continue;
		ms = stream_ms(format->streams[i]);
		if (ms > longest)
			longest = ms;
	}

	return (longest);
}

static int
fps_ok(AVRational fps)
{

	return (fps.num > 0 && fps.den > 0 && fps.num <= 1000000000 &&
	    fps.den <= 1000000000 && fps.num / fps.den <= FPS_MAX);
}

int
reel_stream_lavf_fps_known(const void *cookie)
{
	const AVStream *video = cookie;

	/* A container that counts in small steps has a guess for each, or none. */
	return (fps_ok(video->avg_frame_rate) ||
	    (video->avg_frame_rate.num == 0 && fps_ok(video->r_frame_rate) &&
	    av_q2d(video->r_frame_rate) <= GUESS_FPS_MAX));
}

void
reel_stream_lavf_fps(const void *cookie, int32_t *num, int32_t *den)
{
	const AVStream *video = cookie;
	AVRational fps = {0, 0};

	if (fps_ok(video->avg_frame_rate))
		fps = video->avg_frame_rate;
	else if (fps_ok(video->r_frame_rate) &&
	    av_q2d(video->r_frame_rate) <= GUESS_FPS_MAX)
		fps = video->r_frame_rate;
	*num = fps.num;
	*den = fps.den;
}

const int32_t *
reel_stream_lavf_matrix(const void *cookie)
{
	const AVStream *stream = cookie;
	size_t size = 0;
	uint8_t *side;

	side = av_stream_get_side_data(
	    stream, AV_PKT_DATA_DISPLAYMATRIX, &size);

	return (side == NULL || size < 9 * sizeof(int32_t) ? NULL
	    : (const int32_t *)(const void *)side);
}

int
reel_stream_lavf_rotation(const void *cookie)
{
	const int32_t *matrix = reel_stream_lavf_matrix(cookie);
	double angle;
	int quarter;

	if (matrix == NULL)
		return (0);
	/* libav counts the other way round. */
	angle = -av_display_rotation_get(matrix);
	if (isnan(angle))
		return (0);
	quarter = (int)lround(angle / 90.0) % 4;

	return ((quarter + 4) % 4 * 90);
}

/* Where the index holds every picture (mp4): do their distances differ? */
int
reel_stream_lavf_varies(const void *cookie)
{
	const AVStream *video = cookie;
	const AVIndexEntry *entry;
	int64_t last = AV_NOPTS_VALUE, step, least = INT64_MAX, most = 0;
	int i, count = avformat_index_get_entries_count(video);

	if (video->r_frame_rate.num > 0 && video->avg_frame_rate.num > 0 &&
	    fps_ok(video->r_frame_rate) && fps_ok(video->avg_frame_rate))
		return (fabs(av_q2d(video->r_frame_rate) /
		    av_q2d(video->avg_frame_rate) - 1.0) > 0.02);
	if (video->nb_frames <= 2 || count < video->nb_frames)
		return (0);
	/* The last picture is often cut short. */
	for (i = 0; i < count - 1 && i < FRAMES_MAX; i++) {
		entry = avformat_index_get_entry((AVStream *)(uintptr_t)video, i);
		if (entry == NULL)
			return (0);
		/* Time stamps are the file's: any number at all. */
		if (last != AV_NOPTS_VALUE) {
			if (__builtin_sub_overflow(
			    entry->timestamp, last, &step) || step < 0)
				return (0);
			if (step < least)
				least = step;
			if (step > most)
				most = step;
		}
		last = entry->timestamp;
	}

	/* Time bases of milliseconds round 33.37 to 33 and 34. */
	return (least < most && most - least > most / 4);
}

const char *
reel_stream_lavf_hdr(const void *cookie)
{
	const AVStream *video = cookie;

	if (av_stream_get_side_data(video, AV_PKT_DATA_DOVI_CONF, NULL) != NULL)
		return ("dolby_vision");
	if (video->codecpar->color_trc == AVCOL_TRC_SMPTE2084)
		return ("pq");
	if (video->codecpar->color_trc == AVCOL_TRC_ARIB_STD_B67)
		return ("hlg");

	return ("");
}

int
reel_stream_lavf_vision(const void *cookie, char *text, size_t size)
{
	static const struct {
		enum AVCodecID id;
		const char *word; /* of which the tag may be another one */
		uint32_t tag;
		const char *tagged;
	} words[] = {
	    {AV_CODEC_ID_HEVC, "dvh1", MKTAG('d', 'v', 'h', 'e'), "dvhe"},
	    {AV_CODEC_ID_H264, "dva1", MKTAG('d', 'v', 'a', 'v'), "dvav"},
	    {AV_CODEC_ID_AV1, "dav1", 0, ""},
	};
	const AVStream *video = cookie;
	uint32_t tag = video->codecpar->codec_tag;
	const AVDOVIDecoderConfigurationRecord *record;
	size_t i, len = 0;
	int n;

	record = (const void *)av_stream_get_side_data(
	    video, AV_PKT_DATA_DOVI_CONF, &len);
	/* What looks right without it, too, has the name of its base. */
	if (record == NULL || len < sizeof(*record) ||
	    ((tag & 0xffff) != (MKTAG('d', 'v', 0, 0) & 0xffff) &&
	        tag != MKTAG('d', 'a', 'v', '1') &&
	        record->dv_bl_signal_compatibility_id != 0))
		return (0);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].id != video->codecpar->codec_id)
			continue;
		n = snprintf(text, size, "%s.%02d.%02d",
		    tag != 0 && tag == words[i].tag ? words[i].tagged
		                                    : words[i].word,
		    record->dv_profile, record->dv_level);
		return (n > 0 && (size_t)n < size);
	}

	return (0);
}

int
reel_stream_lavf_counts(const void *cookie)
{
	const AVStream *stream = cookie;
	enum AVMediaType type = stream->codecpar->codec_type;

	return ((type == AVMEDIA_TYPE_VIDEO || type == AVMEDIA_TYPE_AUDIO) &&
	    !reel_stream_lavf_attached(stream));
}

int64_t
reel_stream_lavf_us(const void *cookie, int64_t ts)
{
	const AVStream *stream = cookie;

	return (av_rescale_q(ts, stream->time_base, AV_TIME_BASE_Q));
}

int
reel_stream_lavf_still(
    const void *cookie, const void *stream, enum reel_type type)
{
	const AVFormatContext *format = cookie;
	const AVStream *video = stream;
	const char *name = format->iformat->name;

	if (strstr(name, "_pipe") != NULL || strcmp(name, "gif") == 0 ||
	    strcmp(name, "apng") == 0 || strcmp(name, "ico") == 0)
		return (1);

	/* avif and heic are mp4 to libav. */
	return (type == REEL_TYPE_IMAGE && video->nb_frames <= 1);
}
