// http.test.mjs -- the server as clients of every kind meet it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import zlib from 'node:zlib';
import { exchange } from './lib/client.mjs';
import { put } from './lib/draft.mjs';
import { filesMax, openFiles, residentBytes, until } from './lib/proc.mjs';
import { Site, demoSite, needsShared, root, shared } from './lib/site.mjs';

const SLOW = Number(process.env.SLOW_CLIENTS ?? 5000);
const IDLE = Number(process.env.IDLE_CLIENTS ?? 10_000);
const DECENT = 8; // readers at once, and files that they may hold open
let site, story, killed, bare; // bare: files open without any client

before(async () => {
    site = demoSite();
    const conf = join(site.dir, 'dateline.conf');
    writeFileSync(conf, readFileSync(conf, 'utf8').replace(
        /^connections_per_address = .*$/m, 'connections_per_address = 0'));
    await site.serve();
    bare = openFiles(site.child.pid);
    story = /href="(\/en\/facts\/\d+-[^"]+)"/.exec((await site.get('/en/')).text)[1];
    killed = put(site, { title: 'It will not stay' }, ['publish'],
        ['kill', '--note', 'Wrong.']).address;
});
after(() => site?.remove());

const paths = () => ['/en/', '/uk/latest/', '/ru/facts/', story, '/en/rss.xml',
    '/uk/atom.xml', '/ru/feed.json', '/robots.txt', '/manifest.webmanifest',
    '/opensearch.xml', '/sitemap.xml', '/sitemap-1.xml'];

// The vectors are written for a server that answers "/" with 200 and gives back
// what it is sent; here "/" leads on to a language, so they ask for that, and
// a body that was read is answered by 405.
function ownVectors() {
    const vectors = readFileSync(join(shared, 'data/http/vectors.dev.jsonl'), 'utf8')
        .trim().split('\n').map((line) => {
            const vector = JSON.parse(line);
            const payload = Buffer.from(vector.payload_b64, 'base64')
                .toString('latin1').replace(/^(GET|HEAD) \/ /, '$1 /en/ ');
            vector.payload_b64 = Buffer.from(payload, 'latin1').toString('base64');
            return { vector, payload };
        });
    const file = join(site.room, 'vectors.jsonl');
    writeFileSync(file, vectors.map(({ vector }) =>
        `${JSON.stringify(vector)}\n`).join(''));
    const posts = vectors.filter(({ payload }) => /^POST /.test(payload))
        .map(({ vector }) => vector.id);
    return { file, posts };
}

