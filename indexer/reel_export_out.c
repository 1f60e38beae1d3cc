/*
 * Going on where the last run ended needs no notes: the same segments make the
 * same bytes, so what lies in OUT.part is held against what comes, and writing
 * begins where they part.  The few bytes that a muxer puts into earlier places
 * when it knows the sizes wait in memory until the end, so that OUT.part always
 * is the beginning of that stream of bytes.
 *
 * Nothing of others is touched: OUT is never replaced, and a file of that name
 * that does not begin like ours is left alone.
 */
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_log.h"
#include "indexer/reel_mem.h"

#include "indexer/reel_export_out.h"

/* Where two exports may begin to differ: after the first box and its size. */
#define HEAD_BYTES 32
#define PATCHES_BYTES_MAX 65536
#define NO_REPLACE 1 /* RENAME_NOREPLACE, which old headers lack */

struct patch {
	int64_t at;
	size_t len;
};

static enum reel_status
say_errno(struct reel_buf *why, const char *what, const char *path)
{

	if (errno == ENOSPC || errno == EDQUOT)
		reel_buf_fmt(why, "no room for %s: make room, and run the same "
		    "again to go on", path);
	else
		reel_buf_fmt(why, "cannot %s %s: %s", what, path,
		    strerror(errno));

	return (REEL_IO);
}

enum reel_status
reel_export_out_open(
    struct reel_export_out *out, const char *path, struct reel_buf *why)
{
	struct stat st;

