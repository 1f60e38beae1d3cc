#ifndef REEL_BOOK_BESIDE_SQL_H
#define REEL_BOOK_BESIDE_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_status.h"

/*
 * What lies beside what in one folder, by name: the films of a stem and their
 * subtitles (see reel_subtitle.h).  Asked of the index of names, so that the
 * answer costs what it holds, however large the folder is.
 */
struct reel_node_list;
struct reel_write;

#define REEL_BOOK_BESIDE_MAX 64    /* subtitles of a film that are told */
#define REEL_BOOK_BESIDE_LOOK 1024 /* subtitles that are asked for them */

/**
 * reel_book_beside_any(w, folder_id):
 * REEL_NOT_FOUND: no subtitle is in that folder.
 *
 * reel_book_beside_films(w, folder_id, stem, len, films):
 * Append the films of that stem, however it is spelled and whatever their
 * ending; of the nodes only id, name and type are set.
 *
 * reel_book_beside_subs(w, folder_id, stem, len, subs):
 * Append the first REEL_BOOK_BESIDE_MAX subtitles of films of that stem, sorted
 * by name: those with it that no film of a longer stem has.
 */
enum reel_status reel_book_beside_any(struct reel_write *w, int64_t folder_id);
enum reel_status reel_book_beside_films(struct reel_write *w,
    int64_t folder_id, const char *stem, size_t len,
    struct reel_node_list *films);
enum reel_status reel_book_beside_subs(struct reel_write *w,
    int64_t folder_id, const char *stem, size_t len,
    struct reel_node_list *subs);

#endif /* !REEL_BOOK_BESIDE_SQL_H */
