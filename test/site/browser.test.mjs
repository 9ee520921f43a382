// browser.test.mjs -- the pages in a real browser, on a phone and on a desk,
// with script and without, light and dark, in four languages. Pictures of all
// of them are left in build/screens/.
import assert from 'node:assert/strict';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { axeFaults } from './lib/axe.mjs';
import { launch, screens, sizes } from './lib/chromium.mjs';
import { put } from './lib/draft.mjs';
import { items, parse } from './lib/page.mjs';
import { demoSite } from './lib/site.mjs';

let site, browser, pages;

before(async () => {
    site = await (await demoSite({ name: 'Dateline Demo' }).serve()).indexed();
    pages = await kinds();
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await site?.remove();
});

// One address of each kind, by name.
async function kinds() {
    const latest = async (language) =>
        items(parse((await site.get(`/${language}/latest/`)).text)
            .querySelector('ol.items'));
    const all = [];
    for (const language of ['en', 'uk', 'ru', 'ar']) {
        const sitemap = (await site.get('/sitemap-1.xml')).text;
        // The corrected story is there in all four languages.
        const stories = [...sitemap.matchAll(
            new RegExp(`<loc>[^<]*?(/${language}/economy/[^<]+)<`, 'g'))];
        let corrected;
        for (const [, path] of stories)
            if ((await site.get(path)).text.includes('id="corrections"'))
                corrected = path;
        const [first] = await latest(language);
        all.push([`${language}-front`, `/${language}/`],
            [`${language}-story`, corrected ?? first.href],
            [`${language}-section`, `/${language}/economy/`],
            [`${language}-tag`, `/${language}/tag/history/`],
            [`${language}-list`, `/${language}/latest/`],
            [`${language}-search`, `/${language}/search?q=${encodeURIComponent(
                { en: 'station', uk: 'станція', ru: 'станция', ar: 'الفضاء' }[language])}`],
            [`${language}-404`, `/${language}/economy/999999-none`]);
    }
    const gone = put(site, { title: 'Taken back', tags: ['history'] },
        ['publish'], ['kill', '--note', 'The figures were of another year.']);
    all.push(['en-410', gone.address]);
    const sitemap = (await site.get('/sitemap-1.xml')).text;
    for (const [name, slug] of [['flash', 'voyager-1-is-one-light-day'],
        ['long', 'antarctic'], ['list', 'tennis|love|deuce']]) {
        const found = new RegExp(`<loc>[^<]*?(/en/[^<]*(?:${slug})[^<]*)<`).exec(sitemap);
        if (found) all.push([`en-story-${name}`, found[1]]);
    }
    return all;
}

// Opens an address and watches what a reader would not see.
async function visit(path, { size, script = true, scheme = 'light' }) {
    const context = await browser.newContext({
        viewport: sizes[size], javaScriptEnabled: script, colorScheme: scheme,
    });
    const page = await context.newPage();
    const faults = [];
    page.on('console', (message) => {
        // The page's own status is not a fault of the page.
        if (['error', 'warning'].includes(message.type()) &&
            !/status of 4(04|10)/.test(message.text()))
            faults.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
    page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(site.url) && !url.startsWith('data:'))
            faults.push(`request to ${url}`);
    });
    await page.goto(site.url + path, { waitUntil: 'load' });
    return { page, faults, close: () => context.close() };
}

// What moved and how far, as Chromium counts.  White space alone is nothing that
// a reader sees: of a page that is not whole yet it may stand at the end of a
// line, and gets its place when something follows it.
const shifts = (page) => page.evaluate(() => new Promise((done) => {
    const found = [];
    const blank = ({ node }) => node?.nodeType === Node.TEXT_NODE && !node.data.trim();
    const name = ({ node }) => (node?.data ?? node?.outerHTML ?? '?').trim().slice(0, 60);
    new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries()) {
            const seen = sources.filter((source) =>
                !blank(source) && !window.still?.(source));
            if (seen.length || !sources.length)
                found.push(`layout shift ${value}: ${seen.map(name).join(' | ')}`);
        }
    }).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => done(found), 150);
}));

