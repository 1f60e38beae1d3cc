/* links: indexer/reel_picture_lavf.c indexer/reel_board_lavf.c indexer/reel_board.c shared/reel_key.c indexer/reel_frames_lavf.c indexer/reel_decode_lavf.c indexer/reel_worth.c indexer/reel_thumb_sws.c indexer/reel_tone.c indexer/reel_encode_lavf.c indexer/reel_source_lavf.c indexer/reel_still.c indexer/reel_bytes.c indexer/reel_whole.c indexer/reel_leash_lavf.c indexer/reel_times_lavf.c indexer/reel_cut_lavf.c indexer/reel_hops.c indexer/reel_chain.c indexer/reel_extent.c indexer/reel_rate.c indexer/reel_facts_lavf.c indexer/reel_text.c indexer/reel_stream_lavf.c indexer/reel_codecs_lavf.c indexer/reel_hevc.c indexer/reel_vp9.c indexer/reel_sps.c indexer/reel_shape_lavf.c shared/reel_facts.c shared/reel_escape.c shared/reel_buf.c shared/reel_item.c */
/*
 * Pictures judged by their pixels: files are made here with ffmpeg, the JPEGs
 * that come out are decoded with ffmpeg, and points of them are looked at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_board_lavf.h"
#include "indexer/reel_picture_lavf.h"
#include "indexer/reel_source_lavf.h"
#include "shared/reel_key.h"
#include "shared/reel_wire.h"

#define BOX 160

static char dir[64];
static unsigned char jpeg[512 * 1024];
static size_t jpeg_len;
static struct reel_wire_making making = {BOX, 85, REEL_KEY_JPEG};
static char reason[REEL_WIRE_REASON_MAX];
static unsigned char rgb[BOX * BOX * 3];
static int width, height;

static void
run(const char *command)
{

	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

/* Make ${name} with ffmpeg's ${arguments}. */
static void
make(const char *name, const char *arguments)
{
	char command[2048];

	snprintf(command, sizeof(command),
	    "cd '%s' && ffmpeg -nostdin -hide_banner -loglevel error -y %s '%s'",
	    dir, arguments, name);
	run(command);
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

static size_t
get(const char *name, void *data, size_t cap)
{
	char path[256];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_non_null(file = fopen(path, "r"));
	len = fread(data, 1, cap, file);
	fclose(file);

	return (len);
}

static enum reel_status
picture(const char *name)
{
	char path[256];
	enum reel_status rc;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_true((fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0);
	reason[0] = '\0';
	rc = reel_picture_file(fd, reel_item_type_guess(name, strlen(name)),
	    &making, 20000, jpeg, sizeof(jpeg), &jpeg_len, reason);
	close(fd);

	return (rc);
}

/* The size as the JPEG's own header says it. */
static void
read_size(void)
{
	size_t at = 2;

	while (at + 9 < jpeg_len && jpeg[at + 1] != 0xc0)
		at += 2 + (size_t)(jpeg[at + 2] << 8 | jpeg[at + 3]);
	assert_true(at + 9 < jpeg_len);
	height = jpeg[at + 5] << 8 | jpeg[at + 6];
	width = jpeg[at + 7] << 8 | jpeg[at + 8];
}

/* What was made, whole, decoded by another program. */
static void
look(void)
{

	assert_true(jpeg_len > 100);
	assert_memory_equal(jpeg, "\xff\xd8\xff", 3);
	assert_memory_equal(jpeg + jpeg_len - 2, "\xff\xd9", 2);
	read_size();
	assert_true(width <= BOX && height <= BOX);
	put("seen.jpg", jpeg, jpeg_len);
	make("seen.rgb", "-i seen.jpg -f rawvideo -pix_fmt rgb24");
	assert_int_equal(get("seen.rgb", rgb, sizeof(rgb)), width * height * 3);
}

static void
see(const char *name)
{

	if (picture(name) != REEL_OK)
		fail_msg("%s: %s", name, reason);
	look();
}

static int
on_sheet(void *cookie, int sheet, size_t len)
{

	(void)cookie;
	assert_int_equal(sheet, 1);
	jpeg_len = len;

	return (1);
}

/* The storyboard of ${name}, of a second or two, which is one tile. */
static void
see_board(const char *name)
{
	static const struct reel_wire_board how = {BOX, 85, 1, 1, 10000};
	const struct reel_board_sink sink = {
	    .on_sheet = on_sheet, .jpeg = jpeg, .cap = sizeof(jpeg)};
	struct reel_board_part film = {.fd = -1};
	struct reel_wire_tile tile;
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_true((film.fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0);
	jpeg_len = 0;
	if (reel_board_file(&film, &how, 2000, 20000, &sink, &tile, reason) !=
	    REEL_OK)
		fail_msg("%s: %s", name, reason);
	close(film.fd);
	look();
	assert_int_equal(tile.width, width);
	assert_int_equal(tile.height, height);
}

/* At so many percent from the left and from the top. */
static const unsigned char *
at(int x, int y)
{

	return (rgb + 3 * (y * height / 100 * width + x * width / 100));
}

static int
near(const unsigned char *p, int r, int g, int b, int tolerance)
{

	return (abs(p[0] - r) <= tolerance && abs(p[1] - g) <= tolerance &&
	    abs(p[2] - b) <= tolerance);
}

static char
colour(const unsigned char *p)
{

	return (near(p, 255, 0, 0, 40) ? 'R' : near(p, 0, 255, 0, 40) ? 'G'
	    : near(p, 0, 0, 255, 40) ? 'B' : near(p, 255, 255, 255, 40) ? 'W'
	    : near(p, 0, 0, 0, 40) ? 'k' : '?');
}

/* The four corners, line by line. */
static const char *
corners(void)
{
	static char text[5];

	snprintf(text, sizeof(text), "%c%c%c%c", colour(at(25, 25)),
	    colour(at(75, 25)), colour(at(25, 75)), colour(at(75, 75)));

	return (text);
}

/* Red and green above blue and white, two seconds of 320 x 240. */
#define FOUR "-f lavfi -i \"color=red:s=160x120:r=25:d=2[a];"                   \
	"color=lime:s=160x120:r=25:d=2[b];color=blue:s=160x120:r=25:d=2[c];"         \
	"color=white:s=160x120:r=25:d=2[d];[a][b]hstack[x];[c][d]hstack[y];"         \
	"[x][y]vstack,format=yuv420p\" "
#define H264 "-c:v libx264 -preset ultrafast -qp 10 -pix_fmt yuv420p "

static void
films_are_upright(void **state)
{
	/* ffmpeg 5.1 turns counterclockwise by this tag. */
	static const struct {
		const char *tag;
		const char *corners;
		int tall;
	} rows[] = {{"0", "RGBW", 0}, {"90", "GWRB", 1}, {"180", "WBGR", 0},
	    {"270", "BRWG", 1}};
	char arguments[128];
	size_t i;

	(void)state;
	make("film.mp4", FOUR H264);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(arguments, sizeof(arguments), "-i film.mp4 -c copy "
		    "-metadata:s:v:0 rotate=%s", rows[i].tag);
		make("turned.mp4", arguments);
		see("turned.mp4");
		assert_string_equal(corners(), rows[i].corners);
		assert_int_equal(width, rows[i].tall ? 120 : 160);
		assert_int_equal(height, rows[i].tall ? 160 : 120);
	}
}

static void
containers_and_codecs(void **state)
{
	static const struct {
		const char *name;
		const char *arguments;
	} rows[] = {
	    {"a.mkv", H264}, {"a.ts", H264}, {"a.flv", H264},
	    {"a.avi", "-c:v mpeg4 -q:v 2 "}, {"a.mpg", "-c:v mpeg2video -q:v 2 "},
	    {"a.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 2M "},
	    {"b.webm", "-c:v libvpx -deadline realtime -b:v 2M "},
	    {"a.ogv", "-c:v libtheora -q:v 9 "}, {"a.mov", "-c:v prores_ks "},
	    {"frag.mp4", H264 "-movflags frag_keyframe+empty_moov -g 10 "},
	    {"dv.mkv", "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p "},
	    {"a.gif", ""}, {"a.png", "-frames:v 1 "}, {"a.jpg", "-frames:v 1 "},
	    {"a.webp", "-frames:v 1 "}, {"a.bmp", "-frames:v 1 "},
	    {"a.tiff", "-frames:v 1 "}};
	char arguments[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(arguments, sizeof(arguments), FOUR "%s",
		    rows[i].arguments);
		make(rows[i].name, arguments);
		see(rows[i].name);
		if (strcmp(corners(), "RGBW") != 0 || width != 160 ||
		    height != 120)
			fail_msg("%s: %s %dx%d", rows[i].name, corners(), width,
			    height);
	}
}

/* libav decodes none that moves: its first frame is handed over as a still. */
static void
a_webp_that_moves_shows_its_first_frame(void **state)
{
	static const char *const rows[] = {"\" ", "\" -lossless 1 ",
	    ",format=yuva420p,geq=lum='p(X,Y)':a=254\" "};
	char arguments[512];
	unsigned char head[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(arguments, sizeof(arguments), FOUR "-vf "
		    "\"negate=enable='gt(n\\,0)'%s -frames:v 4 -c:v libwebp_anim",
		    rows[i]);
		make("moves.webp", arguments);
		assert_true(get("moves.webp", head, sizeof(head)) > 0);
		assert_memory_equal(head + 12, "VP8X", 4);
		assert_true((head[20] & 2) != 0);
		see("moves.webp");
		assert_string_equal(corners(), "RGBW");
		assert_int_equal(width, 160);
		assert_int_equal(height, 120);
	}
}

static void
little24(unsigned char *at, int value)
{
	int i;

	for (i = 0; i < 3; i++)
		at[i] = (unsigned char)(value >> 8 * i);
}

/* The still "${from}" as the first frame, there, on a canvas of that size. */
static void
put_frame(const char *name, const char *from, int x, int y, int w, int h,
    int canvas_width, int canvas_height)
{
	static unsigned char still[65536], out[65536 + 100];
	size_t len = get(from, still, sizeof(still)) - 12;

	assert_memory_equal(still + 8, "WEBPVP8", 7);
	memset(out, 0, sizeof(out));
	memcpy(out, "RIFF    WEBPVP8X\x0a\0\0\0\x02\0\0\0", 24);
	little24(out + 4, (int)(22 + 14 + 24 + len));
	little24(out + 24, canvas_width - 1);
	little24(out + 27, canvas_height - 1);
	memcpy(out + 30, "ANIM\x06\0\0\0\0\0\0\xff\0\0ANMF", 18);
	little24(out + 48, (int)(16 + len));
	little24(out + 52, x / 2);
	little24(out + 55, y / 2);
	little24(out + 58, w - 1);
	little24(out + 61, h - 1);
	out[64] = 100;
	memcpy(out + 68, still + 12, len);
	put(name, out, 68 + len);
}

/* Sixteen points, four of each line. */
static const char *
points(void)
{
	static char text[17];
	int i;

	for (i = 0; i < 16; i++)
		text[i] = colour(at(12 + i % 4 * 25, 12 + i / 4 * 25));

	return (text);
}

/* Frames need not be as large as what they are shown on, which shows through. */
static void
a_small_first_frame_of_a_webp_lies_where_it_is_shown(void **state)
{
	static const struct {
		int x, y, width, height; /* of the canvas; the frame: 320x240 */
		int seen_width, seen_height;
		const char *points;
	} rows[] = {
	    {0, 0, 320, 240, 160, 120, "RRGGRRGGBBWWBBWW"},
	    {320, 240, 640, 480, 160, 120, "WWWWWWWWWWRGWWBW"},
	    {0, 0, 640, 480, 160, 120, "RGWWBWWWWWWWWWWW"},
	    {0, 240, 320, 480, 107, 160, "WWWWWWWWRRGGBBWW"},
	    {320, 0, 640, 240, 160, 60, "WWRGWWRGWWBWWWBW"},
	    {0, 0, 16384, 16384, 160, 160, "WWWWWWWWWWWWWWWW"},
	    /* Not on it: alone. */
	    {0, 0, 16384, 16, 160, 120, "RRGGRRGGBBWWBBWW"},
	    {2, 0, 320, 240, 160, 120, "RRGGRRGGBBWWBBWW"},
	    {16777214, 16777214, 320, 240, 160, 120, "RRGGRRGGBBWWBBWW"}};
	size_t i;

	(void)state;
	make("still.webp", FOUR "-frames:v 1");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_frame("small.webp", "still.webp", rows[i].x, rows[i].y, 320,
		    240, rows[i].width, rows[i].height);
		see("small.webp");
		if (strcmp(points(), rows[i].points) != 0 ||
		    width != rows[i].seen_width ||
		    height != rows[i].seen_height)
			fail_msg("%zu: %s %dx%d", i, points(), width, height);
	}
}

static void
a_webp_shows_the_same(void **state)
{
	static const struct reel_wire_making webp = {BOX, 85, REEL_KEY_WEBP};
	const struct reel_wire_making before = making;
	size_t fine;

	(void)state;
	make("film.mp4", FOUR H264);
	making = webp;
	assert_int_equal(picture("film.mp4"), REEL_OK);
	assert_memory_equal(jpeg, "RIFF", 4);
	assert_memory_equal(jpeg + 8, "WEBPVP8 ", 8);
	width = jpeg[26] | jpeg[27] << 8;
	height = jpeg[28] | jpeg[29] << 8;
	assert_int_equal(width, 160);
	assert_int_equal(height, 120);
	put("seen.webp", jpeg, jpeg_len);
	make("seen.rgb", "-i seen.webp -f rawvideo -pix_fmt rgb24");
	assert_int_equal(get("seen.rgb", rgb, sizeof(rgb)), width * height * 3);
	assert_string_equal(corners(), "RGBW");
	/* Quality counts. */
	make("test.mp4", "-f lavfi -i testsrc2=s=640x480:d=1 " H264);
	assert_int_equal(picture("test.mp4"), REEL_OK);
	fine = jpeg_len;
	making.quality = 20;
	assert_int_equal(picture("test.mp4"), REEL_OK);
	assert_true(jpeg_len < fine);
	making = before;
}

static void
pixels_are_made_square(void **state)
{

	(void)state;
	make("wide.mp4", FOUR "-vf setsar=2/1 " H264);
	see("wide.mp4");
	assert_string_equal(corners(), "RGBW");
	assert_int_equal(width, 160);
	assert_int_equal(height, 60);
	make("high.mp4", FOUR "-vf setsar=1/2 " H264);
	see("high.mp4");
	assert_string_equal(corners(), "RGBW");
	assert_int_equal(width, 107);
	assert_int_equal(height, 160);
}

static void
small_ones_are_not_blown_up(void **state)
{

	(void)state;
	make("small.png", FOUR "-vf scale=32:24 -frames:v 1 ");
	see("small.png");
	assert_int_equal(width, 32);
	assert_int_equal(height, 24);
	assert_string_equal(corners(), "RGBW");
}

/* Along a column beside a bar's edge neighbours hardly differ. */
static int
combs(void)
{
	int x, y, edges = 0;
	const unsigned char *line;

	for (y = 10; y < height - 10; y++) {
		line = rgb + 3 * y * width;
		for (x = 0; x < width; x++)
			edges += abs(line[3 * x] - line[3 * (x - width)]) > 60;
	}

	return (edges);
}

static void
combs_of_interlacing_are_gone(void **state)
{

	(void)state;
	/* A white bar that runs: two fields of one frame see it elsewhere. */
	make("fields.mpg", "-f lavfi -i \"color=gray:s=720x576:r=50:d=2,"
	    "drawbox=x=0:y=0:w=360:h=576:color=white:t=fill[a];"
	    "color=blue:s=60x576:r=50:d=2[b];[a][b]overlay=x='mod(n*30,600)',"
	    "tinterlace=interleave_top\" -c:v mpeg2video -q:v 2 "
	    "-flags +ildct+ilme -top 1 ");
	see("fields.mpg");
	assert_int_equal(combs(), 0);
	see_board("fields.mpg");
	assert_int_equal(combs(), 0);
}

static void
a_black_beginning_is_passed_over(void **state)
{
	static const char black[] = "-f lavfi -i \"color=black:s=320x240:r=25:d=4"
	    "[k];color=red:s=160x120:r=25:d=8[a];color=lime:s=160x120:r=25:d=8[b];"
	    "color=blue:s=160x120:r=25:d=8[c];color=white:s=160x120:r=25:d=8[d];"
	    "[a][b]hstack[x];[c][d]hstack[y];[x][y]vstack[p];[k][p]concat,"
	    "format=yuv420p\" ";
	char arguments[1024];

	(void)state;
	snprintf(arguments, sizeof(arguments), "%s" H264 "-g 25 ", black);
	make("dark.mp4", arguments);
	see("dark.mp4");
	assert_string_equal(corners(), "RGBW");
	/* One group of pictures: the key frame is black. */
	snprintf(arguments, sizeof(arguments), "%s" H264 "-g 1000 "
	    "-x264-params scenecut=0 ", black);
	make("group.mp4", arguments);
	see("group.mp4");
	assert_string_equal(corners(), "RGBW");
}

static void
a_title_card_is_passed_over(void **state)
{

	(void)state;
	/* Letters on black for most of it, the film at the end. */
	make("title.mp4", "-f lavfi -i \"color=black:s=320x240:r=25:d=6,"
	    "drawbox=x=100:y=100:w=60:h=12:color=white:t=fill[k];"
	    "color=red:s=160x120:r=25:d=6[a];color=lime:s=160x120:r=25:d=6[b];"
	    "color=blue:s=160x120:r=25:d=6[c];color=white:s=160x120:r=25:d=6[d];"
	    "[a][b]hstack[x];[c][d]hstack[y];[x][y]vstack[p];[k][p]concat,"
	    "format=yuv420p\" " H264 "-g 25 ");
	see("title.mp4");
	assert_string_equal(corners(), "RGBW");
}

static void
a_black_film_has_a_black_picture(void **state)
{

	(void)state;
	make("night.mp4", "-f lavfi -i color=black:s=320x240:r=25:d=2 " H264);
	see("night.mp4");
	assert_string_equal(corners(), "kkkk");
}

static void
sound_has_its_cover(void **state)
{

	(void)state;
	make("cover.png", FOUR "-frames:v 1 ");
	make("song.mp3", "-f lavfi -i sine=d=1 -i cover.png -map 0 -map 1 "
	    "-c:v mjpeg -q:v 2 -disposition:v attached_pic ");
	see("song.mp3");
	assert_string_equal(corners(), "RGBW");
	make("song.flac", "-f lavfi -i sine=d=1 -i cover.png -map 0 -map 1 "
	    "-c:v png -disposition:v attached_pic ");
	see("song.flac");
	assert_string_equal(corners(), "RGBW");
	make("plain.mp3", "-f lavfi -i sine=d=1 ");
	assert_int_equal(picture("plain.mp3"), REEL_BAD_INPUT);
	assert_string_equal(reason, "no picture in it");
}

static void
photographs_are_upright(void **state)
{
	static const char *const expected[9] = {NULL, "RGBW", "GRWB", "WBGR",
	    "BWRG", "RBGW", "BRWG", "WGBR", "GWRB"};
	static unsigned char plain[1 << 20], turned[(1 << 20) + 64];
	/* APP1: a TIFF directory whose one entry is the orientation. */
	unsigned char exif[] = "\xff\xe1\x00\x22" "Exif\0\0" "MM\0\x2a\0\0\0\x08"
	    "\0\x01" "\x01\x12\0\x03\0\0\0\x01\0\x01\0\0" "\0\0\0\0";
	const size_t exif_len = 36;
	size_t len;
	int orientation;

	(void)state;
	make("plain.jpg", FOUR "-q:v 2 -frames:v 1 ");
	len = get("plain.jpg", plain, sizeof(plain));
	for (orientation = 1; orientation <= 8; orientation++) {
		exif[29] = (unsigned char)orientation;
		memcpy(turned, plain, 2);
		memcpy(turned + 2, exif, exif_len);
		memcpy(turned + 2 + exif_len, plain + 2, len - 2);
		put("turned.jpg", turned, len + exif_len);
		see("turned.jpg");
		assert_string_equal(corners(), expected[orientation]);
		assert_int_equal(width, orientation < 5 ? 160 : 120);
		/* And nothing of the camera is told on. */
		assert_null(memmem(jpeg, jpeg_len, "Exif", 4));
		assert_null(memmem(jpeg, jpeg_len, "Lav", 3));
	}
}

static void
what_is_transparent_is_white(void **state)
{

	(void)state;
	make("hole.png", "-f lavfi -i \"nullsrc=s=320x240,format=rgba,geq="
	    "r=255*lt(X\\,160):g=0:b=0:a='255*lt(X,160)*lt(Y,120)'\" "
	    "-frames:v 1 ");
	see("hole.png");
	assert_string_equal(corners(), "RWWW");
}

static double
srgb(double light)
{

	return (255.0 * (light <= 0.0031308 ? 12.92 * light
	    : 1.055 * pow(light, 1 / 2.4) - 0.055));
}

/* SMPTE ST 2084, from light to a code. */
static double
pq(double nits)
{
	double y = pow(nits / 10000.0, 2610.0 / 16384.0);

	return (pow((3424.0 / 4096.0 + 2413.0 / 128.0 * y) /
	    (1.0 + 2392.0 / 128.0 * y), 2523.0 / 32.0));
}

/* ARIB STD-B67 with the eye's gamma of 1.2 at 1000 nits. */
static double
hlg(double nits)
{
	double scene = pow(nits / 1000.0, 1 / 1.2);

	return (scene <= 1.0 / 12.0 ? sqrt(3.0 * scene)
	    : 0.17883277 * log(12.0 * scene - 0.28466892) + 0.55991073);
}

/* Below the knee light stays; a glare is white, not grey. */
static const double nits[4] = {5, 36, 80, 1000};

/* A quarter of the picture for each. */
static void
is_graded(const char *what)
{
	const int x[2] = {25, 75};
	const unsigned char *p;
	int k, want;

	for (k = 0; k < 4; k++) {
		want = (int)lround(
		    nits[k] > 203 ? 255 : srgb(nits[k] / 203.0));
		p = at(x[k % 2], x[k / 2]);
		if (!near(p, want, want, want, 6))
			fail_msg("%s: %.0f nits are %d %d %d, not %d", what,
			    nits[k], p[0], p[1], p[2], want);
	}
}

static void
bright_films_look_as_they_were_graded(void **state)
{
	static const struct {
		const char *name;
		const char *trc;
		double (*code)(double nits);
	} rows[] = {{"pq.mkv", "smpte2084", pq}, {"hlg.mkv", "arib-std-b67", hlg}};
	char arguments[1024];
	int patch[4], k;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		for (k = 0; k < 4; k++)
			patch[k] = (int)lround(
			    64 + 876 * rows[i].code(nits[k]));
		snprintf(arguments, sizeof(arguments), "-f lavfi -i \"nullsrc="
		    "s=320x240:r=5:d=2,format=yuv420p10le,geq=lum='if(lt(Y,120),"
		    "if(lt(X,160),%d,%d),if(lt(X,160),%d,%d))':cb=512:cr=512\" "
		    "-c:v ffv1 -color_range tv -colorspace bt2020nc "
		    "-color_primaries bt2020 -color_trc %s ", patch[0], patch[1],
		    patch[2], patch[3], rows[i].trc);
		make(rows[i].name, arguments);
		see(rows[i].name);
		is_graded(rows[i].name);
		see_board(rows[i].name);
		is_graded("its tile");
	}
}

