#!/bin/bash
# Goal: kill -9 of the indexer at random moments of a storm loses nothing.  The
# book passes integrity_check after every kill; a client that follows the
# change log sees every record once, in order, no cursor used twice, no gap;
# the answers of nginx never stop; in the end the index equals the disk.  The
# long form kills at least 100 times, and with 100,000 files prints how long
# it takes until live changes are followed again.
. "$(dirname "$0")/lib/story.sh"

SEED=${SEED:-$(date +%s)}
kills=5 items=300
[ -n "$LONG" ] && kills=${KILLS:-100} items=2000
RANDOM=$((SEED % 32768))
say "seed $SEED"

# The book as a reader finds it that comes after a crash: a copy with its log.
sound() {
	rm -rf "$T/copy"
	mkdir "$T/copy"
	cp "$S/index.db" "$T/copy/"
	[ -e "$S/index.db-wal" ] && cp "$S/index.db-wal" "$T/copy/"
	[ "$(sqlite3 "$T/copy/index.db" 'PRAGMA integrity_check')" = ok ]
}

mkdir "$T/A" "$T/B"
"$LIB/storm" base --seed "$SEED" --items $items "$T/A" "$T/B"
indexer_conf A="$T/A" B="$T/B"
nginx_start 2
check 'the first look ends' indexer_start
"$LIB/follow" "$T/follow.json" videos/root 'videos?type=all&page_size=50' \
    'videos/children?path=A' status /readyz /healthz 2>"$T/follow.err" &
follow=$!
"$LIB/storm" blow --seed "$SEED" --ops 10000000 --for 86400 --pace 4000 --out "$T/storm" \
    "$T/A" "$T/B" >"$T/storm.out" 2>&1 &
storm=$!

unsound=0
for k in $(seq $kills); do
	perl -e 'select undef, undef, undef, rand 1.2'
	indexer_kill
	sound || unsound=$((unsound + 1))
	indexer_spawn
done
is $unsound 0 "the book is sound after each of $kills kills"
kill -TERM $storm
wait $storm 2>/dev/null
check 'the indexer is still there' kill -0 $INDEXER_PID
check 'the library equals the disk in the end' \
    library same --within $DEADLINE A="$T/A" B="$T/B"
check 'nothing is owed in the end' indexer_settled
check 'folding the change log gives the library' library fold
kill -TERM $follow
check 'the follower comes to its end' wait $follow
follow() { perl -MJSON::PP -e 'local $/; open F, "<", shift; $f = decode_json(<F>);
    $_ = eval shift; print ref $_ ? encode_json($_) : $_' "$T/follow.json" "$1"; }
is "$(follow '$f->{trouble}')" '[]' 'the follower saw no record that could not be'
is "$(follow '$f->{diff}')" '[]' 'what the follower folded is the library'
is "$(follow '$f->{refused}')" '{}' 'every answer was a 200'
is "$(follow 'scalar @{$f->{epochs}}')" 1 'a kill begins no new epoch'
say "$(follow '"$f->{records} records followed, $f->{looked_back} read again, $f->{requests} requests, longest answer $f->{longest_answer_s} s"')"

if [ -n "$LONG" ]; then
	mkdir "$T/A/many"
	perl -e 'for my $d (0 .. 99) { mkdir "$ARGV[0]/$d"; for my $f (0 .. 999) {
	    open my $h, ">", "$ARGV[0]/$d/$f.txt" or die } }' "$T/A/many"
	check '100,000 files are indexed' \
	    api wait 300 'videos/item?path=A/many' '$d->{files} == 100000'
	check 'and settled' indexer_settled
	for k in 1 2 3; do
		indexer_kill
		began=$(now)
		indexer_spawn
		echo "$k" >"$T/A/many/5/live$k.txt"
		check 'a change is followed again' \
		    wait_api "videos/item?path=A/many/5/live$k.txt" '$d'
		took=$(since $began)
		check "with 100,000 files live after $took s, at most 2" \
		    perl -e "exit !($took <= 2)"
	done
fi
story_end
