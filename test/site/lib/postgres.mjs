// postgres.mjs -- PostgreSQL servers of a test's own, on free ports of loopback,
// that it may stop, kill and promote.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chownSync, mkdtempSync, readFileSync, readdirSync, rmSync }
    from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const versions = '/usr/lib/postgresql';
const bin = join(versions, readdirSync(versions).sort((a, b) => a - b).at(-1), 'bin');
const isRoot = process.getuid() === 0;
const running = new Set();
process.on('exit', () => {
    for (const server of running) server.kill('SIGQUIT');
});

export function free() {
    return new Promise((done) => {
        const server = net.createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => done(port));
        });
    });
}

// The server does not run as root.
const command = (name, ...args) => isRoot
    ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups',
        join(bin, name), ...args]]
    : [join(bin, name), args];

function run(name, ...args) {
    const done = spawnSync(...command(name, ...args),
        { encoding: 'utf8', cwd: '/' });
    if (done.status !== 0)
        throw new Error(`${name}: ${done.stdout}${done.stderr}`);
    return done.stdout;
}

export class Postgres {
    // settings: lines for postgresql.conf; of: whose standby it becomes.
    static async make({ settings = [], of } = {}) {
        const made = new Postgres();
        made.home = mkdtempSync(join(tmpdir(), 'dateline-postgres-'));
        made.data = join(made.home, 'data');
        made.port = await free();
        if (isRoot) {
            const passwd = readFileSync('/etc/passwd', 'utf8');
            const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+)/m.exec(passwd);
            chownSync(made.home, Number(uid), Number(gid));
        }
        if (of)
            run('pg_basebackup', '-D', made.data, '-R', '-X', 'stream', '-c', 'fast',
                '-d', `host=127.0.0.1 port=${of.port} user=dateline ` +
                'application_name=standby');
        else
            run('initdb', '-D', made.data, '-U', 'dateline', '-A', 'trust', '-E', 'UTF8',
                '--locale=C.UTF-8');
        appendFileSync(join(made.data, 'postgresql.conf'), ['',
            "listen_addresses = '127.0.0.1'", `port = ${made.port}`,
            "unix_socket_directories = ''", 'max_connections = 100',
            'shared_buffers = 128MB', ...settings, ''].join('\n'));
        await made.start();
        return made;
    }

    async start() {
        this.child = spawn(...command('postgres', '-D', this.data),
            { stdio: 'ignore', cwd: '/' });
        running.add(this.child);
        this.ended = new Promise((done) => this.child.on('exit', () => {
            running.delete(this.child);
            done();
        }));
        for (let i = 0; ; i++) {
            const ready = spawnSync(join(bin, 'pg_isready'),
                ['-q', '-h', '127.0.0.1', '-p', String(this.port), '-U', 'dateline']);
            if (ready.status === 0) return;
            if (i > 300) throw new Error(`${this.data} does not start`);
            await sleep(100);
        }
    }

    // SIGQUIT is its stop "immediate", SIGINT "fast"; SIGKILL is of the postmaster
    // alone: the others end when they see it.
    async stop(signal = 'SIGQUIT') {
        if (!this.child) return;
        this.child.kill(signal);
        await this.ended;
        this.child = null;
    }

    // Lets clients of that network in.
    allow(network) {
        appendFileSync(join(this.data, 'pg_hba.conf'), `host all all ${network} trust\n`);
        this.sql('SELECT pg_reload_conf()');
    }

    // A standby becomes the primary.
    promote() {
        run('pg_ctl', '-D', this.data, '-w', 'promote');
    }

    url(database) {
        return `postgresql://dateline@127.0.0.1:${this.port}/${database}`;
    }

    sql(text, database = 'postgres') {
        const done = spawnSync('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1',
            '-c', text, this.url(database)], { encoding: 'utf8' });
        if (done.status !== 0) throw new Error(`psql: ${text}: ${done.stderr}`);
        return done.stdout.trim();
    }

    async remove() {
        await this.stop();
        rmSync(this.home, { recursive: true, force: true });
    }
}
