// hot.test.mjs -- what is read is counted once, for nobody's eyes but the sum's;
// what is read most is hot, and nothing that is not public.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, screens, sizes } from './lib/chromium.mjs';
import { put } from './lib/draft.mjs';
import { listenTo } from './lib/events.mjs';
import { FIREFOX, counted, hot, hottest, read, readBy, reads } from './lib/hot.mjs';
import { parse } from './lib/page.mjs';
import { Site, dateline, demoSite, server, sql } from './lib/site.mjs';
import { until } from './lib/until.mjs';

let site, browser;

before(async () => {
    site = demoSite({ name: 'Dateline Demo' });
    site.set('proxies', '127.0.0.1');
    await site.serve();
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await site?.remove();
});

// A table of the operator's page: {name: reads}.
const table = async (name) => Object.fromEntries((await reads(site)).tables[name] ?? []);

test('what is read most is hot, in its language and its section', async () => {
    assert.deepEqual(await hot(site), []);
    assert.match((await site.get('/en/')).text, /<section class="hot"[^>]* hidden>/);
    const made = ['one', 'two', 'three', 'four', 'five'].map((name, i) => put(site,
        { title: `Hot ${name}`, section: i < 2 ? 'sport' : 'economy' }, ['publish']).story);
    const other = put(site, { title: 'Гаряче', language: 'uk' }, ['publish']).story;
    for (const [i, story] of made.entries()) await readBy(site, story, 10 - 2 * i);
    await readBy(site, other, 20);
    await hottest(site, made.slice(0, 4));
    await hottest(site, [other], '/uk/');
    const page = `/en/economy/${made[4]}-hot-five`;
    assert.deepEqual(await hot(site, page), made.slice(0, 4));
    // a section has its own list when it is long enough
    assert.deepEqual(await hot(site, '/en/economy/'), made.slice(0, 4));
    const fourth = put(site, { title: 'Hot six', section: 'economy' }, ['publish']).story;
    await readBy(site, fourth, 1);
    await hottest(site, [...made.slice(2), fourth], '/en/economy/');
    assert.deepEqual(await hot(site), made.slice(0, 4));

    // editors' pins come first, for as long as they hold
    const until2 = new Date(Date.now() + 12_000).toISOString();
    const pinned = JSON.parse(dateline('story', 'pin', site.dir, String(fourth), '--until', until2,
        '--json').out);
    assert.ok(Math.abs(Date.parse(pinned.pinned_until) - Date.parse(until2)) < 1000);
    await hottest(site, [fourth, ...made.slice(0, 3)]);
    await hottest(site, made.slice(0, 4));
    dateline('story', 'pin', site.dir, String(fourth));
    await hottest(site, [fourth, ...made.slice(0, 3)]);
    assert.equal(dateline('story', 'unpin', site.dir, String(fourth)).status, 0);
    await hottest(site, made.slice(0, 4));

    // and what is killed is gone at once
    site.story('kill', String(made[0]), '--note', 'It was wrong.');
    assert.ok(!(await hot(site)).includes(made[0]));
    await hottest(site, [made[1], made[2], made[3], made[4]]);
    assert.equal(dateline('story', 'pin', site.dir, String(made[0])).status, 1);
    assert.equal((await read(site, made[0])).status, 204);
});

test('reloads, bots and other sites\' pages are left out', async () => {
    const { story } = put(site, { title: 'Counted' }, ['publish']);
    const one = { 'x-forwarded-for': '10.9.9.9' };
    const start = await counted(site);
    for (let i = 0; i < 5; i++) await read(site, story, { headers: one });
    assert.equal(await counted(site), start + 1);
    for (const agent of ['', 'Examplebot/1.0', 'curl/8.0', 'HeadlessChrome/1'])
        assert.equal((await read(site, story, { headers: { 'user-agent': agent } })).status, 204);
    assert.equal(await counted(site), start + 1);
    // behind a proxy of ours the last address counts, whatever stands before it
    await read(site, story, { headers: { 'x-forwarded-for': '10.8.8.8, 10.9.9.9' } });
    assert.equal(await counted(site), start + 1);
    await read(site, story, { headers: { 'x-forwarded-for': '10.9.9.9, 10.8.8.8' } });
    assert.equal(await counted(site), start + 2);
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
        assert.equal((await read(site, story, { headers })).status, 403);
    assert.equal((await read(site, story, { headers: { origin: site.url,
        'sec-fetch-site': 'same-origin' } })).status, 204);
    for (const body of ['x', 'story=0&screen=phone', `story=${story}&screen=wall`,
        `story=${story}&screen=phone&from=${'a'.repeat(101)}`])
        assert.equal((await read(site, story, { body })).status, 400);
    assert.equal((await read(site, story, { body: 'a'.repeat(1025) })).status, 413);
    assert.equal((await site.get('/read')).status, 405);
    assert.equal(await counted(site), start + 3);
});

