#!/bin/bash
# Goal: a disk that is away is not a deletion.  A root that is unmounted, a
# root that was replaced by an empty folder, a mount point inside a root that
# is gone, a root that is missing at start, a clock that is set back: the
# status says so, nothing is deleted, and all is as it was when the disk is
# back, ids included.  Another disk in its place is taken only with --accept.
. "$(dirname "$0")/lib/story.sh"
own_mounts
ALLOWED_ALERTS='initgroups'

drops_since() {
	get "changes?limit=1000&since=$1" 'scalar grep { $_->{op} eq "drop" } @{$d->{changes}}'
}
disk_is() { # disk_is PATH 0|1
	wait_api status "grep { \$_->{path} eq '$1' && !!\$_->{online} == $2 } @{\$d->{disks}}"
}
unmount() {
	until_true 15 umount "$1" && return 0
	say "$1 cannot be unmounted: somebody holds it open"
	umount -l "$1"
	return 1
}
plant() {
	mkdir -p "$1/one/two"
	for f in 1 2 3 4 5; do
		echo "$f" >"$1/$f.txt"
		echo "$f" >"$1/one/two/$f.srt"
	done
}

# Disks that keep their content while they are not mounted where we look.
mkdir "$T/keep" "$T/keep2" "$T/other" "$T/A" "$T/B" "$T/C"
mount -t tmpfs -o size=8m disk1 "$T/keep"
mount -t tmpfs -o size=8m disk2 "$T/keep2"
mount -t tmpfs -o size=8m disk3 "$T/other"
plant "$T/keep"
plant "$T/keep2"
mkdir "$T/other/strange"
echo other >"$T/other/strange/o.txt"
plant "$T/B"
mkdir "$T/B/inner"
plant "$T/C"
mount --bind "$T/keep" "$T/A"
mount --bind "$T/keep2" "$T/B/inner"
indexer_conf A="$T/A" B="$T/B" C="$T/C" -- '"poll_s": 1,'
nginx_start
all() { library same --within $DEADLINE A="$T/A" B="$T/B" C="$T/C"; }
check 'the first look ends' indexer_start
check 'the library equals the disks' all
check 'and all is settled' indexer_settled
library dump >"$T/before"
start=$(get videos/root '$j->{cursor}')

# --- a root is unmounted and comes back --------------------------------------
check 'a watched root can be unmounted' unmount "$T/A"
check 'the root is offline' disk_is A 0
say "$(get status 'join "; ", map { "$_->{path}: $_->{reason}" } grep { !$_->{online} } @{$d->{disks}}')"
sleep 2
is "$(drops_since "$start")" 0 'nothing was deleted'
is "$(get 'videos/item?path=A/one/two/3.srt' '$d->{name}')" 3.srt 'its items are still served'
echo meanwhile >"$T/keep/meanwhile.txt"
rm "$T/keep/1.txt"
mount --bind "$T/keep" "$T/A"
check 'the root is online again' disk_is A 1
check 'with what changed while it was away' all
rm "$T/keep/meanwhile.txt"
check 'and is watched again' all
id=$(api id A/one/two/3.srt)
is "$id" "$(awk -F'\t' '$1 == "A/one/two/3.srt" { print $2 }' "$T/before")" 'ids are as they were'

# --- a mount point inside a root ---------------------------------------------
from=$(get videos/root '$j->{cursor}')
check 'a mount point inside a root can be unmounted' unmount "$T/B/inner"
check 'the mount point is offline' disk_is B/inner 0
check 'the root around it is not' disk_is B 1
echo around >"$T/B/around.txt"
check 'the root around it is followed' wait_api 'videos/item?path=B/around.txt' '$d'
sleep 2
is "$(drops_since "$from")" 0 'nothing was deleted'
is "$(get 'videos/item?path=B/inner/one/two/3.srt' '$d->{name}')" 3.srt 'its items are still served'
mount --bind "$T/keep2" "$T/B/inner"
check 'it is online again' disk_is B/inner 1
check 'and the library equals the disks' all
is "$(api id B/inner/one/two/3.srt)" \
    "$(awk -F'\t' '$1 == "B/inner/one/two/3.srt" { print $2 }' "$T/before")" 'ids are as they were'

