/*
 * Flags win over indexer.json, also when that is read again at SIGHUP, so they
 * are kept apart and laid over each configuration that is loaded.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/reel_log.h"
#include "indexer/reel_mem.h"

#include "indexer/reel_flags.h"

const char reel_flags_help[] =
    "Usage: reel-indexer --root [NAME=]DIR [--state DIR] ...\n"
    "       reel-indexer --config FILE ...\n"
    "\n"
    "Keeps an index of folders of media that nginx answers from, and watches them.\n"
    "\n"
    "  --config FILE       read indexer.json from FILE; flags win over it\n"
    "  --root [NAME=]DIR   index DIR under NAME (default: its last name); may be\n"
    "                      given again, and replaces the roots of the file\n"
    "  --state DIR         where the index lives (default /var/lib/reel)\n"
    "  --cache DIR         where pictures live (default /var/cache/reel)\n"
    "  --workers N         files read at a time, 1 to 64 (default: CPUs, at most 4)\n"
    "  --log FILE          log to FILE instead of stderr\n"
    "  --log-level LEVEL   error, warn, info or debug (default info)\n"
    "\n"
    "Instead of running on:\n"
    "  --once              index everything, read all files, and end\n"
    "  --check             say what is right or wrong with the configuration, the\n"
    "                      folders, the state and the worker\n"
    "  --backup FILE       write a consistent copy of the index to FILE\n"
    "  --export PATH OUT   write the HLS stream at PATH, a folder or its .m3u8, as\n"
    "                      one mp4 to OUT, nothing encoded anew; again goes on\n"
    "  --print-schema      print the SQL of the index\n"
    "  --version, --help, -h\n"
    "\n"
    "To the indexer that is running (found through --state or --config):\n"
    "  --rescan PATH       look again at PATH (NAME/folder, or the folder itself)\n"
    "                      and all below; '' is everything\n"
    "  --accept PATH       the disk at root or mount point PATH is right as it is\n"
    "                      now: take it although it is another one, or empty\n"
    "\n"
    "Signals: HUP reads the configuration again, USR1 reopens the log, USR2 writes\n"
    "the state to the log, TERM and INT end after the files that are being read.\n"
    "\n"
    "Exit status: 0, 2 for a wrong command line or configuration, else 1.\n";

enum option_id {
	OPT_CONFIG = 256,
	OPT_ROOT,
	OPT_STATE,
	OPT_CACHE,
	OPT_WORKERS,
	OPT_LOG,
	OPT_LOG_LEVEL,
	/* From here on: mode = id - OPT_MODE. */
	OPT_MODE
};

#define MODE(mode) (OPT_MODE + (mode))

static const struct option options[] = {
    {"config", required_argument, NULL, OPT_CONFIG},
    {"root", required_argument, NULL, OPT_ROOT},
    {"state", required_argument, NULL, OPT_STATE},
    {"cache", required_argument, NULL, OPT_CACHE},
    {"workers", required_argument, NULL, OPT_WORKERS},
    {"log", required_argument, NULL, OPT_LOG},
    {"log-level", required_argument, NULL, OPT_LOG_LEVEL},
    {"once", no_argument, NULL, MODE(REEL_FLAGS_ONCE)},
    {"check", no_argument, NULL, MODE(REEL_FLAGS_CHECK)},
    {"rescan", required_argument, NULL, MODE(REEL_FLAGS_RESCAN)},
    {"accept", required_argument, NULL, MODE(REEL_FLAGS_ACCEPT)},
    {"backup", required_argument, NULL, MODE(REEL_FLAGS_BACKUP)},
    {"export", required_argument, NULL, MODE(REEL_FLAGS_EXPORT)},
    {"print-schema", no_argument, NULL, MODE(REEL_FLAGS_PRINT_SCHEMA)},
    {"version", no_argument, NULL, MODE(REEL_FLAGS_VERSION)},
    {"help", no_argument, NULL, MODE(REEL_FLAGS_HELP)},
    {NULL, 0, NULL, 0}};

/* NAME=DIR, unless the first '=' comes after a '/': then it is part of DIR. */
static enum reel_status
add_root(struct reel_flags *flags, const char *text, struct reel_buf *why)
{
	const char *equals = strchr(text, '='), *slash = strchr(text, '/');
	enum reel_status rc;
	char *name;

	if (equals == NULL || (slash != NULL && slash < equals))
		return (reel_config_add_root(&flags->over, NULL, text, why));
	name = reel_mem_dup(text, (size_t)(equals - text));
	rc = reel_config_add_root(&flags->over, name, equals + 1, why);
	free(name);

	return (rc);
}

static enum reel_status
put_path(char **out, const char *name, const char *path, struct reel_buf *why)
{

	if (path[0] == '\0') {
		reel_buf_fmt(why, "--%s is empty: give a path", name);
		return (REEL_BAD_INPUT);
	}
	free(*out);
	*out = reel_config_resolve(path);

	return (REEL_OK);
}

static enum reel_status
put_workers(struct reel_flags *flags, const char *text, struct reel_buf *why)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (text[0] == '\0' || *end != '\0' || n < 1 || n > 64) {
		reel_buf_fmt(why, "--workers %s: expected a whole number from 1 to "
		    "64", text);
		return (REEL_BAD_INPUT);
	}
	flags->over.workers = (int)n;

	return (REEL_OK);
}

