#ifndef REEL_EXPORT_H
#define REEL_EXPORT_H

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

#include "indexer/reel_config.h"

/**
 * reel_export_run(config, path, out, why):
 * Write the stream of the HLS playlist at ${path}, or of the folder of one, as one
 * mp4 at ${out}, its packets as they are.  ${path} may also be one of the library,
 * NAME/folder, where ${config} has roots.  Tells on stderr how far it is.  One
 * sentence in ${why} when it fails: REEL_BAD_INPUT, the stream cannot be had, or
 * ${out} is there; REEL_BUSY, a signal ended it; REEL_IO.  What was written stays
 * in ${out}.part, and the next call goes on with it.
 */
enum reel_status reel_export_run(const struct reel_config *config,
    const char *path, const char *out, struct reel_buf *why);

#endif /* !REEL_EXPORT_H */
