#ifndef REEL_CONTENT_H
#define REEL_CONTENT_H

#include <stdint.h>

#include "shared/reel_status.h"

struct reel_wire_making;

/**
 * reel_content_key(fd, size, making, key):
 * The key (shared/reel_key.h) of the picture, made as ${making} says, of the
 * file at ${fd}, which is ${size} bytes long.  REEL_IO: it cannot be read.
 */
enum reel_status reel_content_key(int fd, int64_t size,
    const struct reel_wire_making *making, unsigned char *key);

#endif /* !REEL_CONTENT_H */
