#!/bin/bash
# Goal: a stream of segments becomes one mp4 with every packet of it, whatever the
# segments are packed in; half of one is gone on with; and what cannot be had is
# refused in one sentence, with nothing written and nothing overwritten.
. "$(dirname "$0")/lib/story.sh"
command -v ffmpeg >/dev/null || { skip 'export' 'no ffmpeg'; story_end; }
own_mounts
cd "$T" || exit 1

film() { # film SECONDS ENCODER-AND-MUXER...
	local seconds=$1
	shift
	ffmpeg -nostdin -v error -y -f lavfi -i "testsrc2=size=160x90:rate=25:duration=$seconds" \
	    -f lavfi -i "sine=frequency=440:sample_rate=48000:duration=$seconds" \
	    -c:v libx264 -preset ultrafast -g 25 -bf 2 -pix_fmt yuv420p -c:a aac "$@"
}
export_to() { "$INDEXER" --export "$@" 2>"$T/said"; }
packets() { # packets KIND FILE...: how many there are in all of them
	local kind=$1 file sum=0
	shift
	for file; do
		sum=$((sum + $(ffprobe -v error -count_packets -select_streams "$kind" -show_entries stream=nb_read_packets -of csv=p=0 "$file" | head -n 1 | tr -d ,)))
	done
	echo $sum
}
seconds() { ffprobe -v error -show_entries format=duration -of csv=p=0 "$1" | awk '{ printf "%.0f\n", $1 }'; }
frames() { ffmpeg -nostdin -v error -xerror -i "$1" -map 0:v -f framemd5 - | sed -n 's/.*, *\([0-9a-f]\{32\}\)$/\1/p' | md5sum; }
whole() { ffmpeg -nostdin -v error -xerror -i "$1" -f null - && [ -z "$(ffmpeg -nostdin -v warning -i "$1" -f null - 2>&1)" ]; }

# --- what segments are packed in ----------------------------------------------
mkdir ts fmp4 one ranges master
film 10 -f hls -hls_time 2 -hls_playlist_type vod -hls_segment_filename 'ts/%d.ts' ts/index.m3u8
check 'segments of MPEG-TS become an mp4' export_to ts ts.mp4
is "$(packets v ts.mp4) $(packets a ts.mp4)" "$(packets v ts/?.ts) $(packets a ts/?.ts)" 'with every packet of them'
is "$(seconds ts.mp4)" 10 'as long as they are'
is "$(frames ts.mp4)" "$(frames ts/index.m3u8)" 'and the same pictures'
check 'that a decoder takes without a word' whole ts.mp4
is "$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 ts.mp4 | sort | paste -sd' ')" 'aac h264' 'sound and picture'

film 10 -f hls -hls_time 2 -hls_playlist_type vod -hls_segment_type fmp4 -hls_segment_filename 'fmp4/%d.m4s' fmp4/index.m3u8
for n in fmp4/?.m4s; do cat fmp4/init.mp4 "$n" >"$n.mp4"; done
check 'segments of mp4 become one' export_to fmp4/index.m3u8 fmp4.mp4
is "$(packets v fmp4.mp4) $(packets a fmp4.mp4)" "$(packets v fmp4/?.m4s.mp4) $(packets a fmp4/?.m4s.mp4)" 'with every packet of them'
is "$(seconds fmp4.mp4)" 10 'as long as they are'
is "$(frames fmp4.mp4)" "$(frames fmp4/index.m3u8)" 'and the same pictures'
check 'that a decoder takes without a word' whole fmp4.mp4

film 6 -f hls -hls_time 2 -hls_playlist_type vod -hls_segment_type fmp4 -hls_flags single_file ranges/index.m3u8
check 'ranges of one file become one' export_to ranges ranges.mp4
is "$(packets v ranges.mp4) $(packets a ranges.mp4)" '150 '"$(packets a ranges/index.m3u8)" 'with every packet of them'
check 'that a decoder takes without a word' whole ranges.mp4

film 6 -map 0:v -map 1:a -f hls -hls_time 2 -hls_playlist_type vod -master_pl_name all.m3u8 \
    -var_stream_map 'a:0,agroup:sound v:0,agroup:sound' -hls_segment_filename 'master/%v/%d.ts' master/%v/index.m3u8
