#ifndef REEL_STATUS_H
#define REEL_STATUS_H

/*
 * What every function of shared/ and indexer/ that can fail returns.  Results
 * travel through pointers placed last and are untouched unless REEL_OK.
 */
enum reel_status {
	REEL_OK = 0,
	REEL_AGAIN,     /* not now; ask again later */
	REEL_NOT_FOUND, /* no such item, path or record */
	REEL_BUSY,      /* somebody else holds it, or a budget is spent */
	REEL_STALE,     /* the book was replaced or its schema is another */
	REEL_BAD_INPUT, /* the caller's bytes are not of the form */
	REEL_IO,        /* the system said no; errno or the handle says why */
	REEL_NOMEM
};

/**
 * reel_status_name(status):
 * Return a constant lower-case word for ${status}, for logs.
 */
const char *reel_status_name(enum reel_status status);

#endif /* !REEL_STATUS_H */