static void
colours_of_bright_films_are_those_of_another_program(void **state)
{
	static unsigned char other[BOX * BOX * 3];
	int i, off, worst = 0;

	(void)state;
	/* Dim enough to be below the knee, where mapping changes nothing. */
	make("hue.mkv", "-f lavfi -i \"color=gray:s=320x240:r=5:d=1,"
	    "format=yuv420p10le,geq=lum='250+150*X/W':cb='512+60*(Y/H-0.5)':"
	    "cr='512+60*(X/W-0.5)'\" -c:v ffv1 -color_range tv "
	    "-colorspace bt2020nc -color_primaries bt2020 -color_trc smpte2084 ");
	make("other.rgb", "-i hue.mkv -frames:v 1 -vf \"scale=160:120:flags=area,"
	    "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,"
	    "zscale=t=iec61966-2-1,format=gbrp\" -f rawvideo -pix_fmt rgb24 ");
	see("hue.mkv");
	assert_int_equal(get("other.rgb", other, sizeof(other)), 160 * 120 * 3);
	for (i = 0; i < 160 * 120 * 3; i++) {
		off = abs(other[i] - rgb[i]);
		if (off > worst)
			worst = off;
	}
	assert_true(worst <= 14);
}

static void
files_without_a_picture_say_why(void **state)
{
	unsigned char noise[5000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(noise); i++)
		noise[i] = (unsigned char)(i * 7 + i / 251);
	put("noise.mp4", noise, sizeof(noise));
	assert_int_equal(picture("noise.mp4"), REEL_BAD_INPUT);
	assert_true(reason[0] != '\0');
	put("empty.mp4", noise, 0);
	assert_int_equal(picture("empty.mp4"), REEL_BAD_INPUT);
	assert_string_equal(reason, "the file is empty");
	/* A header without what it speaks of. */
	make("cut.mkv", FOUR H264);
	assert_true(get("cut.mkv", jpeg, 1500) == 1500);
	put("cut.mkv", jpeg, 700);
	assert_int_equal(picture("cut.mkv"), REEL_BAD_INPUT);
	assert_true(reason[0] != '\0');
}

