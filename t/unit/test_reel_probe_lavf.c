/* links: indexer/reel_probe_lavf.c indexer/reel_still.c indexer/reel_bytes.c indexer/reel_whole.c indexer/reel_source_lavf.c indexer/reel_leash_lavf.c indexer/reel_times_lavf.c indexer/reel_cut_lavf.c indexer/reel_hops.c indexer/reel_chain.c indexer/reel_extent.c indexer/reel_rate.c indexer/reel_facts_lavf.c indexer/reel_text.c indexer/reel_stream_lavf.c indexer/reel_codecs_lavf.c indexer/reel_hevc.c indexer/reel_vp9.c indexer/reel_sps.c indexer/reel_shape_lavf.c shared/reel_facts.c shared/reel_escape.c shared/reel_buf.c shared/reel_item.c */
/*
 * Facts of real files: a second each, made here with ffmpeg; and the collection
 * beside the source tree where there is one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_probe_lavf.h"
#include "indexer/reel_source_lavf.h"
#include "shared/reel_wire.h"

#define COLLECTION "../shared/media"

static char dir[64];
static struct reel_facts facts;
static char reason[REEL_WIRE_REASON_MAX];

static enum reel_status
probe_path(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	const char *dot = strrchr(name, '.');
	enum reel_status rc;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	reason[0] = '\0';
	rc = reel_probe_lavf_file(fd, reel_item_type_guess(name, strlen(name)),
	    dot != NULL ? dot + 1 : "", 20000, &facts, reason);
	close(fd);
	if (rc == REEL_OK)
		assert_int_equal(
		    reel_facts_check(&facts, sizeof(facts)), REEL_OK);
	else
		assert_true(reason[0] != '\0');

	return (rc);
}

static enum reel_status
probe(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);

	return (probe_path(path));
}

/* Make ${name} with ffmpeg's ${arguments}. */
static void
make(const char *name, const char *arguments)
{
	char command[1024];

	snprintf(command, sizeof(command),
	    "cd '%s' && ffmpeg -nostdin -hide_banner -loglevel error -y %s '%s'",
	    dir, arguments, name);
	if (system(command) != 0)
		fail_msg("cannot make %s: %s", name, command);
}

static void
put(const char *name, const void *data, size_t len)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_non_null(file = fopen(path, "w"));
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static int
set_up(void **state)
{

	(void)state;
	strcpy(dir, "/tmp/reel-test-probe-XXXXXX");
	reel_source_warm();

	return (mkdtemp(dir) == NULL ? -1 : 0);
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);

	return (system(command) == 0 ? 0 : -1);
}

#define PICTURE "-f lavfi -i testsrc=size=64x48:rate=25:duration=1 "
#define SOUND "-f lavfi -i sine=frequency=440:sample_rate=48000:duration=1 "
/*
 * A tag on a copy is how ffmpeg 5.1 is told to turn, counterclockwise there (its
 * own picture of the file says so); film.mp4 is the first that is made.
 */
#define TURN "-i film.mp4 -map 0:v -c copy "
#define H264 "-c:v libx264 -preset ultrafast -pix_fmt yuv420p "

