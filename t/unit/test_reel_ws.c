/* links: ngx_module/reel_ws.c ngx_module/reel_ws_frame.c ngx_module/reel_utf8.c */
/*
 * The WebSocket codec.  Streams are written as words:
 *   81:hello   first byte 81, payload "hello"      81*126   126 times 'x'
 *   81=c3a4    first byte 81, payload in hex       #8180    raw bytes
 * and what comes of them as a trace: T(text) B(binary) P[ping] O[pong] C1000
 * for a Close and E1002 for an error.  Each stream is fed whole, byte by byte
 * and cut at every position; the trace must not change.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ngx_module/reel_ws.h"

#define STREAM_MAX 400000

static unsigned char stream[STREAM_MAX];
static size_t stream_len;

struct trace {
	char *text;
	size_t len, cap;
	size_t fed;          /* bytes fed so far */
	size_t last_at;      /* of them when the last event came */
	uint64_t message;    /* bytes of the message so far */
	int over;
};

/* --- streams -------------------------------------------------------------- */

static void
put_frame(unsigned first, const unsigned char *payload, size_t len)
{
	static const unsigned char masks[][4] = { { 0x37, 0xfa, 0x21, 0x3d },
		{ 0, 0, 0, 0 }, { 0xff, 0x80, 0x7f, 0x01 } };
	const unsigned char *mask = masks[stream_len % 3];
	unsigned char *p = stream + stream_len;
	size_t i;

	assert_true(stream_len + len + 14 < STREAM_MAX);
	*p++ = (unsigned char)first;
	if (len < 126)
		*p++ = (unsigned char)(0x80 | len);
	else if (len < 65536) {
		*p++ = 0xfe;
		*p++ = (unsigned char)(len >> 8);
		*p++ = (unsigned char)len;
	} else {
		*p++ = 0xff;
		for (i = 0; i < 8; i++)
			*p++ = (unsigned char)(len >> (56 - 8 * i));
	}
	memcpy(p, mask, 4);
	p += 4;
	for (i = 0; i < len; i++)
		*p++ = payload[i] ^ mask[i % 4];
	stream_len = (size_t)(p - stream);
}

static unsigned
hex(const char *p)
{
	char two[3] = { p[0], p[1], '\0' };

	return ((unsigned)strtoul(two, NULL, 16));
}

static void
put_words(const char *words)
{
	static unsigned char payload[STREAM_MAX];
	size_t n, len, i;
	unsigned first;

	stream_len = 0;
	for (; *words != '\0'; words += n, words += *words == ' ') {
		n = strcspn(words, " ");
		if (words[0] == '#') {
			for (i = 1; i < n; i += 2)
				stream[stream_len++] =
				    (unsigned char)hex(words + i);
			continue;
		}
		first = hex(words);
		len = n - 3;
		if (words[2] == '*') {
			len = strtoul(words + 3, NULL, 10);
			memset(payload, 'x', len);
		} else if (words[2] == '=') {
			len /= 2;
			for (i = 0; i < len; i++)
				payload[i] =
				    (unsigned char)hex(words + 3 + 2 * i);
		} else
			memcpy(payload, words + 3, len);
		put_frame(first, payload, len);
	}
}

/* --- what comes of them --------------------------------------------------- */

static void
say(struct trace *trace, const char *text)
{
	size_t len = strlen(text);

	if (trace->len + len >= trace->cap) {
		trace->cap = trace->cap * 2 + len + 60;
		trace->text = realloc(trace->text, trace->cap);
		assert_non_null(trace->text);
	}
	memcpy(trace->text + trace->len, text, len + 1);
	trace->len += len;
	trace->last_at = trace->fed;
}

static void
say_bytes(struct trace *trace, const struct reel_ws_piece *piece)
{
	char one[8];
	size_t i;

	for (i = 0; i < piece->len; i++) {
		snprintf(one, sizeof(one), piece->data[i] > ' ' &&
		    piece->data[i] < 0x7f ? "%c" : "~%02x", piece->data[i]);
		say(trace, one);
	}
}

