#ifndef REEL_MEM_H
#define REEL_MEM_H

#include <stddef.h>

/*
 * Memory or the end: out of memory is reel_fatal, a supervisor starts us again
 * and the book is transactional.
 */
void *reel_mem_new(size_t bytes); /* zeroed; bytes > 0 */
void *reel_mem_grow(void *ptr, size_t count, size_t bytes_each);
char *reel_mem_str(const char *str);
void *reel_mem_dup(const void *data, size_t len); /* len + 1 bytes, NUL added */

#endif /* !REEL_MEM_H */
