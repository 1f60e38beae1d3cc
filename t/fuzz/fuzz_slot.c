/* links: indexer/reel_slot.c indexer/reel_slot_judge.c indexer/reel_slot_time.c indexer/reel_slot_send.c indexer/reel_piece.c indexer/reel_board.c indexer/reel_whole.c indexer/reel_bytes.c indexer/reel_log.c indexer/reel_mem.c shared/reel_wire.c shared/reel_key.c shared/reel_facts.c shared/reel_escape.c shared/reel_buf.c shared/reel_item.c shared/reel_stream.c shared/reel_plan.c shared/reel_playlist.c shared/reel_playlist_tag.c shared/reel_playlist_text.c */
/*
 * A worker that says anything at all, as the indexer hears it: packets of the
 * input, a length before each.  Whatever it says, the job has one outcome at most,
 * one that is well formed; nothing is left open, nothing waits for ever.  The loop
 * and the process are played here.
 */
#include <sys/socket.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_escape.h"
#include "shared/reel_facts.h"
#include "shared/reel_stream.h"

#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_slot.h"
#include "indexer/reel_spawn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TIMERS 4

static struct {
	void (*on_readable)(void *cookie, int fd);
	void *fd_cookie;
	int fd;
	struct {
		void (*on_time)(void *cookie);
		void *cookie;
	} timers[TIMERS];
	int theirs; /* the worker's end */
	int outcomes;
	int nexts;
} scene;

int64_t
reel_loop_now_ms(struct reel_loop *loop)
{

	(void)loop;

	return (1000);
}

void
reel_loop_fd(struct reel_loop *loop, int fd,
    void (*on_readable)(void *cookie, int fd), void *cookie)
{

	(void)loop;
	scene.fd = fd;
	scene.on_readable = on_readable;
	scene.fd_cookie = cookie;
}

void
reel_loop_timer(struct reel_loop *loop, int64_t after_ms,
    void (*on_time)(void *cookie), void *cookie)
{
	int i, free_one = -1;

	(void)loop;
	for (i = 0; i < TIMERS; i++) {
		if (scene.timers[i].on_time == on_time &&
		    scene.timers[i].cookie == cookie)
			break;
		if (scene.timers[i].on_time == NULL)
			free_one = i;
	}
	if (i == TIMERS)
		i = free_one;
	if (i == -1)
		abort();
	scene.timers[i].on_time = after_ms < 0 ? NULL : on_time;
	scene.timers[i].cookie = cookie;
}

/* No process: one that was reaped at once. */
int
reel_nursery_bear(struct reel_nursery *nursery, struct reel_birth *birth,
    int64_t timeout_ms, int *sock)
{
	int pair[2];

	(void)nursery;
	(void)birth;
	(void)timeout_ms;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) != 0)
		abort();
	*sock = pair[0];
	scene.theirs = pair[1];

	return (0);
}

void
reel_nursery_crashed(struct reel_nursery *nursery)
{

	(void)nursery;
}

void
reel_spawn_explain(int status, char *text, size_t size)
{

	(void)status;
	strncpy(text, "it ended", size);
}

static void
on_greeted(struct reel_slot *slot)
{

	(void)slot;
}

static void
on_outcome(struct reel_slot *slot, enum reel_status status,
    const struct reel_facts *facts, const char *reason)
{

	if (++scene.outcomes != 1)
		abort();
	if (status != REEL_OK) {
		if (reason == NULL || reason[0] == '\0' ||
		    strlen(reason) > REEL_WIRE_REASON_MAX ||
		    !reel_escape_utf8_ok(reason, strlen(reason)))
			abort();
	} else if (slot->kind == REEL_WIRE_PROBE) {
		if (reel_facts_check(facts, sizeof(*facts)) != REEL_OK)
			abort();
	} else if (slot->kind == REEL_WIRE_PICTURE) {
		if (slot->picture.bytes.len < REEL_KEY_BYTES ||
		    REEL_PIECE_LEN(&slot->picture) > REEL_WIRE_PICTURE_MAX)
			abort();
	} else if (slot->kind == REEL_WIRE_PLAYLIST) {
		if (reel_stream_check(REEL_PIECE_STREAM(&slot->picture),
		    slot->picture.bytes.len) != REEL_OK)
			abort();
	} else if (slot->kind == REEL_WIRE_PLAN) {
		if (reel_plan_check(REEL_PIECE_PLAN(&slot->picture),
		    slot->picture.bytes.len) != REEL_OK)
			abort();
	} else if (slot->picture.bytes.len !=
	    REEL_KEY_BYTES + sizeof(struct reel_wire_tile))
		abort();
	reel_piece_clear(&slot->picture);
}

