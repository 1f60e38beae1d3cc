/*
 * One bit of a sequence parameter set, behind numbers of varying length (Rec. ITU-T
 * H.264, 7.3.2.1.1).  It saves a look into the stream of every film that is not
 * interlaced, which are nearly all.  Every read is held against the end; a number
 * of repetitions is too.
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

int
reel_sps_fields(const unsigned char *sps, size_t len)
{
	struct bits bits = {.data = sps, .len = len};
	unsigned int profile, frames_only;

	profile = number(&bits, 8);
	(void)number(&bits, 16);
	(void)golomb(&bits);
	skip_high(&bits, profile);
	(void)golomb(&bits);
	skip_order(&bits);
	(void)golomb(&bits);
	(void)bit(&bits);
	(void)golomb(&bits);
	(void)golomb(&bits);
	frames_only = bit(&bits);

	return (bits.failed ? -1 : frames_only == 0);
}
