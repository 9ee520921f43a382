// pictures.test.mjs -- pictures as readers see them, in Chromium.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { axeFaults } from './lib/axe.mjs';
import { launch, screens, sizes } from './lib/chromium.mjs';
import { put } from './lib/draft.mjs';
import { FIREFOX } from './lib/hot.mjs';
import { parse } from './lib/page.mjs';
import { Site, dateline, program, root } from './lib/site.mjs';
import { until } from './lib/until.mjs';

const WEIGHT_MAX = 14_000; // bytes of gzip in a story page's first answer
let browser, site, picture, story, plain;

before(async () => {
    browser = await launch();
    site = new Site({ languages: 'en,uk' });
    picture = JSON.parse(dateline('media', 'add', site.dir, join(root, 'test/data/pictures/plain.jpg'),
        '--alt', 'Colours that <run> into "one another"', '--caption', 'As drawn & kept.',
        '--credit', 'Ann Lee', '--rights', '© Ann Lee 2026', '--focus', '10,80', '--json').out);
    story = put(site, { title: 'It has a picture', picture: picture.mark, section: 'facts',
        tags: ['colour'], body: 'It shows. '.repeat(400) }, ['publish']);
    plain = put(site, { title: 'It has none', section: 'facts', tags: ['colour'] }, ['publish']);
    await site.serve();
});
after(async () => {
    await browser?.close();
    await site?.remove();
});

const rendition = (width, format) => `/media/${picture.mark}-${width}.${format}`;
const contexts = [];
afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    await until('nobody listens any more', async () => (await site.metrics()).live_readers === 0);
});
const open = async (path, options = {}) => {
    const context = await browser.newContext({ viewport: sizes.desk, ...options });
    contexts.push(context);
    const page = await context.newPage();
    const asked = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(site.url + path);
    return { page, asked: () => asked.filter((path) => path.startsWith('/media/')), close: () => context.close() };
};

// All pictures that are on the screen.
const drawn = (page) => until('its pictures are there', () => page.evaluate(() =>
    [...document.images].every((img) => img.getBoundingClientRect().top > innerHeight || img.naturalWidth > 0)));

test('a browser takes the rendition of its width and density', async () => {
    for (const [viewport, deviceScaleFactor, width] of [
        [{ width: 320, height: 600 }, 1, 320], [{ width: 390, height: 800 }, 3, 800],
        [{ width: 500, height: 800 }, 1, 640], [{ width: 1280, height: 800 }, 1, 800]]) {
        const { page, asked, close } = await open(story.address, { viewport, deviceScaleFactor });
        await drawn(page);
        assert.deepEqual(asked().filter((path) => !path.includes('-320.') || width === 320),
            [rendition(width, 'avif')], `${viewport.width} at ${deviceScaleFactor}`);
        await close();
    }
});

test('its place is kept before it is there, in its colour', async () => {
    const context = await browser.newContext({ viewport: sizes.phone });
    const page = await context.newPage();
    let release;
    const held = new Promise((go) => { release = go; });
    await page.route('**/media/**', async (route) => {
        await held;
        await route.continue();
    });
    await page.goto(site.url + story.address, { waitUntil: 'commit' });
    await page.locator('.body p').first().waitFor();
    const box = () => page.locator('.picture img').boundingBox();
    const before = await box();
    assert.ok(Math.abs(before.width / before.height - 800 / 600) < 0.02, JSON.stringify(before));
    assert.equal(await page.locator('.picture img').evaluate((img) => getComputedStyle(img).backgroundColor),
        'rgb(119, 119, 0)'); // 777700 to a digit of each channel
    const text = await page.locator('.body p').first().boundingBox();
    release();
    await until('it is there', () => page.locator('.picture img').evaluate((img) => img.naturalWidth > 0));
    assert.deepEqual(await box(), before);
    assert.deepEqual(await page.locator('.body p').first().boundingBox(), text);
    await context.close();
});

test('nothing of a page moves while its pictures come', async () => {
    for (const path of ['/en/', '/en/facts/', story.address]) {
        const { page, close } = await open(path, { viewport: sizes.phone });
        const shift = await page.evaluate(() => new Promise((done) => {
            let sum = 0;
            new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) sum += entry.value;
            }).observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => done(sum), 1000);
        }));
        assert.equal(shift, 0, path);
        await close();
    }
});

