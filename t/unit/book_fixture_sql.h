#ifndef BOOK_FIXTURE_SQL_H
#define BOOK_FIXTURE_SQL_H

/*
 * A real book in a folder of its own, and a second, reading connection that
 * says what is truly in the file.  Every test program has one of each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "indexer/reel_book_sql.h"
#include "indexer/reel_log.h"
#include "indexer/reel_write_sql.h"

static char dir[64];      /* the state folder */
static struct reel_write *book;
static struct reel_buf why; /* with a NUL once why_text was called */

static const char *
why_text(void)
{

	reel_buf_chr(&why, '\0');
	return (why.data);
}

static const char *
in_dir(const char *name)
{
	static char path[4][160];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return (path[turn]);
}

static __attribute__((unused)) enum reel_status
try_open(void)
{

	reel_buf_reset(&why);
	return (reel_write_open(dir, &book, &why));
}

static void
open_book(void)
{

	reel_buf_reset(&why);
	if (reel_write_open(dir, &book, &why) != REEL_OK)
		fail_msg("open: %s", why_text());
}

static void
close_book(void)
{

	reel_write_close(book);
	book = NULL;
}

static int
make_dir(void **state)
{

	(void)state;
	/* What is a warning or worse here is expected by its test. */
	reel_log_open("/dev/null", REEL_LOG_DEBUG);
	strcpy(dir, "/tmp/reel-book-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return (-1);
	reel_buf_init(&why);
	return (0);
}

static __attribute__((unused)) int
make_book(void **state)
{

	if (make_dir(state) != 0)
		return (-1);
	open_book();
	return (0);
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{

	(void)st;
	(void)flag;
	(void)ftw;
	return (remove(path));
}

static int
clean_up(void **state)
{

	(void)state;
	close_book();
	reel_buf_clear(&why);
	return (nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS));
}

/* One number from the file, as a reader sees it. */
static __attribute__((format(printf, 1, 2), unused)) int64_t
ask(const char *fmt, ...)
{
	struct sqlite3 *db;
	struct sqlite3_stmt *stmt;
	va_list ap;
	char *sql;
	int64_t number;

	va_start(ap, fmt);
	sql = sqlite3_vmprintf(fmt, ap);
	va_end(ap);
	assert_int_equal(sqlite3_open_v2(in_dir("index.db"), &db,
			     SQLITE_OPEN_READONLY, NULL),
	    SQLITE_OK);
	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	number = INT64_MIN;
	if (sqlite3_step(stmt) == SQLITE_ROW)
		number = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	sqlite3_free(sql);
	return (number);
}

/* One text from the file; lives until the next call. */
static __attribute__((format(printf, 1, 2), unused)) const char *
ask_text(const char *fmt, ...)
{
	static char text[8192];
	struct sqlite3 *db;
	struct sqlite3_stmt *stmt;
	va_list ap;
	char *sql;

	va_start(ap, fmt);
	sql = sqlite3_vmprintf(fmt, ap);
	va_end(ap);
	assert_int_equal(sqlite3_open_v2(in_dir("index.db"), &db,
			     SQLITE_OPEN_READONLY, NULL),
	    SQLITE_OK);
	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	strcpy(text, "(none)");
	if (sqlite3_step(stmt) == SQLITE_ROW)
		snprintf(text, sizeof(text), "%s",
		    sqlite3_column_type(stmt, 0) == SQLITE_NULL ?
			"(null)" :
			(const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	sqlite3_free(sql);
	return (text);
}

/* Change the file behind the writer's back, while nobody has it open. */
static __attribute__((unused)) void
forge(const char *sql)
{
	struct sqlite3 *db;

	assert_null(book);
	assert_int_equal(
	    sqlite3_open(in_dir("index.db"), &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* A node as a scanner would fill it in; names are literals. */
static __attribute__((unused)) struct reel_node
node_of(int64_t parent_id, const char *name, enum reel_type type)
{
	static int64_t ino = 1000;
	struct reel_node node;

	memset(&node, 0, sizeof(node));
	node.parent_id = parent_id;
	node.name = name;
	node.name_len = strlen(name);
	node.type = type;
	node.state = type == REEL_TYPE_VIDEO ? REEL_STATE_NEW :
					       REEL_STATE_READY;
	node.fs = 77;
	node.ino = ino++;
	node.btime_ns = 1000000000;
	node.mtime_ns = 2000000000;
	node.ctime_ns = 3000000000;
	node.size = REEL_TYPE_IS_FOLDER(type) ? 0 : 100;
	node.created_ms = 1000;
	return (node);
}

static __attribute__((unused)) int64_t
put_new(int64_t parent_id, const char *name, enum reel_type type)
{
	struct reel_node node;
	enum reel_status status;

	node = node_of(parent_id, name, type);
	status = reel_write_put(book, &node);
	if (status != REEL_OK)
		fail_msg("put %s: %s, %s", name, reel_status_name(status),
		    reel_write_error(book));
	assert_true(node.id > 0);
	return (node.id);
}

static __attribute__((unused)) void
commit(void)
{

	if (reel_write_commit(book) != REEL_OK)
		fail_msg("commit: %s", reel_write_error(book));
}

/* A child that did its work stops here and is killed as it stands. */
static __attribute__((unused)) void
wait_for_death(void)
{

	kill(getpid(), SIGSTOP);
	_exit(1);
}

static __attribute__((unused)) void
kill_stopped(pid_t pid)
{
	int status;

	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	if (!WIFSTOPPED(status))
		fail_msg("the child ended by itself: %x", (unsigned)status);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

/* As a full disk would: nothing since the last commit was. */
static __attribute__((unused)) void
roll_back(void)
{

	assert_int_equal(
	    reel_book_exec(book, "SELECT * FROM no_such_table"), REEL_IO);
}

/* The node as it is in the book now; its name lives until the next call. */
static __attribute__((unused)) struct reel_node
get_node(int64_t id)
{
	static char name[REEL_NODE_NAME_MAX + 1];
	struct reel_node_list list;
	struct reel_node node;

	reel_node_list_init(&list);
	assert_int_equal(reel_write_get(book, id, &list), REEL_OK);
	assert_int_equal(list.count, 1);
	node = list.nodes[0];
	strcpy(name, node.name);
	node.name = name;
	reel_node_list_clear(&list);
	return (node);
}

/* Columns of live folders that differ from what counting says. */
static __attribute__((unused)) int64_t
wrong_sums(void)
{

	return (ask(
	    "WITH RECURSIVE live (id) AS ("
	    " SELECT id FROM items WHERE parent_id = 0"
	    " UNION ALL"
	    " SELECT items.id FROM live JOIN items ON parent_id = live.id),"
	    " below (top, id) AS ("
	    " SELECT id, id FROM live JOIN items USING (id)"
	    "  WHERE type IN (1, 7)"
	    " UNION ALL"
	    " SELECT top, items.id FROM below JOIN items"
	    "  ON parent_id = below.id),"
	    " sums AS (SELECT top,"
	    "  sum(items.id <> top AND type NOT IN (1, 7)) AS f,"
	    "  sum(items.id <> top AND type IN (2, 7)) AS v,"
	    "  sum(iif(items.id <> top AND type NOT IN (1, 7), size, 0)) AS b,"
	    "  sum(iif(items.id <> top AND type NOT IN (1, 7), duration_ms, 0))"
	    "   AS d FROM below JOIN items USING (id) GROUP BY top)"
	    " SELECT count(*) FROM sums JOIN items ON id = top WHERE"
	    " (files, videos, bytes, duration_ms) <> (f, v, b, d)"));
}

#endif /* !BOOK_FIXTURE_SQL_H */
