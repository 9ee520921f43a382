// nodes.test.mjs -- several nodes of one agency on one PostgreSQL database, and
// what becomes of them when connections, servers, nodes and networks fail.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { put } from '../site/lib/draft.mjs';
import { listenTo } from '../site/lib/events.mjs';
import { act, client, faultsOf, mapped, post } from '../site/lib/ledger.mjs';
import { Postgres } from '../site/lib/postgres.mjs';
import { Site, must, root } from '../site/lib/site.mjs';
import { until } from '../site/lib/until.mjs';

const KILLS = Number(process.env.CRASH_KILLS ?? 200);
const URL_OF_ALL = 'http://news.example'; // so that pages are equal, byte for byte
let postgres;
const others = [], nodes = [];
let databases = 0;

before(async () => {
    postgres = await Postgres.make();
});
after(async () => {
    for (const node of nodes) await node.remove();
    for (const server of [postgres, ...others]) await server?.remove();
});

// Nodes of one new agency; the first makes the store, the others join.
async function agency(count, { where, server = postgres } = {}) {
    const name = `nodes${++databases}`;
    server.sql(`CREATE DATABASE ${name}`);
    const store = where ? where(name) : server.url(name);
    const made = [];
    for (let i = 0; i < count; i++) {
        const node = new Site({ languages: 'en,uk', store, url: URL_OF_ALL });
        node.set('threads', 2);
        node.database = name;
        nodes.push(node);
        made.push(node);
        await node.serve();
    }
    return made;
}

const showsAt = (node, path, text) => async () => {
    const answer = await node.get(path);
    return answer.status === 200 && answer.text.includes(text) || `${answer.status}`;
};

async function allAtOneChange(all) {
    await until('one change number on all', async () => {
        const numbers = [];
        for (const node of all) {
            const { change, store_change: stored, status } = await node.health();
            numbers.push(`${status} ${change} ${stored}`);
        }
        const [first] = numbers;
        const [status, change, stored] = first.split(' ');
        return status === 'ok' && change === stored &&
            numbers.every((number) => number === first) || numbers;
    });
    await until('the index, which one of them keeps, has followed, and what is related is kept', async () => {
        const { change } = await all[0].health();
        const told = await Promise.all(all.map((node) => node.metrics()));
        const most = (name) => Math.max(...told.map((node) => node[name]));
        return (most('index_change') >= change && most('index_related') >= change) ||
            `${most('index_change')} ${most('index_related')} of ${change}`;
    });
    await sleep(100); // each looks at the store every 5 ms
}

// Every page that the sitemaps name, and the lists: the same bytes from all.
async function sameEverywhere(all, atLeast) {
    const addresses = (await mapped(all[0])).map((a) => new URL(a).pathname);
    const paths = ['/en/', '/en/latest/', '/en/facts/', '/en/rss.xml', '/en/feed.json',
        '/en/tag/crash/', '/sitemap.xml', '/sitemap-1.xml', ...addresses];
    assert.ok(paths.length >= atLeast, `${paths.length} pages`);
    const differing = [];
    for (const path of paths) {
        const answers = [];
        for (const node of all)
            answers.push(await node.get(path, { 'accept-encoding': 'gzip' }));
        const [{ raw, status, headers }] = answers;
        for (const answer of answers)
            if (answer.status !== status || !answer.raw.equals(raw) ||
                answer.headers.etag !== headers.etag)
                differing.push(path);
    }
    assert.deepEqual(differing, []);
}

// ---- all is well ----

