# What every story begins with: . "$(dirname "$0")/lib/story.sh"
#
# A story has a folder of its own, $T, with its own roots, state, indexer and
# nginx on a free port of 127.0.0.1.  It prints "ok N - what" and "not ok N -
# what" lines, at the end a plan, and keeps $T when something failed.  It ends
# only processes it started.
#
# REEL_BUILD (or B) is the folder that was built into; REEL_E2E_LONG (or
# REEL_LONG) asks for the long form.  Everything waits by looking again and
# again with generous deadlines; time is a figure, never a verdict, except
# where a bound was promised, and then only in the long form.

LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(cd "$LIB/../../.." && pwd)
BUILD=${REEL_BUILD:-${B:-build}}
case $BUILD in /*) ;; *) BUILD=$TOP/$BUILD ;; esac
LONG=${REEL_E2E_LONG:-${REEL_LONG:-}}
[ "$LONG" = 0 ] && LONG=
unset NGINX # nginx itself reads it, for sockets it inherits
NGINX=${NGINX_BIN:-/usr/sbin/nginx}
MODULE=${REEL_MODULE:-$BUILD/ngx_http_reel_module.so}
INDEXER=$BUILD/reel-indexer
STORY=$(basename "$0" .sh)
DEADLINE=${REEL_DEADLINE:-60}
export PERL5LIB=$LIB${PERL5LIB:+:$PERL5LIB} LC_ALL=C.UTF-8
umask 022

count=0 failed=0 finished=
INDEXER_PID= NGINX_PID=
START_S=$SECONDS

for what in "$INDEXER" "$MODULE" "$NGINX"; do
	if [ ! -e "$what" ]; then
		echo "not ok 1 - $STORY needs $what, which is not there: run make"
		exit 1
	fi
done

T=$(mktemp -d "${TMPDIR:-/tmp}/reel-$STORY.XXXXXX") || exit 1
chmod 755 "$T"
mkdir "$T/state" "$T/cache" "$T/ngx"
S=$T/state

say() { printf '# %s\n' "$*"; }

ok() { count=$((count + 1)); echo "ok $count - $*"; }

# The reason, from stdin or an argument, is shown as comment lines.
not_ok() {
	count=$((count + 1)) failed=$((failed + 1))
	echo "not ok $count - $*"
}

skip() { count=$((count + 1)); echo "ok $count - $1 # skip $2"; }

# check WHAT COMMAND...: the verdict is the exit status; output is shown when
# it fails, and its last line in any case.
check() {
	local what=$1 out=$T/check.out
	shift
	if "$@" >"$out" 2>&1; then
		ok "$what$(tail -n 1 "$out" | cut -c1-160 | sed "s/.*/ (&)/")"
	else
		not_ok "$what"
		head -n 60 "$out" | sed "s/^/#   /"
		return 1
	fi
}

is() { # is GOT WANTED WHAT
	if [ "$1" = "$2" ]; then
		ok "$3"
	else
		not_ok "$3"
		printf '%s\n' "wanted: $2" "got:    $1" | head -n 20 | sed 's/^/#   /'
		return 1
	fi
}

has() { # has TEXT PATTERN WHAT: an extended regular expression, any case
	if printf '%s' "$1" | grep -Eqi -- "$2"; then
		ok "$3"
	else
		not_ok "$3"
		printf '%s\n' "wanted: $2" "got:    $1" | head -n 20 | sed 's/^/#   /'
		return 1
	fi
}

# until_true SECS COMMAND...: look again until it succeeds.
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -ge $end ] && return 1
		sleep 0.1
	done
}

gone() { ! kill -0 "$1" 2>/dev/null; }

api() { "$LIB/api" "$@"; }
library() { "$LIB/library" "$@"; }
get() { api get "$@"; }
wait_api() { api wait "$DEADLINE" "$@"; }

free_port() {
	perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1",
		    LocalPort => 0, Listen => 1) or die; print $s->sockport'
}

# A 100 Hz clock for figures.
now() { perl -MTime::HiRes=time -e 'printf "%.2f", time'; }
since() { perl -MTime::HiRes=time -e 'printf "%.2f", time - $ARGV[0]' "$1"; }

# --- the indexer -------------------------------------------------------------

