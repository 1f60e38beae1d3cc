/*
 * The configuration once it is read: defaults, absolute paths, and the refusal
 * of what cannot work.  A folder that is missing is no refusal, since a disk may
 * be away; two folders that overlap are, since an item would have two names, or
 * Reel would index what it writes.
 */
#include <sys/stat.h>

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_path.h"
#include "shared/reel_schema_sql.h"

#include "indexer/reel_log.h"
#include "indexer/reel_mem.h"

#include "indexer/reel_config.h"

#define WORKERS_DEFAULT_MAX 4

void
reel_config_init(struct reel_config *config)
{

	memset(config, 0, sizeof(*config));
	config->probe_timeout_ms = 20000;
	config->settle_ms = 1000;
	config->verify_s = 86400;
	config->poll_s = 30;
	config->retention_s = INT64_C(7) * 86400;
	config->retention_records = 1000000;
	config->pictures = 1;
	config->picture_width = 320;
	config->picture_quality = 80;
	config->board_step_s = 10;
	config->board_width = 160;
	config->board_columns = config->board_rows = 10;
	config->board_quality = 70;
	config->log_level = REEL_LOG_INFO;
}

static void
free_words(char **words)
{
	size_t i;

	for (i = 0; words != NULL && words[i] != NULL; i++)
		free(words[i]);
	free(words);
}

void
reel_config_clear_roots(struct reel_config *config)
{
	size_t i;

	for (i = 0; i < config->roots_count; i++) {
		free(config->roots[i].name);
		free(config->roots[i].path);
		free_words(config->roots[i].include);
		free_words(config->roots[i].exclude);
	}
	free(config->roots);
	config->roots = NULL;
	config->roots_count = 0;
}

void
reel_config_clear(struct reel_config *config)
{

	reel_config_clear_roots(config);
	free(config->state_dir);
	free(config->cache_dir);
	free(config->group);
	free(config->worker_path);
	free(config->log_path);
	reel_config_init(config);
}

struct reel_config_root *
reel_config_new_root(struct reel_config *config)
{
	struct reel_config_root *root;

	config->roots = reel_mem_grow(config->roots, config->roots_count + 1,
	    sizeof(*config->roots));
	root = &config->roots[config->roots_count++];
	memset(root, 0, sizeof(*root));

	return (root);
}

/*
 * The real path of ${path}; of what does not exist, the real path of the nearest
 * folder above that does, and the rest as given.
 */
char *
reel_config_resolve(const char *path)
{
	char *copy, *real, *slash, *joined = NULL, *above;

	if ((real = realpath(path, NULL)) != NULL)
		return (real);
	copy = reel_mem_str(path);
	/* Trailing slashes name the same thing. */
	while (strlen(copy) > 1 && copy[strlen(copy) - 1] == '/')
		copy[strlen(copy) - 1] = '\0';
	if ((slash = strrchr(copy, '/')) == NULL) {
		/* The folder we stand in may be gone. */
		if ((above = realpath(".", NULL)) == NULL)
			above = reel_mem_str("/");
		slash = copy - 1;
	} else if (slash == copy) {
		above = reel_mem_str("/");
	} else {
		*slash = '\0';
		above = reel_config_resolve(copy);
	}
	if (asprintf(&joined, "%s%s%s", above,
	    strcmp(above, "/") == 0 ? "" : "/", slash + 1) == -1)
		reel_fatal("out of memory");
	free(above);
	free(copy);

	return (joined);
}

enum reel_status
reel_config_add_root(struct reel_config *config, const char *name,
    const char *path, struct reel_buf *why)
{
	struct reel_config_root *root;
	char *resolved;

	if (path[0] == '\0') {
		reel_buf_fmt(why, "--root names no folder: give --root DIR or "
		    "--root NAME=DIR");
		return (REEL_BAD_INPUT);
	}
	resolved = reel_config_resolve(path);
	if (name == NULL)
		name = strrchr(resolved, '/') + 1;
	if (name[0] == '\0') {
		reel_buf_fmt(why, "--root %s has no name: give it one with "
		    "--root NAME=%s", path, path);
		free(resolved);
		return (REEL_BAD_INPUT);
	}
	root = reel_config_new_root(config);
	root->name = reel_mem_str(name);
	root->path = resolved;

	return (REEL_OK);
}

