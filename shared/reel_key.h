#ifndef REEL_KEY_H
#define REEL_KEY_H

#include <stddef.h>

/*
 * What a picture is filed under: a hash of the content of its file and of how it
 * is made.  The last byte tells the form: REEL_KEY_WEBP there, any other is a
 * JPEG.  All zero means that it is not known.
 */
#define REEL_KEY_BYTES 16
#define REEL_KEY_HEX (2 * REEL_KEY_BYTES)
/* "ab/abcdef....webp", below the folder of pictures, without a NUL, at most. */
#define REEL_KEY_PATH (3 + REEL_KEY_HEX + 5)
/* Folder of pictures, below the cache folder. */
#define REEL_KEY_FOLDER "thumbnails"

enum reel_key_form { REEL_KEY_JPEG = 0, REEL_KEY_WEBP = 1 };

/**
 * reel_key_seal(key, form): make ${key}, a hash, one of a picture of that form.
 * reel_key_form(key): the form of the picture.
 *
 * reel_key_path(key, path): write at most REEL_KEY_PATH bytes, no NUL; returns
 * how many.
 *
 * reel_key_parse(name, len, key):
 * Read a key from the last name of such a path; nonzero if it is one.
 *
 * reel_key_known(key): nonzero unless it is all zero.
 */
void reel_key_seal(unsigned char *key, enum reel_key_form form);
enum reel_key_form reel_key_form(const unsigned char *key);
size_t reel_key_path(const unsigned char *key, char *path);
int reel_key_parse(const char *name, size_t len, unsigned char *key);
int reel_key_known(const unsigned char *key);

#endif /* !REEL_KEY_H */
