/* links: indexer/reel_slot_send.c indexer/reel_remux.c indexer/reel_remux_clock.c indexer/reel_remux_input_lavf.c indexer/reel_remux_lavf.c indexer/reel_stream_file.c indexer/reel_ranges.c shared/reel_stream.c shared/reel_plan.c shared/reel_playlist.c shared/reel_playlist_tag.c shared/reel_playlist_text.c shared/reel_uri.c shared/reel_path.c indexer/reel_pool.c indexer/reel_pool_lane.c indexer/reel_pool_room.c indexer/reel_pool_turn.c indexer/reel_pool_weight.c indexer/reel_pool_board.c indexer/reel_slot.c indexer/reel_slot_judge.c indexer/reel_slot_time.c indexer/reel_spawn.c indexer/reel_nursery.c indexer/reel_loop.c indexer/reel_log.c indexer/reel_mem.c indexer/reel_worker.c indexer/reel_template.c indexer/reel_board_lavf.c indexer/reel_board.c indexer/reel_probe_lavf.c indexer/reel_still.c indexer/reel_bytes.c indexer/reel_source_lavf.c indexer/reel_leash_lavf.c indexer/reel_times_lavf.c indexer/reel_cut_lavf.c indexer/reel_hops.c indexer/reel_chain.c indexer/reel_extent.c indexer/reel_rate.c indexer/reel_piece.c indexer/reel_whole.c indexer/reel_content.c indexer/reel_picture_lavf.c indexer/reel_frames_lavf.c indexer/reel_decode_lavf.c indexer/reel_worth.c indexer/reel_thumb_sws.c indexer/reel_tone.c indexer/reel_encode_lavf.c shared/reel_key.c indexer/reel_facts_lavf.c indexer/reel_text.c indexer/reel_stream_lavf.c indexer/reel_codecs_lavf.c indexer/reel_hevc.c indexer/reel_vp9.c indexer/reel_sps.c indexer/reel_shape_lavf.c indexer/reel_sandbox_seccomp.c shared/reel_wire.c shared/reel_facts.c shared/reel_escape.c shared/reel_buf.c shared/reel_item.c */
/*
 * The pool with real workers, and with every bad one we can think of.  This
 * program is the workers too: it is started by links whose names say which.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_pool.h"
#include "indexer/reel_pool_board.h"
#include "indexer/reel_pool_lane.h"
#include "indexer/reel_pool_state.h"
#include "indexer/reel_piece.h"
#include "indexer/reel_template.h"
#include "indexer/reel_worker.h"
#include "shared/reel_wire.h"

extern char **environ;

/* --- workers of all kinds --- */

static void
send_packet(uint64_t job, uint32_t status, const void *data, size_t len, int fd)
{
	struct reel_wire_header header;

	memset(&header, 0, sizeof(header));
	header.version = REEL_WIRE_VERSION;
	header.kind = REEL_WIRE_PROBE;
	header.job = job;
	header.status = status;
	header.len = (uint32_t)len;
	if (reel_wire_send(REEL_WIRE_FD, &header, data, fd) != REEL_OK)
		_exit(50);
}

/* A file of a stream is asked for, and for a film too. */
static void
send_next(uint64_t job)
{
	struct reel_wire_header header;

	memset(&header, 0, sizeof(header));
	header.version = REEL_WIRE_VERSION;
	header.kind = REEL_WIRE_STORYBOARD;
	header.job = job;
	header.type = REEL_PLAN_NEXT;
	if (reel_wire_send(REEL_WIRE_FD, &header, NULL, -1) != REEL_OK)
		_exit(50);
}

/* A packet of a picture; ${left} bytes are said to follow. */
static void
send_piece(uint64_t job, const void *data, size_t len, size_t left)
{
	struct reel_wire_header header;

	memset(&header, 0, sizeof(header));
	header.version = REEL_WIRE_VERSION;
	header.kind = REEL_WIRE_PICTURE;
	header.job = job;
	header.len = (uint32_t)len;
	header.left = (uint32_t)left;
	if (reel_wire_send(REEL_WIRE_FD, &header, data, -1) != REEL_OK)
		_exit(50);
}

/* Pictures that are none; nonzero if ${kind} is one of these. */
static int
send_bad_picture(const char *kind, uint64_t job)
{
	static unsigned char data[70000];
	const size_t len = sizeof(data), half = len / 2;

	memset(data, 7, len);
	memcpy(data + REEL_KEY_BYTES, "\xff\xd8\xff\xc0\0\x07\x08\0\2\0\2", 11);
	memcpy(data + len - 2, "\xff\xd9", 2);
	if (strcmp(kind, "pieces") == 0) {
		send_piece(job, data, half, len - half);
		send_piece(job, data + half, 1, len - half - 1);
		send_piece(job, data + half + 1, len - half - 1, 0);
	} else if (strcmp(kind, "no-jpeg") == 0) {
		data[REEL_KEY_BYTES] = 'x';
		send_piece(job, data, half, len - half);
		send_piece(job, data + half, len - half, 0);
	} else if (strcmp(kind, "no-webp") == 0) {
		reel_key_seal(data, REEL_KEY_WEBP);
		send_piece(job, data, half, len - half);
		send_piece(job, data + half, len - half, 0);
	} else if (strcmp(kind, "short-webp") == 0) {
		reel_key_seal(data, REEL_KEY_WEBP);
		memcpy(data + REEL_KEY_BYTES, "RIFF\x57\0\0\0WEBPVP8 ", 16);
		send_piece(job, data, REEL_KEY_BYTES + 0x60, 0);
	} else if (strcmp(kind, "no-end") == 0) {
		send_piece(job, data, 1000, 0);
	} else if (strcmp(kind, "no-key") == 0) {
		memset(data, 0, REEL_KEY_BYTES);
		send_piece(job, data, half, len - half);
		send_piece(job, data + half, len - half, 0);
	} else if (strcmp(kind, "tiny") == 0) {
		send_piece(job, data, 30, 0);
	} else if (strcmp(kind, "huge") == 0) {
		send_piece(job, data, 1000, 600 * 1024);
	} else if (strcmp(kind, "endless") == 0) {
		send_piece(job, data, half, len - half);
		send_piece(job, data, half, len - half);
	} else if (strcmp(kind, "nothing") == 0) {
		send_piece(job, data, half, len - half);
		send_piece(job, NULL, 0, len - half);
	} else
		return (0);

	return (1);
}