static void
on_event(struct trace *trace, enum reel_ws_event event,
    const struct reel_ws_piece *piece)
{
	char text[16];

	assert_false(trace->over);
	switch (event) {
	case REEL_WS_BEGIN:
		trace->message = 0;
		say(trace, piece->opcode == REEL_WS_FRAME_TEXT ? "T(" : "B(");
		break;
	case REEL_WS_DATA:
		assert_true(piece->len > 0);
		assert_true(piece->offset == trace->message);
		say_bytes(trace, piece);
		trace->message += piece->len;
		break;
	case REEL_WS_END:
		assert_true(piece->offset == trace->message);
		say(trace, ")");
		break;
	case REEL_WS_PING:
	case REEL_WS_PONG:
		if (piece->offset == 0)
			say(trace, event == REEL_WS_PING ? "P[" : "O[");
		assert_true(piece->len > 0 || piece->total == 0);
		say_bytes(trace, piece);
		assert_true(piece->offset + piece->len <= piece->total);
		if (piece->offset + piece->len == piece->total)
			say(trace, "]");
		break;
	case REEL_WS_CLOSE:
	case REEL_WS_ERROR:
		snprintf(text, sizeof(text), "%c%u",
		    event == REEL_WS_CLOSE ? 'C' : 'E', piece->code);
		say(trace, text);
		trace->over = 1;
		break;
	default:
		fail();
	}
}

/* One piece of the stream, in memory of exactly its size. */
static void
feed(struct reel_ws *ws, struct trace *trace, const unsigned char *data,
    size_t len)
{
	struct reel_ws_piece piece;
	enum reel_ws_event event;
	unsigned char *copy, *pos;

	copy = malloc(len + (len == 0));
	assert_non_null(copy);
	memcpy(copy, data, len);
	pos = copy;
	trace->fed += len;
	for (;;) {
		memset(&piece, 0xa5, sizeof(piece));
		event = reel_ws_next(ws, &pos, copy + len, &piece);
		assert_true(pos >= copy && pos <= copy + len);
		if (event == REEL_WS_NEED)
			break;
		if (event == REEL_WS_DATA || event == REEL_WS_PING ||
		    event == REEL_WS_PONG)
			assert_true(piece.data >= copy &&
			    piece.data + piece.len <= copy + len);
		on_event(trace, event, &piece);
	}
	assert_ptr_equal(pos, copy + len);
	free(copy);
}

static struct trace
run(uint64_t limit, size_t cut, size_t step)
{
	struct trace trace = { 0 };
	struct reel_ws ws;
	size_t at, n;

	reel_ws_init(&ws, limit);
	say(&trace, "");
	for (at = 0; at < stream_len; at += n) {
		n = at == 0 && cut > 0 ? cut : step;
		if (n > stream_len - at)
			n = stream_len - at;
		feed(&ws, &trace, stream + at, n);
		if (at % 16 == 0)
			feed(&ws, &trace, stream, 0);
	}
	return (trace);
}

/* Return the byte at which the last event came, fed one by one. */
static size_t
check(uint64_t limit, const char *want)
{
	struct trace trace;
	size_t cut, at;

	trace = run(limit, 0, stream_len + 1);
	assert_string_equal(trace.text, want);
	free(trace.text);
	trace = run(limit, 0, 1);
	assert_string_equal(trace.text, want);
	at = trace.last_at;
	free(trace.text);
	for (cut = 1; cut < stream_len && cut < 400; cut++) {
		trace = run(limit, cut, stream_len);
		assert_string_equal(trace.text, want);
		free(trace.text);
	}
	return (at);
}

