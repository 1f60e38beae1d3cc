/*
 * One packet in, an open file with it; one packet out, facts or a reason.  No
 * state is kept between jobs but libav's own; the indexer replaces a worker now
 * and then, and at once when anything is odd.  A worker never decides to end by
 * itself while its socket is open: the indexer might just be handing it a file.
 */
#include <sys/prctl.h>
#include <sys/socket.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_facts.h"
#include "shared/reel_wire.h"

#include "indexer/reel_probe_lavf.h"
#include "indexer/reel_sandbox_seccomp.h"
#include "indexer/reel_source_lavf.h"

#include "indexer/reel_worker.h"

/* Facts are told even if they came last: the indexer waits a little longer. */
static int
answer(int sock, const struct reel_wire_header *job, enum reel_status status,
    const struct reel_facts *facts, const char *reason)
{
	struct reel_wire_header header = *job;

	memset(header.ending, 0, sizeof(header.ending));
	header.type = 0;
	header.status = status;
	header.len = status == REEL_OK ? (uint32_t)sizeof(*facts)
	                               : (uint32_t)strlen(reason);

	return (reel_wire_send(sock, &header,
	    status == REEL_OK ? (const void *)facts : reason, -1) == REEL_OK);
}

static enum reel_status
probe(int fd, const struct reel_wire_header *job, int64_t timeout_ms,
    struct reel_facts *facts, char *reason)
{
	enum reel_status rc;

	rc = reel_probe_lavf_file(fd, (enum reel_type)job->type, job->ending,
	    timeout_ms, facts, reason);
	if (rc == REEL_OK &&
	    (rc = reel_facts_check(facts, sizeof(*facts))) != REEL_OK)
		snprintf(reason, REEL_WIRE_REASON_MAX,
		    "what the file says of itself cannot be");

	return (rc);
}

/* The first packet: ready, or why no file may be read here. */
static int
greet(int sock, const char *closed)
{
	struct reel_wire_header header;

	memset(&header, 0, sizeof(header));
	header.version = REEL_WIRE_VERSION;
	header.kind = REEL_WIRE_PROBE;

	if (closed != NULL) {
		header.status = REEL_IO;
		header.len = (uint32_t)strlen(closed);
	}

	return (reel_wire_send(sock, &header, closed, -1) == REEL_OK);
}

int
reel_worker_run(int sock, int64_t timeout_ms)
{
	static struct reel_facts facts;
	struct reel_wire_header job;
	enum reel_status rc;
	const char *closed = NULL;
	char reason[REEL_WIRE_REASON_MAX], dummy[64];
	int fd, ok;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	reel_source_warm();
	(void)reel_sandbox_enter(sock, &closed);
	if (!greet(sock, closed) || closed != NULL)
		return (1);
	for (;;) {
		rc = reel_wire_recv(sock, &job, dummy, sizeof(dummy), &fd);
		if (rc == REEL_NOT_FOUND)
			return (0);
		if (rc != REEL_OK || fd == -1)
			return (1);
		rc = probe(fd, &job, timeout_ms, &facts, reason);
		close(fd);
		ok = answer(sock, &job, rc, &facts, reason);
		if (!ok)
			return (0);
	}
}
