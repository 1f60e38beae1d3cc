package ReelWs;

# A client of `reel feed`, WebSocket or Server-Sent Events, core modules only.
# It keeps the rules that README gives to authors of clients, and nothing else.
#
#     my $ws = ReelWs->new(port => 8080, target => '/feed?since=...');
#     while (my $m = $ws->next(10)) { print $m->{type}, "\n" }
#     $ws->{status}, $ws->{header}{upgrade}, $ws->{code}      # what came
#
# Many at once: fileno of {sock}, ->pump when it can be read, ->take.

use strict;
use warnings;

use Digest::SHA qw(sha1_base64);
use IO::Select;
use IO::Socket::INET;
use JSON::PP ();
use MIME::Base64 qw(encode_base64);
use Time::HiRes qw(time);

my $json = JSON::PP->new->utf8;
my %decoded;    # by text: a crowd hears the same again and again

# new(port, target, sse => 1, host, headers => ["Origin: x"], from => address,
# rcvbuf => bytes, tail => bytes sent with the request); undef: no connection.
sub new {
    my ($class, %o) = @_;
    my $self = bless { state => 'head', in => '', out => [], sse => $o{sse}, code => undef }, $class;
    my $sock = $self->{sock} = IO::Socket::INET->new(
        Proto => 'tcp', PeerAddr => $o{host} // '127.0.0.1', PeerPort => $o{port}, Timeout => 10,
        ($o{rcvbuf} ? (Sockopts => [ [ SO_RCVBUF, pack 'i', $o{rcvbuf} ] ]) : ()),
        ($o{from} ? (LocalAddr => $o{from}) : ())) or return undef;
    my @lines = ('GET ' . ($o{target} // '/feed') . ' HTTP/1.1', 'Host: ' . ($o{name} // 'localhost'));
    if ($o{sse}) {
        push @lines, 'Accept: text/event-stream';
    } else {
        $self->{key} = encode_base64(join('', map { chr int rand 256 } 1 .. 16), '');
        push @lines, 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
            "Sec-WebSocket-Key: $self->{key}";
    }
    $sock->blocking(0);
    $self->write(join("\r\n", @lines, @{ $o{headers} // [] }, '', '') . ($o{tail} // ''));
    return $self;
}

sub write {
    my ($self, $bytes) = @_;
    local $SIG{PIPE} = 'IGNORE';
    return $self->{sock} && syswrite($self->{sock}, $bytes);
}

# frame(opcode, payload, %wrong): masked, whole; fin, rsv, mask => 0 break rules.
sub frame {
    my ($opcode, $payload, %o) = @_;
    my $len  = length $payload;
    my $mask = $o{mask} // 1;
    my $head = chr(($o{fin} // 1) << 7 | ($o{rsv} // 0) << 4 | $opcode);
    $head .= $len < 126 ? chr($mask << 7 | $len)
        : $len < 65536 ? pack('Cn', $mask << 7 | 126, $len)
        :                pack('CQ>', $mask << 7 | 127, $len);
    return $head . $payload if !$mask;
    my $key = join '', map { chr int rand 256 } 1 .. 4;
    return $head . $key . ($payload ^ substr($key x ($len / 4 + 1), 0, $len));
}

# close: as a client should, code 1000.
sub close {
    my ($self) = @_;
    $self->write(frame(8, pack 'n', 1000)) if !$self->{sse} && $self->{state} eq 'open';
    $self->drop;
}

sub drop {
    my ($self) = @_;
    CORE::close $self->{sock} if $self->{sock};
    $self->{sock}  = undef;
    $self->{state} = 'closed';
}

# pump: what can be read now; false when the connection is over.
sub pump {
    my ($self) = @_;
    return 0 if !$self->{sock};
    my $n = sysread $self->{sock}, $self->{in}, 262144, length $self->{in};
    if (!defined $n) {
        return 1 if $!{EAGAIN} || $!{EINTR};
        $self->drop;
        return 0;
    }
    if ($n == 0) {
        $self->drop;
        return 0;
    }
    $self->parse;
    return $self->{sock} ? 1 : 0;
}

sub parse {
    my ($self) = @_;
    if ($self->{state} eq 'head') {
        $self->{in} =~ s/\A(.*?)\r\n\r\n//s or return;
        my ($first, @lines) = split /\r\n/, $1;
        ($self->{status}) = $first =~ m{^HTTP/1\.1 (\d+)};
        $self->{header} = { map { /^([^:]+):\s*(.*)$/ ? (lc $1, $2) : () } @lines };
        $self->{state} = 'body';
        if (!$self->{sse} && ($self->{status} // 0) == 101) {
            my $want = sha1_base64($self->{key} . '258EAFA5-E914-47DA-95CA-C5AB0DC85B11') . '=';
            $self->{state} = ($self->{header}{'sec-websocket-accept'} // '') eq $want ? 'open' : 'body';
        } elsif ($self->{sse} && ($self->{status} // 0) == 200) {
            $self->{state} = 'open';
        }
    }
    return if $self->{state} ne 'open';
    $self->{sse} ? $self->parse_events : $self->parse_frames;
}

# What was parsed is cut off once: a crowd that is behind has much to parse.
sub parse_frames {
    my ($self) = @_;
    my ($at, $end) = (0, length $self->{in});
    while ($end - $at >= 2) {
        my ($first, $len) = unpack "x$at CC", $self->{in};
        my $from = $at + 2;
        if ($len == 126) {
            last if $end - $at < 4;
            $len = unpack "x$from n", $self->{in};
            $from += 2;
        } elsif ($len == 127) {
            last if $end - $at < 10;
            $len = unpack "x$from Q>", $self->{in};
            $from += 8;
        }
        last if $end - $from < $len;
        my $payload = substr $self->{in}, $from, $len;
        $at = $from + $len;
        my $opcode = $first & 15;
        if ($opcode == 1) {
            push @{ $self->{out} }, $payload;
        } elsif ($opcode == 9) {
            $self->{pings}++;
            $self->write(frame(10, $payload)) if !$self->{mute};
        } elsif ($opcode == 10) {
            $self->{pong} = $payload;
        } elsif ($opcode == 8) {
            $self->{code} = $len >= 2 ? unpack('n', $payload) : 1005;
            $self->write(frame(8, substr $payload, 0, 2));
            $self->drop;
            last;
        }
    }
    substr($self->{in}, 0, $at) = '';
}

# Chunks are put together first; an event ends with an empty line.
sub parse_events {
    my ($self) = @_;
    $self->{text} //= '';
    if (($self->{header}{'transfer-encoding'} // '') eq 'chunked') {
        my $done = 0;
        while ((my $line = index $self->{in}, "\r\n", $done) >= 0) {
            my ($at, $len) = ($line + 2, hex substr $self->{in}, $done, $line - $done);
            last if length $self->{in} < $at + $len + 2;
            $self->{text} .= substr $self->{in}, $at, $len;
            $done = $at + $len + 2;
        }
        substr($self->{in}, 0, $done) = '';
    } else {
        $self->{text} .= $self->{in};
        $self->{in} = '';
    }
    my $done = 0;
    while ((my $end = index $self->{text}, "\n\n", $done) >= 0) {
        my ($data, $id);
        for (split /\n/, substr $self->{text}, $done, $end - $done) {
            $self->{pings}++ if /^:/;
            $data = substr $_, 6 if /^data: /;
            $id   = substr $_, 4 if /^id: /;
        }
        $done = $end + 2;
        $self->{id} = $id if defined $id;
        push @{ $self->{out} }, $data if defined $data;
    }
    substr($self->{text}, 0, $done) = '';
}

# take: the next message that is here, as text; undef: none.
sub take { return shift @{ $_[0]{out} } }

sub decode {
    my ($text) = @_;
    %decoded = () if keys %decoded > 20000;
    return $decoded{$text} //= $json->decode($text);
}

# next(seconds): the next message, decoded; undef: none came, or it is over.
sub next {
    my ($self, $seconds) = @_;
    my $end = time + ($seconds // 10);
    until (@{ $self->{out} }) {
        my $left = $end - time;
        return undef if $left <= 0 || !$self->{sock};
        IO::Select->new($self->{sock})->can_read($left);
        $self->pump;
    }
    return decode($self->take);
}

# until(seconds, sub { ... }): messages up to the one for which it is true.
sub until {
    my ($self, $seconds, $is_it) = @_;
    my $end = time + $seconds;
    while ((my $left = $end - time) > 0) {
        local $_ = $self->next($left) or return undef;
        push @{ $self->{seen} }, $_;
        return $_ if $is_it->();
    }
    return undef;
}

1;
