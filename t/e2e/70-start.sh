#!/bin/bash
# Goal: what cannot work is refused at the start with one sentence that names
# the thing and the way to mend it, and a nonzero exit; nginx, given an index
# that is missing, foreign, damaged or newer, answers 503 in the usual envelope
# and serves everything else.
. "$(dirname "$0")/lib/story.sh"

mkdir "$T/A" "$T/B" "$T/bin"
echo a >"$T/A/a.txt"
echo b >"$T/B/b.txt"

# refused WHAT PATTERN...: the indexer, given indexer.json or ARGS, ends by
# itself with a nonzero exit; its last line matches every pattern.
refused() {
	local what=$1 rc out pattern
	shift
	timeout 20 ${AS:-} "$INDEXER" ${ARGS:---config "$T/indexer.json"} >"$T/out.1" 2>&1
	rc=$?
	out=$(cat "$T/out.1")
	if [ $rc = 0 ] || [ $rc -ge 124 ]; then
		not_ok "$what is refused (exit $rc)"
		printf '%s\n' "$out" | head -n 5 | sed 's/^/#   /'
		return
	fi
	ok "$what is refused"
	is "$(printf '%s\n' "$out" | grep -c .)" 1 '  in one line'
	for pattern; do has "$out" "$pattern" "  that says $pattern"; done
	printf '%s\n' "$out" | sed 's/^/#   /'
}

# --- configurations ----------------------------------------------------------
printf '{\n "roots": [\n  {"name": "A", "path": "%s"}\n ],\n "state_dir" "x"\n}\n' "$T/A" >"$T/indexer.json"
refused 'JSON that is none' 'indexer.json:5'
printf '{\n "roots": [\n  {"name": "A", "path": "%s"}\n ],\n "workers": "many",\n "state_dir": "%s"\n}\n' "$T/A" "$S" >"$T/indexer.json"
refused 'a key of the wrong kind' 'indexer.json:5' workers 'expected a.* number'
printf '{\n "roots": [\n  {"name": "A", "path": "%s", "pth": 1}\n ],\n "state_dir": "%s"\n}\n' "$T/A" "$S" >"$T/indexer.json"
refused 'an unknown key' 'indexer.json:3' pth
ARGS="--config $T/nothing.json" refused 'a configuration that is not there' "nothing.json" '--config'
indexer_conf A="$T/A" A="$T/B"
refused 'two roots of one name' '"?A"?' 'name'
indexer_conf A="$T/A" B="$T/A/inner"
mkdir "$T/A/inner"
refused 'a root inside a root' "$T/A/inner" 'inside'
rmdir "$T/A/inner"
indexer_conf A="$T"
refused 'a state folder inside a root' "$S" 'inside|below|contains'
mkdir "$S/films"
indexer_conf A="$S/films"
refused 'a root inside the state folder' "$S/films" 'inside|below|contains'
rmdir "$S/films"
indexer_conf A="$T/A/a.txt"
refused 'a root that is a file' "$T/A/a.txt" 'folder|directory'
ARGS='--nonsense' refused 'an unknown flag' '--nonsense' '--help'
indexer_conf A="$T/A"
ARGS="--config $T/indexer.json --workers lots" refused 'a flag without a number' 'workers' 'number'

# As somebody without rights.
if [ "$(id -u)" = 0 ]; then
	cp "$BUILD/reel-indexer" "$BUILD/reel-worker" "$T/bin/"
	saved=$INDEXER INDEXER=$T/bin/reel-indexer
	AS='setpriv --reuid=65534 --regid=65534 --clear-groups'
	mkdir "$T/closed"
	chmod 700 "$T/closed"
	chmod 777 "$S"
	indexer_conf A="$T/closed"
	AS=$AS refused 'a root that may not be read' "$T/closed" 'read|permission'
	indexer_conf A="$T/A"
	chmod 755 "$S"
	AS=$AS refused 'a state folder that may not be written' "$S" 'writ|permission'
	INDEXER=$saved
	unset AS
