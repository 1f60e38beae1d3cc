/*
 * A binary heap of times with an index by id, so that a time can be moved or
 * taken back.  Each id is there at most once: the heap is as bounded as the set
 * of ids its user puts in.
 */
#include "indexer/reel_due.h"

#include <stdlib.h>

#include "indexer/reel_mem.h"
#include "indexer/reel_table.h"

struct entry {
	int64_t at_ms;
	int64_t id;
	size_t pos;
};

struct reel_due {
	struct entry **heap;
	size_t count;
	size_t cap;
	struct reel_table by_id;
};

struct reel_due *
reel_due_new(void)
{
	struct reel_due *due = reel_mem_new(sizeof(*due));

	reel_table_init(&due->by_id);
	return (due);
}

void
reel_due_reset(struct reel_due *due)
{
	size_t i;

	for (i = 0; i < due->count; i++)
		free(due->heap[i]);
	due->count = 0;
	reel_table_clear(&due->by_id);
}

void
reel_due_free(struct reel_due *due)
{

	if (due == NULL)
		return;
	reel_due_reset(due);
	free(due->heap);
	free(due);
}

static void
place(struct reel_due *due, size_t pos, struct entry *entry)
{

	due->heap[pos] = entry;
	entry->pos = pos;
}

static void
up(struct reel_due *due, struct entry *entry)
{
	size_t pos = entry->pos;
	size_t parent;

	while (pos > 0) {
		parent = (pos - 1) / 2;
		if (due->heap[parent]->at_ms <= entry->at_ms)
			break;
		place(due, pos, due->heap[parent]);
		pos = parent;
	}
	place(due, pos, entry);
}

static void
down(struct reel_due *due, struct entry *entry)
{
	size_t pos = entry->pos;
	size_t child;

	for (;;) {
		child = pos * 2 + 1;
		if (child >= due->count)
			break;
		if (child + 1 < due->count &&
		    due->heap[child + 1]->at_ms < due->heap[child]->at_ms)
			child++;
		if (due->heap[child]->at_ms >= entry->at_ms)
			break;
		place(due, pos, due->heap[child]);
		pos = child;
	}
	place(due, pos, entry);
}

void
reel_due_set(struct reel_due *due, int64_t id, int64_t at_ms)
{
	struct entry *entry = reel_table_get(&due->by_id, id);

	if (entry != NULL) {
		entry->at_ms = at_ms;
		up(due, entry);
		down(due, entry);
		return;
	}
	if (due->count == due->cap) {
		due->cap = due->cap == 0 ? 16 : due->cap * 2;
		due->heap = reel_mem_grow(
		    due->heap, due->cap, sizeof(*due->heap));
	}
	entry = reel_mem_new(sizeof(*entry));
	entry->id = id;
	entry->at_ms = at_ms;
	place(due, due->count++, entry);
	up(due, entry);
	reel_table_put(&due->by_id, id, entry);
}

void
reel_due_drop(struct reel_due *due, int64_t id)
{
	struct entry *entry = reel_table_drop(&due->by_id, id);
	struct entry *last;

	if (entry == NULL)
		return;
	last = due->heap[--due->count];
	if (last != entry) {
		place(due, entry->pos, last);
		up(due, last);
		down(due, last);
	}
	free(entry);
}

int
reel_due_has(const struct reel_due *due, int64_t id)
{

	return (reel_table_get(&due->by_id, id) != NULL);
}

int64_t
reel_due_take(struct reel_due *due, int64_t now_ms)
{
	int64_t id;

	if (due->count == 0 || due->heap[0]->at_ms > now_ms)
		return (0);
	id = due->heap[0]->id;
	reel_due_drop(due, id);
	return (id);
}

int64_t
reel_due_first_ms(const struct reel_due *due)
{

	return (due->count == 0 ? -1 : due->heap[0]->at_ms);
}

size_t
reel_due_count(const struct reel_due *due)
{

	return (due->count);
}