test('what one node publishes all show, and all agree', async () => {
    const all = await agency(3);
    must('import', all[0].dir, join(root, 'demo/en'));
    await allAtOneChange(all); // else who listens hears of what was brought in
    const lines = all.map((node) => listenTo(node, 'lang=en'));
    await until('all listen', () => lines.every(({ events }) => events.length === 1));
    for (const [i, node] of all.entries()) {
        const made = put(node, { title: `Written at node ${i}` }, ['publish']);
        // By itself what it acknowledged is in its next answer.
        assert.ok((await node.get(made.address)).text.includes(`node ${i}`));
        assert.ok((await node.get('/en/latest/')).text.includes(`node ${i}`));
        for (const other of all) {
            await until('shown', showsAt(other, made.address, `node ${i}`));
            await until('listed', showsAt(other, '/en/latest/', `node ${i}`));
        }
        await post(node, '/control/act', act('kill', made.story, 'Not so.'));
        for (const other of all)
            await until('gone', async () =>
                (await other.get(made.address)).status === 410);
        for (const line of lines)
            await until('heard by all', () => line.events.at(-1).event === 'killed');
    }
    for (const line of lines) {
        line.stop();
        assert.deepEqual(line.events.slice(1).map(({ id }) => id),
            lines[0].events.slice(1).map(({ id }) => id));
        assert.deepEqual(line.events.slice(1).map(({ event }) => event),
            all.flatMap(() => ['published', 'killed']));
    }
    await allAtOneChange(all);
    await sameEverywhere(all, 40);
});

test('a notification that is lost loses nothing', async () => {
    const all = await agency(2);
    const lose = () => postgres.sql(`SELECT count(pg_terminate_backend(pid, 5000))
        FROM pg_stat_activity WHERE datname = '${all[0].database}'
        AND (query LIKE 'LISTEN%' OR query LIKE '%FROM head%')
        AND pid <> pg_backend_pid()`);
    for (let i = 0; i < 5; i++) {
        lose();
        const made = put(all[i % 2], { title: `Unheard ${i}` }, ['publish']);
        for (const node of all)
            await until('shown all the same', showsAt(node, made.address, 'Unheard'));
    }
    // Nor does a commit that tells nobody: the look each second finds it.
    postgres.sql("UPDATE tag_name SET name = 'Said by nobody'; " +
        'UPDATE head SET commits = commits + 1', all[0].database);
    await allAtOneChange(all);
});

test('a schedule is kept once, whoever keeps it', async () => {
    const all = await agency(3);
    const began = Date.now();
    const numbers = [];
    for (let i = 0; i < 60; i++) {
        const at = new Date(began + 3000 + i * 50).toISOString();
        numbers.push(put(all[i % 3], { title: `Planned ${i}` },
            ['publish', '--at', at]).story);
    }
    for (const node of all)
        await until('all are public', async () =>
            (await mapped(node)).length === 60 || (await mapped(node)).length);
    const twice = postgres.sql(`SELECT story, count(*) FROM change WHERE kind = 0
        GROUP BY story HAVING count(*) <> 1`, all[0].database);
    assert.equal(twice, '');
    assert.equal(postgres.sql('SELECT count(*) FROM change WHERE kind = 0',
        all[0].database), '60');
    assert.match(must('check', all[0].dir), /is whole/);
});

// ---- the database goes away ----

test('without its server a node serves what it has, refuses writes and says why', async () => {
    const server = await Postgres.make();
    others.push(server);
    const all = await agency(2, { server });
    const made = put(all[0], { title: 'Before it all' }, ['publish']);
    const paths = ['/en/', '/en/latest/', made.address, '/en/rss.xml'];
    for (const node of all)
        for (const path of paths)
            await until('shown', showsAt(node, path, 'Before it all'));
    const acknowledged = [made];

    for (const signal of ['SIGQUIT', 'SIGINT', 'SIGKILL']) {
        await server.stop(signal);
        for (const node of all) {
            for (const path of paths) {
                const answer = await node.get(path);
                assert.equal(answer.status, 200, `${signal} ${path}`);
                assert.ok(answer.text.includes('Before it all'), path);
            }
            const refused = await post(node, '/control/put', 'x');
            assert.equal(refused.refused, 503, refused.text);
            assert.match(JSON.parse(refused.text).text,
                /the database is out of reach: nothing was changed/);
            await until('it says so', async () => {
                const { status, text } = await node.ask('/healthz');
                const said = JSON.parse(text);
                return status === 503 && said.status === 'degraded' &&
                    /the database is out of reach since \d+ s: .{10}/.test(said.why) || text;
            });
        }
        if (signal === 'SIGKILL') await sleep(1500); // its children end by themselves
        await server.start();
        for (const node of all)
            await until('well again', async () => {
                const { status } = await node.health();
                return status === 'ok' || status;
            });
        acknowledged.push(put(all[1], { title: `After ${signal}` }, ['publish']));
        for (const node of all)
            await until('shown', showsAt(node, acknowledged.at(-1).address, signal));
    }
    for (const node of all)
        for (const { address } of acknowledged)
            assert.equal((await node.get(address)).status, 200);
});

