// cli.test.mjs -- the commands as a person at a terminal meets them.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { markdown, put } from './lib/draft.mjs';
import { Site, dateline, needsShared, program, root, server, shared } from './lib/site.mjs';

// Of a store that is a file.
const onFiles = { skip: server ? 'the store is on a server' : false };

let site;
before(() => { site = new Site({ languages: 'en' }); });
after(() => site?.remove());

const commands = ['init', 'serve', 'import', 'story', 'media', 'check', 'routes',
    'version', 'help'];

test('each command tells how it is used', () => {
    for (const command of commands) {
        const done = dateline(command, '--help');
        assert.equal(done.status, 0, command);
        assert.match(done.out, new RegExp(`^usage: dateline ${command}`));
        assert.equal(done.err, '');
    }
    const all = dateline('help').out;
    for (const command of commands)
        assert.ok(all.includes(`dateline ${command}`), command);
});

test('wrong usage is 2 and says what is wrong, on standard error', () => {
    for (const [args, says] of [
        [[], /a news agency/],
        [['fly'], /no command "fly"/],
        [['serve'], /expected one folder/],
        [['serve', site.dir, '--listen'], /--listen needs a value/],
        [['serve', site.dir, '--fast'], /unknown option --fast/],
        [['import', site.dir], /expected a site and files/],
        [['import', site.dir, '--format', 'doc', 'x'], /no format "doc"/],
        [['story'], /expected an act, a site/],
        [['story', 'fly', site.dir, '1'], /no act "fly"/],
        [['story', 'kill', site.dir, 'one'], /a story's number/],
        [['story', 'show', site.dir, '0'], /a story's number/],
        [['check', site.dir, 'x'], /expected one folder/],
        [['routes', 'x'], /expected no operand/],
    ]) {
        const done = dateline(...args);
        assert.equal(done.status, 2, args.join(' '));
        assert.match(done.err, says);
        assert.equal(done.out, '');
    }
});

test('a version that waits is not called public', () => {
    const dir = join(site.room, 'waits');
    const put = (title) => dateline('story', 'put', dir, '-', {
        input: `---\nuri: urn:waits\nlanguage: en\ntitle: ${title}\n---\nText.` }).out;
    assert.equal(dateline('init', dir).status, 0);
    assert.match(put('One'), /^1 version 1 draft /);
    assert.match(dateline('story', 'publish', dir, '1').out, /^1 version 1 public /);
    assert.match(put('Two'), /^1 version 2 saved, public with version 1 /);
    assert.match(dateline('story', 'correct', dir, '1', '--note', 'Two.',
        '--embargo', '2090-01-01T00:00:00Z').out,
    /^1 version 3 saved, public with version 1 .* due 2090-01-01T00:00:00Z$/m);
    assert.match(dateline('story', 'correct', dir, '1', '--note', 'Two.',
        '--embargo', '2020-01-01T00:00:00Z').out, /^1 version 4 corrected /);
});

test('half a site is made whole, a whole one is left alone', onFiles, () => {
    const dir = join(site.room, 'half');
    assert.equal(dateline('init', dir, '--name', 'Half').status, 0);
    for (const file of readdirSync(dir).filter((f) => f.startsWith('dateline.db')))
        rmSync(join(dir, file));
    assert.equal(dateline('init', dir, '--name', 'Other').status, 0);
    assert.match(readFileSync(join(dir, 'dateline.conf'), 'utf8'), /^name = Half$/m);
    assert.equal(dateline('check', dir).status, 0);
    const again = dateline('init', dir);
    assert.equal(again.status, 1);
    assert.match(again.err, /a site already/);
});

test('what fails is 1 and says where', () => {
    const file = join(site.room, 'bad.json');
    writeFileSync(file, '{"uri": "urn:x",\n "headline": 5');
    for (const [args, input, says] of [
        [['serve', join(site.room, 'none')], '', /no site here/],
        [['story', 'put', site.dir, file], '', /bad\.json:2:15: /],
        [['story', 'put', site.dir, '-'], '---\ntitle: [a\n---\nx',
            /standard input:3:1: /],
        [['story', 'put', site.dir, '-'], '---\nuri: urn:n\n---\nx',
            /standard input: .*headline/],
        [['story', 'put', site.dir, join(site.room, 'none.md')], '',
            /none\.md: cannot open it/],
        [['story', 'publish', site.dir, '77'], '', /no story 77/],
        [['story', 'show', site.dir, '77'], '', /no story 77/],
        [['init', site.dir], '', /a site already/],
        [['import', site.dir, join(site.room, 'none.md')], '', /none\.md/],
    ]) {
        const done = dateline(...args, { input });
        assert.equal(done.status, 1, args.join(' '));
        assert.match(done.err, says);
    }
});

test('a strict import tells its fault once, and a name in one line', () => {
    const file = join(site.room, 'two\nlines.json');
    writeFileSync(file, '{"uri": "urn:x"}\n');
    for (const strict of [['--strict'], []]) {
        const done = dateline('import', site.dir, ...strict, file);
        assert.equal(done.status, 1);
        assert.equal(done.err.match(/two\?lines\.json:1/g)?.length, 1, done.err);
    }
});

test('show says which version readers see', () => {
    const put = (title) => JSON.parse(dateline('story', 'put', site.dir, '-',
        '--json', { input: markdown({ title, uri: 'urn:shown',
            version: undefined }) }).out).story;
    const number = String(put('First'));
    dateline('story', 'publish', site.dir, number);
    put('Second');
    assert.match(dateline('story', 'show', site.dir, number).out,
        /version 2 of 2, public with version 1, en/);
});

test('a proxy of the environment has no part in it', async () => {
    const env = { ...process.env, http_proxy: 'http://127.0.0.1:9',
        ALL_PROXY: 'http://127.0.0.1:9' };
    await site.serve();
    const done = dateline('story', 'put', site.dir, '-',
        { input: markdown({ title: 'Here' }), env });
    assert.equal(done.status, 0, done.err);
    await site.stop();
});

test('a story is shown with its ninjs once it is public', (t) => {
    const first = put(site, { title: 'Earlier', uri: 'urn:test:earlier' },
        ['publish']);
    const draft = put(site, { title: 'Later', body: 'One *two*.',
        tags: ['sea'], follows: 'urn:test:earlier' });
    const show = () => JSON.parse(dateline('story', 'show', site.dir,
        String(draft.story), '--json').out);

    assert.equal(show().ninjs, undefined);
    site.story('publish', String(draft.story));
    const shown = show();
    assert.equal(shown.headline, 'Later');
    assert.equal(shown.ninjs.uri, shown.uri);
    assert.equal(shown.ninjs.headlines[0].value, 'Later');
    assert.equal(shown.ninjs.associations[0].uri, 'urn:test:earlier');
    assert.ok(first.story < draft.story);
    if (!shared) return t.skip(needsShared);
    const file = join(site.room, 'story.ninjs.json');
    writeFileSync(file, JSON.stringify(shown.ninjs));
    const check = spawnSync('/usr/bin/python3',
        [join(shared, 'data/tools/ninjs-check.py'), '3.0', file],
        { encoding: 'utf8' });
    assert.equal(check.status, 0, check.stdout + check.stderr);
});

// How it is made: pictures.test.mjs.
test('a demo that is there is left alone, and an old one says how it is made anew', async () => {
    const demo = new Site({ languages: 'en,uk,ru' });
    const make = () => {
        const done = spawnSync(join(root, 'tools/demo.sh'), [program, demo.dir], { encoding: 'utf8' });
        return [done.status, done.stdout, done.stderr];
    };
    try {
        assert.deepEqual(make(), [0, '', `demo.sh: ${demo.dir} was made before the demo had pictures and ads; with them it is made anew after: rm -r ${demo.dir}\n`]);
        const made = join(demo.dir, 'demo/made');
        mkdirSync(join(demo.dir, 'demo'));
        writeFileSync(made, '');
        utimesSync(made, new Date(), new Date('2999-01-01'));
        assert.deepEqual(make(), [0, `${demo.dir} is there already\n`, '']);
        assert.equal(dateline('story', 'show', demo.dir, '1').status, 1, 'nothing was put');
    } finally {
        await demo.remove();
    }
});

// Another process holds the store for longer than anybody waits.
test('a store that is held says so', { timeout: 60_000, ...onFiles }, async () => {
    const holder = spawn('/usr/bin/python3', ['-c', `
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(40)
`, join(site.dir, 'dateline.db')], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((held) => holder.stdout.once('data', held));
    const done = await new Promise((end) => {
        const child = spawn(program, ['story', 'publish', site.dir, '1']);
        let err = '';
        child.stderr.on('data', (data) => { err += data; });
        child.on('exit', (status) => end({ status, err }));
    });
    holder.kill('SIGKILL');
    assert.equal(done.status, 1);
    assert.match(done.err, /could not be written: .*locked/);
});
