#ifndef REEL_SPAWN_H
#define REEL_SPAWN_H

#include <sys/types.h>

#include <stddef.h>

/*
 * Starting a worker with nothing of ours but one socket.
 */

/**
 * reel_spawn_worker(path, timeout_ms, quiet, pid, sock):
 * Start the executable at ${path}: descriptor 3 is one end of a SOCK_SEQPACKET
 * pair, 0 and 1 are /dev/null (2 too if ${quiet}), all others closed, the
 * environment bare, signals as by default, a process group of its own.
 * ${*sock} is our end, non-blocking, close-on-exec.  Returns zero or an errno.
 */
int reel_spawn_worker(const char *path, long long timeout_ms, int quiet,
    pid_t *pid, int *sock);

/* What became of a worker, in words, by its status as of waitpid. */
void reel_spawn_explain(int status, char *text, size_t size);

#endif /* !REEL_SPAWN_H */