test('the vectors: every MUST holds', { skip: needsShared }, () => {
    const { file, posts } = ownVectors();
    const run = spawnSync('/usr/bin/python3', [join(shared, 'data/tools/http-run.py'),
        String(site.port), file], { encoding: 'utf8', timeout: 300_000 });
    const said = run.stdout.trim().split('\n');
    const failed = said.filter((line) => {
        const [result, id] = line.split(' ');
        if (result !== 'FAIL') return false;
        // In this one the bytes that were not ASCII are question marks.
        if (id === 'MAL-NON-ASCII-URL') return !/got=404/.test(line);
        return !(posts.includes(id) && /want=(2xx|\['Range2xx').*got=405/.test(line));
    });
    console.log(`# ${said.at(-1)}`);
    assert.deepEqual(failed, []);
    assert.match(run.stdout, /PASS/);
});

test('every coding holds the same bytes', async () => {
    const unzip = (command, args, raw) => spawnSync(command, args,
        { input: raw, maxBuffer: 64 << 20 }).stdout;
    for (const path of paths()) {
        const plain = await site.get(path);
        assert.equal(plain.headers['content-encoding'], undefined, path);
        const gzip = await site.get(path, { 'accept-encoding': 'gzip' });
        const zstd = await site.get(path, { 'accept-encoding': 'zstd' });
        const streamed = path.startsWith('/sitemap');
        for (const [answer, coding, command, args] of [
            [gzip, 'gzip', 'gzip', ['-dc']], [zstd, 'zstd', 'zstd', ['-dcq']]]) {
            if (streamed && !answer.headers['content-encoding']) continue;
            assert.equal(answer.headers['content-encoding'], coding, path);
            assert.ok(unzip(command, args, answer.raw).equals(plain.raw),
                `${coding} of ${path}`);
            assert.notEqual(answer.headers.etag, plain.headers.etag);
        }
        if (!streamed)
            assert.match(gzip.headers.vary ?? '', /accept-encoding/i, path);
        const curl = spawnSync('curl', ['-s', '--compressed', site.url + path],
            { maxBuffer: 64 << 20 });
        assert.ok(curl.stdout.equals(plain.raw), `curl's ${path}`);
    }
});

test('brotli serves what never changes', async () => {
    const plain = await site.get('/icon.svg');
    const small = await site.get('/icon.svg', { 'accept-encoding': 'br' });
    assert.equal(small.headers['content-encoding'], 'br');
    assert.ok(zlib.brotliDecompressSync(small.raw).equals(plain.raw));
    assert.ok(small.raw.length < plain.raw.length);
});

test('codings are chosen by their weights', async () => {
    for (const [accept, coding] of [['gzip;q=0, zstd;q=0', undefined],
        ['gzip;q=0.1, zstd;q=0', 'gzip'], ['br', undefined],
        ['gzip, deflate, br, zstd', 'zstd'], ['*;q=0, identity', undefined]])
        assert.equal((await site.get('/en/', { 'accept-encoding': accept }))
            .headers['content-encoding'], coding, accept);
});

test('HEAD tells what GET would send', async () => {
    for (const path of paths()) {
        const get = await site.get(path);
        const head = await site.client.request('HEAD', path);
        assert.equal(head.raw.length, 0, path);
        for (const name of ['content-type', 'etag', 'content-length', 'last-modified',
            'cache-control', 'surrogate-key', 'vary'])
            assert.equal(head.headers[name], get.headers[name], `${name} of ${path}`);
    }
});

test('conditional requests', async () => {
    for (const path of paths().filter((p) => !p.startsWith('/sitemap'))) {
        const { headers } = await site.get(path);
        const with_ = (more) => site.get(path, more);
        assert.ok(headers.etag, `${path} has a tag`);
        for (const tag of [headers.etag, `"x", ${headers.etag}`, '*',
            `W/${headers.etag.replace(/^W\//, '')}`]) {
            const answer = await with_({ 'if-none-match': tag });
            assert.equal(answer.status, 304, `${path} ${tag}`);
            assert.equal(answer.raw.length, 0);
            assert.equal(answer.headers.etag, headers.etag);
        }
        assert.equal((await with_({ 'if-none-match': '"other"' })).status, 200);
        if (!headers['last-modified']) continue;
        const since = headers['last-modified'];
        assert.equal((await with_({ 'if-modified-since': since })).status, 304, path);
        assert.equal((await with_({ 'if-none-match': '"other"',
            'if-modified-since': since })).status, 200, 'the tag counts first');
    }
});

test('every answer has the headers that protect its reader', async () => {
    const answers = [
        [200, await site.get('/en/')], [200, await site.get('/en/rss.xml')],
        [200, await site.get('/sitemap-1.xml')], [200, await site.get('/icon.svg')],
        [301, await site.get(`${story}x`)], [302, await site.get('/')],
        [304, await site.get('/en/', { 'if-none-match': '*' })],
        [400, await site.get('/en/latest/?before=nonsense')],
        [404, await site.get('/none')], [405, await site.client.request('PUT', '/en/')],
        [410, await site.get(killed)],
        [414, await site.get(`/en/${'a'.repeat(9000)}`)],
        [431, await site.get('/en/', { 'x-long': 'a'.repeat(17_000) })],
    ];
    for (const [status, answer] of answers) {
        assert.equal(answer.status, status);
        const { headers } = answer;
        assert.match(headers['content-security-policy'] ?? '',
            /default-src 'none'/, `policy of ${status}`);
        assert.doesNotMatch(headers['content-security-policy'], /unsafe/);
        assert.equal(headers['x-content-type-options'], 'nosniff', `${status}`);
        assert.ok(headers['referrer-policy'], `referrer of ${status}`);
        assert.equal(headers.server, undefined, 'who serves is not told');
    }
    const { headers } = await site.get('/en/');
    assert.match(headers['cache-control'], /s-maxage=\d+/);
    assert.match(headers['cache-control'], /stale-while-revalidate=\d+/);
    assert.ok(headers['surrogate-key'].split(' ').length >= 5);
});

test('the policy allows the page’s own style by its hash', async () => {
    const { text, headers } = await site.get(story);
    const { createHash } = await import('node:crypto');
    const [, style] = /<style>([^]*?)<\/style>/.exec(text);
    const hash = createHash('sha256').update(style).digest('base64');
    assert.ok(headers['content-security-policy'].includes(`'sha256-${hash}'`));
    assert.doesNotMatch(text, /<[^>]+ (style|on[a-z]+)="/);
});

test('what a client makes up changes nothing that a cache keeps', async () => {
    const evil = 'evil.example';
    const made = { host: evil, 'x-forwarded-host': evil, 'x-host': evil,
        'x-forwarded-proto': 'gopher', 'x-forwarded-port': '1',
        'x-forwarded-prefix': '/evil', 'x-original-url': '/none',
        'x-rewrite-url': '/none', 'x-http-method-override': 'DELETE',
        'x-method-override': 'PUT', forwarded: `host=${evil}`, via: evil,
        'x-forwarded-for': '10.0.0.1', 'x-real-ip': '10.0.0.1', cookie: 'a=evil',
        authorization: 'Basic ZXZpbA==', range: 'bytes=0-10', origin: `http://${evil}`,
        referer: `http://${evil}/`, 'user-agent': 'evil', accept: 'application/json',
        'accept-language': 'uk', 'x-wp-nonce': 'evil', 'x-preview': '1',
        'x-amz-website-redirect-location': '/evil', te: 'trailers',
        'cache-control': 'no-cache', pragma: 'no-cache' };
    for (const path of ['/en/', story, '/en/rss.xml', '/robots.txt', '/sitemap.xml']) {
        const plain = await site.get(path);
        const kept = (answer) => [answer.status, answer.text, Object.entries(
            answer.headers).filter(([name]) => name !== 'date')];
        for (const [name, value] of Object.entries(made)) {
            const answer = await site.get(path, { [name]: value });
            assert.deepEqual(kept(answer), kept(plain), `${name} on ${path}`);
        }
    }
    const moved = await site.get('/en', { host: evil, 'x-forwarded-host': evil });
    assert.ok(!moved.headers.location.includes(evil));
});

test('the root leads to the reader’s language', async () => {
    for (const [accept, to] of [[undefined, '/en/'], ['uk', '/uk/'],
        ['de, ru;q=0.5', '/ru/'], ['uk;q=0.1, en;q=0.9', '/en/'], ['fr', '/en/'],
        ['uk-UA,uk;q=0.9', '/uk/']]) {
        const answer = await site.get('/', accept && { 'accept-language': accept });
        assert.equal(answer.headers.location, to, accept);
        assert.match(answer.headers.vary, /accept-language/i);
    }
});

test('another spelling leads to the one address', async () => {
    for (const [path, to] of [['/en', '/en/'], ['/en/facts', '/en/facts/'],
        [story.replace(/-.*/, ''), story], [`${story}-old`, story],
        ['/%65n/', '/en/'], [story.replace('/facts/', '/news/'), story],
        [story.replace('/en/', '/uk/'), story]]) {
        const answer = await site.get(path);
        assert.equal(answer.status, 301, path);
        assert.equal(answer.headers.location, to, path);
    }
});

test('what is asked oddly is told so, and never as a fault of ours', async () => {
    for (const path of ['/en/latest/?before=1', '/en/latest/?before=&after=',
        `/en/latest/?before=${'9'.repeat(40)}-1`, '/en/2021/13/01/', '/en/0000/00/00/',
        '/en/9999/12/31/', '/en/%ff/', '/en/%00/', '/en/..%2f..%2fetc/', '//en/',
        '/en/facts/99999999999999999999-x', '/en/facts/0-x', '/en/facts/-1-x',
        '/sitemap-0.xml', '/sitemap-99999999.xml', '/en/tag//', '/%C3%A9/',
        '/en/facts/1%2d', '/EN/', '/en/?x=1&x=2', '/en/facts/1-x?before=1-1']) {
        const { status } = await site.get(path);
        assert.ok([200, 301, 302, 400, 404].includes(status), `${path}: ${status}`);
    }
});
test('methods that a page has not are refused', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'BREW']) {
        const raw = await exchange(site.port,
            `${method} /en/ HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`,
            { ms: 500 });
        assert.match(raw.text, /^HTTP\/1\.1 (405|501) /, method);
    }
    const { headers } = await site.client.request('DELETE', '/en/');
    const options = await site.client.request('OPTIONS', '/en/');
    assert.equal(options.status, 204);
    for (const allow of [headers.allow, options.headers.allow])
        assert.match(allow, /^GET, HEAD(, OPTIONS)?$/);
});

