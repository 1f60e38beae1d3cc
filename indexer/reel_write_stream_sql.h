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
 * READY; its body is made of ${facts} and of the members ${more}, each with a
 * comma before it.  The duration of a playlist counts for the folders above it
 * only if ${facts} are of an hls_directory.  A record, unless it is all as it was.
 * REEL_NOT_FOUND: no such item; REEL_BAD_INPUT: a file that would be a folder.
 */
enum reel_status reel_write_stream(struct reel_write *write,
    const struct reel_node *node, const struct reel_facts *facts,
    const struct reel_buf *more);

#endif /* !REEL_WRITE_STREAM_SQL_H */
