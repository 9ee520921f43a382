// fetch.test.mjs -- pictures that the sources of an import name: from beside
// the file, and from the net, where whoever named them may mean harm.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { markdown } from './lib/draft.mjs';
import { png } from './lib/png.mjs';
import { Site, dateline, needsShared, program, shared } from './lib/site.mjs';

let site, wall; // wall: a site that may reach the public internet only
let web, port; // of pictures, at 127.0.0.1, which site may reach
const hits = new Map(); // by path
const canaries = []; // at addresses that nobody may reach
let touched = 0; // connections to these

// What the server of pictures answers, by the first part of the path.
const answers = {
    picture(answer, url) {
        const [width, height] = url.searchParams.get('size').split('x').map(Number);
        // by another name than what it is
        answer.writeHead(200, { 'content-type': 'text/html' }).end(png(width, height));
    },
    to(answer, url) { answer.writeHead(302, { location: url.searchParams.get('url') }).end('moved'); },
    round(answer, url) { answer.writeHead(301, { location: url.pathname }).end(); },
    svg(answer) { answer.writeHead(200, { 'content-type': 'image/png' }).end('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'); },
    html(answer) { answer.writeHead(200, { 'content-type': 'image/jpeg' }).end('<!doctype html><p>Log in'); },
    half(answer) { answer.writeHead(200, { 'content-length': 5000 }).end(png(40, 40), () => answer.destroy()); },
    cut(answer) { answer.writeHead(200).end(png(400, 300).subarray(0, 60)); },
    empty(answer) { answer.writeHead(204).end(); },
    error(answer) { answer.writeHead(503).end('not now'); },
    long(answer) { answer.writeHead(200, { 'content-length': 1e12 }); answer.write('x'); },
    packed(answer) { answer.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.alloc(1000)); },
    endless(answer) {
        const bytes = Buffer.alloc(1 << 20, 'x');
        const more = () => { while (!answer.destroyed && answer.write(bytes)); };
        answer.writeHead(200).on('drain', more);
        more();
    },
    heads(answer) {
        const { socket } = answer;
        const line = `X-More: ${'x'.repeat(8000)}\r\n`.repeat(100);
        const more = () => { while (!socket.destroyed && socket.write(line)); };
        socket.write('HTTP/1.1 200 OK\r\n');
        socket.on('drain', more);
        more();
    },
    drip(answer) {
        answer.writeHead(200);
        const timer = setInterval(() => answer.write('x'), 100);
        answer.on('close', () => clearInterval(timer));
    },
};

before(async () => {
    web = http.createServer((request, answer) => {
        const url = new URL(request.url, 'http://x');
        hits.set(request.url, (hits.get(request.url) ?? 0) + 1);
        assert.equal(request.headers.cookie, undefined);
        assert.equal(request.headers.authorization, undefined);
        const act = answers[url.pathname.split('/')[1]];
        if (act) act(answer, url);
        else answer.writeHead(404).end('no such picture');
    });
    web.on('clientError', (_, socket) => socket.destroy());
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    ({ port } = web.address());
    for (const host of ['127.0.0.2', '::1']) { // of the same port, so that any spelling leads there
        const canary = net.createServer((socket) => { touched++; socket.destroy(); });
        canary.on('error', () => {}); // a machine may have no ::1
        canary.listen(port, host);
        canaries.push(canary);
    }
    await once(canaries[0], 'listening');
    site = new Site({ languages: 'en' });
    site.set('picture_networks', '127.0.0.1');
    await site.serve();
    wall = new Site({ languages: 'en' });
});
after(async () => {
    await site?.remove();
    await wall?.remove();
    web.closeAllConnections();
    web.close();
    for (const canary of canaries) canary.close();
});

const at = (path) => `http://127.0.0.1:${port}/${path}`;
const asked = (path) => hits.get(`/${path}`) ?? 0;