static void
on_sheet(void *cookie, int64_t job, int sheet, const struct reel_piece *piece)
{

	(void)cookie;
	(void)job;
	if (sheet < 1 || piece->bytes.len < REEL_KEY_BYTES ||
	    REEL_PIECE_LEN(piece) > REEL_WIRE_SHEET_MAX)
		abort();
}

/* Of a stream of seven files. */
static int
on_next(void *cookie, int64_t job)
{

	(void)cookie;
	(void)job;
	if (scene.nexts > 7)
		abort();

	return (scene.nexts++ < 7);
}

/* Until nothing is due; what waits for time gets it. */
static void
turn(void)
{
	void (*on_time)(void *cookie);
	int i, due;

	do {
		due = 0;
		for (i = 0; i < TIMERS; i++) {
			on_time = scene.timers[i].on_time;
			if (on_time == NULL)
				continue;
			due = 1;
			scene.timers[i].on_time = NULL;
			on_time(scene.timers[i].cookie);
		}
	} while (due);
}

/*
 * What a worker knows need not be guessed: version and lengths; and a second
 * byte of 1 lays what follows over facts that are good.
 */
static void
say(const uint8_t *data, size_t size)
{
	static uint8_t packet[sizeof(struct reel_wire_header) + 65536];
	struct reel_wire_header header;
	struct reel_facts facts;
	size_t at;

	if (size > sizeof(packet))
		size = sizeof(packet);
	memcpy(packet, data, size);
	if (size >= sizeof(header) + 2 && size < sizeof(header) + 1000 &&
	    packet[1] == 1) {
		packet[1] = 0;
		reel_facts_init(&facts);
		facts.type = REEL_TYPE_VIDEO;
		at = (size_t)packet[sizeof(header)] * 64;
		memcpy((uint8_t *)&facts + at, packet + sizeof(header) + 1,
		    size - sizeof(header) - 1);
		memcpy(packet + sizeof(header), &facts, sizeof(facts));
		size = sizeof(header) + sizeof(facts);
	}
	if (size >= sizeof(header)) {
		memcpy(&header, packet, sizeof(header));
		header.version ^= REEL_WIRE_VERSION;
		/* A length of 0 stands for the right one. */
		if (header.len == 0)
			header.len = (uint32_t)(size - sizeof(header));
		memcpy(packet, &header, sizeof(header));
	}
	(void)send(scene.theirs, packet, size, MSG_NOSIGNAL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum reel_wire_kind kinds[] = {REEL_WIRE_PROBE,
	    REEL_WIRE_PICTURE, REEL_WIRE_PLAYLIST, REEL_WIRE_STORYBOARD,
	    REEL_WIRE_PLAN};
	static union reel_slot_packet packet;
	static int quiet;
	struct reel_slot slot;
	size_t len;
	int lowest, next, file;

	if (!quiet)
		quiet = reel_log_open("/dev/null", REEL_LOG_ERR) == 0;
	lowest = open("/dev/null", O_RDONLY);
	close(lowest);
	if (size < 1)
		return (0);
	memset(&scene, 0, sizeof(scene));
	scene.fd = scene.theirs = -1;
	reel_slot_init(&slot, NULL);
	slot.packet = &packet;
	slot.on_outcome = on_outcome;
	slot.on_greeted = on_greeted;
	slot.job = 0;
	slot.kind = kinds[data[0] % (sizeof(kinds) / sizeof(kinds[0]))];
	slot.making.box = 320;
	slot.board = (struct reel_wire_board){.box = 160, .quality = 80,
	    .columns = 2, .rows = 2, .step_ms = 10000};
	slot.length_ms = 55000;
	slot.on_sheet = on_sheet;
	slot.on_next = data[0] & 128 ? on_next : NULL;
	data++;
	size--;
	file = open("/dev/null", O_RDONLY);
	reel_slot_hand(&slot, "worker", 1000, file, REEL_TYPE_VIDEO, "a.mp4");
	while (size >= 2 && scene.on_readable != NULL) {
		len = (size_t)data[0] << 8 | data[1];
		data += 2;
		size -= 2;
		if (len > size)
			len = size;
		say(data, len);
		data += len;
		size -= len;
		/* As the loop does: while there is something to hear. */
		if (scene.on_readable != NULL)
			scene.on_readable(scene.fd_cookie, scene.fd);
	}
	/* It goes; and if it does not, the deadline comes. */
	close(scene.theirs);
	if (scene.on_readable != NULL)
		scene.on_readable(scene.fd_cookie, scene.fd);
	turn();
	if (scene.outcomes != 1)
		abort();
	reel_slot_end(&slot);
	turn();
	next = open("/dev/null", O_RDONLY);
	close(next);
	if (next != lowest)
		abort();

	return (0);
}
