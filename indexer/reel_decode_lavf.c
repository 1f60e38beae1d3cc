/*
 * Decoding as little as gives a picture: one thread, one stream, key frames where
 * they are enough, no filters that nobody would see after scaling down, and where
 * a codec can decode to a half or a quarter of the size, that.
 */
#include <stdio.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "indexer/reel_source_lavf.h"

#include "indexer/reel_decode_lavf.h"

#define PIXELS_MAX (INT64_C(120) * 1000 * 1000)
/* Between a seek and a key frame. */
#define PACKETS_MAX 3000
#define BYTES_MAX (INT64_C(96) << 20)

/* To where a codec may shrink while it decodes, the scaler does the rest. */
static int
shrink(const AVCodec *codec, const AVCodecParameters *par, int box)
{
	int steps = 0, longest;

	longest = par->width > par->height ? par->width : par->height;
	while (steps < codec->max_lowres && (longest >> (steps + 1)) >= 2 * box)
		steps++;

	return (steps);
}

enum reel_status
reel_decode_open(
    struct reel_decode *decode, struct reel_source *src, void *stream, int box)
{
	AVFormatContext *format = src->format;
	AVCodecParameters *par = ((AVStream *)stream)->codecpar;
	const AVCodec *codec;
	AVCodecContext *context;
	unsigned int i;

	*decode = (struct reel_decode){
	    .src = src, .stream = stream, .key = AV_NOPTS_VALUE};
	for (i = 0; i < format->nb_streams; i++)
		if (format->streams[i] != stream)
			format->streams[i]->discard = AVDISCARD_ALL;
	decode->error = AVERROR_DECODER_NOT_FOUND;
	if ((int64_t)par->width * par->height > PIXELS_MAX ||
	    (codec = avcodec_find_decoder(par->codec_id)) == NULL)
		return (REEL_BAD_INPUT);
	decode->packet = av_packet_alloc();
	decode->codec = context = avcodec_alloc_context3(codec);
	if (decode->packet == NULL || context == NULL)
		return (REEL_NOMEM);
	if ((decode->error = avcodec_parameters_to_context(context, par)) < 0)
		return (REEL_BAD_INPUT);
	context->pkt_timebase = ((AVStream *)stream)->time_base;
	context->thread_count = 1;
	context->max_pixels = PIXELS_MAX;
	context->flags2 |= AV_CODEC_FLAG2_FAST;
	context->lowres = shrink(codec, par, box);
	if (par->width >= 2 * box || par->height >= 2 * box)
		context->skip_loop_filter = AVDISCARD_ALL;
	if ((decode->error = avcodec_open2(context, codec, NULL)) < 0)
		return (REEL_BAD_INPUT);

	return (REEL_OK);
}

void
reel_decode_close(struct reel_decode *decode)
{
	AVCodecContext *codec = decode->codec;
	AVPacket *packet = decode->packet;

	avcodec_free_context(&codec);
	av_packet_free(&packet);
	decode->codec = decode->packet = NULL;
}

void
reel_decode_keys(struct reel_decode *decode, int keys_only)
{
	AVCodecContext *codec = decode->codec;

	codec->skip_frame = keys_only ? AVDISCARD_NONKEY : AVDISCARD_NONREF;
}

enum reel_status
reel_decode_seek(struct reel_decode *decode, int permille)
{
	AVFormatContext *format = decode->src->format;
	const AVStream *stream = decode->stream;
	int64_t from = stream->start_time, length = stream->duration;
	int rc = -1;

	avcodec_flush_buffers(decode->codec);
	if (length == AV_NOPTS_VALUE || length <= 0)
		length = format->duration == AV_NOPTS_VALUE ? 0
		    : av_rescale_q(format->duration, AV_TIME_BASE_Q,
		    stream->time_base);
	if (from == AV_NOPTS_VALUE)
		from = 0;
	/* Streams without an index land behind where they were told to. */
	if (permille == 0 && from > INT64_MIN / 2)
		from -= av_rescale_q(
		    10, (AVRational){1, 1}, stream->time_base);
	if (length > 0 && length <= INT64_MAX / 1000 &&
	    !__builtin_add_overflow(from, length / 1000 * permille +
	    length % 1000 * permille / 1000, &from))
		rc = av_seek_frame(
		    format, stream->index, from, AVSEEK_FLAG_BACKWARD);
	if (rc < 0 && (format->iformat->flags & AVFMT_NO_BYTE_SEEK) == 0)
		rc = av_seek_frame(format, -1,
		    decode->src->size / 1000 * permille, AVSEEK_FLAG_BYTE);

	return (rc < 0 ? REEL_NOT_FOUND : REEL_OK);
}

