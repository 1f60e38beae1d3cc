#!/bin/bash
# Goal: what the index says of a file is what ffprobe says of it, fact by fact; or
# it is better, and then it stands here, with the reason.  Every rotation, sample
# aspects of the container and of the stream, lines in turn, deep colours, HDR,
# Dolby Vision, rates that vary, times that no header tells, tracks, chapters,
# covers, fragments, and HLS in all its forms.
. "$(dirname "$0")/lib/story.sh"
. "$(dirname "$0")/lib/pictures.sh"
command -v ffmpeg >/dev/null || { skip 'beside ffprobe' 'no ffmpeg'; story_end; }

A=$T/A raw=$T/raw
began=$(now)
mkdir "$A" "$raw" "$T/H"
fail() { say "cannot make $1"; echo "$1" >>"$T/broken"; }
# Three at a time; what is made of one that was made before waits for all.
made=0
later() { "$@" & [ $((++made % 3)) != 0 ] || wait; }
make() { encode "${@:2}" "$A/$1" || fail "$1"; } # make FILE OPTIONS...
# film FILE OPTIONS...: a second of it, of no sound; clip: with sound.
picture=(-f lavfi -i testsrc2=size=96x64:rate=25:duration=1)
sound=(-f lavfi -i sine=duration=1:sample_rate=48000)
film() { later make "$1" "${picture[@]}" -pix_fmt yuv420p "${@:2}"; }
clip() { later make "$1" "${picture[@]}" "${sound[@]}" -pix_fmt yuv420p "${@:2}"; }
tone() { later make "$1" -f lavfi -i sine=duration=2:sample_rate=44100 "${@:2}"; }
again() { later make "$1" -i "$A/$2" -map 0 -c copy "${@:3}"; } # again FILE FROM OPTIONS...
box() { "$LIB/box" "$@" || fail "box ${*: -1}"; }
h264=(-c:v libx264 -preset ultrafast)
hevc=(-c:v libx265 -preset ultrafast -x265-params log-level=error -tag:v hvc1)

# --- rotation ----------------------------------------------------------------
film turn-0.mp4 "${h264[@]}"
wait
for turn in 90 180 270; do
	again turn-$turn.mp4 turn-0.mp4 -metadata:s:v:0 rotate=$turn
	again turn-$turn.mov turn-0.mp4 -metadata:s:v:0 rotate=$turn
done

# --- sample aspect: of the container, of the stream, of both ------------------
for sar in 4/3 8/9 64/45; do
	film "sar-${sar/\//-}.mp4" "${h264[@]}" -vf setsar=$sar
	film "sar-${sar/\//-}.avi" -c:v mpeg4 -vf setsar=$sar
done
film sar-h265.mp4 "${hevc[@]}" -vf setsar=4/3
film sar-mpeg4.avi -c:v mpeg4 -vf setsar=12/11
film sar.mpg -c:v mpeg2video -aspect 16:9
film sar.webm -c:v libvpx -deadline realtime -vf setsar=4/3
film sar.ogv -c:v libtheora -vf setsar=4/3
wait
for name in sar.mkv sar.mov sar.ts sar.flv; do again $name sar-4-3.mp4; done
again sar-turned.mp4 sar-4-3.mp4 -metadata:s:v:0 rotate=90
again sar-container.mp4 turn-0.mp4 -aspect 16:9
again sar-differs.mkv sar-8-9.mp4 -aspect 16:9
# Neither a box for it nor a track that is as wide as it shows.
silent=(70617370 66726565 0080000000400000 0060000000400000)
box bytes "$A/sar-4-3.mp4" "$A/sar-stream.mp4" "${silent[@]}"
box bytes "$A/sar-h265.mp4" "$A/sar-stream-h265.mp4" "${silent[@]}"
for name in 4-3 64-45 mpeg4; do
	box bytes "$A/sar-$name.avi" "$A/sar-stream-$name.avi" 76707270 4a554e4b
