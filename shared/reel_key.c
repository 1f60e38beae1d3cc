#include "shared/reel_key.h"

#include <string.h>

/*
 * Keys as names of files.  Lower case only, so that each has one name; the first
 * two letters once more as a folder, so that no folder grows too large.
 */

static const char digits[] = "0123456789abcdef";
static const char *const endings[] = {
	[REEL_KEY_JPEG] = ".jpg", [REEL_KEY_WEBP] = ".webp" };

void
reel_key_seal(unsigned char *key, enum reel_key_form form)
{
	unsigned char *last = key + REEL_KEY_BYTES - 1;

	if (form == REEL_KEY_WEBP)
		*last = REEL_KEY_WEBP;
	else if (*last == REEL_KEY_WEBP)
		*last = REEL_KEY_JPEG;
}

enum reel_key_form
reel_key_form(const unsigned char *key)
{

	return (key[REEL_KEY_BYTES - 1] == REEL_KEY_WEBP ? REEL_KEY_WEBP
	    : REEL_KEY_JPEG);
}

/* All but the ending; returns where that goes. */
static char *
put(const unsigned char *key, char *path)
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
	return (hex + REEL_KEY_HEX);
}

size_t
reel_key_path(const unsigned char *key, char *path)
{
	const char *ending = endings[reel_key_form(key)];
	char *at = put(key, path);

	memcpy(at, ending, strlen(ending));
	return ((size_t)(at - path) + strlen(ending));
}

size_t
reel_key_board(const unsigned char *key, int sheet, char *path)
{
	char *at = put(key, path);
	int power;

	if (sheet == 0) {
		memcpy(at, ".vtt", 4);
		return ((size_t)(at - path) + 4);
	}
	*at++ = '-';
	for (power = 1; power * 10 <= sheet; power *= 10)
		continue;
	for (; power > 0; power /= 10)
		*at++ = digits[sheet / power % 10];
	memcpy(at, ".jpg", 4);
	return ((size_t)(at - path) + 4);
}

static int
digit(char c)
{
	const char *at;

	at = c == '\0' ? NULL : memchr(digits, c, 16);
	return (at == NULL ? -1 : (int)(at - digits));
}

/* The key at the beginning of a name. */
static int
take(const char *name, size_t len, unsigned char *key)
{
	size_t i;
	int high, low;

	if (len < REEL_KEY_HEX)
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
reel_key_parse(const char *name, size_t len, unsigned char *key)
{
	const char *ending;

	if (!take(name, len, key))
		return (0);
	ending = endings[reel_key_form(key)];
	return (len == REEL_KEY_HEX + strlen(ending) &&
	    memcmp(name + REEL_KEY_HEX, ending, strlen(ending)) == 0);
}

int
reel_key_board_parse(const char *name, size_t len, unsigned char *key)
{
	char path[REEL_KEY_PATH];
	size_t i;
	int sheet = 0;

	if (!take(name, len, key) || len >= REEL_KEY_PATH)
		return (-1);
	for (i = REEL_KEY_HEX + 1; i < len && name[i] >= '0' && name[i] <= '9';
	     i++)
		sheet = sheet * 10 + name[i] - '0';
	/* There is one way to write each. */
	if (sheet > REEL_KEY_SHEETS_MAX ||
	    reel_key_board(key, sheet, path) != len + 3 ||
	    memcmp(path + 3, name, len) != 0)
		return (-1);
	return (sheet);
}

int
reel_key_known(const unsigned char *key)
{
	static const unsigned char zero[REEL_KEY_BYTES];

	return (memcmp(key, zero, sizeof(zero)) != 0);
}

void
reel_key_last(const unsigned char *key, unsigned char *last)
{

	memcpy(last, key, REEL_KEY_BYTES);
	memset(last + REEL_KEY_BYTES, 0xff, REEL_KEY_BYTES);
}
