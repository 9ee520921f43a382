// bucket.test.mjs -- two nodes of one agency, each with a folder of pictures of
// its own, and the bucket that both share: what one takes in the other serves,
// and what becomes of readers when the bucket fails, lies, or is gone.
import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Bucket } from '../site/lib/bucket.mjs';
import { put } from '../site/lib/draft.mjs';
import { Postgres } from '../site/lib/postgres.mjs';
import { Site, dateline, must, root } from '../site/lib/site.mjs';
import { until } from '../site/lib/until.mjs';

let postgres, bucket, one, two;

before(async () => {
    postgres = await Postgres.make();
    postgres.sql('CREATE DATABASE pictures');
    bucket = await new Bucket().start();
    [one, two] = [0, 1].map(() => {
        const node = new Site({ languages: 'en', store: postgres.url('pictures'), url: 'http://news.example' });
        node.set('threads', 1); // one loop: what held it up would hold up all
        bucket.give(node);
        return node;
    });
    await one.serve();
    await two.serve();
});
after(async () => {
    for (const node of [one, two]) await node?.remove();
    await bucket?.remove();
    await postgres?.remove();
});

const shelf = (node, mark) => {
    const folder = join(node.dir, 'media', mark.slice(0, 2));
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(mark)).sort() : [];
};
const onShelf = (node, name) => readFileSync(join(node.dir, 'media', name.slice(0, 2), name));
const rendition = (name) => /-\d+\./.test(name);
let serial = 0;

// The same picture with another comment is another one; as often as it says.
function fresh(times = 1) {
    const bytes = readFileSync(join(root, 'test/data/pictures/plain.jpg'));
    const said = Buffer.from(`picture ${process.pid} ${++serial}`.padEnd(times > 1 ? 60_000 : 0));
    const path = join(one.room, `fresh-${serial}.jpg`);
    const comment = Buffer.alloc(4);
    comment.writeUInt16BE(0xfffe, 0);
    comment.writeUInt16BE(said.length + 2, 2);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 2),
        ...Array(times).fill(Buffer.concat([comment, said])), bytes.subarray(2)]));
    return path;
}

const add = (node, path, options = {}) =>
    JSON.parse(must('media', 'add', node.dir, path, '--alt', 'A ramp', '--json', options).trim());

// A picture taken in at one, with a public story that both nodes show.
async function shown() {
    const picture = add(one, fresh());
    const made = put(one, { title: `With picture ${serial}`, picture: picture.mark }, ['publish']);
    for (const node of [one, two])
        await until('shown', async () => (await node.get(made.address)).status === 200);
    const name = (width, type) => `${picture.mark}-${width}.${type}`;
    return { ...picture, story: String(made.story), address: made.address, name, files: shelf(one, picture.mark) };
}

test('what one node takes in the other serves, byte for byte', async () => {
    const picture = await shown();
    assert.equal(picture.files.length, 10);
    assert.deepEqual(shelf(two, picture.mark), []);
    await bucket.asked();
    for (const file of picture.files.filter(rendition)) {
        const [from, later, again] = [await one.get(`/media/${file}`),
            await two.get(`/media/${file}`), await two.get(`/media/${file}`)];
        for (const answer of [from, later, again]) {
            assert.equal(answer.status, 200, file);
            assert.deepEqual(answer.raw, onShelf(one, file));
            for (const header of ['content-type', 'etag', 'cache-control', 'content-security-policy',
                'x-content-type-options', 'surrogate-key'])
                assert.equal(answer.headers[header], from.headers[header], `${file} ${header}`);
        }
        assert.deepEqual(onShelf(two, file), onShelf(one, file));
    }
    const asked = await bucket.asked();
    assert.deepEqual(asked.sort(), picture.files.filter(rendition)
        .map((file) => `GET /pictures/of/news/${file}`).sort(), 'each once');
    assert.equal(dateline('check', two.dir).status, 0);
});

test('the head alone, a tag, a range: of a file that is not there yet', async () => {
    const { name } = await shown();
    const [avif, webp, jpg] = ['avif', 'webp', 'jpg'].map((type) => name(320, type));
    const length = String(onShelf(one, avif).length);
    const head = await two.client.request('HEAD', `/media/${avif}`);
    assert.deepEqual([head.status, head.headers['content-length'], head.raw.length], [200, length, 0]);
    const known = await two.get(`/media/${webp}`, { 'if-none-match': `"${webp}"` });
    assert.equal(known.status, 304);
    assert.ok(!shelf(two, webp.slice(0, 24)).includes(webp), 'it is not fetched for that');
    const part = await two.get(`/media/${jpg}`, { range: 'bytes=0-9' });
    assert.ok(part.status === 200 && part.raw.equals(onShelf(one, jpg)));
    const again = await two.get(`/media/${jpg}`, { range: 'bytes=0-9' });
    assert.ok(again.status === 206 && again.raw.equals(onShelf(one, jpg).subarray(0, 10)));
});

