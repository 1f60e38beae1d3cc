use Test::Nginx::Socket;
use ReelFixture;

repeat_each(2);
add_block_preprocessor(sub {
    my ($block) = @_;
    $block->set_value(no_error_log => "[alert]\n[crit]") if !defined $block->no_error_log && !defined $block->error_log;
});
plan 'no_plan';

run_tests();

__DATA__

=== TEST 1: an answer names its state
--- config
    location /api/ { reel api; }
--- request
GET /api/videos
--- response_headers_like
ETag: "[0-9a-f]+-[0-9a-f]+-[0-9a-f]+"
X-Reel-Cursor: \d+-\d+
Cache-Control: no-cache



=== TEST 2: HEAD has the length and no body
--- config
    location /api/ { reel api; }
--- request
HEAD /api/videos/item?path=films/Alpha.mp4
--- response_headers_like
Content-Length: [1-9]\d\d+
--- response_body



=== TEST 3: OPTIONS
--- config
    location /api/ { reel api; }
--- request
OPTIONS /api/videos
--- error_code: 204
--- response_headers
Allow: GET, HEAD, OPTIONS
!Access-Control-Allow-Origin
--- response_body



=== TEST 4: another method
--- config
    location /api/ { reel api; }
--- request
POST /api/videos
a body of no interest
--- error_code: 405
--- response_headers
Allow: GET, HEAD, OPTIONS
--- response_body_like: ^\{"code":405,"message":"[^"]+","data":null\}$



=== TEST 5: a body does not become the next request
--- config
    location /api/ { reel api; }
--- pipelined_requests eval
["POST /api/videos\nGET /api/status HTTP/1.1\r\n\r\n", "GET /api/videos/root"]
--- error_code eval
[405, 200]
--- response_body_like eval
['"code":405', '"videos":\[']



=== TEST 6: GET with a body
--- config
    location /api/ { reel api; }
--- pipelined_requests eval
["GET /api/videos/root\n" . "x" x 5000, "GET /api/videos/root"]
--- response_body_like eval
['"videos":\[', '"videos":\[']



=== TEST 7: no origin is told anything by default
--- config
    location /api/ { reel api; }
--- request
GET /api/videos
--- more_headers
Origin: https://elsewhere.example
--- response_headers
!Access-Control-Allow-Origin
!Vary



=== TEST 8: a listed origin may read
--- config
    location /api/ { reel api; reel_origins https://a.example http://b.example:8080; }
--- request
GET /api/videos
--- more_headers
Origin: http://b.example:8080
--- response_headers
Access-Control-Allow-Origin: http://b.example:8080
Access-Control-Expose-Headers: X-Reel-Cursor, ETag, Retry-After
Vary: Origin
!Access-Control-Allow-Credentials



=== TEST 9: another may not, and caches are told that it depends
--- config
    location /api/ { reel api; reel_origins https://a.example; }
--- request
GET /api/videos
--- more_headers
Origin: https://a.example.evil.example
--- response_headers
!Access-Control-Allow-Origin
Vary: Origin



=== TEST 10: preflight
--- config
    location /api/ { reel api; reel_origins https://a.example; }
--- request
OPTIONS /api/videos
--- more_headers
Origin: https://a.example
Access-Control-Request-Method: GET
--- error_code: 204
--- response_headers
Access-Control-Allow-Origin: https://a.example
Access-Control-Allow-Methods: GET, HEAD, OPTIONS
Access-Control-Max-Age: 600
Vary: Origin



=== TEST 11: everybody
--- config
    location /api/ { reel api; reel_origins *; }
--- request
GET /api/videos
--- more_headers
Origin: https://any.example
--- response_headers
Access-Control-Allow-Origin: *



=== TEST 12: errors can be read from there, too
--- config
    location /api/ { reel api; reel_origins https://a.example; }
--- request
GET /api/videos/item?path=nowhere
--- more_headers
Origin: https://a.example
--- error_code: 404
--- response_headers
Access-Control-Allow-Origin: https://a.example



=== TEST 13: status is never stored
--- config
    location /api/ { reel api; }
--- request eval
["GET /api/status", "GET /api/tasks/status", "GET /api/watcher/status"]
--- response_headers eval
[("Cache-Control: no-store\n!ETag") x 3]



=== TEST 14: status tells what it knows
--- config
    location /api/ { reel api; }
--- request
GET /api/status
--- response_body_like: "data":\{"indexer_seen":false,"index_age_ms":\d+,"counts":\{"files":77,"videos":71,"bytes":\d+,"seconds":[\d.]+\},"indexer":\{"version":"[^"]+",.*"running":false\},"phase":"live","scan":\{.*\},"disks":\[.*\]\},"cursor":"\d+-\d+"\}$



=== TEST 15: tasks
--- config
    location /api/ { reel api; }
--- request
GET /api/tasks/status
--- response_body_like: "pending":0,"running":0,"completed":\d+,"failed":1,"failures":\[\{"id":"\d+","path":"films/broken\.mp4","reason":"[^"]+"



=== TEST 16: watcher
--- config
    location /api/ { reel api; }
--- request
GET /api/watcher/status
--- response_body_like: "watches":\d+,"watches_missing":0



=== TEST 17: ready
--- config
    location = /readyz { reel ready; }
--- request
GET /readyz
--- response_body_like: ^\{"code":200,"message":"OK","data":\{"indexer_seen":false,"index_age_ms":\d+,.*"phase":"live"



=== TEST 18: nginx's errors keep their status in our envelope
--- config
    error_page 403 404 405 413 429 500 502 503 504 @reel_error;
    location = /403 { return 403; }
    location = /413 { client_max_body_size 1; proxy_pass http://127.0.0.1:1; }
    location = /502 { proxy_pass http://127.0.0.1:1; }
    location = /500 { return 500; }
    location @reel_error { reel error; }
--- request eval
["GET /403", "GET /nothing", "GET /502", "GET /500", "POST /413\nlonger than one byte"]
--- error_code eval
[403, 404, 502, 500, 413]
--- response_body_like eval
[map { "^\\{\"code\":$_,\"message\":\"[^\"]+\",\"data\":null\\}\$" } 403, 404, 502, 500, 413]
--- no_error_log
[alert]



=== TEST 19: reel error by itself is a 404
--- config
    location /e { reel error; }
--- request
GET /e
--- error_code: 404
--- response_body_like: "code":404



=== TEST 20: inside of if and limit_except
--- config
    location /api/ {
        reel api;
        if ($arg_x) { set $y 1; }
        limit_except GET { deny all; }
    }
--- request eval
["GET /api/videos/root?x=1", "POST /api/videos/root"]
--- error_code eval
[200, 403]



=== TEST 21: as a subrequest
--- config
    location /api/ { reel api; }
    location /guarded { auth_request /api/videos/root; return 200 "let in"; }
    location /shut { auth_request /api/nothing; return 200 "let in"; }
--- request eval
["GET /api/videos/root", "GET /guarded"]
--- error_code eval
[200, 200]
