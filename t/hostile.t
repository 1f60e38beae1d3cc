# Requests that nobody with good intentions makes.  What they leave behind is
# nothing: no memory, no more waiters than there is room for, no crash, and after
# all of it the answers are as before.

use strict;
use warnings;
use Test::More;
use File::Path qw(make_path);
use IO::Select;
use IO::Socket::INET;
use Time::HiRes qw(sleep time);
use ReelFixture;
use ReelNginx;

my $seed = $ENV{REEL_SEED} // time % 1_000_000;
srand $seed;
diag "REEL_SEED=$seed" if !$ENV{HARNESS_ACTIVE};

my $nginx = ReelNginx->start(
    http   => "reel_index $ENV{TEST_NGINX_REEL_INDEX}; server_tokens off;",
    server => 'location /api/ { reel api; }
        location /series/ { reel api; reel_scope films/Series; reel_origins https://example.com; }
        location = /feed { reel feed; reel_max_age 200ms; }
        location = /version { reel version; }
        location = /healthz { reel health; }
        location = /readyz { reel ready; }
        error_page 403 404 413 414 429 500 502 503 504 @reel_error;
        location @reel_error { reel error; }',
);

sub connection { return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $nginx->{port}) }

# Bytes as they are; what comes back until the other side closes or is silent.
sub raw {
    my ($bytes) = @_;
    my $socket = connection() or return '';
    local $SIG{PIPE} = 'IGNORE';
    syswrite $socket, $bytes;
    my ($answer, $select) = ('', IO::Select->new($socket));
    while ($select->can_read($answer =~ m{\r\n\r\n} ? 0.2 : 20)) {
        sysread($socket, $answer, 65536, length $answer) or last;
    }
    return $answer;
}

sub resident_kb {
    my ($pid) = $nginx->worker_pids;
    open my $in, '<', "/proc/$pid/status" or return 0;
    my ($kb) = join('', <$in>) =~ /^VmRSS:\s+(\d+)/m;
    return $kb;
}

my $before = $nginx->get('/api/videos?page_size=1000')->{content};

# --- each HEAD is of another audience, and of none ---
SKIP: {
    skip 'a sanitizer keeps freed memory', 1 if $ENV{ASAN_OPTIONS} || $ENV{TEST_NGINX_USE_VALGRIND};
    my $heads = sub {
        my ($from, $n) = @_;
        my $socket = connection();
        for my $i ($from .. $from + $n - 1) {
            my $path = join '/', 'films', map { 'x' x 200 . $i } 1 .. 30;
            print $socket "HEAD /feed?path=$path HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";
            1 while sysread $socket, my $nothing, 65536;
            $socket = connection();
        }
    };
    $heads->(0, 50);
    my $kb = resident_kb();
    $heads->(50, 800);
    cmp_ok(resident_kb() - $kb, '<', 2500, '800 times HEAD of a feed, each with another path of 6 KB, keep no memory');
}

