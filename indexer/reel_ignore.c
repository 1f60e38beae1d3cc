/*
 * The rules of a place.  Deeper .reelignore files win over those above, and the
 * root's own patterns are never overruled.  What is left out is not entered, so
 * nothing below it can be brought back.
 */
#include "indexer/reel_ignore.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_config.h"
#include "indexer/reel_dir.h"
#include "indexer/reel_disk.h"
#include "indexer/reel_log.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_rules.h"

static const struct reel_config_root *
root_of(const struct reel_folder *folder)
{

	while (folder->parent != NULL)
		folder = folder->parent;
	return (folder->disk == NULL ? NULL : folder->disk->root);
}

int
reel_ignore_load(
    struct reel_engine *engine, struct reel_folder *folder, int fd)
{
	struct reel_rules *rules = NULL;
	enum reel_status status;
	size_t len = 0;
	ssize_t got;
	char *text;
	int file;

	folder->ruled = 1;
	status = reel_dir_open_file(fd, REEL_RULES_FILE, &file);
	if (status == REEL_IO) {
		/* Better the old rules than none: they may keep secrets. */
		reel_engine_later(engine, folder, "cannot read .reelignore in");
		return (0);
	}
	if (status == REEL_OK) {
		text = reel_mem_new(REEL_RULES_MAX_BYTES);
		while ((got = read(file, text + len,
		            REEL_RULES_MAX_BYTES - len)) > 0)
			len += (size_t)got;
		close(file);
		rules = reel_rules_parse(text, len);
		free(text);
	}
	if (reel_rules_same(rules, folder->ignore)) {
		reel_rules_free(rules);
		return (0);
	}
	reel_rules_free(folder->ignore);
	folder->ignore = rules;
	return (1);
}

void
reel_ignore_ready(
    struct reel_engine *engine, struct reel_folder *folder, int fd)
{
	struct reel_folder *at;
	struct reel_stat st;
	int opened;

	if (!folder->ruled)
		(void)reel_ignore_load(engine, folder, fd);
	for (at = folder->parent; at != NULL; at = at->parent) {
		if (at->ruled)
			continue;
		if (reel_engine_open(engine, at, &opened, &st) != REEL_OK)
			continue;
		(void)reel_ignore_load(engine, at, opened);
		close(opened);
	}
}

static enum reel_rules_word
ask(struct reel_engine *engine, const struct reel_folder *folder,
    const struct reel_folder *top, const char *name, int is_folder)
{
	const char *path = name;

	if (folder != top && reel_rules_anchored(top->ignore)) {
		reel_buf_reset(&engine->path);
		reel_folders_path(folder, top, &engine->path);
		reel_buf_chr(&engine->path, '/');
		reel_buf_add(&engine->path, name, strlen(name) + 1);
		if (engine->path.failed)
			return (REEL_RULES_SILENT);
		path = engine->path.data;
	}
	return (reel_rules_match(top->ignore, path, name, is_folder));
}

int
reel_ignore_hidden(const struct reel_folder *folder, const char *name)
{
	const struct reel_config_root *root;

	if (name[0] != '.')
		return (0);
	root = root_of(folder);
	return (root == NULL || !root->hidden);
}

int
reel_ignore_wanted(struct reel_engine *engine, struct reel_folder *folder,
    const char *name, int is_folder)
{
	const struct reel_config_root *root = root_of(folder);
	const struct reel_folder *top = reel_folders_root(folder);
	const struct reel_folder *at;
	const char *path = name;
	enum reel_rules_word word;

	if (root == NULL)
		return (0);
	if (folder != top && reel_rules_root_anchored(root)) {
		reel_buf_reset(&engine->path);
		reel_folders_path(folder, top, &engine->path);
		reel_buf_chr(&engine->path, '/');
		reel_buf_add(&engine->path, name, strlen(name) + 1);
		if (engine->path.failed)
			return (0);
		path = engine->path.data;
	}
	if (!reel_rules_wanted(root, path, name, is_folder))
		return (0);
	for (at = folder; at != NULL; at = at->parent) {
		if (at->ignore == NULL)
			continue;
		word = ask(engine, folder, at, name, is_folder);
		if (word != REEL_RULES_SILENT)
			return (word == REEL_RULES_KEEP);
	}
	return (1);
}
