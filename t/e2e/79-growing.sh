#!/bin/bash
# Goal: a recording that is going on is growing while it grows, and then has its
# facts and its picture; when its writer pauses it has those of what is there, and
# when it goes on they follow, under the same id.  Nothing is read more often than
# its writer pauses, and nobody needs to close anything.
. "$(dirname "$0")/lib/story.sh"
. "$(dirname "$0")/lib/pictures.sh"
command -v ffmpeg >/dev/null || { skip 'recordings' 'no ffmpeg'; story_end; }

mkdir "$T/A" "$T/src"
encode -f lavfi -i testsrc2=size=320x240:rate=10:duration=20 -f lavfi -i sine=duration=20 -c:v libx264 \
    -preset ultrafast -g 10 -pix_fmt yuv420p -c:a aac "$T/film.mp4"
encode -i "$T/film.mp4" -c copy "$T/src/film.ts"
encode -i "$T/film.mp4" -c copy -movflags frag_keyframe+empty_moov "$T/src/film.mp4"
encode -i "$T/film.mp4" -c copy -f matroska - >"$T/src/film.mkv"
cat >"$T/recorder" <<'EOR'
# FROM TO PIECES PAUSE_S... : the file in so many pieces, a pause behind each, of
# which the last one holds for all others; then it stays open.
use strict; use warnings; use Time::HiRes qw(sleep);
my ($from, $to, $pieces, @pause) = @ARGV;
open my $f, '<:raw', $from or die; my $all = do { local $/; <$f> };
open my $o, '>:raw', $to or die;
my $step = int(length($all) / $pieces) + 1;
for (my $at = 0; $at < length $all; $at += $step) {
	syswrite $o, substr $all, $at, $step;
	sleep(@pause > 1 ? shift @pause : $pause[0]);
}
open my $done, '>', "$to.done" =~ s{/A/}{/src/}r or die;
sleep 600;
EOR
recorders=()
record() { perl "$T/recorder" "$@" & recorders+=($!); }
is_done() { [ -e "$T/src/$1.done" ]; }
indexer_conf A="$T/A" -- '"settle_ms": 1500, "workers": 2,'
nginx_start 1 "location /thumbnails/ { alias $T/cache/thumbnails/; }"
check 'the indexer starts' indexer_start
item() { get "videos/item?path=A/$1" "$2"; }
drawn='($d->{thumbnail} // "") =~ m{/thumbnails/../}'
long() { wait_api "videos/item?path=A/$1" "\$d->{state} eq 'ready' && abs((\$d->{duration} // 0) - $2) < $3 && $drawn"; }
# Of one file, from the log of changes: how often it was told that it is ready anew,
# with facts that are not those before.
told() { get 'changes?limit=1000' 'my $last = ""; scalar grep { my $i = $_->{item}; $i && $i->{name} eq "'"$1"'" &&
    $i->{state} eq "ready" && ($i->{duration} // 0) ne $last && (($last = $i->{duration} // 0), 1) } @{$d->{changes}}'; }

# --- written all the time; and beside it, paused in the midst -------------------
before=$(get tasks/status '$d->{completed}')
for ending in ts mp4 mkv; do
	record "$T/src/film.$ending" "$T/A/steady.$ending" 25 0.2
	record "$T/src/film.$ending" "$T/A/pause.$ending" 2 14 0
done
for ending in ts mp4 mkv; do
	check "a recording as $ending is growing" wait_api "videos/item?path=A/steady.$ending" '$d->{state} eq "growing"'
done
early=
until is_done steady.ts && is_done steady.mp4 && is_done steady.mkv; do
	for ending in ts mp4 mkv; do
		s=$(item steady.$ending '$d->{state}')
		# It may just have come to its end.
		is_done steady.$ending || [ "$s" = growing ] || early="$early $ending:$s"
	done
	sleep 0.1
done
is "$early" '' 'and stays so'
declare -A id
for ending in ts mp4 mkv; do
	check "a pause: $ending is as long as what is there" long pause.$ending 10 2
	id[$ending]=$(item pause.$ending '$d->{id}')
done
for ending in ts mp4 mkv; do
	check "when it ends, though not closed, $ending has its facts and a picture" long steady.$ending 20 0.5
	is "$(told steady.$ending)" 1 'and was read once'
done
for ending in ts mp4 mkv; do
	check "it goes on: $ending is whole" long pause.$ending 20 0.5
	is "$(item pause.$ending '$d->{id}')" "${id[$ending]}" 'under its id'
	is "$(told pause.$ending)" 2 'read twice'
	is "$(api head "$(item pause.$ending '$d->{thumbnail}')" Content-Type)" image/jpeg 'with a picture that is there'
done
check 'all is settled' indexer_settled
is "$(($(get tasks/status '$d->{completed}') - before))" 15 'nine times facts, and a picture of each that is another: no more was done'

# --- on and off, as a camera that records what moves ------------------------------
before=$(get tasks/status '$d->{completed}')
record "$T/src/film.ts" "$T/A/often.ts" 5 3
seen=
until is_done often.ts; do
	s=$(item often.ts '$d->{state} eq "ready" && $d->{duration} ? int($d->{duration} + 0.5) : ""')
	[ -z "$s" ] || [ "${seen##* }" = "$s" ] || seen="$seen $s"
	sleep 0.1
done
check 'one that is on and off is whole at last' long often.ts 20 0.5
say "seen meanwhile:$seen"
grows() { local last=0 n=0 s; for s in $seen; do [ "$s" -gt "$last" ] || return 1; last=$s n=$((n + 1)); done; [ $n -ge 3 ]; }
check 'and was longer after each pause' grows
check 'all is settled' indexer_settled
done_for=$(($(get tasks/status '$d->{completed}') - before))
check 'and read as often as it paused' test "$done_for" -ge 6 -a "$done_for" -le 12

# --- restarted in the midst -------------------------------------------------------
record "$T/src/film.mkv" "$T/A/restart.mkv" 12 0.3
check 'a recording is growing' wait_api 'videos/item?path=A/restart.mkv' '$d->{state} eq "growing"'
indexer_kill
check 'an indexer that starts while it is going on' indexer_start
check 'has it whole in the end' long restart.mkv 20 0.5
for pid in "${recorders[@]}"; do kill "$pid"; done
check 'closed at last, all is settled' indexer_settled
check 'the library equals the disk' library same --within $DEADLINE A="$T/A"
check 'folding the change log gives the library' library fold
story_end
