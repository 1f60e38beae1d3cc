#ifndef REEL_SANDBOX_SECCOMP_H
#define REEL_SANDBOX_SECCOMP_H

/*
 * The room in which hostile bytes are read: no files, no network, no programs,
 * little memory.  Entered once, never left.
 */

/**
 * reel_sandbox_enter(sock, why):
 * Lock this process in.  What stays: the descriptors it holds, memory, the
 * clock, packets on ${sock}.  Opening a file answers EACCES (libav tries to, and
 * goes on without); any other call ends the process.  Returns nonzero if that
 * cannot be had, with a constant text in ${*why}: then no hostile byte may be
 * read.  Needs no privileges.
 */
int reel_sandbox_enter(int sock, const char **why);

#endif /* !REEL_SANDBOX_SECCOMP_H */
