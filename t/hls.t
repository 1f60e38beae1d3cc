# A folder with a stream is one film: listed as one, counted as one, with its
# segments folded away unless they are asked for.

use Test::Nginx::Socket;
use ReelFixture;

repeat_each(2);
add_block_preprocessor(sub {
    my ($block) = @_;
    $block->set_value(no_error_log => "[alert]\n[crit]") if !defined $block->no_error_log && !defined $block->error_log;
});
plan 'no_plan';

our $id = ReelFixture::id("films/hls");

run_tests();

__DATA__

=== TEST 1: the item has facts, a picture, and its first children but segments
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/item?path=films/hls
--- response_body_like eval
qr(^\{"code":200,"message":"OK","data":\{"id":"$::id","name":"hls","type":"hls_directory",.*"width":160,"height":120,.*"container":"hls","codec":"h264",.*"audio_codec":"aac",.*"state":"ready","playlist":"index\.m3u8","duration":2,"bitrate":\d+,"segments":2,"parent_id":"1","path":"films/hls","parent_path":"films","files":3,"bytes":\d+,"seconds":2,"thumbnail":"/thumbnails/([0-9a-f]{2})/\1[0-9a-f]{30}\.jpg","children":\[\{"id":"\d+","name":"index\.m3u8","type":"playlist",[^\]]*"duration":2,"container":"hls","state":"ready","segments":2,"parent_id":"$::id",[^\]]*\],"pagination":\{[^}]*"total":1,)



=== TEST 2: its children but segments
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/children?path=films/hls
--- response_body_like: "name":"index\.m3u8".*"total":1,
--- response_body_unlike: "type":"segment"



=== TEST 3: segments for who asks for them
--- config
    location /api/ { reel api; }
--- request
GET /api/videos?path=films/hls&type=segment
--- response_body_like: "name":"0\.ts","type":"segment","size":\d+,.*"name":"1\.ts","type":"segment",.*"total":2,



=== TEST 4: a film of the folder above
--- config
    location /api/ { reel api; }
--- request
GET /api/videos?path=films&recursive=0&page_size=100
--- response_body_like: "name":"gamma ray\.webm".*"name":"hls","type":"hls_directory".*"thumbnail":"/thumbnails/
--- response_body_unlike: "type":"(directory|segment|playlist)"



=== TEST 5: and found by its duration
--- config
    location /api/ { reel api; }
--- request
GET /api/videos?path=films&type=hls_directory&sort=duration&order=desc
--- response_body_like: "videos":\[\{"id":"\d+","name":"hls",.*"total":1,



=== TEST 6: nothing below it is a film
--- config
    location /api/ { reel api; }
--- request
GET /api/videos?path=films/hls
--- response_body_like: "videos":\[\],.*"total":0,



=== TEST 7: the symbol of a film until its picture is made
--- config
    location /thumbnails/ { reel placeholder; }
--- request eval
"GET /thumbnails/item/$::id.jpg"
--- response_body_like: M148 72v36l32-18z
