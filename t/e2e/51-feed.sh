#!/bin/bash
# Goal: the feed tells what happens, to each listener what it asked for: by
# WebSocket, by Server-Sent Events over HTTP/1.1, HTTP/2 and TLS; below a path,
# in a scope, of some types.  It stays when the indexer or the index goes away,
# goes on when it comes back, and says so when it is another one.
. "$(dirname "$0")/lib/story.sh"
. "$(dirname "$0")/lib/feed.sh"

mkdir -p "$T/A/in/deep" "$T/A/out"
echo 1 >"$T/A/in/one.txt"
indexer_conf A="$T/A"
h2=$(free_port)
tls=$(free_port)
more="listen 127.0.0.1:$h2 http2; location /scoped { reel feed; reel_scope A/in; } location /quick { reel feed; reel_ping 1s; }
location /aged { reel feed; reel_max_age 1s; } limit_conn_log_level info; location /few { reel feed; limit_conn few 2; }"
if openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "$T/key.pem" -out "$T/cert.pem" 2>"$T/openssl.log"; then
	more="$more listen 127.0.0.1:$tls ssl; ssl_certificate $T/cert.pem; ssl_certificate_key $T/key.pem;"
fi
eval "$(declare -f nginx_conf | sed '1s/nginx_conf/feed_nginx_conf/')"
nginx_conf() {
	feed_nginx_conf "$@"
	sed -i 's/^    server {/    limit_conn_zone $server_name zone=few:64k;\n&/' "$T/ngx/nginx.conf"
}
nginx_start 2 "$more"
check 'the indexer starts' indexer_start

pids=()
hear() { # hear NAME TARGET [sse]: to $T/NAME
	"$LIB/listen" "${@:2}" >"$T/$1" 2>&1 &
	pids+=($!)
	until_true "$DEADLINE" grep -q '"hello"\|over' "$T/$1"
}
heard() { until_true "$DEADLINE" grep -qE -- "$2" "$T/$1"; } # heard NAME REGEX
lines() { grep -cE -- "$2" "$T/$1"; }

check 'a WebSocket hears hello' hear ws /feed
check 'so does an event stream' hear sse /feed sse
check 'and one below a path' hear path '/feed?path=A/in'
check 'and one in a scope' hear scope /scoped
check 'and one for videos' hear type '/feed?type=video'
echo 2 >"$T/A/in/two.txt"
check 'a new file is told to the WebSocket' heard ws '"op":"put".*"path":"A/in/two.txt","item":\{'
check 'and to the event stream' heard sse '"op":"put".*"path":"A/in/two.txt"'
check 'and below the path' heard path '"path":"A/in/two.txt"'
check 'and in the scope' heard scope '"path":"A/in/two.txt"'
curl -sN --max-time 86400 "http://127.0.0.1:$REEL_PORT/feed" >"$T/curl" &
pids+=($!)
check 'curl -N hears hello' heard curl '^data: .*"hello"'
curl -sN --http2-prior-knowledge --max-time 86400 "http://127.0.0.1:$h2/feed?since=1-1" >"$T/h2" &
pids+=($!)
check 'over HTTP/2 as well, and of a gap' heard h2 '^data: .*"gap","reason":"unknown"'
is "$(curl -s -o "$T/out" -w '%{http_code}' --http2-prior-knowledge -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' \
    -H 'Sec-WebSocket-Version: 13' "http://127.0.0.1:$h2/feed")" 426 'a WebSocket over HTTP/2 is 426'
if [ -e "$T/cert.pem" ]; then
	curl -sNk --max-time 86400 "https://127.0.0.1:$tls/feed" >"$T/tls" &
	pids+=($!)
	check 'over TLS, and HTTP/2 if curl can' heard tls '^data: .*"hello"'
	(
		printf 'GET /feed HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
		printf 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
		sleep 2
		printf '\x88\x80\0\0\0\0'
		sleep 1
	) | openssl s_client -quiet -connect "127.0.0.1:$tls" >"$T/wss" 2>/dev/null &
	check 'a WebSocket over TLS hears hello' heard wss '"hello"'
fi

# Who comes when others listen, on either worker: what the feed knows is enough
# for the one, the log has to be asked for the other.
epoch=$(perl -ne '/"hello","from":"(\d+)-/ and print $1' "$T/ws")
for n in 1 2 3 4 5 6; do
	check "$n: one without a cursor" hear late$n /feed
	check "$n: one from the beginning" hear first$n "/feed?since=$epoch-0"
	check "$n: one from the time to come" hear ahead$n "/feed?since=$epoch-999999" sse
	check "$n: and one from elsewhere" hear else$n "/feed?since=1-1"
