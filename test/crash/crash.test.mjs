// crash.test.mjs -- kill -9, again and again, in the middle of the work: the
// store is whole, nothing acknowledged is lost, nothing is there twice, and
// what is derived says the same.
//
// CRASH_KILLS: how many in all (200 when not said), half of them while stories
// are published, half while they are imported.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { client, faultsOf, mapped } from '../site/lib/ledger.mjs';
import { Site, must, program } from '../site/lib/site.mjs';

const KILLS = Number(process.env.CRASH_KILLS ?? 200);
const sites = [];
after(async () => {
    for (const site of sites) await site.remove();
});

function makeSite() {
    const site = new Site({ languages: 'en' });
    sites.push(site);
    return site;
}

// ---- while stories are published ----

test('publishing', { timeout: 1_800_000 }, async () => {
    const site = makeSite();
    const ledger = [];
    let slowest = 0, faults = [];
    for (let round = 0; round < KILLS / 2; round++) {
        const began = performance.now();
        await site.serve();
        slowest = Math.max(slowest, performance.now() - began);
        const fresh = [];
        const clients = Array.from({ length: 4 }, (_, i) =>
            client(() => site.child && site, fresh, `${round}-${i}`));
        await sleep(Math.random() * 500);
        await site.stop('SIGKILL');
        await Promise.all(clients);
        must('check', site.dir);
        await site.serve();
        for (const fault of await faultsOf(site, fresh)) faults.push(`round ${round}: ${fault}`);
        const newest = fresh.filter((e) => e.state === 'public' && !e.asked).at(-1);
        if (newest) {
            const feed = (await site.get('/en/tag/crash/rss.xml')).text;
            const latest = (await site.get('/en/latest/')).text;
            // Four clients at once: it is among the newest, not the newest.
            for (const [name, text] of [['feed', feed], ['latest', latest]])
                if (!text.includes(newest.headline))
                    faults.push(`round ${round}: ${name} lacks ${newest.uri}`);
        }
        ledger.push(...fresh);
        await site.stop();
        assert.deepEqual(faults, []);
    }
    await site.serve();
    assert.deepEqual(await faultsOf(site, ledger), []);
    const addresses = await mapped(site);
    assert.equal(new Set(addresses).size, addresses.length, 'none stands twice');
    const numbers = new Set(addresses.map((a) => Number(/\/(\d+)-/.exec(a)[1])));
    const wrong = ledger.filter((e) => e.number && !e.asked &&
        numbers.has(e.number) !== (e.state === 'public'));
    assert.deepEqual(wrong.map((e) => `${e.uri} ${e.state}`), []);
    const known = ledger.filter((e) => e.number).length;
    console.log(`# ${ledger.length} stories, ${known} acknowledged; ` +
        `slowest start ${slowest.toFixed(0)} ms`);
    assert.ok(known > KILLS * 4, `${known} acknowledged`);
});

// ---- while an archive is imported ----

const topics = ['harbour', 'budget', 'bridge', 'election', 'harvest', 'orchestra'];

function writeArchive(site, name, count) {
    const lines = Array.from({ length: count }, (_, i) => JSON.stringify({
        uri: `urn:crash:${name}:${i}`, standard: { name: 'ninjs', version: '3.0' },
        type: 'text', language: 'en', version: '1', pubStatus: 'usable',
        firstCreated: new Date(1.6e12 + i * 60_000).toISOString(),
        versionCreated: new Date(1.6e12 + i * 60_000).toISOString(),
        headlines: [{ role: 'main', value: `${name} ${topics[i % 6]} ${i}` }],
        bodies: [{ role: 'main', contentType: 'text/html',
            value: `<p>${`Line ${i} of ${name}. `.repeat(40)}</p>` }],
        subjects: [{ name: topics[i % 6], rel: 'tag' }],
    }));
    const path = join(site.room, `${name}.jsonl`);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
}

// Starts an import, kills it at some time; true when it ended by itself.
async function importKilled(site, file, ms) {
    const child = spawn(program, ['import', site.dir, file],
        { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (part) => { said += part; });
    const ended = new Promise((done) => child.on('exit', (code, signal) =>
        done({ code, signal })));
    const timer = setTimeout(() => child.kill('SIGKILL'), ms);
    const { code, signal } = await ended;
    clearTimeout(timer);
    if (signal === 'SIGKILL') return false;
    assert.equal(code, 0, `import ended with ${code ?? signal}: ${said}`);
    return true;
}

test('importing', { timeout: 1_800_000 }, async () => {
    const COUNT = 6000;
    const site = makeSite();
    let kills = 0, archives = 0, file = null, longest = 400;
    while (kills < KILLS / 2) {
        file ??= writeArchive(site, `archive${++archives}`, COUNT);
        const began = performance.now();
        if (await importKilled(site, file, Math.random() * longest)) {
            // What ended before it was killed tells how long one takes.
            longest = Math.max(100, performance.now() - began);
            file = null;
        } else {
            kills++;
            must('check', site.dir);
        }
    }
    if (file) must('import', site.dir, file);
    must('check', site.dir);
    await site.serve();
    const addresses = await mapped(site);
    assert.equal(addresses.length, archives * COUNT, 'each once, none missing');
    assert.equal(new Set(addresses).size, addresses.length);
    console.log(`# ${kills} kills over ${archives} archives of ${COUNT}`);
});
