#!/bin/bash
# Goal: a folder with thousands of files costs one record when it is renamed or
# moved to another root, and every id below stays; moved out of every root it
# is one recursive drop; moved in it is a put for each descendant, folders
# before what they hold.
. "$(dirname "$0")/lib/story.sh"

n=2000
[ -n "$LONG" ] && n=10000
mkdir "$T/A" "$T/B" "$T/out" "$T/A/up"
perl -e 'my ($dir, $n) = @ARGV; mkdir $dir;
    for my $i (1 .. $n) {
	my $d = "$dir/" . $i % 10; mkdir $d;
	$d .= "/deeper" if $i % 3 == 0; mkdir $d;
	open my $f, ">", "$d/f$i.txt" or die; print $f $i }' "$T/A/big" $n
indexer_conf A="$T/A" B="$T/B"
nginx_start
all() { library same --within $DEADLINE A="$T/A" B="$T/B"; }
records() { # records SINCE EXPR
	get "changes?limit=1000&since=$1" "join ' ', map { $2 } @{\$d->{changes}}"
}
ids() { library dump | awk -F'\t' '{ print $2 }' | sort -n; }
check 'the first look ends' indexer_start
check "the library equals the disk, $n files" all
check 'and all is settled' indexer_settled
ids >"$T/ids"
id=$(api id A/big)

# --- renamed, moved, moved across --------------------------------------------
go() { # go FROM TO WHAT PATH
	local from=$(get videos/root '$j->{cursor}')
	mv "$1" "$2"
	check "$3 is followed" wait_api "videos/item?path=$4" '$d'
	check 'and the library equals the disk' all
	is "$(records "$from" '"$_->{op} $_->{id} $_->{old_path} $_->{path}"')" \
	    "move $id $5 $4" 'one record, a move, tells it'
	is "$(api id "$4")" "$id" 'the folder keeps its id'
	ids | cmp -s - "$T/ids"
	is $? 0 'and everything below keeps its own'
}
go "$T/A/big" "$T/A/large" 'a rename' A/large A/big
go "$T/A/large" "$T/A/up/large" 'a move to another folder' A/up/large A/large
go "$T/A/up/large" "$T/B/large" 'a move to another root' B/large A/up/large
is "$(get 'videos/item?path=A' '$d->{files}')" 0 'the old root counts no file'
is "$(get 'videos/item?path=B' '$d->{files}')" $n "the new root counts $n files"

# --- while nobody looks ------------------------------------------------------
from=$(get videos/root '$j->{cursor}')
check 'the indexer stops' indexer_stop
mv "$T/B/large" "$T/A/while away"
check 'and starts again' indexer_start
check 'a move that nobody saw is found' all
is "$(records "$from" '"$_->{op} $_->{id}"')" "move $id" 'and told by one record'
ids | cmp -s - "$T/ids"
is $? 0 'all ids are as they were'

# --- out and in --------------------------------------------------------------
from=$(get videos/root '$j->{cursor}')
mv "$T/A/while away" "$T/out/gone"
check 'moved out of every root it is gone' \
    wait_api 'videos/item?path=A/while%20away' '$code == 404'
check 'and the library equals the disk' all
is "$(records "$from" '"$_->{op} $_->{id} " . ($_->{recursive} ? 1 : 0)')" "drop $id 1" \
    'one recursive drop tells it'
from=$(get videos/root '$j->{cursor}')
mv "$T/out/gone" "$T/B/back"
check 'moved in again it is there' all
check 'and settled' indexer_settled
check 'folders are put before what they hold' perl -MStoryHttp -MStoryLibrary -e '
    my $http = StoryHttp->new; my ($since, %there, $puts) = (shift, B => 1);
    while (1) {
	my $list = $http->need("changes?limit=1000&since=$since")->{changes};
	last unless @$list;
	for my $r (@$list) {
	    die "a $r->{op} of $r->{path}\n" if $r->{op} ne "put";
	    my $p = StoryLibrary::bytes($r, "path");
	    (my $up = $p) =~ s{/[^/]*\z}{};
	    die "$p before $up\n" unless $there{$up};
	    $puts++ unless $there{$p}++;
	    $since = $r->{cursor};
	}
    }
    print "$puts puts\n"; exit !($puts >= shift)' "$from" "$n"
check 'folding the change log gives the library' library fold

# --- two folders change places -----------------------------------------------
mkdir "$T/A/left" "$T/A/right"
echo l >"$T/A/left/l.txt"
echo r >"$T/A/right/r.txt"
check 'two small folders are there' all
check 'and settled' indexer_settled
left=$(api id A/left) right=$(api id A/right) l=$(api id A/left/l.txt)
perl -e 'exit syscall(`uname -m` =~ /x86_64/ ? 316 : 276, -100, $ARGV[0], -100, $ARGV[1], 2) != 0' \
    "$T/A/left" "$T/A/right"
check 'after an exchange the library equals the disk' all
is "$(api id A/left) $(api id A/right) $(api id A/right/l.txt)" "$right $left $l" \
    'exchanged folders keep their ids, and what is in them'
check 'folding the change log gives the library' library fold

# --- one by one --------------------------------------------------------------
mkdir "$T/A/many"
perl -e 'for (1 .. 300) { open my $f, ">", "$ARGV[0]/$_.txt"; print $f $_ }' "$T/A/many"
check '300 files are there' all
check 'and settled' indexer_settled
ids >"$T/ids"
for f in "$T"/A/many/*.txt; do mv "$f" "${f%.txt}.moved.txt"; done
check 'renamed one by one they are followed' all
ids | cmp -s - "$T/ids"
is $? 0 'with the same ids'
story_end