static uint64_t
take_job(void)
{
	struct reel_wire_header header;
	char dummy[8];
	int fd;

	if (reel_wire_recv(REEL_WIRE_FD, &header, dummy, sizeof(dummy), &fd) !=
	    REEL_OK)
		_exit(0);
	close(fd);

	return (header.job);
}

/* What a worker was given: descriptors and environment. */
static void
describe_myself(char *text, size_t size)
{
	int fd;
	char **var;

	snprintf(text, size, "fds");
	for (fd = 0; fd < 200; fd++)
		if (fcntl(fd, F_GETFD) != -1)
			snprintf(text + strlen(text), size - strlen(text), " %d",
			    fd);
	for (var = environ; *var != NULL; var++)
		snprintf(text + strlen(text), size - strlen(text), " %s", *var);
	snprintf(text + strlen(text), size - strlen(text), " group %d",
	    getpgrp() == getpid());
}

/* What is asked for workers and makes none. */
static void
be_no_template(const char *kind)
{
	struct reel_wire_header header = {.version = REEL_WIRE_VERSION,
	    .kind = REEL_WIRE_TEMPLATE};
	char dummy[8];
	int fd;

	if (strcmp(kind, "made-not") == 0)
		header.status = REEL_IO;
	while (reel_wire_send(REEL_WIRE_FD, &header, NULL, -1) == REEL_OK &&
	    reel_wire_recv(REEL_WIRE_FD, &header, dummy, sizeof(dummy), &fd) ==
	    REEL_OK) {
		close(fd);
		if (strcmp(kind, "made-leave") == 0)
			_exit(4);
		/* It names the one that must not be killed. */
		header.type = strcmp(kind, "made-lie") == 0 ? (int32_t)getppid()
		                                            : EAGAIN;
		header.status =
		    strcmp(kind, "made-fail") == 0 ? REEL_IO : REEL_OK;
	}
	_exit(0);
}

static void
be_bad(const char *program)
{
	const char *kind = strrchr(program, '/') + 1;
	struct reel_facts facts;
	char text[512];
	uint64_t job;

	if (strcmp(kind, "mute") == 0)
		_exit(3);
	if (strcmp(kind, "locked-out") == 0) {
		send_packet(0, REEL_IO, "no seccomp here", 15, -1);
		_exit(1);
	}
	if (strcmp(kind, "stranger") == 0) {
		send_packet(7, REEL_OK, NULL, 0, -1);
		pause();
	}
	reel_facts_init(&facts);
	facts.type = REEL_TYPE_VIDEO;
	send_packet(0, REEL_OK, NULL, 0, -1);
	for (;;) {
		job = take_job();
		if (strcmp(kind, "hang") == 0) {
			snprintf(text, sizeof(text), "%s.at", program);
			close(creat(text, 0600));
			pause();
		} else if (strcmp(kind, "moody") == 0 && job % 2 == 1)
			pause();
		else if (strcmp(kind, "moody") == 0)
			send_packet(job, REEL_OK, &facts, sizeof(facts), -1);
		else if (strcmp(kind, "fat") == 0) {
			memset(malloc((size_t)300 << 20), 7, (size_t)300 << 20);
			pause();
		} else if (strcmp(kind, "gate") == 0) {
			snprintf(text, sizeof(text), "%s.open", program);
			while (access(text, F_OK) != 0)
				usleep(1000);
			send_packet(job, REEL_OK, &facts, sizeof(facts), -1);
		} else if (strcmp(kind, "burn") == 0)
			for (;;)
				;
		else if (strcmp(kind, "leave") == 0)
			_exit(4);
		else if (strcmp(kind, "crash") == 0)
			abort();
		else if (strcmp(kind, "wrong-job") == 0)
			send_packet(job + 1, REEL_OK, &facts, sizeof(facts), -1);
		else if (strcmp(kind, "wrong-facts") == 0) {
			facts.width = -1;
			send_packet(job, REEL_OK, &facts, sizeof(facts), -1);
		} else if (strcmp(kind, "short-facts") == 0)
			send_packet(job, REEL_OK, &facts, 100, -1);
		else if (strcmp(kind, "status") == 0)
			send_packet(job, 77, "x", 1, -1);
		else if (strcmp(kind, "binary") == 0)
			send_packet(job, REEL_BAD_INPUT, "\xff\xfe", 2, -1);
		else if (strcmp(kind, "long") == 0)
			send_packet(job, REEL_BAD_INPUT, memset(text, 'x', 300),
			    300, -1);
		else if (strcmp(kind, "gift") == 0)
			send_packet(job, REEL_OK, &facts, sizeof(facts), 0);
		else if (strcmp(kind, "greedy") == 0)
			send_next(job);
		else if (strcmp(kind, "raw") == 0)
			(void)!send(REEL_WIRE_FD, "hello", 5, 0);
		else if (strcmp(kind, "twice") == 0) {
			send_packet(job, REEL_OK, &facts, sizeof(facts), -1);
			send_packet(job, REEL_OK, &facts, sizeof(facts), -1);
		} else if (send_bad_picture(kind, job)) {
			/* That was it. */
		} else if (strcmp(kind, "mirror") == 0) {
			describe_myself(text, sizeof(text));
			send_packet(
			    job, REEL_BAD_INPUT, text, strlen(text), -1);
		} else
			_exit(51);
	}
}

/* --- the scene --- */

struct scene {
	struct reel_loop *loop;
	struct reel_pool *pool;
	char dir[64];
	int fds_before;
	int done;
	int wanted;
	enum reel_status status; /* of the last outcome */
	struct reel_facts facts;
	unsigned char key[REEL_KEY_BYTES]; /* of the last picture */
	size_t picture_len;
	char reason[300];
	int64_t jobs; /* sum of their numbers */
	int counts[8]; /* outcomes by status */
};

static struct scene scene;

static int
count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);

	return (n);
}

static const char *
worker(const char *kind)
{
	static char path[128];
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	assert_true(n > 0);
	self[n] = '\0';
	snprintf(path, sizeof(path), "%s/%s", scene.dir, kind);
	(void)unlink(path);
	assert_int_equal(symlink(self, path), 0);

	return (path);
}