done
for standard in pal ntsc; do
	for ending in avi dv mov; do
		later make $standard-dv.$ending -f lavfi -i testsrc2=size=320x240:rate=25:duration=0.2 \
		    -target $standard-dv -aspect 16:9 -an -f $ending
	done
done

# --- lines in turn -------------------------------------------------------------
lines=(-flags +ildct+ilme)
for name in lines.mp4 lines.mkv lines.ts lines.avi; do
	film $name "${h264[@]}" -x264opts tff "${lines[@]}"
done
film lines-bottom.mkv "${h264[@]}" -x264opts bff "${lines[@]}"
film lines-fake.mkv "${h264[@]}" -x264opts fake-interlaced
film lines.mpg -c:v mpeg2video "${lines[@]}" -top 1
film lines-mpeg2.mkv -c:v mpeg2video "${lines[@]}" -top 1
film lines-mpeg2.ts -c:v mpeg2video "${lines[@]}" -top 1
film lines-prores.mov -c:v prores_ks -pix_fmt yuv422p10le "${lines[@]}" -vf setfield=tff

# --- deep colours, HDR, Dolby Vision --------------------------------------------
wide=(-pix_fmt yuv420p10le -color_primaries bt2020 -colorspace bt2020nc -color_trc)
for curve in smpte2084 arib-std-b67 bt709; do
	film $curve-h264.mkv "${h264[@]}" "${wide[@]}" $curve
	film $curve.mp4 "${hevc[@]}" "${wide[@]}" $curve
done
film pq.webm -c:v libvpx-vp9 -deadline realtime -cpu-used 8 "${wide[@]}" smpte2084
film hlg-av1.mp4 -c:v libaom-av1 -cpu-used 8 -usage realtime "${wide[@]}" arib-std-b67
wait
for curve in smpte2084 arib-std-b67; do again $curve.ts $curve.mp4; done
again hlg.mkv arib-std-b67.mp4
film prores.mov -c:v prores_ks -pix_fmt yuv422p10le
film plain-h265.mkv "${hevc[@]}"
film deep.mkv -c:v ffv1 -pix_fmt yuv420p16le
film h264-422.mp4 "${h264[@]}" -pix_fmt yuv422p10le
# Profile 8.1: the record says that there is more than PQ.
record=0100100d10$(printf '00%.0s' {1..19})
again vision-front.mp4 smpte2084.mp4 -movflags +faststart
wait
box mp4 "$A/smpte2084.mp4" "$A/vision.mp4" dvvC "$record"
box mp4 "$A/vision-front.mp4" "$A/vision-front.mp4" dvcC "$record"
# Profile 5: without it, nobody sees the right colours.
box mp4 "$A/smpte2084.mp4" "$A/vision-alone.mp4" dvcC 01000a0d00$(printf '00%.0s' {1..19})
encode -i "$A/smpte2084.mp4" -c copy -write_crc32 0 -f matroska - >"$raw/pipe.mkv"
box mkv "$raw/pipe.mkv" "$A/vision.mkv" "41e4a641f0810141e7846476764341ed98$record"
for name in vision vision-front; do
	is "$(encode -i "$A/$name.mp4" -f md5 - 2>&1)" "$(encode -i "$A/smpte2084.mp4" -f md5 - 2>&1)" \
	    "the box in $name.mp4 moved nothing"
done

# --- rates ---------------------------------------------------------------------
# Thirteen pictures at 25 a second, then every third.
varies=(-vf "setpts='if(lt(N,13),N,13+(N-13)*3)/25/TB'" -vsync vfr)
for name in varies.mp4 varies.mkv; do film $name "${h264[@]}" "${varies[@]}"; done
film varies.webm -c:v libvpx -deadline realtime "${varies[@]}"
film varies-parts.mp4 "${h264[@]}" "${varies[@]}" -g 5 -movflags frag_keyframe+empty_moov
# Each picture lasts two ticks of its clock.
film ticks.mp4 -c:v libx264 -preset veryfast -bf 2
wait
again ticks.avi ticks.mp4
while read -r ending rate; do
	later make "rate-${rate%/*}.$ending" -f lavfi -i testsrc2=size=64x48:rate="$rate":duration=2 \
	    "${h264[@]}" -pix_fmt yuv420p
