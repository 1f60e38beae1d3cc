#include "shared/reel_path.h"

#include <string.h>

/*
 * Paths of the library as bytes.  Nothing here touches a disk, and nothing
 * normalises: a path that needs it is refused, so that "..", "//" and their
 * kin can never mean a place.  Equal paths are equal bytes.
 */

/* NAME_MAX of Linux. */
#define NAME_BYTES 255

enum reel_status
reel_path_check(const char *path, size_t len)
{
	const char *name;
	size_t name_len;

	if (len == 0)
		return (REEL_OK);
	if (path[0] == '/' || path[len - 1] == '/')
		return (REEL_BAD_INPUT);

	while (reel_path_next(&path, &len, &name, &name_len)) {
		if (name_len == 0 || name_len > NAME_BYTES ||
		    memchr(name, '\0', name_len) != NULL)
			return (REEL_BAD_INPUT);
		if (name[0] == '.' && (name_len == 1 ||
		    (name_len == 2 && name[1] == '.')))
			return (REEL_BAD_INPUT);
	}
	return (REEL_OK);
}

int
reel_path_next(
    const char **rest, size_t *rest_len, const char **name, size_t *name_len)
{
	const char *slash;

	if (*rest_len == 0)
		return (0);

	*name = *rest;
	if ((slash = memchr(*rest, '/', *rest_len)) == NULL) {
		*name_len = *rest_len;
		*rest += *rest_len;
		*rest_len = 0;
	} else {
		*name_len = (size_t)(slash - *rest);
		*rest += *name_len + 1;
		*rest_len -= *name_len + 1;
	}
	return (1);
}

int
reel_path_below(
    const char *path, size_t len, const char *folder, size_t folder_len)
{

	if (folder_len == 0)
		return (1);
	if (len < folder_len || memcmp(path, folder, folder_len) != 0)
		return (0);
	return (len == folder_len || path[folder_len] == '/');
}

int
reel_path_cmp(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t i, min;

	min = alen < blen ? alen : blen;
	for (i = 0; i < min; i++) {
		if (a[i] == b[i])
			continue;

		/* One of the names ends here: it is the smaller one. */
		if (a[i] == '/')
			return (-1);
		if (b[i] == '/')
			return (1);
		return ((unsigned char)a[i] < (unsigned char)b[i] ? -1 : 1);
	}
	return (alen < blen ? -1 : alen > blen);
}
