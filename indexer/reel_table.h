#ifndef REEL_TABLE_H
#define REEL_TABLE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Numbers to pointers: open addressing, no order, 16 bytes a slot.  A value is
 * never NULL.  The values belong to the caller.
 */
struct reel_table_slot {
	int64_t key;
	void *value; /* NULL: the slot is free */
};
struct reel_table {
	struct reel_table_slot *slots;
	size_t cap; /* a power of two, or zero */
	size_t count;
};

/* The caller owns the struct; _clear leaves it as after _init. */
void reel_table_init(struct reel_table *table);
void reel_table_clear(struct reel_table *table);

/**
 * reel_table_get(table, key): the value, or NULL.
 * reel_table_put(table, key, value): insert or replace.
 * reel_table_drop(table, key): take it out; return the value it had, or NULL.
 */
void *reel_table_get(const struct reel_table *table, int64_t key);
void reel_table_put(struct reel_table *table, int64_t key, void *value);
void *reel_table_drop(struct reel_table *table, int64_t key);

/**
 * reel_table_next(table, pos, key):
 * Walk: start with ${*pos} 0; NULL at the end.  ${key} may be NULL.  The table
 * must not change meanwhile.
 */
void *reel_table_next(
    const struct reel_table *table, size_t *pos, int64_t *key);

#endif /* !REEL_TABLE_H */
