// ads.test.mjs -- ads: where they stand, who sees them, what they may do, and how
// they are counted.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { addAd, ask, click, report, see, stopAd } from './lib/ads.mjs';
import { launch, screens, sizes } from './lib/chromium.mjs';
import { put } from './lib/draft.mjs';
import { FIREFOX } from './lib/hot.mjs';
import { parse } from './lib/page.mjs';
import { Site, dateline, must, root, server } from './lib/site.mjs';
import { until } from './lib/until.mjs';

const BANNER = join(root, 'test/data/pictures/plain.jpg');
const languages = { en: 'Advertisement', uk: 'Реклама', ru: 'Реклама', ar: 'إعلان' };
const stories = {};
let browser, site;

before(async () => {
    browser = await launch();
    site = new Site({ languages: Object.keys(languages).join(',') });
    for (const [key, value] of [['ads', 'yes'], ['no_ads_tags', 'crash'], ['no_ads_sections', 'obits'],
        ['open_ad_slots', 'more-1'], ['proxies', '127.0.0.1']])
        site.set(key, value);
    const body = 'It says something. '.repeat(600);
    for (const language of Object.keys(languages))
        stories[language] = put(site, { title: `News ${language}`, language, section: 'facts', tags: ['sea', 'ships'], body },
            ['publish']).address;
    stories.crash = put(site, { title: 'A crash', section: 'facts', tags: ['sea', 'crash'], body }, ['publish']).address;
    stories.obit = put(site, { title: 'A life', section: 'obits', tags: ['sea'], body }, ['publish']).address;
    stories.killed = put(site, { title: 'Wrong', section: 'facts', tags: ['sea'], body }, ['publish'],
        ['kill', '--note', 'It was wrong.']).address;
    await site.serve();
});
after(async () => {
    await browser?.close();
    await site?.remove();
});

const contexts = [], shown = new Set();
afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    for (const name of [...shown]) await hide(name);
});

const known = (on, count) => until(`${count} campaigns are shown`, async () => {
    const { ads_campaigns: is } = await on.metrics();
    return is === count || is;
});

// Until the server knows of it.
async function show(fields, { on = site } = {}) {
    const added = addAd(on, { weight: 1, ...fields });
    if (on !== site) return known(on, 1);
    shown.add(fields.name);
    await known(on, shown.size);
    return added;
}
async function hide(name) {
    stopAd(site, name);
    shown.delete(name);
    await known(site, shown.size);
}
let banner;
const mark = () => banner ??= JSON.parse(dateline('media', 'add', site.dir, BANNER, '--alt', 'A banner', '--json').out).mark;
const picture = (fields) => show({ picture: mark(), picture_alt: 'Ships & "sails"', link: 'https://sea.example/go?a=1&b=2', ...fields });
const open = async (path, options = {}) => {
    const context = await browser.newContext({ viewport: sizes.phone, userAgent: FIREFOX, ...options });
    contexts.push(context);
    const page = await context.newPage();
    const asked = [], answers = [];
    page.on('requestfinished', (request) => answers.push(request.url()));
    page.on('request', (request) => asked.push(request.url().slice(site.url.length)));
    await page.goto(site.url + path);
    return { page, answers, asked: (start) => asked.filter((address) => address.startsWith(start)) };
};
const toSlot = (page, slot) => page.locator(`[data-ad="${slot}"]`).evaluate((ad) => ad.scrollIntoView({ block: 'center' }));
const filled = (page, slot) => page.locator(`[data-ad="${slot}"] [data-ticket]`).waitFor();

// ---- places ----

test('a story has four places, a front two, a list one; each is labelled in its language', async () => {
    await picture({ name: 'Anywhere' });
    for (const [language, label] of Object.entries(languages)) {
        for (const [path, count] of [[stories[language], 4], [`/${language}/`, 2], [`/${language}/facts/`, 1], [`/${language}/tag/ships/`, 1]]) {
            const ads = [...parse((await site.get(path)).text).querySelectorAll('.ad')];
            assert.equal(ads.length, count, path);
            for (const ad of ads) {
                assert.equal(ad.querySelector('p').textContent, label);
            }
            assert.equal(ads[0].querySelector('iframe').title, label);
            assert.match(ads[0].dataset.about, new RegExp(`^lang=${language}(&|$)`));
            assert.equal(ads.filter((ad) => ad.dataset.about).length, 1);
        }
    }
});

