#ifndef REEL_CACHE_H
#define REEL_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * The folder of pictures, which nginx serves: thumbnails/ab/abcdef....jpg, or
 * .webp, below the cache folder.  Files are whole or not there; keys as of
 * shared/reel_key.h.
 */
struct reel_cache;

/* How old a file may be that nobody refers to. */
#define REEL_CACHE_KEEP_S 3600

/**
 * reel_cache_open(cache_dir, boards, cache, why):
 * Of pictures, or with ${boards} of storyboards, which lie in storyboards/ as
 * ab/abcdef....vtt and, beside it, its sheets (....-1.jpg).  Make what is missing.
 * REEL_IO with one sentence in ${why}.
 *
 * reel_cache_has(cache, key): nonzero if the picture, or the track, is there.
 * reel_cache_has_sheet(cache, key, sheet): nonzero if that one is.
 *
 * reel_cache_put(cache, key, bytes, len): a whole picture, or track, that is there
 * already stays as it is.  REEL_IO: see errno.
 * reel_cache_put_sheet(cache, key, sheet, jpeg, len): likewise, a sheet; the track
 * comes after all of them.
 * reel_cache_drop_sheets(cache, key): those of a storyboard that came to nothing;
 * one that has its track keeps them.
 */
enum reel_status reel_cache_open(const char *cache_dir, int boards,
    struct reel_cache **cache, struct reel_buf *why);
void reel_cache_close(struct reel_cache *cache);
int reel_cache_has(const struct reel_cache *cache, const unsigned char *key);
int reel_cache_has_sheet(
    const struct reel_cache *cache, const unsigned char *key, int sheet);
enum reel_status reel_cache_put_sheet(struct reel_cache *cache,
    const unsigned char *key, int sheet, const void *jpeg, size_t len);
void reel_cache_drop_sheets(
    struct reel_cache *cache, const unsigned char *key);
enum reel_status reel_cache_put(struct reel_cache *cache,
    const unsigned char *key, const void *bytes, size_t len);

/**
 * reel_cache_sweep(cache, files, now_s, is_wanted, cookie):
 * Look at the next ${files} files and delete what is of no use: pictures that are
 * not wanted and older than REEL_CACHE_KEEP_S, remains of writing, pictures that a
 * power cut left without their end.  What ${is_wanted} says of a key: nonzero if
 * so, negative if it cannot be said now.  Returns nonzero when the round is over
 * and the next call begins another.
 */
int reel_cache_sweep(struct reel_cache *cache, int files, int64_t now_s,
    int (*is_wanted)(void *cookie, const unsigned char *key), void *cookie);

#endif /* !REEL_CACHE_H */