static void
files_of_all_kinds_tell_their_facts(void **state)
{
	static const struct {
		const char *name;
		const char *arguments;
		enum reel_type type;
		const char *container;
		const char *codec;
		const char *audio_codec;
		int width;
		int height;
		int rotation;
		int fps;
		int depth;
		int64_t duration_ms; /* within 60 */
		const char *codecs;
	} rows[] = {
	    {"film.mp4", PICTURE SOUND H264 "-profile:v baseline -level 3.0 "
	     "-c:a aac -shortest", REEL_TYPE_VIDEO, "mp4", "h264", "aac", 64, 48,
	        0, 25, 8, 1000, "avc1.42c01e,mp4a.40.2"},
	    {"fragments.mp4", PICTURE H264 "-movflags "
	     "frag_keyframe+empty_moov+default_base_moof -g 10",
	        REEL_TYPE_VIDEO, "mp4", "h264", "", 64, 48, 0, 25, 8, 1000, NULL},
	    {"turned.mov", TURN "-metadata:s:v:0 rotate=270",
	        REEL_TYPE_VIDEO, "mov", "h264", "", 64, 48, 90, 25, 8, 1000,
	        NULL},
	    {"turned.mp4", TURN "-metadata:s:v:0 rotate=90",
	        REEL_TYPE_VIDEO, "mp4", "h264", "", 64, 48, 270, 25, 8, 1000,
	        NULL},
	    {"film.mkv", PICTURE SOUND H264 "-c:a ac3", REEL_TYPE_VIDEO,
	        "matroska", "h264", "ac3", 64, 48, 0, 25, 8, 1000, NULL},
	    {"film.webm", PICTURE SOUND "-c:v libvpx-vp9 -deadline realtime "
	     "-cpu-used 8 -pix_fmt yuv420p -c:a libopus", REEL_TYPE_VIDEO,
	        "webm", "vp9", "opus", 64, 48, 0, 25, 8, 1000, NULL},
	    {"deep.mkv", PICTURE "-c:v libx264 -preset ultrafast -pix_fmt "
	     "yuv420p10le", REEL_TYPE_VIDEO, "matroska", "h264", "", 64, 48, 0,
	        25, 10, 1000, NULL},
	    {"film.avi", PICTURE SOUND "-c:v mpeg4 -c:a libmp3lame",
	        REEL_TYPE_VIDEO, "avi", "mpeg4", "mp3", 64, 48, 0, 25, 8, 1000,
	        ""},
	    {"film.ts", PICTURE SOUND H264 "-c:a aac", REEL_TYPE_VIDEO, "mpegts",
	        "h264", "aac", 64, 48, 0, 25, 8, 1000, NULL},
	    {"film.mpg", PICTURE SOUND "-c:v mpeg2video -c:a mp2",
	        REEL_TYPE_VIDEO, "mpeg", "mpeg2video", "mp2", 64, 48, 0, 25, 8, 1000, ""},
	    {"film.flv", PICTURE H264, REEL_TYPE_VIDEO, "flv", "h264", "", 64, 48,
	        0, 25, 8, 1000, NULL},
	    {"sound.m4a", SOUND "-c:a aac", REEL_TYPE_AUDIO, "mp4", "", "aac", 0,
	        0, 0, 0, 0, 1000, "mp4a.40.2"},
	    {"sound.mp3", SOUND "-c:a libmp3lame", REEL_TYPE_AUDIO, "mp3", "",
	        "mp3", 0, 0, 0, 0, 0, 1000, "mp3"},
	    {"sound.flac", SOUND, REEL_TYPE_AUDIO, "flac", "", "flac", 0, 0, 0, 0,
	        0, 1000, "flac"},
	    {"sound.opus", SOUND "-c:a libopus", REEL_TYPE_AUDIO, "ogg", "",
	        "opus", 0, 0, 0, 0, 0, 1000, "opus"},
	    {"sound.wav", SOUND, REEL_TYPE_AUDIO, "wav", "", "pcm_s16le", 0, 0, 0,
	        0, 0, 1000, ""},
	    {"still.png", PICTURE "-frames:v 1", REEL_TYPE_IMAGE, "png", "png",
	        "", 64, 48, 0, 0, 8, -1, ""},
	    {"still.jpg", PICTURE "-frames:v 1", REEL_TYPE_IMAGE, "jpeg", "mjpeg",
	        "", 64, 48, 0, 0, 8, -1, ""},
	    {"still.bmp", PICTURE "-frames:v 1", REEL_TYPE_IMAGE, "bmp", "bmp",
	        "", 64, 48, 0, 0, 8, -1, ""},
	    {"still.webp", PICTURE "-frames:v 1 -c:v libwebp", REEL_TYPE_IMAGE,
	        "webp", "webp", "", 64, 48, 0, 0, 8, -1, ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i].name, rows[i].arguments);
		print_message("%s\n", rows[i].name);
		assert_int_equal(probe(rows[i].name), REEL_OK);
		assert_int_equal(facts.type, rows[i].type);
		assert_string_equal(facts.container, rows[i].container);
		assert_string_equal(facts.codec, rows[i].codec);
		assert_string_equal(facts.audio_codec, rows[i].audio_codec);
		assert_int_equal(facts.width, rows[i].width);
		assert_int_equal(facts.height, rows[i].height);
		assert_int_equal(facts.rotation, rows[i].rotation);
		if (rows[i].fps == 0)
			assert_int_equal(facts.fps_num, 0);
		else
			assert_int_equal(facts.fps_num,
			    (int64_t)rows[i].fps * facts.fps_den);
		assert_int_equal(facts.bit_depth, rows[i].depth);
		if (rows[i].duration_ms == -1)
			assert_int_equal(facts.duration_ms, -1);
		else
			assert_in_range(facts.duration_ms,
			    rows[i].duration_ms - 60, rows[i].duration_ms + 60);
		if (rows[i].codecs != NULL)
			assert_string_equal(facts.codecs, rows[i].codecs);
		if (rows[i].type == REEL_TYPE_VIDEO)
			assert_int_equal(facts.variable_fps, 0);
	}
}

