/*
 * reel-indexer: the command line.  What runs is in reel_daemon.c.
 */
#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_schema_sql.h"

#include "indexer/reel_ask.h"
#include "indexer/reel_check.h"
#include "indexer/reel_daemon.h"
#include "indexer/reel_export.h"
#include "indexer/reel_flags.h"
#include "indexer/reel_log.h"
#include "indexer/reel_signals.h"
#include "indexer/reel_watch_inotify.h"
#include "indexer/reel_write_sql.h"

#define EXIT_WRONG_INPUT 2
/* Roots, workers, peers of the bell; more than that is a leak. */
#define DESCRIPTORS 65536

static int
complain(const struct reel_buf *why, int status)
{

	fprintf(stderr, "reel-indexer: %.*s\n", (int)why->len,
	    why->len > 0 ? why->data : "");

	return (status);
}

/* 0, 1 and 2 are never to be a database. */
static void
hold_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

static void
raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return;
	if (limit.rlim_cur >= DESCRIPTORS)
		return;
	limit.rlim_cur =
	    limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
	/* What is there must do, then. */
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int
ask(const struct reel_flags *flags, const struct reel_config *config,
    struct reel_buf *why)
{
	int accept = flags->mode == REEL_FLAGS_ACCEPT;
	enum reel_status rc;

	rc = reel_ask(config, accept ? REEL_BELL_ACCEPT : REEL_BELL_RESCAN,
	    flags->argument, why);
	if (rc != REEL_OK)
		return (complain(why, rc == REEL_BAD_INPUT ? EXIT_WRONG_INPUT : 1));
	printf("the running indexer %s %s\n",
	    accept ? "accepts" : "looks again at",
	    flags->argument[0] != '\0' ? flags->argument : "everything");

	return (0);
}

static int
backup(const struct reel_flags *flags, const struct reel_config *config,
    struct reel_buf *why)
{
	enum reel_status rc;

	rc = reel_write_backup(config->state_dir != NULL
	    ? config->state_dir : REEL_CONFIG_STATE_DIR, flags->argument, why);
	if (rc != REEL_OK)
		return (complain(why, 1));
	printf("wrote %s\n", flags->argument);

	return (0);
}

static int
export_(const struct reel_flags *flags, const struct reel_config *config,
    struct reel_buf *why)
{
	enum reel_status rc;

	rc = reel_export_run(config, flags->argument, flags->out, why);

	return (rc == REEL_OK ? 0
	    : complain(why, rc == REEL_BAD_INPUT ? EXIT_WRONG_INPUT : 1));
}

static int
check(const struct reel_config *config)
{
	int faults = reel_check(config);

	if (faults > 0)
		printf("%d fault%s\n", faults, faults == 1 ? "" : "s");

	return (faults > 0 ? 1 : 0);
}

static int
run(const struct reel_flags *flags, struct reel_config *config,
    struct reel_watch *watch, struct reel_buf *why)
{

	if (reel_log_open(config->log_path,
	    (enum reel_log_level)config->log_level) != 0) {
		reel_buf_fmt(why, "cannot open the log %s (%s): let this user "
		    "write there, or name another with --log", config->log_path,
		    strerror(errno));
		return (complain(why, 1));
	}
	if (watch == NULL)
		reel_warn("no inotify instance left; folders are polled "
		    "(fs.inotify.max_user_instances)");

	return (reel_daemon_run(flags, config, watch));
}

static int
act(const struct reel_flags *flags, struct reel_config *config,
    struct reel_watch *watch, struct reel_buf *why)
{

	if (reel_flags_load(flags, config, why) != REEL_OK)
		return (complain(why, EXIT_WRONG_INPUT));
	/* These need to know where the state is and nothing more. */
	if (flags->mode == REEL_FLAGS_RESCAN || flags->mode == REEL_FLAGS_ACCEPT)
		return (ask(flags, config, why));
	if (flags->mode == REEL_FLAGS_BACKUP)
		return (backup(flags, config, why));
	if (flags->mode == REEL_FLAGS_EXPORT)
		return (export_(flags, config, why));
	if (reel_config_check(config, why) != REEL_OK)
		return (complain(why, EXIT_WRONG_INPUT));
	if (flags->mode == REEL_FLAGS_CHECK)
		return (check(config));

	return (run(flags, config, watch, why));
}

int
main(int argc, char **argv)
{
	struct reel_watch *watch = NULL;
	struct reel_config config;
	struct reel_flags flags;
	struct reel_buf why;
	mode_t others;
	int status;

	hold_standard_descriptors();
	reel_buf_init(&why);
	reel_config_init(&config);
	others = umask(0027);
	if (reel_flags_parse(argc, argv, &flags, &why) != REEL_OK) {
		status = complain(&why, EXIT_WRONG_INPUT);
	} else if (flags.mode == REEL_FLAGS_HELP) {
		status = fputs(reel_flags_help, stdout) == EOF;
	} else if (flags.mode == REEL_FLAGS_VERSION) {
		status = printf("reel-indexer %s\n", REEL_VERSION) < 0;
	} else if (flags.mode == REEL_FLAGS_PRINT_SCHEMA) {
		status = fputs(reel_schema_create, stdout) == EOF;
	} else {
		reel_signals_block();
		/* What is exported is the user's, not the state's. */
		if (flags.mode == REEL_FLAGS_EXPORT)
			umask(others);
		/* First of all: its descriptor has to be a low one. */
		if ((flags.mode == REEL_FLAGS_RUN ||
		        flags.mode == REEL_FLAGS_ONCE) &&
		    reel_watch_open(&watch) != REEL_OK)
			watch = NULL;
		raise_descriptors();
		status = act(&flags, &config, watch, &why);
		reel_watch_close(watch);
	}
	reel_log_close();
	reel_config_clear(&config);
	reel_flags_clear(&flags);
	reel_buf_clear(&why);

	return (status);
}
