/*
 * Roots.  An item of the book and an entry of the configuration belong together
 * if they name the same folder on disk, or else if they have the same name.
 */
#include "indexer/reel_roots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_config.h"
#include "indexer/reel_dir.h"
#include "indexer/reel_disk.h"
#include "indexer/reel_log.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_mounts.h"
#include "indexer/reel_write_sql.h"

/* A root of the book and what becomes of it. */
struct match {
	struct reel_folder *folder;
	char *path; /* its folder on disk, as noted */
	const struct reel_config_root *root; /* NULL: not wanted any more */
};

struct matches {
	struct match *list;
	size_t count;
	size_t cap;
	struct reel_engine *engine;
};

static void
on_folder(void *cookie, const struct reel_node *node)
{
	struct reel_engine *engine = cookie;
	struct reel_folder *parent = NULL;
	struct reel_folder *folder;

	if (node->parent_id != REEL_ITEM_TOP) {
		parent = reel_folders_get(engine->folders, node->parent_id);
		if (parent == NULL)
			return;
	}
	folder = reel_folders_add(engine->folders, parent, node->id,
	    node->name, node->name_len);
	folder->fs = node->fs;
	folder->ino = node->ino;
	folder->btime_ns = node->btime_ns;
}

static void
on_disk(void *cookie, int64_t id, int mount, const char *path, int64_t fs,
    int online)
{
	struct reel_engine *engine = cookie;
	struct reel_folder *folder = reel_folders_get(engine->folders, id);
	struct reel_disk *disk;

	(void)path;
	if (folder == NULL || (mount != 0) != (folder->parent != NULL))
		return;
	disk = reel_mounts_add(engine, folder);
	disk->fs = fs;
	disk->online = online;
	disk->reason = online ? NULL : "not looked at since the start";
}

enum reel_status
reel_roots_load(struct reel_engine *engine)
{
	enum reel_status status;

	status = reel_write_folders(engine->write, on_folder, engine);
	if (status != REEL_OK)
		return (status);
	return (reel_write_disks(engine->write, on_disk, engine));
}

static void
on_root(void *cookie, int64_t id, int mount, const char *path, int64_t fs,
    int online)
{
	struct matches *matches = cookie;
	struct reel_folder *folder =
	    reel_folders_get(matches->engine->folders, id);
	size_t i;

	(void)fs;
	(void)online;
	if (mount || folder == NULL || path == NULL)
		return;
	for (i = 0; i < matches->count; i++) {
		if (matches->list[i].folder == folder) {
			free(matches->list[i].path);
			matches->list[i].path = reel_mem_str(path);
		}
	}
}

static enum reel_status
collect(struct matches *matches)
{
	struct reel_folders *folders = matches->engine->folders;
	struct reel_folder *folder = reel_folders_next(folders, NULL, NULL);
	struct match *match;

	for (; folder != NULL; folder = folder->next) {
		if (matches->count == matches->cap) {
			matches->cap = matches->cap == 0 ? 8 : matches->cap * 2;
			matches->list = reel_mem_grow(matches->list,
			    matches->cap, sizeof(*matches->list));
		}
		match = &matches->list[matches->count++];
		match->folder = folder;
		match->path = NULL;
		match->root = NULL;
	}
	return (reel_write_disks(matches->engine->write, on_root, matches));
}

static int
is_taken(const struct matches *matches, const struct reel_config_root *root)
{
	size_t i;

	for (i = 0; i < matches->count; i++) {
		if (matches->list[i].root == root)
			return (1);
	}
	return (0);
}

static void
pair(struct matches *matches, const struct reel_config *config)
{
	const struct reel_config_root *root;
	struct match *match;
	size_t i, j;
	int by_name;

	for (by_name = 0; by_name < 2; by_name++) {
		for (i = 0; i < config->roots_count; i++) {
			root = &config->roots[i];
			for (j = 0; j < matches->count; j++) {
				match = &matches->list[j];
				if (match->root != NULL ||
				    is_taken(matches, root))
					continue;
				if (by_name ? strcmp(match->folder->name,
				                  root->name) == 0
				            : match->path != NULL &&
				        strcmp(match->path, root->path) == 0)
					match->root = root;
			}
		}
	}
}

