#!/bin/bash
# Goal: a film has a storyboard when it is asked for: sheets of small pictures and
# a track that says which of them shows when.  It shows the right times, upright;
# it comes after all else; it is made once, whatever becomes of names; a kill in
# the midst of it loses nothing; what nobody refers to is collected.  A folder with
# an HLS stream is a film in that too.
. "$(dirname "$0")/lib/story.sh"
. "$(dirname "$0")/lib/pictures.sh"
command -v ffmpeg >/dev/null || { skip 'storyboards' 'no ffmpeg'; story_end; }

mkdir "$T/A"
# Ten seconds of each colour, a key frame a second, and half of one at the end.
inputs=() n=0
for colour in red lime blue white yellow fuchsia; do
	inputs+=(-f lavfi -i "color=$colour:s=320x180:r=5:d=$((n == 5 ? 5 : 10))")
	n=$((n + 1))
done
encode "${inputs[@]}" -filter_complex 'concat=n=6,format=yuv420p' -c:v libx264 -preset ultrafast -g 5 "$T/A/colours.mp4"
encode -f lavfi -i 'color=red:s=160x120:r=5:d=3[a];color=blue:s=160x120:r=5:d=3[b];[a][b]vstack' \
    -vf format=yuv420p -c:v libx264 -preset ultrafast -g 5 "$T/flat.mp4"
encode -i "$T/flat.mp4" -c copy -metadata:s:v:0 rotate=90 "$T/A/turned.mp4"
encode -f lavfi -i sine=duration=1 "$T/A/tone.flac"
on='"settle_ms": 100, "storyboard": {"enabled": true, "interval_s": 10, "columns": 2, "rows": 2, "width": 160},'
indexer_conf A="$T/A" -- '"settle_ms": 100,'
nginx_start 1 "location /thumbnails/ { alias $T/cache/thumbnails/; try_files \$uri @picture; }
    location /storyboards/ { types { image/jpeg jpg; text/vtt vtt; } alias $T/cache/storyboards/; try_files \$uri @picture; add_header Cache-Control immutable; }
    location @picture { reel placeholder; }"
check 'the indexer starts' indexer_start
board() { get "videos/item?path=$1" '$d->{storyboard} // "none"'; }
has_board() { wait_api "videos/item?path=$1" '($d->{storyboard} // "") =~ m{^/storyboards/(..)/\1[0-9a-f]{30}\.vtt$}'; }
check 'all is drawn' indexer_settled
is "$(board A/colours.mp4)" none 'without being asked for there is none'
is "$([ -e "$T/cache/storyboards" ] && echo there || echo none)" none 'and no folder'

# --- asked for ----------------------------------------------------------------
indexer_conf A="$T/A" -- "$on"
kill -HUP "$INDEXER_PID"
check 'a film gets one once it is' has_board A/colours.mp4
track=$(board A/colours.mp4)
base=${track%.vtt}
is "$(api head "$track" Content-Type)" text/vtt 'nginx serves the track'
is "$(api head "$track" Cache-Control)" immutable 'for ever'
is "$(api head "$base-1.jpg" Content-Type)" image/jpeg 'and the sheets'
is "$(api code "$base-3.jpg")" 404 'of which there are no more than two'
check 'the others too' has_board A/turned.mp4
is "$(board A/tone.flac)" none 'sound has none'
has "$(get 'changes?limit=1000' 'join " ", map { $_->{item}{storyboard} // () } @{$d->{changes}}')" "$track" 'the feed told of it'

# cues FILE: "from to sheet x y w h" for each, in milliseconds; a hole ends it.
cues() {
	perl -0777 -ne '
	    s/\AWEBVTT\n\n// or die "no head\n"; my $end = 0;
	    sub ms { my ($h, $m, $s, $ms) = $_[0] =~ /\A(\d\d):(\d\d):(\d\d)\.(\d{3})\z/ or die; (($h * 60 + $m) * 60 + $s) * 1000 + $ms }
	    while (s/\A(\S+) --> (\S+)\n(\S+)-(\d+)\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)\n\n//) {
	        my ($from, $to) = (ms($1), ms($2)); my $of = $3;
	        die "a hole at $end\n" if $from != $end || $to <= $from; $end = $to;
	        print "$from $to $4 $5 $6 $7 $8\n"; $ARGV =~ /\Q$of\E\.vtt\z/ or die "another film\n";
	    }
	    die "more: $_\n" if length' "$1"
}
is "$(cues "$(file "$track")" | tr '\n' ';')" \
    '0 10000 1 0 0 160 90;10000 20000 1 160 0 160 90;20000 30000 1 0 90 160 90;30000 40000 1 160 90 160 90;40000 50000 2 0 0 160 90;50000 55000 2 160 0 160 90;' \
    'cues cover the film, each with its tile'
