#ifndef REEL_SIGNALS_H
#define REEL_SIGNALS_H

/*
 * Signals as events of the loop.
 */
struct reel_loop;
struct reel_signals;

/**
 * reel_signals_block(): before any thread is made, so that all inherit it:
 * HUP, INT, TERM, USR1, USR2 wait to be read; PIPE is ignored, CHLD is as by
 * default.
 */
void reel_signals_block(void);

/**
 * reel_signals_open(loop, on_signal, cookie):
 * Call ${on_signal} with the number of each blocked signal.  NULL with errno if
 * that cannot be had.
 */
struct reel_signals *reel_signals_open(struct reel_loop *loop,
    void (*on_signal)(void *cookie, int number), void *cookie);
void reel_signals_close(struct reel_signals *signals);

#endif /* !REEL_SIGNALS_H */