enum reel_status
reel_decode_seek_ms(struct reel_decode *decode, int64_t ms)
{
	AVFormatContext *format = decode->src->format;
	const AVStream *stream = decode->stream;
	int64_t at = stream->start_time == AV_NOPTS_VALUE
	    ? 0 : stream->start_time;

	avcodec_flush_buffers(decode->codec);
	if (__builtin_add_overflow(at, av_rescale_q(
	    ms, (AVRational){1, 1000}, stream->time_base), &at))
		return (REEL_NOT_FOUND);

	return (av_seek_frame(format, stream->index, at, AVSEEK_FLAG_BACKWARD) <
	    0 ? REEL_NOT_FOUND : REEL_OK);
}

/* A packet of the stream, within the budget that is left. */
static enum reel_status
read_packet(struct reel_decode *decode, int *packets, int64_t *bytes)
{
	AVStream *stream = decode->stream;
	AVPacket *packet = decode->packet;

	for (;;) {
		av_packet_unref(packet);
		if (reel_source_late(decode->src) || decode->src->io_errno != 0)
			return (REEL_IO);
		if (--*packets < 0 || *bytes < 0)
			return (REEL_NOT_FOUND);
		decode->error = av_read_frame(decode->src->format, packet);
		if (decode->error < 0)
			return (decode->src->io_errno != 0 || decode->src->late
			    ? REEL_IO : REEL_NOT_FOUND);
		*bytes -= packet->size;
		if (packet->stream_index == stream->index)
			return (REEL_OK);
	}
}

static enum reel_status
receive(struct reel_decode *decode, AVFrame *frame)
{

	av_frame_unref(frame);
	decode->error = avcodec_receive_frame(decode->codec, frame);

	return (decode->error < 0 ? REEL_NOT_FOUND : REEL_OK);
}

enum reel_status
reel_decode_key(struct reel_decode *decode, void *frame)
{
	AVPacket *packet = decode->packet;
	int64_t bytes = BYTES_MAX;
	int packets = PACKETS_MAX;
	enum reel_status rc;

	for (;;) {
		rc = read_packet(decode, &packets, &bytes);
		if (rc != REEL_OK)
			return (rc);
		if ((packet->flags & AV_PKT_FLAG_KEY) == 0)
			continue;
		if (packet->pts != AV_NOPTS_VALUE && packet->pts == decode->key)
			return (REEL_STALE);
		decode->key = packet->pts;
		/* Nothing follows: the decoder gives what it has. */
		decode->error = avcodec_send_packet(decode->codec, packet);
		(void)avcodec_send_packet(decode->codec, NULL);
		rc = receive(decode, frame);
		avcodec_flush_buffers(decode->codec);
		if (rc == REEL_OK)
			return (rc);
	}
}

enum reel_status
reel_decode_next(struct reel_decode *decode, void *frame)
{
	int64_t bytes = BYTES_MAX;
	int packets = PACKETS_MAX;
	enum reel_status rc;

	for (;;) {
		if (receive(decode, frame) == REEL_OK)
			return (REEL_OK);
		if (decode->error != AVERROR(EAGAIN))
			return (REEL_NOT_FOUND);
		rc = read_packet(decode, &packets, &bytes);
		/* The end: what the decoder holds back comes now. */
		(void)avcodec_send_packet(
		    decode->codec, rc == REEL_OK ? decode->packet : NULL);
		if (rc == REEL_IO)
			return (rc);
	}
}

enum reel_status
reel_decode_cover(struct reel_decode *decode, void *frame)
{
	AVStream *stream = decode->stream;

	if (stream->attached_pic.size <= 0)
		return (REEL_NOT_FOUND);
	decode->error =
	    avcodec_send_packet(decode->codec, &stream->attached_pic);
	if (decode->error < 0)
		return (REEL_NOT_FOUND);
	(void)avcodec_send_packet(decode->codec, NULL);

	return (receive(decode, frame));
}
