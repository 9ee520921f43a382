// leaks.test.mjs -- what is not public shows nowhere: each state that hides a
// story, in every field, on every address of the table of routes.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { put } from './lib/draft.mjs';
import { listenTo } from './lib/events.mjs';
import { Site, dateline, must, root } from './lib/site.mjs';
import { until } from './lib/until.mjs';

const soon = new Date(Date.now() + 30 * 60_000).toISOString();
const earlier = new Date(Date.now() - 60 * 60_000).toISOString();
const FAR = 987654; // a number that no story has

// Words that stand nowhere else, one for each state and field.
const word = (state, field) => `zq${state}${field}`;
const fields = ['title', 'deck', 'body', 'tag', 'byline', 'place', 'section', 'uri'];
// Of live coverage: an entry that was corrected, and one that was withdrawn.
const nowFields = ['entrytitle', 'entrynow', 'entryby', 'entrynote'];
const pastFields = ['entryonce', 'entrywas', 'entrygone', 'entrywhy'];
// Of its picture: what readers are told, and what they never are.
const pictureFields = ['alt', 'caption', 'credit'];
const silentFields = ['rights', 'exif'];
const every = [...fields, ...nowFields, ...pastFields, ...pictureFields, ...silentFields];
const canary = (state) => ({
    uri: `urn:test:${word(state, 'uri')}`,
    title: `Harbour ${word(state, 'title')} opens`,
    deck: `A deck with ${word(state, 'deck')}.`,
    body: `A paragraph with ${word(state, 'body')} inside.`,
    byline: `Olena ${word(state, 'byline')}`,
    place: word(state, 'place').toUpperCase(),
    tags: ['common', word(state, 'tag')],
    section: word(state, 'section'),
    group: 'shared-group',
    picture: pictures[state],
    picture_caption: `It shows ${word(state, 'caption')}.`,
});

const hidden = {
    draft: [],
    spiked: [['spike']],
    scheduled: [['publish', '--at', soon]],
    embargoed: [['publish', '--embargo', soon]],
};
const gone = {
    withdrawn: [['publish'], ['withdraw', '--note', 'It is looked at again.']],
    killed: [['publish'], ['kill', '--note', 'It was wrong.']],
};
const states = { ...hidden, ...gone };
const all = [...Object.keys(states), 'edited'];

let site, routes, numbers, publicStory;
const pictures = {}; // their marks, by state

// Two entries: one corrected, of which readers see the last text at most, and one
// withdrawn, of which they see nothing. now: what the last text is.
function cover(state, story, now = (field) => word(state, field)) {
    const entry = (text, ...words) => must('story', 'entry', site.dir, String(story),
        ...text === null ? [] : ['-'], ...words, { input: text ?? '' });
    const markdown = (title, byline, body) =>
        `---\ntitle: Now ${title}\nbyline: ${byline}\n---\nIt is ${body} so.\n`;
    entry(markdown(word(state, 'entryonce'), 'Ann', word(state, 'entrywas')), '--pin');
    entry(markdown(now('entrytitle'), now('entryby'), now('entrynow')), '--entry', '1',
        '--note', `It was ${now('entrynote')}.`);
    entry(`Gone is ${word(state, 'entrygone')}.`);
    entry(null, '--entry', '2', '--withdraw', '--note', `For ${word(state, 'entrywhy')}.`);
}

// A picture of its own, with a word in the file itself: a JPEG's comment.
function picture(state) {
    const bytes = readFileSync(join(root, 'test/data/pictures/plain.jpg'));
    const text = Buffer.from(`Seen by ${word(state, 'exif')}`);
    const path = join(site.room, `${state}.jpg`);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 2),
        Buffer.from([0xff, 0xfe, 0, text.length + 2]), text, bytes.subarray(2)]));
    const said = (field) => [`--${field}`, `Of ${word(state, field)}`];
    return JSON.parse(must('media', 'add', site.dir, path, ...said('alt'), ...said('credit'),
        ...said('rights'), '--json')).mark;
}