static enum reel_status
rename_root(struct reel_engine *engine, struct reel_folder *folder,
    const char *name)
{
	struct reel_node_list list;
	enum reel_status status;

	reel_node_list_init(&list);
	status = reel_write_get(engine->write, folder->id, &list);
	if (status == REEL_OK) {
		list.nodes[0].name = name;
		list.nodes[0].name_len = strlen(name);
		status = reel_write_move(engine->write, &list.nodes[0]);
	}
	if (status == REEL_OK)
		reel_folders_move(
		    engine->folders, folder, NULL, name, strlen(name));
	reel_node_list_clear(&list);
	return (status);
}

/* First out of the way, then in place: two roots may change their names. */
static enum reel_status
rename_all(struct matches *matches)
{
	struct match *match;
	enum reel_status status = REEL_OK;
	char name[64];
	size_t i;

	for (i = 0; i < matches->count && status == REEL_OK; i++) {
		match = &matches->list[i];
		if (match->root == NULL ||
		    strcmp(match->folder->name, match->root->name) == 0)
			continue;
		status = rename_root(
		    matches->engine, match->folder, match->root->name);
		if (status != REEL_BUSY)
			continue;
		snprintf(name, sizeof(name), ".reel-%lld",
		    (long long)match->folder->id);
		status = rename_root(matches->engine, match->folder, name);
	}
	for (i = 0; i < matches->count && status == REEL_OK; i++) {
		match = &matches->list[i];
		if (match->root != NULL &&
		    strcmp(match->folder->name, match->root->name) != 0)
			status = rename_root(matches->engine, match->folder,
			    match->root->name);
	}
	return (status);
}

static enum reel_status
attach(struct reel_engine *engine, struct reel_folder *folder,
    const struct reel_config_root *root, const char *path)
{
	struct reel_disk *disk = reel_mounts_add(engine, folder);

	disk->root = root;
	if (path != NULL && strcmp(path, root->path) == 0)
		return (REEL_OK);
	/* Another folder by the wish of the configuration, on any disk. */
	disk->fs = 0;
	return (reel_write_root_path(engine->write, folder->id, root->path));
}

static enum reel_status
put_root(struct reel_engine *engine, const struct reel_config_root *root)
{
	struct reel_folder *folder;
	struct reel_node node;
	struct reel_stat st;
	enum reel_status status;
	int fd;

	memset(&node, 0, sizeof(node));
	/* Its times alone: whether it is the right disk is decided later. */
	if (reel_dir_open(root->path, "", 0, &fd) == REEL_OK) {
		if (reel_stat_fd(fd, &st) == REEL_OK) {
			node.mtime_ns = st.mtime_ns;
			node.created_ms = st.btime_ns / 1000000;
		}
		close(fd);
	}
	node.parent_id = REEL_ITEM_TOP;
	node.name = root->name;
	node.name_len = strlen(root->name);
	node.type = REEL_TYPE_DIRECTORY;
	node.state = REEL_STATE_READY;
	status = reel_write_put(engine->write, &node);
	if (status != REEL_OK)
		return (status);
	folder = reel_folders_add(
	    engine->folders, NULL, node.id, node.name, node.name_len);
	return (attach(engine, folder, root, NULL));
}

enum reel_status
reel_roots_apply(struct reel_engine *engine)
{
	const struct reel_config *config = engine->config;
	struct matches matches;
	enum reel_status status;
	size_t i;

	memset(&matches, 0, sizeof(matches));
	matches.engine = engine;
	status = collect(&matches);
	if (status != REEL_OK)
		goto out;
	pair(&matches, config);
	for (i = 0; i < matches.count && status == REEL_OK; i++) {
		if (matches.list[i].root != NULL)
			continue;
		reel_info("root dropped name=%s", matches.list[i].folder->name);
		status = reel_write_drop(
		    engine->write, matches.list[i].folder->id);
		reel_engine_forget(engine, matches.list[i].folder);
		matches.list[i].folder = NULL;
	}
	if (status == REEL_OK)
		status = rename_all(&matches);
	for (i = 0; i < matches.count && status == REEL_OK; i++) {
		if (matches.list[i].root != NULL)
			status = attach(engine, matches.list[i].folder,
			    matches.list[i].root, matches.list[i].path);
	}
	for (i = 0; i < config->roots_count && status == REEL_OK; i++) {
		if (!is_taken(&matches, &config->roots[i]))
			status = put_root(engine, &config->roots[i]);
	}

out:
	for (i = 0; i < matches.count; i++)
		free(matches.list[i].path);
	free(matches.list);
	return (status);
}
