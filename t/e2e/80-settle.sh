#!/bin/bash
# Goal: a file is probed when its writer is done, not before, and always then.
# A slow writer stays "growing"; real media get their facts; garbage becomes
# failed with a reason; a worker that hangs or is killed is a fact about one
# file, not the end of anything; a writer that never closes is probed once it
# stands still.
. "$(dirname "$0")/lib/story.sh"
command -v ffmpeg >/dev/null || { echo 'ok 1 - settle # skip no ffmpeg'; echo 1..1; finished=1; exit 0; }

mkdir "$T/A"
(
	cd "$T" || exit 1
	ff() { ffmpeg -nostdin -v error -y "$@"; }
	ff -f lavfi -i testsrc=size=160x120:rate=10 -f lavfi -i sine=440 -t 3 -pix_fmt yuv420p \
	    -c:v libx264 -preset ultrafast -c:a aac plain.mp4 &&
	    ff -i plain.mp4 -c copy -metadata:s:v:0 rotate=90 rotated.mp4 &&
	    ff -f lavfi -i sine=330 -t 2 tone.mp3 &&
	    ff -f lavfi -i testsrc=size=64x48 -frames:v 1 still.jpg
) || exit 1
cp "$T/plain.mp4" "$T/A/plain.mp4"
cp "$T/rotated.mp4" "$T/A/rotated.mp4"
cp "$T/tone.mp3" "$T/A/"
cp "$T/still.jpg" "$T/A/"
head -c 50000 /dev/urandom >"$T/A/garbage.mp4"
: >"$T/A/empty.mp4"
printf '1\n00:00:00,500 --> 00:00:03,000\nhi\n' >"$T/A/plain.en.srt"

indexer_conf A="$T/A" -- '"settle_ms": 1500, "workers": 2, "probe_timeout_ms": 3000,'
nginx_start
item() { get "videos/item?path=A/$1" "$2"; }
state() { wait_api "videos/item?path=A/$1" "\$d->{state} eq '$2'"; }
check 'the first look ends' indexer_start
check 'an mp4 is probed' state plain.mp4 ready
is "$(item plain.mp4 'join " ", $d->{type}, $d->{width}, $d->{height}, $d->{codec}, $d->{audio_codec}, int($d->{duration} + 0.5), $d->{rotation} // 0, int($d->{fps} + 0.5)')" \
    'video 160 120 h264 aac 3 0 10' 'type, size, codecs, duration, rotation and rate are right'
has "$(item plain.mp4 '$d->{codecs}')" '^avc1\.[0-9a-f]{6},mp4a\.40\.2$' 'codecs by RFC 6381'
is "$(item plain.mp4 '$d->{size}')" "$(stat -c %s "$T/A/plain.mp4")" 'size in bytes'
check 'the rotated one is probed' state rotated.mp4 ready
want=$(ffprobe -v error -select_streams v -show_entries stream_side_data=rotation -of csv=p=0 "$T/rotated.mp4" | grep -o '[-0-9]*' | head -n 1)
is "$(item rotated.mp4 '$d->{rotation}')" $(((-want + 360) % 360)) "rotation is degrees clockwise (ffprobe says $want counter-clockwise)"
check 'sound is probed' state tone.mp3 ready
is "$(item tone.mp3 '$d->{type} . " " . ($d->{audio_codec} // $d->{codec}) . " " . int($d->{duration} + 0.5)')" 'audio mp3 2' 'with its facts'
check 'a picture is probed' state still.jpg ready
is "$(item still.jpg '"$d->{type} $d->{width} $d->{height}"')" 'image 64 48' 'with its facts'
check 'a subtitle is ready' state plain.en.srt ready
check 'garbage is failed' state garbage.mp4 failed
has "$(item garbage.mp4 '$d->{error}')" '...' 'with a reason'
say "$(item garbage.mp4 '$d->{error}')"
check 'an empty file is failed or waits' wait_api 'videos/item?path=A/empty.mp4' '$d->{state} =~ /failed|growing|new/'
check 'tasks/status lists what failed' wait_api tasks/status \
    'grep { $_->{path} eq "A/garbage.mp4" && length $_->{reason} } @{$d->{failures}}'

# --- a slow writer -----------------------------------------------------------
perl -e '
	$| = 1; my ($from, $to) = @ARGV; local $/; open F, "<", $from; $_ = <F>;
	open my $o, ">", $to or die; my $step = int(length($_) / 12) + 1;
	for (my $i = 0; $i < length $_; $i += $step) {
		syswrite $o, substr($_, $i, $step); select undef, undef, undef, 0.5 }
	close $o' "$T/plain.mp4" "$T/A/slow.mp4" &
