/*
 * A picture is written under another name and renamed, so nginx never sees half of
 * one.  It is not synced: after a power cut a file may be empty or cut short, which
 * the sweep finds by its end, and which is made again when somebody looks at it.
 *
 * The folder is ours alone, but whatever lies in it under a name that is none of
 * ours is left alone.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_key.h"

#include "indexer/reel_mem.h"
#include "indexer/reel_whole.h"

#include "indexer/reel_cache.h"

#define PARTS 256
/* Remains of a write that was killed; not a name of a picture. */
#define TEMPORARY ".new-"

struct reel_cache {
	int boards;    /* storyboards lie in it, not pictures */
	int fd;        /* of the folder */
	int part;      /* where the sweep is */
	DIR *dir;      /* of that part; NULL: not begun */
	uint64_t made; /* names of temporary files */
};

enum reel_status
reel_cache_open(const char *cache_dir, int boards, struct reel_cache **out,
    struct reel_buf *why)
{
	struct reel_cache *cache = reel_mem_new(sizeof(*cache));
	char path[4096];

	cache->boards = boards;
	snprintf(path, sizeof(path), "%s/%s", cache_dir,
	    boards ? REEL_KEY_BOARDS : REEL_KEY_FOLDER);
	if (mkdir(path, 0750) == -1 && errno != EEXIST)
		cache->fd = -1;
	else
		cache->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (cache->fd == -1) {
		reel_buf_fmt(why, "cannot make the folder of pictures %s (%s): let "
		    "the user who runs reel-indexer write there, or name another "
		    "with --cache", path, strerror(errno));
		free(cache);
		return (REEL_IO);
	}
	*out = cache;

	return (REEL_OK);
}

void
reel_cache_close(struct reel_cache *cache)
{

	if (cache == NULL)
		return;
	if (cache->dir != NULL)
		closedir(cache->dir);
	close(cache->fd);
	free(cache);
}

/* ${sheet} 0: the picture, or the track. */
static void
path_of(const struct reel_cache *cache, const unsigned char *key, int sheet,
    char path[REEL_KEY_PATH + 1])
{

	path[cache->boards ? reel_key_board(key, sheet, path)
	    : reel_key_path(key, path)] = '\0';
}

int
reel_cache_has_sheet(
    const struct reel_cache *cache, const unsigned char *key, int sheet)
{
	char path[REEL_KEY_PATH + 1];
	struct stat st;

	path_of(cache, key, sheet, path);

	return (reel_key_known(key) &&
	    fstatat(cache->fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) && st.st_size > 0);
}

int
reel_cache_has(const struct reel_cache *cache, const unsigned char *key)
{

	return (reel_cache_has_sheet(cache, key, 0));
}

/* Create ${name}; its folder too if that is missing. */
static int
create(struct reel_cache *cache, const char *name, const char *part)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	int fd;

	fd = openat(cache->fd, name, flags, 0640);
	if (fd == -1 && errno == ENOENT &&
	    (mkdirat(cache->fd, part, 0750) == 0 || errno == EEXIST)) {
		/* Whatever the mask of our parent is: nginx shall enter. */
		(void)!fchmodat(cache->fd, part, 02750, 0);
		fd = openat(cache->fd, name, flags, 0640);
	}

	return (fd);
}

static int
write_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, data, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return (-1);
		data += n;
		len -= (size_t)n;
	}

	return (fchmod(fd, 0640));
}

/* What cannot be read is left to be looked at. */
static int
is_whole(int dir_fd, const char *name, const struct stat *st)
{
	unsigned char head[REEL_WHOLE_HEAD], end[REEL_WHOLE_END];
	const char *ending = strrchr(name, '.');
	int fd, whole;

	if (st->st_size < REEL_WHOLE_MIN)
		return (0);
	if ((fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) == -1)
		return (1);
	whole = pread(fd, head, sizeof(head), 0) != sizeof(head) ||
	    pread(fd, end, sizeof(end), st->st_size - REEL_WHOLE_END) !=
	    sizeof(end) || (strcmp(ending, ".vtt") == 0
	    ? reel_whole_track(head, end)
	    : reel_whole_picture(strcmp(ending, ".webp") == 0 ? REEL_KEY_WEBP
	        : REEL_KEY_JPEG, head, end, (uint64_t)st->st_size));
	close(fd);

	return (whole);
}

/*
 * Give the file ${name} its name ${path}.  A whole picture that has the name
 * already stays, as browsers have it for ever: files that differ only where the
 * key does not look do not exchange each other's.
 */
