/*
 * The library, followed: a Map of what is there that keeps itself up to date.
 *
 *     import { ReelFeed } from './feed.js';      // or <script type="module">, then window.ReelFeed
 *     const feed = new ReelFeed({ api: '/api/', feed: '/feed', onchange: (what) => draw(feed.items) });
 *     feed.start();
 *
 * It lists once, then folds the records of `reel feed` into what it has; it comes
 * again by itself with the cursor it has, and lists again only when it is told of
 * a gap.  No dependencies; browsers, and node from version 18 on.
 *
 * Options: api, feed (URLs), path (a folder), type ("video,audio"; all), transport ("auto": WebSocket, else
 * Server-Sent Events; "websocket"; "sse"), onchange(what), onstate("listing" | "live" | "waiting" | "stopped", why).
 * `what` is { op: "list" } after a listing, else { op: "put" | "move" | "drop", item, items }: items are all that went.
 */

const PAGE = 1000;
const WAIT_MS = [500, 30000];
const OPEN_MS = 10000;

const sleep = (ms, signal) => new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => { clearTimeout(timer); done(); }, { once: true });
});

// Just what the server leaves as it is in a URL.
const escape = (text) => text.split('/').map((part) => encodeURIComponent(part)
    .replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase())).join('/');

const rawPath = (item) => item.path_raw ?? escape(item.path);
const below = (path, folder) => folder === '' || path === folder || path.startsWith(folder + '/');

const newer = (a, b) => {
    const [e1, s1] = a.split('-').map(BigInt);
    const [e2, s2] = b.split('-').map(BigInt);
    return e1 > e2 || (e1 === e2 && s1 > s2);
};

export class ReelFeed {
    constructor(options = {}) {
        this.options = { api: '/api/', feed: '/feed', path: '', type: 'all', transport: 'auto', ...options };
        this.items = new Map();     // id: item
        this.cursor = null;         // what is in items is true up to here, at least
        this.problems = 0;          // records that did not follow the one before: there should be none
        this.children = new Map();  // id: Set of ids
        this.at = new Map();        // id: cursor of the answer or record it came from
        this.retries = 0;
        this.refused = 0;
    }

    start() {
        if (this.abort) return;
        this.abort = new AbortController();
        this.run(this.abort.signal);
    }

    stop() {
        this.abort?.abort();
        this.abort = null;
        this.state('stopped');
    }

    roots() { return [...this.items.values()].filter((item) => !this.items.has(item.parent_id)); }
    list(id) { return [...this.children.get(id) ?? []].map((child) => this.items.get(child)); }

    // --- the loop ------------------------------------------------------------

    async run(signal) {
        while (!signal.aborted) {
            let why, pause;
            try {
                if (this.cursor === null) await this.listAll(signal);
                pause = await this.follow(signal);
                why = 'the connection ended';
            } catch (error) {
                why = error.message;
            }
            if (signal.aborted) return;
            this.state('waiting', why);
            const backoff = Math.min(WAIT_MS[0] * 2 ** this.retries++, WAIT_MS[1]);
            await sleep(pause ?? backoff * (0.5 + Math.random() / 2), signal);
        }
    }

    state(state, why) { this.options.onstate?.(state, why); }
    tell(what) { this.options.onchange?.(what); }

    // --- listing -------------------------------------------------------------

    async *pages(path, signal, atLeast) {
        let after = null;
        do {
            const query = new URLSearchParams({ type: this.options.type, page_size: PAGE });
            if (path !== '') query.set('path', path);
            if (after !== null) query.set('after', after);
            if (atLeast) query.set('at_least', atLeast);
            const answer = await fetch(new URL(`videos?${query}`, this.url(this.options.api)), { signal, cache: 'no-cache' });
            if (answer.status === 404) return;
            const body = await answer.json();
            if (answer.status !== 200) throw new Error(`listing: ${body.message}`);
            yield body;
            ({ after } = body.data.pagination.has_next ? body.data.pagination : { after: null });
        } while (after != null);
    }

