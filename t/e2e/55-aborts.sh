#!/bin/bash
# Goal: clients that vanish at any byte of the handshake or of a frame, by FIN or
# by RST, cost nothing: no memory, no descriptor, no word in the log above info,
# and those who stay hear everything meanwhile.  The long form: 100,000 of them.
. "$(dirname "$0")/lib/story.sh"
. "$(dirname "$0")/lib/feed.sh"

SEED=${SEED:-$(date +%s)}
n=1000
[ -n "$LONG" ] && n=100000
say "seed $SEED"

mkdir "$T/A"
indexer_conf A="$T/A"
nginx_start 1
check 'the indexer starts' indexer_start
check 'a crowd listens' crowd_start --clients 10
(
	i=0
	while :; do
		i=$((i + 1))
		echo $i >"$T/A/file-$((i % 20)).txt"
		sleep 0.02
	done
) &
changes=$!

empty() { [ "$(feed_status clients.websocket)$(feed_status clients.sse)" = 82 ]; }
check 'some vanish' "$LIB/aborts" $((n / 5)) "$SEED"
check 'and are gone' until_true "$DEADLINE" empty
sleep 6 # lingering_close
memory=$(worker_memory) files=$(worker_files)
check 'many vanish' "$LIB/aborts" $n $((SEED + 1))
check 'and are gone' until_true "$DEADLINE" empty
sleep 6
now=$(worker_memory)
check "the worker has the memory it had: $memory KiB, then $now" at_most "$now" $((memory + memory / 50 + 1024))
# one of the others may have been on its way out when they were counted
now=$(worker_files)
check "and the descriptors: $files, then $now" test "$now" -le "$files"
kill $changes
wait $changes 2>/dev/null
check 'the crowd comes to its end' crowd_stop
is "$(told '$c->{trouble}')" '[]' 'those who stayed heard everything'
is "$(told '$c->{gaps}')" '[]' 'without a gap'
is "$(grep -acE '\[(warn|error|crit|alert|emerg)\]' "$T/ngx/error.log")" 0 'nothing to be noted'
say "closes $(get status 'JSON::PP->new->canonical->encode($d->{feed}{closes})')"
story_end
