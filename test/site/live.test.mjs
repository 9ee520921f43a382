// live.test.mjs -- open pages change by themselves: what is published comes in,
// what is corrected changes, what is killed goes; and nothing else moves.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { launch, screens, sizes } from './lib/chromium.mjs';
import { put } from './lib/draft.mjs';
import { listenTo } from './lib/events.mjs';
import { read } from './lib/hot.mjs';
import { Site, demoSite, root } from './lib/site.mjs';
import { until } from './lib/until.mjs';

const SCRIPT_MAX = 8 * 1024;
let browser, site, context, faults;
const listeners = []; // of events, which end with their test

before(async () => {
    browser = await launch();
    site = await demoSite({ name: 'Dateline Demo' }).serve();
});
after(async () => {
    await browser?.close();
    await site?.remove();
});
beforeEach(async () => {
    faults = [];
    context = await browser.newContext({ viewport: sizes.desk });
});
afterEach(async () => {
    await context.close();
    listeners.splice(0).forEach((line) => line.stop());
    assert.deepEqual(faults, []);
    await until('nobody listens any more', async () => await readers() === 0);
});

const readers = async () => (await site.metrics()).live_readers;
const publish = (story) => put(site, story, ['publish']);
const latest = (page) => page.locator('.latest ol > li').allInnerTexts();
const first = async (page) => (await latest(page))[0];
const settled = (page, what, holds) => until(what, () => holds(page));

// Opens a page and waits until it is told of changes.
async function open(path, within = context) {
    const page = await within.newPage();
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
        if (message.type() === 'error' && !/410|ERR_|Failed to load/.test(message.text()))
            faults.push(message.text());
    });
    const before = await readers();
    await page.goto(site.url + path);
    if (!before) await until('the page listens', async () => await readers() > 0);
    return page;
}

// A tab comes to the front or goes behind another: what a browser tells of it.
const setHidden = (page, hidden) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
}, hidden);

const scrollDown = async (page) => {
    await page.evaluate(() => scrollTo(0, 700));
    await until('it is scrolled', () => page.evaluate(() => scrollY > 500));
};

test('at the top of a page headlines come in at once, wherever they belong', async () => {
    const pages = {
        front: await open('/en/'), all: await open('/en/latest/'),
        section: await open('/en/economy/'), tag: await open('/en/tag/history/'),
        elsewhere: await open('/en/culture/'), language: await open('/uk/'),
    };
    const before = await first(pages.language);
    publish({ title: 'A mint is found under the market', section: 'economy', tags: ['history'],
        deck: 'It struck copper.' });
    for (const name of ['front', 'section', 'tag', 'elsewhere'])
        await settled(pages[name], name, async (page) => /A mint is found/.test(await first(page)));
    for (const name of ['all', 'section', 'tag'])
        assert.match(await pages[name].locator('.list .items > li').first().innerText(),
            /A mint is found[^]*It struck copper/, name);
    assert.doesNotMatch(await pages.elsewhere.locator('.list .items').innerText(), /A mint/);
    assert.equal(await first(pages.language), before);
    assert.equal((await latest(pages.front)).length, 10);
    // as a page that is read anew has it
    for (const [name, list] of [['front', '.latest ol'], ['section', '.latest ol'],
        ['section', '.items'], ['tag', '.items'], ['all', '.items']]) {
        const lines = async () => (await pages[name].locator(`${list} > li`).allInnerTexts())
            .slice(0, 10);
        const now = await lines();
        await pages[name].reload();
        assert.deepEqual(await lines(), now, `${name} ${list}`);
    }
    assert.equal(await pages.front.locator('.live .unseen').count(), 1);
    publish({ title: 'What leads the front' });
    await settled(pages.front, 'the front is made anew', async (page) =>
        /What leads the front/.test(await page.locator('.front-lead h2').first().innerText()));
});

