// cdn.test.mjs -- a cache in front keeps pages for a day and is never behind:
// a real Varnish, and Fastly's form as a listener on loopback hears it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { put } from '../site/lib/draft.mjs';
import { listenTo } from '../site/lib/events.mjs';
import { act, post } from '../site/lib/ledger.mjs';
import { Client } from '../site/lib/client.mjs';
import { Postgres, free } from '../site/lib/postgres.mjs';
import { Site, must, root } from '../site/lib/site.mjs';
import { until } from '../site/lib/until.mjs';

let postgres;
const nodes = [], listeners = [], varnishes = [], clients = [];
const room = mkdtempSync(join(tmpdir(), 'dateline-cdn-'));

before(async () => {
    postgres = await Postgres.make();
});
after(async () => {
    for (const node of nodes) await node.remove();
    clients.forEach((client) => client.close());
    varnishes.forEach((varnish) => varnish.kill('SIGKILL'));
    listeners.forEach((listener) => listener.close());
    await postgres?.remove();
    rmSync(room, { recursive: true, force: true });
});

// The VCL of doc/cdn.md, with this test's address in it.
async function startVarnish(name, backend) {
    const doc = readFileSync(join(root, 'doc/cdn.md'), 'utf8');
    const [, vcl] = /```\n(vcl 4\.1;[^]*?)```/.exec(doc);
    const file = join(room, `${name}.vcl`);
    assert.ok(vcl.includes('"8080"'));
    writeFileSync(file, vcl.replace('"8080"', `"${backend}"`));
    const port = await free();
    const varnish = spawn('varnishd', ['-F', '-j', 'none', '-n', join(room, name),
        '-a', `127.0.0.1:${port}`, '-f', file, '-s', 'malloc,64m', '-T', 'none'],
    { stdio: ['ignore', 'ignore', 'pipe'] });
    varnishes.push(varnish);
    let said = '';
    varnish.stderr.on('data', (part) => { said += part; });
    for (let i = 0; ; i++) {
        try {
            await new Client(`http://127.0.0.1:${port}`).get('/en/');
            break;
        } catch (fault) {
            assert.ok(i < 200 && varnish.exitCode === null, `${fault} ${said}`);
            await sleep(100);
        }
    }
    return `http://127.0.0.1:${port}`;
}

// Two numbers: it came from the cache; the second is who fetched it.
const isHit = ({ headers }) => / \d/.test(headers['x-varnish']);

async function warm(cached, paths) {
    for (const path of paths) {
        await cached.get(path);
        await until(`${path} is kept`, async () => isHit(await cached.get(path)) ||
            (await cached.get(path)).headers);
    }
}

// Two nodes of one store, the one behind a Varnish of its own: {serving, other,
// cached, backend}.
async function behindVarnish(name) {
    postgres.sql(`CREATE DATABASE ${name}`);
    const store = postgres.url(name);
    const backend = await free();
    const [serving, other] = [0, 1].map(() => {
        const node = new Site({ languages: 'en,uk', store, url: 'http://news.example' });
        node.set('cdn_seconds', 86400);
        nodes.push(node);
        return node;
    });
    must('import', serving.dir, join(root, 'demo/sections.yaml'), join(root, 'demo/en'),
        join(root, 'demo/uk'));
    // A fixed port, so that Varnish is there before the purges are.
    await serving.serve('--listen', `127.0.0.1:${backend}`);
    const address = await startVarnish(name, backend);
    await serving.stop();
    for (const node of [serving, other]) node.set('purge', `varnish ${address}`);
    await serving.serve('--listen', `127.0.0.1:${backend}`);
    await other.serve();
    const cached = new Client(address);
    clients.push(cached);
    await sleep(3000); // what it begins with is purged, and once more
    return { serving, other, cached, backend };
}

