/* links: indexer/reel_hevc.c */
/* Headers of HEVC as they lie in files, whole and cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/reel_hevc.h"

#define VPS "\0\0\0\1\x40\1\x0c\1\xff\xff\2\x20\0\0\3\0\x90\0\0\3\0\0\3\0\x1e\x95"
#define SPS "\0\0\1\x42\1\1\2\x20\0\0\3\0\x90\0\0\3\0\0\3\0\x1e\xa0"
#define BOX "\1\x22\x40\0\0\0\xb0\0\0\0\0\0\x99\xf0\0\xfc\xfd\xfa\xfa\0\0\x0f\0"

static unsigned char profile[REEL_HEVC_PROFILE_BYTES];
static char text[64];

#define HAS(bytes)                                                             \
	reel_hevc_profile(                                                     \
	    (const unsigned char *)(bytes), sizeof(bytes) - 1, profile)

static void
both_forms_are_named(void **state)
{

	(void)state;
	assert_true(HAS(VPS SPS));
	assert_true(reel_hevc_name(profile, "hvc1", text, sizeof(text)));
	assert_string_equal(text, "hvc1.2.4.L30.90");
	assert_false(reel_hevc_boxed((const unsigned char *)VPS SPS, 40));
	assert_true(HAS(BOX));
	assert_true(reel_hevc_name(profile, "hev1", text, sizeof(text)));
	assert_string_equal(text, "hev1.2.2.H153.B0");
	/* The first boxes of all had no version. */
	assert_true(HAS("\0\1\x60\0\0\0\0\0\0\0\0\0\x1e" "0123456789"));
	assert_true(reel_hevc_name(profile, "hvc1", text, sizeof(text)));
	assert_string_equal(text, "hvc1.1.6.L30");
	memset(profile, 0xff, sizeof(profile));
	assert_true(reel_hevc_name(profile, "hvc1", text, sizeof(text)));
	assert_string_equal(text, "hvc1.C31.FFFFFFFF.H255.FF.FF.FF.FF.FF.FF");
	assert_false(reel_hevc_name(profile, "hvc1", text, 8));
}

static void
what_is_cut_off_is_not_there(void **state)
{
	static const unsigned char whole[] = VPS SPS;
	size_t len;

	(void)state;
	for (len = 0; len < sizeof(whole) - 2; len++)
		assert_false(reel_hevc_profile(whole, len, profile));
	assert_true(reel_hevc_profile(whole, len, profile));
	assert_false(HAS(VPS));
	assert_false(HAS("\1\x22\x40\0\0\0\xb0\0\0\0\0\0\x99\xf0\0\xfc\xfd"));
	assert_false(HAS("\2\x22\x40\0\0\0\xb0\0\0\0\0\0\x99" "0123456789"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_forms_are_named),
		cmocka_unit_test(what_is_cut_off_is_not_there),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
