/* links: ngx_module/reel_ws.c ngx_module/reel_ws_frame.c ngx_module/reel_utf8.c
 * libs: wslay */
/*
 * The codec against wslay, on random streams that are mostly right: the same
 * messages, pings, pongs and the same verdict, whole and in pieces.  Where they
 * differ (wslay 1.1.1), we follow RFC 6455 and its registry:
 *
 *   early    we refuse at the byte that is wrong, wslay behind the first byte of
 *            payload: it gets some more bytes when we have refused
 *   no code  an impossible frame: we say 1002, wslay closes without a code
 *   one      a Close of one byte: we say 1002, wslay takes it for an empty one
 *   registry codes 1012 to 1014, registered since: we take them, it says 1002
 *   both     a Close whose code and reason are bad: we say 1002, it 1007
 *   pieces   a reason that comes in pieces: it skips two bytes of each piece
 *
 * Each of these must happen here, else the list is out of date.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wslay/wslay.h>

#include "ngx_module/reel_ws.h"

#define LIMIT 300
#define STREAM_MAX 4000 /* within wslay's buffer, so that whole is whole */
#define STREAMS 60000

static unsigned char stream[STREAM_MAX + 64];
static size_t stream_len;

/* What a side made of the stream. */
struct story {
	unsigned char text[2 * STREAM_MAX];
	size_t len;
	char verdict; /* 'C', 'E', or 0 while there is none */
	unsigned code;
	int in_close; /* ours: the last frame was a Close */
	int one_byte; /* ours: and had one byte, not yet read */
};

static struct story ours, theirs;

static unsigned
dice(unsigned n)
{

	return ((unsigned)random() % n);
}

/* --- streams ---------------------------------------------------------------- */

static size_t
random_text(unsigned char *p, size_t max)
{
	static const char *const letters[] = { "a", "Z", "0", " ", "\xc3\xa4",
		"\xe2\x82\xac", "\xed\x9f\xbf", "\xf0\x9f\x8e\xac" };
	size_t len = 0, n;

	for (;;) {
		const char *letter = letters[dice(8)];

		n = strlen(letter);
		if (len + n > max)
			break;
		memcpy(p + len, letter, n);
		len += n;
	}
	if (len > 0 && dice(12) == 0)
		p[dice((unsigned)len)] = (unsigned char)random();
	if (len > 0 && dice(12) == 0)
		len--;
	return (len);
}

static size_t
random_close(unsigned char *p)
{
	static const unsigned codes[] = { 1000, 1001, 1003, 1011, 3000, 4999,
		1012, 1014, 1004, 1005, 999, 5000, 0 };
	unsigned code = codes[dice(13)];

	if (dice(5) == 0)
		return (dice(2));
	p[0] = (unsigned char)(code >> 8);
	p[1] = (unsigned char)code;
	return (2 + random_text(p + 2, dice(30)));
}

static void
random_frame(int *inside)
{
	unsigned char payload[400], *p = stream + stream_len, *mask;
	unsigned opcode, fin = 1, rsv = 0, masked = 0x80;
	size_t len, i;

	opcode = *inside ? 0 : 1 + dice(2);
	if (dice(3) == 0)
		opcode = 9 + dice(2);
	if (dice(25) == 0)
		opcode = 8;
	if (dice(60) == 0)
		opcode = dice(16);
	if (opcode < 8)
		fin = dice(2);
	if (dice(80) == 0)
		fin = 0;
	if (dice(80) == 0)
		rsv = dice(8) << 4;
	if (dice(80) == 0)
		masked = 0;

	if (opcode == 8)
		len = random_close(payload);
	else
		len = random_text(payload, dice(dice(8) ? 40 : 160));
	if (opcode < 8)
		*inside = !fin;

	*p++ = (unsigned char)(fin << 7 | rsv | opcode);
	if (dice(80) == 0) {
		/* A length that is too long, or written too long. */
		*p++ = (unsigned char)(masked | 127);
		for (i = 0; i < 8; i++)
			*p++ = (unsigned char)(dice(3) ? 0 : random());
	} else if (len < 126 && dice(80) != 0)
		*p++ = (unsigned char)(masked | len);
	else {
		*p++ = (unsigned char)(masked | 126);
		*p++ = (unsigned char)(len >> 8);
		*p++ = (unsigned char)len;
	}
	mask = p;
	for (i = 0; masked && i < 4; i++)
		*p++ = (unsigned char)random();
	for (i = 0; i < len; i++)
		*p++ = payload[i] ^ (masked ? mask[i % 4] : 0);
	stream_len = (size_t)(p - stream);
}