static int
set_up(void **state)
{

	memset(&scene, 0, sizeof(scene));
	strcpy(scene.dir, "/tmp/reel-test-pool-XXXXXX");
	assert_non_null(mkdtemp(scene.dir));
	reel_log_open("/dev/null", REEL_LOG_ERR);
	scene.fds_before = count_fds();
	scene.loop = reel_loop_new();
	*state = &scene;

	return (0);
}

/* Whatever the test did: no process, no descriptor stays behind. */
static int
tear_down(void **state)
{
	char cmd[128];

	(void)state;
	reel_pool_free(scene.pool);
	reel_loop_free(scene.loop);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(count_fds(), scene.fds_before);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", scene.dir);
	assert_int_equal(system(cmd), 0);

	return (0);
}

static void
on_done(void *cookie, int64_t job, enum reel_status status,
    const struct reel_facts *facts, const char *reason)
{
	struct scene *sc = cookie;

	sc->done++;
	sc->jobs += job;
	sc->counts[status]++;
	sc->status = status;
	if (status == REEL_OK) {
		assert_non_null(facts);
		sc->facts = *facts;
	} else {
		assert_non_null(reason);
		snprintf(sc->reason, sizeof(sc->reason), "%s", reason);
	}
	if (sc->done == sc->wanted)
		reel_loop_stop(sc->loop);
}

static void
on_picture(void *cookie, int64_t job, enum reel_status status,
    const struct reel_piece *picture, const char *reason)
{
	struct scene *sc = cookie;

	sc->done++;
	sc->jobs += job;
	sc->status = status;
	if (status == REEL_OK) {
		assert_non_null(picture);
		memcpy(sc->key, REEL_PIECE_KEY(picture), REEL_KEY_BYTES);
		sc->picture_len = REEL_PIECE_LEN(picture);
		assert_memory_equal(REEL_PIECE_BYTES(picture),
		    reel_key_form(scene.key) == REEL_KEY_WEBP ? "RIFF"
		    : "\xff\xd8\xff", 3);
	} else {
		assert_null(picture);
		snprintf(sc->reason, sizeof(sc->reason), "%s", reason);
	}
	if (sc->done == sc->wanted)
		reel_loop_stop(sc->loop);
}

static void
on_far_too_late(void *cookie)
{
	struct scene *sc = cookie;

	sc->status = REEL_STALE;
	reel_loop_stop(sc->loop);
}

static void
run_until(int wanted)
{

	scene.wanted = wanted;
	reel_loop_timer(scene.loop, 60000, on_far_too_late, &scene);
	if (scene.done < wanted)
		reel_loop_run(scene.loop);
	reel_loop_timer(scene.loop, -1, on_far_too_late, &scene);
	assert_int_equal(scene.done, wanted);
}

static void
on_look_for_pids(void *cookie)
{
	const int *wanted = cookie;
	int32_t pids[8];

	if (reel_pool_pids(scene.pool, pids, 8) == *wanted)
		reel_loop_stop(scene.loop);
	else
		reel_loop_timer(scene.loop, 5, on_look_for_pids, cookie);
}

/* A process is there a moment after it is asked for. */
static void
wait_for_pids(int wanted)
{

	reel_loop_timer(scene.loop, 0, on_look_for_pids, &wanted);
	reel_loop_timer(scene.loop, 60000, on_far_too_late, &scene);
	reel_loop_run(scene.loop);
	reel_loop_timer(scene.loop, -1, on_far_too_late, &scene);
	assert_int_not_equal(scene.status, REEL_STALE);
}

/* A file with this content, opened. */
static int
file_of(const void *data, size_t len)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/file", scene.dir);
	/* Another one each time: the last may still be read. */
	(void)unlink(path);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);

	return (fd);
}

/* Half a second of silence, 8000 Hz, 8 bit. */
static int
wav(void)
{
	static char data[44 + 4000];

	memcpy(data, "RIFF\xc4\x0f\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0"
	    "\x40\x1f\0\0\1\0\x08\0" "data\xa0\x0f\0\0", 44);
	memset(data + 44, 0x80, 4000);

	return (file_of(data, sizeof(data)));
}

static void
hand(int64_t job, int fd, const char *name)
{

	assert_int_equal(reel_pool_probe(scene.pool, job, fd, REEL_TYPE_AUDIO,
	    name, on_done, &scene), REEL_OK);
}

static void
a_real_worker_reads_a_file(void **state)
{

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("real"), 1, 20000);
	hand(1, wav(), "a.wav");
	run_until(1);
	assert_int_equal(scene.status, REEL_OK);
	assert_int_equal(scene.facts.type, REEL_TYPE_AUDIO);
	assert_int_equal(scene.facts.duration_ms, 500);
	assert_string_equal(scene.facts.container, "wav");
	assert_int_equal(scene.facts.sample_rate, 8000);
}

static void
garbage_is_the_files_fault_and_the_worker_goes_on(void **state)
{
	int32_t before[4], after[4];
	char noise[4096];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(noise); i++)
		noise[i] = (char)(i * 2654435761u >> 13);
	scene.pool = reel_pool_new(scene.loop, worker("real"), 1, 20000);
	hand(1, file_of("", 0), "empty.mp4");
	run_until(1);
	assert_int_equal(scene.status, REEL_BAD_INPUT);
	assert_string_equal(scene.reason, "the file is empty");
	assert_int_equal(reel_pool_pids(scene.pool, before, 4), 1);
	hand(2, file_of(noise, sizeof(noise)), "noise.mp4");
	run_until(2);
	assert_int_equal(scene.status, REEL_BAD_INPUT);
	hand(3, wav(), "a.wav");
	run_until(3);
	assert_int_equal(scene.status, REEL_OK);
	assert_int_equal(reel_pool_pids(scene.pool, after, 4), 1);
	assert_int_equal(before[0], after[0]);
}

static void
playlists_and_scripts_are_refused(void **state)
{
	static const char *const texts[] = {
	    "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n"
	    "#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
	    "ffconcat version 1.0\nfile '/etc/passwd'\n",
	    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\n"
	    "t=0 0\nm=video 9 RTP/AVP 96\n",
	    "<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\""
	    " type=\"static\"></MPD>\n"};
	size_t i;

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("real"), 1, 20000);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		hand((int64_t)i, file_of(texts[i], strlen(texts[i])), "x.mkv");
		run_until((int)i + 1);
		assert_int_equal(scene.status, REEL_BAD_INPUT);
	}
}

