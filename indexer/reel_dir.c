/*
 * Folders as descriptors.
 *
 * A path below a root is opened by openat2(2) with RESOLVE_BENEATH and without
 * links, in pieces where it is longer than PATH_MAX.  Where the kernel or a
 * container's filter does not know openat2, it goes name by name with
 * O_NOFOLLOW, which comes to the same.
 */
#include "indexer/reel_dir.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_mem.h"

#define REEL_DIR_PIECE 4000   /* below PATH_MAX, with room for the NUL */
#define REEL_DIR_BUFFER 65536 /* bytes a getdents64 */

/* As the kernel writes it; glibc's struct dirent has a shorter name. */
struct record {
	uint64_t ino;
	int64_t off;
	uint16_t reclen;
	uint8_t type;
	char name[];
};

static enum reel_status
verdict(int fd, int *result)
{

	if (fd >= 0) {
		*result = fd;
		return (REEL_OK);
	}
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
	case ELOOP:
	case EXDEV:
		return (REEL_NOT_FOUND);
	default:
		return (REEL_IO);
	}
}

/* The length of the longest run of whole names that fits into a piece. */
static size_t
piece(const char *rel, size_t len, size_t most)
{
	size_t end = len < most ? len : most;

	if (end == len)
		return (len);
	while (end > 0 && rel[end] != '/')
		end--;
	return (end);
}

static size_t
first_name(const char *rel, size_t len)
{
	const char *slash = memchr(rel, '/', len);

	return (slash == NULL ? len : (size_t)(slash - rel));
}

static int
open_piece(int at, const char *path, int flags, int *plain)
{
	struct open_how how;
	int fd;

	if (!*plain) {
		memset(&how, 0, sizeof(how));
		how.flags = (uint64_t)flags;
		how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
		    RESOLVE_NO_MAGICLINKS;
		fd = (int)syscall(SYS_openat2, at, path, &how, sizeof(how));
		if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
			return (fd);
		*plain = 1;
		errno = EAGAIN;
		return (-1);
	}
	return (openat(at, path, flags | O_NOFOLLOW));
}

enum reel_status
reel_dir_open(const char *root, const char *rel, size_t len, int *fd)
{
	char path[REEL_DIR_PIECE + 1];
	size_t n;
	int plain = 0;
	int at, next, last;

	at = open(root, (len == 0 ? O_RDONLY : O_PATH) | O_DIRECTORY | O_CLOEXEC);
	if (at == -1)
		return (verdict(at, fd));
	while (len > 0) {
		n = plain ? first_name(rel, len)
		          : piece(rel, len, REEL_DIR_PIECE);
		if (n == 0 || n > REEL_DIR_PIECE) {
			close(at);
			errno = ENAMETOOLONG;
			return (REEL_IO);
		}
		memcpy(path, rel, n);
		path[n] = '\0';
		last = n == len;
		next = open_piece(at, path,
		    (last ? O_RDONLY : O_PATH) | O_DIRECTORY | O_CLOEXEC,
		    &plain);
		if (next == -1 && errno == EAGAIN && plain)
			continue;
		n += last ? 0 : 1;
		rel += n;
		len -= n;
		{
			int saved = errno;

			close(at);
			errno = saved;
		}
		if (next == -1)
			return (verdict(next, fd));
		at = next;
	}
	*fd = at;
	return (REEL_OK);
}

enum reel_status
reel_dir_open_file(int fd, const char *name, int *file)
{
	struct stat st;
	int opened;

	opened = openat(fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (opened == -1) {
		if (errno == ENXIO)
			return (REEL_NOT_FOUND);
		return (verdict(opened, file));
	}
	if (fstat(opened, &st) || !S_ISREG(st.st_mode)) {
		close(opened);
		return (REEL_NOT_FOUND);
	}
	*file = opened;
	return (REEL_OK);
}

void
reel_dir_list_init(struct reel_dir_list *list)
{

	memset(list, 0, sizeof(*list));
	reel_buf_init(&list->names);
}

void
reel_dir_list_clear(struct reel_dir_list *list)
{

	free(list->entries);
	reel_buf_clear(&list->names);
	reel_dir_list_init(list);
}

static void
append(struct reel_dir_list *list, const struct record *rec)
{
	size_t len = strlen(rec->name);
	struct reel_dir_name *entry;

	if (rec->name[0] == '.' &&
	    (len == 1 || (len == 2 && rec->name[1] == '.')))
		return;
	/* Longer than any Linux filesystem of ours can look up again. */
	if (len > 255)
		return;
	if (list->count == list->cap) {
		list->cap = list->cap == 0 ? 64 : list->cap * 2;
		list->entries = reel_mem_grow(
		    list->entries, list->cap, sizeof(*list->entries));
	}
	entry = &list->entries[list->count++];
	entry->offset = list->names.len;
	entry->len = (uint16_t)len;
	entry->type = rec->type;
	reel_buf_add(&list->names, rec->name, len + 1);
}

static int
by_name(const void *a, const void *b, void *cookie)
{
	const struct reel_dir_list *list = cookie;
	const struct reel_dir_name *x = a;
	const struct reel_dir_name *y = b;

	return (strcmp(
	    list->names.data + x->offset, list->names.data + y->offset));
}

enum reel_status
reel_dir_read(int fd, struct reel_dir_list *list)
{
	enum reel_status status = REEL_IO;
	char *buffer = reel_mem_grow(NULL, REEL_DIR_BUFFER, 1);
	const struct record *rec;
	long got, pos;
	int saved;

	if (lseek(fd, 0, SEEK_SET) == -1)
		goto out;
	for (;;) {
		got = syscall(SYS_getdents64, fd, buffer, REEL_DIR_BUFFER);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			goto out;
		if (got == 0)
			break;
		for (pos = 0; pos < got; pos += rec->reclen) {
			rec = (const struct record *)(const void *)(buffer + pos);
			append(list, rec);
		}
	}
	if (list->names.failed) {
		errno = ENOMEM;
		goto out;
	}
	if (list->count > 1)
		qsort_r(list->entries, list->count, sizeof(*list->entries),
		    by_name, list);
	status = REEL_OK;

out:
	saved = errno;
	free(buffer);
	errno = saved;
	return (status);
}

int
reel_dir_list_has(const struct reel_dir_list *list, const char *name)
{
	size_t low = 0, high = list->count, mid;
	int order;

	while (low < high) {
		mid = low + (high - low) / 2;
		order = strcmp(
		    name, list->names.data + list->entries[mid].offset);
		if (order == 0)
			return (1);
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return (0);
}