check 'sound that has a playlist of its own is joined' export_to master master.mp4
is "$(packets v master.mp4) $(packets a master.mp4)" "$(packets v master/1/?.ts) $(packets a master/0/?.ts)" 'with every packet of both'
is "$(seconds master.mp4)" 6 'as long as they are'
check 'that a decoder takes without a word' whole master.mp4
# A master goes on naming what was left out of a copy.
printf '#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=1920x1080,AUDIO="group_sound"\ngone/index.m3u8\n' >>master/all.m3u8
check 'of the variants one that is there is taken' export_to master part-master.mp4
check 'the same' cmp master.mp4 part-master.mp4
rm part-master.mp4

check 'a path of the library is one, too' "$INDEXER" --root lib="$T" --export lib/ts lib.mp4
is "$(cmp lib.mp4 ts.mp4 && echo same)" same 'and the same segments make the same file'

# --- clocks that jump ---------------------------------------------------------
mkdir anew
cp ts/0.ts ts/1.ts anew/
printf '%s\n' '#EXTM3U' '#EXT-X-TARGETDURATION:2' '#EXTINF:2,' 1.ts '#EXT-X-DISCONTINUITY' '#EXTINF:2,' 0.ts '#EXTINF:2,' 1.ts \
    '#EXTINF:2,' 0.ts '#EXT-X-ENDLIST' >anew/list.m3u8
check 'segments that begin anew to count time are joined, also unsaid' export_to anew anew.mp4
is "$(packets v anew.mp4)" "$(packets v ts/1.ts ts/0.ts ts/1.ts ts/0.ts)" 'with every packet of them'
is "$(seconds anew.mp4)" 8 'as long as they are together'

# --- what is there is never touched -------------------------------------------
echo mine >mine.mp4
export_to ts mine.mp4
is "$? $(cat mine.mp4) $(cat said)" "2 mine reel-indexer: mine.mp4 is there already: name another, or remove it" 'a file that is there is not replaced'
echo mine >other.mp4.part
export_to ts other.mp4
is "$? $(cat other.mp4.part)" '2 mine' 'nor one of the name a half would have'
has "$(cat said)" 'no export began it' 'and that is said'

# --- what cannot be had -------------------------------------------------------
refused() { # refused WHAT PATTERN PATH
	export_to "$3" no.mp4
	is "$? $(ls no.mp4* 2>/dev/null)" '2 ' "$1 is refused, and nothing written"
	has "$(cat said)" "$2" "in words: $(sed 's/^reel-indexer: //' said)"
}
cp -r ts holes && rm holes/1.ts holes/3.ts
refused 'a stream with missing segments' '^reel-indexer: 2 of 5 segments of index.m3u8 are missing or cut off: 1.ts, 3.ts$' holes
cp -r ts locked && sed -i '0,/#EXTINF/s//#EXT-X-KEY:METHOD=AES-128,URI="key"\n#EXTINF/' locked/index.m3u8
refused 'an encrypted stream' 'segment 1 of index.m3u8 is encrypted' locked
cp -r ts far && sed -i 's|^1.ts|https://example.org/1.ts|' far/index.m3u8
refused 'a stream from elsewhere' 'segment 2 of index.m3u8 lies elsewhere .https://example.org/1.ts.: only files of its own folder' far
cp -r ts up && sed -i 's|^1.ts|../ts/1.ts|' up/index.m3u8
refused 'a segment of another folder' 'lies elsewhere' up
cp -r ts linked && ln -sf ../ts/1.ts linked/1.ts
refused 'a segment behind a link' '1 of 5 segments of index.m3u8 are missing' linked
mkdir empty
refused 'a folder without a stream' 'empty holds no playlist of HLS' empty
refused 'what is not there' 'there is no nowhere' nowhere
printf '#EXTM3U\nsong.mp3\n' >empty/songs.m3u8
refused 'a list of songs' 'not a playlist of HLS' empty/songs.m3u8
cp -r ts mixed && ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=320x180:rate=25:duration=2 -c:v libx264 -f mpegts mixed/2.ts &&
    sed -i 's|^2.ts|#EXT-X-DISCONTINUITY\n2.ts|' mixed/index.m3u8
