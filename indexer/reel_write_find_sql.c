#include <string.h>

#include <sqlite3.h>

#include "indexer/reel_book_paths_sql.h"
#include "indexer/reel_book_rows_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_write_find_sql.h"

/*
 * What the writer asks the book on its own connection, so it sees its own
 * uncommitted rows.  No call leaves a statement open.
 *
 * Whether an item is in the library is a question about its folders: the trash
 * keeps whole trees that nobody has deleted yet.
 */

/* Append the rows of a bound statement to ${list}. */
static enum reel_status
append_all(struct reel_write *w, enum reel_book_query query,
    struct reel_node_list *list)
{
	struct reel_node node;
	enum reel_status status;

	while ((status = reel_book_row(w, query)) == REEL_OK) {
		reel_book_rows_node(reel_book_stmt(w, query), &node);
		reel_node_list_add(list, &node);
	}
	return (status == REEL_NOT_FOUND ? REEL_OK : status);
}

/*
 * Take what was appended since ${start} and is not in the library off again.
 * The statement is over by now: climbing needs the book.
 */
static enum reel_status
keep_live(struct reel_write *w, struct reel_node_list *list, size_t start)
{
	size_t i, kept, name_at, name_to;
	enum reel_status status;

	kept = start;
	name_at = 0;
	for (i = 0; i < start; i++)
		name_at += list->nodes[i].name_len + 1;
	name_to = name_at;
	for (i = start; i < list->count; i++) {
		struct reel_node node = list->nodes[i];

		status = reel_book_paths_live(w, node.parent_id);
		if (status == REEL_IO) {
			list->count = kept;
			list->names.len = name_to;
			return (status);
		}
		if (status == REEL_OK) {
			memmove(list->names.data + name_to,
			    list->names.data + name_at, node.name_len + 1);
			node.name = list->names.data + name_to;
			list->nodes[kept++] = node;
			name_to += node.name_len + 1;
		}
		name_at += node.name_len + 1;
	}
	list->count = kept;
	list->names.len = name_to;
	return (REEL_OK);
}

enum reel_status
reel_write_get(
    struct reel_write *write, int64_t id, struct reel_node_list *list)
{
	size_t start;
	struct reel_node node;
	struct sqlite3_stmt *stmt;
	enum reel_status status;

	start = list->count;
	stmt = reel_book_stmt(write, REEL_BOOK_ITEM_GET);
	sqlite3_bind_int64(stmt, 1, id);
	if ((status = reel_book_row(write, REEL_BOOK_ITEM_GET)) != REEL_OK)
		return (status);
	reel_book_rows_node(stmt, &node);
	reel_node_list_add(list, &node);
	reel_book_reset(write, REEL_BOOK_ITEM_GET);
	if ((status = keep_live(write, list, start)) != REEL_OK)
		return (status);
	return (list->count > start ? REEL_OK : REEL_NOT_FOUND);
}

enum reel_status
reel_write_place(struct reel_write *write, int64_t parent_id, const char *name,
    size_t name_len, struct reel_node_list *list)
{
	struct sqlite3_stmt *stmt;
	size_t start;
	enum reel_status status;

	start = list->count;
	if ((status = reel_book_paths_live(write, parent_id)) != REEL_OK)
		return (status);
	stmt = reel_book_stmt(write, REEL_BOOK_ITEM_PLACE);
	sqlite3_bind_int64(stmt, 1, parent_id);
	sqlite3_bind_blob(stmt, 2, name, (int)name_len, SQLITE_STATIC);
	status = append_all(write, REEL_BOOK_ITEM_PLACE, list);
	if (status != REEL_OK)
		return (status);
	return (list->count > start ? REEL_OK : REEL_NOT_FOUND);
}

enum reel_status
reel_write_children(
    struct reel_write *write, int64_t parent_id, struct reel_node_list *list)
{
	enum reel_status status;

	status = reel_book_paths_live(write, parent_id);
	if (status != REEL_OK)
		return (status == REEL_NOT_FOUND ? REEL_OK : status);
	sqlite3_bind_int64(
	    reel_book_stmt(write, REEL_BOOK_ITEM_CHILDREN), 1, parent_id);
	return (append_all(write, REEL_BOOK_ITEM_CHILDREN, list));
}

enum reel_status
reel_write_twins(struct reel_write *write, int64_t fs, int64_t ino,
    struct reel_node_list *list)
{
	struct sqlite3_stmt *stmt;
	size_t start;
	enum reel_status status;

	if (!reel_inodes_may(&write->inodes, ino))
		return (REEL_OK);
	start = list->count;
	stmt = reel_book_stmt(write, REEL_BOOK_ITEM_TWINS);
	sqlite3_bind_int64(stmt, 1, fs);
	sqlite3_bind_int64(stmt, 2, ino);
	status = append_all(write, REEL_BOOK_ITEM_TWINS, list);
	if (status != REEL_OK || list->count == start)
		return (status);
	return (keep_live(write, list, start));
}

enum reel_status
reel_write_folders(struct reel_write *write,
    void (*on_folder)(void *cookie, const struct reel_node *node),
    void *cookie)
{
	struct reel_node node;
	enum reel_status status;

	while ((status = reel_book_row(write, REEL_BOOK_ITEM_FOLDERS)) ==
	    REEL_OK) {
		reel_book_rows_node(
		    reel_book_stmt(write, REEL_BOOK_ITEM_FOLDERS), &node);
		on_folder(cookie, &node);
	}
	return (status == REEL_NOT_FOUND ? REEL_OK : status);
}

enum reel_status
reel_write_path(struct reel_write *write, int64_t id, struct reel_buf *path)
{
	struct reel_node node;
	struct sqlite3_stmt *stmt;
	char name[REEL_NODE_NAME_MAX];
	enum reel_status status;

	stmt = reel_book_stmt(write, REEL_BOOK_ITEM_GET);
	sqlite3_bind_int64(stmt, 1, id);
	if ((status = reel_book_row(write, REEL_BOOK_ITEM_GET)) != REEL_OK)
		return (status);
	reel_book_rows_node(stmt, &node);
	if (node.name_len > sizeof(name))
		node.name_len = sizeof(name);
	memcpy(name, node.name, node.name_len);
	reel_book_reset(write, REEL_BOOK_ITEM_GET);

	status = reel_book_paths_below(
	    write, node.parent_id, name, node.name_len, &write->path);
	if (status == REEL_OK)
		reel_buf_add(path, write->path.data, write->path.len);
	return (status);
}