# --- another disk in its place -----------------------------------------------
unmount "$T/B/inner"
mount --bind "$T/other" "$T/B/inner"
check 'another disk in its place leaves it offline' disk_is B/inner 0
sleep 2
is "$(drops_since "$from")" 0 'nothing was deleted'
check '--accept takes the disk as it is' \
    "$INDEXER" --config "$T/indexer.json" --accept B/inner
check 'it is online' disk_is B/inner 1
check 'and the library equals the disks' all

# --- a root is replaced by an empty folder -----------------------------------
from=$(get videos/root '$j->{cursor}')
mv "$T/C" "$T/C.away"
mkdir "$T/C"
check 'a root that became an empty folder is offline' disk_is C 0
sleep 2
is "$(drops_since "$from")" 0 'nothing was deleted'
rmdir "$T/C"
sleep 1.5
is "$(drops_since "$from")" 0 'nothing was deleted when it was gone altogether'
mv "$T/C.away" "$T/C"
check 'the root is online again' disk_is C 1
check 'and the library equals the disks' all
is "$(api id C/one/two/3.srt)" \
    "$(awk -F'\t' '$1 == "C/one/two/3.srt" { print $2 }' "$T/before")" 'ids are as they were'

# --- deleting everything is deleting everything ------------------------------
cp -a "$T/C" "$T/C.copy"
find "$T/C" -mindepth 1 -delete
check 'what was seen to be deleted is gone' all
is "$(get 'videos/children?path=C' 'scalar @{$d->{videos}}')" 0 'the root is empty'
cp -a "$T/C.copy/." "$T/C/"
check 'and comes back with new files' all

# --- away at start -----------------------------------------------------------
indexer_stop
from=$(get videos/root '$j->{cursor}')
unmount "$T/A"
mv "$T/C" "$T/C.away"
check 'it starts with one root unmounted and one missing' indexer_start
check 'the unmounted root is offline' disk_is A 0
check 'the missing root is offline' disk_is C 0
check 'the other is online' disk_is B 1
sleep 2
is "$(drops_since "$from")" 0 'nothing was deleted'
mv "$T/C.away" "$T/C"
mount --bind "$T/keep" "$T/A"
check 'the unmounted root is online again' disk_is A 1
check 'the missing root is online again' disk_is C 1
check 'and the library equals the disks' all
unmount "$T/A"
check 'the root is offline' disk_is A 0
check '--accept takes the empty folder as it is' \
    "$INDEXER" --config "$T/indexer.json" --accept A
check 'then it is empty' wait_api 'videos/children?path=A' '@{$d->{videos}} == 0'
check 'and the library equals the disks' all
check 'folding the change log gives the library' library fold

# --- the clock is set back ---------------------------------------------------
indexer_stop
if ldd "$INDEXER" | grep -q -e asan -e tsan || ! command -v "${CC:-cc}" >/dev/null; then
	skip 'the clock is set back' 'needs a compiler and a build without sanitizers'
elif check 'a library that moves the clock is built' \
    "${CC:-cc}" -O1 -shared -fPIC -o "$T/clock.so" "$LIB/clock.c" -ldl; then
	from=$(get videos/root '$j->{cursor}')
	export REEL_CLOCK=$T/clock
	echo 0 >"$REEL_CLOCK"
	clocked() { LD_PRELOAD=$T/clock.so indexer_start; }
	check 'the indexer starts with a clock of its own' clocked
	echo -200000 >"$REEL_CLOCK"
	plant "$T/B/past"
	rm "$T/B/1.txt"
	check 'with the clock set back two days the library equals the disks' all
	check 'nothing is owed' indexer_settled
	check 'the indexer stops on SIGTERM' indexer_stop
	check 'it starts while the clock is back' clocked
	plant "$T/B/past2"
	check 'and the library equals the disks' all
	echo 400000 >"$REEL_CLOCK"
	plant "$T/B/future"
	check 'set forward, too' all
	check 'nothing is owed' indexer_settled
	is "$(get "changes?limit=1000&since=$from" 'scalar grep { $_->{op} eq "drop" } @{$d->{changes}}')" \
	    1 'one file was deleted, one record says so'
	check 'folding the change log gives the library' library fold
fi
check 'the indexer stops on SIGTERM' indexer_stop
nginx_stop
story_end
