#!/bin/bash
# Goal: clients whose network is cut, without FIN or RST, are noticed and cost
# nothing afterwards: within reel_ping and 10 seconds all connections,
# descriptors and memory are back, for WebSockets and event streams, whether
# there was something to tell meanwhile or not.  The long form: 2,000 of them.
. "$(dirname "$0")/lib/story.sh"
. "$(dirname "$0")/lib/feed.sh"
own_net

n=100 slack=1024
[ -n "$LONG" ] && n=2000 slack=0
FEED_CONF='reel_ping 3s;'
mkdir "$T/A"
indexer_conf A="$T/A"
eval "$(declare -f nginx_conf | sed '1s/nginx_conf/feed_nginx_conf/')"
nginx_conf() {
	feed_nginx_conf "$@"
	sed -i "s/listen 127.0.0.1:$REEL_PORT;/& listen 10.99.0.1:$REEL_PORT; listen 10.99.0.1:$h2 http2;/" "$T/ngx/nginx.conf"
}
h2=$(free_port)
nginx_start 1
check 'the indexer starts' indexer_start

sit() {
	rm -f "$T/sitters"
	nsenter -t $PEER_PID -n "$LIB/sitters" "$T/sitters" $n 10.99.0.1 /feed &
	sitters=$!
	until_true "$DEADLINE" test -e "$T/sitters"
}
listeners() { echo $(($(feed_status clients.websocket) + $(feed_status clients.sse))); }
nobody() { [ "$(listeners)" = 0 ]; }
began=$(now)
listeners >"$T/out"
ask=$(since $began) # to ask takes its time where others work

check "$n sit down" sit
# what a first change takes for good is no part of what ghosts cost
for i in $(seq 50); do echo $i >"$T/A/early-$i.txt"; done
sleep 2
kill $sitters
wait $sitters 2>/dev/null
check 'and leave politely' until_true "$DEADLINE" nobody
sleep 1
memory=$(worker_memory) files=$(worker_files)

for quiet in silence changes; do
	check "$n sit down again" sit
	is "$(listeners)" $n 'all are counted'
	peer iptables -A INPUT -j DROP
	peer iptables -A OUTPUT -j DROP
	began=$(now)
	if [ $quiet = changes ]; then
		for i in $(seq 50); do echo $i >"$T/A/$i.txt"; done
	fi
	check 'their network is cut, and they are noticed' until_true "$DEADLINE" nobody
	took=$(since $began)
	if [ -n "$LONG" ]; then
		check "after $took s: reel_ping is 3, and 10 for an answer" perl -e "exit !($took <= 15 + 4 * $ask)"
	fi
	kill -KILL $sitters
	wait $sitters 2>/dev/null
	peer iptables -F
	sleep 1
	now=$(worker_memory)
	check "memory is what it was: $memory KiB, then $now" at_most "$now" $((memory + memory / 50 + slack))
	is "$(worker_files)" "$files" 'as are descriptors'
	is "$(ss -Htan state all "sport = :$REEL_PORT" dst 10.99.0.2 | grep -vc TIME-WAIT)" 0 'and the kernel has forgotten them'
	is "$(feed_status queue_bytes)" 0 'nothing waits for them'
done
# Over HTTP/2 the connection is more than the answer that it carries.
files=$(worker_files)
nsenter -t $PEER_PID -n curl -sN --http2-prior-knowledge --max-time 600 "http://10.99.0.1:$h2/feed" >"$T/h2" &
curl=$!
check 'one listens over HTTP/2' until_true "$DEADLINE" grep -q '"hello"' "$T/h2"
peer iptables -A INPUT -j DROP
peer iptables -A OUTPUT -j DROP
check 'its network is cut, and it is noticed' until_true "$DEADLINE" nobody
sleep 1
is "$(worker_files)" "$files" 'and its connection is closed'
is "$(ss -Htan state all "sport = :$h2" dst 10.99.0.2 | wc -l)" 0 'of which the kernel knows nothing more'
kill -KILL $curl
wait $curl 2>/dev/null
peer iptables -F
check 'they are counted as silent' test "$(feed_status closes.silent)" -ge $((n + n / 2))
say "closes $(get status 'JSON::PP->new->canonical->encode($d->{feed}{closes})')"
kill $PEER_PID
story_end
