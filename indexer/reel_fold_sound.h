#ifndef REEL_FOLD_SOUND_H
#define REEL_FOLD_SOUND_H

#include <stdint.h>

#include "indexer/reel_fold_view.h"
#include "shared/reel_facts.h"
#include "shared/reel_stream.h"

/* How far a fold is with sound that lies in playlists of its own. */
struct reel_fold;

struct reel_fold_sound {
	struct reel_fold_view view;          /* of a folder of renditions */
	const struct reel_fold_view *beside; /* where the segments lie */
	const struct reel_stream *stream;    /* the playlist at hand */
	struct reel_stream *owned;           /* one in ${view} */
	uint32_t at;     /* of the variants of the master */
	uint32_t look;
	uint32_t within; /* tracks that lie beside the pictures */
	uint32_t named;  /* of those */
	char pictures[REEL_FACTS_TEXT]; /* codecs of what is shown */
	char codecs[REEL_FACTS_TEXT];   /* of the first track elsewhere */
};

/* _init and _clear as always. */
void reel_fold_sound_init(struct reel_fold_sound *sound);
void reel_fold_sound_clear(struct reel_fold_sound *sound);

/**
 * reel_fold_sound(fold): what the master says of a stream that was looked at, and
 * what its sound is; then reel_fold_write_all, at once or later.
 */
void reel_fold_sound(struct reel_fold *fold);

#endif /* !REEL_FOLD_SOUND_H */