static int
place(struct reel_cache *cache, const char *name, const char *path)
{
	struct stat st;

	if (renameat2(cache->fd, name, cache->fd, path, RENAME_NOREPLACE) == 0)
		return (0);
	if (errno == EEXIST &&
	    fstatat(cache->fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) && is_whole(cache->fd, path, &st))
		return (unlinkat(cache->fd, name, 0));

	/* Cut short, or a filesystem that knows no such rename. */
	return (renameat(cache->fd, name, cache->fd, path));
}

enum reel_status
reel_cache_put(struct reel_cache *cache, const unsigned char *key,
    const void *bytes, size_t len)
{

	return (reel_cache_put_sheet(cache, key, 0, bytes, len));
}

enum reel_status
reel_cache_put_sheet(struct reel_cache *cache, const unsigned char *key,
    int sheet, const void *bytes, size_t len)
{
	char path[REEL_KEY_PATH + 1], name[64], part[3];
	int fd, saved, rc;

	path_of(cache, key, sheet, path);
	memcpy(part, path, 2);
	part[2] = '\0';
	snprintf(name, sizeof(name), "%s/" TEMPORARY "%d-%llu", part,
	    (int)getpid(), (unsigned long long)cache->made++);
	if ((fd = create(cache, name, part)) == -1)
		return (REEL_IO);
	rc = write_all(fd, bytes, len);
	saved = errno;
	if (close(fd) == -1 && rc == 0) {
		rc = -1;
		saved = errno;
	}
	if (rc == 0 && place(cache, name, path) == -1) {
		rc = -1;
		saved = errno;
	}
	if (rc == 0)
		return (REEL_OK);
	(void)unlinkat(cache->fd, name, 0);
	errno = saved;

	return (REEL_IO);
}

void
reel_cache_drop_sheets(struct reel_cache *cache, const unsigned char *key)
{
	char path[REEL_KEY_PATH + 1];
	int sheet = 0;

	if (!reel_key_known(key) || reel_cache_has(cache, key))
		return;
	do
		path_of(cache, key, ++sheet, path);
	while (unlinkat(cache->fd, path, 0) == 0);
}

/* What is of no use goes; of a storyboard the track before anything else. */
static void
drop(const struct reel_cache *cache, int dir_fd, const char *name)
{
	unsigned char key[REEL_KEY_BYTES];
	char track[REEL_KEY_PATH + 1];

	if (cache->boards &&
	    reel_key_board_parse(name, strlen(name), key) > 0) {
		path_of(cache, key, 0, track);
		(void)unlinkat(cache->fd, track, 0);
	}
	(void)unlinkat(dir_fd, name, 0);
}

static void
look_at(const struct reel_cache *cache, int dir_fd, const char *name,
    int64_t now_s,
    int (*is_wanted)(void *cookie, const unsigned char *key), void *cookie)
{
	unsigned char key[REEL_KEY_BYTES];
	struct stat st;
	int ours, old;

	ours = cache->boards ? reel_key_board_parse(name, strlen(name), key) >= 0
	    : reel_key_parse(name, strlen(name), key);
	if ((!ours && strncmp(name, TEMPORARY, strlen(TEMPORARY)) != 0) ||
	    fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    !S_ISREG(st.st_mode))
		return;
	old = now_s - (int64_t)st.st_mtim.tv_sec > REEL_CACHE_KEEP_S;
	if (ours && is_whole(dir_fd, name, &st) &&
	    (!old || is_wanted(cookie, key) != 0))
		return;
	if (ours || old)
		drop(cache, dir_fd, name);
}

static DIR *
open_part(const struct reel_cache *cache)
{
	char part[3];
	DIR *dir;
	int fd;

	snprintf(part, sizeof(part), "%02x", (unsigned int)cache->part & 0xff);
	fd = openat(cache->fd, part,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1)
		return (NULL);
	if ((dir = fdopendir(fd)) == NULL)
		close(fd);

	return (dir);
}

int
reel_cache_sweep(struct reel_cache *cache, int files, int64_t now_s,
    int (*is_wanted)(void *cookie, const unsigned char *key), void *cookie)
{
	struct dirent *entry;

	while (files > 0) {
		if (cache->dir == NULL && (cache->dir = open_part(cache)) != NULL)
			files--;
		if (cache->dir != NULL && (entry = readdir(cache->dir)) != NULL) {
			look_at(cache, dirfd(cache->dir), entry->d_name, now_s,
			    is_wanted, cookie);
			files--;
			continue;
		}
		if (cache->dir != NULL)
			closedir(cache->dir);
		cache->dir = NULL;
		if (++cache->part == PARTS) {
			cache->part = 0;
			return (1);
		}
	}

	return (0);
}