test('further down they wait behind a button, and nothing moves', async () => {
    const page = await open('/en/latest/');
    const list = page.locator('.list .items');
    await scrollDown(page);
    const top = () => page.locator('.items > li').nth(8).boundingBox();
    const [before, text] = [await top(), await list.innerText()];
    publish({ title: 'First while reading' });
    const button = page.locator('.more-new');
    await until('one waits', async () => await button.innerText() === '1 new');
    publish({ title: 'Second while reading' });
    await until('two wait', async () => await button.innerText() === '2 new');
    assert.deepEqual(await top(), before);
    assert.equal(await list.innerText(), text);
    assert.equal(await page.evaluate(() =>
        document.querySelector('.live').getAttribute('aria-live')), 'polite');
    await page.screenshot({ path: join(screens, 'live-waiting-desk.png') });
    await button.click();
    assert.match(await list.innerText(), /Second while reading[^]*First while reading/);
    assert.equal(await button.isVisible(), false);
    // back at the top by oneself
    await scrollDown(page);
    publish({ title: 'Third while reading' });
    await until('one waits', async () => await button.isVisible());
    await page.evaluate(() => scrollTo(0, 0));
    await until('it came in', async () => /Third/.test(await list.locator('li').first().innerText()));
    assert.equal(await button.isVisible(), false);
});

test('what waits is shown as it is then, and not at all when it was killed', async () => {
    const page = await open('/en/latest/');
    await scrollDown(page);
    const one = publish({ title: 'Soon taken back' });
    publish({ uri: 'urn:test:waits', title: 'Soon put rigth' });
    const button = page.locator('.more-new');
    await until('both wait', async () => await button.innerText() === '2 new');
    site.story('kill', String(one.story), '--note', 'It was wrong.');
    await until('one is gone', async () => await button.innerText() === '1 new');
    put(site, { uri: 'urn:test:waits', title: 'Soon put right', version: 2 },
        ['correct', '--note', 'A letter.']);
    await button.click();
    await settled(page, 'it came in', async () =>
        /Soon put right/.test(await page.locator('.items').innerText()));
    assert.doesNotMatch(await page.locator('main').innerText(), /Soon taken back|rigth/);
});

test('a correction changes its lines in place with a mark, a kill takes them away', async () => {
    const uri = 'urn:test:in-place';
    const { story } = publish({ uri, title: 'Ten ships are in', section: 'economy' });
    publish({ title: 'Something newer', section: 'economy' });
    const page = await open('/en/economy/');
    const line = (list) => page.locator(`${list} > li`, { has: page.locator(`a[href*="/${story}-"]`) });
    const places = async (list) => (await page.locator(`${list} > li a:not(.when a)`)
        .evaluateAll((all) => all.map(({ pathname }) => pathname.match(/\/(\d+)-/)?.[1])));
    const order = await places('.items');
    put(site, { uri, title: 'Twelve ships are in', section: 'economy', version: 2 },
        ['correct', '--note', 'Two came late.']);
    for (const list of ['.latest ol', '.items']) {
        await until('it is corrected', async () => /Twelve/.test(await line(list).innerText()));
        assert.match(await line(list).innerText(), /CORRECTED/i);
        assert.match(await line(list).getAttribute('class'), /changed/);
    }
    assert.deepEqual(await places('.items'), order);
    await page.screenshot({ path: join(screens, 'live-corrected-desk.png') });
    site.story('kill', String(story), '--note', 'It was wrong.');
    await until('it is gone', async () => await page.locator(`a[href*="/${story}-"]`).count() === 0);
    // withdrawn, and back
    const other = publish({ title: 'Here, away and here' });
    await settled(page, 'it is there', async () => /Here, away/.test(await first(page)));
    site.story('withdraw', String(other.story), '--note', 'It is looked at.');
    await settled(page, 'it is away', async () => !/Here, away/.test(await first(page)));
    site.story('restore', String(other.story));
    await settled(page, 'it is back', async () => /Here, away/.test(await first(page)));
});

test('the story on the screen is corrected and killed before the reader\'s eyes', async () => {
    const uri = 'urn:test:open-story';
    const done = publish({ uri, title: 'The dam holds', body: 'It holds water of 2019.' });
    const page = await open(done.address);
    put(site, { uri, title: 'The dam holds', body: 'It holds water of 2020.', version: 2 },
        ['correct', '--note', 'The year was wrong.']);
    await until('the text is the new one', async () =>
        /water of 2020/.test(await page.locator('.story .body').innerText()));
    assert.match(await page.locator('.story').innerText(), /The year was wrong/);
    assert.match(await page.locator('.story').getAttribute('class'), /changed/);
    site.story('kill', String(done.story), '--note', 'There is no dam.');
    await until('the notice stands there', async () =>
        /There is no dam/.test(await page.locator('main').innerText()));
    assert.equal(await page.locator('.story').count(), 0);
    assert.doesNotMatch(await page.title(), /dam/);
});