is "$(ffprobe -v error -show_entries stream=width,height -of csv=p=0 "$(file "$base-2.jpg")")" 320,90 'the last sheet is no larger than it need be'
seen=$(cues "$(file "$track")" | while read -r _ _ sheet x y w h; do colour_at "$(file "$base-$sheet.jpg")" "$x" "$y" "$w" "$h"; echo; done)
is "${seen//$'\n'/ }" '100 010 001 111 110 101' 'and each tile shows its time'
turned=$(board A/turned.mp4)
read -r _ _ sheet x y w h < <(cues "$(file "$turned")")
is "$w,$h" 160,106 'a film that was held upright is upright'
half="$(colour_at "$(file "${turned%.vtt}-$sheet.jpg")" 0 0 80 106) $(colour_at "$(file "${turned%.vtt}-$sheet.jpg")" 80 0 80 106)"
has "$half" '^(001 100|100 001)$' 'and its halves lie side by side'

# --- made once ----------------------------------------------------------------
check 'all is drawn' indexer_settled
made() { stat -c '%i %Y' "$(file "$track")" "$(file "$base-1.jpg")"; }
before=$(made)
mv "$T/A/colours.mp4" "$T/A/painted.mp4"
check 'after a rename' has_board A/painted.mp4
is "$(board A/painted.mp4)" "$track" 'it is the same'
cp "$T/A/painted.mp4" "$T/A/copy.mp4"
check 'a copy' has_board A/copy.mp4
is "$(board A/copy.mp4)" "$track" 'shares it'
check 'the indexer stops' indexer_stop
rm "$S"/index.db*
check 'an indexer without its book starts' indexer_start
check 'and finds it' has_board A/painted.mp4
is "$(board A/painted.mp4)" "$track" 'again'
is "$(made)" "$before" 'made once'

# --- lost, and looked at ------------------------------------------------------
check 'all is drawn' indexer_settled
rm "$(file "$track")"
is "$(api code "$track")" 404 'a track that is lost is none'
again() { [ "$(api code "$track")" = 200 ]; }
check 'and is made again because somebody asked' until_true "$DEADLINE" again

# --- off and on ---------------------------------------------------------------
indexer_conf A="$T/A" -- '"settle_ms": 100,'
kill -HUP "$INDEXER_PID"
cp "$T/flat.mp4" "$T/A/later.mp4"
check 'switched off' wait_api 'videos/item?path=A/later.mp4' '$d->{state} eq "ready" && ($d->{thumbnail} // "") !~ /item/'
check 'nothing is owed' indexer_settled
is "$(board A/later.mp4)" none 'a new film has none'
is "$(board A/painted.mp4)" "$track" 'the old ones stay'
indexer_conf A="$T/A" -- "$on"
kill -HUP "$INDEXER_PID"
check 'switched on again it gets one' has_board A/later.mp4
check 'all is drawn' indexer_settled
is "$(made | tail -1)" "$(tail -1 <<<"$before")" 'and the others keep theirs'

# --- a bad file ---------------------------------------------------------------
hollow "$T/flat.mp4" "$T/A/hollow.mp4"
check 'a film that cannot be decoded has a reason' wait_api tasks/status \
    'grep { $_->{path} eq "A/hollow.mp4" && $_->{reason} =~ /^no storyboard: / } @{$d->{failures}}'
is "$(get tasks/status '"$d->{failed} $d->{pending}"')" '1 0' 'and is counted once'
rm "$T/A/hollow.mp4"
check 'the reason goes with the file' wait_api tasks/status '$d->{failed} == 0'

# --- and a strange one --------------------------------------------------------
encode -f lavfi -i 'color=lime:s=1280x2:r=5:d=3' -pix_fmt yuv420p -c:v libx264 -preset ultrafast "$T/A/ribbon.mp4"
check 'a film of two lines has one' has_board A/ribbon.mp4
ribbon=$(board A/ribbon.mp4)
read -r _ _ sheet x y w h < <(cues "$(file "$ribbon")")
is "$w,$h $(colour_at "$(file "${ribbon%.vtt}-$sheet.jpg")" 0 -10 160 22)" '160,2 010' 'of that colour'
rm "$T/A/ribbon.mp4"

