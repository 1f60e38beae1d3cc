/*
 * The facts of one file: open it, look into it, write down what it says.
 */
#include <stdio.h>

#include "shared/reel_wire.h"

#include "indexer/reel_facts_lavf.h"
#include "indexer/reel_source_lavf.h"
#include "indexer/reel_times_lavf.h"

#include "indexer/reel_probe_lavf.h"

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
out:
	reel_source_close(&src);

	return (rc);
}
