#ifndef REEL_PICTURE_SQL_H
#define REEL_PICTURE_SQL_H

#include <stdint.h>

#include "shared/reel_status.h"

/* Pictures, from their names back to items; inside a snapshot of reel_read. */
struct reel_read;

/**
 * reel_picture_item(read, key, id), reel_picture_board(read, key, id):
 * An item that has the picture, the storyboard; the trash included.
 * REEL_NOT_FOUND: none.
 */
enum reel_status reel_picture_board(
    struct reel_read *read, const unsigned char *key, int64_t *id);
enum reel_status reel_picture_item(
    struct reel_read *read, const unsigned char *key, int64_t *id);

#endif /* !REEL_PICTURE_SQL_H */
