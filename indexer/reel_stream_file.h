#ifndef REEL_STREAM_FILE_H
#define REEL_STREAM_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_plan.h"
#include "shared/reel_status.h"
#include "shared/reel_stream.h"

struct reel_wire_board;

/*
 * Reading one open playlist.  Runs in reel-worker, inside the sandbox.
 */
struct reel_stream_answer {
	struct reel_stream stream;
	uint64_t names[REEL_STREAM_NAMES_MAX];
};

/**
 * reel_stream_file(fd, ending, timeout_ms, answer, len, reason):
 * ${ending} is what the name promises.  REEL_OK: ${answer}, the first ${*len}
 * bytes of it; a playlist of another form is one of which nothing is known.
 * REEL_BAD_INPUT: its name promises what it is not; REEL_IO: the disk or the
 * clock stopped us; both with a reason, NUL-terminated, in ${reason}, which holds
 * REEL_WIRE_REASON_MAX bytes.  ${fd} stays open.
 *
 * reel_stream_file_plan(fd, how, length_ms, timeout_ms, plan, reason):
 * Likewise, of an HLS playlist of that length: where its storyboard, made as
 * ${how} says, comes from.  What is encrypted or elsewhere has no part in it.
 */
enum reel_status reel_stream_file(int fd, const char *ending,
    int64_t timeout_ms, struct reel_stream_answer *answer, size_t *len,
    char *reason);
enum reel_status reel_stream_file_plan(int fd,
    const struct reel_wire_board *how, int64_t length_ms, int64_t timeout_ms,
    struct reel_plan *plan, char *reason);

#endif /* !REEL_STREAM_FILE_H */