test('a page that is looked at says so once, and one that is not says nothing', async () => {
    const done = put(site, { title: 'Looked at' }, ['publish']);
    const context = await browser.newContext({ viewport: sizes.phone, userAgent: FIREFOX,
        screen: sizes.phone });
    const said = [];
    const open = async (path, hidden = false) => {
        const page = await context.newPage();
        if (hidden)
            await page.addInitScript(() => Object.defineProperty(document, 'hidden',
                { configurable: true, get: () => true }));
        page.on('request', (request) => {
            if (new URL(request.url()).pathname === '/read') said.push(request.postData());
        });
        await page.goto(site.url + path);
        return page;
    };
    const start = await counted(site);
    const page = await open(done.address);
    await until('it says so', () => said.length === 1);
    assert.equal(said[0], `story=${done.story}&screen=phone&from=`);
    await until('it is counted', async () => await counted(site) === start + 1);
    await page.reload();
    await until('it says so again', () => said.length === 2);
    await open('/en/');
    const hidden = await open(done.address, true);
    await new Promise((later) => setTimeout(later, 4000));
    assert.equal(said.length, 2);
    assert.equal(await counted(site), start + 1);
    await hidden.evaluate(() => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => false });
        document.dispatchEvent(new Event('visibilitychange'));
    });
    await until('seen, it says so', () => said.length === 3);
    assert.deepEqual(await context.cookies(), []);
    assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
    await context.close();
});

test('an open page hears what is hot', async () => {
    const made = [1, 2, 3, 4].map((n) => put(site, { title: `Hotter ${n}` }, ['publish']).story);
    let times = 0;
    for (const [name, viewport] of Object.entries(sizes)) {
        const context = await browser.newContext({ viewport });
        const page = await context.newPage();
        await page.goto(`${site.url}/en/`);
        await until('it listens', async () => (await site.metrics()).live_readers > 0);
        const story = made.pop();
        await readBy(site, story, times += 20);
        await until('it is the first', async () => (await page.locator('.hot li a').first()
            .getAttribute('href')).includes(`/${story}-`));
        await page.locator('.hot').scrollIntoViewIfNeeded();
        await page.screenshot({ path: join(screens, `hot-${name}.png`), fullPage: name === 'desk' });
        await context.close();
    }
    const line = listenTo(site, 'lang=en');
    await until('it listens', () => line.events.length === 1);
    await readBy(site, made[0], 60);
    await until('it is told', () => line.events.some(({ event }) => event === 'hot'));
    assert.match(line.events.at(-1).data.html, new RegExp(`^<section class="hot"[^]*/${made[0]}-`));
    line.stop();
});

test('whoever calls himself otherwise each time is forty readers of a story and no more', async () => {
    const { story } = put(site, { title: 'Liked by one' }, ['publish']);
    const start = await counted(site);
    for (let i = 0; i < 60; i++)
        await readBy(site, story, 1, { headers: { 'x-forwarded-for': '10.7.7.7',
            'user-agent': `${FIREFOX} ${i}` } });
    assert.equal(await counted(site), start + 40);
});

test('killed, the process loses the last seconds and nothing else', async () => {
    const { story } = put(site, { title: 'Before the fall' }, ['publish']);
    const told = async () => (await table('Stories'))['Before the fall'];
    await readBy(site, story, 100);
    // with these is kept whatever was read before them
    await until('they are kept', async () => await told() === 100 || await told());
    await until('it is hot', async () => (await hot(site))[0] === story);
    const before = await reads(site);
    const list = await hot(site);
    await site.stop('SIGKILL');
    await site.serve();
    assert.deepEqual(await reads(site), before);
    assert.deepEqual(await hot(site), list);

    await readBy(site, story, 10);
    await site.stop('SIGKILL');
    await site.serve();
    const left = await told();
    assert.ok(left >= 100 && left <= 110, `${left} reads`);
    await readBy(site, story, 1);
    await until('one more is kept', async () => await told() === left + 1 || await told());
    assert.equal(dateline('check', site.dir).status, 0);
});

