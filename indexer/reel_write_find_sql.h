#ifndef REEL_WRITE_FIND_SQL_H
#define REEL_WRITE_FIND_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/reel_node.h"
#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * What the writer itself asks the book; uncommitted rows included, the trash
 * never.
 */
struct reel_write;

/**
 * reel_write_get(write, id, list), reel_write_place(write, parent, name, list):
 * Append one node, or REEL_NOT_FOUND.
 *
 * reel_write_children(write, parent_id, list):
 * Append the children of a folder sorted by name; none is REEL_OK.
 *
 * reel_write_twins(write, fs, ino, list):
 * Append all items with that identity, lowest id first; none is REEL_OK.
 *
 * reel_write_folders(write, on_folder, cookie):
 * Every live folder, parents first.  The node's name lives as long as the
 * callback, which must not call the book.
 *
 * reel_write_path(write, id, path):
 * Append "<root>/<relative>"; REEL_NOT_FOUND if ${id} is unknown or does not
 * reach a root.
 */
enum reel_status reel_write_get(
    struct reel_write *write, int64_t id, struct reel_node_list *list);
enum reel_status reel_write_place(struct reel_write *write, int64_t parent_id,
    const char *name, size_t name_len, struct reel_node_list *list);
enum reel_status reel_write_children(
    struct reel_write *write, int64_t parent_id, struct reel_node_list *list);
enum reel_status reel_write_twins(struct reel_write *write, int64_t fs,
    int64_t ino, struct reel_node_list *list);
enum reel_status reel_write_folders(struct reel_write *write,
    void (*on_folder)(void *cookie, const struct reel_node *node),
    void *cookie);
enum reel_status reel_write_path(
    struct reel_write *write, int64_t id, struct reel_buf *path);

#endif /* !REEL_WRITE_FIND_SQL_H */
