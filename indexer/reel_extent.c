/*
 * The sizes that containers begin with, read by hand: libav reads them too, and
 * tells none.  A number that cannot be is none.  Nothing is followed but the sizes
 * of the first few boxes, each forward: a file costs a few short reads.
 */
#include <string.h>

#include "indexer/reel_bytes.h"

#include "indexer/reel_extent.h"

#define HEAD_BYTES 1020 /* a multiple of an entry in a table of fragments */
#define TAIL_BYTES 262144 /* of sound, in which its last piece begins */
#define BOXES_MAX 16 /* of an mp4, in which to look for the table */
/* More is no size, nor can a sum of two of these overflow. */
#define EXTENT_MAX (INT64_C(1) << 56)

struct head {
	int fd;
	int64_t size; /* of the file */
	int64_t at;   /* where what is no tag begins */
	unsigned char data[HEAD_BYTES];
};

/* A worker has one thread. */
static unsigned char tail[TAIL_BYTES];

/* Read at ${at}; what is behind the end is zero. */
static void
load(struct head *head, int64_t at)
{

	memset(head->data, 0, sizeof(head->data));
	(void)reel_bytes_read(head->fd, at, head->data, sizeof(head->data));
}

static uint64_t
big(const struct head *head, size_t at, size_t bytes)
{

	return (at + bytes > sizeof(head->data)
	    ? 0 : reel_bytes_big(head->data + at, bytes));
}

static void
put(struct reel_extent *extent, int64_t from, uint64_t len)
{

	if (len == 0 || len > (uint64_t)EXTENT_MAX || from > EXTENT_MAX)
		return;
	extent->from = from;
	extent->to = from + (int64_t)len;
}

/* A number of EBML at ${*at}, which is moved on; UINT64_MAX: unknown, or none. */
static uint64_t
ebml(const struct head *head, size_t *at)
{
	size_t bytes = 1;
	uint64_t value;
	int first;

	if (*at >= sizeof(head->data) || (first = head->data[*at]) == 0)
		return (UINT64_MAX);
	while ((first & 0x80 >> (bytes - 1)) == 0)
		bytes++;
	value = big(head, *at, bytes) & ((UINT64_C(1) << 7 * bytes) - 1);
	*at += bytes;

	return (value == (UINT64_C(1) << 7 * bytes) - 1 ? UINT64_MAX : value);
}

/* A header, then one segment that is all of the film. */
static void
of_matroska(struct head *head, struct reel_extent *extent)
{
	size_t at = 4;
	uint64_t len = ebml(head, &at);

	if (len > sizeof(head->data) - 32)
		return;
	at += (size_t)len;
	if (big(head, at, 4) != 0x18538067)
		return;
	at += 4;
	/* One that was left open may end anywhere: its end is to be looked for. */
	if ((len = ebml(head, &at)) == UINT64_MAX)
		put(extent, 0, (uint64_t)head->size + 1);
	else
		put(extent, (int64_t)at, len);
}

/* Each tag has its length behind it: does one end where the file does? */
static void
of_flv(struct head *head, struct reel_extent *extent)
{
	int64_t size = head->size, len;

	put(extent, 0, (uint64_t)size + 1);
	if (size < 32)
		return;
	load(head, size - 4);
	len = (int64_t)big(head, 0, 4);
	if (len < 11 || len > size - 13)
		return;
	load(head, size - 4 - len);
	if ((int64_t)big(head, 1, 3) == len - 11 && head->data[0] >= 8 &&
	    head->data[0] <= 18)
		extent->to = size;
}