test('failover to a promoted standby while stories are published', async (t) => {
    const first = await Postgres.make();
    others.push(first);
    const second = await Postgres.make({ of: first });
    others.push(second);
    first.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
    first.sql('SELECT pg_reload_conf()');
    await until('the standby is in step', () => first.sql(
        'SELECT sync_state FROM pg_stat_replication') === 'sync');
    const all = await agency(3, { server: first, where: (name) =>
        `postgresql://dateline@127.0.0.1:${first.port},127.0.0.1:${second.port}/${name}` });
    const ledger = [];
    let publishing = true, at = 0;
    t.after(() => { publishing = false; });
    const clients = Array.from({ length: 6 }, (_, i) => client(() =>
        publishing && all[at++ % 3], ledger, `failover-${i}`));
    const acknowledged = () => ledger.filter((e) => e.state !== 'none').length;
    await until('stories are published', () => acknowledged() > 50);
    await first.stop('SIGQUIT');
    await sleep(300);
    second.promote();
    const then = acknowledged();
    await until('and go on', () => acknowledged() > then + 50);
    publishing = false;
    await Promise.all(clients);
    await allAtOneChange(all);
    assert.deepEqual(await faultsOf(all[1], ledger), []);
    await sameEverywhere(all, 50);
    assert.match(must('check', all[0].dir), /is whole/);
    console.log(`# ${then} stories before, ${acknowledged() - then} after`);
});

// ---- pages are read from a replica ----

test('a replica: its lag is told, and a node shows what it wrote itself', async () => {
    const first = await Postgres.make();
    others.push(first);
    const second = await Postgres.make({ of: first });
    others.push(second);
    const [plain] = await agency(1, { server: first });
    const far = [];
    for (let i = 0; i < 2; i++) {
        const node = new Site({ languages: 'en,uk', url: URL_OF_ALL,
            store: first.url(plain.database) });
        node.set('threads', 2);
        node.set('store_read', second.url(plain.database));
        nodes.push(node);
        far.push(await node.serve());
    }
    const [writer, reader] = far;
    const one = put(plain, { title: 'By the primary' }, ['publish']);
    for (const node of far)
        await until('shown', showsAt(node, one.address, 'By the primary'));

    second.sql('SELECT pg_wal_replay_pause()');
    await until('it is paused', () =>
        second.sql('SELECT pg_get_wal_replay_pause_state()') === 'paused');
    const two = put(writer, { title: 'Seen by who wrote it' }, ['publish']);
    for (let i = 0; i < 8; i++) // each thread
        for (const path of [two.address, '/en/latest/', '/en/facts/'])
            assert.ok((await writer.get(path)).text.includes('Seen by who wrote it'), path);
    await until('the lag is told', async () => {
        const { replica } = await reader.health();
        return replica.lag === 1 || replica;
    });
    assert.equal((await reader.metrics()).replica_lag, 1);
    // It reads from the replica: a control that it does.
    assert.equal((await reader.get(two.address)).status, 404);
    assert.ok(!(await reader.get('/en/latest/')).text.includes('Seen by'));
    second.sql('SELECT pg_wal_replay_resume()');
    for (const node of far)
        await until('shown', showsAt(node, two.address, 'Seen by who wrote it'));
    await until('listed', showsAt(reader, '/en/latest/', 'Seen by who wrote it'));
    await until('no lag', async () => {
        const { replica } = await reader.health();
        return replica.lag === 0 || replica;
    });

    await second.stop('SIGQUIT');
    const three = put(writer, { title: 'Without the replica' }, ['publish']);
    for (const node of far) {
        await until('shown', showsAt(node, three.address, 'Without the replica'));
        assert.equal((await node.get(one.address)).status, 200);
        await until('it is told', async () => {
            const { status, replica } = await node.health();
            return status === 'ok' && replica.why?.length > 10 || { status, replica };
        });
    }
    await second.start();
    await until('the replica is back', async () => {
        const { replica } = await reader.health();
        return replica.lag === 0 && !replica.why || replica;
    });
    second.sql('SELECT pg_wal_replay_pause()');
    put(plain, { title: 'Behind again' }, ['publish']);
    await until('it is read from again', async () => {
        const { replica } = await reader.health();
        return replica.lag === 1 || replica;
    });
    assert.ok(!(await reader.get('/en/latest/')).text.includes('Behind again'));
    second.sql('SELECT pg_wal_replay_resume()');
    await until('shown', showsAt(reader, '/en/latest/', 'Behind again'));

    // The primary goes, the replica stays: reading goes on, of new pages too.
    await first.stop('SIGQUIT');
    assert.equal((await reader.get('/en/feed.json')).status, 200);
    assert.equal((await reader.get('/en/tag/nothing/')).status, 404);
    const refused = await post(reader, '/control/put', 'x');
    assert.equal(refused.refused, 503);
});

