// power.test.mjs -- pictures are taken in and stories published with them; then
// the power goes, or the process is killed, at each step of it. Of what the store
// knows no file is missing or broken, and nothing acknowledged is lost.
//
// POWER_POINTS: how many times the power goes (2000 when not said).
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync }
    from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Disk, readRecord } from './disk.mjs';
import { markdown } from '../site/lib/draft.mjs';
import { dateline, program, root } from '../site/lib/site.mjs';

const POINTS = Number(process.env.POWER_POINTS ?? 2000);
const pictures = join(root, 'test/data/pictures');
let room, preload, serial = 0;

before(() => {
    room = realpathSync(mkdtempSync(join(tmpdir(), 'dateline-power-')));
    preload = join(room, 'record.so');
    const made = spawnSync('cc', ['-std=gnu17', '-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC',
        '-o', preload, join(root, 'test/crash/record.c')], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
});
after(() => rmSync(room, { recursive: true, force: true }));

// A site in a folder of its own, and the record of what becomes of it.
class Recorded {
    constructor(name) {
        this.folder = join(room, name);
        this.dir = join(this.folder, 'news');
        this.log = join(room, `${name}.log`);
        spawnSync('mkdir', [this.folder]);
    }

    env(killAt) {
        return { ...process.env, LD_PRELOAD: preload, RECORD_ROOT: this.folder, RECORD_LOG: this.log,
            RECORD_KILL: String(killAt ?? 0) };
    }

    run(args, { killAt, input } = {}) {
        const done = spawnSync(program, args, { encoding: 'utf8', env: this.env(killAt), input });
        if (killAt && done.signal === 'SIGKILL') return null;
        assert.equal(done.status, 0, `${args.join(' ')}: ${done.stderr}`);
        return done.stdout;
    }

    // From here on it must be so, whatever happens.
    acknowledged(what) {
        appendFileSync(this.log, `A ${JSON.stringify(what)}\n`);
    }

    // A small picture that nobody has seen; its path.
    picture() {
        const bytes = readFileSync(join(pictures, 'small.gif'));
        const said = Buffer.from(`picture ${++serial}`);
        const path = join(room, `${serial}.gif`);
        writeFileSync(path, Buffer.concat([bytes.subarray(0, -1),
            Buffer.from([0x21, 0xfe, said.length]), said, Buffer.from([0, 0x3b])]));
        return path;
    }

    add(path, killAt) {
        const said = this.run(['media', 'add', this.dir, path, '--alt', 'Small', '--json'], { killAt });
        return said && JSON.parse(said).mark;
    }

    // A picture and a public story that it leads, each acknowledged.
    publish(path = this.picture()) {
        const mark = this.add(path);
        this.acknowledged({ mark });
        const uri = `urn:power:${++serial}`;
        const { story } = JSON.parse(this.run(['story', 'put', this.dir, '-', '--json'],
            { input: markdown({ uri, title: `Power ${serial}`, picture: mark }) }));
        this.run(['story', 'publish', this.dir, String(story), '--json']);
        this.acknowledged({ mark, uri });
    }

    async served(doing) {
        const child = spawn(program, ['serve', this.dir, '--listen', '127.0.0.1:0'],
            { env: this.env(), stdio: ['ignore', 'pipe', 'ignore'] });
        const ended = new Promise((done) => child.on('exit', done));
        await new Promise((done) => child.stdout.once('data', done));
        try {
            doing();
        } finally {
            child.kill();
            await ended;
        }
    }
}

const filesOf = (dir, mark) => {
    const folder = join(dir, 'media', mark.slice(0, 2));
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return Object.fromEntries(names.filter((name) => name.startsWith(mark) && !name.endsWith('.new'))
        .map((name) => [name, readFileSync(join(folder, name))]));
};

// The mark of the picture that leads each public story, by the story's URI.
function ledBy(dir) {
    const rows = dateline('export', dir, '--format', 'jsonl').out.trim().split('\n').map((line) => JSON.parse(line));
    const of = (name) => rows.filter(({ table }) => table === name);
    const marks = new Map(of('picture').map(({ number, mark }) => [number, mark]));
    const pictureOf = new Map(of('version_picture').map(({ id, picture }) => [id, marks.get(picture)]));
    const versions = new Map(of('version').map(({ id, story, version }) => [`${story} ${version}`, pictureOf.get(id)]));
    return new Map(of('story').filter((story) => story.public_version)
        .map((story) => [story.uri, versions.get(`${story.number} ${story.public_version}`)]));
}

// What is wrong in dir: with what was acknowledged until then, and with what it
// knows besides. whole: the files of each mark, as they are.
function wrongIn(dir, promised, whole) {
    const checked = dateline('check', dir);
    if (checked.status !== 0) return checked.out + checked.err;
    const listed = dateline('media', 'list', dir, '--json').out.trim().split('\n').filter(Boolean)
        .map((line) => JSON.parse(line).mark);
    for (const mark of listed) {
        const there = filesOf(dir, mark);
        for (const [name, bytes] of Object.entries(whole(mark)))
            if (!there[name]?.equals(bytes)) return `${name} is not what it was`;
    }
    const led = ledBy(dir);
    for (const { mark, uri } of promised) {
        if (!listed.includes(mark)) return `picture ${mark} is lost`;
        if (uri && led.get(uri) !== mark)
            return `story ${uri} is lost, or its picture`;
    }
    return null;
}

// The same numbers each time.
function randomFrom(seed) {
    return () => {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        return seed / 2 ** 32;
    };
}

// Lets the power go at so many points of a record.
function cutEverywhere(recorded, points) {
    const changes = readRecord(recorded.log);
    const first = changes.findIndex(({ kind }) => kind === 'A');
    const steps = Math.max(1, (changes.length - first) / points);
    const known = new Map();
    const whole = (mark) => {
        if (!known.has(mark)) known.set(mark, filesOf(recorded.dir, mark));
        return known.get(mark);
    };
    const random = randomFrom(20261129);
    const keeps = [0, 0, 0.5, 0.1, 0.9, 1];
    const disk = new Disk(statSync(recorded.folder).ino);
    const promised = [], faults = [];
    let done = 0, next = first;
    for (const [i, change] of changes.entries()) {
        if (change.kind === 'A') promised.push(...[JSON.parse(change.said)].filter(({ mark }) => mark));
        else disk.do(change);
        if (i < next) continue;
        next += steps;
        const into = join(room, 'cut');
        disk.cut(into, keeps[done++ % keeps.length], random);
        const wrong = existsSync(join(into, 'news')) ? wrongIn(join(into, 'news'), promised, whole)
            : 'the folder is lost';
        if (wrong) faults.push(`after change ${i} of ${changes.length}: ${wrong}`);
        rmSync(into, { recursive: true });
        if (faults.length > 5) break;
    }
    assert.deepEqual(faults, []);
    return { done, changes: changes.length };
}

test('the power goes', { timeout: 3_600_000 }, async () => {
    const site = new Recorded('power');
    site.run(['init', site.dir, '--name', 'Power', '--languages', 'en']);
    site.acknowledged({});
    for (let i = 0; i < 4; i++) site.publish();
    await site.served(() => {
        for (let i = 0; i < 4; i++) site.publish();
    });
    // One that was killed on the way, and is brought in again.
    for (const killAt of [...Array.from({ length: 16 }, (_, i) => i + 10), 40, 60]) {
        const path = site.picture();
        site.add(path, killAt);
        site.publish(path);
    }
    const { done, changes } = cutEverywhere(site, POINTS);
    console.log(`# ${done} cuts of ${changes} changes`);
    assert.ok(done > POINTS / 2);
});

test('killed at each step of taking one in', { timeout: 3_600_000 }, () => {
    const site = new Recorded('killed');
    site.run(['init', site.dir, '--name', 'Killed', '--languages', 'en']);
    const whole = new Map();
    let steps = 0;
    for (let killAt = 1; ; killAt++) {
        const path = site.picture();
        const mark = site.add(path, killAt);
        assert.equal(wrongIn(site.dir, mark ? [{ mark }] : [], (each) => whole.get(each) ?? {}), null,
            `killed before change ${killAt}`);
        if (mark) break;
        steps++;
        if (killAt % 8 === 0) { // brought in again it is there
            const again = site.add(path);
            whole.set(again, filesOf(site.dir, again));
            site.publish(path);
        }
    }
    console.log(`# killed before each of ${steps} changes`);
    assert.ok(steps > 30, `${steps} steps`);
});

// The test can fail: files that were never synced are missed.
test('a disk that loses what was not synced is seen', () => {
    const site = new Recorded('control');
    site.run(['init', site.dir, '--name', 'Control', '--languages', 'en']);
    site.acknowledged({});
    site.publish();
    const text = readRecord(site.log);
    const media = new Set(text.filter(({ kind, path }) => kind === 'N' && path.includes('/media/'))
        .map(({ inode }) => inode));
    const disk = new Disk(statSync(site.folder).ino);
    for (const change of text)
        if (change.kind !== 'A' && !(change.kind === 'S' && media.has(change.inode))) disk.do(change);
    const into = join(room, 'unsynced');
    disk.cut(into, 0, randomFrom(1));
    const { out, status } = dateline('check', join(into, 'news'));
    assert.equal(status, 1);
    assert.match(out, /the file .* is missing/);
});
