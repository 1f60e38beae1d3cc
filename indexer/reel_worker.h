#ifndef REEL_WORKER_H
#define REEL_WORKER_H

#include <stdint.h>

/*
 * The life of a reel-worker: into the sandbox, then one job after the other.
 */

/**
 * reel_worker_run(sock, timeout_ms):
 * Serve the jobs that come over ${sock} until its other end is closed; each may
 * take ${timeout_ms}.  Returns the exit status.  The first packet says that it is
 * ready, or that the sandbox cannot be entered: then no file is ever read.
 */
int reel_worker_run(int sock, int64_t timeout_ms);

/* What it does before, for those who do it once for many; again it costs nothing. */
void reel_worker_warm(void);

#endif /* !REEL_WORKER_H */
