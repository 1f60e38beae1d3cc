/*
 * statx(2) and statfs(2).
 *
 * The filesystem id is f_fsid where there is one: it is made from the
 * filesystem's own identity, so it survives remounts and reboots, which st_dev
 * does not.  Below one folder everything with the folder's st_dev has the
 * folder's id, so the second question is asked at mount points only.
 */
#include "indexer/reel_stat.h"

#include <sys/stat.h>
#include <sys/vfs.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define REEL_STAT_MASK (STATX_BASIC_STATS | STATX_BTIME)

static int64_t
nanos(const struct statx_timestamp *ts)
{

	/* Year 2262 and beyond: what no clock says is not worth a crash. */
	if (ts->tv_sec > 9000000000 || ts->tv_sec < -9000000000)
		return (0);
	return ((int64_t)ts->tv_sec * 1000000000 + ts->tv_nsec);
}

static void
fill(struct reel_stat *st, const struct statx *stx)
{

	if (S_ISREG(stx->stx_mode))
		st->kind = REEL_STAT_FILE;
	else if (S_ISDIR(stx->stx_mode))
		st->kind = REEL_STAT_FOLDER;
	else
		st->kind = REEL_STAT_OTHER;
	st->mounted = (stx->stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
	st->nlink = stx->stx_nlink;
	st->dev = (uint64_t)stx->stx_dev_major << 32 | stx->stx_dev_minor;
	st->fs = (int64_t)st->dev;
	st->ino = (int64_t)stx->stx_ino;
	st->btime_ns = stx->stx_mask & STATX_BTIME ? nanos(&stx->stx_btime) : 0;
	st->mtime_ns = nanos(&stx->stx_mtime);
	st->ctime_ns = nanos(&stx->stx_ctime);
	st->size = (int64_t)stx->stx_size;
}

/* Leaves ${*fs} as it is, the device number, if the filesystem has no id. */
static enum reel_status
filesystem(int fd, int64_t *fs)
{
	struct statfs sfs;
	uint32_t part[2];

	if (fstatfs(fd, &sfs))
		return (REEL_IO);
	memcpy(part, &sfs.f_fsid, sizeof(part));
	if (part[0] != 0 || part[1] != 0)
		*fs = (int64_t)((uint64_t)part[1] << 32 | part[0]);
	return (REEL_OK);
}

enum reel_status
reel_stat_fd(int fd, struct reel_stat *st)
{
	struct statx stx;
	struct reel_stat found;

	if (statx(fd, "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, REEL_STAT_MASK,
	        &stx))
		return (REEL_IO);
	fill(&found, &stx);
	if (filesystem(fd, &found.fs) != REEL_OK)
		return (REEL_IO);
	*st = found;
	return (REEL_OK);
}

enum reel_status
reel_stat_at(int fd, const struct reel_stat *folder, const char *name,
    struct reel_stat *st)
{
	struct statx stx;
	enum reel_status status;
	int other;

	if (statx(fd, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
	        REEL_STAT_MASK, &stx)) {
		if (errno != ENOENT && errno != ENOTDIR)
			return (REEL_IO);
		memset(st, 0, sizeof(*st));
		st->kind = REEL_STAT_NONE;
		return (REEL_OK);
	}
	fill(st, &stx);
	if (st->dev == folder->dev) {
		st->fs = folder->fs;
		return (REEL_OK);
	}
	if (st->kind == REEL_STAT_OTHER)
		return (REEL_OK);
	other = openat(fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (other == -1)
		return (REEL_IO);
	status = filesystem(other, &st->fs);
	close(other);
	return (status);
}

/* From linux/magic.h and the filesystems that did not put theirs there. */
int
reel_stat_network(int fd)
{
	struct statfs sfs;

	if (fstatfs(fd, &sfs))
		return (0);
	switch ((uint32_t)sfs.f_type) {
	case 0x6969:     /* nfs */
	case 0x517B:     /* smb */
	case 0xFE534D42: /* smb2 */
	case 0xFF534D42: /* cifs */
	case 0x65735546: /* fuse: sshfs, rclone, mergerfs ... */
	case 0x01021997: /* 9p */
	case 0x00C36400: /* ceph */
	case 0x5346414F: /* afs */
	case 0x6B414653: /* kafs */
	case 0x564C:     /* ncp */
	case 0x73757245: /* coda */
	case 0x47504653: /* gpfs */
	case 0x0BD00BD0: /* lustre */
	case 0x01161970: /* gfs2 */
	case 0x7461636F: /* ocfs2 */
	case 0x786F4256: /* vboxsf */
	case 0xBACBACBC: /* vmhgfs */
		return (1);
	default:
		return (0);
	}
}
