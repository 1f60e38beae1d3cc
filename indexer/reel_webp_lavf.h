#ifndef REEL_WEBP_LAVF_H
#define REEL_WEBP_LAVF_H

#include <stddef.h>

#include "shared/reel_status.h"

/**
 * reel_webp_encode(rgb, width, height, quality, webp, cap, len):
 * A WebP of ${width} x ${height} packed 8-bit RGB, without a word of where it
 * comes from, to ${webp}, which holds ${cap} bytes.  ${quality} 1 to 100; lowered
 * until it fits.  REEL_NOMEM, also if this libavcodec has no encoder for it, or
 * REEL_BAD_INPUT: does not fit.
 */
enum reel_status reel_webp_encode(const unsigned char *rgb, int width,
    int height, int quality, unsigned char *webp, size_t cap, size_t *len);

#endif /* !REEL_WEBP_LAVF_H */
