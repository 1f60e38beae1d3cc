#!/bin/bash
# Goal: a worker that a file has taken over is stopped, whatever it tries, and the
# row of that file says why, in words; if it lies instead, nobody believes it, and
# nothing of it is kept.  The good files beside it get their facts, and do not wait
# for its deadline.
. "$(dirname "$0")/lib/story.sh"
command -v ffmpeg >/dev/null || { skip 'rogue workers' 'no ffmpeg'; story_end; }
ROGUE=$BUILD/t/rogue-worker
if [ ! -x "$ROGUE" ]; then
	not_ok "$ROGUE is there: run make units"
	story_end
fi
SANITIZED=
readelf -d "$ROGUE" 2>/dev/null | grep -qE 'lib(asan|tsan)' && SANITIZED=1

mkdir "$T/A" "$T/new"
ffmpeg -nostdin -v error -y -f lavfi -i sine=duration=1 "$T/tone.flac"
indexer_conf A="$T/A" -- '"settle_ms": 100, "workers": 2, "probe_timeout_ms": 4000, "worker_path": "'"$ROGUE"'",'
nginx_start
check 'the indexer starts' indexer_start
pid=$INDEXER_PID

rogue() { printf 'rogue:%s\n' "$1" >"$T/new/$1.mp4"; }
for what in open connect exec fork eat loop sleep flood sink crash lie; do
	rogue $what
	cp "$T/tone.flac" "$T/new/good-$what.flac"
done
mv "$T/new" "$T/A/new"
check 'all is found' wait_api 'videos/children?path=A/new&type=all' '$d->{pagination}{total} == 22'
check 'and settled' indexer_settled
row() { # row WHAT REASON WHAT-IT-MEANS
	is "$(get "videos/item?path=A/new/$1.mp4" '"$d->{state}: $d->{error}"')" "failed: $2" "$1: $3"
}
row open 'tried to open another file: Permission denied' 'no other file'
row connect 'the worker tried what its sandbox forbids' 'no network'
row exec 'the worker tried what its sandbox forbids' 'no program'
row fork 'the worker tried what its sandbox forbids' 'no second process'
row loop 'took longer than 4000 ms' 'not for ever'
row sleep 'took longer than 4000 ms' 'nor in silence'
row flood "the worker's answer made no sense" 'no answers nobody asked for'
row lie 'what the file says of itself cannot be' 'nothing that cannot be'
if [ "$SANITIZED" ]; then
	skip 'eat: no 10 GiB of memory' 'a sanitizer lifts the limit'
	skip 'crash, sink: named' 'a sanitizer reports them in its own way'
else
	row eat 'needs more memory than one file may use' 'no 10 GiB of memory'
	row crash 'the worker crashed: Segmentation fault' 'named'
	row sink 'the worker crashed: Segmentation fault' 'no endless stack'
fi
is "$(get 'videos/children?path=A/new&page_size=100' \
    'scalar grep { $_->{name} =~ /^good/ && $_->{state} eq "ready" } @{$d->{videos}}')" 11 'the good ones are ready'
is "$(get tasks/status '$d->{failed}')" 11 'the bad ones are counted'
is "$(get tasks/status 'scalar grep { length $_->{reason} } @{$d->{failures}}')" 11 'each with its reason'
is "$(jobs -rp | grep -cx "$pid")" 1 'the indexer is the one that started'
alive() { ps -o pid= --ppid "$INDEXER_PID" | wc -l; }
check 'no process was left behind' test "$(alive)" -le 4

# --- they are not tried again until they change -------------------------------
before=$(grep -c 'probe failed' "$T/indexer.log")
check 'the indexer stops' indexer_stop
check 'and starts' indexer_start
check 'all is settled' indexer_settled
is "$(grep -c 'probe failed' "$T/indexer.log")" "$before" 'what failed is not tried again after a restart'
cp "$T/tone.flac" "$T/A/new/loop.mp4"
check 'a file that changed is' wait_api 'videos/item?path=A/new/loop.mp4' '$d->{state} eq "ready" && !exists $d->{error}'

