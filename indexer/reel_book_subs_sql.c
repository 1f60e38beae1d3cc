#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_book_beside_sql.h"
#include "indexer/reel_book_log_sql.h"
#include "indexer/reel_book_paths_sql.h"
#include "indexer/reel_book_rows_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_book_subs_sql.h"
#include "indexer/reel_log.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_member.h"
#include "indexer/reel_subtitle.h"
#include "indexer/reel_subtitle_list.h"

/*
 * Which subtitles a film has follows from the names in its folder and from
 * nothing else.  A name that comes or goes can matter to the films of its own
 * stem and of those that precede one of its dots: "film.2.en.srt" to "film.2"
 * and to "film", which has what the former leaves.  So these stems are looked
 * at, each once a transaction, and a film whose list is as it was costs no row
 * and no record.
 *
 * Only a folder where a subtitle is, or came or went, is looked at: to all other
 * files this costs one question a folder and transaction.
 *
 * Invariant: when a transaction ends, the list in the body of each film is the
 * one that its folder says.
 */

static int
is_either(const struct reel_node *node)
{

	return (node != NULL && (node->type == REEL_TYPE_VIDEO ||
	    node->type == REEL_TYPE_SUBTITLE));
}

static void
note(struct reel_write *w, const struct reel_node *node, int sure)
{
	struct reel_subs *subs = &w->subs;
	struct reel_subs_note *last;

	if (!is_either(node))
		return;
	if (subs->count == subs->cap) {
		subs->cap = subs->cap == 0 ? 64 : subs->cap * 2;
		subs->notes = reel_mem_grow(
		    subs->notes, subs->cap, sizeof(subs->notes[0]));
	}
	last = &subs->notes[subs->count++];
	last->folder_id = node->parent_id;
	last->at = subs->names.len;
	last->len = node->name_len;
	last->sure = sure || node->type == REEL_TYPE_SUBTITLE;
	reel_buf_add(&subs->names, node->name, node->name_len);
	if (subs->names.failed)
		reel_fatal("out of memory for the names of subtitles");
}

void
reel_book_subs_changed(struct reel_write *w, const struct reel_node *before,
    const struct reel_node *after)
{
	struct reel_member member;
	int had;

	if (!is_either(before) && !is_either(after))
		return;
	if (before != NULL && after != NULL && before->type == after->type &&
	    before->parent_id == after->parent_id &&
	    before->name_len == after->name_len &&
	    memcmp(before->name, after->name, after->name_len) == 0)
		return;
	had = before != NULL && before->type == REEL_TYPE_VIDEO &&
	    reel_member_get(w->old_body.data, w->old_body.len, "subtitles",
	        &member) == REEL_OK;
	note(w, before, had);
	note(w, after, had);
}

void
reel_book_subs_keep(struct reel_write *w, const struct reel_node *node)
{
	struct reel_member list;
	struct reel_buf body;

	if (node->type != REEL_TYPE_VIDEO ||
	    reel_member_get(w->old_body.data, w->old_body.len, "subtitles",
	        &list) != REEL_OK)
		return;
	reel_buf_reset(&w->subs.text);
	if (reel_member_put(w->body.data, w->body.len, "subtitles", list.value,
	        list.value_len, "state", &w->subs.text) != REEL_OK)
		reel_fatal("out of memory for a body");
	body = w->body;
	w->body = w->subs.text;
	w->subs.text = body;
}

enum reel_status
reel_book_subs_older(struct reel_write *w)
{
	struct sqlite3_stmt *stmt = reel_book_stmt(w, REEL_BOOK_SUBS_OLDER);
	struct reel_node node = {.type = REEL_TYPE_SUBTITLE};
	int64_t joined = 0;
	enum reel_status status;

	status = reel_book_meta(w, "joined", &joined);
	if (status == REEL_OK && joined == INT64_MAX)
		return (REEL_NOT_FOUND);
	if ((status != REEL_OK && status != REEL_NOT_FOUND) ||
	    (status = reel_book_begin(w)) != REEL_OK)
		return (status);
	sqlite3_bind_int64(stmt, 1, joined);
	joined = INT64_MAX;
	while ((status = reel_book_row(w, REEL_BOOK_SUBS_OLDER)) == REEL_OK) {
		joined = sqlite3_column_int64(stmt, 0);
		node.parent_id = sqlite3_column_int64(stmt, 1);
		node.name = sqlite3_column_blob(stmt, 2);
		node.name_len = (size_t)sqlite3_column_bytes(stmt, 2);
		note(w, &node, 1);
	}
	if (status != REEL_NOT_FOUND ||
	    (status = reel_book_meta_put(w, "joined", joined)) != REEL_OK)
		return (status);
	return (joined == INT64_MAX ? REEL_NOT_FOUND : REEL_OK);
}

