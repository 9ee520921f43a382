// search_alike.test.mjs -- one archive in both databases: whatever is asked, both
// find the same, in the same order.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Site, dateline, must, server } from './lib/site.mjs';

const STORIES = 3000;
const skip = server ? false : 'no PostgreSQL server was given';
let state = 20261127;
const random = (n) => {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    return Math.floor(state / 2 ** 32 * n);
};
const pick = (list) => list[random(list.length)];

// Few words are said often, many seldom, as in any language.
const syllables = { en: ['ka', 'ro', 'men', 'shi', 'ter', 'lo', 'vi', 'dus', 'pra'],
    uk: ['ка', 'ро', 'мен', 'ши', 'тер', 'ло', 'ві', 'дус', 'пра'] };
const endings = { en: ['', 's', 'ed', 'ing'], uk: ['', 'у', 'ами', 'ів'] };
function word(language) {
    let number = Math.floor(random(1000) ** 2 * random(1000) / 1e6);
    let text = '';
    do text += syllables[language][number % 9]; while ((number = Math.floor(number / 9)));
    return `${text}${syllables[language][text.length % 9]}${pick(endings[language])}`;
}
const words = (language, count) =>
    Array.from({ length: count }, () => word(language)).join(' ');

function story(i) {
    const language = i % 3 ? 'en' : 'uk';
    return JSON.stringify({
        uri: `urn:alike:${i}`, type: 'text', version: '1', language,
        // Some in the same second, and years between.
        versioncreated: new Date(Date.UTC(2010 + i % 16, 0, 1) + (i >> 5) * 7200e3 +
            (i % 7 ? 1000 * i : 0)).toISOString(),
        headlines: [{ role: 'main', value: words(language, 4 + random(6)) }],
        bodies: [{ role: 'main', contentType: 'text/plain',
            value: words(language, 20 + random(120)) }],
        by: `${pick(['Olena', 'John', 'Maria'])} ${word('en')}`,
        subjects: [{ rel: 'section', name: pick(['facts', 'economy', 'world']) },
            { rel: 'tag', name: pick(['grain', 'nato', 'floods', 'rare']) }],
    });
}

function query() {
    const language = pick(['en', 'en', 'uk']);
    const text = Array.from({ length: 1 + random(3) }, () => word(language));
    if (!random(4)) text.push(`"${words(language, 2)}"`);
    if (!random(4)) text.push(`-${word(language)}`);
    if (!random(5)) text.push(`tag:${pick(['grain', 'rare'])}`);
    if (!random(6)) text.push(`author:${pick(['olena', 'john'])}`);
    if (!random(6)) text.push(`from:20${10 + random(10)}`, `to:20${20 + random(6)}-06`);
    return ['--lang', language, ...random(2) ? ['--relevance'] : [],
        ...random(4) ? [] : ['--section', 'economy'],
        '--count', String(pick([5, 30, 100])), '--', ...text];
}

let sites = [];
before(() => {
    if (skip) return;
    sites = [false, true].map((onServer) => new Site({ languages: 'en,uk', onServer }));
    const file = join(sites[0].room, 'archive.ninjs');
    writeFileSync(file, Array.from({ length: STORIES }, (_, i) => story(i)).join('\n'));
    for (const site of sites) site.import('--format', 'ninjs', file);
});
after(() => Promise.all(sites.map((site) => site.remove())));

// What both find. What the moment of asking weighs is the same for both but for
// the moment, so ranks are compared and not scores.
function same() {
    const asked = query();
    const [lite, postgres] = sites.map((site) =>
        JSON.parse(must('search', site.dir, '--json', ...asked)));
    assert.deepEqual(postgres, lite, asked.join(' '));
    return lite;
}

test('both databases find the same', { skip }, () => {
    let hits = 0;
    let full = 0;
    for (let i = 0; i < 120; i++) {
        const { length } = same();
        hits += length;
        full += length === 100;
    }
    assert.ok(hits > 1000 && full > 1, `${hits} hits, ${full} full pages`);
});

test('and the same of what was taken back since', { skip }, () => {
    for (const site of sites)
        for (let number = 1; number < 100; number += 3)
            assert.equal(dateline('story', 'withdraw', site.dir, String(number),
                '--note', 'Taken back.').status, 0);
    for (let i = 0; i < 30; i++) {
        assert.ok(same().every(({ number }) => number >= 100 || number % 3 !== 1));
    }
});
