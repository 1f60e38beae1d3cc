#ifndef REEL_SLOT_JUDGE_H
#define REEL_SLOT_JUDGE_H

#include <stddef.h>

#include "indexer/reel_piece.h"

/*
 * What a worker says, held against what it may say.
 */
struct reel_slot;
struct reel_wire_header;

/**
 * reel_slot_judge(slot, header):
 * Is the packet at hand what its worker may say to the job at hand?  What it says
 * of a picture has been taken then.
 *
 * reel_slot_judge_reason(slot, len): nonzero if the ${len} bytes of that packet are
 * a reason to be shown to people: UTF-8, of a bounded length, not empty.  It is
 * ${slot->reason} then.
 */
enum reel_piece_state reel_slot_judge(
    struct reel_slot *slot, const struct reel_wire_header *header);
int reel_slot_judge_reason(struct reel_slot *slot, size_t len);

#endif /* !REEL_SLOT_JUDGE_H */