static void
streams_have_these_events(void **state)
{
	static const struct {
		const char *words, *trace;
		size_t at; /* byte at which the last event must be there */
	} rows[] = {
		/* messages */
		{ "81:", "T()", 6 },
		{ "82:", "B()", 6 },
		{ "81:hello", "T(hello)", 11 },
		{ "82=00ff80", "B(~00~ff~80)", 9 },
		{ "81=c3a4f09f8eac", "T(~c3~a4~f0~9f~8e~ac)", 12 },
		{ "81:a 82:b 81:c", "T(a)B(b)T(c)", 21 },
		{ "01:he 80:llo", "T(hello)", 17 },
		{ "01:he 00:l 80:lo", "T(hello)", 23 },
		{ "02:a 00: 80:", "B(a)", 19 },
		{ "01: 00: 80:", "T()", 18 },
		{ "01=e2 00=82 80=ac", "T(~e2~82~ac)", 21 },
		{ "01:a 80:b 01:c 80:d", "T(ab)T(cd)", 28 },
		/* a message that does not end says nothing of an end */
		{ "01:he", "T(he", 8 },
		{ "01:he 00:l", "T(hel", 15 },
		/* pings and pongs, alone and between fragments */
		{ "89:", "P[]", 6 },
		{ "89:abc", "P[abc]", 9 },
		{ "89=ff00", "P[~ff~00]", 8 },
		{ "8a:", "O[]", 6 },
		{ "8a:xy", "O[xy]", 8 },
		{ "01:a 89:p 00:b 8a:o 89: 80:c", "T(aP[p]bO[o]P[]c)", 41 },
		{ "01=e2 89=ff 00=82 89:q 80=ac",
		  "T(~e2P[~ff]~82P[q]~ac)", 35 },
		/* a Close, and nothing behind it */
		{ "88:", "C1005", 6 },
		{ "88=03e8", "C1000", 8 },
		{ "88=03e9 81:late", "C1001", 8 },
		{ "88=0bb8 ff:", "C3000", 8 },
		{ "88=03e86279650a", "C1000", 12 },
		{ "88=03e8c3a4", "C1000", 10 },
		{ "01:a 88=03e8 80:b", "T(aC1000", 15 },
		{ "01=e2 88=03e8", "T(~e2C1000", 15 },
		/* the first byte: reserved bits, opcodes, fragments */
		{ "#91", "E1002", 1 },
		{ "#a1", "E1002", 1 },
		{ "#c1", "E1002", 1 },
		{ "#f1", "E1002", 1 },
		{ "#99", "E1002", 1 },
		{ "#83", "E1002", 1 },
		{ "#87", "E1002", 1 },
		{ "#8b", "E1002", 1 },
		{ "#8f", "E1002", 1 },
		{ "#03", "E1002", 1 },
		{ "#08", "E1002", 1 },
		{ "#09", "E1002", 1 },
		{ "#0a", "E1002", 1 },
		{ "#80", "E1002", 1 },
		{ "#00", "E1002", 1 },
		{ "81:a #80", "T(a)E1002", 8 },
		{ "81:a #00", "T(a)E1002", 8 },
		{ "01:a #81", "T(aE1002", 8 },
		{ "01:a #02", "T(aE1002", 8 },
		{ "01:a #82", "T(aE1002", 8 },
		{ "01:a 80:b #80", "T(ab)E1002", 15 },
		{ "01:a #c0", "T(aE1002", 8 },
		/* the second byte: mask and lengths of control frames */
		{ "#8100", "E1002", 2 },
		{ "#8105", "E1002", 2 },
		{ "#817e", "E1002", 2 },
		{ "#8900", "E1002", 2 },
		{ "#89fe", "E1002", 2 },
		{ "#8aff", "E1002", 2 },
		{ "#88fe", "E1002", 2 },
		{ "#8881", "E1002", 2 },
		{ "01:a #8000", "T(aE1002", 9 },
		/* lengths in a longer form than needed, or with the top bit */
		{ "#81fe0000", "E1002", 4 },
		{ "#81fe007d", "E1002", 4 },
		{ "#81ff000000000000007f", "E1002", 10 },
		{ "#81ff000000000000ffff", "E1002", 10 },
		{ "#81ff80", "E1002", 3 },
		{ "#81ffffffffffffffffff", "E1002", 3 },
		/* too big, by 16 and by 64 bits */
		{ "#81fe1001", "E1009", 4 },
		{ "#82ff0000000000010000", "E1009", 10 },
		{ "#82ff7fffffffffffffff", "E1009", 10 },
		{ "#82ff4000000000000000", "E1009", 10 },
		{ "01:a #80fe1000", "T(aE1009", 11 },
		{ "01:a 89:p #00ff7fffffffffffffff", "T(aP[p]E1009", 24 },
		/* text that is none, at its first bad byte */
		{ "81=ff", "T(E1007", 7 },
		{ "81=80", "T(E1007", 7 },
		{ "81=c080", "T(E1007", 7 },
		{ "81=eda080", "T(~edE1007", 8 },
		{ "81=f4908080", "T(~f4E1007", 8 },
		{ "81=f5", "T(E1007", 7 },
		{ "81=61c361", "T(a~c3E1007", 9 },
		{ "81=61626364656667686970ff", "T(abcdefghipE1007", 17 },
		{ "01=c3 80=61", "T(~c3E1007", 14 },
		{ "01=c3 00: 80=28", "T(~c3E1007", 20 },
		/* text that ends inside a character */
		{ "81=c3", "T(~c3E1007", 7 },
		{ "81=f09f8e", "T(~f0~9f~8eE1007", 9 },
		{ "01=61e2 80=82", "T(a~e2~82E1007", 15 },
		{ "01=e2 80:", "T(~e2E1007", 13 },
		/* the same bytes are a good binary */
		{ "82=eda080ff", "B(~ed~a0~80~ff)", 10 },
		/* a Close with a bad code or a bad reason */
		{ "88=0000", "E1002", 8 },
		{ "88=03e7", "E1002", 8 },
		{ "88=03ec", "E1002", 8 },
		{ "88=03ed", "E1002", 8 },
		{ "88=03ee", "E1002", 8 },
		{ "88=03f7", "E1002", 8 },
		{ "88=1388", "E1002", 8 },
		{ "88=ffff616263", "E1002", 8 },
		{ "88=03e8ff", "E1007", 9 },
		{ "88=03e861eda080", "E1007", 11 },
		{ "88=03e8c3", "E1007", 9 },
		{ "88=03e8f09f8e", "E1007", 11 },
		{ "01=e2 88=03e882", "T(~e2E1007", 16 },
		/* nothing is said behind an error */
		{ "#91 81:late 88=03e8", "E1002", 1 },
	};
	size_t i, at;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_words(rows[i].words);
		at = check(4096, rows[i].trace);
		assert_int_equal(at, rows[i].at);
	}
}

