#!/bin/bash
# Goal: every file gets its picture, once.  A rename, a copy, another indexer on
# the same cache and a lost database find it; a picture that is lost is made again
# when somebody looks; a kill in the midst of it loses none; what cannot be drawn
# has a reason, and stays what it is.
. "$(dirname "$0")/lib/story.sh"
. "$(dirname "$0")/lib/pictures.sh"
command -v ffmpeg >/dev/null || { skip 'pictures' 'no ffmpeg'; story_end; }

film() { # film FILE COLOUR SECONDS: so that no two are alike
	encode -f lavfi -i "testsrc2=size=320x240:rate=10:duration=$3" \
	    -vf "drawbox=color=$2:x=0:y=0:w=160:h=120:t=fill" -c:v libx264 -preset ultrafast \
	    -g 5 -pix_fmt yuv420p "$1"
}
mkdir "$T/A"
film "$T/A/red.mp4" red 2
film "$T/A/blue.mp4" blue 2
encode -f lavfi -i sine=duration=1 "$T/A/tone.flac"
echo text >"$T/A/notes.txt"
indexer_conf A="$T/A" -- '"settle_ms": 100,'
nginx_start 1 "location /thumbnails/ { types { image/jpeg jpg; image/webp webp; } alias $T/cache/thumbnails/; try_files \$uri @picture; add_header Cache-Control immutable; }
    location @picture { reel placeholder; }"
check 'the indexer starts' indexer_start
drawn() { wait_api "videos/item?path=$1" '($d->{thumbnail} // "") =~ m{^/thumbnails/(..)/\1[0-9a-f]{30}\.jpg$}'; }
thumbnail() { get "videos/item?path=$1" '$d->{thumbnail}'; }
kind() { api head "$1" Content-Type; }
made() { stat -c '%i %Y' "$(file "$1")"; }

check 'a film gets its picture' drawn A/red.mp4
red=$(thumbnail A/red.mp4)
is "$(kind "$red")" image/jpeg 'nginx serves it'
is "$(api head "$red" Cache-Control)" immutable 'for ever'
is "$(colour_at "$(file "$red")" 0 0 120 100)" 100 'and it shows what the film shows'
has "$(get "changes" 'join " ", map { $_->{item}{thumbnail} // () } @{$d->{changes}}')" "item/[0-9]+.jpg.*$red" 'the feed told of it'
is "$(get 'videos/item?path=A/notes.txt' 'exists $d->{thumbnail} ? 1 : 0')" 0 'a text has none'

# --- what has no picture has a symbol -----------------------------------------
tone=$(thumbnail A/tone.flac)
has "$tone" '^/thumbnails/item/[0-9]+\.jpg$' 'sound without a cover has another URL'
is "$(kind "$tone")" image/svg+xml 'behind which is a symbol'
is "$(api head "$tone" Cache-Control)" no-cache 'that is not kept'

# --- made once ----------------------------------------------------------------
check 'all is drawn' indexer_settled
before=$(made "$red")
mv "$T/A/red.mp4" "$T/A/rose.mp4"
check 'after a rename' drawn A/rose.mp4
is "$(thumbnail A/rose.mp4)" "$red" 'the picture is the same'
cp "$T/A/rose.mp4" "$T/A/copy.mp4"
check 'a copy' drawn A/copy.mp4
is "$(thumbnail A/copy.mp4)" "$red" 'shares it'
check 'the indexer stops' indexer_stop
rm "$S"/index.db*
check 'an indexer without its book starts' indexer_start
check 'and finds' drawn A/rose.mp4
is "$(thumbnail A/rose.mp4)" "$red" 'the picture again'
is "$(made "$red")" "$before" 'which was made once'

# --- another content, another picture -----------------------------------------
film "$T/new.mp4" green 3
mv "$T/new.mp4" "$T/A/copy.mp4"
other() { wait_api 'videos/item?path=A/copy.mp4' "\$d->{duration} > 2.5 && \$d->{thumbnail} =~ m{/../} && \$d->{thumbnail} ne '$red'"; }
check 'a file that was replaced has another picture' other