test('there are none where tags or section exclude them, nor where a story is gone', async () => {
    for (const [path, status] of [[stories.crash, 200], [stories.obit, 200], ['/en/obits/', 200], ['/en/tag/crash/', 200],
        [stories.killed, 410], ['/en/nothing/', 404], ['/en/search?q=news', 200]]) {
        const answer = await site.get(path);
        assert.equal(answer.status, status, path);
        assert.doesNotMatch(answer.text, /class="ad"|data-ad/, path);
    }
});

test('nothing moves while ads come, filled or not', async () => {
    for (const viewport of Object.values(sizes)) {
        for (const some of [false, true]) {
            if (some) await picture({ name: 'Moves nothing' });
            const { page } = await open(stories.en, { viewport });
            await page.evaluate(() => {
                window.shift = 0;
                new PerformanceObserver((list) => {
                    for (const entry of list.getEntries()) window.shift += entry.value;
                }).observe({ type: 'layout-shift', buffered: true });
            });
            const heights = () => page.locator('.ad').evaluateAll((ads) => ads.map((ad) => ad.getBoundingClientRect().height));
            const before = await heights();
            for (const slot of ['story-1', 'story-2', 'more-1', 'near-1']) {
                await toSlot(page, slot);
                if (some && slot === 'story-1') await filled(page, slot);
            }
            assert.deepEqual(await heights(), before);
            assert.ok(before.every((height) => height >= 250));
            assert.equal(await page.evaluate(() => window.shift), 0, `${viewport.width} ${some}`);
            if (some) await hide('Moves nothing');
        }
    }
});

test('an ad is asked for when its place comes near, and counted when half of it was seen for a second', async () => {
    await picture({ name: 'Near', slots: ['story-1'] });
    const { page, asked } = await open(stories.en);
    await page.waitForLoadState('load');
    assert.deepEqual(asked('/ad'), []);
    const place = page.locator('[data-ad="story-1"]');
    await place.evaluate((ad) => scrollTo(0, ad.getBoundingClientRect().top + scrollY - innerHeight - 100));
    await filled(page, 'story-1');
    assert.equal(asked('/ad?').length, 1);
    assert.match(asked('/ad?')[0], /^\/ad\?slot=story-1&lang=en&section=facts&tags=sea,ships&not=$/);
    assert.deepEqual(asked('/ad/seen'), []);
    const file = await site.get(`/media/${mark()}-320.jpg`);
    assert.match(file.headers['cache-control'], /^public, max-age=8(6400|63\d\d)(,|$)/); // a day
    const link = place.locator('a');
    assert.equal(await link.locator('img').getAttribute('alt'), 'Ships & "sails"');
    assert.match(await link.getAttribute('rel'), /sponsored/);
    assert.equal(await place.locator('p').evaluate((p) => getComputedStyle(p).visibility), 'visible');
    await toSlot(page, 'story-1');
    await until('its picture is there', () => link.locator('img').evaluate((img) => img.naturalWidth > 0));
    await until('it was told', () => asked('/ad/seen').length === 1);
    await until('it is counted', () => report(site, 'Near').seen === 1);
    mkdirSync(screens, { recursive: true });
    await page.screenshot({ path: join(screens, 'ad-phone.png') });
    const [row] = report(site, 'Near').rows;
    assert.deepEqual([row.place, row.language, row.clicks], ['story-1', 'en', '0']);
});

// A page whose clock moves when it is told to, at an ad in sight.
async function atSlot(slot) {
    const { page, asked } = await open('/en/');
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60e3);
    await page.goto(site.url + stories.en);
    await toSlot(page, slot);
    await filled(page, slot);
    // What was observed before is told before.
    const looked = () => page.evaluate(() => new Promise((done) => { new IntersectionObserver(done).observe(document.body); }));
    const hidden = (is) => page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event('visibilitychange'));
    }, is);
    const ticket = () => page.locator(`[data-ad="${slot}"] [data-ticket]`).getAttribute('data-ticket');
    // Not before what was sent before.
    const told = async () => {
        await page.evaluate(() => fetch('/robots.txt'));
        return asked('/ad/seen').length;
    };
    await looked();
    return { page, asked, looked, hidden, ticket, told };
}

