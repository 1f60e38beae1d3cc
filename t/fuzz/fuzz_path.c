/* links: shared/reel_path.c */
/*
 * Two paths, split at the first newline: the names make up the path again, what
 * is refused has a reason, and order and belonging agree with each other.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/reel_path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
walk(const char *path, size_t len)
{
	const char *rest = path, *name;
	size_t rest_len = len, name_len, total = 0, names = 0;
	int bad = 0;

	while (reel_path_next(&rest, &rest_len, &name, &name_len)) {
		if (name != path + total)
			abort();
		total += name_len + 1;
		names++;
		bad |= name_len == 0 || name_len > 255 ||
		    memchr(name, '\0', name_len) != NULL ||
		    (name_len == 1 && name[0] == '.') ||
		    (name_len == 2 && name[0] == '.' && name[1] == '.');
	}

	/* A '/' at the very end has no empty name behind it. */
	bad |= len > 0 && path[len - 1] == '/';
	if (names > 0 && total != len + (path[len - 1] != '/'))
		abort();
	if ((reel_path_check(path, len) == REEL_OK) == bad)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *a = (const char *)data, *b;
	size_t alen, blen;
	int cmp;

	b = size > 0 ? memchr(a, '\n', size) : NULL;
	alen = b == NULL ? size : (size_t)(b - a);
	blen = b == NULL ? 0 : size - alen - 1;
	b = b == NULL ? a : b + 1;

	walk(a, alen);
	walk(b, blen);

	cmp = reel_path_cmp(a, alen, b, blen);
	if (cmp != -reel_path_cmp(b, blen, a, alen))
		abort();
	if ((cmp == 0) != (alen == blen &&
	    (alen == 0 || memcmp(a, b, alen) == 0)))
		abort();

	/* What lies below a folder comes behind it. */
	if (reel_path_below(a, alen, b, blen) && cmp < 0)
		abort();
	if (cmp != 0 && blen > 0 && reel_path_below(a, alen, b, blen) &&
	    reel_path_below(b, blen, a, alen))
		abort();
	if (!reel_path_below(a, alen, a, alen))
		abort();
	return (0);
}