# --- lost, and looked at ------------------------------------------------------
check 'all is drawn' indexer_settled
rm -r "$T"/cache/thumbnails/??
is "$(kind "$red")" image/svg+xml 'a picture that is lost is a symbol'
again() { [ "$(kind "$red")" = image/jpeg ]; }
check 'and is made again because somebody looked' until_true "$DEADLINE" again
lost=$(find "$T/cache/thumbnails" -name '*.jpg' | wc -l)
is "$lost" 1 'that one alone'

# --- a bad file ---------------------------------------------------------------
hollow "$T/A/blue.mp4" "$T/A/hollow.mp4"
check 'a film that cannot be decoded has facts' wait_api 'videos/item?path=A/hollow.mp4' \
    '$d->{state} eq "ready" && $d->{duration} > 1'
check 'and a reason instead of a picture' wait_api tasks/status \
    'grep { $_->{path} eq "A/hollow.mp4" && $_->{reason} =~ /^no picture: / } @{$d->{failures}}'
is "$(get 'videos/item?path=A/hollow.mp4' '$d->{state}')" ready 'it stays ready'
rm "$T/A/hollow.mp4"
check 'the reason goes with the file' wait_api tasks/status '$d->{failed} == 0'

# --- killed in the midst ------------------------------------------------------
mkdir "$T/more"
for n in $(seq 30); do
	cp "$T/A/blue.mp4" "$T/more/$n.mp4"
	head -c "$n" /dev/zero >>"$T/more/$n.mp4"
done
mv "$T/more" "$T/A/more"
some() { [ "$(find "$T/cache/thumbnails" -name '*.jpg' | wc -l)" -gt 3 ]; }
until_true "$DEADLINE" some
indexer_kill
check 'the indexer starts after a kill' indexer_start
every() { wait_api 'videos?path=A/more&page_size=100' '@{$d->{videos}} == 30 && !grep { $_->{thumbnail} !~ m{/../} } @{$d->{videos}}'; }
check 'and draws what was owed' every
check 'nothing is owed any more' indexer_settled
is "$(find "$T/cache" -name '.new-*' -mmin +60 | wc -l)" 0 'no old remains'

# --- another size -------------------------------------------------------------
check 'the indexer stops' indexer_stop
indexer_conf A="$T/A" -- '"settle_ms": 100, "thumbnail": {"width": 64},'
check 'the indexer starts with another width' indexer_start
smaller() { wait_api 'videos/item?path=A/rose.mp4' "\$d->{thumbnail} ne '$red' && \$d->{thumbnail} =~ m{/../}"; }
check 'and draws again, under another name' smaller
is "$(ffprobe -v error -show_entries stream=width,height -of csv=p=0 "$(file "$(thumbnail A/rose.mp4)")")" 64,48 'as asked for'

# --- another form -------------------------------------------------------------
check 'all is drawn' indexer_settled
small=$(thumbnail A/rose.mp4)
indexer_conf A="$T/A" -- '"settle_ms": 100, "thumbnail": {"width": 64, "format": "webp"},'
kill -HUP "$INDEXER_PID"
webp() { wait_api "videos/item?path=$1" '$d->{thumbnail} =~ m{^/thumbnails/(..)/\1[0-9a-f]{28}01\.webp$}'; }
check 'a configuration that is read again makes others' webp A/rose.mp4
check 'of every film' webp A/more/30.mp4
rose=$(thumbnail A/rose.mp4)
is "$(kind "$rose")" image/webp 'nginx serves it as what it is'
is "$(api head "$rose" Cache-Control)" immutable 'for ever'
is "$(ffprobe -v error -show_entries stream=codec_name,width,height -of csv=p=0 "$(file "$rose")")" webp,64,48 'and it is that'
check 'all is drawn' indexer_settled
has "$(get "changes?limit=1000" 'join " ", map { $_->{item}{thumbnail} // () } @{$d->{changes}}')" "$rose" 'the feed told of it'
rm "$(file "$rose")"
is "$(kind "$rose")" image/svg+xml 'one that is lost is a symbol'
once_more() { [ "$(kind "$rose")" = image/webp ]; }
check 'and is made again' until_true "$DEADLINE" once_more
indexer_conf A="$T/A" -- '"settle_ms": 100, "thumbnail": {"width": 64},'
kill -HUP "$INDEXER_PID"
back() { wait_api 'videos/item?path=A/rose.mp4' "\$d->{thumbnail} eq '$small'"; }
check 'and back, under the name that it had' back
story_end
