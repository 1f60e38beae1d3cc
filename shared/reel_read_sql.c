#include "shared/reel_read_sql.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "shared/reel_handle_sql.h"
#include "shared/reel_known.h"
#include "shared/reel_schema_sql.h"

/*
 * The book, read: what an nginx worker asks of it.  A snapshot is begun by a
 * statement that tells the newest record and stays open; as long as it is, all
 * other statements see the same moment, without BEGIN and COMMIT around them.
 *
 * It refuses to write, and to answer two questions of one request from two
 * moments.
 *
 * Invariant: between _end and the next _begin no statement is active, so that
 * no checkpoint of the writer ever waits for a worker that sleeps.
 */

/* READONLY_RECOVERY and its kin end within microseconds when a writer lives. */
#define BEGIN_TRIES 3

/* Records behind which asking what moved costs more than learning anew. */
#define MOVED_MAX REEL_SCHEMA_LOG_MIN

/* No name is longer than 255 bytes, so these follow every name. */
static const char beyond[256] = { [0 ... 255] = (char)0xff };

enum reel_status
reel_read_new(const char *file, struct reel_read **read)
{
	struct reel_read *fresh;

	if ((fresh = calloc(1, sizeof(*fresh))) == NULL)
		return (REEL_NOMEM);
	if ((fresh->file = strdup(file)) == NULL) {
		free(fresh);
		return (REEL_NOMEM);
	}
	reel_buf_init(&fresh->path);
	reel_buf_init(&fresh->names);
	*read = fresh;
	return (REEL_OK);
}

void
reel_read_free(struct reel_read *read)
{

	if (read == NULL)
		return;
	reel_handle_close(read);
	reel_buf_clear(&read->path);
	reel_buf_clear(&read->names);
	free(read->file);
	free(read);
}

void
reel_read_look(struct reel_read *read)
{

	read->look = 1;
}

const char *
reel_read_error(const struct reel_read *read)
{

	return (read->error);
}

int
reel_read_spent(struct reel_read *read)
{

	if (reel_handle_now_ns() <= read->deadline_ns)
		return (0);
	(void)reel_handle_fail(read, SQLITE_INTERRUPT);
	return (1);
}

uint64_t
reel_read_inode(const struct reel_read *read)
{

	return (read->ino);
}

/* Forget paths when a folder moved or went since they were learnt. */
static enum reel_status
refresh(struct reel_read *read)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if (read->head.epoch == read->known_at.epoch &&
	    read->head.seq == read->known_at.seq)
		return (REEL_OK);

	if (read->head.epoch == read->known_at.epoch &&
	    read->head.seq > read->known_at.seq &&
	    read->head.seq - read->known_at.seq <= MOVED_MAX) {
		if ((status = reel_handle_start(read, REEL_HANDLE_MOVED,
		    &stmt)) != REEL_OK)
			return (status);
		sqlite3_bind_int64(stmt, 1, read->known_at.seq);
		status = reel_handle_step(read, stmt);
		if (status != REEL_OK && status != REEL_NOT_FOUND)
			return (status);
		if (status == REEL_OK)
			reel_known_clear(read->known);
	} else {
		reel_known_clear(read->known);
	}
	read->known_at = read->head;
	return (REEL_OK);
}

/*
 * The newest record.  Most snapshots are as the one before, and SQLite's count
 * of commits by others tells so for a tenth of what a query costs.
 */
static enum reel_status
find_head(struct reel_read *read)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;
	unsigned version = 0;

	if (sqlite3_file_control(read->db, "main", SQLITE_FCNTL_DATA_VERSION,
	    &version) == SQLITE_OK && read->head_known &&
	    version == read->version)
		return (REEL_OK);

	read->head_known = 0;
	if ((status = reel_handle_start(read, REEL_HANDLE_HEAD, &stmt)) !=
	    REEL_OK)
		return (status);
	if ((status = reel_handle_step(read, stmt)) != REEL_OK)
		return (status);
	read->head.epoch = sqlite3_column_int64(stmt, 0);
	read->head.seq = sqlite3_column_int64(stmt, 1);
	if ((status = refresh(read)) != REEL_OK)
		return (status);
	read->version = version;
	read->head_known = 1;
	return (REEL_OK);
}

