use Test::Nginx::Socket;
use ReelFixture;

# Long answers end by reel_max_age here.
our $epoch = ReelFixture::sql($ENV{TEST_NGINX_REEL_INDEX}, "SELECT value FROM meta WHERE key = 'epoch'");
our $head  = ReelFixture::sql($ENV{TEST_NGINX_REEL_INDEX}, 'SELECT max(seq) FROM changes');

add_block_preprocessor(sub {
    my ($block) = @_;
    $block->set_value('http_config', 'reel_index $TEST_NGINX_REEL_INDEX; reel_max_age 300ms;');
});

repeat_each(2);
no_shuffle();
plan tests => repeat_each() * (2 * blocks() + 10);
run_tests();

__DATA__

=== TEST 1: an event stream, never stored or held back
--- config
    location = /feed { reel feed; }
--- request
GET /feed
--- response_headers
Content-Type: text/event-stream
Cache-Control: no-store
X-Accel-Buffering: no
--- response_body_like eval
qr/^id: $main::epoch-$main::head\ndata: \{"type":"hello","from":"$main::epoch-$main::head","head":"$main::epoch-$main::head","oldest":"$main::epoch-0"\}\n\n/
--- no_error_log
[alert]



=== TEST 2: it ends with a bye that says when to come again
--- config
    location = /feed { reel feed; }
--- request
GET /feed
--- response_body_like eval
qr/\n\nretry: (\d+)\ndata: \{"type":"bye","reason":"max_age","retry_ms":\1\}\n\n$/



=== TEST 3: every record after a cursor, each with its own as id
--- config
    location = /feed { reel feed; }
--- request eval
"GET /feed?since=$main::epoch-0"
--- response_body_like eval
my $records = join '', map { my $prev = $_ - 1; "id: $main::epoch-$_\\ndata: \\{\"type\":\"change\",\"cursor\":\"$main::epoch-$_\",\"prev\":\"$main::epoch-$prev\",\"ts\":\"[^\\n]+\\}\\n\\n" } 1 .. $main::head;
qr/^id: $main::epoch-0\ndata: \{"type":"hello","from":"$main::epoch-0",[^\n]+\n\n${records}retry/



=== TEST 4: Last-Event-ID is newer than what is in the URL
--- config
    location = /feed { reel feed; }
--- request eval
"GET /feed?since=$main::epoch-0"
--- more_headers eval
"Last-Event-ID: $main::epoch-" . ($main::head - 1)
--- response_body_like eval
my $n = $main::head - 1;
qr/^id: $main::epoch-$n\n[^\n]+"hello"[^\n]+\n\nid: $main::epoch-$main::head\n[^\n]+"change"[^\n]+\n\nretry/



=== TEST 5: a cursor of another log is a gap
--- config
    location = /feed { reel feed; }
--- request
GET /feed?since=1-5
--- response_body_like eval
qr/"hello","from":"$main::epoch-$main::head"[^\n]+\n\nid: $main::epoch-$main::head\ndata: \{"type":"gap","reason":"unknown","cursor":"$main::epoch-$main::head"\}\n\nretry/



=== TEST 6: a cursor ahead of the log is a gap
--- config
    location = /feed { reel feed; }
--- request eval
"GET /feed?since=$main::epoch-99999999"
--- response_body_like eval
qr/data: \{"type":"gap","reason":"ahead","cursor":"$main::epoch-$main::head"\}\n\nretry/



=== TEST 7: only what lies below a path
--- config
    location = /feed { reel feed; }
--- request eval
"GET /feed?path=films/many&since=$main::epoch-0"
--- response_body_like eval
qr/^id[^\n]+\n[^\n]+"hello"[^\n]+\n\n(id[^\n]+\ndata[^\n]+"path":"films\/many(\/[^"]+)?","item"[^\n]+\n\n)+id: $main::epoch-$main::head\ndata: \{"type":"bookmark","cursor":"$main::epoch-$main::head"\}\n\nretry/



