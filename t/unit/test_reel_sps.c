/* links: indexer/reel_sps.c */
/*
 * Parameter sets of x264 and of ours, whole, cut at every byte, and any bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "indexer/reel_sps.h"

/* A copy of its own length: a read behind it is seen by the tools. */
static int
ask(const void *data, size_t len)
{
	unsigned char *copy = malloc(len > 0 ? len : 1);
	int rc;

	assert_non_null(copy);
	memcpy(copy, data, len);
	rc = reel_sps_fields(copy, len);
	free(copy);

	return (rc);
}

static void
sets_of_an_encoder_are_read(void **state)
{
	static const struct {
		const char *sps;
		size_t len;
		int fields;
	} rows[] = {
#define SPS(bytes) bytes, sizeof(bytes) - 1
	    /* baseline */
	    {SPS("\x42\xc0\x0d\xda\x05\x07\xec\x04\x40\x00\x00\x03\x00\x40"), 0},
	    /* main, interlaced */
	    {SPS("\x4d\x40\x15\xf4\x0a\x08\x7e\x5c\x04\x40\x00\x00\x03\x00"), 1},
	    /* high, 4:2:2 with 10 bits, 4:4:4, the last one interlaced */
	    {SPS("\x64\x00\x0c\xac\xd9\x41\x41\x9f\x9f\x01\x6a\x02\x02\x02"), 0},
	    {SPS("\x7a\x00\x0d\xb6\xcb\x40\xa0\xfd\x80\x88\x00\x00\x03\x00"), 0},
	    {SPS("\xf4\x00\x0d\x91\x96\x81\x41\xfb\x01\x10\x00\x00\x03\x00"), 0},
	    {SPS("\xf4\x00\x15\x90\xd9\xd0\x28\x21\xf8\x9c\x04\x40\x00\x00"), 1},
	};
	size_t i, len;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(ask(rows[i].sps, rows[i].len), rows[i].fields);
		for (len = 0; len < rows[i].len; len++) {
			rc = ask(rows[i].sps, len);
			assert_true(rc == -1 || (len > 6 && rc == rows[i].fields));
		}
	}
}

/* Of x264, with and without a shape, one that is usual and one that is not. */
static void
shapes_of_samples_are_read(void **state)
{
	static const struct {
		const char *sps;
		size_t len;
		int num;
		int den;
	} rows[] = {
	    /* square, told */
	    {SPS("\x42\xc0\x0c\xd9\x01\x41\x9f\x9f\x01\x10\x00\x00\x03\x00"
	        "\x10\x00\x00\x03\x03\x20\xf1\x42\xa4\x80"), 1, 1},
	    /* 4:3 */
	    {SPS("\x64\x00\x0c\xac\xd9\x41\x41\x9f\x9f\x0e\x10\x00\x00\x03"
	        "\x00\x10\x00\x00\x03\x03\x20\xf1\x42\x99\x60"), 4, 3},
	    /* none of the list */
	    {SPS("\x64\x00\x0c\xac\xd9\x41\x41\x9f\x9f\xff\x00\x20\x00\x1b"
	        "\x10\x00\x00\x03\x00\x10\x00\x00\x03\x03\x20\xf1\x42\x99"
	        "\x60"), 32, 27},
	    /* interlaced, cropped */
	    {SPS("\x64\x00\x1e\xac\xd9\x40\xb4\x22\xfd\x61\xc2\x00\x00\x03"
	        "\x00\x02\x00\x00\x03\x00\x64\x3e\x28\x53\x2c"), 4, 3},
	    /* nothing is told */
	    {SPS("\x7a\x00\x0c\xb6\xcd\x94\x14\x19\xf8\xd8\x40\x00\x00\x03"
	        "\x00\x40\x00\x00\x0c\x83\xc5\x0a\x65\x80"), 0, 0},
	};
	unsigned char *copy;
	size_t i, len;
	int num, den;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (len = 0; len <= rows[i].len; len++) {
			assert_non_null(copy = malloc(len > 0 ? len : 1));
			memcpy(copy, rows[i].sps, len);
			num = den = -1;
			reel_sps_shape(copy, len, &num, &den);
			free(copy);
			/* Cut off it is not told, or right. */
			if (len == rows[i].len || num != 0) {
				assert_int_equal(num, rows[i].num);
				assert_int_equal(den, rows[i].den);
			} else
				assert_int_equal(den, 0);
		}
	}
}

static unsigned char made[256];
static size_t made_bits;

static void
put(unsigned int value, int count)
{

	while (count-- > 0) {
		if (value >> count & 1)
			made[made_bits / 8] |= (unsigned char)(0x80 >> made_bits % 8);
		made_bits++;
	}
}

static void
put_golomb(unsigned int value)
{
	int count = 0;

	while ((value + 1) >> (count + 1) != 0)
		count++;
	put(0, count);
	put(value + 1, count + 1);
}

/* High, with a matrix of its own, and frames in an order that is computed. */
static void
rare_parts_are_passed_over(void **state)
{
	int fields, i;

	(void)state;
	for (fields = 0; fields < 2; fields++) {
		memset(made, 0, sizeof(made));
		made_bits = 0;
		put(100 << 16 | 0xff28, 24);
		put_golomb(0);
		put_golomb(1); /* chroma */
		put_golomb(0);
		put_golomb(0);
		put(1, 2);     /* no bypass; matrices */
		put(1, 1);     /* one in full: 16 differences of 1 */
		for (i = 0; i < 16; i++)
			put_golomb(1);
		put(1, 1);     /* one that ends at once: 8 - 8 is 0 */
		put_golomb(16);
		put(0, 6);
		put_golomb(4);
		put_golomb(1); /* order: differences of a cycle */
		put(0, 1);
		put_golomb(2);
		put_golomb(3);
		put_golomb(3);
		for (i = 0; i < 3; i++)
			put_golomb((unsigned int)i + 20);
		put_golomb(4);
		put(0, 1);
		put_golomb(79);
		put_golomb(44);
		put((unsigned int)!fields, 1);
		put(1, 1);
		assert_int_equal(ask(made, made_bits / 8 + 1), fields);
	}
}

static void
any_bytes_do_no_harm(void **state)
{
	unsigned char bytes[64];
	unsigned int seed = 1;
	size_t round, i, len;
	int rc;

	(void)state;
	for (round = 0; round < 20000; round++) {
		for (i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1103515245 + 12345;
			bytes[i] = (unsigned char)(seed >> 16);
		}
		bytes[0] = round % 2 ? 100 : 66;
		len = seed % sizeof(bytes);
		rc = ask(bytes, len);
		assert_in_range(rc + 1, 0, 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sets_of_an_encoder_are_read),
	    cmocka_unit_test(shapes_of_samples_are_read),
	    cmocka_unit_test(rare_parts_are_passed_over),
	    cmocka_unit_test(any_bytes_do_no_harm),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
