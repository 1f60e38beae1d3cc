#include "shared/reel_item.h"

#include <string.h>

/*
 * The words of items.  Numbers are for the book, words for the API; both are
 * promises and never change.  The endings are only a first guess: what a file
 * really is, a probe says, and it may overrule the guess.
 */

static const char *const type_words[REEL_TYPE_COUNT] = {
	[REEL_TYPE_UNKNOWN] = "unknown",
	[REEL_TYPE_DIRECTORY] = "directory",
	[REEL_TYPE_VIDEO] = "video",
	[REEL_TYPE_AUDIO] = "audio",
	[REEL_TYPE_IMAGE] = "image",
	[REEL_TYPE_SUBTITLE] = "subtitle",
	[REEL_TYPE_PLAYLIST] = "playlist",
	[REEL_TYPE_HLS_DIRECTORY] = "hls_directory",
	[REEL_TYPE_SEGMENT] = "segment"
};

#define ENDING_MAX REEL_ITEM_ENDING_MAX

/*
 * Sorted by bytes, for a binary search.  Left out are endings that mean
 * something else far more often ("raw", "it", "rec").  Segments look like
 * videos ("ts", "m4s"): which ones they are, a playlist tells.
 */
static const struct {
	char ending[ENDING_MAX + 1];
	unsigned char type;
} endings[] = {
	{ "264", REEL_TYPE_VIDEO }, { "265", REEL_TYPE_VIDEO },
	{ "3g2", REEL_TYPE_VIDEO }, { "3gp", REEL_TYPE_VIDEO },
	{ "aa", REEL_TYPE_AUDIO }, { "aac", REEL_TYPE_AUDIO },
	{ "aax", REEL_TYPE_AUDIO }, { "ac3", REEL_TYPE_AUDIO },
	{ "adts", REEL_TYPE_AUDIO }, { "aif", REEL_TYPE_AUDIO },
	{ "aifc", REEL_TYPE_AUDIO }, { "aiff", REEL_TYPE_AUDIO },
	{ "alac", REEL_TYPE_AUDIO }, { "amr", REEL_TYPE_AUDIO },
	{ "amv", REEL_TYPE_VIDEO }, { "ape", REEL_TYPE_AUDIO },
	{ "apng", REEL_TYPE_IMAGE }, { "aqt", REEL_TYPE_SUBTITLE },
	{ "arw", REEL_TYPE_IMAGE }, { "asf", REEL_TYPE_VIDEO },
	{ "ass", REEL_TYPE_SUBTITLE }, { "asx", REEL_TYPE_PLAYLIST },
	{ "au", REEL_TYPE_AUDIO }, { "av1", REEL_TYPE_VIDEO },
	{ "avi", REEL_TYPE_VIDEO }, { "avif", REEL_TYPE_IMAGE },
	{ "avifs", REEL_TYPE_IMAGE }, { "awb", REEL_TYPE_AUDIO },
	{ "bik", REEL_TYPE_VIDEO }, { "bk2", REEL_TYPE_VIDEO },
	{ "bmp", REEL_TYPE_IMAGE }, { "caf", REEL_TYPE_AUDIO },
	{ "cdxl", REEL_TYPE_VIDEO }, { "cmfa", REEL_TYPE_AUDIO },
	{ "cmfv", REEL_TYPE_VIDEO }, { "cr2", REEL_TYPE_IMAGE },
	{ "cr3", REEL_TYPE_IMAGE }, { "cue", REEL_TYPE_PLAYLIST },
	{ "cur", REEL_TYPE_IMAGE }, { "dds", REEL_TYPE_IMAGE },
	{ "dff", REEL_TYPE_AUDIO }, { "dfxp", REEL_TYPE_SUBTITLE },
	{ "dib", REEL_TYPE_IMAGE }, { "divx", REEL_TYPE_VIDEO },
	{ "dng", REEL_TYPE_IMAGE }, { "dsf", REEL_TYPE_AUDIO },
	{ "dts", REEL_TYPE_AUDIO }, { "dtshd", REEL_TYPE_AUDIO },
	{ "dv", REEL_TYPE_VIDEO }, { "dvr-ms", REEL_TYPE_VIDEO },
	{ "eac3", REEL_TYPE_AUDIO }, { "ec3", REEL_TYPE_AUDIO },
	{ "evo", REEL_TYPE_VIDEO }, { "exr", REEL_TYPE_IMAGE },
	{ "f4a", REEL_TYPE_AUDIO }, { "f4p", REEL_TYPE_VIDEO },
	{ "f4v", REEL_TYPE_VIDEO }, { "flac", REEL_TYPE_AUDIO },
	{ "flc", REEL_TYPE_VIDEO }, { "fli", REEL_TYPE_VIDEO },
	{ "flv", REEL_TYPE_VIDEO }, { "gif", REEL_TYPE_IMAGE },
	{ "gxf", REEL_TYPE_VIDEO }, { "h261", REEL_TYPE_VIDEO },
	{ "h263", REEL_TYPE_VIDEO }, { "h264", REEL_TYPE_VIDEO },
	{ "h265", REEL_TYPE_VIDEO }, { "heic", REEL_TYPE_IMAGE },
	{ "heif", REEL_TYPE_IMAGE }, { "hevc", REEL_TYPE_VIDEO },
	{ "hif", REEL_TYPE_IMAGE }, { "ico", REEL_TYPE_IMAGE },
	{ "idx", REEL_TYPE_SUBTITLE }, { "ismv", REEL_TYPE_VIDEO },
	{ "itt", REEL_TYPE_SUBTITLE }, { "ivf", REEL_TYPE_VIDEO },
	{ "ivr", REEL_TYPE_VIDEO }, { "j2k", REEL_TYPE_IMAGE },
	{ "jfif", REEL_TYPE_IMAGE }, { "jif", REEL_TYPE_IMAGE },
	{ "jp2", REEL_TYPE_IMAGE }, { "jpe", REEL_TYPE_IMAGE },
	{ "jpeg", REEL_TYPE_IMAGE }, { "jpf", REEL_TYPE_IMAGE },
	{ "jpg", REEL_TYPE_IMAGE }, { "jpm", REEL_TYPE_IMAGE },
	{ "jpx", REEL_TYPE_IMAGE }, { "jss", REEL_TYPE_SUBTITLE },
	{ "jxl", REEL_TYPE_IMAGE }, { "lrc", REEL_TYPE_SUBTITLE },
	{ "m2t", REEL_TYPE_VIDEO }, { "m2ts", REEL_TYPE_VIDEO },
	{ "m2v", REEL_TYPE_VIDEO }, { "m3u", REEL_TYPE_PLAYLIST },
	{ "m3u8", REEL_TYPE_PLAYLIST }, { "m4a", REEL_TYPE_AUDIO },
	{ "m4b", REEL_TYPE_AUDIO }, { "m4r", REEL_TYPE_AUDIO },
	{ "m4s", REEL_TYPE_VIDEO }, { "m4v", REEL_TYPE_VIDEO },
	{ "mcc", REEL_TYPE_SUBTITLE }, { "mj2", REEL_TYPE_VIDEO },
	{ "mjpeg", REEL_TYPE_VIDEO }, { "mjpg", REEL_TYPE_VIDEO },
	{ "mk3d", REEL_TYPE_VIDEO }, { "mka", REEL_TYPE_AUDIO },
	{ "mks", REEL_TYPE_SUBTITLE }, { "mkv", REEL_TYPE_VIDEO },
	{ "mlp", REEL_TYPE_AUDIO }, { "mod", REEL_TYPE_VIDEO },
	{ "mov", REEL_TYPE_VIDEO }, { "mp1", REEL_TYPE_AUDIO },
	{ "mp2", REEL_TYPE_AUDIO }, { "mp3", REEL_TYPE_AUDIO },
	{ "mp4", REEL_TYPE_VIDEO }, { "mp4v", REEL_TYPE_VIDEO },
	{ "mpa", REEL_TYPE_AUDIO }, { "mpc", REEL_TYPE_AUDIO },
	{ "mpcpl", REEL_TYPE_PLAYLIST }, { "mpd", REEL_TYPE_PLAYLIST },
	{ "mpe", REEL_TYPE_VIDEO }, { "mpeg", REEL_TYPE_VIDEO },
	{ "mpg", REEL_TYPE_VIDEO }, { "mpl2", REEL_TYPE_SUBTITLE },
	{ "mpp", REEL_TYPE_AUDIO }, { "mpsub", REEL_TYPE_SUBTITLE },
	{ "mpv", REEL_TYPE_VIDEO }, { "mts", REEL_TYPE_VIDEO },
	{ "mxf", REEL_TYPE_VIDEO }, { "mxg", REEL_TYPE_VIDEO },
	{ "nef", REEL_TYPE_IMAGE }, { "nsv", REEL_TYPE_VIDEO },
	{ "nut", REEL_TYPE_VIDEO }, { "obu", REEL_TYPE_VIDEO },
	{ "oga", REEL_TYPE_AUDIO }, { "ogg", REEL_TYPE_AUDIO },
	{ "ogm", REEL_TYPE_VIDEO }, { "ogv", REEL_TYPE_VIDEO },
	{ "ogx", REEL_TYPE_VIDEO }, { "opus", REEL_TYPE_AUDIO },
	{ "orf", REEL_TYPE_IMAGE }, { "pbm", REEL_TYPE_IMAGE },
	{ "pcx", REEL_TYPE_IMAGE }, { "pgm", REEL_TYPE_IMAGE },
	{ "pgs", REEL_TYPE_SUBTITLE }, { "pjs", REEL_TYPE_SUBTITLE },
	{ "pls", REEL_TYPE_PLAYLIST }, { "png", REEL_TYPE_IMAGE },
	{ "pnm", REEL_TYPE_IMAGE }, { "ppm", REEL_TYPE_IMAGE },
	{ "psb", REEL_TYPE_SUBTITLE }, { "psd", REEL_TYPE_IMAGE },
	{ "qoi", REEL_TYPE_IMAGE }, { "qt", REEL_TYPE_VIDEO },
	{ "ra", REEL_TYPE_AUDIO }, { "raf", REEL_TYPE_IMAGE },
	{ "rm", REEL_TYPE_VIDEO }, { "rmvb", REEL_TYPE_VIDEO },
	{ "roq", REEL_TYPE_VIDEO }, { "rw2", REEL_TYPE_IMAGE },
	{ "s3m", REEL_TYPE_AUDIO }, { "sami", REEL_TYPE_SUBTITLE },
	{ "sbv", REEL_TYPE_SUBTITLE }, { "scc", REEL_TYPE_SUBTITLE },
	{ "sgi", REEL_TYPE_IMAGE }, { "smi", REEL_TYPE_SUBTITLE },
	{ "smil", REEL_TYPE_PLAYLIST }, { "smk", REEL_TYPE_VIDEO },
	{ "snd", REEL_TYPE_AUDIO }, { "spx", REEL_TYPE_AUDIO },
	{ "srt", REEL_TYPE_SUBTITLE }, { "ssa", REEL_TYPE_SUBTITLE },
	{ "stl", REEL_TYPE_SUBTITLE }, { "sub", REEL_TYPE_SUBTITLE },
	{ "sup", REEL_TYPE_SUBTITLE }, { "svg", REEL_TYPE_IMAGE },
	{ "svgz", REEL_TYPE_IMAGE }, { "tak", REEL_TYPE_AUDIO },
	{ "tga", REEL_TYPE_IMAGE }, { "thd", REEL_TYPE_AUDIO },
	{ "tif", REEL_TYPE_IMAGE }, { "tiff", REEL_TYPE_IMAGE },
	{ "tod", REEL_TYPE_VIDEO }, { "tp", REEL_TYPE_VIDEO },
	{ "trp", REEL_TYPE_VIDEO }, { "truehd", REEL_TYPE_AUDIO },
	{ "ts", REEL_TYPE_VIDEO }, { "tta", REEL_TYPE_AUDIO },
	{ "ttml", REEL_TYPE_SUBTITLE }, { "ttxt", REEL_TYPE_SUBTITLE },
	{ "usf", REEL_TYPE_SUBTITLE }, { "vc1", REEL_TYPE_VIDEO },
	{ "vdr", REEL_TYPE_VIDEO }, { "viv", REEL_TYPE_VIDEO },
	{ "vob", REEL_TYPE_VIDEO }, { "voc", REEL_TYPE_AUDIO },
	{ "vp8", REEL_TYPE_VIDEO }, { "vp9", REEL_TYPE_VIDEO },
	{ "vro", REEL_TYPE_VIDEO }, { "vtt", REEL_TYPE_SUBTITLE },
	{ "w64", REEL_TYPE_AUDIO }, { "wav", REEL_TYPE_AUDIO },
	{ "wave", REEL_TYPE_AUDIO }, { "wax", REEL_TYPE_PLAYLIST },
	{ "wbmp", REEL_TYPE_IMAGE }, { "weba", REEL_TYPE_AUDIO },
	{ "webm", REEL_TYPE_VIDEO }, { "webp", REEL_TYPE_IMAGE },
	{ "webvtt", REEL_TYPE_SUBTITLE }, { "wm", REEL_TYPE_VIDEO },
	{ "wma", REEL_TYPE_AUDIO }, { "wmv", REEL_TYPE_VIDEO },
	{ "wpl", REEL_TYPE_PLAYLIST }, { "wtv", REEL_TYPE_VIDEO },
	{ "wv", REEL_TYPE_AUDIO }, { "wvx", REEL_TYPE_PLAYLIST },
	{ "xbm", REEL_TYPE_IMAGE }, { "xm", REEL_TYPE_AUDIO },
	{ "xmv", REEL_TYPE_VIDEO }, { "xpm", REEL_TYPE_IMAGE },
	{ "xspf", REEL_TYPE_PLAYLIST }, { "y4m", REEL_TYPE_VIDEO }
};
#define ENDINGS (sizeof(endings) / sizeof(endings[0]))

