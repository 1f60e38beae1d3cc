use Test::Nginx::Socket;
use ReelFixture;

repeat_each(2);
plan tests => repeat_each() * (2 * blocks());
run_tests();

__DATA__

=== TEST 1: status tells who listens and how others left
--- config
    location = /feed { reel feed; reel_max_age 1ms; }
    location /api/ { reel api; }
--- request
GET /api/status
--- response_body_like: "feed":\{"clients":\{"websocket":\d+,"sse":\d+\},"queue_bytes":\d+,"gaps":\{"unknown":\d+,"old":\d+,"ahead":\d+\},"closes":\{"client":\d+,"silent":\d+,"reload":\d+,"max_age":\d+,"talk":\d+,"protocol":\d+,"error":\d+\}\}



=== TEST 2: status without a feed does not speak of one
--- config
    location /api/ { reel api; }
--- request
GET /api/status
--- response_body_unlike: "feed"



=== TEST 3: a ping of no time is refused
--- config
    location = /feed { reel feed; reel_ping 0; }
--- must_die
--- error_log
"reel_ping" directive has to be longer than nothing



=== TEST 4: a feed needs an index
--- http_config
--- config
    location = /feed { reel feed; }
--- must_die
--- error_log
"reel feed" needs to know its library
