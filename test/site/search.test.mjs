// search.test.mjs -- what readers look for is found, in a terminal and while the
// site is served.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { files, put } from './lib/draft.mjs';
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
