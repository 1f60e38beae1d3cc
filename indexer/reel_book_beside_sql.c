#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_book_beside_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_node.h"
#include "indexer/reel_subtitle.h"
#include "shared/reel_item.h"

/*
 * Names of a folder are sorted by bytes, so all that begin with "film." stand
 * together.  With a common beginning ("Show.S01E01.mkv" and thousands like it)
 * that may be the whole folder, of which the films of "Show" are few or none.
 * So after some names that are none of them the walk jumps to the next ending
 * that a film can have.
 */
#define STEPS 8 /* from name to name, before a jump */

/* The names that begin with a stem and a dot: from there to before here. */
struct range {
	char from[REEL_SUBTITLE_STEM_MAX + 1 + REEL_ITEM_ENDING_MAX];
	char to[REEL_SUBTITLE_STEM_MAX + 1];
	size_t from_len;
	size_t stem_len;
};

static void
range_of(struct range *range, const struct reel_subtitle_form *stem)
{

	memcpy(range->from, stem->text, stem->len);
	memcpy(range->to, stem->text, stem->len);
	range->from[stem->len] = '.';
	range->to[stem->len] = '.' + 1;
	range->from_len = stem->len + 1;
	range->stem_len = stem->len;
}

static struct sqlite3_stmt *
bind(struct reel_write *w, enum reel_book_query query, int64_t folder_id,
    const struct range *range)
{
	struct sqlite3_stmt *stmt = reel_book_stmt(w, query);

	sqlite3_bind_int64(stmt, 1, folder_id);
	sqlite3_bind_blob(
	    stmt, 2, range->from, (int)range->from_len, SQLITE_STATIC);
	sqlite3_bind_blob(
	    stmt, 3, range->to, (int)range->stem_len + 1, SQLITE_STATIC);
	return (stmt);
}

/*
 * Some names of the range; then it begins where the next film can be.
 * REEL_NOT_FOUND: that was all of it.
 */
static enum reel_status
some_films(struct reel_write *w, int64_t folder_id, struct range *range,
    const char *stem, size_t len, struct reel_node_list *films)
{
	struct sqlite3_stmt *stmt;
	struct reel_node node;
	enum reel_status status;
	char rest[REEL_ITEM_ENDING_MAX + 2];
	size_t n = 0;
	int steps;

	memset(&node, 0, sizeof(node));
	stmt = bind(w, REEL_BOOK_BESIDE_FILMS, folder_id, range);
	for (steps = 0; steps < STEPS; steps++) {
		status = reel_book_row(w, REEL_BOOK_BESIDE_FILMS);
		if (status != REEL_OK)
			return (status);
		node.id = sqlite3_column_int64(stmt, 0);
		node.name = sqlite3_column_blob(stmt, 1);
		node.name_len = (size_t)sqlite3_column_bytes(stmt, 1);
		node.type = (enum reel_type)sqlite3_column_int(stmt, 2);
		if (node.type == REEL_TYPE_VIDEO &&
		    reel_subtitle_cut(node.name, node.name_len) ==
		        range->stem_len &&
		    reel_subtitle_same(
		        node.name, range->stem_len, stem, len))
			reel_node_list_add(films, &node);
		/* With a NUL: behind this very name. */
		n = node.name_len - range->stem_len - 1;
		n = n > sizeof(rest) - 1 ? sizeof(rest) - 1 : n;
		memcpy(rest, node.name + range->stem_len + 1, n);
		rest[n++] = '\0';
	}
	reel_book_reset(w, REEL_BOOK_BESIDE_FILMS);
	n = reel_item_ending_from(
	    rest, n, range->from + range->stem_len + 1);
	range->from_len = range->stem_len + 1 + n;
	return (n == 0 ? REEL_NOT_FOUND : REEL_OK);
}

