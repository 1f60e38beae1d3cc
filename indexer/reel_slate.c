/*
 * The file and a spare beside it, both with blocks of their own.
 *
 * As a rule a fresh file is written and renamed into place.  When that fails,
 * because there is no room or no descriptor, the spare is written, which is open
 * and has its blocks already, and the two change places: nothing is allocated.
 * Its descriptor is given up for a moment then, to open what is the spare now.
 *
 * The spare was the file before.  So on a full disk, and only there, a reader
 * that takes longer over the file than until the write after the next may see
 * that one's bytes; ours read in one go.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "indexer/reel_log.h"
#include "indexer/reel_mem.h"

#include "indexer/reel_slate.h"

struct reel_slate {
	char *dir;
	char *name;
	char *fresh;
	char *spare;
	int dir_fd;   /* -1: not to be had yet */
	int spare_fd; /* likewise */
};

static int
write_all(int fd, const char *data, size_t len)
{
	off_t at = 0;
	ssize_t n;

	while (len > 0) {
		if ((n = pwrite(fd, data, len, at)) == -1)
			return (-1);
		data += n;
		at += n;
		len -= (size_t)n;
	}

	return (0);
}

/* Filesystems that cannot promise blocks have to do without. */
static int
keep_room(int fd)
{

	return (fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, REEL_SLATE_BYTES) == -1 &&
	    (errno == ENOSPC || errno == EDQUOT) ? -1 : 0);
}

/* Nothing that somebody else put there is ever written to. */
static void
open_spare(struct reel_slate *slate)
{
	struct stat st;
	int fd;

	fd = openat(slate->dir_fd, slate->spare,
	    O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    st.st_nlink != 1) {
		if (fd != -1)
			close(fd);
		(void)unlinkat(slate->dir_fd, slate->spare, 0);
		return;
	}
	/* Without blocks it may still be of use where descriptors are short. */
	(void)keep_room(fd);
	slate->spare_fd = fd;
}

static void
get_ready(struct reel_slate *slate)
{

	if (slate->dir_fd == -1)
		slate->dir_fd =
		    open(slate->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (slate->dir_fd != -1 && slate->spare_fd == -1)
		open_spare(slate);
}

struct reel_slate *
reel_slate_new(const char *dir, const char *name)
{
	struct reel_slate *slate = reel_mem_new(sizeof(*slate));

	slate->dir = reel_mem_str(dir);
	slate->name = reel_mem_str(name);
	if (asprintf(&slate->fresh, "%s.new", name) == -1 ||
	    asprintf(&slate->spare, "%s.spare", name) == -1)
		reel_fatal("out of memory");
	slate->spare_fd = -1;
	/* That of a predecessor may belong to another group. */
	slate->dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (slate->dir_fd != -1)
		(void)unlinkat(slate->dir_fd, slate->spare, 0);
	get_ready(slate);

	return (slate);
}

void
reel_slate_free(struct reel_slate *slate)
{

	if (slate == NULL)
		return;
	if (slate->spare_fd != -1) {
		close(slate->spare_fd);
		(void)unlinkat(slate->dir_fd, slate->spare, 0);
	}
	if (slate->dir_fd != -1)
		close(slate->dir_fd);
	free(slate->dir);
	free(slate->name);
	free(slate->fresh);
	free(slate->spare);
	free(slate);
}

static enum reel_status
write_fresh(struct reel_slate *slate, const char *data, size_t len)
{
	enum reel_status rc = REEL_IO;
	int fd, saved_errno;

	/* What a killed predecessor left must not be written through a link. */
	(void)unlinkat(slate->dir_fd, slate->fresh, 0);
	fd = openat(slate->dir_fd, slate->fresh,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd == -1)
		return (REEL_IO);
	if (keep_room(fd) == 0 && write_all(fd, data, len) == 0 &&
	    fchmod(fd, 0640) == 0 && renameat(slate->dir_fd, slate->fresh,
	    slate->dir_fd, slate->name) == 0)
		rc = REEL_OK;
	saved_errno = errno;
	close(fd);
	if (rc != REEL_OK)
		(void)unlinkat(slate->dir_fd, slate->fresh, 0);
	errno = saved_errno;

	return (rc);
}

static enum reel_status
write_spare(struct reel_slate *slate, const char *data, size_t len)
{
	int fd = slate->spare_fd;

	if (write_all(fd, data, len) == -1 || ftruncate(fd, (off_t)len) == -1)
		return (REEL_IO);
	/* Shortening it gave blocks away. */
	(void)keep_room(fd);
	if (fchmod(fd, 0640) == -1)
		return (REEL_IO);
	/* There may be no file yet, or a filesystem that knows no exchange. */
	if (renameat2(slate->dir_fd, slate->spare, slate->dir_fd, slate->name,
	        RENAME_EXCHANGE) == -1 &&
	    renameat(slate->dir_fd, slate->spare, slate->dir_fd,
	        slate->name) == -1)
		return (REEL_IO);
	close(fd);
	slate->spare_fd = -1;
	open_spare(slate);

	return (REEL_OK);
}

enum reel_status
reel_slate_write(struct reel_slate *slate, const char *data, size_t len)
{
	enum reel_status rc;
	int saved_errno;

	get_ready(slate);
	if (slate->dir_fd == -1)
		return (REEL_IO);
	if ((rc = write_fresh(slate, data, len)) == REEL_OK)
		return (rc);
	saved_errno = errno;
	if (slate->spare_fd != -1)
		rc = write_spare(slate, data, len);
	errno = saved_errno;

	return (rc);
}
