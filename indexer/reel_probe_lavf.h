#ifndef REEL_PROBE_LAVF_H
#define REEL_PROBE_LAVF_H

#include <stdint.h>

#include "shared/reel_facts.h"

/*
 * Reading the facts of one open file with libavformat.  Runs in reel-worker,
 * inside the sandbox; opens nothing itself.
 */

/**
 * reel_probe_lavf_file(fd, type, ending, timeout_ms, facts, reason):
 * ${type} and ${ending} are what the name promises; hints only.  REEL_OK:
 * ${facts}.  REEL_BAD_INPUT: not media, or of a form Reel does not read;
 * REEL_IO: the disk or the clock stopped us; both with a reason, NUL-terminated,
 * in ${reason}, which holds REEL_WIRE_REASON_MAX bytes.  ${fd} stays open.
 */
enum reel_status reel_probe_lavf_file(int fd, enum reel_type type,
    const char *ending, int64_t timeout_ms, struct reel_facts *facts,
    char *reason);

#endif /* !REEL_PROBE_LAVF_H */