// Not by spawnSync: the server of pictures is in this process.
async function run(where, ...args) {
    const child = spawn(program, ['import', where.dir, '--json', ...args]);
    let out = '', err = '';
    child.stdout.on('data', (data) => { out += data; });
    child.stderr.on('data', (data) => { err += data; });
    const [status] = await once(child, 'close');
    return { status, err, counts: JSON.parse(out) };
}
const fetching = (where, ...args) => run(where, '--fetch-pictures', ...args);

let serial = 0;
function file(name, text, where = site) {
    const folder = join(where.room, `in-${++serial}`);
    mkdirSync(folder);
    writeFileSync(join(folder, name), text);
    return join(folder, name);
}
const ninjs = (uri, rest = {}) => ({ uri, type: 'text', version: '1', language: 'en', firstCreated: '2026-05-01T10:00:00Z',
    headlines: [{ role: 'main', value: `Story ${uri}` }], bodies: [{ contentType: 'text/html', value: '<p>Text.</p>' }], ...rest });
const named = (uri, href, rest = {}) => ninjs(uri, { associations: [{ name: 'p1', type: 'picture', renditions: [{ name: 'r', href }] }], ...rest });
const lines = (...objects) => `${objects.map((object) => JSON.stringify(object)).join('\n')}\n`;
const rss = (...items) => `<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Port</title>
    <link>http://port.example/</link>${items.map((item) => `<item>${item}</item>`).join('')}</channel></rss>`;
const atom = (...entries) => `<feed xmlns="http://www.w3.org/2005/Atom"><title>Port</title><id>urn:f</id>
    ${entries.map((entry) => `<entry><updated>2026-05-01T10:00:00Z</updated>${entry}</entry>`).join('')}</feed>`;
const page = (head, body) => `<!doctype html><html lang="en"><head><title>A page of the port</title>${head}</head><body><article>
    <h1>A page of the port</h1>${body}${'<p>The harbour of the small town has opened again after two days of storm, the port authority said, and ships sailed.</p>'.repeat(4)}
    </article></body></html>`;

const pictures = (where = site) => dateline('media', 'list', where.dir, '--json').out.split('\n')
    .filter(Boolean).map((line) => JSON.parse(line));
const newest = (where) => pictures(where)[0];

// The story as ninjs, found by its headline in the newest list.
function shown(headline, where = site) {
    for (let number = 1; ; number++) {
        const done = dateline('story', 'show', where.dir, String(number), '--json');
        assert.equal(done.status, 0, `no story "${headline}"`);
        const story = JSON.parse(done.out);
        if (story.headline === headline) return story;
    }
}
async function pageOf(headline) {
    const { address } = shown(headline);
    return (await site.get(new URL(address, site.url).pathname)).text;
}
const figure = (text) => /<figure[^]*?<\/figure>/.exec(text)?.[0] ?? '';