# --- streams ------------------------------------------------------------------
S1=$T/streams
mkdir -p "$S1"/{ts,fmp4,ranges,hole,nested/low,nested/high}
cut() { encode -i "$T/A/painted.mp4" -c copy -f hls -hls_list_size 0 "$@"; } # cut OPTIONS...
cut -hls_time 4 "$S1/ts/index.m3u8"
cut -hls_time 20 -hls_segment_type fmp4 "$S1/fmp4/index.m3u8"
cut -hls_time 5 -hls_flags single_file "$S1/ranges/index.m3u8"
cut -hls_time 10 "$S1/hole/index.m3u8"
rm "$S1/hole/index2.ts"
cut -hls_time 20 "$S1/nested/high/index.m3u8"
printf '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\nhigh/index.m3u8\n' >"$S1/nested/master.m3u8"
rmdir "$S1/nested/low"
# Ten seconds, ten of another file, and on with the first one, up to its thirtieth.
mkdir "$S1/back"
cut -hls_time 5 -hls_flags single_file "$S1/back/index.m3u8"
encode -f lavfi -i color=white:s=320x180:r=5:d=10 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -g 5 "$T/white.mp4"
encode -i "$T/white.mp4" -c copy -f hls -hls_list_size 0 -hls_time 5 -hls_flags single_file "$S1/back/other.m3u8"
(
	cd "$S1/back" && pieces() { grep -A 2 EXTINF "$1" | grep -v '^--' | sed -n "$2p"; }
	printf '#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-TARGETDURATION:5\n'
	pieces index.m3u8 1,6 && echo '#EXT-X-DISCONTINUITY' && pieces other.m3u8 1,6
	echo '#EXT-X-DISCONTINUITY' && pieces index.m3u8 7,18 && echo '#EXT-X-ENDLIST' && rm index.m3u8 other.m3u8
) >"$T/back.m3u8"
mv "$T/back.m3u8" "$S1/back/"
mv "$S1" "$T/A/streams"
S1=$T/A/streams
# shown TRACK: the colours of its tiles, as far as there are cues
shown() {
	local track=$1
	cues "$(file "$track")" | while read -r _ _ sheet x y w h; do colour_at "$(file "${track%.vtt}-$sheet.jpg")" "$x" "$y" "$w" "$h"; echo; done | tr '\n' ' '
}
for name in ts fmp4 ranges hole nested; do
	check "a stream ($name) has one" has_board "A/streams/$name"
	stream=$(board "A/streams/$name")
	is "$(cues "$(file "$stream")" | awk '{print $1, $2}' | tr '\n' ';')" \
	    '0 10000;10000 20000;20000 30000;30000 40000;40000 50000;50000 55000;' 'whose cues cover it'
	want='100 010 001 111 110 101 '
	if [ "$name" = hole ]; then want='100 010 010 111 110 101 '; fi
	is "$(shown "$stream")" "$want" 'and each tile shows its time'
done
check 'a stream that returns to a file has one' has_board A/streams/back
is "$(shown "$(board A/streams/back)")" '100 111 010 001 ' 'and goes on where it had left it'
stream=$(board A/streams/ts)
is "$(api head "$stream" Content-Type)" text/vtt 'nginx serves its track'
is "$(api head "${stream%.vtt}-1.jpg" Content-Type)" image/jpeg 'and its sheets'
check 'all is drawn' indexer_settled
before=$(stat -c '%i %Y' "$(file "$stream")")
mv "$S1/ts" "$S1/tea"
cp -r "$S1/tea" "$S1/copy"
check 'a copy of a stream' has_board A/streams/copy
is "$(board A/streams/copy)" "$stream" 'shares it'
is "$(stat -c '%i %Y' "$(file "$stream")")" "$before" 'made once'
# The same beginning, and another end.
encode -i "$T/A/painted.mp4" -t 30 -c copy -f hls -hls_list_size 0 -hls_time 4 "$T/short.m3u8"
rm -r "$S1/copy"
mkdir "$T/again"
mv "$T"/short* "$T/again"
mv "$T/again" "$S1/again"
check 'a shorter one' has_board A/streams/again
is "$(shown "$(board A/streams/again)")" '100 010 001 ' 'has its own'
encode -f lavfi -i color=blue:s=320x180:r=5:d=30 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -g 5 \
    -f hls -hls_list_size 0 -hls_time 4 "$S1/again/other.m3u8"
