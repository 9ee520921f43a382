// bucket.mjs -- an S3-compatible store of a test's own, on a free port of
// loopback, that it may kill, start again, and make answer as none should.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { free } from './postgres.mjs';

const server = fileURLToPath(new URL('bucket_server.mjs', import.meta.url));
const running = new Set();
process.on('exit', () => {
    for (const child of running) child.kill('SIGKILL');
});

export class Bucket {
    constructor({ region = 'eu-central-1' } = {}) {
        this.folder = mkdtempSync(join(tmpdir(), 'dateline-bucket-'));
        this.region = region;
        this.key = 'S3RVER';
        this.secret = randomBytes(20).toString('base64url');
    }

    async start() {
        this.port ??= await free();
        this.child = fork(server, [this.folder, this.port, this.region, this.secret]);
        running.add(this.child);
        const [said] = await once(this.child, 'message');
        if (said !== 'ready') throw new Error(`bucket: ${said}`);
        return this;
    }

    async stop(signal = 'SIGKILL') {
        if (!this.child) return;
        const ended = once(this.child, 'exit');
        this.child.kill(signal);
        await ended;
        running.delete(this.child);
        this.child = null;
    }

    async remove() {
        await this.stop();
        rmSync(this.folder, { recursive: true, force: true });
    }

    get url() { return `http://127.0.0.1:${this.port}/pictures/of/news`; }

    // Makes a site keep its pictures here.
    give(site, { key = this.key, secret = this.secret, mode = 0o600 } = {}) {
        site.set('bucket', this.url);
        site.set('bucket_region', this.region);
        const path = join(site.dir, 'bucket.keys');
        rmSync(path, { force: true });
        writeFileSync(path, `${key}\n${secret}\n`, { mode });
    }

    // How GETs are answered from now on; null: as a store does.
    async be(mode) {
        const told = once(this.child, 'message');
        this.child.send({ be: mode });
        await told;
    }

    // What was asked since the last time.
    async asked() {
        const told = once(this.child, 'message');
        this.child.send({ ask: 'anew' });
        return (await told)[0].asked;
    }
}
