# An independent walk of the disk: what find(1) sees, judged by the rules of
# the library written down once more, so that a fault in the indexer's rules
# is not repeated here.
package StoryDisk;

use strict;
use warnings;

my %type = (
	(map { $_ => 'video' } qw(mp4 m4v mkv webm mov avi mpg mpeg wmv flv ogv 3gp ts)),
	(map { $_ => 'audio' } qw(mp3 m4a aac flac ogg opus wav)),
	(map { $_ => 'image' } qw(svg jpg jpeg png gif webp)),
	(map { $_ => 'subtitle' } qw(srt vtt ass ssa sub ttml)),
	(map { $_ => 'playlist' } qw(m3u8)),
);

sub type_of {
	my ($name) = @_;
	return 'unknown' unless $name =~ /.\.([^.]+)\z/s;
	return $type{lc $1} // 'unknown';
}

# walk(name => dir, ...; hidden => 0): {path => {type,size,mtime_ms,key,nlink}}
# with the library's paths; key is "device:inode".
sub walk {
	my ($roots, %o) = @_;
	my %found;
	for my $root (sort keys %$roots) {
		my @prune = $o{hidden} ? () : ('(', '-name', '.*', '-prune', ')', '-o');
		open my $f, '-|', 'find', "$roots->{$root}/", '-mindepth', '1', @prune,
		    '-printf', '%y %D %i %T@ %s %n %P\0'
		    or die "find: $!\n";
		local $/ = "\0";
		while (my $line = <$f>) {
			chomp $line;
			my ($y, $dev, $ino, $mtime, $size, $nlink, $rel)
			    = split / /, $line, 7;
			next unless $y eq 'f' || $y eq 'd';
			my ($s, $frac) = split /\./, $mtime;
			$frac = substr(($frac // '') . '000', 0, 3);
			my ($name) = $rel =~ m{([^/]*)\z};
			$found{"$root/$rel"} = {
				type => $y eq 'd' ? 'directory' : type_of($name),
				size => $size, mtime_ms => $s * 1000 + $frac,
				key => "$dev:$ino", nlink => $nlink,
			};
		}
		close $f;
	}
	return \%found;
}

# births(roots): {"device:inode" => birth time}.  An inode number is used again
# at once, so who wants to know a file again has to ask for its birth; find(1)
# of Debian 12 does not tell it.
sub births {
	my ($roots) = @_;
	my %birth;
	for my $root (sort keys %$roots) {
		(my $dir = $roots->{$root}) =~ s{'}{'\\''}g;
		open my $f, '-|', "find '$dir/' -mindepth 1 -print0 |
		    xargs -0r stat --printf='%d:%i %.9W\\n'" or die "stat: $!\n";
		while (<$f>) {
			$birth{$1} = $2 if /^(\d+:\d+) (\d+\.\d+)$/ && $2 > 0;
		}
		close $f;
	}
	return \%birth;
}

1;
