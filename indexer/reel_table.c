/*
 * A hash table for what the indexer looks up by number: folders by id, watches
 * by descriptor, what is pending, lost or settling by id.
 *
 * Linear probing; a slot is taken out by moving its followers up, so there are
 * no tombstones and the table never has to be cleaned.  At least a quarter of
 * the slots stays free.
 */
#include "indexer/reel_table.h"

#include <stdlib.h>

#include "indexer/reel_mem.h"

#define REEL_TABLE_FIRST 16

/* Ids are counted upwards: spread them, or neighbours form long runs. */
static size_t
spot(int64_t key, size_t cap)
{
	uint64_t h = (uint64_t)key * 0x9E3779B97F4A7C15u;

	return ((size_t)(h >> 32) & (cap - 1));
}

void
reel_table_init(struct reel_table *table)
{
	table->slots = NULL;
	table->cap = 0;
	table->count = 0;
}

void
reel_table_clear(struct reel_table *table)
{
	free(table->slots);
	reel_table_init(table);
}

/* The slot that holds ${key}, or the free one where it would go. */
static struct reel_table_slot *
find(const struct reel_table *table, int64_t key)
{
	size_t i = spot(key, table->cap);

	while (table->slots[i].value != NULL && table->slots[i].key != key)
		i = (i + 1) & (table->cap - 1);
	return (&table->slots[i]);
}

static void
grow(struct reel_table *table)
{
	struct reel_table old = *table;
	struct reel_table_slot *slot;
	size_t i;

	table->cap = old.cap == 0 ? REEL_TABLE_FIRST : old.cap * 2;
	table->slots = reel_mem_new(table->cap * sizeof(*table->slots));
	for (i = 0; i < old.cap; i++) {
		if (old.slots[i].value == NULL)
			continue;
		slot = find(table, old.slots[i].key);
		*slot = old.slots[i];
	}
	free(old.slots);
}

void *
reel_table_get(const struct reel_table *table, int64_t key)
{

	if (table->count == 0)
		return (NULL);
	return (find(table, key)->value);
}

void
reel_table_put(struct reel_table *table, int64_t key, void *value)
{
	struct reel_table_slot *slot;

	if (table->count + 1 > table->cap / 4 * 3)
		grow(table);
	slot = find(table, key);
	if (slot->value == NULL)
		table->count++;
	slot->key = key;
	slot->value = value;
}

void *
reel_table_drop(struct reel_table *table, int64_t key)
{
	struct reel_table_slot *slot;
	size_t mask = table->cap - 1;
	size_t hole, i, home;
	void *value;

	if (table->count == 0)
		return (NULL);
	slot = find(table, key);
	value = slot->value;
	if (value == NULL)
		return (NULL);
	hole = (size_t)(slot - table->slots);
	for (i = (hole + 1) & mask; table->slots[i].value != NULL;
	     i = (i + 1) & mask) {
		home = spot(table->slots[i].key, table->cap);
		/* May it move up?  Only if its home is not after the hole. */
		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		table->slots[hole] = table->slots[i];
		hole = i;
	}
	table->slots[hole].value = NULL;
	table->count--;
	return (value);
}

void *
reel_table_next(const struct reel_table *table, size_t *pos, int64_t *key)
{
	const struct reel_table_slot *slot;

	while (*pos < table->cap) {
		slot = &table->slots[(*pos)++];
		if (slot->value == NULL)
			continue;
		if (key != NULL)
			*key = slot->key;
		return (slot->value);
	}
	return (NULL);
}
