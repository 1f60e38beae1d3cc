/*
 * How much of a film is there, when its header tells the times of the whole.
 */
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "indexer/reel_extent.h"
#include "indexer/reel_stream_lavf.h"

#include "indexer/reel_cut_lavf.h"

/* Of what a file should have; less that is missing is not worth telling. */
#define MISSING_MIN 100

/* The last of a stream's pictures or sounds that is whole; -1: none. */
static int
last_whole(AVStream *stream, int64_t size)
{
	const AVIndexEntry *entry;
	int i = avformat_index_get_entries_count(stream);

	while (--i >= 0) {
		entry = avformat_index_get_entry(stream, i);
		if (entry != NULL && entry->pos <= size - entry->size)
			break;
	}

	return (i);
}

/* How long it is up to where the file ends; it ends before its index does. */
static int64_t
length_of_index(AVStream *stream, int last)
{
	const AVIndexEntry *first = avformat_index_get_entry(stream, 0);
	const AVIndexEntry *next = avformat_index_get_entry(stream, last + 1);
	int64_t step;

	if (last < 0 || first == NULL || next == NULL ||
	    __builtin_sub_overflow(next->timestamp, first->timestamp, &step))
		return (0);

	return (step);
}

/* Those with an index in the header are told by it as if all were there. */
void
reel_cut_lavf_index(void *cookie, int64_t size)
{
	AVFormatContext *format = cookie;
	int64_t us, longest = 0;
	AVStream *stream;
	unsigned int i;
	int cut = 0, last;

	for (i = 0; i < format->nb_streams; i++) {
		stream = format->streams[i];
		if (!reel_stream_lavf_counts(stream) ||
		    avformat_index_get_entries_count(stream) == 0)
			continue;
		last = last_whole(stream, size);
		if (last + 1 < avformat_index_get_entries_count(stream)) {
			cut = 1;
			stream->duration = length_of_index(stream, last);
		}
		us = stream->duration > 0
		    ? reel_stream_lavf_us(stream, stream->duration) : 0;
		if (us > longest)
			longest = us;
	}
	if (cut)
		format->duration = longest > 0 ? longest : AV_NOPTS_VALUE;
}

void
reel_cut_lavf_scale(
    void *cookie, const struct reel_extent *extent, int64_t size)
{
	AVFormatContext *format = cookie;
	int64_t ms = reel_stream_lavf_duration_ms(format);

	/* What is missing at the very end may be a tag. */
	if (ms <= 0 || size <= extent->from ||
	    extent->to - size < (extent->to - extent->from) / MISSING_MIN)
		return;
	format->duration = av_rescale(ms * 1000, size - extent->from,
	    extent->to - extent->from);
}
