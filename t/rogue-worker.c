/*
 * reel-worker as it would be if a file had taken it over: all of it is real, the
 * sandbox too, but for the reading of files.  One that begins with "rogue:WHAT\n"
 * makes it try WHAT, or lie about what it is asked for, to be seen by whoever
 * believes it; any other file is read as ever.  Linked with --wrap (see the
 * Makefile); of use to t/e2e/84-rogue.sh alone.
 */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_key.h"
#include "shared/reel_wire.h"

#include "indexer/reel_board.h"
#include "indexer/reel_board_lavf.h"
#include "indexer/reel_content.h"
#include "indexer/reel_picture_lavf.h"
#include "indexer/reel_probe_lavf.h"
#include "indexer/reel_source_lavf.h"
#include "indexer/reel_stream_file.h"

#define TILE_WIDTH 160
#define TILE_HEIGHT 90
#define LENGTH_MS 60000 /* of a film that is none */

enum reel_status __real_reel_probe_lavf_file(int fd, enum reel_type type,
    const char *ending, int64_t timeout_ms, struct reel_facts *facts,
    char *reason);
enum reel_status __wrap_reel_probe_lavf_file(int fd, enum reel_type type,
    const char *ending, int64_t timeout_ms, struct reel_facts *facts,
    char *reason);

enum reel_status __real_reel_picture_file(int fd, enum reel_type type,
    const struct reel_wire_making *making, int64_t timeout_ms,
    unsigned char *bytes, size_t cap, size_t *len, char *reason);
enum reel_status __wrap_reel_picture_file(int fd, enum reel_type type,
    const struct reel_wire_making *making, int64_t timeout_ms,
    unsigned char *bytes, size_t cap, size_t *len, char *reason);
enum reel_status __real_reel_board_file(const struct reel_board_part *first,
    const struct reel_wire_board *how, int64_t length_ms, int64_t timeout_ms,
    const struct reel_board_sink *sink, struct reel_wire_tile *tile,
    char *reason);
enum reel_status __wrap_reel_board_file(const struct reel_board_part *first,
    const struct reel_wire_board *how, int64_t length_ms, int64_t timeout_ms,
    const struct reel_board_sink *sink, struct reel_wire_tile *tile,
    char *reason);
enum reel_status __real_reel_content_load(int fd, int64_t size);
enum reel_status __wrap_reel_content_load(int fd, int64_t size);
void __real_reel_content_picture(
    const struct reel_wire_making *making, unsigned char *key);
void __wrap_reel_content_picture(
    const struct reel_wire_making *making, unsigned char *key);
void __real_reel_content_board(
    const struct reel_wire_board *board, unsigned char *key);
void __wrap_reel_content_board(
    const struct reel_wire_board *board, unsigned char *key);
enum reel_status __real_reel_stream_file(int fd, const char *ending,
    int64_t timeout_ms, struct reel_stream_answer *answer, size_t *len,
    char *reason);
enum reel_status __wrap_reel_stream_file(int fd, const char *ending,
    int64_t timeout_ms, struct reel_stream_answer *answer, size_t *len,
    char *reason);

/* What the file asks for, into ${what}, which holds 32 bytes; zero: nothing. */
static int
asks(int fd, char *what)
{

	memset(what, 0, 32);
	if (pread(fd, what, 31, 0) < 6 || strncmp(what, "rogue:", 6) != 0)
		return (0);
	memmove(what, what + 6, 26);
	what[strcspn(what, "\n")] = '\0';

	return (1);
}

static enum reel_status
opens(char *reason)
{

	if (open("/etc/passwd", O_RDONLY) != -1)
		snprintf(reason, REEL_WIRE_REASON_MAX, "it is open");
	else
		snprintf(reason, REEL_WIRE_REASON_MAX,
		    "tried to open another file: %s", strerror(errno));

	return (REEL_BAD_INPUT);
}

static void
connects(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = 9};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)connect(fd, (struct sockaddr *)&address, sizeof(address));
}

static void
executes(void)
{
	char *const argv[] = {(char *)(uintptr_t)"true", NULL};

	(void)execv("/bin/true", argv);
}

static void
forks(void)
{

	while (fork() != -1)
		continue;
}

