/*
 * The facts of one file: open it, look into it, write down what it says.
 */
#include <stdio.h>
#include <unistd.h>

#include "shared/reel_wire.h"

#include "indexer/reel_facts_lavf.h"
#include "indexer/reel_source_lavf.h"
#include "indexer/reel_still.h"
#include "indexer/reel_times_lavf.h"

#include "indexer/reel_probe_lavf.h"

/* The bounds of shared/reel_facts.c. */
#define SIDE_MAX 131072

/* What libav tells of a picture only when it decodes it, or not at all. */
static void
look_at_head(int fd, struct reel_facts *facts)
{
	static unsigned char head[REEL_STILL_BYTES];
	struct reel_still still;
	ssize_t len = pread(fd, head, sizeof(head), 0);

	if (len <= 0)
		return;
	reel_still_read(head, (size_t)len, &still);
	if (facts->rotation == 0)
		facts->rotation = still.rotation;
	if ((facts->width == 0 || still.moves) && still.width > 0 &&
	    still.width <= SIDE_MAX && still.height <= SIDE_MAX) {
		facts->width = still.width;
		facts->height = still.height;
	}
}

enum reel_status
reel_probe_lavf_file(int fd, enum reel_type type, const char *ending,
    int64_t timeout_ms, struct reel_facts *facts, char *reason)
{
	struct reel_source src;
	enum reel_status rc;

	if ((rc = reel_source_open(&src, fd, timeout_ms, reason)) != REEL_OK)
		goto out;
	reel_source_look(&src);
	reel_times_lavf_find(&src);
	if (src.io_errno != 0) {
		rc = reel_source_explain(&src, 0, reason);
		goto out;
	}
	reel_facts_init(facts);
	rc = reel_facts_lavf_fill(src.format, src.size, type, ending, facts);
	if (rc != REEL_OK)
		snprintf(reason, REEL_WIRE_REASON_MAX,
		    "neither picture nor sound in it");
	else if (facts->type == REEL_TYPE_IMAGE)
		look_at_head(fd, facts);
out:
	reel_source_close(&src);

	return (rc);
}
