#ifndef REEL_STAT_H
#define REEL_STAT_H

#include <stdint.h>

#include "shared/reel_status.h"

/*
 * What the disk says of one name, and which filesystem it lies on.
 */
enum reel_stat_kind {
	REEL_STAT_NONE,   /* nothing there */
	REEL_STAT_FILE,   /* a regular file */
	REEL_STAT_FOLDER,
	REEL_STAT_OTHER   /* symlink, socket, fifo, device: never an item */
};

struct reel_stat {
	enum reel_stat_kind kind;
	int mounted;      /* it is the top of a mount */
	uint32_t nlink;
	uint64_t dev;     /* as the kernel numbers it today */
	int64_t fs;       /* filesystem id: the same after a remount or reboot */
	int64_t ino;
	int64_t btime_ns; /* 0: the filesystem does not tell */
	int64_t mtime_ns;
	int64_t ctime_ns;
	int64_t size;
};

/**
 * reel_stat_fd(fd, st):
 * The open file or folder ${fd} itself.  REEL_IO: see errno.
 *
 * reel_stat_at(fd, folder, name, st):
 * What ${name} in the open folder ${fd} is, symlinks and automounts left alone;
 * ${folder} is what reel_stat_fd said of ${fd}.  Nothing there is REEL_OK with
 * kind NONE.  REEL_IO: see errno.
 */
enum reel_status reel_stat_fd(int fd, struct reel_stat *st);
enum reel_status reel_stat_at(int fd, const struct reel_stat *folder,
    const char *name, struct reel_stat *st);

/**
 * reel_stat_network(fd):
 * Nonzero if the filesystem is one whose changes others can make without this
 * kernel seeing them: it has to be polled.
 */
int reel_stat_network(int fd);

#endif /* !REEL_STAT_H */