export_to mixed mixed.mp4
is "$?" 2 'a stream that turns into another is refused'
has "$(cat said)" 'segment 3 goes on as another kind of stream' "in words: $(sed 's/^reel-indexer: //' said)"
cp -r ts bad && printf "%0100000d" 0 >bad/0.ts
export_to bad bad.mp4
is "$? $(cat said)" '2 reel-indexer: segment 1 is no MPEG-TS, mp4 or sound' 'noise in a segment is refused, not passed over'

# --- half of one --------------------------------------------------------------
# Many segments of a few seconds, so that there is time to stop it.
mkdir long
cp ts/?.ts long/
{
	printf '%s\n' '#EXTM3U' '#EXT-X-TARGETDURATION:2'
	for n in $(seq 40); do for s in 0 1 2 3 4; do printf '#EXTINF:2,\n%s.ts\n' $s; done; done
	echo '#EXT-X-ENDLIST'
} >long/index.m3u8
check 'a long stream becomes an mp4' export_to long long.mp4
is "$(seconds long.mp4)" 400 'as long as it is'
size=$(stat -c %s long.mp4)
mkdir small
if mount -t tmpfs -o size=1m tmpfs small 2>/dev/null; then
	export_to long small/long.mp4
	is "$? $(ls small)" '1 long.mp4.part' 'a disk that is full leaves a half'
	has "$(cat said)" 'no room for small/long.mp4.part: make room' 'and says so'
	half=$(stat -c %s small/long.mp4.part)
	check 'which has what there was room for' test "$half" -gt 500000 -a "$half" -lt "$size"
	mount -o remount,size=100m small
	inode=$(stat -c %i small/long.mp4.part)
	check 'with room, the same command goes on' export_to long small/long.mp4
	has "$(cat said)" "goes on with small/long.mp4.part, of $half bytes" 'and says so'
	is "$(cmp small/long.mp4 long.mp4 && stat -c %i small/long.mp4)" "$inode" 'to the same file as in one go'
	umount small
else
	skip 'a disk that is full leaves a half' 'no tmpfs may be mounted here'
fi
# Ctrl-C: the worker reads slowly, so that it is in the midst of it.
if strace -D -f -o /dev/null true 2>/dev/null && ! readelf -d "$BUILD/reel-worker" | grep -q libasan; then
	printf '#!/bin/sh\nexec strace -D -f -o /dev/null -e trace=pread64 -e inject=pread64:delay_enter=20000 "%s" "$@"\n' "$BUILD/reel-worker" >slow
	chmod +x slow
	echo '{"worker_path": "'"$T/slow"'"}' >slow.json
	"$INDEXER" --config slow.json --export long stopped.mp4 2>said &
	pid=$!
	begun() { [ "$(stat -c %s stopped.mp4.part 2>/dev/null || echo 0)" -gt 0 ]; }
	check 'a slow export begins' until_true "$DEADLINE" begun
	kill -INT $pid
	wait $pid
	is "$? $(ls stopped.mp4*)" '1 stopped.mp4.part' 'Ctrl-C ends it, and leaves a half'
	has "$(cat said)" 'stopped: stopped.mp4.part has [0-9]+ bytes; the same command goes on with it' 'and says so'
	"$INDEXER" --config slow.json --export long stopped.mp4 2>said &
	pid=$!
	until_true "$DEADLINE" grep -q 'goes on' said
	export_to long stopped.mp4
	is "$?" 1 'two do not write the same file'
	has "$(cat said)" 'another export writes stopped.mp4.part' 'and the second is told'
	kill -KILL $pid
	wait $pid 2>/dev/null
	check 'after a kill, the same command goes on' export_to long stopped.mp4
	is "$(cmp stopped.mp4 long.mp4 && echo same)" same 'to the same file as in one go'
fi
# Half of what the stream was before.
cp -r anew changed
head -c 300000 long.mp4 >changed.mp4.part
check 'half of another stream is written anew' export_to changed changed.mp4
has "$(cat said)" 'the stream is another one since' 'and that is said'
is "$(cmp changed.mp4 anew.mp4 && echo same)" same 'from where they part'

is "$(printf '%s' "$("$INDEXER" --export ts 2>&1)")" 'reel-indexer: --export needs two: the stream, and the mp4 to write' 'one argument is one too few'
story_end
