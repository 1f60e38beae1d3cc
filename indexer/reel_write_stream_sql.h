#ifndef REEL_WRITE_STREAM_SQL_H
#define REEL_WRITE_STREAM_SQL_H

#include <stdint.h>

#include "indexer/reel_node.h"
#include "shared/reel_buf.h"
#include "shared/reel_facts.h"
#include "shared/reel_status.h"

/*
 * What playlists say, in the book.
 */
struct reel_write;

/**
 * reel_write_stream(write, node, facts, more):
 * ${node}, a playlist or a folder with one, is as it says: stat, type, and state
 * READY; its body is made of ${facts} (NULL, of a folder: those that it has) and of
 * the members ${more}, each with a comma before it.  The duration of a playlist counts for the folders above it
 * only if ${facts} are of an hls_directory.  A record, unless it is all as it was.
 * REEL_NOT_FOUND: no such item; REEL_BAD_INPUT: a file that would be a folder.
 *
 * reel_write_stream_seen(write, id, sound): does the folder have facts that a piece
 * of the stream told, which a master playlist cannot; with ${sound}, of its sound?
 *
 * reel_write_segment(write, node): it is a part of a stream, and no more is known
 * of it.
 */
enum reel_status reel_write_stream(struct reel_write *write,
    const struct reel_node *node, const struct reel_facts *facts,
    const struct reel_buf *more);
int reel_write_stream_seen(struct reel_write *write, int64_t id, int sound);
enum reel_status reel_write_segment(
    struct reel_write *write, const struct reel_node *node);

#endif /* !REEL_WRITE_STREAM_SQL_H */