/* 10 GiB, a piece at a time. */
static enum reel_status
eats(char *reason)
{
	const struct reel_source nothing = {.size = 1};
	const size_t piece = (size_t)16 << 20;
	char *memory;
	int i;

	for (i = 0; i < 640; i++) {
		memory = mmap(NULL, piece, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED)
			return (reel_source_explain(&nothing, -ENOMEM, reason));
		memory[0] = 1;
	}
	snprintf(reason, REEL_WIRE_REASON_MAX, "10 GiB are mine");

	return (REEL_BAD_INPUT);
}

static void
loops(void)
{
	volatile int on = 1;

	while (on)
		continue;
}

static void
sleeps(void)
{
	int word = 0;

	(void)syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}

/* Answers to questions nobody asked, as fast as they go. */
static void
floods(void)
{
	struct reel_wire_header header = {.version = REEL_WIRE_VERSION,
	    .kind = REEL_WIRE_PROBE, .job = 4711};

	while (reel_wire_send(REEL_WIRE_FD, &header, NULL, -1) == REEL_OK)
		continue;
}

#pragma GCC diagnostic ignored "-Winfinite-recursion"
static void
sinks(volatile char *above)
{
	volatile char here[4096];

	here[0] = above[0];
	sinks(here);
	here[1] = above[1];
}

static void
crashes(void)
{
	volatile char *nothing = NULL;

	*nothing = 1;
}

/* What a film claims as its own: whole keys of others; all zero: nothing. */
static unsigned char claims[2][REEL_KEY_BYTES];
static int probed; /* what comes next belongs to facts */

enum reel_status
__wrap_reel_content_load(int fd, int64_t size)
{
	char text[200], what[32], *name;

	memset(claims, 0, sizeof(claims));
	memset(text, 0, sizeof(text));
	if (asks(fd, what) && strncmp(what, "claim", 5) == 0 &&
	    !(probed && strcmp(what, "claim-late") == 0) &&
	    pread(fd, text, sizeof(text) - 1, 0) > 0 &&
	    strtok_r(text, "\n", &name) != NULL) {
		/* A picture's name, then a track's, a line each. */
		(void)reel_key_parse(
		    name, (size_t)(strchrnul(name, '\n') - name), claims[0]);
		name = strchrnul(name, '\n');
		name += *name != '\0';
		(void)reel_key_board_parse(
		    name, (size_t)(strchrnul(name, '\n') - name), claims[1]);
	}
	probed = 0;

	return (__real_reel_content_load(fd, size));
}

void
__wrap_reel_content_picture(
    const struct reel_wire_making *making, unsigned char *key)
{

	__real_reel_content_picture(making, key);
	if (reel_key_known(claims[0]))
		memcpy(key, claims[0], REEL_KEY_BYTES);
}

void
__wrap_reel_content_board(
    const struct reel_wire_board *board, unsigned char *key)
{

	__real_reel_content_board(board, key);
	if (reel_key_known(claims[1]))
		memcpy(key, claims[1], REEL_KEY_BYTES);
}

/* A film, for which a picture and a storyboard will be asked. */
static enum reel_status
poses_as_film(struct reel_facts *facts)
{

	reel_facts_init(facts);
	facts->type = REEL_TYPE_VIDEO;
	facts->width = 320;
	facts->height = 180;
	facts->duration_ms = LENGTH_MS;
	strcpy(facts->container, "mp4");

	return (REEL_OK);
}