static int
default_workers(void)
{
	cpu_set_t cpus;
	int n = 1;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0)
		n = CPU_COUNT(&cpus);

	return (n < 1 ? 1 : n > WORKERS_DEFAULT_MAX ? WORKERS_DEFAULT_MAX : n);
}

char *
reel_config_worker_path(void)
{
	char self[PATH_MAX], *slash, *path = NULL;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	if ((slash = strrchr(self, '/')) != NULL)
		*slash = '\0';
	if (asprintf(&path, "%s/reel-worker", self) == -1)
		reel_fatal("out of memory");

	return (path);
}

static void
fill_in(struct reel_config *config)
{
	size_t i;
	char *resolved;

	if (config->state_dir == NULL)
		config->state_dir = reel_mem_str(REEL_CONFIG_STATE_DIR);
	if (config->cache_dir == NULL)
		config->cache_dir = reel_mem_str("/var/cache/reel");
	if (config->workers == 0)
		config->workers = default_workers();
	if (config->retention_records < REEL_SCHEMA_LOG_MIN)
		config->retention_records = REEL_SCHEMA_LOG_MIN;
	if (config->worker_path == NULL)
		config->worker_path = reel_config_worker_path();
	for (i = 0; i < config->roots_count; i++) {
		resolved = reel_config_resolve(config->roots[i].path);
		free(config->roots[i].path);
		config->roots[i].path = resolved;
	}
	resolved = reel_config_resolve(config->state_dir);
	free(config->state_dir);
	config->state_dir = resolved;
	resolved = reel_config_resolve(config->cache_dir);
	free(config->cache_dir);
	config->cache_dir = resolved;
}

/* Both absolute and resolved. */
static int
inside(const char *path, const char *folder)
{

	return (reel_path_below(path + 1, strlen(path + 1), folder + 1,
	    strlen(folder + 1)));
}

static enum reel_status
check_name(const struct reel_config_root *root, struct reel_buf *why)
{

	if (root->name[0] != '\0' && strchr(root->name, '/') == NULL &&
	    reel_path_check(root->name, strlen(root->name)) == REEL_OK)
		return (REEL_OK);
	reel_buf_fmt(why, "root name \"%s\" cannot be a folder's name: use 1 to "
	    "255 bytes without '/', and not \".\" or \"..\"", root->name);

	return (REEL_BAD_INPUT);
}

static enum reel_status
check_folder(const struct reel_config_root *root, struct reel_buf *why)
{
	struct stat st;

	if (stat(root->path, &st) == -1) {
		/* Away today, perhaps back tomorrow. */
		if (errno == ENOENT || errno == EIO || errno == ENODEV ||
		    errno == ENOTCONN || errno == ESTALE || errno == EHOSTDOWN)
			return (REEL_OK);
		reel_buf_fmt(why, "root \"%s\": cannot look at %s (%s): let the "
		    "user who runs reel-indexer pass through the folders above",
		    root->name, root->path, strerror(errno));
		return (REEL_BAD_INPUT);
	}
	if (!S_ISDIR(st.st_mode)) {
		reel_buf_fmt(why, "root \"%s\": %s is not a folder: name the "
		    "folder that holds it", root->name, root->path);
		return (REEL_BAD_INPUT);
	}
	if (access(root->path, R_OK | X_OK) == -1) {
		reel_buf_fmt(why, "root \"%s\": cannot read %s (%s): let the user "
		    "who runs reel-indexer read and enter it", root->name,
		    root->path, strerror(errno));
		return (REEL_BAD_INPUT);
	}

	return (REEL_OK);
}

