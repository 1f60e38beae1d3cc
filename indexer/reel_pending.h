#ifndef REEL_PENDING_H
#define REEL_PENDING_H

#include <stddef.h>
#include <stdint.h>

/*
 * The folders to look at again: each once, as a whole or a few names of it.
 * Bounded by the number of folders.
 */
struct reel_pending;

/* How urgent; the smaller, the sooner. */
enum reel_pending_level {
	REEL_PENDING_EVENT, /* something happened there */
	REEL_PENDING_SCAN,  /* not seen since the start, or events were lost */
	REEL_PENDING_SWEEP  /* polled, or verified now and then */
};
#define REEL_PENDING_LEVELS 3

/* With more names than this a listing is cheaper: the folder as a whole. */
#define REEL_PENDING_NAMES 16

struct reel_pending_name {
	uint32_t mask;
	uint16_t len;
	char text[256]; /* with a NUL */
};
struct reel_pending_work {
	int64_t folder_id;
	enum reel_pending_level level;
	int whole;
	uint32_t mask; /* of all that was told */
	size_t count;
	struct reel_pending_name names[REEL_PENDING_NAMES];
};

struct reel_pending *reel_pending_new(void);
void reel_pending_free(struct reel_pending *pending);
void reel_pending_reset(struct reel_pending *pending);

/**
 * reel_pending_add(pending, folder_id, level, name, len, mask):
 * Look at ${name} in the folder, NULL: at the folder as a whole.  ${mask} is
 * collected for whoever looks.  What is there already becomes more urgent, never
 * less.
 *
 * reel_pending_take(pending, level, work):
 * Take the oldest of that level; zero if it has none.
 *
 * reel_pending_drop(pending, folder_id): no error if it is not there.
 */
void reel_pending_add(struct reel_pending *pending, int64_t folder_id,
    enum reel_pending_level level, const char *name, size_t len, uint32_t mask);
int reel_pending_take(struct reel_pending *pending,
    enum reel_pending_level level, struct reel_pending_work *work);
void reel_pending_drop(struct reel_pending *pending, int64_t folder_id);

/* Folders that wait at ${level}. */
size_t reel_pending_count(
    const struct reel_pending *pending, enum reel_pending_level level);

#endif /* !REEL_PENDING_H */
