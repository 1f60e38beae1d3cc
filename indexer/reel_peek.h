#ifndef REEL_PEEK_H
#define REEL_PEEK_H

#include "indexer/reel_engine.h"

/*
 * A look ahead into a folder that the book cannot take in yet.
 */
struct reel_look;

/* Entries that are looked at; beyond it the answer is yes, to be safe. */
#define REEL_PEEK_MAX 5000

/**
 * reel_peek_holds(engine, at, name, node, holds):
 * Does the folder ${name} in ${at} on disk hold ${node}, or anything that the
 * book has below ${node}, at any depth?
 */
enum reel_status reel_peek_holds(struct reel_engine *engine,
    struct reel_look *at, const char *name, const struct reel_node *node,
    int *holds);

#endif /* !REEL_PEEK_H */
