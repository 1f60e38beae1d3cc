/* links: indexer/reel_cache.c indexer/reel_whole.c indexer/reel_bytes.c indexer/reel_mem.c indexer/reel_log.c shared/reel_key.c shared/reel_buf.c */
/*
 * The folder of pictures: what is put is there and whole, what is of no use goes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "indexer/reel_cache.h"
#include "shared/reel_key.h"

static char dir[64];
static struct reel_cache *cache;
static const unsigned char jpeg[] =
    "\xff\xd8\xff a picture of no great worth, but whole \xff\xd9";
#define JPEG_LEN (sizeof(jpeg) - 1)

static const char *
path_of(const unsigned char *key)
{
	static char path[256];
	char name[REEL_KEY_PATH];

	snprintf(path, sizeof(path), "%s/" REEL_KEY_FOLDER "/%.*s", dir,
	    (int)reel_key_path(key, name), name);

	return (path);
}

static void
make_key(unsigned char *key, int n)
{

	memset(key, n + 1, REEL_KEY_BYTES);
	reel_key_seal(key, REEL_KEY_JPEG);
}

static void
age(const char *path, int64_t seconds)
{
	struct timespec times[2] = {{0, UTIME_OMIT}, {0, 0}};

	times[1].tv_sec = time(NULL) - seconds;
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static int
set_up(void **state)
{
	struct reel_buf why;

	(void)state;
	strcpy(dir, "/tmp/reel-test-cache-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return (-1);
	reel_buf_init(&why);
	assert_int_equal(reel_cache_open(dir, 0, &cache, &why), REEL_OK);

	return (0);
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	reel_cache_close(cache);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);

	return (system(command));
}

static void
what_is_put_is_there_for_the_group(void **state)
{
	unsigned char key[REEL_KEY_BYTES];
	struct stat st;
	mode_t mask = umask(077);

	(void)state;
	make_key(key, 1);
	assert_false(reel_cache_has(cache, key));
	assert_int_equal(
	    reel_cache_put(cache, key, jpeg, JPEG_LEN), REEL_OK);
	umask(mask);
	assert_true(reel_cache_has(cache, key));
	assert_int_equal(stat(path_of(key), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(st.st_size, JPEG_LEN);
	/* Once more is no error; an unknown key is never there. */
	assert_int_equal(
	    reel_cache_put(cache, key, jpeg, JPEG_LEN), REEL_OK);
	memset(key, 0, sizeof(key));
	assert_false(reel_cache_has(cache, key));
}

static void
a_whole_picture_stays_and_a_damaged_one_goes(void **state)
{
	static const unsigned char other[] =
	    "\xff\xd8\xff another one, longer than the first, and as whole \xff\xd9";
	unsigned char key[REEL_KEY_BYTES];
	struct stat st;

	(void)state;
	make_key(key, 7);
	assert_int_equal(
	    reel_cache_put(cache, key, jpeg, JPEG_LEN), REEL_OK);
	assert_int_equal(
	    reel_cache_put(cache, key, other, sizeof(other) - 1), REEL_OK);
	assert_int_equal(stat(path_of(key), &st), 0);
	assert_int_equal(st.st_size, JPEG_LEN);

	/* As a power cut leaves it. */
	assert_int_equal(truncate(path_of(key), 5), 0);
	assert_int_equal(
	    reel_cache_put(cache, key, other, sizeof(other) - 1), REEL_OK);
	assert_int_equal(stat(path_of(key), &st), 0);
	assert_int_equal(st.st_size, sizeof(other) - 1);
}

static void
a_webp_is_judged_by_what_it_says_of_its_length(void **state)
{
	unsigned char webp[64] = "RIFF\x38\0\0\0WEBPVP8 ", key[REEL_KEY_BYTES];
	struct stat st;

	(void)state;
	make_key(key, 3);
	reel_key_seal(key, REEL_KEY_WEBP);
	assert_int_equal(
	    reel_cache_put(cache, key, webp, sizeof(webp)), REEL_OK);
	assert_true(reel_cache_has(cache, key));
	assert_string_equal(strrchr(path_of(key), '.'), ".webp");
	webp[40] = 'x';
	assert_int_equal(
	    reel_cache_put(cache, key, webp, sizeof(webp)), REEL_OK);
	assert_int_equal(truncate(path_of(key), 50), 0);
	assert_int_equal(
	    reel_cache_put(cache, key, webp, sizeof(webp)), REEL_OK);
	assert_int_equal(stat(path_of(key), &st), 0);
	assert_int_equal(st.st_size, sizeof(webp));
}

static int
is_first(void *cookie, const unsigned char *key)
{

	(*(int *)cookie)++;

	return (key[0] == 1);
}

static int
cannot_say(void *cookie, const unsigned char *key)
{

	(void)cookie;
	(void)key;

	return (-1);
}

