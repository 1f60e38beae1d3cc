# For stories about the feed: . "$(dirname "$0")/lib/story.sh", then this.
# nginx gets `location /feed` and connections enough for a crowd.
export PERL5LIB=$TOP/t/lib:$PERL5LIB

eval "$(declare -f nginx_conf | sed '1s/nginx_conf/story_nginx_conf/')"

nginx_conf() {
	story_nginx_conf "$1" "location /feed { reel feed; ${FEED_CONF:-} } ${2:-}"
	sed -i "s/worker_connections 512/worker_connections ${FEED_CONNECTIONS:-4096}/" "$T/ngx/nginx.conf"
}

workers() { ps -o pid= --ppid "$NGINX_PID" | tr -d ' '; }

# crowd_start ...: see t/e2e/lib/crowd; its summary is asked with `told EXPR`.
crowd_start() {
	rm -f "$T"/crowd.json.*
	"$LIB/crowd" "$T/crowd.json" --port "$REEL_PORT" "$@" &
	CROWD_PID=$!
	until_true "$DEADLINE" test -e "$T/crowd.json.ready"
}

crowd_stop() {
	kill -TERM $CROWD_PID
	wait $CROWD_PID
}

told() {
	perl -MJSON::PP -e 'local $/; open F, "<", shift or die; $c = decode_json(<F>);
	    $_ = eval shift; print ref $_ ? JSON::PP->new->canonical->encode($_) : $_ // "nothing"' "$T/crowd.json" "$1"
}

# feed_status MEMBER...: of "feed" in status.
feed_status() { get status "\$d->{feed}{$(echo "$1" | sed 's/\./}{/g')}"; }

# memory of all workers, KiB: private, what they hold for themselves.
worker_memory() {
	local w sum=0 kib
	for w in $(workers); do
		kib=$(awk '/^Private_Dirty/ { s += $2 } END { print s + 0 }' "/proc/$w/smaps_rollup")
		sum=$((sum + kib))
	done
	echo $sum
}

# at_most NOW LIMIT: of memory; AddressSanitizer keeps what was freed for a while.
at_most() { [ -n "${ASAN_OPTIONS:-}" ] || [ "$1" -le "$2" ]; }

worker_files() {
	local w sum=0
	for w in $(workers); do sum=$((sum + $(ls "/proc/$w/fd" | wc -l))); done
	echo $sum
}

# own_net: run the story again in a network namespace of its own, where there is
# a second one, in $PEER_PID, behind 10.99.0.1 (ours) and 10.99.0.2.
own_net() {
	if [ -z "${REEL_OWN_NET:-}" ]; then
		rm -rf "$T"
		export REEL_OWN_NET=1
		if unshare -n true 2>/dev/null; then
			exec unshare -n bash "$0"
		elif unshare -U -r -n true 2>/dev/null; then
			exec unshare -U -r -n bash "$0"
		fi
		echo "ok 1 - $STORY # skip no network namespace of one's own here"
		echo 1..1
		exit 0
	fi
	ip link set lo up
	unshare -n sleep 7200 &
	PEER_PID=$!
	sleep 0.3
	if ! ip link add ours type veth peer name theirs 2>"$T/ip.log" ||
	    ! ip link set theirs netns $PEER_PID ||
	    ! nsenter -t $PEER_PID -n iptables -L >/dev/null 2>>"$T/ip.log"; then
		kill $PEER_PID
		skip 'a second namespace' 'no veth pair or no iptables here'
		finished=1
		echo "1..$count"
		exit 0
	fi
	ip addr add 10.99.0.1/24 dev ours
	ip link set ours up
	peer ip addr add 10.99.0.2/24 dev theirs
	peer ip link set theirs up
}

peer() { nsenter -t $PEER_PID -n "$@"; }
