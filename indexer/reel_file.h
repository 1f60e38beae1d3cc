#ifndef REEL_FILE_H
#define REEL_FILE_H

#include <stddef.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * Small files as a whole.
 */

/**
 * reel_file_read(path, max_bytes, text):
 * Append what the regular file at ${path} holds.  REEL_IO: see errno;
 * REEL_BAD_INPUT: no regular file, or longer than ${max_bytes}.
 */
enum reel_status reel_file_read(
    const char *path, size_t max_bytes, struct reel_buf *text);

#endif /* !REEL_FILE_H */
