/*
 * Whether there is a chain is seen at once: the last page is of a stream that did not
 * begin at the beginning.  Then it goes from page to page, of which headers alone are
 * read.  A link begins with pages that say that they begin a stream; where a page
 * should be and is not, the next one is looked for.
 */
#include <string.h>

#include "indexer/reel_bytes.h"

#include "indexer/reel_chain.h"

#define PAGE_BYTES 27      /* of a header, before its table */
#define HEAD_BYTES (PAGE_BYTES + 255 + 64) /* with that, and what a stream is */
#define TAIL_BYTES 131072  /* no page is longer than half of it */
#define BEGUN_MAX 16       /* streams of one link */
#define PAGES_MAX 400000
#define LATE_S 60          /* a link that begins later was cut out of another */
#define TIME_US_MAX (INT64_C(1000000) * 86400 * 366 * 100)

struct page {
	uint32_t serial;
	int begins;
	int64_t granule; /* -1: no packet ends in it */
	int64_t bytes;
	size_t body;     /* where its first packet is, in what was read */
};

struct link {
	uint32_t serial; /* of the stream that tells the time */
	int64_t rate;    /* 0: there is none yet */
	int64_t skip;    /* of its samples, that are not played */
	int64_t first;   /* -1: none was seen */
	int64_t last;
};

/* A worker has one thread. */
static unsigned char block[TAIL_BYTES];

static size_t
load(int fd, int64_t at, size_t len)
{

	return (reel_bytes_read(fd, at, block, len));
}

static int
read_page(const unsigned char *data, size_t len, struct page *page)
{
	size_t i, count;

	if (len < PAGE_BYTES || memcmp(data, "OggS\0", 5) != 0)
		return (0);
	count = data[26];
	if (len < PAGE_BYTES + count)
		return (0);
	page->begins = (data[5] & 2) != 0;
	page->granule = (int64_t)reel_bytes_little(data + 6, 8);
	page->serial = (uint32_t)reel_bytes_little(data + 14, 4);
	page->body = PAGE_BYTES + count;
	page->bytes = (int64_t)page->body;
	for (i = 0; i < count; i++)
		page->bytes += data[PAGE_BYTES + i];

	return (1);
}

/* The stream that begins with ${data}: does it tell the time of its link? */
static void
take_stream(struct link *link, const struct page *page,
    const unsigned char *data, size_t len)
{
	uint64_t rate = 0, skip = 0;

	if (link->rate != 0)
		return;
	if (len >= 16 && memcmp(data, "\1vorbis", 7) == 0)
		rate = reel_bytes_little(data + 12, 4);
	else if (len >= 12 && memcmp(data, "OpusHead", 8) == 0) {
		rate = 48000;
		skip = reel_bytes_little(data + 10, 2);
	} else if (len >= 30 && memcmp(data, "\x7f" "FLAC", 5) == 0)
		rate = (uint64_t)data[27] << 12 | (uint64_t)data[28] << 4 |
		    data[29] >> 4;
	else if (len >= 40 && memcmp(data, "Speex   ", 8) == 0)
		rate = reel_bytes_little(data + 36, 4);
	if (rate == 0 || rate > 10000000)
		return;
	link->rate = (int64_t)rate;
	link->skip = (int64_t)skip;
	link->serial = page->serial;
}

static void
begin_link(struct link *link)
{

	memset(link, 0, sizeof(*link));
	link->first = link->last = -1;
}

static double
link_us(const struct link *link)
{
	int64_t from = link->skip;

	if (link->rate == 0 || link->last < 0)
		return (0);
	if (link->first > link->rate * LATE_S)
		from = link->first;

	return (link->last <= from ? 0
	    : (double)(link->last - from) * 1e6 / (double)link->rate);
}

/* Where the next page begins, from ${at} on; -1: nowhere. */
static int64_t
find_page(int fd, int64_t at, int64_t size)
{
	const unsigned char *hit;
	size_t len;

	while (at < size && (len = load(fd, at, TAIL_BYTES)) >= PAGE_BYTES) {
		hit = memmem(block, len, "OggS\0", 5);
		if (hit != NULL)
			return (at + (hit - block));
		at += (int64_t)len - 4;
	}

	return (-1);
}

/* Did the stream of the last page begin with the file? */
static int
is_chain(int fd, int64_t size)
{
	uint32_t begun[BEGUN_MAX];
	struct page page, last = {0};
	size_t count = 0, len, i;
	int64_t at = 0;
	int seen = 0;

	while (count < BEGUN_MAX && (len = load(fd, at, HEAD_BYTES)) > 0 &&
	    read_page(block, len, &page) && page.begins) {
		begun[count++] = page.serial;
		at += page.bytes;
	}
	at = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
	len = load(fd, at, TAIL_BYTES);
	for (i = 0; i < len; i++)
		if (block[i] == 'O' && read_page(block + i, len - i, &page)) {
			last = page;
			seen = 1;
		}
	for (i = 0; i < count; i++)
		if (begun[i] == last.serial)
			return (0);

	return (count > 0 && seen);
}

int64_t
reel_chain_us(int fd, int64_t size)
{
	struct link link;
	struct page page;
	double us = 0;
	int64_t at = 0;
	size_t len;
	int pages, begun = 0;

	if (!is_chain(fd, size))
		return (-1);
	begin_link(&link);
	for (pages = 0; at >= 0 && at < size; pages++) {
		if (pages == PAGES_MAX)
			return (-1);
		len = load(fd, at, HEAD_BYTES);
		if (!read_page(block, len, &page)) {
			at = find_page(fd, at + 1, size);
			continue;
		}
		if (page.begins && !begun) {
			us += link_us(&link);
			begin_link(&link);
		}
		begun = page.begins;
		if (page.begins)
			take_stream(&link, &page, block + page.body,
			    len - page.body);
		else if (link.rate != 0 && page.serial == link.serial &&
		    page.granule > 0) {
			link.last = page.granule;
			if (link.first == -1)
				link.first = page.granule;
		}
		at += page.bytes;
	}
	us += link_us(&link);

	return (us > 0 && us < (double)TIME_US_MAX ? (int64_t)us : -1);
}