done
for n in 1 2 3 4 5 6; do
	check "$n: all from the beginning on is told" heard first$n '"path":"A/in/two.txt"'
	check "$n: in a row" perl -ne '/"hello","from":"([\d-]+)"/ and $last = $1; /"cursor":"([\d-]+)","prev":"([\d-]+)"/ or next;
	    exit 1 if $2 ne $last; $last = $1; END { exit !($last && $last !~ /-0$/) }' "$T/first$n"
	check "$n: what is ahead is a gap" heard ahead$n '"gap","reason":"ahead"'
	check "$n: as is what is not of this log" heard else$n '"gap","reason":"unknown"'
	is "$(lines late$n '"change"')" 0 "$n: nothing old is told to who has no cursor"
done

# Moves, as each one sees them.
mv "$T/A/in/two.txt" "$T/A/out/"
check 'a move is a move to who sees both ends' heard ws '"op":"move".*"path":"A/out/two.txt","old_path":"A/in/two.txt"'
check 'a drop to who saw it go' heard path '"op":"drop".*"path":"A/in/two.txt"'
mkdir "$T/A/out/box"
echo 3 >"$T/A/out/box/three.txt"
check 'a folder elsewhere' heard ws '"path":"A/out/box/three.txt"'
mv "$T/A/out/box" "$T/A/in/box"
check 'moved in, it is put, and has to be listed' heard path '"op":"put".*"path":"A/in/box","relist":true'
check 'in the scope too' heard scope '"op":"put".*"path":"A/in/box","relist":true'
mv "$T/A/in/box" "$T/A/out/box"
check 'moved out, all of it is dropped' heard path '"op":"drop".*"path":"A/in/box","recursive":true'
mv "$T/A/in" "$T/A/elsewhere"
check 'the folder of the filter itself moves away' heard path '"op":"drop".*"path":"A/in","recursive":true'
mv "$T/A/elsewhere" "$T/A/in"
check 'and comes back' heard scope '"op":"put".*"path":"A/in","relist":true'
cp "$T/A/in/one.txt" "$T/A/film.mp4"
check 'a film is told to who wants videos' heard type '"item_type":"video".*"path":"A/film.mp4"'
is "$(lines type one.txt)$(lines type two.txt)" 00 'and no other file'
is "$(lines scope A/out)$(lines path A/out)" 00 'nothing that lies elsewhere was told'
check 'the event streams heard it all' heard curl '"path":"A/film.mp4"'
check 'over HTTP/2 too' heard h2 '"path":"A/film.mp4"'
[ -e "$T/cert.pem" ] && check 'over TLS too' heard tls '"path":"A/film.mp4"'

# The indexer, the index.
check 'the indexer stops' indexer_stop
mv "$S/index.db" "$S/away.db"
sleep 2.5
is "$(lines ws over)$(lines sse over)$(lines ws '"gap"')" 000 'without indexer and index they stay'
is "$(api code /feed)" 503 'a new one is 503'
mv "$S/away.db" "$S/index.db"
check 'the indexer starts' indexer_start
echo 4 >"$T/A/in/four.txt"
check 'and what happens is told' heard ws '"path":"A/in/four.txt"'
is "$(lines ws '"gap"')" 0 'without a gap'
# Renamed and back, the file is the same one: nothing is missing in between.
is "$(perl -ne '/"cursor":"([\d-]+)","prev":"([\d-]+)"/ or next; $bad++ if defined $last && $2 ne $last; $last = $1; END { print $bad // 0 }' "$T/ws")" 0 \
    'each record followed the one before'
check 'a backup is made' "$INDEXER" --config "$T/indexer.json" --backup "$T/backup.db"
echo 5 >"$T/A/in/five.txt"
check 'time goes on' heard ws '"path":"A/in/five.txt"'
check 'the indexer stops' indexer_stop
rm -f "$S"/index.db-wal "$S"/index.db-shm
cp "$T/backup.db" "$S/index.db.new"
mv "$S/index.db.new" "$S/index.db"
check 'the indexer starts on the backup' indexer_start
for name in ws sse path scope curl h2; do
	check "$name is told of the gap" heard $name '"gap","reason":"unknown"'
done
echo 6 >"$T/A/in/six.txt"
check 'and goes on' heard ws '"gap".*|"path":"A/in/six.txt"'
check 'as do the others' heard h2 '"path":"A/in/six.txt"'

