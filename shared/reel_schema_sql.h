#ifndef REEL_SCHEMA_SQL_H
#define REEL_SCHEMA_SQL_H

/*
 * The book's form, known to its one writer and to all readers.  The text is
 * plain SQL; this file needs no SQLite.
 */
#define REEL_SCHEMA_APPLICATION_ID 0x5265656c /* "Reel" */
#define REEL_SCHEMA_VERSION 3                 /* PRAGMA user_version */
#define REEL_SCHEMA_FILE "index.db"
#define REEL_SCHEMA_PAGE_BYTES 8192           /* of a book that is made now */

/* The newest records are always there: readers ask them which folders moved. */
#define REEL_SCHEMA_LOG_MIN 1000

/* What a fresh book is made with, statement by statement, one script. */
extern const char *const reel_schema_create;

/*
 * reel_schema_migrate[v] takes a book of version v to v + 1; there are
 * REEL_SCHEMA_VERSION of them, [0] is NULL (an empty file is created instead).
 */
extern const char *const reel_schema_migrate[REEL_SCHEMA_VERSION];

#endif /* !REEL_SCHEMA_SQL_H */