// ---- the network goes away ----

const ip = (...words) => spawnSync('ip', words, { encoding: 'utf8' });

// A namespace with one cable to this one; null where that may not be made.
function makeNetwork() {
    const name = `dl${process.pid}`;
    const made = { name, up: true, outside: '10.213.7.1', inside: '10.213.7.2',
        within: ['ip', 'netns', 'exec', name],
        link: (state) => ip('link', 'set', `${name}a`, state),
        remove: () => { ip('link', 'del', `${name}a`); ip('netns', 'del', name); } };
    const steps = [['netns', 'add', name],
        ['link', 'add', `${name}a`, 'type', 'veth', 'peer', 'name', `${name}b`],
        ['link', 'set', `${name}b`, 'netns', name],
        ['addr', 'add', `${made.outside}/30`, 'dev', `${name}a`],
        ['link', 'set', `${name}a`, 'up'],
        ['-n', name, 'addr', 'add', `${made.inside}/30`, 'dev', `${name}b`],
        ['-n', name, 'link', 'set', `${name}b`, 'up'],
        ['-n', name, 'link', 'set', 'lo', 'up']];
    for (const step of steps) {
        const done = ip(...step);
        if (done.status === 0) continue;
        made.remove();
        return { fault: `ip ${step.join(' ')}: ${done.error ?? done.stderr}` };
    }
    return made;
}

test('a node that is cut off by its network', { timeout: 300_000 }, async (t) => {
    const network = makeNetwork();
    if (network.fault) {
        t.skip(network.fault);
        return;
    }
    let publishing = true;
    t.after(() => { publishing = false; network.remove(); });
    const server = await Postgres.make({ settings: [
        `listen_addresses = '127.0.0.1, ${network.outside}'`] });
    others.push(server);
    server.allow('10.213.7.0/30');
    const [near] = await agency(1, { server });
    const far = new Site({ languages: 'en,uk', url: URL_OF_ALL,
        store: server.url(near.database).replace('127.0.0.1', network.outside) });
    far.set('threads', 1); // what one thread has made it can show
    Object.assign(far, { within: network.within, host: network.inside });
    nodes.push(far);
    await far.serve();
    // What stands there, asked from inside: the cable is not needed.
    const inside = (path) => spawnSync('ip', ['netns', 'exec', network.name, 'curl', '-s',
        '-m', '5', '-w', '%{http_code}', `${far.url}${path}`], { encoding: 'utf8' }).stdout;

    const first = put(near, { title: 'Before the cut' }, ['publish']);
    await until('shown', showsAt(far, first.address, 'Before the cut'));
    await until('shown', showsAt(far, '/en/latest/', 'Before the cut'));
    const ledger = [];
    const clients = [near, far, near, far].map((node, i) =>
        client(() => publishing && node, ledger, `cut-${i}`, { kills: false }));
    // What is asked for is what is made again when something changes.
    const reader = (async () => {
        while (publishing && network.up) {
            await far.get('/en/latest/');
            await far.get(first.address);
        }
    })();
    const count = () => ledger.filter((e) => e.state !== 'none').length;
    await until('both publish', () => count() > 40);
    network.up = false;
    await reader;
    network.link('down');
    await until('it says that it is cut off', async () => {
        const said = await far.health();
        return said.status === 'degraded' || said;
    });
    assert.match(inside(first.address), /Before the cut[^]*200$/);
    assert.match(inside('/en/latest/'), /Story cut-\d \d+ begins[^]*200$/);
    const then = count();
    await until('the other goes on', () => count() > then + 20);
    network.link('up');
    await until('it is well again', async () => {
        const said = await far.health();
        return said.status === 'ok' || said;
    });
    publishing = false;
    await Promise.all(clients);
    await allAtOneChange([near, far]);
    assert.deepEqual(await faultsOf(near, ledger), []);
    await sameEverywhere([near, far], 40);
});