static void
every_job_is_told_once_and_there_is_room_for_as_many_as_workers(void **state)
{
	int i, handed = 0;
	int64_t sum = 0;

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("real"), 2, 20000);
	assert_int_equal(reel_pool_room(scene.pool), 2);
	while (scene.done < 40) {
		while (handed < 40 && reel_pool_room(scene.pool) > 0) {
			sum += ++handed;
			hand(handed, wav(), "a.wav");
		}
		i = reel_pool_running(scene.pool);
		/* On a busy machine one may stand aside. */
		assert_true(i >= 1 && i <= 4);
		if (reel_pool_room(scene.pool) == 0)
			assert_int_equal(reel_pool_probe(scene.pool, 99, wav(),
			    REEL_TYPE_AUDIO, "a.wav", on_done, &scene),
			    REEL_AGAIN);
		run_until(scene.done + 1);
	}
	assert_int_equal(scene.jobs, sum);
	assert_int_equal(scene.counts[REEL_OK], 40);
	assert_int_equal(reel_pool_running(scene.pool), 0);
}

static void
a_deadline_ends_the_worker_and_the_next_job_has_a_fresh_one(void **state)
{
	int32_t pid[4];

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("hang"), 1, 2000);
	hand(1, wav(), "a.wav");
	wait_for_pids(1);
	assert_int_equal(reel_pool_pids(scene.pool, pid, 4), 1);
	run_until(1);
	assert_int_equal(scene.status, REEL_IO);
	assert_string_equal(scene.reason, "took longer than 2000 ms");
	assert_int_equal(kill(pid[0], 0), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(reel_pool_room(scene.pool), 1);
	hand(2, wav(), "a.wav");
	run_until(2);
	assert_int_equal(scene.counts[REEL_IO], 2);
}

static void
on_kill(void *cookie)
{
	int32_t pid[4];
	char at[160];

	(void)cookie;
	/* Once it has its job; before, its end would say nothing of the file. */
	snprintf(at, sizeof(at), "%s/hang.at", scene.dir);
	if (access(at, F_OK) != 0) {
		reel_loop_timer(scene.loop, 20, on_kill, NULL);
		return;
	}
	assert_int_equal(reel_pool_pids(scene.pool, pid, 4), 1);
	assert_int_equal(kill(pid[0], SIGKILL), 0);
}

static void
a_killed_worker_is_the_outcome_of_its_job(void **state)
{

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("hang"), 1, 60000);
	hand(1, wav(), "a.wav");
	reel_loop_timer(scene.loop, 20, on_kill, NULL);
	run_until(1);
	assert_int_equal(scene.status, REEL_IO);
	assert_string_equal(scene.reason, "the worker crashed: Killed");
}

static void
bad_workers_are_ended_and_named(void **state)
{
	static const struct {
		const char *kind;
		enum reel_status status;
		const char *reason;
	} rows[] = {
	    {"leave", REEL_IO, "the worker ended with status 4"},
	    {"crash", REEL_IO, "the worker crashed: Aborted"},
	    {"wrong-job", REEL_IO, "the worker's answer made no sense"},
	    {"wrong-facts", REEL_IO, "the worker's answer made no sense"},
	    {"short-facts", REEL_IO, "the worker's answer made no sense"},
	    {"status", REEL_IO, "the worker's answer made no sense"},
	    {"binary", REEL_IO, "the worker's answer made no sense"},
	    {"long", REEL_IO, "the worker's answer made no sense"},
	    {"gift", REEL_IO, "the worker's answer made no sense"},
	    {"raw", REEL_IO, "the worker's answer made no sense"},
	    {"mute", REEL_AGAIN, "the worker ended with status 3"},
	    {"locked-out", REEL_AGAIN, "no seccomp here"},
	    {"stranger", REEL_AGAIN, "the worker does not greet as ours do"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		scene.pool =
		    reel_pool_new(scene.loop, worker(rows[i].kind), 1, 20000);
		hand(1, wav(), "a.wav");
		run_until(scene.done + 1);
		if (scene.status != rows[i].status ||
		    strcmp(scene.reason, rows[i].reason) != 0)
			fail_msg("%s: %s \"%s\"", rows[i].kind,
			    scene.status == REEL_OK ? "ok" : "not ok",
			    scene.reason);
		if (rows[i].status == REEL_AGAIN) {
			assert_int_equal(reel_pool_room(scene.pool), 0);
			assert_string_equal(
			    reel_pool_trouble(scene.pool), rows[i].reason);
		} else {
			assert_int_equal(reel_pool_room(scene.pool), 1);
			assert_null(reel_pool_trouble(scene.pool));
		}
		reel_pool_free(scene.pool);
		scene.pool = NULL;
	}
}

/* Noise of 640 x 400, which makes a JPEG of more than one packet. */
static int
ppm(void)
{
	static char data[15 + 640 * 400 * 3];
	uint32_t seed = 1;
	size_t i;

	memcpy(data, "P6\n640 400\n255\n", 15);
	for (i = 15; i < sizeof(data); i++) {
		seed = seed * 1664525 + 1013904223;
		data[i] = (char)(seed >> 24);
	}

	return (file_of(data, sizeof(data)));
}

static void
hand_picture(int64_t job, int fd, enum reel_type type, const char *name)
{

	assert_int_equal(reel_pool_picture(scene.pool, job, fd, type, name,
	    on_picture, &scene), REEL_OK);
}

static void
pictures_come_through_the_sandbox(void **state)
{
	unsigned char key[REEL_KEY_BYTES], other[REEL_KEY_BYTES];

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("real"), 1, 20000);
	/* Facts alone while no pictures are wanted. */
	hand(1, ppm(), "a.ppm");
	run_until(1);
	assert_int_equal(scene.status, REEL_OK);
	assert_false(reel_key_known(scene.facts.key));
	/* Facts tell what the picture will be called. */
	reel_pool_pictures(
	    scene.pool, &(struct reel_wire_making){640, 95, REEL_KEY_JPEG});
	hand(2, ppm(), "a.ppm");
	run_until(2);
	memcpy(key, scene.facts.key, sizeof(key));
	assert_true(reel_key_known(key));
	hand_picture(3, ppm(), REEL_TYPE_IMAGE, "a.ppm");
	run_until(3);
	assert_int_equal(scene.status, REEL_OK);
	assert_memory_equal(scene.key, key, sizeof(key));
	assert_true(scene.picture_len > REEL_WIRE_PIECE_MAX);
	/* Made otherwise, it has another name. */
	reel_pool_pictures(
	    scene.pool, &(struct reel_wire_making){160, 95, REEL_KEY_JPEG});
	hand_picture(4, ppm(), REEL_TYPE_IMAGE, "a.ppm");
	run_until(4);
	memcpy(other, scene.key, sizeof(other));
	assert_memory_not_equal(other, key, sizeof(key));
	assert_true(scene.picture_len < REEL_WIRE_PIECE_MAX);
	/* None to be had; and the worker goes on. */
	hand_picture(5, wav(), REEL_TYPE_AUDIO, "a.wav");
	run_until(5);
	assert_int_equal(scene.status, REEL_BAD_INPUT);
	assert_string_equal(scene.reason, "no picture in it");
	hand_picture(6, ppm(), REEL_TYPE_IMAGE, "a.ppm");
	run_until(6);
	assert_int_equal(scene.status, REEL_OK);
	assert_memory_equal(scene.key, other, sizeof(other));
	/* libwebp needs nothing that the sandbox refuses. */
	reel_pool_pictures(
	    scene.pool, &(struct reel_wire_making){640, 95, REEL_KEY_WEBP});
	hand_picture(7, ppm(), REEL_TYPE_IMAGE, "a.ppm");
	run_until(7);
	assert_int_equal(scene.status, REEL_OK);
	assert_int_equal(reel_key_form(scene.key), REEL_KEY_WEBP);
	assert_true(scene.picture_len > REEL_WIRE_PIECE_MAX);
}