test('nobody has fetched what is not public, or never was drawn', async () => {
    const { mark } = add(one, fresh());
    const { name } = await shown();
    await bucket.asked();
    assert.equal((await two.get(`/media/${mark}-320.avif`)).status, 404);
    assert.equal((await two.get(`/media/${name(1920, 'avif')}`)).status, 404);
    assert.equal((await two.get(`/media/${mark}.jpg`)).status, 404);
    assert.equal((await two.get(`/media/${'A'.repeat(24)}-320.avif`)).status, 404);
    assert.deepEqual(await bucket.asked(), []);
});

test('a hundred readers of one file: it is fetched once, and nobody is held up', async () => {
    const picture = await shown();
    const file = picture.name(640, 'avif');
    await bucket.be('held');
    await bucket.asked();
    const waiting = Array.from({ length: 100 }, () => {
        const client = new two.client.constructor(two.url);
        return client.get(`/media/${file}`).finally(() => client.close());
    });
    await until('it is asked for', async () => (await bucket.asked()).length > 0);
    // All the while the one thread of this node answers.
    assert.equal((await two.get(picture.address)).status, 200);
    assert.equal((await two.get('/en/latest/')).status, 200);
    await bucket.be(null);
    for (const answer of await Promise.all(waiting)) {
        assert.equal(answer.status, 200);
        assert.deepEqual(answer.raw, onShelf(one, file));
    }
    assert.deepEqual(await bucket.asked(), []);
});

test('what becomes of a picture while its readers wait: nobody gets what may not be shown', async () => {
    for (const [what, change] of [
        ['killed', ({ story }) => two.story('kill', story, '--note', 'It was wrong.')],
        ['over', ({ mark }) => must('media', 'set', two.dir, mark, '--until', '2020-01-01T00:00:00Z')],
    ]) {
        const picture = await shown();
        const [jpg, webp] = ['jpg', 'webp'].map((type) => picture.name(320, type));
        await bucket.be('held');
        await bucket.asked();
        const client = new two.client.constructor(two.url);
        const waiting = client.get(`/media/${jpg}`);
        await until('it is asked for', async () => (await bucket.asked()).length > 0);
        change(picture);
        await bucket.be(null);
        const answer = await waiting;
        client.close();
        assert.deepEqual([answer.status, answer.headers['cache-control']], [404, 'no-store'], what);
        assert.equal((await two.get(`/media/${webp}`)).status, 404, what);
    }
});

test('what the bucket answers is not believed', { timeout: 300_000 }, async () => {
    const picture = await shown();
    const file = picture.name(320, 'avif');
    for (const mode of ['long', 'unsaid', 'html', 'empty', 'other', 'cut', 'failed', 'moved', 'odd',
        'silent', 'dripping', 'none']) {
        await bucket.be(mode);
        const asking = two.get(`/media/${file}`);
        assert.equal((await two.get(picture.address)).status, 200);
        const answer = await asking;
        assert.equal(answer.status, mode === 'none' ? 404 : 503, mode);
        assert.equal(answer.headers['cache-control'], 'no-store', mode);
        assert.equal(answer.headers['retry-after'], '5', mode);
        assert.deepEqual(shelf(two, picture.mark), [], mode);
    }
    await bucket.be(null);
    // What was not there is asked for again after a while.
    await until('served', async () => (await two.get(`/media/${file}`)).status === 200);
    assert.deepEqual(onShelf(two, file), onShelf(one, file));
    assert.doesNotMatch(two.log, new RegExp(bucket.secret));
    assert.match(two.log, /a picture cannot be fetched: http:.*pictures\/of\/news: .*more bytes than such a file can have/);
});