    // The cursor of the first page: what changed while the others came is told again.
    async listAll(signal, atLeast) {
        this.state('listing');
        const items = [];
        let cursor = null;
        for await (const page of this.pages(this.options.path, signal, atLeast)) {
            cursor ??= page.cursor;
            for (const item of page.data.videos) items.push([item, page.cursor]);
        }
        this.items.clear();
        this.children.clear();
        this.at.clear();
        for (const [item, at] of items) this.set(item, at);
        this.cursor = cursor ?? atLeast ?? null;
        this.tell({ op: 'list' });
    }

    // A folder that came with all it holds: it is in the record, the rest has to be asked for.
    async relist(record, signal) {
        const { path } = record;
        const items = [];
        for await (const page of this.pages(path, signal, record.cursor)) {
            for (const item of page.data.videos) items.push([item, page.cursor]);
        }
        for (const item of [...this.items.values()]) {
            if (below(item.path, path) && item.path !== path) this.forget(item.id);
        }
        if (record.item && this.wanted(record.item)) this.set(record.item, record.cursor);
        for (const [item, at] of items) this.set(item, at);
        this.tell({ op: 'list' });
    }

    // --- what is there -------------------------------------------------------

    set(item, at) {
        this.unlink(item.id);
        this.items.set(item.id, item);
        this.at.set(item.id, at);
        if (!this.children.has(item.parent_id)) this.children.set(item.parent_id, new Set());
        this.children.get(item.parent_id).add(item.id);
    }

    unlink(id) {
        const old = this.items.get(id);
        const siblings = old && this.children.get(old.parent_id);
        siblings?.delete(id);
        if (siblings?.size === 0) this.children.delete(old.parent_id);
    }

    forget(id, recursive = true, gone = []) {
        if (recursive) for (const child of [...this.children.get(id) ?? []]) this.forget(child, true, gone);
        const item = this.items.get(id);
        if (item) {
            this.unlink(id);
            this.items.delete(id);
            this.at.delete(id);
            gone.push(item);
        }
        return gone;
    }

    // Whatever lies in a folder that moved has another path and another URL now.
    rename(id, folder) {
        for (const child of this.children.get(id) ?? []) {
            const item = this.place(this.items.get(child), `${folder.path}/${this.items.get(child).name}`,
                `${rawPath(folder)}/${this.items.get(child).name_raw ?? escape(this.items.get(child).name)}`);
            this.items.set(child, item);
            this.rename(child, item);
        }
    }

    // The same for one whose folders are not listed, as when only some types are.
    renameBelow(record) {
        const from = { path: record.old_path, raw: record.old_path_raw ?? escape(record.old_path) };
        for (const item of [...this.items.values()]) {
            if (!below(item.path, from.path) || !newer(record.cursor, this.at.get(item.id))) continue;
            this.items.set(item.id, this.place(item, record.item.path + item.path.slice(from.path.length),
                rawPath(record.item) + rawPath(item).slice(from.raw.length)));
        }
    }

    // A copy of the item, at another path; raw is for names that are not UTF-8.
    place(item, path, raw) {
        const { path_raw: _, ...placed } = { ...item, path, parent_path: path.slice(0, Math.max(path.lastIndexOf('/'), 0)) };
        if (raw !== escape(path)) placed.path_raw = raw;
        if (item.url?.endsWith(rawPath(item))) placed.url = item.url.slice(0, -rawPath(item).length) + raw;
        return placed;
    }

    // As in a listing, of which the folder itself is no part.
    wanted(item) {
        const { path, type } = this.options;
        return item.path !== path && (type === 'all' || type.split(',').includes(item.type));
    }

