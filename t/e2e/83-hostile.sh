#!/bin/bash
# Goal: the worst files there are cost a row each.  Mutants of every format are
# read by workers that strace looks at: after the sandbox is entered there are
# packets and nothing else; each file ends with plausible facts or with a reason;
# the good ones beside them come through, and the indexer is the one that started.
# SEED=n makes other mutants; a name tells the number of the mutant, which
# t/e2e/lib/mutate makes again.
. "$(dirname "$0")/lib/story.sh"
command -v ffmpeg >/dev/null || { skip 'hostile files' 'no ffmpeg'; story_end; }

total=240 batch=240
if [ "$LONG" ]; then total=20000 batch=1000 DEADLINE=${REEL_DEADLINE:-600}; fi
SEED=${SEED:-1}
say "SEED=$SEED"
on_story_exit() { [ -z "${WATCH_PID:-}" ] || kill "$WATCH_PID" 2>/dev/null; }

# --- the worker, looked at ----------------------------------------------------
worker=$BUILD/reel-worker traced=
if ! strace -D -f --seccomp-bpf -o /dev/null true 2>/dev/null; then
	say 'strace may not look here'
elif readelf -d "$worker" 2>/dev/null | grep -qE 'lib(asan|tsan)'; then
	say 'a sanitizer makes calls of its own'
else
	traced=1
	mkdir "$T/traces"
	# Pages and bytes of the file at hand would be most of it.
	cat >"$T/worker" <<-END
	#!/bin/sh
	exec strace -D -f -ttt -T -s 4 --seccomp-bpf -o "$T/traces/\$\$" \
	    -e 'trace=!pread64,mmap,munmap,mremap,brk,madvise,futex,clock_gettime,close,fstat,mprotect,exit_group' \
	    "$worker" "\$@"
	END
	chmod +x "$T/worker"
	worker=$T/worker
fi

mkdir "$T/A" "$T/seeds"
check 'there are files to start from' "$LIB/mutate" seeds "$T/seeds" "$TOP/../shared/media"
indexer_conf A="$T/A" -- '"settle_ms": 100, "worker_path": "'"$worker"'",'
nginx_start
check 'the indexer starts' indexer_start
pid=$INDEXER_PID
"$LIB/hostile" watch "$pid" "$T/used" &
WATCH_PID=$!

# --- mutants and good ones, side by side --------------------------------------
good=("$T"/seeds/*.*)
for n in "${!good[@]}"; do
	case ${good[n]##*/} in real-* | *.m3u | *.m3u8 | *.pls) unset "good[n]" ;; esac
done
good=("${good[@]}")
for ((from = 0; from < total; from += batch)); do
	mkdir "$T/new"
	check "mutants $from to $((from + batch - 1))" "$LIB/mutate" make "$SEED" "$from" "$batch" "$T/seeds" "$T/new"
	for ((n = 0; n < batch; n += 4)); do
		name=${good[n / 4 % ${#good[@]}]}
		cp "$name" "$(printf '%s/%06d-good-%s' "$T/new" $((from + n)) "${name##*/}")"
	done
	cursor=$(get videos/root '$j->{cursor}')
	mv "$T/new" "$T/A/$from"
	check 'are all looked at' wait_api "videos/item?path=A/$from" '$d->{type} eq "directory"'
	check 'and settled' indexer_settled
	check 'each has facts or a reason' "$LIB/hostile" rows "A/$from"
	check 'the good ones were not left behind' "$LIB/hostile" pace "$cursor"
	rm -r "$T/A/$from"
done
is "$(jobs -rp | grep -cx "$pid")" 1 'the indexer is the one that started'
check 'the library equals the disk' library same --within "$DEADLINE" A="$T/A"
check 'the indexer stops' indexer_stop
wait "$WATCH_PID"
if readelf -d "$BUILD/reel-worker" 2>/dev/null | grep -qE 'lib(asan|tsan)'; then
	skip 'no worker used more than it may' 'a sanitizer lifts the limits'
else
	check 'no worker used more than it may' "$LIB/hostile" used "$T/used"
fi
if [ "$traced" ]; then
	check 'and none did anything but read and answer' "$LIB/hostile" traces "$T/traces"
else
	skip 'none did anything but read and answer' 'nobody looked'
fi
story_end
