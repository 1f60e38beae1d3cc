#ifndef REEL_KEY_H
#define REEL_KEY_H

#include <stddef.h>

/*
 * What a picture is filed under: a hash of the content of its file and of how it
 * is made.  All zero means that it is not known.
 */
#define REEL_KEY_BYTES 16
#define REEL_KEY_HEX (2 * REEL_KEY_BYTES)
/* "ab/abcdef....jpg", below the folder of pictures, without a NUL. */
#define REEL_KEY_PATH (3 + REEL_KEY_HEX + 4)
/* Folder of pictures, below the cache folder. */
#define REEL_KEY_FOLDER "thumbnails"

/**
 * reel_key_path(key, path): write REEL_KEY_PATH bytes, no NUL.
 *
 * reel_key_parse(name, len, key):
 * Read a key from the last name of such a path; nonzero if it is one.
 *
 * reel_key_known(key): nonzero unless it is all zero.
 */
void reel_key_path(const unsigned char *key, char *path);
int reel_key_parse(const char *name, size_t len, unsigned char *key);
int reel_key_known(const unsigned char *key);

#endif /* !REEL_KEY_H */
