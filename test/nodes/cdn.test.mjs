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

let postgres, varnish, cached;
const nodes = [], listeners = [];
const room = mkdtempSync(join(tmpdir(), 'dateline-cdn-'));

before(async () => {
    postgres = await Postgres.make();
});
after(async () => {
    for (const node of nodes) await node.remove();
    cached?.close();
    varnish?.kill('SIGKILL');
    listeners.forEach((listener) => listener.close());
    await postgres?.remove();
    rmSync(room, { recursive: true, force: true });
});

// The VCL of doc/cdn.md, with this test's address in it.
async function startVarnish(backend) {
    const doc = readFileSync(join(root, 'doc/cdn.md'), 'utf8');
    const [, vcl] = /```\n(vcl 4\.1;[^]*?)```/.exec(doc);
    const file = join(room, 'front.vcl');
    assert.ok(vcl.includes('"8080"'));
    writeFileSync(file, vcl.replace('"8080"', `"${backend}"`));
    const port = await free();
    varnish = spawn('varnishd', ['-F', '-j', 'none', '-n', join(room, 'varnish'),
        '-a', `127.0.0.1:${port}`, '-f', file, '-s', 'malloc,64m', '-T', 'none'],
    { stdio: ['ignore', 'ignore', 'pipe'] });
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

async function warm(paths) {
    for (const path of paths) {
        await cached.get(path);
        await until(`${path} is kept`, async () => isHit(await cached.get(path)) ||
            (await cached.get(path)).headers);
    }
}

test('behind Varnish every page is kept and none is old', async () => {
    postgres.sql('CREATE DATABASE cdn');
    const store = postgres.url('cdn');
    const backend = await free();
    for (const i of [0, 1]) {
        const node = new Site({ languages: 'en,uk', store, url: 'http://news.example' });
        node.set('cdn_seconds', 86400);
        nodes.push(node);
        if (i === 0) must('import', node.dir, join(root, 'demo/sections.yaml'),
            join(root, 'demo/en'), join(root, 'demo/uk'));
    }
    const [serving, other] = nodes;
    // A fixed port, so that Varnish is there before the purges are.
    await serving.serve('--listen', `127.0.0.1:${backend}`);
    const address = await startVarnish(backend);
    await serving.stop();
    for (const node of nodes) node.set('purge', `varnish ${address}`);
    await serving.serve('--listen', `127.0.0.1:${backend}`);
    await other.serve();
    cached = new Client(address);
    await sleep(3000); // what it begins with is purged, and once more

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
    await warm([story.address, ...lists, ...foreign]);

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
    await warm([story.address, second.address, ...lists]);
    await post(other, '/control/act', act('kill', second.story, 'Not so.'));
    await until('it is gone', async () => (await cached.get(second.address)).status === 410);
    for (const path of lists)
        await until(`${path} lacks it`, async () =>
            !(await cached.get(path)).text.includes('A second word') || path);

    // Its place in a list that it has left.
    await sleep(2500);
    await warm(['/en/facts/rss.xml', '/en/politics/rss.xml']);
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
    await warm(lists);
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
    await warm(['/en/facts/', story.address]);
    const names = join(room, 'sections.yaml');
    writeFileSync(names, 'facts:\n  en: Matters of fact\n');
    must('import', other.dir, names);
    for (const path of ['/en/facts/', story.address])
        await until(`${path} has the name`, async () =>
            (await cached.get(path)).text.includes('Matters of fact') || path);
});

test('who is not let in cannot purge', () => {
    const doc = readFileSync(join(root, 'doc/cdn.md'), 'utf8');
    assert.match(doc, /if \(client\.ip !~ purgers\) \{ return \(synth\(403\)\); \}/);
    const checked = spawnSync('varnishd', ['-C', '-j', 'none', '-n', join(room, 'check'), '-f',
        join(room, 'front.vcl')], { encoding: 'utf8' });
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