test('the lead is asked for at once, what is further down when it comes near', async () => {
    for (let i = 0; i < 30; i++)
        put(site, { title: `Below ${i}`, section: 'far', deck: 'Far down. '.repeat(12),
            picture: i === 0 ? picture.mark : undefined }, ['publish']);
    const { page, asked, close } = await open('/en/far/', { viewport: sizes.phone });
    const thumb = page.locator('.items .thumb');
    assert.ok((await thumb.boundingBox()).y > 4000);
    await page.waitForLoadState('load');
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.deepEqual(asked(), []);
    await thumb.scrollIntoViewIfNeeded();
    await until('it is asked for', () => asked().length === 1);
    assert.deepEqual(asked(), [rendition(320, 'avif')]);
    await close();
    const lead = parse((await site.get(story.address)).text).querySelector('.picture img');
    assert.equal(lead.getAttribute('loading'), null);
    assert.equal(lead.getAttribute('fetchpriority'), 'high');
    assert.equal(await parse((await site.get('/en/facts/')).text)
        .querySelector('.items .thumb img').getAttribute('loading'), 'lazy');
});

test('who does not see it is told what it shows, and everybody whose it is', async () => {
    const { page, close } = await open(story.address);
    const figure = page.locator('figure.picture');
    assert.equal(await figure.locator('img').getAttribute('alt'), 'Colours that <run> into "one another"');
    assert.equal(await figure.locator('figcaption').innerText(), 'As drawn & kept. Ann Lee');
    // beside its headline a picture is no second link
    const list = await open('/en/facts/');
    const thumb = list.page.locator('.items .thumb');
    assert.equal(await thumb.getAttribute('aria-hidden'), 'true');
    assert.equal(await thumb.getAttribute('tabindex'), '-1');
    assert.equal(await thumb.locator('img').getAttribute('alt'), '');
    // and keeps in view what must stay there
    assert.equal(await thumb.locator('img').evaluate((img) => getComputedStyle(img).objectPosition), '10% 80%');
    await close();
    await list.close();
});

test('a story without one has none', async () => {
    const page = parse((await site.get(plain.address)).text);
    assert.equal(page.querySelector('figure, .story img'), null);
});

