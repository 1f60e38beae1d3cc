#include "shared/reel_key.h"

#include <string.h>

/*
 * Keys as names of files.  Lower case only, so that each has one name; the first
 * two letters once more as a folder, so that no folder grows too large.
 */

static const char digits[] = "0123456789abcdef";

void
reel_key_path(const unsigned char *key, char *path)
{
	char *hex = path + 3;
	size_t i;

	for (i = 0; i < REEL_KEY_BYTES; i++) {
		hex[2 * i] = digits[key[i] >> 4];
		hex[2 * i + 1] = digits[key[i] & 15];
	}
	path[0] = hex[0];
	path[1] = hex[1];
	path[2] = '/';
	memcpy(hex + REEL_KEY_HEX, ".jpg", 4);
}

static int
digit(char c)
{
	const char *at;

	at = c == '\0' ? NULL : memchr(digits, c, 16);
	return (at == NULL ? -1 : (int)(at - digits));
}

int
reel_key_parse(const char *name, size_t len, unsigned char *key)
{
	size_t i;
	int high, low;

	if (len != REEL_KEY_HEX + 4 ||
	    memcmp(name + REEL_KEY_HEX, ".jpg", 4) != 0)
		return (0);
	for (i = 0; i < REEL_KEY_BYTES; i++) {
		if ((high = digit(name[2 * i])) < 0 ||
		    (low = digit(name[2 * i + 1])) < 0)
			return (0);
		key[i] = (unsigned char)(high << 4 | low);
	}
	return (1);
}

int
reel_key_known(const unsigned char *key)
{
	static const unsigned char zero[REEL_KEY_BYTES];

	return (memcmp(key, zero, sizeof(zero)) != 0);
}
