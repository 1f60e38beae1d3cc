package ReelFixture;

# What a .t file starts from: a small library of real media, indexed by
# reel-indexer itself, and the bits of nginx configuration that serve it.
#
#     use Test::Nginx::Socket;
#     use ReelFixture;            # builds the library on first use, then reuses it
#     plan tests => repeat_each() * 2 * blocks();
#     run_tests();
#     __DATA__
#     === TEST 1: a video by its path
#     --- http_config
#         reel_index $TEST_NGINX_REEL_INDEX;
#     --- config
#         location /api/ { reel api; }
#     --- request eval
#     "GET /api/videos/item?id=" . ReelFixture::id("films/Alpha.mp4")
#     --- response_body_like: "name":"Alpha.mp4"
#
# In every configuration: $TEST_NGINX_REEL_INDEX (the book), _STATE (its folder),
# _FILMS and _MUSIC (the two roots).  A block without http_config gets
# `reel_index` by itself.  The shared library is not to be changed; a test that
# writes takes one of its own: my $lib = ReelFixture->copy_for("what").

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Path qw(make_path remove_tree);
use POSIX qw(WNOHANG);
use Socket qw(AF_UNIX SOCK_SEQPACKET pack_sockaddr_un);
use Time::HiRes qw(sleep time);

our $build = abs_path($ENV{REEL_BUILD} // dirname(__FILE__) . '/../../build');
our $work  = abs_path($ENV{REEL_TEST_DIR} // do { make_path("$build/t"); "$build/t" });

my @running;    # process ids of indexers we started

sub _run {
    my ($log, @command) = @_;
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        open STDIN,  '<',  '/dev/null';
        open STDOUT, '>>', $log;
        open STDERR, '>&', \*STDOUT;
        exec @command or POSIX::_exit(127);
    }
    waitpid $pid, 0;
    return $?;
}

# --- media, made once --------------------------------------------------------

my @clip = (
    [ 'video.mp4',   'testsrc2=size=160x120:rate=10', 2, qw(-c:v libx264 -preset ultrafast -c:a aac) ],
    [ 'video.mkv',   'smptebars=size=320x180:rate=25', 1, qw(-c:v libx264 -preset ultrafast -c:a aac) ],
    [ 'video.webm',  'testsrc=size=176x144:rate=12', 1, qw(-c:v libvpx -b:v 100k -c:a libopus) ],
    [ 'segment.ts',  'testsrc2=size=160x120:rate=10', 1, qw(-c:v libx264 -preset ultrafast -c:a aac -f mpegts) ],
    [ 'tone.flac',   undef, 3 ],
    [ 'picture.jpg', 'testsrc=size=64x48', 0 ],
);

sub media {
    my $folder = "$work/media";
    return $folder if -e "$folder/done";
    my $new = "$folder.$$";
    make_path($new);
    for my $clip (@clip) {
        my ($name, $picture, $seconds, @options) = @$clip;
        my @in;
        push @in, qw(-f lavfi -i), $picture if $picture;
        push @in, qw(-f lavfi -i sine=frequency=440:sample_rate=48000) if $seconds;
        my @length = $seconds ? (-t => $seconds) : qw(-frames:v 1);
        my @pixels = $picture ? qw(-pix_fmt yuv420p) : ();
        _run("$new/log", qw(ffmpeg -nostdin -v error -y), @in, @length, @pixels, @options, "$new/$name") == 0
            or die "ffmpeg could not make $name; it said so in $new/log\n";
    }
    open my $done, '>', "$new/done" or die "$new/done: $!";
    close $done;
    remove_tree($folder);
    rename $new, $folder or die "$folder: $!";
    return $folder;
}

# --- the tree ----------------------------------------------------------------

# Names are bytes.  The order here is the order of modification times, ten
# seconds apart from 2026-01-01T00:00:00Z on.
my @tree = (
    [ 'films/Alpha.mp4'                   => 'video.mp4' ],
    [ 'films/Alpha.en.srt'                => \"1\n00:00:00,000 --> 00:00:01,000\nHello.\n" ],
    [ 'films/Beta.mkv'                    => 'video.mkv' ],
    [ 'films/gamma ray.webm'              => 'video.webm' ],
    [ 'films/100% & more, "quoted".mp4'   => 'video.mp4' ],
    [ "films/\xc3\xbcn\xc3\xafcode \xe6\xb5\x8b\xe8\xaf\x95.mp4" => 'video.mp4' ],
    [ "films/bad\xff\xfename.mp4"         => 'video.mp4' ],
    [ 'films/broken.mp4'                  => \("not a film at all\n" x 100) ],
    [ 'films/notes.txt'                   => \"plain text\n" ],
    [ 'films/poster.jpg'                  => 'picture.jpg' ],
    [ 'films/.hidden.mp4'                 => 'video.mp4' ],
    [ 'films/Series/Season 1/E01.mp4'     => 'video.mp4' ],
    [ 'films/Series/Season 1/E02.mp4'     => 'video.mp4' ],
    [ 'films/Series/Season 2/E01.mkv'     => 'video.mkv' ],
    [ 'films/hls/index.m3u8' => \"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\n0.ts\n#EXTINF:1.0,\n1.ts\n#EXT-X-ENDLIST\n" ],
    [ 'films/hls/0.ts'                    => 'segment.ts' ],
    [ 'films/hls/1.ts'                    => 'segment.ts' ],
    (map { [ sprintf('films/many/file-%02d.mp4', $_) => 'video.mp4' ] } 0 .. 59),
    [ 'films/empty/'                      => undef ],
    [ 'music/tone.flac'                   => 'tone.flac' ],
);

sub _plant {
    my ($folder) = @_;
    my $media = media();
    my $mtime = 1767225600;    # 2026-01-01
    for my $entry (@tree) {
        my ($path, $from) = @$entry;
        make_path(dirname("$folder/$path"));
        if (!defined $from) {
            make_path("$folder/$path");
            next;
        }
        if (ref $from) {
            open my $out, '>:raw', "$folder/$path" or die "$folder/$path: $!";
            print $out $$from;
            close $out;
        } else {
            copy("$media/$from", "$folder/$path") or die "$folder/$path: $!";
        }
        utime $mtime, $mtime, "$folder/$path";
        $mtime += 10;
    }
    symlink '/etc', "$folder/films/link-out";
}

# --- libraries ---------------------------------------------------------------

sub _make {
    my ($class, $folder) = @_;
    remove_tree($folder);
    make_path("$folder/tree", "$folder/cache");
    _plant("$folder/tree");
    my $self = $class->_at($folder);
    $self->index_once;
    open my $done, '>', "$folder/done" or die "$folder/done: $!";
    return $self;
}

sub _at {
    my ($class, $folder) = @_;
    return bless {
        folder => $folder,
        films  => "$folder/tree/films",
        music  => "$folder/tree/music",
        state  => "$folder/state",
        index  => "$folder/state/index.db",
        log    => "$folder/indexer.log",
    }, $class;
}

# The library all tests share; t/run-nginx throws it away at its start.
my $shared;
sub shared {
    my ($class) = @_;
    $class //= __PACKAGE__;
    return $shared if $shared;
    my $folder = "$work/library";
    return $shared = -e "$folder/done" ? $class->_at($folder) : $class->_make($folder);
}

# A library of one's own, for tests that change something.
sub copy_for {
    my ($class, $name) = @_;
    return $class->_make("$work/library-$name");
}

sub films { $_[0]{films} }
sub music { $_[0]{music} }
sub state { $_[0]{state} }
sub index { $_[0]{index} }

sub _command {
    my ($self, @more) = @_;
    return ("$build/reel-indexer", '--root', "films=$self->{films}", '--root', "music=$self->{music}",
        '--state', $self->{state}, '--cache', "$self->{folder}/cache", @more);
}

# reel-indexer --once: names, stat and facts of everything, then it ends.
sub index_once {
    my ($self) = @_;
    my $rc = _run($self->{log}, $self->_command('--once'));
    die "reel-indexer --once ended with status $rc; its log is $self->{log}\n" if $rc;
}

# A running indexer; ended by stop_indexer, or at the latest with this program.
sub start_indexer {
    my ($self) = @_;
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        open STDIN,  '<',  '/dev/null';
        open STDOUT, '>>', $self->{log};
        open STDERR, '>&', \*STDOUT;
        exec $self->_command or POSIX::_exit(127);
    }
    push @running, $self->{pid} = $pid;
    wait_for(sub {
        die "reel-indexer ended at once; its log is $self->{log}\n" if waitpid($pid, WNOHANG) == $pid;
        # a socket file may be left from before: only a listener takes a call
        socket my $call, AF_UNIX, SOCK_SEQPACKET, 0 or die "socket: $!";
        return connect $call, pack_sockaddr_un("$self->{state}/bell.sock");
    }) or die "reel-indexer did not start; its log is $self->{log}\n";
    return $pid;
}