test('a flash comes as a banner, which can be closed', async () => {
    for (const [name, viewport] of Object.entries(sizes)) {
        await context.close();
        context = await browser.newContext({ viewport });
        const page = await open('/en/');
        await page.evaluate(() => scrollTo(0, 300));
        const done = publish({ title: `Parliament is dissolved, ${name}`, urgency: 1 });
        const banner = page.locator('.banner');
        await until('the banner is there', () => banner.isVisible());
        assert.match(await banner.innerText(), /Flash\s*Parliament is dissolved/i);
        assert.equal(await banner.locator('a').getAttribute('href'), done.address);
        await page.screenshot({ path: join(screens, `live-flash-${name}.png`) });
        assert.equal(await banner.locator('button').getAttribute('aria-label'), 'Close');
        await banner.locator('button').click();
        assert.equal(await banner.isVisible(), false);
        publish({ title: 'Not so urgent', urgency: 2 });
        await until('it came', async () => await page.locator('.more-new').isVisible());
        assert.equal(await banner.isVisible(), false);
    }
});

test('the flash in the banner is what its story is', async () => {
    const page = await open('/en/economy/');
    const banner = page.locator('.banner');
    const uri = 'urn:test:flash';
    const { story } = publish({ uri, title: 'Ten banks close', urgency: 1 });
    await until('it is there', () => banner.isVisible());
    put(site, { uri, title: 'Two banks close', urgency: 1, version: 2 }, ['correct', '--note', 'Not ten.']);
    await until('it is corrected', async () => /Two banks close/.test(await banner.innerText()));
    site.story('kill', String(story), '--note', 'None did.');
    await until('it is gone', async () => !await banner.isVisible());
    assert.doesNotMatch(await page.locator('body').evaluate((body) => body.textContent), /banks close/);
    // one that was closed does not come back with its correction
    const other = { uri: 'urn:test:closed-flash', title: 'Bridge falls', urgency: 1 };
    publish(other);
    await until('it is there', () => banner.isVisible());
    await banner.locator('button').click();
    put(site, { ...other, title: 'Bridge fell', version: 2 }, ['correct', '--note', 'A word.']);
    await settled(page, 'the page knows', async () => /Bridge fell/.test(await first(page)));
    assert.equal(await banner.isVisible(), false);
});

test('tabs share one connection, and the next takes over', async () => {
    const one = await open('/en/');
    const two = await open('/en/economy/');
    await new Promise((done) => setTimeout(done, 1500));
    assert.equal(await readers(), 1);
    publish({ title: 'For both tabs' });
    for (const page of [one, two])
        await settled(page, 'both have it', async () => /For both/.test(await first(page)));
    await one.close();
    await until('the other listens', async () => await readers() === 1);
    publish({ title: 'For the one left' });
    await settled(two, 'it came', async () => /For the one left/.test(await first(two)));
    assert.equal((await latest(two)).filter((text) => /For both/.test(text)).length, 1);
});

test('a hidden tab listens to nothing, and catches up when it is seen again', async () => {
    const page = await open('/en/');
    const other = await open('/en/economy/');
    for (const each of [page, other]) await setHidden(each, true);
    await until('nobody listens', async () => await readers() === 0);
    const shown = await first(page);
    publish({ title: 'While nobody looked' });
    await new Promise((done) => setTimeout(done, 300));
    assert.equal(await first(page), shown);
    await setHidden(page, false);
    await settled(page, 'it came', async () => /While nobody looked/.test(await first(page)));
    assert.equal(await readers(), 1);
    // the other one asks who listens for what it missed
    publish({ title: 'While one looked' });
    await settled(page, 'it came', async () => /While one looked/.test(await first(page)));
    assert.doesNotMatch(await first(other), /looked/);
    await setHidden(other, false);
    await settled(other, 'both came', async () =>
        /While one looked[^]*While nobody looked/.test((await latest(other)).join('\n')));
    await until('one listens', async () => await readers() === 1);
});

