/*
 * What plays along with the pictures of a master playlist: sound and subtitles that
 * lie in playlists of their own, "renditions".  What language it is and whether it
 * is the default is told by the master alone; codec and channels are told by the
 * first piece of it that can be looked into, and by the master if none can.
 *
 * A rendition's playlist lies in the stream's folder or in a folder of that, its
 * segments beside it: as with variants, nothing else is opened.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/reel_codec_name.h"
#include "indexer/reel_index.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_piece.h"
#include "indexer/reel_pool.h"

#include "indexer/reel_fold_state.h"

static void go_on(struct reel_fold *fold);

void
reel_fold_sound_init(struct reel_fold_sound *sound)
{

	memset(sound, 0, sizeof(*sound));
	reel_fold_view_init(&sound->view);
}

void
reel_fold_sound_clear(struct reel_fold_sound *sound)
{

	reel_fold_view_clear(&sound->view);
	free(sound->owned);
	reel_fold_sound_init(sound);
}

static const struct reel_stream_variant *
at_hand(const struct reel_fold *fold)
{

	return (&fold->main->stream->variants[fold->sound.at]);
}

static void
put_words(const struct reel_stream_variant *v, struct reel_facts_track *track)
{

	snprintf(track->language, sizeof(track->language), "%s",
	    strcmp(v->language, "und") == 0 ? "" : v->language);
	snprintf(track->title, sizeof(track->title), "%s", v->name);
	track->is_default = v->is_default;
	track->is_forced = v->is_forced;
}

/* The one at hand is done with; ${seen}: a piece of it, NULL: there is none. */
static void
add_track(struct reel_fold *fold, const struct reel_facts *seen)
{
	const struct reel_stream_variant *v = at_hand(fold);
	struct reel_fold_sound *sound = &fold->sound;
	struct reel_facts *facts = &fold->facts;
	struct reel_facts_track *track;

	sound->at++;
	if (facts->audio_count == REEL_FACTS_AUDIO_MAX)
		return;
	track = &facts->audio[facts->audio_count++];
	memset(track, 0, sizeof(*track));
	if (seen != NULL) {
		*track = seen->audio[0];
		if (facts->audio_count == 1)
			snprintf(sound->codecs, sizeof(sound->codecs), "%s",
			    seen->codecs);
	} else {
		reel_codec_name_of(fold->best->codecs, 1, track->codec,
		    sizeof(track->codec));
		track->channels = v->channels;
	}
	put_words(v, track);
}

static void on_sound(void *cookie, int64_t number, enum reel_status status,
    const struct reel_facts *seen, const char *reason);

/* Look at a piece of it; zero: none is there. */
static int
look(struct reel_fold *fold)
{
	struct reel_fold_sound *sound = &fold->sound;
	const struct reel_stream_look *next;
	struct reel_pool_part part;

	for (; sound->look < sound->stream->looks_count; sound->look++) {
		next = &sound->stream->looks[sound->look];
		if (!reel_fold_open_part(
		        fold, sound->beside, next->map, next->file, &part))
			continue;
		if (reel_pool_segment(fold->pool, fold->number, &part, on_sound,
		        fold) != REEL_OK)
			reel_fold_back(fold, REEL_JOB_RETRY_MS);
		return (1);
	}

	return (0);
}

static void
on_sound(void *cookie, int64_t number, enum reel_status status,
    const struct reel_facts *seen, const char *reason)
{
	struct reel_fold *fold = cookie;

	(void)number;
	if (status == REEL_OK && seen->audio_count > 0) {
		add_track(fold, seen);
		go_on(fold);
	} else if (status == REEL_OK ||
	    !reel_fold_final(fold, status, reason)) {
		fold->sound.look++;
		if (look(fold))
			return;
		add_track(fold, NULL);
		go_on(fold);
	}
}

static void
on_list(void *cookie, int64_t number, enum reel_status status,
    const struct reel_piece *playlist, const char *reason)
{
	struct reel_fold *fold = cookie;
	struct reel_fold_sound *sound = &fold->sound;

	(void)number;
	if (status == REEL_OK) {
		free(sound->owned);
		sound->owned = reel_mem_dup(
		    REEL_PIECE_STREAM(playlist), sizeof(*sound->owned));
		sound->stream = sound->owned;
		if (look(fold))
			return;
	} else if (reel_fold_final(fold, status, reason)) {
		return;
	}
	add_track(fold, NULL);
	go_on(fold);
}

/* It lies in the folder of the stream, where all playlists were read. */
static int
look_here(struct reel_fold *fold, const struct reel_stream_variant *v)
{
	struct reel_node *node = reel_fold_view_find(&fold->own, v->file);
	size_t i;

	for (i = 0; node != NULL && i < fold->count; i++) {
		if (fold->lists[i].node.id != node->id ||
		    fold->lists[i].stream == NULL)
			continue;
		fold->sound.stream = fold->lists[i].stream;
		fold->sound.beside = &fold->own;
		return (look(fold));
	}

	return (0);
}

