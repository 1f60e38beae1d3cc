#ifndef REEL_JOB_END_H
#define REEL_JOB_END_H

#include "indexer/reel_job.h"

struct reel_node;

/**
 * Further ends of a job, for the files that know them; errno says why.
 *
 * reel_job_settle(book, job, rc): told, or, REEL_IO, the book could not be written.
 * reel_job_know(book, item_id, node): what the book knows of the file now, without
 * its name; zero if it knows nothing.
 * reel_job_has_picture(facts): nonzero if a picture can be made of such a file.
 * reel_job_stale(book, job): nonzero if its file is another now; done, or back.
 * reel_job_made(book, job, key): it is in the cache.
 * reel_job_not_kept(book, job): the cache cannot keep it.
 * reel_job_not_opened(book, job, rc): its file cannot be had.
 */
void reel_job_settle(
    struct reel_job_book *book, struct reel_job *job, enum reel_status rc);
int reel_job_know(
    struct reel_job_book *book, int64_t item_id, struct reel_node *node);
int reel_job_has_picture(const struct reel_facts *facts);
int reel_job_stale(struct reel_job_book *book, struct reel_job *job);
void reel_job_made(struct reel_job_book *book, struct reel_job *job,
    const unsigned char *key);
void reel_job_not_kept(struct reel_job_book *book, struct reel_job *job);
void reel_job_not_opened(
    struct reel_job_book *book, struct reel_job *job, enum reel_status rc);

/**
 * reel_job_folded(book, job, rc, facts, was): a folder was judged, or ${rc} why not;
 * a picture and a storyboard are owed if there are ${facts}, unless they are there,
 * or could not be made and nothing of what they show has changed since.
 */
struct reel_job_was {
	int pictured;       /* it had a picture before it was judged */
	int64_t changed_ms; /* since 1970: the last change to any of its files */
};
void reel_job_folded(struct reel_job_book *book, struct reel_job *job,
    enum reel_status rc, const struct reel_facts *facts,
    const struct reel_job_was *was);

/* What an item had and the cache has lost is owed; REEL_NOT_FOUND: nothing. */
enum reel_status reel_job_lost(struct reel_job_book *book, int64_t item_id);

#endif /* !REEL_JOB_END_H */