sub stop_indexer {
    my ($self, $signal) = @_;
    my $pid = delete $self->{pid} or return;
    @running = grep { $_ != $pid } @running;
    kill $signal // 'TERM', $pid;
    waitpid $pid, 0;
    return $?;
}

# --- questions ---------------------------------------------------------------

# wait_for(sub { ... }, seconds): true as soon as it is; the time is no verdict.
sub wait_for {
    my ($is_true, $seconds) = @_;
    my $end = time + ($seconds // 60);
    until ($is_true->()) {
        return 0 if time > $end;
        sleep 0.02;
    }
    return 1;
}

# SQL through the sqlite3 program; only for reading, and for making databases
# that are damaged, foreign or newer.
sub sql {
    my ($path, $statement) = @_;
    open my $out, '-|', 'sqlite3', '-batch', $path, $statement or die "sqlite3: $!";
    local $/;
    my $text = <$out> // '';
    close $out or die "sqlite3 $path: failed\n";
    $text =~ s/\n\z//;    # chomp looks at $/, which is undefined here
    return $text;
}

# id("films/Alpha.mp4"): the id of an item of the shared library (or of the one
# given first), by its path in bytes.
sub id {
    my ($self, $path) = @_ > 1 ? @_ : (shared(), @_);
    my $id = 0;
    for my $name (split m{/}, $path) {
        my $hex = unpack 'H*', $name;
        $id = sql("file:$self->{index}?mode=ro", "SELECT id FROM items WHERE parent_id = $id AND CAST(name AS BLOB) = x'$hex'");
        die "no item $path in $self->{index}\n" if $id eq '';
    }
    return $id;
}

# uri("films/gamma ray.webm"): bytes, ready for the path or the query of a URL.
sub uri {
    my ($path) = @_;
    $path =~ s{([^A-Za-z0-9._~/-])}{sprintf '%%%02X', ord $1}ge;
    return $path;
}

# --- Test::Nginx -------------------------------------------------------------

# It listens on every address; we do so on 127.0.0.1 alone.
sub _on_loopback {
    no warnings qw(redefine prototype once);
    my $write = \&Test::Nginx::Util::write_config_file;
    *Test::Nginx::Util::write_config_file = sub ($$$) {
        $write->(@_);
        my $file = $Test::Nginx::Util::ConfFile;
        open my $in, '<:raw', $file or die "$file: $!";
        local $/;
        my $text = <$in>;
        $text =~ s/^(\s*listen\s+)(\d+\b)/${1}127.0.0.1:$2/mg;
        open my $out, '>:raw', $file or die "$file: $!";
        print $out $text;
        close $out;
    };
}

sub import {
    my ($class) = @_;
    my $lib = shared($class);
    $ENV{TEST_NGINX_REEL_INDEX} = $lib->{index};
    $ENV{TEST_NGINX_REEL_STATE} = $lib->{state};
    $ENV{TEST_NGINX_REEL_FILMS} = $lib->{films};
    $ENV{TEST_NGINX_REEL_MUSIC} = $lib->{music};
    if ($INC{'Test/Nginx/Util.pm'}) {
        no warnings 'once';
        $Test::Nginx::Util::LoadModules //= $ENV{REEL_MODULE} // "$build/ngx_http_reel_module.so";
        _on_loopback();
        if ($ENV{REEL_TEST_WORKERS}) {
            Test::Nginx::Util::master_on();
            Test::Nginx::Util::workers($ENV{REEL_TEST_WORKERS});
        }
        Test::Nginx::Util::add_block_preprocessor(sub {
            my ($block) = @_;
            if (!defined $block->http_config) {
                # a crowded machine, valgrind, sanitizers: none of them is a fault
                $block->set_value('http_config', 'reel_index $TEST_NGINX_REEL_INDEX; reel_query_timeout 30s;');
            }
        });
    }
}

END {
    my $rc = $?;
    for my $pid (@running) {
        kill 'TERM', $pid;
        waitpid $pid, 0;
    }
    $? = $rc;
}

1;
