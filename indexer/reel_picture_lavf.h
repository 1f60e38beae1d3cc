#ifndef REEL_PICTURE_LAVF_H
#define REEL_PICTURE_LAVF_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_item.h"
#include "shared/reel_status.h"

/*
 * From an open file to a picture.  Runs in reel-worker, inside the sandbox; opens
 * nothing itself.
 */

struct reel_wire_making;

/**
 * reel_picture_file(fd, type, making, timeout_ms, bytes, cap, len, reason):
 * ${type}: what the file is.  The picture is made as ${making} says; its bytes
 * go to ${bytes}, which holds ${cap}.  REEL_BAD_INPUT: there is none to be
 * had; REEL_IO: the disk or the clock; both with words in ${reason}
 * (REEL_WIRE_REASON_MAX bytes).
 */
enum reel_status reel_picture_file(int fd, enum reel_type type,
    const struct reel_wire_making *making, int64_t timeout_ms,
    unsigned char *bytes, size_t cap, size_t *len, char *reason);

#endif /* !REEL_PICTURE_LAVF_H */
