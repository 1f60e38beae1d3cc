use Test::Nginx::Socket;
use ReelFixture;

repeat_each(2);
add_block_preprocessor(sub {
    my ($block) = @_;
    $block->set_value(no_error_log => "[alert]\n[crit]") if !defined $block->no_error_log && !defined $block->error_log;
});
plan 'no_plan';

our $id = ReelFixture::id("films/Alpha.mp4");
our $folder = ReelFixture::id("films/Series");

run_tests();

__DATA__

=== TEST 1: an item by path, with what depends on its place
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/item?path=films/Alpha.mp4
--- response_headers
Content-Type: application/json
Cache-Control: no-cache
--- response_body_like eval
qr(^\{"code":200,"message":"OK","data":\{"id":"$::id","name":"Alpha\.mp4","type":"video","size":\d+,.*"duration":2,.*"subtitles":\[\{"name":"Alpha\.en\.srt","language":"en","format":"srt"\}\],"state":"ready","parent_id":"1","path":"films/Alpha\.mp4","parent_path":"films","url":"/media/films/Alpha\.mp4","thumbnail":"/thumbnails/([0-9a-f]{2})/\1[0-9a-f]{30}\.jpg"\},"cursor":"\d+-\d+"\}$)



=== TEST 2: an item by id
--- config
    location /api/ { reel api; }
--- request eval
"GET /api/videos/item?id=$::id"
--- response_body_like: "path":"films/Alpha\.mp4","parent_path":"films","url":"/media/films/Alpha\.mp4","thumbnail":"/thumbnails/[^"]*"\},



=== TEST 3: a folder brings its sums and its first children
--- config
    location /api/ { reel api; }
--- request eval
"GET /api/videos/item?id=$::folder"
--- response_body_like: "type":"directory",.*"files":3,"bytes":\d+,"seconds":5\.\d+,"children":\[\{.*"name":"Season 1".*"parent_id":"\d+","path":"films/Series/Season 1","parent_path":"films/Series","files":2,.*"pagination":\{"page":1,"page_size":20,"total":2,"total_exact":true,"total_pages":1,"has_next":false,"has_prev":false,"after":null\}\},"cursor"



=== TEST 4: page_size is that of the children
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/item?path=films/many&page_size=7
--- response_body_like: "file-06\.mp4".*"total":60,"total_exact":true,"total_pages":9,"has_next":true,"has_prev":false,"after":"[A-Za-z0-9_-]+"
--- response_body_unlike: file-07



=== TEST 5: reel_media is the beginning of URLs, with a slash
--- config
    location /api/ { reel api; reel_media https://cdn.example/m; }
--- request
GET /api/videos/item?path=films/gamma%20ray.webm
--- response_body_like: "url":"https://cdn\.example/m/films/gamma%20ray\.webm"



=== TEST 6: names that JSON and URLs need to escape
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/item?path=films/100%25+%26+more,+%22quoted%22.mp4
--- response_body_like: "path":"films/100% & more, \\"quoted\\"\.mp4","parent_path":"films","url":"/media/films/100%25%20%26%20more%2C%20%22quoted%22\.mp4"



=== TEST 7: a name that is not UTF-8
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/item?path=films/bad%ff%FEname.mp4
--- response_body_like eval
qr("path":"films/bad\xef\xbf\xbd\xef\xbf\xbdname\.mp4","path_raw":"films/bad%FF%FEname\.mp4","parent_path":"films","url":"/media/films/bad%FF%FEname\.mp4")



=== TEST 8: a name in UTF-8 needs no second form
--- config
    location /api/ { reel api; }
--- request eval
"GET /api/videos/item?path=films/" . ReelFixture::uri("\xc3\xbcn\xc3\xafcode \xe6\xb5\x8b\xe8\xaf\x95.mp4")
--- response_body_like eval
qr("path":"films/\xc3\xbcn\xc3\xafcode \xe6\xb5\x8b\xe8\xaf\x95\.mp4","parent_path":"films","url":"/media/films/%C3%BCn%C3%AFcode%20%E6%B5%8B%E8%AF%95\.mp4")



=== TEST 9: a file that is no film says why
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/item?path=films/broken.mp4
--- response_body_like: "state":"failed","error":"[^"]+"



=== TEST 10: unknown id answers 404
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/item?id=4611686018427387904
--- error_code: 404
--- response_headers_like
X-Reel-Cursor: \d+-\d+
--- response_body_like: ^\{"code":404,"message":"there is no such item in the library","data":null,"cursor":"\d+-\d+"\}$



=== TEST 11: unknown path answers 404
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/item?path=films/nowhere.mp4
--- error_code: 404
--- response_body_like: "data":null



=== TEST 12: a path through a file answers 404
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/item?path=films/Alpha.mp4/x
--- error_code: 404
--- response_body_like: "data":null



=== TEST 13: neither path nor id
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/item
--- error_code: 400
--- response_body_like: the parameter \\"path\\" or \\"id\\" is missing



=== TEST 14: roots
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/root
--- response_body_like: ^\{"code":200,"message":"OK","data":\{"videos":\[\{"id":"1","name":"films",[^}]*"parent_id":"0","path":"films","parent_path":"","files":76,[^}]*\},\{"id":"2","name":"music",[^}]*\}\]\},"cursor":"\d+-\d+"\}$



