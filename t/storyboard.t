# Storyboards: their URLs in items and in records, and their files, which nginx
# serves as what they are or not at all.

use Test::Nginx::Socket;
use ReelFixture;

repeat_each(2);
add_block_preprocessor(sub {
    my ($block) = @_;
    $block->set_value(http_config => "reel_index $::index; reel_query_timeout 30s;") if !defined $block->http_config;
    $block->set_value(no_error_log => "[alert]\n[crit]") if !defined $block->no_error_log && !defined $block->error_log;
});
plan 'no_plan';

# A film with a picture and one without, both with a storyboard, as the indexer
# leaves them in the book.
our $library = ReelFixture->copy_for('storyboard');
our $index = $library->index;
our $board = '0123456789abcdef0123456789abcdef';
our $film = ReelFixture::sql($index, "SELECT id FROM items WHERE name = CAST('Alpha.mp4' AS BLOB)");
our $key = lc ReelFixture::sql($index, "SELECT substr(hex(picture), 1, 32) FROM items WHERE id = $film");
our $seq = ReelFixture::sql($index, "SELECT max(seq) - 1 FROM changes WHERE item_id = $film");
our $bare = ReelFixture::sql($index, "SELECT max(id) FROM items WHERE type = 2 AND id <> $film");
ReelFixture::sql($index, "UPDATE items SET picture = x'$key$board' WHERE id = $film;"
    . " UPDATE items SET picture = x'" . '0' x 32 . "$board' WHERE id = $bare;"
    . " UPDATE changes SET picture = x'$key$board' WHERE item_id = $film AND body IS NOT NULL");

run_tests();

__DATA__

=== TEST 1: a film that has one says where, beside its picture
--- config
    location /api/ { reel api; }
--- request eval
"GET /api/videos/item?id=$::film"
--- response_body_like eval
qr{"thumbnail":"/thumbnails/../$::key\.jpg","storyboard":"/storyboards/01/$::board\.vtt"\}}



=== TEST 2: also where there is no picture yet
--- config
    location /api/ { reel api; }
--- request eval
"GET /api/videos/item?id=$::bare"
--- response_body_like eval
qr{"thumbnail":"/thumbnails/item/$::bare\.jpg","storyboard":"/storyboards/01/$::board\.vtt"\}}



=== TEST 3: in lists and in records
--- config
    location /api/ { reel api; }
--- request eval
["GET /api/videos?page_size=1000", "GET /api/changes?limit=1&since=" . ReelFixture::sql($::index, "SELECT value FROM meta WHERE key = 'epoch'") . "-$::seq"]
--- response_body_like eval
[qr{"id":"$::film".*?"storyboard":"/storyboards/01/$::board\.vtt"}, qr{"item":\{"id":"$::film".*"storyboard":"/storyboards/01/$::board\.vtt"\}}]



=== TEST 4: nothing else has one
--- config
    location /api/ { reel api; }
--- request
GET /api/videos/children?path=music
--- response_body_unlike: storyboard



=== TEST 5: URLs begin as configured
--- config
    location /api/ { reel api; reel_storyboards "https://cdn.example/s\"b"; }
--- request eval
"GET /api/videos/item?id=$::film"
--- response_body_like: "storyboard":"https://cdn\.example/s\\"b/01/0123456789abcdef0123456789abcdef\.vtt"



=== TEST 6: nginx serves what is there, as what it is and for ever
--- config
    location /storyboards/ {
        types { image/jpeg jpg; text/vtt vtt; }
        try_files $uri @picture;
        add_header Cache-Control "max-age=31536000, immutable";
        add_header X-Content-Type-Options nosniff;
    }
    location @picture { reel placeholder; }
--- user_files
>>> storyboards/01/0123456789abcdef0123456789abcdef.vtt
WEBVTT
>>> storyboards/01/0123456789abcdef0123456789abcdef-1.jpg
sheet
--- request eval
["GET /storyboards/01/$::board.vtt", "GET /storyboards/01/$::board-1.jpg"]
--- response_headers eval
["Content-Type: text/vtt\nCache-Control: max-age=31536000, immutable", "Content-Type: image/jpeg\nX-Content-Type-Options: nosniff"]
--- response_body eval
["WEBVTT\n", "sheet\n"]



=== TEST 7: what is not there is not found: a player takes no symbol
--- config
    location /storyboards/ { try_files $uri @picture; }
    location @picture { reel placeholder; }
--- request eval
["GET /storyboards/01/$::board.vtt", "GET /storyboards/01/$::board-7.jpg", "GET /storyboards/00/00000000000000000000000000000000.vtt"]
--- error_code eval
[404, 404, 404]
