package ReelNginx;

# A running nginx for tests that ask more than one question, change the library
# in between, or send signals.  Tests that are a request and its answer are
# Test::Nginx blocks instead.
#
#     my $nginx = ReelNginx->start(http => "reel_index $path;", server => "location /api/ { reel api; }");
#     my $data = $nginx->json('/api/videos')->{data};
#     is_deeply([$nginx->complaints], [], 'nothing at alert or crit');

use strict;
use warnings;

use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP;
use File::Path qw(make_path remove_tree);
use Time::HiRes qw(sleep);
use ReelFixture;

my $serial = 0;
my @running;

sub start {
    my ($class, %o) = @_;
    my $folder = "$ReelFixture::work/nginx-$$-" . $serial++;
    remove_tree($folder);
    make_path("$folder/logs");
    my $self = bless { folder => $folder, workers => $o{workers} // 1, %o }, $class;
    $self->{port} = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 1)->sockport;
    $self->configure;
    my $nginx = $ENV{TEST_NGINX_BINARY} // $ENV{NGINX_BIN} // '/usr/sbin/nginx';
    $self->{command} = [ $nginx, '-p', $folder, '-e', "$folder/logs/error.log", '-c', "$folder/nginx.conf" ];
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        # nothing of ours stays open in it: who reads our output waits for its end
        open STDIN,  '<',  '/dev/null';
        open STDOUT, '>>', "$folder/logs/output.log";
        open STDERR, '>&', \*STDOUT;
        exec @{ $self->{command} } or POSIX::_exit(127);
    }
    $self->{pid} = $pid;
    push @running, $self;
    ReelFixture::wait_for(sub { -s "$folder/logs/nginx.pid" && $self->get('/nothing')->{status} != 599 })
        or die "nginx did not start; it said in $folder/logs/error.log:\n" . $self->log;
    return $self;
}

# configure(server => ..., http => ...): what was not given stays as it was.
sub configure {
    my ($self, %o) = @_;
    @$self{ keys %o } = values %o;
    my $module = $ENV{REEL_MODULE} // "$ReelFixture::build/ngx_http_reel_module.so";
    my $http   = $self->{http} // "reel_index $ENV{TEST_NGINX_REEL_INDEX};";
    my $main   = $self->{main} // '';
    my $user   = $> == 0 ? 'user root;' : '';
    open my $out, '>', "$self->{folder}/nginx.conf" or die "nginx.conf: $!";
    print $out <<END;
load_module $module;
daemon off;
$user
worker_processes $self->{workers};
worker_shutdown_timeout 10s;
pid logs/nginx.pid;
error_log logs/error.log debug;
$main
events { worker_connections @{[ $self->{events} // 256 ]}; }
http {
    access_log off;
    client_body_temp_path tmp-body; proxy_temp_path tmp-proxy; fastcgi_temp_path tmp-fastcgi;
    uwsgi_temp_path tmp-uwsgi; scgi_temp_path tmp-scgi;
    $http
    server {
        listen 127.0.0.1:$self->{port};
        $self->{server}
    }
}
END
    close $out or die "nginx.conf: $!";
}

sub log {
    my ($self) = @_;
    open my $in, '<', "$self->{folder}/logs/error.log" or return '';
    local $/;
    return <$in> // '';
}

# Lines that no test may leave, but for those that match one of the patterns.
sub complaints {
    my ($self, @expected) = @_;
    my @lines = grep { /\[(alert|crit|emerg)\]/ } split /\n/, $self->log;
    for my $pattern (@expected) {
        @lines = grep { !/$pattern/ } @lines;
    }
    return @lines;
}

sub uri { return "http://127.0.0.1:$_[0]{port}$_[1]" }

sub get {
    my ($self, $path, %headers) = @_;
    # an idle connection may close at the moment it is used again
    $self->{client} //= HTTP::Tiny->new(timeout => 60, keep_alive => 0);
    return $self->{client}->request('GET', $self->uri($path), { headers => \%headers });
}

# The decoded answer; dies unless it is the status wanted (200).
sub json {
    my ($self, $path, $status) = @_;
    my $answer = $self->get($path);
    $status //= 200;
    die "GET $path: $answer->{status} instead of $status: $answer->{content}\n" if $answer->{status} != $status;
    return JSON::PP->new->utf8->decode($answer->{content});
}

sub signal { kill $_[1], $_[0]{pid} }

# Process ids of the workers that live.
sub worker_pids {
    my ($self) = @_;
    open my $in, '<', "/proc/$self->{pid}/task/$self->{pid}/children" or return;
    return split ' ', <$in> // '';
}

sub reload {
    my ($self) = @_;
    my @before = $self->worker_pids;
    $self->signal('HUP');
    return ReelFixture::wait_for(sub {
        my %now = map { $_ => 1 } $self->worker_pids;
        return %now && !grep { $now{$_} } @before;
    });
}

sub stop {
    my ($self, $signal) = @_;
    my $pid = delete $self->{pid} or return;
    @running = grep { $_ != $self } @running;
    kill $signal // 'QUIT', $pid;
    waitpid $pid, 0;
    return $?;
}

END {
    my $rc = $?;
    my @left = @running;    # stop() takes them off the list
    $_->stop('TERM') for @left;
    $? = $rc;
}

1;
