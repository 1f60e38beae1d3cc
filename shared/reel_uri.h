#ifndef REEL_URI_H
#define REEL_URI_H

#include <stddef.h>

/*
 * What an address in a playlist means to the folder that the playlist is in.
 */
#define REEL_URI_PATH_MAX 1024 /* bytes of a path; a longer one is elsewhere */

enum reel_uri_place {
	REEL_URI_ELSEWHERE = 0, /* another machine, another folder, nowhere */
	REEL_URI_HERE,          /* a file of that folder */
	REEL_URI_BELOW          /* of a folder in it */
};

/**
 * reel_uri_place(uri, len, path, path_len):
 * ${path}, of REEL_URI_PATH_MAX bytes, gets the path below the folder, without a
 * NUL: percent-encoding undone, query and fragment cut off, "./" left out.  An
 * address with a scheme, one that begins at the root, goes up, or says what no
 * name can be is elsewhere, and ${path} is of no use then.
 */
enum reel_uri_place reel_uri_place(
    const char *uri, size_t len, char *path, size_t *path_len);

#endif /* !REEL_URI_H */
