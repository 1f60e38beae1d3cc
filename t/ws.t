use Test::Nginx::Socket;
use ReelFixture;

# A request that ends with a Close frame is answered, and the connection closed:
# so the frames that came with the handshake were not lost.
our $close = "\x88\x80\0\0\0\0";
our $since = ReelFixture::sql($ENV{TEST_NGINX_REEL_INDEX}, "SELECT value FROM meta WHERE key = 'epoch'") . '-0';

# The answer to the key of RFC 6455, section 1.3.
our $accept = 's3pPLMBiTxaQ9kYGzzhZRbK\+xOo=';

sub handshake {
    my ($tail, %change) = @_;
    my %header = (
        Host => 'localhost', Upgrade => 'websocket', Connection => 'Upgrade',
        'Sec-WebSocket-Version' => 13, 'Sec-WebSocket-Key' => 'dGhlIHNhbXBsZSBub25jZQ==', %change,
    );
    $header{Connection} = "Upgrade, close" if $tail eq '' && !exists $change{Connection};
    my $line = delete $header{line} // 'GET /feed HTTP/1.1';
    return join("\r\n", $line, map({ defined $header{$_} ? "$_: $header{$_}" : () } sort keys %header), '', '') . $tail;
}

repeat_each(2);
no_shuffle();
plan tests => repeat_each() * (2 * blocks() + 8);
run_tests();

__DATA__

=== TEST 1: 101, hello, and the Close that came with the handshake is echoed
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake($main::close)
--- raw_response_headers_like eval
qr/^HTTP\/1\.1 101 Switching Protocols\r\n.*^Connection: upgrade\r\n.*^Upgrade: websocket\r\nSec-WebSocket-Accept: $main::accept\r\n/ms
--- response_body_like eval
qr/^\x81.\{"type":"hello","from":"\d+-\d+","head":"\d+-\d+","oldest":"\d+-0"\}\x88\x00$/s
--- error_code: 101
--- no_error_log
[alert]



=== TEST 2: the code of a Close is echoed
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake("\x88\x82\0\0\0\0\x0f\xa0")
--- response_body_like eval
qr/\x88\x02\x0f\xa0$/s
--- error_code: 101



=== TEST 3: a ping that came with the handshake is answered with its payload
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake("\x89\x85\0\0\0\0early$main::close")
--- response_body_like eval
qr/\x8a\x05early\x88\x00$/s
--- error_code: 101



=== TEST 4: messages of a client are thrown away
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake("\x81\x82\0\0\0\0{}\x82\x83\0\0\0\0\xff\xfe\xfd$main::close")
--- response_body_like eval
qr/^\x81.\{"type":"hello"[^}]*\}\x88\x00$/s
--- error_code: 101



=== TEST 5: an unmasked frame is closed with 1002
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake("\x81\x02hi")
--- response_body_like eval
qr/\}\x88\x02\x03\xea$/s
--- error_code: 101



=== TEST 6: text that is not UTF-8 is closed with 1007
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake("\x81\x82\0\0\0\0\xc3\x28")
--- response_body_like eval
qr/\}\x88\x02\x03\xef$/s
--- error_code: 101



=== TEST 7: a message of more than reel_message_max is closed with 1009
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake("\x82\xfe\x10\x01\0\0\0\0")
--- response_body_like eval
qr/\}\x88.\x03\xf1[ -~]+$/s
--- error_code: 101



=== TEST 8: which can be another one
--- config
    location = /feed { reel feed; reel_message_max 4097; }
--- raw_request eval
main::handshake("\x82\xfe\x10\x01\0\0\0\0" . 'x' x 4097 . $main::close)
--- response_body_like eval
qr/\}\x88\x00$/s
--- error_code: 101



=== TEST 9: who talks too fast is closed with 1008
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake("\x8a\x80\0\0\0\0" x 20000)
--- response_body_like eval
qr/\}\x88.\x03\xf0[ -~]+$/s
--- error_code: 101



=== TEST 10: records after a cursor, as text frames
--- raw_request eval
main::handshake('', line => "GET /feed?since=$main::since HTTP/1.1")
--- config
    location = /feed { reel feed; reel_max_age 500ms; }
