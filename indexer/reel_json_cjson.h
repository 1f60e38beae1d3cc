#ifndef REEL_JSON_CJSON_H
#define REEL_JSON_CJSON_H

#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * JSON objects made with cJSON.  Out of memory is sticky and asked for once, by
 * _print.  Keys and texts are lent, not copied: they live until the object is
 * printed.
 */
struct cJSON;

struct reel_json {
	struct cJSON *object; /* or array */
	int failed;
};

/**
 * reel_json_object(json), reel_json_array(json): begin one.
 * reel_json_clear(json): free it; harmless after it was added to another.
 *
 * reel_json_text(json, key, text): a string; what is no UTF-8 becomes U+FFFD.
 * reel_json_known(json, key, text): the same unless it is empty.
 * reel_json_raw(json, key, raw): JSON as it is.
 * reel_json_int(json, key, number): every digit, never an exponent.
 * reel_json_milli(json, key, thousandths): 12345 is 12.345, 12000 is 12.
 * reel_json_yes(json, key, yes): true, or nothing.
 * reel_json_add(json, key, child): hand ${child} over; ${key} NULL: ${json} is
 * an array.
 *
 * reel_json_print(json, out): append it without its outer braces; REEL_NOMEM.
 */
void reel_json_object(struct reel_json *json);
void reel_json_array(struct reel_json *json);
void reel_json_clear(struct reel_json *json);
void reel_json_text(struct reel_json *json, const char *key, const char *text);
void reel_json_known(struct reel_json *json, const char *key, const char *text);
void reel_json_raw(struct reel_json *json, const char *key, const char *raw);
void reel_json_int(struct reel_json *json, const char *key, int64_t number);
void reel_json_milli(
    struct reel_json *json, const char *key, int64_t thousandths);
void reel_json_yes(struct reel_json *json, const char *key, int yes);
void reel_json_add(
    struct reel_json *json, const char *key, struct reel_json *child);
enum reel_status reel_json_print(struct reel_json *json, struct reel_buf *out);

#endif /* !REEL_JSON_CJSON_H */