else
	skip 'a root that may not be read is refused' 'needs root to become somebody without rights'
fi

# --- a second indexer --------------------------------------------------------
nginx_start
check 'the first indexer starts' indexer_start
check 'and lists the folder' library same --within $DEADLINE A="$T/A"
refused 'a second indexer on the same state' "$S" 'another|already|running'
check 'the first one goes on' kill -0 "$INDEXER_PID"
echo live >"$T/A/live.txt"
check 'and follows changes' library same --within $DEADLINE A="$T/A"
check 'the indexer stops on SIGTERM' indexer_stop
check 'it can be checked' "$INDEXER" --config "$T/indexer.json" --check
check 'it can look once and end' timeout 60 "$INDEXER" --config "$T/indexer.json" --once

# --- books that are none, for nginx and for the indexer -----------------------
cp "$S/index.db" "$T/good.db"
[ -e "$S/index.db-wal" ] && [ -s "$S/index.db-wal" ] && cp "$S/index.db-wal" "$T/good.db-wal"
put_book() {
	rm -f "$S"/index.db*
	[ -n "${1:-}" ] && cp "$1" "$S/index.db"
	return 0
}
unavailable() { # unavailable WHAT PATTERN
	check "$1: nginx answers 503" wait_api videos/root '$code == 503'
	is "$(get videos/root '$code . " " . $j->{code} . " " . (exists $j->{data} && !defined $j->{data} ? "null" : "?")')" \
	    '503 503 null' "$1: in the usual envelope"
	has "$(get videos/root '$j->{message}')" "$2" "$1: the message names it"
	is "$(api code /readyz)" 503 "$1: readyz says no"
	is "$(api code /healthz) $(api code /plain) $(api code /version)" '200 200 200' "$1: everything else is served"
	[ -n "$(api head videos/root Retry-After)" ]
	is $? 0 "$1: with Retry-After"
}
put_book
unavailable 'a missing index' 'index|database'
# Foreign: somebody else's database.
sqlite3 "$T/foreign.db" 'CREATE TABLE bookmarks (url); INSERT INTO bookmarks VALUES (1); PRAGMA user_version=3'
put_book "$T/foreign.db"
unavailable 'a foreign index' 'not|no |foreign|another'
refused 'a foreign index' "index.db" 'not|no |foreign'
cmp -s "$T/foreign.db" "$S/index.db"
is $? 0 'and it is left as it was'
# Newer: as a later Reel would leave it.
cp "$T/good.db" "$T/newer.db"
[ -e "$T/good.db-wal" ] && cp "$T/good.db-wal" "$T/newer.db-wal"
sqlite3 "$T/newer.db" 'PRAGMA user_version=99' >/dev/null
put_book "$T/newer.db"
unavailable 'a newer index' 'newer|version'
refused 'a newer index' 'index.db' 'newer|version'
# Damaged: not a database at all, and one with a hole in it.
head -c 100000 /dev/urandom >"$T/noise.db"
put_book "$T/noise.db"
unavailable 'noise for an index' 'damaged|not a|no '
refused 'noise for an index' 'index.db' 'damaged|not a|no '
put_book "$T/good.db"
dd if=/dev/urandom of="$S/index.db" bs=4096 seek=1 count=6 conv=notrunc 2>/dev/null
check 'a damaged index: nginx answers an error' wait_api videos/root '$code == 503 || $code == 500'
is "$(api code /healthz) $(api code /plain)" '200 200' 'a damaged index: everything else is served'
refused 'a damaged index' 'index.db' 'damaged|malformed|corrupt'
# A folder in its place.
put_book
mkdir "$S/index.db"
unavailable 'a folder for an index' 'index|database'
refused 'a folder for an index' 'index.db'
rmdir "$S/index.db"
put_book
check 'without any index the indexer makes a new one' indexer_start
check 'and nginx sees it without a reload' library same --within $DEADLINE A="$T/A"
story_end