/* --- every value of the first bytes --------------------------------------- */

static void
every_first_byte_is_judged_at_once(void **state)
{
	unsigned char c;
	unsigned first, inside, opcode;
	int good;
	struct trace trace;

	(void)state;
	for (inside = 0; inside < 2; inside++)
		for (first = 0; first < 256; first++) {
			put_words(inside ? "01:a" : "");
			c = (unsigned char)first;
			stream[stream_len++] = c;
			opcode = first & 15;
			good = (first & 0x70) == 0 && ((opcode == 0 && inside) ||
			    ((opcode == 1 || opcode == 2) && !inside) ||
			    (opcode >= 8 && opcode <= 10 && first >= 0x80));
			trace = run(4096, 0, 1);
			assert_int_equal(trace.over, !good);
			if (!good)
				assert_string_equal(trace.text,
				    inside ? "T(aE1002" : "E1002");
			free(trace.text);
		}
}

static void
every_second_byte_is_judged_at_once(void **state)
{
	static const unsigned firsts[] = { 0x81, 0x02, 0x88, 0x89, 0x8a };
	size_t i;
	unsigned second, len;
	int good;
	struct trace trace;

	(void)state;
	for (i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++)
		for (second = 0; second < 256; second++) {
			stream[0] = (unsigned char)firsts[i];
			stream[1] = (unsigned char)second;
			stream_len = 2;
			len = second & 0x7f;
			good = second >= 0x80 && (firsts[i] < 0x88 || len < 126) &&
			    (firsts[i] != 0x88 || len != 1);
			trace = run(UINT64_MAX, 0, 1);
			assert_string_equal(trace.text, good ? "" : "E1002");
			free(trace.text);
		}
}

static void
every_close_code_is_judged(void **state)
{
	unsigned char payload[2];
	unsigned code;
	char want[16];
	struct trace trace;
	int good;

	(void)state;
	for (code = 0; code < 65536; code++) {
		payload[0] = (unsigned char)(code >> 8);
		payload[1] = (unsigned char)code;
		stream_len = 0;
		put_frame(0x88, payload, 2);
		switch (code) {
		case 1000: case 1001: case 1002: case 1003: case 1007:
		case 1008: case 1009: case 1010: case 1011: case 1012:
		case 1013: case 1014:
			good = 1;
			break;
		default:
			good = code >= 3000 && code < 5000;
		}
		snprintf(want, sizeof(want), good ? "C%u" : "E1002", code);
		trace = run(0, 0, code % 2 ? 1 : 100);
		assert_string_equal(trace.text, want);
		free(trace.text);
	}
}