static void
random_stream(void)
{
	unsigned frames = 1 + dice(12);
	int inside = 0;

	stream_len = 0;
	while (frames-- > 0 && stream_len < STREAM_MAX - 500)
		random_frame(&inside);
	if (dice(10) == 0)
		stream_len -= dice((unsigned)stream_len);
}

static size_t
piece_len(size_t at, int pieces)
{
	size_t n = pieces ? 1 + dice(dice(4) ? 3 : 40) : stream_len;

	return (n < stream_len - at ? n : stream_len - at);
}

/* --- our side --------------------------------------------------------------- */

static void
tell(struct story *story, char kind, const void *data, size_t len)
{

	story->text[story->len++] = (unsigned char)kind;
	if (len > 0)
		memcpy(story->text + story->len, data, len);
	story->len += len;
	story->text[story->len++] = 0xff;
}

static void
tell_verdict(struct story *story, char verdict, unsigned code)
{

	story->verdict = verdict;
	story->code = code;
}

static void
run_ours(int pieces)
{
	static unsigned char copy[STREAM_MAX], message[STREAM_MAX];
	static unsigned char control[128];
	struct reel_ws_piece piece;
	struct reel_ws ws;
	unsigned char *pos;
	enum reel_ws_event event;
	size_t at, n;

	memset(&ours, 0, sizeof(ours));
	memcpy(copy, stream, stream_len);
	reel_ws_init(&ws, LIMIT);
	for (at = 0; at < stream_len; at += n) {
		n = piece_len(at, pieces);
		pos = copy + at;
		while ((event = reel_ws_next(&ws, &pos, copy + at + n,
		    &piece)) != REEL_WS_NEED) {
			switch (event) {
			case REEL_WS_DATA:
				memcpy(message + piece.offset, piece.data,
				    piece.len);
				break;
			case REEL_WS_END:
				tell(&ours, piece.opcode == REEL_WS_FRAME_TEXT ?
				    'T' : 'B', message, (size_t)piece.offset);
				break;
			case REEL_WS_PING:
			case REEL_WS_PONG:
				memcpy(control + piece.offset, piece.data,
				    piece.len);
				if (piece.offset + piece.len == piece.total)
					tell(&ours, event == REEL_WS_PING ?
					    'P' : 'O', control, piece.total);
				break;
			case REEL_WS_CLOSE:
			case REEL_WS_ERROR:
				tell_verdict(&ours, event == REEL_WS_CLOSE ?
				    'C' : 'E', piece.code);
				break;
			default:
				break;
			}
		}
	}
	ours.in_close = ws.frame.opcode == REEL_WS_FRAME_CLOSE;
	ours.one_byte = ours.in_close && ws.frame.left == 1;
}

/* --- their side ------------------------------------------------------------- */

static struct {
	unsigned same, messages, closes, silent, protocol, utf8, big;
	unsigned early, no_code, one, registry, both, pieces;
} seen;

static unsigned char wire[2 * STREAM_MAX + 4096];
static size_t wire_len;
static const unsigned char *input;
static size_t input_len;

static ssize_t
on_recv(wslay_event_context_ptr ctx, uint8_t *buf, size_t len, int flags,
    void *data)
{
	size_t n = len < input_len ? len : input_len;

	(void)flags;
	(void)data;
	if (n == 0) {
		wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
		return (-1);
	}
	memcpy(buf, input, n);
	input += n;
	input_len -= n;
	return ((ssize_t)n);
}

