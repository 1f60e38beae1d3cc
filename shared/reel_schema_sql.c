#include "shared/reel_schema_sql.h"

#include <stddef.h>

/*
 * Versions: 1 the first; 2 finds items by their storyboard; 3 (0.1.0) keeps
 * last_id itself (AUTOINCREMENT wrote it with every row; the tables of an older
 * book still do, and nobody asks them).
 *
 * meta     what the book knows of itself, every key always there:
 *          epoch    milliseconds since 1970 when the log was begun
 *          oldest   first seq still in the log, or that will be the next; so
 *                   head = coalesce((SELECT max(seq) FROM changes), oldest - 1)
 *          last_id  highest id that was ever given away: none is used again
 *          head_ts  ts of the head when the log was last emptied or trimmed
 *          boot     the kernel's boot id under which the book was last opened
 *          clean    1: closed by its writer, 0: in use or left behind
 *          pictures how those that are there were made, once some were
 *          boards   likewise, of storyboards; negative while none are made
 *          joined   films tell of subtitles beside them up to this id of theirs;
 *                   those of a book that does not know of it do not, and all
 *                   do when it is the highest there is
 *          file     "<filesystem id>:<inode>" the book knows itself by; another
 *                   one means a copy, and a copy begins a new epoch
 * items    one row a file or folder.  parent_id 0 is a root, -1 the trash;
 *          what does not reach a root is invisible.  No path is stored.
 *          picture: key of the picture that is there (see shared/reel_key.h),
 *          NULL without one; of a film that has a storyboard its key behind
 *          that (and zeros for a picture that is not there): one column, since
 *          each costs more to read than what is in it.
 *          body: members of the item's JSON object, without braces, that do not
 *          depend on where it is served (see DESIGN, "Rendered once").  It is
 *          the last column: what is read by the thousand lies before it.
 *          files, videos, bytes, duration_ms of a folder are sums over all that
 *          lies below it; of a file 1, 1 for a video, its size, its duration.
 *          An hls_directory counts as one video for the folders above it.
 *          Clustered by id; names in items_place sort as bytes.
 * changes  the log; recursive of a drop: with all that lies below, of a put: it
 *          was of another type before; path, old_path, picture and body as of
 *          that moment (body NULL for a drop).  seq has no holes, ts never falls.
 * jobs     what is to be done for an item: stage 0 facts, 1 picture, 2 the
 *          storyboard of a film; due when not_before <= now, highest priority
 *          first, then lowest stage and id.
 *          picture: the key that would have, NULL when not known.
 * failures the dead letters: stage, attempts, when, reason.
 * roots    online state and filesystem of each root; mounts likewise for mount
 *          points inside a root.
 * grams    search tokens of names, rowid = item id.
 */
#define ITEMS_BOARD                                                            \
	"CREATE INDEX items_board ON items (substr(picture, 17))"              \
	"  WHERE length(picture) = 32;\n"

const char *const reel_schema_create =
    "CREATE TABLE meta ("
    "  key TEXT PRIMARY KEY, value) WITHOUT ROWID;\n"

    "CREATE TABLE items ("
    "  id INTEGER PRIMARY KEY,"
    "  parent_id INTEGER NOT NULL,"
    "  name BLOB NOT NULL,"
    "  type INTEGER NOT NULL,"
    "  state INTEGER NOT NULL,"
    "  files INTEGER NOT NULL DEFAULT 0,"
    "  videos INTEGER NOT NULL DEFAULT 0,"
    "  bytes INTEGER NOT NULL DEFAULT 0,"
    "  duration_ms INTEGER NOT NULL DEFAULT 0,"
    "  fs INTEGER NOT NULL,"
    "  ino INTEGER NOT NULL,"
    "  btime_ns INTEGER NOT NULL,"
    "  mtime_ns INTEGER NOT NULL,"
    "  ctime_ns INTEGER NOT NULL,"
    "  size INTEGER NOT NULL,"
    "  created_ms INTEGER NOT NULL,"
    "  picture BLOB,"
    "  body TEXT NOT NULL);\n"
    "CREATE UNIQUE INDEX items_place ON items (parent_id, name);\n"
    "CREATE INDEX items_inode ON items (ino);\n"
    "CREATE INDEX items_picture ON items (picture)"
    "  WHERE picture IS NOT NULL;\n"
    ITEMS_BOARD
    "CREATE INDEX items_folders ON items (parent_id) WHERE type IN (1, 7);\n"
    "CREATE INDEX items_subtitles ON items (parent_id, name) WHERE type = 5;\n"

    "CREATE TABLE changes ("
    "  seq INTEGER PRIMARY KEY,"
    "  ts INTEGER NOT NULL,"
    "  op INTEGER NOT NULL,"
    "  recursive INTEGER NOT NULL,"
    "  item_id INTEGER NOT NULL,"
    "  parent_id INTEGER NOT NULL,"
    "  item_type INTEGER NOT NULL,"
    "  path BLOB NOT NULL,"
    "  old_path BLOB,"
    "  picture BLOB,"
    "  body TEXT);\n"

    "CREATE TABLE jobs ("
    "  stage INTEGER NOT NULL,"
    "  item_id INTEGER NOT NULL,"
    "  priority INTEGER NOT NULL DEFAULT 0,"
    "  attempts INTEGER NOT NULL DEFAULT 0,"
    "  not_before INTEGER NOT NULL DEFAULT 0,"
    "  picture BLOB,"
    "  PRIMARY KEY (stage, item_id)) WITHOUT ROWID;\n"
    "CREATE INDEX jobs_urgent ON jobs (priority DESC) WHERE priority > 0;\n"
    "CREATE INDEX jobs_later ON jobs (not_before) WHERE not_before > 0;\n"

    "CREATE TABLE failures ("
    "  item_id INTEGER PRIMARY KEY,"
    "  stage INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL,"
    "  ts INTEGER NOT NULL,"
    "  reason TEXT NOT NULL);\n"

    "CREATE TABLE roots ("
    "  item_id INTEGER PRIMARY KEY,"
    "  path BLOB NOT NULL DEFAULT x'',"
    "  fs INTEGER NOT NULL DEFAULT 0,"
    "  online INTEGER NOT NULL DEFAULT 1,"
    "  reason TEXT);\n"

    "CREATE TABLE mounts ("
    "  item_id INTEGER PRIMARY KEY,"
    "  fs INTEGER NOT NULL,"
    "  online INTEGER NOT NULL,"
    "  reason TEXT);\n"

    "CREATE VIRTUAL TABLE grams USING fts5 ("
    "  t, content='', columnsize=0, detail=none, tokenize='ascii');\n";

const char *const reel_schema_migrate[REEL_SCHEMA_VERSION] = {
	NULL, ITEMS_BOARD,
	"INSERT OR REPLACE INTO meta (key, value) VALUES ('last_id', coalesce("
	"(SELECT seq FROM sqlite_sequence WHERE name = 'items'), 0));\n" };