/* --- sizes ----------------------------------------------------------------- */

static void
lengths_of_every_form_are_whole(void **state)
{
	static const size_t lengths[] = { 0, 1, 124, 125, 126, 127, 128, 255,
		256, 65534, 65535, 65536, 65537, 100000 };
	char word[32];
	struct trace trace;
	size_t i, step;

	(void)state;
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		for (step = 1; step <= stream_len + 1; step = step * 9 + 988) {
			snprintf(word, sizeof(word), "82*%zu 81*%zu",
			    lengths[i], lengths[i]);
			put_words(word);
			trace = run(UINT64_MAX, 0, step);
			assert_int_equal(trace.len, 2 * lengths[i] + 6);
			assert_memory_equal(trace.text, "B(", 2);
			assert_memory_equal(
			    trace.text + 2 + lengths[i], ")T(", 3);
			assert_int_equal(strspn(trace.text + 2, "x"), lengths[i]);
			assert_int_equal(strspn(
			    trace.text + lengths[i] + 5, "x"), lengths[i]);
			free(trace.text);
		}
}

static void
the_limit_counts_messages_not_frames(void **state)
{
	static const struct {
		uint64_t limit;
		const char *words, *trace;
	} rows[] = {
		{ 0, "81: 82: 89:p", "T()B()P[p]" },
		{ 0, "81:a", "E1009" },
		{ 3, "81:abc 81:abc", "T(abc)T(abc)" },
		{ 3, "81:abcd", "E1009" },
		{ 3, "01:ab 80:c 81:abc", "T(abc)T(abc)" },
		{ 3, "01:ab 89:pingping 80:c", "T(abP[pingping]c)" },
		{ 3, "01:ab 80:cd", "T(abE1009" },
		{ 3, "01:ab 00: 00:c 00:d", "T(abcE1009" },
		{ 3, "82: 81:abc 82:abcd", "B()T(abc)E1009" },
		/* the sum of two lengths would not fit 64 bits */
		{ UINT64_MAX, "02:a #00ff7fffffffffffffff00000000 #00", "B(a~00" },
		{ INT64_MAX, "02:a #00ff7fffffffffffffff", "B(aE1009" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_words(rows[i].words);
		check(rows[i].limit, rows[i].trace);
	}
}

static void
a_million_empty_fragments_are_one_loop(void **state)
{
	struct reel_ws ws;
	struct reel_ws_piece piece;
	unsigned char *bytes, *pos;
	size_t i, len = 0;

	(void)state;
	bytes = malloc(6 * 1000002);
	assert_non_null(bytes);
	for (i = 0; i < 1000002; i++) {
		memset(bytes + len, 0, 6);
		bytes[len] = i == 0 ? 0x01 : i == 1000001 ? 0x80 : 0x00;
		bytes[len + 1] = 0x80;
		len += 6;
	}
	reel_ws_init(&ws, 10);
	pos = bytes;
	assert_int_equal(
	    reel_ws_next(&ws, &pos, bytes + len, &piece), REEL_WS_BEGIN);
	assert_int_equal(
	    reel_ws_next(&ws, &pos, bytes + len, &piece), REEL_WS_END);
	assert_ptr_equal(pos, bytes + len);
	free(bytes);
}

static void
a_connection_keeps_less_than_a_cache_line(void **state)
{

	(void)state;
	assert_true(sizeof(struct reel_ws) <= 64);
}

/* --- UTF-8 ------------------------------------------------------------------ */

/* How many bytes can begin a text; ${*whole}: it may end there. */
static size_t
reference_utf8(const unsigned char *p, size_t len, int *whole)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t low, high;
	size_t i, k, need, at = 0;

	*whole = 1;
	while (at < len) {
		need = p[at] < 0x80 ? 1 : (p[at] & 0xe0) == 0xc0 ? 2 :
		    (p[at] & 0xf0) == 0xe0 ? 3 : (p[at] & 0xf8) == 0xf0 ? 4 : 0;
		if (need == 0)
			return (at);
		low = need == 1 ? p[at] : p[at] & (0x7fU >> need);
		for (i = 0; i < need; i++) {
			if (at + i == len) {
				*whole = 0;
				return (len);
			}
			if (i > 0) {
				if ((p[at + i] & 0xc0) != 0x80)
					return (at + i);
				low = low << 6 | (p[at + i] & 0x3fU);
			}

			/* All that the rest of the bytes could make of it. */
			high = low;
			for (k = i + 1; k < need; k++)
				high = high << 6 | 0x3f;
			{
				uint32_t from = low << 6 * (need - 1 - i);

				from = from < least[need] ? least[need] : from;
				high = high > 0x10ffff ? 0x10ffff : high;
				if (from > high ||
				    (from >= 0xd800 && high <= 0xdfff))
					return (at + i);
			}
		}
		at += need;
	}
	return (at);
}