before(async () => {
    site = new Site({ languages: 'en,uk' });
    for (const state of all) pictures[state] = picture(state);
    routes = JSON.parse(must('routes', '--json'));
    site.set('searches_per_address', '0');
    await site.serve();
    publicStory = put(site, {
        title: 'A public story', body: 'Its text.', tags: ['common'],
        group: 'shared-group', language: 'uk', date: earlier,
    }, ['publish']);
    put(site, { title: 'Another public story', tags: ['common'],
        body: 'More text.', date: earlier }, ['publish']);
    numbers = {};
    for (const [state, acts] of Object.entries(states)) {
        // What is gone had its entries, and lines in the log, while it was there.
        const [before, behind] = state in gone ? [acts.slice(0, 1), acts.slice(1)] : [[], acts];
        const { story } = put(site, canary(state), ...before);
        cover(state, story);
        for (const [verb, ...words] of behind) site.story(verb, String(story), ...words);
        numbers[state] = story;
    }
    // A newer draft of a public story, and one that follows a hidden story.
    const uri = 'urn:test:edited';
    put(site, { uri, title: 'Edited story', body: 'Text.' }, ['publish']);
    numbers.edited = put(site, { ...canary('edited'), uri, version: 2 }).story;
    cover('edited', numbers.edited, () => 'seen');
    put(site, { title: 'A story that follows a draft', body: 'Text.',
        follows: canary('draft').uri }, ['publish']);
});
after(() => site?.remove());

// Where a canary stands in an answer: body or headers.
function found(answer, names = all) {
    const whole = (answer.rawHeaders.join('\n') + '\n' + answer.text).toLowerCase();
    return names.flatMap((state) => every.map((f) => word(state, f)))
        .concat(names.map((state) => pictures[state].toLowerCase()))
        .filter((canary) => whole.includes(canary));
}

const renditions = (state) => ['320.jpg', '640.webp', '800.avif'].map((end) => `${pictures[state]}-${end}`);

// Every value that a parameter of a pattern could have.
function values() {
    const today = new Date().toISOString();
    const days = [today, soon, earlier].map((d) => d.slice(0, 10).split('-'));
    const slug = (state) => `harbour-${word(state, 'title')}-opens`;
    const story = all.flatMap((state) => [`${numbers[state]}`,
        `${numbers[state]}-${slug(state)}`, `${numbers[state]}-other`]);
    return {
        language: ['en', 'uk', 'xx'],
        section: ['facts', 'news', ...all.map((s) => word(s, 'section'))],
        tag: ['common', ...all.map((s) => word(s, 'tag'))],
        story: [...story, `${publicStory.story}-other`],
        file: ['1', '2', ...all.flatMap(renditions)],
        year: days.map((d) => d[0]), month: days.map((d) => d[1]),
        day: days.map((d) => d[2]),
    };
}

// Every address of a pattern.
function expand(pattern) {
    const known = values();
    let paths = [pattern];
    for (const [whole, name] of pattern.matchAll(/\{(\w+)\}/g)) {
        assert.ok(known[name], `${pattern}: the test knows no {${name}}`);
        paths = paths.flatMap((path) => [...new Set(known[name])]
            .map((value) => path.replace(whole, value)));
    }
    return paths;
}

function siteAddresses() {
    const get = routes.filter((r) => r.host === 'site' && r.methods.includes('GET'));
    const paths = get.flatMap((route) => expand(route.pattern));
    // Other spellings of the same numbers, and what programs guess.
    const spelled = Object.values(numbers).flatMap((n) => [`/en//facts/${n}-x`,
        `//en/facts/${n}-x`, `/en/facts/./${n}-x`, `/en/facts/x/../${n}-x`,
        `/EN/facts/${n}-x`, `/en/facts/${n};x`, `/en/facts/${n}.json`,
        `/en/facts/${n}-x/`, `/en/facts/${n}%2dx`, `/en/%66acts/${n}-x`,
        `/en/facts/${n}-x?preview=1`, `/en/facts/${n}-x?version=1`,
        `/en/facts/0${n}-x`, `/api/v1/stories/${n}`, `/desk/${n}`]);
    const cursor = `${Date.now() * 1000 + 3.6e9}-${FAR}`;
    const lists = paths.filter((p) => /^\/en\/(latest|facts|tag\/common)\/$/.test(p));
    return [...paths, ...spelled, ...lists.flatMap((p) =>
        [`${p}?before=${cursor}`, `${p}?after=1-1`])];
}

test('no canary shows on any address of the site', async () => {
    const addresses = siteAddresses();
    assert.ok(addresses.length > 400, `${addresses.length} addresses`);
    const faults = [];
    let answered = 0;
    for (const path of addresses) {
        const answer = await site.get(path);
        if (answer.status === 200) answered++;
        // What was asked for by its own words stands in the request alone.
        for (const canary of found(answer))
            faults.push(`${canary} at ${path} (${answer.status})`);
    }
    assert.deepEqual(faults, []);
    assert.ok(answered > 20, `${answered} answered 200`);
});