--- response_body_like eval
qr/^\x81.\{"type":"hello","from":"$main::since".*?\x81[^{]+\{"type":"change","cursor":"\d+-1","prev":"$main::since".*"cursor":"\d+-2","prev":"\d+-1".*\{"type":"bye","reason":"max_age","retry_ms":\d+\}\x88\x02\x03\xe9$/s
--- error_code: 101



=== TEST 11: a cursor that is none is a gap, and the feed goes on
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake($main::close, line => 'GET /feed?since=yesterday HTTP/1.1')
--- response_body_like eval
qr/^\x81.\{"type":"hello","from":"(\d+-\d+)".*\x81.\{"type":"gap","reason":"unknown","cursor":"\1"\}\x88\x00$/s
--- error_code: 101



=== TEST 12: another version is 426 and told which
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake('', 'Sec-WebSocket-Version' => 12)
--- response_headers
Sec-WebSocket-Version: 13
Upgrade: websocket
--- response_body_like: ^\{"code":426,"message":".+","data":null\}$
--- error_code: 426



=== TEST 13: no version is 426
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake('', 'Sec-WebSocket-Version' => undef)
--- response_headers
Sec-WebSocket-Version: 13
--- response_body_like: ^\{"code":426,
--- error_code: 426



=== TEST 14: HTTP/1.0 is 426
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake('', line => 'GET /feed HTTP/1.0')
--- response_headers
Sec-WebSocket-Version: 13
--- response_body_like: ^\{"code":426,
--- error_code: 426



=== TEST 15: a key that is not 16 bytes is 400
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake('', 'Sec-WebSocket-Key' => 'c2hvcnQ=')
--- response_body_like: ^\{"code":400,"message":".*Sec-WebSocket-Key
--- error_code: 400



=== TEST 16: a key that is no base64 is 400
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake('', 'Sec-WebSocket-Key' => 'dGhlIHNhbXBs-SBub25jZQ==')
--- response_body_like: ^\{"code":400,
--- error_code: 400



=== TEST 17: no key is 400
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake('', 'Sec-WebSocket-Key' => undef)
--- response_body_like: ^\{"code":400,
--- error_code: 400



=== TEST 18: a key without Upgrade is 400 and guesses why
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake('', Upgrade => undef, Connection => 'close')
--- response_body_like: ^\{"code":400,"message":".*proxy
--- error_code: 400



=== TEST 19: POST is 405
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake('', line => 'POST /feed HTTP/1.1', 'Content-Length' => 0)
--- response_headers_like
Allow: .*GET.*
--- response_body_like: ^\{"code":405,
--- error_code: 405



=== TEST 20: a page of the same origin may
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake($main::close, Host => 'localhost:8080', Origin => 'http://LOCALHOST:8080')
--- response_body_like eval
qr/"hello"/
--- error_code: 101



=== TEST 21: a page of another origin is 403
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake('', Origin => 'http://evil.example')
--- response_body_like: ^\{"code":403,"message":".*evil\.example.*reel_origins
--- error_code: 403



=== TEST 22: a page of no origin is 403
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake('', Origin => 'null')
--- response_body_like: ^\{"code":403,
--- error_code: 403



=== TEST 23: reel_origins says who may
--- config
    location = /feed { reel feed; reel_origins https://a.example https://b.example; }
--- raw_request eval
main::handshake($main::close, Origin => 'https://b.example')
--- response_body_like eval
qr/"hello"/
--- error_code: 101



=== TEST 24: and who may not
--- config
    location = /feed { reel feed; reel_origins https://a.example https://b.example; }
--- raw_request eval
main::handshake('', Origin => 'http://localhost')
--- response_body_like: ^\{"code":403,
--- error_code: 403



=== TEST 25: tokens of headers are found in lists, in any case
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake($main::close, Connection => 'keep-alive ,	UPGRADE', Upgrade => 'h2c, WebSocket')
--- response_body_like eval
qr/"hello"/
--- error_code: 101



=== TEST 26: an unknown type is 400 before any upgrade
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake('', line => 'GET /feed?type=movie HTTP/1.1')
--- response_body_like: ^\{"code":400,"message":".*type
--- error_code: 400



=== TEST 27: allow and deny stand in front
--- config
    location = /feed { reel feed; deny all; }
--- raw_request eval
main::handshake('')
--- error_code: 403
--- response_body_like: 403 Forbidden



=== TEST 28: without an index it is 503 and says how to mend it
--- http_config
    reel_index /nowhere/index.db;
--- config
    location = /feed { reel feed; }
--- raw_request eval
main::handshake('')
--- response_headers
Retry-After: 1
--- response_body_like: ^\{"code":503,"message":".*does not exist
--- error_code: 503



=== TEST 29: auth_request stands in front
--- config
    location = /feed { reel feed; auth_request /auth; }
    location = /auth { return 403; }
--- raw_request eval
main::handshake('')
--- response_body_like: 403 Forbidden
--- error_code: 403



=== TEST 30: and lets through whom it knows
--- config
    location = /feed { reel feed; auth_request /auth; }
    location = /auth { return 204; }
--- raw_request eval
main::handshake($main::close)
--- response_body_like eval
qr/"hello"/
--- error_code: 101
