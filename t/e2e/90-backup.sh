#!/bin/bash
# Goal: upkeep.  A backup made beside a running indexer is whole, and restored
# it begins a new epoch; a log that was trimmed answers old cursors with 410;
# SIGHUP takes roots in and lets them go, and keeps the old configuration when
# the new one is wrong; SIGUSR1 reopens the log, SIGUSR2 tells the state;
# SIGTERM in the middle of the first look is a clean stop.
. "$(dirname "$0")/lib/story.sh"

mkdir "$T/A" "$T/B" "$T/C"
for f in $(seq 100); do echo "$f" >"$T/A/$f.txt"; echo "$f" >"$T/B/$f.txt"; done
echo c >"$T/C/c.txt"
indexer_conf A="$T/A" -- "\"log\": {\"path\": \"$T/indexer.log\"},"
nginx_start
all() { library same --within $DEADLINE "$@"; }
check 'the first look ends' indexer_start
check 'the library equals the disk' all A="$T/A"
check 'and is settled' indexer_settled

# --- backup --------------------------------------------------------------------
check 'a backup beside the running indexer' "$INDEXER" --config "$T/indexer.json" --backup "$T/backup.db"
is "$(sqlite3 -readonly "$T/backup.db" 'PRAGMA integrity_check')" ok 'it is sound'
is "$(sqlite3 -readonly "$T/backup.db" 'SELECT count(*) FROM items')" 101 'and whole'
"$INDEXER" --config "$T/indexer.json" --backup "$T/backup.db" >"$T/out.1" 2>&1
[ $? != 0 ]
is $? 0 'not over a file that is there'
has "$(cat "$T/out.1")" 'backup.db' 'which is named'
ino=$(stat -c %i "$T/backup.db")
"$INDEXER" --config "$T/indexer.json" --backup "$T/no/such/folder.db" >"$T/out.1" 2>&1
[ $? != 0 ]
is $? 0 'nor into a folder that is not'
has "$(cat "$T/out.1")" 'no/such/folder' 'which is named'
check '--print-schema prints SQL' eval '"$INDEXER" --print-schema | sqlite3 "$T/schema.db"'
has "$("$INDEXER" --version)" '[0-9]+\.[0-9]+' '--version'
has "$("$INDEXER" --help)" '--backup' '--help'

# --- SIGHUP --------------------------------------------------------------------
a1=$(api id A/1.txt)
from=$(get videos/root '$j->{cursor}')
indexer_conf A="$T/A" B="$T/B" -- "\"log\": {\"path\": \"$T/indexer.log\"},"
kill -HUP "$INDEXER_PID"
check 'SIGHUP: a root is added' all A="$T/A" B="$T/B"
echo live >"$T/B/live.txt"
check 'and followed' all A="$T/A" B="$T/B"
is "$(api id A/1.txt)" "$a1" 'the other root is as it was'
indexer_conf B="$T/B" C="$T/C" -- "\"log\": {\"path\": \"$T/indexer.log\"},"
kill -HUP "$INDEXER_PID"
check 'SIGHUP: a root is removed, another added' \
    wait_api videos/root 'join(" ", sort map { $_->{name} } @{$d->{videos}}) eq "B C"'
check 'and the library equals the disk' all B="$T/B" C="$T/C"
check 'folding the change log gives the library' library fold
is "$(get "changes?limit=1000&since=$from" 'join " ", map { "$_->{op} $_->{path} " . ($_->{recursive} ? 1 : 0) } grep { $_->{op} eq "drop" } @{$d->{changes}}')" \
    'drop A 1' 'the root went with one recursive drop'
echo '{ "roots": [ wrong' >"$T/indexer.json"
kill -HUP "$INDEXER_PID"
check 'SIGHUP with a wrong configuration is told in the log' \
    until_true $DEADLINE grep -q 'indexer.json:1' "$T/indexer.log"
echo live >"$T/C/live.txt"
check 'and the old one stays' all B="$T/B" C="$T/C"
indexer_conf B="$T/B" C="$T/C" -- "\"log\": {\"path\": \"$T/indexer.log\"},"