test('pictures at addresses come with stories of each format', async () => {
    const files = [
        file('a.json', lines(ninjs('urn:n:1', { associations: [
            { name: 'other', type: 'picture', renditions: [{ name: 'r', href: at('never') }] },
            { name: 'lead', rel: 'lead', type: 'picture', by: 'Ann Smith', copyrightNotice: '© Port 2026',
                descriptions: [{ role: 'caption', value: 'Cranes at dawn' }, { role: 'altText', value: 'Three cranes' },
                    { role: 'creditLine', value: 'Port Photo' }],
                renditions: [{ name: 'small', href: at('never'), width: 320, height: 200 },
                    { name: 'vector', href: at('never'), contentType: 'image/svg+xml', width: 1920 },
                    { name: 'huge', href: at('never'), contentType: 'image/jpeg', width: 9000, height: 6000 },
                    { name: 'large', href: at('picture?size=401x300'), contentType: 'image/jpeg', width: 2000, height: 1300 },
                    { name: 'larger', href: at('never'), contentType: 'image/jpeg', width: 6000, height: 4000 }] }] }))),
        file('b.xml', rss(`<title>From RSS</title><guid isPermaLink="false">urn:r:1</guid><description>Text.</description>
            <media:group><media:content url="${at('never')}" type="image/jpeg" width="100"/>
            <media:content url="${at('picture?size=402x300')}" type="image/jpeg" width="900"/></media:group>
            <media:title>A boat</media:title><media:description type="html">&lt;b&gt;A boat&lt;/b&gt; at sea</media:description>
            <media:credit>Bob</media:credit><media:copyright>© Bob</media:copyright><enclosure url="${at('never')}" type="image/png"/>`)),
        file('c.xml', atom(`<title>From Atom</title><id>urn:at:1</id><content type="html">Text.</content>
            <link rel="enclosure" type="audio/mpeg" href="${at('never')}"/><link rel="enclosure" type="image/png" href="${at('picture?size=403x300')}"/>`)),
        file('d.html', page(`<link rel="canonical" href="http://port.example/d"><meta property="og:image" content="${at('picture?size=404x300')}">
            <meta property="og:image:alt" content="A quay">`, '')),
        file('e.html', page(`<link rel="canonical" href="http://port.example/e"><meta property="og:title" content="From JSON-LD"><script type="application/ld+json">
            ${JSON.stringify({ '@type': 'NewsArticle', headline: 'From JSON-LD', image: [{ '@type': 'ImageObject', url: at('picture?size=405x300'),
                width: 1200, caption: 'A pier', creditText: 'Eve', copyrightNotice: '© Eve' }] })}</script>
            <meta property="og:image" content="${at('never')}">`, '')),
    ];
    const done = await fetching(site, ...files);
    assert.deepEqual([done.status, done.err], [0, '']);
    assert.deepEqual([done.counts.new, done.counts.pictures, done.counts.pictures_lost, done.counts.pictures_left], [5, 5, 0, 0]);
    assert.equal(asked('never'), 0);
    const byWidth = Object.fromEntries(pictures().map((picture) => [picture.width, picture]));
    const words = ({ alt, caption, credit, rights }) => [alt, caption, credit, rights];
    assert.deepEqual(words(byWidth[401]), ['Three cranes', 'Cranes at dawn', 'Ann Smith / Port Photo', '© Port 2026']);
    assert.deepEqual(words(byWidth[402]), ['A boat', 'A boat at sea', 'Bob', '© Bob']);
    assert.deepEqual(words(byWidth[403]), [undefined, undefined, undefined, undefined]);
    assert.deepEqual(words(byWidth[404]), ['A quay', undefined, undefined, undefined]);
    assert.deepEqual(words(byWidth[405]), [undefined, 'A pier', 'Eve', '© Eve']);
    for (const [headline, width] of [['Story urn:n:1', 401], ['From RSS', 402], ['From Atom', 403], ['A page of the port', 404], ['From JSON-LD', 405]]) {
        const text = figure(await pageOf(headline));
        assert.ok(text.includes(`/media/${byWidth[width].mark}-${width}.jpg`), headline);
        for (const word of words(byWidth[width]).slice(0, 3).filter(Boolean)) assert.ok(text.includes(word), `${headline}: ${word}`);
    }
    // known now: nothing is asked again, nothing is new, with or without
    const before = new Map(hits);
    for (const again of [await fetching(site, ...files), await run(site, ...files)])
        assert.deepEqual([again.status, again.err, again.counts.known, again.counts.new, again.counts.newer], [0, '', 5, 0, 0]);
    assert.deepEqual(hits, before);
    assert.equal(pictures().length, 5);
});

