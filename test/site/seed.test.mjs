// seed.test.mjs -- the text of one real page goes in, and each of its parts
// comes out on our page, in the same order, with the same times.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { htmlFaults } from './lib/judge.mjs';
import { items, parse, text } from './lib/page.mjs';
import { Site, needsShared, shared } from './lib/site.mjs';
import { foreignTexts } from './lib/words.mjs';

// The seed cut at its own headings, each list without its doubled lines.
function readSeed() {
    const lines = readFileSync(join(shared, 'seed/page.txt'), 'utf8')
        .split('\n').map((l) => l.trim()).filter(Boolean);
    const at = (line, from = 0) => lines.indexOf(line, from);
    const noise = (line) => /^(AD|Interfax-Ukraine|\p{L}+\.\.\.)$/u.test(line);
    const part = (from, to) => lines.slice(from, to < 0 ? undefined : to)
        .filter((l) => !noise(l));
    const tags = lines.findIndex((l) => l.startsWith('Tags:'));
    const more = part(at('MORE ABOUT') + 1, at('HOT NEWS'));
    return {
        section: lines[0], time: lines[1], headline: lines[2], reading: lines[3],
        body: lines.slice(5, tags), tags: lines[tags].match(/#\S+/g),
        more: more.flatMap((line, i) => /^\d\d:\d\d /.test(line)
            ? [{ time: line, headline: more[i + 1] }] : []),
        hot: part(at('HOT NEWS') + 1, at('LATEST')),
        latest: part(at('LATEST') + 1),
    };
}

let site, seed, document, html, path;

before(async () => {
    if (!shared) return;
    seed = readSeed();
    site = new Site({ languages: 'en,uk', zone: 'Europe/Kyiv' });
    site.import('--format', 'capture', join(shared, 'seed/page.txt'));
    await site.serve();
    await site.indexed();
    const front = parse((await site.get('/en/')).text);
    path = [...front.querySelectorAll('main a')]
        .find((a) => text(a) === seed.headline)?.getAttribute('href');
    assert.ok(path, 'the front leads to the story');
    html = (await site.get(path)).text;
    document = parse(html);
});
after(() => site?.remove());

const one = (selector) => document.querySelector(selector);
const run = (why, what) => test(why, { skip: needsShared }, what);

run('the seed is what it was', () => {
    assert.equal(seed.body.length, 4);
    assert.equal(seed.more.length, 10);
    assert.equal(seed.hot.length, 5);
    assert.equal(seed.latest.length, 10);
    assert.deepEqual(seed.tags, ['#usa', '#nato']);
});

run('the address has section and slug', () => {
    assert.match(path, /^\/en\/facts\/\d+-blinken-nato-secretary-general-/);
});

run('section, time, headline, reading time, text and tags', () => {
    assert.equal(text(one('article .crumbs li:last-child')), seed.section);
    assert.equal(text(one('.stamp time')), seed.time);
    assert.equal(one('.stamp time').getAttribute('datetime'),
        '2021-04-14T13:15:00Z');
    assert.equal(text(one('h1')), seed.headline);
    assert.equal(text(one('.meta')), seed.reading);
    assert.deepEqual([...document.querySelectorAll('.body p')].map(text),
        seed.body);
    assert.deepEqual([...document.querySelectorAll('.tags a')].map(text),
        seed.tags);
});

run('MORE ABOUT: ten earlier stories, newest first, with their times', () => {
    assert.deepEqual(items(one('.more ol')).map(({ time, headline }) =>
        ({ time, headline })), seed.more);
});

run('LATEST: the story, then the seed’s own list in its order', () => {
    const latest = items(one('.latest ol'));
    assert.deepEqual(latest.map((item) => item.headline),
        [seed.headline, ...seed.latest.slice(0, 9)]);
    assert.ok(latest.slice(1).every((item) => item.time === ''),
        'no time is invented');
});

run('the parts stand in the seed’s order', () => {
    const order = [`>${seed.section}<`, `>${seed.time}<`, '<h1>', seed.reading,
        seed.body[0].slice(0, 30), seed.body[3].slice(0, 30), '#usa', 'id="more"',
        seed.more[0].time, seed.more[9].time, 'id="latest"'];
    let from = html.indexOf('<main');
    for (const part of order) {
        const at = html.indexOf(part, from);
        assert.ok(at >= 0, `${part} stands after what comes before it`);
        from = at;
    }
});

run('every word is English, and nothing of the interface is text', async () => {
    assert.deepEqual(foreignTexts(document), []);
    const page = text(document.body);
    for (const noise of ['Загрузка', 'Завантаження', 'Interfax-Ukraine'])
        assert.ok(!page.includes(noise), noise);
    assert.deepEqual([...document.querySelectorAll('a, p, li')]
        .filter((e) => text(e) === 'AD'), []);
    assert.deepEqual(await htmlFaults(html), []);
});

run('every story of the lists has a page of its own', async () => {
    for (const { href, headline } of [...items(one('.more ol')),
        ...items(one('.latest ol'))]) {
        const answer = await site.get(href);
        assert.equal(answer.status, 200, href);
        assert.equal(text(parse(answer.text).querySelector('h1')), headline);
        assert.deepEqual(await htmlFaults(answer.text), []);
    }
});

run('a headline in two lists is one story', async () => {
    const all = parse((await site.get('/en/latest/')).text);
    const headlines = items(all.querySelector('ol.items')).map((i) => i.headline);
    const known = new Set([seed.headline, ...seed.more.map((m) => m.headline),
        ...seed.hot, ...seed.latest]);
    assert.equal(headlines.length, known.size);
    assert.deepEqual(new Set(headlines), known);
});

run('the same text again changes nothing', async () => {
    const before = (await site.get(path)).headers.etag;
    site.import('--format', 'capture', join(shared, 'seed/page.txt'));
    assert.equal((await site.get(path)).headers.etag, before);
});
