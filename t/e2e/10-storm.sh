#!/bin/bash
# Goal: after a storm of random operations by four processes on two roots the
# index equals an independent walk of the disk, whatever only moved has the id
# it had, and folding the change log from its start gives the same library.
# The long form is 100,000 operations, and the kernel's queue of events
# overflows, since the indexer is stopped (SIGSTOP) for a part of them.
# SEED=N repeats a storm.
. "$(dirname "$0")/lib/story.sh"

SEED=${SEED:-$(date +%s)}
items=400 ops=2000 pace=0
[ -n "$LONG" ] && items=4000 ops=${OPS:-100000}
say "seed $SEED"

# C is for the burst: the storm lists the folder it stands in at each step.
mkdir "$T/A" "$T/B" "$T/C"
"$LIB/storm" base --seed "$SEED" --items $items "$T/A" "$T/B"
indexer_conf A="$T/A" B="$T/B" C="$T/C" -- '"poll_s": 1,'
nginx_start
check 'the first look ends' indexer_start
check 'the library equals the disk before the storm' \
    library same --within $DEADLINE A="$T/A" B="$T/B" C="$T/C"
library ids "$T/ids" A="$T/A" B="$T/B" C="$T/C"

start=$(get videos/root '$j->{cursor}')
"$LIB/storm" blow --seed "$SEED" --ops $ops --pace $pace --out "$T/storm" \
    "$T/A" "$T/B" >"$T/storm.out" 2>&1 &
storm=$!
if [ -n "$LONG" ]; then
	sleep 5
	kill -STOP $INDEXER_PID
	perl -e 'for (1 .. 20000) { open my $f, ">", "$ARGV[0]/$_" or last;
	    close $f; unlink "$ARGV[0]/$_" if $_ % 10 }' "$T/C"
	sleep 5
	kill -CONT $INDEXER_PID
fi
check 'the storm blows to its end' wait $storm
say "$(cat "$T/storm.out")"
ended=$(now)
check 'the library equals the disk after the storm' \
    library same --within $DEADLINE A="$T/A" B="$T/B" C="$T/C"
after=$(library lag --since "$start" --end "$ended")
overflows=$(get watcher/status '$d->{overflows}')
say "equal $after s after the storm, overflows: $overflows"
if [ -n "$LONG" ]; then
	check 'the queue of the kernel overflowed' test "${overflows:-0}" -ge 1
	check 'equal within 30 s of the end' perl -e "exit !($after <= 30)"
fi
check 'what only moved has the id it had' \
    library kept "$T/ids" --exempt "$T/storm/exempt.0" --exempt "$T/storm/exempt.1" \
    --exempt "$T/storm/exempt.2" --exempt "$T/storm/exempt.3" A="$T/A" B="$T/B" C="$T/C"
check 'nothing is owed in the end' indexer_settled
check 'the library still equals the disk' \
    library same --within $DEADLINE A="$T/A" B="$T/B" C="$T/C"
check 'folding the change log gives the library' library fold

# A storm without an overflow has a bound of its own.
if [ -n "$LONG" ]; then
	start=$(get videos/root '$j->{cursor}')
	"$LIB/storm" blow --seed $((SEED + 1)) --ops 20000 --pace 3000 \
	    --out "$T/storm2" "$T/A" "$T/B" >"$T/storm2.out" 2>&1
	ended=$(now)
	check 'the library equals the disk after a second storm' \
	    library same --within $DEADLINE A="$T/A" B="$T/B" C="$T/C"
	after=$(library lag --since "$start" --end "$ended")
	now_over=$(get watcher/status '$d->{overflows}')
	say "equal $after s after the second storm, overflows: $now_over"
	[ "$now_over" = "$overflows" ] &&
	    check 'equal within 5 s of the end' perl -e "exit !($after <= 5)"
fi

# A restart finds nothing to tell.
head=$(get videos/root '$j->{cursor}')
check 'the indexer stops on SIGTERM' indexer_stop
check 'and starts again' indexer_start
check 'the library equals the disk after a restart' \
    library same --within $DEADLINE A="$T/A" B="$T/B" C="$T/C"
is "$(get videos/root '$j->{cursor}')" "$head" 'a restart on an unchanged disk writes no record'
story_end