test('a page that was not looked at for a while begins the second anew', async () => {
    await picture({ name: 'Looked away', slots: ['story-1'] });
    const { page, looked, hidden, told } = await atSlot('story-1');
    await page.clock.runFor(900);
    await hidden(true);
    await page.clock.runFor(5000);
    assert.equal(await told(), 0);
    await hidden(false);
    await looked();
    await page.clock.runFor(900);
    assert.equal(await told(), 0);
    await page.clock.runFor(100);
    assert.equal(await told(), 1);
    await until('it is counted', () => report(site, 'Looked away').seen === 1);
});

test('an ad that was lent for too long is asked for anew, where it stands', async () => {
    await picture({ name: 'Lent', slots: ['story-1'] });
    for (const how of ['hidden', 'asleep']) {
        const { page, asked, looked, hidden, ticket, told } = await atSlot('story-1');
        const first = await ticket();
        const before = asked('/ad?').length;
        if (how === 'hidden') await hidden(true);
        await page.clock.fastForward(300e3);
        if (how === 'hidden') await hidden(false);
        await until('it is asked for', () => asked('/ad?').length === before + 1);
        await until('it is another', async () => await ticket() !== first);
        assert.equal(await told(), 0, how);
        await looked();
        await page.clock.runFor(1000);
        assert.equal(await told(), 1, how);
    }
    await until('each is counted', () => report(site, 'Lent').seen === 2);
});

test('one place shows what another does not', async () => {
    await picture({ name: 'First' });
    await picture({ name: 'Second' });
    const { page } = await open(stories.en);
    for (const slot of ['story-1', 'story-2']) {
        await toSlot(page, slot);
        await filled(page, slot);
    }
    await toSlot(page, 'more-1');
    const numbers = await page.locator('[data-campaign]').evaluateAll((all) => all.map(({ dataset }) => dataset.campaign));
    assert.equal(new Set(numbers).size, 2);
    assert.equal(numbers.length, 2);
});

test('with script off one of the agency\'s own stands there', async () => {
    await picture({ name: 'Paid' });
    await picture({ name: 'Our own', house: 'yes', picture_alt: 'Write to us', link: `${site.url}/en/` });
    const { page, asked, answers } = await open(stories.en, { javaScriptEnabled: false });
    const frame = page.frameLocator('.ad >> nth=0 >> iframe');
    await frame.locator('img[alt="Write to us"]').waitFor();
    assert.equal(await frame.locator('p').textContent(), 'Advertisement');
    assert.equal(await frame.locator('a').getAttribute('href'), `${site.url}/en/`);
    await page.locator('.ad').first().scrollIntoViewIfNeeded();
    await until('its picture is there', () => answers.some((url) => url.includes(`/media/${mark()}-`)));
    assert.deepEqual(asked('/ad?'), []);
    await page.screenshot({ path: join(screens, 'ad-no-script.png') });
    const { page: other, asked: others } = await open(stories.en);
    await toSlot(other, 'story-1');
    await filled(other, 'story-1');
    assert.deepEqual(others('/ad/house'), []);
});

// ---- what an ad may do ----

const HOSTILE = `<p id="said"></p><script>
const said = {};
const test = (name, act) => { try { said[name] = String(act()); } catch (error) { said[name] = 'no: ' + error.name; } };
test('cookie', () => document.cookie);
test('storage', () => localStorage.length);
test('dom', () => parent.document.body.innerHTML.length);
if (top !== self) test('top', () => { top.location = 'about:blank'; return 'went'; });
test('origin', () => origin);
const ready = Promise.all([
    fetch('/en/').then(() => 'got it', () => 'no').then((is) => { said.fetch = is; }),
    new Promise((done) => { const image = new Image(); image.onload = () => done('got it'); image.onerror = () => done('no');
        image.src = '/icon.svg'; }).then((is) => { said.image = is; }),
    new Promise((done) => { const script = document.createElement('script'); script.onload = () => done('ran');
        script.onerror = () => done('no'); script.src = 'data:text/javascript,said.data=1'; document.head.append(script); })
        .then((is) => { said.script = is; }),
]);
ready.then(() => { document.querySelector('#said').textContent = JSON.stringify(said); });
</script>`;