/*
 * Headers that leave time open, or tell that of a part: libav itself then tells a
 * guess, or nothing; ours is what was put in.
 */
static void
times_that_no_header_tells_are_measured(void **state)
{
	static const struct {
		const char *name;
		const char *arguments;
		int fps_num;
		int fps_den;
		int64_t duration_ms; /* within 60 */
	} rows[] = {
	    {"parts.mp4", "-f lavfi -i testsrc=size=64x48:rate=30000/1001:duration=6 "
	     "-f lavfi -i sine=duration=6 " H264 "-g 15 -c:a aac -movflags "
	     "frag_keyframe+default_base_moof", 30000, 1001, 6000},
	    {"dash.mp4", "-f lavfi -i testsrc=size=64x48:rate=24:duration=6 " H264
	     "-g 12 -movflags frag_keyframe+empty_moov+dash+global_sidx", 24, 1,
	        6000},
	    {"late.mp4", PICTURE SOUND H264 "-c:a aac -output_ts_offset 100 "
	     "-movflags frag_keyframe+empty_moov", 25, 1, 1000},
	    {"pipe.mkv", "-f lavfi -i testsrc=size=64x48:rate=24000/1001:duration=4 "
	     "-f lavfi -i sine=duration=5 " H264 "-c:a aac -f matroska - >",
	        24000, 1001, 5000},
	    {"pipe.webm", "-f lavfi -i testsrc=size=64x48:rate=10:duration=3 "
	     "-c:v libvpx -deadline realtime -f webm - >", 10, 1, 3000},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i].name, rows[i].arguments);
		print_message("%s\n", rows[i].name);
		assert_int_equal(probe(rows[i].name), REEL_OK);
		assert_int_equal(facts.fps_num, rows[i].fps_num);
		assert_int_equal(facts.fps_den, rows[i].fps_den);
		assert_int_equal(facts.variable_fps, 0);
		assert_in_range(facts.duration_ms, rows[i].duration_ms - 60,
		    rows[i].duration_ms + 60);
	}
}

/* Lines in turn, which the header of an mp4 does not tell; nor does their lack. */
static void
interlaced_films_are_told(void **state)
{
	static const struct {
		const char *name;
		const char *arguments;
		int interlaced;
	} rows[] = {
	    {"lines.mp4", H264 "-x264opts tff -flags +ildct+ilme", 1},
	    {"lines.mov", H264 "-x264opts bff -flags +ildct+ilme", 1},
	    {"lines.ts", H264 "-x264opts tff -flags +ildct+ilme", 1},
	    {"lines.mpg", "-c:v mpeg2video -flags +ildct+ilme -top 1", 1},
	    {"could.mp4", H264 "-x264opts fake-interlaced", 0},
	    {"whole.mp4", H264, 0},
	};
	char arguments[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(arguments, sizeof(arguments), PICTURE "%s",
		    rows[i].arguments);
		make(rows[i].name, arguments);
		print_message("%s\n", rows[i].name);
		assert_int_equal(probe(rows[i].name), REEL_OK);
		assert_int_equal(facts.interlaced, rows[i].interlaced);
	}
}

/* As browsers and some cameras write it: nothing but times of pictures. */
static void
a_rate_that_no_header_tells_is_measured(void **state)
{
	static const struct {
		const char *arguments;
		int fps_num;
		int fps_den;
		int varies;
	} rows[] = {
	    {"-f lavfi -i testsrc=size=64x48:rate=30000/1001:duration=5 " H264,
	        30000, 1001, 0},
	    {"-f lavfi -i testsrc=size=64x48:rate=30:duration=5 " H264 "-bf 2",
	        30, 1, 0},
	    {PICTURE "-vf \"setpts='if(lt(N,13),N,13+(N-13)*3)/25/TB'\" "
	     "-vsync vfr " H264, 13043, 1000, 1}};
	static char bytes[1 << 20];
	char path[256];
	size_t i, len;
	FILE *file;
	char *at;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make("rate.mkv", rows[i].arguments);
		snprintf(path, sizeof(path), "%s/rate.mkv", dir);
		assert_non_null(file = fopen(path, "r"));
		len = fread(bytes, 1, sizeof(bytes), file);
		fclose(file);
		/* DefaultDuration becomes Void. */
		at = memmem(bytes, len, "\x23\xe3\x83\x84", 4);
		assert_non_null(at);
		memcpy(at, "\xec\x86", 2);
		put("bare.mkv", bytes, len);
		assert_int_equal(probe("bare.mkv"), REEL_OK);
		assert_int_equal(facts.variable_fps, rows[i].varies);
		print_message("%d/%d\n", facts.fps_num, facts.fps_den);
		assert_int_equal(facts.fps_num, rows[i].fps_num);
		assert_int_equal(facts.fps_den, rows[i].fps_den);
	}
}