test('no address is asked unless somebody says so, and a story that is there stays as it is', async () => {
    const files = [file('a.json', lines(named('urn:q:1', at('picture?size=411x300')))),
        file('b.xml', rss(`<title>Quiet RSS</title><guid isPermaLink="false">urn:q:2</guid><description>Text.</description>
            <enclosure url="${at('picture?size=412x300')}" type="image/png"/>`))];
    const count = pictures().length;
    const done = await run(site, ...files);
    assert.deepEqual([done.status, done.err], [0, '']);
    assert.deepEqual([done.counts.new, done.counts.pictures, done.counts.pictures_left], [2, 0, 2]);
    const told = spawnSync(program, ['import', site.dir, files[0]], { encoding: 'utf8' });
    assert.match(told.stdout, /1 pictures are elsewhere; --fetch-pictures brings in/);
    const again = await fetching(site, ...files);
    assert.deepEqual([again.status, again.counts.known, again.counts.newer], [0, 2, 0]);
    assert.deepEqual([asked('picture?size=411x300'), asked('picture?size=412x300')], [0, 0]);
    assert.equal(pictures().length, count);
    // the next version brings it
    const next = file('a.json', lines(named('urn:q:1', at('picture?size=411x300'), { version: '2' })));
    assert.deepEqual((await fetching(site, next)).counts.newer, 1);
    assert.equal(newest().width, 411);
    assert.match(figure(await pageOf('Story urn:q:1')), new RegExp(newest().mark));
});

test('an address is asked once in an import, and what is known is not drawn again', async () => {
    const same = 'picture?size=421x300';
    const stories = Array.from({ length: 40 }, (_, i) => named(`urn:same:${i}`, at(same)));
    const missing = Array.from({ length: 5 }, (_, i) => named(`urn:missing:${i}`, at('nothing.jpg')));
    const other = named('urn:same:other', at(`${same}&again`));
    const done = await fetching(site, file('a.json', lines(...stories, ...missing)), file('b.json', lines(other)));
    assert.equal(done.status, 0);
    assert.deepEqual([done.counts.new, done.counts.pictures, done.counts.pictures_lost], [46, 41, 5]);
    assert.deepEqual([asked(same), asked(`${same}&again`), asked('nothing.jpg')], [1, 1, 1]);
    assert.equal(done.err.match(/the answer is 404/g).length, 5);
    assert.equal(pictures().filter(({ width }) => width === 421).length, 1);
});

