/* links: indexer/reel_write_sql.c indexer/reel_write_rows_sql.c
 * indexer/reel_write_find_sql.c indexer/reel_write_facts_sql.c
 * indexer/reel_write_picture_sql.c shared/reel_key.c
 * indexer/reel_write_disks_sql.c indexer/reel_write_upkeep_sql.c
 * indexer/reel_write_backup_sql.c indexer/reel_book_sql.c indexer/reel_inodes.c
 * indexer/reel_book_epoch_sql.c indexer/reel_book_file_sql.c
 * indexer/reel_book_log_sql.c indexer/reel_book_paths_sql.c
 * indexer/reel_book_query_sql.c indexer/reel_book_rows_sql.c
 * indexer/reel_book_sums_sql.c indexer/reel_book_subs_sql.c
 * indexer/reel_book_beside_sql.c indexer/reel_subtitle.c
 * indexer/reel_subtitle_list.c indexer/reel_body_cjson.c
 * indexer/reel_member.c indexer/reel_json_cjson.c indexer/reel_node.c
 * indexer/reel_log.c indexer/reel_mem.c shared/reel_buf.c
 * shared/reel_escape.c shared/reel_gram.c shared/reel_item.c
 * shared/reel_schema_sql.c shared/reel_status.c shared/reel_facts.c */
/*
 * Films and what lies beside them: after each commit every film says what a look
 * at all names of its folder says, and the newest record of an item is the item.
 */
#include "t/unit/book_fixture_sql.h"

#include "indexer/reel_subtitle.h"
#include "shared/reel_escape.h"

#define SEQ_MAX ask("SELECT max(seq) FROM changes")

static int64_t root;

static int
make_root(void **state)
{

	if (make_book(state) != 0)
		return (-1);
	root = put_new(REEL_ITEM_TOP, "r", REEL_TYPE_DIRECTORY);
	return (0);
}

static int64_t
film(const char *name)
{

	return (put_new(root, name, REEL_TYPE_VIDEO));
}

static int64_t
sub(const char *name)
{

	return (put_new(root, name, REEL_TYPE_SUBTITLE));
}

/* The list of a film, "(null)" without one. */
static const char *
list_of(int64_t id)
{

	return (ask_text("SELECT json_extract('{' || body || '}',"
			 " '$.subtitles') FROM items WHERE id = %lld",
	    (long long)id));
}

static void
move(int64_t id, int64_t parent_id, const char *name)
{
	struct reel_node node = get_node(id);

	node.parent_id = parent_id;
	node.name = name;
	node.name_len = strlen(name);
	assert_int_equal(reel_write_move(book, &node), REEL_OK);
}

static void
probe(int64_t id, enum reel_type type)
{
	struct reel_facts facts;

	reel_facts_init(&facts);
	facts.type = type;
	facts.duration_ms = 5000;
	strcpy(facts.codec, "h264");
	assert_int_equal(reel_write_facts(book, id, &facts), REEL_OK);
}

static void
film_says_what_lies_beside_it(void **state)
{
	int64_t id;

	(void)state;
	id = film("film.mkv");
	sub("film.srt");
	sub("film.pt_BR.forced.VTT");
	sub("film.\xff.hi.ass");
	sub("film.zh-Hans.idx");
	sub("film.zh-Hans.sub");
	sub("film.en.sub");
	sub("other.srt");
	put_new(root, "film.txt", REEL_TYPE_UNKNOWN);
	commit();
	assert_string_equal(list_of(id),
	    "[{\"name\":\"film.en.sub\",\"language\":\"en\","
	    "\"format\":\"sub\"},"
	    "{\"name\":\"film.pt_BR.forced.VTT\",\"language\":\"pt-BR\","
	    "\"format\":\"vtt\",\"forced\":true},"
	    "{\"name\":\"film.srt\",\"format\":\"srt\"},"
	    "{\"name\":\"film.zh-Hans.idx\",\"language\":\"zh-Hans\","
	    "\"format\":\"vobsub\"},"
	    "{\"name\":\"film.\xef\xbf\xbd.hi.ass\","
	    "\"name_raw\":\"film.%FF.hi.ass\",\"language\":\"hi\","
	    "\"format\":\"ass\"}]");
	assert_int_equal(
	    ask("SELECT count(*) FROM changes WHERE item_id = %lld",
		(long long)id),
	    2);
	assert_int_equal(ask("SELECT op FROM changes WHERE item_id = %lld"
			     " ORDER BY seq DESC",
			     (long long)id),
	    REEL_OP_PUT);
}

