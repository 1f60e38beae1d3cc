#!/bin/bash
# Goal: when the machine runs out of something - inotify watches, inotify
# instances, file descriptors, room for the index - the index stays right as
# far as it can, the status names the state, nothing is deleted, the answers
# go on, and all heals without a restart when the limit is lifted.
. "$(dirname "$0")/lib/story.sh"
own_limits
# In a user namespace nginx may not set groups, and says so.
ALLOWED_ALERTS='initgroups'

limit() { echo "$2" >"/proc/sys/user/max_inotify_$1"; }

mkdir "$T/A"
for d in $(seq 60); do
	mkdir "$T/A/d$d"
	echo "$d" >"$T/A/d$d/a.txt"
done

# --- watches -----------------------------------------------------------------
limit watches 20
limit instances 10
indexer_conf A="$T/A" -- '"poll_s": 1,'
nginx_start
check 'it starts with 20 watches for 61 folders' indexer_start
check 'all is indexed' library same --within $DEADLINE A="$T/A"
check 'watcher/status counts the watches that are missing' \
    wait_api watcher/status '$d->{watches_missing} > 0 && $d->{watches} <= 20'
check 'status says so, in words' \
    wait_api status 'grep { /watch/i } $d->{trouble}, map { $_->{reason} } @{$d->{disks}}'
for d in $(seq 60); do echo new >"$T/A/d$d/b.txt"; done
rm "$T/A/d60/a.txt"
mv "$T/A/d59" "$T/A/d59 moved"
check 'changes in folders without a watch are found by polling' \
    library same --within $DEADLINE A="$T/A"
limit watches 1000
mkdir "$T/A/more"
check 'with watches again, none is missing' \
    wait_api watcher/status '$d->{watches_missing} == 0 && $d->{watches} >= 62'
for d in $(seq 50); do echo live >"$T/A/d$d/c.txt"; done
check 'and the library equals the disk' library same --within $DEADLINE A="$T/A"
indexer_stop

# --- instances ---------------------------------------------------------------
limit instances 0
check 'it starts without an inotify instance' indexer_start
check 'status says that it is polled, and why' \
    wait_api status 'grep { !$_->{watched} && length $_->{reason} } @{$d->{disks}}'
check 'watcher/status says that nothing is watched' \
    wait_api watcher/status '!$d->{running} && !$d->{watches}'
rm "$T/A/d1/a.txt"
echo polled >"$T/A/d2/polled.txt"
check 'changes are found by polling' library same --within $DEADLINE A="$T/A"
limit instances 10
check 'with instances again, all is watched without a restart' \
    wait_api status '!grep { !$_->{watched} } @{$d->{disks}}'
check 'and watcher/status says so too' \
    wait_api watcher/status '$d->{running} && $d->{watches} >= 62'
echo live >"$T/A/d3/live.txt"
check 'the library equals the disk' library same --within $DEADLINE A="$T/A"

# --- descriptors -------------------------------------------------------------
before=$(get videos/root '$d->{videos}[0]{files}')
from=$(get videos/root '$j->{cursor}')
# As if the table were full: the lowest number that is free is beyond it.
full=3
while [ -e "/proc/$INDEXER_PID/fd/$full" ]; do full=$((full + 1)); done
prlimit --pid "$INDEXER_PID" --nofile=$full:1024
mkdir "$T/A/new"
echo 1 >"$T/A/new/1.txt"
for d in $(seq 30 40); do echo 1 >"$T/A/d$d/emfile.txt"; done
check 'status names the trouble of too many open files' \
    wait_api status '$d->{trouble} =~ /open files|descriptor|EMFILE/i'
say "$(get status '$d->{trouble}')"
sleep 2
is "$(get "changes?limit=1000&since=$from" 'scalar grep { $_->{op} eq "drop" } @{$d->{changes}}')" \
    0 'nothing was deleted'
check 'the answers go on' test "$(get videos/root '$d->{videos}[0]{files}')" -ge "$before"
prlimit --pid "$INDEXER_PID" --nofile=1024:1024
check 'with descriptors again, the library equals the disk' \
    library same --within $DEADLINE A="$T/A"
check 'and the trouble is over' wait_api status '!length $d->{trouble}'
check 'the indexer stops on SIGTERM' indexer_stop

# --- room for the index ------------------------------------------------------
nginx_stop
if ! mount -t tmpfs -o size=3m tmpfs "$S" 2>/dev/null; then
	skip 'the disk of the index fills up' 'no tmpfs may be mounted here'
	story_end
fi
nginx_start
check 'it starts with 3 MiB for the index' indexer_start
check 'the library equals the disk' library same --within $DEADLINE A="$T/A"
check 'and all is settled' indexer_settled
before=$(get videos/root '$d->{videos}[0]{files}')
from=$(get videos/root '$j->{cursor}')
dd if=/dev/zero of="$S/ballast" bs=4096 2>/dev/null
truncate -s -65536 "$S/ballast"
for f in $(seq 2000); do echo >"$T/A/new/full$f.txt"; done
rm -r "$T/A/d20"
check 'status or log names the full disk' until_true $DEADLINE eval \
    'get status | grep -Ei "full|space" || grep -Ei "full|space" "$T/indexer.log"'
check 'status names it' wait_api status '$d->{trouble} =~ /full|space/i'
check 'the answers go on' test "$(get videos/root '$d->{videos}[0]{files}')" -ge $((before - 1))
check 'the indexer is still there' kill -0 "$INDEXER_PID"
rm "$S/ballast"
mount -o remount,size=64m "$S"
check 'with room again, the library equals the disk' \
    library same --within $DEADLINE A="$T/A"
check 'and the trouble is over' wait_api status '!length $d->{trouble}'
check 'folding the change log gives the library' library fold
indexer_kill
check 'after a kill it starts again' indexer_start
check 'and the library equals the disk' library same --within $DEADLINE A="$T/A"
check 'the indexer stops on SIGTERM' indexer_stop
nginx_stop
umount "$S"
story_end