const saidBy = async (frame) => {
    await frame.locator('#said:not(:empty)').waitFor();
    return JSON.parse(await frame.locator('#said').textContent());
};

test('an ad in HTML reaches neither the page nor its cookies, nor anything else', async () => {
    await show({ name: 'Hostile', link: 'https://bad.example/', html: HOSTILE, slots: ['story-1', 'more-1'] });
    const { page } = await open(stories.en);
    await page.context().addCookies([{ name: 'secret', value: 'of the site', url: site.url }]);
    await page.evaluate(() => localStorage.setItem('secret', 'too'));
    await toSlot(page, 'story-1');
    const said = await saidBy(page.frameLocator('[data-ad="story-1"] iframe'));
    for (const name of ['cookie', 'storage', 'dom', 'top'])
        assert.match(said[name], /^no: SecurityError/, name);
    assert.deepEqual([said.origin, said.fetch, said.image, said.script], ['null', 'no', 'no', 'no']);
    assert.equal(page.url(), site.url + stories.en);
    // Nor when its frame is opened by itself.
    const { frame } = await ask(site, 'slot=story-1&lang=en');
    const { page: alone } = await open(frame);
    const also = await saidBy(alone);
    assert.match(also.cookie, /^no: SecurityError/);
    assert.equal(also.origin, 'null');
    // And no other site may frame it.
    const { headers } = await site.get(frame);
    assert.match(headers['content-security-policy'], /frame-ancestors 'self'/);
    assert.match(headers['content-security-policy'], /sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox/);
});

test('scripts of others run in a place that is marked for them, and in no other', async () => {
    await show({ name: 'Tags of others', html: HOSTILE, slots: ['more-1'] });
    await show({ name: 'The same elsewhere', html: HOSTILE, slots: ['story-1'] });
    const policies = {};
    for (const slot of ['story-1', 'more-1']) {
        const { frame } = await ask(site, `slot=${slot}&lang=en`);
        policies[slot] = (await site.get(frame)).headers['content-security-policy'];
    }
    assert.match(policies['story-1'], /^default-src 'none'; script-src 'unsafe-inline'/);
    assert.match(policies['more-1'], /^default-src https:/);
    const { page } = await open(stories.en);
    await toSlot(page, 'more-1');
    const said = await saidBy(page.frameLocator('[data-ad="more-1"] iframe'));
    assert.equal(said.script, 'ran');
    assert.match(said.cookie, /^no: SecurityError/);
    assert.match((await site.get(stories.en)).headers['content-security-policy'], /frame-src 'self'; /);
    assert.doesNotMatch((await site.get(stories.en)).headers['content-security-policy'], /https:|unsafe/);
});

test('a click on HTML is counted too', async () => {
    await show({ name: 'Clicked', link: 'https://green.example/', html: '<a id="go" href="{click}">Go</a>' });
    const { frame, ticket } = await ask(site);
    const { text } = await site.get(frame);
    const href = parse(text).querySelector('#go').getAttribute('href');
    assert.equal(href, `${site.url}/ad/click?t=${ticket}`);
    const answer = await click(site, ticket);
    assert.deepEqual([answer.status, answer.headers.location], [302, 'https://green.example/']);
    await until('it is counted', () => report(site, 'Clicked').clicks === 1);
});

test('a click leads where the campaign says and nowhere else', async () => {
    await picture({ name: 'Leads' });
    const { ticket, href } = await ask(site);
    assert.equal((await site.get(href, { 'user-agent': FIREFOX })).headers.location, 'https://sea.example/go?a=1&b=2');
    const parts = ticket.split('.');
    for (const wrong of ['', 'x', `${ticket}x`, ticket.replace(/^./, '9'), [...parts.slice(0, 5), 'front-1', ...parts.slice(6)].join('.'),
        'https://evil.example/', `${ticket}&u=https://evil.example/`.slice(1)]) {
        assert.equal((await click(site, encodeURIComponent(wrong))).status, 404, wrong);
        assert.equal((await see(site, wrong || 'x')).status, 400, wrong);
        assert.equal((await site.get(`/ad/frame?t=${encodeURIComponent(wrong)}`)).status, 404, wrong);
    }
    assert.equal((await see(site, ticket, { 'sec-fetch-site': 'cross-site' })).status, 403);
    assert.equal((await see(site, ticket, { origin: 'https://evil.example' })).status, 403);
    await hide('Leads');
    assert.equal((await click(site, ticket)).headers.location, '/');
});

