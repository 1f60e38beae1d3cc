/* links: indexer/reel_piece.c indexer/reel_whole.c indexer/reel_bytes.c indexer/reel_board.c
 * indexer/reel_log.c shared/reel_buf.c shared/reel_key.c shared/reel_plan.c
 * shared/reel_stream.c shared/reel_escape.c */
/*
 * Pictures and storyboards as a worker tells them: what was asked for, or nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/reel_piece.h"
#include "indexer/reel_whole.h"

/* Six tiles: a sheet of four, and one of two; or a picture. */
static struct reel_wire_header asked = {.length_ms = 55000,
    .board = {.box = 160, .quality = 80, .columns = 2, .rows = 2,
        .step_ms = 10000},
    .making = {.box = 320, .quality = 80}};

static struct reel_piece piece;
static unsigned char data[REEL_KEY_BYTES + 200];

static int
begin(void **state)
{

	(void)state;
	reel_piece_init(&piece);
	asked.kind = REEL_WIRE_STORYBOARD;
	reel_piece_expect(&piece, &asked);

	return (0);
}

static int
end(void **state)
{

	(void)state;
	reel_piece_clear(&piece);

	return (0);
}

static enum reel_piece_state
take(enum reel_wire_kind kind, int type, size_t len)
{
	struct reel_wire_header header = {
	    .kind = kind, .type = type, .len = (uint32_t)len};

	return (reel_piece_take(&piece, &header, data));
}

/* With a comment before the size, so that lengths have to be minded. */
static size_t
put_jpeg(int key, int width, int height)
{
	static const unsigned char form[] = "\xff\xd8\xff\xfe\0\x0cn\xff\xc0o size"
	    "\0\xff\xc0\0\x0b\x08hhww\1\1\x11\0\xff\xda\0\x08\1\1\0\0\x3f\0\x55"
	    "\xff\xd9";
	unsigned char *at = data + REEL_KEY_BYTES;

	memset(data, 0, sizeof(data));
	memset(data, key, REEL_KEY_BYTES - 1);
	memcpy(at, form, sizeof(form) - 1);
	at[21] = (unsigned char)(height >> 8);
	at[22] = (unsigned char)height;
	at[23] = (unsigned char)(width >> 8);
	at[24] = (unsigned char)width;

	return (REEL_KEY_BYTES + sizeof(form) - 1);
}

static enum reel_piece_state
sheet(int number, int key, int width, int height)
{
	enum reel_piece_state state = take(
	    REEL_WIRE_STORYBOARD, number, put_jpeg(key, width, height));

	if (state == REEL_PIECE_WHOLE)
		reel_piece_next(&piece);

	return (state);
}

static enum reel_piece_state
last(int key, uint32_t width, uint32_t height)
{
	const struct reel_wire_tile tile = {width, height};

	memset(data, key, REEL_KEY_BYTES);
	data[REEL_KEY_BYTES - 1] = 0;
	memcpy(data + REEL_KEY_BYTES, &tile, sizeof(tile));

	return (take(REEL_WIRE_STORYBOARD, 0, REEL_KEY_BYTES + sizeof(tile)));
}

static void
a_storyboard_that_was_asked_for_is_taken(void **state)
{

	(void)state;
	assert_int_equal(sheet(1, 7, 320, 180), REEL_PIECE_WHOLE);
	assert_int_equal(sheet(2, 7, 320, 90), REEL_PIECE_WHOLE);
	assert_int_equal(last(7, 160, 90), REEL_PIECE_WHOLE);
}

