# nginx beside a living indexer: what is written shows, workers hear the bell,
# a request can wait for a cursor, and stops, kills, reloads and a new book go by
# unnoticed by clients.

use strict;
use warnings;
use Test::More;
use File::Copy qw(copy);
use File::Path qw(remove_tree);
use HTTP::Tiny;
use Time::HiRes qw(sleep time);
use ReelFixture;
use ReelNginx;

my $lib   = ReelFixture->copy_for('live');
my $nginx = ReelNginx->start(
    workers => 2,
    http    => "reel_index $lib->{index};",
    server  => 'location /api/ { reel api; } location = /readyz { reel ready; }
        location /series/ { reel api; reel_scope films/Series; }',
);

sub wait_for { return ReelFixture::wait_for(@_) }

sub touch {
    my ($path) = @_;
    open my $out, '>', $path or die "$path: $!";
    close $out;
}

sub found { return $nginx->get('/api/videos/item?path=' . ReelFixture::uri($_[0]))->{status} }

# --- the indexer is away ---
is($nginx->json('/readyz')->{data}{indexer_seen}, 0, 'no indexer is seen when there is none');
is($nginx->json('/api/videos')->{data}{pagination}{total}, 71, 'answers need no indexer');

# --- it comes ---
$lib->start_indexer;
ok(wait_for(sub { $nginx->json('/api/status')->{data}{indexer_seen} }), 'a living indexer is seen');
is($nginx->json('/api/status')->{data}{indexer}{running}, 1, 'and its status file says so as well');

my $before = $nginx->json('/api/changes?limit=1000')->{cursor};
touch("$lib->{films}/fresh.txt");
ok(wait_for(sub { found('films/fresh.txt') == 200 }), 'a new file shows');
my $changes = $nginx->json("/api/changes?since=$before")->{data}{changes};
is($changes->[0]{path}, 'films/fresh.txt', 'its record is behind the cursor from before');
is($changes->[0]{prev}, $before, 'and names that as the one before it');

# --- a request waits for what is not there yet ---
{
    my $now = $nginx->json('/api/changes?limit=1000')->{data}{head};
    my ($epoch, $seq) = split /-/, $now;
    my $next = "$epoch-" . ($seq + 1);
    my $pid = fork // die;
    if (!$pid) {
        my $answer = HTTP::Tiny->new(timeout => 60, keep_alive => 0)->get($nginx->uri("/api/videos/item?path=films/awaited.txt&at_least=$next"));
        POSIX::_exit($answer->{status} == 200 ? 0 : 1);
    }
    sleep 0.3;
    touch("$lib->{films}/awaited.txt");
    waitpid $pid, 0;
    is($?, 0, 'a request with at_least is answered when it has come');
}

# --- the counts of the queue go with the items ---
{
    my $count = sub { return $nginx->json('/api/tasks/status')->{data}{failed} };
    my ($from, @seen) = $count->();
    for my $n (1 .. 8) {
        open my $out, '>', "$lib->{films}/torn $n.mp4" or die $!;
        print $out "no film, the ${n}th\n" x 100;
        close $out;
        wait_for(sub { $nginx->get("/api/videos/item?path=films/torn%20$n.mp4")->{content} =~ /"state":"failed"/ });
        sleep 0.4;
        push @seen, $count->() - $from;
    }
    # One may be late on a crowded machine; a report a second would miss most.
    my $right = grep { $seen[ $_ - 1 ] == $_ } 1 .. 8;
    cmp_ok($right, '>=', 7, "an item that failed is counted at once: @seen");
    unlink glob "'$lib->{films}/torn *.mp4'";
    ok(wait_for(sub { $count->() == $from }), 'and no longer when it is gone');
}

# --- folders move; what is known of paths does not go stale ---
my $episode = $nginx->json('/api/videos/item?path=films/Series/Season%201/E01.mp4')->{data}{id};
rename "$lib->{films}/Series/Season 1", "$lib->{music}/Moved" or die;
ok(wait_for(sub { $nginx->json("/api/videos/item?id=$episode")->{data}{path} eq 'music/Moved/E01.mp4' }),
    'a file keeps its id when its folder moves to another root');
is(found('films/Series/Season 1/E01.mp4'), 404, 'its old path is gone');
is($nginx->get("/series/videos/item?id=$episode")->{status}, 404, 'it left the scope');
my @scoped = @{ $nginx->json("/series/changes?since=$before")->{data}{changes} };
is_deeply([ map { [ $_->{op}, $_->{path}, $_->{old_path} ] } $scoped[0] ], [ [ 'drop', 'films/Series/Season 1', undef ] ],
    'for the scope, what moved out is dropped');
