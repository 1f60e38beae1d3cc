#ifndef REEL_FOLDERS_H
#define REEL_FOLDERS_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"

/*
 * Every live folder of the book, in memory: who lies in whom, and how each is
 * looked after.  Files are not here.  About 130 bytes and the name a folder.
 */
struct reel_disk;
struct reel_folders;
struct reel_rules;

/* The links are reel_folders.c's; all else is the indexer's to read and write. */
struct reel_folder {
	int64_t id;
	int64_t fs;  /* identity, as in the book */
	int64_t ino;
	int64_t btime_ns;
	struct reel_folder *parent; /* NULL: a root */
	struct reel_folder *child;
	struct reel_folder *next;
	struct reel_folder *prev;
	struct reel_rules *ignore;  /* its .reelignore; NULL: none; owned */
	struct reel_disk *disk;     /* of a root or a mount point, else NULL */
	char *name;                 /* with a NUL */
	uint16_t name_len;
	uint8_t tries;        /* failures to look at it, one after the other */
	unsigned watched : 1;
	unsigned unwatchable : 1; /* there was no watch left for it */
	unsigned ruled : 1;       /* ${ignore} is known */
	unsigned hls : 2;         /* see reel_hls.h */
};

struct reel_folders *reel_folders_new(void);
void reel_folders_free(struct reel_folders *folders);
size_t reel_folders_count(const struct reel_folders *folders);

/**
 * reel_folders_get(folders, id): NULL if there is none.
 *
 * reel_folders_add(folders, parent, id, name, len):
 * A new one in ${parent}, NULL for a root.
 *
 * reel_folders_move(folders, folder, parent, name, len):
 * ${folder} with all below now lies in ${parent}, which must not be below it.
 *
 * reel_folders_remove(folders, folder, on_folder, cookie):
 * ${folder} and all below are no more; ${on_folder} is told each before.
 */
struct reel_folder *reel_folders_get(
    const struct reel_folders *folders, int64_t id);
struct reel_folder *reel_folders_add(struct reel_folders *folders,
    struct reel_folder *parent, int64_t id, const char *name, size_t len);
void reel_folders_move(struct reel_folders *folders, struct reel_folder *folder,
    struct reel_folder *parent, const char *name, size_t len);
void reel_folders_remove(struct reel_folders *folders,
    struct reel_folder *folder,
    void (*on_folder)(void *cookie, struct reel_folder *folder), void *cookie);

/**
 * reel_folders_next(folders, top, folder):
 * Walk ${top} and all below, parents first; start with ${folder} NULL; NULL at
 * the end.  ${top} NULL: everything.
 */
struct reel_folder *reel_folders_next(struct reel_folders *folders,
    struct reel_folder *top, struct reel_folder *folder);

/* Nonzero if ${folder} is ${top} or lies below it. */
int reel_folders_below(
    const struct reel_folder *folder, const struct reel_folder *top);

/**
 * reel_folders_root(folder): the root it lies in.
 * reel_folders_path(folder, top, path): append its path below ${top}; nothing
 * for ${top} itself.
 * reel_folders_child(folder, name, len): the folder of that name in it, NULL if
 * none; ${folder} NULL: among the roots of ${folders}.  Looks at each child.
 */
struct reel_folder *reel_folders_root(struct reel_folder *folder);
void reel_folders_path(const struct reel_folder *folder,
    const struct reel_folder *top, struct reel_buf *path);
struct reel_folder *reel_folders_child(struct reel_folders *folders,
    struct reel_folder *folder, const char *name, size_t len);

#endif /* !REEL_FOLDERS_H */
