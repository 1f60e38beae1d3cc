/*
 * Globs.  A pattern without '/' is matched against the last name, at any depth;
 * one with '/' against the whole path from the folder it belongs to.
 */
#include "indexer/reel_rules.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/reel_config.h"
#include "indexer/reel_mem.h"

struct pattern {
	const char *glob; /* in the rules' text */
	int keep;
	int folders;  /* matches folders only */
	int anchored; /* against the path */
};

struct reel_rules {
	char *text; /* as it was read, for reel_rules_same */
	size_t len;
	char *globs; /* a copy that is cut into pieces */
	struct pattern *patterns;
	size_t count;
};

static int
matches(const char *glob, const char *path, const char *name, int anchored)
{
	int flags = strstr(glob, "**") != NULL ? 0 : FNM_PATHNAME;

	if (!anchored)
		return (fnmatch(glob, name, 0) == 0);
	if (*glob == '/')
		glob++;
	if (fnmatch(glob, path, flags) == 0)
		return (1);
	/* A leading "any folders" also stands for none. */
	return (strncmp(glob, "**/", 3) == 0 &&
	    fnmatch(glob + 3, path, flags) == 0);
}

/* One line, without its end, cut off with a NUL. */
static void
add(struct reel_rules *rules, char *line)
{
	struct pattern *pattern = &rules->patterns[rules->count];
	size_t len = strlen(line);

	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t' ||
	                   line[len - 1] == '\r'))
		line[--len] = '\0';
	if (line[0] == '#')
		return;
	memset(pattern, 0, sizeof(*pattern));
	if (line[0] == '!') {
		pattern->keep = 1;
		line++;
		len--;
	}
	if (len > 0 && line[len - 1] == '/') {
		pattern->folders = 1;
		line[--len] = '\0';
	}
	if (len == 0)
		return;
	pattern->anchored = strchr(line, '/') != NULL;
	pattern->glob = line;
	rules->count++;
}

struct reel_rules *
reel_rules_parse(const char *text, size_t len)
{
	struct reel_rules *rules = reel_mem_new(sizeof(*rules));
	char *line, *end;

	if (len > REEL_RULES_MAX_BYTES)
		len = REEL_RULES_MAX_BYTES;
	rules->text = reel_mem_dup(text, len);
	rules->len = len;
	rules->globs = reel_mem_dup(text, len);
	rules->patterns = reel_mem_grow(
	    NULL, REEL_RULES_MAX, sizeof(*rules->patterns));
	for (line = rules->globs; line < rules->globs + len; line = end + 1) {
		end = line + strcspn(line, "\n");
		*end = '\0';
		if (rules->count < REEL_RULES_MAX)
			add(rules, line);
	}
	if (rules->count == 0) {
		reel_rules_free(rules);
		return (NULL);
	}
	rules->patterns = reel_mem_grow(
	    rules->patterns, rules->count, sizeof(*rules->patterns));
	return (rules);
}

void
reel_rules_free(struct reel_rules *rules)
{

	if (rules == NULL)
		return;
	free(rules->text);
	free(rules->globs);
	free(rules->patterns);
	free(rules);
}

int
reel_rules_same(const struct reel_rules *a, const struct reel_rules *b)
{

	if (a == NULL || b == NULL)
		return (a == b);
	return (a->len == b->len && memcmp(a->text, b->text, a->len) == 0);
}

enum reel_rules_word
reel_rules_match(const struct reel_rules *rules, const char *path,
    const char *name, int folder)
{
	const struct pattern *pattern;
	size_t i;

	for (i = rules->count; i > 0; i--) {
		pattern = &rules->patterns[i - 1];
		if (pattern->folders && !folder)
			continue;
		if (matches(pattern->glob, path, name, pattern->anchored))
			return (pattern->keep ? REEL_RULES_KEEP
			                      : REEL_RULES_IGNORE);
	}
	return (REEL_RULES_SILENT);
}

int
reel_rules_anchored(const struct reel_rules *rules)
{
	size_t i;

	for (i = 0; i < rules->count; i++) {
		if (rules->patterns[i].anchored)
			return (1);
	}
	return (0);
}

static int
any_anchored(char *const *globs)
{

	for (; globs != NULL && *globs != NULL; globs++) {
		if (strchr(*globs, '/') != NULL)
			return (1);
	}
	return (0);
}

int
reel_rules_root_anchored(const struct reel_config_root *root)
{

	return (any_anchored(root->include) || any_anchored(root->exclude));
}

static int
any_matches(char *const *globs, const char *path, const char *name)
{

	for (; globs != NULL && *globs != NULL; globs++) {
		if (matches(*globs, path, name, strchr(*globs, '/') != NULL))
			return (1);
	}
	return (0);
}

int
reel_rules_wanted(const struct reel_config_root *root, const char *path,
    const char *name, int folder)
{

	if (name[0] == '.' && !root->hidden)
		return (0);
	if (any_matches(root->exclude, path, name))
		return (0);
	if (folder || root->include == NULL || root->include[0] == NULL)
		return (1);
	return (any_matches(root->include, path, name));
}
