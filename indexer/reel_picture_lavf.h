#ifndef REEL_PICTURE_LAVF_H
#define REEL_PICTURE_LAVF_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_item.h"
#include "shared/reel_status.h"

/*
 * From an open file to a JPEG.  Runs in reel-worker, inside the sandbox; opens
 * nothing itself.
 */

/**
 * reel_picture_file(fd, type, box, quality, timeout_ms, jpeg, cap, len, reason):
 * ${type}: what the file is.  The picture fits into a square of ${box}; its
 * bytes go to ${jpeg}, which holds ${cap}.  REEL_BAD_INPUT: there is none to be
 * had; REEL_IO: the disk or the clock; both with words in ${reason}
 * (REEL_WIRE_REASON_MAX bytes).
 */
enum reel_status reel_picture_file(int fd, enum reel_type type, int box,
    int quality, int64_t timeout_ms, unsigned char *jpeg, size_t cap,
    size_t *len, char *reason);

#endif /* !REEL_PICTURE_LAVF_H */
