// site.mjs -- a site of its own for a test: made, filled, served and stopped.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from './client.mjs';
import { until } from './until.mjs';

export const root = resolve(fileURLToPath(import.meta.url), '../../../..');
export const program = process.env.DATELINE ?? join(root, 'build/dateline');
const sharedFolder = process.env.SHARED ?? join(root, '../shared');

// The data shared beside the tree, or null: then what needs it is skipped.
export const shared = existsSync(sharedFolder) ? sharedFolder : null;
export const needsShared = shared ? false : `${sharedFolder} is not there`;

const running = new Set();
process.on('exit', () => {
    for (const child of running) child.kill('SIGKILL');
});

// Runs a command to its end: {status, out, err}.
export function dateline(...args) {
    const last = args.at(-1);
    const options = typeof last === 'object' ? args.pop() : {};
    const done = spawnSync(program, args, {
        encoding: 'utf8', maxBuffer: 64 << 20, timeout: 300_000, ...options,
    });
    if (done.error) throw done.error;
    return { status: done.status, out: done.stdout, err: done.stderr };
}

// The same, and it must succeed.
export function must(...args) {
    const done = dateline(...args);
    if (done.status !== 0)
        throw new Error(`dateline ${args.slice(0, 3).join(' ')}: exit ` +
            `${done.status}\n${done.out}${done.err}`);
    return done.out;
}

// The address of a PostgreSQL server (tools/postgres.sh starts one) where each
// site's store shall be; without it stores are files.
export const server = process.env.STORE_SERVER || null;
let databases = 0;

// An SQL command by the server's own client; what it prints.
export function sql(where, command) {
    const done = spawnSync('psql', ['-X', '-q', '-A', '-t', '-v',
        'ON_ERROR_STOP=1', '-c', command, where], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`psql: ${command}: ${done.stderr}`);
    return done.stdout.trim();
}

// A database without a store, as PostgreSQL's CREATE DATABASE is told to make
// it; its address.
export function makeDatabase(how = '') {
    const name = `s${process.pid}_${++databases}`;
    sql(server, `CREATE DATABASE ${name} ${how}`);
    return server.replace(/\/[^/]*$/, `/${name}`);
}

export function dropDatabase(where) {
    const name = where.slice(where.lastIndexOf('/') + 1);
    sql(server, `DROP DATABASE ${name} WITH (FORCE)`);
    sql(server, `DROP ROLE IF EXISTS ${name}_readers`);
}

export class Site {
    constructor({ languages = 'en,uk,ru', name = 'Test Agency', zone,
        onServer = server !== null, store, url } = {}) {
        this.room = mkdtempSync(join(tmpdir(), 'dateline-test-'));
        this.dir = join(this.room, 'news');
        const args = ['--name', name, '--languages', languages];
        if (zone) args.push('--timezone', zone);
        this.store = store || !onServer ? null : makeDatabase();
        if (store ?? this.store) args.push('--store', store ?? this.store);
        must('init', this.dir, ...args);
        if (url) this.set('url', url);
    }

    // A setting, before it is served.
    set(key, value) {
        const path = join(this.dir, 'dateline.conf');
        const text = readFileSync(path, 'utf8');
        const line = new RegExp(`^${key} =.*$`, 'm');
        if (!line.test(text)) throw new Error(`no setting ${key}`);
        writeFileSync(path, text.replace(line, `${key} = ${value}`));
    }

    import(...files) {
        return must('import', this.dir, ...files);
    }

    // {number, version, address, ...} of an act, as --json tells it.
    story(verb, ...args) {
        const last = args.at(-1);
        const options = typeof last === 'object' ? args.pop() : {};
        return JSON.parse(
            must('story', verb, this.dir, ...args, '--json', options));
    }

    // Serves on a free port; resolves when the line with the address is there.
    // this.within: a command that runs it somewhere else, at this.host.
    async serve(...options) {
        const listen = options.includes('--listen') ? []
            : ['--listen', `${this.host ?? '127.0.0.1'}:0`];
        const [command, ...words] = [...this.within ?? [], program, 'serve', this.dir,
            ...listen, ...options];
        const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
        running.add(child);
        this.child = child;
        this.log = '';
        child.stderr.on('data', (data) => { this.log += data; });
        this.ended = new Promise((done) => child.on('exit', (code, signal) => {
            running.delete(child);
            done({ code, signal });
        }));
        this.url = await new Promise((done, fail) => {
            let said = '';
            child.stdout.on('data', (data) => {
                said += data;
                const found = /(http:\/\/[^\s/]+)/.exec(said);
                if (found && said.includes('\n')) done(found[1]);
            });
            this.ended.then(({ code, signal }) => fail(new Error(
                `serve ended with ${code ?? signal}: ${said}${this.log}`)));
        });
        this.port = Number(new URL(this.url).port);
        this.client = new Client(this.url);
        return this;
    }

    // Asks by the control socket, as the operator does: {status, headers,
    // rawHeaders, text}.
    ask(path) {
        const socketPath = join(this.dir, 'control.sock');
        return new Promise((done, fail) => http.get({ socketPath, path }, (answer) => {
            const { statusCode: status, headers, rawHeaders } = answer;
            let text = '';
            answer.setEncoding('utf8').on('data', (part) => { text += part; });
            answer.on('error', fail);
            answer.on('end', () => done({ status, headers, rawHeaders, text }));
        }).on('error', fail));
    }

    async health() {
        return JSON.parse((await this.ask('/healthz')).text);
    }

    // What the server says of itself, by name.
    async metrics() {
        const { text } = await this.ask('/metrics');
        return Object.fromEntries([...text.matchAll(/^dateline_(\w+) (\d+)$/gm)]
            .map(([, name, value]) => [name, Number(value)]));
    }

    // Resolves when the full-text index knows what is there, and what is related
    // is kept: then MORE ABOUT stays as it is.
    async indexed() {
        await until('the index has followed', async () => {
            const { index_change: index, index_related: related,
                press_change: shown } = await this.metrics();
            return index >= shown && related >= shown;
        });
        return this;
    }

    get(path, headers) {
        return this.client.get(path, headers);
    }

    // Asks the server to end. Asked kindly it must end well: under a sanitizer
    // it would not after a leak.
    async stop(signal = 'SIGTERM') {
        if (!this.child) return;
        this.client?.close();
        this.child.kill(signal);
        const { code, signal: by } = await this.ended;
        this.child = null;
        if (signal === 'SIGTERM' && code !== 0)
            throw new Error(`serve ended with ${code ?? by}: ${this.log}`);
    }

    async remove() {
        await this.stop();
        if (this.store) dropDatabase(this.store);
        this.store = null;
        rmSync(this.room, { recursive: true, force: true });
    }
}

// A site with the demo agency's stories, and six of them in Arabic.
export function demoSite(options) {
    const site = new Site({ languages: 'en,uk,ru,ar', ...options });
    site.import(...['sections.yaml', 'tags.yaml', 'en', 'uk', 'ru']
        .map((name) => join(root, 'demo', name)), join(root, 'test/data/ar'));
    site.set('ads', 'yes'); // its pages have places, filled or not
    return site;
}
