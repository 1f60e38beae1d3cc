/*
 * The waiting room of lost items, in the order in which they were noted.
 *
 * It holds no truth: whoever takes an item out of it looks at the disk once
 * more first.  About 120 bytes an item, and REEL_LIMBO_MAX of them, or a few more
 * that one look notes; a file leaves it at the latest when everything that is
 * pending has been looked at, and a folder of a million files that goes away is
 * one entry.
 */
#include "indexer/reel_limbo.h"

#include <stdlib.h>

#include "indexer/reel_mem.h"
#include "indexer/reel_table.h"

struct reel_limbo {
	struct reel_table by_id;
	struct reel_limbo_entry *first;
	struct reel_limbo_entry *last;
	size_t hiding;
};

struct reel_limbo *
reel_limbo_new(void)
{
	struct reel_limbo *limbo = reel_mem_new(sizeof(*limbo));

	reel_table_init(&limbo->by_id);
	return (limbo);
}

void
reel_limbo_reset(struct reel_limbo *limbo)
{

	while (limbo->first != NULL)
		reel_limbo_drop(limbo, limbo->first->id);
	reel_table_clear(&limbo->by_id);
}

void
reel_limbo_free(struct reel_limbo *limbo)
{

	if (limbo == NULL)
		return;
	reel_limbo_reset(limbo);
	free(limbo);
}

size_t
reel_limbo_count(const struct reel_limbo *limbo)
{

	return (limbo->by_id.count);
}

int
reel_limbo_full(const struct reel_limbo *limbo)
{

	return (limbo->by_id.count >= REEL_LIMBO_MAX);
}

struct reel_limbo_entry *
reel_limbo_get(const struct reel_limbo *limbo, int64_t id)
{

	return (reel_table_get(&limbo->by_id, id));
}

static void
link_last(struct reel_limbo *limbo, struct reel_limbo_entry *entry)
{

	entry->next = NULL;
	entry->prev = limbo->last;
	if (limbo->last != NULL)
		limbo->last->next = entry;
	else
		limbo->first = entry;
	limbo->last = entry;
}

static void
unlink_entry(struct reel_limbo *limbo, struct reel_limbo_entry *entry)
{

	if (entry->next != NULL)
		entry->next->prev = entry->prev;
	else
		limbo->last = entry->prev;
	if (entry->prev != NULL)
		entry->prev->next = entry->next;
	else
		limbo->first = entry->next;
}

struct reel_limbo_entry *
reel_limbo_add(struct reel_limbo *limbo, int64_t id, int64_t parent_id,
    int folder, int64_t now_ms)
{
	struct reel_limbo_entry *entry = reel_limbo_get(limbo, id);

	if (entry != NULL)
		return (entry);
	entry = reel_mem_new(sizeof(*entry));
	entry->id = id;
	entry->parent_id = parent_id;
	entry->folder = folder;
	entry->noted_ms = now_ms;
	entry->since_ms = now_ms;
	reel_table_put(&limbo->by_id, id, entry);
	link_last(limbo, entry);
	return (entry);
}

void
reel_limbo_drop(struct reel_limbo *limbo, int64_t id)
{
	struct reel_limbo_entry *entry = reel_table_drop(&limbo->by_id, id);

	if (entry == NULL)
		return;
	unlink_entry(limbo, entry);
	limbo->hiding -= (size_t)reel_limbo_hides(entry);
	free(entry->dest_name);
	free(entry);
}

void
reel_limbo_renew(
    struct reel_limbo *limbo, struct reel_limbo_entry *entry, int64_t now_ms)
{

	entry->noted_ms = now_ms;
	unlink_entry(limbo, entry);
	link_last(limbo, entry);
}

void
reel_limbo_shift(struct reel_limbo *limbo, int64_t by_ms)
{
	struct reel_limbo_entry *entry;

	for (entry = limbo->first; entry != NULL; entry = entry->next) {
		entry->noted_ms += by_ms;
		entry->since_ms += by_ms;
	}
}

int
reel_limbo_hides(const struct reel_limbo_entry *entry)
{

	return (entry->blocks || (entry->folder && entry->dest_parent != 0));
}

size_t
reel_limbo_hiding(const struct reel_limbo *limbo)
{

	return (limbo->hiding);
}

static void
set_dest(struct reel_limbo *limbo, struct reel_limbo_entry *entry,
    int64_t parent, char *name, size_t len)
{

	limbo->hiding -= (size_t)reel_limbo_hides(entry);
	free(entry->dest_name);
	entry->dest_parent = parent;
	entry->dest_name = name;
	entry->dest_len = len;
	entry->checking = 0;
	limbo->hiding += (size_t)reel_limbo_hides(entry);
}

void
reel_limbo_seen(struct reel_limbo *limbo, struct reel_limbo_entry *entry,
    int64_t parent, const char *name, size_t len)
{

	set_dest(limbo, entry, parent, reel_mem_dup(name, len), len);
}

void
reel_limbo_unseen(struct reel_limbo *limbo, struct reel_limbo_entry *entry)
{

	set_dest(limbo, entry, 0, NULL, 0);
}

void
reel_limbo_block(
    struct reel_limbo *limbo, struct reel_limbo_entry *entry, int blocks)
{

	limbo->hiding -= (size_t)reel_limbo_hides(entry);
	entry->blocks = blocks;
	limbo->hiding += (size_t)reel_limbo_hides(entry);
}

struct reel_limbo_entry *
reel_limbo_first(const struct reel_limbo *limbo)
{

	return (limbo->first);
}
