#ifndef REEL_JOB_BOARD_H
#define REEL_JOB_BOARD_H

struct reel_job;
struct reel_job_book;
struct reel_piece;
struct reel_pool;

/**
 * reel_job_board_plan(book, job): what its storyboard will be like; zero if the
 * item is no film any more.
 * reel_job_board_look(book, jobs, count, pool): how many are made right now; ends
 * those whose film is gone or is another by now, or if none are made any more.
 *
 * reel_job_board_sheet(book, job, sheet, piece): a sheet has come, of ${job->key}
 * or, if that is not known, of the key of the file.
 * reel_job_board_over(book, job, status, piece): no more will; if all have, ${piece}
 * is the size of a tile.  Nonzero: the job ended, like by the functions of
 * reel_job.h; zero: nothing came of it, and whose fault that is is to be said.
 */
int reel_job_board_plan(struct reel_job_book *book, struct reel_job *job);
int reel_job_board_look(struct reel_job_book *book,
    const struct reel_job *jobs, int count, struct reel_pool *pool);
void reel_job_board_sheet(struct reel_job_book *book, struct reel_job *job,
    int sheet, const struct reel_piece *piece);
int reel_job_board_over(struct reel_job_book *book, struct reel_job *job,
    enum reel_status status, const struct reel_piece *piece);

#endif /* !REEL_JOB_BOARD_H */
