/*
 * info: what libav's own way to the facts of a file costs, in one process that is
 * already there: avformat_open_input and avformat_find_stream_info with their
 * defaults, and nothing done with what they found.
 *
 *   info FILE ...
 *
 * Prints milliseconds of processor time a file, mean.
 */
#include <err.h>
#include <stdio.h>
#include <time.h>

#include <libavformat/avformat.h>
#include <libavutil/log.h>

static double
cpu_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

	return ((double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6);
}

static void
read_one(const char *path)
{
	AVFormatContext *format = NULL;

	if (avformat_open_input(&format, path, NULL, NULL) < 0)
		errx(1, "%s: libav cannot open it", path);
	(void)avformat_find_stream_info(format, NULL);
	avformat_close_input(&format);
}

int
main(int argc, char **argv)
{
	double since;
	int i;

	if (argc < 2)
		errx(2, "info FILE ...");
	av_log_set_level(AV_LOG_QUIET);
	since = cpu_ms();
	for (i = 1; i < argc; i++)
		read_one(argv[i]);
	printf("%.4f\n", (cpu_ms() - since) / (argc - 1));

	return (0);
}
