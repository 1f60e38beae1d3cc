#ifndef REEL_LIMBO_H
#define REEL_LIMBO_H

#include <stddef.h>
#include <stdint.h>

/*
 * Items that are no longer at their place and may turn up at another: gone,
 * moved or replaced, it is not known yet.  The book still has them where they
 * were.
 */
struct reel_limbo;

/*
 * Lost items at one time.  When it is full nothing is looked at until the oldest
 * are given up, without asking where they might be; what cannot be decided is
 * forgotten, and its folder looked at again later.
 */
#define REEL_LIMBO_MAX 200000

/* The engine writes to noted_ms, skipped and checking itself. */
struct reel_limbo_entry {
	int64_t id;
	int64_t parent_id;  /* where it was */
	int64_t noted_ms;   /* when the loss was noted, or put off */
	int64_t since_ms;   /* when it was noted first */
	int folder;
	int blocks;         /* a folder waits for its place: what is in there */
	                    /* can only be seen when it is out of the way */
	int skipped;        /* something below it was not looked at */
	int checking;       /* its new place is looked at once more */
	/* Where it was seen, while something else has that place in the book. */
	int64_t dest_parent; /* 0: nowhere yet */
	char *dest_name;
	size_t dest_len;
	struct reel_limbo_entry *next;
	struct reel_limbo_entry *prev;
};

struct reel_limbo *reel_limbo_new(void);
void reel_limbo_free(struct reel_limbo *limbo);
void reel_limbo_reset(struct reel_limbo *limbo);
size_t reel_limbo_count(const struct reel_limbo *limbo);
int reel_limbo_full(const struct reel_limbo *limbo);

/**
 * reel_limbo_get(limbo, id): NULL if it is not lost.
 * reel_limbo_add(limbo, id, parent_id, folder, now_ms): as it is, if it is there
 * already.
 * reel_limbo_drop(limbo, id): no error if it is not there.
 * reel_limbo_renew(limbo, entry, now_ms): as if it was noted now.
 * reel_limbo_shift(limbo, by_ms): nobody was awake for so long, all wait on.
 */
struct reel_limbo_entry *reel_limbo_get(
    const struct reel_limbo *limbo, int64_t id);
struct reel_limbo_entry *reel_limbo_add(struct reel_limbo *limbo, int64_t id,
    int64_t parent_id, int folder, int64_t now_ms);
void reel_limbo_drop(struct reel_limbo *limbo, int64_t id);
void reel_limbo_renew(
    struct reel_limbo *limbo, struct reel_limbo_entry *entry, int64_t now_ms);
void reel_limbo_shift(struct reel_limbo *limbo, int64_t by_ms);

/**
 * reel_limbo_seen(limbo, entry, parent, name, len): note where it was seen.
 * reel_limbo_unseen(limbo, entry): it is not there any more.
 * reel_limbo_block(limbo, entry, blocks): a folder waits for its place, or not.
 */
void reel_limbo_seen(struct reel_limbo *limbo, struct reel_limbo_entry *entry,
    int64_t parent, const char *name, size_t len);
void reel_limbo_unseen(struct reel_limbo *limbo, struct reel_limbo_entry *entry);
void reel_limbo_block(
    struct reel_limbo *limbo, struct reel_limbo_entry *entry, int blocks);

/**
 * reel_limbo_hides(entry): a folder on disk is not in the book, or not at its
 * place, on account of this one; who knows what is in there.
 * reel_limbo_hiding(limbo): how many do.
 */
int reel_limbo_hides(const struct reel_limbo_entry *entry);
size_t reel_limbo_hiding(const struct reel_limbo *limbo);

/* The one noted longest ago, NULL if none; onwards by ${entry->next}. */
struct reel_limbo_entry *reel_limbo_first(const struct reel_limbo *limbo);

#endif /* !REEL_LIMBO_H */
