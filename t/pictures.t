# What stands for a picture that is not there: a symbol of the item's kind, never
# an error, never to be kept.

use Test::Nginx::Socket;
use ReelFixture;

repeat_each(2);
add_block_preprocessor(sub {
    my ($block) = @_;
    $block->set_value(no_error_log => "[alert]\n[crit]") if !defined $block->no_error_log && !defined $block->error_log;
});
plan 'no_plan';

our $film = ReelFixture::id("films/Alpha.mp4");
our $tone = ReelFixture::id("music/tone.flac");
our $key = lc ReelFixture::sql("file:" . ReelFixture::shared()->{index} . "?mode=ro", "SELECT hex(picture) FROM items WHERE id = $film");
our $still = ReelFixture::id("films/poster.jpg");

run_tests();

__DATA__

=== TEST 1: a film has the symbol of a film, not to be kept and harmless
--- config
    location /thumbnails/ { try_files $uri @picture; }
    location @picture { reel placeholder; }
--- request eval
"GET /thumbnails/item/$::film.jpg"
--- response_headers
Content-Type: image/svg+xml
Cache-Control: no-cache
X-Content-Type-Options: nosniff
Content-Security-Policy: default-src 'none'; sandbox
--- response_body_like: ^<svg xmlns="http://www\.w3\.org/2000/svg".*M148 72v36l32-18z.*</svg>$



=== TEST 2: sound and stills have their own
--- config
    location /thumbnails/ { try_files $uri @picture; }
    location @picture { reel placeholder; }
--- request eval
["GET /thumbnails/item/$::tone.jpg", "GET /thumbnails/item/$::still.jpg"]
--- response_body_like eval
["M142 122V60", "M104 124l36"]



=== TEST 3: what is not known has one as well
--- config
    location /thumbnails/ { try_files $uri @picture; }
    location @picture { reel placeholder; }
--- request eval
["GET /thumbnails/item/999999.jpg", "GET /thumbnails/item/x.jpg", "GET /thumbnails/item/99999999999999999999999.jpg", "GET /thumbnails/", "GET /thumbnails/00/00000000000000000000000000000000.jpg", "GET /thumbnails/item/.jpg"]
--- response_body_like eval
[("M126 44h44") x 6]
--- error_code eval
[(200) x 6]



=== TEST 4: a picture that was lost is known by its name
--- config
    location /api/ { reel api; }
    location /thumbnails/ { try_files $uri @picture; }
    location @picture { reel placeholder; }
--- request eval
"GET /thumbnails/" . substr($::key, 0, 2) . "/$::key.jpg"
--- response_body_like: M148 72v36l32-18z



=== TEST 5: outside of a scope nothing is told
--- config
    location /thumbnails/ { try_files $uri @picture; }
    location @picture { reel placeholder; reel_scope films; }
--- request eval
["GET /thumbnails/item/$::film.jpg", "GET /thumbnails/item/$::tone.jpg"]
--- response_body_like eval
["M148 72v36l32-18z", "M126 44h44"]



=== TEST 6: without an index there is still a picture
--- http_config
--- config
    location /thumbnails/ { try_files $uri @picture; }
    location @picture { reel placeholder; reel_index /nowhere/index.db; }
--- request eval
"GET /thumbnails/item/$::film.jpg"
--- response_body_like: M126 44h44
--- error_code: 200
--- no_error_log
[alert]



=== TEST 7: HEAD, and what is no way to ask
--- config
    location /thumbnails/ { try_files $uri @picture; }
    location @picture { reel placeholder; }
--- request eval
["HEAD /thumbnails/item/1.jpg", "DELETE /thumbnails/item/1.jpg"]
--- error_code eval
[200, 405]



=== TEST 8: URLs begin as configured
--- config
    location /api/ { reel api; reel_thumbnails "https://cdn.example/p\"q"; }
--- request
GET /api/videos/item?path=films/Alpha.mp4
--- response_body_like: "thumbnail":"https://cdn\.example/p\\"q/[0-9a-f]{2}/[0-9a-f]{32}\.jpg"



=== TEST 9: folders and texts have no thumbnail
--- config
    location /api/ { reel api; }
--- request eval
["GET /api/videos/item?path=films/notes.txt", "GET /api/videos/root"]
--- response_body_unlike eval
[qr/thumbnail/, qr/thumbnail/]
