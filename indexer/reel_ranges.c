/*
 * One mark a file: how far into it the last range ended, in bytes and in time.  A
 * playlist that leaves a file for another one and comes back finds its mark again.
 * Whatever a playlist claims, the answer is a time within a hundred years.
 */
#include "indexer/reel_ranges.h"

#define TIME_US_MAX (INT64_C(1000000) * 86400 * 366 * 100)

static struct reel_ranges_file *
find(struct reel_ranges *ranges, uint64_t file)
{
	size_t i;

	for (i = 0; i < ranges->count; i++)
		if (ranges->files[i].file == file)
			return (&ranges->files[i]);

	return (NULL);
}

static struct reel_ranges_file *
add(struct reel_ranges *ranges, uint64_t file, int64_t base)
{
	struct reel_ranges_file *mark;

	if (ranges->count == REEL_RANGES_FILES_MAX)
		return (NULL);
	mark = &ranges->files[ranges->count++];
	*mark = (struct reel_ranges_file){
	    .file = file, .base = base, .end = base};

	return (mark);
}

/* How far into the file the byte at ${at} is. */
static int64_t
time_of(const struct reel_ranges_file *mark, int64_t at)
{
	double us;

	if (at == mark->end)
		return (mark->end_us);
	if (at <= mark->base || mark->end <= mark->base)
		return (0);
	us = (double)mark->end_us * (double)(at - mark->base) /
	    (double)(mark->end - mark->base);

	return (us < (double)TIME_US_MAX ? (int64_t)us : TIME_US_MAX);
}

int64_t
reel_ranges_begins(struct reel_ranges *ranges, uint64_t file,
    const struct reel_playlist_part *part, int64_t at_us, int64_t duration_us)
{
	struct reel_ranges_file *mark = find(ranges, file);
	int64_t us;

	if (file == 0 || part->bytes <= 0)
		return (at_us);
	if (mark == NULL && (mark = add(ranges, file, part->at)) == NULL)
		return (at_us);
	us = time_of(mark, part->at);
	mark->end = part->at + part->bytes;
	mark->end_us = us;
	if (duration_us > 0 && duration_us < TIME_US_MAX - us)
		mark->end_us += duration_us;

	return (at_us - us);
}
