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

/**
 * Its parts.  reel_spawn_pair(ours, theirs): that pair; both are close-on-exec.
 * reel_spawn_with(path, word, quiet, end, pid): start it so, with ${word} as its
 * argument and ${end}, which stays open here, as descriptor 3.
 * reel_spawn_plain(path, timeout_ms, end, pid): so, as a worker.
 * reel_spawn_quiet(): a worker's last words are for developers; it could forge
 * lines of the log.
 */
int reel_spawn_pair(int *ours, int *theirs);
int reel_spawn_with(
    const char *path, const char *word, int quiet, int end, pid_t *pid);
int reel_spawn_plain(
    const char *path, long long timeout_ms, int end, pid_t *pid);
int reel_spawn_quiet(void);

/* What became of a worker, in words, by its status as of waitpid. */
void reel_spawn_explain(int status, char *text, size_t size);

#endif /* !REEL_SPAWN_H */
