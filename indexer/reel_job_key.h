#ifndef REEL_JOB_KEY_H
#define REEL_JOB_KEY_H

struct reel_job;

/**
 * reel_job_hold(job, fd): ${fd} is the file that the job is about to hand over; its
 * stat goes into the job, and if a picture or a storyboard comes of it, it stays
 * open here, once more.  Zero: too many files are open.
 * reel_job_let_go(job): which it does until then.
 *
 * reel_job_key(job, key): what that is filed under, which is made as ${job->making}
 * or ${job->how} say.  Returns NULL, or why it cannot be told.
 * reel_job_changed(job): likewise; NULL: the file is what it was.
 */
int reel_job_hold(struct reel_job *job, int fd);
void reel_job_let_go(struct reel_job *job);
const char *reel_job_key(const struct reel_job *job, unsigned char *key);
const char *reel_job_changed(const struct reel_job *job);

#endif /* !REEL_JOB_KEY_H */