enum reel_status
__wrap_reel_probe_lavf_file(int fd, enum reel_type type, const char *ending,
    int64_t timeout_ms, struct reel_facts *facts, char *reason)
{
	volatile char ground[2] = {0, 0};
	char what[32];

	probed = 1;
	if (!asks(fd, what))
		return (__real_reel_probe_lavf_file(
		    fd, type, ending, timeout_ms, facts, reason));
	if (strncmp(what, "sheet-", 6) == 0 ||
	    strncmp(what, "picture-", 8) == 0 ||
	    strncmp(what, "claim", 5) == 0)
		return (poses_as_film(facts));
	if (strcmp(what, "open") == 0)
		return (opens(reason));
	if (strcmp(what, "eat") == 0)
		return (eats(reason));
	if (strcmp(what, "connect") == 0)
		connects();
	else if (strcmp(what, "exec") == 0)
		executes();
	else if (strcmp(what, "fork") == 0)
		forks();
	else if (strcmp(what, "loop") == 0)
		loops();
	else if (strcmp(what, "sleep") == 0)
		sleeps();
	else if (strcmp(what, "flood") == 0)
		floods();
	else if (strcmp(what, "sink") == 0)
		sinks(ground);
	else if (strcmp(what, "crash") == 0)
		crashes();
	/* Facts of a file nobody read: they are held against what can be. */
	reel_facts_init(facts);
	facts->type = REEL_TYPE_VIDEO;
	facts->width = -1;
	snprintf(reason, REEL_WIRE_REASON_MAX, "got away with %s", what);

	return (strcmp(what, "lie") == 0 ? REEL_OK : REEL_BAD_INPUT);
}

/* A picture that says of itself that it is so large; its length. */
static size_t
put_jpeg(unsigned char *out, unsigned int width, unsigned int height)
{
	static const unsigned char form[] =
	    "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
	    "\xff\xc0\0\x0b\x08hhww\1\1\x11\0"
	    "\xff\xda\0\x08\1\1\0\0\x3f\0\x55\x55\x55\xff\xd9";

	memcpy(out, form, sizeof(form) - 1);
	out[25] = (unsigned char)(height >> 8);
	out[26] = (unsigned char)height;
	out[27] = (unsigned char)(width >> 8);
	out[28] = (unsigned char)width;

	return (sizeof(form) - 1);
}

enum reel_status
__wrap_reel_picture_file(int fd, enum reel_type type,
    const struct reel_wire_making *making, int64_t timeout_ms,
    unsigned char *bytes, size_t cap, size_t *len, char *reason)
{
	char what[32];

	if (!asks(fd, what))
		return (__real_reel_picture_file(fd, type, making, timeout_ms,
		    bytes, cap, len, reason));
	*len = put_jpeg(bytes, 320, 180);
	if (strcmp(what, "picture-large") == 0)
		*len = put_jpeg(bytes, 60000, 60000);
	else if (strcmp(what, "picture-text") == 0)
		memset(bytes, '<', *len);

	return (REEL_OK);
}

/* A storyboard of two sheets, of four tiles and of two, is asked for. */
static int
tells_sheets(const char *what, const struct reel_board_sink *sink)
{
	unsigned int width = 2 * TILE_WIDTH, height = 2 * TILE_HEIGHT;
	int sheet, first = 1, last = 2;
	size_t len;

	if (strcmp(what, "none") == 0)
		last = 0;
	else if (strcmp(what, "few") == 0)
		last = 1;
	else if (strcmp(what, "more") == 0)
		last = 3;
	else if (strcmp(what, "endless") == 0)
		last = 1000000;
	else if (strcmp(what, "order") == 0)
		first = 2;
	else if (strcmp(what, "large") == 0)
		width = height = 60000;
	for (sheet = first; sheet <= last; sheet++) {
		len = put_jpeg(sink->jpeg, width,
		    sheet == 2 && height == 2 * TILE_HEIGHT ? TILE_HEIGHT
		                                            : height);
		if (strcmp(what, "text") == 0)
			memset(sink->jpeg, '<', len);
		else if (strcmp(what, "cut") == 0)
			len -= 5;
		/* It lies just before. */
		else if (strcmp(what, "key") == 0 && sheet == 2)
			sink->jpeg[-1] ^= 1;
		if (!sink->on_sheet(sink->cookie,
		    strcmp(what, "twice") == 0 ? 1 : sheet, len))
			return (0);
	}

	return (1);
}

/* One that is all that was asked for. */
static int
tells_storyboard(const struct reel_wire_board *how, int64_t length_ms,
    const struct reel_board_sink *sink)
{
	struct reel_board board;
	int sheet;

	reel_board_plan(how, length_ms, &board);
	for (sheet = 1; sheet <= board.sheets; sheet++)
		if (!sink->on_sheet(sink->cookie, sheet, put_jpeg(sink->jpeg,
		    TILE_WIDTH * (unsigned int)board.columns, TILE_HEIGHT *
		    (unsigned int)reel_board_rows(&board, sheet))))
			return (0);

	return (1);
}

