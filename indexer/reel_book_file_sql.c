#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "indexer/reel_book_file_sql.h"
#include "shared/reel_schema_sql.h"

/*
 * A book is trusted only after its first 100 bytes, its owner and what lies
 * beside it were looked at with plain system calls: SQLite would replay a WAL
 * that belongs to another file without asking.
 *
 * A fresh book is made under another name in SQLite's rollback mode, synced, and
 * renamed.  So is a backup.  Hence the rule by which a foreign WAL is known: a
 * book that is still in rollback mode was never opened by an indexer, so no WAL
 * can be its own.
 *
 * The lock is an flock on a file of its own; the kernel gives it back however
 * the process ends.  Its text only serves people and, across a lost or restored
 * book, the rule that epochs grow.
 */
#define HEADER_BYTES 100

/* A path the kernel takes, and the longest name that is put behind it. */
#define PATH_BYTES (PATH_MAX + 32)
#define HEADER_WRITE_VERSION 18 /* 1: rollback, 2: WAL */
#define HEADER_USER_VERSION 60
#define HEADER_APPLICATION_ID 68

static void
say_errno(struct reel_buf *why, const char *what, const char *path)
{

	reel_buf_fmt(why, "cannot %s %s: %s", what, path, strerror(errno));
}

/* "<pid> <epoch>", both maybe absent. */
static void
read_signature(int fd, int64_t *pid, int64_t *epoch)
{
	char text[64];
	ssize_t len;

	*pid = *epoch = 0;
	if ((len = pread(fd, text, sizeof(text) - 1, 0)) <= 0)
		return;
	text[len] = '\0';
	if (sscanf(text, "%" SCNd64 " %" SCNd64, pid, epoch) < 2)
		*epoch = 0;
}

enum reel_status
reel_book_file_lock(
    const char *dir, int *fd, int64_t *epoch, struct reel_buf *why)
{
	char path[PATH_BYTES];
	int64_t pid, seen;
	int lock_fd;
	enum reel_status status;

	snprintf(path, sizeof(path), "%s/" REEL_BOOK_FILE_LOCK, dir);
	lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (lock_fd < 0) {
		say_errno(why, "open the lock", path);
		return (REEL_IO);
	}
	(void)fchmod(lock_fd, 0640);

	status = REEL_IO;
	if (flock(lock_fd, LOCK_EX | LOCK_NB) == 0) {
		read_signature(lock_fd, &pid, &seen);
		*epoch = seen;
		*fd = lock_fd;
		return (REEL_OK);
	}
	if (errno == EWOULDBLOCK) {
		read_signature(lock_fd, &pid, &seen);
		reel_buf_fmt(why, "another reel-indexer (process %" PRId64
			") uses the state folder %s: stop it, or give this one "
			"a state folder of its own", pid, dir);
		status = REEL_BUSY;
	} else
		say_errno(why, "lock", path);
	close(lock_fd);
	return (status);
}

void
reel_book_file_sign(int fd, int64_t epoch)
{
	char text[64];
	int len;

	/* One write of a few bytes; if it fails, only the text is stale. */
	len = snprintf(text, sizeof(text), "%ld %" PRId64 "\n", (long)getpid(),
	    epoch);
	if (pwrite(fd, text, (size_t)len, 0) == len)
		(void)!ftruncate(fd, len);
}

