#!/bin/bash
# Goal: a film says which subtitles lie beside it, whatever becomes of them and of
# it: written, renamed, moved, deleted, before or after the film, while the indexer
# looks and while it does not.  Each change is a record of the film, and folding
# the records gives the library.
. "$(dirname "$0")/lib/story.sh"

mkdir "$T/A" "$T/A/other"
film() { ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=64x48:rate=5:duration=1 "$1"; }
if ! command -v ffmpeg >/dev/null; then
	film() { echo 'no film at all' >"$1"; }
fi
film "$T/A/film.mkv"
cp "$T/A/film.mkv" "$T/A/Film.2019.1080p.mp4"
echo 1 >"$T/A/film.en.srt"
indexer_conf A="$T/A" -- '"settle_ms": 100,'
nginx_start
check 'the indexer starts' indexer_start
# lists PATH NAME...: the film at PATH says these, in any order
lists() {
	local path=$1 wanted
	shift
	wanted=$(printf '%s\n' "$@" | sort | paste -sd'|')
	wait_api "videos/item?path=$path" "join('|', sort map { \$_->{name} } @{\$d->{subtitles} // []}) eq '$wanted'"
}
same() { library same --within $DEADLINE A="$T/A"; }

check 'the first scan joins them' lists A/film.mkv film.en.srt
is "$(get 'videos/item?path=A/film.mkv' '$d->{subtitles}[0]{language} . " " . $d->{subtitles}[0]{format}')" 'en srt' 'with language and format'
check 'facts come' indexer_settled
check 'and leave it' lists A/film.mkv film.en.srt
is "$(get 'videos/item?path=A/film.en.srt' '$d->{type}')" subtitle 'the subtitle is an item of its own'

# --- live ---------------------------------------------------------------------
start=$(get videos/root '$j->{cursor}')
echo 1 >"$T/A/film.zh-Hans.forced.ass"
check 'one more' lists A/film.mkv film.en.srt film.zh-Hans.forced.ass
is "$(get "changes?since=$start" 'join " ", map { "$_->{op}:" . scalar @{$_->{item}{subtitles}} } grep { $_->{path} eq "A/film.mkv" } @{$d->{changes}}')" \
    'put:2' 'is one record of the film'
start=$(get videos/root '$j->{cursor}')
echo 2 >>"$T/A/film.en.srt"
check 'more text in a subtitle' wait_api 'videos/item?path=A/film.en.srt' '$d->{size} == 4'
is "$(get "changes?since=$start" 'scalar grep { $_->{path} eq "A/film.mkv" } @{$d->{changes}}')" 0 'is no change of the film'
mv "$T/A/film.en.srt" "$T/A/film.de.srt"
check 'a rename' lists A/film.mkv film.de.srt film.zh-Hans.forced.ass
mv "$T/A/film.de.srt" "$T/A/Film.2019.1080p.de.srt"
check 'a rename to another film' lists A/film.mkv film.zh-Hans.forced.ass
check 'which has it now' lists A/Film.2019.1080p.mp4 Film.2019.1080p.de.srt
mv "$T/A/Film.2019.1080p.de.srt" "$T/A/other/"
check 'out of the folder' lists A/Film.2019.1080p.mp4
mv "$T/A/other/Film.2019.1080p.de.srt" "$T/A/film.fr.vtt"
check 'and in again' lists A/film.mkv film.zh-Hans.forced.ass film.fr.vtt
mv "$T/A/film.mkv" "$T/A/movie.mkv"
check 'the film leaves them' lists A/movie.mkv
mv "$T/A/movie.mkv" "$T/A/film.mkv"
check 'and is back' lists A/film.mkv film.zh-Hans.forced.ass film.fr.vtt
rm "$T/A/film.zh-Hans.forced.ass"
check 'one is deleted' lists A/film.mkv film.fr.vtt
cp "$T/A/film.mkv" "$T/A/film.fr.mp4"
check 'a film of a longer stem takes one' lists A/film.fr.mp4 film.fr.vtt
check 'from the other' lists A/film.mkv
rm "$T/A/film.fr.mp4"
check 'and leaves it behind' lists A/film.mkv film.fr.vtt
mv "$T/A/film.mkv" "$T/A/other/film.mkv"
check 'a film alone in another folder' lists A/other/film.mkv
mv "$T/A/film.fr.vtt" "$T/A/other/"
check 'and its subtitle after it' lists A/other/film.mkv film.fr.vtt
cp "$T/A/other/film.mkv" "$T/A/other/film.MP4"
check 'two films of one stem' lists A/other/film.MP4 film.fr.vtt
check 'both have it' lists A/other/film.mkv film.fr.vtt
start=$(get videos/root '$j->{cursor}')
mv "$T/A/other" "$T/A/elsewhere"
check 'the whole folder is renamed' lists A/elsewhere/film.mkv film.fr.vtt
is "$(get "changes?since=$start" 'join " ", map { "$_->{op}:$_->{path}" } @{$d->{changes}}')" 'move:A/elsewhere' 'which is one record'