test('after the server was killed an open page goes on where it was', async () => {
    const page = await open('/en/');
    const { port } = site;
    publish({ title: 'Before the night' });
    await settled(page, 'it came', async () => /Before the night/.test(await first(page)));
    await site.stop('SIGKILL');
    const { story } = put(site, { title: 'During the night' }, ['publish']);
    const other = put(site, { title: 'Not for long' }, ['publish']);
    site.story('kill', String(other.story), '--note', 'Why.');
    await site.serve('--listen', `127.0.0.1:${port}`);
    await settled(page, 'what was missed came', async () => /During the night/.test(await first(page)));
    publish({ title: 'After the night' });
    await settled(page, 'and what came later', async () => /After the night/.test(await first(page)));
    assert.equal(await page.locator(`.latest a[href*="/${story}-"]`).count(), 1);
    assert.doesNotMatch(await page.locator('main').innerText(), /Not for long/);
});

test('a page from a cache is made new when it is opened', async () => {
    const old = (await site.get('/en/')).text;
    publish({ title: 'Newer than the cache' });
    const page = await context.newPage();
    let served = 0;
    await page.route(site.url + '/en/', (route) => served++ ? route.continue()
        : route.fulfill({ body: old, contentType: 'text/html; charset=utf-8' }));
    assert.doesNotMatch(old, /Newer than the cache/);
    await page.goto(site.url + '/en/');
    await settled(page, 'it is new', async () => /Newer than the cache/.test(await first(page)));
});

// As behind a CDN that is told of the change later than the reader.
test('a cache that still has the page from before does not give it again', async () => {
    const uri = 'urn:test:cached-story';
    const done = publish({ uri, title: 'Kept in front', body: 'It is from 2019.' });
    const old = (await site.get(done.address)).text;
    const page = await context.newPage();
    await page.route(site.url + done.address, (route) =>
        route.fulfill({ body: old, contentType: 'text/html; charset=utf-8' }));
    await page.goto(site.url + done.address);
    await until('it listens', async () => await readers() > 0);
    put(site, { uri, title: 'Kept in front', body: 'It is from 2020.', version: 2 },
        ['correct', '--note', 'The year was wrong.']);
    await until('the text is the new one', async () =>
        /from 2020/.test(await page.locator('.story .body').innerText()));
});

test('an answer that was long on its way does not cover a newer one', async () => {
    const uri = 'urn:test:slow-answer';
    const done = publish({ uri, title: 'Twice corrected', body: 'It holds 1.' });
    const page = await open(done.address);
    const body = () => page.locator('.story .body').innerText();
    const correct = (number) => put(site, { uri, title: 'Twice corrected', body: `It holds ${number}.`,
        version: number }, ['correct', '--note', 'A digit.']);
    let release, came, answered = 0;
    const held = new Promise((go) => { release = go; });
    const asked = new Promise((go) => { came = go; });
    await page.route(`${site.url + done.address}?seen=*`, async (route) => {
        const answer = await route.fetch();
        if (!answered++) {
            came();
            await held;
        }
        await route.fulfill({ response: answer });
    });
    correct(2);
    await asked;
    correct(3);
    await until('it is the last one', async () => /holds 3/.test(await body()));
    release();
    await until('the first answer came', () => answered >= 3);
    assert.match(await body(), /holds 3/);
});

test('what came while a part of the page was on its way stays', async () => {
    const { story } = publish({ title: 'It leads, for now' });
    const page = await open('/en/');
    assert.equal(await page.locator(`.front-lead a[href*="/${story}-"]`).count() > 0, true);
    let release, came;
    const held = new Promise((go) => { release = go; });
    const asked = new Promise((go) => { came = go; });
    let answered = 0;
    await page.route(`${site.url}/en/?seen=*`, async (route) => {
        const answer = await route.fetch();
        if (!answered++) {
            came();
            await held;
        }
        await route.fulfill({ response: answer });
    });
    site.story('kill', String(story), '--note', 'It was wrong.');
    await asked;
    const soon = publish({ title: 'Soon gone again' });
    const { story: newest } = publish({ title: 'Meanwhile' });
    await settled(page, 'it came', async () => /Meanwhile/.test(await first(page)));
    const hot = page.locator('.hot', { hasText: 'Meanwhile' });
    await read(site, newest);
    await until('it is read', async () => await hot.count() === 1);
    site.story('kill', String(soon.story), '--note', 'It was wrong, too.');
    await until('it went', async () => await page.locator(`.latest a[href*="/${soon.story}-"]`).count() === 0);
    await page.locator('.front-lead').evaluate((lead) => { lead.id = 'old'; });
    release();
    await until('the part is the new one', async () => await page.locator('#old').count() === 0);
    assert.match(await first(page), /Meanwhile/);
    assert.equal(await hot.count(), 1);
    assert.equal(await page.locator(`a[href*="/${soon.story}-"]`).count(), 0);
    assert.equal(await page.locator(`a[href*="/${story}-"]`).count(), 0);
});