static int
same_folder(const char *a, const char *b)
{
	struct stat sa, sb;

	if (strcmp(a, b) == 0)
		return (1);

	/* Also through a bind mount. */
	return (stat(a, &sa) == 0 && stat(b, &sb) == 0 &&
	    sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino);
}

static enum reel_status
check_pair(const struct reel_config_root *a, const struct reel_config_root *b,
    struct reel_buf *why)
{

	if (strcmp(a->name, b->name) == 0)
		reel_buf_fmt(why, "two roots are named \"%s\" (%s and %s): give "
		    "one of them another name", a->name, a->path, b->path);
	else if (same_folder(a->path, b->path))
		reel_buf_fmt(why, "roots \"%s\" and \"%s\" are the same folder "
		    "(%s): keep one of them", a->name, b->name, a->path);
	else if (inside(b->path, a->path))
		reel_buf_fmt(why, "root \"%s\" (%s) lies inside root \"%s\" (%s): "
		    "keep the outer one", b->name, b->path, a->name, a->path);
	else if (inside(a->path, b->path))
		reel_buf_fmt(why, "root \"%s\" (%s) lies inside root \"%s\" (%s): "
		    "keep the outer one", a->name, a->path, b->name, b->path);
	else
		return (REEL_OK);

	return (REEL_BAD_INPUT);
}

static enum reel_status
check_own(const struct reel_config_root *root, const char *what,
    const char *flag, const char *path, struct reel_buf *why)
{

	if (inside(path, root->path) || same_folder(path, root->path))
		reel_buf_fmt(why, "the %s folder %s lies inside root \"%s\" (%s): "
		    "put it elsewhere with %s", what, path, root->name,
		    root->path, flag);
	else if (inside(root->path, path))
		reel_buf_fmt(why, "root \"%s\" (%s) lies inside the %s folder %s: "
		    "put that elsewhere with %s", root->name, root->path, what,
		    path, flag);
	else
		return (REEL_OK);

	return (REEL_BAD_INPUT);
}

static enum reel_status
check_roots(const struct reel_config *config, struct reel_buf *why)
{
	const struct reel_config_root *root;
	enum reel_status rc;
	size_t i, k;

	for (i = 0; i < config->roots_count; i++) {
		root = &config->roots[i];
		if ((rc = check_name(root, why)) != REEL_OK ||
		    (rc = check_folder(root, why)) != REEL_OK ||
		    (rc = check_own(root, "state", "--state", config->state_dir,
		    why)) != REEL_OK ||
		    (rc = check_own(root, "cache", "--cache", config->cache_dir,
		    why)) != REEL_OK)
			return (rc);
		for (k = 0; k < i; k++)
			if ((rc = check_pair(&config->roots[k], root, why)) !=
			    REEL_OK)
				return (rc);
	}

	return (REEL_OK);
}

enum reel_status
reel_config_check(struct reel_config *config, struct reel_buf *why)
{

	if (config->roots_count == 0) {
		reel_buf_fmt(why, "there is no root: name a folder of media with "
		    "--root DIR, or with \"roots\" in the file of --config");
		return (REEL_BAD_INPUT);
	}
	fill_in(config);
	if (config->group != NULL && getgrnam(config->group) == NULL) {
		reel_buf_fmt(why, "group \"%s\" does not exist: name the group "
		    "nginx runs with, \"www-data\" on Debian", config->group);
		return (REEL_BAD_INPUT);
	}

	/* nginx serves what lies in the one and must never serve the other. */
	if (same_folder(config->state_dir, config->cache_dir) ||
	    inside(config->state_dir, config->cache_dir)) {
		reel_buf_fmt(why, "the state folder %s lies inside the cache folder "
		    "%s: put one of them elsewhere with --state or --cache",
		    config->state_dir, config->cache_dir);
		return (REEL_BAD_INPUT);
	}

	return (check_roots(config, why));
}