static enum reel_status
begin(struct reel_read *read)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if (read->db == NULL && (status = reel_handle_open(read)) != REEL_OK)
		return (status);
	if ((status = reel_handle_start(read, REEL_HANDLE_ANCHOR, &stmt)) !=
	    REEL_OK)
		return (status);
	if ((status = reel_handle_step(read, stmt)) != REEL_OK)
		return (status == REEL_NOT_FOUND
		    ? reel_handle_fail(read, SQLITE_CORRUPT) : status);
	return (find_head(read));
}

void
reel_read_budget(struct reel_read *read, int64_t budget_ms)
{

	read->deadline_ns = reel_handle_now_ns() + budget_ms * 1000000;

	/* What failed for another request says nothing about this one. */
	read->error[0] = '\0';
}

enum reel_status
reel_read_begin(
    struct reel_read *read, int64_t budget_ms, struct reel_cursor *head)
{
	enum reel_status status;
	int tries, was_open;

	reel_read_budget(read, budget_ms);
	if (read->look) {
		read->look = 0;
		if (read->db != NULL && reel_handle_replaced(read))
			read->suspect = 1;
	}
	if (read->suspect)
		reel_handle_close(read);

	for (tries = 0;; tries++) {
		was_open = read->db != NULL;
		if ((status = begin(read)) == REEL_OK)
			break;
		reel_handle_reset(read);

		/* A handle that went stale deserves one fresh one. */
		if (read->suspect)
			reel_handle_close(read);
		if (status == REEL_AGAIN && tries < BEGIN_TRIES)
			continue;
		if (status == REEL_IO && was_open && tries == 0)
			continue;
		return (status);
	}

	read->error[0] = '\0';
	*head = read->head;
	return (REEL_OK);
}

void
reel_read_end(struct reel_read *read)
{

	reel_handle_reset(read);
}

/* What all kinds of rows begin with. */
static void
fill(struct sqlite3_stmt *stmt, struct reel_read_row *row)
{
	const char *sums;
	char *rest;

	memset(row, 0, sizeof(*row));
	row->id = sqlite3_column_int64(stmt, 0);
	row->name = sqlite3_column_blob(stmt, 1);
	row->name_len = (size_t)sqlite3_column_bytes(stmt, 1);
	row->type = (enum reel_type)sqlite3_column_int(stmt, 2);
	row->body = (const char *)sqlite3_column_text(stmt, 3);
	row->body_len = (size_t)sqlite3_column_bytes(stmt, 3);
	reel_handle_keys(stmt, 5, &row->picture, &row->board);

	/* A file that was tampered with may hold any number. */
	if ((unsigned)row->type >= REEL_TYPE_COUNT)
		row->type = REEL_TYPE_UNKNOWN;
	if (!REEL_TYPE_IS_FOLDER(row->type))
		return;

	if ((sums = (const char *)sqlite3_column_text(stmt, 4)) != NULL) {
		row->files = strtoll(sums, &rest, 10);
		row->videos = strtoll(rest, &rest, 10);
		row->bytes = strtoll(rest, &rest, 10);
		row->duration_ms = strtoll(rest, &rest, 10);
	}
}

static void
fill_item(struct sqlite3_stmt *stmt, struct reel_read_row *row)
{

	fill(stmt, row);
	row->parent_id = sqlite3_column_int64(stmt, 6);
	row->state = (enum reel_state)sqlite3_column_int(stmt, 7);
}

enum reel_status
reel_read_get(struct reel_read *read, int64_t id, struct reel_read_row *row)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if ((status = reel_handle_start(read, REEL_HANDLE_GET, &stmt)) !=
	    REEL_OK)
		return (status);
	sqlite3_bind_int64(stmt, 1, id);
	if ((status = reel_handle_step(read, stmt)) == REEL_OK)
		fill_item(stmt, row);
	return (status);
}

