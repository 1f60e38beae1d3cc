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
 * reel_job_board_sheet(book, key, sheet, piece): a sheet of it has come.
 * reel_job_board_done(book, job, key, piece): all have, and the size of a tile; ends
 * the job like the functions of reel_job.h.
 */
int reel_job_board_plan(struct reel_job_book *book, struct reel_job *job);
int reel_job_board_look(struct reel_job_book *book,
    const struct reel_job *jobs, int count, struct reel_pool *pool);
void reel_job_board_sheet(struct reel_job_book *book,
    const unsigned char *key, int sheet, const struct reel_piece *piece);
void reel_job_board_done(struct reel_job_book *book, struct reel_job *job,
    const unsigned char *key, const struct reel_piece *piece);

#endif /* !REEL_JOB_BOARD_H */