test('files beside the source come in always, from nowhere else', async () => {
    const path = file('a.json', '');
    const folder = join(path, '..');
    writeFileSync(join(site.room, 'outside.png'), png(439, 300));
    symlinkSync(join(site.room, 'outside.png'), join(folder, 'link.png'));
    symlinkSync(site.room, join(folder, 'door'));
    mkdirSync(join(folder, 'A page_files'));
    writeFileSync(join(folder, 'A page_files/one more.png'), png(431, 300));
    writeFileSync(join(folder, 'two.png'), png(432, 300));
    writeFileSync(join(folder, 'three.png'), png(433, 300));
    writeFileSync(join(folder, 'four.png'), png(434, 300));
    writeFileSync(join(folder, 'drawing.png'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    writeFileSync(path, lines(named('urn:b:1', 'two.png'), ...['../outside.png', 'link.png', 'door/outside.png', '/etc/passwd',
        'file:///etc/passwd', 'none.png', 'drawing.png', 'ftp://port.example/a.jpg', '..', '.', 'two.png/', '%2e%2e/outside.png']
        .map((href, i) => named(`urn:b:no:${i}`, href)), named('urn:b:2', `data:image/png;base64,${png(9, 9).toString('base64')}`)));
    writeFileSync(join(folder, 'b.xml'), rss(`<title>Beside RSS</title><guid isPermaLink="false">urn:b:3</guid><description>Text.</description>
        <enclosure url="three.png" type="image/png"/>`));
    writeFileSync(join(folder, 'c.xml'), atom(`<title>Beside Atom</title><id>urn:b:4</id><content>Text.</content>
        <link rel="enclosure" type="image/png" href="four.png"/>`));
    writeFileSync(join(folder, 'd.html'), page(`<link rel="canonical" href="http://port.example/beside"><meta property="og:title" content="Beside a page">
        <meta property="og:image" content="${at('never')}">`, `<img src="logo.png" width="40"><figure>
        <img src="A%20page_files/one%20more.png" alt="A saved quay"><figcaption>As the browser saved it</figcaption></figure>`));
    const done = await run(site, path, ...['b.xml', 'c.xml', 'd.html'].map((name) => join(folder, name)));
    assert.equal(done.status, 0);
    assert.deepEqual([done.counts.new, done.counts.rejected, done.counts.pictures, done.counts.pictures_lost], [17, 0, 4, 12], done.err);
    const told = done.err.trim().split('\n');
    assert.equal(told.length, 12, done.err);
    told.forEach((line, i) => {
        assert.ok(line.startsWith(`without its picture: ${path}:${i + 2}: picture: `), line);
        assert.match(line, i === 6 ? /it is SVG/ : /cannot (open|read) it/, line);
    });
    const widths = pictures().map(({ width }) => width);
    for (const width of [431, 432, 433, 434]) assert.ok(widths.includes(width), String(width));
    assert.ok(!widths.includes(439));
    const text = figure(await pageOf('Beside a page'));
    assert.match(text, /alt="A saved quay"/);
    assert.match(text, /As the browser saved it/);
    assert.equal(asked('never'), 0);
});

test('nothing leads into the house', async () => {
    const refused = /leads to [0-9a-f.:]+, which is no address of the public internet/;
    const hosts = ['127.0.0.2', '[::1]', '[::ffff:127.0.0.2]', '2130706434', '0x7f000002', '0177.0.0.2', '127.2'];
    const others = ['http://0.0.0.0:9/', 'http://169.254.169.254/latest/meta-data/', 'http://10.0.0.1/', 'http://192.168.0.1/',
        'http://172.16.0.1/', 'http://100.64.0.1/', 'http://[fc00::1]/', 'http://[fe80::1]/', 'http://224.0.0.1/', 'http://[ff02::1]/'];
    const cases = [...hosts.map((host) => `http://${host}:${port}/a.jpg`), ...others].map((url) => [url, refused]);
    // by redirection too, and after one that was allowed
    for (const [url] of [...cases]) {
        cases.push([at(`to?url=${encodeURIComponent(url)}`), refused]);
        cases.push([at(`to?url=${encodeURIComponent(at(`to?url=${encodeURIComponent(url)}`))}`), refused]);
    }
    for (const url of ['file:///etc/passwd', 'gopher://127.0.0.1:1/', 'ftp://127.0.0.1/a.jpg', 'dict://127.0.0.1/', 'data:image/png,x'])
        cases.push([at(`to?url=${encodeURIComponent(url)}`), /neither http nor https/]);
    cases.push([`http://me@127.0.0.1:${port}/a.jpg`, /./], [`http://me:word@127.0.0.1:${port}/a.jpg`, /./]);
    cases.push([at(`to?url=${encodeURIComponent(`http://me:word@127.0.0.1:${port}/picture?size=50x50`)}`), /a user's name/]);
    cases.push([at('round'), /over 5 redirections/]);
    const path = file('a.json', lines(...cases.map(([url], i) => named(`urn:house:${i}`, url))));
    const count = pictures().length;
    const done = await fetching(site, path);
    assert.equal(done.status, 0);
    assert.deepEqual([done.counts.new, done.counts.pictures, done.counts.pictures_lost], [cases.length, 0, cases.length], done.err);
    const told = done.err.trim().split('\n');
    assert.equal(told.length, cases.length);
    cases.forEach(([, says], i) => {
        assert.ok(told[i].startsWith(`without its picture: ${path}:${i + 1}: picture: `), told[i]);
        assert.match(told[i], says);
    });
    assert.equal(touched, 0);
    assert.equal(asked('round'), 6);
    assert.equal(pictures().length, count);
    // five are followed
    let url = at('picture?size=441x300');
    for (let i = 0; i < 5; i++) url = at(`to?url=${encodeURIComponent(url)}`);
    assert.equal((await fetching(site, file('b.json', lines(named('urn:hops', url))))).counts.pictures, 1);
});

test('a site that allows nothing reaches nothing of ours', async () => {
    const before = new Map(hits);
    const done = await fetching(wall, file('a.json', lines(named('urn:w:1', at('picture?size=50x50')), named('urn:w:2', `http://localhost:${port}/picture?size=50x50`)), wall));
    assert.deepEqual([done.status, done.counts.new, done.counts.pictures_lost], [0, 2, 2]);
    assert.equal(done.err.match(/no address of the public internet/g)?.length, 2, done.err);
    assert.deepEqual(hits, before);
    // no proxy leads around it
    const child = spawn(program, ['import', wall.dir, '--fetch-pictures', file('b.json', lines(named('urn:w:3', 'http://192.0.2.1/a.jpg')), wall)],
        { env: { ...process.env, http_proxy: at(''), all_proxy: at('') } });
    let err = '';
    child.stderr.on('data', (data) => { err += data; });
    await once(child, 'close');
    assert.match(err, /192\.0\.2\.1, which is no address of the public internet/);
    assert.deepEqual(hits, before);
    wall.set('picture_networks', '127.0.0.1/8');
    const wrong = dateline('import', wall.dir, 'none');
    assert.equal(wrong.status, 1);
    assert.match(wrong.err, /picture_networks = 127\.0\.0\.1\/8: expected addresses and networks/);
    wall.set('picture_networks', '');
});

test('what is no picture, too much or never ends costs itself only', { timeout: 300_000 }, async () => {
    const cases = [['svg', /it is SVG/], ['html', /it is HTML/], ['cut', /cut short or broken/], ['half', /closed with \d+ bytes remaining/], ['empty', /the answer is 204/],
        ['error', /the answer is 503/], ['nothing', /the answer is 404/], ['long', /larger than 67108864 bytes/], ['packed', /it is no picture/],
        ['endless', /larger than 67108864 bytes/], ['heads', /headers are larger than 262144 bytes/], ['drip', /no whole answer/]];
    const path = file('a.json', lines(...cases.map(([name], i) => named(`urn:end:${i}`, at(`${name}`))), named('urn:end:good', at('picture?size=451x300'))));
    const done = await fetching(site, path);
    assert.equal(done.status, 0);
    assert.deepEqual([done.counts.new, done.counts.pictures, done.counts.pictures_lost], [cases.length + 1, 1, cases.length], done.err);
    const told = done.err.trim().split('\n');
    cases.forEach(([name, says], i) => {
        assert.ok(told[i].startsWith(`without its picture: ${path}:${i + 1}: picture: ${at(name)}: `), told[i]);
        assert.match(told[i], says);
    });
    assert.equal(newest().width, 451);
});

test('a host that is silent three times in a row is left alone', async () => {
    const deaf = net.createServer((socket) => { sockets++; socket.destroy(); });
    let sockets = 0;
    deaf.listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    const url = (i) => `http://127.0.0.1:${deaf.address().port}/${i}.jpg`;
    const done = await fetching(site, file('a.json', lines(...Array.from({ length: 30 }, (_, i) => named(`urn:deaf:${i}`, url(i))),
        named('urn:deaf:other', at('picture?size=461x300')))));
    deaf.close();
    assert.deepEqual([done.counts.new, done.counts.pictures, done.counts.pictures_lost], [31, 1, 30]);
    assert.ok(done.err.match(/silent 3 times in a row/g).length >= 20, done.err);
    assert.ok(sockets < 15, String(sockets));
});

test('a certificate that nobody vouches for is not believed', async (t) => {
    const key = join(site.room, 'key.pem'), cert = join(site.room, 'cert.pem');
    const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
        '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert]);
    if (made.error || made.status !== 0) return t.skip('openssl is not there');
    let requests = 0;
    const server = https.createServer({ key: readFileSync(key), cert: readFileSync(cert) },
        (_, answer) => { requests++; answer.end(png(50, 50)); });
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${server.address().port}/a.png`;
    const done = await fetching(site, file('a.json', lines(named('urn:tls:1', url), named('urn:tls:2', at(`to?url=${encodeURIComponent(url)}`)))));
    server.closeAllConnections();
    server.close();
    assert.deepEqual([done.status, done.counts.pictures_lost, requests], [0, 2, 0]);
    assert.equal(done.err.match(/SSL certificate problem/g)?.length, 2, done.err);
});

test('a file of Markdown may name an address, and answers for it', async () => {
    const good = file('1.md', markdown({ title: 'Markdown of the net', picture: at('picture?size=471x300'), picture_alt: 'A net' }));
    const bad = file('2.md', markdown({ title: 'Markdown of nothing', picture: at('nothing.png') }));
    const without = await run(site, good);
    assert.deepEqual([without.status, without.counts.rejected], [1, 1]);
    const done = await fetching(site, good, bad);
    assert.deepEqual([done.status, done.counts.new, done.counts.rejected, done.counts.pictures], [1, 1, 1, 1]);
    assert.match(done.err, /2\.md.*picture: http:.*nothing\.png: the answer is 404/);
    assert.match(figure(await pageOf('Markdown of the net')), /alt="A net"/);
});

test('ninjs names the picture, and what goes out comes back in', { skip: needsShared }, async () => {
    const from = new Site({ languages: 'en', url: `http://127.0.0.1:${port}` });
    let served;
    try {
        // the site's own address is that of the server of pictures, which passes on
        answers.media = (answer, url) => {
            http.get(new URL(url.pathname, served), (reply) => { answer.writeHead(reply.statusCode, reply.headers); reply.pipe(answer); });
        };
        writeFileSync(join(from.room, 'wide.png'), png(2400, 1500));
        const [picture] = [JSON.parse(dateline('media', 'add', from.dir, join(from.room, 'wide.png'), '--alt', 'A wide one', '--caption', 'It is <wide>',
            '--credit', 'Ann / Port', '--rights', '© Port', '--json').out)];
        dateline('import', from.dir, file('1.md', markdown({ title: 'Goes out', picture: picture.mark, uri: 'urn:out:1', body: 'Text.' }), from));
        await from.serve();
        served = from.url;
        const out = shown('Goes out', from).ninjs;
        const judged = spawnSync('/usr/bin/python3', [join(shared, 'data/tools/ninjs-check.py'), '3.0', file('out.json', JSON.stringify(out), from)],
            { encoding: 'utf8' });
        assert.equal(judged.status, 0, judged.stdout + judged.stderr);
        const [lead] = out.associations;
        assert.deepEqual([lead.type, lead.rel, lead.by, lead.copyrightNotice], ['picture', 'lead', 'Ann / Port', '© Port']);
        assert.deepEqual(lead.renditions.map(({ width, height }) => `${width}x${height}`).filter((size, i) => i % 3 === 0),
            ['1920x1200', '1280x800', '960x600', '640x400', '320x200']);
        for (const { href, contentType } of lead.renditions) {
            const reply = await from.get(new URL(href).pathname);
            assert.deepEqual([reply.status, reply.headers['content-type']], [200, contentType], href);
        }
        const done = await fetching(site, file('out.json', lines(out)));
        assert.deepEqual([done.status, done.counts.new, done.counts.pictures], [0, 1, 1], done.err);
        const back = shown('Goes out').ninjs;
        assert.equal(back?.associations, undefined); // this site has no address of its own
        const { alt, caption, credit, rights, width, height, type } = newest();
        assert.deepEqual([alt, caption, credit, rights, width, height, type], ['A wide one', 'It is <wide>', 'Ann / Port', '© Port', 1920, 1200, 'JPEG']);
        assert.match(figure(await pageOf('Goes out')), /alt="A wide one"/);
    } finally {
        await from.remove();
    }
});

// What is ours to mend never makes a story one without its picture.
test('a shelf or a bucket that takes nothing ends the import, and it goes on from there', async () => {
    const other = new Site({ languages: 'en' });
    let status = 403, says = '', stored = 0;
    const bucket = http.createServer((request, answer) => request.resume().on('end', () => {
        if (status === 200) stored++;
        answer.writeHead(status).end(says);
    }));
    bucket.listen(0, '127.0.0.1');
    await once(bucket, 'listening');
    try {
        other.set('picture_networks', '127.0.0.1');
        const same = at('picture?size=481x300');
        const path = file('a.json', lines(ninjs('urn:ours:0'), named('urn:ours:lost', at('nothing.png')), named('urn:ours:1', same), named('urn:ours:2', same),
            named('urn:ours:3', 'beside.png'), ninjs('urn:ours:4')), other);
        writeFileSync(join(path, '../beside.png'), png(482, 300));
        const counts = (done) => ['new', 'known', 'rejected', 'pictures', 'pictures_lost', 'pictures_left'].map((name) => done.counts[name]);
        const ends = async (says, fresh, known, lost) => {
            const done = await fetching(other, path);
            assert.equal(done.status, 1);
            const told = done.err.trim().split('\n');
            assert.equal(told.length, 1 + lost, done.err);
            assert.ok(told.at(-1).startsWith(`dateline import: ${path}:3: picture: ${same}: `), done.err);
            assert.match(told.at(-1), says);
            assert.deepEqual(counts(done), [fresh, known, 0, 0, lost, 0]);
        };
        const media = join(other.dir, 'media');
        const link = (to) => { rmSync(media, { recursive: true, force: true }); symlinkSync(join(other.room, to), media); };
        link('gone'); // a folder that was moved away, or is not mounted
        await ends(/media\/..: cannot make the folder: No such file/, 2, 0, 1);
        writeFileSync(join(other.room, 'file'), '');
        link('file');
        await ends(/media\/..: cannot make the folder: Not a directory/, 0, 2, 0);
        // What a page was saved with is there: that it cannot be kept is not that it is elsewhere.
        const saved = file('d.html', page(`<link rel="canonical" href="http://port.example/ours"><meta property="og:image" content="${at('never')}">`,
            '<figure><img src="kept.png" alt="Kept"></figure>'), other);
        writeFileSync(join(saved, '../kept.png'), png(483, 300));
        link('gone');
        const page1 = await run(other, saved);
        assert.deepEqual([page1.status, ...counts(page1)], [1, 0, 0, 0, 0, 0, 0]);
        assert.match(page1.err, /picture: kept\.png: .*No such file/);
        rmSync(media);

        other.set('bucket', `http://127.0.0.1:${bucket.address().port}/pictures`);
        const none = dateline('import', other.dir, path);
        assert.deepEqual([none.status, none.out], [1, '']);
        assert.match(none.err, /bucket\.keys: there are no keys to the bucket/);
        writeFileSync(join(other.dir, 'bucket.keys'), 'KEY\nSECRET\n', { mode: 0o600 });
        await ends(/pictures: [^ ]+: the store answers 403: it refuses the access key/, 0, 2, 0);
        status = 503;
        await ends(/the store answers 503/, 0, 2, 0);
        says = 'a site, and no bucket'.repeat(10000);
        await ends(/it answers as no bucket does/, 0, 2, 0);
        says = '';
        other.set('bucket', 'http://127.0.0.1:9/pictures');
        await ends(/127\.0\.0\.1:9\/pictures: .*connect/, 0, 2, 0);

        other.set('bucket', `http://127.0.0.1:${bucket.address().port}/pictures`);
        status = 200;
        const done = await fetching(other, path, saved);
        assert.deepEqual([done.status, ...counts(done)], [0, 5, 2, 0, 4, 0, 0], done.err);
        assert.equal(pictures(other).length, 3);
        assert.equal(stored, 3 * (2 * 3 + 1)); // each at 320 px and at its own width
    } finally {
        bucket.closeAllConnections();
        bucket.close();
        await other.remove();
    }
});

test('the site is whole, and the traps are set', async () => {
    for (const one of [site, wall]) assert.equal(dateline('check', one.dir).status, 0);
    assert.equal(touched, 0);
    wall.set('picture_networks', '127.0.0.2');
    const done = await fetching(wall, file('a.json', lines(named('urn:trap', `http://127.0.0.2:${port}/a.jpg`)), wall));
    assert.deepEqual([done.counts.new, done.counts.pictures_lost], [1, 1]);
    assert.ok(touched > 0);
});
