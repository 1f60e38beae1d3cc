#ifndef REEL_BODY_CJSON_H
#define REEL_BODY_CJSON_H

#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_facts.h"

/*
 * The body of an item: the members of its JSON object that do not depend on
 * where it is served, in a fixed order, without braces:
 * "id":"7","name":"a.mp4","type":"video","size":1,"created_at":"...", ...,
 * "state":"ready".  Rendered here once; nginx concatenates.  A name that is not
 * UTF-8 also gets "name_raw", percent-encoded.
 */
struct reel_node;

/**
 * reel_body_render(node, facts, error, body):
 * Append the body; ${facts} and ${error} may be NULL.
 *
 * reel_body_again(old, old_len, node, body):
 * Append a body for ${node} that keeps the facts of ${old} byte for byte, and
 * the error if the state is FAILED, for a rename.  REEL_BAD_INPUT if ${old} is
 * no body.
 *
 * Both: REEL_NOMEM: ${body} may have grown, its content before stands.
 */
enum reel_status reel_body_render(const struct reel_node *node,
    const struct reel_facts *facts, const char *error, struct reel_buf *body);
enum reel_status reel_body_again(const char *old, size_t old_len,
    const struct reel_node *node, struct reel_buf *body);

#endif /* !REEL_BODY_CJSON_H */