enum reel_status
reel_read_place(struct reel_read *read, int64_t parent_id, const char *name,
    size_t len, struct reel_read_row *row)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if ((status = reel_handle_start(read, REEL_HANDLE_PLACE, &stmt)) !=
	    REEL_OK)
		return (status);
	sqlite3_bind_int64(stmt, 1, parent_id);
	sqlite3_bind_blob64(stmt, 2, name, len, SQLITE_STATIC);
	if ((status = reel_handle_step(read, stmt)) == REEL_OK)
		fill_item(stmt, row);
	return (status);
}

enum reel_status
reel_read_children(struct reel_read *read, int64_t parent_id,
    const char *after, size_t len, int desc, int light)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;
	int which;

	which = light ? REEL_HANDLE_SCAN : REEL_HANDLE_LIST;
	if (desc)
		which++;
	if ((status = reel_handle_start(read, (enum reel_handle_stmt)which,
	    &stmt)) != REEL_OK)
		return (status);
	if (after == NULL) {
		after = beyond;
		len = desc ? sizeof(beyond) : 0;
	}
	sqlite3_bind_int64(stmt, 1, parent_id);
	/* The caller's name may be in a buffer that grows during the list. */
	sqlite3_bind_blob64(stmt, 2, after, len, SQLITE_TRANSIENT);
	read->listing = which;
	read->listing_id = parent_id;
	return (REEL_OK);
}

enum reel_status
reel_read_next(struct reel_read *read, struct reel_read_row *row)
{
	struct sqlite3_stmt *stmt = read->stmts[read->listing];
	enum reel_status status;

	if ((status = reel_handle_step(read, stmt)) != REEL_OK)
		return (status);

	fill(stmt, row);
	row->parent_id = read->listing_id;
	if (read->listing == REEL_HANDLE_SCAN ||
	    read->listing == REEL_HANDLE_SCAN_DESC) {
		row->size = sqlite3_column_int64(stmt, 6);
		row->mtime_ns = sqlite3_column_int64(stmt, 7);
		row->created_ms = sqlite3_column_int64(stmt, 8);
		row->duration_ms = sqlite3_column_int64(stmt, 9);
	}
	return (REEL_OK);
}

enum reel_status
reel_read_count(struct reel_read *read, int64_t parent_id, unsigned types,
    int64_t *count)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;
	unsigned all = (1U << REEL_TYPE_COUNT) - 1;

	/* Whoever pages through a folder asks the same again and again. */
	if (read->count_folder == parent_id && read->count_types == types &&
	    read->count_at.epoch == read->head.epoch &&
	    read->count_at.seq == read->head.seq) {
		*count = read->count;
		return (REEL_OK);
	}

	/* Without a look at the types the index alone is enough. */
	if ((status = reel_handle_start(read, types == all ?
	    REEL_HANDLE_COUNT_ALL : REEL_HANDLE_COUNT, &stmt)) != REEL_OK)
		return (status);
	sqlite3_bind_int64(stmt, 1, parent_id);
	if (types != all)
		sqlite3_bind_int64(stmt, 2, types);
	if ((status = reel_handle_step(read, stmt)) != REEL_OK)
		return (status);
	*count = sqlite3_column_int64(stmt, 0);

	read->count_folder = parent_id;
	read->count_types = types;
	read->count_at = read->head;
	read->count = *count;
	return (REEL_OK);
}

enum reel_status
reel_read_totals(struct reel_read *read, struct reel_read_row *row)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if ((status = reel_handle_start(read, REEL_HANDLE_TOTALS, &stmt)) !=
	    REEL_OK)
		return (status);
	if ((status = reel_handle_step(read, stmt)) != REEL_OK)
		return (status);
	memset(row, 0, sizeof(*row));
	row->type = REEL_TYPE_DIRECTORY;
	row->files = sqlite3_column_int64(stmt, 0);
	row->videos = sqlite3_column_int64(stmt, 1);
	row->bytes = sqlite3_column_int64(stmt, 2);
	row->duration_ms = sqlite3_column_int64(stmt, 3);
	return (REEL_OK);
}
