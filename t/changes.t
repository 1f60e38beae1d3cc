use Test::Nginx::Socket;
use ReelFixture;

repeat_each(2);
add_block_preprocessor(sub {
    my ($block) = @_;
    $block->set_value(no_error_log => "[alert]\n[crit]") if !defined $block->no_error_log && !defined $block->error_log;
});
plan 'no_plan';

our $head = ReelFixture::sql("file:$ENV{TEST_NGINX_REEL_INDEX}?mode=ro",
    "SELECT (SELECT value FROM meta WHERE key = 'epoch') || '-' || (SELECT max(seq) FROM changes)");
our ($epoch, $seq) = split /-/, $head;

run_tests();

__DATA__

=== TEST 1: the log from its beginning
--- config
    location /api/ { reel api; }
--- request
GET /api/changes?limit=3
--- response_headers eval
"X-Reel-Cursor: $::epoch-3"
--- response_body_like eval
qr(^\{"code":200,"message":"OK","data":\{"changes":\[\{"cursor":"$::epoch-1","prev":"$::epoch-0","ts":"20\d\d-[-0-9T:.]+Z","op":"put","id":"1","item_type":"directory","path":"films","item":\{"id":"1",[^}]*"parent_id":"0","path":"films","parent_path":""\}\},\{"cursor":"$::epoch-2","prev":"$::epoch-1",.*\],"head":"$::head","oldest":"$::epoch-0"\},"cursor":"$::epoch-3"\}$)



=== TEST 2: behind a cursor
--- config
    location /api/ { reel api; }
--- request eval
"GET /api/changes?since=$::epoch-3&limit=1"
--- response_body_like eval
qr("changes":\[\{"cursor":"$::epoch-4","prev":"$::epoch-3")



=== TEST 3: nothing new
--- config
    location /api/ { reel api; }
--- request eval
"GET /api/changes?since=$::head"
--- response_body eval
qq({"code":200,"message":"OK","data":{"changes":[],"head":"$::head","oldest":"$::epoch-0"},"cursor":"$::head"})



=== TEST 4: a cursor ahead of the log
--- config
    location /api/ { reel api; }
--- request eval
"GET /api/changes?since=$::epoch-" . ($::seq + 1)
--- error_code: 410
--- response_body_like eval
qr(^\{"code":410,"message":"the cursor of \\"since\\" is ahead of the change log; [^"]+","data":null,"cursor":"$::head"\}$)



=== TEST 5: a cursor of another log
--- config
    location /api/ { reel api; }
--- request
GET /api/changes?since=1-1
--- error_code: 410
--- response_headers eval
"X-Reel-Cursor: $::head"
--- response_body_like: is of another change log



=== TEST 6: a file's record brings its item, with its URL
--- config
    location /api/ { reel api; }
--- request
GET /api/changes?limit=1000
--- response_body_like: "item_type":"audio","path":"music/tone\.flac","item":\{"id":"3",[^}]*"path":"music/tone\.flac","parent_path":"music","url":"/media/music/tone\.flac","thumbnail":"/thumbnails/item/3\.jpg"\}



=== TEST 7: at_least what is there
--- config
    location /api/ { reel api; }
--- request eval
"GET /api/videos/root?at_least=$::head"
--- response_headers eval
"X-Reel-Cursor: $::head"
--- response_body_like: "code":200



=== TEST 8: at_least of another log
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/root?at_least=1-1
--- error_code: 410
--- response_body_like: \\"at_least\\" belongs to has been begun anew



=== TEST 9: at_least of what never comes
--- config
    location /api/ { reel api; }
--- request eval
"GET /api/videos/root?at_least=$::epoch-" . ($::seq + 1)
--- error_code: 503
--- response_headers
Retry-After: 1
--- response_body_like: the index has not come to the cursor of \\"at_least\\" yet



=== TEST 10: a client that does not wait for it
--- config
    location /api/ { reel api; }
--- request eval
"GET /api/videos/root?at_least=$::epoch-" . ($::seq + 1)
--- timeout: 300ms
--- abort
--- ignore_response
