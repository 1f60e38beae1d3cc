/*
 * Packets of segments into one mp4, none of them decoded.  Each input is read
 * run by run, a demuxer for each; its clock sees to it that time goes on.  What
 * another kind of stream would need (another codec, another size) is refused: an
 * mp4 promises one kind at its beginning.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/error.h>
#include <libavutil/mathematics.h>
#include <libavutil/mem.h>

#include "indexer/reel_remux_input_lavf.h"

#include "indexer/reel_remux_lavf.h"

#define OUT_BUFFER_BYTES 1048576
#define TRACKS_MAX REEL_REMUX_CLOCK_TRACKS_MAX

static const AVRational us = {1, AV_TIME_BASE};

struct remux {
	int sock;
	const struct reel_wire_header *job;
	char *reason;
	struct reel_remux_input inputs[REEL_REMUX_INPUTS_MAX];
	int count;
	AVFormatContext *out;
	AVIOContext *out_io;
	int64_t at; /* where the next bytes of the mp4 go */
	int64_t last_dts[TRACKS_MAX];
};

static enum reel_status
fail(struct remux *remux, const char *what, int error)
{
	char text[AV_ERROR_MAX_STRING_SIZE] = "";
	int i;

	/* What broke the feed is the reason of all that follows. */
	for (i = 0; i < remux->count; i++)
		if (remux->inputs[i].feed.broken)
			return (REEL_IO);
	if (error == AVERROR(ENOMEM))
		snprintf(remux->reason, REEL_WIRE_REASON_MAX,
		    "it needs more memory than an export may use");
	else if (error != 0) {
		av_strerror(error, text, sizeof(text));
		snprintf(remux->reason, REEL_WIRE_REASON_MAX, "%s: %s", what,
		    text);
	} else
		snprintf(remux->reason, REEL_WIRE_REASON_MAX, "%s", what);

	return (REEL_BAD_INPUT);
}

static enum reel_status
fail_at(struct remux *remux, const struct reel_remux_input *in,
    const char *what)
{
	char text[160];

	snprintf(text, sizeof(text), "segment %d %s", in->feed.number, what);

	return (fail(remux, text, 0));
}

/* --- the bytes of the mp4 --- */

/* What libav 7 promises of them. */
#if LIBAVFORMAT_VERSION_MAJOR >= 61
typedef const uint8_t written;
#else
typedef uint8_t written;
#endif

static int
on_write(void *cookie, written *data, int len)
{
	struct remux *remux = cookie;

	if (reel_remux_write(
	    remux->sock, remux->job, remux->at, data, (size_t)len))
		return (AVERROR(EIO));
	remux->at += len;

	return (len);
}

static int64_t
on_seek(void *cookie, int64_t offset, int whence)
{
	struct remux *remux = cookie;

	if (whence != SEEK_SET || offset < 0)
		return (AVERROR(EINVAL));
	remux->at = offset;

	return (offset);
}

static int
open_out(struct remux *remux)
{
	unsigned char *buffer;
	int rc;

	rc = avformat_alloc_output_context2(&remux->out, NULL, "mp4", NULL);
	if (rc < 0 || (buffer = av_malloc(OUT_BUFFER_BYTES)) == NULL)
		return (AVERROR(ENOMEM));
	remux->out_io = avio_alloc_context(
	    buffer, OUT_BUFFER_BYTES, 1, remux, NULL, on_write, on_seek);
	if (remux->out_io == NULL) {
		av_free(buffer);
		return (AVERROR(ENOMEM));
	}
	remux->out->pb = remux->out_io;
	/* The same bytes another time, so that a half can be gone on with. */
	remux->out->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
	remux->out->avoid_negative_ts = AVFMT_AVOID_NEG_TS_MAKE_ZERO;

	return (0);
}

static void
close_out(struct remux *remux)
{

	avformat_free_context(remux->out);
	if (remux->out_io != NULL)
		av_freep(&remux->out_io->buffer);
	avio_context_free(&remux->out_io);
}

/* --- tracks --- */

