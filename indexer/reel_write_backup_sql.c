#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "indexer/reel_book_file_sql.h"
#include "indexer/reel_write_upkeep_sql.h"
#include "shared/reel_schema_sql.h"

/*
 * A backup: VACUUM INTO through a connection that only reads, so it may run
 * beside the indexer, as a process of its own.  Copying the file would lose what
 * is still in the WAL.
 *
 * The copy forgets which file it was, so whoever opens it begins a new epoch,
 * even where it lands on the old inode.  It gets its name only when it is whole
 * and on disk, and never the name of a file that is there.
 */

/* A writer may be restarting its WAL; wait for it. */
#define BUSY_MS 10000

static void
say_errno(struct reel_buf *why, const char *what, const char *path)
{

	reel_buf_fmt(why, "cannot %s %s: %s", what, path, strerror(errno));
}

/* Copy the book at ${from} into the empty file ${to}. */
static enum reel_status
copy(const char *from, const char *to, struct reel_buf *why)
{
	struct sqlite3 *db;
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	db = NULL;
	stmt = NULL;
	status = REEL_IO;
	if (sqlite3_open_v2(from, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK)
		sqlite3_busy_timeout(db, BUSY_MS);
	else
		goto out;
	if (sqlite3_prepare_v2(db, "VACUUM INTO ?", -1, &stmt, NULL) !=
	    SQLITE_OK)
		goto out;
	sqlite3_bind_text(stmt, 1, to, -1, SQLITE_STATIC);
	if (sqlite3_step(stmt) == SQLITE_DONE)
		status = REEL_OK;

out:
	if (status != REEL_OK)
		reel_buf_fmt(why, "cannot back up %s to %s: %s", from, to,
		    db == NULL ? "out of memory" : sqlite3_errmsg(db));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return (status);
}

/* Make the copy a stranger to the file it was made of. */
static enum reel_status
estrange(const char *path, struct reel_buf *why)
{
	struct sqlite3 *db;
	enum reel_status status;

	db = NULL;
	status = REEL_OK;
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) !=
		SQLITE_OK ||
	    sqlite3_exec(db,
		"PRAGMA synchronous = FULL;"
		"UPDATE meta SET value = '' WHERE key = 'file'",
		NULL, NULL, NULL) != SQLITE_OK) {
		reel_buf_fmt(why, "cannot finish the backup %s: %s", path,
		    db == NULL ? "out of memory" : sqlite3_errmsg(db));
		status = REEL_IO;
	}
	sqlite3_close(db);
	return (status);
}

/* Give ${from} the name ${to} unless something has it. */
static int
rename_fresh(const char *from, const char *to)
{

	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return (0);
	/* Some filesystems do not know the flag; a link is as careful. */
	if (errno != EINVAL && errno != ENOSYS)
		return (-1);
	if (link(from, to) != 0)
		return (-1);
	return (unlink(from));
}

static enum reel_status
sync_file(const char *path)
{
	int fd, rc;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return (REEL_IO);
	rc = fsync(fd);
	close(fd);
	return (rc == 0 ? REEL_OK : REEL_IO);
}

static enum reel_status
refuse_existing(const char *path, struct reel_buf *why)
{

	reel_buf_fmt(why, "%s exists already: a backup replaces no file, name "
		"another one", path);
	return (REEL_BUSY);
}

enum reel_status
reel_write_backup(const char *state_dir, const char *path, struct reel_buf *why)
{
	char *from, *temp;
	struct stat st;
	int fd, made;
	enum reel_status status;

	from = temp = NULL;
	fd = -1;
	made = 0;
	status = REEL_IO;
	if (asprintf(&from, "%s/" REEL_SCHEMA_FILE, state_dir) < 0 ||
	    asprintf(&temp, "%s.%ld.part", path, (long)getpid()) < 0) {
		reel_buf_fmt(why, "cannot back up %s: out of memory", state_dir);
		goto out;
	}
	if (lstat(path, &st) == 0) {
		status = refuse_existing(path, why);
		goto out;
	}
	status = reel_book_file_look(from, why);
	if (status == REEL_NOT_FOUND)
		reel_buf_fmt(why, "there is no index at %s: name the state "
			"folder of the indexer", from);
	if (status != REEL_OK)
		goto out;

	status = REEL_IO;
	fd = open(temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	made = fd >= 0;
	if (fd < 0 || fchmod(fd, 0640) != 0) {
		say_errno(why, "create", temp);
		goto out;
	}
	if ((status = copy(from, temp, why)) != REEL_OK ||
	    (status = estrange(temp, why)) != REEL_OK)
		goto out;
	if ((status = sync_file(temp)) != REEL_OK) {
		say_errno(why, "sync", temp);
		goto out;
	}
	if (rename_fresh(temp, path) != 0) {
		status = REEL_IO;
		if (errno == EEXIST)
			status = refuse_existing(path, why);
		else
			say_errno(why, "name the backup", path);
		goto out;
	}
	if ((status = reel_book_file_sync_dir(path)) != REEL_OK)
		say_errno(why, "sync the folder of", path);

out:
	if (fd >= 0)
		close(fd);
	/* Only what this call made itself; gone already if it was renamed. */
	if (made)
		unlink(temp);
	free(from);
	free(temp);
	return (status);
}