static void
a_picture_is_believed_when_it_is_one(void **state)
{
	static const char *const kinds[] = {"no-jpeg", "no-end", "no-key", "no-webp", "short-webp",
	    "tiny", "huge", "endless", "nothing", "twice"};
	size_t i;

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("pieces"), 1, 20000);
	reel_pool_pictures(
	    scene.pool, &(struct reel_wire_making){640, 95, REEL_KEY_JPEG});
	hand_picture(1, wav(), REEL_TYPE_AUDIO, "a.wav");
	run_until(1);
	assert_int_equal(scene.status, REEL_OK);
	assert_int_equal(scene.picture_len, 70000 - REEL_KEY_BYTES);
	reel_pool_free(scene.pool);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		scene.pool =
		    reel_pool_new(scene.loop, worker(kinds[i]), 1, 20000);
		reel_pool_pictures(scene.pool,
		    &(struct reel_wire_making){640, 95, REEL_KEY_JPEG});
		hand_picture(1, wav(), REEL_TYPE_AUDIO, "a.wav");
		run_until(scene.done + 1);
		if (scene.status != REEL_IO || strcmp(scene.reason,
		    "the worker's answer made no sense") != 0)
			fail_msg("%s is believed", kinds[i]);
		reel_pool_free(scene.pool);
		scene.pool = NULL;
	}
}

static void
an_answer_too_many_ends_the_worker_but_not_the_outcome(void **state)
{

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("twice"), 1, 20000);
	hand(1, wav(), "a.wav");
	run_until(1);
	assert_int_equal(scene.status, REEL_OK);
}

static void
on_look_for_room(void *cookie)
{

	(void)cookie;
	if (reel_pool_room(scene.pool) > 0)
		reel_loop_stop(scene.loop);
	else
		reel_loop_timer(scene.loop, 20, on_look_for_room, NULL);
}

/* There posix_spawn is a fork, and what cannot be run is told by its end. */
static int
under_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return (preload != NULL && strstr(preload, "vgpreload") != NULL);
}

static void
a_missing_executable_is_no_files_fault_and_heals(void **state)
{
	char path[128], expected[300];

	(void)state;
	snprintf(path, sizeof(path), "%s/none", scene.dir);
	scene.pool = reel_pool_new(scene.loop, path, 2, 20000);
	hand(1, wav(), "a.wav");
	run_until(1);
	assert_int_equal(scene.status, REEL_AGAIN);
	snprintf(expected, sizeof(expected), under_valgrind()
	    ? "the worker ended with status 127"
	    : "cannot start %s: No such file or directory", path);
	assert_string_equal(scene.reason, expected);
	assert_string_equal(reel_pool_trouble(scene.pool), expected);
	/* It waits before it tries again, and then with one only. */
	assert_int_equal(reel_pool_room(scene.pool), 0);
	(void)worker("none");
	reel_loop_timer(scene.loop, 20, on_look_for_room, NULL);
	reel_loop_run(scene.loop);
	assert_int_equal(reel_pool_room(scene.pool), 1);
	reel_pool_configure(scene.pool, worker("real"), 2, 20000);
	hand(2, wav(), "a.wav");
	run_until(2);
	assert_int_equal(scene.status, REEL_OK);
	assert_null(reel_pool_trouble(scene.pool));
}

static void
on_room(void *cookie)
{
	int *rooms = cookie;

	(*rooms)++;
	reel_loop_stop(scene.loop);
}

/* A file has been handed over that takes long: until it stands aside. */
static void
run_until_aside(void)
{
	int rooms = 0;

	reel_pool_on_room(scene.pool, on_room, &rooms);
	while (rooms == 0)
		reel_loop_run(scene.loop);
	reel_pool_on_room(scene.pool, NULL, NULL);
}

/* So many of them, 1 and so on. */
static void
hand_aside(int count)
{
	int job;

	for (job = 1; job <= count; job++) {
		hand(job, wav(), "a.wav");
		run_until_aside();
	}
}

/* With ${look} every few milliseconds, until that stops it. */
static void
run_and_look(void (*look)(void *cookie), void *cookie)
{

	reel_loop_timer(scene.loop, 5, look, cookie);
	reel_loop_timer(scene.loop, 60000, on_far_too_late, &scene);
	reel_loop_run(scene.loop);
	reel_loop_timer(scene.loop, -1, on_far_too_late, &scene);
}

/* Somebody waits; the second time that one is asked who would have to yield, too. */
static int crowd_asked;

