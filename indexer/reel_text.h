#ifndef REEL_TEXT_H
#define REEL_TEXT_H

#include <stddef.h>

/*
 * Copy ${text}, NULL for none, with a NUL into ${out}, which has ${size} bytes: UTF-8
 * without control characters, as many whole characters as fit; what is none becomes
 * U+FFFD, each byte of it.
 */
void reel_text_put(char *out, size_t size, const char *text);

#endif /* !REEL_TEXT_H */