static void
list_stays_through_facts_and_failures(void **state)
{
	static const char list[] =
	    "[{\"name\":\"film.en.srt\",\"language\":\"en\",\"format\":\"srt\"}]";
	struct reel_node node;
	int64_t id, seq;

	(void)state;
	id = film("film.mkv");
	sub("film.en.srt");
	commit();
	assert_string_equal(list_of(id), list);
	seq = SEQ_MAX;
	probe(id, REEL_TYPE_VIDEO);
	commit();
	assert_string_equal(list_of(id), list);
	assert_int_equal(SEQ_MAX, seq + 1);
	assert_int_equal(
	    reel_write_fail(book, id, 2, "why not"), REEL_OK);
	commit();
	assert_string_equal(list_of(id), list);
	node = get_node(id);
	node.size = 7;
	node.state = REEL_STATE_GROWING;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	commit();
	assert_string_equal(list_of(id), list);
	assert_int_equal(SEQ_MAX, seq + 3);
	/* It turns out to be no film. */
	probe(id, REEL_TYPE_AUDIO);
	commit();
	assert_string_equal(list_of(id), "(null)");
	assert_int_equal(SEQ_MAX, seq + 4);
	probe(id, REEL_TYPE_VIDEO);
	commit();
	assert_string_equal(list_of(id), list);
}

static void
list_follows_whatever_moves(void **state)
{
	int64_t id, other, srt, folder, seq;

	(void)state;
	folder = put_new(root, "folder", REEL_TYPE_DIRECTORY);
	id = film("film.mkv");
	srt = sub("film.en.srt");
	commit();
	/* Both halves of a rename of both. */
	move(id, root, "movie.mkv");
	commit();
	assert_string_equal(list_of(id), "(null)");
	move(srt, root, "movie.de.srt");
	commit();
	assert_string_equal(list_of(id), "[{\"name\":\"movie.de.srt\","
	    "\"language\":\"de\",\"format\":\"srt\"}]");
	/* Into a folder where nothing of it is. */
	move(id, folder, "movie.mkv");
	commit();
	assert_string_equal(list_of(id), "(null)");
	move(srt, folder, "movie.srt");
	commit();
	assert_string_equal(list_of(id),
	    "[{\"name\":\"movie.srt\",\"format\":\"srt\"}]");
	/* With its folder, nothing changes. */
	seq = SEQ_MAX;
	move(folder, root, "elsewhere");
	commit();
	assert_int_equal(SEQ_MAX, seq + 1);
	/* A longer stem takes it, and gives it back. */
	other = put_new(folder, "movie.de.mp4", REEL_TYPE_VIDEO);
	move(srt, folder, "movie.de.srt");
	commit();
	assert_string_equal(list_of(id), "(null)");
	assert_string_equal(list_of(other),
	    "[{\"name\":\"movie.de.srt\",\"format\":\"srt\"}]");
	assert_int_equal(reel_write_drop(book, other), REEL_OK);
	commit();
	assert_string_equal(list_of(id), "[{\"name\":\"movie.de.srt\","
	    "\"language\":\"de\",\"format\":\"srt\"}]");
	assert_int_equal(reel_write_drop(book, srt), REEL_OK);
	commit();
	assert_string_equal(list_of(id), "(null)");
	/* Gone in the transaction in which it came. */
	srt = put_new(folder, "movie.srt", REEL_TYPE_SUBTITLE);
	assert_int_equal(reel_write_drop(book, srt), REEL_OK);
	seq = SEQ_MAX;
	commit();
	assert_int_equal(ask("SELECT count(*) FROM changes"), seq + 2);
	/* With its folder, into the trash. */
	put_new(folder, "movie.srt", REEL_TYPE_SUBTITLE);
	assert_int_equal(reel_write_drop(book, folder), REEL_OK);
	commit();
}

static void
rollback_forgets_the_names(void **state)
{
	int64_t id, seq;

	(void)state;
	id = film("film.mkv");
	commit();
	seq = SEQ_MAX;
	sub("film.srt");
	roll_back();
	assert_int_equal(reel_write_drop(book, id), REEL_OK);
	id = film("film.mkv");
	commit();
	assert_string_equal(list_of(id), "(null)");
	assert_int_equal(SEQ_MAX, seq + 2);
}

