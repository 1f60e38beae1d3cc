#!/bin/bash
# Goal: a film has a storyboard when it is asked for: sheets of small pictures and
# a track that says which of them shows when.  It shows the right times, upright;
# it comes after all else; it is made once, whatever becomes of names; a kill in
# the midst of it loses nothing; what nobody refers to is collected.
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
story_end