test('behind Varnish every page is kept and none is old', async () => {
    const { serving, other, cached, backend } = await behindVarnish('cdn');

    const story = put(serving, { title: 'A first word', tags: ['comet'] }, ['publish']);
    const lists = ['/en/', '/en/latest/', '/en/facts/', '/en/tag/comet/', '/en/rss.xml',
        '/en/feed.json', '/sitemap-1.xml'];
    const foreign = ['/uk/latest/', '/uk/rss.xml'];
    for (const path of [story.address, ...lists])
        await until(`${path} shows it`, async () => {
            const { text } = await cached.get(path);
            return text.includes('A first word') || text.includes(story.address) || path;
        });
    await sleep(2500); // the second call for it is over
    await warm(cached, [story.address, ...lists, ...foreign]);

    const line = listenTo(cached, 'lang=en');
    await until('who listens through it hears', () => line.events.length === 1);

    // By the node that is not behind Varnish: whoever holds the lock tells.
    const second = put(other, { title: 'A second word', tags: ['comet'] }, ['publish']);
    await until('told at once', () => line.events.at(-1).data.headline === 'A second word');
    line.stop();
    for (const path of lists)
        await until(`${path} shows the second`, async () => {
            const { text } = await cached.get(path);
            return text.includes('A second word') || text.includes(second.address) || path;
        });
    for (const path of foreign)
        assert.ok(isHit(await cached.get(path)), `${path} had no reason to go`);

    await sleep(2500);
    await warm(cached, [story.address, second.address, ...lists]);
    await post(other, '/control/act', act('kill', second.story, 'Not so.'));
    await until('it is gone', async () => (await cached.get(second.address)).status === 410);
    for (const path of lists)
        await until(`${path} lacks it`, async () =>
            !(await cached.get(path)).text.includes('A second word') || path);

    // Its place in a list that it has left.
    await sleep(2500);
    await warm(cached, ['/en/facts/rss.xml', '/en/politics/rss.xml']);
    put(serving, { uri: 'urn:test:moving', title: 'It moves', section: 'facts' }, ['publish']);
    await until('it is there', async () =>
        (await cached.get('/en/facts/rss.xml')).text.includes('It moves'));
    put(serving, { uri: 'urn:test:moving', title: 'It moves', section: 'politics', version: 2 },
        ['correct', '--note', 'Moved.']);
    await until('it is here', async () =>
        (await cached.get('/en/politics/rss.xml')).text.includes('It moves'));
    await until('and not there', async () =>
        !(await cached.get('/en/facts/rss.xml')).text.includes('It moves'));

    // The one that tells ends; the other goes on from the cursor.
    await sleep(2500);
    await warm(cached, lists);
    await serving.stop('SIGKILL');
    const third = put(other, { title: 'A third word', tags: ['comet'] }, ['publish']);
    await serving.serve('--listen', `127.0.0.1:${backend}`);
    for (const path of lists)
        await until(`${path} shows the third`, async () => {
            const { text } = await cached.get(path);
            return text.includes('A third word') || text.includes(third.address) || path;
        });

    // Names of a section change every page.
    await sleep(2500);
    await warm(cached, ['/en/facts/', story.address]);
    const names = join(room, 'sections.yaml');
    writeFileSync(names, 'facts:\n  en: Matters of fact\n');
    must('import', other.dir, names);
    for (const path of ['/en/facts/', story.address])
        await until(`${path} has the name`, async () =>
            (await cached.get(path)).text.includes('Matters of fact') || path);
});

// Seconds for which a cache may keep an answer; Infinity: a picture that never
// changes.
const seconds = ({ headers }) => {
    const [, age, forever] = /^public, max-age=(\d+)(?:, must-revalidate|(, immutable))$/
        .exec(headers['cache-control']);
    return forever ? Infinity : Number(age);
};

// Until the cache has them all, with the picture in them.
async function kept(cached, mark, files, pages) {
    for (const path of pages)
        await until(`${path} shows it`, async () => (await cached.get(path)).text.includes(mark));
    for (const path of files)
        await until(`${path} is there`, async () => (await cached.get(path)).status === 200);
    await sleep(2500); // the second call for it is over
    await warm(cached, [...files, ...pages]);
}

