// ledger.mjs -- clients that publish without end and write down what was
// acknowledged, and what a site shows of that.
import assert from 'node:assert/strict';
import http from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { markdown } from './draft.mjs';

// Posts to the control socket: the answer's JSON, or null when the server died
// first (then nobody knows whether it was done).
export function post(site, path, body, agent) {
    return new Promise((done) => {
        const request = http.request({ socketPath: join(site.dir, 'control.sock'),
            method: 'POST', path, agent,
            headers: { 'content-type': 'application/octet-stream',
                'content-length': Buffer.byteLength(body) } }, (answer) => {
            let text = '';
            answer.on('data', (part) => { text += part; });
            answer.on('error', () => done(null));
            answer.on('aborted', () => done(null));
            answer.on('end', () => done(answer.complete && answer.statusCode === 200
                ? JSON.parse(text) : { refused: answer.statusCode, text }));
        });
        request.on('error', () => done(null));
        request.end(body);
    });
}

export const act = (name, story, note) => JSON.stringify({ act: name, story, note });

// One client: makes stories, publishes, corrects and kills some of them, each by
// the site that pick names, and writes down what was acknowledged; until pick
// names none. When no answer comes a step may or may not have been done; one
// that is refused because the database is away (503) was not; one of which
// nobody can tell (504) may have been.
export async function client(pick, ledger, mark, { kills = true } = {}) {
    const agents = new Map();
    const agentOf = (site) => {
        if (!agents.has(site))
            agents.set(site, new http.Agent({ keepAlive: true, maxSockets: 1 }));
        return agents.get(site);
    };
    const step = async (entry, path, body, state, change = {}) => {
        const site = pick();
        if (!site) return null;
        entry.asked = state;
        const answer = await post(site, path, body, agentOf(site));
        if (answer?.refused === 503) entry.asked = null;
        if (!answer || answer.refused === 503 || answer.refused === 504) {
            await sleep(20); // so that a server that is gone is not asked at once
            return null;
        }
        assert.ok(!answer.refused, `${answer.refused} ${answer.text}`);
        Object.assign(entry, change, { state, asked: null,
            number: answer.story, address: answer.address ?? entry.address });
        return answer;
    };
    for (let n = 0; pick(); n++) {
        const uri = `urn:crash:${mark}:${n}`;
        const entry = { uri, headline: `Story ${mark} ${n} begins`, state: 'none' };
        const story = { uri, tags: ['crash'], body: `The text of ${uri}.` };
        ledger.push(entry);
        if (!await step(entry, '/control/put', markdown({ ...story,
            title: entry.headline }), 'draft')) continue;
        if (!await step(entry, '/control/act', act('publish', entry.number), 'public'))
            continue;
        if (n % 3 === 1) {
            const headline = `Story ${mark} ${n} goes on`;
            if (!await step(entry, '/control/put', markdown({ ...story,
                title: headline, version: 2 }), 'public')) continue;
            await step(entry, '/control/act', act('correct', entry.number, 'Late.'),
                'public', { headline });
        }
        if (n % 3 === 2 && kills)
            await step(entry, '/control/act', act('kill', entry.number, 'Wrong.'),
                'killed');
    }
    for (const agent of agents.values()) agent.destroy();
}

// What the site shows of an entry against what was acknowledged. A step that
// was asked for and not answered may or may not have been done.
async function compare(site, entry) {
    if (!entry.number) return null;
    const answer = await site.get(entry.address ?? `/en/facts/${entry.number}-x`);
    const shows = answer.status === 301
        ? await site.get(new URL(answer.headers.location, site.url).pathname)
        : answer;
    const expected = { draft: 404, public: 200, killed: 410 };
    const may = [expected[entry.state], expected[entry.asked]].filter(Boolean);
    if (!may.includes(shows.status))
        return `${entry.uri} is ${entry.state}, answers ${shows.status}`;
    if (shows.status === 200 && !entry.asked &&
        !shows.text.includes(entry.headline))
        return `${entry.uri} does not show "${entry.headline}"`;
    return null;
}

// The faults of all entries.
export async function faultsOf(site, ledger) {
    const faults = [];
    for (const entry of ledger) faults.push(await compare(site, entry));
    return faults.filter(Boolean);
}

// All addresses that the sitemaps name.
export async function mapped(site) {
    const index = (await site.get('/sitemap.xml')).text;
    const found = [];
    for (const [, file] of index.matchAll(/<loc>[^<]*?(\/sitemap-[^<]+)</g)) {
        if (file.includes('news')) continue;
        const { text } = await site.get(file);
        found.push(...[...text.matchAll(/<loc>([^<]+)</g)].map((m) => m[1])
            .filter((address) => /\/\d+-/.test(address)));
    }
    return found;
}