// ---- to whom, and how often ----

test('it is shown where its targets are, and within its dates', async () => {
    const soon = new Date(Date.now() + 3600e3).toISOString(), past = new Date(Date.now() - 3600e3).toISOString();
    await show({ name: 'Ukrainian', html: 'u', languages: ['uk'] });
    await show({ name: 'Facts', html: 'f', sections: ['facts'], slots: ['front-1'] });
    await show({ name: 'Ships', html: 's', tags: ['ships', 'boats'], slots: ['more-1'] });
    await show({ name: 'Later', html: 'l', from: soon, slots: ['near-1'] });
    await show({ name: 'Over', html: 'o', from: '2020-01-01T00:00:00Z', to: past, slots: ['near-1'] });
    const has = async (query) => (await ask(site, query)) !== null;
    for (const [query, is] of [['slot=story-1&lang=uk', true], ['slot=story-1&lang=en', false],
        ['slot=front-1&lang=en&section=facts', true], ['slot=front-1&lang=en&section=other', false], ['slot=front-1&lang=en', false],
        ['slot=more-1&lang=en&tags=sea,ships', true], ['slot=more-1&lang=en&tags=sea', false], ['slot=near-1&lang=en', false]])
        assert.equal(await has(query), is, query);
    for (const query of ['', 'slot=story-1', 'slot=none-1&lang=en', 'slot=story-1&lang=xx', 'slot=story-1&lang=en&section=%3Cb%3E'])
        assert.equal((await site.get(`/ad?${query}`, { 'user-agent': FIREFOX })).status, 404, query);
});

test('programs are shown nothing, and what they follow is not counted', async () => {
    await picture({ name: 'For people' });
    assert.equal(await ask(site, undefined, { 'user-agent': 'Googlebot/2.1' }), null);
    assert.equal(await ask(site, undefined, { 'user-agent': '' }), null);
    assert.equal(await ask(site, undefined, { 'sec-fetch-site': 'cross-site' }), null);
    const { ticket } = await ask(site);
    assert.equal((await click(site, ticket, { 'user-agent': 'Googlebot/2.1' })).status, 302);
    assert.equal((await site.client.request('HEAD', `/ad/click?t=${ticket}`, { 'user-agent': FIREFOX })).status, 302);
    await click(site, ticket);
    await until('one is counted', () => report(site, 'For people').clicks === 1);
});

test('what 1,000 visits see and click adds up exactly', async () => {
    await picture({ name: 'Sum, "A"', weight: 3 });
    await show({ name: 'Sum B', weight: 2, link: 'https://b.example/', html: '<p>B</p>' });
    await picture({ name: 'Sum C', weight: 1, picture: [mark()], slots: ['story-2', 'more-1'] });
    const names = new Map(JSON.parse(`[${must('ads', 'list', site.dir, '--json').trim().split('\n').join(',')}]`)
        .map(({ number, name }) => [number, name]));
    const wanted = {};
    let tick = 0;
    for (let visit = 0; visit < 1000; visit++) {
        for (const slot of ['story-1', 'story-2']) {
            const ad = await ask(site, `slot=${slot}&lang=${visit % 3 ? 'en' : 'uk'}`);
            const sum = wanted[names.get(ad.campaign)] ??= { seen: 0, clicks: 0 };
            if (++tick % 5) {
                assert.equal((await see(site, ad.ticket)).status, 204);
                if (tick % 3 === 0) await see(site, ad.ticket); // again: no more
                sum.seen++;
            }
            if (tick % 7 === 0) {
                if (tick % 2) await click(site, ad.ticket);
                await click(site, ad.ticket);
                sum.clicks++;
            }
        }
    }
    for (const [name, sum] of Object.entries(wanted))
        await until(`${name} adds up`, () => {
            const { seen, clicks } = report(site, name);
            return (seen === sum.seen && clicks === sum.clicks) || { seen, clicks, sum };
        });
    const { ads_seen: seen, ads_left_out: left } = await site.metrics();
    assert.ok(seen >= 1600 && left > 0);
});

