/*
 * Reading the configuration: small and local, done in one go on the loop's
 * thread.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
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
