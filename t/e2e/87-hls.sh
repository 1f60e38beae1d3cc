#!/bin/bash
# Goal: a folder with an HLS stream is one film: its duration, its facts, its
# picture; its segments are folded away and come back when the playlist goes.
# MPEG-TS, fragmented MP4 with a header of its own, byte ranges of one file, an
# encrypted one, a master with variants in folders or beside it, one with a
# segment missing; a playlist that names other places leads nowhere; a live one is
# followed and neither floods the log nor loses anything.
. "$(dirname "$0")/lib/story.sh"
command -v ffmpeg >/dev/null || { skip 'HLS' 'no ffmpeg'; story_end; }

src=$T/src
mkdir "$T/A" "$src" "$src"/{ts,fmp4,ranges,enc,cut,flat,nested,away,music}
hls() { # hls OPTIONS...: six seconds of picture and sound, in segments of one
	ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=320x240:rate=10:duration=6 \
	    -f lavfi -i sine=duration=6 -c:v libx264 -preset ultrafast -g 10 -pix_fmt yuv420p \
	    -c:a aac -f hls -hls_time 1 -hls_list_size 0 "$@"
}
master() { # master FILES...: two variants of four seconds
	ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=320x240:rate=10:duration=4 \
	    -filter_complex '[0:v]split=2[a][b];[b]scale=160:120[c]' -map '[a]' -map '[c]' \
	    -c:v libx264 -preset ultrafast -g 10 -b:v:0 300k -b:v:1 100k -f hls -hls_time 1 \
	    -hls_list_size 0 -var_stream_map 'v:0 v:1' -master_pl_name master.m3u8 "$@"
}
(
	cd "$src" || exit 1
	head -c 16 /dev/urandom >enc/enc.key
	printf 'enc.key\n%s\n' "$src/enc/enc.key" >key.info
	hls ts/index.m3u8 && hls -hls_segment_type fmp4 fmp4/index.m3u8 &&
	    hls -hls_flags single_file ranges/index.m3u8 &&
	    hls -hls_key_info_file key.info enc/index.m3u8 &&
	    master flat/v%v.m3u8 && master nested/v%v/index.m3u8 &&
	    cp ts/* cut/ && rm cut/index2.ts
) || exit 1
printf 'secret' >"$T/secret.ts"
printf '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n../../secret.ts\n#EXTINF:2,\nfile://%s\n#EXTINF:2,\nhttp://127.0.0.1/x.ts\n' \
    "$T/secret.ts" >"$src/away/index.m3u8"
ln -s "$T/secret.ts" "$src/away/link.ts"
printf '#EXTINF:2,\nlink.ts\n#EXT-X-ENDLIST\n' >>"$src/away/index.m3u8"
printf '#EXTM3U\n#EXTINF:7,a\na.mp3\n' >"$src/music/all.m3u8"
printf '[playlist]\nFile1=a.mp3\nLength1=7\n' >"$src/music/all.pls"
cp -r "$src"/* "$T/A/" && rm "$T/A/key.info"

indexer_conf A="$T/A" -- '"settle_ms": 300,'
nginx_start 1 "location /thumbnails/ { alias $T/cache/thumbnails/; }"
check 'the indexer starts' indexer_start
item() { get "videos/item?path=A/$1" "$2"; }
film() { wait_api "videos/item?path=A/$1" "\$d->{type} eq 'hls_directory' && \$d->{state} eq 'ready' && $2"; }
drawn='$d->{thumbnail} =~ m{/thumbnails/../[0-9a-f]}'
seen='join " ", $d->{playlist}, $d->{container}, map { $_ // "-" } @$d{qw(width height codec audio_codec segments missing encrypted live)}'

for name in ts fmp4 ranges; do
	check "$name is a film with a picture" film $name "$drawn"
	is "$(item $name "$seen")" 'index.m3u8 hls 320 240 h264 aac 6 - - -' 'with the facts of its segments'
	is "$(item $name '$d->{duration} >= 5.9 && $d->{duration} <= 6.2 ? 1 : $d->{duration}')" 1 'and the duration of its playlist'
	is "$(item $name 'int($d->{seconds} + 0.5)')" 6 'which its folder counts once'
	is "$(item $name 'join " ", map { $_->{name} } @{$d->{children}}')" \
	    "$(cd "$src/$name" && echo index.m3u8)" 'its segments are folded away'
done
thumbnail=$T/cache$(item ts '$d->{thumbnail}')
is "$(ffprobe -v error -show_entries stream=width,height -of csv=p=0 "$thumbnail")" 320,240 'the picture is one'
check 'an encrypted stream is a film' film enc '$d->{encrypted}'
is "$(item enc "$seen")" 'index.m3u8 hls - - - - 6 - 1 -' 'that says so'
check 'a stream with a hole is a film' film cut "$drawn"
is "$(item cut '$d->{missing}')" 1 'which tells what is missing'
check 'variants beside their master are one film' film flat "$drawn"
is "$(item flat 'join " ", $d->{playlist}, $d->{segments}, map { "$_->{uri}:$_->{width}" } @{$d->{variants}}')" \
    'master.m3u8 4 v0.m3u8:320 v1.m3u8:160' 'whose variants are told'
check 'variants in folders are one film' film nested "$drawn"
is "$(item nested 'join " ", int($d->{duration} + 0.5), $d->{width}, map { "$_->{name}:$_->{type}" } @{$d->{children}}')" \
    '4 320 master.m3u8:playlist v0:directory v1:directory' 'and no films themselves'
is "$(get 'videos/children?path=A/nested/v0' 'join " ", map { $_->{name} } @{$d->{videos}}')" index.m3u8 'their segments are folded away'
is "$(get 'videos?path=A&page_size=100' 'join " ", map { $_->{name} } @{$d->{videos}}')" \
    'cut enc flat fmp4 nested ranges ts' 'the films of the library'
is "$(get 'videos/root' '$d->{videos}[0]{seconds} > 37 && $d->{videos}[0]{seconds} < 40')" 1 'whose durations are summed'
check 'a playlist that names other places' wait_api 'videos/item?path=A/away/index.m3u8' '$d->{state} eq "ready" && $d->{external} == 3'
is "$(item away '$d->{type}')" directory 'is no film'
is "$(item away/index.m3u8 '$d->{missing}')" 1 'and a link is no segment'
is "$(item music '$d->{type}')" directory 'a list of songs makes no film'
is "$(item music/all.m3u8 '"$d->{entries} $d->{duration}"')" '1 7' 'but has entries'
is "$(item music/all.pls '"$d->{entries} $d->{duration}"')" '1 7' 'like one of another form'
check 'all is done' indexer_settled
check 'the segments are there for who asks' wait_api 'videos?path=A/ts&type=segment' '@{$d->{videos}} == 6'

# --- a folder that moves, one record -----------------------------------------
start=$(get videos/root '$j->{cursor}')
id=$(api id A/ts)
mv "$T/A/ts" "$T/A/tea"
check 'a film that is renamed' film tea "$drawn"
is "$(api id A/tea)" "$id" 'is the same'
check 'all is done' indexer_settled
is "$(get "changes?since=$start" 'join " ", map { $_->{op} } @{$d->{changes}}')" move 'which is one record'

# --- the playlist goes, and comes back ---------------------------------------
mv "$T/A/tea/index.m3u8" "$T/index.m3u8"
check 'without its playlist it is a folder' wait_api 'videos/item?path=A/tea' '$d->{type} eq "directory" && !exists $d->{playlist} && @{$d->{children}} == 6'
check 'and its segments are what their names promise' wait_api 'videos?path=A/tea' \
    '@{$d->{videos}} == 6 && !grep { $_->{type} ne "video" || $_->{state} ne "ready" } @{$d->{videos}}'
mv "$T/index.m3u8" "$T/A/tea/index.m3u8"
check 'with it it is a film again' film tea "$drawn"
check 'of one piece' wait_api 'videos?path=A/tea&type=all' '@{$d->{videos}} == 7 && 6 == grep { $_->{type} eq "segment" } @{$d->{videos}}'
rm "$T/A/nested/master.m3u8"
check 'variants without their master are films' wait_api 'videos?path=A/nested' \
    '"v0 v1" eq join " ", map { $_->{name} } @{$d->{videos}}'
cp "$src/nested/master.m3u8" "$T/A/nested/"
check 'until it comes back' wait_api 'videos?path=A&page_size=100' \
    '"cut enc flat fmp4 nested ranges tea" eq join " ", map { $_->{name} } @{$d->{videos}}'
cp "$src/cut/index3.ts" "$T/A/cut/index2.ts"
check 'what was missing comes' film cut '!$d->{missing}'
mv "$T/A/cut/index4.ts" "$T/A/music/four.ts"
check 'a segment that leaves is a film' wait_api 'videos/item?path=A/music/four.ts' '$d->{type} eq "video" && $d->{state} eq "ready"'
check 'and is missed' film cut '$d->{missing} == 1'

# --- live --------------------------------------------------------------------
# tick N: the Nth second of a recording; a window of four, two more on the disk.
tick() {
	local n=$1 i first=$(($1 > 4 ? $1 - 3 : 1)) t=$T/A/live/index.m3u8.tmp
	cp "$src/ts/index$((n % 6)).ts" "$T/A/live/s$n.ts"
	printf '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:%d\n' "$first" >"$t"
	for ((i = first; i <= n; i++)); do printf '#EXTINF:1.0,\ns%d.ts\n' "$i" >>"$t"; done
	mv "$t" "$T/A/live/index.m3u8"
	if ((n > 6)); then rm "$T/A/live/s$((n - 6)).ts"; fi
}
mkdir "$T/A/live"
tick 1
check 'a recording is a film' film live "\$d->{live} && $drawn"
pictures=$(find "$T/cache/thumbnails" -name '*.jpg' | wc -l)
check 'all is done' indexer_settled
start=$(get videos/root '$j->{cursor}')
begun=$(now)
for n in $(seq 2 40); do tick "$n"; sleep 0.2; done
took=$(since "$begun")
check 'it is as long as its window' film live '$d->{live} && $d->{duration} == 4 && $d->{segments} == 4'
check 'no segment is missed' film live '!$d->{missing}'
check 'all is done' indexer_settled
records=$(get "changes?since=$start&limit=1000" 'join " ", map { $_->{item_type} } @{$d->{changes}}')
count() { tr ' ' '\n' <<<"$records" | grep -cx "$1"; }
say "39 rewrites in $took s: $(count hls_directory) records of the folder, $(count playlist) of the playlist, $(count segment) of segments"
check 'the folder is told of seldom' test "$(count hls_directory)" -le $((3 + ${took%.*} / 4))
check 'the playlist too' test "$(count playlist)" -le $((3 + ${took%.*} / 4))
is "$(count video)" 0 'no segment was taken for a film'
is "$(find "$T/cache/thumbnails" -name '*.jpg' | wc -l)" "$pictures" 'and no other picture was made'
printf '#EXT-X-ENDLIST\n' >>"$T/A/live/index.m3u8"
check 'one that has ended is live no more' film live '!$d->{live}'
check 'nothing is owed' indexer_settled

# --- more playlists than are read of one folder -------------------------------
mkdir "$T/many"
for n in $(seq 18); do
	printf '#EXTM3U\n#EXTINF:1,\nx%s.ts\n#EXT-X-ENDLIST\n' "$n" >"$T/many/$n.m3u8"
done
mv "$T/many" "$T/A/many"
check 'sixteen are read, and the others say why they are not' wait_api 'videos/children?path=A/many&page_size=100' \
    '16 == grep({ $_->{state} eq "ready" } @{$d->{videos}}) && 2 == grep({ ($_->{error} // "") =~ /only 16 are/ } @{$d->{videos}})'

# --- a restart ---------------------------------------------------------------
check 'the indexer stops' indexer_stop
start=$(get videos/root '$j->{cursor}')
check 'and starts again' indexer_start
check 'it judges what it knows' indexer_settled
sleep 1
check 'all is done' indexer_settled
is "$(get videos/root '$j->{cursor}')" "$start" 'and tells nothing'
check 'folding the change log gives the library' library fold
story_end