// What is drawn where, in thousandths of the card: how much of a part is ink or red.
const look = (page, path) => page.evaluate(async (path) => {
    const bitmap = await createImageBitmap(await (await fetch(path)).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const share = (x, y, width, height, is) => {
        const { data } = context.getImageData(x, y, width, height);
        let count = 0;
        for (let i = 0; i < data.length; i += 4) count += is(data[i], data[i + 1], data[i + 2]);
        return Math.round(count / (width * height) * 1000);
    };
    const red = (r, g, b) => r > 140 && g < 60 && b < 60;
    return { width: bitmap.width, height: bitmap.height,
        left: share(2, 0, 14, 630, red), right: share(1184, 0, 14, 630, red),
        agency: share(60, 50, 1080, 70, red),
        headline: share(60, 140, 1080, 380, (r) => r < 90),
        section: share(60, 530, 1080, 60, (r) => r < 150) };
}, path);

test('other sites get a card with its headline instead', async () => {
    const { page, close } = await open('/en/');
    const card = async (address) => {
        const head = parse((await site.get(address)).text);
        const meta = (name) => head.querySelector(`meta[property="${name}"]`)?.getAttribute('content');
        assert.equal(meta('og:image:width'), '1200');
        assert.equal(meta('og:image:height'), '630');
        assert.equal(meta('og:image:alt'), meta('og:title'));
        assert.equal(head.querySelector('meta[name="twitter:card"]').getAttribute('content'), 'summary_large_image');
        assert.ok(meta('og:image').startsWith(`${site.url}/media/card/`));
        return meta('og:image').slice(site.url.length);
    };
    const path = await card(plain.address);
    // all who ask at once get the same one
    const answers = await Promise.all([1, 2, 3, 4].map(() => site.get(path)));
    for (const { status, headers, text } of answers) {
        assert.equal(status, 200);
        assert.equal(headers['content-type'], 'image/jpeg');
        assert.equal(headers['cache-control'], 'public, max-age=31536000, s-maxage=5, immutable');
        assert.match(headers['surrogate-key'], new RegExp(`\\bs${plain.story}\\b`));
        assert.equal(text, answers[0].text);
    }
    const seen = await look(page, path);
    assert.deepEqual([seen.width, seen.height, seen.left, seen.right], [1200, 630, 1000, 0]);
    assert.ok(seen.agency > 5 && seen.headline > 10 && seen.section > 2, JSON.stringify(seen));
    const long = put(site, { title: 'Довгий заголовок про міст через гавань, який відкрили зранку '.repeat(4).trim(),
        section: 'facts', language: 'uk' }, ['publish']);
    const full = await look(page, await card(long.address));
    assert.ok(full.headline > seen.headline * 1.5, `${full.headline} and ${seen.headline}`);
    // one with other words leads to that of now, and with the story it goes
    const other = await site.get(path.replace(/-.{16}/, '-0123456789abcdef'), { redirect: 'manual' });
    assert.equal(other.status, 302);
    assert.equal(other.headers.location, path);
    assert.equal((await site.get(`/media/card/${story.story}-0123456789abcdef.jpg`)).status, 404);
    site.story('kill', String(long.story), '--note', 'A mistake.');
    await until('it goes with its story', async () =>
        (await site.get(`/media/card/${long.story}-0123456789abcdef.jpg`)).status === 404);
    await close();
});

test('other sites are told which one it is', async () => {
    const page = parse((await site.get(story.address)).text);
    const meta = (name) => page.querySelector(`meta[property="${name}"]`)?.getAttribute('content');
    assert.equal(meta('og:image'), site.url + rendition(800, 'jpg'));
    assert.equal(meta('og:image:width'), '800');
    assert.equal(meta('og:image:height'), '600');
    assert.equal(meta('og:image:alt'), 'Colours that <run> into "one another"');
    assert.equal(page.querySelector('meta[name="twitter:card"]').getAttribute('content'), 'summary_large_image');
    const { '@graph': graph } = JSON.parse(page.querySelector('script[type="application/ld+json"]').textContent);
    assert.deepEqual(graph[0].image, { '@type': 'ImageObject', url: meta('og:image'), contentUrl: meta('og:image'),
        width: 800, height: 600, caption: 'As drawn & kept.', creditText: 'Ann Lee', copyrightNotice: '© Ann Lee 2026' });
    const none = parse((await site.get(plain.address)).text).querySelector('script[type="application/ld+json"]');
    assert.equal(JSON.parse(none.textContent)['@graph'][0].image, `${site.url}/icon-512.png`);
});

test('ninjs names it, at addresses of the site', async () => {
    const lead = () => site.story('show', String(story.story)).ninjs.associations?.[0];
    assert.equal(lead(), undefined); // it has none of its own
    site.set('url', 'https://news.example');
    const { type, by, descriptions, renditions } = lead();
    assert.deepEqual([type, by, descriptions.map(({ value }) => value)],
        ['picture', 'Ann Lee', ['As drawn & kept.', 'Colours that <run> into "one another"']]);
    assert.deepEqual(renditions.map(({ href }) => href), [800, 640, 320].flatMap((width) =>
        ['jpg', 'webp', 'avif'].map((format) => `https://news.example${rendition(width, format)}`)));
    for (const { href, contentType } of renditions)
        assert.equal((await site.get(new URL(href).pathname)).headers['content-type'], contentType);
    site.set('url', '');
});

test('feeds bring it along', async () => {
    const url = site.url + rendition(800, 'jpg');
    for (const [file, wanted] of [
        ['rss.xml', [/xmlns:media="http:\/\/search\.yahoo\.com\/mrss\/"/, /<media:description>As drawn &amp; kept\.</]],
        ['atom.xml', [/<media:title>Colours that &lt;run&gt; into &quot;one another&quot;</, /<media:credit>Ann Lee</]]]) {
        const { text } = await site.get(`/en/facts/${file}`);
        assert.ok(text.includes(`<media:content url="${url}" type="image/jpeg" medium="image" width="800" height="600">`), file);
        for (const each of wanted) assert.match(text, each);
        execFileSync('xmllint', ['--noout', '-'], { input: text });
    }
    const { items } = JSON.parse((await site.get('/en/facts/feed.json')).text);
    assert.deepEqual(items.map(({ image }) => image), [undefined, url]);
    assert.doesNotMatch((await site.get('/uk/rss.xml')).text, /media:/);
});

test('what is said of it anew shows at once, on open pages too', async () => {
    const { page, close } = await open(story.address);
    const img = page.locator('.picture img');
    await until('it listens', async () => (await site.metrics()).live_readers > 0);
    assert.equal(dateline('media', 'set', site.dir, picture.mark, '--alt', 'Two colours').status, 0);
    assert.match((await site.get(story.address)).text, /alt="Two colours"/);
    await until('the open page knows', async () => await img.getAttribute('alt') === 'Two colours');
    await close();
});

test('it looks right, light and dark, wide and narrow', async () => {
    for (const [name, viewport] of Object.entries(sizes))
        for (const colorScheme of ['light', 'dark'])
            for (const [what, path] of [['front', '/en/'], ['story', story.address], ['list', '/en/facts/']]) {
                const { page, close } = await open(path, { viewport, colorScheme });
                await drawn(page);
                assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what} ${name}`);
                await page.screenshot({ path: join(screens, `pictures-${what}-${name}-${colorScheme}.png`) });
                await close();
            }
});

test('it stands wherever its story does', async () => {
    const first = put(site, { title: 'The first of its section', section: 'shore', picture: picture.mark }, ['publish']);
    for (let i = 0; i < 8; i++) // what leads the front stands nowhere else on it
        put(site, { title: `Newer ${i}`, section: 'sea' }, ['publish']);
    const near = put(site, { title: 'Near it', section: 'facts', tags: ['colour'] }, ['publish']);
    const leads = put(site, { title: 'It leads', section: 'sea', tags: ['colour'], picture: picture.mark }, ['publish']);
    site.story('pin', String(story.story));
    put(site, { title: 'Top of all', section: 'sea', picture: picture.mark, urgency: 1 }, ['publish']);
    const links = async (path, selector) => [...parse((await site.get(path)).text).querySelectorAll(selector)]
        .map((link) => link.getAttribute('href'));
    for (const [what, path, selector, of] of [
        ['a section on the front', '/en/', '.front-section article > .thumb', first],
        ['a list', '/en/facts/', '.items .thumb', story],
        ['a list of a tag', '/en/tag/colour/', '.items .thumb', leads],
        ['MORE ABOUT', near.address, '.more .thumb', story],
        ['HOT', '/en/', '.hot .thumb', story],
        ['HOT beside a story', near.address, '.hot .thumb', story]]) {
        await until(`${what} has it`, async () => {
            const there = await links(path, selector);
            return there.includes(of.address) || there;
        });
        const { page, close } = await open(path);
        const thumb = page.locator(`${selector}[href="${of.address}"]`);
        await thumb.scrollIntoViewIfNeeded();
        const img = thumb.locator('img');
        await until(`${what} shows it`, () => img.evaluate((img) => img.naturalWidth > 0));
        assert.equal(await img.evaluate((img) => new URL(img.currentSrc).pathname), rendition(320, 'avif'), what);
        assert.deepEqual(await img.evaluate((img) => [img.getAttribute('width'), img.getAttribute('height')]), ['320', '240']);
        await close();
    }
    // In front it is as wide as the column, and asked for at once.
    const { page, close } = await open('/en/');
    const lead = page.locator('.lead .thumb img');
    await until('it leads the front', () => lead.evaluate((img) => img.naturalWidth > 0));
    assert.equal(await lead.evaluate((img) => new URL(img.currentSrc).pathname), rendition(800, 'avif'));
    assert.equal(await lead.getAttribute('fetchpriority'), 'high');
    assert.equal(await page.locator('.lead .thumb').getAttribute('href'),
        await page.locator('.lead h2 a').getAttribute('href'));
    await close();
    site.story('unpin', String(story.story));
});

// Of text against what is behind it, as WCAG 2.2 has it.
const contrast = (locator) => locator.evaluate((element) => {
    const channels = (color) => color.match(/[\d.]+/g).map(Number);
    const luminance = (color) => channels(color).slice(0, 3).map((c) => c / 255)
        .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    let behind = element;
    while (channels(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
    const [dark, light] = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor]
        .map(luminance).sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
});

test('its words can be read by day and by night, and its place has its colour', async () => {
    for (const colorScheme of ['light', 'dark'])
        for (const viewport of [sizes.phone, sizes.desk]) {
            const context = await browser.newContext({ viewport, colorScheme });
            contexts.push(context);
            const page = await context.newPage();
            await page.route('**/media/**', (route) => route.abort());
            await page.goto(site.url + story.address);
            for (const words of ['figcaption', 'figcaption .credit'])
                assert.ok(await contrast(page.locator(`.picture ${words}`)) >= 4.5, `${words}, ${colorScheme}`);
            const place = await page.locator('.picture').boundingBox();
            const caption = await page.locator('.picture figcaption').boundingBox();
            assert.ok(caption.height >= 14 && caption.y + caption.height <= place.y + place.height + 1);
            assert.ok(caption.x >= 0 && caption.x + caption.width <= viewport.width);
            assert.equal(await page.locator('.picture img').evaluate((img) => getComputedStyle(img).backgroundColor),
                'rgb(119, 119, 0)', colorScheme);
        }
});

test('when its date has come it leaves every page by itself', async () => {
    const { page, close } = await open(story.address);
    await until('it listens', async () => (await site.metrics()).live_readers > 0);
    assert.equal(await page.locator('.picture img').count(), 1);
    const soon = new Date(Date.now() + 8000).toISOString();
    assert.equal(dateline('media', 'set', site.dir, picture.mark, '--until', soon).status, 0);
    const answer = await site.get(rendition(320, 'jpg'));
    assert.equal(answer.status, 200);
    const [, all, shared] = /^public, max-age=([0-7]), s-maxage=(\d+), must-revalidate$/.exec(answer.headers['cache-control'])
        ?? assert.fail(answer.headers['cache-control']);
    assert.ok(+shared <= Math.min(+all, 5), `${shared} s for caches in front`);
    await until('it is gone', async () => (await site.get(rendition(320, 'jpg'))).status === 404);
    // The file goes by its date, a page with the change that says so: the one may be seen before the other.
    for (const path of ['/en/', '/en/facts/', story.address])
        await until(`it left ${path}`, async () => !(await site.get(path)).text.includes(picture.mark));
    await until('from open pages too', async () => await page.locator('.picture img').count() === 0);
    await close();
});

// The demo as ./dev run makes it, with its pictures and ads.
test('the demo is light and open to everybody', async () => {
    const demo = new Site({ onServer: false });
    try {
        rmSync(demo.dir, { recursive: true });
        execFileSync(join(root, 'tools/demo.sh'), [program, demo.dir], { stdio: 'pipe' });
        await (await demo.serve()).indexed();
        const { text } = await demo.get('/sitemap-1.xml');
        const paths = [...text.matchAll(/<loc>[^<]*?(\/..\/[a-z]+\/\d+-[^<]+)<\/loc>/g)].map(([, path]) => path);
        const faults = [], pictured = [];
        let places = 0;
        for (const path of paths) {
            const { length } = (await demo.get(path, { 'accept-encoding': 'gzip' })).raw;
            if (length > WEIGHT_MAX) faults.push(`${path}: ${length} bytes`);
            const page = parse((await demo.get(path)).text);
            if (page.querySelector('figure.picture') && page.querySelector('.ad')) pictured.push(path);
            places += page.querySelectorAll('.ad').length;
        }
        assert.equal(paths.length, 120);
        assert.ok(pictured.length >= 24 && places >= 400, `${pictured.length} pictures, ${places} places`);
        for (const colorScheme of ['light', 'dark'])
            for (const viewport of Object.values(sizes))
                for (const path of ['/en/', '/uk/sport/', pictured[0]]) {
                    const context = await browser.newContext({ viewport, colorScheme, userAgent: FIREFOX });
                    contexts.push(context);
                    const page = await context.newPage();
                    await page.goto(demo.url + path);
                    const ad = page.locator('.ad').first();
                    await ad.scrollIntoViewIfNeeded();
                    await ad.locator('[data-ticket]').waitFor();
                    (await axeFaults(page)).forEach((fault) =>
                        faults.push(`${path}, ${viewport.width}, ${colorScheme}: ${fault}`));
                    await context.close();
                }
        assert.deepEqual(faults, []);
    } finally {
        await demo.remove();
    }
});
