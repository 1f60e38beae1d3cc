#ifndef REEL_CONFIG_KEYS_H
#define REEL_CONFIG_KEYS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Which keys indexer.json may have, what they hold and where that goes.  A table
 * ends with a key without a name.
 */
enum reel_config_kind {
	REEL_CONFIG_STRING,
	REEL_CONFIG_PATH,   /* a string that begins with '/' */
	REEL_CONFIG_NUMBER, /* whole, min..max, times scale */
	REEL_CONFIG_INT,    /* likewise, into an int */
	REEL_CONFIG_BOOL,
	REEL_CONFIG_LIST,   /* of strings */
	REEL_CONFIG_WORD,   /* one of ${words}: its place among them, an int */
	REEL_CONFIG_OBJECT, /* ${sub} tells the keys; same struct */
	REEL_CONFIG_ROOTS   /* a list; ${sub} tells the keys of each */
};

struct reel_config_key {
	const char *name;
	enum reel_config_kind kind;
	size_t offset;
	int64_t min;
	int64_t max;
	int64_t scale;
	const struct reel_config_key *sub;
	const char *const *words; /* NULL-terminated */
};

/* Of the file as a whole; offsets are of struct reel_config. */
extern const struct reel_config_key reel_config_keys[];

#endif /* !REEL_CONFIG_KEYS_H */
