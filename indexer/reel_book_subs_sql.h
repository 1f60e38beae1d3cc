#ifndef REEL_BOOK_SUBS_SQL_H
#define REEL_BOOK_SUBS_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * The subtitles that films say they have.  Names of films and subtitles that
 * come and go are collected while a transaction is open, and before it ends each
 * film that may mean has its list made anew.
 */
struct reel_node;
struct reel_write;

struct reel_subs_note {
	int64_t folder_id;
	size_t at; /* of its name in ${names} */
	size_t len;
	int sure;  /* not only if the folder has subtitles now */
};

struct reel_subs {
	struct reel_subs_note *notes;
	size_t count;
	size_t cap;
	struct reel_buf names;
	struct reel_buf text; /* of the list, or of the body, at hand */
};

/**
 * reel_book_subs_changed(w, before, after):
 * An item was ${before} and is ${after}; NULL: it was not there, is not there.
 * Of a ${before} that is not NULL, ${w->old_body} is the body.
 *
 * reel_book_subs_keep(w, node):
 * Take the list of ${w->old_body} over to ${w->body}, if ${node} is a film.
 *
 * reel_book_subs_older(w):
 * Note subtitles that came before films told of them, a lot at a time, to be made
 * lists of and committed; REEL_NOT_FOUND: all were, and the book knows.
 *
 * reel_book_subs_flush(w): make the lists, each change with its record.
 * reel_book_subs_reset(w): forget the names.
 * reel_book_subs_clear(w): and free the memory.
 */
void reel_book_subs_changed(struct reel_write *w,
    const struct reel_node *before, const struct reel_node *after);
void reel_book_subs_keep(struct reel_write *w, const struct reel_node *node);
enum reel_status reel_book_subs_older(struct reel_write *w);
enum reel_status reel_book_subs_flush(struct reel_write *w);
void reel_book_subs_reset(struct reel_write *w);
void reel_book_subs_clear(struct reel_write *w);

#endif /* !REEL_BOOK_SUBS_SQL_H */
