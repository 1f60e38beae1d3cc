/*
 * Reading the configuration and replacing the status file.  Both are small and
 * local; both are done in one go on the loop's thread.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_log.h"

#include "indexer/reel_file.h"

enum reel_status
reel_file_read(const char *path, size_t max_bytes, struct reel_buf *text)
{
	enum reel_status rc = REEL_IO;
	struct stat st;
	char *room;
	ssize_t n;
	int fd, saved_errno;

	/* Not blocking: somebody may name a fifo. */
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1 ||
	    fstat(fd, &st) == -1)
		goto out;
	rc = REEL_BAD_INPUT;
	if (!S_ISREG(st.st_mode))
		goto out;
	for (;;) {
		if ((room = reel_buf_reserve(text, 65536)) == NULL)
			reel_fatal("out of memory");
		if ((n = read(fd, room, 65536)) <= 0)
			break;
		text->len += (size_t)n;
		if (text->len > max_bytes)
			goto out;
	}
	rc = n == 0 ? REEL_OK : REEL_IO;
out:
	saved_errno = errno;
	if (fd != -1)
		close(fd);
	errno = saved_errno;

	return (rc);
}

static int
write_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, data, len)) == -1)
			return (-1);
		data += n;
		len -= (size_t)n;
	}

	return (0);
}

enum reel_status
reel_file_replace(
    const char *dir, const char *name, const char *data, size_t len)
{
	enum reel_status rc = REEL_IO;
	char fresh[NAME_MAX + 1];
	int dir_fd, fd = -1, saved_errno;

	if ((size_t)snprintf(fresh, sizeof(fresh), "%s.new", name) >=
	    sizeof(fresh))
		reel_fatal("file name too long name=%s", name);
	if ((dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC)) == -1)
		goto out;
	/* What a killed predecessor left must not be written through a link. */
	(void)unlinkat(dir_fd, fresh, 0);
	fd = openat(dir_fd, fresh,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd == -1)
		goto out;
	if (write_all(fd, data, len) == -1 || fchmod(fd, 0640) == -1 ||
	    renameat(dir_fd, fresh, dir_fd, name) == -1) {
		saved_errno = errno;
		(void)unlinkat(dir_fd, fresh, 0);
		errno = saved_errno;
		goto out;
	}
	rc = REEL_OK;
out:
	saved_errno = errno;
	if (fd != -1)
		close(fd);
	if (dir_fd != -1)
		close(dir_fd);
	errno = saved_errno;

	return (rc);
}
