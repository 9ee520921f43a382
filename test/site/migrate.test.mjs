// migrate.test.mjs -- a whole agency from a file to a server and back, and
// through lines of JSON: nothing is lost, nothing is half done, and whoever
// looks sees no difference. Needs STORE_SERVER (tools/postgres.sh).
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { put } from './lib/draft.mjs';
import { hottest, readBy } from './lib/hot.mjs';
import { Site, dateline, demoSite, dropDatabase, makeDatabase, must, program,
    server, sql } from './lib/site.mjs';
import { until } from './lib/until.mjs';

assert.ok(server, 'STORE_SERVER is the address of a server');

const STORIES = 3000; // of the archive that is killed on its way
const KILLS = 12;
const sites = [], databases = [];
let site, pages, all;

const keep = (made) => { sites.push(made); return made; };
const database = (how) => {
    const where = makeDatabase(how);
    databases.push(where);
    return where;
};
after(async () => {
    for (const made of sites) await made.remove();
    databases.forEach(dropDatabase);
});

const exported = (dir) => must('export', dir, '--format', 'jsonl');
const conf = (made) => readFileSync(join(made.dir, 'dateline.conf'), 'utf8');
const storeOf = (made) => /^store = (.*)$/m.exec(conf(made))[1];
const emptySite = (onServer) => keep(new Site({ languages: 'en,uk,ru,ar', onServer }));

// Every address that the site itself names, with what is answered.
async function look(made) {
    await made.serve();
    await made.indexed();
    const seen = new Map();
    const files = ['/sitemap.xml', '/sitemap-1.xml', '/sitemap-news.xml'];
    const texts = [];
    for (const path of files) texts.push((await made.get(path)).text);
    const found = texts.join('').matchAll(/<loc>[^<]*?:\d+(\/[^<]*)<\/loc>/g);
    const paths = new Set(['/en/rss.xml', '/uk/atom.xml', '/ru/feed.json',
        '/en/latest/', '/en/facts/', '/uk/facts/', '/en/tag/comet/',
        ...[...found].map(([, path]) => path)]);
    for (const path of paths) {
        const { status, text } = await made.get(path);
        seen.set(path, `${status} ${text.replaceAll(String(made.port), 'PORT')}`);
    }
    await made.stop();
    return seen;
}

// The first place where two looks differ, with what stands there.
function assertSame(now, then) {
    assert.deepEqual([...now.keys()].sort(), [...then.keys()].sort());
    for (const [path, text] of then) {
        const other = now.get(path);
        if (other === text) continue;
        let at = 0;
        while (other[at] === text[at]) at++;
        assert.equal(other.slice(at - 80, at + 160), text.slice(at - 80, at + 160), path);
    }
}

// One of each kind: whatever a story can be, it must stay.
function fillWithEverything(made) {
    const soon = new Date(Date.now() + 86_400_000).toISOString();
    const story = (title, ...acts) => put(made, { title, tags: ['comet'] }, ...acts);
    story('A draft');
    story('Sent in', ['submit']);
    story('Planned', ['publish', '--at', soon]);
    story('Under embargo', ['publish', '--embargo', soon]);
    story('Spiked', ['spike']);
    story('Withdrawn', ['publish'], ['withdraw', '--note', 'Not yet.']);
    story('Killed', ['publish'], ['kill', '--note', 'Never so.']);
    story('Killed unseen', ['publish', '--at', soon], ['kill', '--note', 'Better not.']);
    story('Back again', ['publish'], ['withdraw', '--note', 'Wait.'], ['restore']);
    put(made, { uri: 'urn:test:twice', title: 'First words', tags: ['comet'] }, ['publish']);
    put(made, { uri: 'urn:test:twice', title: 'Better words', tags: ['comet', 'space'],
        version: 2 }, ['correct', '--note', 'Better.']);
    // It follows a story with a higher number, and one that never came.
    put(made, { title: 'After the other', follows: 'urn:test:later' }, ['publish']);
    put(made, { uri: 'urn:test:later', title: 'The other' }, ['publish']);
    put(made, { title: 'After nothing', follows: 'urn:test:never' }, ['publish']);
    // It has two writings of one letter, a tab, quotes and what JSON escapes.
    put(made, { title: 'Caf\u00e9, cafe\u0301 "and" <so> \\ on \u2028 \u{1F30D}',
        body: 'A line.\n\n```\na\tb\n```\n' }, ['publish']);
}