static ssize_t
on_send(wslay_event_context_ptr ctx, const uint8_t *buf, size_t len, int flags,
    void *data)
{

	(void)ctx;
	(void)flags;
	(void)data;
	assert_true(wire_len + len <= sizeof(wire));
	memcpy(wire + wire_len, buf, len);
	wire_len += len;
	return ((ssize_t)len);
}

static void
on_message(wslay_event_context_ptr ctx,
    const struct wslay_event_on_msg_recv_arg *arg, void *data)
{

	(void)ctx;
	(void)data;
	switch (arg->opcode) {
	case WSLAY_TEXT_FRAME:
	case WSLAY_BINARY_FRAME:
		tell(&theirs, arg->opcode == WSLAY_TEXT_FRAME ? 'T' : 'B',
		    arg->msg, arg->msg_length);
		break;
	case WSLAY_PING:
	case WSLAY_PONG:
		tell(&theirs, arg->opcode == WSLAY_PING ? 'P' : 'O', arg->msg,
		    arg->msg_length);
		break;
	default:
		tell_verdict(&theirs, 'C',
		    arg->status_code == 0 ? REEL_WS_NO_CODE : arg->status_code);
	}
}

static void
turn(wslay_event_context_ptr ctx, const unsigned char *data, size_t len)
{

	input = data;
	input_len = len;
	if (wslay_event_want_read(ctx))
		(void)wslay_event_recv(ctx);
	(void)wslay_event_send(ctx);
}

/* If it closed without having been asked to, that is its error. */
static void
find_close(void)
{
	size_t at, len;

	for (at = 0; at < wire_len; at += 2 + len) {
		len = wire[at + 1]; /* only pongs and Closes: below 126 */
		assert_true(len < 126);
		if ((wire[at] & 15) == 8 && theirs.verdict == 0)
			tell_verdict(&theirs, 'E', len < 2 ? 0 :
			    (unsigned)wire[at + 2] << 8 | wire[at + 3]);
	}
}

static void
run_theirs(int pieces)
{
	static const unsigned char more[32];
	struct wslay_event_callbacks callbacks = {
		.recv_callback = on_recv,
		.send_callback = on_send,
		.on_msg_recv_callback = on_message
	};
	wslay_event_context_ptr ctx;
	size_t at, n;

	memset(&theirs, 0, sizeof(theirs));
	wire_len = 0;
	assert_int_equal(
	    wslay_event_context_server_init(&ctx, &callbacks, NULL), 0);
	wslay_event_config_set_max_recv_msg_length(ctx, LIMIT);
	for (at = 0; at < stream_len; at += n) {
		n = piece_len(at, pieces);
		turn(ctx, stream + at, n);
	}
	find_close();
	if (theirs.verdict == 0 && ours.verdict == 'E') {
		turn(ctx, more, sizeof(more));
		find_close();
		seen.early++;
	}
	wslay_event_context_free(ctx);
}

/* --- both ------------------------------------------------------------------- */

static void
compare(int pieces)
{

	seen.messages += ours.len > 0;
	seen.closes += ours.verdict == 'C';
	seen.silent += ours.verdict == 0;
	seen.protocol += ours.verdict == 'E' && ours.code == REEL_WS_PROTOCOL;
	seen.utf8 += ours.verdict == 'E' && ours.code == REEL_WS_NOT_UTF8;
	seen.big += ours.verdict == 'E' && ours.code == REEL_WS_TOO_BIG;

	assert_int_equal(ours.len, theirs.len);
	assert_memory_equal(ours.text, theirs.text, ours.len);

	if (ours.verdict == theirs.verdict && ours.code == theirs.code)
		seen.same++;
	else if (ours.verdict == 'E' && ours.code == REEL_WS_PROTOCOL &&
	    theirs.verdict == 'E' && theirs.code == 0)
		seen.no_code++;
	else if (ours.one_byte && ours.verdict == 'E' && theirs.verdict == 'C' &&
	    theirs.code == REEL_WS_NO_CODE)
		seen.one++;
	else if (ours.verdict == 'C' && ours.code >= 1012 && ours.code <= 1014 &&
	    theirs.verdict == 'E' && theirs.code == REEL_WS_PROTOCOL)
		seen.registry++;
	else if (ours.in_close && ours.verdict == 'E' && theirs.verdict == 'E' &&
	    ours.code == REEL_WS_PROTOCOL && theirs.code == REEL_WS_NOT_UTF8)
		seen.both++;
	else if (pieces && ours.in_close)
		seen.pieces++;
	else
		fail_msg("ours %d %u, theirs %d %u", ours.verdict, ours.code,
		    theirs.verdict, theirs.code);
}

