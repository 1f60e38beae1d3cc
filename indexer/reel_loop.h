#ifndef REEL_LOOP_H
#define REEL_LOOP_H

#include <stdint.h>

#include "shared/reel_status.h"

/*
 * The indexer's one event loop: descriptors and timers, one thread.
 */
struct reel_loop;

struct reel_loop *reel_loop_new(void);
void reel_loop_free(struct reel_loop *loop);

/* Milliseconds of CLOCK_MONOTONIC as of the last wake-up; never goes back. */
int64_t reel_loop_now_ms(struct reel_loop *loop);

/**
 * reel_loop_fd(loop, fd, on_readable, cookie):
 * Call ${on_readable}(${cookie}, fd) whenever ${fd} is readable or at its end.
 * One callback a descriptor; NULL stops watching it, also from inside.
 */
void reel_loop_fd(struct reel_loop *loop, int fd,
    void (*on_readable)(void *cookie, int fd), void *cookie);

/**
 * reel_loop_timer(loop, after_ms, on_time, cookie):
 * Call ${on_time}(${cookie}) once, ${after_ms} from now.  Timers are known by
 * (on_time, cookie): setting one again moves it; -1 takes it away.
 */
void reel_loop_timer(struct reel_loop *loop, int64_t after_ms,
    void (*on_time)(void *cookie), void *cookie);

/**
 * reel_loop_run(loop), reel_loop_stop(loop):
 * Run until reel_loop_stop was called (from a callback).
 */
void reel_loop_run(struct reel_loop *loop);
void reel_loop_stop(struct reel_loop *loop);

#endif /* !REEL_LOOP_H */
