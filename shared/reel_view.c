#include "shared/reel_view.h"

#include <string.h>

#include "shared/reel_item.h"
#include "shared/reel_path.h"
#include "shared/reel_since_sql.h"

/*
 * The log, seen through a keyhole.  Runs in nginx for every record and every
 * kind of listener, so it looks at nothing but the record.
 *
 * Invariant: no path and no body of what lies outside of the folder passes.
 */

#define BIT(type) (1U << (type))

/* A probe may find out that a file is another one of these. */
#define MEDIA                                                                  \
	(BIT(REEL_TYPE_VIDEO) | BIT(REEL_TYPE_AUDIO) | BIT(REEL_TYPE_IMAGE))

/* The record is about the folder of the view, because of what is above it. */
static void
is_folder(const struct reel_view *view, struct reel_since_record *record,
    int *relist)
{

	record->path = view->folder;
	record->path_len = view->folder_len;
	record->body = NULL;
	record->body_len = 0;
	*relist = 1;
}

static void
became_drop(struct reel_since_record *record, int recursive)
{

	record->op = REEL_OP_DROP;
	record->recursive = recursive;
	record->body = NULL;
	record->body_len = 0;
	record->old_path = NULL;
	record->old_path_len = 0;
}

static int
moved(const struct reel_view *view, struct reel_since_record *record,
    int *relist)
{
	const char *folder = view->folder;
	size_t len = view->folder_len;
	int is_in, was_in, is_above, was_above;

	is_in = reel_path_below(record->path, record->path_len, folder, len);
	was_in = reel_path_below(
	    record->old_path, record->old_path_len, folder, len);
	is_above = !is_in &&
	    reel_path_below(folder, len, record->path, record->path_len);
	was_above = !was_in &&
	    reel_path_below(folder, len, record->old_path, record->old_path_len);

	if (is_in && was_in)
		return (1);

	if (is_in || is_above) {
		record->op = REEL_OP_PUT;
		record->old_path = NULL;
		record->old_path_len = 0;
		*relist = REEL_TYPE_IS_FOLDER(record->item_type);
		if (is_above)
			is_folder(view, record, relist);
		return (1);
	}
	if (was_in || was_above) {
		record->path = record->old_path;
		record->path_len = record->old_path_len;
		became_drop(record, REEL_TYPE_IS_FOLDER(record->item_type));
		if (was_above)
			is_folder(view, record, relist);
		return (1);
	}
	return (0);
}

static int
placed(const struct reel_view *view, struct reel_since_record *record,
    int *relist)
{

	if (view->folder_len == 0)
		return (1);
	if (record->op == REEL_OP_MOVE)
		return (moved(view, record, relist));

	if (reel_path_below(record->path, record->path_len, view->folder,
	    view->folder_len))
		return (1);
	if (record->op != REEL_OP_DROP ||
	    !reel_path_below(view->folder, view->folder_len, record->path,
	    record->path_len))
		return (0);
	is_folder(view, record, relist);
	return (1);
}

/* May a file whose name promises ${type} have been of a type that is wanted? */
static int
maybe_wanted(const struct reel_view *view, enum reel_type type)
{

	return ((view->types & BIT(type)) ||
	    ((MEDIA & BIT(type)) && (view->types & MEDIA)));
}

/* And one that moved, by the name it had? */
static int
was_wanted(const struct reel_view *view, const struct reel_since_record *record)
{
	static const char parked[] = REEL_ITEM_PARKED;
	const char *name = memrchr(record->old_path, '/', record->old_path_len);
	size_t len;

	name = name == NULL ? record->old_path : name + 1;
	len = (size_t)(record->old_path + record->old_path_len - name);
	if (len >= sizeof(parked) - 1 &&
	    memcmp(name, parked, sizeof(parked) - 1) == 0)
		return (1);
	return (maybe_wanted(view, reel_item_type_guess(name, len)));
}

int
reel_view_record(const struct reel_view *view,
    struct reel_since_record *record, int *relist)
{

	*relist = 0;
	if (!placed(view, record, relist))
		return (0);

	if (view->types == 0 || *relist ||
	    (view->types & BIT(record->item_type)))
		return (1);

	/* What it holds moved or went with a folder, whatever that is. */
	if (record->op != REEL_OP_PUT && REEL_TYPE_IS_FOLDER(record->item_type))
		return (1);
	if (record->op == REEL_OP_DROP)
		return (0);

	/* Its name makes a type, so another name may have taken it away. */
	if (record->op == REEL_OP_MOVE) {
		if (!was_wanted(view, record))
			return (0);
		record->path = record->old_path;
		record->path_len = record->old_path_len;
		became_drop(record, 0);
		return (1);
	}

	/* Whoever took it for what it was, or by its name, has to let it go. */
	if (record->retyped ||
	    maybe_wanted(view, (enum reel_type)record->item_type)) {
		became_drop(record, 0);
		return (1);
	}
	return (0);
}
