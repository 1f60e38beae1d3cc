#!/bin/bash
# Goal: nginx is right whatever the indexer does.  With the indexer stopped,
# killed or absent it serves what the book says; after a reload, with four
# workers, from a read-only mount, as a user who may only read; when the book
# is replaced by a backup its clients are told (410), without a reload.
. "$(dirname "$0")/lib/story.sh"
own_mounts
ALLOWED_ALERTS='initgroups'

mkdir "$T/A"
for f in $(seq 50); do echo "$f" >"$T/A/$f.txt"; done
indexer_conf A="$T/A"
all() { library same --within $DEADLINE A="$T/A"; }
nginx_start 4
check 'absent indexer, no index: 503' wait_api videos/root '$code == 503'
is "$(api code /healthz) $(api code /readyz)" '200 503' 'healthz answers, readyz says no'
check 'the indexer starts' indexer_start
check 'and nginx serves, without a reload' all
is "$(api code /readyz)" 200 'readyz says yes'
check 'status sees the indexer' wait_api status '$d->{indexer_seen} && $d->{indexer}{running}'

# Every one of four workers follows: ask on many connections.
everywhere() { # everywhere TARGET EXPR
	perl -MStoryHttp -e 'my ($t, $e) = @ARGV; my $end = time + 60; my $n = 0;
	while ($n < 40) {
	    my ($code, $j) = StoryHttp->new->json($t); my $d = $j->{data};
	    if (eval $e) { $n++; next }
	    die "after $n good answers: $code\n" if time > $end || $n;
	    select undef, undef, undef, 0.05;
	}' "$1" "$2"
}
# A worker may be one bell behind for a moment; at_least forbids it.
echo new >"$T/A/new.txt"
check 'a new file is seen' wait_api 'videos/item?path=A/new.txt' '$code == 200'
cursor=$(get videos/root '$j->{cursor}')
check 'by every one of four workers, with at_least' \
    everywhere "videos/item?path=A/new.txt&at_least=$cursor" '$code == 200'
sleep 1.5
check 'and without it after a second' everywhere 'videos/item?path=A/new.txt' '$code == 200'

# --- stopped, killed ----------------------------------------------------------
check 'the indexer stops on SIGTERM' indexer_stop
check 'with the indexer stopped nginx serves' everywhere 'videos?type=all' '$code == 200'
check 'status says that it does not run' wait_api status '!$d->{indexer_seen} && !$d->{indexer}{running}'
check 'a reload with the indexer stopped' nginx_hup
check 'new workers serve' everywhere 'videos?type=all' '$code == 200'
is "$(api code /readyz)" 200 'readyz says yes'
check 'the indexer starts again' indexer_start
echo again >"$T/A/again.txt"
check 'and is followed' all
indexer_kill
check 'with the indexer killed nginx serves' everywhere 'videos?type=all' '$code == 200'
check 'status says that it does not run' wait_api status '!$d->{indexer_seen}'
check 'a reload with the indexer killed' nginx_hup
check 'new workers serve' everywhere 'videos?type=all' '$code == 200'
check 'the indexer starts again' indexer_start
kill -STOP "$INDEXER_PID"
check 'with the indexer hanging nginx serves' everywhere 'videos?type=all' '$code == 200'
kill -CONT "$INDEXER_PID"
for n in 1 2 3; do nginx_hup; done
check 'after more reloads nginx serves' everywhere 'videos?type=all' '$code == 200'
echo hup >"$T/A/hup.txt"
check 'and follows' all

# A worker that dies is replaced, and its successor serves.
w=$(ps -o pid= --ppid "$NGINX_PID" | head -n 1)
ALLOWED_ALERTS="$ALLOWED_ALERTS|worker process $((w)) exited on signal 9"
kill -KILL $w
check 'after a worker was killed nginx serves' everywhere 'videos?type=all' '$code == 200'

# --- a read-only mount, a user who may only read -------------------------------
nginx_stop
mkdir "$T/ro"
if mount --bind "$S" "$T/ro" && mount -o remount,bind,ro "$T/ro"; then
	state=$S S=$T/ro
	nginx_start 2
	S=$state
	check 'from a read-only mount nginx serves' all
	echo ro >"$T/A/ro.txt"
	check 'and follows' all
	check 'the bell reaches it' wait_api status '$d->{indexer_seen}'
	check 'the indexer stops on SIGTERM' indexer_stop
	check 'then nginx still serves' everywhere 'videos?type=all' '$code == 200'
	nginx_stop
	S=$T/ro
	nginx_start 2
	S=$state
	check 'freshly started, too, with the indexer stopped' everywhere 'videos?type=all' '$code == 200'
	check 'the indexer starts' indexer_start
	echo ro >"$T/A/ro2.txt"
	check 'and is followed' all
	nginx_stop
	umount "$T/ro"
else
	skip 'from a read-only mount nginx serves' 'no bind mount here'
fi
if [ "$(id -u)" = 0 ] && setpriv --reuid=www-data --regid=www-data --clear-groups true 2>/dev/null; then
	indexer_stop
	indexer_conf A="$T/A" -- '"group": "www-data",'
	check 'the indexer starts with a group' indexer_start
	has "$(stat -c '%a %G' "$S")" '^2?750 www-data$' 'the state folder is for that group to read'
	as_www() {
		export REEL_PORT=$(free_port)
		nginx_conf 2
		sed -i 's/^user root;/user www-data;/' "$T/ngx/nginx.conf"
		rm -f "$T/ngx/nginx.pid"
		"$NGINX" -p "$T/ngx/" -c "$T/ngx/nginx.conf" -e "$T/ngx/error.log" >>"$T/ngx/out" 2>&1 &
		NGINX_PID=$!
		until_true "$DEADLINE" test -s "$T/ngx/nginx.pid"
	}
	check 'nginx starts as www-data' as_www
	check 'as a user who may only read nginx serves' all
	echo www >"$T/A/www.txt"
	check 'and follows' all
	indexer_stop
	check 'the indexer stopped, new workers serve' nginx_hup
	check 'they do' everywhere 'videos?type=all' '$code == 200'
	nginx_stop
else
	skip 'as a user who may only read nginx serves' 'needs root'
	indexer_stop
fi

# --- the book is replaced ------------------------------------------------------
nginx_start 4
indexer_conf A="$T/A"
check 'a backup is made' "$INDEXER" --config "$T/indexer.json" --backup "$T/backup.db"
check 'the indexer starts' indexer_start
echo later >"$T/A/later.txt"
check 'time goes on' all
old=$(get videos/root '$j->{cursor}')
check 'the indexer stops on SIGTERM' indexer_stop
rm -f "$S"/index.db-wal "$S"/index.db-shm
cp "$T/backup.db" "$S/index.db.new"
mv "$S/index.db.new" "$S/index.db"
check 'nginx notices the other book' everywhere 'videos/item?path=A/later.txt' '$code == 404'
check 'the indexer starts' indexer_start
check 'and brings it up to date' all
new=$(get videos/root '$j->{cursor}')
check 'a new epoch has begun' test "${new%%-*}" -gt "${old%%-*}"
is "$(api code "changes?since=$old")" 410 'the old cursor is answered with 410'
has "$(get "changes?since=$old" '$j->{cursor}')" "^${new%%-*}-" 'and a fresh one'
check 'every worker says the same' everywhere "changes?since=$old" '$code == 410'
story_end
