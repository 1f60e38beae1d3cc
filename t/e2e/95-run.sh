#!/bin/bash
# Goal: `./reel run` on a folder with a space in its name comes up, lists what
# is there, stops both programs on Ctrl-C, and a second run goes on where the
# first ended, with the same ids.  What cannot work is one sentence.
. "$(dirname "$0")/lib/story.sh"

mkdir "$T/My Films" "$T/bin"
echo x >"$T/My Films/one.txt"
touch "$T/My Films/one".{vtt,en.srt,ass,ttml,sub,html,svg}
mkdir "$T/My Films/sub & more"
echo x >"$T/My Films/sub & more/two (2).txt"
chmod -R a+rX "$T/My Films"
export REEL_STATE="$T/the state" PORT=$(free_port)
REEL_PORT=$PORT
export REEL_PORT
S=$REEL_STATE/index

# run_start: ./reel run in a process group of its own, as a terminal would.
run_start() {
	perl -e 'setpgrp(0, 0); $SIG{INT} = "DEFAULT"; exec @ARGV' "$TOP/reel" run "$@" >>"$T/run.log" 2>&1 &
	RUN=$!
	api wait 300 /readyz '$code == 200'
}
children() { # of a process, all the way down
	local p
	for p in $(ps -o pid= --ppid "$1"); do echo "$p"; children "$p"; done
}
ctrl_c() {
	kill -INT -- "-$RUN"
	until_true "$DEADLINE" gone "$RUN" || return 1
	wait "$RUN"
}

check './reel run comes up' run_start "$T/My Films"
check 'and lists the folder' library same --within $DEADLINE "My Films=$T/My Films"
is "$(api code /media/My%20Films/one.txt)" 200 'files are served' ||
    say "by $(api get '/api/videos/item?path=My%20Films/one.txt')"
types=
for ending in txt vtt en.srt ass ttml sub html svg; do
	types+=" $(api head "/media/My%20Films/one.$ending" Content-Type)"
done
is "$types" " text/plain text/vtt text/plain text/plain application/ttml+xml $(printf 'application/octet-stream %.0s' 1 2 3 | sed 's/ $//')" \
    'subtitles as text, what a browser would run as bytes'
echo x >"$T/My Films/live.txt"
check 'changes are followed' library same --within $DEADLINE "My Films=$T/My Films"
library dump >"$T/first"
all=$(children $RUN)
has "$(cat "$T/run.log")" "http://127.0.0.1:$PORT" 'it prints the URL'
check 'Ctrl-C ends it with success' ctrl_c
left=0
for p in $all; do until_true "$DEADLINE" gone "$p" || left=$((left + 1)); done
is $left 0 'and nothing is left behind'
mv "$T/My Films/one.txt" "$T/My Films/eins.txt"
check 'a second run comes up' run_start "$T/My Films"
check 'and goes on where the first ended' library same --within $DEADLINE "My Films=$T/My Films"
is "$(library dump | awk -F'\t' '{ print $2 }' | sort -n | tr '\n' ' ')" \
    "$(awk -F'\t' '{ print $2 }' "$T/first" | sort -n | tr '\n' ' ')" 'with the same ids'

# --- ended before it is up ----------------------------------------------------
# An ffmpeg that never ends, while the sample library is made.
printf '#!/bin/sh\necho $$ >"%s/drawing"\nexec sleep 600\n' "$T" >"$T/bin/ffmpeg"
chmod +x "$T/bin/ffmpeg"
PATH=$T/bin:$PATH PORT=$(free_port) REEL_STATE=$T/early "$TOP/reel" run >"$T/early.log" 2>&1 &
early=$!
check 'a run without a folder makes a sample library' until_true "$DEADLINE" test -s "$T/drawing"
kill -TERM "$early"
wait "$early"
check 'a signal ends it, and what it had begun' until_true "$DEADLINE" gone "$(cat "$T/drawing")"
check 'so that another run may begin' flock -n "$T/early/run.lock" true

# --- what cannot work ----------------------------------------------------------
refused() { # refused WHAT PATTERN COMMAND...
	local what=$1 pattern=$2 out rc
	shift 2
	out=$(timeout 60 "$@" 2>&1 </dev/null)
	rc=$?
	[ $rc != 0 ] && [ $rc -lt 124 ]
	is $? 0 "$what is refused"
	has "$out" "$pattern" "  and named"
	is "$(printf '%s\n' "$out" | grep -c .)" 1 "  in one line: $(printf '%s' "$out" | tail -n 1 | cut -c1-150)"
}
refused 'a second run on the same state' 'REEL_STATE|state' env PORT=$(free_port) "$TOP/reel" run "$T/My Films"
refused 'a port that is taken' "$PORT" env REEL_STATE="$T/other" "$TOP/reel" run "$T/My Films"
refused 'a folder that is not there' 'nothing here' env PORT=$(free_port) REEL_STATE="$T/other" "$TOP/reel" run "$T/nothing here"
refused 'a port that is none' 'PORT' env PORT=http REEL_STATE="$T/other" "$TOP/reel" run "$T/My Films"
"$TOP/reel" fly >"$T/out.1" 2>&1
[ $? != 0 ]
is $? 0 'an unknown argument is refused'
has "$(cat "$T/out.1")" 'reel run' 'with the usage'

# --- one of the two dies --------------------------------------------------------
nginx=$(cat "$REEL_STATE/nginx/nginx.pid" 2>/dev/null || ps -eo pid=,args= | awk -v s="$REEL_STATE" 'index($0, s) && /nginx: master/ { print $1; exit }')
if [ -n "$nginx" ]; then
	all=$(children $RUN)
	kill -KILL "$nginx"
	until_true "$DEADLINE" gone $RUN
	wait $RUN
	[ $? != 0 ]
	is $? 0 'when nginx dies, run ends with an error'
	left=0
	for p in $all; do until_true "$DEADLINE" gone "$p" || left=$((left + 1)); done
	is $left 0 'and takes the rest with it'
	has "$(tail -n 5 "$T/run.log")" 'nginx' 'and says which'
else
	check 'Ctrl-C ends it with success' ctrl_c
fi
INDEXER_PID= NGINX_PID=
story_end
