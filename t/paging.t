# All pages, by number and by token, in every order: each item once, none twice,
# and in the order that the book has them.  The oracle reads the book with SQL.

use strict;
use warnings;
use Test::More;
use ReelFixture;
use ReelNginx;

my $lib   = ReelFixture->shared;
my $nginx = ReelNginx->start(server => 'location /api/ { reel api; reel_query_timeout 20s; }');

my %item;
for my $line (split /\n/, ReelFixture::sql("file:$lib->{index}?mode=ro",
    "SELECT id, parent_id, hex(CAST(name AS BLOB)), type, size, bytes, duration_ms, mtime_ns, created_ms FROM items")) {
    my ($id, $parent, $name, $type, $size, $bytes, $duration, $mtime, $created) = split /\|/, $line;
    $item{$id} = { id => $id, parent => $parent, name => pack('H*', $name), type => $type,
        size => $type == 1 || $type == 7 ? $bytes : $size, duration => $duration, modified => $mtime, created => $created };
}
for my $item (values %item) {
    my ($path, $at) = ($item->{name}, $item->{parent});
    ($path, $at) = ("$item{$at}{name}/$path", $item{$at}{parent}) while $at > 0;
    $item->{path} = $path;
    ($item->{tree} = $path) =~ tr{/}{\0};    # a slash sorts before all else
}

my @types = qw(unknown directory video audio image subtitle playlist hls_directory segment);

sub expected {
    my ($below, $types, $recursive, $sort, $order) = @_;
    my @found = grep {
        my $rest = $_->{path};
        ($below eq '' || $rest =~ s{^\Q$below\E/}{}) && ($recursive || $rest !~ m{/}) && $types->{ $types[ $_->{type} ] }
    } values %item;
    @found = sort { $sort eq 'tree' ? $a->{tree} cmp $b->{tree}
        : ($sort eq 'name' ? $a->{name} cmp $b->{name} : $a->{$sort} <=> $b->{$sort}) || $a->{id} <=> $b->{id} } @found;
    @found = reverse @found if $order eq 'desc';
    return map { $_->{id} } @found;
}

for my $below ('', 'films', 'films/Series', 'films/many', 'films/empty') {
    for my $types (undef, 'video', 'directory,audio', 'all') {
        my %types = map { $_ => 1 } !$types ? qw(video hls_directory) : $types eq 'all' ? @types : split /,/, $types;
        for my $recursive (1, 0) {
            for my $sort (qw(tree name size duration modified created)) {
                for my $order (qw(asc desc)) {
                    my @want  = expected($below, \%types, $recursive, $sort, $order);
                    my $query = "/api/videos?path=" . ReelFixture::uri($below) . "&recursive=$recursive&sort=$sort&order=$order&page_size=7"
                        . ($types ? "&type=$types" : '');
                    my (@by_token, @by_page, @odd);

                    my $data = $nginx->json($query)->{data};
                    for (my $n = 1; ; $n++) {
                        push @by_token, map { $_->{id} } @{ $data->{videos} };
                        my $pages = $data->{pagination};
                        push @odd, "total $pages->{total}" if $pages->{total} != @want || !$pages->{total_exact};
                        last if !$pages->{has_next} || $n > 99;
                        $data = $nginx->json("$query&after=$pages->{after}")->{data};
                        push @odd, 'a token has pages before it' if !$data->{pagination}{has_prev};
                    }
                    for (my $n = 1; ; $n++) {
                        my $data = $nginx->json("$query&page=$n")->{data};
                        push @by_page, map { $_->{id} } @{ $data->{videos} };
                        my $pages = $data->{pagination};
                        push @odd, "page $pages->{page}"  if $pages->{page} != $n;
                        push @odd, "total $pages->{total}" if $pages->{total} != @want || !$pages->{total_exact};
                        push @odd, "pages $pages->{total_pages}" if $pages->{total_pages} != int((@want + 6) / 7);
                        push @odd, "has_prev on page $n"  if !!$pages->{has_prev} != ($n > 1);
                        last if !$pages->{has_next} || $n > 99;
                    }
                    is_deeply([ "@by_token", "@by_page", @odd ], [ "@want", "@want" ], $query);
                }
            }
        }
    }
}

# What changes between two pages touches only what changed.
{
    my $own = ReelFixture->copy_for('paging');
    my $on  = ReelNginx->start(http => "reel_index $own->{index};", server => 'location /api/ { reel api; }');
    my $query = '/api/videos?type=all&page_size=10';
    my (%seen, $after, $n);
    my %before = map { $_->{id} => $_->{path} } @{ $on->json('/api/videos?type=all&page_size=1000')->{data}{videos} };
    do {
        my $data = $on->json($query . ($after ? "&after=$after" : ''))->{data};
        $seen{ $_->{id} }++ for @{ $data->{videos} };
        $after = $data->{pagination}{after};
        my @files = sort glob "$own->{films}/many/*.mp4";
        unlink @files[ 5, -3 ];
        rename $files[20], "$own->{films}/aaa-" . $n++ . '.mp4';
        rename $files[30], "$own->{films}/zzz-" . $n++ . '.mp4';
        open my $new, '>', "$own->{films}/many/file-00-$n.txt" or die;
        close $new;
        $own->index_once;
    } while ($after);
    my %now = map { $_->{id} => $_->{path} } @{ $on->json('/api/videos?type=all&page_size=1000')->{data}{videos} };
    my @kept = grep { exists $now{$_} && $now{$_} eq $before{$_} } keys %before;
    cmp_ok(scalar(@kept), '>', 40, 'enough stayed where it was');
    is_deeply([ grep { ($seen{$_} // 0) != 1 } @kept ], [], 'what did not change comes exactly once');
    is_deeply([ $on->complaints ], [], 'no complaints of nginx while the book is written');
}

is_deeply([ $nginx->complaints ], [], 'no complaints of nginx');
done_testing();