test('a cap is reached and never passed, whoever asks for more', async () => {
    await picture({ name: 'Capped', cap: 40, slots: ['near-1'] });
    await show({ name: 'Left over', html: 'h', house: 'yes', slots: ['near-1'] });
    const number = JSON.parse(must('ads', 'list', site.dir, '--json').trim().split('\n').at(-2)).number;
    let seen = 0;
    const query = 'slot=near-1&lang=en';
    for (let visit = 0; visit < 400 && seen < 40; visit++) {
        const ad = await ask(site, query);
        if (ad.campaign !== number) continue;
        await see(site, ad.ticket);
        await see(site, ad.ticket);
        seen++;
    }
    assert.equal(seen, 40);
    for (let visit = 0; visit < 20; visit++) assert.notEqual((await ask(site, query)).campaign, number);
    await until('it is kept', () => report(site, 'Capped').seen === seen);
});

test('a cap of a day is its own', async () => {
    await picture({ name: 'Daily', cap: 100, cap_a_day: 5, slots: ['near-1'] });
    const query = 'slot=near-1&lang=en';
    for (let seen = 0; seen < 5; seen++) await see(site, (await ask(site, query)).ticket);
    assert.equal(await ask(site, query), null);
    await until('it is kept', () => report(site, 'Daily').seen === 5);
    assert.equal(await ask(site, query), null);
    assert.match(must('ads', 'report', site.dir, 'Daily'), /^seen of its cap: 5 of 100$/m);
});

test('one address gets so many with a cap', async () => {
    await picture({ name: 'Greedy', cap: 100000 });
    let got = 0;
    for (let i = 0; i < 250; i++)
        if (await ask(site, undefined, { 'x-forwarded-for': '10.9.9.9' })) got++;
    assert.equal(got, 200);
    assert.notEqual(await ask(site), null);
});

// ---- counted for good ----

test('what was counted survives a kill, and what was lent before is counted once', async () => {
    const other = new Site({ languages: 'en' });
    try {
        other.set('ads', 'yes');
        await other.serve();
        await show({ name: 'Survives', html: 's' }, { on: other });
        const tickets = [];
        for (let i = 0; i < 20; i++) tickets.push((await ask(other)).ticket);
        for (const ticket of tickets.slice(0, 10)) await see(other, ticket);
        await until('they are kept', () => report(other, 'Survives').seen === 10);
        await other.stop('SIGKILL');
        await other.serve();
        await known(other, 1);
        for (const ticket of tickets.slice(10)) {
            await see(other, ticket);
            await see(other, ticket);
        }
        await until('all are kept', () => report(other, 'Survives').seen === 20);
        await other.stop();
        assert.equal(report(other, 'Survives').seen, 20);
        must('check', other.dir);
    } finally {
        await other.remove();
    }
});

test('two nodes keep one cap, and count what the other lent', { skip: !server && 'it wants a server' }, async () => {
    const here = new Site({ languages: 'en' });
    const there = new Site({ languages: 'en', store: here.store });
    try {
        for (const node of [here, there]) {
            node.set('ads', 'yes');
            node.set('ads_per_address', '0');
            await node.serve();
        }
        await show({ name: 'Shared', html: 's', cap: 300 }, { on: here });
        await known(there, 1);
        let seen = 0;
        await until('all are seen', async () => {
            for (const [lender, other] of [[here, there], [there, here]])
                for (let i = 0; i < 10; i++) {
                    const ad = await ask(lender);
                    if (!ad) break;
                    await see(i % 2 ? lender : other, ad.ticket);
                    await see(lender, ad.ticket);
                    await see(other, ad.ticket);
                    seen++;
                }
            return report(here, 'Shared').seen >= 297 || report(here, 'Shared').seen;
        });
        await here.stop();
        await there.stop();
        const { seen: counted } = report(here, 'Shared');
        assert.ok(counted <= 300 && counted >= 297 && counted <= seen, `${counted} of ${seen}`);
    } finally {
        await there.remove();
        await here.remove();
    }
});

// ---- the command ----

