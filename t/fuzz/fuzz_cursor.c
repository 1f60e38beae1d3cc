/* links: shared/reel_cursor.c */
/* Any text: taken only if it is what the position it means prints as. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/reel_cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reel_cursor cursor = { -7, -8 }, back;
	char text[REEL_CURSOR_MAX];
	size_t len;

	switch (reel_cursor_parse((const char *)data, size, &cursor)) {
	case REEL_OK:
		if (cursor.epoch < 0 || cursor.seq < 0)
			abort();
		len = reel_cursor_print(cursor, text);
		if (len != size || memcmp(text, data, size) != 0 ||
		    text[len] != '\0')
			abort();
		break;
	case REEL_BAD_INPUT:
		if (cursor.epoch != -7 || cursor.seq != -8)
			abort();
		break;
	default:
		abort();
	}

	/* And the other way: any position prints as a text that is taken. */
	if (size >= sizeof(cursor)) {
		memcpy(&cursor, data, sizeof(cursor));
		len = reel_cursor_print(cursor, text);
		if (len >= REEL_CURSOR_MAX ||
		    reel_cursor_parse(text, len, &back) != REEL_OK)
			abort();
		if (cursor.epoch >= 0 && back.epoch != cursor.epoch)
			abort();
		if (cursor.seq >= 0 && back.seq != cursor.seq)
			abort();
	}
	return (0);
}