/*
 * A recording that is going on, or a copy that was cut off: as long as what is
 * there.  The headers of these tell twenty seconds, or nothing.
 */
static void
what_was_cut_off_is_as_long_as_it_is(void **state)
{
#define FILM "-f lavfi -i testsrc2=size=96x64:rate=10:duration=20 "
#define TONE "-f lavfi -i sine=duration=20 "
	static const struct {
		const char *name;
		const char *arguments;
	} rows[] = {
	    {"whole.mkv", "-f lavfi -i testsrc2=size=320x240:rate=25:duration=20 "
	     H264 "-crf 10"},
	    {"pipe.mkv", "-i whole.mkv -c copy -f matroska - >"},
	    {"front.mp4", FILM H264 "-g 10 -movflags +faststart"},
	    {"front.m4a", TONE "-c:a aac -movflags +faststart"},
	    {"table.mp4", FILM H264 "-g 10 -movflags frag_keyframe+empty_moov+global_sidx"},
	    {"parts.mp4", FILM H264 "-g 10 -movflags frag_keyframe+empty_moov"},
	    {"copy.flv", FILM H264 "-g 10"},
	    {"copy.ts", FILM H264 "-g 10"},
	    {"copy.wmv", FILM "-c:v wmv2"},
	    {"copy.mp3", TONE "-c:a libmp3lame"},
	    {"copy.aiff", TONE},
	    {"copy.au", TONE},
	    {"copy.wav", TONE},
	    {"copy.ogg", TONE "-c:a libvorbis"},
	    {"copy.flac", TONE},
	    {"tag.flac", "-version >/dev/null && (printf 'ID3\\4\\0\\0\\0\\0\\0\\24' && "
	     "head -c 20 /dev/zero && cat copy.flac) >"},
	    {"copy.wv", TONE},
	    {"copy.tta", TONE},
	};
	static char bytes[8 << 20];
	char path[256], name[64];
	size_t len, i;
	FILE *file;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("%s\n", rows[i].name);
		make(rows[i].name, rows[i].arguments);
		assert_int_equal(probe(rows[i].name), REEL_OK);
		assert_in_range(facts.duration_ms, 19900, 20100);
		snprintf(path, sizeof(path), "%s/%s", dir, rows[i].name);
		assert_non_null(file = fopen(path, "r"));
		len = fread(bytes, 1, sizeof(bytes), file);
		fclose(file);
		/* More than the piece at the end that is read. */
		if (i < 2)
			assert_in_range(len, 2 << 20, sizeof(bytes) - 1);
		snprintf(name, sizeof(name), "half-%s", rows[i].name);
		put(name, bytes, len / 2);
		assert_int_equal(probe(name), REEL_OK);
		if (facts.duration_ms < 8000 || facts.duration_ms > 12000)
			fail_msg("%lld ms", (long long)facts.duration_ms);
	}
}

/* Ten seconds of silence say nothing of ten of noise. */
static void
sound_without_a_container_is_counted(void **state)
{
#define HUSH "-f lavfi -i anoisesrc=d=20:seed=1 -af \"volume=enable='lt(t,10)':volume=0\" "
	static const struct {
		const char *name;
		const char *arguments;
	} rows[] = {
	    {"hush.aac", HUSH "-c:a aac"},
	    {"hush.mp3", HUSH "-c:a libmp3lame -q:a 2 -write_xing 0"},
	    {"hush-xing.mp3", HUSH "-c:a libmp3lame -q:a 2"},
	    {"even.mp3", HUSH "-c:a libmp3lame -b:a 64k -write_xing 0"},
	    {"even.mp2", HUSH "-c:a mp2"},
	    {"hush.eac3", HUSH "-c:a eac3"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i].name, rows[i].arguments);
		print_message("%s\n", rows[i].name);
		assert_int_equal(probe(rows[i].name), REEL_OK);
		assert_in_range(facts.duration_ms, 19950, 20150);
	}
}

