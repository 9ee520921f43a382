// fresh.test.mjs -- after the acknowledgement no reader gets an older page,
// wherever the story shows and whichever thread answers.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { files, put } from './lib/draft.mjs';
import { items, parse } from './lib/page.mjs';
import { Site, demoSite, must, program } from './lib/site.mjs';
import { until } from './lib/until.mjs';

const ROUNDS = 25;
const CONNECTIONS = 8; // enough to meet every serving thread
let site, old, readers = [], reading = true, read = 0;

// One connection that stays: the thread that took it answers on it.
function connection() {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const get = (path) => new Promise((done, fail) => http.get(site.url + path,
        { agent }, (answer) => {
            let text = '';
            answer.setEncoding('utf8');
            answer.on('data', (part) => { text += part; });
            answer.on('end', () => done({ status: answer.statusCode, text,
                headers: answer.headers }));
        }).on('error', fail));
    return { get, close: () => agent.destroy() };
}
let connections;

before(async () => {
    site = await demoSite().serve();
    connections = Array.from({ length: CONNECTIONS }, connection);
    const sitemap = (await site.get('/sitemap-1.xml')).text;
    old = /<loc>[^<]*?(\/en\/economy\/\d+-the-suez[^<]*)</.exec(sitemap)[1];
    // Readers keep every cache warm while the tests go on.
    readers = ['/en/', '/en/latest/', '/en/facts/', '/en/rss.xml', old,
        '/sitemap-1.xml'].map(async (path) => {
        const own = connection();
        while (reading) {
            assert.equal((await own.get(path)).status, 200, path);
            read++;
            await new Promise((go) => setTimeout(go, 5));
        }
        own.close();
    });
});
after(async () => {
    reading = false;
    await Promise.all(readers);
    connections?.forEach((c) => c.close());
    await site?.remove();
});

// Where a story of section facts with tag comet shows, besides its own page.
const places = (day) => ['/en/', '/en/latest/', '/en/facts/', '/en/tag/comet/',
    `/en/${day}/`, old, '/en/rss.xml', '/en/atom.xml', '/en/feed.json',
    '/en/facts/rss.xml', '/en/facts/atom.xml', '/en/facts/feed.json',
    '/en/tag/comet/rss.xml', '/en/tag/comet/atom.xml', '/en/tag/comet/feed.json'];
const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Kyiv' })
    .format(new Date()).replaceAll('-', '/');

// Asks every connection once for each path, the first answers that there are.
async function everywhere(paths, judge) {
    const faults = [];
    await Promise.all(connections.map(async (c) => {
        for (const path of paths) {
            const answer = await c.get(path);
            const fault = judge(answer, path);
            if (fault) faults.push(`${path}: ${fault}`);
        }
    }));
    assert.deepEqual([...new Set(faults)], []);
}

const shows = (headline) => ({ status, text }) => status !== 200 ? `${status}` :
    text.includes(headline) ? null : `lacks "${headline}"`;
const lacks = (headline) => ({ status, text }) =>
    ![200, 404].includes(status) ? `${status}` :
    text.includes(headline) ? `still shows "${headline}"` : null;

test('published, corrected, killed: the first answers are right', async () => {
    for (let round = 0; round < ROUNDS; round++) {
        const uri = `urn:test:fresh:${round}`;
        const first = `Comet number ${round} passes`;
        const second = `Comet number ${round} has passed`;
        const story = { uri, tags: ['comet', 'space'], body: 'It was seen.' };
        const made = put(site, { ...story, title: first }, ['publish']);
        const number = String(made.story);

        await everywhere([made.address, ...places(today())], shows(first));
        await everywhere(['/sitemap-1.xml', '/sitemap-news.xml'],
            shows(made.address));

        put(site, { ...story, title: second, version: 2 });
        await everywhere(['/en/', made.address], lacks(second));
        const fixed = site.story('correct', number, '--note', 'It is over.');
        await everywhere([fixed.address, ...places(today())], shows(second));
        await everywhere(['/en/', '/en/latest/', '/en/rss.xml', old,
            '/en/facts/'], lacks(first));
        await everywhere([fixed.address], shows('It is over.'));
        if (fixed.address !== made.address)
            await everywhere([made.address], ({ status, headers }) =>
                status === 301 && headers.location.endsWith(fixed.address) ?
                    null : `${status} to ${headers.location}`);

        site.story('kill', number, '--note', 'No comet.');
        await everywhere([fixed.address], ({ status, text }) =>
            status === 410 && text.includes('No comet.') ? null : `${status}`);
        await everywhere(places(today()), lacks(second));
        await everywhere(['/sitemap-1.xml', '/sitemap-news.xml'],
            lacks(fixed.address));
    }
    assert.ok(read > 100, `${read} reads went on beside`);
});

