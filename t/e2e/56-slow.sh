#!/bin/bash
# Goal: who does not read costs nobody anything.  Deaf clients, whose windows are
# full, sit beside healthy ones in a storm: the healthy ones hear everything, in
# order, at once; a deaf one costs at most reel_feed_queue, and when it reads
# again it goes on where it was.  The long form: 300 of each, for a minute.
. "$(dirname "$0")/lib/story.sh"
. "$(dirname "$0")/lib/feed.sh"

SEED=${SEED:-$(date +%s)}
n=10 seconds=8 pace=500
[ -n "$LONG" ] && n=300 seconds=60 pace=5000
FEED_CONF='reel_ping 300s; reel_feed_queue 32k;'
say "seed $SEED"

mkdir "$T/A"
"$LIB/storm" base --seed "$SEED" --items 300 "$T/A"
indexer_conf A="$T/A"
nginx_start 1
check 'the indexer starts' indexer_start
check 'and settles' indexer_settled
"$LIB/sitters" "$T/deaf" $n 127.0.0.1 /feed deaf &
deaf=$!
check "$n deaf ones sit down" until_true "$DEADLINE" test -e "$T/deaf"
check "and $n healthy ones" crowd_start --clients $n --wait $((DEADLINE * 4))
memory=$(worker_memory)
"$LIB/storm" blow --seed "$SEED" --ops 10000000 --for 86400 --pace $pace --out "$T/storm" "$T/A" >"$T/storm.out" 2>&1 &
storm=$!
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
check 'the indexer settles' indexer_settled
check 'the crowd comes to its end' crowd_stop
is "$(told '$c->{trouble}')" '[]' 'the healthy ones heard what was'
is "$(told '$c->{gaps}')" '[]' 'without a gap'
is "$(told '$c->{diff}')" '[]' 'and have the library'
is "$(told '$c->{joins}')" $n 'on the connections they had'
rm "$T/deaf"
kill -USR1 $deaf
check 'the deaf ones hear again, and come to the head' until_true $((DEADLINE * 4)) test -e "$T/deaf"
has "$(cat "$T/deaf")" '"gaps":0' 'there was no gap within the retention'
has "$(cat "$T/deaf")" '"holes":0' 'nor a hole'
has "$(cat "$T/deaf")" '"again":0' 'and no connection was lost'
wait $deaf 2>/dev/null
say "$(told '"$c->{records} records heard by the healthy"'), deaf: $(cat "$T/deaf")"
check 'nothing waits any more' until_true "$DEADLINE" eval '[ "$(feed_status queue_bytes)" = 0 ]'
story_end
