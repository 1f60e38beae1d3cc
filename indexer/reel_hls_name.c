/*
 * What a name says of a stream.
 */
#include <string.h>
#include <strings.h>

#include "indexer/reel_hls_name.h"

static int
ends(const char *name, size_t len, const char *ending)
{
	size_t n = strlen(ending);

	return (len > n && strncasecmp(name + len - n, ending, n) == 0);
}

int
reel_hls_name(const char *name, size_t len)
{

	return (ends(name, len, ".m3u8"));
}

int
reel_hls_segment(const char *name, size_t len)
{
	static const char *const endings[] = {
	    ".ts", ".m4s", ".cmfv", ".cmfa", ".cmft"};
	size_t i;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (ends(name, len, endings[i]))
			return (1);

	return (0);
}