static uint32_t
be32(const unsigned char *bytes)
{

	return ((uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	    (uint32_t)bytes[2] << 8 | (uint32_t)bytes[3]);
}

static enum reel_status
read_header(const char *path, unsigned char *header, struct reel_buf *why)
{
	struct stat st;
	ssize_t len;
	int fd;

	/* Nobody of this process has it open yet: close() drops no lock. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return (REEL_NOT_FOUND);
	if (fd < 0 && errno == ELOOP) {
		reel_buf_fmt(why, "%s is a symbolic link: name the folder "
			"where the index really is as the state folder", path);
		return (REEL_BAD_INPUT);
	}
	if (fd < 0 || fstat(fd, &st) != 0) {
		say_errno(why, "open", path);
		if (fd >= 0)
			close(fd);
		return (REEL_IO);
	}
	len = S_ISREG(st.st_mode) ? pread(fd, header, HEADER_BYTES, 0) : 0;
	close(fd);
	if (len < 0) {
		say_errno(why, "read", path);
		return (REEL_IO);
	}
	if (len < HEADER_BYTES || memcmp(header, "SQLite format 3", 16) != 0) {
		reel_buf_fmt(why, "%s is not an index of Reel: move it away "
			"and start again, or name another state folder", path);
		return (REEL_BAD_INPUT);
	}
	/* Under a second name its WAL has another name too: never two. */
	if (st.st_nlink > 1) {
		reel_buf_fmt(why, "%s has a second hard link, which would "
			"damage it in use: replace it by a copy", path);
		return (REEL_BAD_INPUT);
	}
	return (REEL_OK);
}

static void
remove_beside(const char *path, const char *suffix)
{
	char beside[PATH_BYTES + 16];

	snprintf(beside, sizeof(beside), "%s%s", path, suffix);
	unlink(beside);
}

enum reel_status
reel_book_file_version(const char *path, int64_t version, struct reel_buf *why)
{

	if (version > REEL_SCHEMA_VERSION) {
		reel_buf_fmt(why, "%s was written by a newer Reel (schema %"
			PRId64 ", this one knows %d): install that Reel, or "
			"name another state folder", path, version,
		    REEL_SCHEMA_VERSION);
		return (REEL_STALE);
	}
	if (version < 1) {
		reel_buf_fmt(why, "%s has no schema version: move it away and "
			"start again", path);
		return (REEL_BAD_INPUT);
	}
	return (REEL_OK);
}

/* Whose file it is and of which version. */
static enum reel_status
check_header(const char *path, const unsigned char *header,
    struct reel_buf *why)
{

	if (be32(header + HEADER_APPLICATION_ID) !=
	    REEL_SCHEMA_APPLICATION_ID) {
		reel_buf_fmt(why, "%s is a database of another program: name "
			"another state folder, or move it away", path);
		return (REEL_BAD_INPUT);
	}
	return (reel_book_file_version(
	    path, be32(header + HEADER_USER_VERSION), why));
}

enum reel_status
reel_book_file_look(const char *path, struct reel_buf *why)
{
	unsigned char header[HEADER_BYTES];
	enum reel_status status;

	if ((status = read_header(path, header, why)) != REEL_OK)
		return (status);
	return (check_header(path, header, why));
}

enum reel_status
reel_book_file_check(const char *path, struct reel_buf *why)
{
	unsigned char header[HEADER_BYTES];
	enum reel_status status;

	status = read_header(path, header, why);
	if (status == REEL_NOT_FOUND) {
		remove_beside(path, "-wal");
		remove_beside(path, "-shm");
	}
	if (status != REEL_OK ||
	    (status = check_header(path, header, why)) != REEL_OK)
		return (status);
	if (header[HEADER_WRITE_VERSION] == 1) {
		remove_beside(path, "-wal");
		remove_beside(path, "-shm");
	}
	return (REEL_OK);
}

/* All in one transaction, so that the file is whole once it has its name. */
static int
fill(struct sqlite3 *db)
{
	char *sql;
	int rc;

	sql = sqlite3_mprintf("PRAGMA page_size = %d;"
			      "PRAGMA synchronous = FULL;"
			      "BEGIN IMMEDIATE;"
			      "PRAGMA application_id = %d;"
			      "PRAGMA user_version = %d;"
			      "%s"
			      "INSERT INTO meta (key, value) VALUES"
			      " ('epoch', 0), ('oldest', 1), ('last_id', 0),"
			      " ('head_ts', 0),"
			      " ('boot', ''), ('clean', 1), ('file', '');"
			      "COMMIT;",
	    REEL_SCHEMA_PAGE_BYTES, REEL_SCHEMA_APPLICATION_ID,
	    REEL_SCHEMA_VERSION, reel_schema_create);
	if (sql == NULL)
		return (SQLITE_NOMEM);
	rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_free(sql);
	return (rc);
}

enum reel_status
reel_book_file_create(const char *path, struct reel_buf *why)
{
	char fresh[PATH_BYTES];
	struct sqlite3 *db;
	int fd;
	enum reel_status status;

	db = NULL;
	status = REEL_IO;
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	unlink(fresh);
	remove_beside(fresh, "-journal");
	fd = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0 || fchmod(fd, 0640) != 0) {
		say_errno(why, "create", fresh);
		goto out;
	}
	close(fd);
	fd = -1;

	/* SQLite gives its other files the mode and owner of this one. */
	if (sqlite3_open_v2(fresh, &db, SQLITE_OPEN_READWRITE, NULL) !=
		SQLITE_OK ||
	    fill(db) != SQLITE_OK) {
		reel_buf_fmt(why, "cannot create %s: %s", path,
		    db == NULL ? "out of memory" : sqlite3_errmsg(db));
		goto out;
	}
	sqlite3_close(db);
	db = NULL;
	if (rename(fresh, path) != 0 ||
	    reel_book_file_sync_dir(path) != REEL_OK) {
		say_errno(why, "create", path);
		goto out;
	}
	status = REEL_OK;

out:
	sqlite3_close(db);
	if (fd >= 0)
		close(fd);
	if (status != REEL_OK)
		unlink(fresh);
	return (status);
}

enum reel_status
reel_book_file_identity(const char *path, char *text, size_t cap)
{
	struct statfs fs;
	struct stat st;
	uint64_t id;

	if (stat(path, &st) != 0 || statfs(path, &fs) != 0)
		return (REEL_IO);
	/* Some filesystems have no id of their own: then the device's. */
	memcpy(&id, &fs.f_fsid, sizeof(id));
	if (id == 0)
		id = (uint64_t)st.st_dev;
	snprintf(text, cap, "%" PRIx64 ":%" PRIu64, id, (uint64_t)st.st_ino);
	return (REEL_OK);
}

void
reel_book_file_boot(char *text, size_t cap)
{
	FILE *file;

	text[0] = '\0';
	file = fopen("/proc/sys/kernel/random/boot_id", "re");
	if (file == NULL)
		return;
	if (fgets(text, (int)cap, file) == NULL)
		text[0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	fclose(file);
}

enum reel_status
reel_book_file_sync_dir(const char *path)
{
	char dir[PATH_BYTES];
	char *slash;
	int fd, rc;

	snprintf(dir, sizeof(dir), "%s", path);
	if ((slash = strrchr(dir, '/')) == NULL)
		strcpy(dir, ".");
	else
		slash[slash == dir] = '\0';
	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return (REEL_IO);
	rc = fsync(fd);
	close(fd);
	return (rc == 0 ? REEL_OK : REEL_IO);
}