static void
a_cover_is_no_video(void **state)
{

	(void)state;
	make("cover.png", PICTURE "-frames:v 1");
	make("album.mp3", SOUND "-i cover.png -map 0 -map 1 -c:a libmp3lame "
	    "-c:v copy -disposition:v:0 attached_pic");
	assert_int_equal(probe("album.mp3"), REEL_OK);
	assert_int_equal(facts.type, REEL_TYPE_AUDIO);
	assert_int_equal(facts.has_cover, 1);
	assert_int_equal(facts.width, 0);
	assert_string_equal(facts.codec, "");
}

static void
tracks_chapters_and_tags_are_told(void **state)
{
	static const char chapters[] =
	    ";FFMETADATA1\ntitle=A t\xc3\xaftle\n"
	    "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=400\ntitle=One\n"
	    "[CHAPTER]\nTIMEBASE=1/1000\nSTART=400\nEND=1000\ntitle=Two\n";
	static const char subtitles[] =
	    "1\n00:00:00,100 --> 00:00:00,900\nhello\n";

	(void)state;
	put("meta.txt", chapters, strlen(chapters));
	put("text.srt", subtitles, strlen(subtitles));
	make("tags.mkv", PICTURE SOUND SOUND
	    "-i text.srt -i meta.txt -map 0 -map 1 -map 2 -map 3 "
	    "-map_metadata 4 " H264 "-c:a aac -c:s srt "
	    "-metadata creation_time=2024-05-06T07:08:09Z "
	    "-metadata:s:a:0 language=deu -metadata:s:a:1 language=und "
	    "-metadata:s:a:1 title=Comment -metadata:s:s:0 language=fra "
	    "-disposition:s:0 forced -ac:a:0 2 -ac:a:1 1");
	assert_int_equal(probe("tags.mkv"), REEL_OK);
	assert_string_equal(facts.title, "A t\xc3\xaftle");
	assert_int_equal(facts.recorded_ms, INT64_C(1714979289000));
	assert_int_equal(facts.audio_count, 2);
	assert_string_equal(facts.audio[0].language, "deu");
	assert_int_equal(facts.audio[0].channels, 2);
	assert_int_equal(facts.audio[0].sample_rate, 48000);
	assert_string_equal(facts.audio[1].language, "");
	assert_string_equal(facts.audio[1].title, "Comment");
	assert_int_equal(facts.audio[1].channels, 1);
	assert_int_equal(facts.channels, 2);
	assert_int_equal(facts.subtitle_count, 1);
	assert_string_equal(facts.subtitle[0].codec, "subrip");
	assert_string_equal(facts.subtitle[0].language, "fra");
	assert_int_equal(facts.subtitle[0].is_forced, 1);
	assert_int_equal(facts.chapter_count, 2);
	assert_string_equal(facts.chapter[1].title, "Two");
	assert_int_equal(facts.chapter[1].start_ms, 400);
	assert_int_equal(facts.chapter[1].end_ms, 1000);
	/* Which tells only where they begin. */
	make("tags.opus", SOUND "-i meta.txt -map_metadata 1 -c:a libopus");
	assert_int_equal(probe("tags.opus"), REEL_OK);
	assert_int_equal(facts.chapter_count, 2);
	assert_int_equal(facts.chapter[0].end_ms, 400);
	assert_int_equal(facts.chapter[1].start_ms, 400);
	assert_int_equal(facts.chapter[1].end_ms, facts.duration_ms);
}

static void
photographs_say_how_they_were_held(void **state)
{
	static const int turns[] = { 0, 0, 0, 180, 180, 90, 90, 270, 270 };
	static unsigned char plain[1 << 20], turned[(1 << 20) + 64];
	/* APP1: a TIFF directory whose one entry is the orientation. */
	unsigned char exif[] = "\xff\xe1\x00\x22" "Exif\0\0" "MM\0\x2a\0\0\0\x08"
	    "\0\x01" "\x01\x12\0\x03\0\0\0\x01\0\x01\0\0" "\0\0\0\0";
	const size_t exif_len = 36;
	char path[256];
	size_t len;
	FILE *file;
	int i;

	(void)state;
	make("held.jpg", PICTURE "-frames:v 1");
	snprintf(path, sizeof(path), "%s/held.jpg", dir);
	assert_non_null(file = fopen(path, "r"));
	len = fread(plain, 1, sizeof(plain), file);
	fclose(file);
	memcpy(turned, plain, 2);
	memcpy(turned + 2 + exif_len, plain + 2, len - 2);
	for (i = 1; i <= 8; i++) {
		exif[29] = (unsigned char)i;
		memcpy(turned + 2, exif, exif_len);
		put("held.jpg", turned, len + exif_len);
		assert_int_equal(probe("held.jpg"), REEL_OK);
		assert_int_equal(facts.rotation, turns[i]);
	}
}