// For a page that comes in pieces.  While a text comes Chromium takes for a move
// what is none: of one from right to left it looks at the leftmost run, a number
// or the end, where it begins at the right; and a space at the end of a line has
// a place only when something follows it.  So the corner where each text from
// right to left begins is looked at here, in every frame.
function watchTexts() {
    const corners = new Map(), moved = new Set(), range = new Range();
    const isRtl = (node) => getComputedStyle(node.parentElement).direction === 'rtl';
    const look = () => {
        const texts = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
        for (let node; (node = texts.nextNode());) {
            range.selectNodeContents(node);
            const boxes = [...range.getClientRects()];
            if (!boxes.length || !node.data.trim() || !isRtl(node)) continue;
            const top = Math.min(...boxes.map((box) => box.top));
            const line = boxes.filter((box) => box.top < top + 3);
            const corner = { top, right: Math.max(...line.map((box) => box.right)) };
            const before = corners.get(node) ?? corner;
            if (Math.abs(before.top - top) >= 3 ||
                Math.abs(before.right - corner.right) >= 3) moved.add(node);
            corners.set(node, corner);
        }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    window.still = ({ node }) => node?.nodeType === Node.TEXT_NODE &&
        isRtl(node) && corners.has(node) && !moved.has(node);
}

const sideways = (page) => page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const size of Object.keys(sizes)) for (const scheme of ['light', 'dark'])
    test(`pages, ${size}, ${scheme}`, { timeout: 600_000 }, async () => {
        const faults = [];
        for (const [name, path] of pages) {
            const { page, faults: seen, close } = await visit(path, { size, scheme });
            const say = (fault) => faults.push(`${name}: ${fault}`);
            seen.forEach(say);
            (await axeFaults(page)).forEach(say);
            (await shifts(page)).forEach(say);
            const over = await sideways(page);
            if (over > 0) say(`${over} px wider than the window`);
            await page.screenshot({ fullPage: true,
                path: join(screens, `${name}-${size}-${scheme}.png`) });
            await close();
        }
        assert.deepEqual(faults, []);
    });

// The control: these eyes see what they look for.
test('a page with faults is found out', async () => {
    const { page, faults, close } = await visit('/en/', { size: 'phone' });
    await page.evaluate(() => {
        document.documentElement.removeAttribute('lang');
        document.querySelector('main').insertAdjacentHTML('beforeend',
            '<img src="/none.png" style="width:2000px"><h5>Deep</h5>');
    });
    const found = (await axeFaults(page)).map((fault) => fault.split(':')[0]);
    for (const rule of ['html-has-lang', 'image-alt', 'heading-order'])
        assert.ok(found.includes(rule), rule);
    await page.waitForTimeout(200);
    assert.ok(faults.length, 'the policy refuses the style, the console says so');
    await page.goto(`${site.url}/en/`);
    await page.evaluate(() => setTimeout(() => {
        const box = document.createElement('div');
        box.textContent = 'late';
        box.style.height = '300px';
        document.querySelector('main').prepend(box);
    }, 700));
    await page.waitForTimeout(900);
    assert.notDeepEqual(await shifts(page), [], 'what moves is seen');
    await page.addInitScript(watchTexts);
    await page.goto(`${site.url}/ar/latest/`);
    await page.evaluate(() => setTimeout(() => {
        document.querySelector('h1').style.textIndent = '60px';
    }, 700));
    await page.waitForTimeout(900);
    assert.notDeepEqual(await shifts(page), [], 'so is a text from right to left');
    await close();
});

