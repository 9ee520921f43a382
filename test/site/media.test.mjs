// media.test.mjs -- pictures brought in from the command line: what is taken,
// what is refused and why, and that nothing of it leaks.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { put } from './lib/draft.mjs';
import { png } from './lib/png.mjs';
import { Site, dateline, must, program, root } from './lib/site.mjs';

const own = (name) => join(root, 'test/data/pictures', name);
let site;

before(async () => { site = await new Site({ languages: 'en' }).serve(); });
after(() => site?.remove());

const media = (act, ...args) => dateline('media', act, site.dir, ...args);
const add = (...args) => {
    const done = media('add', ...args, '--json');
    return { ...done, pictures: done.out.split('\n').filter(Boolean).map((line) => JSON.parse(line)) };
};
const file = (name, bytes) => {
    const path = join(site.room, name);
    writeFileSync(path, bytes);
    return path;
};
const shelf = (mark) => {
    const folder = join(site.dir, 'media', mark.slice(0, 2));
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(mark)).sort() : [];
};

test('each format is taken, drawn, and known again by its content', () => {
    for (const [name, type, width, height] of [['plain.jpg', 'JPEG', 800, 600],
        ['small.png', 'PNG', 80, 60], ['small.webp', 'WebP', 80, 60], ['small.avif', 'AVIF', 80, 60],
        ['small.gif', 'GIF', 80, 60], ['small.tif', 'TIFF', 80, 60]]) {
        // under the name of another kind
        const path = join(site.room, 'holiday.svg');
        copyFileSync(own(name), path);
        const done = add(path);
        assert.equal(done.status, 0, done.err);
        const [picture] = done.pictures;
        assert.deepEqual([picture.type, picture.width, picture.height, picture.known],
            [type, width, height, false], name);
        const widths = width === 800 ? [320, 640, 800] : [80];
        assert.deepEqual(shelf(picture.mark).filter((name) => /-\d+\./.test(name)),
            widths.flatMap((w) => ['avif', 'jpg', 'webp'].map((ext) => `${picture.mark}-${w}.${ext}`)).sort());
        // kept as it came
        const [original] = shelf(picture.mark).filter((name) => !/-\d+\./.test(name));
        assert.deepEqual(readFileSync(join(site.dir, 'media', picture.mark.slice(0, 2), original)),
            readFileSync(own(name)));
        const again = add(own(name)).pictures[0];
        assert.deepEqual([again.mark, again.known, again.picture],
            [picture.mark, true, picture.picture]);
    }
});

test('what is refused is named, and the others go on', () => {
    const zip = Buffer.from(`PK\x01\x02${'\0'.repeat(42)}PK\x05\x06\0\0\0\0\x01\0\x01\0\x2e\0\0\0\0\0\0\0\0\0`, 'latin1');
    const gif = readFileSync(own('small.gif'));
    const refused = {
        'a.jpg': [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), /it is SVG/],
        'b.jpg': [Buffer.from('<!doctype html><script>alert(1)</script>'), /it is HTML/],
        'c.jpg': [readFileSync(own('plain.jpg')).subarray(0, 5000), /cut short or broken/],
        'd.gif': [Buffer.concat([gif, Buffer.from('<script>alert(1)</script>')]), /HTML or script/],
        'e.gif': [Buffer.concat([gif, zip]), /a picture and a ZIP at once/],
        'f.png': [png(50000, 50000, { rows: 1 }), /50000 x 50000 pixels/],
        'g.png': [png(8000, 6250 + 1, { rows: 1 }), /8000 x 6251 pixels/],
        'h.png': [png(400, 400, { rows: 100 }), /cannot be decoded/],
        'i.txt': [Buffer.from('Nothing to see.'), /it is no picture/],
        'j.png': [Buffer.alloc(0), /it is empty/],
        'k.jpg': [Buffer.alloc(65 << 20), /larger than 67108864 bytes/],
    };
    const paths = Object.entries(refused).map(([name, [bytes]]) => file(name, bytes));
    const good = file('good.png', png(31, 17));
    const done = add(...paths, good);
    assert.equal(done.status, 1);
    assert.equal(done.pictures.length, 1);
    assert.deepEqual([done.pictures[0].width, done.pictures[0].height], [31, 17]);
    const lines = done.err.trim().split('\n');
    assert.equal(lines.length, paths.length, done.err);
    Object.entries(refused).forEach(([name, [, says]], i) => {
        assert.ok(lines[i].includes(name), lines[i]);
        assert.match(lines[i], says);
    });
    assert.equal(media('add', join(site.room, 'none.jpg')).status, 1);
    for (const path of paths) rmSync(path);
});

