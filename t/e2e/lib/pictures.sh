# What stories about pictures share.  Source it after story.sh.

encode() { ffmpeg -nostdin -v error -y "$@"; }

# file URL: where nginx has it from
file() { printf '%s/cache%s' "$T" "$1"; }

# colour_at PICTURE X Y W H: of the middle of that part, a digit each for red, green
# and blue: 1 for all of it, 0 for none, ? for what lies between.
colour_at() {
	encode -i "$1" -vf "crop=$4-20:$5-20:$2+10:$3+10,scale=1:1:flags=area,format=rgb24" -f rawvideo - |
	    perl -e 'local $/; my @c = unpack "C3", <STDIN>; print join "", map { $_ > 200 ? 1 : $_ < 55 ? 0 : "?" } @c'
}

# hollow FILM FILE: its header, which promises a film, and nothing behind it.
hollow() {
	encode -i "$1" -c copy -movflags faststart "$T/cut.mp4"
	perl -0777 -pe 's/(mdat)(.*)/$1 . "\0" x length $2/es' "$T/cut.mp4" >"$2"
}