test('a picture past its date leaves the cache, and so do the pages that show it', async () => {
    const { serving, other, cached } = await behindVarnish('dated');
    const { mark } = JSON.parse(must('media', 'add', serving.dir,
        join(root, 'test/data/pictures/plain.jpg'), '--alt', 'Colours', '--json'));
    const shows = put(serving, { title: 'It has a picture', picture: mark, tags: ['comet'] }, ['publish']);
    const files = [`/media/${mark}-320.jpg`, `/media/${mark}-640.avif`];
    const pages = [shows.address, '/en/', '/en/latest/', '/en/facts/', '/en/tag/comet/', '/en/rss.xml'];
    await kept(cached, mark, files, pages);
    for (const path of files) {
        const answer = await serving.get(path);
        assert.ok(answer.headers['surrogate-key'].split(' ').includes(`s${shows.story}`));
        assert.equal(seconds(answer), Infinity);
    }
    const dated = (date) => must('media', 'set', other.dir, mark, '--until', new Date(date).toISOString());

    // One that gets a date is not kept any more as one that has none.
    const far = Date.now() + 3600_000;
    dated(far);
    for (const path of files) {
        await until(`${path} has the date`, async () => seconds(await cached.get(path)) <= 3600);
        // The clock is read before it is asked, and so before the seconds are counted.
        for (const from of [serving, cached]) {
            const asked = Date.now();
            const answer = await from.get(path);
            const whole = from === cached ? Number(answer.headers.age) + 1 : 0;
            assert.ok(asked + (seconds(answer) - whole) * 1000 <= far, path);
        }
    }

    // The date comes while the cache has all of it; when it came before, one later.
    let date;
    for (let wait = 8000; ; wait *= 2) {
        date = Date.now() + wait;
        dated(date);
        await kept(cached, mark, files, pages).catch((fault) => {
            if (Date.now() < date) throw fault;
        });
        if (Date.now() < date) break;
    }
    for (const path of files)
        await until(`${path} is gone`, async () => (await cached.get(path)).status === 404);
    for (const path of pages)
        await until(`it left ${path}`, async () => !(await cached.get(path)).text.includes(mark));
    assert.ok(Date.now() >= date, 'not before its date');
    assert.match((await cached.get(shows.address)).text, /property="og:image" content="[^"]*\/media\/card\//);

    // And comes back to all of them with another date.
    dated(Date.now() + 3600_000);
    await kept(cached, mark, files, pages);
});

test('who is not let in cannot purge', () => {
    const doc = readFileSync(join(root, 'doc/cdn.md'), 'utf8');
    assert.match(doc, /if \(client\.ip !~ purgers\) \{ return \(synth\(403\)\); \}/);
    const checked = spawnSync('varnishd', ['-C', '-j', 'none', '-n', join(room, 'check'), '-f',
        join(room, 'cdn.vcl')], { encoding: 'utf8' });
    assert.equal(checked.status, 0, checked.stderr);
});

test('Fastly is called in its form, and again until it has taken it', async () => {
    const heard = [];
    let refuse = 3;
    const listener = http.createServer((request, answer) => {
        heard.push({ method: request.method, url: request.url,
            key: request.headers['fastly-key'],
            words: request.headers['surrogate-key'].split(' '), at: Date.now() });
        answer.statusCode = refuse-- > 0 ? 503 : 200;
        answer.end('{"status":"ok"}');
    });
    listeners.push(listener);
    await new Promise((done) => listener.listen(0, '127.0.0.1', done));
    const node = new Site({ languages: 'en', onServer: false });
    nodes.push(node);
    node.set('purge', `fastly http://127.0.0.1:${listener.address().port}/service/abc/`);
    node.set('purge_token', 'a-token');
    await node.serve();
    const made = put(node, { title: 'Told', tags: ['comet'] }, ['publish']);
    const takes = (n) => heard.filter(({ words }) => words.includes(`s${made.story}`)).length >= n;
    await until('it is told', () => takes(4) || heard);
    for (const { method, url, key, words } of heard) {
        assert.equal(method, 'POST');
        assert.equal(url, '/service/abc/purge');
        assert.equal(key, 'a-token');
        assert.ok(words.includes('sitemap') || words[0] === 'd');
        assert.ok(words.length <= 256);
    }
    await until('and once more', () => takes(5) || heard.length);
    assert.equal((await node.metrics()).purge_failures, 3);

    // A page names what a change of its story will purge.
    const page = await node.get(made.address);
    assert.ok(page.headers['surrogate-key'].split(' ').includes(`s${made.story}`));

    // Told while nobody serves: it is caught up with at the next start.
    await node.stop();
    heard.length = 0;
    node.story('kill', String(made.story), '--note', 'No.');
    await node.serve();
    await until('the kill is told', () => takes(1) || heard);
});