/* Each ends what went before, as the worker is ended then. */
static void
another_one_is_not(void **state)
{
	static const struct {
		const char *what;
		int number, key, width, height; /* of the first sheet */
		int number2, key2, width2, height2; /* and the second; 0: none */
		int key3, tile_width, tile_height;
	} rows[] = {
	    {"the second first", 2, 7, 320, 90, 0, 0, 0, 0, 7, 160, 90},
	    {"the first twice", 1, 7, 320, 180, 1, 7, 320, 180, 7, 160, 90},
	    {"one of two", 1, 7, 320, 180, 0, 0, 0, 0, 7, 160, 90},
	    {"tiles too wide", 1, 7, 322, 180, 2, 7, 322, 90, 7, 161, 90},
	    {"tiles too high", 1, 7, 320, 322, 2, 7, 320, 161, 7, 160, 161},
	    {"half a tile", 1, 7, 319, 180, 2, 7, 319, 90, 7, 160, 90},
	    {"immense", 1, 7, 60000, 60000, 2, 7, 60000, 60000, 7, 160, 90},
	    {"tiles of two sizes", 1, 7, 320, 180, 2, 7, 300, 90, 7, 160, 90},
	    {"a whole one at the end", 1, 7, 320, 180, 2, 7, 320, 180, 7, 160, 90},
	    {"a sheet of another", 1, 7, 320, 180, 2, 8, 320, 90, 7, 160, 90},
	    {"the track of another", 1, 7, 320, 180, 2, 7, 320, 90, 8, 160, 90},
	    {"tiles of another size", 1, 7, 320, 180, 2, 7, 320, 90, 7, 80, 90},
	    {"immense tiles", 1, 7, 320, 180, 2, 7, 320, 90, 7, 65535, 65535},
	    {"no key", 1, 0, 320, 180, 2, 0, 320, 90, 0, 160, 90},
	};
	enum reel_piece_state said;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("%s\n", rows[i].what);
		said = sheet(rows[i].number, rows[i].key, rows[i].width,
		    rows[i].height);
		if (said == REEL_PIECE_WHOLE && rows[i].number2 != 0)
			said = sheet(rows[i].number2, rows[i].key2,
			    rows[i].width2, rows[i].height2);
		if (said == REEL_PIECE_WHOLE)
			said = last(rows[i].key3, (uint32_t)rows[i].tile_width,
			    (uint32_t)rows[i].tile_height);
		assert_int_equal(said, REEL_PIECE_WRONG);
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
	}
	assert_int_equal(sheet(1, 7, 320, 180), REEL_PIECE_WHOLE);
	assert_int_equal(sheet(2, 7, 320, 90), REEL_PIECE_WHOLE);
	assert_int_equal(sheet(3, 7, 320, 90), REEL_PIECE_WRONG);
}

static void
none_is_taken_that_was_not_asked_for(void **state)
{

	(void)state;
	reel_piece_clear(&piece);
	assert_int_equal(sheet(1, 7, 320, 180), REEL_PIECE_WRONG);
	assert_int_equal(last(7, 160, 90), REEL_PIECE_WRONG);
}

static void
a_picture_is_no_larger_than_asked_for(void **state)
{
	static const struct {
		int width, height;
		enum reel_piece_state said;
	} rows[] = {{320, 180, REEL_PIECE_WHOLE}, {180, 320, REEL_PIECE_WHOLE},
	    {321, 180, REEL_PIECE_WRONG}, {180, 321, REEL_PIECE_WRONG},
	    {65535, 65535, REEL_PIECE_WRONG}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		reel_piece_clear(&piece);
		asked.kind = REEL_WIRE_PICTURE;
		reel_piece_expect(&piece, &asked);
		assert_int_equal(take(REEL_WIRE_PICTURE, 0,
		    put_jpeg(7, rows[i].width, rows[i].height)), rows[i].said);
	}
}

/* Browsers pass over what is between segments, and over a marker's padding. */
static void
a_picture_hides_no_size(void **state)
{
	static const unsigned char between[] = {0xff, 0};
	unsigned char *at = data + REEL_KEY_BYTES + 16;
	size_t i, len;
	int width;

	(void)state;
	for (i = 0; i < 2; i++)
		for (width = 320; width <= 60000; width += 59680) {
			reel_piece_clear(&piece);
			asked.kind = REEL_WIRE_PICTURE;
			reel_piece_expect(&piece, &asked);
			len = put_jpeg(7, width, 180);
			memmove(at + 1, at, len - REEL_KEY_BYTES - 16);
			*at = between[i];
			assert_int_equal(take(REEL_WIRE_PICTURE, 0, len + 1),
			    i == 0 && width == 320 ? REEL_PIECE_WHOLE
			                           : REEL_PIECE_WRONG);
		}
}

static void
little(unsigned char *at, size_t bytes, uint32_t value)
{
	size_t i;

	for (i = 0; i < bytes; i++)
		at[i] = (unsigned char)(value >> 8 * i);
}