static void
text_and_reasons_fail_at_the_first_bad_byte(void **state)
{
	static const unsigned char edges[] = { 0x00, 0x7f, 0x80, 0x8f, 0x90,
		0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef,
		0xf0, 0xf1, 0xf4, 0xf5, 0xff };
	const size_t n = sizeof(edges);
	unsigned char text[6] = { 0x03, 0xe8 };
	struct trace trace;
	size_t i, good;
	int whole, bad;

	(void)state;
	for (i = 0; i < n * n * n * n; i++) {
		text[2] = edges[i % n];
		text[3] = edges[i / n % n];
		text[4] = edges[i / n / n % n];
		text[5] = edges[i / n / n / n];
		good = reference_utf8(text + 2, 4, &whole);
		bad = good < 4 || !whole;

		stream_len = 0;
		put_frame(0x81, text + 2, 4);
		trace = run(4096, 0, 1);
		assert_int_equal(trace.over, bad);
		if (good < 4)
			assert_int_equal(trace.last_at, 6 + good + 1);
		else
			assert_int_equal(trace.last_at, 10);
		if (bad)
			assert_string_equal(
			    trace.text + trace.len - 5, "E1007");
		free(trace.text);

		stream_len = 0;
		put_frame(0x88, text, 6);
		trace = run(4096, 0, 1 + i % 7);
		assert_string_equal(trace.text, bad ? "E1007" : "C1000");
		free(trace.text);
	}
}

static void
long_text_is_judged_at_any_cut(void **state)
{
	static const unsigned char bytes[] = "abcdefgh\xc3\xa4\xe2\x82\xac"
	    "\xf0\x9f\x8e\xac";
	static const size_t chars[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 17 };
	unsigned char text[80];
	struct trace trace;
	size_t n, len, c, good;
	int whole;

	(void)state;
	srandom(5);
	for (n = 0; n < 20000; n++) {
		for (len = 0; len < 60;) {
			c = (size_t)random() % 11;
			memcpy(text + len, bytes + chars[c],
			    chars[c + 1] - chars[c]);
			len += chars[c + 1] - chars[c];
		}
		if (random() % 2)
			text[(size_t)random() % len] = (unsigned char)random();
		good = reference_utf8(text, len, &whole);
		stream_len = 0;
		put_frame(0x81, text, len);
		trace = run(4096, 1 + (size_t)random() % (len + 6),
		    1 + (size_t)random() % 20);
		assert_int_equal(trace.over, good < len || !whole);
		if (!trace.over)
			assert_int_equal(trace.text[trace.len - 1], ')');
		free(trace.text);
	}
}

static void
masks_turn_at_any_address_and_length(void **state)
{
	static const unsigned char mask[4] = { 1, 2, 4, 0x80 };
	struct reel_ws_frame frame;
	unsigned char bytes[96];
	size_t offset, first, second, i;

	(void)state;
	for (offset = 0; offset < 9; offset++)
		for (first = 0; first < 40; first++)
			for (second = 0; second < 40; second += 7) {
				memset(&frame, 0, sizeof(frame));
				memcpy(frame.mask, mask, 4);
				frame.left = first + second;
				memset(bytes, 0x55, sizeof(bytes));
				reel_ws_frame_unmask(
				    &frame, bytes + offset, first);
				reel_ws_frame_unmask(&frame,
				    bytes + offset + first, second);
				assert_true(frame.left == 0);
				for (i = 0; i < sizeof(bytes); i++)
					assert_int_equal(bytes[i], i < offset ||
					    i >= offset + first + second ? 0x55 :
					    0x55 ^ mask[(i - offset) % 4]);
			}
}

/* --- what we send ----------------------------------------------------------- */

