#ifndef REEL_BUF_H
#define REEL_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_status.h"

/*
 * A string of bytes that grows.  Out of memory is sticky: it sets ${failed},
 * further calls do nothing, and the owner asks once at the end.
 */
struct reel_buf {
	char *data;  /* not NUL-terminated; NULL while empty */
	size_t len;  /* bytes used */
	size_t cap;  /* bytes allocated */
	int failed;  /* a growth failed; the content is worthless */
};

/* The caller owns the struct.  _clear frees and leaves it as after _init. */
void reel_buf_init(struct reel_buf *buf);
void reel_buf_clear(struct reel_buf *buf);

/* Forget the content, keep the memory for the next use. */
void reel_buf_reset(struct reel_buf *buf);

/* Append ${len} bytes, a C string, one byte, a decimal number, a printf. */
void reel_buf_add(struct reel_buf *buf, const void *data, size_t len);
void reel_buf_str(struct reel_buf *buf, const char *str);
void reel_buf_chr(struct reel_buf *buf, char c);
void reel_buf_num(struct reel_buf *buf, int64_t num);
void reel_buf_fmt(struct reel_buf *buf, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * reel_buf_reserve(buf, len):
 * Make room for ${len} more bytes and return where they go, or NULL when out
 * of memory.  The caller writes there and adds what it wrote to ${buf->len}.
 */
char *reel_buf_reserve(struct reel_buf *buf, size_t len);

#endif /* !REEL_BUF_H */
