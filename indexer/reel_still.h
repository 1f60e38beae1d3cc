#ifndef REEL_STILL_H
#define REEL_STILL_H

#include <stddef.h>
#include <stdint.h>

/*
 * What the first bytes of a picture's file say of how it is shown, where libav
 * tells only when it decodes it, or not at all.  0: not known.
 */
#define REEL_STILL_BYTES 65536 /* of a file that are worth looking at */

struct reel_still {
	int rotation; /* degrees clockwise to show it upright; it may be mirrored */
	int width;    /* of the canvas of a WebP */
	int height;
	int moves;    /* it is one of many frames, of which libav knows nothing */
};

/* Where a frame is shown, and on how large a canvas; which it need not lie on. */
struct reel_still_place {
	int x;
	int y;
	int width;
	int height;
};

/* The first frame of such a WebP as one that does not move, in two pieces. */
#define REEL_STILL_HEAD 30
struct reel_still_frame {
	unsigned char head[REEL_STILL_HEAD];
	int64_t from; /* of the file, what comes behind the head */
	int64_t len;
	struct reel_still_place place;
};

/**
 * reel_still_read(head, len, still):
 * The orientation in the Exif of a JPEG, the canvas of a WebP; ${head} is the
 * beginning of the file, any bytes at all.
 *
 * reel_still_first(fd, size, frame): nonzero if the file, ${size} bytes long, is a
 * WebP that moves.
 */
void reel_still_read(
    const unsigned char *head, size_t len, struct reel_still *still);
int reel_still_first(int fd, int64_t size, struct reel_still_frame *frame);

#endif /* !REEL_STILL_H */
