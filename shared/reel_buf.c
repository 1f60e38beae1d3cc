#include "shared/reel_buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A growing string, used by both sides, by one thread at a time.  It doubles,
 * so a string of n bytes costs O(n) copying in all; it never shrinks by itself.
 * Failure is sticky: whoever builds a long text asks ${failed} once at the end
 * instead of after every call.
 *
 * Invariant: len <= cap, and data is NULL if and only if cap is 0.
 */

/* Below this, growing byte by byte would cost more calls than it saves. */
#define CAP_MIN 64

void
reel_buf_init(struct reel_buf *buf)
{

	memset(buf, 0, sizeof(*buf));
}

void
reel_buf_clear(struct reel_buf *buf)
{

	free(buf->data);
	reel_buf_init(buf);
}

void
reel_buf_reset(struct reel_buf *buf)
{

	buf->len = 0;
	buf->failed = 0;
}

/* Out of line: the calls below stay short enough to be inlined. */
static int
grow(struct reel_buf *buf, size_t len)
{
	char *data;
	size_t cap;

	/* Half of the address space is more than any string can have. */
	if (len > SIZE_MAX / 2 - buf->len)
		goto failed;

	cap = buf->cap < CAP_MIN ? CAP_MIN : buf->cap;
	while (cap < buf->len + len)
		cap *= 2;
	if ((data = realloc(buf->data, cap)) == NULL)
		goto failed;

	buf->data = data;
	buf->cap = cap;
	return (0);

failed:
	buf->failed = 1;
	return (-1);
}

char *
reel_buf_reserve(struct reel_buf *buf, size_t len)
{

	if (buf->failed)
		return (NULL);

	/* Even for no bytes the answer is a place, never NULL. */
	if ((buf->cap == 0 || len > buf->cap - buf->len) && grow(buf, len))
		return (NULL);
	return (buf->data + buf->len);
}

void
reel_buf_add(struct reel_buf *buf, const void *data, size_t len)
{
	char *dst;

	/* memcpy must not see a NULL, not even for no bytes. */
	if (len == 0 || (dst = reel_buf_reserve(buf, len)) == NULL)
		return;
	memcpy(dst, data, len);
	buf->len += len;
}

void
reel_buf_str(struct reel_buf *buf, const char *str)
{

	reel_buf_add(buf, str, strlen(str));
}

void
reel_buf_chr(struct reel_buf *buf, char c)
{
	char *dst;

	if ((dst = reel_buf_reserve(buf, 1)) == NULL)
		return;
	*dst = c;
	buf->len++;
}

void
reel_buf_num(struct reel_buf *buf, int64_t num)
{
	char text[20];
	size_t i = sizeof(text);
	uint64_t n;

	/* As unsigned, because -INT64_MIN is no int64_t. */
	n = num < 0 ? 0 - (uint64_t)num : (uint64_t)num;
	do {
		text[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	if (num < 0)
		text[--i] = '-';
	reel_buf_add(buf, text + i, sizeof(text) - i);
}

void
reel_buf_fmt(struct reel_buf *buf, const char *fmt, ...)
{
	va_list ap;
	char *dst;
	int len;

	/* Most texts fit at the first try; the others say how long they are. */
	if ((dst = reel_buf_reserve(buf, CAP_MIN)) == NULL)
		return;
	va_start(ap, fmt);
	len = vsnprintf(dst, buf->cap - buf->len, fmt, ap);
	va_end(ap);
	if (len < 0) {
		buf->failed = 1;
		return;
	}

	if ((size_t)len >= buf->cap - buf->len) {
		if ((dst = reel_buf_reserve(buf, (size_t)len + 1)) == NULL)
			return;
		va_start(ap, fmt);
		vsnprintf(dst, (size_t)len + 1, fmt, ap);
		va_end(ap);
	}
	buf->len += (size_t)len;
}
