/*
 * Time by looking at packets, and what only the first of them tells.  libav itself
 * would open decoders and decode to learn it, which costs ten times as much and
 * tells less:
 *
 *   fragmented mp4   the header is of the first part; the fragments were read
 *                    when the file was opened, all but where its streams begin
 *   no frame rate    as many pictures as make sure which rate it is
 *   no duration      the last packets: of a recording that was cut off, or went
 *                    through a pipe
 *   cut short        the header tells the duration of the whole; what is there
 *                    is told by the index (mp4, TTA), by the last packets
 *                    (Matroska, FLV, FLAC), else by how much of the bytes is there
 *   no container     frames of sound are counted, where they vary
 *   a chain of Ogg   its links are added up
 *   no codec header  AVI has it before the first picture
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "indexer/reel_chain.h"
#include "indexer/reel_cut_lavf.h"
#include "indexer/reel_extent.h"
#include "indexer/reel_hops.h"
#include "indexer/reel_rate.h"
#include "indexer/reel_source_lavf.h"
#include "indexer/reel_stream_lavf.h"

#include "indexer/reel_times_lavf.h"

/* From the beginning, at most. */
#define FRAMES_MAX 100
#define PACKETS_MAX 1000
#define BYTES_MAX (8 << 20)
/* Of the first picture, where the header of its codec lies. */
#define HEAD_MAX 256

/* Where to look for the last packet, in bytes before the end. */
static const int64_t tails[] = {1 << 20, 8 << 20, 64 << 20};

struct times {
	struct reel_source *src;
	AVFormatContext *format;
	AVPacket *packet;
	AVStream *video;  /* whose rate is not known; NULL: none is asked for */
	AVStream *headless; /* whose codec's header is not known; NULL: none */
	int starts;       /* nonzero: it is asked when streams begin */
	int64_t start_us; /* of all streams */
	int64_t end_us;
	size_t count;
	int64_t us[FRAMES_MAX];
};

/* As if the container had told it. */
static void
take_head(struct times *times, const AVStream *stream)
{
	AVCodecParameters *par = stream->codecpar;
	int size = times->packet->size < HEAD_MAX ? times->packet->size : HEAD_MAX;

	times->headless = NULL;
	par->extradata = av_mallocz((size_t)size + AV_INPUT_BUFFER_PADDING_SIZE);
	if (par->extradata == NULL)
		return;
	memcpy(par->extradata, times->packet->data, (size_t)size);
	par->extradata_size = size;
}

/* The next packet of sound or pictures, noted; zero: no more. */
static int
next(struct times *times)
{
	const AVStream *stream;
	AVPacket *packet = times->packet;
	int64_t us;

	av_packet_unref(packet);
	if (reel_source_late(times->src) ||
	    av_read_frame(times->format, packet) < 0)
		return (0);
	stream = times->format->streams[packet->stream_index];
	if (times->headless != NULL && stream == times->headless)
		take_head(times, stream);
	if (!reel_stream_lavf_counts(stream) || packet->pts == AV_NOPTS_VALUE ||
	    llabs(us = reel_stream_lavf_us(stream, packet->pts)) > INT64_MAX / 4)
		return (1);
	if (us < times->start_us)
		times->start_us = us;
	if (stream == times->video && times->count < FRAMES_MAX)
		times->us[times->count++] = us;
	if (packet->duration > 0)
		us += reel_stream_lavf_us(stream, packet->duration);
	if (us > times->end_us)
		times->end_us = us;

	return (1);
}

static int
knows_enough(const struct times *times)
{
	unsigned int i;

	if (times->headless != NULL ||
	    (times->video != NULL && times->count < FRAMES_MAX))
		return (0);
	for (i = 0; times->starts && i < times->format->nb_streams; i++)
		if (reel_stream_lavf_counts(times->format->streams[i]) &&
		    times->format->streams[i]->start_time == AV_NOPTS_VALUE)
			return (0);

	return (1);
}

static int
ascending(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return ((x > y) - (x < y));
}

