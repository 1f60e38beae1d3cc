#ifndef REEL_VIEW_H
#define REEL_VIEW_H

#include <stddef.h>

/*
 * A part of the library, and what the change log looks like to somebody who
 * sees nothing else: below one folder, of some types.
 */
struct reel_since_record;

struct reel_view {
	const char *folder; /* its path; empty: the whole library */
	size_t folder_len;
	unsigned types;     /* bits 1 << type; 0: all */
};

/**
 * reel_view_record(view, record, relist):
 * Nonzero if something of ${record} shows; the record is then as the view sees
 * it: what moved in is put, what moved out is dropped, of what lies above the
 * folder nothing is told but that the folder came or went.  ${*relist} is
 * nonzero when more has changed than the record can say: list ${record->path}
 * again.
 */
int reel_view_record(const struct reel_view *view,
    struct reel_since_record *record, int *relist);

#endif /* !REEL_VIEW_H */
