# private-apt.sh: to be sourced.  An apt that shares the system's mirror, keys and
# settings (proxies), and nothing else.
#
# private_apt FOLDER deb|deb-src SUITE: set up in FOLDER and fetch the lists;
# after that, `apt_get download ...` or `apt_get source ...`.
private_apt() {
	local folder=$1 kind=$2 suite=$3 own mirror key= keys=/usr/share/keyrings/debian-archive-keyring.gpg
	own=$(. /etc/os-release && echo "${VERSION_CODENAME:-$suite}")
	if [[ $suite == own ]]; then suite=$own; fi
	mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Identifier: Packages' |
	    awk -v own="$own" '$2 == own { print $1; exit }')
	if [[ -z $mirror ]]; then
		echo "apt knows no mirror for $own: run apt-get update once, as root" >&2
		return 1
	fi
	if [[ -r $keys ]]; then key="[signed-by=$keys] "; fi
	mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
	echo "$kind $key$mirror $suite main" >"$folder/sources.list"
	if [[ $kind == deb-src ]]; then # what security updates were built from
		apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Identifier: Packages' |
		    awk -v own="$own" -v key="$key" '$2 == own "-security" || $2 == own "-updates" {
			print "deb-src " key $1 " " $2 " main" }' | sort -u >>"$folder/sources.list"
	fi
	private_apt_options=(-q -o "Dir::State::Lists=$folder/lists" -o "Dir::Cache=$folder/cache"
	    -o "Dir::Etc::SourceList=$folder/sources.list" -o Dir::Etc::SourceParts=/dev/null
	    -o Acquire::Languages=none -o Acquire::Retries=3)
	if ((EUID == 0)); then private_apt_options+=(-o APT::Sandbox::User=root); fi
	apt_get update
}

apt_get() {
	apt-get "${private_apt_options[@]}" "$@" </dev/null >"$PWD/apt.log" 2>&1 || {
		tail -n 20 "$PWD/apt.log" >&2
		echo "apt-get $1 failed" >&2
		return 1
	}
	rm -f "$PWD/apt.log"
}