test('an original that is another is not taken either', async () => {
    const picture = await shown();
    await bucket.be('other');
    const done = dateline('media', 'download', two.dir);
    assert.equal(done.status, 1);
    assert.match(done.out, new RegExp(`${picture.mark}\\.jpg is broken: .*not the bytes`));
    assert.match(done.out, new RegExp(`${picture.name(320, 'avif')} is broken: .*it is JPEG, and not AVIF`));
    assert.match(done.out, new RegExp(`${picture.name(320, 'webp')} is broken: .*it is JPEG, and not WebP`));
    // One rendition for another nobody can tell.
    assert.deepEqual(shelf(two, picture.mark), picture.files.filter((file) => rendition(file) && file.endsWith('.jpg')));
    rmSync(join(two.dir, 'media'), { recursive: true });
    await bucket.be(null);
});

test('without the bucket pages go on, and pictures come back with it', async () => {
    const picture = await shown();
    const file = picture.name(320, 'webp');
    await bucket.stop();
    const answer = await two.get(`/media/${file}`);
    assert.equal(answer.status, 503);
    assert.equal(answer.headers['retry-after'], '5');
    assert.equal((await two.get(picture.address)).status, 200);
    assert.equal((await one.get(`/media/${file}`)).status, 200, 'who has it serves it');
    // Nothing is taken in that other nodes could not have.
    const path = fresh();
    const refused = dateline('media', 'add', one.dir, path);
    assert.equal(refused.status, 1);
    assert.match(refused.err, /fresh-\d+\.jpg: http:.*\/pictures\/of\/news: [^ ]+-\d+\.avif: .*connect/);
    const checked = dateline('check', one.dir);
    assert.equal(checked.status, 1);
    assert.match(checked.err, /127\.0\.0\.1:\d+\/pictures\/of\/news: /);
    await bucket.start();
    assert.equal((await two.get(`/media/${file}`)).status, 200);
    assert.equal(add(one, path).known, false, 'it was not named');
    assert.equal(dateline('check', one.dir).status, 0);
});

test('a key that is wrong, open or missing is told, and never shown', async () => {
    const secret = 'wrong-secret-CANARY';
    const picture = await shown();
    const other = new Site({ languages: 'en', onServer: false });
    try {
        for (const [how, says] of [
            [{ secret }, /403 SignatureDoesNotMatch: it refuses the access key or the signature/],
            [{ key: 'NOBODY', secret }, /403 InvalidAccessKeyId/],
            [{ secret, mode: 0o640 }, /bucket\.keys: others than its owner may read it: expected mode 0600/],
            [{ key: '', secret }, /bucket\.keys: expected the access key on the first line/],
            [{ key: 'a b', secret }, /bucket\.keys: expected the access key on the first line/],
        ]) {
            bucket.give(other, how);
            const done = dateline('media', 'add', other.dir, fresh());
            assert.equal(done.status, 1);
            assert.match(done.err, says);
            assert.doesNotMatch(done.err + done.out, /CANARY/);
            assert.equal(must('media', 'list', other.dir), '');
        }
        rmSync(join(other.dir, 'bucket.keys'));
        for (const command of [['serve', other.dir, '--check'], ['check', other.dir],
            ['media', 'add', other.dir, fresh()]]) {
            const done = dateline(...command);
            assert.equal(done.status, 1, command[0]);
            assert.match(done.err, /bucket\.keys: there are no keys to the bucket/);
        }
        // The environment goes before the file.
        const env = { ...process.env, AWS_ACCESS_KEY_ID: bucket.key, AWS_SECRET_ACCESS_KEY: bucket.secret };
        add(other, fresh(), { env });
        delete env.AWS_SECRET_ACCESS_KEY;
        const done = dateline('media', 'add', other.dir, fresh(), { env });
        assert.match(done.err, /expected both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/);
    } finally {
        await other.remove();
    }
    // A node that runs with a wrong one
    await two.stop();
    bucket.give(two, { secret });
    await two.serve();
    assert.equal((await two.get(`/media/${picture.name(320, 'avif')}`)).status, 503);
    await until('it says so', () => /403 SignatureDoesNotMatch/.test(two.log) || two.log);
    assert.doesNotMatch(two.log, /CANARY/);
    await two.stop();
    bucket.give(two);
    await two.serve();
    assert.equal((await two.get(`/media/${picture.name(320, 'avif')}`)).status, 200);
});

