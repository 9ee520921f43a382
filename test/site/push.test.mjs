// push.test.mjs -- flashes reach browsers through push services, sealed: a
// service played on loopback takes them, checks who sends, and opens them.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from './lib/chromium.mjs';
import { files, put } from './lib/draft.mjs';
import { dateline, Site } from './lib/site.mjs';
import { until } from './lib/until.mjs';

const SUBJECT = 'mailto:desk@news.example';
let site, service, got, answers, held, browser;

before(async () => {
    got = [];
    answers = new Map(); // path -> statuses to answer with, the last one for good
    held = new Map(); // path -> a promise before that
    service = http.createServer((request, answer) => {
        const parts = [];
        request.on('data', (part) => parts.push(part)).on('end', async () => {
            got.push({ path: request.url, headers: request.headers, body: Buffer.concat(parts) });
            await held.get(request.url);
            const list = answers.get(request.url) ?? [201];
            answer.writeHead(list.length > 1 ? list.shift() : list[0],
                list[0] === 302 ? { location: `${base()}/elsewhere` } : {}).end();
        });
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    site = new Site({ languages: 'en,uk' });
    site.set('push', SUBJECT);
    site.set('push_services', '127.0.0.1');
    site.set('push_private', 'yes');
    site.set('proxies', '127.0.0.1');
    await site.serve();
});
after(async () => {
    await browser?.close();
    await site?.remove();
    service?.close();
});

const base = () => `http://127.0.0.1:${service.address().port}`;
const post = (path, body, headers = {}) => site.client.request('POST', path,
    { 'content-type': 'application/json', ...headers }, JSON.stringify(body));

// A browser's side of a subscription.
class Browser {
    constructor(path) {
        this.path = path;
        this.ecdh = crypto.createECDH('prime256v1');
        this.ecdh.generateKeys();
        this.auth = crypto.randomBytes(16);
    }

    subscription(topics, lang = 'en') {
        return { endpoint: base() + this.path, topics, lang, keys: {
            p256dh: this.ecdh.getPublicKey('base64url'), auth: this.auth.toString('base64url') } };
    }

    // RFC 8291 and 8188, as whoever receives reads them.
    open(body) {
        const hkdf = (secret, salt, info, length) =>
            Buffer.from(crypto.hkdfSync('sha256', secret, salt, info, length));
        const [salt, size, idLength] = [body.subarray(0, 16), body.readUInt32BE(16), body[20]];
        const sender = body.subarray(21, 21 + idLength);
        assert.equal(idLength, 65);
        assert.ok(body.length <= 4096 && size >= body.length - 86);
        const secret = hkdf(this.ecdh.computeSecret(sender), this.auth, Buffer.concat([
            Buffer.from('WebPush: info\0'), this.ecdh.getPublicKey(), sender]), 32);
        const key = hkdf(secret, salt, 'Content-Encoding: aes128gcm\0', 16);
        const nonce = hkdf(secret, salt, 'Content-Encoding: nonce\0', 12);
        const sealed = body.subarray(21 + idLength);
        const opener = crypto.createDecipheriv('aes-128-gcm', key, nonce);
        opener.setAuthTag(sealed.subarray(-16));
        const plain = Buffer.concat([opener.update(sealed.subarray(0, -16)), opener.final()]);
        assert.equal(plain.at(-1), 2);
        return JSON.parse(plain.subarray(0, -1).toString());
    }
}

const flash = (more) => put(site, { urgency: 1, ...more }, ['publish']);
const gotBy = (path) => got.filter((message) => message.path === path);

// RFC 8292: a token of this service's origin, signed with the key that the site names.
async function checkSender({ headers }) {
    const [, token, key] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(headers.authorization)
        ?? assert.fail(headers.authorization);
    assert.equal(key, (await site.get('/push/key')).text);
    const point = Buffer.from(key, 'base64url');
    const publicKey = crypto.createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256',
        x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') } });
    const [head, claims, signature] = token.split('.');
    assert.ok(crypto.verify('sha256', Buffer.from(`${head}.${claims}`), { key: publicKey,
        dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')));
    const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url'));
    assert.equal(aud, base());
    assert.equal(sub, SUBJECT);
    assert.ok(exp > Date.now() / 1000 && exp <= Date.now() / 1000 + 86400);
}

test('a flash reaches whoever chose its topics, sealed for each', async () => {
    const [all, economy, sport, comet, uk] = ['/all', '/economy', '/sport', '/comet', '/uk']
        .map((path) => new Browser(path));
    for (const [one, topics, lang] of [[all, ['all']], [economy, ['section:economy', 'tag:mint']],
        [sport, ['section:sport']], [comet, ['tag:comet']], [uk, ['all'], 'uk']])
        assert.equal((await post('/push/subscribe', one.subscription(topics, lang))).status, 204);
    const done = flash({ title: 'The mint “burns”', deck: 'All are safe.', section: 'economy', tags: ['mint'] });
    await until('two were told', () => got.length === 2);
    for (const one of [all, economy]) {
        const [message] = gotBy(one.path);
        const { headers } = message;
        await checkSender(message);
        assert.deepEqual([headers['content-encoding'], headers.urgency, headers.ttl, headers.topic],
            ['aes128gcm', 'high', '3600', `s${done.story}`]);
        assert.deepEqual(one.open(message.body), { title: 'The mint “burns”', body: 'All are safe.',
            url: site.url + done.address, tag: `s${done.story}`, lang: 'en', dir: 'ltr' });
        assert.throws(() => sport.open(message.body));
    }
    flash({ title: 'A comet', tags: ['comet'] });
    await until('by its tag', () => gotBy('/comet').length === 1 && gotBy('/all').length === 2);
    // one of little urgency, an old one, and a draft are told to nobody
    put(site, { title: 'Urgent only', urgency: 2 }, ['publish']);
    site.import(...files(site, [{ title: 'Long ago', urgency: 1, date: '2020-01-01T00:00:00Z' }]));
    put(site, { title: 'A draft', urgency: 1 });
    const last = flash({ title: 'The last' });
    await until('the last', () => gotBy('/all').length === 3);
    assert.equal(all.open(gotBy('/all')[2].body).tag, `s${last.story}`);
    assert.equal(gotBy('/sport').length + gotBy('/uk').length, 0);
});

test('a flash that is corrected, killed or taken down is so on screens too', async () => {
    const [one, other] = [new Browser('/later'), new Browser('/later-sport')];
    await post('/push/subscribe', one.subscription(['tag:volcano']));
    await post('/push/subscribe', other.subscription(['section:sport']));
    const told = () => gotBy('/later').map(({ body }) => one.open(body));
    const story = { uri: 'urn:test:volcano', section: 'economy', tags: ['volcano'] };
    const first = flash({ ...story, title: 'Volcano kills minister' });
    // no longer a flash, nor with that tag: whoever had it is told all the same
    put(site, { ...story, version: 2, tags: [], urgency: 3, title: 'Volcano spares minister',
        correction: 'He is alive.' });
    site.story('correct', String(first.story), '--note', 'He is alive.');
    await until('corrected', () => told().length === 2);
    assert.equal(told()[1].title, 'Volcano spares minister');
    site.story('withdraw', String(first.story), '--note', 'We are checking.');
    await until('withdrawn', () => told().length === 3);
    assert.deepEqual([told()[2].title, told()[2].body], ['This story is no longer available', 'We are checking.']);
    site.story('restore', String(first.story));
    await until('restored', () => told().length === 4);
    assert.equal(told()[3].title, 'Volcano spares minister');
    site.story('kill', String(first.story), '--note', 'There is no volcano.');
    await until('killed', () => told().length === 5);
    const { url, ...last } = told()[4];
    assert.deepEqual(last, { title: 'This story is no longer available', body: 'There is no volcano.',
        tag: `s${first.story}`, lang: 'en', dir: 'ltr' });
    assert.doesNotMatch(url, /minister/);
    const page = await site.get(new URL(url).pathname);
    assert.equal(page.status, 410);
    assert.match(page.text, /There is no volcano/);
    assert.ok(gotBy('/later').every(({ headers }) => headers.topic === `s${first.story}`));
    // what was no flash goes without a word
    put(site, { ...story, uri: 'urn:test:quiet', urgency: 2 }, ['publish'], ['kill', '--note', 'wrong']);
    const after = flash({ title: 'Goes on', tags: ['volcano'] });
    await until('the next', () => told().length === 6);
    assert.equal(told()[5].tag, `s${after.story}`);
    assert.equal(gotBy('/later-sport').length, 0);
});

test('what was told last is what comes last', async () => {
    const [slow, busy] = [new Browser('/slow'), new Browser('/busy')];
    for (const one of [slow, busy]) await post('/push/subscribe', one.subscription(['tag:order']));
    let release;
    held.set('/slow', new Promise((resolve) => { release = resolve; }));
    answers.set('/busy', [503, 201]); // would be tried again after five seconds
    const { story } = flash({ title: 'Too early', tags: ['order'] });
    await until('on its way', () => gotBy('/slow').length === 1 && gotBy('/busy').length === 1);
    site.story('withdraw', String(story), '--note', 'Too early.');
    site.story('kill', String(story), '--note', 'Wrong.');
    await until('killed', () => gotBy('/busy').some(({ body }) => busy.open(body).body === 'Wrong.'));
    assert.equal(gotBy('/slow').length, 1); // nothing overtakes it
    release();
    await until('killed there too', () => gotBy('/slow').length > 1);
    await new Promise((resolve) => setTimeout(resolve, 6000));
    assert.deepEqual(gotBy('/slow').map(({ body }) => slow.open(body).body), [undefined, 'Wrong.']);
    assert.equal(busy.open(gotBy('/busy').at(-1).body).body, 'Wrong.');
    assert.ok(gotBy('/busy').slice(1).every(({ body }) => busy.open(body).title !== 'Too early'));
});

test('who has had enough is told no more, and who is gone is forgotten', async () => {
    for (const path of ['/all', '/economy', '/comet', '/sport', '/uk'])
        assert.equal((await post('/push/unsubscribe', { endpoint: base() + path })).status, 204);
    const [gone, busy, moved, well] = ['/gone', '/busy', '/moved', '/well'].map((path) => new Browser(path));
    answers.set('/gone', [410]).set('/busy', [503, 201]).set('/moved', [302]);
    for (const one of [gone, busy, moved, well])
        await post('/push/subscribe', one.subscription(['all']));
    got.length = 0;
    const first = flash({ title: 'First of two' });
    await until('told', () => gotBy('/well').length === 1 && gotBy('/busy').length === 1);
    // nobody waits for who is busy
    flash({ title: 'Second of two' });
    await until('the next is told', () => gotBy('/well').length === 2);
    assert.ok(gotBy('/busy').length <= 2);
    await until('once more to who was busy', () => gotBy('/busy').length === 3);
    assert.deepEqual(gotBy('/busy').map(({ body }) => busy.open(body).tag).sort(), [first.story,
        first.story, first.story + 1].map((story) => `s${story}`));
    assert.equal(gotBy('/elsewhere').length, 0);
    await post('/push/unsubscribe', { endpoint: `${base()}/moved` });
    assert.equal(gotBy('/gone').length, 1);
    assert.equal(gotBy('/all').length, 0);
});

test('after the process was killed flashes go on, and no subscription is lost', async () => {
    got.length = 0;
    const key = (await site.get('/push/key')).text;
    await site.stop('SIGKILL');
    const missed = flash({ title: 'While nobody served' });
    await site.serve();
    assert.equal((await site.get('/push/key')).text, key);
    const told = ({ story }) => gotBy('/well').filter(({ headers }) => headers.topic === `s${story}`);
    await until('told late', () => told(missed).length === 1);
    // killed before the service has answered, it is told once more; then never again
    let release;
    held.set('/well', new Promise((resolve) => { release = resolve; }));
    const cut = flash({ title: 'Cut off' });
    await until('on its way', () => told(cut).length === 1);
    await site.stop('SIGKILL');
    await site.serve();
    release();
    held.delete('/well');
    await until('told again', () => told(cut).length === 2);
    await until('that is known', async () => (await site.metrics()).push_sent > 0);
    const last = flash({ title: 'After that' });
    await until('the last', () => told(last).length === 1);
    await site.stop('SIGTERM');
    await site.serve();
    const next = flash({ title: 'Begun anew' });
    await until('the next', () => told(next).length === 1);
    assert.deepEqual([missed, cut, last].map((each) => told(each).length), [1, 2, 1]);
});

test('what was told and cannot be written down is not told again and again', async () => {
    const made = new Site({ languages: 'en', onServer: false });
    const outer = site;
    site = made;
    let release;
    try {
        site.set('push', SUBJECT);
        site.set('push_services', '127.0.0.1');
        site.set('push_private', 'yes');
        await site.serve();
        await post('/push/subscribe', new Browser('/first').subscription(['all']));
        await post('/push/subscribe', new Browser('/second').subscription(['all']));
        held.set('/second', new Promise((resolve) => { release = resolve; }));
        flash({ title: 'Before the move' });
        await until('on its way', () => gotBy('/second').length === 1);
        // from here on the store takes no more writes
        const moved = dateline('migrate', made.dir, join(made.room, 'there.db'));
        assert.equal(moved.status, 0, moved.err);
        release();
        await new Promise((done) => setTimeout(done, 12000)); // two tries
        assert.deepEqual([gotBy('/first').length, gotBy('/second').length], [1, 1]);
    } finally {
        site = outer;
        await made.remove();
    }
});

test('what a browser would not send is refused', async () => {
    const good = new Browser('/good').subscription(['all']);
    for (const [why, body, says] of [
        ['no key', { ...good, keys: { auth: good.keys.auth } }, /p256dh/],
        ['another language', { ...good, lang: 'fr' }, /lang/],
        ['no push service', { ...good, endpoint: 'https://127.0.0.1.evil.example/x' }, /push service/],
        ['another scheme', { ...good, endpoint: 'ftp://127.0.0.1/x' }, /endpoint/],
        ['no topics', { ...good, topics: [] }, /topics/],
    ]) {
        const answer = await post('/push/subscribe', body);
        assert.equal(answer.status, 400, why);
        assert.match(answer.text, says, why);
    }
    assert.equal((await post('/push/unsubscribe', {})).status, 400);
    assert.equal((await post('/push/subscribe', good, { origin: 'https://evil.example' })).status, 403);
    assert.equal((await site.get('/push/subscribe')).status, 405);
    const statuses = [];
    for (let i = 0; i < 70; i++)
        statuses.push((await post('/push/subscribe', new Browser(`/flood${i}`).subscription(['tag:none']),
            { 'x-forwarded-for': '10.4.4.4' })).status);
    assert.deepEqual([...new Set(statuses)], [204, 429]);
    assert.equal(statuses.filter((status) => status === 204).length, 60);
});

test('nothing inside the house is reached', async () => {
    const strict = new Site({ languages: 'en' });
    const outer = site;
    site = strict;
    try {
        site.set('push', SUBJECT);
        site.set('push_services', '127.0.0.1,localhost,[::1],[::ffff:127.0.0.1],0,2130706433');
        await site.serve();
        got.length = 0;
        const one = new Browser('/inside');
        assert.equal((await post('/push/subscribe', one.subscription(['all']))).status, 400);
        for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0', '2130706433']) {
            const endpoint = `https://${host}:${service.address().port}/inside`;
            await post('/push/subscribe', { ...one.subscription(['all']), endpoint });
        }
        let connected = 0;
        service.on('connection', () => { connected++; });
        flash({ title: 'A flash' });
        await until('all were refused', async () => (await site.metrics()).push_failed > 0);
        await new Promise((done) => setTimeout(done, 500));
        assert.equal(connected, 0);
    } finally {
        site = outer;
        await strict.remove();
    }
});

test('a button on the page subscribes, and takes it back', async () => {
    browser ??= await launch();
    const context = await browser.newContext();
    const page = await context.newPage();
    const one = new Browser('/button');
    // Chromium alone would ask a service that is not on this machine.
    await page.addInitScript((subscription) => {
        // A browser keeps it beside the worker.
        const known = { endpoint: subscription.endpoint, toJSON: () => subscription,
            unsubscribe: async () => { current = null; return true; } };
        let current = sessionStorage.getItem('subscribed') ? known : null;
        const manager = { getSubscription: async () => current, subscribe: async ({ applicationServerKey }) => {
            window.subscribedWith = applicationServerKey;
            return current = known;
        } };
        Object.defineProperty(ServiceWorkerRegistration.prototype, 'pushManager', { get: () => manager });
    }, one.subscription([]));
    put(site, { title: 'Something', section: 'economy' }, ['publish']);
    await page.goto(`${site.url}/en/economy/`);
    const button = page.locator('button.check');
    assert.equal(await button.innerText(), 'Tell me of flashes');
    const workers = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
    assert.equal(await workers(), 0);
    await button.click();
    await until('subscribed', async () => await button.innerText() === 'Stop telling me of flashes');
    assert.equal(await page.evaluate(() => window.subscribedWith), (await site.get('/push/key')).text);
    assert.equal(await workers(), 1);
    // who comes again is known
    await page.evaluate(() => sessionStorage.setItem('subscribed', '1'));
    await page.reload();
    assert.equal(await button.innerText(), 'Stop telling me of flashes');
    flash({ title: 'For the button', section: 'economy' });
    await until('told', () => gotBy('/button').length === 1);
    const sport = flash({ title: 'Not for the button', section: 'sport' });
    const heard = ({ story }) => gotBy('/well').some(({ headers }) => headers.topic === `s${story}`);
    await until('others are told', () => heard(sport));
    await button.click();
    await until('no more', async () => await button.innerText() === 'Tell me of flashes');
    const nor = flash({ title: 'Nor this', section: 'economy' });
    await until('others are told', () => heard(nor));
    assert.equal(gotBy('/button').length, 1);
    assert.match((await site.get('/push.js')).headers['content-type'], /^text\/javascript/);
    await context.close();
});
