/*
 * As tied up as in reel_source_lavf.c: bytes come through the feed alone, which
 * cannot seek, and nothing can be opened.
 */
#include <stdio.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libavutil/error.h>
#include <libavutil/mem.h>

#include "indexer/reel_remux_input_lavf.h"

#define IO_BUFFER_BYTES 32768
#define STREAMS_MAX "32"

static const char formats[] =
    "mpegts,mov,mp4,m4a,3gp,3g2,mj2,aac,mp3,ac3,eac3";

static int
on_read(void *cookie, uint8_t *data, int len)
{
	int n = reel_remux_read(cookie, data, len);

	return (n > 0 ? n : n == 0 ? AVERROR_EOF : AVERROR(EIO));
}

static int
refuse_open(struct AVFormatContext *format, AVIOContext **io, const char *url,
    int flags, AVDictionary **options)
{

	(void)format;
	(void)url;
	(void)flags;
	(void)options;
	*io = NULL;

	return (AVERROR(EACCES));
}

void
reel_remux_input_close(struct reel_remux_input *input)
{
	AVFormatContext *format = input->format;
	AVIOContext *io = input->io;

	avformat_close_input(&format);
	if (io != NULL)
		av_freep(&io->buffer);
	avio_context_free(&io);
	input->format = input->io = NULL;
}

int
reel_remux_input_open(struct reel_remux_input *input)
{
	AVFormatContext *format;
	AVDictionary *options = NULL;
	unsigned char *buffer;
	AVIOContext *io;
	int rc;

	if ((buffer = av_malloc(IO_BUFFER_BYTES)) == NULL)
		return (AVERROR(ENOMEM));
	io = avio_alloc_context(
	    buffer, IO_BUFFER_BYTES, 0, &input->feed, on_read, NULL, NULL);
	if (io == NULL) {
		av_free(buffer);
		return (AVERROR(ENOMEM));
	}
	input->io = io;
	if ((format = avformat_alloc_context()) == NULL)
		return (AVERROR(ENOMEM));
	format->pb = io;
	format->flags |= AVFMT_FLAG_CUSTOM_IO;
	format->io_open = refuse_open;
	av_dict_set(&options, "protocol_whitelist", "none", 0);
	av_dict_set(&options, "format_whitelist", formats, 0);
	av_dict_set(&options, "max_streams", STREAMS_MAX, 0);
	av_dict_set(&options, "enable_drefs", "0", 0);
	/* Frees and forgets the context if it fails, but not our io. */
	rc = avformat_open_input(&format, "", NULL, &options);
	input->format = format;
	av_dict_free(&options);

	return (rc < 0 ? rc : avformat_find_stream_info(format, NULL));
}

int
reel_remux_input_wants(
    const struct reel_remux_input *input, unsigned int stream)
{
	const AVFormatContext *format = input->format;
	const AVStream *st = format->streams[stream];
	const AVCodecParameters *par = st->codecpar;

	if (stream >= REEL_REMUX_CLOCK_TRACKS_MAX ||
	    (st->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0 ||
	    par->codec_id == AV_CODEC_ID_NONE)
		return (0);

	return (par->codec_type == AVMEDIA_TYPE_VIDEO
	    ? par->width > 0 && par->height > 0
	    : par->codec_type == AVMEDIA_TYPE_AUDIO && par->sample_rate > 0 &&
	        par->ch_layout.nb_channels > 0);
}