// What is looked for stands in the answer as it was typed; but for that, whoever
// looks for a hidden story's words sees what anybody sees who looks for nothing.
test('who searches for a canary finds what nobody wrote', async () => {
    const faults = [];
    const forms = [(w) => w, (w) => `"${w} opens"`, (w) => `tag:${w}`,
        (w) => `section:${w}`, (w) => `author:${w}`, (w) => `harbour -${w}`];
    const surfaces = ['/en/search?q=', '/en/search?order=relevance&q=',
        '/en/search/rss.xml?q=', '/en/search/atom.xml?q=', '/en/search/feed.json?q='];
    let compared = 0;
    for (const state of [...Object.keys(states), 'edited'])
        for (const field of every.filter((field) => field !== 'uri')) {
            const canary = word(state, field);
            const nobody = canary.replace(/^zq/, 'zx');
            for (const form of forms) for (const surface of surfaces) {
                const ask = (w) => site.get(surface + encodeURIComponent(form(w)));
                const [is, wanted] = [await ask(canary), await ask(nobody)];
                compared++;
                if (is.status !== wanted.status ||
                    is.text.replaceAll(canary, nobody) !== wanted.text)
                    faults.push(`${form(canary)} at ${surface}`);
            }
        }
    assert.deepEqual(faults, []);
    assert.ok(compared > 1000);
});

// All that is told of the whole log in a language.
async function told(language = 'en') {
    const line = listenTo(site, `lang=${language}&last=0`);
    await until('it is told', () => line.events.length > 0);
    await new Promise((done) => setTimeout(done, 300));
    line.stop();
    return { text: line.text, rawHeaders: [] };
}

test('nor is it told to who listens', async () => {
    const { text } = await told();
    assert.match(text, /event: published/);
    assert.match(text, /event: killed\ndata: {"story":\d+,"note":"It was wrong\."}\n/);
    for (const language of ['en', 'uk'])
        assert.deepEqual(found(await told(language)), []);
});

test('nor on what the operator sees, nor in headers alone', async () => {
    const faults = [];
    for (const route of routes.filter((r) => r.host === 'operator' &&
        r.methods.includes('GET'))) {
        const answer = await site.ask(route.pattern);
        assert.equal(answer.status, 200, route.pattern);
        faults.push(...found(answer).map((c) => `${c} at ${route.pattern}`));
    }
    for (const path of ['/en/', '/en/rss.xml', '/sitemap-1.xml']) {
        const answer = await site.client.request('HEAD', path);
        faults.push(...found(answer).map((c) => `${c} in HEAD ${path}`));
    }
    assert.deepEqual(faults, []);
});

const bare = (answer) => [answer.status,
    answer.rawHeaders.join('\n').replace(/\bDate\n[^\n]*/, ''), answer.text];

test('a hidden story answers byte for byte as a number that none has', async () => {
    const none = await site.get(`/en/facts/${FAR}-some-slug`);
    assert.equal(none.status, 404);
    for (const state of Object.keys(hidden)) {
        const slug = `harbour-${word(state, 'title')}-opens`;
        for (const path of [`/en/facts/${numbers[state]}-some-slug`,
            `/en/${word(state, 'section')}/${numbers[state]}-${slug}`]) {
            const answer = await site.get(path);
            assert.deepEqual(bare(answer), bare(none), `${state} at ${path}`);
        }
    }
});

test('so does its picture', async () => {
    const none = await site.get(`/media/${'A'.repeat(24)}-320.jpg`);
    assert.equal(none.status, 404);
    for (const state of all) for (const name of [...renditions(state), `${pictures[state]}.jpg`])
        assert.deepEqual(bare(await site.get(`/media/${name}`)), bare(none), `${state}: ${name}`);
});

test('so does its card', async () => {
    const none = await site.get('/media/card/999999-0123456789abcdef.jpg');
    assert.equal(none.status, 404);
    for (const state of Object.keys(states))
        assert.deepEqual(bare(await site.get(`/media/card/${numbers[state]}-0123456789abcdef.jpg`)), bare(none), state);
});

