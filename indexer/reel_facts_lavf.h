#ifndef REEL_FACTS_LAVF_H
#define REEL_FACTS_LAVF_H

#include <stdint.h>

#include "shared/reel_facts.h"

/*
 * From what libavformat knows of an open file to our facts.  ${format} is an
 * AVFormatContext; no header names a foreign type.
 */

/**
 * reel_facts_lavf_complete(format):
 * Nonzero if nothing but times is missing that a look into the streams would find.
 */
int reel_facts_lavf_complete(const void *format);

/**
 * reel_facts_lavf_fill(format, size, type, ending, facts):
 * Fill in ${facts}, which are initialised; ${size} of the file in bytes, ${type}
 * and ${ending} as the name promises.  REEL_BAD_INPUT: neither picture nor sound.
 */
enum reel_status reel_facts_lavf_fill(const void *format, int64_t size,
    enum reel_type type, const char *ending, struct reel_facts *facts);

#endif /* !REEL_FACTS_LAVF_H */