done <<END
mp4 24000/1001
mkv 24000/1001
ts 30000/1001
mkv 30000/1001
flv 30000/1001
mp4 60000/1001
mkv 60000/1001
avi 24000/1001
ts 50
mkv 12
END

# --- durations that no header tells -----------------------------------------------
clip plain.mp4 "${h264[@]}" -c:a aac
wait
encode -i "$A/plain.mp4" -c copy -f matroska - >"$A/pipe.mkv"
encode -i "$A/plain.mp4" -c copy -f flv - >"$A/pipe.flv"
clip pipe.webm -c:v libvpx -deadline realtime -c:a libopus -f webm -live 1
for name in plain.mkv plain.ts plain.flv plain.avi plain.mov; do again $name plain.mp4; done
again plain.m4v plain.mp4 -f mp4
clip plain.mpg -c:v mpeg2video -c:a mp2
clip plain.wmv -c:v wmv2 -c:a wmav2
clip plain.ogv -c:v libtheora -c:a libvorbis
clip plain.webm -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus
clip plain.mxf -c:v mpeg2video -c:a pcm_s16le
clip plain.3gp -c:v h263 -s 352x288 -c:a aac
later make edited.mp4 -ss 0.3 -i "$A/plain.mp4" -c copy
for name in mp3 flac opus ogg wav m4a aiff au wma wv tta ac3 aac mka; do tone tone.$name; done
tone tone-vbr.mp3 -q:a 2
for name in ogg opus; do
	for n in 2 5; do encode -f lavfi -i sine=duration=$n:sample_rate=48000 -c:a lib${name/ogg/vorbis} "$raw/$n.$name"; done
	cat "$raw/2.$name" "$raw/5.$name" >"$A/chain.$name"
done
hush=(-f lavfi -i anoisesrc=d=20:seed=1 -af "volume=enable='lt(t,10)':volume=0")
later make hush.aac "${hush[@]}" -c:a aac
later make hush.mp3 "${hush[@]}" -q:a 2 -write_xing 0

# --- tracks, chapters, tags --------------------------------------------------------
printf '1\n00:00:00,100 --> 00:00:00,900\nhello\n' >"$raw/text.srt"
printf ';FFMETADATA1\ntitle=A t\303\257tle\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=400\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=400\nEND=1000\ntitle=Two\n' >"$raw/chapters"
seconds=("${picture[@]}" "${sound[@]}" -f lavfi -i sine=330:duration=1)
many() { # many FILE OPTIONS...: two of sound, two of subtitles, two chapters
	later make "$1" "${seconds[@]}" -i "$raw/text.srt" -i "$raw/text.srt" -i "$raw/chapters" -map 0 -map 1 -map 2 \
	    -map 3 -map 4 -map_metadata 5 "${h264[@]}" -pix_fmt yuv420p -c:a aac -ac:a:0 2 -metadata:s:a:0 language=deu \
	    -metadata:s:a:1 language=eng -metadata:s:s:0 language=fra -metadata creation_time=2024-05-06T07:08:09Z \
	    -metadata date=2019 "${@:2}"
}
many many.mkv -c:s srt -disposition:a:0 0 -disposition:a:1 default -disposition:s:1 forced -metadata:s:a:1 title=Comment
many many.mp4 -c:s mov_text
many many.mov -c:s mov_text
later make many.ts "${seconds[@]}" -map 0 -map 1 -map 2 "${h264[@]}" -pix_fmt yuv420p -c:a mp2 \
    -metadata:s:a:0 language=deu -metadata:s:a:1 language=eng
later make two.mkv "${seconds[@]}" -f lavfi -i testsrc2=size=64x48:rate=25:duration=1 -map 0 -map 3 -map 1 \
    "${h264[@]}" -pix_fmt yuv420p