=== TEST 15: children by path, folders and files of all types
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/children?path=films&page_size=100
--- response_body_like: "100% & more.*"Alpha\.en\.srt".*"type":"subtitle".*"Alpha\.mp4".*"Series".*"type":"directory".*"notes\.txt".*"type":"unknown".*"poster\.jpg".*"type":"image".*"total":14,
--- response_body_unlike: hidden|link-out|Season|file-00



=== TEST 16: children by id
--- config
    location /api/ { reel api; }
--- request eval
"GET /api/videos/children?id=$::folder"
--- response_body_like: "Season 1".*"Season 2".*"total":2,



=== TEST 17: children of a file
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/children?path=films/Alpha.mp4
--- error_code: 404
--- response_body_like: that item is not a folder



=== TEST 18: children of nothing are the roots
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/children
--- response_body_like: "path":"films".*"path":"music".*"total":2,



=== TEST 19: an empty folder
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/children?path=films/empty
--- response_body_like: "data":\{"videos":\[\],"pagination":\{"page":1,"page_size":20,"total":0,"total_exact":true,"total_pages":0,"has_next":false,"has_prev":false,"after":null\}\}



=== TEST 20: videos are all videos of the library, in tree order
--- config
    location /api/ { reel api; }
--- request
GET /api/videos?page_size=1000
--- response_body_like: "films/100% & more.*"films/Alpha\.mp4".*"films/Beta\.mkv".*"films/Series/Season 1/E01\.mp4".*"films/Series/Season 2/E01\.mkv".*"films/bad.*"path":"films/hls".*"films/many/file-59\.mp4".*"total":71,
--- response_body_unlike: "type":"(directory|audio|image|subtitle|playlist|unknown)"



=== TEST 21: types by name
--- config
    location /api/ { reel api; }
--- request
GET /api/videos?type=audio,subtitle
--- response_body_like: "Alpha\.en\.srt".*"music/tone\.flac".*"total":2,



=== TEST 22: longest and newest first
--- config
    location /api/ { reel api; }
--- request
GET /api/videos?type=all&sort=duration&order=desc&page_size=3
--- response_body_like: "path":"films".*"path":"films/many".*"path":"films/Series"



=== TEST 23: a page behind the end is empty and counts right
--- config
    location /api/ { reel api; }
--- request
GET /api/videos?path=films/many&page=8&page_size=10
--- response_body_like: "videos":\[\],"pagination":\{"page":8,"page_size":10,"total":60,"total_exact":true,"total_pages":6,"has_next":false,"has_prev":true,"after":null\}
