/*
 * Bytes come through the feed alone, which cannot seek.
 */
#include <errno.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/error.h>

#include "indexer/reel_leash_lavf.h"

#include "indexer/reel_remux_input_lavf.h"

#define STREAMS_MAX "32"

static const char formats[] =
    "mpegts,mov,mp4,m4a,3gp,3g2,mj2,aac,mp3,ac3,eac3";

static int
on_read(void *cookie, uint8_t *data, int len)
{
	int n = reel_remux_read(cookie, data, len);

	return (n > 0 ? n : n == 0 ? AVERROR_EOF : AVERROR(EIO));
}

void
reel_remux_input_close(struct reel_remux_input *input)
{

	reel_leash_close(&input->format, &input->io);
}

int
reel_remux_input_open(struct reel_remux_input *input)
{
	const struct reel_leash leash = {.cookie = &input->feed,
	    .read = on_read, .formats = formats, .streams_max = STREAMS_MAX};
	int rc = reel_leash_open(&leash, &input->format, &input->io);

	return (rc < 0 ? rc : avformat_find_stream_info(input->format, NULL));
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