    apply(record) {
        const known = this.items.get(record.id);
        const fresh = !known || newer(record.cursor, this.at.get(record.id));
        if (record.op === 'drop') {
            const gone = fresh ? this.forget(record.id, record.recursive === true) : [];
            // without a link to it, as when only some types are listed
            if (record.recursive) {
                for (const item of [...this.items.values()]) {
                    const at = this.at.get(item.id);    // none: it went with the one before
                    if (at && below(item.path, record.path) && newer(record.cursor, at)) this.forget(item.id, true, gone);
                }
            }
            if (gone.length) this.tell({ op: 'drop', item: gone.at(-1), items: gone });
            return;
        }
        if (!record.item || !fresh) return;
        const folder = record.item.type.endsWith('directory');
        const wanted = this.wanted(record.item);
        if (wanted) this.set(record.item, record.cursor);
        if (folder && record.op === 'move') {
            if (wanted) this.rename(record.id, record.item);
            else this.renameBelow(record);
        }
        if (wanted || folder) this.tell({ op: record.op, item: record.item, items: [record.item] });
    }

    // --- following -----------------------------------------------------------

    url(path) { return new URL(path, globalThis.location?.href ?? 'http://localhost/'); }

    target() {
        const url = this.url(this.options.feed);
        url.searchParams.set('since', this.cursor);
        if (this.options.path !== '') url.searchParams.set('path', this.options.path);
        if (this.options.type !== 'all') url.searchParams.set('type', this.options.type);
        return url;
    }

    // One connection, up to its end; how long to wait before the next, if that was said.
    async follow(signal) {
        const { transport } = this.options;
        const socket = globalThis.WebSocket && transport !== 'sse' && (transport === 'websocket' || this.refused < 2);
        const messages = socket ? this.webSocket(signal) : this.events(signal);
        let pause;
        for await (const message of messages) {
            this.retries = 0;
            switch (message.type) {
            case 'hello':
                this.state('live');
                break;
            case 'change':
                if (!newer(message.cursor, this.cursor)) break;
                if (newer(message.prev, this.cursor)) {
                    this.problems++;
                    this.cursor = null;
                    return 0;
                }
                if (message.relist) await this.relist(message, signal);
                else this.apply(message);
                this.cursor = message.cursor;
                break;
            case 'bookmark':
                this.cursor = message.cursor;
                break;
            case 'gap':
                await this.listAll(signal, message.cursor);
                this.cursor = message.cursor;
                this.state('live');
                break;
            case 'bye':
                pause = message.retry_ms;
                break;
            }
        }
        return pause;
    }

    async *webSocket(signal) {
        const url = this.target();
        url.protocol = url.protocol.replace('http', 'ws');
        const queue = [];
        let wake, over = false, opened = false;
        const socket = new WebSocket(url);
        const timer = setTimeout(() => opened || socket.close(), OPEN_MS);
        const end = () => { over = true; wake?.(); };
        socket.onopen = () => { opened = true; this.refused = 0; };
        socket.onmessage = (event) => { queue.push(event.data); wake?.(); };
        socket.onclose = socket.onerror = end;
        signal.addEventListener('abort', end, { once: true });
        try {
            while (queue.length || !over) {
                while (queue.length) yield JSON.parse(queue.shift());
                if (!over) await new Promise((done) => { wake = done; });
            }
            if (!opened) this.refused++;
        } finally {
            clearTimeout(timer);
            signal.removeEventListener('abort', end);
            socket.onclose = socket.onerror = null;
            socket.close();
        }
    }

    // With fetch instead of EventSource, which would come again by itself with what it began with.
    async *events(signal) {
        const stop = new AbortController();
        const end = () => stop.abort();
        signal.addEventListener('abort', end, { once: true });
        try {
            const answer = await fetch(this.target(), { signal: stop.signal, headers: { Accept: 'text/event-stream' }, cache: 'no-store' });
            if (answer.status !== 200) throw new Error(`the feed answered ${answer.status}`);
            const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
            let text = '';
            for (;;) {
                const { done, value } = await reader.read();
                if (done) return;
                text += value;
                for (let at; (at = text.indexOf('\n\n')) >= 0; text = text.slice(at + 2)) {
                    const data = text.slice(0, at).split('\n').find((line) => line.startsWith('data: '));
                    if (data) yield JSON.parse(data.slice(6));
                }
            }
        } finally {
            signal.removeEventListener('abort', end);
            stop.abort();
        }
    }
}

globalThis.ReelFeed = ReelFeed;