static void
webp_that_moves_has_a_size(void **state)
{

	(void)state;
	make("moves.webp", PICTURE "-t 0.5 -c:v libwebp_anim -s 90x50");
	assert_int_equal(probe("moves.webp"), REEL_OK);
	assert_int_equal(facts.type, REEL_TYPE_IMAGE);
	assert_int_equal(facts.width, 90);
	assert_int_equal(facts.height, 50);
}

static void
title_and_date_are_told_by_every_container(void **state)
{
	static const struct {
		const char *name;
		const char *date;
		const char *told;
	} rows[] = {
		{ "tags.mp3", "2019", "2019" },
		{ "tags.m4a", "2019-05-04", "2019-05-04" },
		{ "tags.flac", "2019-05", "2019-05" },
		{ "tags.opus", "2019-05-04T07:08:09Z", "2019-05-04" },
		{ "tags.ogg", "2019", "2019" },
		{ "tags.wav", "2019-05-04", "2019-05-04" },
		{ "tags.wma", "2019", "2019" },
		{ "tags.wv", "2019", "2019" },
		{ "tags.mka", "2019-13-77", "2019" },
		{ "a.mka", "0000", "" },
		{ "b.mka", "201905", "" },
		{ "c.mka", "May 2019", "" },
		{ "d.mka", "2019-05-041", "" },
		{ "e.mka", "2019-00", "2019" },
		{ "f.mka", "20190504", "2019-05-04" },
		{ "f.m4a", "20190504", "2019-05-04" },
		{ "g.mka", "20191304", "" },
		{ "h.mka", "201905040", "" }
	};
	char arguments[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(arguments, sizeof(arguments), SOUND "-map 0 "
		    "-metadata creation_time=2024-05-06T07:08:09Z "
		    "-metadata title=Name -metadata date='%s'", rows[i].date);
		make(rows[i].name, arguments);
		assert_int_equal(probe(rows[i].name), REEL_OK);
		assert_string_equal(facts.title, "Name");
		if (strcmp(rows[i].name, "tags.ogg") == 0)
			assert_int_equal(
			    facts.recorded_ms, INT64_C(1714979289000));
		if (strcmp(facts.date, rows[i].told) != 0)
			fail_msg("%s: %s, not %s", rows[i].name, facts.date,
			    rows[i].told);
	}
}

/* AVI has the codec's header before its first picture; libav decodes to see it. */
static void
mpeg4_tells_its_profile_in_every_container(void **state)
{
	static const struct {
		const char *name;
		const char *arguments;
		const char *profile;
		const char *codecs;
	} rows[] = {
	    {"simple.avi", "-c:v mpeg4", "Simple Profile", ""},
	    {"simple.mkv", "-c:v mpeg4", "Simple Profile", ""},
	    {"simple.mp4", "-c:v mpeg4", "Simple Profile", "mp4v.20.1"},
	    {"b.avi", "-c:v mpeg4 -vtag xvid -bf 2", "Advanced Simple Profile",
	        ""},
	    {"b.mp4", "-c:v mpeg4 -bf 2", "Advanced Simple Profile",
	        "mp4v.20.241"},
	};
	char arguments[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(arguments, sizeof(arguments), PICTURE "%s",
		    rows[i].arguments);
		make(rows[i].name, arguments);
		print_message("%s\n", rows[i].name);
		assert_int_equal(probe(rows[i].name), REEL_OK);
		assert_string_equal(facts.profile, rows[i].profile);
		assert_string_equal(facts.codecs, rows[i].codecs);
	}
}

/* Where a stream tells it itself it tells the same as a container. */
static void
codecs_have_one_name_in_every_container(void **state)
{
	static const struct {
		const char *name;
		const char *arguments;
		const char *codecs;
	} rows[] = {
	    {"a.ts", PICTURE "-c:v libx265 -x265-params log-level=error "
	     "-pix_fmt yuv420p10le", "hvc1.2.4.L30.90"},
	    {"a.hevc", "-i a.ts -c copy", "hvc1.2.4.L30.90"},
	    {"a.mkv", "-i a.ts -c copy", "hvc1.2.4.L30.90"},
	    {"a.mp4", "-i a.ts -c copy -tag:v hev1", "hev1.2.4.L30.90"},
	    {"c.webm", PICTURE "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 "
	     "-pix_fmt yuv420p10le", "vp09.02.10.10"},
	    {"c.mp4", "-i c.webm -c copy", "vp09.02.10.10"},
	    {"c.ivf", "-i c.webm -c copy", "vp09.02.10.10"},
	    {"b.ts", PICTURE H264, "avc1.42c00a"},
	    {"b.mp4", "-i b.ts -c copy", "avc1.42c00a"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i].name, rows[i].arguments);
		print_message("%s\n", rows[i].name);
		assert_int_equal(probe(rows[i].name), REEL_OK);
		assert_string_equal(facts.codecs, rows[i].codecs);
	}
}