test('pipelined requests are answered in order', async () => {
    const wanted = ['/robots.txt', '/en/rss.xml', '/none', '/uk/feed.json'];
    const many = Array.from({ length: 40 }, (_, i) => wanted[i % 4]);
    const { text } = await exchange(site.port, many.map((path, i) =>
        `GET ${path} HTTP/1.1\r\nHost: a.example\r\n${i === 39 ?
            'Connection: close\r\n' : ''}\r\n`).join(''), { ms: 5000 });
    const types = [...text.matchAll(/HTTP\/1\.1 (\d+) [^]*?\r\nContent-Type: ([^;\r]+)/gi)]
        .map((m) => `${m[1]} ${m[2]}`);
    const expected = { '/robots.txt': '200 text/plain', '/none': '404 text/html',
        '/en/rss.xml': '200 application/rss+xml',
        '/uk/feed.json': '200 application/feed+json' };
    assert.deepEqual(types, many.map((path) => expected[path]));
});

test('HTTP/1.0 gets an end by closing', async () => {
    const { text, closed } = await exchange(site.port,
        'GET /sitemap-1.xml HTTP/1.0\r\n\r\n', { ms: 3000 });
    assert.ok(closed);
    assert.match(text, /<\/urlset>\s*$/);
    assert.doesNotMatch(text, /chunked/i);
});