// 48 megapixels of 64 bits, interlaced, so that all of it must be held.
test('what needs too much memory costs itself only', { timeout: 60_000 }, () => {
    const done = add(file('huge.png', png(8000, 6000, { depth: 16, kind: 6, interlace: 1, rows: 14_000 })));
    assert.equal(done.status, 1);
    assert.match(done.err, /more memory|cannot be decoded|more time/);
    assert.equal(add(own('plain.jpg')).pictures[0].known, true);
});

test('what its file says is taken, but for place and device', () => {
    const [picture] = add(own('said.jpg')).pictures;
    assert.deepEqual([picture.alt, picture.caption, picture.credit, picture.rights, picture.until],
        ['A ramp of colours', 'xmp caption', 'Iptc Person / Iptc Agency', 'iptc rights',
            '2031-02-03T02:05:06Z']);
    assert.deepEqual([picture.width, picture.height], [600, 800]); // upright
    for (const name of shelf(picture.mark).filter((name) => /-\d+\./.test(name))) {
        const path = join(site.dir, 'media', picture.mark.slice(0, 2), name);
        assert.doesNotMatch(readFileSync(path, 'latin1'), /CANARY|caption|Person|rights/, name);
        const told = spawnSync('exiftool', ['-a', '-G1', '-s', path], { encoding: 'utf8' });
        if (told.error) continue; // it is not there: the words above are looked for all the same
        assert.doesNotMatch(told.stdout, /^\[(GPS|XMP|IPTC|Photoshop|ICC|IFD0|ExifIFD)/m, `${name}\n${told.stdout}`);
    }
});

test('a person\'s word goes before the file\'s, and can be changed', () => {
    const path = file('words.png', png(64, 48));
    const [picture] = add(path, '--alt', 'A black square', '--focus', '10,90.5').pictures;
    assert.deepEqual([picture.alt, picture.focus_x, picture.focus_y], ['A black square', 100, 905]);
    const mark = picture.mark;
    const set = (...args) => JSON.parse(media('set', mark, ...args, '--json').out);
    assert.equal(set('--caption', 'Square').caption, 'Square');
    assert.equal(set('--until', '2031-01-01T00:00:00+02:00').until, '2030-12-31T22:00:00Z');
    assert.equal(set('--until', 'never').until, undefined);
    assert.equal(set('--alt', '').alt, undefined);
    // brought in again with another word
    assert.equal(add(path, '--alt', 'A dark square').pictures[0].alt, 'A dark square');
    assert.match(media('show', mark).out, /alt +A dark square\n +caption +Square/);
    for (const [args, says] of [
        [['set', site.dir, mark], /what is to be said/],
        [['set', site.dir, mark, '--focus', '101,0'], /expected percent/],
        [['set', site.dir, mark, '--focus', '50'], /expected percent/],
        [['add', site.dir], /expected add with a site and files/],
        [['fly', site.dir], /expected add/],
    ]) {
        const done = dateline('media', ...args);
        assert.equal(done.status, 2, args.join(' '));
        assert.match(done.err, says);
    }
    for (const [args, says] of [
        [[mark, '--until', 'soon'], /not a time/],
        [[mark, '--alt', 'a'.repeat(2001)], /2001 characters/],
        [['none', '--alt', 'a'], /no picture with the mark/],
    ]) {
        const done = media('set', ...args);
        assert.equal(done.status, 1, args.join(' '));
        assert.match(done.err, says);
    }
});

test('a story names its picture, and only what is public is served', async () => {
    const [picture] = add(file('story.png', png(700, 500)), '--alt', 'CANARY alt').pictures;
    const path = `/media/${picture.mark}-320.avif`;
    const status = async () => (await site.get(path)).status;
    assert.equal(await status(), 404);
    const done = put(site, { title: 'With a picture', picture: picture.mark });
    assert.equal(await status(), 404);
    site.story('publish', String(done.story));
    assert.equal(await status(), 200);
    const page = (await site.get(`/en/facts/${done.story}-with-a-picture`)).text;
    assert.match(page, /alt="CANARY alt"/);
    site.story('kill', String(done.story), '--note', 'It was wrong.');
    assert.equal(await status(), 404);
    assert.doesNotMatch((await site.get('/en/')).text, new RegExp(picture.mark));
    const wrong = dateline('story', 'put', site.dir, '-',
        { input: '---\ntitle: None\npicture: nosuchpicture\n---\n' });
    assert.equal(wrong.status, 1);
    assert.match(wrong.err, /picture: "nosuchpicture" was not brought in/);
    const none = dateline('story', 'put', site.dir, '-',
        { input: `---\ntitle: None\npicture: ${'A'.repeat(24)}\n---\n` });
    assert.match(none.err, /picture: there is none with the mark "A{24}"/);
});

test('a picture beside a story\'s file comes in with it', async () => {
    const folder = join(site.room, 'stories');
    mkdirSync(join(folder, 'pictures'), { recursive: true });
    const write = (name, title, picture) => {
        const path = join(folder, name);
        writeFileSync(path, `---\ntitle: ${title}\nsection: facts\nuri: urn:beside:${name}\npicture: ${picture}\npicture_alt: Beside ${name}\n---\nText.\n`);
        return path;
    };
    writeFileSync(join(folder, 'pictures/one.png'), png(330, 200));
    writeFileSync(join(folder, 'two.png'), png(340, 200));
    writeFileSync(join(site.room, 'outside.png'), png(350, 200));
    symlinkSync(join(site.room, 'outside.png'), join(folder, 'link.png'));
    const one = write('1.md', 'One', 'pictures/one.png');
    const done = JSON.parse(must('story', 'put', site.dir, one, '--json'));
    site.story('publish', String(done.story));
    assert.match((await site.get(`/en/facts/${done.story}-one`)).text, /alt="Beside 1\.md"[^]*<\/figure>/);
    // the same by import, and each that cannot be named
    const files = [write('2.md', 'Two', 'two.png'), write('3.md', 'Three', 'two.png'),
        ...[['4.md', '../outside.png'], ['5.md', 'link.png'], ['6.md', 'none.png'], ['7.md', '/etc/passwd'],
            ['8.md', '1.md'], ['9.md', 'https://pictures.example/a.jpg']]
            .map(([name, picture]) => write(name, name, picture))];
    const imported = dateline('import', site.dir, '--json', ...files);
    assert.equal(imported.status, 1);
    const counts = JSON.parse(imported.out);
    assert.deepEqual([counts.new, counts.rejected], [2, 6], imported.err);
    for (const says of [/4\.md.*picture: \.\.\/outside\.png: cannot open it/, /5\.md.*picture: link\.png: cannot open it/,
        /6\.md.*none\.png/, /7\.md.*\/etc\/passwd: cannot open it/, /8\.md.*1\.md: it is no picture/, /9\.md.*pictures\.example/])
        assert.match(imported.err, says);
    const list = media('list', '--json').out.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(list.slice(0, 2).map(({ width }) => width), [340, 330]);
    assert.ok(!list.some(({ width }) => width === 350));
    const again = dateline('import', site.dir, '--json', ...files.slice(0, 2));
    assert.equal(JSON.parse(again.out).known, 2);
    const wrong = dateline('story', 'put', site.dir, write('10.md', 'Ten', 'none.png'));
    assert.equal(wrong.status, 1);
    assert.match(wrong.err, /none\.png: cannot open it/);
});

test('killed at any moment, what the store knows is whole', async () => {
    const names = Array.from({ length: 12 }, (_, i) => file(`killed-${i}.png`, png(320 + i, 240)));
    for (let round = 0; round < 12; round++) {
        const child = spawn(program, ['media', 'add', site.dir, ...names], { stdio: 'ignore' });
        const ended = once(child, 'close');
        await sleep(Math.random() * 600);
        child.kill('SIGKILL');
        await ended;
        if (round % 4 === 3) { // and the server, which had the store written
            await site.stop('SIGKILL');
            await site.serve();
        }
        const done = dateline('check', site.dir);
        assert.equal(done.status, 0, done.out + done.err);
    }
    assert.equal(add(...names).pictures.length, names.length);
    assert.equal(dateline('check', site.dir).status, 0);
});

test('a file that is missing is told, and its original brings it back', () => {
    const original = file('missing.png', png(640, 480));
    const [picture] = add(original).pictures;
    const folder = join(site.dir, 'media', picture.mark.slice(0, 2));
    const files = shelf(picture.mark);
    const bytes = files.map((name) => readFileSync(join(folder, name)));
    for (const lost of [files.slice(-1), files.slice(0, 1), files]) { // by name the original is the first
        for (const name of lost) rmSync(join(folder, name));
        const done = dateline('check', site.dir);
        assert.equal(done.status, 1);
        assert.match(done.out, /^picture [^ ]+: the file [^ ]+ is missing: "dateline media add" of the original makes it again\n$/);
        assert.ok(done.out.startsWith(`picture ${picture.mark}: the file ${picture.mark}`), done.out);
        const again = media('add', original);
        assert.deepEqual([again.status, again.err], [0, '']);
        assert.match(again.out, /known already, its missing files are there again\n/);
        assert.deepEqual(shelf(picture.mark), files);
        files.forEach((name, i) => assert.deepEqual(readFileSync(join(folder, name)), bytes[i], name));
        assert.equal(dateline('check', site.dir).status, 0);
    }
    assert.match(media('add', original).out, /known already\n/);
});

test('the site is whole, and is so elsewhere', () => {
    assert.equal(dateline('check', site.dir).status, 0);
    const lines = execFileSync(program,
        ['export', site.dir, '--format', 'jsonl'], { encoding: 'utf8', maxBuffer: 64 << 20 });
    assert.match(lines, /"mark": ?"/);
});
