#!/bin/bash
# Goal: names are bytes, and no name, shape of tree or request can hurt or lead
# outside.  Every byte a name can hold, names of 255 bytes, 4,000 files in one
# folder, deeper than PATH_MAX, hard links, symlinks, special files, hidden
# files, patterns and .reelignore; and path escapes in every encoding.
. "$(dirname "$0")/lib/story.sh"

secret=Zq7secret$$
echo "$secret" >"$T/outside.txt"
mkdir "$T/A" "$T/H" "$T/P" "$T/out"
echo "$secret" >"$T/out/inner.txt"

perl -MSocket -MPOSIX -e '
	my $a = shift; chdir $a or die;
	my $put = sub { my ($n, $t) = @_; open my $f, ">", $n or die "$n: $!"; print $f $t // "x"; close $f };
	mkdir "bytes"; chdir "bytes";
	for my $b (1 .. 255) { next if $b == 47; $put->("b" . chr($b) . ".txt") }
	$put->("new\nline.mp3"); $put->("quote\"s\x27.txt"); $put->("back\\slash.txt");
	$put->("\xff\xfe.mp4"); $put->("caf\xe9.txt"); $put->("caf\xc3\xa9.txt"); $put->("cafe\xcc\x81.txt");
	$put->("\xf0\x9f\x8e\xac.mp4"); $put->("\xed\xa0\x80.txt"); $put->("\xc0\xaf.txt");
	$put->(" "); $put->(" lead"); $put->("trail "); $put->("..."); $put->("a..b"); $put->("~"); $put->("-rf");
	$put->("%2e%2e"); $put->("a?b=c&d#e"); $put->("<script>.txt"); $put->("x" x 255); $put->("\xff" x 255);
	$put->("\xe6\x98\xa0" x 85); mkdir "d\xff\nir"; $put->("d\xff\nir/in.txt"); $put->(".mp4"); $put->("CON.MP4");
	chdir ".."; mkdir "full"; $put->("full/$_.txt") for 1 .. 4000;
	mkdir "deep"; chdir "deep";
	for (1 .. 25) { mkdir "d" x 250 or die; chdir "d" x 250 or die; $put->("at$_.txt") }
	chdir $a; mkdir "narrow"; chdir "narrow"; for (1 .. 200) { mkdir "n"; chdir "n" } $put->("bottom.txt");
	chdir $a; mkdir "links"; chdir "links";
	$put->("one.txt", "linked"); link "one.txt", "two.txt"; mkdir "sub"; link "one.txt", "sub/three.txt";
	symlink "../../outside.txt", "out.txt"; symlink "../../out", "outdir"; symlink "..", "loop"; symlink "one.txt", "in.txt"; symlink "nowhere", "broken.mp4";
	POSIX::mkfifo("fifo.mp4", 0644);
	socket(my $s, AF_UNIX, SOCK_STREAM, 0); bind($s, pack_sockaddr_un("socket.mp4"));
	' "$T/A" || exit 1
[ "$(id -u)" = 0 ] && mknod "$T/A/links/device.mp4" c 1 5 2>/dev/null
mkdir "$T/H/.folder" && echo h >"$T/H/.folder/.h.txt" && echo h >"$T/H/.hidden.mp4"

# Patterns: only mp4 and srt, nothing in a folder "trash", nothing that begins
# with "draft"; .reelignore as well.
mkdir -p "$T/P/keep/sub" "$T/P/trash" "$T/P/ignored"
for d in . keep keep/sub trash ignored; do
	for f in a.mp4 a.srt a.txt draft.mp4; do echo x >"$T/P/$d/$f"; done
done
printf '# a comment\n\nignored/\n*.srt\n' >"$T/P/.reelignore"

cat >"$T/indexer.json" <<JSON
{
  "poll_s": 1,
  "roots": [
    {"name": "A", "path": "$T/A"},
    {"name": "H", "path": "$T/H", "hidden": true},
    {"name": "P", "path": "$T/P", "include": ["*.mp4", "*.srt"], "exclude": ["trash", "draft*"]}
  ],
  "state_dir": "$S", "cache_dir": "$T/cache"
}
JSON
nginx_start
check 'the first look ends' indexer_start
check 'any bytes, any depth: the library equals the disk' \
    api wait $DEADLINE videos/root '@{$d->{videos}} == 3'
a_same() {
	# P has patterns and H is shown with what is hidden: A alone is compared.
	perl -MStoryHttp -MStoryLibrary -MStoryDisk -e '
	my ($dir, $hdir) = @ARGV;
	my $end = time + 60;
	my @diff;
	do {
		@diff = ();
		my (undef, $lib, $t) = StoryLibrary::quiet(sub { StoryLibrary::walk(StoryHttp->new(timeout => 60)) });
		push @diff, @$t;
		my $disk = { %{StoryDisk::walk({ A => $dir })}, %{StoryDisk::walk({ H => $hdir }, hidden => 1)} };
		for (keys %$disk) { push @diff, "missing: $_" unless $lib->{$_};
			push @diff, "type: $_ $lib->{$_}{type}" if $lib->{$_} && $lib->{$_}{type} ne $disk->{$_}{type};
			push @diff, "size: $_ $lib->{$_}{size}" if $lib->{$_} && $disk->{$_}{type} ne "directory" && $lib->{$_}{size} != $disk->{$_}{size} }
		for (grep { m{^[AH]/} } keys %$lib) { push @diff, "too many: $_" unless $disk->{$_} }
		print scalar keys %$disk, " names\n";
		exit 0 unless @diff;
		select undef, undef, undef, 0.2;
	} while (time < $end);
	print map { s/[^\x20-\x7e]/?/g; substr($_, 0, 200), "\n" } @diff[0 .. 20]; exit 1' "$T/A" "$T/H"
}
check 'names of every kind are listed, byte for byte' a_same
check 'folding the change log gives the library' library fold
is "$(get 'videos/children?path=A/full&page_size=1' '$d->{pagination}{total}')" 4000 '4,000 files in one folder'
is "$(get 'videos/item?path=A/bytes/%FF%FE.mp4' '$d->{name_raw}')" '%FF%FE.mp4' 'a name that is no text comes percent-encoded as well'
is "$(get 'videos/item?path=A/bytes/new%0Aline.mp3' '$d->{type}')" audio 'a name with a new line is found'
is "$(get 'videos/item?path=A/bytes/a%3Fb%3Dc%26d%23e' '$d->{name}')" 'a?b=c&d#e' 'a name like a query is found'
is "$(get 'videos/item?path=A/bytes/%252e%252e' '$d->{name}')" '%2e%2e' 'a name like an escape is found'
is "$(get 'videos/children?path=A/links' 'join " ", map { $_->{name} } @{$d->{videos}}')" \
    'one.txt sub two.txt' 'symlinks, fifos, sockets and devices are no items'
one=$(api id A/links/one.txt) two=$(api id A/links/two.txt) three=$(api id A/links/sub/three.txt)
is "$(printf '%s\n' "$one" "$two" "$three" | sort -u | grep -c .)" 3 'each name of a hard link is an item of its own'
mv "$T/A/links/two.txt" "$T/A/links/second.txt"
check 'one name of it is renamed' wait_api 'videos/item?path=A/links/second.txt' '$d'
is "$(api id A/links/second.txt) $(api id A/links/one.txt) $(api id A/links/sub/three.txt)" "$two $one $three" \
    'and keeps its id, as do the others'
rm "$T/A/links/one.txt"
check 'one name of it is removed' wait_api 'videos/item?path=A/links/one.txt' '$code == 404'
is "$(api id A/links/second.txt) $(api id A/links/sub/three.txt)" "$two $three" 'the others keep their ids'
echo longer >>"$T/A/links/second.txt"
check 'a write through one name is seen at the other' \
    wait_api 'videos/item?path=A/links/sub/three.txt' '$d->{size} == 13'

# --- live, with any name -----------------------------------------------------
printf 'late' >"$T/A/bytes/$(printf 'l\377te\nname').mp4"
mv "$T/A/bytes/caf"$'\xe9'.txt "$T/A/bytes/moved"$'\xff'.txt
rm "$T/A/bytes/"$'\xc0\xaf'.txt
ln -s "$T/outside.txt" "$T/A/late-link.mp4"
mkfifo "$T/A/late-fifo.mp4"
check 'names of every kind are followed' a_same

# --- patterns ----------------------------------------------------------------
listed() { library dump | awk -F'\t' '$1 ~ /^P\// { print $1 }' | sort | tr '\n' ' '; }
check 'patterns hold' until_true $DEADLINE eval '[ "$(listed)" = "P/a.mp4 P/keep P/keep/a.mp4 P/keep/sub P/keep/sub/a.mp4 " ]'
listed | sed 's/^/# /'; echo
echo x >"$T/P/keep/b.mp4"
echo x >"$T/P/keep/draft2.mp4"
echo x >"$T/P/keep/b.txt"
echo x >"$T/P/ignored/b.mp4"
echo x >"$T/P/trash/b.mp4"
mkdir "$T/P/late" "$T/P/late/trash"
echo x >"$T/P/late/c.mp4"
echo x >"$T/P/late/trash/c.mp4"
want='P/a.mp4 P/keep P/keep/a.mp4 P/keep/b.mp4 P/keep/sub P/keep/sub/a.mp4 P/late P/late/c.mp4 '
check 'the watcher honours them, too' until_true $DEADLINE eval '[ "$(listed)" = "$want" ]'
sleep 1.5
is "$(listed)" "$want" 'and a later look finds nothing else'
echo '*.mp4' >"$T/P/keep/.reelignore"
want='P/a.mp4 P/keep P/keep/sub P/late P/late/c.mp4 '
check 'a new .reelignore takes effect' until_true $DEADLINE eval '[ "$(listed)" = "$want" ]'
listed | sed 's/^/# /'; echo
rm "$T/P/keep/.reelignore" "$T/P/.reelignore"
check 'and ends with its file' until_true $DEADLINE eval 'listed | grep -q "P/keep/b.mp4" && listed | grep -q "P/ignored/a.mp4"'

# --- escapes -----------------------------------------------------------------
bad=0 leaked=0 tried=0
while IFS= read -r path; do
	for target in "/api/videos/item?path=$path" "/api/videos/children?path=$path" "/api/videos?path=$path" "/api/$path"; do
		tried=$((tried + 1))
		answer=$(printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$target" | api raw | tr -d '\0')
		case $answer in
		'HTTP/1.1 404 '* | 'HTTP/1.1 400 '* | 'HTTP/1.1 405 '*) ;;
		*) bad=$((bad + 1)); say "$target: ${answer%%$'\r'*}" ;;
		esac
		case $answer in *"$secret"*) leaked=$((leaked + 1)); say "leaks: $target" ;; esac
	done
done <<'PATHS'
../outside.txt
A/../../outside.txt
A/..
A/.
A//bytes
/A
/etc/passwd
%2e%2e/outside.txt
A/%2e%2e/%2e%2e/outside.txt
A%2f..%2f..%2foutside.txt
A/..%2f..%2foutside.txt
%252e%252e%252foutside.txt
A/%c0%ae%c0%ae/outside.txt
A/%e0%80%ae%e0%80%ae/outside.txt
A/..%5c..%5coutside.txt
..%5c..%5coutside.txt
A/%00
A%00/../outside.txt
A/links/out.txt
A/links/outdir
A/links/outdir/inner.txt
A/links/loop/bytes
A/links/fifo.mp4
A/late-link.mp4
A/....//....//outside.txt
%2fetc%2fpasswd
file:///etc/passwd
A/bytes/..%00.txt
%uff0e%uff0e/outside.txt
A/%
A/%zz
A/%2
PATHS
is "$bad" 0 "$tried escapes are refused with 400 or 404"
is "$leaked" 0 'and none shows a byte from outside'
is "$(api code /healthz)" 200 'nginx is well'
story_end
