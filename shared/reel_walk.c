#include "shared/reel_walk.h"

#include <stdlib.h>
#include <string.h>

#include "shared/reel_path.h"

/*
 * A depth-first walk over the book.  A frame stands for a folder that was
 * entered; the list of the top frame is open, those of the frames below it are
 * begun again behind the name where they were left, which costs one lookup a
 * folder and lets one prepared statement serve any depth.
 *
 * What is wanted is mostly videos: folder counts then tell without a look which
 * folders hold none, and how many a skipped one would have yielded.
 *
 * It refuses nothing by depth: a frame is small, and the time given to the
 * snapshot ends every walk.  Runs inside a snapshot of reel_read.
 *
 * Invariant: names holds one name for each frame but the top one, and the top
 * one's behind them as soon as it is left; path is the top frame's.
 */

/* Rows between two looks at the clock: some ten microseconds. */
#define LOOK_EVERY 32

struct reel_walk_frame {
	int64_t id;
	size_t name;     /* where its current name begins in names */
	size_t path_len; /* of the folder */
};

static enum reel_status
nomem(struct reel_walk *walk)
{

	return (walk->path.failed || walk->names.failed ? REEL_NOMEM : REEL_OK);
}

void
reel_walk_init(struct reel_walk *walk, struct reel_read *read,
    int64_t folder_id, const char *path, size_t len)
{

	memset(walk, 0, sizeof(*walk));
	walk->read = read;
	walk->folder_id = folder_id;
	reel_buf_init(&walk->path);
	reel_buf_init(&walk->names);
	reel_buf_add(&walk->path, path, len);
}

void
reel_walk_clear(struct reel_walk *walk)
{

	reel_buf_clear(&walk->path);
	reel_buf_clear(&walk->names);
	free(walk->frames);
	walk->frames = NULL;
}

/*
 * Enter folder ${id}: the one the walk begins with, or where the top frame
 * stands.  Its list is not begun.
 */
static enum reel_status
push(struct reel_walk *walk, int64_t id)
{
	struct reel_walk_frame *frames;
	size_t cap, name;

	if (walk->depth > 0 && !walk->names.failed) {
		name = walk->frames[walk->depth - 1].name;
		if (walk->path.len > 0)
			reel_buf_chr(&walk->path, '/');
		reel_buf_add(&walk->path, walk->names.data + name,
		    walk->names.len - name);
	}
	if (walk->depth == walk->cap) {
		cap = walk->cap == 0 ? 16 : walk->cap * 2;
		frames = realloc(walk->frames, cap * sizeof(*frames));
		if (frames == NULL)
			return (REEL_NOMEM);
		walk->frames = frames;
		walk->cap = cap;
	}
	walk->frames[walk->depth].id = id;
	walk->frames[walk->depth].name = walk->names.len;
	walk->frames[walk->depth].path_len = walk->path.len;
	walk->depth++;
	walk->moves++;
	return (nomem(walk));
}

/* Note that the top frame stands at ${name}. */
static void
leave_at(struct reel_walk *walk, const char *name, size_t len)
{

	walk->names.len = walk->frames[walk->depth - 1].name;
	reel_buf_add(&walk->names, name, len);
}

/* Begin the list of the top frame: behind its name, or from the first. */
static enum reel_status
list(struct reel_walk *walk, int from_name)
{
	struct reel_walk_frame *top = &walk->frames[walk->depth - 1];

	return (reel_read_children(walk->read, top->id,
	    from_name ? walk->names.data + top->name : NULL,
	    walk->names.len - top->name, walk->desc, walk->light));
}

enum reel_status
reel_walk_start(struct reel_walk *walk)
{
	enum reel_status status;

	if ((status = push(walk, walk->folder_id)) != REEL_OK)
		return (status);
	return (list(walk, 0));
}