writer=$!
check 'a file that is being written is growing' state slow.mp4 growing
early=
while kill -0 $writer 2>/dev/null; do
	s=$(item slow.mp4 '$d->{state}')
	# The writer may just have ended.
	kill -0 $writer 2>/dev/null || break
	[ "$s" = growing ] || early="$early $s"
	sleep 0.2
done
wait $writer
is "$early" '' 'and stays so until its writer is done'
check 'then it is probed' state slow.mp4 ready
is "$(item slow.mp4 'int($d->{duration} + 0.5)')" 3 'and is whole'

# --- a writer that never closes ----------------------------------------------
perl -e 'open my $o, ">", $ARGV[1]; local $/; open F, "<", $ARGV[0]; syswrite $o, scalar <F>; sleep 600' \
    "$T/plain.mp4" "$T/A/open.mp4" &
writer=$!
check 'a file that stands still is probed, closed or not' state open.mp4 ready
check 'its writer still has it open' kill -0 $writer
kill $writer
# More bytes later: growing again, and probed again.
id=$(api id A/plain.mp4)
cat "$T/rotated.mp4" >"$T/A/plain.mp4"
check 'a file written anew is probed anew' wait_api 'videos/item?path=A/plain.mp4' \
    '$d->{state} eq "ready" && $d->{rotation}'
is "$(api id A/plain.mp4)" "$id" 'under the same id'

# --- atomic publishing -------------------------------------------------------
cp "$T/plain.mp4" "$T/A/.plain.mp4.XyZ123"
mv "$T/A/.plain.mp4.XyZ123" "$T/A/plain.mp4"
check 'a file renamed over it is probed' wait_api 'videos/item?path=A/plain.mp4' \
    '$d->{state} eq "ready" && !$d->{rotation}'
is "$(api id A/plain.mp4)" "$id" 'and the item keeps its id'
cp "$T/rotated.mp4" "$T/A/garbage.mp4"
check 'garbage that was mended is ready' state garbage.mp4 ready
is "$(item garbage.mp4 'defined $d->{error} ? 1 : 0')" 0 'without an error'
check 'and no longer listed as failed' wait_api tasks/status \
    '!grep { $_->{path} eq "A/garbage.mp4" } @{$d->{failures}}'

# --- workers that die or hang ------------------------------------------------
workers() { pgrep -P "$INDEXER_PID" -f reel-worker || ps -o pid= --ppid "$INDEXER_PID"; }
for w in $(workers); do kill -KILL "$w"; done
cp "$T/plain.mp4" "$T/A/after-kill.mp4"
check 'after the workers were killed, files are probed' state after-kill.mp4 ready
for w in $(workers); do kill -STOP "$w"; done
cp "$T/plain.mp4" "$T/A/after-stop.mp4"
check 'when the workers hang, files are probed by others or given up' \
    wait_api 'videos/item?path=A/after-stop.mp4' '$d->{state} =~ /ready|failed/'
cp "$T/plain.mp4" "$T/A/later.mp4"
check 'and the next is probed' state later.mp4 ready
check 'nothing is owed' indexer_settled
check 'the library equals the disk' library same --within $DEADLINE A="$T/A"
check 'folding the change log gives the library' library fold

# --- what another version could not read --------------------------------------
# Is tried again, once: what is never read again unless it changes might be read now.
head -c 50000 /dev/urandom >"$T/A/noise.mp4"
check 'noise is failed' state noise.mp4 failed
tried() { grep -c 'probe failed .*noise.mp4' "$T/indexer.log"; }
again() { # again COUNT WHAT: so often by now, after a start
	check 'the indexer stops' indexer_stop
	check "$2" indexer_start
	check 'nothing is owed' indexer_settled
	is "$(tried)" "$1" "noise was tried $1 time(s)"
}
again 1 'it starts again'
check 'the indexer stops' indexer_stop
sqlite3 "$S/index.db" "UPDATE meta SET value = value + 1 WHERE key = 'version'"
again 2 'the index of another version'
again 2 'and once more'
check 'the indexer stops' indexer_stop
sqlite3 "$S/index.db" "DELETE FROM meta WHERE key = 'version'"
again 3 'the index of one that told none'
is "$(item noise.mp4 '"$d->{state}" . (length $d->{error} ? " with a reason" : "")')" 'failed with a reason' 'it is what it was'

pids=$(workers)
check 'the indexer stops on SIGTERM' indexer_stop
left=0
for w in $pids; do until_true "$DEADLINE" gone "$w" || left=$((left + 1)); done
is $left 0 'no worker is left behind'
story_end
