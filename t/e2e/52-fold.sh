#!/bin/bash
# Goal: whatever happens to connections, workers, nginx and the indexer, every
# client of the feed hears every change, in order, and nothing else.  A storm
# blows; clients lose their connections at random moments; workers are killed,
# nginx is reloaded, the indexer is killed and started again.  All clients hear
# the same bytes, each record follows the one before, there is no gap, and what
# they folded is the library.  The long form: 200 clients that lose 50 each.
. "$(dirname "$0")/lib/story.sh"
. "$(dirname "$0")/lib/feed.sh"

SEED=${SEED:-$(date +%s)}
RANDOM=$((SEED % 32768))
clients=20 rounds=3 rude=15 cuts=40 pace=150 items=200
# as much as one process can hear for all of them
[ -n "$LONG" ] && clients=200 rounds=25 rude=100 cuts=10000 pace=200000 items=1000
ALLOWED_ALERTS='worker process [0-9]* exited on signal 9'
say "seed $SEED"

mkdir "$T/A" "$T/B"
"$LIB/storm" base --seed "$SEED" --items $items "$T/A" "$T/B"
indexer_conf A="$T/A" B="$T/B"
nginx_start 2
check 'the indexer starts' indexer_start
check 'and settles' indexer_settled
check 'the crowd begins' crowd_start --clients $clients --rude $rude --cuts $cuts --wait $((DEADLINE * 2))
"$LIB/storm" blow --seed "$SEED" --ops 10000000 --for 86400 --pace $pace --out "$T/storm" \
    "$T/A" "$T/B" >"$T/storm.out" 2>&1 &
storm=$!
round=0
while [ $round -lt $rounds ] || [ ! -e "$T/crowd.json.cuts" ]; do
	round=$((round + 1))
	sleep 2
	kill -KILL "$(workers | head -n 1)"
	sleep 1
	check "round $round: a reload" nginx_hup
	sleep 1
	indexer_kill
	sleep 0.5
	indexer_spawn
done
kill -TERM $storm
wait $storm 2>/dev/null
check 'the storm is over and the indexer owes nothing' indexer_settled
check 'the crowd comes to its end' crowd_stop
is "$(told '$c->{trouble}')" '[]' 'nobody heard what could not be'
is "$(told '$c->{gaps}')" '[]' 'there was no gap'
is "$(told '$c->{fold_trouble}')" '[]' 'what was heard can be folded'
is "$(told '$c->{diff}')" '[]' 'and is the library'
check 'clients did lose their connections' test "$(told '$c->{joins}')" -ge $((clients + cuts))
say "$(told '"$c->{records} records heard, $c->{joins} joins, $c->{cuts} cut by the client, byes " . JSON::PP->new->canonical->encode($c->{byes}) . ", doubles $c->{doubles}, refused " . JSON::PP->new->encode($c->{refused})')"
check 'nobody is left in the feed' until_true "$DEADLINE" eval '[ "$(feed_status clients.websocket)$(feed_status clients.sse)" = 00 ]'
is "$(feed_status queue_bytes)" 0 'and nothing of what waited for them'
story_end
