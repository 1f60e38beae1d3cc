#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "indexer/reel_json_cjson.h"
#include "shared/reel_escape.h"

/*
 * cJSON builds and prints; but it keeps numbers as doubles and prints large ones
 * with an exponent, so every number is given to it as text that is already
 * right, and a string that is not UTF-8 as well.
 *
 * Invariant: whatever goes in, what is printed is valid JSON in UTF-8.
 */

/* Room for an object as most are; a larger one finds its size by doubling. */
#define ROOM 1024
#define ROOM_MAX (4 << 20)

void
reel_json_object(struct reel_json *json)
{

	json->object = cJSON_CreateObject();
	json->failed = json->object == NULL;
}

void
reel_json_array(struct reel_json *json)
{

	json->object = cJSON_CreateArray();
	json->failed = json->object == NULL;
}

void
reel_json_clear(struct reel_json *json)
{

	cJSON_Delete(json->object);
	json->object = NULL;
	json->failed = 0;
}

/* The object owns ${item} after this, which may be NULL for out of memory. */
static void
put(struct reel_json *json, const char *key, cJSON *item)
{

	if (json->failed || item == NULL ||
	    !cJSON_AddItemToObjectCS(json->object, key, item)) {
		cJSON_Delete(item);
		json->failed = 1;
	}
}

void
reel_json_text(struct reel_json *json, const char *key, const char *text)
{
	struct reel_buf raw;
	size_t len;

	len = strlen(text);
	if (reel_escape_utf8_ok(text, len)) {
		put(json, key, cJSON_CreateStringReference(text));
		return;
	}
	reel_buf_init(&raw);
	reel_buf_chr(&raw, '"');
	reel_escape_json(&raw, text, len);
	reel_buf_add(&raw, "\"", 2);
	put(json, key, raw.failed ? NULL : cJSON_CreateRaw(raw.data));
	reel_buf_clear(&raw);
}

void
reel_json_known(struct reel_json *json, const char *key, const char *text)
{

	if (text[0] != '\0')
		reel_json_text(json, key, text);
}

void
reel_json_raw(struct reel_json *json, const char *key, const char *raw)
{

	put(json, key, cJSON_CreateRaw(raw));
}

void
reel_json_int(struct reel_json *json, const char *key, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, number);
	put(json, key, cJSON_CreateRaw(text));
}

void
reel_json_milli(struct reel_json *json, const char *key, int64_t thousandths)
{
	char text[32];
	uint64_t n;
	size_t len;

	/* As unsigned: -INT64_MIN is no int64_t, and -1 / 1000 loses its sign. */
	n = thousandths < 0 ? 0 - (uint64_t)thousandths : (uint64_t)thousandths;
	snprintf(text, sizeof(text), "%s%" PRIu64 ".%03d",
	    thousandths < 0 ? "-" : "", n / 1000, (int)(n % 1000));
	len = strlen(text);
	while (text[len - 1] == '0')
		len--;
	if (text[len - 1] == '.')
		len--;
	text[len] = '\0';
	put(json, key, cJSON_CreateRaw(text));
}

void
reel_json_yes(struct reel_json *json, const char *key, int yes)
{

	if (yes)
		put(json, key, cJSON_CreateTrue());
}

void
reel_json_add(struct reel_json *json, const char *key, struct reel_json *child)
{

	if (child->failed || json->failed)
		json->failed = 1;
	else if (key != NULL)
		json->failed =
		    !cJSON_AddItemToObjectCS(json->object, key, child->object);
	else
		json->failed = !cJSON_AddItemToArray(json->object, child->object);
	if (json->failed)
		cJSON_Delete(child->object);
	child->object = NULL;
}

enum reel_status
reel_json_print(struct reel_json *json, struct reel_buf *out)
{
	char *room;
	int bytes;
	size_t len;

	if (json->failed)
		return (REEL_NOMEM);
	for (bytes = ROOM; bytes <= ROOM_MAX; bytes *= 2) {
		if ((room = reel_buf_reserve(out, (size_t)bytes)) == NULL)
			return (REEL_NOMEM);
		if (!cJSON_PrintPreallocated(json->object, room, bytes, 0))
			continue;
		len = strlen(room) - 2;
		memmove(room, room + 1, len);
		out->len += len;
		return (REEL_OK);
	}
	return (REEL_NOMEM);
}