static void
headers_have_the_shortest_form(void **state)
{
	static const struct {
		enum reel_ws_frame_opcode opcode;
		uint64_t len;
		const char *bytes;
		size_t n;
	} rows[] = {
		{ REEL_WS_FRAME_TEXT, 0, "\x81\x00", 2 },
		{ REEL_WS_FRAME_BINARY, 125, "\x82\x7d", 2 },
		{ REEL_WS_FRAME_PING, 4, "\x89\x04", 2 },
		{ REEL_WS_FRAME_PONG, 125, "\x8a\x7d", 2 },
		{ REEL_WS_FRAME_TEXT, 126, "\x81\x7e\x00\x7e", 4 },
		{ REEL_WS_FRAME_TEXT, 65535, "\x81\x7e\xff\xff", 4 },
		{ REEL_WS_FRAME_BINARY, 65536, "\x82\x7f\0\0\0\0\0\x01\0\0", 10 },
		{ REEL_WS_FRAME_BINARY, 0x0102030405060708,
		  "\x82\x7f\x01\x02\x03\x04\x05\x06\x07\x08", 10 },
	};
	unsigned char out[REEL_WS_FRAME_HEADER_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(reel_ws_frame_header(
		    out, rows[i].opcode, rows[i].len), rows[i].n);
		assert_memory_equal(out, rows[i].bytes, rows[i].n);
	}
}

static void
closes_never_say_what_must_not_be_said(void **state)
{
	unsigned char out[REEL_WS_FRAME_CLOSE_MAX + 1];
	char reason[200];
	size_t len, whole, n;

	(void)state;
	assert_int_equal(reel_ws_frame_close(out, 1000, NULL, 0), 4);
	assert_memory_equal(out, "\x88\x02\x03\xe8", 4);
	assert_int_equal(reel_ws_frame_close(out, 1001, "bye", 3), 7);
	assert_memory_equal(out, "\x88\x05\x03\xe9" "bye", 7);
	assert_int_equal(reel_ws_frame_close(out, 1005, "none", 4), 2);
	assert_memory_equal(out, "\x88\x00", 2);
	assert_int_equal(reel_ws_frame_close(out, 1006, "x", 1), 2);
	assert_int_equal(reel_ws_frame_close(out, 65536 + 1000, "x", 1), 2);

	/* Reasons of letters of one to four bytes, cut at the room there is. */
	for (n = 1; n <= 4; n++)
		for (len = 0; len <= 160; len += n) {
			static const char *const letters[] = { "a", "\xc3\xa4",
				"\xe2\x82\xac", "\xf0\x9f\x8e\xac" };

			for (whole = 0; whole < len; whole += n)
				memcpy(reason + whole, letters[n - 1], n);
			whole = len < 123 ? len : 123 / n * n;
			out[REEL_WS_FRAME_CLOSE_MAX] = 0x77;
			assert_int_equal(reel_ws_frame_close(
			    out, 4000, reason, len), 4 + whole);
			assert_int_equal(out[1], 2 + whole);
			if (whole > 0)
				assert_memory_equal(out + 4, reason, whole);
			assert_int_equal(out[REEL_WS_FRAME_CLOSE_MAX], 0x77);
		}

	/* No character anywhere: nothing of it. */
	memset(reason, '\x80', sizeof(reason));
	assert_int_equal(
	    reel_ws_frame_close(out, 1008, reason, sizeof(reason)), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_have_these_events),
		cmocka_unit_test(every_first_byte_is_judged_at_once),
		cmocka_unit_test(every_second_byte_is_judged_at_once),
		cmocka_unit_test(every_close_code_is_judged),
		cmocka_unit_test(lengths_of_every_form_are_whole),
		cmocka_unit_test(the_limit_counts_messages_not_frames),
		cmocka_unit_test(a_million_empty_fragments_are_one_loop),
		cmocka_unit_test(a_connection_keeps_less_than_a_cache_line),
		cmocka_unit_test(text_and_reasons_fail_at_the_first_bad_byte),
		cmocka_unit_test(long_text_is_judged_at_any_cut),
		cmocka_unit_test(masks_turn_at_any_address_and_length),
		cmocka_unit_test(headers_have_the_shortest_form),
		cmocka_unit_test(closes_never_say_what_must_not_be_said),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