/* Nonzero: it varies. */
static int
set_rate(AVStream *video, int64_t *us, size_t count)
{
	struct reel_rate rate;
	int64_t least = INT64_MAX, tick = reel_stream_lavf_us(video, 1);
	size_t i;

	qsort(us, count, sizeof(*us), ascending);
	if (!reel_rate_of(us, count, tick > 0 ? tick : 1, &rate))
		return (0);
	av_reduce(&video->avg_frame_rate.num, &video->avg_frame_rate.den,
	    rate.num, rate.den, INT_MAX);
	video->r_frame_rate = video->avg_frame_rate;
	if (!rate.varies)
		return (0);
	/* libav's sense of it: the rate that all times are multiples of. */
	for (i = 1; i < count; i++)
		if (us[i] - us[i - 1] < least)
			least = us[i] - us[i - 1];
	av_reduce(&video->r_frame_rate.num, &video->r_frame_rate.den, 1000000,
	    least, INT_MAX);

	return (1);
}

/* What comes seldom at first may come often later: the rate is that of all. */
static void
rate_of_all(AVStream *video)
{
	int count = avformat_index_get_entries_count(video);
	const AVIndexEntry *first = avformat_index_get_entry(video, 0);
	const AVIndexEntry *last = avformat_index_get_entry(video, count - 1);
	int64_t span;

	if (count < 2 || first == NULL || last == NULL ||
	    __builtin_sub_overflow(last->timestamp, first->timestamp, &span) ||
	    span <= 0 || span > INT64_MAX / video->time_base.num)
		return;
	av_reduce(&video->avg_frame_rate.num, &video->avg_frame_rate.den,
	    (int64_t)(count - 1) * video->time_base.den,
	    span * video->time_base.num, INT_MAX);
}

/* Fragments were indexed when the file was opened. */
static void
rate_of_index(AVStream *video, struct times *times)
{
	const AVIndexEntry *entry;
	int i, count = avformat_index_get_entries_count(video);

	/* Where sound begins earlier the first picture stays longer. */
	for (i = 1; i < count && times->count < FRAMES_MAX; i++) {
		entry = avformat_index_get_entry(video, i);
		if (entry == NULL || llabs(entry->timestamp) > INT64_MAX / 4)
			break;
		times->us[times->count++] = reel_stream_lavf_us(video, entry->timestamp);
	}
	if (set_rate(video, times->us, times->count))
		rate_of_all(video);
	times->count = 0;
}

/*
 * An AVI counts ticks, of which a picture may last several: its index shows how many.
 * Where that differs from picture to picture its rate is that of the ticks.
 */
static void
rate_of_ticks(AVStream *video)
{
	const AVIndexEntry *entry;
	int64_t last = 0, step, ticks = 0;
	int i, seen = 0, count = avformat_index_get_entries_count(video);

	for (i = 0; i < count; i++) {
		entry = avformat_index_get_entry(video, i);
		if (entry == NULL || entry->size == 0)
			continue;
		if (seen++ > 0) {
			if (__builtin_sub_overflow(
			    entry->timestamp, last, &step) || step <= 0 ||
			    (ticks != 0 && step != ticks))
				return;
			ticks = step;
		}
		last = entry->timestamp;
	}
	if (ticks < 2 || ticks > INT_MAX)
		return;
	video->avg_frame_rate = av_div_q(av_inv_q(video->time_base),
	    av_make_q((int)ticks, 1));
	video->r_frame_rate = video->avg_frame_rate;
}

/* From the first to the last moment of any stream. */
static void
duration_of_streams(AVFormatContext *format)
{
	int64_t first = INT64_MAX, last = INT64_MIN, from, end;
	const AVStream *stream;
	unsigned int i;

	for (i = 0; i < format->nb_streams; i++) {
		stream = format->streams[i];
		if (!reel_stream_lavf_counts(stream) || stream->duration <= 0 ||
		    stream->duration == AV_NOPTS_VALUE)
			continue;
		from = stream->start_time == AV_NOPTS_VALUE ? 0
		    : reel_stream_lavf_us(stream, stream->start_time);
		if (__builtin_add_overflow(
		    from, reel_stream_lavf_us(stream, stream->duration), &end))
			continue;
		if (from < first)
			first = from;
		if (end > last)
			last = end;
	}
	if (first < last && !__builtin_sub_overflow(last, first, &end))
		format->duration = end;
}