// A line that lets 500 bytes pass every 30 ms, to the site: a page is drawn in
// ten pieces and more, cut anywhere.
function slowLine() {
    const line = net.createServer((reader) => {
        const there = net.connect(site.port, '127.0.0.1');
        let waiting = Buffer.alloc(0);
        const turn = setInterval(() => {
            if (!waiting.length) return;
            reader.write(waiting.subarray(0, 500));
            waiting = waiting.subarray(500);
        }, 30);
        reader.on('data', (part) => there.write(part));
        there.on('data', (part) => { waiting = Buffer.concat([waiting, part]); });
        for (const side of [reader, there]) {
            side.on('error', () => {});
            side.on('close', () => {
                clearInterval(turn);
                reader.destroy();
                there.destroy();
            });
        }
    });
    return new Promise((done) => line.listen(0, '127.0.0.1', () => done(line)));
}

test('on a slow line nothing moves while the page comes', async () => {
    const line = await slowLine();
    const faults = [];
    const drawn = [];
    for (const viewport of [sizes.phone, { width: 820, height: 1100 }, sizes.desk])
        for (const [name, path] of pages.filter(([n]) => !n.startsWith('ru'))) {
            // Each in a context of its own: nothing is there yet.
            const page = await browser.newPage({ viewport });
            await page.addInitScript(watchTexts);
            const asked = Date.now();
            await page.goto(`http://127.0.0.1:${line.address().port}${path}`);
            drawn.push(Date.now() - asked);
            for (const moved of await shifts(page))
                faults.push(`${name} at ${viewport.width}: ${moved}`);
            await page.close();
        }
    line.close();
    assert.deepEqual(faults, []);
    assert.ok(Math.min(...drawn) > 100, 'the line is slow');
});

// A page comes in pieces, cut anywhere: what is drawn of a line stays where it
// is when the rest of the line comes.
test('the end of a line does not move its beginning', async () => {
    const faults = [];
    for (const size of Object.keys(sizes))
        for (const [name, path] of pages.filter(([n]) => /^(en|ar)-/.test(n))) {
            const { page, close } = await visit(path, { size });
            const moved = await page.evaluate(() => {
                const place = (e) => {
                    const box = e.getBoundingClientRect();
                    const end = getComputedStyle(e).direction === 'rtl';
                    return `${Math.round(box.top * 8)} ` +
                        Math.round((end ? box.right : box.left) * 8);
                };
                const found = [];
                for (const line of document.querySelectorAll('.when, .stamp, .meta'))
                    while (line.children.length > 1) {
                        const before = [...line.children].map(place);
                        line.lastElementChild.remove();
                        [...line.children].forEach((e, i) => {
                            if (place(e) !== before[i])
                                found.push(`${line.className}: ${e.outerHTML}`);
                        });
                    }
                return found;
            });
            moved.slice(0, 3).forEach((m) => faults.push(`${name}, ${size}: ${m}`));
            await close();
        }
    assert.deepEqual(faults, []);
});

test('without script a page is the same page', async () => {
    const faults = [];
    for (const [name, path] of pages) {
        const texts = [];
        for (const script of [true, false]) {
            const { page, close } = await visit(path, { size: 'phone', script });
            texts.push(await page.locator('body').innerText());
            await close();
        }
        if (texts[0] !== texts[1]) faults.push(name);
        if (texts[1].length < 200) faults.push(`${name} is empty`);
    }
    assert.deepEqual(faults, []);
});

test('the keyboard reaches every link, and shows where it is', async () => {
    for (const [name, path] of pages.filter(([n]) => /^(en|ar)-(story|front)$/.test(n))) {
        const { page, close } = await visit(path, { size: 'desk' });
        const links = await page.locator('a[href]:visible').count();
        const met = [];
        for (let i = 0; i < links + 2; i++) {
            await page.keyboard.press('Tab');
            const at = await page.evaluate(() => {
                const e = document.activeElement;
                if (!e || e === document.body) return null;
                e.dataset.met ??= String(Math.random());
                const style = getComputedStyle(e);
                const box = e.getBoundingClientRect();
                return { id: e.dataset.met, skip: e.className === 'skip',
                    seen: box.width > 0 && box.height > 0 && box.bottom > 0 &&
                        box.top < innerHeight,
                    outline: parseFloat(style.outlineWidth) };
            });
            if (!at) break;
            met.push(at);
            assert.ok(at.outline >= 2, `${name}: link ${i} shows no focus`);
            assert.ok(at.seen, `${name}: link ${i} has the focus out of sight`);
        }
        assert.ok(met[0].skip, `${name}: the first stop skips to the content`);
        const stops = new Set(met.map((m) => m.id)).size;
        assert.ok(stops >= links, `${name}: ${stops} stops, ${links} links`);
        await close();
    }
});

