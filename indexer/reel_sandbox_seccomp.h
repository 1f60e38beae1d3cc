#ifndef REEL_SANDBOX_SECCOMP_H
#define REEL_SANDBOX_SECCOMP_H

#include <stdint.h>

/*
 * The room in which hostile bytes are read: no files, no network, no programs,
 * little memory.  Entered once, never left.
 */

/**
 * reel_sandbox_enter(sock, cpu_s, why):
 * Lock this process in.  What stays: the descriptors it holds, memory, the
 * clock, packets on ${sock}.  Opening a file answers EACCES (libav tries to, and
 * goes on without); any other call ends the process.  Returns nonzero if that
 * cannot be had, with a constant text in ${*why}: then no hostile byte may be
 * read.  Needs no privileges.  Processor time is what many files take, but never less
 * than ${cpu_s} seconds.
 */
int reel_sandbox_enter(int sock, int64_t cpu_s, const char **why);

/**
 * reel_sandbox_template(sock, why):
 * The room around it, for the process that makes workers: as above, but for the
 * limits, and what it takes to make one: a child of one's parent, a socket for it,
 * and reel_sandbox_enter, which is quick in there for a ${sock} of the same number.
 */
int reel_sandbox_template(int sock, const char **why);

#endif /* !REEL_SANDBOX_SECCOMP_H */
