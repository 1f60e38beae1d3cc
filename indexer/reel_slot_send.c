/*
 * A file on its way to a worker: what kind of job it is, what its name promises,
 * and before it what it comes behind.
 */
#include <ctype.h>
#include <string.h>

#include "shared/reel_wire.h"

#include "indexer/reel_slot.h"

#include "indexer/reel_slot_send.h"

/* The name's ending, lower case, if it is plain. */
static void
put_ending(char *ending, size_t size, const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t i;

	memset(ending, 0, size);
	if (dot == NULL || strlen(dot + 1) >= size)
		return;
	for (i = 0; dot[1 + i] != '\0'; i++) {
		if (!isalnum((unsigned char)dot[1 + i])) {
			memset(ending, 0, size);
			return;
		}
		ending[i] = (char)tolower((unsigned char)dot[1 + i]);
	}
}

enum reel_status
reel_slot_send(
    struct reel_slot *slot, int fd, enum reel_type type, const char *name)
{
	struct reel_wire_header header, before;
	enum reel_status rc = REEL_OK;

	memset(&header, 0, sizeof(header));
	header.version = REEL_WIRE_VERSION;
	header.kind = slot->kind;
	header.making = slot->making;
	header.board = slot->board;
	header.length_ms = slot->length_ms;
	header.span = slot->span;
	header.job = (uint64_t)slot->job;
	header.type = (int32_t)type;
	put_ending(header.ending, sizeof(header.ending), name);
	reel_piece_expect(&slot->picture, &header);
	if (slot->map != -1) {
		before = header;
		before.kind = REEL_WIRE_MAP;
		rc = reel_wire_send(slot->sock, &before, NULL, slot->map);
	}

	return (rc != REEL_OK ? rc
	    : reel_wire_send(slot->sock, &header, NULL, fd));
}