/* All fragments with their sizes; ${end}: of the table. */
static void
of_table(struct head *head, int64_t at, int64_t end, struct reel_extent *extent)
{
	const size_t each = 12, a_time = sizeof(head->data) / each;
	size_t first = head->data[8] != 0 ? 40 : 32, count, i;
	uint64_t from, sum = 0;

	/* Of the longer number the lower half: the rest is never used. */
	from = big(head, first - 8, 4);
	count = (size_t)big(head, first - 2, 2);
	at += (int64_t)first;
	if (at + (int64_t)(each * count) > end)
		return;
	for (i = 0; i < count; i++) {
		if (i % a_time == 0)
			load(head, at + (int64_t)(each * i));
		/* Tables of tables say too little here. */
		if ((head->data[each * (i % a_time)] & 0x80) != 0)
			return;
		sum += big(head, each * (i % a_time), 4);
	}
	put(extent, end + (int64_t)from, sum);
}

static void
of_mp4(struct head *head, struct reel_extent *extent)
{
	int64_t at = 0;
	uint64_t len;
	int i;

	for (i = 0; i < BOXES_MAX && at < head->size; i++) {
		load(head, at);
		len = big(head, 0, 4);
		if (len == 1)
			len = big(head, 8, 8);
		if (len < 8 || len > (uint64_t)EXTENT_MAX)
			return;
		if (memcmp(head->data + 4, "sidx", 4) == 0) {
			of_table(head, at, at + (int64_t)len, extent);
			return;
		}
		at += (int64_t)len;
	}
}

/* The first of the partitions says where the last one begins. */
static void
of_mxf(struct head *head, struct reel_extent *extent)
{
	size_t at = 16 + 1;

	if ((head->data[16] & 0x80) != 0)
		at += head->data[16] & 0x7f;
	put(extent, 0, big(head, at + 24, 8));
}

/* The first frame says it. */
static void
of_mp3(struct head *head, struct reel_extent *extent)
{
	const unsigned char *data = head->data;
	size_t side;
	int mono;

	if (data[0] != 0xff || (data[1] & 0xe6) != 0xe2)
		return;
	mono = (data[3] & 0xc0) == 0xc0;
	side = (data[1] & 0x18) == 0x18 ? (mono ? 17 : 32) : (mono ? 9 : 17);
	data += 4 + side;
	/* Two bits say that the numbers of frames and of bytes follow. */
	if ((memcmp(data, "Xing", 4) == 0 || memcmp(data, "Info", 4) == 0) &&
	    (data[7] & 3) == 3)
		put(extent, head->at, big(head, 4 + side + 12, 4));
}

/* The last bytes of it, up to ${most} of them; how many. */
static size_t
load_tail(const struct head *head, int64_t most)
{
	int64_t len = head->size < most ? head->size : most;

	return (reel_bytes_read(head->fd, head->size - len, tail, (size_t)len));
}

static unsigned int
crc8(const unsigned char *data, size_t len)
{
	unsigned int crc = 0;
	int i;

	while (len-- > 0)
		for (crc ^= *data++, i = 0; i < 8; i++)
			crc = (crc << 1 ^ (crc & 0x80 ? 7 : 0)) & 0xff;

	return (crc);
}

/* A frame of FLAC, of blocks of one size: which one; UINT64_MAX: it is none. */
static uint64_t
flac_frame(const unsigned char *data, size_t len)
{
	static const unsigned char blocks[16] = {[6] = 1, [7] = 2};
	static const unsigned char rates[16] = {[12] = 1, [13] = 2, [14] = 2};
	uint64_t number;
	size_t at, end, more = 0;

	if (len < 6 || data[0] != 0xff || data[1] != 0xf8)
		return (UINT64_MAX);
	/* The number is written as UTF-8 is, and may be longer. */
	while (more < 7 && (data[4] & 0x80 >> more) != 0)
		more++;
	if (more == 1 || more == 7)
		return (UINT64_MAX);
	number = data[4] & (more == 0 ? 0x7f : 0x3f >> (more - 1));
	end = 4 + (more == 0 ? 1 : more);
	for (at = 5; at < end && at < len; at++)
		number = number << 6 | (data[at] & 0x3f);
	end += blocks[data[2] >> 4] + rates[data[2] & 15];

	return (end < len && crc8(data, end) == data[end] ? number : UINT64_MAX);
}