rename "$lib->{music}/Moved", "$lib->{films}/Series/Back" or die;
ok(wait_for(sub { found('films/Series/Back/E01.mp4') == 200 }), 'it comes back under another name');
my ($put) = grep { $_->{op} eq 'put' && $_->{path} eq 'films/Series/Back' } @{ $nginx->json("/series/changes?since=$before")->{data}{changes} };
ok($put && $put->{relist}, 'for the scope, a folder that moved in is to be listed again');
my ($move) = grep { $_->{op} eq 'move' && $_->{path} eq 'films/Series/Back' } @{ $nginx->json("/api/changes?since=$before")->{data}{changes} };
is($move && $move->{old_path}, 'music/Moved', 'for the whole library it is a move');

# the folder above the scope takes it along
rename "$lib->{films}/Series", "$lib->{films}/Serials" or die;
ok(wait_for(sub { found('films/Serials/Back/E01.mp4') == 200 }), 'the folder of the scope is renamed');
is($nginx->get('/series/videos')->{status}, 404, 'then the scope is not there');
rename "$lib->{films}/Serials", "$lib->{films}/Series" or die;
ok(wait_for(sub { $nginx->get('/series/videos')->{status} == 200 }), 'until it is called so again');

# --- ETag follows the state ---
{
    my $etag = $nginx->get('/api/videos')->{headers}{etag};
    is($nginx->get('/api/videos', 'If-None-Match' => $etag)->{status}, 304, 'nothing changed: 304');
    is($nginx->get('/api/videos', 'If-None-Match' => qq("x", W/$etag))->{status}, 304, 'also weak and in a list');
    is($nginx->get('/series/videos', 'If-None-Match' => $etag)->{status}, 200, 'another configuration has another ETag');
    touch("$lib->{films}/for-the-etag.txt");
    ok(wait_for(sub { $nginx->get('/api/videos', 'If-None-Match' => $etag)->{status} == 200 }), 'something changed: 200');
}

# --- reloads ---
{
    my $pid = fork // die;
    if (!$pid) {
        my ($client, $odd) = (HTTP::Tiny->new(timeout => 60, keep_alive => 0), 0);
        for (1 .. 300) {
            my $answer = $client->get($nginx->uri('/api/videos?page_size=5'));
            $odd++ if $answer->{status} != 200;
            sleep 0.005;
        }
        POSIX::_exit($odd > 255 ? 255 : $odd);
    }
    for (1 .. 4) {
        ok($nginx->reload, "reload $_: the old workers end");
    }
    waitpid $pid, 0;
    is($? >> 8, 0, 'no request fails during reloads');
    ok(wait_for(sub { $nginx->json('/api/status')->{data}{indexer_seen} }), 'new workers hear the bell');
    ok(wait_for(sub { found('films/fresh.txt') == 200 }), 'new workers read the book');
}

# --- the indexer is killed, and comes again ---
$lib->stop_indexer('KILL');
ok(wait_for(sub { !$nginx->json('/api/status')->{data}{indexer_seen} }), 'a killed indexer is not seen');
is($nginx->json('/api/videos')->{code}, 200, 'answers go on');
touch("$lib->{films}/while-dead.txt");
$lib->start_indexer;
ok(wait_for(sub { found('films/while-dead.txt') == 200 }), 'what happened meanwhile shows when it is back');
ok(wait_for(sub { $nginx->json('/api/status')->{data}{indexer_seen} }), 'and it is seen again');
is((split /-/, $nginx->json('/api/changes')->{data}{head})[0], (split /-/, $before)[0], 'a kill begins no new log');

# --- a clean stop leaves a book that can be read, also by a fresh nginx ---
$lib->stop_indexer;
ok($nginx->reload, 'reload while there is no indexer');
is($nginx->json('/api/videos')->{code}, 200, 'answers go on after a clean stop and a reload');

# --- the book is made anew under the same path ---
my $cursor = $nginx->json('/api/changes')->{cursor};
remove_tree($lib->{state});
$lib->start_indexer;
ok(wait_for(sub { my $answer = $nginx->get("/api/changes?since=$cursor"); $answer->{status} == 410 }),
    'a new book is taken up, and the old cursor is gone');
ok(wait_for(sub { found('films/while-dead.txt') == 200 }), 'all is there again');
# A worker looks once a second whether the book under its path is another one.
ok(wait_for(sub { !grep { $nginx->get("/api/videos?at_least=$cursor")->{status} != 410 } 1 .. 8 }),
    'at_least of the old log is gone as well, whichever worker is asked');

ok(wait_for(sub { $nginx->stop('QUIT') == 0 }), 'nginx ends gracefully while the bell is connected');
is_deeply([ $nginx->complaints(qr/reel: the index/) ], [], 'no complaint of nginx');
unlike($nginx->log, qr/open socket/, 'no socket is left behind');
$lib->stop_indexer;
done_testing();