before(async () => {
    site = keep(demoSite({ onServer: false }));
    fillWithEverything(site);
    pages = await look(site);
    all = exported(site.dir);
    assert.ok(pages.size > 100, `${pages.size} pages`);
});

test('from a file to a server and back: nothing differs', async () => {
    const where = database();
    const said = must('migrate', site.dir, where);
    assert.match(said, /^\d+ stories, \d+ versions and \d+ changes moved, each compared/);
    assert.equal(storeOf(site), where);
    assert.match(must('check', site.dir), /is whole/);
    assertSame(await look(site), pages);
    assert.equal(exported(site.dir), all);

    must('migrate', site.dir, join(site.dir, 'back.db'));
    assert.equal(storeOf(site), 'back.db');
    assert.match(must('check', site.dir), /is whole/);
    assertSame(await look(site), pages);
    assert.equal(exported(site.dir), all);
});

test('numbers go on where they were', () => {
    const numbers = [];
    for (const onServer of [true, false]) {
        const made = emptySite(onServer);
        writeFileSync(join(made.room, 'all.jsonl'), all);
        must('import', made.dir, join(made.room, 'all.jsonl'));
        const { story } = put(made, { title: 'New', section: 'unheard-of',
            tags: ['unheard-of'], language: 'en' }, ['publish']);
        numbers.push(story);
        assert.match(must('check', made.dir), /is whole/);
    }
    const last = Math.max(...[...all.matchAll(/"table":"story","number":(\d+)/g)]
        .map(([, number]) => Number(number)));
    assert.deepEqual(numbers, [last + 1, last + 1]);
});

test('who writes to what has moved is told where', () => {
    const where = database();
    const made = emptySite(false);
    const before = conf(made);
    put(made, { title: 'One' }, ['publish']);
    must('migrate', made.dir, where);
    writeFileSync(join(made.dir, 'dateline.conf'), before);
    const refused = dateline('import', made.dir, '-', { input: '' });
    assert.equal(refused.status, 1);
    assert.match(refused.err, /dateline\.db has moved to postgresql:\/\/127/);
    assert.match(dateline('serve', made.dir).err, /has moved to postgresql/);
    const elsewhere = dateline('migrate', made.dir, database());
    assert.equal(elsewhere.status, 1);
    assert.match(elsewhere.err, /has moved to/);
    // a move that was killed before its last step leaves the settings so: it goes on
    assert.match(must('migrate', made.dir, where), /^nothing was left to move\n.*names it now/);
    assert.ok(conf(made).includes(where));
    assert.match(must('check', made.dir), /is whole/);
    put(made, { title: 'Two' }, ['publish']);
});

test('a running server goes on showing, and takes no more writes', async () => {
    const made = emptySite(false);
    const shown = put(made, { title: 'Shown before' }, ['publish']);
    await made.serve();
    must('migrate', made.dir, database());
    const answer = await made.get(shown.address);
    assert.equal(answer.status, 200);
    const refused = dateline('story', 'put', made.dir, '-', { input: 'x' });
    assert.equal(refused.status, 1);
    await made.stop();
    await made.serve();
    const { status, text } = await made.get(shown.address);
    assert.equal(status, 200);
    assert.ok(text.includes('Shown before'));
    put(made, { title: 'Written after' }, ['publish']);
});

test('a place with stories of its own is refused, and nothing has happened', () => {
    const made = emptySite(false);
    const other = emptySite(true);
    put(made, { title: 'Mine' }, ['publish']);
    put(other, { title: 'Theirs' }, ['publish']);
    const theirs = exported(other.dir);
    const refused = dateline('migrate', made.dir, other.store);
    assert.equal(refused.status, 1);
    assert.match(refused.err, /there are stories of its own/);
    put(made, { title: 'Mine still' }, ['publish']);
    assert.equal(exported(other.dir), theirs);
    put(other, { title: 'Theirs still' }, ['publish']);
    assert.match(dateline('migrate', made.dir, made.dir).err, /is there already/);
});

