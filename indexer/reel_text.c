/*
 * Texts as files have them, of any bytes, as others may have them.
 */
#include <string.h>

#include "shared/reel_escape.h"

#include "indexer/reel_text.h"

void
reel_text_put(char *out, size_t size, const char *text)
{
	size_t used = 0, n;

	out[0] = '\0';
	while (text != NULL && *text != '\0') {
		/* Length of the character here, 0 if it is none. */
		for (n = 1; n <= 4 && memchr(text, '\0', n) == NULL; n++)
			if (reel_escape_utf8_ok(text, n))
				break;
		if (n > 4 || memchr(text, '\0', n) != NULL)
			n = 0;
		if (used + (n > 0 ? n : 3) >= size)
			break;
		if (n == 0) {
			memcpy(out + used, "\xef\xbf\xbd", 3);
			used += 3;
			text++;
			continue;
		}
		memcpy(out + used, text, n);
		if (n == 1 && ((unsigned char)text[0] < 0x20 || text[0] == 0x7f))
			out[used] = ' ';
		used += n;
		text += n;
	}
	out[used] = '\0';
}