static void
other_folders_are_let_alone(void **state)
{
	int64_t folder, id;

	(void)state;
	folder = put_new(root, "folder", REEL_TYPE_DIRECTORY);
	id = put_new(folder, "film.mkv", REEL_TYPE_VIDEO);
	sub("film.srt");
	commit();
	assert_string_equal(list_of(id), "(null)");
	assert_int_equal(SEQ_MAX, 4);
}

/* Statements that were run for what one commit has to look at. */
static int64_t
steps_of_commit(void)
{
	struct sqlite3_stmt *stmt = NULL;
	int64_t steps = 0;

	while ((stmt = sqlite3_next_stmt(book->db, stmt)) != NULL)
		(void)sqlite3_stmt_status(
		    stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
	commit();
	while ((stmt = sqlite3_next_stmt(book->db, stmt)) != NULL)
		steps += sqlite3_stmt_status(
		    stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
	return (steps);
}

/* The same question costs the same in a folder that is a thousand times larger. */
static void
large_folder_costs_no_more(void **state)
{
	char name[64];
	int64_t few = 0, many = 0;
	int i;

	(void)state;
	for (i = 0; i < 4000; i++) {
		snprintf(name, sizeof(name), "Show.S%02dE%03d.1080p.mkv",
		    i / 100, i % 100);
		film(name);
		if (i == 3)
			commit();
		snprintf(name, sizeof(name), "Show.S%02dE%03d.1080p.en.srt",
		    i / 100, i % 100);
		sub(name);
		if (i == 3)
			few = steps_of_commit();
	}
	commit();
	/* An orphan, and a film that comes late. */
	sub("Show.S77E777.en.srt");
	many = steps_of_commit();
	if (many > 4 * few)
		fail_msg("%lld steps, then %lld", (long long)few,
		    (long long)many);
	film("Show.S77E777.mkv");
	many = steps_of_commit();
	if (many > 4 * few)
		fail_msg("%lld steps, then %lld", (long long)few,
		    (long long)many);
	assert_int_equal(ask("SELECT count(*) FROM items WHERE type = 2 AND"
			     " json_array_length('{' || body || '}',"
			     " '$.subtitles') = 1"),
	    4001);
}

/* --- anything, in any order, against a look at everything ------------------ */

#define PIECES (sizeof(pieces) / sizeof(pieces[0]))
static const char *const pieces[] = { "a", "b", "en", "A", "\xc3\xa9",
	"e\xcc\x81", "\xff", "a b" };
static const char *const film_endings[] = { ".mkv", ".MP4", ".ts", ".M2ts",
	".ogg" };
static const char *const sub_endings[] = { ".srt", ".VTT", ".sub", ".idx" };

static const char *
random_name(int is_film)
{
	static char name[256];
	int labels = 1 + rand() % 3, i;

	name[0] = '\0';
	for (i = 0; i < labels; i++) {
		strcat(name, i > 0 ? "." : "");
		strcat(name, pieces[rand() % PIECES]);
	}
	strcat(name, is_film ? film_endings[rand() % 5]
			     : sub_endings[rand() % 4]);
	return (name);
}

struct known {
	int64_t id;
	int64_t parent_id;
	enum reel_type type;
	char name[256];
};
static struct known known[4096];
static size_t known_count;

static void
read_all(void)
{
	struct sqlite3_stmt *stmt;
	struct sqlite3 *db;
	struct known *k;

	known_count = 0;
	assert_int_equal(sqlite3_open_v2(in_dir("index.db"), &db,
			     SQLITE_OPEN_READONLY, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
			     "SELECT id, parent_id, type, name FROM items"
			     " WHERE type IN (2, 5) ORDER BY parent_id, name",
			     -1, &stmt, NULL),
	    SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		k = &known[known_count++];
		k->id = sqlite3_column_int64(stmt, 0);
		k->parent_id = sqlite3_column_int64(stmt, 1);
		k->type = (enum reel_type)sqlite3_column_int(stmt, 2);
		snprintf(k->name, sizeof(k->name), "%.*s",
		    sqlite3_column_bytes(stmt, 3),
		    (const char *)sqlite3_column_blob(stmt, 3));
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

/* Labels between the stem of ${f} and the ending of ${s}; -1: not of it. */
static int
labels_of(const struct known *s, const struct known *f)
{
	size_t stem, len;
	int labels = 0;

	if (s->parent_id != f->parent_id)
		return (-1);
	stem = reel_subtitle_cut(f->name, strlen(f->name));
	len = reel_subtitle_of(s->name, strlen(s->name), f->name, stem);
	if (len == 0)
		return (-1);
	for (; s->name[len] != '\0'; len++)
		labels += s->name[len] == '.';
	return (labels);
}

static void
check_all(void)
{
	struct reel_buf wanted;
	size_t i, j, k, n;
	int labels;

	reel_buf_init(&wanted);
	read_all();
	for (i = 0; i < known_count; i++) {
		if (known[i].type != REEL_TYPE_VIDEO)
			continue;
		reel_buf_reset(&wanted);
		for (j = n = 0; j < known_count; j++) {
			if (known[j].type != REEL_TYPE_SUBTITLE)
				continue;
			labels = labels_of(&known[j], &known[i]);
			for (k = 0; k < known_count && labels >= 0; k++)
				if (known[k].type == REEL_TYPE_VIDEO &&
				    labels_of(&known[j], &known[k]) >= 0 &&
				    labels_of(&known[j], &known[k]) < labels)
					labels = -1;
			if (labels < 0)
				continue;
			/* The half of a VobSub. */
			for (k = 0; k < known_count; k++)
				if (known[k].parent_id == known[j].parent_id &&
				    strlen(known[k].name) ==
					strlen(known[j].name) &&
				    strstr(known[j].name, ".sub") != NULL &&
				    strstr(known[k].name, ".idx") != NULL &&
				    memcmp(known[k].name, known[j].name,
					strlen(known[j].name) - 4) == 0)
					break;
			if (k < known_count)
				continue;
			n++;
			/* Which are of both spellings come by spelling. */
			if (ask("SELECT count(*) FROM items, json_each("
				"'{' || body || '}', '$.subtitles')"
				" WHERE items.id = %lld AND coalesce("
				"json_extract(value, '$.name_raw'),"
				" json_extract(value, '$.name')) IN ('%s', '%s')",
				(long long)known[i].id, known[j].name,
				strchr(known[j].name, '\xff') == NULL ? "" :
				(reel_buf_reset(&wanted),
				    reel_escape_uri(&wanted, known[j].name,
					strlen(known[j].name)),
				    reel_buf_chr(&wanted, '\0'), wanted.data)) !=
			    1)
				fail_msg("%s lacks %s: %s", known[i].name,
				    known[j].name, list_of(known[i].id));
		}
		if (ask("SELECT coalesce(json_array_length('{' || body || '}',"
			" '$.subtitles'), 0) FROM items WHERE id = %lld",
			(long long)known[i].id) != (int64_t)n)
			fail_msg("%s has too many: %s", known[i].name,
			    list_of(known[i].id));
	}
	reel_buf_clear(&wanted);
	assert_int_equal(ask(
	    "SELECT count(*) FROM items WHERE body IS NOT (SELECT body FROM"
	    " changes WHERE item_id = items.id ORDER BY seq DESC LIMIT 1)"), 0);
	assert_int_equal(ask("SELECT count(*) FROM items WHERE type <> 2 AND"
			     " body LIKE '%%\"subtitles\"%%'"), 0);
}

static int64_t
random_item(void)
{

	return (ask("SELECT coalesce((SELECT id FROM items WHERE type IN"
		    " (2, 3, 5) ORDER BY (id * %d) %% 10007 LIMIT 1), 0)",
	    1 + rand() % 10000));
}

static void
whatever_happens_lists_are_true(void **state)
{
	struct reel_node node;
	int64_t folders[2], id;
	int round, i, is_film;

	(void)state;
	srand(20261130);
	folders[0] = root;
	folders[1] = put_new(root, "folder", REEL_TYPE_DIRECTORY);
	commit();
	for (round = 0; round < 150; round++) {
		for (i = rand() % 6; i >= 0; i--) {
			id = random_item();
			switch (rand() % 8) {
			case 0:
			case 1:
			case 2:
				is_film = rand() % 3 == 0;
				node = node_of(folders[rand() % 2],
				    random_name(is_film),
				    is_film ? REEL_TYPE_VIDEO
					    : REEL_TYPE_SUBTITLE);
				(void)reel_write_put(book, &node);
				break;
			case 3:
			case 4:
				if (id > 0)
					(void)reel_write_drop(book, id);
				break;
			case 5:
			case 6:
				if (id == 0 ||
				    reel_write_path(book, id, &why) != REEL_OK)
					break;
				node = get_node(id);
				node.parent_id = folders[rand() % 2];
				node.name = random_name(
				    node.type != REEL_TYPE_SUBTITLE);
				node.name_len = strlen(node.name);
				(void)reel_write_move(book, &node);
				break;
			default:
				if (id == 0 ||
				    reel_write_path(book, id, &why) != REEL_OK)
					break;
				node = get_node(id);
				if (node.type != REEL_TYPE_SUBTITLE)
					probe(id, rand() % 2 ? REEL_TYPE_VIDEO
							     : REEL_TYPE_AUDIO);
				break;
			}
			reel_buf_reset(&why);
		}
		commit();
		check_all();
	}
	assert_true(ask("SELECT count(*) FROM items WHERE body LIKE"
			" '%%\"subtitles\"%%'") > 0);
}

/* As it was before films told of subtitles, and for the first ids told since. */
static void
make_older(int64_t joined)
{
	char sql[640];

	snprintf(sql, sizeof(sql), "UPDATE items SET body = trim(json_remove("
	    "'{' || body || '}', '$.subtitles'), '{}');"
	    "DELETE FROM meta WHERE key IN ('joined', 'last_id');"
	    "CREATE TABLE IF NOT EXISTS given"
	    " (id INTEGER PRIMARY KEY AUTOINCREMENT);"
	    "INSERT INTO sqlite_sequence VALUES ('items', 100000);"
	    "DROP INDEX items_board; PRAGMA user_version = 1;%s",
	    joined == 0 ? "" : "INSERT INTO meta VALUES ('joined', ");
	if (joined != 0)
		snprintf(sql + strlen(sql), sizeof(sql) - strlen(sql), "%lld)",
		    (long long)joined);
	forge(sql);
}

static void
films_of_an_older_book_tell_what_lies_beside_them(void **state)
{
	enum { FILMS = 1100 };
	static int64_t films[FILMS];
	static char before[4096];
	int64_t seq, last = 0;
	char name[32];
	int i;

	(void)state;
	for (i = 0; i < FILMS; i++) {
		snprintf(name, sizeof(name), "film%d.mkv", i);
		films[i] = film(name);
		snprintf(name, sizeof(name), "film%d.en.srt", i);
		last = sub(name);
	}
	film("alone.mkv");
	sub("lonely.srt");
	probe(films[7], REEL_TYPE_VIDEO);
	commit();
	snprintf(before, sizeof(before), "%s", ask_text("SELECT body FROM items"
	    " WHERE id = %lld", (long long)films[7]));
	seq = SEQ_MAX;
	close_book();
	make_older(0);
	open_book();
	/* A record of each film, and nothing else. */
	assert_int_equal(SEQ_MAX, seq + FILMS);
	assert_int_equal(ask("SELECT count(*) FROM items WHERE"
	    " body LIKE '%%film%%.en.srt%%' AND type = 2"), FILMS);
	assert_string_equal(ask_text("SELECT body FROM items WHERE id = %lld",
	    (long long)films[7]), before);
	close_book();
	open_book();
	assert_int_equal(SEQ_MAX, seq + FILMS);
	close_book();
	/* It was stopped before the last one. */
	make_older(last - 1);
	open_book();
	assert_int_equal(SEQ_MAX, seq + FILMS + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    film_says_what_lies_beside_it, make_root, clean_up),
		cmocka_unit_test_setup_teardown(
		    list_stays_through_facts_and_failures, make_root,
		    clean_up),
		cmocka_unit_test_setup_teardown(
		    list_follows_whatever_moves, make_root, clean_up),
		cmocka_unit_test_setup_teardown(
		    rollback_forgets_the_names, make_root, clean_up),
		cmocka_unit_test_setup_teardown(
		    other_folders_are_let_alone, make_root, clean_up),
		cmocka_unit_test_setup_teardown(
		    large_folder_costs_no_more, make_root, clean_up),
		cmocka_unit_test_setup_teardown(
		    films_of_an_older_book_tell_what_lies_beside_them,
		    make_root, clean_up),
		cmocka_unit_test_setup_teardown(
		    whatever_happens_lists_are_true, make_root, clean_up)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
