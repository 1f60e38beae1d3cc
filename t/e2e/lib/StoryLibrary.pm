# The library as a client sees it: walked folder by folder, paged as one list,
# and compared with the disk.
package StoryLibrary;

use strict;
use warnings;

use StoryDisk;
use StoryHttp;
use Time::Local qw(timegm);
use Unicode::Normalize qw(NFC NFD);

# The bytes of a path or name member: the percent-encoded twin if there is one.
sub bytes {
	my ($o, $member) = @_;
	return StoryHttp::unescape($o->{"${member}_raw"})
	    if defined $o->{"${member}_raw"};
	my $text = $o->{$member};
	return undef unless defined $text;
	utf8::encode($text);
	return $text;
}

sub time_ms {
	my ($text) = @_;
	$text =~ /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})Z$/
	    or return undef;
	return timegm($6, $5, $4, $3, $2 - 1, $1) * 1000 + $7;
}

# pages(http, target, member): all rows of a paged request.
sub pages {
	my ($http, $target) = @_;
	my (@rows, $after, $cursor);
	my $sep = $target =~ /\?/ ? '&' : '?';
	while (1) {
		my ($d, $j) = $http->need("$target${sep}page_size=1000"
		    . (defined $after ? '&after=' . StoryHttp::escape($after) : ''));
		die "$target: no list of videos\n" unless ref $d->{videos} eq 'ARRAY';
		push @rows, @{$d->{videos}};
		$cursor //= $j->{cursor};
		die "changed\n" if $j->{cursor} ne $cursor;
		my $p = $d->{pagination};
		last unless $p && $p->{has_next};
		die "$target: has_next without after\n" unless defined $p->{after};
		$after = $p->{after};
	}
	return ($cursor, \@rows);
}

# walk(http): {path => item} by videos/root and videos/children alone.
sub walk {
	my ($http) = @_;
	my ($d, $j) = $http->need('videos/root');
	my $cursor = $j->{cursor};
	my @todo = @{$d->{videos}};
	my (%found, %ids, @trouble);
	while (my $item = shift @todo) {
		my $path = bytes($item, 'path');
		push @trouble, "twice: $path" if exists $found{$path};
		push @trouble, "id $item->{id} twice: $path and $ids{$item->{id}}"
		    if exists $ids{$item->{id}};
		$ids{$item->{id}} = $path;
		$found{$path} = $item;
		next unless $item->{type} =~ /directory$/;
		my ($now, $rows) = pages($http, "videos/children?id=$item->{id}");
		die "changed\n" if $now ne $cursor;
		for my $child (@$rows) {
			push @trouble, "child of the wrong folder: " . bytes($child, 'path')
			    if $child->{parent_id} ne $item->{id}
			    || bytes($child, 'path') ne "$path/" . bytes($child, 'name')
			    || $child->{parent_path} ne $item->{path};
		}
		push @todo, @$rows;
	}
	return ($cursor, \%found, \@trouble);
}

# quiet(code): run it again until the library stood still meanwhile.
sub quiet {
	my ($code) = @_;
	for (1 .. 200) {
		my @r = eval { $code->() };
		return @r unless $@;
		die $@ unless $@ eq "changed\n";
		select undef, undef, undef, 0.1;
	}
	die "the library never stood still\n";
}

# same_stem(a, b): the same bytes, or the same text in NFC and in NFD.
sub same_stem {
	my ($x, $y) = @_;
	return 1 if $x eq $y;
	return 0 if "$x$y" !~ /[\x80-\xff]/;
	my ($a, $b) = ($x, $y);
	return 0 unless utf8::decode($a) && utf8::decode($b);
	return ($a eq NFC($b) && $b eq NFD($a)) || ($b eq NFC($a) && $a eq NFD($b));
}