static enum reel_status
add_track(struct remux *remux, const AVStream *from)
{
	const AVCodecParameters *par = from->codecpar;
	char text[96];
	AVStream *to;

	snprintf(text, sizeof(text), "an mp4 cannot hold %s",
	    avcodec_get_name(par->codec_id));
	if (remux->out->nb_streams >= TRACKS_MAX || avformat_query_codec(
	    remux->out->oformat, par->codec_id, FF_COMPLIANCE_NORMAL) != 1)
		return (fail(remux, text, 0));
	if ((to = avformat_new_stream(remux->out, NULL)) == NULL ||
	    avcodec_parameters_copy(to->codecpar, par) < 0)
		return (fail(remux, "", AVERROR(ENOMEM)));
	/* The only name under which everybody plays HEVC. */
	to->codecpar->codec_tag = par->codec_id == AV_CODEC_ID_HEVC
	    ? MKTAG('h', 'v', 'c', '1') : 0;
	to->time_base = from->time_base;
	to->disposition = from->disposition & AV_DISPOSITION_DEFAULT;
	to->sample_aspect_ratio = from->sample_aspect_ratio;
	(void)av_dict_copy(&to->metadata, from->metadata, 0);
	remux->last_dts[to->index] = AV_NOPTS_VALUE;

	return (REEL_OK);
}

static int
goes_on(const AVCodecParameters *from, const AVCodecParameters *to)
{

	return (from->codec_id == to->codec_id && from->width == to->width &&
	    from->height == to->height && from->sample_rate == to->sample_rate &&
	    from->ch_layout.nb_channels == to->ch_layout.nb_channels);
}

/* Which stream of this run is which track of the mp4. */
static enum reel_status
match(struct remux *remux, struct reel_remux_input *in, int is_first)
{
	const AVFormatContext *format = in->format;
	enum reel_status rc;
	unsigned int i;
	int n = 0, at;

	if (is_first)
		in->first = (int)remux->out->nb_streams;
	for (i = 0; i < TRACKS_MAX; i++)
		in->tracks[i] = -1;
	for (i = 0; i < format->nb_streams; i++) {
		if (!reel_remux_input_wants(in, i))
			continue;
		if (is_first && (rc = add_track(
		    remux, format->streams[i])) != REEL_OK)
			return (rc);
		at = in->first + n;
		if ((!is_first && n == in->count) ||
		    !goes_on(format->streams[i]->codecpar,
		        remux->out->streams[at]->codecpar))
			return (fail_at(remux, in, "goes on as another kind of "
			    "stream, which one mp4 cannot hold"));
		in->tracks[i] = at;
		n++;
	}
	if (n == 0)
		return (fail_at(remux, in, "has neither picture nor sound"));
	in->count = n;

	return (REEL_OK);
}

static enum reel_status
open_run(struct remux *remux, struct reel_remux_input *in, int is_first)
{
	char text[64];
	int error = reel_remux_input_open(in);

	if (error < 0) {
		snprintf(text, sizeof(text), "cannot read segment %d",
		    in->feed.number);
		return (fail(remux, text, error));
	}

	return (match(remux, in, is_first));
}

/* --- packets --- */

/* The next packet of the input, across runs; ${in->over} at its end. */
static enum reel_status
next_packet(struct remux *remux, struct reel_remux_input *in)
{
	AVPacket *packet = in->packet;
	enum reel_status rc;

	while (!in->has_packet && !in->over) {
		if (av_read_frame(in->format, packet) >= 0) {
			in->has_packet = packet->stream_index < TRACKS_MAX &&
			    in->tracks[packet->stream_index] != -1;
			if (!in->has_packet)
				av_packet_unref(packet);
			continue;
		}
		if (in->feed.broken || (!in->feed.held && !in->feed.ended))
			return (fail_at(remux, in, "is damaged"));
		reel_remux_input_close(in);
		reel_remux_clock_anew(&in->clock);
		if (!reel_remux_more(&in->feed))
			in->over = 1;
		else if ((rc = open_run(remux, in, 0)) != REEL_OK)
			return (rc);
	}

	return (REEL_OK);
}

static void
shift(struct reel_remux_input *in, AVPacket *packet, int track, AVRational base)
{
	int64_t dts = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
	int64_t by_us, by;

	by_us = reel_remux_clock_shift(&in->clock, track, dts == AV_NOPTS_VALUE
	    ? REEL_REMUX_CLOCK_UNKNOWN : av_rescale_q(dts, base, us),
	    av_rescale_q(packet->duration, base, us));
	by = av_rescale_q(by_us, us, base);
	if (packet->dts != AV_NOPTS_VALUE)
		packet->dts += by;
	if (packet->pts != AV_NOPTS_VALUE)
		packet->pts += by;
}

