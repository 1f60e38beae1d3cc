/* links: indexer/reel_chain.c indexer/reel_bytes.c */
/* Pages by hand: links of several codecs, one link, gaps, and cuts anywhere. */
#include <sys/mman.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "indexer/reel_chain.h"

#define VORBIS "\1vorbis\0\0\0\0\1\x44\xac\0\0????????????????"
#define OPUS "OpusHead\1\1\x38\1\x80\xbb\0\0\0\0\0"
#define FLAC "\x7f" "FLAC\1\0\0\1fLaC\0\0\0\x22\x10\0\x10\0\0\0\0\0\0\0"         \
	"\x0a\xc4\x42\xf0????"
#define SPEEX "Speex   ????????????????????????????\x80\x3e\0\0????"
#define THEORA "\x80theora????"

static unsigned char file[1 << 16];
static size_t size;

/* One packet a page; ${text} NULL: sound of whatever kind. */
static void
page(uint32_t serial, int64_t granule, const char *text, size_t len)
{
	unsigned char *at = file + size;
	int i;

	memcpy(at, "OggS", 5);
	at[5] = text != NULL ? 2 : 0;
	for (i = 0; i < 8; i++)
		at[6 + i] = (unsigned char)((uint64_t)granule >> 8 * i);
	for (i = 0; i < 4; i++)
		at[14 + i] = (unsigned char)(serial >> 8 * i);
	memset(at + 18, 0, 8);
	at[26] = 1;
	at[27] = (unsigned char)len;
	memset(at + 28, '.', len);
	if (text != NULL)
		memcpy(at + 28, text, len);
	size += 28 + len;
}

#define BEGIN(serial, text) page(serial, 0, text, sizeof(text) - 1)
#define SOUND(serial, granule) page(serial, granule, NULL, 200)

static int64_t
us_of(size_t len)
{
	int fd = memfd_create("chain", MFD_CLOEXEC);
	int64_t us;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, file, len), len);
	us = reel_chain_us(fd, (int64_t)len);
	close(fd);
	return (us);
}

static int
begin(void **state)
{

	(void)state;
	size = 0;
	return (0);
}

static void
links_are_added_up(void **state)
{

	(void)state;
	BEGIN(7, VORBIS);
	SOUND(7, 44100);
	SOUND(7, 88200);
	assert_int_equal(us_of(size), -1);
	BEGIN(8, THEORA);
	BEGIN(9, OPUS);
	SOUND(8, 1 << 20);
	SOUND(9, -1);
	SOUND(9, 48000 * 3 + 312);
	assert_int_equal(us_of(size), 5000000);
	BEGIN(1, FLAC);
	SOUND(1, 44100);
	/* The same number again. */
	BEGIN(1, SPEEX);
	SOUND(1, 16000);
	assert_int_equal(us_of(size), 7000000);
	/* One that was cut out of another. */
	BEGIN(2, VORBIS);
	SOUND(2, 44100 * 100);
	SOUND(2, 44100 * 104);
	assert_int_equal(us_of(size), 11000000);
}

static void
gaps_are_passed_over(void **state)
{

	(void)state;
	BEGIN(7, VORBIS);
	SOUND(7, 44100);
	memset(file + size, 'O', 5000);
	size += 5000;
	BEGIN(8, VORBIS);
	SOUND(8, 44100);
	assert_int_equal(us_of(size), 2000000);
	/* Nothing that we know. */
	size = 0;
	BEGIN(7, THEORA);
	BEGIN(8, THEORA);
	SOUND(8, 5);
	SOUND(9, 5);
	assert_int_equal(us_of(size), -1);
}

static void
no_cut_does_harm(void **state)
{
	size_t len;
	int64_t us;

	(void)state;
	BEGIN(7, VORBIS);
	SOUND(7, 44100);
	BEGIN(8, VORBIS);
	SOUND(8, 44100);
	SOUND(8, INT64_MAX);
	assert_int_equal(us_of(size), -1);
	for (len = 0; len < size; len++) {
		us = us_of(len);
		assert_true(us == -1 || us >= 1000000);
	}
	assert_int_equal(reel_chain_us(-1, 100), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(links_are_added_up, begin),
		cmocka_unit_test_setup(gaps_are_passed_over, begin),
		cmocka_unit_test_setup(no_cut_does_harm, begin),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
