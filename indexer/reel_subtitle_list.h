#ifndef REEL_SUBTITLE_LIST_H
#define REEL_SUBTITLE_LIST_H

#include <stddef.h>

#include "shared/reel_buf.h"

/*
 * The subtitles of a film as JSON.
 */
struct reel_node_list;

/**
 * reel_subtitle_list(names, stem, stem_len, out):
 * Append [{"name":"film.en.srt","language":"en","format":"srt"}, ...] for
 * ${names}, subtitles of a film of that stem; nothing if there are none.  The
 * two files of a VobSub are one entry, that of the .idx.
 */
void reel_subtitle_list(const struct reel_node_list *names, const char *stem,
    size_t stem_len, struct reel_buf *out);

#endif /* !REEL_SUBTITLE_LIST_H */
