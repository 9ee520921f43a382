// answers.test.mjs -- what an editor is told when the answer of the database is
// lost, late or qualified: never that something was done which was not, nor the
// other way round.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { markdown } from '../site/lib/draft.mjs';
import { act, post } from '../site/lib/ledger.mjs';
import { Postgres } from '../site/lib/postgres.mjs';
import { Proxy } from '../site/lib/proxy.mjs';
import { Site, must } from '../site/lib/site.mjs';
import { until } from '../site/lib/until.mjs';

// What the writer alone says: it goes with the end of its transaction.
const COMMIT = 'pg_commit_tell';
let postgres, proxy, node, title = 0;

before(async () => {
    postgres = await Postgres.make();
    postgres.sql('CREATE DATABASE answers');
    proxy = await Proxy.make(postgres.port);
    node = new Site({ languages: 'en', store: postgres.url('answers') });
    node.set('store', `postgresql://dateline@127.0.0.1:${proxy.port}/answers`);
    node.set('threads', 1);
    await node.serve();
});
after(async () => {
    await node?.remove();
    proxy?.remove();
    await postgres?.remove();
});

const well = async () => {
    const said = await node.health();
    return said.status === 'ok' || said;
};
beforeEach(() => until('all is well', well));

// Nothing else is about to be committed: the index follows a publication at
// once, and counts its words and keeps what is related when it has been quiet for a second.
const quiet = () => until('the index has settled', () => postgres.sql(`
    SELECT count(*) FROM cursor, head WHERE cursor.change = head.change
       AND follower IN ('search', 'search-terms', 'search-related')`, 'answers') === '3');
const cutAt = async (how) => {
    await quiet();
    proxy.cutAt(COMMIT, how);
};

const save = () => post(node, '/control/put', markdown({ title: `Title ${++title}` }));
const publish = (story) => post(node, '/control/act', act('publish', story));
const stateOf = (story) => postgres.sql(`SELECT state FROM story WHERE number = ${story}`,
    'answers');
const changesOf = (story) => postgres.sql(
    `SELECT count(*) FROM change WHERE story = ${story}`, 'answers');

test('the commit was done and its answer is lost: it is found, and acknowledged',
    { timeout: 180_000 }, async () => {
    for (let i = 0; i < 5; i++) {
        const { story } = await save();
        await cutAt({ behind: true });
        const answer = await publish(story);
        assert.equal(answer.state, 'public', JSON.stringify(answer));
        assert.equal(changesOf(story), '1');
        assert.equal((await node.get(answer.address)).status, 200);
    }
});

test('the commit never came: nothing was changed, and that is said', { timeout: 180_000 },
    async () => {
    for (let i = 0; i < 5; i++) {
        const { story } = await save();
        await cutAt({ behind: false });
        const answer = await publish(story);
        assert.equal(answer.refused, 503, JSON.stringify(answer));
        assert.match(answer.text, /out of reach: nothing was changed/);
        assert.equal(stateOf(story), '0');
        assert.equal(changesOf(story), '0');
        await until('all is well', well);
        assert.equal((await publish(story)).state, 'public');
    }
});

test('nobody can tell: that is said, and no more', { timeout: 120_000 }, async () => {
    const { story } = await save();
    await cutAt({ behind: true, then: () => setTimeout(() => proxy.close(), 0) });
    const began = Date.now();
    const answer = await publish(story);
    assert.equal(answer.refused, 504, JSON.stringify(answer));
    assert.match(answer.text, /whether it was written nobody knows/);
    assert.ok(Date.now() - began > 10_000, 'it was looked for');
    proxy.close(true);
    await until('all is well', well);
    assert.equal((await node.get(`/en/facts/${story}-title-${title}`)).status,
        stateOf(story) === '0' ? 404 : 200);
});

test('a standby that is waited for and given up is no acknowledgement', async () => {
    const { story } = await save();
    await quiet();
    postgres.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    postgres.sql('SELECT pg_reload_conf()');
    await sleep(500);
    const asked = publish(story);
    await until('it waits', () => postgres.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") !== '0');
    postgres.sql(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity
        WHERE wait_event = 'SyncRep'`);
    const answer = await asked;
    assert.equal(answer.refused, 504, JSON.stringify(answer));
    postgres.sql('ALTER SYSTEM RESET synchronous_standby_names');
    postgres.sql('SELECT pg_reload_conf()');
    await sleep(500);
    assert.equal((await save()).state, 'draft');
});

test('a server that falls silent: reading goes on, writing is refused', { timeout: 180_000 },
    async () => {
        const { story } = await save();
        const { address } = await publish(story);
        const paths = [address, '/en/latest/'];
        for (const path of paths) assert.equal((await node.get(path)).status, 200);
        proxy.hush(true);
        await until('it is noticed', async () => {
            const { status } = await node.health();
            return status === 'degraded' || status;
        });
        for (const path of paths) assert.equal((await node.get(path)).status, 200);
        const answer = await save();
        assert.ok([503, 504].includes(answer.refused), JSON.stringify(answer));
        proxy.hush(false);
        await until('all is well', well);
        assert.equal((await save()).state, 'draft');
    });

test('and all is whole', async () => {
    await node.stop(); // a command that is waited for would wait for the proxy
    node.set('store', postgres.url('answers'));
    assert.match(must('check', node.dir), /is whole/);
});
