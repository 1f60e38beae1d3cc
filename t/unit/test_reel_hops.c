/* links: indexer/reel_hops.c indexer/reel_bytes.c */
/* Frames by hand: of one rate or many, between tags and rubbish, and very many. */
#include <sys/mman.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "indexer/reel_hops.h"

static int fd;
static int64_t size;

static int
begin(void **state)
{

	(void)state;
	fd = memfd_create("hops", MFD_CLOEXEC);
	size = 0;
	return (fd >= 0 ? 0 : -1);
}

static int
end(void **state)
{

	(void)state;
	return (close(fd));
}

static void
put(const void *data, size_t len)
{

	assert_int_equal(write(fd, data, len), len);
	size += (int64_t)len;
}

/* A frame of AAC, 48000 a second, of ${bytes}. */
static void
put_adts(int bytes)
{
	unsigned char frame[8192] = {0xff, 0xf1, 0x4c, 0x80,
	    (unsigned char)(bytes >> 3), (unsigned char)(bytes << 5 | 0x1f),
	    0xfc};

	frame[3] = (unsigned char)(frame[3] | bytes >> 11);
	put(frame, (size_t)bytes);
}

/* Of MP3: head[2] 0x90 is 128, 0x50 is 64 kbit a second, of 44100. */
static void
put_mp3(unsigned char bits)
{
	unsigned char frame[1024] = {0xff, 0xfb, bits};

	put(frame, bits == 0x90 ? 417 : 208);
}

static void
frames_of_aac_are_counted(void **state)
{
	int i;

	(void)state;
	put("ID3\4\0\0\0\0\0\x0a" "\xff\xf1\x4c\x80\x02\x1f\xfc???", 20);
	for (i = 0; i < 480; i++)
		put_adts(i < 240 ? 9 : 400 + i % 7);
	assert_int_equal(reel_hops_us(fd, size), 480 * 1024 * 1000 / 48);
	/* Rubbish in between, and a last one that is cut off. */
	put("\xff\xf1 rubbish \xff\xfb", 13);
	for (i = 0; i < 3; i++)
		put_adts(8191);
	size -= 1;
	assert_int_equal(
	    reel_hops_us(fd, size), INT64_C(482) * 1024 * 1000 / 48);
}

static void
mp3_is_counted_if_it_varies(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		put_mp3(0x90);
	assert_int_equal(reel_hops_us(fd, size), -1);
	for (i = 0; i < 500; i++)
		put_mp3(0x50);
	put("TAG", 3);
	put((const char[125]){0}, 125);
	assert_in_range(reel_hops_us(fd, size), 600 * 26122, 600 * 26123);
}

static void
what_is_long_is_reckoned(void **state)
{
	int64_t frames = 0;

	(void)state;
	for (frames = 0; size <= REEL_HOPS_BYTES_MAX + (1 << 20); frames++)
		put_adts(300 + (int)(frames % 100));
	assert_in_range(reel_hops_us(fd, size), frames * 21333 / 100 * 99,
	    frames * 21333 / 100 * 101);
}

static void
what_is_none_has_no_length(void **state)
{

	(void)state;
	assert_int_equal(reel_hops_us(fd, size), -1);
	put("ID3\4\0\0\x7f\x7f\x7f\x7f", 10);
	assert_int_equal(reel_hops_us(fd, size), -1);
	put((const char[4096]){0}, 4096);
	assert_int_equal(reel_hops_us(fd, size), -1);
	put("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11);
	assert_int_equal(reel_hops_us(fd, size), -1);
	assert_int_equal(reel_hops_us(-1, 4096), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    frames_of_aac_are_counted, begin, end),
		cmocka_unit_test_setup_teardown(
		    mp3_is_counted_if_it_varies, begin, end),
		cmocka_unit_test_setup_teardown(
		    what_is_long_is_reckoned, begin, end),
		cmocka_unit_test_setup_teardown(
		    what_is_none_has_no_length, begin, end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