test('a broken request ends the connection', async () => {
    const { text, closed } = await exchange(site.port, 'GET / HTTP/1.1\r\n' +
        'Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' +
        'GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.match(text, /^HTTP\/1\.1 400 /);
    assert.equal(text.match(/HTTP\/1\.1 /g).length, 1, 'nothing after it is read');
    assert.ok(closed);
});

// A request on a connection of its own; throws when it is refused or cut.
function alone(path) {
    return new Promise((done, fail) => {
        const socket = net.connect(site.port, '127.0.0.1');
        let text = '';
        socket.on('connect', () => socket.write(
            `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`));
        socket.setEncoding('latin1');
        socket.on('data', (part) => { text += part; });
        socket.on('error', fail);
        socket.on('close', () => {
            const length = /Content-Length: (\d+)/i.exec(text)?.[1];
            const body = text.slice(text.indexOf('\r\n\r\n') + 4);
            if (!text.startsWith('HTTP/1.1 200') || body.length !== Number(length))
                fail(new Error(`cut: ${text.length} bytes: ${text.slice(0, 40)}`));
            else done();
        });
    });
}

test('SIGHUP under load refuses nobody', async () => {
    let going = true, served = 0;
    const faults = [];
    const clients = Array.from({ length: 6 }, async () => {
        while (going) {
            await alone(served % 2 ? '/en/' : story).then(() => { served++; },
                (fault) => faults.push(fault.message));
        }
    });
    for (let i = 0; i < 4; i++) {
        await sleep(400);
        const before = served;
        site.child.kill('SIGHUP');
        await until(() => served >= before + 50, 2500);
    }
    going = false;
    await Promise.all(clients);
    assert.deepEqual(faults, []);
    assert.ok(served > 200, `${served} served`);
    console.log(`# ${served} answers beside 4 new starts`);
});

test('SIGHUP over settings or a theme that are broken serves on', async () => {
    const own = await new Site({ languages: 'en' }).serve();
    const conf = join(own.dir, 'dateline.conf');
    const good = readFileSync(conf, 'utf8');
    const theme = join(own.dir, 'theme');
    let started = 0;
    own.child.stdout.on('data', () => { started++; });
    const hup = async (sign) => {
        own.log = '';
        own.child.kill('SIGHUP');
        assert.ok(await until(sign, 10_000), own.log);
        assert.equal((await own.get('/en/')).status, 200);
    };
    const refused = () => /served on as before/.test(own.log);
    writeFileSync(conf, `${good}\nthread = 2\n`);
    await hup(refused);
    assert.match(own.log, /dateline\.conf:\d+: .*no such setting/);
    writeFileSync(conf, good.replace(/^store = .*$/m, 'store = none.db'));
    await hup(refused);
    assert.match(own.log, /none\.db/);
    writeFileSync(conf, good);
    mkdirSync(join(theme, 'templates'), { recursive: true });
    writeFileSync(join(theme, 'templates/story.html'), '{{#nothing}}');
    await hup(refused);
    assert.match(own.log, /story:1:1: /);
    assert.equal(started, 0);
    rmSync(theme, { recursive: true });
    await hup(() => started > 0);
    await own.remove();
});

test('the metrics tell what is kept and what was found', async () => {
    await site.get('/en/latest/');
    const before = await site.metrics();
    const paths = ['/en/latest/', '/uk/latest/', '/ru/latest/', '/en/'];
    for (let i = 0; i < 40; i++) await site.get(paths[i % 4]);
    const later = await site.metrics();
    assert.equal(later.requests - before.requests, 41, 'with that of the metrics');
    assert.ok(later.press_found - before.press_found >= 20, JSON.stringify(later));
    assert.ok(later.press_made + later.press_found >= 40);
    assert.ok(later.press_pages >= 4 && later.press_bytes > 10_000);
    assert.ok(later.press_change > 0 && later.press_change <= later.change);
});

test('listening everywhere, it calls itself localhost and warns', async () => {
    const own = await new Site({ languages: 'en' }).serve('--listen', '0.0.0.0:0');
    const { text } = await exchange(own.port,
        'GET /en/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    assert.ok(text.includes(`href="http://localhost:${own.port}/en/"`));
    assert.doesNotMatch(text, /0\.0\.0\.0/);
    assert.match(own.log, /warning: "url" is not set, .*localhost/);
    await own.remove();
});

test('nobody reads what it prints: it serves on', async () => {
    const own = await new Site({ languages: 'en' }).serve();
    const conf = join(own.dir, 'dateline.conf');
    own.child.stdout.destroy();
    own.child.stderr.destroy();
    for (const name of ['First Name', 'Second Name']) {
        writeFileSync(conf, readFileSync(conf, 'utf8').replace(/^name = .*$/m,
            `name = ${name}`));
        own.child.kill('SIGHUP');
        let text = '';
        for (let i = 0; i < 200 && !text.includes(name); i++) {
            await sleep(50);
            ({ text } = await own.get('/en/'));
        }
        assert.ok(text.includes(name), `started anew as ${name}`);
    }
    await own.remove();
});

test('10,000 idle connections cost at most 8 kB each', async () => {
    const count = Math.min(IDLE, filesMax() - 200);
    assert.ok(count >= 1000, `only ${filesMax()} files may be open`);
    const sockets = [];
    const open = () => new Promise((done, fail) => {
        const socket = net.connect(site.port, '127.0.0.1');
        socket.on('error', fail);
        socket.once('data', () => done());
        socket.on('data', () => {});
        socket.write('GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n');
        sockets.push(socket);
    });
    await alone('/en/');
    const before = residentBytes(site.child.pid);
    for (let at = 0; at < count; at += 250)
        await Promise.all(Array.from({ length: Math.min(250, count - at) }, open));
    assert.ok(openFiles(site.child.pid) > count, 'they are all open');
    const each = (residentBytes(site.child.pid) - before) / count;
    console.log(`# ${count} idle connections: ${each.toFixed(0)} bytes each`);
    assert.ok(each <= 8192, `${each} bytes each`);
    await alone('/en/');
    for (const socket of sockets) socket.destroy();
    assert.ok(await until(() => openFiles(site.child.pid) <= bare + DECENT, 10_000),
        'they are all closed again');
});


// Readers as they should be: each is answered.
async function decent(ms) {
    const end = performance.now() + ms;
    await Promise.all(Array.from({ length: DECENT }, async () => {
        while (performance.now() < end) {
            assert.equal((await site.get(story)).status, 200);
            await sleep(2);
        }
    }));
}

// Heads, bodies and readers at a byte a second, all at once. A head may take
// 10 s; bodies and readers are looked at every 30, so that one lasts almost 60.
// How little others feel of it is measured by ./dev bench slow.
test(`${SLOW} slow clients are cut, and others answered`, async () => {
    const most = 75;
    const count = Math.min(SLOW, filesMax() - 200);
    const files = () => openFiles(site.child.pid) - bare;
    const child = spawn('/usr/bin/python3', [join(root, 'test/http/slow.py'),
        String(site.port), 'mixed', String(count), String(most + 5)],
    { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((done) => child.on('exit', done));
    await Promise.race([new Promise((go) => child.stdout.once('data', go)), ended]);
    assert.ok(await until(() => files() >= count, 5000), 'all are open');
    const began = performance.now();
    const cut = until(() => files() <= DECENT, most * 1000);
    await decent(3000);
    assert.ok(await cut, `${files()} are not cut after ${most} s`);
    const last = (performance.now() - began) / 1000;
    child.kill();
    await ended;
    console.log(`# ${count} slow clients cut in ${last.toFixed(1)} s`);
});

test('SIGTERM lets an answer in flight finish', async () => {
    const socket = net.connect(site.port, '127.0.0.1');
    const ask = 'GET /en/latest/ HTTP/1.1\r\nHost: a\r\n\r\n';
    await new Promise((go) => socket.on('connect', go));
    socket.pause();
    socket.write(ask.repeat(100));
    await sleep(300); // more is made than the socket takes
    const stopped = site.stop();
    await sleep(200);
    let got = 0;
    socket.on('data', (part) => { got += part.length; });
    const closed = new Promise((go) => socket.on('close', go));
    socket.resume();
    await stopped; // it ends well, else this throws
    await closed;
    assert.ok(got > 100_000, `${got} bytes came`);
});
