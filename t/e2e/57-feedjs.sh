#!/bin/bash
# Goal: web/feed.js, as an author of a page would use it, has the library at
# every moment: through a storm of moves and renames of folders, reloads and a
# restart of the indexer, over both transports, for all of it, for a folder and
# for videos alone; and lists again when the index is another one.
. "$(dirname "$0")/lib/story.sh"
. "$(dirname "$0")/lib/feed.sh"

if ! node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null; then
	skip 'feed.js in node' 'no node of version 18 or later here'
	finished=1
	echo "1..$count"
	exit 0
fi
transports=sse
node --experimental-websocket -e 'process.exit(globalThis.WebSocket ? 0 : 1)' 2>/dev/null && transports='sse websocket'
say "transports: $transports"

SEED=${SEED:-$(date +%s)}
seconds=6 items=200
[ -n "$LONG" ] && seconds=120 items=2000
say "seed $SEED"
mkdir -p "$T/A/box" "$T/A/sea"
"$LIB/storm" base --seed "$SEED" --items $items "$T/A/sea"
for i in 1 2 3; do
	mkdir -p "$T/A/box/$i (a)'s & b/deep"
	cp "$TOP/README.md" "$T/A/box/$i (a)'s & b/deep/film ü!.mp4"
	cp "$TOP/README.md" "$T/A/box/$i (a)'s & b/deep/$(printf 'bad\377name').txt"
done
mkdir -p "$T/A/keep" "$T/A/guest/room"
echo 1 >"$T/A/guest/room/one.txt"
indexer_conf A="$T/A"
nginx_start 2
check 'the indexer starts' indexer_start
check 'and settles' indexer_settled

declare -A pid
begin() { # begin NAME TRANSPORT [PATH [TYPE]]
	rm -f "$T/$1.ready"
	node --experimental-websocket --no-warnings "$LIB/follow.mjs" "$T/$1" "${@:2}" >"$T/$1.log" 2>&1 &
	pid[$1]=$!
	until_true "$DEADLINE" test -e "$T/$1.ready"
}
for transport in $transports; do
	check "$transport begins" begin all-$transport $transport
done
check 'one for a folder' begin box sse A/box
check 'one for videos' begin videos sse '' video
check 'one for videos of a folder' begin both sse A/box video
check 'one for a folder that gets guests' begin keep sse A/keep
mv "$T/A/guest" "$T/A/keep/guest"
# One that is there when folders that it does not list move.
for i in 1 2 3; do
	mv "$T/A/box/$i (a)'s & b" "$T/A/box/moved $i"
	echo x >"$T/A/box/moved $i/new.txt"
done
mv "$T/A/box/moved 1" "$T/A/out"
mv "$T/A/box/moved 2/deep" "$T/A/deep"
mv "$T/A/out" "$T/A/box/back"
"$LIB/storm" blow --seed "$SEED" --ops 10000000 --for $seconds --pace 100 --out "$T/storm" "$T/A/sea" >"$T/storm.out" 2>&1 &
storm=$!
sleep 2
check 'a reload' nginx_hup
sleep 1
indexer_kill
sleep 0.5
indexer_spawn
wait $storm
mv "$T/A/box" "$T/A/box2"
sleep 1
mv "$T/A/box2" "$T/A/box"
check 'the indexer settles' indexer_settled

# same NAME TARGET: what feed.js has is what the API lists, member by member; but
# for the sums of folders, which are in no record.
same() {
	kill -TERM ${pid[$1]}
	wait ${pid[$1]}
	perl -MStoryLibrary -MStoryHttp -MJSON::PP -e '
	my ($file, $target) = @ARGV;
	local $/;
	open my $in, "<:raw", $file or die "$file: $!\n";
	my $feed = decode_json(<$in>);
	my ($cursor, $rows) = StoryLibrary::quiet(sub { StoryLibrary::pages(StoryHttp->new, $target) });
	my $json = JSON::PP->new->canonical;
	my (%want, @bad);
	for my $item (@$rows) {
		delete @$item{qw(files bytes seconds)};
		$want{ $item->{path_raw} // $item->{path} } = $json->encode($item);
	}
	for my $path (sort keys %want) {
		my $item = delete $feed->{items}{$path};
		if (!$item) { push @bad, "missing: $path"; next }
		delete @$item{qw(files bytes seconds)};
		push @bad, "is $want{$path}\nhas " . $json->encode($item) if $json->encode($item) ne $want{$path};
	}
	push @bad, map { "too much: $_" } sort keys %{ $feed->{items} };
	push @bad, "problems: $feed->{problems}" if $feed->{problems};
	push @bad, "listed $feed->{count}{list} times" if $ARGV[2] && $feed->{count}{list} != $ARGV[2];
	binmode STDOUT, ":utf8";
	print map { "$_\n" } @bad > 12 ? @bad[0 .. 11] : @bad;
	print scalar(keys %want), " items, ", $json->encode($feed->{count}), "\n" if !@bad;
	exit(@bad ? 1 : 0)' "$T/$1" "$2" "${3:-}"
}
for transport in $transports; do
	check "$transport has the library" same all-$transport 'videos?type=all' 1
done
check 'the folder is as it is' same box 'videos?type=all&path=A/box'
check 'with its guests' same keep 'videos?type=all&path=A/keep'
check 'the videos are as they are' same videos 'videos?type=video' 1
check 'and those of the folder' same both 'videos?type=video&path=A/box'

check 'another follower' begin gap sse
check 'a backup is made' "$INDEXER" --config "$T/indexer.json" --backup "$T/backup.db"
check 'the indexer stops' indexer_stop
rm -f "$S"/index.db-wal "$S"/index.db-shm
cp "$T/backup.db" "$S/index.db.new"
mv "$S/index.db.new" "$S/index.db"
rm -r "$T/A/box"
check 'the indexer starts on the backup' indexer_start
check 'and settles' indexer_settled
sleep 2
check 'the follower listed again' same gap 'videos?type=all' 2
story_end
