#ifndef REEL_DISK_H
#define REEL_DISK_H

#include <stdint.h>

/*
 * Roots and mount points inside them: which filesystem belongs there, and is it
 * there?  A disk that is away is not a deletion.
 */
struct reel_config_root;
struct reel_folder;

struct reel_disk {
	struct reel_disk *next;
	struct reel_folder *folder;
	const struct reel_config_root *root; /* NULL: a mount point */
	int64_t fs;         /* noted; 0: not seen yet */
	int online;
	int network;        /* changes come without events: polled */
	int dead;           /* its folder was seen to be removed, empty as folders */
	                    /* are then: what was in it is really gone */
	int accept;         /* take what is there, whatever was noted */
	const char *reason; /* why it is offline; a constant */
};

struct reel_disk_seen {
	int found;    /* there is a folder */
	int64_t fs;   /* the filesystem it lies on */
	int same;     /* it is the very folder that the book knows */
	int known;    /* the book knows one at all */
	int empty;    /* nothing is in it; 0 if nobody counted */
	int children; /* the book has something in it; counts when empty */
	int watched;  /* watched without a break since it was not empty */
};

enum reel_disk_verdict {
	REEL_DISK_ONLINE, /* the one we know: go on */
	REEL_DISK_ADOPT,  /* go on, and note that this is it from now on */
	REEL_DISK_OFFLINE /* away: believe nothing, delete nothing */
};

/**
 * reel_disk_judge(disk, seen, reason):
 * ${reason} is set to a constant for OFFLINE.
 */
enum reel_disk_verdict reel_disk_judge(const struct reel_disk *disk,
    const struct reel_disk_seen *seen, const char **reason);

#endif /* !REEL_DISK_H */