# --- more requests want to wait than may ---
{
    my $now = $nginx->json('/api/changes?limit=1000')->{data}{head};
    my ($epoch, $seq) = split /-/, $now;
    my @waiting;
    my $ask = "GET /api/status?at_least=$epoch-" . ($seq + 1000) . " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";
    my $full = ReelNginx->start(
        main   => 'worker_rlimit_nofile 2048;',
        events => 1024,
        http   => "reel_index $ENV{TEST_NGINX_REEL_INDEX};",
        server => 'location /api/ { reel api; }',
    );
    for (1 .. 540) {
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $full->{port}) or last;
        print $socket $ask;
        push @waiting, $socket;
    }
    my ($select, %answers) = (IO::Select->new(@waiting));
    while (my @ready = $select->can_read(20)) {
        for my $socket (@ready) {
            sysread $socket, my $text, 65536;
            $select->remove($socket);
            $answers{ ($text // '') =~ /too many requests wait/ ? 'refused' : ($text // '') =~ /has not come to the cursor/ ? 'waited' : $text // 'nothing' }++;
        }
    }
    is_deeply(\%answers, { waited => 512, refused => 28 }, '512 requests wait, one more is refused');
    is($full->get('/api/videos')->{status}, 200, 'and afterwards all is well');
    is_deeply([ $full->complaints ], [], 'without a complaint');
    $full->stop;
}

# --- a tree 400 deep, of the longest names, none of them text ---
{
    my $state = "$ReelFixture::work/deep";
    make_path($state);
    unlink glob "$state/index.db*";
    my $name = "\xff" x 250;
    my $script = `$ReelFixture::build/reel-indexer --print-schema` . <<'END';
PRAGMA application_id = 0x5265656c; PRAGMA user_version = 3;
INSERT OR REPLACE INTO meta VALUES ('epoch', 1796000000000), ('oldest', 1);
WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
INSERT INTO items (id, parent_id, name, type, state, files, videos, fs, ino, btime_ns, mtime_ns, ctime_ns, size, created_ms, body)
SELECT i, i - 1, CAST(replace(hex(zeroblob(125)), '0', x'ff') || printf('%05d', i) AS BLOB), 1, 2, 1000, 1000, 1, i, 0, 0, 0, 0, 0, '"id":"' || i || '"' FROM n
UNION ALL SELECT 5000 + i, i - 1, CAST(replace(hex(zeroblob(125)), '0', x'fe') || printf('%05d', i) AS BLOB), 2, 2, 0, 0, 1, 5000 + i, 0, 0, 0, 0, 0, '"id":"' || (5000 + i) || '"' FROM n
UNION ALL SELECT 1, 0, CAST('r' AS BLOB), 1, 2, 1000, 1000, 1, 1, 0, 0, 0, 0, 0, '"id":"1"';
INSERT INTO changes (ts, op, recursive, item_id, parent_id, item_type, path, body)
SELECT 1, 1, 0, id, parent_id, type, name, body FROM items;
END
    ReelFixture::sql("$state/index.db", $script);
    my $deep = ReelNginx->start(
        http   => "reel_index $state/index.db;",
        server => 'location /api/ { reel api; reel_query_timeout 60s; }',
    );
    my $answer = $deep->get('/api/videos/item?id=5399');
    is($answer->{status}, 200, 'the deepest item is found');
    cmp_ok(length $answer->{content}, '>', 500_000, 'and is long');
    for my $how ('', '&order=desc', '&sort=size') {
        $answer = $deep->get("/api/videos?type=all&page_size=1000$how");
        is($answer->{status}, 400, "a page of all of them is refused$how");
        like($answer->{content}, qr/longer than 33554432 bytes; give a smaller/, 'with the reason');
    }
    my ($n, $after) = (0, '');
    while (defined $after && $n < 200) {
        my $page = $deep->get('/api/videos?type=all&page_size=10' . ($after ne '' ? "&after=$after" : ''))->{content};
        $n += () = $page =~ /"path_raw":/g;
        ($after) = $page =~ /"after":"([^"]+)"/;
    }
    cmp_ok($n, '>=', 190, 'small pages go on behind names that are no text');
    is_deeply([ $deep->complaints ], [], 'without a complaint');
    is($deep->stop('QUIT'), 0, 'it ends in peace');
}

