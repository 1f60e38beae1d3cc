#ifndef REEL_THUMB_SWS_H
#define REEL_THUMB_SWS_H

#include <stdint.h>

#include "shared/reel_status.h"

struct reel_still_place;

/*
 * A decoded frame, made small, upright, square of pixel and fit for a screen.
 */
struct reel_thumb {
	int width;
	int height;
	unsigned char *rgb; /* packed, 8 bits each; reel_thumb_clear frees it */
};

/**
 * reel_thumb_make(frame, sar_num, sar_den, matrix, box, thumb):
 * ${frame} is an AVFrame.  ${matrix} is its display matrix (nine numbers), or
 * NULL.  The result fits into a square of ${box}, and is not made larger than
 * the frame is.  REEL_NOMEM, or REEL_BAD_INPUT: a form that cannot be scaled.
 *
 * reel_thumb_make_on(frame, place, box, thumb):
 * Likewise, all of the canvas: white where the frame does not cover it.  A frame
 * that does not lie on it is taken alone.
 *
 * reel_thumb_clear(thumb): NULL or all zero is harmless.
 */
enum reel_status reel_thumb_make(const void *frame, int sar_num, int sar_den,
    const int32_t *matrix, int box, struct reel_thumb *thumb);
enum reel_status reel_thumb_make_on(const void *frame,
    const struct reel_still_place *place, int box, struct reel_thumb *thumb);
void reel_thumb_clear(struct reel_thumb *thumb);

#endif /* !REEL_THUMB_SWS_H */
