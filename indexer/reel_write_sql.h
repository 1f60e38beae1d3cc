#ifndef REEL_WRITE_SQL_H
#define REEL_WRITE_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_cursor.h"
#include "shared/reel_facts.h"
#include "shared/reel_item.h"
#include "shared/reel_status.h"

/*
 * The book's one writer: one read-write connection, also for every checkpoint.
 * Every mutation begins a transaction if none is open, writes rows and change
 * record together, and is visible to nobody until reel_write_commit.  After
 * REEL_IO from any call the transaction is rolled back and all that was told
 * since the last commit is void: the caller re-reads the book.
 */
struct reel_write;

/* One item as the scanner sees it.  Names are bytes, at most 255 of them. */
struct reel_node {
	int64_t id; /* 0: not in the book yet */
	int64_t parent_id;
	const char *name; /* of whoever filled the struct in; see there */
	size_t name_len;
	enum reel_type type;
	enum reel_state state;
	int64_t fs;  /* filesystem id, see reel_stat.h */
	int64_t ino;
	int64_t btime_ns; /* birth; 0: the filesystem does not tell */
	int64_t mtime_ns;
	int64_t ctime_ns;
	int64_t size;
	int64_t created_ms; /* birth time, else when first seen; 0: now */
};

/* Nodes and their names, in one allocation that grows; sorted by name. */
struct reel_node_list {
	struct reel_node *nodes;
	size_t count;
	struct reel_buf names;
	size_t cap;
};
void reel_node_list_init(struct reel_node_list *list);
void reel_node_list_clear(struct reel_node_list *list);

/**
 * reel_write_open(state_dir, write, why):
 * Open or create the book in ${state_dir}, take the one lock, migrate, mint an
 * epoch when DESIGN says so.  REEL_BUSY: another indexer has it; REEL_STALE: a
 * newer schema; REEL_BAD_INPUT: no book of ours or damaged; REEL_IO.  ${why}
 * gets one sentence that names the thing and the fix.
 *
 * reel_write_close(write): commit, checkpoint, note the clean stop, close.
 * reel_write_error(write): the last words of a REEL_IO.
 */
enum reel_status reel_write_open(
    const char *state_dir, struct reel_write **write, struct reel_buf *why);
void reel_write_close(struct reel_write *write);
const char *reel_write_error(struct reel_write *write);

/**
 * reel_write_commit(write), reel_write_dirty(write), reel_write_head(write):
 * Make everything so far durable (synchronous=FULL); nothing to do is REEL_OK.
 * _dirty: rows written since the last commit.  _head: the last committed record.
 */
enum reel_status reel_write_commit(struct reel_write *write);
size_t reel_write_dirty(struct reel_write *write);
struct reel_cursor reel_write_head(struct reel_write *write);

/* --- reading, uncommitted rows included --- */

/**
 * reel_write_get(write, id, list), reel_write_place(write, parent, name, list):
 * Append one node, or REEL_NOT_FOUND.
 * reel_write_children(write, parent_id, list): append the children of a folder
 * sorted by name.
 * reel_write_twins(write, fs, ino, list): append all items with that identity,
 * the trash left out.
 * reel_write_folders(write, on_folder, cookie): every live folder, parents
 * first.
 * reel_write_path(write, id, path): append "<root>/<relative>"; REEL_NOT_FOUND
 * if ${id} is unknown or does not reach a root.
 */
enum reel_status reel_write_get(
    struct reel_write *write, int64_t id, struct reel_node_list *list);
enum reel_status reel_write_place(struct reel_write *write, int64_t parent_id,
    const char *name, size_t name_len, struct reel_node_list *list);
enum reel_status reel_write_children(
    struct reel_write *write, int64_t parent_id, struct reel_node_list *list);
enum reel_status reel_write_twins(struct reel_write *write, int64_t fs,
    int64_t ino, struct reel_node_list *list);
enum reel_status reel_write_folders(struct reel_write *write,
    void (*on_folder)(void *cookie, const struct reel_node *node),
    void *cookie);
enum reel_status reel_write_path(
    struct reel_write *write, int64_t id, struct reel_buf *path);

/* --- writing; each also appends one change record --- */

/**
 * reel_write_put(write, node):
 * Insert (${node->id} 0, it becomes the new id; ids are never used twice) or
 * bring stat, type and state of a known item up to date.  New facts are owed
 * when the state is not READY: the old ones leave the body, any failure too.
 *
 * reel_write_move(write, node):
 * ${node->id} now lies at ${node->parent_id}, ${node->name}; stat and type as
 * given.  Whatever lies below moves along without a row.  The place must be
 * free (drop what was there first).
 *
 * reel_write_drop(write, id):
 * Gone; a folder with all that lies below goes to the trash, one record with
 * recursive set.
 *
 * reel_write_facts(write, id, facts): probed; state READY.
 * reel_write_fail(write, id, attempts, reason): given up; state FAILED.
 */
enum reel_status reel_write_put(
    struct reel_write *write, struct reel_node *node);
enum reel_status reel_write_move(
    struct reel_write *write, const struct reel_node *node);
enum reel_status reel_write_drop(struct reel_write *write, int64_t id);
enum reel_status reel_write_facts(
    struct reel_write *write, int64_t id, const struct reel_facts *facts);
enum reel_status reel_write_fail(
    struct reel_write *write, int64_t id, int attempts, const char *reason);

/* --- writing without a record --- */

/**
 * reel_write_touch(write, node): stat (fs, ino, times) changed in a way no
 * client can see.
 * reel_write_online(write, id, mount, fs, online, reason): note the filesystem
 * and state of a root (mount 0) or of a mount point inside one (1).
 * reel_write_forget_mount(write, id): it is an ordinary folder again.
 * reel_write_root_path(write, id, path): the folder of a root, as configured.
 */
enum reel_status reel_write_touch(
    struct reel_write *write, const struct reel_node *node);
enum reel_status reel_write_online(struct reel_write *write, int64_t id,
    int mount, int64_t fs, int online, const char *reason);
enum reel_status reel_write_forget_mount(struct reel_write *write, int64_t id);
enum reel_status reel_write_root_path(
    struct reel_write *write, int64_t id, const char *path);

/**
 * reel_write_disks(write, on_disk, cookie): every noted root and mount; path is
 * NULL for mounts.
 */
enum reel_status reel_write_disks(struct reel_write *write,
    void (*on_disk)(void *cookie, int64_t id, int mount, const char *path,
        int64_t fs, int online),
    void *cookie);

/* --- upkeep, each call bounded; call when idle --- */

/**
 * reel_write_purge(write, rows): delete at most ${rows} rows from the trash;
 * REEL_AGAIN while there is more.
 * reel_write_trim(write, now_ms, keep_s, keep_records, rows): trim the log to
 * what is younger than ${keep_s} or among the newest ${keep_records}; at most
 * ${rows} rows; REEL_AGAIN while there is more.
 * reel_write_checkpoint(write): move the WAL into the file, as far as readers
 * allow.
 * reel_write_backup(state_dir, path, why): a consistent copy by SQLite's own
 * means (VACUUM INTO), also beside a running indexer; not over an existing file.
 */
enum reel_status reel_write_purge(struct reel_write *write, int rows);
enum reel_status reel_write_trim(struct reel_write *write, int64_t now_ms,
    int64_t keep_s, int64_t keep_records, int rows);
enum reel_status reel_write_checkpoint(struct reel_write *write);
enum reel_status reel_write_backup(
    const char *state_dir, const char *path, struct reel_buf *why);

#endif /* !REEL_WRITE_SQL_H */
