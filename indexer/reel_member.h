#ifndef REEL_MEMBER_H
#define REEL_MEMBER_H

#include <stddef.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * Members of a body, cut out of its text: "id":"7","name":"a.mp4", ...  Nothing
 * is parsed and printed again, so nothing can be lost on the way.
 */
struct reel_member {
	const char *text; /* "key":value, in the body */
	size_t len;
	const char *key;  /* without its quotes */
	size_t key_len;
	const char *value;
	size_t value_len;
};

/**
 * reel_member_next(body, len, at, member):
 * The member at ${*at}, which moves on to the next one and begins at 0.
 * REEL_NOT_FOUND behind the last; REEL_BAD_INPUT: it is no body.
 *
 * reel_member_get(body, len, key, member): the one of that name.
 *
 * reel_member_put(body, len, key, value, value_len, before, out):
 * Append ${body} to ${out} with the member ${key} of ${value} in the place of
 * any it had: before the member ${before} if there is one, else at the end.
 * ${value_len} 0: without that member.  REEL_BAD_INPUT: it is no body, and
 * ${out} has some of it.
 */
enum reel_status reel_member_next(
    const char *body, size_t len, size_t *at, struct reel_member *member);
enum reel_status reel_member_get(const char *body, size_t len, const char *key,
    struct reel_member *member);
enum reel_status reel_member_put(const char *body, size_t len, const char *key,
    const char *value, size_t value_len, const char *before,
    struct reel_buf *out);

/* Is it called so? */
int reel_member_is(const struct reel_member *member, const char *key);

#endif /* !REEL_MEMBER_H */
