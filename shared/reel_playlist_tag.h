#ifndef REEL_PLAYLIST_TAG_H
#define REEL_PLAYLIST_TAG_H

#include "shared/reel_playlist.h"

/**
 * reel_playlist_tag(list, line, len, on_entry, cookie):
 * A line that begins with '#'.  Nonzero if only an HLS playlist has such a one.
 */
int reel_playlist_tag(struct reel_playlist *list, const char *line, size_t len,
    reel_playlist_on *on_entry, void *cookie);

#endif /* !REEL_PLAYLIST_TAG_H */
