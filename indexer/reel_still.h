#ifndef REEL_STILL_H
#define REEL_STILL_H

#include <stddef.h>

/*
 * What the first bytes of a picture's file say of how it is shown, where libav
 * tells only when it decodes it, or not at all.  0: not known.
 */
#define REEL_STILL_BYTES 65536 /* of a file that are worth looking at */

struct reel_still {
	int rotation; /* degrees clockwise to show it upright; it may be mirrored */
	int width;    /* of a WebP that moves */
	int height;
};

/**
 * reel_still_read(head, len, still):
 * The orientation in the Exif of a JPEG, the canvas of a WebP; ${head} is the
 * beginning of the file, any bytes at all.
 */
void reel_still_read(
    const unsigned char *head, size_t len, struct reel_still *still);

#endif /* !REEL_STILL_H */