// ---- everything fails, again and again ----

test('nodes are killed, connections cut, the server stopped', { timeout: 1_800_000 },
    async (t) => {
        const server = await Postgres.make();
        others.push(server);
        const all = await agency(3, { server });
        const ledger = [], plans = [];
        const alive = () => all.filter((node) => node.child);
        let publishing = true, at = 0, cuts = 0, stops = 0;
        t.after(() => { publishing = false; });
        const pick = () => {
            if (!publishing) return null;
            const live = alive();
            return live[at++ % live.length] ?? all[0];
        };
        const clients = Array.from({ length: 6 }, (_, i) =>
            client(pick, ledger, `nodes-${i}`));
        for (let round = 0; round < KILLS; round++) {
            const node = all[Math.floor(Math.random() * 3)];
            const planned = await post(pick(), '/control/put', '---\n' +
                `uri: urn:plan:${round}\nlanguage: en\nsection: facts\n` +
                `title: Plan ${round}\n---\nAs planned.\n`);
            if (planned && !planned.refused) {
                const done = await post(pick(), '/control/act', JSON.stringify({
                    act: 'schedule', story: planned.story,
                    at: new Date(Date.now() + Math.random() * 2000 + 300).toISOString() }));
                if (done && !done.refused) plans.push(planned.story);
            }
            await sleep(Math.random() * 200);
            if (Math.random() < 0.3) {
                server.sql(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE datname = '${all[0].database}' AND random() < 0.5
                    AND pid <> pg_backend_pid()`);
                cuts++;
            }
            if (round % 25 === 12) {
                await server.stop('SIGQUIT');
                await sleep(Math.random() * 400);
                await server.start();
                stops++;
            }
            await node.stop('SIGKILL');
            await node.serve();
        }
        publishing = false;
        await Promise.all(clients);
        await allAtOneChange(all);
        await until('every plan is kept', () => {
            const waiting = server.sql('SELECT count(*) FROM story WHERE state = 2',
                all[0].database);
            return waiting === '0' || waiting;
        });
        await allAtOneChange(all);
        assert.deepEqual(await faultsOf(all[0], ledger), [], 'no acknowledged write is lost');
        assert.equal(server.sql(`SELECT story, count(*) FROM change WHERE kind = 0
            GROUP BY story HAVING count(*) <> 1`, all[0].database), '', 'nothing is done twice');
        const kept = new Set(server.sql('SELECT story FROM change WHERE kind = 0',
            all[0].database).split('\n').map(Number));
        assert.deepEqual(plans.filter((number) => !kept.has(number)), []);
        await sameEverywhere(all, KILLS);
        assert.match(must('check', all[0].dir), /is whole/);
        const known = ledger.filter((e) => e.number).length;
        console.log(`# ${KILLS} kills, ${cuts} cuts, ${stops} stops of the server: ` +
            `${known} stories acknowledged, ${plans.length} schedules kept once`);
        assert.ok(known > KILLS * 3, `${known} acknowledged`);
    });