static int
set_up(void **state)
{

	(void)state;
	strcpy(dir, "/tmp/reel-test-picture-XXXXXX");
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(films_are_upright),
	    cmocka_unit_test(containers_and_codecs),
	    cmocka_unit_test(a_webp_shows_the_same),
	    cmocka_unit_test(a_webp_that_moves_shows_its_first_frame),
	    cmocka_unit_test(
	        a_small_first_frame_of_a_webp_lies_where_it_is_shown),
	    cmocka_unit_test(pixels_are_made_square),
	    cmocka_unit_test(small_ones_are_not_blown_up),
	    cmocka_unit_test(combs_of_interlacing_are_gone),
	    cmocka_unit_test(a_black_beginning_is_passed_over),
	    cmocka_unit_test(a_title_card_is_passed_over),
	    cmocka_unit_test(a_black_film_has_a_black_picture),
	    cmocka_unit_test(sound_has_its_cover),
	    cmocka_unit_test(photographs_are_upright),
	    cmocka_unit_test(what_is_transparent_is_white),
	    cmocka_unit_test(bright_films_look_as_they_were_graded),
	    cmocka_unit_test(colours_of_bright_films_are_those_of_another_program),
	    cmocka_unit_test(files_without_a_picture_say_why),
	};

	return (cmocka_run_group_tests(tests, set_up, tear_down));
}
