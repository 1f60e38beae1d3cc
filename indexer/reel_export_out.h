#ifndef REEL_EXPORT_OUT_H
#define REEL_EXPORT_OUT_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * The file an export writes: OUT.part until it is whole, then OUT.
 */
struct reel_export_out {
	char *path;
	char *part;
	int fd;
	int64_t had;   /* bytes that were there before, and are right so far */
	int64_t at;    /* how far the mp4 is */
	int64_t limit; /* and may be at most */
	int64_t other; /* from here on it was another mp4; -1: it was not */
	struct reel_buf patches; /* what goes back to earlier places at the end */
};

/**
 * reel_export_out_open(out, path, why):
 * Open ${path}.part for this process alone.  REEL_BAD_INPUT: ${path} is there;
 * REEL_BUSY: another export writes it; REEL_IO.  One sentence in ${why}.
 *
 * reel_export_out_put(out, at, data, len, why):
 * The next bytes, or others for a place that has some.  What is in the file
 * already is compared, not written.  REEL_BAD_INPUT: no mp4 is made like that, or
 * OUT.part is none of ours; REEL_IO: the disk says no.
 *
 * reel_export_out_finish(out, why): give the whole file its name.
 * reel_export_out_close(out): in any case; OUT.part stays if it is not finished.
 */
enum reel_status reel_export_out_open(
    struct reel_export_out *out, const char *path, struct reel_buf *why);
enum reel_status reel_export_out_put(struct reel_export_out *out, int64_t at,
    const void *data, size_t len, struct reel_buf *why);
enum reel_status reel_export_out_finish(
    struct reel_export_out *out, struct reel_buf *why);
void reel_export_out_close(struct reel_export_out *out);

#endif /* !REEL_EXPORT_OUT_H */
