#ifndef REEL_EXPORT_LIST_H
#define REEL_EXPORT_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * Which parts of which files make up a stream, one after the other, as a playlist
 * says; and whether they can be had.
 */
struct reel_export_talk;

#define REEL_EXPORT_PARTS_MAX 1000000 /* segments of a list; more is refused */

struct reel_export_part {
	char *path; /* below the folder; NULL: elsewhere, and ${uri} says where */
	char *uri;
	int64_t at;
	int64_t bytes;  /* 0: all that follow */
	int64_t bandwidth;
	int64_t pixels;
	uint32_t flags; /* REEL_REMUX_... */
	uint32_t number; /* of the segment, from 1 */
};

struct reel_export_list {
	char *name; /* of the playlist, below the folder */
	struct reel_export_part *parts;
	size_t count;
	size_t cap;
	size_t segments;
	int64_t bytes; /* of all parts, once it is checked */
	int ended;     /* no more will come */
	int is_master;
};

void reel_export_list_init(struct reel_export_list *list);
void reel_export_list_clear(struct reel_export_list *list);

/**
 * reel_export_list_read(list, talk, folder, name, why):
 * What stands in the playlist ${name} below ${folder}.  Of a master: its variants
 * and their sound.  One sentence in ${why}; REEL_BUSY: asked to end.
 *
 * reel_export_list_check(list, folder, why): are all parts there, and may they be
 * read as they are?
 *
 * reel_export_list_open(folder, path, fd): a plain file below the folder, no
 * symlink on the way.
 *
 * reel_export_list_best(list, folder, flags): the variant with the most pixels and
 * the greatest bandwidth, or the first sound, that lies below the folder; of those
 * whose playlist is there, if any is.  NULL: none.
 */
enum reel_status reel_export_list_read(struct reel_export_list *list,
    struct reel_export_talk *talk, const char *folder, const char *name,
    struct reel_buf *why);
enum reel_status reel_export_list_check(struct reel_export_list *list,
    const char *folder, struct reel_buf *why);
enum reel_status reel_export_list_open(
    const char *folder, const char *path, int *fd);
const struct reel_export_part *reel_export_list_best(
    const struct reel_export_list *list, const char *folder, uint32_t flags);

#endif /* !REEL_EXPORT_LIST_H */
