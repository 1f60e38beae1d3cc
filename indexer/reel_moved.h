#ifndef REEL_MOVED_H
#define REEL_MOVED_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/reel_engine.h"

/*
 * Items that turned up at another place.
 */
struct reel_look;

/**
 * reel_moved_find(engine, at, name, len, st, mask, list, found):
 * Which item of the book, not at its old place any more, is what the disk shows
 * at ${name} in ${at}?  Its node is appended to ${list}, ${*found} points at it;
 * NULL if there is none, or if its old place still has it (a hard link).
 * REEL_AGAIN: not to be known yet; the name will be looked at again.
 */
enum reel_status reel_moved_find(struct reel_engine *engine,
    struct reel_look *at, const char *name, size_t len,
    const struct reel_stat *st, uint32_t mask, struct reel_node_list *list,
    const struct reel_node **found);

/**
 * reel_moved_put(engine, at, name, len, node, st, mask):
 * Move ${node} to the free place ${name} in ${at}.
 *
 * reel_moved_park(engine, node):
 * Move ${node} out of the way, to a place that no disk has: two items that
 * changed places cannot both move first.
 *
 * reel_moved_circle(engine, id, occupant):
 * Nonzero if ${occupant} cannot leave its place before ${id} has left its own.
 */
enum reel_status reel_moved_put(struct reel_engine *engine,
    struct reel_look *at, const char *name, size_t len,
    const struct reel_node *node, const struct reel_stat *st, uint32_t mask);
enum reel_status reel_moved_park(
    struct reel_engine *engine, const struct reel_node *node);
enum reel_status reel_moved_circle(struct reel_engine *engine, int64_t id,
    int64_t occupant, int *circle);

/**
 * reel_moved_links(engine, node, mask):
 * Look at the other names of the file: a write through one name is told
 * only to whoever watches the folder of that name.
 *
 * reel_moved_linked(engine, id, nlink):
 * The file of item ${id} has so many names.  With more than one it is polled:
 * the others may lie outside of the library, or go before anybody looks.
 *
 * reel_moved_written(engine):
 * Something was written to that is not there any more.  It may have been a name
 * of any of those files: look at all of them soon.
 */
void reel_moved_linked(
    struct reel_engine *engine, int64_t id, uint32_t nlink);
void reel_moved_written(struct reel_engine *engine);
enum reel_status reel_moved_links(
    struct reel_engine *engine, const struct reel_node *node, uint32_t mask);

#endif /* !REEL_MOVED_H */