test('an agency that had its pictures in a folder moves, and finds what is missing', async () => {
    const site = new Site({ languages: 'en', onServer: false });
    const mine = await new Bucket({ region: 'us-east-1' }).start();
    try {
        // For more than a megabyte libcurl asks first whether it may send it.
        const picture = add(site, fresh(40));
        add(site, fresh());
        const none = dateline('media', 'upload', site.dir);
        assert.match(none.err, /the site has no bucket: expected "bucket"/);
        assert.equal(none.out, '');
        mine.give(site);
        const before = dateline('check', site.dir);
        assert.equal(before.status, 1);
        assert.match(before.out, /\.jpg is not in the bucket: "dateline media upload" puts it there/);
        assert.equal(must('media', 'upload', site.dir), '20 files uploaded, 0 were there, 0 are missing, 0 are broken\n');
        assert.equal(must('media', 'upload', site.dir), '0 files uploaded, 20 were there, 0 are missing, 0 are broken\n');
        assert.equal(dateline('check', site.dir).status, 0);
        // the folder is lost, and comes back
        copyFileSync(join(site.dir, 'media', picture.mark.slice(0, 2), `${picture.mark}.jpg`), join(site.room, 'kept'));
        rmSync(join(site.dir, 'media'), { recursive: true });
        assert.equal(dateline('check', site.dir).status, 0, 'the bucket has them');
        await mine.asked();
        assert.match(must('media', 'add', site.dir, join(site.room, 'kept')), /known already\n/);
        assert.ok((await mine.asked()).every((line) => line.startsWith('HEAD ')), 'it is not drawn again');
        assert.equal(must('media', 'download', site.dir), '20 files downloaded, 0 were there, 0 are missing, 0 are broken\n');
        assert.deepEqual(onShelf(site, `${picture.mark}.jpg`), readFileSync(join(site.room, 'kept')));
        // neither has it
        const file = `${picture.mark}-320.webp`;
        rmSync(join(site.dir, 'media', picture.mark.slice(0, 2), file));
        rmSync(join(mine.folder, 'pictures', 'of/news'), { recursive: true });
        const lost = dateline('check', site.dir);
        assert.equal(lost.status, 1);
        assert.ok(lost.out.includes(`picture ${picture.mark}: the file ${file} is missing: `), lost.out);
        assert.ok(must('media', 'list', site.dir).includes(picture.mark));
        // who has the original has it again, here and there
        assert.match(must('media', 'add', site.dir, join(site.room, 'kept')), /known already, its missing files are there again/);
        assert.ok(!dateline('check', site.dir).out.includes(picture.mark));
    } finally {
        await site.remove();
        await mine.remove();
    }
});

test('a file that is not what its name says is told, and the others go on', async () => {
    const site = new Site({ languages: 'en', onServer: false });
    const mine = await new Bucket().start();
    try {
        add(site, fresh());
        const { mark } = add(site, fresh());
        mine.give(site);
        const [original, avif] = [`${mark}.jpg`, `${mark}-320.avif`];
        const broken = (name, why) => new RegExp(`^picture ${mark}: the file ${name} is broken: .*${why}`, 'm');
        writeFileSync(join(site.dir, 'media', mark.slice(0, 2), avif), '<!doctype html>');
        const up = dateline('media', 'upload', site.dir);
        assert.equal(up.status, 1);
        assert.match(up.out, broken(avif, 'it is HTML'));
        assert.match(up.out, /^19 files uploaded, 0 were there, 0 are missing, 1 are broken$/m);
        // what lies in the bucket is another, and longer than any
        const inBucket = (name) => join(mine.folder, 'pictures', 'of/news', `${name}._S3rver_object`);
        appendFileSync(inBucket(original), 'more');
        appendFileSync(inBucket(`${mark}-640.avif`), Buffer.alloc(17 << 20));
        rmSync(join(site.dir, 'media'), { recursive: true });
        const down = dateline('media', 'download', site.dir);
        assert.equal(down.status, 1);
        assert.match(down.out, broken(original, 'not the bytes'));
        assert.match(down.out, broken(`${mark}-640.avif`, 'more bytes than such a file can have'));
        assert.ok(down.out.includes(`picture ${mark}: the file ${avif} is missing\n`));
        assert.match(down.out, /^17 files downloaded, 0 were there, 1 are missing, 2 are broken$/m);
    } finally {
        await site.remove();
        await mine.remove();
    }
});

test('the node that took it in is gone, and its pictures are not', async () => {
    const picture = await shown();
    const bytes = Object.fromEntries(picture.files.map((file) => [file, onShelf(one, file)]));
    await one.stop('SIGKILL');
    rmSync(join(one.dir, 'media'), { recursive: true });
    for (const file of picture.files.filter(rendition)) {
        const answer = await two.get(`/media/${file}`);
        assert.equal(answer.status, 200);
        assert.deepEqual(answer.raw, bytes[file]);
    }
    assert.match(must('check', two.dir), /is whole/);
});