# subtitles(lib): {path of a film => names of what lies beside it}, from the names
# of the library alone: the longest stem has it.
sub subtitles {
	my ($lib) = @_;
	my (%films, %of);
	for my $path (keys %$lib) {
		next unless $lib->{$path}{type} eq 'video';
		my ($folder, $stem) = $path =~ m{\A(.*)/([^/]+)\.[^./]*\z}s or next;
		push @{$films{$folder}}, [$stem, $path];
	}
	for my $path (sort keys %$lib) {
		next unless $lib->{$path}{type} eq 'subtitle';
		my ($folder, $name) = $path =~ m{\A(.*)/([^/]+)\z}s or next;
		my $stem = $name;
		for (0 .. 8) {
			last unless $stem =~ s/\.[^.]*\z//s && length $stem;
			my @mine = grep { same_stem($_->[0], $stem) } @{$films{$folder} // []};
			push @{$of{$_->[1]}}, $name for @mine;
			last if @mine;
		}
	}
	return \%of;
}

# diff(http, roots, %o): differences between library and disk, as lines.
sub diff {
	my ($http, $roots, %o) = @_;
	my ($cursor, $lib, $trouble) = quiet(sub { walk($http) });
	my $disk = StoryDisk::walk($roots, %o);
	my @diff = @$trouble;
	my %sum;

	for my $root (keys %$roots) {
		push @diff, "root missing: $root" unless $lib->{$root};
	}
	for my $path (sort keys %$disk) {
		my ($d, $i) = ($disk->{$path}, $lib->{$path});
		if (!$i) {
			push @diff, "not in the library: $path ($d->{type})";
			next;
		}
		if ($d->{type} eq 'directory') {
			push @diff, "type: $path is a folder, not $i->{type}"
			    unless $i->{type} =~ /^(hls_)?directory$/;
			next;
		}
		push @diff, "type: $path is $d->{type}, not $i->{type}"
		    if $i->{type} ne $d->{type};
		push @diff, "size: $path is $d->{size}, not " . ($i->{size} // "there")
		    if ($i->{size} // -1) != $d->{size};
		my $m = time_ms($i->{modified_at}) // 'nothing';
		push @diff, "mtime: $path is $d->{mtime_ms}, not $m"
		    if $m ne $d->{mtime_ms};
		for (my $up = $path; $up =~ s{/[^/]*\z}{};) {
			$sum{$up}{files}++;
			$sum{$up}{bytes} += $d->{size};
		}
	}
	for my $path (sort keys %$lib) {
		next if $roots->{$path};
		push @diff, "not on the disk: $path (id $lib->{$path}{id})"
		    unless $disk->{$path};
	}
	for my $path (sort keys %$lib) {
		my $i = $lib->{$path};
		next unless $i->{type} =~ /directory$/;
		for my $what (qw(files bytes)) {
			my $want = $sum{$path}{$what} // 0;
			my $is = $i->{$what} // 'absent';
			push @diff, "counts: $path has $want $what, not $is"
			    if $is ne $want;
		}
	}

	my $of = subtitles($lib);
	for my $path (sort keys %$lib) {
		my $said = $lib->{$path}{subtitles};
		my $is = join '|', sort map { bytes($_, 'name') } @{$said // []};
		my $want = join '|', sort @{$of->{$path} // []};
		push @diff, "subtitles of $path: $is, not $want" if $is ne $want;
		push @diff, "subtitles of $path: none" if $said && !@$said;
	}

	# The same library as one list.
	my ($at, $rows) = quiet(sub { pages($http, 'videos?type=all') });
	if ($at eq $cursor) {
		my %list;
		for my $row (@$rows) {
			my $path = bytes($row, 'path');
			push @diff, "twice in the list: $path" if $list{$path}++;
			push @diff, "only in the list: $path" unless $lib->{$path};
			push @diff, "another id in the list: $path"
			    if $lib->{$path} && $lib->{$path}{id} ne $row->{id};
		}
		for my $path (sort keys %$lib) {
			push @diff, "not in the list: $path"
			    if !$list{$path} && $lib->{$path}{type} !~ /directory$/;
		}
	} else {
		push @diff, "changed between walk and list";
	}
	return ($lib, $disk, \@diff);
}

1;