	memset(out, 0, sizeof(*out));
	out->fd = -1;
	out->other = -1;
	reel_buf_init(&out->patches);
	out->path = reel_mem_str(path);
	if (asprintf(&out->part, "%s.part", path) == -1)
		reel_fatal("out of memory");
	if (lstat(path, &st) == 0) {
		reel_buf_fmt(why, "%s is there already: name another, or remove "
		    "it", path);
		return (REEL_BAD_INPUT);
	}
	out->fd = open(out->part,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
	if (out->fd == -1)
		return (say_errno(why, "write", out->part));
	if (fstat(out->fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		reel_buf_fmt(why, "%s is no plain file", out->part);
		return (REEL_BAD_INPUT);
	}
	if (flock(out->fd, LOCK_EX | LOCK_NB) == -1) {
		reel_buf_fmt(why, "another export writes %s", out->part);
		return (REEL_BUSY);
	}
	out->had = st.st_size;

	return (REEL_OK);
}

/* How many of the bytes are in the file as they are; -1: see errno. */
static ssize_t
alike(struct reel_export_out *out, const char *data, size_t len)
{
	char there[65536];
	size_t n = 0;
	ssize_t got;

	if ((int64_t)len > out->had - out->at)
		len = out->had > out->at ? (size_t)(out->had - out->at) : 0;
	if (len > sizeof(there))
		len = sizeof(there);
	if (len == 0)
		return (0);
	if ((got = pread(out->fd, there, len, out->at)) == -1)
		return (-1);
	while (n < (size_t)got && there[n] == data[n])
		n++;

	return ((ssize_t)n);
}

static enum reel_status
write_all(struct reel_export_out *out, int64_t at, const char *data,
    size_t len, struct reel_buf *why)
{
	ssize_t n;

	while (len > 0) {
		n = pwrite(out->fd, data, len, at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return (say_errno(why, "write", out->part));
		data += n;
		at += n;
		len -= (size_t)n;
	}

	return (REEL_OK);
}

/* What is there from ${out->at} on is not what comes. */
static enum reel_status
begin_here(struct reel_export_out *out, struct reel_buf *why)
{

	if (out->at < HEAD_BYTES) {
		reel_buf_fmt(why, "%s is there and no export began it: remove "
		    "it, or name another file", out->part);
		return (REEL_BAD_INPUT);
	}
	out->other = out->at;
	out->had = out->at;
	if (ftruncate(out->fd, out->at) == -1)
		return (say_errno(why, "write", out->part));

	return (REEL_OK);
}

enum reel_status
reel_export_out_put(struct reel_export_out *out, int64_t at, const void *data,
    size_t len, struct reel_buf *why)
{
	struct patch patch = {.at = at, .len = len};
	enum reel_status rc = REEL_OK;
	const char *from = data;
	ssize_t same;

	if (at >= 0 && at < out->at && (int64_t)len <= out->at - at &&
	    out->patches.len + len + sizeof(patch) <= PATCHES_BYTES_MAX) {
		reel_buf_add(&out->patches, &patch, sizeof(patch));
		reel_buf_add(&out->patches, data, len);
		return (REEL_OK);
	}
	if (at != out->at || (int64_t)len > out->limit - at) {
		reel_buf_str(why, "the worker's answer made no sense");
		return (REEL_BAD_INPUT);
	}
	while (out->had > out->at && len > 0 && rc == REEL_OK) {
		if ((same = alike(out, from, len)) == -1)
			return (say_errno(why, "read", out->part));
		out->at += same;
		from += same;
		len -= (size_t)same;
		if (same == 0)
			rc = begin_here(out, why);
	}
	if (rc == REEL_OK)
		rc = write_all(out, out->at, from, len, why);
	if (rc == REEL_OK)
		out->at += (int64_t)len;

	return (rc);
}

static enum reel_status
write_patches(struct reel_export_out *out, struct reel_buf *why)
{
	enum reel_status rc = REEL_OK;
	struct patch patch;
	size_t at = 0;

	if (out->patches.failed)
		reel_fatal("out of memory");
	while (at < out->patches.len && rc == REEL_OK) {
		memcpy(&patch, out->patches.data + at, sizeof(patch));
		at += sizeof(patch);
		rc = write_all(
		    out, patch.at, out->patches.data + at, patch.len, why);
		at += patch.len;
	}

	return (rc);
}

/* The name itself, on disk. */
static void
sync_folder(const char *path)
{
	char *folder = reel_mem_str(path), *slash = strrchr(folder, '/');
	int fd;

	if (slash != NULL)
		slash[slash == folder] = '\0';
	fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY);
	if (fd != -1) {
		(void)fsync(fd);
		close(fd);
	}
	free(folder);
}

/* Never over a file that is there, also where the kernel cannot promise it. */
static int
give_name(const char *part, const char *path)
{

	if (syscall(SYS_renameat2, AT_FDCWD, part, AT_FDCWD, path, NO_REPLACE) ==
	    0)
		return (0);
	if (errno != EINVAL && errno != ENOSYS)
		return (-1);
	if (link(part, path) == -1)
		return (-1);

	return (unlink(part));
}

enum reel_status
reel_export_out_finish(struct reel_export_out *out, struct reel_buf *why)
{
	enum reel_status rc;

	if ((rc = write_patches(out, why)) != REEL_OK)
		return (rc);
	if (ftruncate(out->fd, out->at) == -1 || fsync(out->fd) == -1)
		return (say_errno(why, "write", out->part));
	if (give_name(out->part, out->path) == -1) {
		if (errno == EEXIST)
			reel_buf_fmt(why, "%s has come into being meanwhile: the "
			    "export is %s", out->path, out->part);
		else
			(void)say_errno(why, "name", out->path);
		return (REEL_IO);
	}
	sync_folder(out->path);

	return (REEL_OK);
}

void
reel_export_out_close(struct reel_export_out *out)
{

	/* Nothing came: nobody needs an empty file. */
	if (out->fd != -1 && out->at == 0 && out->had == 0)
		(void)unlink(out->part);
	if (out->fd != -1)
		close(out->fd);
	free(out->path);
	free(out->part);
	reel_buf_clear(&out->patches);
	memset(out, 0, sizeof(*out));
	out->fd = -1;
}