# indexer_conf NAME=DIR... [-- 'more members,']: write $T/indexer.json.
indexer_conf() {
	local roots= more= one
	while [ $# -gt 0 ]; do
		case $1 in
		--) more=$2; break ;;
		*)
			one="{\"name\": \"${1%%=*}\", \"path\": \"${1#*=}\"}"
			roots="$roots${roots:+,
    }$one"
			;;
		esac
		shift
	done
	cat >"$T/indexer.json" <<-JSON
	{
	  $more
	  "roots": [
	    $roots
	  ],
	  "state_dir": "$S",
	  "cache_dir": "$T/cache"
	}
	JSON
}

# indexer_spawn [ARGUMENT...]: start it and do not wait.
indexer_spawn() {
	"$INDEXER" --config "$T/indexer.json" "$@" >>"$T/indexer.log" 2>&1 &
	INDEXER_PID=$!
}

# indexer_start: and wait until it has looked at everything once.
indexer_start() {
	rm -f "$S/status.json"
	indexer_spawn "$@"
	if ! until_true "$DEADLINE" grep -q '"phase":"live"' "$S/status.json"; then
		say "the indexer never came to phase live:"
		tail -n 20 "$T/indexer.log" | sed 's/^/#   /'
		return 1
	fi
}

# indexer_stop: by SIGTERM; nonzero unless it ends cleanly.
indexer_stop() {
	local pid=$INDEXER_PID rc
	INDEXER_PID=
	[ -n "$pid" ] || return 0
	kill -TERM "$pid" 2>/dev/null
	until_true "$DEADLINE" gone "$pid" || {
		say "the indexer does not stop"
		kill -KILL "$pid"
	}
	wait "$pid" 2>/dev/null
	rc=$?
	return $rc
}

indexer_kill() {
	[ -n "$INDEXER_PID" ] || return 0
	kill -KILL "$INDEXER_PID" 2>/dev/null
	wait "$INDEXER_PID" 2>/dev/null
	INDEXER_PID=
}

# What it owes: nothing is pending, growing or to be probed.  It says so once a
# second, so what was said before may lie a second back.
indexer_settled() {
	sleep 1.1
	wait_api tasks/status '$d->{pending} == 0 && $d->{running} == 0' &&
	    wait_api watcher/status '$d->{growing} == 0'
}

# --- nginx -------------------------------------------------------------------

# nginx_conf [WORKERS] ['more directives in the server']
nginx_conf() {
	local user=
	[ "$(id -u)" = 0 ] && user='user root;'
	cat >"$T/ngx/nginx.conf" <<-CONF
	load_module $MODULE;
	daemon off;
	$user
	worker_processes ${1:-1};
	worker_shutdown_timeout 5s;
	pid $T/ngx/nginx.pid;
	error_log $T/ngx/error.log info;
	events { worker_connections 512; }
	http {
	    access_log off;
	    client_body_temp_path $T/ngx/body;
	    proxy_temp_path $T/ngx/proxy;
	    fastcgi_temp_path $T/ngx/fastcgi;
	    uwsgi_temp_path $T/ngx/uwsgi;
	    scgi_temp_path $T/ngx/scgi;
	    keepalive_requests 1000000;
	    reel_index $S/index.db;
	    reel_query_timeout 20s;
	    server {
	        listen 127.0.0.1:$REEL_PORT;
	        server_name localhost 127.0.0.1;
	        location /api/ { reel api; }
	        location = /version { reel version; }
	        location = /healthz { reel health; }
	        location = /readyz { reel ready; }
	        location = /plain { return 200 "plain\n"; }
	        ${2:-}
	        error_page 403 404 413 429 500 502 503 504 @reel_error;
	        location @reel_error { reel error; }
	    }
	}
	CONF
}

nginx_start() {
	local try
	for try in 1 2 3; do
		export REEL_PORT=$(free_port)
		nginx_conf "$@"
		"$NGINX" -p "$T/ngx/" -c "$T/ngx/nginx.conf" -e "$T/ngx/error.log" \
		    >>"$T/ngx/out" 2>&1 &
		NGINX_PID=$!
		until_true 20 test -s "$T/ngx/nginx.pid" &&
		    until_true 20 api get /healthz && break
		kill "$NGINX_PID" 2>/dev/null
		wait "$NGINX_PID" 2>/dev/null
		NGINX_PID=
	done
	if [ -z "$NGINX_PID" ]; then
		say "nginx does not start:"
		tail -n 5 "$T/ngx/out" "$T/ngx/error.log" | sed 's/^/#   /'
		return 1
	fi
}

