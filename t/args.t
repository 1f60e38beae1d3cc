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

=== TEST 1: unknown endpoint lists what there is
--- config
    location /api/ { reel api; }
--- request
GET /api/nothing
--- error_code: 404
--- response_body_like: there is no such endpoint; there are: videos/item, videos/children, videos, videos/root, changes, status, tasks/status, watcher/status



=== TEST 2: the location itself is no endpoint
--- config
    location /api/ { reel api; }
--- request
GET /api/
--- error_code: 404
--- response_body_like: there is no such endpoint



=== TEST 3: a location without a slash at its end
--- config
    location /api { reel api; }
--- request
GET /api/videos/root
--- response_body_like: "code":200



=== TEST 4: what only begins like it is not below it
--- config
    location /api { reel api; }
--- request
GET /apivideos
--- error_code: 404
--- response_body_like: there is no such endpoint



=== TEST 5: what nobody knows is ignored
--- config
    location /api/ { reel api; }
--- request
GET /api/videos?color=red&&=&x&page_size=1
--- response_body_like: "page_size":1,



=== TEST 6: parameters that an endpoint does not know are ignored
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/root?page=x
--- response_body_like: "code":200



=== TEST 7: given twice
--- config
    location /api/ { reel api; }
--- request
GET /api/videos?page=1&page=1
--- error_code: 400
--- response_body_like: the parameter \\"page\\" is given twice



=== TEST 8: page from 1 on
--- config
    location /api/ { reel api; }
--- request eval
[map { "GET /api/videos?page=$_" } '0', '-1', 'x', '', '1.5', '01', '9223372036854775808']
--- error_code eval
[(400) x 7]
--- response_body_like eval
[('the parameter ."page." has to be a number') x 7]



=== TEST 9: page_size from 1 to 1000
--- config
    location /api/ { reel api; }
--- request eval
[map { "GET /api/videos?page_size=$_" } '0', '1001', 'ten', '', '18446744073709551617']
--- error_code eval
[(400) x 5]
--- response_body_like eval
[('the parameter ."page_size." has to be a number from 1 to 1000') x 5]



=== TEST 10: deep pages go by token
--- config
    location /api/ { reel api; }
--- request
GET /api/videos?page=1001&page_size=10
--- error_code: 400
--- response_body_like: \\"page\\" times \\"page_size\\" is more than 10000; go on with \\"after\\" instead



=== TEST 11: as deep as it goes
--- config
    location /api/ { reel api; }
--- request
GET /api/videos?page=1000&page_size=10
--- response_body_like: "videos":\[\],



=== TEST 12: types
--- config
    location /api/ { reel api; }
--- request eval
[map { "GET /api/videos?type=$_" } 'film', '', 'video,', ',video', 'VIDEO', 'all,video']
--- error_code eval
[(400) x 6]
--- response_body_like eval
[('the parameter ."type." has to be') x 6]



=== TEST 13: sort, order, recursive
--- config
    location /api/ { reel api; }
--- request eval
['GET /api/videos?sort=colour', 'GET /api/videos?order=up', 'GET /api/videos?recursive=2', 'GET /api/videos?recursive=']
--- error_code eval
[400, 400, 400, 400]
--- response_body_like eval
['parameter ."sort."', 'parameter ."order."', 'parameter ."recursive."', 'parameter ."recursive."']



=== TEST 14: tokens that are none
--- config
    location /api/ { reel api; }
--- request eval
[map { "GET /api/videos?after=$_" } '', 'x', 'AAAAAAAAAAAAAAAA', '%2e%2e', 'AQEAAAAA!']
--- error_code eval
[(400) x 5]
--- response_body_like eval
[('parameter ."after." has to be the ."after." of an answer') x 5]



=== TEST 15: page and after
--- config
    location /api/ { reel api; }
--- request
GET /api/videos?page=1&after=AAAA
--- error_code: 400
--- response_body_like: \\"page\\" or \\"after\\", not both



=== TEST 16: path and id
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/item?path=films&id=1
--- error_code: 400
--- response_body_like: \\"path\\" or \\"id\\", not both



=== TEST 17: search comes later and says so
--- config
    location /api/ { reel api; }
--- request
GET /api/videos?search=alpha
--- error_code: 400
--- response_body_like: \\"search\\" has to be left out: this version does not search



=== TEST 18: percent signs
--- config
    location /api/ { reel api; }
--- request eval
[map { "GET /api/videos?path=$_" } '%', '%4', '%zz', 'films%00', 'x&y=%']
--- error_code eval
[(400) x 5]
--- response_body_like eval
[('the query string holds a %') x 5]



=== TEST 19: a plus is a space
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/item?path=films/gamma+ray.webm
--- response_body_like: "path":"films/gamma ray\.webm"



=== TEST 20: ways out of the library, in every encoding
--- config
    location /api/ { reel api; }
--- request eval
[map { "GET /api/videos/item?path=$_" } '../etc/passwd', 'films/../../etc/passwd', 'films%2f..%2fmusic', 'films/%2e%2e/music',
    '/etc/passwd', '%2fetc%2fpasswd', 'films//Alpha.mp4', 'films/./Alpha.mp4', 'films/', '.', '..', 'films/..']
--- error_code eval
[(400) x 12]
--- response_body_like eval
[('the parameter ."path." has to be a path of the library') x 12]
--- response_body_unlike eval
[('root:') x 12]



=== TEST 21: what is no way out is no way in either
--- config
    location /api/ { reel api; }
--- request eval
[map { "GET /api/videos/item?path=$_" } 'films/..%5cmusic', 'films%5cAlpha.mp4', 'films/%c0%ae%c0%ae/music', 'films/%252e%252e/music',
    'films/link-out/passwd', 'films/.hidden.mp4', 'x' x 255]
--- error_code eval
[(404) x 7]
--- response_body_like eval
[('there is no such item') x 7]



=== TEST 22: a name longer than any
--- config
    location /api/ { reel api; }
--- request eval
"GET /api/videos/item?path=" . "x" x 256
--- error_code: 400
--- response_body_like: parameter \\"path\\"



=== TEST 23: ids
--- config
    location /api/ { reel api; }
--- request eval
[map { "GET /api/videos/item?id=$_" } '0', '-1', 'x', '01', '', '1;2', '9223372036854775808']
--- error_code eval
[(400) x 7]
--- response_body_like eval
[('the parameter ."id." has to be an id') x 7]



=== TEST 24: cursors
--- config
    location /api/ { reel api; }
--- request eval
['GET /api/changes?since=x', 'GET /api/changes?since=1', 'GET /api/changes?since=1-', 'GET /api/videos?at_least=01-1',
    'GET /api/changes?since=1-99999999999999999999']
--- error_code eval
[(400) x 5]
--- response_body_like eval
[('has to be a cursor') x 5]



=== TEST 25: limit
--- config
    location /api/ { reel api; }
--- request eval
['GET /api/changes?limit=0', 'GET /api/changes?limit=1001', 'GET /api/changes?limit=']
--- error_code eval
[(400) x 3]
--- response_body_like eval
[('the parameter ."limit." has to be a number from 1 to 1000') x 3]



=== TEST 26: a token belongs to its query
--- config
    location /api/ { reel api; }
--- request eval
use MIME::Base64 qw(encode_base64url);
'GET /api/videos?after=' . encode_base64url("\1\1\0\0\0\0films/Alpha.mp4")
--- error_code: 400
--- response_body_like: belongs to another query; keep path, recursive, type, sort and order