const char *
reel_item_type_name(enum reel_type type)
{

	/* A number from a book may be anything. */
	if ((unsigned)type >= REEL_TYPE_COUNT)
		return (type_words[REEL_TYPE_UNKNOWN]);
	return (type_words[type]);
}

int
reel_item_type_parse(const char *word, size_t len)
{
	int type;

	for (type = 0; type < REEL_TYPE_COUNT; type++)
		if (strlen(type_words[type]) == len &&
		    memcmp(type_words[type], word, len) == 0)
			return (type);
	return (-1);
}

/* Copy the ending in lower case, padded with NULs; zero if it is none. */
static int
ending_of(const char *name, size_t len, char ending[ENDING_MAX + 1])
{
	size_t i, n;
	char c;

	for (n = 0; n < len && name[len - 1 - n] != '.'; n++)
		if (n == ENDING_MAX)
			return (0);

	/* No dot; nothing behind it; or a hidden file called ".mp4". */
	if (n == len || n == 0 || n + 1 == len)
		return (0);

	memset(ending, 0, ENDING_MAX + 1);
	for (i = 0; i < n; i++) {
		c = name[len - n + i];
		if (c == '\0')
			return (0);
		ending[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	return (1);
}

enum reel_type
reel_item_type_guess(const char *name, size_t len)
{
	char ending[ENDING_MAX + 1];
	size_t low = 0, high = ENDINGS, middle;
	int cmp;

	if (!ending_of(name, len, ending))
		return (REEL_TYPE_UNKNOWN);

	while (low < high) {
		middle = low + (high - low) / 2;
		cmp = memcmp(ending, endings[middle].ending, sizeof(ending));
		if (cmp == 0)
			return ((enum reel_type)endings[middle].type);
		if (cmp < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return (REEL_TYPE_UNKNOWN);
}

static unsigned char
capital(char c)
{

	return ((unsigned char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c));
}

/* The first spelling of ${ending} that is not before ${rest}; zero: none. */
static int
spell_from(const char *ending, const char *rest, size_t len, char *out)
{
	size_t i, n = strlen(ending), other = n;
	unsigned char c;
	int order = 0;

	for (i = 0; order == 0 && i < n && i < len; i++) {
		c = (unsigned char)rest[i];
		out[i] = capital(ending[i]) >= c ? (char)capital(ending[i])
		                                 : ending[i];
		order = (unsigned char)out[i] - c;
		if (order == 0 && out[i] != ending[i])
			other = i;
	}
	/* Too early: a small letter in the place of the last capital. */
	if (order < 0 || (order == 0 && len > n)) {
		if (other == n)
			return (0);
		i = other;
		out[i] = ending[i];
		i++;
	}
	for (; i < n; i++)
		out[i] = (char)capital(ending[i]);
	return (1);
}

size_t
reel_item_ending_from(
    const char *rest, size_t len, char ending[REEL_ITEM_ENDING_MAX])
{
	char first[ENDING_MAX + 1], spelled[ENDING_MAX + 1];
	size_t i;

	memset(first, 0, sizeof(first));
	for (i = 0; i < ENDINGS; i++) {
		if (endings[i].type != REEL_TYPE_VIDEO &&
		    endings[i].type != REEL_TYPE_AUDIO &&
		    endings[i].type != REEL_TYPE_IMAGE)
			continue;
		memset(spelled, 0, sizeof(spelled));
		if (spell_from(endings[i].ending, rest, len, spelled) &&
		    (first[0] == '\0' ||
		        memcmp(spelled, first, sizeof(first)) < 0))
			memcpy(first, spelled, sizeof(first));
	}
	memcpy(ending, first, REEL_ITEM_ENDING_MAX);
	return (strnlen(first, sizeof(first)));
}

const char *
reel_item_state_name(enum reel_state state)
{

	switch (state) {
	case REEL_STATE_NEW:
		return ("new");
	case REEL_STATE_GROWING:
		return ("growing");
	case REEL_STATE_READY:
		return ("ready");
	case REEL_STATE_FAILED:
		return ("failed");
	}

	/* From a book that says more than we know: not ready is the safe one. */
	return ("new");
}

const char *
reel_item_op_name(enum reel_op op)
{

	switch (op) {
	case REEL_OP_PUT:
		return ("put");
	case REEL_OP_MOVE:
		return ("move");
	case REEL_OP_DROP:
		return ("drop");
	}
	return ("unknown");
}
