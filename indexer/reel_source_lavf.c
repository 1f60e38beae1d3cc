/*
 * One open file for libavformat, on the leash of reel_leash_lavf.c: read with
 * pread on its descriptor, within a budget of bytes and until a deadline.  That one
 * is for what never ends; it is put off by what looks like a pause, since who began
 * this may have halted it (reel_slot_time.c), and has a clock of its own.
 *
 * Where a container's header tells all but times, only the header is read;
 * otherwise avformat_find_stream_info looks into the streams, within a budget.
 */
#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libavutil/error.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>

#include "shared/reel_wire.h"

#include "indexer/reel_facts_lavf.h"
#include "indexer/reel_leash_lavf.h"
#include "indexer/reel_stream_lavf.h"

#include "indexer/reel_source_lavf.h"

/* A header that needs more than this is no header. */
#define READ_MAX_BYTES (INT64_C(512) << 20)
#define STREAMS_MAX "100"
#define ANALYZE_US "8000000"
#define GAP_MS 100 /* more between two looks at the clock is not the file's time */

/*
 * Demuxers by libav's names.  Left out on purpose: all that open other files or
 * addresses (hls, dash, concat, sdp, rtsp, image2, imf, vobsub, webm_dash), and
 * exotic ones whose parsers nobody looks after.
 */
static const char formats[] =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,"
    "ogg,wav,w64,mp3,aac,ac3,eac3,flac,aiff,caf,amr,amrnb,amrwb,ape,wv,tta,"
    "tak,mpc,mpc8,dts,dtshd,truehd,mlp,au,voc,gif,apng,rm,dv,mxf,nut,ivf,obu,"
    "av1,h261,h263,h264,hevc,m4v,mjpeg,vc1,wtv,nsv,gxf,dsf,loas,"
    "png_pipe,jpeg_pipe,jpegls_pipe,jpegxl_pipe,j2k_pipe,bmp_pipe,webp_pipe,"
    "tiff_pipe,gif_pipe,psd_pipe,qoi_pipe,exr_pipe,dds_pipe,sgi_pipe,pcx_pipe,"
    "pbm_pipe,pgm_pipe,ppm_pipe,pam_pipe,xbm_pipe,xpm_pipe,sunrast_pipe,ico";

/* A worker has one thread. */
static int behind = -1;

void
reel_source_behind(int fd)
{

	behind = fd;
}

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);

	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

int64_t
reel_source_cpu_ms(void)
{

	return (clock_ms(CLOCK_THREAD_CPUTIME_ID));
}

int
reel_source_late(void *cookie)
{
	struct reel_source *src = cookie;
	int64_t now_ms = clock_ms(CLOCK_MONOTONIC);

	if (now_ms - src->looked_ms > GAP_MS)
		src->deadline_ms += now_ms - src->looked_ms - GAP_MS;
	src->looked_ms = now_ms;
	if (now_ms >= src->deadline_ms)
		src->late = 1;

	return (src->late);
}

/* pread(2), of the two files, or of head and frame, as if they were one. */
static ssize_t
read_at(struct reel_source *src, void *data, size_t len, int64_t at)
{

	if (src->head_size > 0) {
		if (at >= src->size)
			return (0);
		if ((int64_t)len > src->size - at)
			len = (size_t)(src->size - at);
		at -= src->head_size;
		if (at >= 0)
			return (pread(
			    src->fd, data, len, src->frame.from + at));
		if ((int64_t)len > -at)
			len = (size_t)-at;
		memcpy(data, src->frame.head + src->head_size + at, len);
		return ((ssize_t)len);
	}
	if (at >= src->map_size)
		return (pread(src->fd, data, len, at - src->map_size));
	if ((int64_t)len > src->map_size - at)
		len = (size_t)(src->map_size - at);

	return (pread(src->map, data, len, at));
}

static int
on_read(void *cookie, uint8_t *data, int len)
{
	struct reel_source *src = cookie;
	ssize_t n;

	if (reel_source_late(src))
		return (AVERROR_EXIT);
	if (len > src->left)
		return (AVERROR(EFBIG));
	do
		n = read_at(src, data, (size_t)len, src->at);
	while (n == -1 && errno == EINTR);
	if (n == -1) {
		src->io_errno = errno;
		return (AVERROR(errno));
	}
	if (n == 0)
		return (AVERROR_EOF);
	src->at += n;
	src->left -= n;

	return ((int)n);
}

static int64_t
on_seek(void *cookie, int64_t offset, int whence)
{
	struct reel_source *src = cookie;

	switch (whence & ~AVSEEK_FORCE) {
	case AVSEEK_SIZE:
		return (src->size);
	case SEEK_SET:
		break;
	case SEEK_CUR:
		if (__builtin_add_overflow(offset, src->at, &offset))
			return (AVERROR(EINVAL));
		break;
	case SEEK_END:
		if (__builtin_add_overflow(offset, src->size, &offset))
			return (AVERROR(EINVAL));
		break;
	default:
		return (AVERROR(EINVAL));
	}
	if (offset < 0)
		return (AVERROR(EINVAL));
	src->at = offset;

	return (offset);
}

void
reel_source_warm(void)
{

	av_log_set_level(AV_LOG_QUIET);
	/* Later calls find the zone set and need no file. */
	tzset();
	(void)avcodec_find_decoder(AV_CODEC_ID_H264);
	(void)av_find_input_format("mov");
}

