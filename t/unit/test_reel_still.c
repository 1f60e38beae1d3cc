/* links: indexer/reel_still.c */
/* Headers of pictures written by hand, whole, cut anywhere, and bent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orientation_is_found_behind_other_segments),
		cmocka_unit_test(canvas_of_webp_is_read),
		cmocka_unit_test(any_bytes_are_read_in_their_bounds)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
