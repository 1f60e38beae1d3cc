#ifndef REEL_NODE_H
#define REEL_NODE_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_item.h"

/* One item as the scanner sees it.  Names are bytes, at most 255 of them. */
#define REEL_NODE_NAME_MAX 255

struct reel_node {
	int64_t id; /* 0: not in the book yet */
	int64_t parent_id;
	const char *name; /* of whoever filled the struct in; see there */
	size_t name_len;
	enum reel_type type;
	enum reel_state state;
	int64_t fs;  /* filesystem id, see reel_stat.h */
	int64_t ino;
	int64_t btime_ns; /* birth; 0: the filesystem does not tell */
	int64_t mtime_ns;
	int64_t ctime_ns;
	int64_t size;
	int64_t created_ms; /* birth time, else when first seen; 0: now */
};

/*
 * Nodes and their names, in two allocations that grow.  The names belong to the
 * list, each with a NUL after it, and stay where they are until the list grows
 * or is cleared.
 */
struct reel_node_list {
	struct reel_node *nodes;
	size_t count;
	struct reel_buf names;
	size_t cap;
};

/**
 * reel_node_list_init(list), reel_node_list_clear(list):
 * The caller owns the struct; _clear leaves it as after _init.
 *
 * reel_node_list_reset(list): forget the nodes, keep the memory.
 *
 * reel_node_list_add(list, node):
 * Append a copy of ${node} and of its name.
 */
void reel_node_list_init(struct reel_node_list *list);
void reel_node_list_clear(struct reel_node_list *list);
void reel_node_list_reset(struct reel_node_list *list);
void reel_node_list_add(
    struct reel_node_list *list, const struct reel_node *node);

/**
 * reel_node_name_ok(name, len):
 * Nonzero if a folder can hold an item of that name: 1..255 bytes, neither "."
 * nor "..", no '/' and no NUL.
 */
int reel_node_name_ok(const char *name, size_t len);

/* Are facts of files of that type found by a worker? */
int reel_node_probed(enum reel_type type);

#endif /* !REEL_NODE_H */
