#ifndef REEL_FLAGS_H
#define REEL_FLAGS_H

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

#include "indexer/reel_config.h"

/*
 * The command line of reel-indexer.
 */
enum reel_flags_mode {
	REEL_FLAGS_RUN = 0,
	REEL_FLAGS_CHECK,
	REEL_FLAGS_ONCE,
	REEL_FLAGS_RESCAN, /* ${argument}: a path */
	REEL_FLAGS_ACCEPT, /* likewise */
	REEL_FLAGS_BACKUP, /* ${argument}: a file */
	REEL_FLAGS_EXPORT, /* ${argument}: a stream, ${out}: a file */
	REEL_FLAGS_PRINT_SCHEMA,
	REEL_FLAGS_VERSION,
	REEL_FLAGS_HELP
};

struct reel_flags {
	enum reel_flags_mode mode;
	char *argument;
	char *out;
	char *config_path;       /* NULL: no file */
	struct reel_config over; /* what wins over the file; 0 or NULL: nothing */
	int log_level;           /* -1: nothing */
};

/**
 * reel_flags_parse(argc, argv, flags, why):
 * REEL_BAD_INPUT with one sentence in ${why}.  Paths are made absolute here.
 * The caller clears ${flags} in any case.
 */
enum reel_status reel_flags_parse(
    int argc, char **argv, struct reel_flags *flags, struct reel_buf *why);
void reel_flags_clear(struct reel_flags *flags);

/**
 * reel_flags_load(flags, config, why):
 * The configuration: the file, and the flags over it.  Not checked yet.
 * ${config} is initialised here and cleared by the caller in any case.
 */
enum reel_status reel_flags_load(const struct reel_flags *flags,
    struct reel_config *config, struct reel_buf *why);

/* What --help prints. */
extern const char reel_flags_help[];

#endif /* !REEL_FLAGS_H */