static enum reel_status
put_packet(struct remux *remux, struct reel_remux_input *in)
{
	const AVFormatContext *format = in->format;
	AVPacket *packet = in->packet;
	AVRational base = format->streams[packet->stream_index]->time_base;
	int track = in->tracks[packet->stream_index], error;
	int64_t *last = &remux->last_dts[track];

	shift(in, packet, track, base);
	av_packet_rescale_ts(
	    packet, base, remux->out->streams[track]->time_base);
	/* The muxer wants them one after the other. */
	if (packet->dts == AV_NOPTS_VALUE)
		packet->dts = packet->pts;
	if (packet->dts == AV_NOPTS_VALUE)
		packet->dts = *last == AV_NOPTS_VALUE ? 0 : *last + 1;
	if (*last != AV_NOPTS_VALUE && packet->dts <= *last)
		packet->dts = *last + 1;
	if (packet->pts == AV_NOPTS_VALUE || packet->pts < packet->dts)
		packet->pts = packet->dts;
	*last = packet->dts;
	packet->stream_index = track;
	packet->pos = -1;
	in->has_packet = 0;
	/* Takes the packet in any case. */
	error = av_interleaved_write_frame(remux->out, packet);

	return (error < 0 ? fail(remux, "it cannot be written as mp4", error)
	    : REEL_OK);
}

/* The input that lags behind, NULL when all are over. */
static struct reel_remux_input *
choose(struct remux *remux)
{
	struct reel_remux_input *in, *best = NULL;

	for (in = remux->inputs; in < remux->inputs + remux->count; in++)
		if (!in->over && (best == NULL ||
		    reel_remux_clock_next(&in->clock) <
		        reel_remux_clock_next(&best->clock)))
			best = in;

	return (best);
}

static enum reel_status
copy(struct remux *remux)
{
	enum reel_status rc = REEL_OK;
	struct reel_remux_input *in;
	int error;

	error = avformat_write_header(remux->out, NULL);
	while (error >= 0 && (in = choose(remux)) != NULL) {
		rc = next_packet(remux, in);
		if (rc == REEL_OK && in->has_packet)
			rc = put_packet(remux, in);
		if (rc != REEL_OK)
			return (rc);
	}
	if (error >= 0)
		error = av_write_trailer(remux->out);

	return (error < 0 ? fail(remux, "it cannot be written as mp4", error)
	    : REEL_OK);
}

static enum reel_status
begin(struct remux *remux)
{
	enum reel_status rc = REEL_OK;
	struct reel_remux_input *in;

	for (in = remux->inputs; in < remux->inputs + remux->count; in++)
		if ((in->packet = av_packet_alloc()) == NULL)
			return (fail(remux, "", AVERROR(ENOMEM)));
	if (open_out(remux) < 0)
		return (fail(remux, "", AVERROR(ENOMEM)));
	for (in = remux->inputs;
	     in < remux->inputs + remux->count && rc == REEL_OK; in++)
		rc = open_run(remux, in, 1);

	return (rc);
}

enum reel_status
reel_remux_lavf_run(int sock, const struct reel_wire_header *job, char *reason)
{
	static struct remux remux;
	struct reel_remux_input *in;
	enum reel_status rc;
	AVPacket *packet;
	int i;

	memset(&remux, 0, sizeof(remux));
	remux.sock = sock;
	remux.job = job;
	remux.reason = reason;
	remux.count = job->left == 2 ? 2 : 1;
	for (i = 0; i < remux.count; i++) {
		remux.inputs[i].feed = (struct reel_remux_feed){.sock = sock,
		    .job = job, .input = i, .fd = -1, .reason = reason};
		reel_remux_clock_init(&remux.inputs[i].clock);
	}
	if ((rc = begin(&remux)) == REEL_OK)
		rc = copy(&remux);
	for (in = remux.inputs; in < remux.inputs + remux.count; in++) {
		reel_remux_input_close(in);
		packet = in->packet;
		av_packet_free(&packet);
		if (in->feed.fd != -1)
			close(in->feed.fd);
	}
	close_out(&remux);

	return (rc);
}
