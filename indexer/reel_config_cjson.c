/*
 * indexer.json -> struct reel_config.  The table of reel_config_keys.c says which
 * keys there are, what they hold and where it goes; nothing that is not in it
 * passes, so a misspelt key is told instead of ignored.  Every refusal names file, line, key
 * and what was expected: "indexer.json:7: roots[1].path: expected a string".
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "indexer/reel_file.h"
#include "indexer/reel_lines.h"
#include "indexer/reel_log.h"
#include "indexer/reel_mem.h"

#include "indexer/reel_config.h"
#include "indexer/reel_config_keys.h"

/* A configuration is written by a person; nothing near this long is one. */
#define FILE_MAX_BYTES (1 << 20)
#define WORDS_MAX 1000
#define DEPTH_MAX 8

struct reading {
	const char *path;
	struct reel_buf text;
	struct reel_config *config;
	struct reel_buf *why;
	size_t steps[DEPTH_MAX];
	const char *names[DEPTH_MAX]; /* NULL: the step is an index */
	size_t depth;
};

/* "file:7: roots[1].path: " and then what the caller adds. */
static void
begin_why(struct reading *rd)
{
	size_t i;

	reel_buf_fmt(rd->why, "%s:%zu: ", rd->path,
	    reel_lines_find(rd->text.data, rd->text.len, rd->steps, rd->depth));
	for (i = 0; i < rd->depth; i++) {
		if (rd->names[i] == NULL)
			reel_buf_fmt(rd->why, "[%zu]", rd->steps[i]);
		else
			reel_buf_fmt(rd->why, "%s%s", i > 0 ? "." : "",
			    rd->names[i]);
	}
	if (rd->depth > 0)
		reel_buf_str(rd->why, ": ");
}

static enum reel_status
refuse(struct reading *rd, const char *expected)
{

	begin_why(rd);
	reel_buf_str(rd->why, expected);

	return (REEL_BAD_INPUT);
}

/* A level of brackets is a step; the tables allow no more than five. */
static void
step_in(struct reading *rd, const char *name, size_t index)
{

	if (rd->depth == DEPTH_MAX)
		reel_fatal("configuration nests deeper than its tables");
	rd->names[rd->depth] = name;
	rd->steps[rd->depth++] = index;
}

static enum reel_status
read_string(struct reading *rd, const cJSON *value, int is_path, char **out)
{

	if (!cJSON_IsString(value))
		return (refuse(rd, "expected a string"));
	if (value->valuestring[0] == '\0')
		return (refuse(rd, "expected a string that is not empty"));
	if (is_path && value->valuestring[0] != '/')
		return (refuse(rd, "expected an absolute path, beginning with /"));
	free(*out);
	*out = reel_mem_str(value->valuestring);

	return (REEL_OK);
}

static enum reel_status
read_number(struct reading *rd, const cJSON *value, const struct reel_config_key *key,
    int64_t *out)
{
	double d = value->valuedouble;

	/* The cast is defined because the range was looked at before. */
	if (!cJSON_IsNumber(value) || !(d >= (double)key->min) ||
	    !(d <= (double)key->max) || d != (double)(int64_t)d) {
		begin_why(rd);
		reel_buf_fmt(rd->why, "expected a whole number from %" PRId64
		    " to %" PRId64, key->min, key->max);
		return (REEL_BAD_INPUT);
	}
	*out = (int64_t)d * key->scale;

	return (REEL_OK);
}

static enum reel_status
read_word(struct reading *rd, const cJSON *value, const char *const *words,
    int *out)
{
	int i;

	for (i = 0; cJSON_IsString(value) && words[i] != NULL; i++)
		if (strcmp(words[i], value->valuestring) == 0) {
			*out = i;
			return (REEL_OK);
		}
	begin_why(rd);
	reel_buf_fmt(rd->why, "expected %s", words[0]);
	for (i = 1; words[i] != NULL; i++)
		reel_buf_fmt(rd->why, "%s%s",
		    words[i + 1] == NULL ? " or " : ", ", words[i]);

	return (REEL_BAD_INPUT);
}

static enum reel_status
read_words(struct reading *rd, const cJSON *value, char ***out)
{
	const cJSON *word;
	enum reel_status rc;
	size_t n = 0;
	int count;

	if (!cJSON_IsArray(value))
		return (refuse(rd, "expected a list of strings"));
	if ((count = cJSON_GetArraySize(value)) > WORDS_MAX)
		return (refuse(rd, "expected at most 1000 strings"));
	*out = reel_mem_new(((size_t)count + 1) * sizeof(**out));
	cJSON_ArrayForEach (word, value) {
		step_in(rd, NULL, n);
		rc = read_string(rd, word, 0, &(*out)[n]);
		rd->depth--;
		if (rc != REEL_OK)
			return (rc);
		n++;
	}

	return (REEL_OK);
}

static enum reel_status
unknown_key(struct reading *rd, const struct reel_config_key *keys)
{
	size_t i;

	begin_why(rd);
	reel_buf_str(rd->why, "unknown key: expected one of ");
	for (i = 0; keys[i].name != NULL; i++)
		reel_buf_fmt(rd->why, "%s%s", i > 0 ? ", " : "", keys[i].name);

	return (REEL_BAD_INPUT);
}

static enum reel_status read_roots(struct reading *rd, const cJSON *value,
    const struct reel_config_key *keys);
static enum reel_status read_object(struct reading *rd, const cJSON *object,
    const struct reel_config_key *keys, void *base);

