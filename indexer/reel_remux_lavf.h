#ifndef REEL_REMUX_LAVF_H
#define REEL_REMUX_LAVF_H

#include "shared/reel_status.h"
#include "shared/reel_wire.h"

/**
 * reel_remux_lavf_run(sock, job, reason):
 * Ask for the segments of ${job->left} inputs, and tell the bytes of one mp4 that
 * holds their packets as they are.  The same segments make the same bytes.
 * REEL_BAD_INPUT, REEL_IO: words in ${reason} (REEL_WIRE_REASON_MAX bytes).
 */
enum reel_status reel_remux_lavf_run(
    int sock, const struct reel_wire_header *job, char *reason);

#endif /* !REEL_REMUX_LAVF_H */
