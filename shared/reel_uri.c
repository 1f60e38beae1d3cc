#include "shared/reel_uri.h"

#include <ctype.h>
#include <string.h>

#include "shared/reel_path.h"

/*
 * Addresses to names.  What comes out is a path that reel_path_check takes, so it
 * cannot leave the folder, whatever went in.
 */

/* "http:", "data:", "C:" ...: a letter, then letters, digits, '+', '-', '.'. */
static int
has_scheme(const char *uri, size_t len)
{
	size_t i;

	if (len == 0 || !isalpha((unsigned char)uri[0]))
		return (0);
	for (i = 1; i < len; i++) {
		if (uri[i] == ':')
			return (1);
		if (!isalnum((unsigned char)uri[i]) &&
		    strchr("+-.", uri[i]) == NULL)
			return (0);
	}
	return (0);
}

static int
hex(char c)
{

	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (c - 'A' + 10);
	return (-1);
}

/* The byte at ${*at}, and go on behind it; a '%' that means nothing is itself. */
static char
decode(const char *uri, size_t len, size_t *at)
{
	size_t i = *at;

	if (uri[i] == '%' && len - i > 2 && hex(uri[i + 1]) >= 0 &&
	    hex(uri[i + 2]) >= 0) {
		*at = i + 3;
		return ((char)(hex(uri[i + 1]) << 4 | hex(uri[i + 2])));
	}
	*at = i + 1;
	return (uri[i]);
}

enum reel_uri_place
reel_uri_place(const char *uri, size_t len, char *path, size_t *path_len)
{
	size_t i = 0, used = 0;
	int below = 0, escaped;
	char c;

	if (has_scheme(uri, len))
		return (REEL_URI_ELSEWHERE);
	while (len - i > 1 && uri[i] == '.' && uri[i + 1] == '/')
		i += 2;
	while (i < len && uri[i] != '?' && uri[i] != '#') {
		escaped = uri[i] == '%';
		c = decode(uri, len, &i);
		if (used == REEL_URI_PATH_MAX || (c == '/' && escaped))
			return (REEL_URI_ELSEWHERE);
		below |= c == '/';
		path[used++] = c;
	}
	if (used == 0 || reel_path_check(path, used) != REEL_OK)
		return (REEL_URI_ELSEWHERE);
	*path_len = used;
	return (below ? REEL_URI_BELOW : REEL_URI_HERE);
}