# --- good files do not wait behind bad ones -----------------------------------
# Of two workers and of those that stand aside, that is three, each of which may
# be seen just before it stands still.
hardly_any_runs() {
	local n=0
	for ((; n < 100; n++)); do
		[ "$(ps -o stat= --ppid "$INDEXER_PID" | grep -c '^R')" -le 3 ] && return
		sleep 0.1
	done
	return 1
}
# More hang than there are workers, and than may stand aside, asleep or busy; they
# are first in the queue, and no deadline comes.
rm "$T"/A/new/*
check 'all is gone' wait_api 'videos/children?path=A/new&type=all' '$d->{pagination}{total} == 0'
check 'the indexer stops' indexer_stop
indexer_conf A="$T/A" -- '"settle_ms": 100, "workers": 2, "probe_timeout_ms": 300000, "worker_path": "'"$ROGUE"'",'
before_late=$(grep -c 'took longer' "$T/indexer.log")
check 'the indexer starts' indexer_start
mkdir "$T/more"
for n in $(seq 30); do
	printf 'rogue:sleep\n' >"$T/more/0$n-asleep.mp4"
	printf 'rogue:loop\n' >"$T/more/0$n-busy.mp4"
done
for n in $(seq 50); do cp "$T/tone.flac" "$T/more/1$n-good.flac"; done
mv "$T/more" "$T/A/more"
check 'fifty good files are ready while sixty hang' wait_api 'videos/children?path=A/more&page_size=200' \
    '50 == grep { $_->{state} eq "ready" } @{$d->{videos}}'
check 'which still do' wait_api tasks/status '$d->{running} >= 40 && $d->{pending} + $d->{running} >= 60'
check 'all that have room beside the others' test "$(alive)" -ge 40
check 'and hardly one of those that are busy runs' hardly_any_runs
is "$(grep -c 'took longer' "$T/indexer.log")" "$before_late" 'nobody waited for their deadline'

# --- what it says of pictures, storyboards and playlists ----------------------
rm -r "$T/A/more"
check 'all is gone' wait_api 'videos/children?path=A&type=all' '!grep { $_->{name} eq "more" } @{$d->{videos}}'
check 'the indexer stops' indexer_stop
indexer_conf A="$T/A" -- '"settle_ms": 100, "workers": 2, "probe_timeout_ms": 4000, "worker_path": "'"$ROGUE"'",
    "storyboard": {"enabled": true, "interval_s": 10, "columns": 2, "rows": 2, "width": 160},'
check 'the indexer starts' indexer_start
ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=320x180:rate=5:duration=20 -pix_fmt yuv420p \
    -c:v libx264 -preset ultrafast -g 5 "$T/film.mp4"
ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=320x180:rate=5:duration=2 -pix_fmt yuv420p \
    -c:v libx264 -preset ultrafast -g 5 -f hls -hls_time 1 "$T/index.m3u8"
mkdir "$T/new"
sheets='none few more endless order twice large text cut key tile small'
for what in $sheets; do
	rogue "sheet-$what"
	cp "$T/film.mp4" "$T/new/good-$what.mp4"
	echo $what >>"$T/new/good-$what.mp4" # no two have one storyboard
done
rogue sheet-honest
rogue picture-large
rogue picture-text
mv "$T/new" "$T/A/lies"
printf 'secret' >"$T/secret.ts"
mkdir "$T/lists"
lists='million short long less kind bytes end variants'
for what in $lists names master; do
	mkdir "$T/lists/$what"
	printf 'rogue:list-%s\n' $what >"$T/lists/$what/index.m3u8"
done
mkdir "$T/lists/good"
cp "$T"/index.m3u8 "$T"/index*.ts "$T/lists/good/"
mv "$T/lists" "$T/A/lists"
check 'one that tells the truth is believed' wait_api 'videos/item?path=A/lies/sheet-honest.mp4' '$d->{storyboard}'
check 'all is settled' indexer_settled
why() { get tasks/status 'join "", map { $_->{reason} } grep { $_->{path} eq "A/'"$1"'" } @{$d->{failures}}'; }
no_sense="the worker's answer made no sense"
for what in $sheets; do
	is "$(why lies/sheet-$what.mp4)" "no storyboard: $no_sense" "sheet-$what: is not believed"
done
for what in large text; do
	is "$(why lies/picture-$what.mp4)" "no picture: $no_sense" "picture-$what: is not believed"
done
for what in $lists; do
	is "$(get "videos/item?path=A/lists/$what/index.m3u8" '"$d->{state}: $d->{error}"')" "failed: $no_sense" "list-$what: is not believed"
done
for what in names master; do
	is "$(get "videos/item?path=A/lists/$what" '$d->{type}')" directory "list-$what: leads nowhere"
done
is "$(get 'videos/item?path=A/lists/good' '"$d->{type} $d->{segments}"')" 'hls_directory 2' 'a good stream beside them is one'
is "$(get 'videos/children?path=A/lies&page_size=100' \
    'scalar grep { $_->{name} =~ /^good/ && $_->{storyboard} && $_->{thumbnail} !~ m{/item/} } @{$d->{videos}}')" 12 'good films have pictures and storyboards'
kept=$(cd "$T/cache/storyboards" && find . -type f | sed 's/-[0-9]*\.jpg$/.vtt/' | sort -u | while read -r one; do [ -e "$one" ] || echo "$one"; done)
is "$kept" '' 'of the others no sheet is kept'
is "$(find "$T/cache/storyboards" -name '*.vtt' | wc -l)" "$(get 'videos?path=A&type=all&page_size=1000' \
    'scalar grep { $_->{storyboard} } @{$d->{videos}}')" 'nor a track'
large=$(find "$T/cache" -name '*.jpg' | while read -r one; do
	perl -0777 -ne 'print "$ARGV\n" if /\xff[\xc0-\xc2]..\x08(..)(..)/s && (unpack("n", $1) > 1000 || unpack("n", $2) > 1000)' "$one"; done)
is "$large" '' 'and no picture that says it is immense'

# --- and whose they are -------------------------------------------------------
# A worker tells under what a picture is kept; it is not asked.  Whoever claims what
# belongs to another has, before and after that one has its own, a picture of its own.
empty() {
	check 'the indexer stops' indexer_stop
	rm -r "$T"/A/* "$T"/cache/*/?? "$S"/index.db*
}
empty
mkdir "$T/theirs" "$T/theirs/stream" "$T/liars" "$T/liars/stream"
cp "$T/film.mp4" "$T/theirs/film.mp4"
ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=320x180:rate=5:duration=2 -pix_fmt yuv420p \
    -c:v libx264 -preset ultrafast -g 5 -f hls -hls_time 10 "$T/theirs/stream/index.m3u8"