static int
on_crowd(void *cookie, int64_t job)
{

	(void)cookie;
	if (job != 3)
		return (1);
	if (++crowd_asked == 2)
		reel_loop_stop(scene.loop);

	return (crowd_asked == 3);
}

static void
a_file_that_is_known_to_take_long_leaves_room(void **state)
{

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("moody"), 1, 600000);
	hand(1, wav(), "a.wav");
	assert_int_equal(reel_pool_room(scene.pool), 0);
	reel_pool_lane_aside(scene.pool, 1);
	assert_int_equal(reel_pool_room(scene.pool), 1);
	hand(2, wav(), "a.wav");
	run_until(1);
	assert_int_equal(scene.status, REEL_OK);
	assert_int_equal(reel_pool_running(scene.pool), 1);
}

static void
files_that_take_long_stand_aside(void **state)
{
	int i;

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("moody"), 1, 600000);
	for (i = 0; i < 3; i++) {
		hand(2 * i + 1, wav(), "a.wav");
		assert_int_equal(reel_pool_room(scene.pool), 0);
		run_until_aside();
		assert_int_equal(reel_pool_running(scene.pool), i + 1);
		assert_int_equal(reel_pool_room(scene.pool), 1);
		/* Good ones come through beside them, at whatever pace. */
		hand(2 * i + 2, wav(), "a.wav");
		run_until(i + 1);
		assert_int_equal(scene.status, REEL_OK);
	}
}

static void
when_there_is_no_room_aside_one_yields(void **state)
{

	(void)state;
	/* So many workers leave one place. */
	scene.pool = reel_pool_new(scene.loop, worker("moody"),
	    REEL_POOL_WORKERS_MAX - 1, 600000);
	assert_int_equal(reel_pool_lane_room(scene.pool), 1);
	hand_aside(1);
	assert_int_equal(reel_pool_lane_room(scene.pool), 0);
	reel_pool_lane_on_crowd(scene.pool, on_crowd, NULL);
	crowd_asked = 0;
	hand(3, wav(), "a.wav");
	reel_loop_run(scene.loop);
	assert_int_equal(crowd_asked, 2);
	assert_int_equal(reel_pool_running(scene.pool), 2);
	run_until(1);
	assert_int_equal(scene.status, REEL_BUSY);
	assert_int_equal(crowd_asked, 3);
	assert_int_equal(reel_pool_running(scene.pool), 1);
}

/* Who runs of three that are aside; who has been seen to, and to stand still. */
static int turns_seen, still_seen;

static int
stands_still(const struct reel_slot *slot)
{
	char path[32], text[256] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)slot->pid);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);

	return (strstr(text, ") T ") != NULL);
}

static void
on_turns(void *cookie)
{
	struct reel_slot *slot;
	int job, aside = 0, run = 0;

	for (job = 1; job <= 3; job++) {
		slot = reel_pool_find(scene.pool, job);
		assert_non_null(slot);
		aside += scene.pool->places[slot - scene.pool->slots].aside;
		if (slot->halted)
			still_seen |= stands_still(slot) << job;
		else {
			turns_seen |= 1 << job;
			run++;
		}
	}
	if (aside == 3)
		assert_in_range(run, 0, 1);
	else
		turns_seen = still_seen = 0;
	if (turns_seen == 14 && still_seen == 14)
		reel_loop_stop(scene.loop);
	else
		reel_loop_timer(scene.loop, 5, on_turns, cookie);
}

static void
busy_ones_that_stand_aside_take_turns(void **state)
{

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("burn"), 2, 600000);
	reel_pool_lane_on_crowd(scene.pool, on_crowd, NULL);
	crowd_asked = 0;
	hand_aside(3);
	turns_seen = still_seen = 0;
	run_and_look(on_turns, NULL);
	assert_int_equal(turns_seen, 14);
	assert_int_equal(still_seen, 14);
}

/* Of three aside, two probes and a picture, only the picture runs. */
static void
on_picture_turns(void *cookie)
{
	int *times = cookie;
	int job, aside = 0, run = 0;
	struct reel_slot *slot;

	for (job = 1; job <= 3; job++) {
		slot = reel_pool_find(scene.pool, job);
		assert_non_null(slot);
		aside += scene.pool->places[slot - scene.pool->slots].aside;
		run |= !slot->halted << job;
	}
	if (aside == 3 && run == 8)
		(*times)++;
	else if (*times > 0)
		assert_int_equal(run, 0);
	if (*times == 10)
		reel_loop_stop(scene.loop);
	else
		reel_loop_timer(scene.loop, 5, on_picture_turns, cookie);
}

static void
of_busy_ones_a_picture_comes_first(void **state)
{
	int times = 0;

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("burn"), 2, 600000);
	reel_pool_lane_on_crowd(scene.pool, on_crowd, NULL);
	crowd_asked = 0;
	hand_aside(2);
	hand_picture(3, wav(), REEL_TYPE_AUDIO, "a.wav");
	run_until_aside();
	run_and_look(on_picture_turns, &times);
	assert_int_equal(times, 10);
}

static void
of_those_aside_that_are_heavy_the_last_yields(void **state)
{

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("fat"), 1, 600000);
	hand_aside(2);
	run_until(1);
	assert_int_equal(scene.status, REEL_BUSY);
	assert_int_equal(scene.jobs, 2);
	assert_int_equal(reel_pool_running(scene.pool), 1);
	/* What is left is still too much to have another one beside it. */
	assert_int_equal(reel_pool_lane_room(scene.pool), 0);
}

static void
those_that_come_back_from_aside_are_not_all_kept(void **state)
{
	char path[160];
	int i, idle = 0;

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("gate"), 1, 600000);
	hand_aside(5);
	snprintf(path, sizeof(path), "%s/gate.open", scene.dir);
	close(creat(path, 0600));
	run_until(5);
	assert_int_equal(scene.counts[REEL_OK], 5);
	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++)
		idle += scene.pool->slots[i].state == REEL_SLOT_IDLE;
	assert_in_range(idle, 1, 2);
}