// ---- what readers read ----

const AUTH = Buffer.alloc(16, 7).toString('base64url'); // a browser's secret
const FROM = ['ab.example', 'a-c.example', '', 'a-b.example'];
const SCREENS = ['phone', 'tablet', 'desktop'];

// A site whose stories were read, the first most; the last one is pinned, the
// first is live coverage, and a browser wants to be told of flashes.
async function readSite() {
    const made = emptySite(false);
    const stories = ['one', 'two', 'three', 'four', 'five'].map((title, i) => put(made,
        { title, section: i % 2 ? 'sport' : 'sports-in' }, ['publish']).story);
    const wanted = [stories[4], ...stories.slice(0, 3)];
    made.set('proxies', '127.0.0.1');
    made.set('push', 'mailto:desk@news.example');
    made.set('push_services', 'push.example');
    await made.serve();
    const ecdh = crypto.createECDH('prime256v1');
    ecdh.generateKeys();
    const { status: told } = await made.client.request('POST', '/push/subscribe',
        { 'content-type': 'application/json' }, JSON.stringify({
            endpoint: 'https://push.example/one', topics: ['all'], lang: 'en',
            keys: { p256dh: ecdh.getPublicKey('base64url'), auth: AUTH } }));
    assert.equal(told, 204);
    await made.stop(); // its follower's cursor stays where it is
    made.set('push', '');
    await made.serve();
    const entry = (input, ...words) => must('story', 'entry', made.dir, String(stories[0]),
        ...input ? ['-'] : [], ...words, { input });
    entry('The count has begun.', '--pin');
    entry('---\ntitle: Half is counted\n---\nAnd no more.', '--key');
    entry('Half is counted, and more.', '--entry', '2', '--note', 'There was more.');
    entry('It rains.');
    entry('', '--entry', '3', '--withdraw', '--note', 'It does not.');
    must('story', 'pin', made.dir, String(stories[4]), '--until',
        new Date(Date.now() + 86_400_000).toISOString());
    for (const [i, story] of stories.entries())
        for (let n = 0; n < 10 - 2 * i; n++)
            await readBy(made, story, 1, { screen: SCREENS[n % 3], from: FROM[n % 4] });
    await hottest(made, wanted);
    await made.indexed();
    await made.stop();
    return [made, wanted];
}

let read; // the lines of such a site

test('what was read and pinned is carried, and the same is hot there', async () => {
    const [made, wanted] = await readSite();
    const said = exported(made.dir);
    const rows = (table) => said.split(`"table":"${table}"`).length - 1;
    read = said.split('\n');
    assert.ok(rows('read_minute') >= 6, `${rows('read_minute')} sums of a minute`);
    assert.ok(rows('read_hour') >= 5);
    assert.ok(rows('read_referrer') >= 4);
    assert.ok(rows('heat') >= 5);
    assert.equal(rows('pin'), 1);
    assert.equal(rows('push_subscription'), 1);
    assert.equal(rows('coverage'), 1);
    assert.equal(rows('entry'), 5);
    assert.ok(!said.includes('"name":"hot"'));
    // A server that orders text as a dictionary does: there "ab" is before
    // "a-c", and in a file behind it.
    const where = database("TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-u-ka-shifted'");
    assert.equal(sql(where, "SELECT 'ab.example' < 'a-c.example'"), 't');
    for (const to of [where, join(made.dir, 'back.db')]) {
        must('migrate', made.dir, to);
        assert.match(must('check', made.dir), /is whole/);
        assert.equal(exported(made.dir), said);
        await made.serve();
        await hottest(made, wanted);
        await made.indexed();
        await made.stop();
        assert.equal(exported(made.dir), said);
    }
    for (const onServer of [true, false]) {
        const into = emptySite(onServer);
        const path = join(into.room, 'all.jsonl');
        writeFileSync(path, said);
        must('import', into.dir, path);
        assert.match(must('check', into.dir), /is whole/);
        assert.equal(exported(into.dir), said);
    }
});

