/*
 * Looking ahead.
 *
 * A folder was lost and another folder has its place.  Usually the lost one was
 * deleted.  But it may have been moved into the very folder that took its place
 * (mv a b; mkdir a; mv b a/b), and then dropping it would lose the ids of
 * everything in it, and taking the new one in first is impossible.  So look into
 * the new one for anything that is known to come from the old one.
 */
#include "indexer/reel_peek.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_dir.h"
#include "indexer/reel_look.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_write_sql.h"

/* Folders that wait for their turn, by path below the first. */
struct walk {
	struct reel_dir_list todo;
	size_t next;
	int left;
};

static enum reel_status
known(struct reel_engine *engine, const struct reel_stat *st,
    const struct reel_node *node, int *holds)
{
	struct reel_folder *top = reel_folders_get(engine->folders, node->id);
	struct reel_folder *parent;
	struct reel_node_list twins;
	enum reel_status status;
	size_t i;

	reel_node_list_init(&twins);
	status = reel_write_twins(engine->write, st->fs, st->ino, &twins);
	for (i = 0; i < twins.count && status == REEL_OK; i++) {
		if (!reel_engine_same(&twins.nodes[i], st))
			continue;
		parent = reel_folders_get(
		    engine->folders, twins.nodes[i].parent_id);
		if (twins.nodes[i].id == node->id ||
		    (top != NULL && reel_folders_below(parent, top)))
			*holds = 1;
	}
	reel_node_list_clear(&twins);
	return (status);
}

static void
push(struct walk *walk, const char *path, const char *name)
{
	struct reel_dir_name *entry;
	struct reel_dir_list *todo = &walk->todo;

	if (todo->count == todo->cap) {
		todo->cap = todo->cap == 0 ? 64 : todo->cap * 2;
		todo->entries = reel_mem_grow(
		    todo->entries, todo->cap, sizeof(*todo->entries));
	}
	entry = &todo->entries[todo->count++];
	memset(entry, 0, sizeof(*entry));
	entry->offset = todo->names.len;
	reel_buf_fmt(&todo->names, "%s%s%s", path, *path == '\0' ? "" : "/",
	    name);
	reel_buf_chr(&todo->names, '\0');
}

static enum reel_status
one_folder(struct reel_engine *engine, const char *base, const char *path,
    const struct reel_node *node, struct walk *walk, int *holds)
{
	struct reel_dir_list names;
	struct reel_stat folder, st;
	enum reel_status status = REEL_OK;
	const char *name;
	size_t i;
	int fd = -1;

	reel_dir_list_init(&names);
	/* What cannot be read is not known to hold it; it is asked again. */
	if (reel_dir_open(base, path, strlen(path), &fd) != REEL_OK ||
	    reel_stat_fd(fd, &folder) != REEL_OK ||
	    reel_dir_read(fd, &names) != REEL_OK)
		goto out;
	for (i = 0; i < names.count && status == REEL_OK && !*holds; i++) {
		name = names.names.data + names.entries[i].offset;
		if (walk->left-- <= 0) {
			*holds = 1;
			break;
		}
		if (reel_stat_at(fd, &folder, name, &st) != REEL_OK ||
		    (st.kind != REEL_STAT_FILE && st.kind != REEL_STAT_FOLDER))
			continue;
		status = known(engine, &st, node, holds);
		if (st.kind == REEL_STAT_FOLDER && !*holds)
			push(walk, path, name);
	}

out:
	if (fd != -1)
		close(fd);
	reel_dir_list_clear(&names);
	return (status);
}

enum reel_status
reel_peek_holds(struct reel_engine *engine, struct reel_look *at,
    const char *name, const struct reel_node *node, int *holds)
{
	struct walk walk;
	enum reel_status status = REEL_OK;
	char base[64];
	char *path;
	int fd;

	*holds = 0;
	fd = openat(at->fd, name,
	    O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return (REEL_OK);
	snprintf(base, sizeof(base), "/proc/self/fd/%d", fd);
	memset(&walk, 0, sizeof(walk));
	reel_dir_list_init(&walk.todo);
	walk.left = REEL_PEEK_MAX;
	push(&walk, "", "");
	while (walk.next < walk.todo.count && status == REEL_OK && !*holds &&
	       !walk.todo.names.failed) {
		path = reel_mem_str(walk.todo.names.data +
		    walk.todo.entries[walk.next++].offset);
		status = one_folder(engine, base, path, node, &walk, holds);
		free(path);
	}
	reel_dir_list_clear(&walk.todo);
	close(fd);
	return (status);
}
