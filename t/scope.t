use Test::Nginx::Socket;
use ReelFixture;

repeat_each(2);
add_block_preprocessor(sub {
    my ($block) = @_;
    $block->set_value(no_error_log => "[alert]\n[crit]") if !defined $block->no_error_log && !defined $block->error_log;
});
plan 'no_plan';

our $other = ReelFixture::id("music/tone.flac");
our $inside = ReelFixture::id("films/Series/Season 1/E01.mp4");
our $series = ReelFixture::id("films/Series");

run_tests();

__DATA__

=== TEST 1: the scope is the root
--- config
    location /api/ { reel api; reel_scope films/Series; }
--- request
GET /api/videos/root
--- response_body_like: ^\{"code":200,"message":"OK","data":\{"videos":\[\{[^}]*"name":"Series",[^}]*"parent_id":"0","path":"films/Series","parent_path":"","files":3,[^}]*\}\]\}



=== TEST 2: videos are those of the scope
--- config
    location /api/ { reel api; reel_scope films/Series; }
--- request
GET /api/videos
--- response_body_like: "films/Series/Season 1/E01\.mp4".*"films/Series/Season 2/E01\.mkv".*"total":3,
--- response_body_unlike: Alpha



=== TEST 3: paths outside do not exist
--- config
    location /api/ { reel api; reel_scope films/Series; }
--- request eval
[map { "GET /api/videos/item?path=$_" } 'films', 'films/Alpha.mp4', 'music/tone.flac', 'films/Serie']
--- error_code eval
[(404) x 4]
--- response_body_like eval
[('there is no such item') x 4]



=== TEST 4: ids outside do not exist
--- config
    location /api/ { reel api; reel_scope films/Series; }
--- request eval
["GET /api/videos/item?id=$::other", "GET /api/videos/children?id=1"]
--- error_code eval
[404, 404]
--- response_body_like eval
[('there is no such item') x 2]



=== TEST 5: what is inside does
--- config
    location /api/ { reel api; reel_scope films/Series; }
--- request eval
["GET /api/videos/item?id=$::inside", "GET /api/videos/item?path=films/Series", "GET /api/videos/children?id=$::series"]
--- response_body_like eval
['"path":"films/Series/Season 1/E01.mp4","parent_path":"films/Series/Season 1"', '"parent_id":"0","path":"films/Series","parent_path":""', '"Season 1".*"Season 2"']



=== TEST 6: changes are those of the scope, in one chain
--- config
    location /api/ { reel api; reel_scope films/Series; }
--- request
GET /api/changes?limit=2
--- response_body_like: "changes":\[\{"cursor":"(\d+)-(\d+)","prev":"\1-0",[^{]*"path":"films/Series","item":\{[^}]*"parent_id":"0","path":"films/Series","parent_path":""\}.*\{"cursor":"\1-(\d+)","prev":"\1-\2",[^{]*"path":"films/Series/
--- response_body_unlike: Alpha|music



=== TEST 7: counts are those of the scope, and no folder of a disk is told
--- config
    location /api/ { reel api; reel_scope films/Series; }
--- request
GET /api/status
--- response_body_like: "counts":\{"files":3,"videos":3,.*"phase":"live"
--- response_body_unlike: disks|music|/tree/



=== TEST 8: failures name no path outside
--- config
    location /api/ { reel api; reel_scope films/Series; }
--- request
GET /api/tasks/status
--- response_body_like: "failed":1
--- response_body_unlike: broken



=== TEST 9: a scope that is not there
--- config
    location /api/ { reel api; reel_scope films/nowhere; }
--- request eval
["GET /api/videos", "GET /api/videos/root", "GET /api/status"]
--- error_code eval
[(404) x 3]
--- response_body_like eval
[('there is no such item') x 3]



=== TEST 10: an inner location keeps the scope, another has none
--- config
    reel_scope films/Series;
    location /api/ { reel api; }
    location /all/ { reel api; reel_scope films; }
--- request eval
["GET /api/videos", "GET /all/videos"]
--- response_body_like eval
['"total":3,', '"total":71,']