enum reel_status
__wrap_reel_board_file(const struct reel_board_part *first,
    const struct reel_wire_board *how, int64_t length_ms, int64_t timeout_ms,
    const struct reel_board_sink *sink, struct reel_wire_tile *tile,
    char *reason)
{
	char what[32];

	if (!asks(first->fd, what))
		return (__real_reel_board_file(first, how, length_ms,
		    timeout_ms, sink, tile, reason));
	*tile = (struct reel_wire_tile){TILE_WIDTH, TILE_HEIGHT};
	if (strcmp(what, "sheet-tile") == 0)
		*tile = (struct reel_wire_tile){65535, 65535};
	else if (strcmp(what, "sheet-small") == 0)
		*tile = (struct reel_wire_tile){1, 1};

	return ((strncmp(what, "sheet-", 6) == 0
	    ? tells_sheets(what + 6, sink)
	    : tells_storyboard(how, length_ms, sink)) ? REEL_OK : REEL_IO);
}

/* Files that lie elsewhere, by their numbers. */
static void
names_others(struct reel_stream_answer *answer)
{
	static const char *const names[] = {"../../secret.ts", "..",
	    "/etc/passwd", "good/index.m3u8", "", "a\0b.ts"};
	struct reel_stream *stream = &answer->stream;
	uint32_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		answer->names[i] = reel_stream_number(names[i],
		    i == 5 ? 6 : strlen(names[i]));
	stream->segments = stream->segments_count = stream->names_count = i;
	for (i = 0; i < REEL_STREAM_LOOKS_MAX; i++)
		stream->looks[i] = (struct reel_stream_look){
		    answer->names[0], answer->names[i]};
	stream->looks_count = REEL_STREAM_LOOKS_MAX;
	stream->variants[0].folder = answer->names[1];
	stream->variants[0].file = answer->names[3];
	strcpy(stream->variants[0].uri, "../good/index.m3u8");
	stream->variants_count = 1;
}

enum reel_status
__wrap_reel_stream_file(int fd, const char *ending, int64_t timeout_ms,
    struct reel_stream_answer *answer, size_t *len, char *reason)
{
	struct reel_stream *stream = &answer->stream;
	char what[32];

	if (!asks(fd, what))
		return (__real_reel_stream_file(
		    fd, ending, timeout_ms, answer, len, reason));
	memset(answer, 0, sizeof(*answer));
	reel_stream_init(stream);
	stream->kind = REEL_PLAYLIST_MEDIA;
	stream->ended = 1;
	stream->duration_ms = LENGTH_MS;
	*len = sizeof(*stream);
	if (strcmp(what, "list-names") == 0) {
		names_others(answer);
		*len += stream->names_count * sizeof(uint64_t);
	} else if (strcmp(what, "list-master") == 0) {
		names_others(answer);
		stream->kind = REEL_PLAYLIST_MASTER;
		stream->segments = stream->segments_count = 0;
		*len += stream->names_count * sizeof(uint64_t);
	} else if (strcmp(what, "list-million") == 0) {
		stream->segments = stream->segments_count =
		    stream->names_count = 1000000;
		*len += sizeof(answer->names);
	} else if (strcmp(what, "list-short") == 0) {
		stream->segments = stream->segments_count =
		    stream->names_count = 1000;
	} else if (strcmp(what, "list-long") == 0) {
		stream->duration_ms = INT64_MAX;
	} else if (strcmp(what, "list-less") == 0) {
		stream->segments = -1;
	} else if (strcmp(what, "list-kind") == 0) {
		stream->kind = (enum reel_playlist_kind)77;
	} else if (strcmp(what, "list-bytes") == 0) {
		stream->variants_count = 1;
		memset(stream->variants[0].uri, 0xff,
		    sizeof(stream->variants[0].uri) - 1);
	} else if (strcmp(what, "list-end") == 0) {
		stream->variants_count = 1;
		memset(stream->variants[0].uri, 'x',
		    sizeof(stream->variants[0].uri));
	} else if (strcmp(what, "list-variants") == 0) {
		stream->variants_count = 1000000;
	}

	return (REEL_OK);
}
