#ifndef REEL_SLATE_H
#define REEL_SLATE_H

#include <stddef.h>

#include "shared/reel_status.h"

/*
 * A small file that is written again and again, also when the disk is full or
 * the table of descriptors: what it tells is wanted most just then.
 */
struct reel_slate;

/* What is surely kept for it on a full disk. */
#define REEL_SLATE_BYTES 65536

/**
 * reel_slate_new(dir, name):
 * For ${name} in the folder ${dir}, which is touched only by its own name and
 * by ${name}.new and ${name}.spare.  Never fails: what is missing is tried for
 * again at each write.  reel_slate_free(slate) leaves the file as it is and takes
 * the spare away.
 *
 * reel_slate_write(slate, data, len):
 * Make the file hold these bytes, mode 0640: a reader sees the old ones or the
 * new ones, whole.  Not synced: what it tells is of no use after a power cut.
 * REEL_IO: see errno; the old file stays.
 */
struct reel_slate *reel_slate_new(const char *dir, const char *name);
void reel_slate_free(struct reel_slate *slate);
enum reel_status reel_slate_write(
    struct reel_slate *slate, const char *data, size_t len);

#endif /* !REEL_SLATE_H */
