/*
 * nginx runs as another user and reads the index: through the group, never
 * through "others".  The set-group-id bit makes files that SQLite creates
 * (index.db-wal, -shm) and the bell belong to it without anybody's help.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_schema_sql.h"

#include "indexer/reel_mem.h"

#include "indexer/reel_state.h"

static int
make_folders(const char *dir)
{
	char *copy = reel_mem_str(dir), *slash = copy;
	struct stat st;
	int rc = 0;

	/* Those above are for everybody to pass through; the last is not. */
	while (rc == 0 && (slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		if (mkdir(copy, 0755) == -1 && errno != EEXIST &&
		    stat(copy, &st) == -1)
			rc = -1;
		*slash = '/';
	}
	if (rc == 0 && mkdir(copy, 0750) == -1 && errno != EEXIST)
		rc = -1;
	free(copy);

	return (rc);
}

/* What an earlier run with another group left. */
static void
give_files(int dir_fd, gid_t gid)
{
	static const char *const names[] = {"index.db", "index.db-wal",
	    "index.db-shm", "status.json", "bell.sock"};
	size_t i;

	/* One that is missing or another user's stays as it is. */
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (fchownat(dir_fd, names[i], (uid_t)-1, gid,
		        AT_SYMLINK_NOFOLLOW) == -1)
			continue;
}

/*
 * One that all may write and that holds something is somebody's: /tmp, perhaps.
 * Where we cannot change its mode, nobody is harmed.
 */
static int
is_common(const char *dir, const struct stat *st)
{
	struct dirent *entry;
	int found = 0;
	DIR *d;

	if ((st->st_mode & S_IWOTH) == 0 ||
	    (geteuid() != 0 && geteuid() != st->st_uid) ||
	    (d = opendir(dir)) == NULL)
		return (0);
	while (!found && (entry = readdir(d)) != NULL)
		found = strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0;
	closedir(d);

	return (found);
}

/* ${what} is also the name of the flag. */
static enum reel_status
open_folder(const char *what, const char *dir, const char *group,
    struct reel_buf *why)
{
	enum reel_status rc = REEL_IO;
	struct group *entry = NULL;
	struct stat st;
	int fd = -1;

	if (make_folders(dir) == -1 ||
	    (fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 ||
	    fstat(fd, &st) == -1) {
		reel_buf_fmt(why, "cannot make the %s folder %s (%s): let the user "
		    "who runs reel-indexer write there, or name another with "
		    "--%s", what, dir, strerror(errno), what);
		goto out;
	}
	/* Its mode is about to change, which would be felt by all others. */
	if (is_common(dir, &st)) {
		reel_buf_fmt(why, "the %s folder %s can be written by everybody and "
		    "is not empty: name a folder of its own with --%s", what, dir,
		    what);
		rc = REEL_BAD_INPUT;
		goto out;
	}
	if (group != NULL && (entry = getgrnam(group)) == NULL) {
		reel_buf_fmt(why, "group \"%s\" does not exist: name the group "
		    "nginx runs with, \"www-data\" on Debian", group);
		goto out;
	}
	if (entry != NULL && st.st_gid != entry->gr_gid &&
	    fchown(fd, (uid_t)-1, entry->gr_gid) == -1) {
		reel_buf_fmt(why, "cannot give the %s folder %s to group %s (%s): "
		    "run reel-indexer as its owner and as a member of that group",
		    what, dir, group, strerror(errno));
		goto out;
	}
	if (entry != NULL)
		give_files(fd, entry->gr_gid);
	/* Somebody else's folder with the right access is as good. */
	if (fchmod(fd, entry != NULL ? 02750 : 0750) == -1 &&
	    access(dir, W_OK | X_OK) == -1) {
		reel_buf_fmt(why, "cannot write the %s folder %s (%s): let the user "
		    "who runs reel-indexer own it", what, dir, strerror(errno));
		goto out;
	}
	rc = REEL_OK;
out:
	if (fd != -1)
		close(fd);

	return (rc);
}

enum reel_status
reel_state_open(const char *dir, const char *group, struct reel_buf *why)
{

	return (open_folder("state", dir, group, why));
}

enum reel_status
reel_state_cache(const char *dir, const char *group, struct reel_buf *why)
{

	return (open_folder("cache", dir, group, why));
}

void
reel_state_mark(const char *dir, struct reel_state_mark *mark)
{
	char path[4096];
	struct stat st;

	memset(mark, 0, sizeof(*mark));
	snprintf(path, sizeof(path), "%s/" REEL_SCHEMA_FILE, dir);
	if (stat(path, &st) == -1)
		return;
	mark->dev = (uint64_t)st.st_dev;
	mark->ino = (uint64_t)st.st_ino;
}

int
reel_state_moved(const char *dir, const struct reel_state_mark *mark)
{
	struct reel_state_mark now;

	reel_state_mark(dir, &now);

	return (now.dev != mark->dev || now.ino != mark->ino);
}
