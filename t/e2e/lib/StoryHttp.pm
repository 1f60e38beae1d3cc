# A small HTTP/1.1 client on a kept connection, for the stories: exact bytes
# out, exact bytes back, no opinion of its own.
package StoryHttp;

use strict;
use warnings;

use IO::Socket::INET;
use JSON::PP ();

my $json = JSON::PP->new->utf8->allow_nonref;

sub new {
	my ($class, %o) = @_;
	return bless {
		host    => $o{host}    // '127.0.0.1',
		port    => $o{port}    // $ENV{REEL_PORT} // die("REEL_PORT is not set\n"),
		base    => $o{base}    // '/api/',
		timeout => $o{timeout} // 30,
	}, $class;
}

sub connect_ {
	my ($self) = @_;
	$self->{sock} = IO::Socket::INET->new(
		PeerAddr => $self->{host}, PeerPort => $self->{port},
		Proto => 'tcp', Timeout => $self->{timeout});
	$self->{buf} = '';
	return $self->{sock};
}

sub fill {
	my ($self) = @_;
	my $rin = '';
	vec($rin, fileno($self->{sock}), 1) = 1;
	my $n = select($rin, undef, undef, $self->{timeout});
	return 0 if !$n || $n < 0;
	$n = sysread($self->{sock}, $self->{buf}, 262144, length $self->{buf});
	return $n ? 1 : 0;
}

# raw(bytes): send them on a connection of their own, return all that comes
# back until the server closes, is silent for ${quiet} seconds, or an answer
# is whole.
sub raw {
	my ($self, $bytes, $quiet) = @_;
	local $self->{timeout} = $quiet // 5;
	local $SIG{PIPE} = 'IGNORE';
	$self->connect_ or return undef;
	my $off = 0;
	while ($off < length $bytes) {
		my $n = syswrite($self->{sock}, $bytes, length($bytes) - $off, $off);
		last unless $n;
		$off += $n;
	}
	1 while $self->fill;
	my $all = $self->{buf};
	close $self->{sock};
	$self->{sock} = undef;
	return $all;
}

# get(target, method, headers): (code, body, headers), code 0 when there was
# no answer.
sub get {
	my ($self, $target, $method, $more) = @_;
	$target = $self->{base} . $target unless $target =~ m{^/};
	$method //= 'GET';
	my $req = "$method $target HTTP/1.1\r\nHost: $self->{host}\r\n"
	    . ($more // '') . "\r\n";
	local $SIG{PIPE} = 'IGNORE';

	# A kept connection may have been closed meanwhile: once more, freshly.
	for my $try (0, 1) {
		my $fresh = !$self->{sock};
		if ($fresh && !$self->connect_) {
			return (0, "no connection: $!", {});
		}
		my @r;
		@r = $self->answer($method)
		    if syswrite($self->{sock}, $req) == length $req;
		return @r if @r;
		close $self->{sock} if $self->{sock};
		$self->{sock} = undef;
		last if $fresh;
	}
	return (0, 'no answer', {});
}

sub answer {
	my ($self, $method) = @_;
	until ($self->{buf} =~ /\r\n\r\n/) {
		$self->fill or return;
	}
	$self->{buf} =~ s/\A(.*?)\r\n\r\n//s or return;
	my ($first, @lines) = split /\r\n/, $1;
	my ($code) = $first =~ m{^HTTP/1\.[01] (\d{3})} or return;
	my %h = map { /^([^:]+):\s*(.*)$/ ? (lc $1, $2) : () } @lines;
	my $body = '';
	if ($method eq 'HEAD' || $code == 304 || $code == 204) {
		# no body
	} elsif (defined $h{'content-length'}) {
		while (length $self->{buf} < $h{'content-length'}) {
			$self->fill or return;
		}
		$body = substr($self->{buf}, 0, $h{'content-length'}, '');
	} elsif (($h{'transfer-encoding'} // '') eq 'chunked') {
		while (1) {
			until ($self->{buf} =~ /\r\n/) { $self->fill or return }
			$self->{buf} =~ s/\A([0-9a-fA-F]+)[^\r]*\r\n// or return;
			my $n = hex $1;
			while (length $self->{buf} < $n + 2) { $self->fill or return }
			$body .= substr($self->{buf}, 0, $n);
			substr($self->{buf}, 0, $n + 2, '');
			last if $n == 0;
		}
	} else {
		1 while $self->fill;
		$body = $self->{buf};
		$self->{buf} = '';
		close $self->{sock};
		$self->{sock} = undef;
	}
	if (($h{connection} // '') eq 'close' && $self->{sock}) {
		close $self->{sock};
		$self->{sock} = undef;
	}
	return ($code, $body, \%h);
}

# json(target): (code, decoded answer, headers); undef when it is no JSON.
sub json {
	my ($self, $target) = @_;
	my ($code, $body, $h) = $self->get($target);
	my $j = eval { $json->decode($body) };
	return ($code, $j, $h, $body);
}

# need(target): the data of a 200, or die with what came instead.
sub need {
	my ($self, $target) = @_;
	my ($code, $j, $h, $body) = $self->json($target);
	die "GET $target: $code " . substr($body // '', 0, 300) . "\n"
	    unless $code == 200 && ref $j eq 'HASH';
	return wantarray ? ($j->{data}, $j, $h) : $j->{data};
}

sub escape {
	my ($bytes) = @_;
	utf8::encode($bytes) if utf8::is_utf8($bytes);
	$bytes =~ s{([^A-Za-z0-9_.~/-])}{sprintf '%%%02X', ord $1}ge;
	return $bytes;
}

sub unescape {
	my ($text) = @_;
	utf8::encode($text) if utf8::is_utf8($text);
	$text =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
	return $text;
}

1;
