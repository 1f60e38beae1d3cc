# A client that knows nothing but the change log: it folds records into a
# library and complains about every record that could not be.
package StoryFold;

use strict;
use warnings;

use StoryLibrary;

sub new {
	my ($class, %o) = @_;
	return bless {
		last => $o{since}, items => {}, place => {}, kids => {},
		trouble => [], records => 0, ops => {},
	}, $class;
}

sub trouble {
	my ($self, $r, $text) = @_;
	push @{$self->{trouble}}, "record $r->{cursor} ($r->{op}, id $r->{id}): $text"
	    if @{$self->{trouble}} < 50;
}

sub path_of {
	my ($self, $id) = @_;
	my @names;
	for (my $n = 0; $id ne '0'; $n++) {
		my $i = $self->{items}{$id};
		return undef if !$i || $n > 3000;
		unshift @names, $i->{bytes};
		$id = $i->{parent_id};
	}
	return join '/', @names;
}

sub unplace {
	my ($self, $id) = @_;
	my $i = $self->{items}{$id};
	delete $self->{place}{"$i->{parent_id}/$i->{bytes}"};
	delete $self->{kids}{$i->{parent_id}}{$id};
}

sub forget {
	my ($self, $id) = @_;
	my $n = 0;
	my @todo = ($id);
	while (defined(my $one = shift @todo)) {
		push @todo, keys %{$self->{kids}{$one} // {}};
		$self->unplace($one);
		delete $self->{kids}{$one};
		delete $self->{items}{$one};
		$n++;
	}
	return $n;
}

# newer(a, b): cursor a comes after cursor b.
sub newer {
	my ($x, $y) = @_;
	my ($e1, $s1) = split /-/, $x;
	my ($e2, $s2) = split /-/, $y;
	return $e1 > $e2 || ($e1 == $e2 && $s1 > $s2);
}

sub apply {
	my ($self, $r) = @_;
	$self->{records}++;
	$self->{ops}{$r->{op}}++;
	if (defined $self->{last}) {
		$self->trouble($r, "says it follows $r->{prev}, but came after $self->{last}")
		    if $r->{prev} ne $self->{last};
		$self->trouble($r, "is not newer than $self->{last}")
		    unless newer($r->{cursor}, $self->{last});
	}
	$self->{last} = $r->{cursor};

	my $path = StoryLibrary::bytes($r, 'path');
	my $known = $self->{items}{$r->{id}};
	if ($r->{op} eq 'drop') {
		if (!$known) {
			$self->trouble($r, 'drops what is not there');
			return;
		}
		my $was = $self->path_of($r->{id});
		$self->trouble($r, "drops $path, which lies at $was")
		    if $was ne $path;
		my $n = $self->forget($r->{id});
		$self->trouble($r, "drops $n items without recursive")
		    if $n > 1 && !$r->{recursive};
		return;
	}
	my $item = $r->{item};
	if (ref $item ne 'HASH') {
		$self->trouble($r, 'has no item');
		return;
	}
	$self->trouble($r, "speaks of item $item->{id}") if $item->{id} ne $r->{id};
	my $name = StoryLibrary::bytes($item, 'name');
	my $parent = $item->{parent_id};
	my $place = "$parent/$name";
	$self->trouble($r, "its folder $parent is not there")
	    unless $parent eq '0' || $self->{items}{$parent};
	my $there = $self->{place}{$place};
	$self->trouble($r, "$path is taken by id $there")
	    if defined $there && $there ne $r->{id};
	if ($r->{op} eq 'move') {
		if (!$known) {
			$self->trouble($r, 'moves what is not there');
		} else {
			my $was = $self->path_of($r->{id});
			my $old = StoryLibrary::bytes($r, 'old_path') // '';
			$self->trouble($r, "comes from $was, not from $old")
			    if ($was // '') ne $old;
		}
	} elsif ($r->{op} eq 'put') {
		$self->trouble($r, "a put that moves it to $path")
		    if $known
		    && ($known->{parent_id} ne $parent || $known->{bytes} ne $name);
	} else {
		$self->trouble($r, "unknown op $r->{op}");
	}
	$self->unplace($r->{id}) if $known;
	$self->{items}{$r->{id}} = { %$item, bytes => $name };
	$self->{place}{$place} = $r->{id};
	$self->{kids}{$parent}{$r->{id}} = 1;
	my $now = $self->path_of($r->{id});
	$self->trouble($r, "says it lies at $path, but lies at " . ($now // 'nowhere'))
	    if ($now // '') ne $path;
}

# read(http, until): follow the log up to its head; (records read, gap).
sub read {
	my ($self, $http) = @_;
	my $n = 0;
	while (1) {
		my ($code, $j, undef, $body) = $http->json(
		    'changes?limit=1000&since=' . $self->{last});
		return ($n, $j->{cursor}) if $code == 410;
		die "changes: $code " . substr($body, 0, 300) . "\n"
		    unless $code == 200;
		my $list = $j->{data}{changes};
		for my $r (@$list) {
			$self->apply($r);
			$self->{on_record}->($r) if $self->{on_record};
		}
		$n += @$list;
		return ($n) unless @$list;
	}
}

# diff(lib): how the folded library differs from {path => item}.
sub diff {
	my ($self, $lib) = @_;
	my @diff;
	my %mine;
	for my $id (keys %{$self->{items}}) {
		my $path = $self->path_of($id);
		if (!defined $path) {
			push @diff, "folded id $id hangs nowhere";
			next;
		}
		$mine{$path} = $self->{items}{$id};
	}
	for my $path (sort keys %$lib) {
		my ($a, $b) = ($mine{$path}, $lib->{$path});
		if (!$a) {
			push @diff, "not in the folded library: $path";
			next;
		}
		for my $what (qw(id type size modified_at state duration)) {
			push @diff, "folded $what of $path: "
			    . ($a->{$what} // 'absent') . ', not ' . ($b->{$what} // 'absent')
			    if ($a->{$what} // '') ne ($b->{$what} // '');
		}
		my ($mine, $theirs) = map { join '|',
		    map { StoryLibrary::bytes($_, 'name') } @{$_->{subtitles} // []} } $a, $b;
		push @diff, "folded subtitles of $path: $mine, not $theirs"
		    if $mine ne $theirs;
	}
	for my $path (sort keys %mine) {
		push @diff, "only in the folded library: $path"
		    unless $lib->{$path} || $mine{$path}{type} eq "segment";
	}
	return \@diff;
}

1;
