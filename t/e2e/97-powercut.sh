#!/bin/bash
# Goal: the power fails.  What the book has told is there after it, consistent,
# and since a tail may be lost in general, a new epoch begins and clients are
# told.  The book lies on ext4 on a loop device whose filesystem is shut down
# in the middle of a storm (unsynced bytes are gone), and the boot id changes.
# Long form only; as root.
. "$(dirname "$0")/lib/story.sh"
if [ -z "$LONG" ]; then
	echo 'ok 1 - power cut # skip in the long form only'
	echo 1..1
	finished=1
	exit 0
fi
own_mounts
if [ "$(id -u)" != 0 ] || ! truncate -s 64M "$T/disk" || ! mkfs.ext4 -q -F "$T/disk" ||
    ! mount -o loop "$T/disk" "$S" 2>/dev/null; then
	echo 'ok 1 - power cut # skip no loop device here'
	echo 1..1
	finished=1
	exit 0
fi
on_story_exit() { umount -l "$S" 2>/dev/null; }
boot() {
	cat /proc/sys/kernel/random/uuid >"$T/boot_id"
	umount /proc/sys/kernel/random/boot_id 2>/dev/null
	mount --bind "$T/boot_id" /proc/sys/kernel/random/boot_id
}

SEED=${SEED:-$(date +%s)}
say "seed $SEED"
mkdir "$T/A" "$T/B"
"$LIB/storm" base --seed "$SEED" --items 300 "$T/A" "$T/B"
indexer_conf A="$T/A" B="$T/B"
epoch=0
boot
for cut in 1 2 3 4 5 6 7 8 9 10; do
	nginx_start
	indexer_start || not_ok "cut $cut: the indexer starts"
	"$LIB/storm" blow --seed $((SEED + cut)) --ops 1000000 --for 86400 --pace 3000 \
	    --out "$T/storm$cut" "$T/A" "$T/B" >/dev/null 2>&1 &
	storm=$!
	wait_api videos/root '$d'
	perl -e 'select undef, undef, undef, 1 + rand 2'
	# What a client was told last before the lights go out.
	told=$(get videos/root '$j->{cursor}')
	perl -e 'open my $d, "<", $ARGV[0] or die; my $how = pack "L", 2;
	    ioctl($d, 0x8004587d, $how) or die "shutdown: $!\n"' "$S" || not_ok "cut $cut: the shutdown ioctl"
	is "$(api code /healthz)" 200 "cut $cut: nginx is there"
	sleep 0.5
	indexer_kill
	kill -TERM $storm
	wait $storm 2>/dev/null
	nginx_stop
	umount "$S"
	mount -o loop "$T/disk" "$S"
	boot
	rm -rf "$T/copy"
	mkdir "$T/copy"
	cp "$S"/index.db* "$T/copy/"
	rm -f "$T/copy/index.db-shm"
	is "$(sqlite3 "$T/copy/index.db" 'PRAGMA integrity_check')" ok "cut $cut: the book is sound"
	seq=$(sqlite3 "$T/copy/index.db" 'SELECT max(seq) FROM changes')
	check "cut $cut: what was told is there ($seq, told $told)" test "${seq:-0}" -ge "${told#*-}"
	nginx_start
	check "cut $cut: the indexer starts" indexer_start
	check "cut $cut: the library equals the disk" library same --within $DEADLINE A="$T/A" B="$T/B"
	now=$(get videos/root '$j->{cursor}')
	check "cut $cut: a new epoch has begun" test "${now%%-*}" -gt "${told%%-*}"
	is "$(api code "changes?since=$told")" 410 "cut $cut: an old cursor is answered with 410"
	indexer_kill
	nginx_stop
	ALLOWED_ALERTS='.' # a dead disk is alarming
done
nginx_start
check 'a start in the same boot' indexer_start
now2=$(get videos/root '$j->{cursor}')
is "${now2%%-*}" "${now%%-*}" 'keeps the epoch'
check 'the indexer stops on SIGTERM' indexer_stop
boot
check 'a start in another boot after a clean stop' indexer_start
now2=$(get videos/root '$j->{cursor}')
is "${now2%%-*}" "${now%%-*}" 'keeps the epoch, too'
check 'the indexer stops on SIGTERM' indexer_stop
nginx_stop
umount /proc/sys/kernel/random/boot_id
umount "$S"
story_end