tone chapters.mp3 -i "$raw/chapters" -map_metadata 1
tone chapters.opus -i "$raw/chapters" -map_metadata 1
tone chapters.m4a -i "$raw/chapters" -map_metadata 1
tone mono-mp3.mp4 -c:a libmp3lame
for layout in mono 5.1 7.1; do tone layout-$layout.m4a -af "aformat=channel_layouts=$layout" -c:a aac; done

# --- covers -------------------------------------------------------------------------
encode -f lavfi -i testsrc2=size=200x200 -frames:v 1 "$raw/cover.png"
cover=(-i "$raw/cover.png" -map 0 -map 1 -c:v copy -disposition:v:0 attached_pic)
tone cover.mp3 "${cover[@]}"
tone cover.m4a "${cover[@]}" -c:a aac
tone cover.flac "${cover[@]}"
later make cover.mp4 -i "$A/plain.mp4" -i "$raw/cover.png" -map 0 -map 1 -c copy -disposition:v:1 attached_pic
later make cover.mkv -i "$A/plain.mp4" -c copy -attach "$raw/cover.png" -metadata:s:t mimetype=image/png

# --- fragments ----------------------------------------------------------------------
long=(-f lavfi -i testsrc2=size=64x48:rate=25:duration=4 -f lavfi -i sine=duration=4 -pix_fmt yuv420p "${h264[@]}" -g 25 -c:a aac)
while read -r name flags; do
	later make "$name" "${long[@]}" -movflags "$flags"
done <<END
parts-empty.mp4 frag_keyframe+empty_moov
parts-base.mp4 frag_keyframe+empty_moov+default_base_moof
parts-moov.mp4 frag_keyframe
parts-cmaf.mp4 cmaf+frag_keyframe
parts-dash.mp4 dash+frag_keyframe+empty_moov
parts-table.mp4 frag_keyframe+empty_moov+global_sidx
parts-delay.mp4 frag_keyframe+delay_moov
END

# --- HLS --------------------------------------------------------------------------
more=() # inputs
six() { # six FOLDER OPTIONS...: seconds of picture and sound
	mkdir "$T/H/$1"
	cd "$T/H/$1" && encode -f lavfi -i testsrc2=size=160x120:rate=10:duration=6 -f lavfi -i sine=duration=6 "${more[@]}" \
	    "${h264[@]}" -g 10 -pix_fmt yuv420p -c:a aac -f hls -hls_time 1 -hls_list_size 0 "${@:2}" || fail "$1"
}
hls() { later six "$@"; }
hls ts index.m3u8
hls fmp4 -hls_segment_type fmp4 index.m3u8
hls ranges -hls_flags single_file index.m3u8
hls fmp4-ranges -hls_segment_type fmp4 -hls_flags single_file index.m3u8
hls uneven -hls_time 2.5 -force_key_frames 0,1.3,1.9,4.4 index.m3u8
hls sound -map 1:a index.m3u8
hls rendition -map 0:v -map 1:a -var_stream_map 'v:0,agroup:a a:0,agroup:a,default:yes' -master_pl_name master.m3u8 v%v.m3u8
# Two languages and subtitles, each in a playlist of its own; here, and in folders.
more=(-f lavfi -i sine=330:duration=6,aformat=channel_layouts=stereo -i "$raw/text.srt")
tongues=(-map 0:v -map 1:a -map 2:a
    -map 3:s -c:s webvtt -master_pl_name master.m3u8 -var_stream_map
    'v:0,agroup:a,s:0,sgroup:s,language:fra a:0,agroup:a,language:deu,name:de a:1,agroup:a,language:eng,default:yes,name:en')
hls tongues "${tongues[@]}" v%v.m3u8
hls tongues-below "${tongues[@]}" v%v/index.m3u8
more=()
hls nested -map 0:v -map 1:a -map 0:v -map 1:a -b:v:0 300k -b:v:1 100k -s:v:1 80x60 \
    -var_stream_map 'v:0,a:0 v:1,a:1' -master_pl_name master.m3u8 v%v/index.m3u8