// ---- killed on the way ----

function bigSite(onServer) {
    const made = emptySite(onServer);
    const lines = [];
    for (let i = 0; i < STORIES; i++)
        lines.push(JSON.stringify({ uri: `urn:test:big:${i}`, type: 'text',
            language: ['en', 'uk', 'ru'][i % 3], version: '1', pubStatus: 'usable',
            versionCreated: new Date(1.5e12 + i * 3.6e6).toISOString(),
            headlines: [{ value: `Word${i % 97} number ${i} came on day ${i % 31}` }],
            bodies: [{ contentType: 'text/plain', value: `Text ${i}. `.repeat(20) }],
            subjects: [{ name: `topic${i % 40}` }, { name: `place${i % 7}` }] }));
    const path = join(made.room, 'big.ninjs');
    writeFileSync(path, lines.join('\n') + '\n');
    must('import', made.dir, path);
    return made;
}

// Runs the command and kills it after ms; true when it had ended by then.
async function killedAfter(ms, ...args) {
    const child = spawn(program, args, { stdio: 'ignore' });
    const ended = new Promise((done) => child.on('exit',
        (code, signal) => done(signal === null)));
    const timer = sleep(ms).then(() => child.kill('SIGKILL'));
    const own = await ended;
    await timer;
    return own;
}

for (const onServer of [false, true]) {
    test(`a move ${onServer ? 'from' : 'to'} a server goes on after kill -9`, async () => {
        const made = bigSite(onServer);
        const before = exported(made.dir);
        const to = onServer ? join(made.room, 'there.db') : database();
        let kills = 0;
        for (let i = 0; i < KILLS; i++)
            if (await killedAfter(40 + i * 60, 'migrate', made.dir, to)) break;
            else kills++;
        assert.ok(kills > 2, `${kills} kills`);
        if (!storeOf(made).includes(to)) must('migrate', made.dir, to);
        assert.match(must('check', made.dir), /is whole/);
        assert.equal(exported(made.dir), before);
        put(made, { title: 'Goes on' }, ['publish']);
    });

    test(`an archive into a ${onServer ? 'server' : 'file'} goes on after kill -9`, async () => {
        const from = bigSite(!onServer);
        const path = join(from.room, 'all.jsonl');
        must('export', from.dir, '--format', 'jsonl', path);
        const into = emptySite(onServer);
        let kills = 0;
        for (let i = 0; i < KILLS; i++)
            if (await killedAfter(40 + i * 60, 'import', into.dir, path)) break;
            else kills++;
        assert.ok(kills > 2, `${kills} kills`);
        const again = dateline('import', into.dir, path);
        assert.ok(again.status === 0 || /stories of its own/.test(again.err), again.err);
        assert.match(must('check', into.dir), /is whole/);
        assert.equal(exported(into.dir), readFileSync(path, 'utf8'));
    });
}

test('a move goes on at another address of the same place, and nowhere else', async () => {
    const made = bigSite(false);
    const where = database();
    const before = exported(made.dir);
    const arrived = () => sql(where, "SELECT to_regclass('story') IS NOT NULL") === 't' &&
        sql(where, 'SELECT count(*) FROM story') !== '0';
    for (let i = 0; !arrived(); i++)
        await killedAfter(100 + i * 40, 'migrate', made.dir, where);
    assert.notEqual(storeOf(made), where, 'it was stopped on its way');
    assert.match(dateline('migrate', made.dir, database()).err, /is being moved to/);
    const other = where.replace('127.0.0.1', 'localhost');
    must('migrate', made.dir, other);
    assert.equal(storeOf(made), other);
    assert.equal(exported(made.dir), before);
});