/* The film ${id}: its list as the folder says, if it says another one. */
static enum reel_status
renew(struct reel_write *w, int64_t id)
{
	struct reel_buf *text = &w->subs.text;
	struct reel_book_row row;
	struct reel_member old;
	struct reel_node_list names;
	struct sqlite3_stmt *stmt;
	enum reel_status status;
	size_t stem_len;

	reel_node_list_init(&names);
	if ((status = reel_book_rows_load(w, id, &row)) != REEL_OK)
		goto out;
	stem_len = reel_subtitle_cut(row.name, row.node.name_len);
	status = reel_book_beside_subs(
	    w, row.node.parent_id, row.name, stem_len, &names);
	if (status != REEL_OK)
		goto out;
	reel_buf_reset(text);
	reel_subtitle_list(&names, row.name, stem_len, text);
	if (text->failed)
		reel_fatal("out of memory for the names of subtitles");

	status = reel_member_get(
	    w->old_body.data, w->old_body.len, "subtitles", &old);
	if (status == REEL_NOT_FOUND)
		old.value_len = 0;
	/* A body of another making: it is made anew with the next facts. */
	if (status == REEL_BAD_INPUT || (old.value_len == text->len &&
	    (text->len == 0 || memcmp(old.value, text->data, text->len) == 0))) {
		status = REEL_OK;
		goto out;
	}
	reel_buf_reset(&w->body);
	if (reel_member_put(w->old_body.data, w->old_body.len, "subtitles",
	        text->data, text->len, "state", &w->body) != REEL_OK)
		reel_fatal("out of memory for a body");
	stmt = reel_book_stmt(w, REEL_BOOK_ITEM_BODY);
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_text(
	    stmt, 2, w->body.data, (int)w->body.len, SQLITE_STATIC);
	if ((status = reel_book_run(w, REEL_BOOK_ITEM_BODY)) == REEL_OK)
		status = reel_book_log_add(w, REEL_OP_PUT, 0, &row,
		    &w->old_path, NULL, &w->body);

out:
	reel_node_list_clear(&names);
	return (status == REEL_NOT_FOUND ? REEL_OK : status);
}

/* Part of a name that was noted. */
struct stem {
	const char *text;
	size_t len;
};

static int
compare_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return (order != 0 ? order : (a_len > b_len) - (a_len < b_len));
}

static int
compare_stems(const void *a, const void *b)
{
	const struct stem *x = a, *y = b;

	return (compare_bytes(x->text, x->len, y->text, y->len));
}

static int
compare_notes(const void *a, const void *b)
{
	const struct reel_subs_note *x = a, *y = b;

	return ((x->folder_id > y->folder_id) - (x->folder_id < y->folder_id));
}

/* All stems that names of one folder begin with, each once. */
static size_t
stems_of(const struct reel_subs *subs, const struct reel_subs_note *notes,
    size_t count, struct stem *stems)
{
	size_t i, labels, cut, all = 0, once = 0;
	const char *name;

	for (i = 0; i < count; i++) {
		name = subs->names.data + notes[i].at;
		cut = notes[i].len;
		for (labels = 0; labels <= REEL_SUBTITLE_LABELS; labels++) {
			if ((cut = reel_subtitle_cut(name, cut)) == 0)
				break;
			stems[all].text = name;
			stems[all++].len = cut;
		}
	}
	qsort(stems, all, sizeof(stems[0]), compare_stems);
	for (i = 0; i < all; i++)
		if (once == 0 || compare_stems(&stems[once - 1], &stems[i]) != 0)
			stems[once++] = stems[i];
	return (once);
}

static enum reel_status
look_at_folder(struct reel_write *w, const struct reel_subs_note *notes,
    size_t count)
{
	struct reel_node_list films;
	struct stem *stems;
	enum reel_status status;
	size_t i, j, stems_count;

	stems = reel_mem_grow(
	    NULL, count * (REEL_SUBTITLE_LABELS + 1), sizeof(stems[0]));
	reel_node_list_init(&films);
	stems_count = stems_of(&w->subs, notes, count, stems);
	status = reel_book_paths_live(w, notes[0].folder_id);
	for (i = 0; i < stems_count && status == REEL_OK; i++) {
		reel_node_list_reset(&films);
		status = reel_book_beside_films(w, notes[0].folder_id,
		    stems[i].text, stems[i].len, &films);
		for (j = 0; j < films.count && status == REEL_OK; j++)
			status = renew(w, films.nodes[j].id);
	}
	reel_node_list_clear(&films);
	free(stems);
	/* It went as a whole, into the trash. */
	return (status == REEL_NOT_FOUND ? REEL_OK : status);
}

enum reel_status
reel_book_subs_flush(struct reel_write *w)
{
	struct reel_subs *subs = &w->subs;
	struct reel_subs_note *notes = subs->notes;
	enum reel_status status;
	size_t begin, end;
	int sure;

	if (subs->count == 0)
		return (REEL_OK);
	qsort(notes, subs->count, sizeof(notes[0]), compare_notes);
	for (begin = 0; begin < subs->count; begin = end) {
		sure = 0;
		status = REEL_OK;
		for (end = begin; end < subs->count &&
		     notes[end].folder_id == notes[begin].folder_id; end++)
			sure |= notes[end].sure;
		if (!sure) {
			status = reel_book_beside_any(
			    w, notes[begin].folder_id);
			if (status == REEL_NOT_FOUND)
				continue;
		}
		if (status == REEL_OK)
			status = look_at_folder(
			    w, notes + begin, end - begin);
		if (status != REEL_OK)
			return (status);
	}
	reel_book_subs_reset(w);
	return (REEL_OK);
}

void
reel_book_subs_reset(struct reel_write *w)
{

	w->subs.count = 0;
	reel_buf_reset(&w->subs.names);
}

void
reel_book_subs_clear(struct reel_write *w)
{

	free(w->subs.notes);
	reel_buf_clear(&w->subs.names);
	reel_buf_clear(&w->subs.text);
	memset(&w->subs, 0, sizeof(w->subs));
}
