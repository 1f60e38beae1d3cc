/*
 * The tables alone; reel_config_cjson.c reads by them, so that what is not here
 * does not pass.
 */
#include "indexer/reel_config.h"

#include "indexer/reel_config_keys.h"

#define AT(member) offsetof(struct reel_config, member)
#define AT_ROOT(member) offsetof(struct reel_config_root, member)

#define KEY(key, what, at)                                                     \
	{.name = (key), .kind = REEL_CONFIG_##what, .offset = (at)}
#define RANGE(key, what, at, least, most, times)                               \
	{.name = (key), .kind = REEL_CONFIG_##what, .offset = (at),            \
	    .min = (least), .max = (most), .scale = (times)}
#define WORD(key, at, list)                                                    \
	{.name = (key), .kind = REEL_CONFIG_WORD, .offset = (at),              \
	    .words = (list)}
#define WITHIN(key, what, keys)                                                \
	{.name = (key), .kind = REEL_CONFIG_##what, .sub = (keys)}
#define END {.name = NULL}

/* In the order of enum reel_log_level. */
static const char *const levels[] = {"error", "warn", "info", "debug", NULL};
/* In the order of enum reel_key_form. */
static const char *const forms[] = {"jpeg", "webp", NULL};

static const struct reel_config_key root_keys[] = {
    KEY("name", STRING, AT_ROOT(name)),
    KEY("path", PATH, AT_ROOT(path)),
    KEY("include", LIST, AT_ROOT(include)),
    KEY("exclude", LIST, AT_ROOT(exclude)),
    RANGE("poll_s", NUMBER, AT_ROOT(poll_s), 0, 604800, 1),
    KEY("hidden", BOOL, AT_ROOT(hidden)),
    END};

static const struct reel_config_key retention_keys[] = {
    RANGE("days", NUMBER, AT(retention_s), 0, 36500, 86400),
    RANGE("records", NUMBER, AT(retention_records), 0, 1000000000, 1),
    END};

static const struct reel_config_key thumbnail_keys[] = {
    KEY("enabled", BOOL, AT(pictures)),
    WORD("format", AT(picture_form), forms),
    RANGE("width", INT, AT(picture_width), 16, 1920, 1),
    RANGE("quality", INT, AT(picture_quality), 1, 100, 1),
    END};

static const struct reel_config_key storyboard_keys[] = {
    KEY("enabled", BOOL, AT(boards)),
    RANGE("interval_s", INT, AT(board_step_s), 1, 3600, 1),
    RANGE("width", INT, AT(board_width), 16, 320, 1),
    RANGE("columns", INT, AT(board_columns), 1, 20, 1),
    RANGE("rows", INT, AT(board_rows), 1, 20, 1),
    RANGE("quality", INT, AT(board_quality), 1, 100, 1),
    END};

static const struct reel_config_key log_keys[] = {
    KEY("path", PATH, AT(log_path)),
    WORD("level", AT(log_level), levels),
    END};

const struct reel_config_key reel_config_keys[] = {
    WITHIN("roots", ROOTS, root_keys),
    KEY("state_dir", PATH, AT(state_dir)),
    KEY("cache_dir", PATH, AT(cache_dir)),
    KEY("group", STRING, AT(group)),
    RANGE("workers", INT, AT(workers), 1, 64, 1),
    KEY("worker_path", PATH, AT(worker_path)),
    RANGE("probe_timeout_ms", NUMBER, AT(probe_timeout_ms), 100, 600000, 1),
    RANGE("settle_ms", NUMBER, AT(settle_ms), 0, 600000, 1),
    RANGE("verify_s", NUMBER, AT(verify_s), 1, 31536000, 1),
    RANGE("poll_s", NUMBER, AT(poll_s), 1, 604800, 1),
    WITHIN("thumbnail", OBJECT, thumbnail_keys),
    WITHIN("storyboard", OBJECT, storyboard_keys),
    WITHIN("retention", OBJECT, retention_keys),
    WITHIN("log", OBJECT, log_keys),
    END};
