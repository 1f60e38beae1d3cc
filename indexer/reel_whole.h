#ifndef REEL_WHOLE_H
#define REEL_WHOLE_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_key.h"

/* How much of the beginning and of the end of a picture is looked at. */
#define REEL_WHOLE_HEAD 16
#define REEL_WHOLE_END 2
/* No picture is smaller. */
#define REEL_WHOLE_MIN 40

/**
 * reel_whole_picture(form, head, end, size):
 * Nonzero if a picture of ${form} and of ${size} bytes, REEL_WHOLE_MIN at least,
 * begins and ends as one does that was written to its end.
 *
 * reel_whole_jpeg(bytes, len, width, height), reel_whole_webp(...):
 * The size that one of that form says it has; zero: it says none.
 *
 * reel_whole_segment(bytes, len, at, size): the next segment of a JPEG, from ${*at} on,
 * 2 at first, which is moved on: what it holds, ${*size} bytes; its marker lies three
 * before.  NULL: it is cut off, or the picture itself comes.
 *
 * reel_whole_track(head, end): likewise, of the track of a storyboard.
 */
int reel_whole_jpeg(
    const unsigned char *bytes, size_t len, int *width, int *height);
const unsigned char *reel_whole_segment(
    const unsigned char *bytes, size_t len, size_t *at, size_t *size);
int reel_whole_webp(
    const unsigned char *bytes, size_t len, int *width, int *height);
int reel_whole_track(const unsigned char head[REEL_WHOLE_HEAD],
    const unsigned char end[REEL_WHOLE_END]);
int reel_whole_picture(enum reel_key_form form,
    const unsigned char head[REEL_WHOLE_HEAD],
    const unsigned char end[REEL_WHOLE_END], uint64_t size);

#endif /* !REEL_WHOLE_H */