test('a report is a table, CSV or a picture', async () => {
    await picture({ name: 'A <report> & "more"' });
    for (let i = 0; i < 5; i++) await see(site, (await ask(site)).ticket);
    await click(site, (await ask(site)).ticket);
    await until('it is counted', () => report(site, 'A <report> & "more"').seen === 5);
    const table = must('ads', 'report', site.dir, 'A <report> & "more"');
    assert.match(table, /^A <report> & "more"\n/);
    assert.match(table, /^in all +5 +1 +20\.00 %$/m);
    assert.match(table, /^place +story-1 +5 +1/m);
    const svg = must('ads', 'report', site.dir, 'A <report> & "more"', '--picture');
    const path = join(site.room, 'report.svg');
    writeFileSync(path, svg);
    execFileSync('xmllint', ['--noout', path]);
    assert.match(svg, /A &lt;report&gt; &amp; "more"/);
    assert.match(svg, /seen 5 times, clicked 1/);
    mkdirSync(screens, { recursive: true });
    execFileSync('vips', ['copy', path, join(screens, 'ad-report.png')]);
});

test('one of the same name takes its place, and what was counted stays', async () => {
    await show({ name: 'Again', html: 'one' });
    await see(site, (await ask(site)).ticket);
    await until('it is counted', () => report(site, 'Again').seen === 1);
    await show({ name: 'Again', html: 'two' });
    await until('it is another', async () => (await site.get((await ask(site)).frame)).text === 'two');
    await see(site, (await ask(site)).ticket);
    await until('both are counted', () => report(site, 'Again').seen === 2);
    assert.equal(new Set(report(site, 'Again').rows.map(({ creative }) => creative)).size, 2);
    await hide('Again');
    assert.equal(await ask(site), null);
    assert.match(must('ads', 'list', site.dir), /Again {2}\(stopped\)/);
});

test('what cannot be is refused with its place', () => {
    const add = (text) => {
        const path = join(site.room, 'bad.md');
        writeFileSync(path, text);
        const { status, err } = dateline('ads', 'add', site.dir, path);
        assert.equal(status, 1, err);
        return err.replaceAll(path, 'bad.md');
    };
    for (const [text, why] of [
        ['---\nname: A\nslots: [middle]\n---\nx', /bad\.md:3.*is not one of story-1/],
        ['---\nname: A\nlanguages: [de]\n---\nx', /"de" is none of the site's/],
        ['---\nname: A\npicture: missing.jpg\npicture_alt: a\nlink: https://a.example\n---\n', /missing\.jpg/],
        ['---\nname: A\npicture: ../../etc/passwd\npicture_alt: a\nlink: https://a.example\n---\n', /passwd/],
        ['---\nname: A\npicture: aaaaaaaaaaaaaaaaaaaaaaaa\npicture_alt: a\nlink: https://a.example\n---\n', /there is none with the mark/],
        ['---\nname: A\npicture: x.jpg\npicture_alt: a\nlink: javascript:alert(1)\n---\n', /http:\/\/ or https:\/\//],
        ['no front matter', /bad\.md/]])
        assert.match(add(text), why);
    assert.match(dateline('ads', 'stop', site.dir, 'nobody').err, /there is no campaign "nobody"/);
    assert.match(dateline('ads', 'report', site.dir, 'nobody').err, /there is no campaign "nobody"/);
    assert.equal(dateline('ads').status, 2);
});

test('ads.txt says who may sell: nobody, or whom the file in the site\'s folder names', async () => {
    assert.equal((await site.get('/ads.txt')).text, 'placeholder.example.com, placeholder, DIRECT, placeholder\n');
    const other = new Site({ languages: 'en' });
    const file = join(other.dir, 'ads.txt');
    try {
        const text = '# who sells\nOWNERDOMAIN=news.example\nads.example, 1234, DIRECT, f08c47fec0942fa0\nmore.example,9,reseller\n';
        writeFileSync(file, text);
        await other.serve();
        const answer = await other.get('/ads.txt');
        assert.equal(answer.text, text);
        assert.match(answer.headers['content-type'], /^text\/plain/);
        assert.doesNotMatch((await other.get('/en/')).text, /class="ad"/);
        assert.equal((await other.get('/ad?slot=story-1&lang=en')).status, 404);
        await other.stop();
        writeFileSync(file, '\nads.example, 1234\n');
        assert.match(dateline('check', other.dir).err, /ads\.txt:2: expected "domain, account, DIRECT"/);
    } finally {
        await other.remove();
    }
});
