/*
 * From frame to frame.  A frame counts if another one of its kind stands where it
 * says that it ends, or the file ends there; whatever is between such frames, tags
 * and rubbish, is passed over byte by byte.  Each piece of a file is read once, and
 * no more of it than fits into a few megabytes.
 */
#include <string.h>

#include "indexer/reel_bytes.h"

#include "indexer/reel_hops.h"

#define BLOCK_BYTES 65536
#define FRAME_MAX 8191 /* no frame of ADTS is longer, nor any of MPEG audio */
#define HEADER_BYTES 7
#define LOOKS 32       /* at a file that is too long to be read */

struct frame {
	int bytes;
	int samples;
	int rate;
	int bits; /* a second, in thousands; 0: that varies by its nature */
	int kind; /* what all frames of one file have in common */
};

struct hops {
	int fd;
	int64_t size;
	int64_t begins;
	int64_t bytes; /* of frames */
	double us;     /* of them */
	int bits;      /* of the first one */
	int varies;    /* others have others */
	int kind;
};

/* A worker has one thread. */
static unsigned char block[BLOCK_BYTES];

static int
adts(const unsigned char *head, struct frame *frame)
{
	static const int rates[16] = {96000, 88200, 64000, 48000, 44100, 32000,
	    24000, 22050, 16000, 12000, 11025, 8000, 7350};

	frame->rate = rates[head[2] >> 2 & 15];
	frame->bytes = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5;
	frame->samples = 1024 * ((head[6] & 3) + 1);
	frame->bits = 0;
	/* All but the copyright bits, as a rule. */
	frame->kind = head[1] << 8 | (head[2] & 0xfc);

	return (frame->rate > 0 && frame->bytes > HEADER_BYTES);
}

static int
mpeg(const unsigned char *head, struct frame *frame)
{
	static const short bits[2][3][16] = {
	    {{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
	        {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
	        {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}},
	    {{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
	        {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
	        {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}}};
	static const int rates[4] = {44100, 48000, 32000};
	int version = head[1] >> 3 & 3, layer = 4 - (head[1] >> 1 & 3);
	int low = version != 3, padding = head[2] >> 1 & 1;

	frame->rate = rates[head[2] >> 2 & 3] >> (version == 2) >>
	    (version == 0) * 2;
	if (version == 1 || layer == 4 || frame->rate == 0)
		return (0);
	frame->bits = bits[low][layer - 1][head[2] >> 4];
	frame->samples = layer == 1 ? 384 : layer == 3 && low ? 576 : 1152;
	frame->bytes = frame->samples / 8 * frame->bits * 1000 / frame->rate;
	if (layer == 1)
		frame->bytes = frame->bytes / 4 * 4;
	frame->bytes += padding * (layer == 1 ? 4 : 1);
	frame->kind = head[1] << 8 | (head[2] & 0x0c);

	return (frame->bits > 0);
}

static int
read_frame(const unsigned char *head, struct frame *frame)
{

	if (head[0] != 0xff || (head[1] & 0xe0) != 0xe0)
		return (0);

	return ((head[1] & 0xf6) == 0xf0 ? adts(head, frame)
	                                 : mpeg(head, frame));
}

static size_t
load(const struct hops *hops, int64_t at)
{

	return (reel_bytes_read(hops->fd, at, block, sizeof(block)));
}

static void
add(struct hops *hops, const struct frame *frame)
{

	if (hops->kind == 0) {
		hops->kind = frame->kind;
		hops->bits = frame->bits;
	}
	hops->varies |= frame->bits == 0 || frame->bits != hops->bits;
	hops->bytes += frame->bytes;
	hops->us += frame->samples * 1e6 / frame->rate;
}

/* Is there a frame at ${at} of ${len} bytes, of which the last are the file's? */
static int
is_frame(const struct hops *hops, size_t at, size_t len, int last,
    struct frame *frame)
{
	struct frame next;
	size_t end;

	if (len - at < HEADER_BYTES || !read_frame(block + at, frame) ||
	    (hops->kind != 0 && frame->kind != hops->kind))
		return (0);
	end = at + (size_t)frame->bytes;
	if (len < end + HEADER_BYTES)
		return (last && (end == len || hops->kind != 0) && end <= len);

	/* The last one before a tag has none behind it. */
	return ((read_frame(block + end, &next) && next.kind == frame->kind) ||
	    (hops->kind != 0 && memcmp(block + end, "TAG", 3) == 0) ||
	    (hops->kind != 0 && memcmp(block + end, "APETAGE", 7) == 0));
}

/* The frames that begin in a block at ${at}; where to go on. */
static int64_t
hop(struct hops *hops, int64_t at)
{
	size_t len = load(hops, at), i = 0;
	int last = at + (int64_t)len >= hops->size;
	struct frame frame;

	while (i < len && (last || len - i > FRAME_MAX + HEADER_BYTES)) {
		if (is_frame(hops, i, len, last, &frame)) {
			add(hops, &frame);
			i += (size_t)frame.bytes;
		} else {
			i++;
		}
	}

	return (len == 0 ? hops->size : at + (int64_t)i);
}

static void
look_around(struct hops *hops, int looks)
{
	int64_t span = hops->size - hops->begins;
	int i;

	for (i = 0; i < looks; i++)
		(void)hop(hops, hops->begins + span / looks * i);
}

int64_t
reel_hops_us(int fd, int64_t size)
{
	struct hops hops = {.fd = fd, .size = size}, all;
	int64_t at;

	hops.begins = reel_bytes_behind_tags(fd);
	all = hops;
	if (hops.begins >= size)
		return (-1);
	look_around(&hops, size > REEL_HOPS_BYTES_MAX ? LOOKS : LOOKS / 4);
	if (!hops.varies || hops.bytes == 0)
		return (-1);
	if (size > REEL_HOPS_BYTES_MAX)
		return ((int64_t)(hops.us / (double)hops.bytes *
		    (double)(size - hops.begins)));
	for (at = all.begins; at < size;)
		at = hop(&all, at);

	return (all.us > 0 ? (int64_t)all.us : -1);
}
