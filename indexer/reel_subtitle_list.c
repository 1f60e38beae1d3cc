#include "indexer/reel_subtitle_list.h"

#include <string.h>
#include <strings.h>

#include "indexer/reel_node.h"
#include "indexer/reel_subtitle.h"
#include "shared/reel_escape.h"

/*
 * A language is shown as it was written, only that '_' is no part of a tag; the
 * format is the ending, in small letters.
 */

static int
ends_in(const struct reel_node *node, const char *ending)
{
	size_t n = strlen(ending), cut;

	cut = reel_subtitle_cut(node->name, node->name_len);
	return (cut > 0 && node->name_len - cut - 1 == n &&
	    strncasecmp(node->name + cut + 1, ending, n) == 0);
}

/* The pictures of a VobSub, whose times stand in an .idx beside them. */
static int
is_half(const struct reel_node_list *names, const struct reel_node *node)
{
	const struct reel_node *other;
	size_t i, cut;

	if (!ends_in(node, "sub"))
		return (0);
	cut = reel_subtitle_cut(node->name, node->name_len);
	for (i = 0; i < names->count; i++) {
		other = &names->nodes[i];
		if (ends_in(other, "idx") &&
		    reel_subtitle_cut(other->name, other->name_len) == cut &&
		    memcmp(other->name, node->name, cut) == 0)
			return (1);
	}
	return (0);
}

static void
put_text(struct reel_buf *out, const char *key, const char *text, size_t len)
{

	reel_buf_fmt(out, "\"%s\":\"", key);
	reel_escape_json(out, text, len);
	reel_buf_chr(out, '"');
}

static void
put_language(struct reel_buf *out, const struct reel_subtitle *said)
{
	size_t i;

	if (said->language == NULL)
		return;
	reel_buf_str(out, ",\"language\":\"");
	for (i = 0; i < said->language_len; i++)
		reel_buf_chr(out, said->language[i] == '_'
		    ? '-' : said->language[i]);
	reel_buf_chr(out, '"');
}

static void
put_format(struct reel_buf *out, const struct reel_node *node,
    const struct reel_subtitle *said)
{
	size_t i;
	char c;

	if (ends_in(node, "idx")) {
		reel_buf_str(out, ",\"format\":\"vobsub\"");
		return;
	}
	reel_buf_str(out, ",\"format\":\"");
	for (i = 0; i < said->format_len; i++) {
		c = said->format[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		reel_escape_json(out, &c, 1);
	}
	reel_buf_chr(out, '"');
}

void
reel_subtitle_list(const struct reel_node_list *names, const char *stem,
    size_t stem_len, struct reel_buf *out)
{
	const struct reel_node *node;
	struct reel_subtitle said;
	size_t i, start = out->len;

	for (i = 0; i < names->count; i++) {
		node = &names->nodes[i];
		if (is_half(names, node))
			continue;
		reel_subtitle_read(node->name, node->name_len,
		    reel_subtitle_of(
		        node->name, node->name_len, stem, stem_len),
		    &said);
		reel_buf_str(out, out->len == start ? "[{" : ",{");
		put_text(out, "name", node->name, node->name_len);
		if (!reel_escape_utf8_ok(node->name, node->name_len)) {
			reel_buf_str(out, ",\"name_raw\":\"");
			reel_escape_uri(out, node->name, node->name_len);
			reel_buf_chr(out, '"');
		}
		put_language(out, &said);
		put_format(out, node, &said);
		if (said.forced)
			reel_buf_str(out, ",\"forced\":true");
		if (said.hearing_impaired)
			reel_buf_str(out, ",\"hearing_impaired\":true");
		reel_buf_chr(out, '}');
	}
	if (out->len > start)
		reel_buf_chr(out, ']');
}
