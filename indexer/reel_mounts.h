#ifndef REEL_MOUNTS_H
#define REEL_MOUNTS_H

#include "indexer/reel_engine.h"

/*
 * Disks coming and going: roots, and mount points inside them.
 */
struct reel_look;

/**
 * reel_mounts_check(engine, folder, found, st, names, go):
 * ${folder} is a root or mount point: what a look at it means.  ${found} zero:
 * there is nothing; ${names}: how many it holds, -1 if nobody counted.  ${*go}
 * is nonzero if its content can be believed.
 */
enum reel_status reel_mounts_check(struct reel_engine *engine,
    struct reel_folder *folder, int found, const struct reel_stat *st,
    int64_t names, int *go);

/**
 * reel_mounts_look(engine, at, folder, st, handled):
 * The folder ${folder} of the book lies in ${at}, and the disk shows ${st} at
 * its place.  ${*handled} is nonzero if a mount is at play and nothing more has
 * to be done about the name.
 */
enum reel_status reel_mounts_look(struct reel_engine *engine,
    struct reel_look *at, struct reel_folder *folder,
    const struct reel_stat *st, int *handled);

/* ${folder} is new and the top of another filesystem than its parent. */
enum reel_status reel_mounts_note(
    struct reel_engine *engine, struct reel_folder *folder, int64_t fs);

/* Every few seconds: look at what is away, and at mounts that came or went. */
void reel_mounts_tick(struct reel_engine *engine);

/* A disk record for ${folder}, linked in. */
struct reel_disk *reel_mounts_add(
    struct reel_engine *engine, struct reel_folder *folder);

/* ${fd} is opened for the first time since it came: polled or not? */
int reel_mounts_polled(const struct reel_folder *folder);

#endif /* !REEL_MOUNTS_H */