/* The time of the last packet is the end. */
static void
find_end(struct times *times)
{
	int64_t size = times->src->size, before;
	size_t i;

	if (size <= tails[0]) {
		while (next(times))
			continue;
	} else {
		for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
			before = times->end_us;
			if (av_seek_frame(times->format, -1, size > tails[i]
			    ? size - tails[i] : 0, AVSEEK_FLAG_BYTE) < 0)
				break;
			while (next(times))
				continue;
			if (times->end_us > before || size <= tails[i])
				break;
		}
	}
	if (times->start_us < times->end_us)
		times->format->duration = times->end_us - times->start_us;
}

/* Only where packets lie by their time, and libav does not do it itself. */
static int
has_no_end(const AVFormatContext *format, int cut)
{
	const char *name = format->iformat->name;

	if (strcmp(name, "matroska,webm") != 0 && strcmp(name, "flv") != 0 &&
	    strcmp(name, "asf") != 0 && strcmp(name, "flac") != 0)
		return (0);

	return (cut || reel_stream_lavf_duration_ms(format) <= 0);
}

/*
 * libav divides by the bits a second of the beginning, be it silence; of Ogg files in
 * a chain it takes the time of the last one.
 */
static void
count_frames(struct reel_source *src)
{
	AVFormatContext *format = src->format;
	const char *name = format->iformat->name;
	int64_t us = -1;

	if (src->map != -1)
		return;
	if (strcmp(name, "ogg") == 0)
		us = reel_chain_us(src->fd, src->size);
	else if (strcmp(name, "aac") == 0 ||
	    (strcmp(name, "mp3") == 0 && format->duration_estimation_method ==
	        AVFMT_DURATION_FROM_BITRATE))
		us = reel_hops_us(src->fd, src->size);
	if (us > 0)
		format->duration = us;
}

static int
is_headless(const AVStream *video)
{

	return (video->codecpar->codec_id == AV_CODEC_ID_MPEG4 &&
	    video->codecpar->extradata == NULL);
}

static void
read_beginning(struct times *times)
{
	int64_t left = times->src->left;
	int packets = 0;

	while (next(times) && !knows_enough(times) &&
	    ++packets < PACKETS_MAX && left - times->src->left < BYTES_MAX)
		continue;
}

void
reel_times_lavf_find(struct reel_source *src)
{
	AVFormatContext *format = src->format;
	AVStream *video = (AVStream *)(uintptr_t)reel_stream_lavf_video(format);
	struct times times = {.src = src, .format = format,
	    .start_us = INT64_MAX, .end_us = INT64_MIN};
	int mp4 = strncmp(format->iformat->name, "mov,", 4) == 0;
	int in_parts = mp4 && format->duration == AV_NOPTS_VALUE;
	int cut, endless;
	struct reel_extent extent = {0, 0};

	if (src->map == -1)
		reel_extent_of(src->fd, src->size, &extent);
	cut = extent.to > src->size;
	endless = has_no_end(format, cut);
	if (cut && !endless)
		reel_cut_lavf_scale(format, &extent, src->size);
	if (mp4 || strcmp(format->iformat->name, "tta") == 0)
		reel_cut_lavf_index(format, src->size);
	count_frames(src);
	if (video != NULL && mp4 && avformat_index_get_entries_count(video) >
	    video->nb_frames)
		rate_of_index(video, &times);
	if (video != NULL && strcmp(format->iformat->name, "avi") == 0)
		rate_of_ticks(video);
	if (video != NULL && !reel_stream_lavf_fps_known(video))
		times.video = video;
	if (video != NULL && is_headless(video))
		times.headless = video;
	times.starts = in_parts || endless;
	if ((times.video == NULL && times.headless == NULL && !times.starts) ||
	    (times.packet = av_packet_alloc()) == NULL)
		return;
	read_beginning(&times);
	if (times.video != NULL)
		(void)set_rate(times.video, times.us, times.count);
	if (in_parts)
		duration_of_streams(format);
	else if (endless)
		find_end(&times);
	av_packet_free(&times.packet);
}