/* It lies in a folder of that one, and has to be read first. */
static int
look_below(struct reel_fold *fold, const struct reel_stream_variant *v)
{
	struct reel_fold_view *view = &fold->sound.view;
	struct reel_node *node = reel_fold_view_find(&fold->own, v->folder);
	enum reel_type type;
	char name[256];
	int fd = -1;

	if (node == NULL || !REEL_TYPE_IS_FOLDER(node->type) ||
	    reel_fold_view_load(fold->book->write, node->id, view) != REEL_OK)
		return (0);
	node = reel_fold_view_find(view, v->file);
	errno = 0;
	if (node == NULL || node->type != REEL_TYPE_PLAYLIST ||
	    reel_index_item_open(fold->book->index, node->id, &fd, &type,
	        name) != REEL_OK)
		return (0);
	fold->sound.beside = view;
	if (reel_pool_playlist(fold->pool, fold->number, fd, name, on_list,
	        fold) != REEL_OK)
		reel_fold_back(fold, REEL_JOB_RETRY_MS);

	return (1);
}

static void
add_subtitles(struct reel_fold *fold)
{
	const struct reel_stream *master = fold->main->stream;
	const struct reel_stream_variant *v = master->variants;
	struct reel_facts *facts = &fold->facts;
	struct reel_facts_track *track;
	uint32_t i;

	for (i = 0; i < master->variants_count; i++, v++) {
		if (!v->is_rendition || v->subtitles == 0 ||
		    v->subtitles != fold->best->subtitles ||
		    facts->subtitle_count == REEL_FACTS_SUBTITLE_MAX)
			continue;
		track = &facts->subtitle[facts->subtitle_count++];
		memset(track, 0, sizeof(*track));
		/* There are two kinds, and the other one has to be named. */
		snprintf(track->codec, sizeof(track->codec), "%s",
		    strstr(fold->best->codecs, "stpp") != NULL ? "ttml"
		                                               : "webvtt");
		put_words(v, track);
	}
}

/* Three digits behind the point: of 30000/1001 the master says 29.970. */
static void
put_rate(const struct reel_stream_variant *v, struct reel_facts *facts)
{
	int32_t whole = (v->fps_milli + 999) / 1000;

	if (v->fps_milli <= 0)
		return;
	facts->fps_num = v->fps_milli;
	facts->fps_den = 1000;
	if (v->fps_milli == whole * 1000) {
		facts->fps_num = whole;
		facts->fps_den = 1;
	} else if (v->fps_milli == (whole * 1000000 + 500) / 1001) {
		facts->fps_num = whole * 1000;
		facts->fps_den = 1001;
	}
}

/* What the first track is stands for the stream, as it does for a file. */
static void
sum_up(struct reel_fold *fold)
{
	struct reel_facts *facts = &fold->facts;
	const struct reel_facts_track *first = facts->audio;
	char codecs[REEL_FACTS_TEXT];

	if (facts->audio_count > 0 && fold->sound.within == 0) {
		facts->channels = first->channels;
		facts->sample_rate = first->sample_rate;
		memcpy(facts->audio_codec, first->codec, sizeof(first->codec));
		if (fold->sound.codecs[0] != '\0' &&
		    fold->sound.pictures[0] != '\0' &&
		    (size_t)snprintf(codecs, sizeof(codecs), "%s,%s",
		        fold->sound.pictures, fold->sound.codecs) <
		        sizeof(codecs))
			memcpy(facts->codecs, codecs, sizeof(codecs));
	}
	add_subtitles(fold);
}

/* From one rendition to the next, until there is something to wait for. */
static void
go_on(struct reel_fold *fold)
{
	const struct reel_stream *master = fold->main->stream;
	const struct reel_stream_variant *v, *best = fold->best;
	struct reel_fold_sound *sound = &fold->sound;

	while (sound->at < master->variants_count) {
		v = at_hand(fold);
		sound->look = 0;
		if (!v->is_rendition || v->sound == 0 ||
		    v->sound != best->sound) {
			sound->at++;
		} else if ((v->uri[0] == '\0' || (v->file == best->file &&
		    v->folder == best->folder)) &&
		    sound->named < sound->within) {
			/* What lies beside the pictures themselves. */
			put_words(v, &fold->facts.audio[sound->named++]);
			sound->at++;
		} else if (fold->facts.audio_count == REEL_FACTS_AUDIO_MAX ||
		    v->file == 0) {
			add_track(fold, NULL);
		} else if (v->folder == 0 ? look_here(fold, v)
		                          : look_below(fold, v)) {
			return;
		} else {
			add_track(fold, NULL);
		}
	}
	sum_up(fold);
	reel_fold_write_all(fold);
}

void
reel_fold_sound(struct reel_fold *fold)
{
	struct reel_fold_sound *sound = &fold->sound;
	struct reel_facts *facts = &fold->facts;

	if (fold->best == NULL) {
		reel_fold_write_all(fold);
		return;
	}
	if (!fold->probed) {
		facts->width = fold->best->width;
		facts->height = fold->best->height;
		put_rate(fold->best, facts);
	}
	sound->within = facts->audio_count;
	memcpy(sound->pictures, facts->codecs, sizeof(sound->pictures));
	reel_codec_name_fill(fold->best->codecs, fold->probed, facts);
	go_on(fold);
}