test('an old story from a cache is made new when it is opened', async () => {
    const uri = 'urn:test:old-story';
    const done = publish({ uri, title: 'Not among the latest', body: 'It is from 2019.' });
    for (let i = 0; i < 11; i++) publish({ title: `Newer, ${i}` });
    const old = (await site.get(done.address)).text;
    put(site, { uri, title: 'Not among the latest', body: 'It is from 2020.', version: 2 },
        ['correct', '--note', 'The year was wrong.']);
    const page = await context.newPage();
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.route(site.url + done.address, (route) =>
        route.fulfill({ body: old, contentType: 'text/html; charset=utf-8' }));
    await page.goto(site.url + done.address);
    await until('the text is the new one', async () =>
        /from 2020/.test(await page.locator('.story .body').innerText()));
    assert.ok((await site.get(done.address)).text.includes(
        `data-version="${await page.locator('.story').getAttribute('data-version')}"`));
    // and one that is up to date is not asked for twice
    asked.length = 0;
    await page.unroute(site.url + done.address);
    await page.goto(site.url + done.address);
    await until('it listens', async () => asked.some((url) => /\/live\?/.test(url)) && await readers() > 0);
    publish({ title: 'Heard by then' });
    await settled(page, 'it came', async () => /Heard by then/.test(await first(page)));
    assert.deepEqual(asked.filter((url) => url.includes(done.address)), [site.url + done.address]);
});

test('what all are told at once they do not all ask for at once', async () => {
    const page = await context.newPage();
    await page.addInitScript(() => {
        const { setTimeout } = window;
        window.delays = [];
        Math.random = () => 0.5;
        window.setTimeout = (what, ms, ...rest) => setTimeout(what, window.delays.push(ms) && ms, ...rest);
    });
    const asksIn = (ms) => until(`it asks in ${ms} ms`, async () => {
        const delays = await page.evaluate(() => window.delays);
        return delays.includes(ms) || delays;
    });
    const { story, address } = publish({ title: 'Killed before many' });
    await page.goto(site.url + address);
    await until('it listens', async () => await readers() > 0);
    site.story('kill', String(story), '--note', 'No.');
    await asksIn(750);
    await until('it is gone', async () => await page.locator('.story').count() === 0);
    await page.route('**/live?*', (route) => route.fulfill({ status: 503, body: '' }));
    await page.goto(`${site.url}/en/`);
    await asksIn(12_500);
});

test('who saves data is asked first', async () => {
    const page = await context.newPage();
    await page.addInitScript(() => Object.defineProperty(navigator, 'connection',
        { value: { saveData: true } }));
    await page.goto(`${site.url}/en/`);
    publish({ title: 'Only when asked for' });
    const button = page.locator('.latest button.check');
    assert.equal(await button.innerText(), 'Check for updates');
    await new Promise((done) => setTimeout(done, 300));
    assert.equal(await readers(), 0);
    assert.doesNotMatch(await first(page), /Only when asked/);
    await page.screenshot({ path: join(screens, 'live-savedata-desk.png') });
    await button.click();
    await settled(page, 'it came', async () => /Only when asked/.test(await first(page)));
});

// tools/lively.py; ended: its exit code.
function lively(at, options, env = {}) {
    const child = spawn('python3', [join(root, 'tools/lively.py'), at.dir, ...options],
        { env: { ...process.env, ...env } });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
        stream.on('data', (part) => { text += part; });
    return { said: () => text, ended: once(child, 'close').then(([code]) => code) };
}

test('where news comes in by itself, all of it is seen', async () => {
    const page = await open('/en/');
    const line = listen('lang=en');
    const { said, ended } = lively(site,
        ['--listen', `127.0.0.1:${site.port}`, '--every', '0.1', '--count', '60']);
    assert.equal(await ended, 0);
    for (const word of ['published', 'corrected', 'killed'])
        assert.match(said(), new RegExp(`^${word} `, 'm'));
    assert.doesNotMatch(said(), /left out/);
    for (const kind of ['published', 'hot'])
        await until(`${kind} was told`, () => line.events.some(({ event }) => event === kind)
            || line.events.map(({ event }) => event));
    await settled(page, 'the page has the newest', async () =>
        await page.locator('.latest li a').first().getAttribute('href') ===
        (await page.evaluate(async () => new DOMParser().parseFromString(
            await (await fetch('/en/')).text(), 'text/html').querySelector('.latest li a').getAttribute('href'))));
    await until('and what is read', async () => await page.locator('.hot li').count() > 0);
});

