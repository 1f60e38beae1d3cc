/*
 * The profile of HEVC.  Bytes come from the file as they are, so each is held
 * against the length first.  In a stream a 3 is put between two zeroes and a small
 * number, lest they look like a beginning; it is taken out before bytes are counted.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "indexer/reel_hevc.h"

#define SPS 33       /* kind of unit: the sequence parameter set */
#define BEFORE 3     /* its own header, and a byte of numbers */
#define LOOK_MAX 4096

int
reel_hevc_boxed(const unsigned char *head, size_t len)
{

	/* Either its version or its profile is not zero. */
	return (len >= 23 && head[0] <= 1 && (head[0] | head[1]) != 0);
}

/* The first bytes of a unit, as they were before 3s were put in; how many. */
static size_t
unescape(const unsigned char *unit, size_t len, unsigned char *out, size_t max)
{
	size_t i, used = 0;
	int zeroes = 0;

	for (i = 0; i < len && used < max; i++) {
		if (zeroes >= 2 && unit[i] == 3) {
			zeroes = 0;
			continue;
		}
		zeroes = unit[i] == 0 ? zeroes + 1 : 0;
		out[used++] = unit[i];
	}

	return (used);
}

int
reel_hevc_profile(const unsigned char *head, size_t len,
    unsigned char profile[REEL_HEVC_PROFILE_BYTES])
{
	unsigned char unit[BEFORE + REEL_HEVC_PROFILE_BYTES];
	size_t i;

	if (reel_hevc_boxed(head, len)) {
		memcpy(profile, head + 1, REEL_HEVC_PROFILE_BYTES);
		return (1);
	}
	for (i = 0; i + 4 < len && i < LOOK_MAX; i++) {
		if (head[i] != 0 || head[i + 1] != 0 || head[i + 2] != 1 ||
		    (head[i + 3] >> 1 & 0x3f) != SPS)
			continue;
		if (unescape(head + i + 3, len - i - 3, unit, sizeof(unit)) <
		    sizeof(unit))
			return (0);
		memcpy(profile, unit + BEFORE, REEL_HEVC_PROFILE_BYTES);
		return (1);
	}

	return (0);
}

int
reel_hevc_name(const unsigned char profile[REEL_HEVC_PROFILE_BYTES],
    const char *word, char *text, size_t size)
{
	static const char *const spaces[] = {"", "A", "B", "C"};
	uint32_t compat = 0;
	char tail[32] = "";
	int i, n, last = 5;

	/* The flags are named from the other end. */
	for (i = 0; i < 32; i++)
		if (profile[1 + i / 8] & (0x80 >> i % 8))
			compat |= UINT32_C(1) << i;
	while (last >= 0 && profile[5 + last] == 0)
		last--;
	for (i = 0; i <= last; i++)
		snprintf(tail + strlen(tail), sizeof(tail) - strlen(tail), ".%X",
		    (unsigned int)profile[5 + i]);
	n = snprintf(text, size, "%s.%s%d.%X.%c%d%s", word,
	    spaces[profile[0] >> 6], profile[0] & 0x1f, compat,
	    (profile[0] & 0x20) ? 'H' : 'L', profile[11], tail);

	return (n > 0 && (size_t)n < size);
}