static void
hdr_is_told_by_the_transfer_curve(void **state)
{
	static const struct {
		const char *name;
		const char *trc;
		const char *hdr;
	} rows[] = {{"pq.mkv", "smpte2084", "pq"},
	    {"hlg.mkv", "arib-std-b67", "hlg"}, {"sdr.mkv", "bt709", ""}};
	char arguments[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(arguments, sizeof(arguments), PICTURE
		    "-c:v libx264 -preset ultrafast -pix_fmt yuv420p10le "
		    "-color_trc %s -color_primaries bt2020 -colorspace bt2020nc",
		    rows[i].trc);
		make(rows[i].name, arguments);
		assert_int_equal(probe(rows[i].name), REEL_OK);
		assert_string_equal(facts.hdr, rows[i].hdr);
		assert_int_equal(facts.bit_depth, 10);
	}
}

static void
what_is_no_media_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *name;
		const char *data;
		const char *reason;
	} rows[] = {
	    {"empty.mp4", "", "the file is empty"},
	    {"short.mp4", "x", "not media, or damaged at the beginning"},
	    {"text.mp4", "This is a text and nothing but a text.\n",
	        "not media, or damaged at the beginning"},
	    {"list.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\na.ts\n",
	        "a kind of file Reel does not read"},
	    {"script.mkv", "ffconcat version 1.0\nfile film.mkv\n",
	        "a kind of file Reel does not read"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put(rows[i].name, rows[i].data, strlen(rows[i].data));
		assert_int_equal(probe(rows[i].name), REEL_BAD_INPUT);
		assert_string_equal(reason, rows[i].reason);
	}
}

static void
a_shape_that_cannot_be_is_not_told(void **state)
{

	(void)state;
	make("wide.mkv", PICTURE "-vf setsar=16/1 " H264);
	assert_int_equal(probe("wide.mkv"), REEL_OK);
	assert_int_equal(facts.sar_num, 16);
	assert_int_equal(facts.sar_den, 1);
	make("wider.mkv", PICTURE "-vf setsar=17/1 " H264);
	assert_int_equal(probe("wider.mkv"), REEL_OK);
	assert_int_equal(facts.width, 64);
	assert_int_equal(facts.sar_num, 0);
	assert_int_equal(facts.sar_den, 0);
}

static void
a_disk_that_fails_is_not_the_files_fault(void **state)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY);

	(void)state;
	/* Reading a folder answers EISDIR, the nearest thing to a bad disk. */
	assert_int_equal(reel_probe_lavf_file(fd, REEL_TYPE_VIDEO, "mp4", 20000,
	    &facts, reason), REEL_IO);
	assert_string_equal(reason, "cannot read the file: Is a directory");
	close(fd);
}

static void
time_that_is_up_is_told(void **state)
{
	char path[256];
	int fd;

	(void)state;
	make("late.mp4", PICTURE H264);
	snprintf(path, sizeof(path), "%s/late.mp4", dir);
	fd = open(path, O_RDONLY);
	assert_int_equal(reel_probe_lavf_file(fd, REEL_TYPE_VIDEO, "mp4", 0,
	    &facts, reason), REEL_IO);
	assert_string_equal(reason, "reading the header took too long");
	close(fd);
}

/* Cut short and broken: facts that pass the check, or a reason. */
static void
damaged_files_do_no_harm(void **state)
{
	static const char *const names[] = {
	    "d.mp4", "d.mkv", "d.avi", "d.asf", "d.mp3"};
	static char good[1 << 20], bad[1 << 20];
	unsigned int seed = 20261130;
	char path[256];
	size_t i, len, k;
	int round;
	FILE *file;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		make(names[i], i == 4 ? SOUND "-c:a libmp3lame"
		                      : PICTURE "-c:v mpeg4");
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		assert_non_null(file = fopen(path, "r"));
		len = fread(good, 1, sizeof(good), file);
		fclose(file);
		assert_true(len > 100);
		for (round = 0; round < 60; round++) {
			memcpy(bad, good, len);
			for (k = 0; k < 20; k++) {
				seed = seed * 1103515245 + 12345;
				bad[(seed >> 8) % (k < 10 ? 400 : len)] =
				    (char)(seed >> 3);
			}
			put(names[i], bad, round % 3 == 0
			    ? len * (size_t)(round + 1) / 61 : len);
			memset(reason, 0, sizeof(reason));
			if (probe(names[i]) == REEL_OK)
				continue;
			/* Nor is it called the fault of a disk that is well. */
			if (reason[0] == '\0' || strstr(reason, "rmitted") ||
			    strstr(reason, "output error"))
				fail_msg("%s, round %d: \"%s\"", names[i],
				    round, reason);
		}
	}
}