test('a story names the chain of updates that it belongs to', async () => {
    const told = [];
    const tell = (name, follows) => {
        told.push(put(site, { title: `Ferry: the ${name} report`, section: 'ferry',
            uri: `urn:test:ferry:${name}`, follows: follows &&
                `urn:test:ferry:${follows}`, tags: ['ferry'] }, ['publish']));
        return told.at(-1);
    };
    const chain = async ({ address }) => {
        const document = parse((await site.get(address)).text);
        const names = (id) => items(document.querySelector(`[aria-labelledby=${id}] ol`))
            .map(({ headline }) => headline.replace(/Ferry: the | report/g, '')).join();
        return { later: names('followed-by'), earlier: names('follows'),
            more: [...document.querySelectorAll('.more li')]
                .filter((li) => li.textContent.includes('Ferry:')).length };
    };
    tell('first');
    tell('second', 'first');
    tell('third', 'second');
    assert.deepEqual(await chain(told[0]), { later: 'second,third', earlier: '', more: 0 });
    tell('fourth', 'third');
    tell('other', 'first');
    assert.deepEqual(await chain(told[0]),
        { later: 'second,third,fourth,other', earlier: '', more: 0 });
    assert.deepEqual(await chain(told[2]),
        { later: 'fourth', earlier: 'second,first', more: 0 });
    site.story('kill', String(told[1].story), '--note', 'It was another ferry.');
    assert.deepEqual((await chain(told[0])).later, 'other');
    assert.deepEqual((await chain(told[2])).earlier, '');
});

test('MORE ABOUT is whole as soon as the index has followed', async () => {
    const earlier = put(site, { title: 'A lighthouse keeper retires' }, ['publish']);
    for (let round = 0; round < 10; round++) {
        const { address } = put(site, { title: `Keeper of lighthouse ${round}` }, ['publish']);
        await until('the earlier one is named', async () => parse(
            (await site.get(address)).text).querySelector(
            `.more a[href="${earlier.address}"]`) !== null);
    }
});

test('an entity tag never outlives what it stands for', async () => {
    const tag = (await connections[0].get('/en/')).headers.etag;
    put(site, { title: 'A tag is new', tags: ['comet'] }, ['publish']);
    const answer = await site.get('/en/', { 'if-none-match': tag });
    assert.equal(answer.status, 200);
    assert.ok(answer.text.includes('A tag is new'));
});

test('a scheduled story shows at its time and not before', async () => {
    const at = Date.now() + 2500;
    const title = 'The doors are open';
    const made = put(site, { title, tags: ['comet'] },
        ['publish', '--at', new Date(at).toISOString()]);
    let first;
    while (!first && Date.now() < at + 3000) {
        const answer = await site.get('/en/latest/');
        if (answer.text.includes(title)) first = Date.now();
        await new Promise((go) => setTimeout(go, 5));
    }
    const { status } = await site.get(made.address);
    assert.ok(first, 'it shows');
    console.log(`# shown ${first - at} ms after its time`);
    assert.ok(first >= at, 'not before its time');
    assert.equal(status, 200);
});

