# A book that is missing, foreign, damaged, of another version or out of reach:
# 503 that names the thing and the fix, one line in the log, everything else goes
# on, and it heals without a reload.

use strict;
use warnings;
use Test::More;
use File::Copy qw(copy);
use File::Path qw(make_path remove_tree);
use JSON::PP;
use ReelFixture;
use ReelNginx;

my $lib    = ReelFixture->copy_for('broken');
my $state  = "$ReelFixture::work/broken-state";
my $index  = "$state/index.db";
remove_tree($state);
make_path($state);
my $nginx = ReelNginx->start(http => "reel_index $index;", server => <<'END');
    location /api/ { reel api; }
    location = /readyz { reel ready; }
    location = /healthz { reel health; }
    location = /plain { return 200 "plain"; }
END

# The state folder becomes what the code makes of it.
sub put {
    my ($make) = @_;
    unlink glob "$state/*";
    $make->();
    sleep 1.1;    # a file is compared with its path once a second
}

sub copy_of_lib {
    copy($lib->{index}, $index) or die;
    ReelFixture::sql($index, 'PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
}

sub write_file {
    my ($bytes) = @_;
    open my $out, '>:raw', $index or die;
    print $out $bytes;
    close $out;
}

my @cases = (
    [ 'missing', qr/does not exist; start reel-indexer/, sub { } ],
    [ 'empty', qr/is empty or not an index of Reel; name the file/, sub { write_file('') } ],
    [ 'no database', qr/is damaged .*move the file away/, sub { write_file('x' x 10000) } ],
    [ 'a folder', qr/is not a file; name the index\.db/, sub { mkdir $index or die } ],
    [ 'foreign', qr/is not an index of Reel .it belongs to application 0x0000002a/, sub {
        ReelFixture::sql($index, 'CREATE TABLE t (a); PRAGMA application_id = 42');
    } ],
    [ 'newer', qr/has schema version 999, this nginx module knows \d+; update the module/, sub {
        copy_of_lib();
        ReelFixture::sql($index, 'PRAGMA user_version = 999');
    } ],
    [ 'older', qr/has the old schema version 0, this nginx module needs \d+; start a reel-indexer/, sub {
        copy_of_lib();
        ReelFixture::sql($index, 'PRAGMA user_version = 0');
    } ],
    [ 'without its tables', qr/cannot be read .no such table/, sub {
        ReelFixture::sql($index, 'PRAGMA application_id = 0x5265656c; PRAGMA user_version = 3; CREATE TABLE t (a)');
    } ],
    [ 'cut short', qr/is damaged .*move the file away/, sub {
        copy_of_lib();
        truncate $index, 8192;
    } ],
);

for my $case (@cases) {
    my ($name, $words, $make) = @$case;
    rmdir $index;
    put($make);
    my $before = () = $nginx->log =~ /reel: the index/g;
    for my $path ('/api/videos', '/readyz', '/api/changes', '/api/videos/item?path=films/Alpha.mp4') {
        my $answer = $nginx->get($path);
        is($answer->{status}, 503, "$name: $path is 503");
        my $body = JSON::PP->new->utf8->decode($answer->{content});
        like($body->{message}, $words, "$name: $path names the fix");
        like($body->{message}, qr/^the index "index\.db" /, "$name: $path names the thing");
        unlike($answer->{content}, qr/\Q$state\E/, "$name: $path tells no path of the machine");
        is($body->{data}, undef, "$name: $path has no data");
        is($answer->{headers}{'retry-after'}, 1, "$name: $path may be asked again");
    }
    my $after = () = $nginx->log =~ /reel: the index/g;
    is($after, $before + 1, "$name: one line in the log");
    is($nginx->get('/healthz')->{status}, 200, "$name: nginx is healthy");
    is($nginx->get('/plain')->{content}, 'plain', "$name: nginx serves the rest");
}

rmdir $index;
put(sub { copy_of_lib() });
is($nginx->json('/api/videos')->{data}{pagination}{total}, 71, 'it heals by itself');
like($nginx->log, qr/reel: the index ".*" can be read again/, 'and says so');

# A circle of parents, which only damage can make, does not hold the worker.
put(sub {
    copy_of_lib();
    ReelFixture::sql($index, "UPDATE items SET parent_id = (SELECT id FROM items WHERE name = CAST('Season 1' AS BLOB))"
        . " WHERE name = CAST('Series' AS BLOB)");
});
my $id = ReelFixture::sql($index, "SELECT id FROM items WHERE name = CAST('E02.mp4' AS BLOB)");
is($nginx->get("/api/videos/item?id=$id")->{status}, 503, 'a circle of parents ends with the time limit');
is($nginx->json('/api/videos?type=all&page_size=1')->{code}, 200, 'what is not in the circle is served');

# Items that do not reach a root are invisible.
put(sub {
    copy_of_lib();
    ReelFixture::sql($index, "UPDATE items SET parent_id = -1 WHERE name = CAST('Series' AS BLOB)");
});
is($nginx->get("/api/videos/item?id=$id")->{status}, 404, 'what lies in the trash is not found by id');
is($nginx->get('/api/videos/item?path=films/Series')->{status}, 404, 'nor by path');
unlike($nginx->get('/api/videos?type=all&page_size=1000')->{content}, qr/Series/, 'nor in lists');

is_deeply([ $nginx->complaints(qr/reel: the index/) ], [], 'no other complaint');
$nginx->stop;
done_testing();
