/*
 * A list without order: what goes leaves its place to the last one.
 */
#include <stdlib.h>
#include <string.h>

#include "indexer/reel_mem.h"

#include "indexer/reel_outs.h"

struct reel_out *
reel_outs_find(const struct reel_outs *outs, int64_t item_id)
{
	size_t i;

	for (i = 0; i < outs->count; i++)
		if (outs->list[i].item_id == item_id)
			return (&outs->list[i]);

	return (NULL);
}

void
reel_outs_add(struct reel_outs *outs, int64_t item_id, int stage)
{

	if (outs->count == outs->cap) {
		outs->cap = outs->cap == 0 ? 8 : outs->cap * 2;
		outs->list = reel_mem_grow(
		    outs->list, outs->cap, sizeof(outs->list[0]));
	}
	outs->list[outs->count++] =
	    (struct reel_out){.item_id = item_id, .stage = stage};
}

void
reel_outs_drop(struct reel_outs *outs, struct reel_out *out)
{

	*out = outs->list[--outs->count];
}

void
reel_outs_clear(struct reel_outs *outs)
{

	free(outs->list);
	memset(outs, 0, sizeof(*outs));
}