static void
a_storyboard_is_swept_as_one(void **state)
{
	static const char track[] =
	    "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nx-1.jpg#xywh=0,0,1,1\n\n";
	struct reel_cache *boards;
	unsigned char key[REEL_KEY_BYTES];
	struct reel_buf why;
	char path[128], name[REEL_KEY_PATH];
	int asked = 0, wanted;

	(void)state;
	reel_buf_init(&why);
	assert_int_equal(reel_cache_open(dir, 1, &boards, &why), REEL_OK);
	for (wanted = 1; wanted >= 0; wanted--) {
		make_key(key, wanted ? 0 : 4);
		assert_int_equal(reel_cache_put_sheet(
		    boards, key, 1, jpeg, JPEG_LEN), REEL_OK);
		assert_int_equal(reel_cache_put_sheet(
		    boards, key, 2, jpeg, JPEG_LEN), REEL_OK);
		assert_false(reel_cache_has(boards, key));
		assert_true(reel_cache_has_sheet(boards, key, 2));
		assert_false(reel_cache_has_sheet(boards, key, 3));
		assert_int_equal(reel_cache_put(
		    boards, key, track, sizeof(track) - 1), REEL_OK);
		assert_true(reel_cache_has(boards, key));
		for (int sheet = 0; sheet <= 2; sheet++) {
			snprintf(path, sizeof(path), "%s/" REEL_KEY_BOARDS "/%.*s",
			    dir, (int)reel_key_board(key, sheet, name), name);
			age(path, REEL_CACHE_KEEP_S + 10);
		}
	}
	while (!reel_cache_sweep(boards, 2, time(NULL), is_first, &asked))
		continue;
	/* A sheet that goes takes the track along, if that was not first. */
	assert_in_range(asked, 5, 6);
	assert_false(reel_cache_has(boards, key));
	assert_false(reel_cache_has_sheet(boards, key, 1));
	make_key(key, 0);
	assert_true(reel_cache_has(boards, key));
	assert_true(reel_cache_has_sheet(boards, key, 2));
	/* A sheet that a power cut damaged takes the track along. */
	snprintf(path, sizeof(path), "%s/" REEL_KEY_BOARDS "/%.*s", dir,
	    (int)reel_key_board(key, 2, name), name);
	assert_int_equal(truncate(path, 20), 0);
	while (!reel_cache_sweep(boards, 2, time(NULL), is_first, &asked))
		continue;
	assert_false(reel_cache_has(boards, key));
	assert_true(reel_cache_has_sheet(boards, key, 1));
	reel_cache_close(boards);
}

static void
sweep(int (*is_wanted)(void *cookie, const unsigned char *key), int *asked)
{
	int calls = 0;

	/* A bounded look each time, and every round ends. */
	while (!reel_cache_sweep(cache, 2, time(NULL), is_wanted, asked))
		assert_true(++calls < 1000);
}

static void
what_nobody_wants_goes_when_it_is_old(void **state)
{
	unsigned char keys[4][REEL_KEY_BYTES];
	int asked = 0, i;

	(void)state;
	for (i = 0; i < 4; i++) {
		make_key(keys[i], i);
		assert_int_equal(reel_cache_put(
		    cache, keys[i], jpeg, JPEG_LEN), REEL_OK);
		if (i < 3)
			age(path_of(keys[i]), REEL_CACHE_KEEP_S + 10);
	}
	sweep(cannot_say, &asked);
	assert_true(reel_cache_has(cache, keys[1]));
	sweep(is_first, &asked);
	assert_int_equal(asked, 3);
	assert_true(reel_cache_has(cache, keys[0]));
	assert_false(reel_cache_has(cache, keys[1]));
	assert_false(reel_cache_has(cache, keys[2]));
	assert_true(reel_cache_has(cache, keys[3]));
}

static void
remains_and_damage_go_and_strangers_stay(void **state)
{
	unsigned char key[REEL_KEY_BYTES];
	char path[300], *slash;
	int asked = 0, fd;

	(void)state;
	/* Cut short by a power cut. */
	make_key(key, 0);
	assert_int_equal(
	    reel_cache_put(cache, key, jpeg, JPEG_LEN), REEL_OK);
	assert_int_equal(truncate(path_of(key), 6), 0);
	snprintf(path, sizeof(path), "%s", path_of(key));
	slash = strrchr(path, '/');
	/* A write that was killed. */
	strcpy(slash, "/.new-1-1");
	assert_true((fd = open(path, O_CREAT | O_WRONLY, 0600)) >= 0);
	close(fd);
	sweep(is_first, &asked);
	assert_false(reel_cache_has(cache, key));
	assert_int_equal(access(path, F_OK), 0);
	age(path, REEL_CACHE_KEEP_S + 10);
	sweep(is_first, &asked);
	assert_int_equal(access(path, F_OK), -1);
	/* None of ours. */
	strcpy(slash, "/notes.txt");
	assert_true((fd = open(path, O_CREAT | O_WRONLY, 0600)) >= 0);
	close(fd);
	age(path, 10 * REEL_CACHE_KEEP_S);
	sweep(is_first, &asked);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(asked, 0);
}

static void
a_folder_that_cannot_be_made_is_named(void **state)
{
	struct reel_cache *other = NULL;
	struct reel_buf why;

	(void)state;
	reel_buf_init(&why);
	assert_int_equal(
	    reel_cache_open("/proc/none", 0, &other, &why), REEL_IO);
	assert_non_null(memmem(why.data, why.len, "/proc/none", 10));
	reel_buf_clear(&why);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(what_is_put_is_there_for_the_group),
	    T(a_whole_picture_stays_and_a_damaged_one_goes),
	    T(a_webp_is_judged_by_what_it_says_of_its_length),
	    T(a_storyboard_is_swept_as_one),
	    T(what_nobody_wants_goes_when_it_is_old),
	    T(remains_and_damage_go_and_strangers_stay),
	    T(a_folder_that_cannot_be_made_is_named),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