/* file container video audio duration width height rotation ... */
static void
check_line(char *line)
{
	char *column[11], path[512];
	int i;
	double seconds, slack;

	for (i = 0; i < 11; i++)
		column[i] = strsep(&line, "\t");
	assert_non_null(column[10]);
	snprintf(path, sizeof(path), "%s/%s", COLLECTION, column[0]);
	if (strcmp(column[1], "hls") == 0 || strcmp(column[1], "webvtt") == 0 ||
	    strcmp(column[1], "srt") == 0) {
		assert_int_equal(probe_path(path), REEL_BAD_INPUT);
		return;
	}
	print_message("%s\n", column[0]);
	assert_int_equal(probe_path(path), REEL_OK);
	if (column[4][0] != '-') {
		/* What it estimated we have counted. */
		seconds = atof(column[4]);
		slack = strstr(column[10], "estimated") != NULL ? 0.05 : 0.01;
		assert_true((double)facts.duration_ms / 1000 >
		    seconds * (1 - slack) - 0.005);
		assert_true((double)facts.duration_ms / 1000 <
		    seconds * (1 + slack) + 0.005);
	}
	if (column[5][0] == '-') {
		assert_int_equal(facts.type, REEL_TYPE_AUDIO);
		assert_int_equal(facts.width, 0);
	} else {
		assert_int_equal(facts.type, REEL_TYPE_VIDEO);
		assert_int_equal(facts.width, atoi(column[5]));
		assert_int_equal(facts.height, atoi(column[6]));
		/* ffprobe counts the other way round. */
		assert_int_equal(
		    facts.rotation, (360 - atoi(column[7])) % 360);
		assert_int_equal(strncmp(facts.codec, column[2],
		    strcspn(column[2], "+")), 0);
	}
	if (column[3][0] != '-')
		assert_int_equal(strncmp(facts.audio_codec, column[3],
		    strcspn(column[3], "+")), 0);
	assert_int_equal(facts.has_cover, strstr(column[2], "[cover]") != NULL);
}

static void
the_collection_is_read_as_its_manifest_says(void **state)
{
	FILE *file = fopen(COLLECTION "/MANIFEST.tsv", "r");
	char line[8192];

	(void)state;
	if (file == NULL)
		skip();
	/* The first line names the columns. */
	assert_non_null(fgets(line, sizeof(line), file));
	while (fgets(line, sizeof(line), file) != NULL)
		check_line(line);
	fclose(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(files_of_all_kinds_tell_their_facts),
	    cmocka_unit_test(times_that_no_header_tells_are_measured),
	    cmocka_unit_test(a_rate_that_no_header_tells_is_measured),
	    cmocka_unit_test(interlaced_films_are_told),
	    cmocka_unit_test(what_was_cut_off_is_as_long_as_it_is),
	    cmocka_unit_test(sound_without_a_container_is_counted),
	    cmocka_unit_test(a_cover_is_no_video),
	    cmocka_unit_test(tracks_chapters_and_tags_are_told),
	    cmocka_unit_test(title_and_date_are_told_by_every_container),
	    cmocka_unit_test(photographs_say_how_they_were_held),
	    cmocka_unit_test(webp_that_moves_has_a_size),
	    cmocka_unit_test(mpeg4_tells_its_profile_in_every_container),
	    cmocka_unit_test(codecs_have_one_name_in_every_container),
	    cmocka_unit_test(hdr_is_told_by_the_transfer_curve),
	    cmocka_unit_test(what_is_no_media_is_refused_with_a_reason),
	    cmocka_unit_test(a_shape_that_cannot_be_is_not_told),
	    cmocka_unit_test(a_disk_that_fails_is_not_the_files_fault),
	    cmocka_unit_test(time_that_is_up_is_told),
	    cmocka_unit_test(damaged_files_do_no_harm),
	    cmocka_unit_test(the_collection_is_read_as_its_manifest_says),
	};

	return (cmocka_run_group_tests(tests, set_up, tear_down));
}
