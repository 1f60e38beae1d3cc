#ifndef REEL_DUE_H
#define REEL_DUE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Ids with a time at which each is due: files that settle, folders in back-off,
 * folders that are polled.  One time an id.
 */
struct reel_due;

struct reel_due *reel_due_new(void);
void reel_due_free(struct reel_due *due);
void reel_due_reset(struct reel_due *due);

/**
 * reel_due_set(due, id, at_ms): set the time, or move it.
 * reel_due_drop(due, id): no error if it has none.
 * reel_due_has(due, id): nonzero if it has one.
 */
void reel_due_set(struct reel_due *due, int64_t id, int64_t at_ms);
void reel_due_drop(struct reel_due *due, int64_t id);
int reel_due_has(const struct reel_due *due, int64_t id);

/**
 * reel_due_take(due, now_ms): take off the first that is due by now; 0 if none.
 * reel_due_first_ms(due): when the first is due; -1 if there is none.
 */
int64_t reel_due_take(struct reel_due *due, int64_t now_ms);
int64_t reel_due_first_ms(const struct reel_due *due);
size_t reel_due_count(const struct reel_due *due);

#endif /* !REEL_DUE_H */
