use Test::Nginx::Socket;
use ReelFixture;

plan 'no_plan';

run_tests();

__DATA__

=== TEST 1: an unknown word is told what there is
--- config
    location /x { reel nonsense; }
--- must_die
--- error_log
unknown "reel nonsense"; there are: api, 



=== TEST 2: a library is needed
--- http_config
--- config
    location /api/ { reel api; }
--- must_die
--- error_log
"reel api" needs to know its library; say "reel_index FOLDER/index.db" in this location or around it



=== TEST 3: one handler a location
--- config
    location /api/ { reel api; reel version; }
--- must_die
--- error_log
"reel" directive is duplicate



=== TEST 4: the api in a regular expression
--- config
    location ~ ^/api/ { reel api; }
--- must_die
--- error_log
"reel api" answers below its location, which has to be a plain one like "location /api/"



=== TEST 5: the api in a named location
--- config
    location @api { reel api; }
--- must_die
--- error_log
"reel api" answers below its location



=== TEST 6: an index is a file
--- config
    location /api/ { reel api; reel_index /var/lib/reel/; }
--- must_die
--- error_log
"reel_index" directive needs the path of a file, like /var/lib/reel/index.db



=== TEST 7: a scope is a path of the library
--- config
    location /api/ { reel api; reel_scope /films; }
--- must_die
--- error_log
"reel_scope" directive needs the path of a folder in the library, ROOT or ROOT/FOLDER, without a slash at either end



=== TEST 8: no way out by the scope
--- config
    location /api/ { reel api; reel_scope films/../..; }
--- must_die
--- error_log
"reel_scope" directive needs the path of a folder



=== TEST 9: origins
--- config
    location /api/ { reel api; reel_origins https://a.example/; }
--- must_die
--- error_log
reel_origins: "https://a.example/" is no origin; write it as browsers do



=== TEST 10: given twice
--- config
    location /api/ { reel api; reel_media /a/; reel_media /b/; }
--- must_die
--- error_log
"reel_media" directive is duplicate



=== TEST 11: two libraries side by side
--- http_config
--- config
    location /a/ { reel api; reel_index $TEST_NGINX_REEL_INDEX; }
    location /b/ { reel api; reel_index $TEST_NGINX_REEL_STATE/nowhere.db; }
--- request eval
["GET /a/videos/root", "GET /b/videos/root"]
--- error_code eval
[200, 503]
--- response_body_like eval
['"name":"films"', 'the index ."nowhere.db." does not exist']
