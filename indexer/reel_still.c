#include "indexer/reel_still.h"

#include <stdint.h>
#include <string.h>

#include "indexer/reel_bytes.h"
#include "indexer/reel_whole.h"

/*
 * Two headers, read by hand: JPEG up to its Exif, in which a TIFF directory
 * holds the orientation; and RIFF up to the extended header of WebP, of which
 * libav knows stills only.  Of one that moves the first frame is a still but for
 * its header, which is written here.
 *
 * Refuses to follow: an offset leads forward once, to the first directory, and
 * every read asks for its bounds.
 */

#define TAG_ORIENTATION 0x0112
#define TYPE_SHORT 3

/* Chunks of a WebP before its first frame: colours, tags. */
#define CHUNKS_MAX 64
#define VP8X_MOVES 0x02
#define VP8X_ALPHA 0x10

/* Bytes of a TIFF, in the order that it says. */
struct tiff {
	const unsigned char *data;
	size_t len;
	int little;
};

static uint32_t
number(const struct tiff *tiff, size_t at, size_t bytes)
{

	return ((uint32_t)(tiff->little ? reel_bytes_little : reel_bytes_big)(
	    tiff->data + at, bytes));
}

static int
orientation(const unsigned char *data, size_t len)
{
	struct tiff tiff = { data, len, 0 };
	size_t at, count, i;

	if (len < 8)
		return (0);
	tiff.little = memcmp(data, "II", 2) == 0;
	if ((!tiff.little && memcmp(data, "MM", 2) != 0) ||
	    number(&tiff, 2, 2) != 42)
		return (0);
	at = number(&tiff, 4, 4);
	if (at > len || len - at < 2)
		return (0);
	count = number(&tiff, at, 2);
	for (at += 2, i = 0; i < count && len - at >= 12; at += 12, i++)
		if (number(&tiff, at, 2) == TAG_ORIENTATION)
			return (number(&tiff, at + 2, 2) == TYPE_SHORT
			    ? (int)number(&tiff, at + 8, 2) : 0);
	return (0);
}

/* Segments up to the first that is Exif, or to the picture itself. */
static int
jpeg_orientation(const unsigned char *head, size_t len)
{
	const unsigned char *body;
	size_t at = 2, size;

	while ((body = reel_whole_segment(head, len, &at, &size)) != NULL)
		if (body[-3] == 0xe1 && size >= 6 &&
		    memcmp(body, "Exif\0", 6) == 0)
			return (orientation(body + 6, size - 6));
	return (0);
}

static int
little24(const unsigned char *data)
{

	return ((int)reel_bytes_little(data, 3));
}

void
reel_still_read(
    const unsigned char *head, size_t len, struct reel_still *still)
{
	static const int turns[] = { 0, 0, 0, 180, 180, 90, 90, 270, 270 };
	int turned;

	memset(still, 0, sizeof(*still));
	if (len >= 2 && memcmp(head, "\xff\xd8", 2) == 0) {
		turned = jpeg_orientation(head, len);
		if (turned >= 1 && turned <= 8)
			still->rotation = turns[turned];
	} else if (len >= 30 && memcmp(head, "RIFF", 4) == 0 &&
	           memcmp(head + 8, "WEBPVP8X", 8) == 0) {
		still->moves = (head[20] & VP8X_MOVES) != 0;
		still->width = little24(head + 24) + 1;
		still->height = little24(head + 27) + 1;
	}
}

static void
put32(unsigned char *data, int64_t value)
{
	size_t i;

	for (i = 0; i < 4; i++)
		data[i] = (unsigned char)(value >> 8 * i);
}

/*
 * A chunk of a frame is 16 bytes of where and how long it is shown, of which 6 are
 * its size as the extended header has it; then chunks as a still has them.
 */
static int
take_frame(
    int fd, int64_t at, int64_t size, struct reel_still_frame *frame)
{
	unsigned char *head = frame->head, shown[16 + 8];

	if (size < (int64_t)sizeof(shown) ||
	    reel_bytes_read(fd, at, shown, sizeof(shown)) != sizeof(shown))
		return (0);
	frame->from = at + 16;
	frame->len = size - 16;
	memcpy(head, "RIFF    WEBPVP8X\x0a\0\0\0\0\0\0\0", 24);
	put32(head + 4, REEL_STILL_HEAD - 8 + frame->len);
	if (memcmp(shown + 16, "ALPH", 4) == 0)
		head[20] = VP8X_ALPHA;
	memcpy(head + 24, shown + 6, 6);
	frame->place.x = 2 * little24(shown);
	frame->place.y = 2 * little24(shown + 3);
	return (1);
}

int
reel_still_first(int fd, int64_t size, struct reel_still_frame *frame)
{
	unsigned char head[REEL_STILL_HEAD];
	struct reel_still still;
	int64_t at = 12, len;
	int i;

	if (reel_bytes_read(fd, 0, head, sizeof(head)) != sizeof(head))
		return (0);
	reel_still_read(head, sizeof(head), &still);
	if (!still.moves)
		return (0);
	frame->place.width = still.width;
	frame->place.height = still.height;
	/* Sizes are below 2^32, and at never beyond the end of the file. */
	for (i = 0; i < CHUNKS_MAX && at <= size - 8; i++) {
		if (reel_bytes_read(fd, at, head, 8) != 8)
			return (0);
		len = (int64_t)reel_bytes_little(head + 4, 4);
		at += 8;
		if (memcmp(head, "ANMF", 4) == 0)
			return (take_frame(
			    fd, at, len < size - at ? len : size - at, frame));
		at += len + len % 2;
	}
	return (0);
}
