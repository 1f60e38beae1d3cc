#ifndef REEL_LOOK_H
#define REEL_LOOK_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/reel_engine.h"

/*
 * One name of one folder: what the disk shows there, what the book has there,
 * and what that means.  Every change of the library begins here.
 */
struct reel_look {
	struct reel_folder *folder;
	int fd; /* the folder, opened by reel_engine_open */
	struct reel_stat st;
	enum reel_pending_level level; /* for what has to be looked at next */
	int unsure; /* set: something could not be looked at; errno says why */
};

/**
 * reel_look_stat(engine, at, name, len, st):
 * What lies at ${name}; kind NONE too for what the rules leave out and for what
 * is neither file nor folder.  REEL_AGAIN: not to be known now; ${at->unsure} is
 * set, and it must be taken neither for there nor for gone.
 */
enum reel_status reel_look_stat(struct reel_engine *engine,
    struct reel_look *at, const char *name, size_t len, struct reel_stat *st);

/**
 * reel_look_name(engine, at, name, len, mask):
 * Look, and bring the book up to date.
 *
 * reel_look_new(engine, at, name, len, st, mask):
 * The same where the disk shows ${st} and the book has nothing.
 *
 * reel_look_update(engine, node, st, mask):
 * ${node} is where the book has it and is now as ${st} says.
 *
 * reel_look_lose(engine, node):
 * ${node} is not where the book has it.
 */
enum reel_status reel_look_name(struct reel_engine *engine,
    struct reel_look *at, const char *name, size_t len, uint32_t mask);
enum reel_status reel_look_new(struct reel_engine *engine,
    struct reel_look *at, const char *name, size_t len,
    const struct reel_stat *st, uint32_t mask);
enum reel_status reel_look_update(struct reel_engine *engine,
    struct reel_node *node, const struct reel_stat *st, uint32_t mask);
struct reel_limbo_entry *reel_look_lose(
    struct reel_engine *engine, const struct reel_node *node);

#endif /* !REEL_LOOK_H */