# --- noise, in what looks like requests ---
{
    my ($after) = $before =~ /"after":"([^"]+)"/;
    $after //= $nginx->json('/api/videos?page_size=2')->{data}{pagination}{after};
    my $sorted = $nginx->json('/api/videos?page_size=2&sort=name')->{data}{pagination}{after};
    my $cursor = $nginx->json('/api/changes')->{cursor};
    my @paths = qw(/api/videos /api/videos/item /api/videos/children /api/videos/root /api/changes /api/status
        /api/tasks/status /api/watcher/status /series/videos /series/changes /series/videos/root /feed /version /healthz
        /readyz /api/ /api /nowhere);
    my @names = qw(path id recursive type page page_size after sort order search since limit at_least %70ath p%61ge %00 nothing);
    my @values = ('', '0', '1', '2', '-1', '1000', '1001', '9223372036854775807', '9223372036854775808', '99999999999999999999',
        'films', 'films/Series', 'films/Series/Season%201', 'films/', '/films', 'films//x', '.', '..', 'films/../music', '%2e%2e',
        'films%2fSeries', '%', '%0', '%zz', '%00', 'films%00', 'a' x 256, 'x/' x 500 . 'x', "films/bad%ff%fename.mp4", '%ff' x 200,
        'all', 'video', 'video,', ',', 'video,audio,directory', 'tree', 'name', 'created', 'modified', 'duration', 'size', 'asc', 'desc',
        $cursor, "$cursor-1", '0-0', '1-1', "9223372036854775807-9223372036854775807", '-', $after, $sorted, $after . 'A', substr($sorted, 1), 'AAAAAAAA');
    my @headers = ("If-None-Match: *", 'If-None-Match: "', 'If-None-Match: W/"1-1-1"', 'If-Match: "x"', 'Range: bytes=0-1', 'Range: bytes=5-1,-1',
        'Origin: null', 'Origin: https://example.com', 'Origin: ' . 'x' x 2000, 'Accept-Encoding: gzip', 'Upgrade: websocket', 'Connection: Upgrade',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: =', 'Sec-WebSocket-Version: 8', 'Last-Event-ID: ' . $cursor,
        'Last-Event-ID: x', 'Content-Length: 0', "X: \xff\xfe\x01", 'Expect: 100-continue', 'If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT');
    my $pick = sub { return $_[ rand @_ ] };
    my $mutate = sub {
        my ($text) = @_;
        for (1 .. 1 + rand 3) {
            my $at = int rand(length($text) || 1);
            my $how = rand 4;
            if ($how < 1) { substr($text, $at, 1, chr(33 + rand 94)) if length $text }
            elsif ($how < 2) { substr($text, $at, 0, $pick->('A', '%', '_', '-', '9', '%ff', '/')) }
            elsif ($how < 3) { substr($text, $at, 1, '') if length $text }
            else { $text = substr $text, 0, $at }
        }
        return $text;
    };
    my ($n, $odd, %seen) = (0, '');
    my $end = time + ($ENV{REEL_FUZZ_SECS} // 6);
    while (time < $end) {
        my @args = map {
            my $value = $pick->(@values);
            $value = $mutate->($value) if rand() < 0.4;
            $pick->(@names) . (rand() < 0.95 ? "=$value" : '')
        } 1 .. rand 5;
        my $uri = $pick->(@paths) . (@args ? '?' . join '&', @args : '');
        $uri =~ s/at_least=$cursor/at_least=0-0/g;
        my $request = $pick->(qw(GET GET GET GET GET HEAD OPTIONS POST DELETE)) . " $uri HTTP/1." . (rand() < 0.9 ? 1 : 0) . "\r\nHost: t\r\n"
            . join('', map { $pick->(@headers) . "\r\n" } 1 .. rand 4) . "Connection: close\r\n\r\n";
        $request = $mutate->($request) . "\r\n\r\n" if rand() < 0.05;
        next if $request =~ /at_least=\d{13}-\d/ && $request !~ /at_least=0-0/;
        my $answer = raw($request);
        $n++;
        my ($status) = $answer =~ m{^HTTP/1\.[01] (\d\d\d) };
        $seen{ $status // 'none' }++;
        if (!defined $status || $status >= 500 && $status != 505 && $status != 501) {
            next if $request !~ m{^[A-Z]+ /\S* HTTP/1\.[01]\r\n};    # not one at all
            $odd ||= "$request\n->\n$answer";
        }
    }
    is($odd, '', "none of $n requests fails the server");
    cmp_ok(scalar(keys %seen), '>', 5, 'they are of all kinds: ' . join ', ', map { "$_: $seen{$_}" } sort keys %seen);
}

is($nginx->get('/api/videos?page_size=1000')->{content}, $before, 'after all of it the answer is as before');
is_deeply([ $nginx->complaints ], [], 'no complaint of nginx');
unlike($nginx->log, qr/exited on signal|Sanitizer|runtime error/, 'no worker has died');
is($nginx->stop('QUIT'), 0, 'it ends in peace');
done_testing();