test('what was changed on its way is found, and the first one still holds', async () => {
    const other = bigSite(false);
    const where = database();
    const arrived = () => sql(where, "SELECT to_regclass('story') IS NOT NULL") === 't' &&
        sql(where, 'SELECT count(*) FROM story') !== '0';
    for (let i = 0; !arrived(); i++)
        await killedAfter(100 + i * 40, 'migrate', other.dir, where);
    if (storeOf(other) === where) return; // too quick to be caught: nothing to show
    sql(where, 'SET session_replication_role = replica;' +
        "UPDATE version SET headline = headline || '!' WHERE story = 1");
    const found = dateline('migrate', other.dir, where);
    assert.equal(found.status, 1);
    assert.match(found.err, /is not what it was copied from: version 1 of story 1, headline/);
    assert.match(dateline('story', 'put', other.dir, '-', { input: 'x' }).err,
        /is being moved to/);
    assert.match(must('migrate', '--stop', other.dir), /may be written to again/);
    put(other, { title: 'Here still' }, ['publish']);
    assert.match(dateline('migrate', '--stop', other.dir).err, /is not being moved/);
});

test('settings that hold a secret stay with their owner', () => {
    const made = emptySite(false);
    const path = join(made.dir, 'dateline.conf');
    const mode = () => (statSync(path).mode & 0o777).toString(8);
    assert.equal(mode(), '644');
    must('migrate', made.dir, database());
    assert.equal(mode(), '600');
    made.set('purge_token', 'secret');
    must('migrate', made.dir, join(made.dir, 'back.db'));
    assert.equal(mode(), '600');
    assert.match(conf(made), /^purge_token = secret$/m);
    assert.match(conf(made), /^store = back\.db$/m);
});

// ---- archives that are not what they say ----

