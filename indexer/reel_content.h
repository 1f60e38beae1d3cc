#ifndef REEL_CONTENT_H
#define REEL_CONTENT_H

#include <stdint.h>

#include "shared/reel_status.h"

struct reel_wire_board;
struct reel_wire_making;

/**
 * reel_content_load(fd, size): of the file at ${fd}, which is ${size} bytes long,
 * what the keys are made of.  REEL_IO: it cannot be read.
 *
 * reel_content_picture(making, key), reel_content_board(board, key):
 * The key (shared/reel_key.h) that a picture, a storyboard of that file has when
 * it is made so; all zero if none is to be.
 */
enum reel_status reel_content_load(int fd, int64_t size);
void reel_content_picture(
    const struct reel_wire_making *making, unsigned char *key);
void reel_content_board(
    const struct reel_wire_board *board, unsigned char *key);

#endif /* !REEL_CONTENT_H */
