#ifndef REEL_SLOT_TIME_H
#define REEL_SLOT_TIME_H

#include <stdint.h>

/*
 * The time that a worker has for its file, and what it makes of it and takes.
 */
struct reel_slot;

/**
 * reel_slot_time_begin(slot, ms, on_late):
 * From now on it has ${ms}; then ${on_late}(${slot}) is called, once.
 * reel_slot_time_end(slot): it needs no more; if it stood still it goes on.
 *
 * reel_slot_halt(slot): it stands still, and its time with it, until
 * reel_slot_resume(slot).  Nothing happens to one that does already, or has no file.
 *
 * reel_slot_cpu_us(slot): the processor time that its process has had so far; 0 if
 * there is none.
 *
 * reel_slot_runs(slot): nonzero unless it sleeps just now, for want of an event.
 *
 * reel_slot_kib(slot): memory that is not of a file; 0 if that cannot be known.
 *
 * reel_slot_clock_ms(): the monotonic clock itself; the loop's stands still during
 * a turn.
 */
void reel_slot_time_begin(
    struct reel_slot *slot, int64_t ms, void (*on_late)(void *cookie));
void reel_slot_time_end(struct reel_slot *slot);
void reel_slot_halt(struct reel_slot *slot);
void reel_slot_resume(struct reel_slot *slot);
int64_t reel_slot_cpu_us(const struct reel_slot *slot);
int64_t reel_slot_kib(const struct reel_slot *slot);
int reel_slot_runs(const struct reel_slot *slot);
int64_t reel_slot_clock_ms(void);

#endif /* !REEL_SLOT_TIME_H */
