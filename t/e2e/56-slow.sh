#!/bin/bash
# Goal: who does not read costs nobody anything.  Deaf clients, whose windows are
# full, sit beside healthy ones in a storm: the healthy ones hear everything, in
# order, at once; a deaf one costs at most reel_feed_queue, and when it reads
# again it goes on where it was.  The long form: 300 of each, 5,000 changes a
# second for a minute, as far as the indexer gets them.
. "$(dirname "$0")/lib/story.sh"
. "$(dirname "$0")/lib/feed.sh"

SEED=${SEED:-$(date +%s)}
few=5 many=5 seconds=8 pace=500 files=500 rate=500
[ -n "$LONG" ] && few=10 many=290 seconds=60 pace=5000 files=10000 rate=5000
n=$((few + many))
FEED_CONF='reel_ping 3600s; reel_feed_queue 32k;'
say "seed $SEED"

mkdir "$T/A" "$T/B"
"$LIB/storm" base --seed "$SEED" --items 300 "$T/A"
"$LIB/flurry" plant "$T/B" $files
indexer_conf A="$T/A" B="$T/B"
nginx_start 1
check 'the indexer starts' indexer_start
check 'and settles' indexer_settled
# Some clients speak Perl and fold what they hear; the many are in a hurry.
check 'the readers are built' "${CC:-cc}" -O2 -D_GNU_SOURCE -o "$T/readers" "$LIB/readers.c"
begin=$(get videos/root '$j->{cursor}')
readers() { # readers NAME [deaf]: their process to $reader
	"$T/readers" "$T/$1" "$REEL_PORT" $many /feed "$begin" "$T/head" "${@:2}" 2>"$T/$1.log" &
	reader=$!
	until_true "$DEADLINE" test -e "$T/$1.ready"
}
"$LIB/sitters" "$T/deaf" $few 127.0.0.1 /feed deaf &
deaf=$!
check "$few deaf ones sit down" until_true "$DEADLINE" test -e "$T/deaf"
check "and $many more" readers patient deaf
check "and $few healthy ones" crowd_start --clients $few --wait $((DEADLINE * 4))
check "and $many more" readers quick
memory=$(worker_memory)
"$LIB/storm" blow --seed "$SEED" --ops 10000000 --for 86400 --pace $pace --out "$T/storm" "$T/A" >"$T/storm.out" 2>&1 &
storm=$!
"$LIB/flurry" blow "$T/B" $files $rate $seconds >"$T/flurry.out" 2>&1 &
flurry=$!
most=0
for i in $(seq $seconds); do
	sleep 1
	bytes=$(feed_status queue_bytes)
	[ "$bytes" -gt "$most" ] && most=$bytes
done
now=$(worker_memory)
check "what waits is at most $most bytes" test "$most" -le $(((n + 2) * 32768))
check "and the worker grew from $memory to $now KiB" at_most "$now" $((memory + (n + 2) * 40 + 4096))
kill -TERM $storm
wait $storm 2>/dev/null
check 'so many changes there were' eval 'wait $flurry && cat "$T/flurry.out"'
check 'the indexer settles' indexer_settled
check 'the crowd comes to its end' crowd_stop
is "$(told '$c->{trouble}')" '[]' 'the healthy ones heard what was'
is "$(told '$c->{gaps}')" '[]' 'without a gap'
is "$(told '$c->{diff}')" '[]' 'and have the library'
is "$(told '$c->{joins}')" $few 'on the connections they had'
rm "$T/deaf"
kill -USR1 $deaf
get videos/root '$j->{cursor}' >"$T/head.new"
mv "$T/head.new" "$T/head"
for name in quick patient; do
	check "the $name ones come to the head" until_true $((DEADLINE * 10)) test -e "$T/$name"
	has "$(cat "$T/$name" "$T/$name.log")" '"holes":0,"gaps":0,"lost":0,"different":0' 'and heard the same, all of it, in order'
done
check 'the deaf ones hear again, and come to the head' until_true $((DEADLINE * 4)) test -e "$T/deaf"
has "$(cat "$T/deaf")" '"gaps":0' 'there was no gap within the retention'
has "$(cat "$T/deaf")" '"holes":0' 'nor a hole'
has "$(cat "$T/deaf")" '"again":0' 'and no connection was lost'
wait $deaf 2>/dev/null
say "$(told '"$c->{records} records heard by the healthy"'), deaf: $(cat "$T/deaf"); quick: $(cat "$T/quick")"
check 'nothing waits any more' until_true "$DEADLINE" eval '[ "$(feed_status queue_bytes)" = 0 ]'
story_end