enum reel_status
reel_book_beside_films(struct reel_write *w, int64_t folder_id,
    const char *stem, size_t len, struct reel_node_list *films)
{
	struct reel_subtitle_form forms[REEL_SUBTITLE_FORMS];
	struct range range;
	enum reel_status status = REEL_OK;
	size_t i, count;

	count = reel_subtitle_forms(stem, len, forms);
	for (i = 0; i < count; i++) {
		range_of(&range, &forms[i]);
		do
			status = some_films(
			    w, folder_id, &range, stem, len, films);
		while (status == REEL_OK);
		if (status != REEL_NOT_FOUND)
			return (status);
	}
	return (REEL_OK);
}

/* Has a film with more of the subtitle's name than ${stem_len} bytes got it? */
static enum reel_status
is_taken(struct reel_write *w, int64_t folder_id, const struct reel_node *sub,
    size_t stem_len, int *taken)
{
	struct reel_node_list films;
	enum reel_status status = REEL_OK;
	size_t cut = sub->name_len;

	*taken = 0;
	reel_node_list_init(&films);
	while (status == REEL_OK && !*taken &&
	    (cut = reel_subtitle_cut(sub->name, cut)) > stem_len) {
		status = reel_book_beside_films(
		    w, folder_id, sub->name, cut, &films);
		*taken = films.count > 0;
	}
	reel_node_list_clear(&films);
	return (status);
}

/* All that begin with one spelling of the stem and have not too many labels. */
static enum reel_status
candidates(struct reel_write *w, int64_t folder_id,
    const struct reel_subtitle_form *form, const char *stem, size_t len,
    struct reel_node_list *subs)
{
	struct sqlite3_stmt *stmt;
	struct reel_node node;
	struct range range;
	enum reel_status status;

	memset(&node, 0, sizeof(node));
	range_of(&range, form);
	stmt = bind(w, REEL_BOOK_BESIDE_SUBS, folder_id, &range);
	while ((status = reel_book_row(w, REEL_BOOK_BESIDE_SUBS)) == REEL_OK) {
		node.name = sqlite3_column_blob(stmt, 0);
		node.name_len = (size_t)sqlite3_column_bytes(stmt, 0);
		if (reel_subtitle_of(node.name, node.name_len, stem, len) !=
		    form->len)
			continue;
		reel_node_list_add(subs, &node);
		if (subs->count == REEL_BOOK_BESIDE_LOOK) {
			reel_book_reset(w, REEL_BOOK_BESIDE_SUBS);
			return (REEL_OK);
		}
	}
	return (status == REEL_NOT_FOUND ? REEL_OK : status);
}

enum reel_status
reel_book_beside_subs(struct reel_write *w, int64_t folder_id,
    const char *stem, size_t len, struct reel_node_list *subs)
{
	struct reel_subtitle_form forms[REEL_SUBTITLE_FORMS];
	struct reel_node_list all;
	enum reel_status status = REEL_OK;
	size_t i, j, count, start = subs->count;
	int taken;

	reel_node_list_init(&all);
	count = reel_subtitle_forms(stem, len, forms);
	for (i = 0; i < count && status == REEL_OK; i++) {
		reel_node_list_reset(&all);
		status = candidates(
		    w, folder_id, &forms[i], stem, len, &all);
		for (j = 0; j < all.count && status == REEL_OK; j++) {
			if (subs->count - start == REEL_BOOK_BESIDE_MAX)
				break;
			status = is_taken(w, folder_id, &all.nodes[j],
			    forms[i].len, &taken);
			if (status == REEL_OK && !taken)
				reel_node_list_add(subs, &all.nodes[j]);
		}
	}
	reel_node_list_clear(&all);
	return (status);
}

enum reel_status
reel_book_beside_any(struct reel_write *w, int64_t folder_id)
{

	sqlite3_bind_int64(
	    reel_book_stmt(w, REEL_BOOK_BESIDE_ANY), 1, folder_id);
	return (reel_book_any(w, REEL_BOOK_BESIDE_ANY));
}
