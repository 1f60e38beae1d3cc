/*
 * Two things that a sequence parameter set tells behind numbers of varying length
 * (Rec. ITU-T H.264, 7.3.2.1.1 and E.1.1).  They save a look into the stream of
 * nearly every film.  Every read is held against the end; a number of repetitions
 * is too.
 */
#include <string.h>

#include "indexer/reel_sps.h"

#define REPEAT_MAX 255 /* what the standard allows */

struct bits {
	const unsigned char *data;
	size_t len;
	size_t at;        /* byte of the next bit */
	int used;         /* bits of it that were read */
	int zeros;        /* zero bytes just before it */
	int failed;
};

static unsigned int
bit(struct bits *bits)
{
	unsigned int value;

	/* After two zero bytes a 3 stands for nothing. */
	if (bits->used == 0 && bits->zeros >= 2 && bits->at < bits->len &&
	    bits->data[bits->at] == 3) {
		bits->at++;
		bits->zeros = 0;
	}
	if (bits->at >= bits->len) {
		bits->failed = 1;
		return (0);
	}
	value = (unsigned int)bits->data[bits->at] >> (7 - bits->used) & 1;
	if (++bits->used == 8) {
		bits->zeros = bits->data[bits->at] == 0 ? bits->zeros + 1 : 0;
		bits->used = 0;
		bits->at++;
	}

	return (value);
}

static unsigned int
number(struct bits *bits, int count)
{
	unsigned int value = 0;

	while (count-- > 0)
		value = value << 1 | bit(bits);

	return (value);
}

/* Exp-Golomb: as many zeros as there are bits behind the one. */
static unsigned int
golomb(struct bits *bits)
{
	int zeros = 0;

	while (!bits->failed && bit(bits) == 0)
		if (++zeros > 31)
			bits->failed = 1;
	if (bits->failed)
		return (0);

	return (((1U << zeros) - 1) + number(bits, zeros));
}

static int
signed_golomb(struct bits *bits)
{
	unsigned int value = golomb(bits);

	return (value % 2 != 0 ? (int)(value / 2 + 1) : -(int)(value / 2));
}

static void
skip_scaling(struct bits *bits, int lists)
{
	int i, k, last, next;

	for (i = 0; i < lists && !bits->failed; i++) {
		if (bit(bits) == 0)
			continue;
		last = next = 8;
		for (k = 0; k < (i < 6 ? 16 : 64) && !bits->failed; k++) {
			if (next != 0)
				next = (int)(((unsigned int)last +
				    (unsigned int)signed_golomb(bits)) & 255);
			if (next != 0)
				last = next;
		}
	}
}

/* Profiles with more than eight bits, or more colours, tell of them. */
static void
skip_high(struct bits *bits, unsigned int profile)
{
	static const unsigned char high[] = {
	    100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};
	unsigned int chroma;

	if (memchr(high, (int)profile, sizeof(high)) == NULL)
		return;
	if ((chroma = golomb(bits)) == 3)
		(void)bit(bits);
	(void)golomb(bits);
	(void)golomb(bits);
	(void)bit(bits);
	if (bit(bits) != 0)
		skip_scaling(bits, chroma == 3 ? 12 : 8);
}

static void
skip_order(struct bits *bits)
{
	unsigned int kind = golomb(bits), i, count;

	if (kind == 0) {
		(void)golomb(bits);
	} else if (kind == 1) {
		(void)bit(bits);
		(void)golomb(bits);
		(void)golomb(bits);
		if ((count = golomb(bits)) > REPEAT_MAX)
			bits->failed = 1;
		for (i = 0; i < count && !bits->failed; i++)
			(void)golomb(bits);
	}
}

/* Nonzero: all pictures are frames. */
static unsigned int
read_to_fields(struct bits *bits)
{
	unsigned int profile = number(bits, 8);

	(void)number(bits, 16);
	(void)golomb(bits);
	skip_high(bits, profile);
	(void)golomb(bits);
	skip_order(bits);
	(void)golomb(bits);
	(void)bit(bits);
	(void)golomb(bits);
	(void)golomb(bits);

	return (bit(bits));
}

int
reel_sps_fields(const unsigned char *sps, size_t len)
{
	struct bits bits = {.data = sps, .len = len};
	unsigned int frames_only = read_to_fields(&bits);

	return (bits.failed ? -1 : frames_only == 0);
}

void
reel_sps_shape(const unsigned char *sps, size_t len, int *num, int *den)
{
	static const unsigned char usual[][2] = {{0, 0}, {1, 1}, {12, 11},
	    {10, 11}, {16, 11}, {40, 33}, {24, 11}, {20, 11}, {32, 11},
	    {80, 33}, {18, 11}, {15, 11}, {64, 33}, {160, 99}, {4, 3}, {3, 2},
	    {2, 1}};
	struct bits bits = {.data = sps, .len = len};
	unsigned int kind, i;

	*num = *den = 0;
	if (read_to_fields(&bits) == 0)
		(void)bit(&bits);
	(void)bit(&bits);
	for (i = bit(&bits) * 4; i > 0; i--)
		(void)golomb(&bits);
	/* Nothing on how to show it, or not on this. */
	if (bit(&bits) == 0 || bit(&bits) == 0)
		return;
	kind = number(&bits, 8);
	if (kind < sizeof(usual) / sizeof(usual[0])) {
		*num = usual[kind][0];
		*den = usual[kind][1];
	} else if (kind == 255) {
		*num = (int)number(&bits, 16);
		*den = (int)number(&bits, 16);
	}
	if (bits.failed || *num == 0 || *den == 0)
		*num = *den = 0;
}
