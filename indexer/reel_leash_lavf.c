/*
 * A media file can name other files and other machines (playlists, concat
 * scripts, external references); here it cannot reach them, three times over:
 * bytes come from a callback alone, opening anything is refused, and only
 * container formats of a list are tried, none of which refers to others.  The name
 * of the file never reaches libav: names are URLs to it, and its choice of a format
 * must rest on the bytes.
 */
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libavutil/error.h>
#include <libavutil/mem.h>

#include "indexer/reel_leash_lavf.h"

#define IO_BUFFER_BYTES 32768
#define PROBE_BYTES "5000000"

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

static AVIOContext *
new_io(const struct reel_leash *leash)
{
	unsigned char *buffer = av_malloc(IO_BUFFER_BYTES);
	AVIOContext *io;

	if (buffer == NULL)
		return (NULL);
	io = avio_alloc_context(buffer, IO_BUFFER_BYTES, 0, leash->cookie,
	    leash->read, NULL, leash->seek);
	if (io == NULL)
		av_free(buffer);

	return (io);
}

static AVDictionary *
options_of(const struct reel_leash *leash)
{
	AVDictionary *options = NULL;

	av_dict_set(&options, "protocol_whitelist", "none", 0);
	av_dict_set(&options, "format_whitelist", leash->formats, 0);
	av_dict_set(&options, "max_streams", leash->streams_max, 0);
	av_dict_set(&options, "probesize", PROBE_BYTES, 0);
	av_dict_set(&options, "analyzeduration", leash->analyze_us, 0);
	/* Options of one demuxer; the others leave them alone. */
	av_dict_set(&options, "enable_drefs", "0", 0);
	av_dict_set(&options, "use_absolute_path", "0", 0);

	return (options);
}

int
reel_leash_open(const struct reel_leash *leash, void **format, void **io)
{
	AVFormatContext *context;
	AVDictionary *options;
	int error;

	*format = NULL;
	if ((*io = new_io(leash)) == NULL ||
	    (context = avformat_alloc_context()) == NULL)
		return (AVERROR(ENOMEM));
	context->pb = *io;
	context->flags |= AVFMT_FLAG_CUSTOM_IO;
	context->io_open = refuse_open;
	context->interrupt_callback.callback = leash->late;
	context->interrupt_callback.opaque = leash->cookie;
	options = options_of(leash);
	/* Frees and forgets the context if it fails, but not our io. */
	error = avformat_open_input(&context, "", NULL, &options);
	av_dict_free(&options);
	*format = context;

	return (error);
}

void
reel_leash_close(void **format, void **io)
{
	AVFormatContext *context = *format;
	AVIOContext *bytes = *io;

	avformat_close_input(&context);
	if (bytes != NULL)
		av_freep(&bytes->buffer);
	avio_context_free(&bytes);
	*format = *io = NULL;
}
