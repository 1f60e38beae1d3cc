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
/* "ab/abcdef....webp", "ab/abcdef....-9999.jpg", without a NUL, at most. */
#define REEL_KEY_PATH (3 + REEL_KEY_HEX + 9)
/* Folders of pictures and of storyboards, below the cache folder. */
#define REEL_KEY_FOLDER "thumbnails"
#define REEL_KEY_BOARDS "storyboards"
#define REEL_KEY_SHEETS_MAX 9999

enum reel_key_form { REEL_KEY_JPEG = 0, REEL_KEY_WEBP = 1 };
#define REEL_KEY_FORMS 2

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
 * reel_key_board(key, sheet, path): likewise, of a storyboard: its track (".vtt")
 * if ${sheet} is 0, else its sheet of that number ("-1.jpg").
 *
 * reel_key_board_parse(name, len, key): the number of the sheet, 0 for a track,
 * -1 if it is neither.
 *
 * reel_key_known(key): nonzero unless it is all zero.
 *
 * reel_key_last(key, last): in books a storyboard's key may lie behind a picture's;
 * the last of 2 * REEL_KEY_BYTES bytes that begin with ${key}.
 */
void reel_key_seal(unsigned char *key, enum reel_key_form form);
enum reel_key_form reel_key_form(const unsigned char *key);
size_t reel_key_path(const unsigned char *key, char *path);
int reel_key_parse(const char *name, size_t len, unsigned char *key);
size_t reel_key_board(const unsigned char *key, int sheet, char *path);
int reel_key_board_parse(const char *name, size_t len, unsigned char *key);
int reel_key_known(const unsigned char *key);
void reel_key_last(const unsigned char *key, unsigned char *last);

#endif /* !REEL_KEY_H */