/* No size is told, but how many frames: is the last one where the file ends? */
static void
of_flac(struct head *head, struct reel_extent *extent)
{
	uint64_t block = big(head, 10, 2), longest = big(head, 15, 3), total;
	size_t len, at;

	if ((head->data[4] & 0x7f) != 0 || block == 0 ||
	    (total = big(head, 21, 5) & ((UINT64_C(1) << 36) - 1)) == 0)
		return;
	put(extent, 0, (uint64_t)head->size + 1);
	longest = longest == 0 || longest + 4096 > TAIL_BYTES ? TAIL_BYTES
	    : longest + 4096;
	len = load_tail(head, (int64_t)longest);
	for (at = 0; at < len; at++)
		if (flac_frame(tail + at, len - at) == (total - 1) / block)
			extent->to = head->size;
}

/* The first block says how many samples there are, and each where it is. */
static void
of_wavpack(struct head *head, struct reel_extent *extent)
{
	uint64_t total = reel_bytes_little(head->data + 12, 4), there;
	size_t len = load_tail(head, TAIL_BYTES), at;
	const unsigned char *hit;
	double whole;

	/* More than fit into a word, or not told. */
	if (head->data[11] != 0 || total == 0 || total == UINT32_MAX)
		return;
	for (at = len; (hit = memrchr(tail, 'w', at)) != NULL;) {
		at = (size_t)(hit - tail);
		/* Of the same version, and with something in it: no chance. */
		if (len - at < 32 || memcmp(hit, "wvpk", 4) != 0 ||
		    memcmp(tail + at + 8, head->data + 8, 2) != 0 ||
		    reel_bytes_little(tail + at + 20, 4) == 0)
			continue;
		there = reel_bytes_little(tail + at + 16, 4);
		/* One that is cut off plays nothing. */
		if (reel_bytes_little(tail + at + 4, 4) + 8 <= len - at)
			there += reel_bytes_little(tail + at + 20, 4);
		whole = there == 0 ? 0 : (double)head->size * (double)total /
		    (double)there;
		if (there < total && whole < (double)EXTENT_MAX)
			put(extent, 0, (uint64_t)whole);
		return;
	}
}

static void
of_aiff(struct head *head, struct reel_extent *extent)
{

	if (memcmp(head->data + 8, "AIF", 3) == 0)
		put(extent, 8, big(head, 4, 4));
}

static void
of_au(struct head *head, struct reel_extent *extent)
{

	if (big(head, 8, 4) != UINT32_MAX)
		put(extent, (int64_t)big(head, 4, 4), big(head, 8, 4));
}

void
reel_extent_of(int fd, int64_t size, struct reel_extent *extent)
{
	static const struct {
		const char *magic;
		size_t at;
		size_t len;
		void (*of)(struct head *head, struct reel_extent *extent);
	} kinds[] = {
	    {"\x1a\x45\xdf\xa3", 0, 4, of_matroska},
	    {"FLV\1", 0, 4, of_flv},
	    {"ftyp", 4, 4, of_mp4},
	    {"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02", 0, 14,
	        of_mxf},
	    {"FORM", 0, 4, of_aiff},
	    {".snd", 0, 4, of_au},
	    {"fLaC", 0, 4, of_flac},
	    {"wvpk", 0, 4, of_wavpack},
	    {"\xff", 0, 1, of_mp3},
	};
	struct head head = {.fd = fd, .size = size,
	    .at = reel_bytes_behind_tags(fd)};
	size_t i;

	extent->from = extent->to = 0;
	load(&head, head.at);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (memcmp(head.data + kinds[i].at, kinds[i].magic,
		    kinds[i].len) == 0) {
			kinds[i].of(&head, extent);
			return;
		}
}