/* Of each kind of first chunk; what is coded is not looked at. */
static size_t
put_webp(const char *chunk, uint32_t width, uint32_t height)
{
	unsigned char *at = data + REEL_KEY_BYTES;

	memset(data, 7, REEL_KEY_BYTES);
	reel_key_seal(data, REEL_KEY_WEBP);
	memset(at, 0, 60);
	memcpy(at, "RIFF\x34\0\0\0WEBP", 12);
	memcpy(at + 12, chunk, 4);
	little(at + 16, 4, 40);
	if (strcmp(chunk, "VP8 ") == 0) {
		memcpy(at + 23, "\x9d\x01\x2a", 3);
		/* The upper two bits are how it may be made larger. */
		little(at + 26, 2, width | 0x4000);
		little(at + 28, 2, height | 0xc000);
	} else if (strcmp(chunk, "VP8L") == 0) {
		at[20] = 0x2f;
		little(at + 21, 4, (width - 1) | (height - 1) << 14 | 0x10000000);
	} else {
		little(at + 24, 3, width - 1);
		little(at + 27, 3, height - 1);
	}

	return (REEL_KEY_BYTES + 60);
}

static void
nor_is_a_webp(void **state)
{
	static const char *const chunks[] = {"VP8 ", "VP8L", "VP8X"};
	static const struct {
		uint32_t width, height;
		enum reel_piece_state said;
	} rows[] = {{320, 180, REEL_PIECE_WHOLE}, {180, 320, REEL_PIECE_WHOLE},
	    {320, 320, REEL_PIECE_WHOLE}, {1, 1, REEL_PIECE_WHOLE},
	    {321, 180, REEL_PIECE_WRONG}, {180, 321, REEL_PIECE_WRONG},
	    {16383, 16383, REEL_PIECE_WRONG}};
	struct reel_wire_header webp = asked;
	size_t i, k, len;

	(void)state;
	webp.kind = REEL_WIRE_PICTURE;
	webp.making.form = REEL_KEY_WEBP;
	for (k = 0; k < 3; k++)
		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			reel_piece_clear(&piece);
			reel_piece_expect(&piece, &webp);
			len = put_webp(chunks[k], rows[i].width, rows[i].height);
			assert_int_equal(
			    take(REEL_WIRE_PICTURE, 0, len), rows[i].said);
		}
	/* One that says no size, or is of a kind that nobody knows. */
	for (i = 0; i < 4; i++) {
		reel_piece_clear(&piece);
		reel_piece_expect(&piece, &webp);
		len = put_webp(i == 1 ? "VP8L" : "VP8 ", 320, 180);
		if (i == 0)
			data[REEL_KEY_BYTES + 23] = 0;
		else if (i == 1)
			data[REEL_KEY_BYTES + 20] = 0;
		else if (i == 2)
			data[REEL_KEY_BYTES + 15] = 'Z';
		else
			little(data + REEL_KEY_BYTES + 26, 2, 0);
		assert_int_equal(
		    take(REEL_WIRE_PICTURE, 0, len), REEL_PIECE_WRONG);
	}
	/* Nor one form in the place of the other. */
	reel_piece_clear(&piece);
	webp.making.form = REEL_KEY_JPEG;
	reel_piece_expect(&piece, &webp);
	assert_int_equal(take(REEL_WIRE_PICTURE, 0,
	    put_webp("VP8 ", 320, 180)), REEL_PIECE_WRONG);
}

static void
the_size_of_a_jpeg_is_found_or_not(void **state)
{
	size_t len = put_jpeg(7, 300, 200) - REEL_KEY_BYTES, n;
	unsigned char *copy;
	int width, height, rc;

	(void)state;
	for (n = 0; n <= len; n++) {
		/* A copy of its own length: a read behind it is seen. */
		copy = test_malloc(n + 1);
		memcpy(copy, data + REEL_KEY_BYTES, n);
		rc = reel_whole_jpeg(copy, n, &width, &height);
		test_free(copy);
		assert_int_equal(rc, n >= 29);
		if (rc) {
			assert_int_equal(width, 300);
			assert_int_equal(height, 200);
		}
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(a_storyboard_that_was_asked_for_is_taken),
	    T(another_one_is_not),
	    T(none_is_taken_that_was_not_asked_for),
	    T(a_picture_is_no_larger_than_asked_for),
	    T(a_picture_hides_no_size),
	    T(nor_is_a_webp),
	    T(the_size_of_a_jpeg_is_found_or_not),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