hls clear -map 0:v -map 1:a -map 0:v -map 1:a -b:v:0 300k -b:v:1 100k -s:v:1 80x60 \
    -var_stream_map 'v:0,a:0 v:1,a:1' -master_pl_name master.m3u8 v%v.m3u8
head -c 16 /dev/urandom >"$raw/enc.key"
printf 'enc.key\n%s\n' "$raw/enc.key" >"$raw/key.info"
hls enc -hls_key_info_file "$raw/key.info" index.m3u8
wait
cp "$raw/enc.key" "$T/H/enc/"
# Its sound is a second playlist of the same pieces; and sound that is beside them
# has a language only in the master; sound elsewhere is what the master says.
cp -r "$T/H/ts" "$T/H/within"
cat >"$T/H/within/master.m3u8" <<END
#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Here",DEFAULT=YES,LANGUAGE="de"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="b",NAME="Not this",LANGUAGE="en",URI="b.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=100000,RESOLUTION=160x120,AUDIO="a"
index.m3u8
END
cp -r "$T/H/within" "$T/H/elsewhere"
sed -i '/LANGUAGE="de"/a #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="There",CHANNELS="6",LANGUAGE="en",URI="http://127.0.0.1:9/a.m3u8"
s/,AUDIO="a"/,CODECS="avc1.42c00a,ac-3"&/' "$T/H/elsewhere/master.m3u8"
mv "$T/H/elsewhere" "$raw/"
cp -r "$T/H/enc" "$raw/veiled"
printf '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9,RESOLUTION=160x120,FRAME-RATE=23.976,CODECS="avc1.42c00a,mp4a.40.2"\nindex.m3u8\n' \
    >"$raw/veiled/master.m3u8"
cp -r "$T/H/ts" "$T/H/missing" && rm "$T/H/missing/index3.ts"
# Another film in the midst of it.
cp -r "$T/H/ts" "$T/H/jump"
cp "$T/H/uneven/index0.ts" "$T/H/jump/other.ts"
sed -i 's/^index3.ts$/&\n#EXT-X-DISCONTINUITY\n#EXTINF:1.300000,\nother.ts\n#EXT-X-DISCONTINUITY/' "$T/H/jump/index.m3u8"
is "$(cat "$T/broken" 2>/dev/null)" '' 'all is made'

