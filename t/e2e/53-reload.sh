#!/bin/bash
# Goal: a reload costs a client of the feed nothing but a new connection.  Many
# clients listen to a storm while nginx is reloaded again and again: nobody
# misses a record, everybody is told to come again, old workers are gone in
# time, and neither memory nor descriptors grow.  The long form: 500 clients, 50
# reloads.
. "$(dirname "$0")/lib/story.sh"
. "$(dirname "$0")/lib/feed.sh"

SEED=${SEED:-$(date +%s)}
clients=50 reloads=3 items=100 ops=600
[ -n "$LONG" ] && clients=500 reloads=50 ops=100 # one process hears it all
say "seed $SEED"

mkdir "$T/A"
"$LIB/storm" base --seed "$SEED" --items $items "$T/A"
indexer_conf A="$T/A"
nginx_start 2
check 'the indexer starts' indexer_start
check 'and settles' indexer_settled
check 'the crowd begins' crowd_start --clients $clients --wait $((DEADLINE * 2))

all_listen() { [ $(($(feed_status clients.websocket) + $(feed_status clients.sse))) = $clients ]; }
two_workers() { [ "$(workers | wc -l)" = 2 ]; }
late=0 memory= files=
for n in $(seq $reloads); do
	until_true "$DEADLINE" all_listen || late=$((late + 1))
	"$LIB/storm" blow --seed $((SEED + n)) --ops $ops --out "$T/storm.$n" "$T/A" >"$T/storm.out" 2>&1 &
	storm=$!
	nginx_hup || late=$((late + 1))
	# worker_shutdown_timeout is 5 s here
	until_true "$DEADLINE" two_workers || late=$((late + 1))
	wait $storm || late=$((late + 1))
	if [ $n = 2 ]; then
		memory=$(awk '/^VmRSS/ { print $2 }' "/proc/$NGINX_PID/status")
		files=$(ls "/proc/$NGINX_PID/fd" | wc -l)
	fi
done
is $late 0 "after each of $reloads reloads all listen again, and old workers are gone"
check 'the indexer settles' indexer_settled
check 'the crowd comes to its end' crowd_stop
is "$(told '$c->{trouble}')" '[]' 'nobody heard what could not be'
is "$(told '$c->{gaps}')" '[]' 'there was no gap'
is "$(told '$c->{diff}')" '[]' 'what was heard is the library'
check 'everybody was told of each reload' test "$(told '$c->{byes}{reload}')" -ge $((clients * reloads))
is "$(told '$c->{refused}')" '{}' 'nobody was refused'
is "$(ls "/proc/$NGINX_PID/fd" | wc -l)" "$files" 'the master has the descriptors it had'
now=$(awk '/^VmRSS/ { print $2 }' "/proc/$NGINX_PID/status")
check "and about the memory: $memory KiB, then $now" at_most "$now" $((memory + memory / 5 + 512))
check 'nobody is left in the feed' until_true "$DEADLINE" eval '[ "$(feed_status clients.websocket)$(feed_status clients.sse)" = 00 ]'
is "$(feed_status queue_bytes)" 0 'and nothing of what waited for them'
say "$(told '"$c->{records} records heard, $c->{joins} joins"'), closes $(get status 'JSON::PP->new->canonical->encode($d->{feed}{closes})')"
story_end
