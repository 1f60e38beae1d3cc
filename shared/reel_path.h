#ifndef REEL_PATH_H
#define REEL_PATH_H

#include <stddef.h>

#include "shared/reel_status.h"

/*
 * Paths of the library: "<root>/<relative>", bytes, '/' between names.
 */

/**
 * reel_path_check(path, len):
 * REEL_OK if every name of the path is one a folder can hold: not empty, not
 * ".", not "..", at most 255 bytes, no NUL; no '/' at either end.  Else
 * REEL_BAD_INPUT.  The empty path is REEL_OK: it means the whole library.
 */
enum reel_status reel_path_check(const char *path, size_t len);

/**
 * reel_path_next(rest, rest_len, name, name_len):
 * Take the first name off the path at ${*rest}; return zero when none is left.
 */
int reel_path_next(const char **rest, size_t *rest_len, const char **name,
    size_t *name_len);

/**
 * reel_path_below(path, len, folder, folder_len):
 * Nonzero if ${path} is ${folder} itself or lies below it; the empty folder
 * holds everything.  Compares whole names: "ab" is not below "a".
 */
int reel_path_below(
    const char *path, size_t len, const char *folder, size_t folder_len);

/**
 * reel_path_cmp(a, alen, b, blen):
 * The tree order: names compared byte by byte, a folder before what it holds.
 * ('/' sorts before every other byte.)
 */
int reel_path_cmp(const char *a, size_t alen, const char *b, size_t blen);

#endif /* !REEL_PATH_H */