enum reel_status
reel_walk_resume(struct reel_walk *walk, const char *rest, size_t len)
{
	struct reel_read_row row;
	const char *name;
	enum reel_status status;
	size_t name_len;
	int64_t id = walk->folder_id;
	int last;

	if ((status = push(walk, id)) != REEL_OK)
		return (status);

	while (reel_path_next(&rest, &len, &name, &name_len)) {
		last = len == 0;

		/*
		 * In tree order what a folder holds comes behind it, so the
		 * walk goes on inside the last one; reversed it came before.
		 */
		status = REEL_NOT_FOUND;
		if (walk->recursive && !(last && walk->desc))
			status = reel_read_place(
			    walk->read, id, name, name_len, &row);
		if (status != REEL_OK && status != REEL_NOT_FOUND)
			return (status);
		if (reel_read_spent(walk->read))
			return (REEL_BUSY);

		if (status == REEL_OK && REEL_TYPE_IS_FOLDER(row.type)) {
			id = row.id;
			leave_at(walk, name, name_len);
			if ((status = push(walk, id)) != REEL_OK)
				return (status);
			if (last)
				return (list(walk, 0));
			continue;
		}

		/* It is gone, or no folder: behind where it was. */
		reel_buf_add(&walk->names, name, name_len);
		if ((status = nomem(walk)) != REEL_OK)
			return (status);
		return (list(walk, 1));
	}
	return (list(walk, 0));
}

/* Has ${row} something below it that is wanted and not skipped as a whole? */
static int
worth_entering(struct reel_walk *walk, const struct reel_read_row *row)
{
	int64_t below = row->videos;

	if (!walk->recursive || !REEL_TYPE_IS_FOLDER(row->type))
		return (0);
	if ((walk->types & ~REEL_WALK_VIDEOS) != 0)
		return (1);
	if (below == 0)
		return (0);
	if (walk->types != REEL_WALK_VIDEOS || walk->skip == 0)
		return (1);

	/* Reversed, the folder itself follows what it holds. */
	if (walk->skip < below)
		return (1);
	walk->skip -= below;
	return (0);
}

static int
wanted(struct reel_walk *walk, const struct reel_read_row *row)
{

	if ((walk->types & REEL_WALK_BIT(row->type)) == 0)
		return (0);
	if (walk->skip > 0) {
		walk->skip--;
		return (0);
	}
	return (1);
}

/* Back to the folder above, its list behind the one just left. */
static enum reel_status
pop(struct reel_walk *walk, int64_t *left)
{

	*left = walk->frames[walk->depth - 1].id;
	walk->depth--;
	walk->names.len = walk->frames[walk->depth].name;
	walk->path.len = walk->frames[walk->depth - 1].path_len;
	walk->moves++;
	return (list(walk, 1));
}

static enum reel_status
enter(struct reel_walk *walk, int64_t id)
{
	enum reel_status status;

	if ((status = push(walk, id)) != REEL_OK)
		return (status);
	return (list(walk, 0));
}

enum reel_status
reel_walk_next(struct reel_walk *walk, struct reel_read_row *row)
{
	enum reel_status status;
	int64_t left;
	int want;

	/* The last row was a folder to be entered behind it. */
	if (walk->pending != 0) {
		left = walk->pending;
		walk->pending = 0;
		if ((status = enter(walk, left)) != REEL_OK)
			return (status);
	}

	for (;;) {
		if (++walk->visited % LOOK_EVERY == 0 &&
		    reel_read_spent(walk->read))
			return (REEL_BUSY);

		status = reel_read_next(walk->read, row);
		if (status == REEL_NOT_FOUND && walk->depth > 1) {
			if ((status = pop(walk, &left)) != REEL_OK)
				return (status);
			if (!walk->desc)
				continue;
			if ((status = reel_read_get(walk->read, left, row)) !=
			    REEL_OK)
				return (status);
			if (wanted(walk, row))
				return (REEL_OK);
			continue;
		}
		if (status != REEL_OK)
			return (status);

		/* Reversed, a folder that is entered is wanted when left. */
		want = walk->desc ? 0 : wanted(walk, row);
		if (!worth_entering(walk, row)) {
			if (want || (walk->desc && wanted(walk, row)))
				return (REEL_OK);
			continue;
		}

		leave_at(walk, row->name, row->name_len);
		if (want) {
			walk->pending = row->id;
			return (REEL_OK);
		}
		left = row->id;
		if ((status = enter(walk, left)) != REEL_OK)
			return (status);
	}
}
