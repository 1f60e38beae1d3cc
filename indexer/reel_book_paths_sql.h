#ifndef REEL_BOOK_PATHS_SQL_H
#define REEL_BOOK_PATHS_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * Paths of folders, found by climbing to the root and remembered until a folder
 * moves or goes.  An id that has a path is in the library; one that has none
 * lies in the trash or does not exist.
 */
struct reel_write;

/**
 * reel_book_paths_below(w, folder_id, name, name_len, path):
 * Set ${path} to the path of an item called ${name} in the folder; folder
 * REEL_ITEM_TOP: ${name} is a root.  REEL_NOT_FOUND: ${folder_id} is no live
 * folder.
 *
 * reel_book_paths_live(w, folder_id): the same without the path.
 * reel_book_paths_within(w, id, folder_id):
 * REEL_OK: folder ${folder_id} lies below ${id} or is it; else REEL_NOT_FOUND.
 *
 * reel_book_paths_forget(w): a folder moved or went, or a rollback.
 */
enum reel_status reel_book_paths_below(struct reel_write *w, int64_t folder_id,
    const char *name, size_t name_len, struct reel_buf *path);
enum reel_status reel_book_paths_live(struct reel_write *w, int64_t folder_id);
enum reel_status reel_book_paths_within(
    struct reel_write *w, int64_t id, int64_t folder_id);
void reel_book_paths_forget(struct reel_write *w);

#endif /* !REEL_BOOK_PATHS_SQL_H */
