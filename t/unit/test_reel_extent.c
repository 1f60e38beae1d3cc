/* links: indexer/reel_extent.c indexer/reel_bytes.c */
/* Beginnings of containers, written by hand: whole, cut anywhere, and bent. */
#include <sys/mman.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "indexer/reel_extent.h"

#define EBML "\x1a\x45\xdf\xa3\x84\x42\x86\x81\x01\x18\x53\x80\x67"
#define FTYP "\0\0\0\x10" "ftypisom\0\0\0\0"
#define MOOV "\0\0\0\x08moov"
#define REFS "\0\0\1\0\0\0\0\1\x90\0\0\0" "\0\0\2\0\0\0\0\1\x90\0\0\0"
#define SIDX0 "\0\0\0\x38sidx\0\0\0\0\0\0\0\1\0\0\3\xe8"                         \
	"\0\0\0\0\0\0\0\x10\0\0\0\2" REFS
#define SIDX1 "\0\0\0\x40sidx\1\0\0\0\0\0\0\1\0\0\3\xe8"                         \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0\0\0\2" REFS
#define MXF "\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02\x04\0"     \
	"\x83\0\0\x78\0\1\0\2\0\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"           \
	"\0\0\0\0\0\1\0\0"
#define ID3 "ID3\3\0\0\0\0\0\x0a##########"
#define ZERO8 "\0\0\0\0\0\0\0\0"
#define SIDE32 ZERO8 ZERO8 ZERO8 ZERO8
#define XING "\xff\xfb\x90\x64" SIDE32 "Xing\0\0\0\3\0\0\0\x64\0\0\x10\0"
#define INFO "\xff\xf3\x90\xc4" ZERO8 "\0" "Info\0\0\0\x0f\0\0\0\x64\0\0\x20\0"

/* Ten blocks of 4096; then the last frame, or the one before it, with its check. */
#define FLAC "fLaC\0\0\0\x22\x10\0\x10\0\0\0\x10\0\0\x40"                        \
	"\x0a\xc4\x40\xf0\0\0\xa0\0" ZERO8 ZERO8
#define WV(index, total) "wvpk\x18\0\0\0\x10\4\0\0" total "\0" index "\0"        \
	"\0\x10\0\0" ZERO8

static struct reel_extent
extent_of(const char *data, size_t len)
{
	struct reel_extent extent;
	int fd = memfd_create("extent", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	reel_extent_of(fd, (int64_t)len, &extent);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), len);
	close(fd);

	return (extent);
}