test('a day’s neighbours are the days with news', async () => {
    const on = (day) => put(site, { title: `News of ${day}`, section: 'days' },
        ['publish', '--at', `2020-01-${day}T10:00:00Z`]);
    const links = async (day) => [...(await connections[0]
        .get(`/en/2020/01/${day}/`)).text.matchAll(/href="([^"]+)" rel="(prev|next)"/g)]
        .map(([, href, rel]) => `${rel} ${href}`);
    on('01');
    on('05');
    const before = [await links('01'), await links('05')];
    assert.deepEqual(before[1].at(-1), 'next /en/2020/01/01/');
    const between = on('03');
    assert.ok((await links('01')).includes('prev /en/2020/01/03/'));
    assert.ok((await links('05')).includes('next /en/2020/01/03/'));
    assert.deepEqual(await links('03'),
        ['prev /en/2020/01/05/', 'next /en/2020/01/01/']);
    site.story('kill', String(between.story), '--note', 'None.');
    assert.deepEqual([await links('01'), await links('05')], before);
});

test('a story without a time stands last, and belongs to no day', async () => {
    const path = join(site.room, 'undated.json');
    writeFileSync(path, JSON.stringify({ uri: 'urn:test:undated', language: 'en',
        headlines: [{ value: 'From the attic' }], type: 'text',
        subjects: [{ rel: 'section', name: 'facts' }] }));
    must('import', site.dir, path);
    const text = async (address) => (await site.get(address)).text;
    assert.ok(!(await text('/en/')).includes('From the attic'));
    let at = '/en/latest/', page;
    for (let i = 0; i < 50 && at; i++) {
        page = await text(at);
        at = /href="([^"]+)" rel="next"/.exec(page)?.[1].replaceAll('&amp;', '&');
    }
    const last = [...page.matchAll(/class="line">\s*<a [^>]*>([^<]+)</g)].at(-1);
    assert.equal(last[1], 'From the attic');
    assert.ok(page.includes('Time unknown'));
    assert.ok(!/\/000\d\/|\.0001/.test(await text('/en/rss.xml') + page));
    const days = [...page.matchAll(/datetime="(\d{4})-(\d\d)-(\d\d)/g)].at(-1);
    if (days) {
        const day = await text(`/en/${days[1]}/${days[2]}/${days[3]}/`);
        assert.ok(!day.includes('/0001/'), 'no day before the first');
    }
});

// Runs import as another process while we look; ms from its end (or less, when
// it was seen before that) to the first answer that shows the story.
async function importBeside(round) {
    const title = `Brought in beside, number ${round}`;
    const [file] = files(site, [{ title, tags: ['comet'], body: 'Text.',
        date: new Date().toISOString() }]);
    let ended = 0, seen = 0;
    const child = spawn(program, ['import', site.dir, file], { stdio: 'ignore' });
    const done = new Promise((go) => child.on('exit', (code) => {
        ended = performance.now();
        go(code);
    }));
    while (!seen && (!ended || performance.now() < ended + 5000)) {
        const asked = performance.now();
        const { text } = await connections[round % CONNECTIONS].get('/en/latest/');
        if (text.includes(title)) seen = asked;
        else await new Promise((go) => setTimeout(go, 2));
    }
    assert.equal(await done, 0, 'import ended well');
    assert.ok(seen, `${title} was never shown`);
    return Math.max(0, seen - ended);
}

// How soon is measured by ./dev bench visible.
test('what another process commits shows', async () => {
    const waits = [];
    for (let round = 0; round < 40; round++) waits.push(await importBeside(round));
    waits.sort((a, b) => a - b);
    const p95 = waits[Math.floor(waits.length * 0.95)];
    console.log(`# shown after import's end: median ${waits[20].toFixed(1)} ms, ` +
        `p95 ${p95.toFixed(1)} ms, most ${waits.at(-1).toFixed(1)} ms`);
});

test('acts without a server show when it is started', async () => {
    const still = new Site({ languages: 'en' });
    try {
        const made = put(still, { title: 'Made while all was still' }, ['publish']);
        must('check', still.dir);
        await still.serve();
        assert.equal((await still.get(made.address)).status, 200);
        assert.ok((await still.get('/en/')).text.includes('Made while all'));
    } finally {
        await still.remove();
    }
});
