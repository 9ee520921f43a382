// search.test.mjs -- what readers look for is found, in a terminal and while the
// site is served.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { files, put } from './lib/draft.mjs';
import { parse } from './lib/page.mjs';
import { Site, dateline, demoSite } from './lib/site.mjs';
import { until } from './lib/until.mjs';

let site;
before(() => { site = demoSite({ name: 'Dateline Demo' }); });
after(() => site?.remove());

const search = (where, ...args) => dateline('search', where.dir, ...args);
const found = (where, ...args) => {
    const done = search(where, '--json', ...args);
    assert.equal(done.status, 0, done.err);
    return JSON.parse(done.out);
};

test('a word is found in any form, the newest story first', () => {
    const hits = found(site, '--count', '100', 'stations');
    assert.ok(hits.length > 1);
    assert.ok(hits.some(({ headline }) => /space station/i.test(headline)));
    const times = hits.map(({ at }) => at);
    assert.deepEqual(times, [...times].sort().reverse());
    for (const hit of hits) {
        assert.equal(hit.language, 'en');
        assert.match(hit.address, new RegExp(`/en/${hit.section}/${hit.number}-`));
        assert.match(`${hit.headline} ${hit.snippet}`, /station/i);
    }
    assert.deepEqual(found(site, 'STATION', '--count', '100'), hits);
    assert.deepEqual(found(site, '--section', 'economy', '--count', '100', 'station'),
        hits.filter(({ section }) => section === 'economy'));
});

test('each language is searched by its own words', () => {
    for (const [language, word, form] of [['uk', 'станція', 'станцій'],
        ['ru', 'станция', 'станций']]) {
        const hits = found(site, '--lang', language, '--count', '100', word);
        assert.ok(hits.length, language);
        assert.ok(hits.every((hit) => hit.language === language));
        assert.deepEqual(found(site, '--lang', language, '--count', '100', form), hits);
    }
});

test('the terminal is told plainly', () => {
    const done = search(site, '--count', '1', 'station');
    assert.equal(done.status, 0);
    assert.match(done.out, /^\d\d:\d\d \d\d\.\d\d\.\d{4}  .+\n    .+\n    .*\/en\/\S+\n$/);
    assert.ok(!done.out.includes('\x1b'), 'no colours where nobody sees them');
    assert.equal(search(site, 'zzyzx').out, 'nothing was found\n');
});

test('what cannot be understood is explained', () => {
    for (const [words, says] of [
        [['from:yesterday', 'station'], /expected a date like 2026.*not "yesterday"/],
        [['"space station'], /the quote is not closed: looked for is "space station"/],
        [['tag:', 'station'], /nothing stands behind "tag:"/],
        [['--', '-station'], /only what is not wanted was said/],
    ]) {
        const done = search(site, ...words);
        assert.equal(done.status, 0);
        assert.match(done.err, says);
    }
    for (const [args, says] of [
        [[], /expected a site and words/],
        [['--count', '0', 'x'], /--count: expected 1 to 100/],
        [['--count', 'many', 'x'], /--count: expected 1 to 100/],
    ]) {
        const done = search(site, ...args);
        assert.equal(done.status, 2);
        assert.match(done.err, says);
    }
    const done = search(site, '--lang', 'fr', 'x');
    assert.equal(done.status, 1);
    assert.match(done.err, /the site has no language "fr"/);
});

// ---- the page ----

