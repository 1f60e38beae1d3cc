#include "indexer/reel_book_query_sql.h"

/*
 * The writer's SQL, in one place and in the order of the enum.  Placeholders are
 * numbered where a file binds them out of order, else taken as they come.
 *
 * NODE is what reel_book_rows_node reads, in its order.
 */
#define NODE                                                                   \
	"id, parent_id, name, type, state, fs, ino, btime_ns, mtime_ns, "      \
	"ctime_ns, size, created_ms"

#define JOB                                                                    \
	"item_id, attempts, not_before, priority, stage, picture FROM jobs"

const char *const reel_book_query_text[REEL_BOOK_QUERIES] = {
	[REEL_BOOK_BEGIN] = "BEGIN IMMEDIATE",
	[REEL_BOOK_COMMIT] = "COMMIT",

	[REEL_BOOK_META_GET] = "SELECT value FROM meta WHERE key = ?",
	[REEL_BOOK_META_PUT] =
	    "INSERT INTO meta (key, value) VALUES (?, ?)"
	    " ON CONFLICT (key) DO UPDATE SET value = excluded.value",

	[REEL_BOOK_ITEM_GET] =
	    "SELECT " NODE ", files, videos, bytes, duration_ms, picture, body"
	    " FROM items WHERE id = ?",
	[REEL_BOOK_ITEM_PLACE] =
	    "SELECT " NODE " FROM items WHERE parent_id = ? AND name = ?",
	[REEL_BOOK_ITEM_CHILDREN] =
	    "SELECT " NODE " FROM items WHERE parent_id = ? ORDER BY name",
	[REEL_BOOK_ITEM_TWINS] =
	    "SELECT " NODE " FROM items WHERE ino = ?2 AND fs = ?1 ORDER BY id",
	/* A recursive query works its queue first in, first out. */
	[REEL_BOOK_ITEM_FOLDERS] =
	    "WITH RECURSIVE live (folder) AS ("
	    " SELECT id FROM items WHERE parent_id = 0 AND type IN (1, 7)"
	    " UNION ALL"
	    " SELECT id FROM live CROSS JOIN items INDEXED BY items_folders"
	    " ON parent_id = folder WHERE type IN (1, 7))"
	    " SELECT " NODE " FROM live CROSS JOIN items ON id = folder",
	[REEL_BOOK_ITEM_PARENT] =
	    "SELECT parent_id, name, type FROM items WHERE id = ?",
	[REEL_BOOK_ITEM_INSERT] =
	    "INSERT INTO items (" NODE ", files, videos, bytes, duration_ms,"
	    " body, picture)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[REEL_BOOK_ITEM_UPDATE] =
	    "UPDATE items SET parent_id = ?2, name = ?3, type = ?4, state = ?5,"
	    " fs = ?6, ino = ?7, btime_ns = ?8, mtime_ns = ?9, ctime_ns = ?10,"
	    " size = ?11, created_ms = ?12, files = ?13, videos = ?14,"
	    " bytes = ?15, duration_ms = ?16, body = ?17, picture = ?18"
	    " WHERE id = ?1",
	[REEL_BOOK_ITEM_TOUCH] =
	    "UPDATE items SET fs = ?2, ino = ?3, btime_ns = ?4, mtime_ns = ?5,"
	    " ctime_ns = ?6 WHERE id = ?1",
	[REEL_BOOK_ITEM_TRASH] =
	    "UPDATE items SET parent_id = -1, name = ?2 WHERE id = ?1",
	[REEL_BOOK_ITEM_BODY] = "UPDATE items SET body = ?2 WHERE id = ?1",
	[REEL_BOOK_ITEM_PICTURE] =
	    "UPDATE items SET picture = ?2 WHERE id = ?1",
	[REEL_BOOK_ITEM_PICTURED] =
	    "SELECT id FROM items WHERE picture BETWEEN ?1 AND ?2 LIMIT 1",
	[REEL_BOOK_ITEM_BOARDED] =
	    "SELECT id FROM items WHERE length(picture) = 32"
	    " AND substr(picture, 17) = ? LIMIT 1",
	[REEL_BOOK_ITEM_DELETE] = "DELETE FROM items WHERE id = ?",
	[REEL_BOOK_ITEM_ADD_SUM] =
	    "UPDATE items SET files = files + ?2, videos = videos + ?3,"
	    " bytes = bytes + ?4, duration_ms = duration_ms + ?5 WHERE id = ?1",

	[REEL_BOOK_SUBS_OLDER] =
	    "SELECT id, parent_id, name FROM items WHERE id > ? AND type = 5"
	    " ORDER BY id LIMIT 500",
	[REEL_BOOK_BESIDE_ANY] =
	    "SELECT 1 FROM items WHERE parent_id = ? AND type = 5 LIMIT 1",
	[REEL_BOOK_BESIDE_FILMS] =
	    "SELECT id, name, type FROM items"
	    " WHERE parent_id = ? AND name >= ? AND name < ? ORDER BY name",
	[REEL_BOOK_BESIDE_SUBS] =
	    "SELECT name FROM items WHERE parent_id = ? AND type = 5"
	    " AND name >= ? AND name < ? ORDER BY name",

	[REEL_BOOK_CHANGE_INSERT] =
	    "INSERT INTO changes (seq, ts, op, recursive, item_id, parent_id,"
	    " item_type, path, old_path, body, picture)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[REEL_BOOK_CHANGE_HEAD] =
	    "SELECT seq, ts FROM changes ORDER BY seq DESC LIMIT 1",
	[REEL_BOOK_CHANGE_OLDEST] =
	    "SELECT seq, ts FROM changes WHERE seq >= ?1 AND seq <= ?2"
	    " ORDER BY seq",
	[REEL_BOOK_CHANGE_TRIM] = "DELETE FROM changes WHERE seq < ?",
	/* Without WHERE SQLite frees whole pages, not row by row. */
	[REEL_BOOK_CHANGE_CLEAR] = "DELETE FROM changes",
	[REEL_BOOK_LAST_GET] =
	    "SELECT max(coalesce((SELECT value FROM meta WHERE key = 'last_id'), 0),"
	    " coalesce((SELECT max(id) FROM items), 0)),"
	    " coalesce((SELECT max(seq) FROM changes),"
	    " (SELECT value - 1 FROM meta WHERE key = 'oldest'), 0)",

	[REEL_BOOK_GRAM_INSERT] = "INSERT INTO grams (rowid, t) VALUES (?, ?)",
	/* Contentless: it takes out the tokens it is told, so tell the old. */
	[REEL_BOOK_GRAM_DELETE] =
	    "INSERT INTO grams (grams, rowid, t) VALUES ('delete', ?, ?)",
	[REEL_BOOK_GRAM_MERGE] =
	    "INSERT INTO grams (grams, rank) VALUES ('merge', ?)",

	[REEL_BOOK_FAILURE_PUT] =
	    "INSERT INTO failures (item_id, attempts, ts, reason, stage)"
	    " VALUES (?, ?, ?, ?, ?)",
	[REEL_BOOK_FAILURE_GET] =
	    "SELECT stage, ts FROM failures WHERE item_id = ?",
	[REEL_BOOK_FAILURE_DELETE] = "DELETE FROM failures WHERE item_id = ?",
	[REEL_BOOK_FAILURE_MENDED] =
	    "DELETE FROM failures WHERE item_id = ? AND stage = ?",
	[REEL_BOOK_FAILURE_COUNT] = "SELECT count(*) FROM failures",

	[REEL_BOOK_ROOT_ONLINE] =
	    "INSERT INTO roots (item_id, fs, online, reason)"
	    " VALUES (?, ?, ?, ?) ON CONFLICT (item_id) DO UPDATE SET"
	    " fs = excluded.fs, online = excluded.online,"
	    " reason = excluded.reason",
	[REEL_BOOK_ROOT_PATH] =
	    "INSERT INTO roots (item_id, path) VALUES (?, ?)"
	    " ON CONFLICT (item_id) DO UPDATE SET path = excluded.path",
	[REEL_BOOK_ROOT_DELETE] = "DELETE FROM roots WHERE item_id = ?",
	[REEL_BOOK_ROOT_LIST] =
	    "SELECT item_id, fs, online, path FROM roots ORDER BY item_id",
	[REEL_BOOK_MOUNT_ONLINE] =
	    "INSERT INTO mounts (item_id, fs, online, reason)"
	    " VALUES (?, ?, ?, ?) ON CONFLICT (item_id) DO UPDATE SET"
	    " fs = excluded.fs, online = excluded.online,"
	    " reason = excluded.reason",
	[REEL_BOOK_MOUNT_DELETE] = "DELETE FROM mounts WHERE item_id = ?",
	[REEL_BOOK_MOUNT_LIST] =
	    "SELECT item_id, fs, online, NULL FROM mounts ORDER BY item_id",

	[REEL_BOOK_TRASH_NEXT] =
	    "SELECT id, name, type FROM items WHERE parent_id = ? LIMIT 1",

	[REEL_BOOK_JOB_GET] =
	    "SELECT priority, attempts, not_before FROM jobs"
	    " WHERE stage IN (0, 1) AND item_id = ? ORDER BY stage",
	[REEL_BOOK_JOB_INSERT] =
	    "INSERT INTO jobs (item_id, priority, not_before, stage, picture)"
	    " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
	[REEL_BOOK_JOB_AGAIN] =
	    "UPDATE jobs SET priority = max(priority, ?2), attempts = 0,"
	    " not_before = ?3, picture = ?5 WHERE stage = ?4 AND item_id = ?1",
	[REEL_BOOK_JOB_RAISE] =
	    "UPDATE jobs SET priority = max(priority, ?2)"
	    " WHERE stage IN (0, 1) AND item_id = ?1",
	[REEL_BOOK_JOB_RETRY] =
	    "UPDATE jobs SET attempts = ?2, not_before = ?3"
	    " WHERE stage IN (0, 1, 2) AND item_id = ?1 AND ?4 IN (stage, -1)",
	[REEL_BOOK_JOB_DELETE] =
	    "DELETE FROM jobs WHERE stage IN (0, 1, 2) AND item_id = ?1"
	    " AND ?2 IN (stage, -1)",
	[REEL_BOOK_JOB_FORGET] =
	    "DELETE FROM jobs WHERE stage IN (0, 1, 2) AND item_id = ?",
	/* Whether sound has a cover, only one that was made tells. */
	[REEL_BOOK_JOB_PICTURES] =
	    "INSERT OR IGNORE INTO jobs (stage, item_id) SELECT 1, id FROM items"
	    " WHERE state = 2 AND (type IN (2, 4, 7) OR picture IS NOT NULL)",
	/* But playlists that are read with their folder. */
	[REEL_BOOK_JOB_FAILURES] =
	    "INSERT OR IGNORE INTO jobs (stage, item_id)"
	    " SELECT stage, item_id FROM failures JOIN items ON id = item_id"
	    " WHERE type <> 6 OR CAST(name AS TEXT) NOT LIKE '%.m3u8'",
	/* One that is there keeps its name, unless all are made anew. */
	[REEL_BOOK_JOB_BOARDS] =
	    "INSERT OR IGNORE INTO jobs (stage, item_id) SELECT 2, id FROM items"
	    " WHERE state = 2 AND (type = 2 AND duration_ms > 0 OR type = 7)"
	    " AND (?1 OR picture IS NULL OR length(picture) <> 32)",
	[REEL_BOOK_JOB_COUNT] = "SELECT count(*) FROM jobs",
	[REEL_BOOK_JOB_URGENT] =
	    "SELECT " JOB " WHERE priority > 0 AND stage <= ?1"
	    " ORDER BY priority DESC, stage, item_id",
	[REEL_BOOK_JOB_NEXT] =
	    "SELECT " JOB " WHERE stage = ? AND item_id >= ? ORDER BY item_id",
	[REEL_BOOK_JOB_LATER] =
	    "SELECT " JOB " WHERE not_before > 0 AND stage <= ?1"
	    " ORDER BY not_before, stage, item_id"
};