# --- SIGUSR1, SIGUSR2 ----------------------------------------------------------
mv "$T/indexer.log" "$T/indexer.log.1"
kill -USR1 "$INDEXER_PID"
check 'SIGUSR1 opens the log anew' until_true $DEADLINE test -e "$T/indexer.log"
kill -USR2 "$INDEXER_PID"
check 'SIGUSR2 tells the state' until_true $DEADLINE test -s "$T/indexer.log"
head -n 3 "$T/indexer.log" | sed 's/^/# /'

# --- --rescan ------------------------------------------------------------------
check '--rescan of a root' "$INDEXER" --config "$T/indexer.json" --rescan B
refused() { # refused FLAG PATH WHAT
	local out rc
	out=$("$INDEXER" --config "$T/indexer.json" "$1" "$2" 2>&1)
	rc=$?
	is "$rc" 2 "$1 of $3 is refused"
	has "$out" "the library has no .*\"$2\"" 'and it says why'
}
refused --rescan nowhere/at/all 'a folder that is not'
refused --rescan B/no/such/folder 'a folder that is not, deep in a root'
refused --accept nowhere 'a disk that is not'
check 'is told in the log' until_true $DEADLINE grep -q nowhere/at/all "$T/indexer.log"

# --- retention -----------------------------------------------------------------
old=$(get videos/root '$j->{cursor}')
indexer_stop
indexer_conf B="$T/B" C="$T/C" -- '"retention": {"days": 0, "records": 50},'
check 'the indexer starts with a short memory' indexer_start
for f in $(seq 1200); do echo x >"$T/C/r$f.txt"; done
check 'after 1,200 more files the library equals the disk' all B="$T/B" C="$T/C"
# Trimming is done now and then, and at a start; the newest 1,000 always stay.
check 'the indexer stops on SIGTERM' indexer_stop
check 'and starts' indexer_start
check 'the log is trimmed: the old cursor is answered with 410' \
    wait_api "changes?since=$old" '$code == 410'
fresh=$(get "changes?since=$old" '$j->{cursor}')
is "$(api code "changes?since=$fresh")" 200 'with a cursor that works'
is "${fresh%%-*}" "${old%%-*}" 'in the same epoch'
has "$(get "changes?since=$fresh" '$d->{oldest}')" "^${old%%-*}-" 'oldest is told'
echo x >"$T/C/after.txt"
check 'from there a client goes on' wait_api "changes?since=$fresh" 'grep { $_->{path} eq "C/after.txt" } @{$d->{changes}}'

# --- restore -------------------------------------------------------------------
check 'the indexer stops on SIGTERM' indexer_stop
nginx_stop
rm -f "$S"/index.db*
cp "$T/backup.db" "$S/index.db"
indexer_conf A="$T/A" -- "\"log\": {\"path\": \"$T/indexer.log\"},"
check 'a restored backup: the indexer starts' indexer_start
nginx_start
check 'and brings it up to date' all A="$T/A"
is "$(api id A/1.txt)" "$a1" 'with the ids it had'
new=$(get videos/root '$j->{cursor}')
check 'a new epoch has begun' test "${new%%-*}" -gt "${old%%-*}"
is "$(api code "changes?since=$old")" 410 'the old cursor is answered with 410'
is "$(stat -c %i "$T/backup.db")" "$ino" 'the backup itself is untouched'

# --- SIGTERM in the middle of the first look -----------------------------------
check 'the indexer stops on SIGTERM' indexer_stop
perl -e 'for my $d (1 .. 60) { mkdir "$ARGV[0]/d$d"; for my $f (1 .. 200) { open my $h, ">", "$ARGV[0]/d$d/$f.mp4" or die } }' "$T/A"
# Before main() a signal does what it does to any program.
in_main() {
	local name mask
	while read -r name mask; do
		case $name in
		SigBlk: | SigCgt:) if ((16#$mask & 1 << 14)); then return 0; fi ;;
		esac
	done <"/proc/$INDEXER_PID/status"
	return 1
}
for ms in 0 20 60 150 400; do
	rm -f "$S"/index.db*
	indexer_spawn
	for ((i = 0; i < 500; i++)); do
		if in_main; then break; fi
		sleep 0.01
	done
	sleep 0.$(printf %03d $ms)
	check "SIGTERM after $ms ms is a clean stop" indexer_stop
done
indexer_start
check 'and a later start ends the look' all A="$T/A"
story_end
