// proc.mjs -- what the system says of a running process.
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

// Bytes that are the process's own in memory.
export function residentBytes(pid) {
    const found = /^VmRSS:\s+(\d+) kB/m
        .exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(found[1]) * 1024;
}

export const openFiles = (pid) => readdirSync(`/proc/${pid}/fd`).length;

// The most files that a process of ours may open.
export function filesMax() {
    const found = /^Max open files\s+(\S+)\s+(\S+)/m
        .exec(readFileSync('/proc/self/limits', 'utf8'));
    return found[2] === 'unlimited' ? 1 << 20 : Number(found[2]);
}

// Waits until it holds, at most ms; whether it does.
export async function until(holds, ms) {
    const end = performance.now() + ms;
    while (!holds()) {
        if (performance.now() > end) return false;
        await sleep(50);
    }
    return true;
}
