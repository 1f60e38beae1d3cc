/*
 * Memory or the end.  The indexer is restarted by its supervisor and the book
 * is transactional, so a path that survives a failed malloc would be code that
 * no test ever runs.  shared/ keeps its own counsel (REEL_NOMEM): it also lives
 * in nginx.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/reel_log.h"

#include "indexer/reel_mem.h"

void *
reel_mem_new(size_t bytes)
{
	void *ptr;

	if ((ptr = calloc(1, bytes)) == NULL)
		reel_fatal("out of memory bytes=%zu", bytes);

	return (ptr);
}

void *
reel_mem_grow(void *ptr, size_t count, size_t bytes_each)
{

	if (bytes_each != 0 && count > SIZE_MAX / bytes_each)
		reel_fatal("out of memory count=%zu each=%zu", count, bytes_each);
	if (count * bytes_each == 0) {
		/* realloc to nothing would free, and return NULL. */
		free(ptr);
		return (NULL);
	}
	if ((ptr = realloc(ptr, count * bytes_each)) == NULL)
		reel_fatal("out of memory bytes=%zu", count * bytes_each);

	return (ptr);
}

char *
reel_mem_str(const char *str)
{

	return (reel_mem_dup(str, strlen(str)));
}

void *
reel_mem_dup(const void *data, size_t len)
{
	char *ptr;

	if (len == SIZE_MAX)
		reel_fatal("out of memory bytes=%zu", len);
	ptr = reel_mem_new(len + 1);
	if (len > 0)
		memcpy(ptr, data, len);

	return (ptr);
}
