#ifndef REEL_DIR_H
#define REEL_DIR_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * Opening what lies beneath a root, and reading the names of a folder.  No
 * symlink is ever followed below the root, however deep the path.
 */
struct reel_dir_name {
	size_t offset; /* in the list's names; a NUL follows the name */
	uint16_t len;
	uint8_t type;  /* d_type; DT_UNKNOWN if the filesystem does not tell */
};
struct reel_dir_list {
	struct reel_dir_name *entries;
	size_t count;
	size_t cap;
	struct reel_buf names;
};
void reel_dir_list_init(struct reel_dir_list *list);
void reel_dir_list_clear(struct reel_dir_list *list);

/**
 * reel_dir_open(root, rel, len, fd):
 * Open the folder ${rel} of ${len} bytes ("" is the root itself) beneath the
 * folder ${root} for reading.  REEL_NOT_FOUND: no folder there; REEL_IO: see
 * errno.
 *
 * reel_dir_open_file(fd, name, file):
 * Open the regular file ${name} in the open folder ${fd} for reading, without
 * waiting (a fifo would).  REEL_NOT_FOUND: none; REEL_IO: see errno.
 */
enum reel_status reel_dir_open(
    const char *root, const char *rel, size_t len, int *fd);
enum reel_status reel_dir_open_file(int fd, const char *name, int *file);

/**
 * reel_dir_read(fd, list):
 * Append every name of the open folder but "." and ".." and sort the list as
 * bytes.  A folder is read as a whole: 32 bytes and the name for each.
 * REEL_IO: see errno; the list is incomplete then and proves nothing.
 *
 * reel_dir_list_has(list, name): nonzero if ${name} is in the sorted list.
 */
enum reel_status reel_dir_read(int fd, struct reel_dir_list *list);
int reel_dir_list_has(const struct reel_dir_list *list, const char *name);

#endif /* !REEL_DIR_H */
