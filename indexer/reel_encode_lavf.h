#ifndef REEL_ENCODE_LAVF_H
#define REEL_ENCODE_LAVF_H

#include <stddef.h>

#include "shared/reel_key.h"
#include "shared/reel_status.h"

/* Pixels, packed RGB of 8 bits each. */
struct reel_encode_pixels {
	const unsigned char *rgb;
	int width;
	int height;
};

/**
 * reel_encode_picture(form, pixels, quality, bytes, cap, len):
 * ${pixels} as a file of ${form}, without a word of where they come from, to
 * ${bytes}, which holds ${cap}.  ${quality} 1 to 100; lowered until it fits.
 * REEL_NOMEM, also if this libavcodec has no encoder for the form, or
 * REEL_BAD_INPUT: does not fit, or no such form.
 */
enum reel_status reel_encode_picture(enum reel_key_form form,
    const struct reel_encode_pixels *pixels, int quality, unsigned char *bytes,
    size_t cap, size_t *len);

#endif /* !REEL_ENCODE_LAVF_H */