test('an archive holds the secret key of push, and is its owner\'s alone', () => {
    const made = emptySite(false);
    const file = join(made.room, 'secret.jsonl');
    const path = join(made.room, 'read.jsonl');
    writeFileSync(path, read.join('\n'));
    must('import', made.dir, path);
    must('export', made.dir, '--format', 'jsonl', file);
    assert.match(readFileSync(file, 'utf8'), /"name":"push_secret","value":"[\w-]{43}"/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a node holds as many connections as doc/store.md counts', async () => {
    for (const [push, wanted] of [['', 3 + 8], ['mailto:desk@news.example', 3 + 8 + 1]]) {
        const made = emptySite(true);
        made.set('threads', '3');
        made.set('push', push);
        await made.serve();
        await until(`${wanted} connections`, () => {
            const count = Number(sql(storeOf(made), `SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()`));
            return count === wanted || count;
        });
        await made.stop();
    }
});

test('whether it is an archive is not asked of a pipe', () => {
    const made = emptySite(false);
    const path = join(made.room, 'one.ninjs');
    writeFileSync(path, JSON.stringify({ uri: 'urn:test:piped', type: 'text', language: 'en',
        versionCreated: '2026-01-01T00:00:00Z', headlines: [{ value: 'Through a pipe' }],
        bodies: [{ contentType: 'text/plain', value: 'Whole.' }] }) + '\n');
    const done = spawnSync('bash', ['-c',
        `"$0" import "$1" --format auto <(cat "$2")`, program, made.dir, path],
    { encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
    assert.match(done.stdout, /^1 new, /);
});

// The lines with another one for the first that has part in it, and its number.
function change(lines, part, from, to) {
    const copy = [...lines];
    const line = lines.findIndex((text) => text.includes(part));
    assert.ok(line > 0, part);
    copy[line] = copy[line].replace(from, to);
    assert.notEqual(copy[line], lines[line]);
    return [copy, line + 1];
}

// Cases of lines, the number of the one that is wrong (0: any) and why.
function assertRefused(cases) {
    for (const [copy, line, why] of cases) {
        const made = emptySite(false);
        const path = join(made.room, 'bad.jsonl');
        writeFileSync(path, copy.join('\n'));
        const refused = dateline('import', made.dir, path);
        assert.equal(refused.status, 1, `${why}`);
        assert.match(refused.err, why);
        if (line) assert.ok(refused.err.includes(`bad.jsonl:${line}:`),
            `line ${line}: ${refused.err}`);
        // What is half there can be neither served nor written to.
        const serve = spawnSync(program, ['serve', made.dir, '--listen', '127.0.0.1:0',
            '--check'], { encoding: 'utf8' });
        if (line > 1) assert.match(serve.stderr, /is being filled/, `${why}`);
    }
}

test('an archive that cannot be is refused by its line, and leaves nothing open', () => {
    const lines = all.split('\n');
    const changed = (...how) => change(lines, ...how);
    assertRefused([
        [lines.slice(0, -2).concat(''), lines.length - 1, /cut off: expected its end/],
        [lines.slice(0, 100), 100, /the line has no end/],
        [[...lines.slice(0, 9), ...lines.slice(10)], 0, /names what did not come|language that did not come/],
        [...changed('"table":"version"', '\\u003cp\\u003e', '\\u003cscript\\u003e\\u003cp\\u003e'),
            /version: body is not markup as this program keeps it/],
        [...changed('"table":"version"', '\\u003cp\\u003e', '\\u003cp\\u003e!'), /is not as it was saved/],
        [...changed('"table":"story"', '"state":', '"state":9'), /state is no state/],
        [...changed('"table":"story"', '"uri":"', '"uri":"x'), /is not as it was saved/],
        [...changed('"table":"tag"', '"slug":"', '"slug":"../'), /tag: slug is no slug/],
        [...changed('"table":"change"', '"kind":', '"kind":7'), /change: kind is no kind/],
        [...changed('"table":"head"', '"story":', '"stories":'), /head: story is missing/],
        [...changed('"table":"story"', '{', '['), /./],
        [['{"dateline":"archive","format":2,"id":"x"}', ''], 1, /format 2 is not known/],
    ]);
});

test('what cannot have been read is refused by its line', () => {
    const changed = (...how) => change(read, ...how);
    const twice = read.findIndex((line) => line.includes('"table":"heat"'));
    assertRefused([
        [...changed('"table":"read_minute"', /"minute":/, '"minute":-'), /minute is no minute/],
        [...changed('"table":"read_minute"', /"screen":\d/, '"screen":3'),
            /screen is no class of screen/],
        [...changed('"table":"read_minute"', '"reads":', '"reads":-'), /reads is not 0 to/],
        [...changed('"table":"read_minute"', '"language":"', '"language":"/'),
            /language is no language tag/],
        [...changed('"table":"read_minute"', '"section":"', '"section":"../'), /section is no slug/],
        [...changed('"table":"read_hour"', /"hour":\d+/, '"hour":9999999999'), /hour is no hour/],
        [...changed('"table":"read_hour"', /"story":\d+/, '"story":6'), /did not come/],
        [...changed('"table":"read_hour"', '"reads":', '"reads":9999999999999'),
            /reads is not 0 to/],
        [...changed('"table":"read_referrer"', '"referrer":"', '"referrer":"A'),
            /referrer is no host/],
        [...changed('"table":"heat"', /"half_life":\d+/, '"half_life":59'),
            /half_life is not 60 to/],
        [...changed('"table":"heat"', '"period":', '"period":99999999'), /period is no period/],
        [...changed('"table":"heat"', '"heat":', '"heat":-'), /heat is not 0 to/],
        [...changed('"table":"heat"', /"story":\d+/, '"story":0'), /did not come/],
        [...changed('"table":"pin"', /"story":\d+/, '"story":6'), /pin 6 is of a story/],
        [...changed('"table":"pin"', /"until":\d+/, `"until":${10n ** 18n}`), /until is no time/],
        [[...read.slice(0, twice), read[twice], ...read.slice(twice, -2),
            `{"table":"end","rows":${read.length - 2}}`, ''], 0,
        /is not what it was copied from: heat/],
        [...changed('"table":"pin"', '"pin"', '"pins"'), /there is no table "pins"/],
    ]);
});

test('nor what nobody can have told or asked to be told of', () => {
    const changed = (...how) => change(read, ...how);
    const told = (...how) => {
        const line = read.findIndex((text) => text.includes('"table":"push_subscription"')) + 1;
        return change([...read.slice(0, line),
            '{"table":"push_told","story":1,"topics":" all tag:sea ","at":1795868769780558}',
            ...read.slice(line)], '"table":"push_told"', ...how);
    };
    const without = (part) => {
        const line = read.findIndex((text) => text.includes(part));
        return [[...read.slice(0, line), ...read.slice(line + 1)], line + 1];
    };
    assertRefused([
        [...changed('"table":"push_subscription"', '"endpoint":"https', '"endpoint":"ftp'),
            /endpoint is no address of a push service/],
        [...changed('"table":"push_subscription"', '"p256dh":"', '"p256dh":"A'),
            /p256dh is no key of a subscription/],
        [...changed('"table":"push_subscription"', `"auth":"${AUTH}"`, '"auth":""'),
            /auth is no key of a subscription/],
        [...changed('"table":"push_subscription"', '"topics":" all', '"topics":" all everything'),
            /topics are no topics/],
        [...changed('"table":"push_subscription"', '"language":"', '"language":"/'),
            /language is no language tag/],
        [...changed('"table":"push_subscription"', /"created_at":\d+/, `"created_at":${10n ** 18n}`),
            /created_at is no time/],
        [...told('"story":1', '"story":6'), /push_told 6 is of a story that did not come/],
        [...told('" all', '"all'), /push_told: topics are no topics/],
        [...told('"at":', '"at":99'), /push_told: at is no time/],
        [...changed('"table":"coverage"', /"story":\d+/, '"story":6'),
            /coverage 6 is of a story that did not come/],
        [...changed('"table":"coverage"', '}', `,"ended_at":${10n ** 18n}}`), /ended_at is no time/],
        [...without('"table":"coverage"'), /entry 1 of story 1 is of coverage that did not come/],
        [...changed('"table":"entry"', 'begun', 'ended'),
            /version 1 of entry 1 of story 1 is not as it was saved/],
        [...changed('"table":"entry"', '"pinned":1', '"pinned":0'), /is not as it was saved/],
        [...changed('"table":"entry"', '"pinned":1', '"pinned":2'), /pinned is not 0 or 1/],
        [...changed('"table":"entry"', '"key":0', '"key":2'), /key is not 0 or 1/],
        [...changed('"table":"entry"', '"withdrawn":0', '"withdrawn":-1'), /withdrawn is not 0 or 1/],
        [...changed('"table":"entry"', /"number":1/, '"number":2001'), /number is not 1 to 2000/],
        [...changed('"table":"entry"', /"version":1/, '"version":0'), /version is no version/],
        [...changed('"table":"entry"', /"at":\d+/, `"at":${10n ** 18n}`), /entry: at is no time/],
        [...changed('"table":"entry"', '\\u003cp\\u003e', '\\u003cscript\\u003e\\u003cp\\u003e'),
            /entry: body is not markup as this program keeps it/],
        [...without('"table":"entry"'),
            /entry 2 of story 1 does not come behind the one before it/],
    ]);
});

test('an archive does not mix with stories that are there', () => {
    const made = emptySite(false);
    put(made, { title: 'Mine' }, ['publish']);
    const path = join(made.room, 'all.jsonl');
    writeFileSync(path, all);
    const mine = exported(made.dir);
    assert.match(dateline('import', made.dir, path).err, /there are stories of its own/);
    assert.equal(exported(made.dir), mine);
    put(made, { title: 'Mine still' }, ['publish']);
});

test('a bar on a terminal', () => {
    const made = bigSite(false);
    const seen = spawnSync('script', ['-qec',
        `${program} migrate ${made.dir} ${database()}`, '/dev/null'],
    { encoding: 'utf8' }).stdout;
    assert.match(seen, /\[#*\.*\] +\d+%  copied: \d+ stories, \d+ versions  \d:\d\d left/);
    assert.match(seen, /\r\x1b\[K3000 stories, 3000 versions and \d+ changes moved/);
});