static enum reel_status
put_mode(struct reel_flags *flags, enum reel_flags_mode mode,
    const char *argument, struct reel_buf *why)
{

	/* Who asks for help or the version wants to hear nothing else. */
	if (flags->mode == REEL_FLAGS_HELP || flags->mode == REEL_FLAGS_VERSION)
		return (REEL_OK);
	if (flags->mode != REEL_FLAGS_RUN && mode != REEL_FLAGS_HELP &&
	    mode != REEL_FLAGS_VERSION) {
		reel_buf_str(why, "--once, --check, --rescan, --accept, "
		    "--backup, --export and --print-schema exclude each other: "
		    "give one");
		return (REEL_BAD_INPUT);
	}
	flags->mode = mode;
	if (argument != NULL) {
		free(flags->argument);
		flags->argument = mode == REEL_FLAGS_BACKUP && argument[0] != '\0'
		    ? reel_config_resolve(argument)
		    : reel_mem_str(argument);
	}

	return (REEL_OK);
}

static enum reel_status
take(struct reel_flags *flags, int id, const char *argument,
    struct reel_buf *why)
{

	switch (id) {
	case OPT_CONFIG:
		return (put_path(&flags->config_path, "config", argument, why));
	case OPT_ROOT:
		return (add_root(flags, argument, why));
	case OPT_STATE:
		return (put_path(&flags->over.state_dir, "state", argument, why));
	case OPT_CACHE:
		return (put_path(&flags->over.cache_dir, "cache", argument, why));
	case OPT_WORKERS:
		return (put_workers(flags, argument, why));
	case OPT_LOG:
		return (put_path(&flags->over.log_path, "log", argument, why));
	case OPT_LOG_LEVEL:
		if ((flags->log_level = reel_log_level_parse(argument)) != -1)
			return (REEL_OK);
		reel_buf_fmt(why, "--log-level %s: expected error, warn, info or "
		    "debug", argument);
		return (REEL_BAD_INPUT);
	default:
		return (put_mode(flags, (enum reel_flags_mode)(id - OPT_MODE),
		    argument, why));
	}
}

enum reel_status
reel_flags_parse(
    int argc, char **argv, struct reel_flags *flags, struct reel_buf *why)
{
	enum reel_status rc;
	int id, at;

	memset(flags, 0, sizeof(*flags));
	flags->log_level = -1;
	/* So that it may be called again; and our own words. */
	optind = 0;
	opterr = 0;
	for (;;) {
		at = optind > 0 ? optind : 1;
		id = getopt_long(argc, argv, ":h", options, NULL);
		if (id == 'h')
			id = MODE(REEL_FLAGS_HELP);
		if (id == -1)
			break;
		if (id == ':' || id == '?') {
			reel_buf_fmt(why, id == ':'
			    ? "%s needs a value: see reel-indexer --help"
			    : "%s is no option: see reel-indexer --help",
			    at < argc ? argv[at] : "?");
			return (REEL_BAD_INPUT);
		}
		if ((rc = take(flags, id, optarg, why)) != REEL_OK)
			return (rc);
	}
	if (flags->mode == REEL_FLAGS_EXPORT && optind < argc)
		flags->out = reel_mem_str(argv[optind++]);
	if (flags->mode == REEL_FLAGS_EXPORT && (flags->out == NULL ||
	    flags->out[0] == '\0' || flags->argument[0] == '\0')) {
		reel_buf_str(why, "--export needs two: the stream, and the mp4 to "
		    "write");
		return (REEL_BAD_INPUT);
	}
	if (optind < argc) {
		reel_buf_fmt(why, "%s is no option: name folders with --root %s",
		    argv[optind], argv[optind]);
		return (REEL_BAD_INPUT);
	}
	if (flags->mode == REEL_FLAGS_BACKUP && flags->argument[0] == '\0') {
		reel_buf_str(why, "--backup is empty: give the file to write");
		return (REEL_BAD_INPUT);
	}

	return (REEL_OK);
}

void
reel_flags_clear(struct reel_flags *flags)
{

	free(flags->argument);
	free(flags->out);
	free(flags->config_path);
	reel_config_clear(&flags->over);
	memset(flags, 0, sizeof(*flags));
}

static void
lay_over(char **below, const char *over)
{

	if (over == NULL)
		return;
	free(*below);
	*below = reel_mem_str(over);
}

enum reel_status
reel_flags_load(const struct reel_flags *flags, struct reel_config *config,
    struct reel_buf *why)
{
	const struct reel_config *over = &flags->over;
	enum reel_status rc;
	size_t i;

	reel_config_init(config);
	if (flags->config_path != NULL && (rc = reel_config_load(
	    flags->config_path, config, why)) != REEL_OK)
		return (rc);
	if (over->roots_count > 0)
		reel_config_clear_roots(config);
	for (i = 0; i < over->roots_count; i++)
		if ((rc = reel_config_add_root(config, over->roots[i].name,
		    over->roots[i].path, why)) != REEL_OK)
			return (rc);
	lay_over(&config->state_dir, over->state_dir);
	lay_over(&config->cache_dir, over->cache_dir);
	lay_over(&config->log_path, over->log_path);
	if (over->workers > 0)
		config->workers = over->workers;
	if (flags->log_level != -1)
		config->log_level = flags->log_level;

	return (REEL_OK);
}