test('the skip link leads to the content', async () => {
    const [, path] = pages.find(([name]) => name === 'en-story');
    const { page, close } = await visit(path, { size: 'phone' });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() =>
        document.querySelector('#content').contains(document.activeElement)));
    await close();
});

test('right to left is right to left', async () => {
    const [, path] = pages.find(([name]) => name === 'ar-story');
    const { page, close } = await visit(path, { size: 'desk' });
    const [story, latest] = await Promise.all(['article.story', '.latest']
        .map((s) => page.locator(s).boundingBox()));
    assert.ok(latest.x + latest.width <= story.x, 'LATEST stands at the left');
    assert.equal(await page.evaluate(() =>
        getComputedStyle(document.querySelector('h1')).direction), 'rtl');
    await close();
});

test('text of twice the size still fits a phone', async () => {
    const faults = [];
    for (const [name, path] of pages.filter(([n]) => /story|front/.test(n))) {
        const { page, close } = await visit(path, { size: 'phone' });
        await page.evaluate(() => {
            document.documentElement.style.fontSize = '200%';
        });
        const over = await sideways(page);
        if (over > 0) faults.push(`${name}: ${over} px wider than the window`);
        await close();
    }
    assert.deepEqual(faults, []);
});

test('printed, a story is the story and its address', async () => {
    const [, path] = pages.find(([name]) => name === 'en-story');
    const { page, close } = await visit(path, { size: 'desk' });
    await page.emulateMedia({ media: 'print' });
    for (const [selector, seen] of [['h1', true], ['.body', true],
        ['.latest', false], ['.more', false], ['.masthead nav', false]])
        assert.equal(await page.locator(selector).first().isVisible(), seen, selector);
    await page.screenshot({ path: join(screens, 'en-story-print.png'), fullPage: true });
    await close();
});

test('who types in the search is helped, by keys and by hand', async () => {
    for (const [language, typed] of [['en', 'stat'], ['ar', 'الف']])
        for (const size of Object.keys(sizes)) {
            const { page, faults, close } = await visit(`/${language}/search`, { size });
            const field = page.getByRole('combobox').first();
            const list = page.getByRole('listbox');
            const active = () => page.evaluate(() => document.getElementById(document
                .activeElement.getAttribute('aria-activedescendant'))?.innerText);
            const open = async () => {
                await field.fill('');
                await field.pressSequentially(typed);
                await list.waitFor();
            };
            await open();
            await page.screenshot({ path: join(screens, `${language}-suggest-${size}.png`) });
            assert.equal(await sideways(page), 0);
            assert.deepEqual(await axeFaults(page), []);
            const rows = await list.getByRole('option').allInnerTexts();
            await field.press('ArrowDown');
            assert.equal(await active(), rows[0]);
            await field.press('ArrowUp');
            assert.equal(await active(), undefined);
            await field.press('ArrowUp');
            assert.equal(await active(), rows.at(-1));
            await field.press('Escape');
            assert.equal(await list.isVisible(), false);
            assert.equal(await field.inputValue(), typed);
            await open();
            await page.getByRole('heading', { level: 1 }).click();
            assert.equal(await list.isVisible(), false);
            await open();
            const href = await list.locator('a').last().getAttribute('href');
            await list.locator('a').last().click();
            await page.waitForURL((url) => url.pathname === new URL(href).pathname);
            await page.goto(`${site.url}/${language}/search`);
            await open();
            await field.press('ArrowDown');
            await field.press('Enter');
            await page.waitForURL((url) => !url.pathname.endsWith('/search'));
            assert.deepEqual(faults, []);
            await close();
        }
});
