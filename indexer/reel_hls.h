#ifndef REEL_HLS_H
#define REEL_HLS_H

#include <stddef.h>

#include "indexer/reel_engine.h"

/*
 * Folders that hold HLS playlists, as the index sees them come and go: when one
 * has to be judged again, and what a name in it promises.
 */
struct reel_dir_list;

/* What a folder is known for; see reel_folder. */
#define REEL_HLS_NONE 0   /* no playlist was seen in it */
#define REEL_HLS_ASKED 1  /* one was; it was not judged since */
#define REEL_HLS_STREAM 2 /* it was judged: a stream */
#define REEL_HLS_OTHER 3  /* or not, so far */

/**
 * reel_hls_temporary(folder, name, len):
 * Nonzero if a part of the stream in ${folder} is written under that name before
 * it is renamed into place: it is no item.
 *
 * reel_hls_type(folder, name, len): the type that ${name} promises in ${folder}.
 * reel_hls_owns(folder, name, len): nonzero if it is a playlist whose facts come
 * with those of ${folder}: no job of its own is owed.
 *
 * reel_hls_noted(engine, folder, name, len):
 * ${name} came, changed or went; judge the folder, if it has anything to judge.
 *
 * reel_hls_listed(engine, folder, names):
 * All names of ${folder} are ${names}: is there a playlist among them?
 *
 * reel_hls_rewritten(engine, node, st, grows, status):
 * ${node} is now as ${st} says.  Nonzero if it is a playlist that is known
 * already: it stays as it is until its folder is judged, which is owed now, or
 * when it stands still if it ${*grows}, which is zero then if it cannot.
 *
 * reel_hls_due(engine): queue what is due to be judged; REEL_IO.
 */
int reel_hls_temporary(
    const struct reel_folder *folder, const char *name, size_t len);
enum reel_type reel_hls_type(
    const struct reel_folder *folder, const char *name, size_t len);
int reel_hls_owns(
    const struct reel_folder *folder, const char *name, size_t len);
void reel_hls_noted(struct reel_engine *engine, struct reel_folder *folder,
    const char *name, size_t len);
void reel_hls_listed(struct reel_engine *engine, struct reel_folder *folder,
    const struct reel_dir_list *names);
int reel_hls_rewritten(struct reel_engine *engine, struct reel_node *node,
    const struct reel_stat *st, int *grows, enum reel_status *status);
enum reel_status reel_hls_due(struct reel_engine *engine);

/**
 * reel_hls_judged(engine, id, stream, changed):
 * The folder ${id} was judged: it has a stream or not; ${changed}: it became an
 * hls_directory or ceased to be one, which matters to the folders in it.
 */
void reel_hls_judged(
    struct reel_engine *engine, int64_t id, int stream, int changed);

#endif /* !REEL_HLS_H */
