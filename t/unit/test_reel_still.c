/* links: indexer/reel_still.c indexer/reel_bytes.c indexer/reel_whole.c */
/* Headers of pictures written by hand, whole, cut anywhere, and bent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/mman.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_still.h"

#define APP0 "\xff\xe0\x00\x07JFIF\0"
#define ENTRY_MM "\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
#define EXIF_MM "\xff\xe1\x00\x22" "Exif\0\0" "MM\0\x2a\0\0\0\x08"           \
	"\0\x01" ENTRY_MM "\0\0\0\0"
#define EXIF_II "\xff\xe1\x00\x2e" "Exif\0\0" "II\x2a\0\x08\0\0\0"           \
	"\x02\0" "\x00\x01\x04\0\x01\0\0\0\x09\0\0\0"                            \
	"\x12\x01\x03\0\x01\0\0\0\x08\0\0\0" "\0\0\0\0"

/* In memory of just that size: a byte too far is found by a sanitizer. */
static struct reel_still
read_head(const char *head, size_t len)
{
	struct reel_still still;
	unsigned char *copy = malloc(len > 0 ? len : 1);

	assert_non_null(copy);
	memcpy(copy, head, len);
	reel_still_read(copy, len, &still);
	free(copy);
	return (still);
}

static void
orientation_is_found_behind_other_segments(void **state)
{
	static const struct {
		const char *head;
		size_t len;
		int rotation;
	} rows[] = {
#define ROW(text, rotation) { text, sizeof(text) - 1, rotation }
		ROW("\xff\xd8" EXIF_MM, 90),
		ROW("\xff\xd8" EXIF_II, 270),
		ROW("\xff\xd8" APP0 "\xff" EXIF_MM, 90),
		ROW("\xff\xd8" APP0, 0),
		/* Behind the picture, or in another kind of APP1. */
		ROW("\xff\xd8" "\xff\xda\0\x02" EXIF_MM, 0),
		ROW("\xff\xd8" "\xff\xe1\0\x0cXMP/1.0 \0\0" EXIF_MM, 90),
		/* No picture of ours, and no TIFF. */
		ROW("\xff\xd9" EXIF_MM, 0),
		ROW("\xff\xd8\xff\xe1\0\x0a" "Exif\0\0" "XX", 0),
		/* A directory beyond the end, a count that is a lie. */
		ROW("\xff\xd8\xff\xe1\0\x10" "Exif\0\0" "MM\0\x2a\xff\xff\xff"
		    "\xff", 0),
		ROW("\xff\xd8\xff\xe1\0\x12" "Exif\0\0" "MM\0\x2a\0\0\0\x08"
		    "\xff\xff", 0),
		/* An orientation that is none, or is no number. */
		ROW("\xff\xd8\xff\xe1\x00\x22" "Exif\0\0" "MM\0\x2a\0\0\0\x08"
		    "\0\x01" "\x01\x12\0\x03\0\0\0\x01\0\x09\0\0" "\0\0\0\0", 0),
		ROW("\xff\xd8\xff\xe1\x00\x22" "Exif\0\0" "MM\0\x2a\0\0\0\x08"
		    "\0\x01" "\x01\x12\0\x02\0\0\0\x01\0\x06\0\0" "\0\0\0\0", 0),
		ROW("", 0)
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (read_head(rows[i].head, rows[i].len).rotation !=
		    rows[i].rotation)
			fail_msg("row %zu", i);
}

static void
canvas_of_webp_is_read(void **state)
{
	static const char head[] = "RIFF\x10\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0"
	                           "\x7f\x02\0\xff\xff\xff";
	struct reel_still still = read_head(head, sizeof(head) - 1);

	(void)state;
	assert_int_equal(still.width, 640);
	assert_int_equal(still.height, 1 << 24);
	still = read_head(head, sizeof(head) - 2);
	assert_int_equal(still.width, 0);
}

/* Whatever is cut off or bent: no byte beyond, and nothing that is not said. */
static void
any_bytes_are_read_in_their_bounds(void **state)
{
	static const char whole[] =
	    "\xff\xd8" APP0 EXIF_II EXIF_MM "\xff\xda\0\x02";
	char bent[sizeof(whole)];
	struct reel_still still;
	size_t len, i;
	int n;

	(void)state;
	for (len = 0; len < sizeof(whole); len++) {
		still = read_head(whole, len);
		assert_true(still.rotation == 0 || still.rotation == 270);
	}
	srand(1);
	for (n = 0; n < 20000; n++) {
		memcpy(bent, whole, sizeof(bent));
		for (i = (size_t)rand() % 4 + 1; i > 0; i--)
			bent[2 + rand() % (int)(sizeof(bent) - 2)] =
			    (char)rand();
		still = read_head(bent, sizeof(bent));
		assert_int_equal(still.rotation % 90, 0);
		assert_true(still.rotation >= 0 && still.rotation < 360);
	}
}

/* --- a WebP that moves --- */

#define VP8X(flags) "RIFF\xff\0\0\0WEBPVP8X\x0a\0\0\0" flags "\0\0\0\x7f\x02\0\xdf\x01\0"
#define ANIM "ANIM\x06\0\0\0\0\0\0\0\0\0"
#define ODD "XMP \x03\0\0\0abc\0"
#define WHERE "\x02\0\0\x03\x01\0\x0f\0\0\x1f\x01\0\x64\0\0\0"
#define FRAME(size, first) "ANMF" size "\0\0\0" WHERE first "\x04\0\0\0abcd"

static int
first_of(const char *data, size_t len, struct reel_still_frame *frame)
{
	int fd = memfd_create("webp", MFD_CLOEXEC), is;

	assert_true(fd != -1);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	is = reel_still_first(fd, (int64_t)len, frame);
	close(fd);
	return (is);
}

static void
the_first_frame_that_moves_becomes_a_still(void **state)
{
	static const char whole[] = VP8X("\x02") ANIM ODD
	    FRAME("\x1c", "VP8 ") FRAME("\x1c", "VP8L");
	static const char alpha[] = VP8X("\x12") FRAME("\x1c", "ALPH");
	static const char still[] = VP8X("\x10") FRAME("\x1c", "ALPH");
	/* The size is that of the frame, 16 x 288; of the RIFF, what is left. */
	static const char head[] = "RIFF\x22\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0"
	                           "\x0f\0\0\x1f\x01\0";
	struct reel_still_frame frame;

	(void)state;
	assert_true(first_of(whole, sizeof(whole) - 1, &frame));
	assert_memory_equal(frame.head, head, REEL_STILL_HEAD);
	assert_int_equal(frame.from, 30 + 14 + 12 + 8 + 16);
	assert_int_equal(frame.len, 12);
	/* Where it lies is told in steps of two. */
	assert_int_equal(frame.place.x, 4);
	assert_int_equal(frame.place.y, 518);
	assert_int_equal(frame.place.width, 640);
	assert_int_equal(frame.place.height, 480);
	assert_true(first_of(alpha, sizeof(alpha) - 1, &frame));
	assert_int_equal(frame.head[20], 0x10);
	assert_false(first_of(still, sizeof(still) - 1, &frame));
}

static void
damaged_sizes_lead_nowhere(void **state)
{
	static const char whole[] = VP8X("\x02") ANIM ODD
	    FRAME("\x1c", "VP8 ") FRAME("\x1c", "VP8L");
	static const size_t sizes[] = {4, 16, 34, 48, 60, 84};
	static const int64_t max = sizeof(whole) - 1;
	struct reel_still_frame frame;
	char bent[sizeof(whole)], many[30 + 70 * 8];
	size_t len, i;
	int n;

	(void)state;
	/* Cut anywhere: nothing, or what is there. */
	for (len = 0; len <= (size_t)max; len++)
		if (first_of(whole, len, &frame))
			assert_true(frame.from + frame.len <= (int64_t)len &&
			    frame.len >= 8);
	srand(2);
	for (n = 0; n < 5000; n++) {
		memcpy(bent, whole, sizeof(bent));
		i = sizes[(size_t)rand() % 6] + (size_t)rand() % 4;
		bent[i] = (char)(n % 3 == 0 ? 0xff : rand());
		if (first_of(bent, (size_t)max, &frame))
			assert_true(frame.from > 0 && frame.len >= 8 &&
			    frame.from + frame.len <= max);
	}
	/* Chunks without end, each of which is empty. */
	memset(many, 0, sizeof(many));
	memcpy(many, VP8X("\x02"), 30);
	assert_false(first_of(many, sizeof(many), &frame));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orientation_is_found_behind_other_segments),
		cmocka_unit_test(canvas_of_webp_is_read),
		cmocka_unit_test(any_bytes_are_read_in_their_bounds),
		cmocka_unit_test(the_first_frame_that_moves_becomes_a_still),
		cmocka_unit_test(damaged_sizes_lead_nowhere)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