nginx_stop() {
	[ -n "$NGINX_PID" ] || return 0
	kill -QUIT "$NGINX_PID" 2>/dev/null
	until_true 20 gone "$NGINX_PID" || kill -TERM "$NGINX_PID" 2>/dev/null
	wait "$NGINX_PID" 2>/dev/null
	NGINX_PID=
}

nginx_hup() {
	local before
	before=$(grep -c 'start worker process ' "$T/ngx/error.log")
	kill -HUP "$NGINX_PID"
	until_true 20 eval '[ $(grep -c "start worker process " "$T/ngx/error.log") -gt '"$before"' ]'
}

# --- a namespace of one's own ------------------------------------------------

# own_mounts: run the story again where it may mount and unmount: the mounts
# end with it.  Says so and ends the story when the machine does not allow it.
own_mounts() {
	[ -n "${REEL_OWN_MOUNTS:-}" ] && return 0
	rm -rf "$T"
	export REEL_OWN_MOUNTS=1
	if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
		exec unshare -m --propagation private bash "$0"
	elif unshare -U -r -m true 2>/dev/null; then
		exec unshare -U -r -m --propagation private bash "$0"
	fi
	echo "ok 1 - $STORY # skip no mount namespace of one's own here"
	echo 1..1
	finished=1
	exit 0
}

# own_limits: the same, with inotify limits of one's own.
own_limits() {
	[ -n "${REEL_OWN_LIMITS:-}" ] && return 0
	rm -rf "$T"
	export REEL_OWN_LIMITS=1
	if unshare -U -r -m sh -c 'echo 1000 >/proc/sys/user/max_inotify_watches' 2>/dev/null; then
		exec unshare -U -r -m --propagation private bash "$0"
	fi
	echo "ok 1 - $STORY # skip no user namespace here, so no inotify limits of one's own"
	echo 1..1
	finished=1
	exit 0
}

# --- the end -----------------------------------------------------------------

# What must be true at the end of every story.
story_checks() {
	local log=$T/ngx/error.log bad
	bad=$(grep -aE '\[(alert|emerg)\]|exited on signal|Sanitizer|runtime error' "$log" "$T/ngx/out" 2>/dev/null |
	    grep -Ev "${ALLOWED_ALERTS:-^\$}" | head -n 5)
	is "$bad" '' 'nginx has nothing to be alarmed about'
	bad=$(grep -aE 'Sanitizer|runtime error|Assertion|FATAL|aborting' "$T/indexer.log" 2>/dev/null | head -n 5)
	is "$bad" '' 'the indexer has nothing to be alarmed about'
}

# story_end: stop everything, last checks, the plan.
story_end() {
	if [ -n "$INDEXER_PID" ]; then
		check 'the indexer stops on SIGTERM' indexer_stop
	fi
	nginx_stop
	story_checks
	finished=1
	echo "1..$count"
	say "$STORY: $((count - failed)) of $count, $((SECONDS - START_S)) s"
	[ $failed = 0 ]
	exit
}

on_exit() {
	local rc=$? pid
	trap - EXIT INT TERM
	if [ -n "$NGINX_PID" ]; then
		kill -TERM "$NGINX_PID" 2>/dev/null
		until_true 10 gone "$NGINX_PID"
	fi
	for pid in $(jobs -p); do
		kill -KILL "$pid" 2>/dev/null
	done
	wait 2>/dev/null
	if [ -z "$finished" ]; then
		echo "not ok $((count + 1)) - $STORY came to its end"
		failed=$((failed + 1)) rc=1
	fi
	type on_story_exit >/dev/null 2>&1 && on_story_exit
	if [ -n "${REEL_OWN_MOUNTS:-}${REEL_OWN_LIMITS:-}" ]; then
		awk -v t="$T/" 'index($2, t) == 1 { print $2 }' /proc/mounts | sort -r |
		    xargs -r -n 1 umount -l 2>/dev/null
	fi
	if [ $failed -gt 0 ] || [ -n "${REEL_KEEP:-}" ]; then
		say "kept: $T"
	else
		rm -rf "$T"
	fi
	exit $rc
}
trap on_exit EXIT
trap 'exit 130' INT TERM