say "made in $(since "$began") s"
indexer_conf A="$A" H="$T/H" -- '"settle_ms": 100,'
nginx_start
check 'the indexer starts' indexer_start
check 'and reads all' indexer_settled
say "read after $(since "$began") s"
check 'files: every fact is that of ffprobe, or better' "$LIB/beside" "$A" A <<END
# What went through a pipe has no length in its header; its packets have one.
pipe.mkv	duration	1021
pipe.webm	duration	1021
vision.mkv	duration	1000
# Ten seconds of silence, then noise: ffprobe divides by the bits of the first.
hush.aac	duration	20032
hush.aac	bitrate	40637
hush.mp3	duration	20040
hush.mp3	bitrate	62302
# Ogg files one behind the other: ffprobe tells the time of the last one.
chain.ogg	duration	7000
chain.ogg	bitrate	23934
chain.opus	duration	7000
chain.opus	bitrate	78572
tone.aac	duration	2043
tone.aac	bitrate	71408
# All have 25 pictures a second; of fragments ffprobe counts those of a part over the
# time of another, and of an AVI takes the clock's ticks for the rate.
parts-base.mp4	fps	25
parts-dash.mp4	fps	25
parts-empty.mp4	fps	25
parts-moov.mp4	fps	25
parts-table.mp4	fps	25
parts-table.mp4	variable_fps	0
plain.avi	variable_fps	0
ticks.avi	fps	25
ticks.avi	variable_fps	0
# Between the first and the last of 25 pictures lie 1.84 s.
varies-parts.mp4	fps	13.043
END
names() { get "videos/item?path=A/$1" '$d->{codecs}'; }
is "$(names vision-alone.mp4)" dvh1.05.01 'a film for Dolby Vision alone is named so'
has "$(names vision.mp4)" '^hvc1\.2\.' 'and one for others, too, as they know it'
has "$(names smpte2084.ts)" '^hvc1\.2\.4\.L30\.90$' 'a stream as a file'
is "$(names pq.webm)" vp09.02.10.10 'VP9 with its depth'
check 'streams: every fact is that of ffprobe, or better' "$LIB/beside" "$T/H" H <<END
# ffprobe reads all variants as if they were one film.
clear	audio_tracks	aac:::1:44100::
nested	audio_tracks	aac:::1:44100::
# A rendition has a name and is the default; ffprobe does not look at subtitles.
rendition	audio_tracks	aac::audio_1:1:44100:d:
tongues	audio_tracks	aac:deu:audio_1:1:44100:: aac:eng:audio_2:2:44100:d:
tongues	subtitle_tracks	webvtt:fra:subtitle_0::
tongues-below	audio_tracks	aac:deu:audio_1:1:44100:: aac:eng:audio_2:2:44100:d:
tongues-below	subtitle_tracks	webvtt:fra:subtitle_0::
within	audio_tracks	aac:de:Here:1:44100:d:
# What is encrypted stays so, even where the key lies beside it.
enc	codec,profile,resolution,bit_depth,audio_codec,channels	none
enc	audio_tracks
enc	fps	0
END
is "$(get 'videos/item?path=H/rendition' 'join " ", map { "$_->{media} $_->{uri}" } @{$d->{renditions}}')" 'AUDIO v1.m3u8' \
    'the sound of a stream is told'
has "$(get 'videos/item?path=H/rendition' '$d->{codecs}')" '^avc1\.[0-9a-f]{6},mp4a\.40\.2$' 'and that it has some'
is "$(get 'videos/item?path=H/tongues' 'join " ", map { "$_->{media} $_->{language} $_->{name}" } @{$d->{renditions}}')" \
    'AUDIO deu audio_1 AUDIO eng audio_2 SUBTITLES fra subtitle_0' 'what else may be heard and read'
has "$(get 'videos/item?path=H/tongues' '$d->{codecs}')" '^avc1\.[0-9a-f]{6},mp4a\.40\.2$' 'and what it is'
# ffprobe would go and look there.
mv "$raw/elsewhere" "$raw/veiled" "$T/H/"
# And its sound would come later.
cp -r "$T/H/tongues" "$raw/late"
mkdir "$raw/sound"
mv "$raw/late"/ven*.ts "$raw/sound/"
mv "$raw/late" "$T/H/"
check 'streams come whose sound is elsewhere' indexer_settled
is "$(get 'videos/item?path=H/late' 'join " ", map { "$_->{language}:" . ($_->{channels} // 0) } @{$d->{audio_tracks}}')" \
    'deu:1 eng:0' 'of one that is not there yet the master says little'
mv "$raw/sound"/* "$T/H/late/"
check 'it comes' wait_api 'videos/item?path=H/late' '$d->{audio_tracks}[1]{channels} == 2'
is "$(get 'videos/item?path=H/elsewhere' 'join " ", map { "$_->{codec}:$_->{language}:$_->{channels}" } @{$d->{audio_tracks}}')" \
    'aac:de:1 ac3:en:6' 'and tells what the master does'
is "$(get 'videos/item?path=H/veiled' '"$d->{encrypted} $d->{resolution} $d->{codec} $d->{audio_codec} $d->{fps_ratio}"')" \
    '1 160x120 h264 aac 24000/1001' 'of one that is encrypted, too'
is "$(get 'videos/item?path=H/missing' '"$d->{segments} $d->{missing}"')" '6 1' 'and a segment that is missing'
story_end
