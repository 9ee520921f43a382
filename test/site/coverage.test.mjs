// coverage.test.mjs -- live coverage: entries come, are corrected, pinned and
// withdrawn, on open pages too; it has a feed, and tells search engines.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, screens, sizes } from './lib/chromium.mjs';
import { put } from './lib/draft.mjs';
import { listenTo } from './lib/events.mjs';
import { parse } from './lib/page.mjs';
import { dateline, demoSite } from './lib/site.mjs';
import { until } from './lib/until.mjs';

let site, browser;

before(async () => {
    site = await demoSite({ name: 'Dateline Demo' }).serve();
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await site?.remove();
});

// dateline story entry ...; what it answers.
const act = (story, ...words) => {
    const done = dateline('story', 'entry', site.dir, String(story), ...words, '--json');
    assert.equal(done.status, 0, done.err + done.out);
    return JSON.parse(done.out);
};
const post = (story, text, ...words) => {
    const done = dateline('story', 'entry', site.dir, String(story), '-', ...words, '--json',
        { input: text });
    assert.equal(done.status, 0, done.err + done.out);
    return JSON.parse(done.out);
};
const start = (title) => put(site, { title, section: 'politics', tags: ['election'],
    body: 'The count begins tonight.' }, ['publish']);
const page = async (path) => parse((await site.get(path)).text);
const shown = (document) => [...document.querySelectorAll('.entries > li')]
    .map((item) => item.getAttribute('id'));