mv "$S1/again/other.m3u8" "$S1/again/short.m3u8"
blue() { [ "$(shown "$(board A/streams/again)")" = '001 001 001 ' ]; }
check 'when the stream is another, so is its storyboard' until_true "$DEADLINE" blue
sed -i '/ENDLIST/d' "$S1/again/short.m3u8"
check 'one that goes on' wait_api 'videos/item?path=A/streams/again' '$d->{live} && !exists $d->{storyboard}'
printf '#EXT-X-ENDLIST\n' >>"$S1/again/short.m3u8"
check 'has one when it has ended' has_board A/streams/again
mv "$S1/again/short.m3u8" "$T/"
check 'a folder that is no stream any more has none' wait_api 'videos/item?path=A/streams/again' '$d->{type} eq "directory" && !exists $d->{storyboard}'
mv "$T/short.m3u8" "$S1/again/"
check 'and has it again' has_board A/streams/again

# --- a bad stream -------------------------------------------------------------
# Its header promises a film, and behind it is none.
mkdir "$T/dry"
cut -hls_time 20 -hls_segment_type fmp4 "$T/dry/index.m3u8"
perl -0777 -i -pe 's/(mdat)(.*)/$1 . "\0" x length $2/es' "$T"/dry/*.m4s
mv "$T/dry" "$S1/dry"
check 'a stream that cannot be decoded has a reason' wait_api tasks/status \
    'grep { $_->{path} eq "A/streams/dry" && $_->{reason} =~ /^no / } @{$d->{failures}}'
check 'all is settled' indexer_settled
tried() { grep -cE '(picture|storyboard) failed .*streams/dry attempts' "$T/indexer.log"; }
before=$(tried)
is "$before" 2 'neither a picture nor a storyboard can be made of it'
check 'the indexer stops' indexer_stop
check 'it starts again' indexer_start
check 'and settles' indexer_settled
is "$(tried)" "$before" 'what failed is not tried again with the folder'
is "$(get tasks/status '$d->{failed}')" 1 'and stays failed'
one=$(find "$S1/dry" -name '*.m4s' | head -1)
cp "$one" "$T/one" && mv "$T/one" "$one"
more() { [ "$(tried)" -gt "$before" ]; }
check 'but when a segment changes' until_true "$DEADLINE" more
rm -r "$S1/dry"
check 'the reason goes with the folder' wait_api tasks/status '$d->{failed} == 0'

# --- killed in the midst ------------------------------------------------------
mkdir "$T/more"
for n in $(seq 6); do
	cp "$T/A/painted.mp4" "$T/more/$n.mp4"
	head -c "$n" /dev/zero >>"$T/more/$n.mp4"
done
mv "$T/more" "$T/A/more"
some() { [ "$(find "$T/cache/storyboards" -name '*.vtt' | wc -l)" -gt 3 ]; }
until_true "$DEADLINE" some
indexer_kill
check 'the indexer starts after a kill' indexer_start
every() { wait_api 'videos?path=A/more&page_size=100' '@{$d->{videos}} == 6 && !grep { !$_->{storyboard} } @{$d->{videos}}'; }
check 'nothing is owed any more' indexer_settled
check 'what was owed is drawn' every
whole() { find "$T/cache/storyboards" -name '*.vtt' | while read -r one; do [ -s "${one%.vtt}-1.jpg" ] && cues "$one" >/dev/null || echo "$one"; done; }
is "$(whole)" '' 'no track speaks of a sheet that is not there'

# --- another form -------------------------------------------------------------
indexer_conf A="$T/A" -- "${on/\"width\": 160/\"width\": 64}"
kill -HUP "$INDEXER_PID"
smaller() { wait_api 'videos/item?path=A/painted.mp4' "(\$d->{storyboard} // '$track') ne '$track'"; }
check 'made otherwise it has another name' smaller
is "$(cues "$(file "$(board A/painted.mp4)")" | head -1)" '0 10000 1 0 0 64 36' 'as asked for'
tea() { [ "$(board A/streams/tea)" != "$stream" ] && has_board A/streams/tea; }
check 'streams too' until_true "$DEADLINE" tea
is "$(shown "$(board A/streams/tea)")" '100 010 001 111 110 101 ' 'and show their times'
story_end
