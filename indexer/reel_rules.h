#ifndef REEL_RULES_H
#define REEL_RULES_H

#include <stddef.h>
#include <stdint.h>

/*
 * What is left out: the patterns of a root and of .reelignore files.  Globs as
 * of fnmatch(3); pure functions of the text.
 */
#define REEL_RULES_FILE ".reelignore"
#define REEL_RULES_MAX_BYTES 65536 /* of one file; what follows is not read */
#define REEL_RULES_MAX 1000        /* patterns of one file; likewise */

struct reel_config_root;
struct reel_rules;

enum reel_rules_word {
	REEL_RULES_SILENT, /* no pattern matches */
	REEL_RULES_IGNORE,
	REEL_RULES_KEEP    /* a pattern with '!' */
};

/**
 * reel_rules_parse(text, len):
 * One glob a line; '#' begins a comment line, '!' a pattern that keeps, a '/' at
 * the end means folders only, a '/' anywhere else ties the pattern to the
 * folder of the file; "**" also matches '/'.  NULL if there is no pattern.
 *
 * reel_rules_free(rules): NULL is harmless.
 * reel_rules_same(a, b): made from equal text; both may be NULL.
 */
struct reel_rules *reel_rules_parse(const char *text, size_t len);
void reel_rules_free(struct reel_rules *rules);
int reel_rules_same(const struct reel_rules *a, const struct reel_rules *b);

/**
 * reel_rules_match(rules, path, name, folder):
 * What the last matching pattern says of ${path}, relative to the folder of the
 * rules, whose last name is ${name}.
 */
enum reel_rules_word reel_rules_match(const struct reel_rules *rules,
    const char *path, const char *name, int folder);

/**
 * reel_rules_anchored(rules): nonzero if a pattern looks at more than the name.
 * reel_rules_root_anchored(root): likewise of the patterns of a root.
 */
int reel_rules_anchored(const struct reel_rules *rules);
int reel_rules_root_anchored(const struct reel_config_root *root);

/**
 * reel_rules_wanted(root, path, name, folder):
 * Nonzero unless hidden, excluded, or a file that no include pattern matches.
 * ${path} is relative to the root.
 */
int reel_rules_wanted(const struct reel_config_root *root, const char *path,
    const char *name, int folder);

#endif /* !REEL_RULES_H */
