// disk.mjs -- a disk as a record of changes (record.c) leaves it when the power
// goes: what was synced is there; of what was not, any part.
//
// A file's bytes and a folder's names are two things: a name is on the disk when
// its folder was synced after it came, whatever was synced of the file. Writes
// tear at 512 bytes. Nothing that was not synced keeps its order.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SECTOR = 512;

// [{kind, ...}] of a record's file; `said` lines, which a test appends, are
// {kind: 'A', said}.
export function readRecord(path) {
    const bytes = readFileSync(path);
    const changes = [];
    for (let at = 0; at < bytes.length;) {
        const end = bytes.indexOf(10, at);
        const line = bytes.toString('utf8', at, end);
        const [kind, rest] = [line[0], line.slice(2)];
        at = end + 1;
        if (kind === 'A') {
            changes.push({ kind, said: rest });
        } else if (kind === 'W') {
            const [inode, offset, len] = rest.split(' ').map(Number);
            changes.push({ kind, inode, offset, bytes: bytes.subarray(at, at + len) });
            at += len;
        } else if (kind === 'T') {
            const [inode, len] = rest.split(' ').map(Number);
            changes.push({ kind, inode, len });
        } else if (kind === 'S') {
            changes.push({ kind, inode: Number(rest) });
        } else if (kind === 'N' || kind === 'D') {
            const [, inode, name] = /^(\d+) (.*)$/.exec(rest);
            changes.push({ kind, inode: Number(inode), path: name });
        } else if (kind === 'R' || kind === 'L') {
            const [from, to] = rest.split('\t');
            changes.push({ kind, from, to });
        } else if (kind === 'U') {
            changes.push({ kind, path: rest });
        } else {
            throw new Error(`no such record: ${line.slice(0, 100)}`);
        }
    }
    return changes;
}

const newFile = () => ({ synced: Buffer.alloc(0), changes: [] });
const newFolder = () => ({ synced: new Map(), now: new Map(), changes: [] });

// The bytes after some changes; torn: of each write, whether a sector is there.
function bytesAfter(from, changes, torn = () => true) {
    let room = Buffer.from(from), len = from.length;
    const reach = (end) => {
        if (end > room.length) room = Buffer.concat([room, Buffer.alloc(Math.max(end, 2 * room.length) - room.length)]);
        if (end > len) len = end;
    };
    for (const { bytes, offset, cut } of changes) {
        if (cut !== undefined) {
            reach(cut);
            room.fill(0, cut);
            len = cut;
            continue;
        }
        for (let at = 0; at < bytes.length;) {
            const end = Math.min(bytes.length, at + SECTOR - (offset + at) % SECTOR);
            if (torn()) {
                reach(offset + end);
                bytes.copy(room, offset + at, at, end);
            }
            at = end;
        }
    }
    return room.subarray(0, len);
}

function namesAfter(from, changes) {
    const names = new Map(from);
    for (const { gone, name, thing } of changes) {
        if (gone) names.delete(gone);
        if (name) names.set(name, thing);
    }
    return names;
}

export class Disk {
    constructor(inode) { // of the folder that was there before
        this.root = newFolder();
        this.things = new Map([[inode, this.root]]); // by inode, which may be given out again
    }

    // The folder in which a path lies, and its name there.
    #place(path) {
        const names = path.split('/');
        const name = names.pop();
        let folder = this.root;
        for (const each of names) folder = folder.now.get(each);
        return { folder, name };
    }

    #enter(path, thing, gone) {
        const { folder, name } = this.#place(path);
        if (gone) folder.now.delete(gone);
        folder.now.set(name, thing);
        folder.changes.push({ name, thing, gone });
    }

    #leave(path) {
        const { folder, name } = this.#place(path);
        folder.now.delete(name);
        folder.changes.push({ gone: name });
    }

    #rename(from, to) {
        const [a, b] = [this.#place(from), this.#place(to)];
        const thing = a.folder.now.get(a.name);
        if (!thing) return; // a socket, which no power can keep
        this.#enter(to, thing, a.folder === b.folder ? a.name : undefined);
        if (a.folder !== b.folder) this.#leave(from);
    }

    #sync(thing) {
        thing.synced = thing.now ? namesAfter(thing.synced, thing.changes)
            : bytesAfter(thing.synced, thing.changes);
        thing.changes = [];
    }

    #of(inode) {
        const thing = this.things.get(inode);
        if (!thing) throw new Error(`nobody made inode ${inode}`);
        return thing;
    }

    do(change) {
        const { kind, inode, path } = change;
        if (kind === 'N' || kind === 'D') {
            const thing = kind === 'N' ? newFile() : newFolder();
            this.things.set(inode, thing);
            this.#enter(path, thing);
        } else if (kind === 'W') {
            this.#of(inode).changes.push(change);
        } else if (kind === 'T') {
            this.#of(inode).changes.push({ cut: change.len });
        } else if (kind === 'S') {
            this.#sync(this.#of(inode));
        } else if (kind === 'R') {
            this.#rename(change.from, change.to);
        } else if (kind === 'L') {
            const { folder, name } = this.#place(change.from);
            this.#enter(change.to, folder.now.get(name));
        } else if (kind === 'U') {
            this.#leave(path);
        }
    }

    // Makes in a folder what is on the disk if the power goes now. keep: how
    // much of what was not synced is there all the same, 0 to 1.
    cut(into, keep, random) {
        const here = () => keep === 1 || (keep > 0 && random() < keep);
        const write = (thing, path) => {
            if (!thing.now) {
                writeFileSync(path, bytesAfter(thing.synced, thing.changes.filter(here), here));
                return;
            }
            mkdirSync(path, { recursive: true });
            for (const [name, each] of namesAfter(thing.synced, thing.changes.filter(here)))
                write(each, join(path, name));
        };
        write(this.root, into);
    }
}