=== TEST 8: only some types
--- config
    location = /feed { reel feed; }
--- request eval
"GET /feed?type=audio,subtitle&since=$main::epoch-0"
--- response_body_unlike eval
qr/"op":"put","id":"\d+","item_type":"(?!audio|subtitle)/



=== TEST 9: a scope is all there is
--- config
    location = /feed { reel feed; reel_scope music; }
--- request eval
"GET /feed?since=$main::epoch-0"
--- response_body_unlike: films



=== TEST 10: and what lies elsewhere is not found
--- config
    location = /feed { reel feed; reel_scope music; }
--- request
GET /feed?path=films
--- response_body_like: ^\{"code":404,
--- error_code: 404



=== TEST 11: an unknown type is 400
--- config
    location = /feed { reel feed; }
--- request
GET /feed?type=movie
--- response_body_like: ^\{"code":400,"message":".*type
--- error_code: 400



=== TEST 12: a path that cannot be is 400
--- config
    location = /feed { reel feed; }
--- request
GET /feed?path=films/../etc
--- response_body_like: ^\{"code":400,"message":".*path
--- error_code: 400



=== TEST 13: another method is 405
--- config
    location = /feed { reel feed; }
--- request
POST /feed
--- response_headers_like
Allow: .*GET.*
--- response_body_like: ^\{"code":405,
--- error_code: 405



=== TEST 14: HEAD is answered with headers alone
--- config
    location = /feed { reel feed; }
--- request
HEAD /feed
--- response_headers
Content-Type: text/event-stream
--- response_body



=== TEST 15: it is never compressed
--- config
    location = /feed { reel feed; gzip on; gzip_types text/event-stream; gzip_min_length 1; }
--- request
GET /feed
--- more_headers
Accept-Encoding: gzip
--- response_headers
!Content-Encoding
--- response_body_like: "hello"



=== TEST 16: HTTP/1.0 gets the plain stream
--- config
    location = /feed { reel feed; }
--- request
GET /feed HTTP/1.0
--- response_headers
!Transfer-Encoding
--- response_body_like: ^id: \S+\ndata: \{"type":"hello"



=== TEST 17: pages of named origins may read it
--- config
    location = /feed { reel feed; reel_origins https://a.example; }
--- request
GET /feed
--- more_headers
Origin: https://a.example
--- response_headers
Access-Control-Allow-Origin: https://a.example
Vary: Origin
--- response_body_like: "hello"



=== TEST 18: a comment is sent every reel_ping
--- config
    location = /feed { reel feed; reel_ping 100ms; reel_max_age 2s; }
--- request
GET /feed
--- response_body_like eval
qr/"hello"[^\n]+\n\n(:\n\n){2,20}retry/



=== TEST 19: it cannot be a part of another page
--- config
    location = /feed { reel feed; }
    location = /page { default_type text/html; ssi on; return 200 "[<!--#include virtual='/feed' -->]"; }
--- request
GET /page
--- response_body_like: ^\[.*"code":400.*\]$



=== TEST 20: limit_rate is kept, and nothing is lost
--- config
    location = /feed { reel feed; limit_rate 400; }
--- request
GET /feed
--- response_body_like: "hello".*"bye"



=== TEST 21: allow and deny stand in front
--- config
    location = /feed { reel feed; deny all; }
--- request
GET /feed
--- response_body_like: 403 Forbidden
--- error_code: 403



=== TEST 22: auth_request stands in front
--- config
    location = /feed { reel feed; auth_request /auth; }
    location = /auth { return 401; }
--- request
GET /feed
--- response_body_like: 401 Authorization
--- error_code: 401



=== TEST 23: and lets through whom it knows
--- config
    location = /feed { reel feed; auth_request /auth; }
    location = /auth { return 204; }
--- request
GET /feed
--- response_body_like: "hello"