test('so do a hidden section and tag', async () => {
    for (const state of all) {
        for (const [hiddenPath, nonePath] of [
            [`/en/${word(state, 'section')}/`, '/en/nosuchsection/'],
            [`/en/tag/${word(state, 'tag')}/`, '/en/tag/nosuchtag/'],
            [`/en/tag/${word(state, 'tag')}/rss.xml`, '/en/tag/nosuchtag/rss.xml'],
            [`/en/${word(state, 'section')}/feed.json`, '/en/nosuch/feed.json'],
        ]) {
            const answer = await site.get(hiddenPath);
            const none = await site.get(nonePath);
            assert.equal(none.status, 404, nonePath);
            assert.deepEqual(bare(answer), bare(none), hiddenPath);
        }
    }
});

test('time tells nothing either', async () => {
    const spent = async (path) => {
        const began = process.hrtime.bigint();
        await site.get(path);
        return Number(process.hrtime.bigint() - began) / 1e6;
    };
    const samples = { hidden: [], none: [] };
    for (let i = 0; i < 1000; i++) {
        samples.hidden.push(await spent(`/en/facts/${numbers.draft}-x`));
        samples.none.push(await spent(`/en/facts/${FAR}-x`));
    }
    const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
    const apart = Math.abs(median(samples.hidden) - median(samples.none));
    assert.ok(apart < 1, `${apart.toFixed(3)} ms apart`);
});

test('a killed and a withdrawn story are gone, and say why', async () => {
    for (const [state, why] of [['killed', 'It was wrong.'],
        ['withdrawn', 'It is looked at again.']]) {
        const answer = await site.get(`/en/facts/${numbers[state]}-x`);
        assert.equal(answer.status, 410, state);
        assert.ok(answer.text.includes(why), state);
    }
});

// The control: this walk sees what it looks for as soon as it may.
test('published, each field shows where it should', async () => {
    const done = site.story('publish', String(numbers.draft));
    const page = await site.get(done.address);
    assert.equal(page.status, 200);
    const seen = found(page, ['draft']);
    for (const field of [...fields.filter((field) => field !== 'uri'), ...nowFields, ...pictureFields])
        assert.ok(seen.includes(word('draft', field)), field);
    for (const field of pastFields) assert.ok(!seen.includes(word('draft', field)), field);
    for (const file of ['rss.xml', 'atom.xml', 'feed.json']) {
        const feed = found(await site.get(`${done.address}/${file}`), ['draft']);
        assert.ok(feed.includes(word('draft', 'entrynow')), file);
        for (const field of pastFields)
            assert.ok(!feed.includes(word('draft', field)), `${field} in ${file}`);
    }
    for (const path of ['/en/', '/en/latest/', '/en/rss.xml', '/en/atom.xml',
        '/en/feed.json', '/sitemap-1.xml', '/sitemap-news.xml', '/en/tag/common/',
        `/en/${word('draft', 'section')}/`, `/en/tag/${word('draft', 'tag')}/`,
        `/en/tag/${word('draft', 'tag')}/rss.xml`])
        assert.ok(found(await site.get(path), ['draft']).length, path);
    assert.ok(found(await told(), ['draft']).length, 'live');
    for (const name of renditions('draft')) {
        const answer = await site.get(`/media/${name}`);
        assert.equal(answer.status, 200, name);
        assert.deepEqual(found(answer, ['draft']).filter((word) => word !== pictures.draft.toLowerCase()), []);
    }
    assert.equal((await site.get(`/media/${pictures.draft}.jpg`)).status, 404);
});

test('killed, it is gone from all of them at once', async () => {
    const number = String(numbers.draft);
    site.story('kill', number, '--note', 'A mistake.');
    const faults = [];
    for (const path of siteAddresses()) {
        const answer = await site.get(path);
        faults.push(...found(answer).map((c) => `${c} at ${path}`));
    }
    assert.deepEqual(faults, []);
    assert.deepEqual(found(await told()), []);
    assert.equal((await site.get(`/en/facts/${number}-x`)).status, 410);
    for (const name of renditions('draft'))
        assert.equal((await site.get(`/media/${name}`)).status, 404, name);
    const again = dateline('story', 'publish', site.dir, number);
    assert.equal(again.status, 1, 'a kill is final');
});

test('withdrawn and restored, it is back', async () => {
    const number = String(numbers.withdrawn);
    const done = site.story('restore', number);
    const page = await site.get(done.address);
    assert.equal(page.status, 200);
    assert.ok(found(await site.get('/en/'), ['withdrawn']).length);
    const seen = found(page, ['withdrawn']);
    for (const field of nowFields) assert.ok(seen.includes(word('withdrawn', field)), field);
    for (const field of pastFields) assert.ok(!seen.includes(word('withdrawn', field)), field);
});