test('what lets news come in ends with the server, and says what is wrong', async () => {
    const own = new Site({ languages: 'en' });
    const demos = { SHARED: '/nowhere' }; // stories alone: it begins sooner
    try {
        const nobody = lively({ dir: own.room }, []);
        assert.equal(await nobody.ended, 1);
        assert.match(nobody.said(), /is no site\n$/);
        await own.serve();
        const elsewhere = lively(own, ['--listen', '127.0.0.1:1'], demos);
        assert.equal(await elsewhere.ended, 1);
        assert.match(elsewhere.said(), /http:\/\/127\.0\.0\.1:1: .*refused.*; --listen says where/);
        // as ./dev run starts it, with what the server is told
        const began = lively(own, ['--with', String(own.child.pid), '--listen', `127.0.0.1:${own.port}`,
            '--check'], demos);
        await until('news comes in', () => /^published \/en\//m.test(began.said()) || began.said());
        await own.stop('SIGKILL');
        assert.equal(await began.ended, 0);
        assert.match(began.said(), /^the server has ended\n$/m);
        assert.doesNotMatch(began.said(), /Traceback|left out/);
    } finally {
        await own.remove();
    }
});

test('without script a page is whole and still', async () => {
    const still = await browser.newContext({ javaScriptEnabled: false });
    const page = await still.newPage();
    await page.goto(`${site.url}/en/`);
    assert.equal(await page.locator('.latest li').count(), 10);
    assert.equal(await page.locator('main button').count(), 0);
    assert.equal(await readers(), 0);
    await still.close();
});

test('the script is small', async () => {
    const { text } = await site.get('/site.js');
    assert.ok(gzipSync(text, { level: 9 }).length <= SCRIPT_MAX);
});

// ---- the events themselves ----

function listen(query, headers) {
    listeners.push(listenTo(site, query, headers));
    return listeners.at(-1);
}

test('a program hears of every change once and in order, whatever breaks', async () => {
    const lines = new Site({ languages: 'en,uk' });
    const outer = site;
    site = lines;
    try {
        await site.serve();
        const { port } = site;
        const heard = [], wanted = [];
        let line = listen('lang=en');
        const news = () => [...heard, ...line.events.filter(({ event }) => event !== 'sync')];
        const hear = (event, { story }) => {
            wanted.push(`${event} ${story}`);
            return until(`${event} ${story} came`, () => news().length === wanted.length);
        };
        await until('it is told where things stand', () => line.events.length === 1);
        assert.equal(line.events[0].event, 'sync');
        for (let i = 0; i < 40; i++) {
            const done = publish({ title: `Story ${i}`, section: i % 2 ? 'odd' : 'even' });
            await hear('published', done);
            if (i % 10 === 3)
                await hear('killed', site.story('kill', String(done.story), '--note', 'No.'));
            if (i % 10 !== 7) continue;
            // away, while a story comes and another comes and goes again
            heard.push(...line.events.filter(({ event }) => event !== 'sync'));
            line.stop();
            if (i === 17) await site.stop('SIGKILL');
            const missed = publish({ title: `Missed ${i}` });
            const gone = publish({ title: `Gone ${i}` });
            site.story('kill', String(gone.story), '--note', 'No.');
            if (i === 17) await site.serve('--listen', `127.0.0.1:${port}`);
            line = listen('lang=en', { 'last-event-id': String(heard.at(-1).id) });
            wanted.push(`published ${missed.story}`);
            await hear('killed', gone);
        }
        heard.push(...line.events);
        line.stop();
        assert.deepEqual(heard.map(({ event, data }) => `${event} ${data.story}`), wanted);
        assert.deepEqual(heard.map(({ id }) => id), [...heard.map(({ id }) => id)].sort((a, b) => a - b));
        line = listen('lang=en&section=odd&last=0');
        await until('those of a section', () => line.events.length >= 16);
        assert.ok(line.events.every(({ event, data }) => event === 'killed' || data.section === 'odd'));
        line.stop();
        await until('all have left', async () => await readers() === 0);
    } finally {
        site = outer;
        await lines.remove();
    }
});
