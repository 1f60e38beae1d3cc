#ifndef REEL_WRITE_PICTURE_SQL_H
#define REEL_WRITE_PICTURE_SQL_H

#include <stdint.h>

#include "shared/reel_key.h"
#include "shared/reel_status.h"

/*
 * Pictures in the book: which item has which.
 */
struct reel_write;

/**
 * reel_write_picture(write, id, key): the item has that picture now; a record,
 * unless it had it before.  REEL_NOT_FOUND: no such item, or it owes facts.
 *
 * reel_write_picture_fail(write, id, attempts, reason): none can be made.  The
 * item stays as it is; a dead letter says why.
 *
 * reel_write_picture_of(write, id, key): REEL_NOT_FOUND: it has none.
 *
 * reel_write_pictured(write, key): REEL_NOT_FOUND: no item has that picture.
 *
 * reel_write_pictures_anew(write, making):
 * Pictures are made as the number ${making} says; if those before were made
 * otherwise, all are owed.
 */
enum reel_status reel_write_picture(
    struct reel_write *write, int64_t id, const unsigned char *key);
enum reel_status reel_write_picture_fail(
    struct reel_write *write, int64_t id, int attempts, const char *reason);
enum reel_status reel_write_picture_of(
    struct reel_write *write, int64_t id, unsigned char *key);
enum reel_status reel_write_pictured(
    struct reel_write *write, const unsigned char *key);
enum reel_status reel_write_pictures_anew(
    struct reel_write *write, int64_t making);

#endif /* !REEL_WRITE_PICTURE_SQL_H */