cp "$T/theirs/stream/index0.ts" "$T/theirs/alone.ts"
cp -r "$T/theirs" "$T/A/theirs"
check 'the indexer starts' indexer_start
check 'all is settled' indexer_settled
url() { get "videos/item?path=A/$1" '$d->{'"$2"'}'; }
urls() { for one in film.mp4 stream alone.ts; do url theirs/$one thumbnail; url theirs/$one storyboard; done; }
known=$(urls)
is "$(grep -cE '/[0-9a-f]{32}\.(jpg|vtt)$' <<<"$known")" 6 'films and a stream have pictures and storyboards'
cp -r "$T/cache" "$T/kept"
claim() { # claim WHAT ITEM: lie that it is that one
	printf 'rogue:%s\n' "$1"
	basename -a "$(url "theirs/$2" thumbnail)" "$(url "theirs/$2" storyboard)"
}
claim claim film.mp4 >"$T/liars/ever.mp4"
claim claim-late film.mp4 >"$T/liars/late.mp4"
cp "$T/theirs/stream/index.m3u8" "$T/liars/stream/"
claim claim alone.ts >"$T/liars/stream/index0.ts"
truncate -s "$(stat -c %s "$T/theirs/alone.ts")" "$T/liars/stream/index0.ts"
cp -r "$T/liars" "$T/A/liars"
check 'all is settled' indexer_settled
check 'liars are believed to be films' wait_api 'videos/children?path=A/liars' '3 == grep { $_->{storyboard} } @{$d->{videos}}'
differ() { diff -r "$T/kept" "$T/cache" | grep -v "^Only in $T/cache"; }
is "$(differ)" '' 'of what was there nothing is another now'
is "$(urls)" "$known" 'everybody has what they had'
for what in thumbnail storyboard; do
	has "$(url liars/late.mp4 $what)" '/[0-9a-f]{32}\.(jpg|vtt)$' "a liar has a $what"
	is "$(grep -c "$(basename "$(url liars/late.mp4 $what)")" <<<"$known")" 0 'which is of its own'
done
empty
cp -r "$T/liars" "$T/A/liars"
check 'the indexer starts' indexer_start
check 'all is settled' indexer_settled
is "$(get 'videos/children?path=A/liars' 'scalar grep { $_->{storyboard} && $_->{thumbnail} =~ m{/[0-9a-f]{32}.jpg$} } @{$d->{videos}}')" 3 \
    'liars that come first have pictures and storyboards'
is "$(cd "$T/kept" && find . -type f | while read -r one; do [ ! -e "$T/cache/$one" ] || echo "$one"; done)" '' 'none in the place of another'
cp -r "$T/theirs" "$T/A/theirs"
check 'all is settled' indexer_settled
is "$(urls)" "$known" 'who comes after them has what was theirs before'
is "$(differ)" '' 'as it was'
is "$(jobs -rp | grep -c "^$INDEXER_PID$")" 1 'the indexer is the one that started'
story_end
