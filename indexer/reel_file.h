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

/**
 * reel_file_replace(dir, name, data, len):
 * Make ${name} in the folder ${dir} hold these bytes, mode 0640: a reader sees
 * the old file or the new one, whole.  Not synced: what it tells is of no use
 * after a power cut.  REEL_IO: see errno; the old file stays.
 */
enum reel_status reel_file_replace(
    const char *dir, const char *name, const char *data, size_t len);

#endif /* !REEL_FILE_H */
