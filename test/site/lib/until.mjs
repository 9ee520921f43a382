// until.mjs -- waits for what another process will do, and fails in words.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

// Tries until holds answers true; what it answered last when that does not come
// within a minute.
export async function until(what, holds) {
    let last;
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(10)) {
        last = await holds();
        if (last === true) return;
    }
    assert.fail(`${what}: ${JSON.stringify(last)}`);
}