static void
a_worker_inherits_nothing(void **state)
{
	int leak = open("/etc/passwd", O_RDONLY); /* not close-on-exec */

	(void)state;
	assert_true(leak >= 0);
	assert_int_equal(setenv("SECRET", "x", 1), 0);
	scene.pool = reel_pool_new(scene.loop, worker("mirror"), 1, 20000);
	hand(1, wav(), "a.wav");
	run_until(1);
	close(leak);
	assert_string_equal(
	    scene.reason, "fds 0 1 2 3 TZ=UTC0 LC_ALL=C group 1");
}

static void
freeing_a_busy_pool_does_not_wait_for_the_file(void **state)
{
	int i;

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("hang"), 3, 600000);
	for (i = 0; i < 3; i++)
		hand(i, wav(), "a.wav");
	reel_pool_free(scene.pool);
	scene.pool = NULL;
	assert_int_equal(scene.done, 0);
}

/* --- workers that a template makes --- */

/* The whole of a file of /proc; lives until the next call. */
static const char *
proc(int32_t pid, const char *name)
{
	static char text[2][8192];
	static int turn;
	char path[64];
	ssize_t n;
	int fd;

	turn = !turn;
	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return ("");
	n = read(fd, text[turn], sizeof(text[turn]) - 1);
	close(fd);
	text[turn][n > 0 ? n : 0] = '\0';

	return (text[turn]);
}

static int
is_made(int32_t pid)
{
	const char *first = proc(pid, "cmdline");

	return (strcmp(first + strlen(first) + 1, REEL_TEMPLATE_WORD) == 0);
}

/* The child of ours that makes the others; 0: there is none. */
static int32_t
find_template(void)
{
	char name[64];
	const char *at;
	int32_t pids[64], pid;
	int count = reel_pool_pids(scene.pool, pids, 64), i, n;

	snprintf(name, sizeof(name), "task/%d/children", getpid());
	for (at = proc(getpid(), name); sscanf(at, "%d%n", &pid, &n) == 1;
	     at += n) {
		for (i = 0; i < count && pids[i] != pid; i++)
			continue;
		if (i == count && is_made(pid))
			return (pid);
	}

	return (0);
}

static void
a_worker_is_made_by_a_template_and_locked_in_as_ever(void **state)
{
	char limits[2][8192], fd[32], to[8];
	int32_t pid, template;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		scene.pool = reel_pool_new(
		    scene.loop, worker(i == 0 ? "real" : "made"), 1, 20000);
		hand(1, wav(), "a.wav");
		run_until(i + 1);
		assert_int_equal(scene.status, REEL_OK);
		assert_int_equal(reel_pool_pids(scene.pool, &pid, 1), 1);
		assert_int_equal(is_made(pid), i);
		snprintf(
		    limits[i], sizeof(limits[i]), "%s", proc(pid, "limits"));
		assert_non_null(strstr(proc(pid, "status"), "\nSeccomp:\t2\n"));
		assert_non_null(strstr(proc(pid, "status"), "\nNoNewPrivs:\t1\n"));
		assert_int_equal(getpgid(pid), pid);
		for (int n = 0; n < 64; n++) {
			snprintf(fd, sizeof(fd), "/proc/%d/fd/%d", pid, n);
			assert_int_equal(readlink(fd, to, sizeof(to)) > 0, n <= 3);
		}
		template = find_template();
		assert_int_equal(template != 0, i);
		if (template != 0)
			assert_non_null(strstr(
			    proc(template, "status"), "\nSeccomp:\t2\n"));
		reel_pool_free(scene.pool);
		scene.pool = NULL;
	}
	assert_string_equal(limits[0], limits[1]);
}

static void
one_template_makes_all_and_ends_with_the_configuration(void **state)
{
	int32_t pids[2], template;
	int i;

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("made"), 2, 20000);
	hand(1, wav(), "a.wav");
	hand(2, wav(), "a.wav");
	run_until(2);
	assert_int_equal(scene.counts[REEL_OK], 2);
	assert_int_equal(reel_pool_pids(scene.pool, pids, 2), 2);
	template = find_template();
	for (i = 0; i < 2; i++)
		assert_true(is_made(pids[i]) && pids[i] != template);
	/* A new executable may be there. */
	reel_pool_configure(scene.pool, worker("made"), 2, 20000);
	wait_for_pids(0);
	assert_int_equal(find_template(), 0);
	hand(3, wav(), "a.wav");
	run_until(3);
	assert_int_equal(scene.counts[REEL_OK], 3);
	assert_int_not_equal(find_template(), template);
	assert_int_not_equal(find_template(), 0);
}

static void
workers_outlive_their_template_and_another_makes_more(void **state)
{
	int32_t pid, before, template;

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("made"), 2, 20000);
	hand(1, wav(), "a.wav");
	run_until(1);
	wait_for_pids(1);
	assert_int_equal(reel_pool_pids(scene.pool, &before, 1), 1);
	template = find_template();
	assert_true(template > 0);
	kill(template, SIGKILL);
	/* The one that is there takes the first, and the second needs another. */
	hand(2, wav(), "a.wav");
	hand(3, wav(), "a.wav");
	while (scene.counts[REEL_OK] < 3) {
		run_until(scene.done + 1);
		/* It was asked before it was known to be dead. */
		if (scene.status == REEL_AGAIN) {
			reel_loop_timer(scene.loop, 20, on_look_for_room, NULL);
			reel_loop_run(scene.loop);
			hand(3, wav(), "a.wav");
		}
	}
	assert_int_equal(reel_pool_pids(scene.pool, &pid, 1), 1);
	assert_int_equal(pid, before);
	assert_int_not_equal(find_template(), template);
}

static void
a_template_is_replaced_after_some_crashes(void **state)
{
	int32_t pid, first, template = 0;
	int i;

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("made"), 1, 20000);
	hand(1, wav(), "a.wav");
	run_until(1);
	first = find_template();
	for (i = 0; i < 40 && (template = find_template()) == first; i++) {
		/* Its answer may come before its birth is told. */
		wait_for_pids(1);
		assert_int_equal(reel_pool_pids(scene.pool, &pid, 1), 1);
		kill(pid, SIGSEGV);
		wait_for_pids(0);
		hand(i, wav(), "a.wav");
		run_until(scene.done + 1);
	}
	assert_int_equal(i, 16);
	hand(1, wav(), "a.wav");
	run_until(scene.done + 1);
	assert_int_equal(scene.counts[REEL_OK], i + 2);
}

