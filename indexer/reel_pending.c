/*
 * The set of folders to look at again.
 *
 * An event is a hint, so a thousand events of one folder are one entry, and a
 * folder that waits as a whole swallows every name.  Three queues, first come
 * first served; a folder that becomes more urgent goes to the end of the more
 * urgent queue.
 */
#include "indexer/reel_pending.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/reel_mem.h"
#include "indexer/reel_table.h"
#include "shared/reel_buf.h"

struct entry {
	int64_t folder_id;
	struct entry *next;
	struct entry *prev;
	enum reel_pending_level level;
	uint32_t mask;
	uint16_t count;
	uint16_t whole;
	struct reel_buf names; /* struct packed and the name, ${count} times */
};

struct packed {
	uint32_t mask;
	uint16_t len;
};

struct queue {
	struct entry *first;
	struct entry *last;
	size_t count;
};

struct reel_pending {
	struct reel_table by_id;
	struct queue queues[REEL_PENDING_LEVELS];
};

struct reel_pending *
reel_pending_new(void)
{
	struct reel_pending *pending = reel_mem_new(sizeof(*pending));

	reel_table_init(&pending->by_id);
	return (pending);
}

static void
discard(struct entry *entry)
{

	reel_buf_clear(&entry->names);
	free(entry);
}

void
reel_pending_reset(struct reel_pending *pending)
{
	struct entry *entry;
	size_t pos = 0;

	while ((entry = reel_table_next(&pending->by_id, &pos, NULL)) != NULL)
		discard(entry);
	reel_table_clear(&pending->by_id);
	memset(pending->queues, 0, sizeof(pending->queues));
}

void
reel_pending_free(struct reel_pending *pending)
{

	if (pending == NULL)
		return;
	reel_pending_reset(pending);
	free(pending);
}

static void
enqueue(struct reel_pending *pending, struct entry *entry)
{
	struct queue *queue = &pending->queues[entry->level];

	entry->next = NULL;
	entry->prev = queue->last;
	if (queue->last != NULL)
		queue->last->next = entry;
	else
		queue->first = entry;
	queue->last = entry;
	queue->count++;
}

static void
dequeue(struct reel_pending *pending, struct entry *entry)
{
	struct queue *queue = &pending->queues[entry->level];

	if (entry->next != NULL)
		entry->next->prev = entry->prev;
	else
		queue->last = entry->prev;
	if (entry->prev != NULL)
		entry->prev->next = entry->next;
	else
		queue->first = entry->next;
	queue->count--;
}

static void
become_whole(struct entry *entry)
{

	entry->whole = 1;
	entry->count = 0;
	reel_buf_clear(&entry->names);
}

static void
add_name(struct entry *entry, const char *name, size_t len, uint32_t mask)
{
	struct packed packed;
	size_t pos = 0;

	while (pos < entry->names.len) {
		memcpy(&packed, entry->names.data + pos, sizeof(packed));
		if (packed.len == len &&
		    memcmp(entry->names.data + pos + sizeof(packed), name,
		        len) == 0) {
			packed.mask |= mask;
			memcpy(entry->names.data + pos, &packed, sizeof(packed));
			return;
		}
		pos += sizeof(packed) + packed.len;
	}
	if (entry->count == REEL_PENDING_NAMES) {
		become_whole(entry);
		return;
	}
	memset(&packed, 0, sizeof(packed));
	packed.mask = mask;
	packed.len = (uint16_t)len;
	reel_buf_add(&entry->names, &packed, sizeof(packed));
	reel_buf_add(&entry->names, name, len);
	entry->count++;
	if (entry->names.failed)
		become_whole(entry);
}

void
reel_pending_add(struct reel_pending *pending, int64_t folder_id,
    enum reel_pending_level level, const char *name, size_t len, uint32_t mask)
{
	struct entry *entry = reel_table_get(&pending->by_id, folder_id);

	if (entry == NULL) {
		entry = reel_mem_new(sizeof(*entry));
		entry->folder_id = folder_id;
		entry->level = level;
		reel_buf_init(&entry->names);
		reel_table_put(&pending->by_id, folder_id, entry);
		enqueue(pending, entry);
	} else if (level < entry->level) {
		dequeue(pending, entry);
		entry->level = level;
		enqueue(pending, entry);
	}
	entry->mask |= mask;
	if (entry->whole)
		return;
	if (name == NULL || len > 255)
		become_whole(entry);
	else
		add_name(entry, name, len, mask);
}

static void
unpack(const struct entry *entry, struct reel_pending_work *work)
{
	struct reel_pending_name *name;
	struct packed packed;
	size_t pos = 0;

	work->folder_id = entry->folder_id;
	work->level = entry->level;
	work->whole = entry->whole;
	work->mask = entry->mask;
	for (work->count = 0; work->count < entry->count; work->count++) {
		name = &work->names[work->count];
		memcpy(&packed, entry->names.data + pos, sizeof(packed));
		pos += sizeof(packed);
		name->mask = packed.mask;
		name->len = packed.len;
		memcpy(name->text, entry->names.data + pos, packed.len);
		name->text[packed.len] = '\0';
		pos += packed.len;
	}
}

int
reel_pending_take(struct reel_pending *pending, enum reel_pending_level level,
    struct reel_pending_work *work)
{
	struct entry *entry = pending->queues[level].first;

	if (entry == NULL)
		return (0);
	unpack(entry, work);
	dequeue(pending, entry);
	reel_table_drop(&pending->by_id, entry->folder_id);
	discard(entry);
	return (1);
}

void
reel_pending_drop(struct reel_pending *pending, int64_t folder_id)
{
	struct entry *entry = reel_table_drop(&pending->by_id, folder_id);

	if (entry == NULL)
		return;
	dequeue(pending, entry);
	discard(entry);
}

size_t
reel_pending_count(
    const struct reel_pending *pending, enum reel_pending_level level)
{

	return (pending->queues[level].count);
}
