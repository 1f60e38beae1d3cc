#ifndef REEL_CONFIG_H
#define REEL_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * indexer.json and the flags that win over it, checked and with defaults filled
 * in.  Times in milliseconds unless the name says otherwise.
 */
/* Where state lives unless told otherwise. */
#define REEL_CONFIG_STATE_DIR "/var/lib/reel"

struct reel_config_root {
	char *name;       /* first name of every path below it */
	char *path;       /* absolute, as given; resolved by realpath */
	char **include;   /* glob patterns; NULL-terminated; empty: everything */
	char **exclude;   /* likewise; a pattern with '/' matches the whole path */
	int64_t poll_s;   /* > 0: do not watch, look every so many seconds */
	int hidden;       /* index names that begin with a dot */
};

struct reel_config {
	struct reel_config_root *roots;
	size_t roots_count;
	char *state_dir;
	char *cache_dir;
	char *group;              /* of the state folder and the bell; NULL: ours */
	int workers;              /* reel-worker processes; default: CPUs, at most 4 */
	char *worker_path;        /* executable; default: beside reel-indexer */
	int64_t probe_timeout_ms; /* wall clock a file; default 20000 */
	int64_t settle_ms;        /* default 1000 */
	int64_t verify_s;         /* whole-tree verification sweep; default 86400 */
	int64_t poll_s;           /* of what cannot be watched; default 30 */
	int64_t retention_s;      /* change log; default 7 days; and */
	int64_t retention_records; /* at least so many; default 1000000 */
	int pictures;             /* are made; default 1 */
	int picture_width;        /* side of the square they fit into; 320 */
	int picture_quality;      /* 1 to 100; default 80 */
	int picture_form;         /* enum reel_key_form; default JPEG */
	int boards;               /* storyboards are made; default 0 */
	int board_step_s;         /* from one tile to the next; 10 */
	int board_width;          /* side of the square a tile fits into; 160 */
	int board_columns;        /* of a sheet; 10 */
	int board_rows;           /* 10 */
	int board_quality;        /* of its JPEG, 1 to 100; 70 */
	char *log_path;           /* NULL: stderr */
	int log_level;            /* enum reel_log_level; default info */
};

/**
 * reel_config_load(path, config, why):
 * Read the JSON file at ${path}.  REEL_BAD_INPUT with one sentence in ${why}:
 * file, line, key, what was expected.  Unknown keys are errors.  The caller
 * clears ${config} in any case.
 */
void reel_config_init(struct reel_config *config);
enum reel_status reel_config_load(
    const char *path, struct reel_config *config, struct reel_buf *why);
void reel_config_clear(struct reel_config *config);

/**
 * reel_config_add_root(config, name, path):
 * From a flag.  ${name} NULL: the last name of ${path}.
 */
enum reel_status reel_config_add_root(struct reel_config *config,
    const char *name, const char *path, struct reel_buf *why);

/**
 * reel_config_new_root(config): append an empty root and return it, until the
 * next call.  reel_config_clear_roots(config): forget them all.
 * reel_config_resolve(path): a fresh string, the real path of ${path}, of what
 * does not exist the real path of what does and the rest as given.
 * reel_config_worker_path(): a fresh string, reel-worker beside this program.
 */
struct reel_config_root *reel_config_new_root(struct reel_config *config);
void reel_config_clear_roots(struct reel_config *config);
char *reel_config_resolve(const char *path);
char *reel_config_worker_path(void);

/**
 * reel_config_check(config, why):
 * Fill in defaults, resolve paths, and refuse what cannot work: no root,
 * duplicate names, a root inside another (or the state or cache folder inside a
 * root or a root inside them), a root that is no folder or cannot be read.
 * A root whose folder is missing is accepted: its disk may be away.
 */
enum reel_status reel_config_check(
    struct reel_config *config, struct reel_buf *why);

#endif /* !REEL_CONFIG_H */
