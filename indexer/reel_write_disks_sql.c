#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_book_paths_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_write_disks_sql.h"

/*
 * Roots and mount points, and the filesystem each was seen on.  There are a few
 * of them, so a listing copies all before it tells the first: the caller may
 * then change what it hears of.
 */
struct disk {
	int64_t id;
	int mount;
	int64_t fs;
	int online;
	char *path; /* NULL for mounts */
};

struct disks {
	struct disk *all;
	size_t count;
};

enum reel_status
reel_write_online(struct reel_write *write, int64_t id, int mount, int64_t fs,
    int online, const char *reason)
{
	enum reel_book_query query;
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if ((status = reel_book_begin(write)) != REEL_OK)
		return (status);
	query = mount ? REEL_BOOK_MOUNT_ONLINE : REEL_BOOK_ROOT_ONLINE;
	stmt = reel_book_stmt(write, query);
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_int64(stmt, 2, fs);
	sqlite3_bind_int(stmt, 3, online);
	if (reason == NULL)
		sqlite3_bind_null(stmt, 4);
	else
		sqlite3_bind_text(stmt, 4, reason, -1, SQLITE_STATIC);
	if ((status = reel_book_run(write, query)) == REEL_OK)
		write->dirty++;
	return (status);
}

enum reel_status
reel_write_forget_mount(struct reel_write *write, int64_t id)
{
	enum reel_status status;

	if ((status = reel_book_begin(write)) != REEL_OK)
		return (status);
	sqlite3_bind_int64(
	    reel_book_stmt(write, REEL_BOOK_MOUNT_DELETE), 1, id);
	if ((status = reel_book_run(write, REEL_BOOK_MOUNT_DELETE)) == REEL_OK)
		write->dirty++;
	return (status);
}

enum reel_status
reel_write_root_path(struct reel_write *write, int64_t id, const char *path)
{
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	if ((status = reel_book_begin(write)) != REEL_OK)
		return (status);
	stmt = reel_book_stmt(write, REEL_BOOK_ROOT_PATH);
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_blob(stmt, 2, path, (int)strlen(path), SQLITE_STATIC);
	if ((status = reel_book_run(write, REEL_BOOK_ROOT_PATH)) == REEL_OK)
		write->dirty++;
	return (status);
}

static enum reel_status
collect(struct reel_write *w, int mount, struct disks *disks)
{
	enum reel_book_query query;
	struct sqlite3_stmt *stmt;
	struct disk *disk;
	enum reel_status status;

	query = mount ? REEL_BOOK_MOUNT_LIST : REEL_BOOK_ROOT_LIST;
	stmt = reel_book_stmt(w, query);
	while ((status = reel_book_row(w, query)) == REEL_OK) {
		disks->all = reel_mem_grow(
		    disks->all, disks->count + 1, sizeof(disks->all[0]));
		disk = &disks->all[disks->count++];
		disk->id = sqlite3_column_int64(stmt, 0);
		disk->mount = mount;
		disk->fs = sqlite3_column_int64(stmt, 1);
		disk->online = sqlite3_column_int(stmt, 2);
		disk->path = mount ? NULL :
				     reel_mem_dup(sqlite3_column_blob(stmt, 3),
					 (size_t)sqlite3_column_bytes(stmt, 3));
	}
	return (status == REEL_NOT_FOUND ? REEL_OK : status);
}

enum reel_status
reel_write_disks(struct reel_write *write,
    void (*on_disk)(void *cookie, int64_t id, int mount, const char *path,
        int64_t fs, int online),
    void *cookie)
{
	struct disks disks;
	struct disk *disk;
	size_t i;
	enum reel_status status;

	memset(&disks, 0, sizeof(disks));
	if ((status = collect(write, 0, &disks)) != REEL_OK ||
	    (status = collect(write, 1, &disks)) != REEL_OK)
		goto out;
	for (i = 0; i < disks.count; i++) {
		disk = &disks.all[i];
		/* A mount point may lie in a folder that was dropped. */
		status = reel_book_paths_live(write, disk->id);
		if (status == REEL_OK)
			on_disk(cookie, disk->id, disk->mount, disk->path,
			    disk->fs, disk->online);
		else if (status == REEL_IO)
			goto out;
	}
	status = REEL_OK;

out:
	for (i = 0; i < disks.count; i++)
		free(disks.all[i].path);
	free(disks.all);
	return (status);
}