test('the page answers without script, and says what it made of the query', async () => {
    const served = demoSite({ name: 'Dateline Demo' });
    served.set('searches_per_address', '0');
    try {
        await served.serve();
        const page = async (query) => {
            const answer = await served.get(`/en/search?${query}`);
            assert.equal(answer.status, 200);
            assert.equal(answer.headers['cache-control'], 'private, no-cache');
            return parse(answer.text);
        };
        const lines = (document) => [...document.querySelectorAll('.items .line a')];
        await until('the index has caught up', async () =>
            lines(await page('q=station')).length > 1);
        const document = await page('q=station&section=technology&order=relevance&period=year');
        const form = document.querySelector('form[role=search]');
        assert.equal(form.getAttribute('action'), '/en/search');
        assert.equal(form.querySelector('[name=q]').getAttribute('value'), 'station');
        assert.deepEqual([...form.querySelectorAll('option[selected]')]
            .map((option) => option.getAttribute('value')), ['technology', 'year', 'relevance']);
        assert.ok(lines(document).length);
        for (const link of lines(document))
            assert.match(link.getAttribute('href'), /^\/en\/technology\//);
        assert.match(document.querySelector('.items mark').textContent, /station/i);
        assert.equal(document.querySelector('meta[name=robots]').getAttribute('content'),
            'noindex');

        assert.deepEqual([...document.querySelectorAll('.search .translations a')]
            .map((link) => link.getAttribute('href').replace(/\?.*/, '')),
        ['/uk/search', '/ru/search', '/ar/search']);

        const empty = await page('');
        assert.equal(lines(empty).length, 0);
        assert.equal(empty.querySelector('[role=status]'), null);
        assert.match((await page('q=zzyzx')).querySelector('[role=status]').textContent,
            /Nothing was found/);
        for (const [query, says] of [['from:yesterday station', /“yesterday” is not a date/],
            ['"space station', /quote was not closed/], ['tag: station', /behind “tag:”/],
            ['-station', /Say also what to look for/],
            ['station '.repeat(200), /too long/]])
            assert.match((await page(`q=${encodeURIComponent(query)}`))
                .querySelector('.search .note').textContent, says);
        const hostile = '"><script>alert(1)</script>';
        const answer = await served.get(`/en/search?q=${encodeURIComponent(hostile)}`);
        assert.ok(!answer.text.includes('<script>'));
        assert.equal((await served.get('/en/search?q=%ff%00')).status, 200);
        assert.equal((await served.get('/en/search?before=-1&page=x&order=y&q=a')).status, 200);
    } finally {
        await served.remove();
    }
});

test('who types is told sections, tags and headlines', async () => {
    const served = demoSite({ name: 'Dateline Demo' });
    served.set('searches_per_address', '0');
    try {
        await served.serve();
        const ask = async (typed, language = 'en') => {
            const answer = await served.get(
                `/${language}/search/suggest?q=${encodeURIComponent(typed)}`);
            assert.equal(answer.status, 200);
            assert.equal(answer.headers['content-type'],
                'application/x-suggestions+json; charset=utf-8');
            const [said, texts, abouts, addresses] = JSON.parse(answer.text);
            assert.equal(said, typed.trim());
            assert.equal(texts.length, abouts.length);
            return texts.map((text, i) => ({ text, about: abouts[i],
                path: new URL(addresses[i]).pathname }));
        };
        await until('the index has caught up', async () =>
            (await ask('statio')).length > 1);
        for (const typed of ['statio', 'space stat', 'STATION', 'stations', ' station '])
            assert.ok((await ask(typed)).some(({ text, path }) =>
                /space station/i.test(text) && /^\/en\/\w+\/\d/.test(path)), typed);
        assert.ok((await ask('his')).some(({ text, about, path }) =>
            text === 'history' && about === 'Tag' && path === '/en/tag/history/'));
        assert.deepEqual((await ask('econ'))[0],
            { text: 'Economy', about: 'Section', path: '/en/economy/' });
        assert.ok((await ask('станц', 'uk')).some(({ text }) => /станці/i.test(text)));
        for (const { path } of await ask('s'))
            assert.equal((await served.get(path)).status, 200);
        for (const typed of ['', '  ', '"station', '-station', 'tag:history', '!?',
            'zzyzx', 's'.repeat(5000)])
            assert.deepEqual(await ask(typed.slice(0, 900)), []);
        assert.match((await served.get('/opensearch.xml')).text,
            /type="application\/x-suggestions\+json"[^>]+\/en\/search\/suggest\?q=\{searchTerms\}/);
    } finally {
        await served.remove();
    }
});

test('pages of a search follow one another, and its feeds follow the news', async () => {
    const served = new Site({ languages: 'en' });
    try {
        dateline('import', served.dir, ...files(served, Array.from({ length: 50 }, (_, i) => ({
            title: `Lighthouse ${i}`, date: new Date(Date.now() - i * 3600e3).toISOString() }))));
        await served.serve();
        const seen = [];
        const read = async (path) => parse((await served.get(path)).text);
        await until('the index has caught up', () => found(served, '--count', '100',
            'lighthouse').length === 50);
        for (const order of ['', '&order=relevance']) {
            let path = `/en/search?q=lighthouse${order}`;
            const pages = [];
            while (path) {
                const document = await read(path);
                pages.push([...document.querySelectorAll('.items .line a')]
                    .map((link) => link.textContent));
                path = document.querySelector('.pages .older')?.getAttribute('href');
            }
            assert.deepEqual(pages.map(({ length }) => length), [20, 20, 10]);
            assert.equal(new Set(pages.flat()).size, 50);
            seen.push(pages.flat());
        }
        assert.deepEqual(seen[0], Array.from({ length: 50 }, (_, i) => `Lighthouse ${i}`));

        const feed = '/en/search/feed.json?q=lighthouse';
        const first = await served.get(feed);
        assert.equal(first.status, 200);
        assert.equal(JSON.parse(first.text).items.length, 20);
        const { etag } = first.headers;
        assert.equal((await served.get(feed, { 'if-none-match': etag })).status, 304);
        put(served, { title: 'A new lighthouse' }, ['publish']);
        await until('the feed has it', async () =>
            JSON.parse((await served.get(feed)).text).items[0].title === 'A new lighthouse');
        assert.equal((await served.get(feed, { 'if-none-match': etag })).status, 200);
        for (const name of ['rss.xml', 'atom.xml'])
            assert.match((await served.get(`/en/search/${name}?q=lighthouse`)).text,
                /A new lighthouse/);
    } finally {
        await served.remove();
    }
});

test('one address may ask so often, and others are not kept from reading', async () => {
    const served = new Site({ languages: 'en' });
    try {
        served.set('searches_per_address', '5');
        await served.serve();
        const asked = [];
        for (let i = 0; i < 7; i++) asked.push((await served.get('/en/search?q=x')).status);
        assert.deepEqual(asked, [200, 200, 200, 200, 200, 429, 429]);
        const refused = await served.get('/en/search/rss.xml?q=x');
        assert.equal(refused.status, 429);
        assert.equal(refused.headers['retry-after'], '60');
        assert.equal((await served.get('/en/')).status, 200);
    } finally {
        await served.remove();
    }
});

test('the index follows while the site is served, and holds what is public', async () => {
    const served = await new Site({ languages: 'en,uk' }).serve();
    try {
        const has = (word) => found(served, word).length === 1;
        const finds = (word) => until(`${word} is found`, () => has(word));
        const loses = (word) => until(`${word} is gone`, () => !has(word));
        put(served, { title: 'Canaryword of a draft' });
        const later = put(served, { title: 'Embargoedword', embargo: '2099-01-01T00:00:00Z' },
            ['publish']);
        assert.equal(later.state, 'scheduled');
        const shown = put(served, { title: 'Publicword arrives', uri: 'urn:shown' },
            ['publish']);
        await finds('publicword');
        put(served, { title: 'Correctedword arrives', uri: 'urn:shown', version: 2 },
            ['correct', '--note', 'The name was another.']);
        await finds('correctedword');
        await loses('publicword');
        served.story('kill', String(shown.story), '--note', 'It never arrived.');
        await loses('correctedword');
        assert.ok(!has('canaryword'));
        assert.ok(!has('embargoedword'));
    } finally {
        await served.remove();
    }
});

test('an index that was cut off is made whole by whoever comes next', async () => {
    const made = new Site({ languages: 'en' });
    try {
        const stories = Array.from({ length: 300 }, (_, i) => ({
            title: `Story number ${i}`, body: `It tells of lighthouse ${i % 7}.`,
            date: `2026-01-${String(i % 28 + 1).padStart(2, '0')}T12:00:00Z` }));
        dateline('import', made.dir, ...files(made, stories));
        await made.serve();
        await made.stop('SIGKILL');
        const seen = new Set();
        for (let day = 1; day <= 28; day++) {
            const date = `2026-01-${String(day).padStart(2, '0')}`;
            for (const hit of found(made, '--count', '100', `from:${date}`,
                `to:${date}`, 'lighthouse')) seen.add(hit.number);
        }
        assert.equal(seen.size, stories.length);
        assert.equal(dateline('check', made.dir).status, 0);
    } finally {
        await made.remove();
    }
});
