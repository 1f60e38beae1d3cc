#include "shared/reel_known.h"

#include <stdlib.h>
#include <string.h>

/*
 * Folders whose path is known.  The book stores no path, so every answer climbs
 * from an item to its root; nearly all of them climb through the same few
 * folders.  A reading process keeps one of these beside its handle.
 *
 * It refuses to be clever: a fixed number of entries in the order they came,
 * two open-addressed tables of indices over them, and at a bound everything is
 * forgotten.  The invariant: an entry is in both tables or in neither, and the
 * tables are at most half full, so a probe always ends.
 */

#define SLOTS (2 * REEL_KNOWN_MAX)

struct entry {
	int64_t id;
	uint32_t path; /* offset into bytes */
	uint32_t len;
};

struct reel_known {
	size_t count;
	size_t used; /* bytes */
	uint16_t by_id[SLOTS];   /* index of an entry plus one; 0: free */
	uint16_t by_path[SLOTS]; /* likewise */
	struct entry entries[REEL_KNOWN_MAX];
	char bytes[REEL_KNOWN_BYTES];
};

static size_t
hash_id(int64_t id)
{

	return ((size_t)(((uint64_t)id * 0x9e3779b97f4a7c15ULL) >> 40));
}

/* FNV-1a. */
static size_t
hash_path(const char *path, size_t len)
{
	uint64_t hash = 0xcbf29ce484222325ULL;
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)path[i]) * 0x100000001b3ULL;
	return ((size_t)(hash >> 20));
}

struct reel_known *
reel_known_new(void)
{

	/* Untouched pages of the allocation cost no memory. */
	return (calloc(1, sizeof(struct reel_known)));
}

void
reel_known_free(struct reel_known *known)
{

	free(known);
}

void
reel_known_clear(struct reel_known *known)
{

	if (known->count == 0)
		return;
	known->count = 0;
	known->used = 0;
	memset(known->by_id, 0, sizeof(known->by_id));
	memset(known->by_path, 0, sizeof(known->by_path));
}

/* The slot that holds ${id}, or the free one where it belongs. */
static size_t
slot_id(const struct reel_known *known, int64_t id)
{
	size_t slot;

	for (slot = hash_id(id) % SLOTS; known->by_id[slot] != 0;
	    slot = (slot + 1) % SLOTS) {
		if (known->entries[known->by_id[slot] - 1].id == id)
			break;
	}
	return (slot);
}

static size_t
slot_path(const struct reel_known *known, const char *path, size_t len)
{
	const struct entry *entry;
	size_t slot;

	for (slot = hash_path(path, len) % SLOTS; known->by_path[slot] != 0;
	    slot = (slot + 1) % SLOTS) {
		entry = &known->entries[known->by_path[slot] - 1];
		if (entry->len == len &&
		    memcmp(known->bytes + entry->path, path, len) == 0)
			break;
	}
	return (slot);
}

void
reel_known_put(struct reel_known *known, int64_t id, const char *path, size_t len)
{
	struct entry *entry;

	if (len == 0 || len > REEL_KNOWN_PATH_MAX)
		return;

	/* The book says something else than before: nothing known is sure. */
	if (known->by_id[slot_id(known, id)] != 0 ||
	    known->by_path[slot_path(known, path, len)] != 0 ||
	    known->count == REEL_KNOWN_MAX ||
	    known->used + len > REEL_KNOWN_BYTES)
		reel_known_clear(known);

	entry = &known->entries[known->count++];
	entry->id = id;
	entry->path = (uint32_t)known->used;
	entry->len = (uint32_t)len;
	memcpy(known->bytes + known->used, path, len);
	known->used += len;

	known->by_id[slot_id(known, id)] = (uint16_t)known->count;
	known->by_path[slot_path(known, path, len)] = (uint16_t)known->count;
}

const char *
reel_known_path(const struct reel_known *known, int64_t id, size_t *len)
{
	const struct entry *entry;
	uint16_t index;

	if ((index = known->by_id[slot_id(known, id)]) == 0)
		return (NULL);
	entry = &known->entries[index - 1];
	*len = entry->len;
	return (known->bytes + entry->path);
}

int64_t
reel_known_id(const struct reel_known *known, const char *path, size_t len)
{
	uint16_t index;

	if ((index = known->by_path[slot_path(known, path, len)]) == 0)
		return (0);
	return (known->entries[index - 1].id);
}
