/* links: indexer/reel_disk.c */
/* Is the disk there?  What each sight of a root or mount point means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/reel_disk.h"

#define ON REEL_DISK_ONLINE
#define AD REEL_DISK_ADOPT
#define OFF REEL_DISK_OFFLINE

struct row {
	const char *what;
	int64_t noted_fs;
	int dead;
	int accept;
	struct reel_disk_seen seen;
	enum reel_disk_verdict verdict;
};

/* seen: found, fs, same, known, empty, children, watched */
static const struct row rows[] = {
	{ "as it was", 5, 0, 0, { 1, 5, 1, 1, 0, 0, 0 }, ON },
	{ "never seen before", 0, 0, 0, { 1, 5, 0, 0, 0, 0, 0 }, AD },
	{ "never seen, empty", 0, 0, 0, { 1, 5, 0, 0, 1, 0, 0 }, AD },
	{ "missing", 5, 0, 0, { 0, 0, 0, 1, 0, 0, 0 }, OFF },
	{ "missing from the start", 0, 0, 0, { 0, 0, 0, 0, 0, 0, 0 }, OFF },
	{ "missing, accepted", 5, 0, 1, { 0, 0, 0, 1, 0, 0, 0 }, OFF },
	{ "another filesystem", 5, 0, 0, { 1, 6, 0, 1, 0, 0, 0 }, OFF },
	{ "another filesystem, watched", 5, 0, 0, { 1, 6, 0, 1, 0, 0, 1 }, OFF },
	{ "another filesystem, accepted", 5, 0, 1, { 1, 6, 0, 1, 0, 0, 0 }, AD },
	{ "emptied under our eyes", 5, 0, 0, { 1, 5, 1, 1, 1, 1, 1 }, ON },
	{ "empty, nobody saw why", 5, 0, 0, { 1, 5, 1, 1, 1, 1, 0 }, OFF },
	{ "empty and always was", 5, 0, 0, { 1, 5, 1, 1, 1, 0, 0 }, ON },
	{ "an empty folder instead", 5, 0, 0, { 1, 5, 0, 1, 1, 1, 1 }, OFF },
	{ "made again after rm -r", 5, 1, 0, { 1, 5, 0, 1, 1, 1, 0 }, AD },
	{ "empty, accepted", 5, 0, 1, { 1, 5, 1, 1, 1, 1, 0 }, AD },
	{ "a full folder instead", 5, 0, 0, { 1, 5, 0, 1, 0, 0, 0 }, AD },
};

static void
verdicts_are_as_in_the_table(void **state)
{
	struct reel_disk disk;
	const char *reason;
	enum reel_disk_verdict verdict;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&disk, 0, sizeof(disk));
		disk.fs = rows[i].noted_fs;
		disk.dead = rows[i].dead;
		disk.accept = rows[i].accept;
		reason = NULL;
		verdict = reel_disk_judge(&disk, &rows[i].seen, &reason);
		if (verdict != rows[i].verdict)
			fail_msg("%s: %d", rows[i].what, (int)verdict);
		if ((reason != NULL) != (verdict == REEL_DISK_OFFLINE))
			fail_msg("%s: reason", rows[i].what);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_are_as_in_the_table),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
