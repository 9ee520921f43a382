// hot.test.mjs -- what is read is counted once, for nobody's eyes but the sum's;
// what is read most is hot, and nothing that is not public.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from './lib/chromium.mjs';
import { put } from './lib/draft.mjs';
import { listenTo } from './lib/events.mjs';
import { parse } from './lib/page.mjs';
import { Site, dateline, demoSite, root } from './lib/site.mjs';
import { until } from './lib/until.mjs';

const screens = join(root, 'build/screens');
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } };
let site, browser;

before(async () => {
    mkdirSync(screens, { recursive: true });
    site = demoSite({ name: 'Dateline Demo' });
    site.set('proxies', '127.0.0.1');
    await site.serve();
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await site?.remove();
});

let readers = 0;

// Somebody new reads a story; who: the headers that differ.
const read = (story, { headers = {}, body = '' } = {}) => site.client.request('POST', '/read',
    { 'user-agent': FIREFOX, 'x-forwarded-for': `10.1.${++readers >> 8}.${readers & 255}`, ...headers },
    body || `story=${story}&screen=phone&from=www.example.org`);
const readBy = async (story, times) => {
    for (let i = 0; i < times; i++) assert.equal((await read(story)).status, 204);
};
const counted = async () => (await site.metrics()).reads_counted;
const hot = async (path = '/en/') => [...parse((await site.get(path)).text)
    .querySelectorAll('.hot li a')].map((link) => Number(/\/(\d+)-/.exec(link.getAttribute('href'))[1]));
const hottest = (wanted, path) => until(`${wanted} are hot`, async () => {
    const is = await hot(path);
    return JSON.stringify(is) === JSON.stringify(wanted) || is;
});

test('what is read most is hot, in its language and its section', async () => {
    assert.deepEqual(await hot(), []);
    assert.match((await site.get('/en/')).text, /<section class="hot"[^>]* hidden>/);
    const made = ['one', 'two', 'three', 'four', 'five'].map((name, i) => put(site,
        { title: `Hot ${name}`, section: i < 2 ? 'sport' : 'economy' }, ['publish']).story);
    const other = put(site, { title: 'Гаряче', language: 'uk' }, ['publish']).story;
    for (const [i, story] of made.entries()) await readBy(story, 10 - 2 * i);
    await readBy(other, 20);
    await hottest(made.slice(0, 4));
    await hottest([other], '/uk/');
    const page = `/en/economy/${made[4]}-hot-five`;
    assert.deepEqual(await hot(page), made.slice(0, 4));
    // a section has its own list when it is long enough
    assert.deepEqual(await hot('/en/economy/'), made.slice(0, 4));
    const fourth = put(site, { title: 'Hot six', section: 'economy' }, ['publish']).story;
    await readBy(fourth, 1);
    await hottest([...made.slice(2), fourth], '/en/economy/');
    assert.deepEqual(await hot('/en/'), made.slice(0, 4));

    // editors' pins come first, for as long as they hold
    const until2 = new Date(Date.now() + 12_000).toISOString();
    const pinned = JSON.parse(dateline('story', 'pin', site.dir, String(fourth), '--until', until2,
        '--json').out);
    assert.ok(Math.abs(Date.parse(pinned.pinned_until) - Date.parse(until2)) < 1000);
    await hottest([fourth, ...made.slice(0, 3)]);
    await hottest(made.slice(0, 4));
    dateline('story', 'pin', site.dir, String(fourth));
    await hottest([fourth, ...made.slice(0, 3)]);
    assert.equal(dateline('story', 'unpin', site.dir, String(fourth)).status, 0);
    await hottest(made.slice(0, 4));

    // and what is killed is gone at once
    site.story('kill', String(made[0]), '--note', 'It was wrong.');
    assert.ok(!(await hot()).includes(made[0]));
    await hottest([made[1], made[2], made[3], made[4]]);
    assert.equal(dateline('story', 'pin', site.dir, String(made[0])).status, 1);
    assert.equal((await read(made[0])).status, 204);
});

test('reloads, bots and other sites\' pages are left out', async () => {
    const { story } = put(site, { title: 'Counted' }, ['publish']);
    const one = { 'x-forwarded-for': '10.9.9.9' };
    const start = await counted();
    for (let i = 0; i < 5; i++) await read(story, { headers: one });
    assert.equal(await counted(), start + 1);
    for (const agent of ['', 'Examplebot/1.0', 'curl/8.0', 'HeadlessChrome/1'])
        assert.equal((await read(story, { headers: { 'user-agent': agent } })).status, 204);
    assert.equal(await counted(), start + 1);
    // behind a proxy of ours the last address counts, whatever stands before it
    await read(story, { headers: { 'x-forwarded-for': '10.8.8.8, 10.9.9.9' } });
    assert.equal(await counted(), start + 1);
    await read(story, { headers: { 'x-forwarded-for': '10.9.9.9, 10.8.8.8' } });
    assert.equal(await counted(), start + 2);
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
        assert.equal((await read(story, { headers })).status, 403);
    assert.equal((await read(story, { headers: { origin: site.url,
        'sec-fetch-site': 'same-origin' } })).status, 204);
    for (const body of ['x', 'story=0&screen=phone', `story=${story}&screen=wall`,
        `story=${story}&screen=phone&from=${'a'.repeat(101)}`])
        assert.equal((await read(story, { body })).status, 400);
    assert.equal((await read(story, { body: 'a'.repeat(1025) })).status, 413);
    assert.equal((await site.get('/read')).status, 405);
    assert.equal(await counted(), start + 3);
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
    const start = await counted();
    const page = await open(done.address);
    await until('it says so', () => said.length === 1);
    assert.equal(said[0], `story=${done.story}&screen=phone&from=`);
    await until('it is counted', async () => await counted() === start + 1);
    await page.reload();
    await until('it says so again', () => said.length === 2);
    await open('/en/');
    const hidden = await open(done.address, true);
    await new Promise((later) => setTimeout(later, 4000));
    assert.equal(said.length, 2);
    assert.equal(await counted(), start + 1);
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
        await readBy(story, times += 20);
        await until('it is the first', async () => (await page.locator('.hot li a').first()
            .getAttribute('href')).includes(`/${story}-`));
        await page.locator('.hot').scrollIntoViewIfNeeded();
        await page.screenshot({ path: join(screens, `hot-${name}.png`), fullPage: name === 'desk' });
        await context.close();
    }
    const line = listenTo(site, 'lang=en');
    await until('it listens', () => line.events.length === 1);
    await readBy(made[0], 60);
    await until('it is told', () => line.events.some(({ event }) => event === 'hot'));
    assert.match(line.events.at(-1).data.html, new RegExp(`^<section class="hot"[^]*/${made[0]}-`));
    line.stop();
});