static void
whole_streams_mean_the_same(void **state)
{
	unsigned i;

	(void)state;
	memset(&seen, 0, sizeof(seen));
	srandom(1);
	for (i = 0; i < STREAMS; i++) {
		random_stream();
		run_ours(0);
		run_theirs(0);
		compare(0);
	}
	assert_true(seen.same > STREAMS / 2 && seen.messages > STREAMS / 2);
	assert_true(seen.closes > 100 && seen.silent > 100);
	assert_true(seen.protocol > 100 && seen.utf8 > 100 && seen.big > 100);
	assert_true(seen.early > 0 && seen.no_code > 0 && seen.one > 0);
	assert_true(seen.registry > 0 && seen.both > 0);
}

static void
streams_in_pieces_mean_the_same(void **state)
{
	unsigned i;

	(void)state;
	memset(&seen, 0, sizeof(seen));
	srandom(2);
	for (i = 0; i < STREAMS; i++) {
		random_stream();
		run_ours(1);
		run_theirs(1);
		compare(1);
	}
	assert_true(seen.same > STREAMS / 2 && seen.messages > STREAMS / 2);
	assert_true(seen.pieces > 0);
}

static void
frames_we_send_are_the_frames_it_sends(void **state)
{
	static const size_t lengths[] = { 0, 1, 125, 126, 127, 4000 };
	struct wslay_event_callbacks callbacks = { .send_callback = on_send };
	static const unsigned char payload[4000];
	wslay_event_context_ptr ctx;
	struct wslay_event_msg msg;
	unsigned char out[REEL_WS_FRAME_CLOSE_MAX];
	size_t i, len;
	unsigned opcode;

	(void)state;
	for (opcode = 1; opcode <= 10; opcode++) {
		if (opcode > 2 && opcode < 9)
			continue;
		for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
			if (opcode > 8 && lengths[i] > 125)
				continue;
			assert_int_equal(wslay_event_context_server_init(
			    &ctx, &callbacks, NULL), 0);
			msg.opcode = (uint8_t)opcode;
			msg.msg = payload;
			msg.msg_length = lengths[i];
			wire_len = 0;
			assert_int_equal(wslay_event_queue_msg(ctx, &msg), 0);
			assert_int_equal(wslay_event_send(ctx), 0);
			len = reel_ws_frame_header(out,
			    (enum reel_ws_frame_opcode)opcode, lengths[i]);
			assert_int_equal(wire_len, len + lengths[i]);
			assert_memory_equal(wire, out, len);
			wslay_event_context_free(ctx);
		}
	}

	assert_int_equal(
	    wslay_event_context_server_init(&ctx, &callbacks, NULL), 0);
	wire_len = 0;
	assert_int_equal(wslay_event_queue_close(
	    ctx, 1001, (const uint8_t *)"going", 5), 0);
	assert_int_equal(wslay_event_send(ctx), 0);
	assert_int_equal(reel_ws_frame_close(out, 1001, "going", 5), wire_len);
	assert_memory_equal(wire, out, wire_len);
	wslay_event_context_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_streams_mean_the_same),
		cmocka_unit_test(streams_in_pieces_mean_the_same),
		cmocka_unit_test(frames_we_send_are_the_frames_it_sends),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
