/*
 * Nothing is believed of a worker but what may be said to the job that it has: it
 * could be the file that speaks.
 */
#include <string.h>

#include "shared/reel_escape.h"

#include "indexer/reel_slot.h"

#include "indexer/reel_slot_judge.h"

int
reel_slot_judge_reason(struct reel_slot *slot, size_t len)
{
	const char *text = slot->packet->bytes;

	if (len == 0 || len > REEL_WIRE_REASON_MAX ||
	    memchr(text, '\0', len) != NULL || !reel_escape_utf8_ok(text, len))
		return (0);
	memcpy(slot->reason, text, len);
	slot->reason[len] = '\0';

	return (1);
}

enum reel_piece_state
reel_slot_judge(struct reel_slot *slot, const struct reel_wire_header *header)
{
	enum reel_status status = (enum reel_status)header->status;
	int ok;

	if (slot->state != REEL_SLOT_BUSY || header->kind != slot->kind ||
	    header->job != (uint64_t)slot->job)
		return (REEL_PIECE_WRONG);
	if (status == REEL_OK && slot->kind == REEL_WIRE_STORYBOARD &&
	    header->type == REEL_PLAN_NEXT && header->len == 0)
		return (slot->on_next != NULL &&
		    slot->on_next(slot->cookie, slot->job) ? REEL_PIECE_MORE
		                                           : REEL_PIECE_WRONG);
	if (status == REEL_OK && slot->kind != REEL_WIRE_PROBE)
		return (reel_piece_take(
		    &slot->picture, header, slot->packet->bytes));
	if (status == REEL_OK)
		ok = reel_facts_check(
		    &slot->packet->facts, header->len) == REEL_OK;
	else
		ok = (status == REEL_BAD_INPUT || status == REEL_IO) &&
		    reel_slot_judge_reason(slot, header->len);

	return (ok ? REEL_PIECE_WHOLE : REEL_PIECE_WRONG);
}
