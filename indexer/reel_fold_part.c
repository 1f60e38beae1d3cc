/*
 * The files of a stream, opened beneath its root by the numbers that a worker tells:
 * only what the book has of that folder is found.
 */
#include "indexer/reel_index.h"
#include "indexer/reel_pool.h"

#include "indexer/reel_fold_state.h"

const struct reel_fold_view *
reel_fold_beside(const struct reel_fold *fold)
{

	return (fold->shown == &fold->lists[REEL_FOLD_PLAYLISTS_MAX]
	    ? &fold->sub : &fold->own);
}

/* Open the file of that number; -1: there is none, or it cannot be opened. */
static int
open_number(struct reel_fold *fold, const struct reel_fold_view *view,
    uint64_t number)
{
	struct reel_node *node = reel_fold_view_find(view, number);
	enum reel_type type;
	char name[256];
	int fd = -1;

	if (node == NULL || reel_index_item_open(fold->book->index, node->id,
	        &fd, &type, name) != REEL_OK)
		return (-1);

	return (fd);
}

int
reel_fold_open_part(struct reel_fold *fold,
    const struct reel_fold_view *view, uint64_t map, uint64_t file,
    struct reel_pool_part *part)
{

	part->map = -1;
	if ((part->fd = open_number(fold, view, file)) == -1)
		return (0);
	/* One file with its header in front is just a file. */
	if (map != 0 && map != file)
		part->map = open_number(fold, view, map);

	return (1);
}