static enum reel_status
read_value(struct reading *rd, const cJSON *value, const struct reel_config_key *key,
    void *base)
{
	char *field = (char *)base + key->offset;
	enum reel_status rc;
	int64_t number;

	switch (key->kind) {
	case REEL_CONFIG_STRING:
	case REEL_CONFIG_PATH:
		return (read_string(rd, value, key->kind == REEL_CONFIG_PATH,
		    (char **)(void *)field));
	case REEL_CONFIG_NUMBER:
		return (read_number(rd, value, key, (int64_t *)(void *)field));
	case REEL_CONFIG_INT:
		if ((rc = read_number(rd, value, key, &number)) == REEL_OK)
			*(int *)(void *)field = (int)number;
		return (rc);
	case REEL_CONFIG_BOOL:
		if (!cJSON_IsBool(value))
			return (refuse(rd, "expected true or false"));
		*(int *)(void *)field = cJSON_IsTrue(value);
		return (REEL_OK);
	case REEL_CONFIG_LIST:
		return (read_words(rd, value, (char ***)(void *)field));
	case REEL_CONFIG_WORD:
		return (read_word(
		    rd, value, key->words, (int *)(void *)field));
	case REEL_CONFIG_OBJECT:
		return (read_object(rd, value, key->sub, base));
	case REEL_CONFIG_ROOTS:
		return (read_roots(rd, value, key->sub));
	}

	return (REEL_OK);
}

static enum reel_status
read_object(struct reading *rd, const cJSON *object, const struct reel_config_key *keys,
    void *base)
{
	const cJSON *value;
	const struct reel_config_key *key;
	enum reel_status rc;
	uint64_t seen = 0;
	size_t n = 0;

	if (!cJSON_IsObject(object))
		return (refuse(rd, "expected an object in { }"));
	cJSON_ArrayForEach (value, object) {
		step_in(rd, value->string, n++);
		for (key = keys; key->name != NULL; key++)
			if (strcmp(key->name, value->string) == 0)
				break;
		if (key->name == NULL)
			rc = unknown_key(rd, keys);
		else if (seen & (UINT64_C(1) << (key - keys)))
			rc = refuse(rd, "is there twice: keep one");
		else
			rc = read_value(rd, value, key, base);
		seen |= UINT64_C(1) << (key - keys);
		rd->depth--;
		if (rc != REEL_OK)
			return (rc);
	}

	return (REEL_OK);
}

static enum reel_status
read_roots(struct reading *rd, const cJSON *value,
    const struct reel_config_key *keys)
{
	struct reel_config_root *root;
	const cJSON *entry;
	enum reel_status rc;
	size_t n = 0;

	if (!cJSON_IsArray(value))
		return (refuse(rd, "expected a list of objects"));
	cJSON_ArrayForEach (entry, value) {
		root = reel_config_new_root(rd->config);
		step_in(rd, NULL, n++);
		rc = read_object(rd, entry, keys, root);
		if (rc == REEL_OK && root->path == NULL)
			rc = refuse(rd, "has no \"path\"");
		/* The last name of the folder, as with --root. */
		if (rc == REEL_OK && root->name == NULL)
			root->name = reel_mem_str(strrchr(root->path, '/') + 1);
		if (rc == REEL_OK && root->name[0] == '\0')
			rc = refuse(rd, "has no \"name\"");
		rd->depth--;
		if (rc != REEL_OK)
			return (rc);
	}

	return (REEL_OK);
}

static enum reel_status
read_text(struct reading *rd)
{
	enum reel_status rc;

	rc = reel_file_read(rd->path, FILE_MAX_BYTES, &rd->text);
	if (rc == REEL_IO)
		reel_buf_fmt(rd->why, "cannot read configuration %s (%s): name a "
		    "file with --config, or folders with --root", rd->path,
		    strerror(errno));
	else if (rc != REEL_OK)
		reel_buf_fmt(rd->why, "configuration %s is no regular file of at "
		    "most 1 MiB: name a JSON file with --config", rd->path);

	return (rc == REEL_OK ? REEL_OK : REEL_BAD_INPUT);
}

static enum reel_status
syntax_error(struct reading *rd, size_t offset, const char *what)
{

	reel_buf_fmt(rd->why, "%s:%zu: not JSON: %s", rd->path,
	    reel_lines_at(rd->text.data,
	    offset < rd->text.len ? offset : rd->text.len - 1), what);

	return (REEL_BAD_INPUT);
}

enum reel_status
reel_config_load(
    const char *path, struct reel_config *config, struct reel_buf *why)
{
	struct reading rd = {.path = path, .config = config, .why = why};
	cJSON *json = NULL;
	const char *text, *end = NULL;
	enum reel_status rc;
	size_t len, offset;

	reel_buf_init(&rd.text);
	if ((rc = read_text(&rd)) != REEL_OK)
		goto out;
	/* cJSON looks at nothing of a text without bytes. */
	reel_buf_chr(&rd.text, '\n');
	text = rd.text.data;
	len = rd.text.len;
	json = cJSON_ParseWithLengthOpts(text, len, &end, 0);
	offset = end != NULL ? (size_t)(end - text) : 0;
	while (offset < len && memchr(" \t\r\n", text[offset], 4) != NULL)
		offset++;
	if (json == NULL) {
		rc = syntax_error(&rd, offset,
		    reel_lines_explain(text, len, offset));
		goto out;
	}
	if (offset < len) {
		rc = syntax_error(&rd, offset, "something follows the last bracket");
		goto out;
	}
	if (reel_lines_nul(text, len, &offset)) {
		rc = syntax_error(&rd, offset, "a string holds \\u0000");
		goto out;
	}
	rc = read_object(&rd, json, reel_config_keys, config);
out:
	cJSON_Delete(json);
	reel_buf_clear(&rd.text);

	return (rc);
}