test('killed, the process loses the last seconds and nothing else', async () => {
    const { story } = put(site, { title: 'Before the fall' }, ['publish']);
    await readBy(story, 100);
    await until('it is hot', async () => (await hot())[0] === story);
    await site.stop('SIGKILL');
    await site.serve();
    assert.equal((await hot())[0], story);
    await readBy(story, 1);
    assert.equal(dateline('check', site.dir).status, 0);
});

// What the operator's socket answers.
const ask = (path) => new Promise((done, fail) => http.get(
    { socketPath: join(site.dir, 'control.sock'), path }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part) => { text += part; });
        answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, text }));
    }).on('error', fail));

test('operators see reads by minute, story, section, language, site and screen', async () => {
    const empty = new Site({ languages: 'en' });
    const outer = site;
    site = empty;
    try {
        site.set('proxies', '127.0.0.1');
        await site.serve();
        assert.match((await ask('/reads')).text, /<p>0 reads in the 24 hours/);
        const [one, two] = ['A & B <i>', 'Other'].map((title, i) =>
            put(site, { title, section: i ? 'sport' : 'economy' }, ['publish']).story);
        await readBy(one, 3);
        await readBy(two, 1);
        await read(two, { body: `story=${two}&screen=desktop&from=search.example` });
        await until('they are kept', async () => { const { text } = await ask('/reads');
            return /<p>5 reads/.test(text) || /<p>.*reads.*/.exec(text)?.[0]; });
        const answer = await ask('/reads');
        assert.equal(answer.status, 200);
        assert.match(answer.headers['content-security-policy'], /^default-src 'none'; style-src 'sha256-/);
        const page = parse(answer.text);
        const tables = Object.fromEntries([...page.querySelectorAll('section')].map((section) =>
            [section.querySelector('h2').textContent, [...section.querySelectorAll('tr')]
                .map((row) => [...row.querySelectorAll('th, td')].slice(0, 2)
                    .map((cell) => cell.textContent).join(' '))]));
        assert.deepEqual(tables, {
            'Stories': ['A & B <i> 3', 'Other 2'], 'Sections': ['economy 3', 'sport 2'],
            'Languages': ['en 5'], 'Screens': ['phone 4', 'desktop 1'],
            'Where readers come from': ['www.example.org 4', 'search.example 1'],
        });
        assert.match(page.querySelector('svg.day rect title').textContent, /^\d\d:\d\d: [1-5]$/);
        assert.equal((await site.get('/reads')).status, 404);
    } finally {
        site = outer;
        await empty.remove();
    }
});

test('who makes up where readers come from fills no table', async () => {
    const { story } = put(site, { title: 'From everywhere' }, ['publish']);
    const fillHour = async () => {
        const hour = new Date().getUTCHours();
        for (let part = 0; part < 3; part++) {
            const before = (await counted()) + 300;
            for (let i = 0; i < 300; i++)
                await read(story, { body: `story=${story}&screen=phone&from=h${hour}-${part}-${i}.example` });
            assert.equal(await counted(), before);
            await new Promise((done) => setTimeout(done, 6000)); // they are kept meanwhile
        }
        return new Date().getUTCHours() === hour;
    };
    if (!await fillHour()) await fillHour();
    const [, other] = /other<.*?>(\d+)</s.exec((await ask('/reads')).text) ?? assert.fail('no other');
    assert.ok(Number(other) >= 400, other);
});

test('who reads stands nowhere on the disk', async () => {
    const { story } = put(site, { title: 'Private' }, ['publish']);
    const address = '203.0.113.77';
    await read(story, { headers: { 'x-forwarded-for': address,
        'user-agent': `${FIREFOX} zqprivate` } });
    await until('it is kept', async () => (await hot('/en/')).length > 0);
    await new Promise((done) => setTimeout(done, 6000));
    for (const name of readdirSync(site.dir, { recursive: true, withFileTypes: true })) {
        if (!name.isFile()) continue;
        const bytes = readFileSync(join(name.parentPath ?? name.path, name.name), 'latin1');
        assert.ok(!bytes.includes(address) && !bytes.includes('zqprivate'), name.name);
    }
});
