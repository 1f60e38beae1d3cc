# environment.sh: to be sourced by t/run-*.  Goes to the top of the source, says
# where the built things are (B, REEL_BUILD: absolute) and lends a private folder.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
B=${B:-build}
mkdir -p "$B/t" || exit 1
B=$(cd "$B" && pwd) || exit 1
export B REEL_BUILD=$B
# nginx itself reads $NGINX (sockets it inherits): the program is NGINX_BIN here.
unset NGINX
export NGINX_BIN=${NGINX_BIN:-/usr/sbin/nginx} LC_ALL=C.UTF-8
