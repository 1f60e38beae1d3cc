#include "shared/reel_schema_sql.h"

#include <stddef.h>

/*
 * meta     what the book knows of itself; see reel_write_sql.c for the keys:
 *          epoch, oldest (first seq still in the log), head_ts, boot, clean,
 *          file (filesystem id and inode it was noted under).
 * items    one row a file or folder.  parent_id 0 is a root, -1 the trash;
 *          what does not reach a root is invisible.  No path is stored.
 *          body: members of the item's JSON object, without braces, that do not
 *          depend on where it is served (see DESIGN, "Rendered once").
 *          files, videos, bytes, duration_ms of a folder are sums over all that
 *          lies below it; of a file 1 or 0, its size, its duration.
 *          Clustered by id; names in items_place sort as bytes.
 * changes  the log; path and old_path as of that moment, body as of that moment.
 * jobs     what is to be probed: due when not_before <= now, highest priority
 *          first, then lowest id.
 * failures the dead letters: kind of job, attempts, reason.
 * roots    online state and filesystem of each root; mounts likewise for mount
 *          points inside a root.
 * grams    search tokens of names, rowid = item id.
 */
const char *const reel_schema_create =
    "CREATE TABLE meta ("
    "  key TEXT PRIMARY KEY, value) WITHOUT ROWID;"

    "CREATE TABLE items ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  parent_id INTEGER NOT NULL,"
    "  name BLOB NOT NULL,"
    "  type INTEGER NOT NULL,"
    "  state INTEGER NOT NULL,"
    "  files INTEGER NOT NULL DEFAULT 0,"
    "  videos INTEGER NOT NULL DEFAULT 0,"
    "  bytes INTEGER NOT NULL DEFAULT 0,"
    "  duration_ms INTEGER NOT NULL DEFAULT 0,"
    "  body TEXT NOT NULL,"
    "  fs INTEGER NOT NULL,"
    "  ino INTEGER NOT NULL,"
    "  btime_ns INTEGER NOT NULL,"
    "  mtime_ns INTEGER NOT NULL,"
    "  ctime_ns INTEGER NOT NULL,"
    "  size INTEGER NOT NULL,"
    "  created_ms INTEGER NOT NULL);"
    "CREATE UNIQUE INDEX items_place ON items (parent_id, name);"
    "CREATE INDEX items_inode ON items (ino);"

    "CREATE TABLE changes ("
    "  seq INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  ts INTEGER NOT NULL,"
    "  op INTEGER NOT NULL,"
    "  recursive INTEGER NOT NULL,"
    "  item_id INTEGER NOT NULL,"
    "  parent_id INTEGER NOT NULL,"
    "  item_type INTEGER NOT NULL,"
    "  path BLOB NOT NULL,"
    "  old_path BLOB,"
    "  body TEXT);"

    "CREATE TABLE jobs ("
    "  item_id INTEGER PRIMARY KEY,"
    "  priority INTEGER NOT NULL DEFAULT 0,"
    "  attempts INTEGER NOT NULL DEFAULT 0,"
    "  not_before INTEGER NOT NULL DEFAULT 0);"
    "CREATE INDEX jobs_urgent ON jobs (priority) WHERE priority > 0;"
    "CREATE INDEX jobs_later ON jobs (not_before) WHERE not_before > 0;"

    "CREATE TABLE failures ("
    "  item_id INTEGER PRIMARY KEY,"
    "  attempts INTEGER NOT NULL,"
    "  ts INTEGER NOT NULL,"
    "  reason TEXT NOT NULL);"

    "CREATE TABLE roots ("
    "  item_id INTEGER PRIMARY KEY,"
    "  path BLOB NOT NULL UNIQUE,"
    "  fs INTEGER NOT NULL,"
    "  online INTEGER NOT NULL,"
    "  reason TEXT);"

    "CREATE TABLE mounts ("
    "  item_id INTEGER PRIMARY KEY,"
    "  fs INTEGER NOT NULL,"
    "  online INTEGER NOT NULL,"
    "  reason TEXT);"

    "CREATE VIRTUAL TABLE grams USING fts5 ("
    "  t, content='', columnsize=0, detail=none, tokenize='ascii');";

const char *const reel_schema_migrate[REEL_SCHEMA_VERSION] = { NULL };
