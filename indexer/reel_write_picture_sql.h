#ifndef REEL_WRITE_PICTURE_SQL_H
#define REEL_WRITE_PICTURE_SQL_H

#include <stdint.h>

#include "indexer/reel_queue_sql.h"
#include "shared/reel_key.h"
#include "shared/reel_status.h"

/*
 * Pictures in the book: which item has which.
 */
struct reel_write;

/**
 * reel_write_picture(write, id, key), reel_write_board(write, id, key):
 * The item has that picture, that storyboard now; a record, unless it had it
 * before.  REEL_NOT_FOUND: no such item, or it owes facts.
 *
 * reel_write_picture_fail(write, id, stage, attempts, since_ms, reason): none can be
 * made, which was tried since then.
 * reel_write_picture_failed(write, id, stage, since_ms): nonzero if so; the last one.
 * The item stays as it is; a dead letter says why.
 *
 * reel_write_picture_of(write, id, key): REEL_NOT_FOUND: it has none.
 * reel_write_board_of(write, id, key, length_ms): of its storyboard, all zero if
 * it has none; and how long the film is, 0 if it is none, or that is not known.
 *
 * reel_write_pictured(write, key), reel_write_boarded(write, key):
 * REEL_NOT_FOUND: no item has that picture, that storyboard.
 *
 * reel_write_pictures_anew(write, making), reel_write_boards_anew(write, making):
 * They are made as the number ${making} says; if those before were made
 * otherwise, all are owed.  Storyboards: 0 if none are made from now on; when
 * they are again, and as before, those are owed that are not there.
 *
 * reel_write_failures_anew(write, version): of all that came to nothing the same is
 * owed once more, facts too, unless the version that called last was this one.
 */
enum reel_status reel_write_picture(
    struct reel_write *write, int64_t id, const unsigned char *key);
enum reel_status reel_write_board(
    struct reel_write *write, int64_t id, const unsigned char *key);
enum reel_status reel_write_picture_fail(struct reel_write *write, int64_t id,
    enum reel_stage stage, int attempts, int64_t since_ms, const char *reason);
int reel_write_picture_failed(struct reel_write *write, int64_t id,
    enum reel_stage *stage, int64_t *since_ms);
enum reel_status reel_write_picture_of(
    struct reel_write *write, int64_t id, unsigned char *key);
enum reel_status reel_write_board_of(struct reel_write *write, int64_t id,
    unsigned char *key, int64_t *length_ms);
enum reel_status reel_write_pictured(
    struct reel_write *write, const unsigned char *key);
enum reel_status reel_write_boarded(
    struct reel_write *write, const unsigned char *key);
enum reel_status reel_write_pictures_anew(
    struct reel_write *write, int64_t making);
enum reel_status reel_write_boards_anew(
    struct reel_write *write, int64_t making);
enum reel_status reel_write_failures_anew(
    struct reel_write *write, int64_t version);

#endif /* !REEL_WRITE_PICTURE_SQL_H */
