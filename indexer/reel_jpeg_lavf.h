#ifndef REEL_JPEG_LAVF_H
#define REEL_JPEG_LAVF_H

#include <stddef.h>

#include "shared/reel_status.h"

/**
 * reel_jpeg_encode(rgb, width, height, quality, jpeg, cap, len):
 * A baseline JPEG of ${width} x ${height} packed 8-bit RGB, without a word of
 * where it comes from, to ${jpeg}, which holds ${cap} bytes.  ${quality} 1 to
 * 100; lowered until it fits.  REEL_NOMEM, or REEL_BAD_INPUT: does not fit.
 */
enum reel_status reel_jpeg_encode(const unsigned char *rgb, int width,
    int height, int quality, unsigned char *jpeg, size_t cap, size_t *len);

#endif /* !REEL_JPEG_LAVF_H */