static const struct {
	const char *data;
	size_t len;
	int64_t from;
	int64_t to;
} rows[] = {
#define ROW(text, from, to) {text, sizeof(text) - 1, from, to}
    ROW(EBML "\x90", 14, 30),
    ROW(EBML "\x01\0\0\0\0\1\0\0", 21, 21 + 65536),
    ROW(EBML "\xff", 0, 15),
    ROW(EBML "\x01\xff\xff\xff\xff\xff\xff\xff", 0, 22),
    ROW("\x1a\x45\xdf\xa3\x84\x42\x86\x81\x01\xec\x81\0", 0, 0),
    ROW(FTYP SIDX0, 16 + 56 + 16, 16 + 56 + 16 + 256 + 512),
    ROW(FTYP MOOV SIDX1, 24 + 64 + 16, 24 + 64 + 16 + 256 + 512),
    ROW(FTYP MOOV "\0\0\0\x08mdat", 0, 0),
    ROW(FTYP "\0\0\0\1free\0\0\0\0\0\0\0\x10" SIDX0, 104, 104 + 768),
    ROW(FTYP "\0\0\0\7moov" SIDX0, 0, 0),
    ROW(MXF, 0, 65536),
    ROW("FORM\0\0\1\0AIFF", 8, 264),
    ROW("FORM\0\0\1\0AIFC", 8, 264),
    ROW("FORM\0\0\1\0ILBM", 0, 0),
    ROW(".snd\0\0\0\x18\0\0\2\0", 24, 24 + 512),
    ROW(".snd\0\0\0\x18\xff\xff\xff\xff", 0, 0),
    ROW(XING, 0, 4096),
    ROW(ID3 XING, 20, 20 + 4096),
    ROW(INFO, 0, 8192),
    ROW(ID3 "text", 0, 0),
    ROW("\xff\xfb\x90\x64" SIDE32 "Xing\0\0\0\1\0\0\0\x64\0\0\x10\0", 0, 0),
    ROW("\xff\xd8\xff\xe0", 0, 0),
    ROW("RIFF\x24\0\0\0WAVE", 0, 0),
    ROW(FLAC "\xff\xf8\xc9\x08\x09\xaa" ZERO8, 0, 56),
    ROW(FLAC "\xff\xf8\xc9\x08\x08\xad" ZERO8, 0, 57),
    ROW(FLAC "\xff\xf8\xc9\x08\x09\x81" ZERO8, 0, 57),
    ROW(FLAC, 0, 43),
    ROW(ID3 FLAC "\xff\xf8\xc9\x08\x09\xaa" ZERO8, 0, 76),
    ROW(ID3 FLAC "\xff\xf8\xc9\x08\x08\xad" ZERO8, 0, 77),
    ROW(ID3 ID3 XING, 40, 40 + 4096),
    ROW("ID3\4\0\x10\0\0\0\0" "3DI\4\0\x10\0\0\0\0" XING, 20, 20 + 4096),
    ROW(WV("\0\0\0", "\0\x20\0") WV("\0\x10\0", "\0\x20\0"), 0, 0),
    ROW(WV("\0\0\0", "\0\x40\0") WV("\0\x10\0", "\0\x40\0"), 0, 128),
    ROW(WV("\0\0\0", "\0\x40\0") WV("\0\x10\0", "\0\x40\0") "wvpk", 0, 136),
    ROW("", 0, 0),
};

static void
every_container_says_how_long_it_is(void **state)
{
	struct reel_extent extent;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		extent = extent_of(rows[i].data, rows[i].len);
		if (extent.from != rows[i].from || extent.to != rows[i].to)
			fail_msg("row %zu: %lld to %lld", i,
			    (long long)extent.from, (long long)extent.to);
	}
}

/* Its tags have their lengths behind them: the last one is there, or is not. */
static void
flash_ends_with_a_tag(void **state)
{
	static const char film[] = "FLV\1\5\0\0\0\x09\0\0\0\0"
	    "\x12\0\0\4\0\0\0\0\0\0\0data\0\0\0\x0f"
	    "\x09\0\0\5\0\0\0\0\0\0\0video\0\0\0\x10";
	const size_t len = sizeof(film) - 1;
	size_t cut;

	(void)state;
	for (cut = 4; cut <= len; cut++)
		/* Behind the first tag it ends well, too. */
		assert_int_equal(extent_of(film, cut).to,
		    cut == len || cut == 32 ? cut : cut + 1);
}

static void
nothing_that_is_cut_or_bent_is_believed_too_far(void **state)
{
	char data[256];
	struct reel_extent extent;
	unsigned int seed = 7;
	size_t i, len;
	int round;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (len = 0; len < rows[i].len; len++)
			(void)extent_of(rows[i].data, len);
		for (round = 0; round < 300 && rows[i].len > 0; round++) {
			memcpy(data, rows[i].data, rows[i].len);
			for (len = 0; len < 3; len++) {
				seed = seed * 1103515245 + 12345;
				data[(seed >> 8) % rows[i].len] = (char)
				    (round % 2 == 0 ? 0xff : (int)(seed >> 24));
			}
			extent = extent_of(data, rows[i].len);
			assert_true(extent.from >= 0 &&
			    (extent.to == 0 || extent.to >= extent.from));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_container_says_how_long_it_is),
	    cmocka_unit_test(flash_ends_with_a_tag),
	    cmocka_unit_test(nothing_that_is_cut_or_bent_is_believed_too_far),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
