#ifndef REEL_FOLD_VIEW_H
#define REEL_FOLD_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/reel_node.h"
#include "shared/reel_status.h"
#include "shared/reel_stream.h"

/*
 * The children of a folder, to be found by the numbers of their names.
 */
struct reel_write;

struct reel_fold_child {
	uint64_t number;
	size_t index; /* into the list */
};

struct reel_fold_view {
	struct reel_node_list list;
	struct reel_fold_child *children; /* by number */
	unsigned char *named; /* by index: the last playlist that names it, 0: none */
};

/* What a playlist names of a folder. */
struct reel_fold_count {
	int64_t there;   /* segments whose file is there */
	int64_t missing; /* and is not */
	int64_t bytes;   /* of those files */
	uint64_t files;  /* a number of all names and sizes, in their order */
};

/**
 * reel_fold_view_load(write, folder_id, view): the book's children; REEL_IO.
 * _init and _clear as always; _load begins with a _clear.
 *
 * reel_fold_view_find(view, number): NULL if there is none.
 *
 * reel_fold_view_count(view, stream, mark, count):
 * Look for all that ${stream} names, and mark it with ${mark}, 1 to 255.
 *
 * reel_fold_view_changed_ms(view): when any of its files changed last, since 1970.
 */
void reel_fold_view_init(struct reel_fold_view *view);
void reel_fold_view_clear(struct reel_fold_view *view);
enum reel_status reel_fold_view_load(struct reel_write *write,
    int64_t folder_id, struct reel_fold_view *view);
struct reel_node *reel_fold_view_find(
    const struct reel_fold_view *view, uint64_t number);
void reel_fold_view_count(struct reel_fold_view *view,
    const struct reel_stream *stream, unsigned char mark,
    struct reel_fold_count *count);
int64_t reel_fold_view_changed_ms(const struct reel_fold_view *view);

#endif /* !REEL_FOLD_VIEW_H */
