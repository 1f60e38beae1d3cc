/* links: ngx_module/reel_ws.c ngx_module/reel_ws_frame.c ngx_module/reel_utf8.c */
/*
 * The first byte chooses how the rest, a client's stream, is cut; the same
 * stream is also fed whole.  Both must come to the same events; what they say
 * must fit together.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ngx_module/reel_ws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(fact) do {                                                        \
	if (!(fact)) {                                                         \
		fprintf(stderr, "not true: %s\n", #fact);                      \
		abort();                                                       \
	}                                                                      \
} while (0)

#define LIMIT 300

struct story {
	unsigned char *text; /* all that was said, without the cuts */
	size_t len;
	uint64_t message;    /* bytes of the message so far */
	uint64_t control;    /* bytes of the ping or pong so far */
	int inside;          /* its opcode, 0 outside of a message */
	int over;
	struct reel_utf8 utf8;
};

static void
say(struct story *story, const void *data, size_t len)
{

	if (len > 0)
		memcpy(story->text + story->len, data, len);
	story->len += len;
}

static void
on_event(struct story *story, enum reel_ws_event event,
    const struct reel_ws_piece *piece)
{
	unsigned char head[4] = { (unsigned char)event };

	MUST(!story->over);
	switch (event) {
	case REEL_WS_BEGIN:
		MUST(!story->inside && piece->opcode != 0);
		story->inside = piece->opcode;
		story->message = 0;
		memset(&story->utf8, 0, sizeof(story->utf8));
		head[1] = piece->opcode;
		say(story, head, 2);
		break;
	case REEL_WS_DATA:
		MUST(story->inside && piece->opcode == story->inside);
		MUST(piece->len > 0 && piece->offset == story->message);
		story->message += piece->len;
		MUST(story->message <= LIMIT);
		if (piece->opcode == REEL_WS_FRAME_TEXT)
			MUST(reel_utf8_feed(&story->utf8, piece->data,
			    piece->len) == piece->len);
		say(story, piece->data, piece->len);
		break;
	case REEL_WS_END:
		MUST(story->inside && piece->opcode == story->inside);
		MUST(piece->offset == story->message);
		MUST(reel_utf8_whole(&story->utf8));
		story->inside = 0;
		say(story, head, 1);
		break;
	case REEL_WS_PING:
	case REEL_WS_PONG:
		MUST(piece->offset == story->control);
		MUST(piece->offset + piece->len <= piece->total);
		MUST(piece->total <= REEL_WS_FRAME_CONTROL_MAX);
		if (piece->offset == 0) {
			head[1] = piece->total;
			say(story, head, 2);
		}
		say(story, piece->data, piece->len);
		story->control += piece->len;
		if (story->control == piece->total)
			story->control = 0;
		break;
	case REEL_WS_CLOSE:
		MUST(piece->code == REEL_WS_NO_CODE ||
		    reel_ws_frame_code_ok(piece->code));
		/* FALLTHROUGH */
	case REEL_WS_ERROR:
		MUST(event == REEL_WS_CLOSE ||
		    piece->code == REEL_WS_PROTOCOL ||
		    piece->code == REEL_WS_NOT_UTF8 ||
		    piece->code == REEL_WS_TOO_BIG);
		head[1] = (unsigned char)(piece->code >> 8);
		head[2] = (unsigned char)piece->code;
		say(story, head, 3);
		story->over = 1;
		break;
	default:
		MUST(!"an event of the list");
	}
}

static void
tell(struct story *story, const uint8_t *data, size_t size, unsigned cuts)
{
	struct reel_ws ws;
	struct reel_ws_piece piece;
	enum reel_ws_event event;
	unsigned char *copy, *pos;
	size_t at, n;

	memset(story, 0, sizeof(*story));
	story->text = malloc(4 * size + 16);
	MUST(story->text != NULL);
	reel_ws_init(&ws, LIMIT);
	for (at = 0; at < size; at += n) {
		/* Pieces of one to sixteen bytes, another sequence a seed. */
		n = size;
		if (cuts > 0) {
			cuts = cuts * 1103515245 + 12345;
			n = 1 + (cuts >> 16) % 16;
		}
		n = n > size - at ? size - at : n;
		copy = malloc(n);
		MUST(copy != NULL);
		memcpy(copy, data + at, n);
		pos = copy;
		while ((event = reel_ws_next(&ws, &pos, copy + n, &piece)) !=
		    REEL_WS_NEED) {
			MUST(pos >= copy && pos <= copy + n);
			on_event(story, event, &piece);
			MUST(story->len <= 4 * size + 16);
		}
		MUST(pos == copy + n);
		free(copy);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct story whole, cut;

	if (size == 0)
		return (0);
	tell(&whole, data + 1, size - 1, 0);
	tell(&cut, data + 1, size - 1, data[0] + 1U);
	MUST(whole.len == cut.len);
	MUST(memcmp(whole.text, cut.text, whole.len) == 0);
	MUST(whole.over == cut.over);
	free(whole.text);
	free(cut.text);
	return (0);
}
