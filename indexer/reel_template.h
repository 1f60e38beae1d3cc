#ifndef REEL_TEMPLATE_H
#define REEL_TEMPLATE_H

/*
 * The other life of a reel-worker: it reads no file, it becomes workers.
 *
 * It greets with kind REEL_WIRE_TEMPLATE.  It is asked for a worker with one end of
 * another pair, and how long a job of that worker may take as the length; it
 * answers with REEL_OK and the id of the process as the type, or with REEL_IO and
 * an errno.
 */

/* What the indexer starts it with, in place of a number of milliseconds. */
#define REEL_TEMPLATE_WORD "--template"

/**
 * reel_template_run(sock):
 * Make a worker of what comes over ${sock}, each time, until its other end is
 * closed.  Returns the exit status, also of each worker.
 */
int reel_template_run(int sock);

#endif /* !REEL_TEMPLATE_H */
