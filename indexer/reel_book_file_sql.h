#ifndef REEL_BOOK_FILE_SQL_H
#define REEL_BOOK_FILE_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * The book as a file: who may have it, whether it is one, and how a fresh one is
 * made.  Everything here happens before SQLite opens it for writing.
 */
#define REEL_BOOK_FILE_LOCK "lock"

/**
 * reel_book_file_lock(dir, fd, epoch, why):
 * Take the one lock of the state folder for as long as ${fd} is open.  ${epoch}
 * becomes the highest epoch the folder has seen, 0 if none.  REEL_BUSY: another
 * process has it.
 * reel_book_file_sign(fd, epoch): write who we are and the epoch into it.
 *
 * reel_book_file_look(path, why):
 * REEL_OK: a book of ours, as far as its first 100 bytes tell.  REEL_NOT_FOUND:
 * no file.  REEL_STALE: a newer schema.  REEL_BAD_INPUT: something else.  Only
 * before SQLite has the file open in this process.
 *
 * reel_book_file_check(path, why):
 * The same for who holds the lock: a WAL beside it that cannot be its own is
 * removed.
 *
 * reel_book_file_version(path, version, why):
 * Whether this program can use a schema of that version; the header may be
 * behind what the WAL says.
 *
 * reel_book_file_create(path, why): make a fresh book, whole or not at all.
 * reel_book_file_identity(path, text, cap): "<filesystem>:<inode>".
 * reel_book_file_boot(text, cap): the kernel's boot id, "" if it has none.
 * reel_book_file_sync_dir(path): make a rename in the folder of ${path} last.
 */
enum reel_status reel_book_file_lock(
    const char *dir, int *fd, int64_t *epoch, struct reel_buf *why);
void reel_book_file_sign(int fd, int64_t epoch);
enum reel_status reel_book_file_look(const char *path, struct reel_buf *why);
enum reel_status reel_book_file_check(const char *path, struct reel_buf *why);
enum reel_status reel_book_file_version(
    const char *path, int64_t version, struct reel_buf *why);
enum reel_status reel_book_file_create(const char *path, struct reel_buf *why);
enum reel_status reel_book_file_identity(
    const char *path, char *text, size_t cap);
void reel_book_file_boot(char *text, size_t cap);
enum reel_status reel_book_file_sync_dir(const char *path);

#endif /* !REEL_BOOK_FILE_SQL_H */
