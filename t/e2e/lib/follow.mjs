// follow.mjs OUT TRANSPORT [PATH [TYPE]]: web/feed.js in node, at REEL_PORT.  On
// SIGTERM it waits for the head, then writes to OUT what it has.
import { writeFileSync, renameSync } from 'node:fs';
import { ReelFeed } from '../../../web/feed.js';

const [out, transport, path = '', type = 'all'] = process.argv.slice(2);
const base = `http://127.0.0.1:${process.env.REEL_PORT}/`;
const count = { list: 0, put: 0, move: 0, drop: 0, live: 0, waiting: 0 };
const feed = new ReelFeed({
    api: base + 'api/', feed: base + 'feed', transport, path, type,
    onchange: (what) => count[what.op]++,
    onstate: (state, why) => { if (why) console.log(state, why); if (state in count) count[state]++; if (state === 'live' && count.live === 1) writeFileSync(out + '.ready', ''); },
});
feed.start();
process.on('SIGTERM', async () => {
    const head = (await (await fetch(base + 'api/videos/root')).json()).cursor;
    const seq = (cursor) => BigInt(cursor.split('-')[1]);
    for (let i = 0; i < 600 && (feed.cursor === null || seq(feed.cursor) < seq(head)); i++) await new Promise((done) => setTimeout(done, 100));
    const items = {};
    for (const item of feed.items.values()) items[item.path_raw ?? item.path] = item;
    writeFileSync(out + '.new', JSON.stringify({ items, count, cursor: feed.cursor, head, problems: feed.problems, size: feed.items.size }));
    renameSync(out + '.new', out);
    feed.stop();
    process.exit(0);
});