# --- names --------------------------------------------------------------------
composed=$(printf 'caf\303\251') decomposed=$(printf 'cafe\314\201') bytes=$(printf '\377')
cp "$T/A/elsewhere/film.mkv" "$T/A/$composed.mkv"
echo 1 >"$T/A/$decomposed.en.srt"
echo 1 >"$T/A/$bytes.en.srt"
cp "$T/A/elsewhere/film.mkv" "$T/A/$bytes.mkv"
check 'names in two spellings, and in no encoding' same
is "$(get 'videos/item?path=A/%FF.mkv' '$d->{subtitles}[0]{name_raw}')" '%FF.en.srt' 'which are sent as they are'
is "$(get "videos/item?path=A/$composed.mkv" 'scalar @{$d->{subtitles}}')" 1 'NFC and NFD are one'

# --- while nobody looks -------------------------------------------------------
check 'all is settled' indexer_settled
check 'the indexer stops' indexer_stop
mv "$T/A/elsewhere/film.fr.vtt" "$T/A/elsewhere/film.es.vtt"
echo 1 >"$T/A/Film.2019.1080p.srt"
rm "$T/A/$decomposed.en.srt"
check 'and starts' indexer_start
check 'a rename is found' lists A/elsewhere/film.mkv film.es.vtt
check 'a new one is found' lists A/Film.2019.1080p.mp4 Film.2019.1080p.srt
check 'and one that is gone' lists "A/$composed.mkv"
start=$(get videos/root '$j->{cursor}')
check 'the indexer stops' indexer_stop
check 'and starts again' indexer_start
is "$(get "changes?since=$start" 'scalar @{$d->{changes}}')" 0 'nothing has changed'
indexer_kill
rm "$T/A/Film.2019.1080p.srt"
check 'and starts after a kill' indexer_start
check 'which lost nothing' lists A/Film.2019.1080p.mp4
check 'the indexer stops' indexer_stop
echo 1 >"$T/A/Film.2019.1080p.srt"
check 'an indexer that looks once' "$INDEXER" --config "$T/indexer.json" --once
check 'finds one as well' lists A/Film.2019.1080p.mp4 Film.2019.1080p.srt
check 'the indexer starts' indexer_start

# --- many ---------------------------------------------------------------------
# Subtitles come before their films, as the alphabet has them.
n=50
[ -n "$LONG" ] && n=900
for i in $(seq $n); do
	echo 1 >"$T/A/Show.S01E$i.en.srt"
	echo 1 >"$T/A/Show.S01E$i.mkv"
done
echo 1 >"$T/A/Show.mkv"
check 'a folder of a series' same
is "$(get 'videos?page_size=1000' 'scalar grep { $_->{name} =~ /^Show\.S/ && @{$_->{subtitles} // []} == 1 } @{$d->{videos}}')" $n 'each film has its own'
rm "$T/A/Show.S01E"*.mkv
check 'whose films go, and whose subtitles stay' wait_api 'videos/item?path=A/Show.mkv' "@{\$d->{subtitles} // []} == $((n > 64 ? 64 : n))"
rm "$T/A/Show."*
check 'the library equals the disk' same
check 'folding the change log gives the library' library fold
story_end
