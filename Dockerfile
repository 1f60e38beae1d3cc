# Two small images of one build: `indexer` reads the media and writes the index,
# `nginx` reads the index.  Both run as users of their own (990 and 991), who
# share the group 990 that may read the index.  See docker-compose.yml.

FROM debian:bookworm-slim AS build
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        gcc libc6-dev make pkgconf nginx nginx-dev libsqlite3-dev libcjson-dev \
        libutf8proc-dev libxxhash-dev libinotifytools0-dev libavformat-dev \
        libavcodec-dev libavutil-dev libswscale-dev libseccomp-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN make -j4 BUILD=/build all \
 && mkdir /out \
 && strip -o /out/reel-indexer /build/reel-indexer \
 && strip -o /out/reel-worker /build/reel-worker \
 && strip --strip-unneeded -o /out/ngx_http_reel_module.so /build/ngx_http_reel_module.so \
 && sed -e 's|"group": "www-data"|"group": "reel"|' \
        -e 's|"path": "/var/log/reel/indexer.log", ||' conf.example/indexer.json >/out/indexer.json \
 && sed -e 's|listen       127.0.0.1:8080|listen       8080|' \
        -e 's|access_log             access.log|access_log             /dev/stdout|' \
        conf.example/nginx.conf >/out/nginx.conf

FROM debian:bookworm-slim AS indexer
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        libsqlite3-0 libcjson1 libutf8proc2 libxxhash0 libinotifytools0 \
        libavformat59 libavcodec59 libavutil57 libswscale6 libseccomp2 \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd -g 990 reel \
 && useradd -u 990 -g 990 -d /var/lib/reel -s /usr/sbin/nologin reel \
 && install -d -o 990 -g 990 -m 750 /var/lib/reel /var/cache/reel \
 && install -d -m 755 /srv/films
COPY --from=build /out/reel-indexer /out/reel-worker /usr/local/bin/
COPY --from=build /out/indexer.json /etc/reel/indexer.json
USER 990:990
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["grep", "-q", "\"running\":true", "/var/lib/reel/status.json"]
CMD ["reel-indexer", "--config", "/etc/reel/indexer.json"]

FROM debian:bookworm-slim AS nginx
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        nginx libsqlite3-0 \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd -g 990 reel \
 && useradd -u 991 -g 990 -d /var/lib/reel-nginx -s /usr/sbin/nologin reel-nginx \
 && install -d -o 990 -g 990 -m 750 /var/lib/reel \
 && install -d -o 991 -g 990 -m 700 /var/lib/reel-nginx /var/lib/reel-nginx/tmp \
 && install -d -m 755 /srv/films
COPY --from=build /out/ngx_http_reel_module.so /usr/lib/nginx/modules/
COPY --from=build /out/nginx.conf /etc/reel/nginx.conf
USER 991:990
EXPOSE 8080
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
CMD ["nginx", "-p", "/var/lib/reel-nginx", "-c", "/etc/reel/nginx.conf", "-e", "stderr", "-g", "daemon off;"]