test('a story goes on as a stream of entries, pinned ones first', async () => {
    const story = start('The count, as it happens');
    assert.equal((await page(story.address)).querySelector('.coverage'), null);
    assert.deepEqual(post(story.story, '---\ntitle: Polls are closed\nbyline: Ann Lee\n---\nThe **last** closed at ten.\n',
        '--key').entry, 1);
    post(story.story, 'A first figure: 12 per cent.');
    post(story.story, 'How to read these figures.', '--pin');
    const document = await page(story.address);
    assert.deepEqual(shown(document), ['entry-3', 'entry-2', 'entry-1']);
    assert.match(document.querySelector('.coverage h2').textContent, /As it happens\s*Live/);
    assert.equal(document.querySelector('.keys a').getAttribute('href'), '#entry-1');
    assert.equal(document.querySelector('#entry-1 h3').textContent, 'Polls are closed');
    assert.match(document.querySelector('#entry-1').textContent, /By Ann Lee/);
    assert.equal(document.querySelector('#entry-1 strong').textContent, 'last');

    const [article] = JSON.parse(document.querySelector('script[type="application/ld+json"]')
        .textContent)['@graph'];
    assert.equal(article['@type'], 'LiveBlogPosting');
    assert.ok(article.coverageStartTime && !article.coverageEndTime);
    assert.deepEqual(article.liveBlogUpdate.map(({ url }) => url.replace(/.*#/, '')),
        ['entry-3', 'entry-2', 'entry-1']);
    assert.equal(article.liveBlogUpdate[2].headline, 'Polls are closed');
    assert.equal(article.liveBlogUpdate[2].articleBody.trim(), 'The last closed at ten.');

    // corrected with a note, marked, withdrawn
    const silent = dateline('story', 'entry', site.dir, String(story.story), '-', '--entry', '2',
        { input: '21 per cent.' });
    assert.equal(silent.status, 1);
    assert.match(silent.err, /note: readers are told/);
    post(story.story, 'A first figure: 21 per cent.', '--entry', '2', '--note', 'Digits were swapped.');
    act(story.story, '--entry', '1', '--mark', '--pin', '--key');
    act(story.story, '--entry', '3', '--withdraw', '--note', 'It was misleading.');
    const later = await page(story.address);
    assert.deepEqual(shown(later), ['entry-1', 'entry-2']);
    assert.match(later.querySelector('#entry-2').textContent, /21 per cent[^]*Correction[^]*Digits were swapped/);
    assert.ok(!(await site.get(story.address)).text.includes('12 per cent'));

    act(story.story, '--end');
    const ended = await page(story.address);
    assert.match(ended.querySelector('.coverage h2').textContent, /Ended \d\d:\d\d/);
    assert.ok(JSON.parse(ended.querySelector('script[type="application/ld+json"]').textContent)['@graph'][0]
        .coverageEndTime);
    assert.match(dateline('story', 'entry', site.dir, String(story.story), '-', { input: 'More.' }).err,
        /has ended; resume it first/);
    act(story.story, '--resume');
    post(story.story, 'It goes on.');
    assert.equal(shown(await page(story.address)).length, 3);

    // its own feeds
    const rss = (await site.get(`${story.address}/rss.xml`)).text;
    assert.deepEqual([...rss.matchAll(/<guid[^>]*>([^<]+)#(entry-\d)</g)].map(([, , id]) => id),
        ['entry-1', 'entry-4', 'entry-2']);
    const feed = JSON.parse((await site.get(`${story.address}/feed.json`)).text);
    assert.equal(feed.title, 'The count, as it happens');
    assert.equal(feed.items[0].url, `${site.url}${story.address}#entry-1`);
    assert.equal((await site.get(`${story.address}/atom.xml`)).status, 200);
    assert.equal((await site.get(`/en/politics/${story.story}-other/rss.xml`)).status, 301);
    const plain = put(site, { title: 'No coverage' }, ['publish']);
    assert.equal((await site.get(`${plain.address}/rss.xml`)).status, 404);

    site.story('kill', String(story.story), '--note', 'There was no election.');
    for (const path of [story.address, `${story.address}/rss.xml`])
        assert.equal((await site.get(path)).status, 410, path);
    const again = dateline('story', 'entry', site.dir, String(story.story), '-', { input: 'x' });
    assert.match(again.err, /killed has no live coverage/);
    assert.equal(dateline('check', site.dir).status, 0);
});

test('entries of a draft come with it, and of none other is anything told', async () => {
    const draft = put(site, { title: 'Prepared', section: 'politics' });
    const line = listenTo(site, 'lang=en');
    await until('it listens', () => line.events.length === 1);
    post(draft.story, 'zqearly words');
    const done = site.story('publish', String(draft.story));
    assert.match((await site.get(done.address)).text, /zqearly words/);
    post(draft.story, 'zqtakenback words');
    await until('it is told', () => line.events.some(({ event, data }) =>
        event === 'entry' && data.entry === 2 && /zqtakenback/.test(data.html)));
    assert.ok(!line.events.some(({ event, data }) => event === 'entry' && data.entry === 1));
    act(draft.story, '--entry', '2', '--withdraw', '--note', 'No.');
    await until('it is gone', () => line.events.at(-1).event === 'entry' && !line.events.at(-1).data.html);
    line.stop();
    // who comes late hears nothing of what was taken back
    const late = listenTo(site, `lang=en&story=${draft.story}&last=0`);
    await until('it is told', () => late.events.length > 1);
    await new Promise((later) => setTimeout(later, 300));
    assert.doesNotMatch(late.text, /zqtakenback/);
    late.stop();
    assert.ok(!(await site.get(done.address)).text.includes('zqtakenback'));
});

test('an open page takes entries in, changes and drops them', async () => {
    for (const [name, viewport] of Object.entries(sizes)) {
        const story = start(`A count on a ${name}`);
        post(story.story, 'The first.', '--key');
        post(story.story, 'What this is about.', '--pin');
        const context = await browser.newContext({ viewport });
        const tab = await context.newPage();
        const faults = [];
        tab.on('pageerror', (error) => faults.push(String(error)));
        await tab.goto(site.url + story.address);
        await until('it listens', async () => (await site.metrics()).live_readers > 0);
        const entries = () => tab.locator('.entries > li').evaluateAll((all) => all.map(({ id }) => id));
        const are = (...wanted) => until(`${wanted}`, async () => {
            const now = await entries();
            return JSON.stringify(now) === JSON.stringify(wanted) || now;
        });
        post(story.story, '---\ntitle: A third one\n---\nIt came just now.\n');
        await are('entry-2', 'entry-3', 'entry-1');
        const keys = () => tab.locator('.keys a').allInnerTexts();
        const keysAre = (...wanted) => until(`${wanted} are the keys`, async () => {
            const now = await keys();
            return JSON.stringify(now) === JSON.stringify(wanted) || now;
        });
        assert.equal(await tab.locator('.keys').isVisible(), false);
        act(story.story, '--entry', '3', '--mark', '--key');
        await keysAre('A third one');
        assert.equal(await tab.locator('.keys').isVisible(), true);
        post(story.story, '---\ntitle: The third one\n---\nIt came just now.\n', '--entry', '3', '--note', 'Not a third.', '--key');
        await keysAre('The third one');
        await tab.evaluate(() => scrollTo(0, 400));
        post(story.story, 'While scrolled.');
        const more = tab.locator('.more-new');
        await until('it waits', async () => await more.isVisible() && await more.innerText() === '1 new');
        assert.deepEqual(await entries(), ['entry-2', 'entry-3', 'entry-1']);
        await more.click();
        await are('entry-2', 'entry-4', 'entry-3', 'entry-1');
        post(story.story, 'The very first.', '--entry', '1', '--note', 'A word was missing.');
        await until('it is corrected', async () =>
            /very first[^]*A word was missing/.test(await tab.locator('#entry-1').innerText()));
        assert.match(await tab.locator('#entry-1').getAttribute('class'), /changed/);
        await tab.locator('.coverage').scrollIntoViewIfNeeded();
        await tab.screenshot({ path: join(screens, `coverage-${name}.png`), fullPage: name === 'desk' });
        act(story.story, '--entry', '3', '--withdraw', '--note', 'No.');
        await are('entry-2', 'entry-4', 'entry-1');
        await keysAre();
        assert.equal(await tab.locator('.keys').isVisible(), false);
        act(story.story, '--end');
        await until('it has ended', async () => /Ended/.test(await tab.locator('.coverage h2').innerText()));
        assert.deepEqual(faults, []);
        await context.close();
    }
});

test('entries stand once and in their order, whatever comes between', async () => {
    const story = start('A count with surprises');
    post(story.story, 'The first.');
    post(story.story, 'Pinned for now.', '--pin');
    const context = await browser.newContext({ viewport: sizes.desk });
    const tab = await context.newPage();
    const faults = [];
    tab.on('pageerror', (error) => faults.push(String(error)));
    await tab.goto(site.url + story.address);
    await until('it listens', async () => (await site.metrics()).live_readers > 0);
    const are = (...wanted) => until(`${wanted}`, async () => {
        const now = await tab.locator('.entries > li').evaluateAll((all) => all.map(({ id }) => id.slice(6)));
        return now.join() === wanted.join() || now;
    });
    const more = tab.locator('.more-new');
    post(story.story, 'The third.');
    await are(2, 3, 1);
    act(story.story, '--entry', '2', '--mark');
    await are(3, 2, 1);
    act(story.story, '--entry', '1', '--mark', '--pin');
    await are(1, 3, 2);
    // one waits, and comes with the page that is asked for anew
    await tab.evaluate(() => scrollTo(0, 400));
    post(story.story, 'While scrolled.');
    await until('it waits', async () => await more.isVisible());
    act(story.story, '--end');
    await are(1, 4, 3, 2);
    await until('it waits no more', async () => !await more.isVisible());
    await tab.evaluate(() => scrollTo(0, 0));
    act(story.story, '--resume');
    post(story.story, 'It goes on.');
    await are(1, 5, 4, 3, 2);
    // one waits, and there is no page for it any more
    await tab.evaluate(() => scrollTo(0, 400));
    post(story.story, 'Too late.');
    await until('it waits', async () => await more.isVisible());
    site.story('kill', String(story.story), '--note', 'There was no count.');
    await until('the notice stands there', async () =>
        /There was no count/.test(await tab.locator('main').innerText()));
    await until('it waits no more', async () => !await more.isVisible());
    await tab.evaluate(() => scrollTo(0, 0));
    post(start('Another count').story, 'Elsewhere.');
    assert.deepEqual(faults, []);
    await context.close();
});