static void
what_is_no_good_template_is_done_without(void **state)
{
	static const char *const kinds[] = {
	    "made-not", "made-leave", "made-lie", "made-fail"};
	size_t i;
	int32_t pid;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		scene.counts[REEL_OK] = scene.counts[REEL_AGAIN] = 0;
		scene.pool =
		    reel_pool_new(scene.loop, worker(kinds[i]), 1, 20000);
		do {
			hand(1, wav(), "a.wav");
			run_until(scene.done + 1);
			if (scene.status != REEL_AGAIN)
				break;
			assert_non_null(strstr(scene.reason, "cannot start"));
			reel_loop_timer(scene.loop, 20, on_look_for_room, NULL);
			reel_loop_run(scene.loop);
		} while (scene.counts[REEL_AGAIN] < 10);
		assert_int_equal(scene.counts[REEL_OK], 1);
		assert_int_equal(scene.counts[REEL_AGAIN], i == 0 ? 0 : 3);
		assert_int_equal(reel_pool_pids(scene.pool, &pid, 1), 1);
		assert_false(is_made(pid));
		reel_pool_free(scene.pool);
		scene.pool = NULL;
	}
}

static void
freeing_a_pool_leaves_none_of_those_that_are_being_made(void **state)
{
	int i, n;

	(void)state;
	for (n = 0; n < 3; n++) {
		scene.pool = reel_pool_new(scene.loop, worker("made"), 8, 20000);
		if (n > 0) {
			hand(1, wav(), "a.wav");
			run_until(n);
			assert_int_equal(scene.status, REEL_OK);
		}
		if (n == 2)
			kill(find_template(), SIGSTOP);
		for (i = 0; i < 8; i++)
			hand(i, wav(), "a.wav");
		reel_pool_free(scene.pool);
		scene.pool = NULL;
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	}
}

static void
no_sheet(void *cookie, int64_t job, int sheet, const struct reel_piece *piece)
{

	(void)cookie;
	(void)job;
	(void)sheet;
	(void)piece;
	fail();
}

/* Two files, then that there is none, then no answer any more. */
static int
on_next(void *cookie, int64_t job)
{
	struct reel_pool_board_part part = {.files = {-1, -1}};
	struct scene *sc = cookie;

	if (sc->counts[0] == 3)
		return (0);
	if (++sc->counts[0] < 3) {
		part.files.fd = wav();
		part.files.map = wav();
		part.span.upto = 1;
	}
	reel_pool_board_next(sc->pool, job, &part);

	return (1);
}

static void
no_more_files_of_a_stream_than_there_are(void **state)
{
	const struct reel_pool_board_on film = {
	    .sheet = no_sheet, .done = on_picture};
	const struct reel_pool_board_on stream = {
	    .sheet = no_sheet, .next = on_next, .done = on_picture};
	struct reel_pool_board_part part = {.files = {wav(), -1}};

	(void)state;
	scene.pool = reel_pool_new(scene.loop, worker("greedy"), 1, 20000);
	assert_int_equal(reel_pool_board_make(
	    scene.pool, 1, &part, 60000, &film, &scene), REEL_OK);
	run_until(1);
	assert_int_equal(scene.status, REEL_IO);
	assert_string_equal(scene.reason, "the worker's answer made no sense");
	part.files = (struct reel_pool_part){wav(), wav()};
	part.span.upto = 1;
	assert_int_equal(reel_pool_board_make(
	    scene.pool, 2, &part, 60000, &stream, &scene), REEL_OK);
	run_until(2);
	assert_int_equal(scene.counts[0], 3);
	assert_int_equal(scene.status, REEL_IO);
	assert_string_equal(scene.reason, "the worker's answer made no sense");
}

int
main(int argc, char **argv)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_real_worker_reads_a_file),
	    T(garbage_is_the_files_fault_and_the_worker_goes_on),
	    T(playlists_and_scripts_are_refused),
	    T(every_job_is_told_once_and_there_is_room_for_as_many_as_workers),
	    T(a_deadline_ends_the_worker_and_the_next_job_has_a_fresh_one),
	    T(a_killed_worker_is_the_outcome_of_its_job),
	    T(bad_workers_are_ended_and_named),
	    T(an_answer_too_many_ends_the_worker_but_not_the_outcome),
	    T(pictures_come_through_the_sandbox),
	    T(a_picture_is_believed_when_it_is_one),
	    T(no_more_files_of_a_stream_than_there_are),
	    T(a_missing_executable_is_no_files_fault_and_heals),
	    T(a_file_that_is_known_to_take_long_leaves_room),
	    T(files_that_take_long_stand_aside),
	    T(when_there_is_no_room_aside_one_yields),
	    T(busy_ones_that_stand_aside_take_turns),
	    T(of_busy_ones_a_picture_comes_first),
	    T(of_those_aside_that_are_heavy_the_last_yields),
	    T(those_that_come_back_from_aside_are_not_all_kept),
	    T(a_worker_inherits_nothing),
	    T(freeing_a_busy_pool_does_not_wait_for_the_file),
	    T(a_worker_is_made_by_a_template_and_locked_in_as_ever),
	    T(one_template_makes_all_and_ends_with_the_configuration),
	    T(workers_outlive_their_template_and_another_makes_more),
	    T(a_template_is_replaced_after_some_crashes),
	    T(what_is_no_good_template_is_done_without),
	    T(freeing_a_pool_leaves_none_of_those_that_are_being_made),
	};
	const char *name = strrchr(argv[0], '/');

	if (argc == 2 && name != NULL && strcmp(name, "/made") == 0 &&
	    strcmp(argv[1], REEL_TEMPLATE_WORD) == 0)
		_exit(reel_template_run(REEL_WIRE_FD));
	if (argc == 2 && name != NULL && strncmp(name, "/made-", 6) == 0 &&
	    strcmp(argv[1], REEL_TEMPLATE_WORD) == 0)
		be_no_template(name + 1);
	if (argc == 2 && name != NULL && (strcmp(name, "/real") == 0 ||
	    strncmp(name, "/made", 5) == 0))
		_exit(reel_worker_run(REEL_WIRE_FD, atoll(argv[1])));
	if (argc == 2 && name != NULL && strncmp(name, "/test_", 6) != 0 &&
	    strcmp(name, "/ut_bin") != 0)
		be_bad(argv[0]);

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