# A book that takes the place of another while no indexer runs is seen by each
# worker for itself; but what one of them said, the others know at once.
check 'the indexer stops' indexer_stop
mkdir "$T/other"
check 'a backup is made' "$INDEXER" --config "$T/indexer.json" --backup "$T/other/index.db"
check 'and goes its own way' "$INDEXER" --root "A=$T/A" --state "$T/other" --cache "$T/other-cache" --log "$T/other.log" --once
sed "s|\"$S\"|\"$T/other\"|" "$T/indexer.json" >"$T/other.json"
check 'to a book of another log' "$INDEXER" --config "$T/other.json" --backup "$T/new.db"
before=$(get videos/root '$j->{cursor}')
read -r one two <<<"$(workers | xargs)"
only() { # only WORKER COMMAND...: the other one sleeps
	local other=$one
	[ "$1" = "$one" ] && other=$two
	kill -STOP "$other"
	"${@:2}"
	kill -CONT "$other"
}
only "$one" get videos/root '$j->{cursor}' >"$T/out"
sleep 0.7
only "$two" get videos/root '$j->{cursor}' >"$T/out"
rm -f "$S"/index.db-wal "$S"/index.db-shm
mv "$T/new.db" "$S/index.db"
newer() { new=$(get videos/root '$j->{cursor}') && [ "${new%%-*}" -gt "${before%%-*}" ]; }
check 'one worker answers from it' only "$one" until_true "$DEADLINE" newer
is "$(only "$two" api code "changes?since=$new")" 200 'and the other knows its cursor'
is "$(get "changes?since=$before" '$code')" 410 'but no more the one from before'
for name in ws sse; do
	check "$name is told of this gap too" heard $name "\"gap\",\"reason\":\"unknown\",\"cursor\":\"${new%%-*}-"
done
check 'the indexer starts' indexer_start

# Many, each with a filter of its own; half of them leave and come again.
many() { perl -MReelWs -e '
	my ($dir) = @ARGV;
	my @clients;
	sub come { $clients[ $_[0] ] = ReelWs->new(port => $ENV{REEL_PORT}, target => "/feed?path=A/many/$_[0]", sse => $_[0] % 3 == 0) }
	sub hello { for my $n (@_) { $clients[$n]->until(60, sub { $_->{type} eq "hello" }) or die "$n hears no hello\n" } }
	for my $round (1 .. 3) {
		my @come = grep { $round == 1 || $_ % 2 } 0 .. 59;
		$_ && $_->close for map { $clients[$_] } @come;
		come($_) for @come;
		hello(@come);
		for my $n (0 .. 59) {
			open my $file, ">", "$dir/$n/$round.txt" or die "$!\n";
		}
		for my $n (0 .. 59) {
			my $record = $clients[$n]->until(60, sub { $_->{type} eq "change" && $_->{path} eq "A/many/$n/$round.txt" });
			die "$n does not hear of $round.txt\n" if !$record;
			my ($other) = grep { $_->{path} && $_->{path} !~ m{^A/many/$n(/|$)} } @{ $clients[$n]{seen} };
			die "$n hears of $other->{path}\n" if $other;
		}
	}' "$1"; }
mkdir -p "$T"/A/many/{0..59}
check 'many of many filters hear what is theirs, and nothing else' many "$T/A/many"

# Ends.
check 'an old connection ends with bye' hear aged /aged
check 'and 1001' heard aged '^over 1001'
is "$(lines aged '"bye","reason":"max_age","retry_ms":[0-9]+')" 1 'which says when to come again'
check 'two may listen' hear few1 /few
check 'indeed' hear few2 /few sse
is "$(api code /few)" 503 'limit_conn stands in front'
perl -MReelWs -e 'my $w = ReelWs->new(port => $ENV{REEL_PORT}, target => "/quick"); $w->{mute} = 1;
    $w->until(30, sub { 0 }); print $w->{pings} // 0, " ", $w->{sock} ? "stays" : "gone", "\n"' >"$T/mute"
check 'one that answers no ping is cut' grep -qE '^[0-9]+ gone' "$T/mute"
perl -MReelWs -e 'my $w = ReelWs->new(port => $ENV{REEL_PORT}, target => "/quick");
    $w->until(13, sub { 0 }); print $w->{pings} // 0, " ", $w->{sock} ? "stays" : "gone", "\n"' >"$T/polite"
check 'one that does stays' grep -qE '^1[0-9] stays' "$T/polite"
if [ -n "$LONG" ]; then
	check 'a listener to silence' hear mark '/feed?path=A/nothing'
	echo 7 >"$T/A/in/seven.txt"
	check 'gets a bookmark' heard mark '"bookmark"'
fi
check 'a reload' nginx_hup
check 'tells everybody' heard ws '"bye","reason":"reload"'
check 'with 1001' heard ws '^over 1001'
check 'event streams end as well' heard sse '"bye","reason":"reload"'
check 'over HTTP/2 too' heard h2 '"bye","reason":"reload"'
wait "${pids[@]}" 2>/dev/null
story_end
