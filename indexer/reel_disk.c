/*
 * The verdict about a root or mount point, from what a look at it shows.
 *
 * An empty folder is what remains when a disk is unmounted, so emptiness is
 * believed only where we watched it happen.
 */
#include "indexer/reel_disk.h"

#include <stddef.h>

enum reel_disk_verdict
reel_disk_judge(const struct reel_disk *disk, const struct reel_disk_seen *seen,
    const char **reason)
{

	if (!seen->found) {
		*reason = "its folder is missing";
		return (REEL_DISK_OFFLINE);
	}
	if (disk->accept)
		return (REEL_DISK_ADOPT);
	if (disk->fs != 0 && disk->fs != seen->fs) {
		*reason = "another filesystem is at its place";
		return (REEL_DISK_OFFLINE);
	}
	if (seen->empty && seen->children && !disk->dead &&
	    !(seen->same && seen->watched)) {
		*reason = "its folder is empty";
		return (REEL_DISK_OFFLINE);
	}
	if (disk->fs == 0 || !seen->known || !seen->same)
		return (REEL_DISK_ADOPT);
	return (REEL_DISK_ONLINE);
}
