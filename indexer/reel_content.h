#ifndef REEL_CONTENT_H
#define REEL_CONTENT_H

#include <stdint.h>

#include "shared/reel_status.h"

/**
 * reel_content_key(fd, size, box, quality, key):
 * The key (shared/reel_key.h) of the picture, made with ${box} and ${quality},
 * of the file at ${fd}, which is ${size} bytes long.  REEL_IO: it cannot be read.
 */
enum reel_status reel_content_key(
    int fd, int64_t size, int box, int quality, unsigned char *key);

#endif /* !REEL_CONTENT_H */
