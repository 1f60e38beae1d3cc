use Test::Nginx::Socket;
use ReelFixture;

repeat_each(2);
plan tests => repeat_each() * (3 * blocks() + 1);

our $version = do {
    open my $in, '<', 'CHANGES' or die "CHANGES: $!";
    <$in> =~ /^Changes with Reel (\S+)/ ? $1 : die "CHANGES begins with something else";
};

run_tests();

__DATA__

=== TEST 1: version is the first line of CHANGES
--- config
    location = /version { reel version; }
--- request
GET /version
--- response_headers
Content-Type: application/json
--- response_body eval
qq({"code":200,"message":"OK","data":"$::version"})



=== TEST 2: version answers HEAD with headers alone
--- config
    location = /version { reel version; }
--- request
HEAD /version
--- response_headers
Content-Type: application/json
--- response_body



=== TEST 3: another method is 405 and told what there is
--- config
    location = /version { reel version; }
--- request
DELETE /version
--- response_headers_like
Allow: .*GET.*
--- response_body_like: ^\{"code":405,"message":".+","data":null\}$
--- error_code: 405



=== TEST 4: health needs no index
--- http_config
--- config
    location = /healthz { reel health; }
--- request
GET /healthz
--- response_headers
Content-Type: application/json
--- response_body_like: ^\{"code":200,



=== TEST 5: nginx's own errors come in our envelope
--- config
    error_page 404 @reel_error;
    location /nothing { return 404; }
    location @reel_error { reel error; }
--- request
GET /nothing
--- response_headers
Content-Type: application/json
--- response_body_like: ^\{"code":404,"message":".+","data":null\}$
--- error_code: 404



=== TEST 6: the library of the harness can be read
--- config
    location = /readyz { reel ready; }
--- request
GET /readyz
--- response_headers
Content-Type: application/json
--- response_body_like: ^\{"code":200,
--- no_error_log
[error]
