/* links: indexer/reel_export_talk.c indexer/reel_export_list.c indexer/reel_export_out.c indexer/reel_dir.c indexer/reel_log.c indexer/reel_mem.c shared/reel_wire.c shared/reel_escape.c shared/reel_buf.c shared/reel_uri.c shared/reel_path.c */
/*
 * A worker of an export that says anything at all: what it tells of a playlist
 * names only files below the folder, and its bytes go only where an mp4 grows.
 * The process is played here.
 */
#include <sys/socket.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_path.h"

#include "indexer/reel_export_list.h"
#include "indexer/reel_export_out.h"
#include "indexer/reel_export_talk.h"
#include "indexer/reel_spawn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LIMIT 4096

static int theirs = -1;
static const uint8_t *words; /* what the worker will say */
static size_t words_len;

static void say_all(const uint8_t *data, size_t size);

int
reel_spawn_worker(const char *path, long long timeout_ms, int quiet,
    pid_t *pid, int *sock)
{
	int pair[2], room = 4 << 20;

	(void)path;
	(void)timeout_ms;
	(void)quiet;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) != 0)
		abort();
	(void)setsockopt(pair[1], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	/* Nobody's: waiting for it, or ending it, fails at once. */
	*pid = 0x7ffffff0;
	*sock = pair[0];
	theirs = pair[1];
	say_all(words, words_len);
	(void)shutdown(theirs, SHUT_WR);

	return (0);
}

void
reel_spawn_explain(int status, char *text, size_t size)
{

	(void)status;
	snprintf(text, size, "it ended");
}

/* The packets of the input, a length before each, behind a good greeting. */
static void
say_all(const uint8_t *data, size_t size)
{
	static uint8_t packet[sizeof(struct reel_wire_header) + 65536];
	struct reel_wire_header header;
	struct reel_remux_note note;
	size_t len;

	memset(&header, 0, sizeof(header));
	header.version = REEL_WIRE_VERSION;
	header.kind = REEL_WIRE_PROBE;
	(void)send(theirs, &header, sizeof(header), MSG_NOSIGNAL);
	while (size >= 2) {
		len = (size_t)data[0] << 8 | data[1];
		data += 2;
		size -= 2;
		if (len > size)
			len = size;
		memcpy(packet, data, len);
		if (len >= sizeof(header)) {
			memcpy(&header, packet, sizeof(header));
			header.version ^= REEL_WIRE_VERSION;
			header.kind ^= REEL_WIRE_EXPORT;
			if (header.len == 0)
				header.len = (uint32_t)(len - sizeof(header));
			memcpy(packet, &header, sizeof(header));
		}
		/* Likewise the length of an address. */
		if (len >= sizeof(header) + sizeof(note)) {
			memcpy(&note, packet + sizeof(header), sizeof(note));
			if (note.uri_len == 0 && note.map_len == 0)
				note.uri_len = (uint32_t)(len - sizeof(header) -
				    sizeof(note));
			memcpy(packet + sizeof(header), &note, sizeof(note));
		}
		(void)send(theirs, packet, len, MSG_NOSIGNAL);
		data += len;
		size -= len;
	}
}

static void
hear_a_list(struct reel_export_talk *talk, const char *dir, struct reel_buf *why)
{
	struct reel_export_list list;
	size_t i;

	reel_export_list_init(&list);
	if (reel_export_list_read(&list, talk, dir, "a.m3u8", why) != REEL_OK &&
	    why->len == 0)
		abort();
	for (i = 0; i < list.count; i++)
		if (list.parts[i].path != NULL && reel_path_check(
		    list.parts[i].path, strlen(list.parts[i].path)) != REEL_OK)
			abort();
	(void)reel_export_list_check(&list, dir, why);
	(void)reel_export_list_best(&list, dir, REEL_REMUX_VARIANT);
	reel_export_list_clear(&list);
}

static void
hear_a_film(struct reel_export_talk *talk, const char *path,
    struct reel_buf *why)
{
	struct reel_export_out out;
	enum reel_status rc;
	struct stat st;

	if (reel_export_out_open(&out, path, why) != REEL_OK)
		abort();
	out.limit = LIMIT;
	do {
		rc = reel_export_talk_hear(talk);
		if (rc == REEL_OK && talk->header.type == REEL_REMUX_BYTES)
			rc = reel_export_out_put(&out, talk->packet.note.at,
			    talk->packet.bytes,
			    talk->len - sizeof(talk->packet.note), why);
	} while (rc == REEL_OK && talk->header.type != REEL_REMUX_DONE);
	if (fstat(out.fd, &st) != 0 || st.st_size > LIMIT ||
	    st.st_size != out.at)
		abort();
	if (rc != REEL_OK && why->len == 0)
		abort();
	(void)unlink(out.part);
	reel_export_out_close(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char dir[] = "/tmp/reel-fuzz-export-XXXXXX", path[64], list[64];
	static int made;
	struct reel_export_talk talk;
	struct reel_buf why;
	int lowest, next;

	if (!made) {
		if (mkdtemp(dir) == NULL)
			abort();
		snprintf(path, sizeof(path), "%s/a.mp4", dir);
		snprintf(list, sizeof(list), "%s/a.m3u8", dir);
		close(open(list, O_CREAT | O_WRONLY, 0600));
		made = 1;
	}
	if (size < 1)
		return (0);
	lowest = open("/dev/null", O_RDONLY);
	close(lowest);
	words = data + 1;
	words_len = size - 1;
	reel_buf_init(&why);
	if (reel_export_talk_open(&talk, "worker", &why) != REEL_OK)
		abort();
	if (data[0] % 2 == 0)
		hear_a_list(&talk, dir, &why);
	else
		hear_a_film(&talk, path, &why);
	reel_export_talk_close(&talk);
	close(theirs);
	reel_buf_clear(&why);
	next = open("/dev/null", O_RDONLY);
	close(next);
	if (next != lowest)
		abort();

	return (0);
}
