#ifndef REEL_WRITE_DISKS_SQL_H
#define REEL_WRITE_DISKS_SQL_H

#include <stdint.h>

#include "shared/reel_status.h"

/*
 * Which disk each root and each mount point inside a root was seen on, and
 * whether it is there now.  Rows without a change record, in the writer's
 * transaction.
 */
struct reel_write;

/**
 * reel_write_online(write, id, mount, fs, online, reason):
 * Note the filesystem and state of a root (mount 0) or of a mount point inside
 * one (1).  ${reason} may be NULL.
 *
 * reel_write_forget_mount(write, id): it is an ordinary folder again.
 * reel_write_root_path(write, id, path): the folder of a root, as configured.
 */
enum reel_status reel_write_online(struct reel_write *write, int64_t id,
    int mount, int64_t fs, int online, const char *reason);
enum reel_status reel_write_forget_mount(struct reel_write *write, int64_t id);
enum reel_status reel_write_root_path(
    struct reel_write *write, int64_t id, const char *path);

/**
 * reel_write_disks(write, on_disk, cookie):
 * Every noted root, then every noted mount of a live folder; path is NULL for
 * mounts, "" for a root whose folder was never told.  The callback may call the
 * book.
 */
enum reel_status reel_write_disks(struct reel_write *write,
    void (*on_disk)(void *cookie, int64_t id, int mount, const char *path,
        int64_t fs, int online),
    void *cookie);

#endif /* !REEL_WRITE_DISKS_SQL_H */