static int
is_timed(const AVFormatContext *format)
{
	const void *video = reel_stream_lavf_video(format);

	return (reel_stream_lavf_duration_ms(format) > 0 &&
	    (video == NULL || reel_stream_lavf_fps_known(video)));
}

/* Containers whose header tells all that we ask for, or all but times. */
static int
header_is_enough(const AVFormatContext *format)
{
	static const char *const names[] = {
	    "ogg", "avi", "wav", "flac", "gif", "w64"};
	const char *name = format->iformat->name;
	size_t i;
	int known;

	/* Times of these are found by reading packets (reel_times_lavf.c). */
	known = strncmp(name, "mov,", 4) == 0 ||
	    strcmp(name, "matroska,webm") == 0;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			known = is_timed(format);

	return (known && reel_facts_lavf_complete(format));
}

/* Whether the header says what a decoder of the picture has to know. */
static int
can_decode(const AVFormatContext *format)
{
	static const char *const names[] = {"matroska,webm", "avi", "ogg"};
	const AVStream *video = reel_stream_lavf_video(format);
	const char *name = format->iformat->name;
	unsigned int i;
	int known = strncmp(name, "mov,", 4) == 0;

	if (video != NULL) {
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			known |= strcmp(name, names[i]) == 0;
		return (known && video->codecpar->codec_id != AV_CODEC_ID_NONE &&
		    video->codecpar->width > 0 && video->codecpar->height > 0);
	}
	for (i = 0; i < format->nb_streams; i++)
		if (format->streams[i]->attached_pic.size > 0 &&
		    format->streams[i]->codecpar->codec_id != AV_CODEC_ID_NONE)
			return (1);

	return (0);
}

/* Pictures: the decoder is to stop when it knows the size. */
static int
look_into_streams(AVFormatContext *format)
{
	AVDictionary **options = NULL;
	unsigned int i, count = format->nb_streams;
	int rc;

	if (strstr(format->iformat->name, "_pipe") != NULL && count > 0 &&
	    (options = av_calloc(count, sizeof(*options))) != NULL)
		for (i = 0; i < count; i++)
			av_dict_set(&options[i], "skip_frame", "all", 0);
	rc = avformat_find_stream_info(format, options);
	for (i = 0; options != NULL && i < count; i++)
		av_dict_free(&options[i]);
	av_free(options);

	return (rc);
}

/* What a person can do something with. */
enum reel_status
reel_source_explain(const struct reel_source *src, int error, char *reason)
{
	enum reel_status rc = REEL_BAD_INPUT;

	if (src->io_errno != 0) {
		snprintf(reason, REEL_WIRE_REASON_MAX, "cannot read the file: %s",
		    strerror(src->io_errno));
		rc = REEL_IO;
	} else if (src->late) {
		snprintf(reason, REEL_WIRE_REASON_MAX,
		    "reading the header took too long");
		rc = REEL_IO;
	} else if (src->size == 0) {
		snprintf(reason, REEL_WIRE_REASON_MAX, "the file is empty");
	} else if (error == AVERROR(EINVAL) || error == AVERROR_PATCHWELCOME) {
		snprintf(reason, REEL_WIRE_REASON_MAX,
		    "a kind of file Reel does not read");
	} else if (error == AVERROR(ENOMEM)) {
		snprintf(reason, REEL_WIRE_REASON_MAX,
		    "needs more memory than one file may use");
	} else {
		/*
		 * The disk was well.  Demuxers call what makes no sense by
		 * names like "Input/output error", or what comes to mind.
		 */
		snprintf(reason, REEL_WIRE_REASON_MAX,
		    "not media, or damaged at the beginning");
	}

	return (rc);
}

enum reel_status
reel_source_open(
    struct reel_source *src, int fd, int64_t timeout_ms, char *reason)
{
	const struct reel_leash leash = {.cookie = src, .read = on_read,
	    .seek = on_seek, .late = reel_source_late, .formats = formats,
	    .streams_max = STREAMS_MAX, .analyze_us = ANALYZE_US};
	struct stat st;
	int error;

	memset(src, 0, sizeof(*src));
	src->fd = fd;
	src->left = READ_MAX_BYTES;
	src->looked_ms = clock_ms(CLOCK_MONOTONIC);
	src->deadline_ms = src->looked_ms + timeout_ms;
	/* Not fstat(3), which is newfstatat to the kernel and takes paths. */
	if (syscall(SYS_fstat, fd, &st) == -1) {
		src->io_errno = errno;
		return (reel_source_explain(src, AVERROR(errno), reason));
	}
	src->size = st.st_size;
	src->map = behind;
	if (src->map != -1 && syscall(SYS_fstat, src->map, &st) == 0) {
		src->map_size = st.st_size;
		src->size += st.st_size;
	} else if (reel_still_first(fd, src->size, &src->frame)) {
		src->head_size = sizeof(src->frame.head);
		src->size = src->head_size + src->frame.len;
	}
	error = reel_leash_open(&leash, &src->format, &src->io);
	if (error < 0)
		return (reel_source_explain(src, error, reason));

	return (REEL_OK);
}

void
reel_source_look(struct reel_source *src)
{

	if (!header_is_enough(src->format))
		(void)look_into_streams(src->format);
}

void
reel_source_look_for_picture(struct reel_source *src)
{

	if (!can_decode(src->format))
		(void)look_into_streams(src->format);
}

void
reel_source_close(struct reel_source *src)
{

	reel_leash_close(&src->format, &src->io);
}
