#ifndef REEL_TIMES_LAVF_H
#define REEL_TIMES_LAVF_H

/*
 * What a header leaves open about time.
 */
struct reel_source;

/**
 * reel_times_lavf_find(src):
 * How long it is and how many pictures a second it has, if its header does not
 * say, or says what is true of a part of it only: written into the AVFormatContext
 * and the first moving picture's AVStream of ${src}, as if it had.  Packets are
 * read for it, and none is decoded.
 */
void reel_times_lavf_find(struct reel_source *src);

#endif /* !REEL_TIMES_LAVF_H */
