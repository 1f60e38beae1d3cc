#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_book_sql.h"
#include "indexer/reel_book_sums_sql.h"
#include "indexer/reel_mem.h"

/*
 * Folder sums.  A thousand files put into one folder ten levels deep would be
 * ten thousand updates; collected, they are ten.  Only folders that were touched
 * since the last flush are in memory, so the size follows the transaction, not
 * the library.
 *
 * Invariant: columns in the book plus what is collected here are the true sums.
 * A folder that moves or goes takes its columns along, so its caller flushes
 * first, while everything collected still hangs where it was collected.
 */
#define PARENT_UNKNOWN -1
#define PARENT_NONE -2 /* a root, the trash, or no such folder */

struct reel_sum
reel_book_sums_of(enum reel_type type, struct reel_sum sum)
{

	if (type == REEL_TYPE_HLS_DIRECTORY)
		sum.videos++;
	return (sum);
}

/* Multiply by a large odd number: ids are dense, their high bits must count. */
static size_t
slot_of(const struct reel_sums *sums, int64_t id)
{

	return ((size_t)(((uint64_t)id * 0x9e3779b97f4a7c15u) >> 32) &
	    (sums->slots_count - 1));
}

static void
hash_again(struct reel_sums *sums)
{
	size_t i, slot;

	sums->slots_count = sums->slots_count == 0 ? 64 : sums->slots_count * 2;
	sums->slots = reel_mem_grow(
	    sums->slots, sums->slots_count, sizeof(sums->slots[0]));
	memset(sums->slots, 0, sums->slots_count * sizeof(sums->slots[0]));
	for (i = 0; i < sums->count; i++) {
		slot = slot_of(sums, sums->folders[i].id);
		while (sums->slots[slot] != 0)
			slot = (slot + 1) & (sums->slots_count - 1);
		sums->slots[slot] = (uint32_t)i + 1;
	}
}

/* Index of the folder, which is added if it is not known yet. */
static size_t
folder_at(struct reel_sums *sums, int64_t id)
{
	struct reel_sums_folder *folder;
	size_t slot;

	if (sums->count * 2 >= sums->slots_count)
		hash_again(sums);
	slot = slot_of(sums, id);
	while (sums->slots[slot] != 0) {
		if (sums->folders[sums->slots[slot] - 1].id == id)
			return (sums->slots[slot] - 1);
		slot = (slot + 1) & (sums->slots_count - 1);
	}

	if (sums->count == sums->cap) {
		sums->cap = sums->cap == 0 ? 32 : sums->cap * 2;
		sums->folders = reel_mem_grow(
		    sums->folders, sums->cap, sizeof(sums->folders[0]));
	}
	folder = &sums->folders[sums->count];
	memset(folder, 0, sizeof(*folder));
	folder->id = id;
	folder->parent = PARENT_UNKNOWN;
	sums->slots[slot] = (uint32_t)++sums->count;
	return (sums->count - 1);
}

static void
add(struct reel_sum *to, const struct reel_sum *sum, int sign)
{

	to->files += sign * sum->files;
	to->videos += sign * sum->videos;
	to->bytes += sign * sum->bytes;
	to->duration_ms += sign * sum->duration_ms;
}

static int
is_zero(const struct reel_sum *sum)
{

	return (sum->files == 0 && sum->videos == 0 && sum->bytes == 0 &&
	    sum->duration_ms == 0);
}

void
reel_book_sums_add(
    struct reel_write *w, int64_t folder_id, struct reel_sum sum, int sign)
{
	size_t at;

	if (folder_id <= 0 || is_zero(&sum))
		return;
	at = folder_at(&w->sums, folder_id);
	add(&w->sums.folders[at].own, &sum, sign);
}

/* Learn the parent of folder ${at}, once. */
static enum reel_status
find_parent(struct reel_write *w, size_t at)
{
	struct sqlite3_stmt *stmt;
	int64_t parent_id;
	int64_t parent;
	enum reel_status status;

	if (w->sums.folders[at].parent != PARENT_UNKNOWN)
		return (REEL_OK);

	stmt = reel_book_stmt(w, REEL_BOOK_ITEM_PARENT);
	sqlite3_bind_int64(stmt, 1, w->sums.folders[at].id);
	status = reel_book_row(w, REEL_BOOK_ITEM_PARENT);
	if (status == REEL_IO)
		return (status);
	parent = PARENT_NONE;
	if (status == REEL_OK) {
		parent_id = sqlite3_column_int64(stmt, 0);
		reel_book_reset(w, REEL_BOOK_ITEM_PARENT);
		if (parent_id > 0)
			parent = (int64_t)folder_at(&w->sums, parent_id);
	}
	w->sums.folders[at].parent = parent;
	return (REEL_OK);
}

static enum reel_status
write_total(struct reel_write *w, const struct reel_sums_folder *folder)
{
	struct sqlite3_stmt *stmt;

	stmt = reel_book_stmt(w, REEL_BOOK_ITEM_ADD_SUM);
	sqlite3_bind_int64(stmt, 1, folder->id);
	sqlite3_bind_int64(stmt, 2, folder->total.files);
	sqlite3_bind_int64(stmt, 3, folder->total.videos);
	sqlite3_bind_int64(stmt, 4, folder->total.bytes);
	sqlite3_bind_int64(stmt, 5, folder->total.duration_ms);
	return (reel_book_run(w, REEL_BOOK_ITEM_ADD_SUM));
}

enum reel_status
reel_book_sums_flush(struct reel_write *w)
{
	struct reel_sums *sums;
	struct reel_sum own;
	size_t i, touched;
	int64_t at;
	enum reel_status status;

	sums = &w->sums;
	if (sums->count == 0)
		return (REEL_OK);

	/* Ancestors join the list behind those that were touched. */
	touched = sums->count;
	for (i = 0; i < touched; i++) {
		own = sums->folders[i].own;
		if (is_zero(&own))
			continue;
		for (at = (int64_t)i; at >= 0; at = sums->folders[at].parent) {
			add(&sums->folders[at].total, &own, 1);
			if ((status = find_parent(w, (size_t)at)) != REEL_OK)
				return (status);
		}
	}

	for (i = 0; i < sums->count; i++) {
		if (is_zero(&sums->folders[i].total))
			continue;
		if ((status = write_total(w, &sums->folders[i])) != REEL_OK)
			return (status);
	}
	reel_book_sums_reset(w);
	return (REEL_OK);
}

void
reel_book_sums_reset(struct reel_write *w)
{

	if (w->sums.count == 0)
		return;
	w->sums.count = 0;
	memset(w->sums.slots, 0,
	    w->sums.slots_count * sizeof(w->sums.slots[0]));
}

void
reel_book_sums_clear(struct reel_write *w)
{

	free(w->sums.folders);
	free(w->sums.slots);
	memset(&w->sums, 0, sizeof(w->sums));
}
