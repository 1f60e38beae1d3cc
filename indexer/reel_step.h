#ifndef REEL_STEP_H
#define REEL_STEP_H

#include <stdint.h>

#include "shared/reel_status.h"

/*
 * One step of the pipeline after the other, on the loop.
 */
struct reel_index;

/**
 * reel_step_clocks(index): bring the clocks of the index up to date.
 * reel_step_kick(index, after_ms): the next step begins so much later.
 * reel_step_busy(index): something waits to be looked at.
 * reel_step_load(index): fill the empty map from the book and the configuration
 * and make everything pending; REEL_IO: the book failed.
 * reel_step_commit(index): commit, and tell if there are new records.
 */
void reel_step_clocks(struct reel_index *index);
void reel_step_kick(struct reel_index *index, int64_t after_ms);
int reel_step_busy(const struct reel_index *index);
enum reel_status reel_step_load(struct reel_index *index);
enum reel_status reel_step_commit(struct reel_index *index);

/* The book failed outside of a step: begin again from what it has. */
void reel_step_recover(struct reel_index *index);

#endif /* !REEL_STEP_H */