test('operators see reads by minute, story, section, language, site and screen', async () => {
    const own = new Site({ languages: 'en' });
    try {
        own.set('proxies', '127.0.0.1');
        await own.serve();
        assert.equal((await reads(own)).all, 0);
        const [one, two] = ['A & B <i>', 'Other'].map((title, i) =>
            put(own, { title, section: i ? 'sport' : 'economy' }, ['publish']).story);
        await readBy(own, one, 3);
        await readBy(own, two, 1);
        await readBy(own, two, 1, { screen: 'desktop', from: 'search.example' });
        await until('they are kept', async () => {
            const { all } = await reads(own);
            return all === 5 || all;
        });
        const answer = await own.ask('/reads');
        assert.equal(answer.status, 200);
        assert.match(answer.headers['content-security-policy'], /^default-src 'none'; style-src 'sha256-/);
        assert.deepEqual((await reads(own)).tables, {
            'Stories': [['A & B <i>', 3], ['Other', 2]],
            'Sections': [['economy', 3], ['sport', 2]],
            'Languages': [['en', 5]],
            'Screens': [['phone', 4], ['desktop', 1]],
            'Where readers come from': [['www.example.org', 4], ['search.example', 1]],
        });
        assert.match(parse(answer.text).querySelector('svg.day rect title').textContent, /^\d\d:\d\d: [1-5]$/);
        assert.equal((await own.get('/reads')).status, 404);
    } finally {
        await own.remove();
    }
});

// The files that hold one of these words: of the site's folder, and of the whole
// server where its store is on one, with the log that stands beside its data.
function filesWith(...words) {
    const folders = [site.dir];
    if (site.store) {
        sql(site.store, 'CHECKPOINT');
        folders.push(join(sql(site.store, 'SHOW data_directory'), '..'));
    }
    const files = folders.flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }));
    return files.filter((file) => file.isFile()).map((file) => join(file.parentPath ?? file.path, file.name))
        .filter((path) => {
            if (!existsSync(path)) return false; // a server's come and go
            const bytes = readFileSync(path, 'latin1');
            return words.some((word) => bytes.includes(word));
        });
}

test('who reads stands nowhere on the disk', async () => {
    const { story } = put(site, { title: 'Private' }, ['publish']);
    const address = '203.0.113.77';
    await readBy(site, story, 1, { from: 'zqkept.example', headers: { 'x-forwarded-for': address,
        'user-agent': `${FIREFOX} zqprivate` } });
    await until('it is kept', async () => (await table('Where readers come from'))['zqkept.example'] === 1);
    assert.ok(filesWith('zqkept.example').length > 0, 'what is kept is found');
    assert.deepEqual(filesWith(address, 'zqprivate'), []);
});

test('who makes up where readers come from fills no table, nor hides who comes from nowhere', async () => {
    const { story } = put(site, { title: 'From everywhere' }, ['publish']);
    const nowhere = async () => (await table('Where readers come from'))['(none: typed, a bookmark, our own pages)'];
    let kept = 0, before = await nowhere() ?? 0;
    const readFrom = async (hosts) => {
        for (const from of hosts) await readBy(site, story, 1, { from });
        kept += hosts.length;
        await until('they are kept', async () => {
            const { 'From everywhere': is } = await table('Stories');
            return is === kept || is;
        });
    };
    const fillHour = async () => {
        const hour = new Date().getUTCHours();
        for (let part = 0; part < 3; part++)
            await readFrom(Array.from({ length: 300 }, (_, i) => `h${hour}-${part}-${i}.example`));
        await readFrom(Array(7).fill(''));
        before += 7;
        return new Date().getUTCHours() === hour;
    };
    if (!await fillHour()) await fillHour();
    const { other } = await table('Where readers come from');
    assert.ok(other >= 400, `${other} others`);
    assert.equal(await nowhere(), before);
});

test('who ranks claims it anew when the connection that said so was cut', { skip: !server }, async () => {
    const claim = `FROM pg_locks WHERE locktype = 'advisory' AND classid = 1685351534 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND objid::bigint = hashtext('hot')::bigint & 4294967295`;
    const holder = () => sql(site.store, `SELECT pid ${claim}`);
    await until('it is claimed', () => holder() !== '');
    const before = holder();
    sql(site.store, `SELECT pg_terminate_backend(${before})`);
    // The page is made on that connection: it is there again before the next ranking.
    await until('it answers', async () => (await site.ask('/reads')).status === 200);
    await until('it is claimed again', () => !['', before].includes(holder()) || `by ${holder()}`);
});
