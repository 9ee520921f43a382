// png.mjs -- pictures for tests, made by the byte.
import { deflateSync } from 'node:zlib';

// A PNG of one colour, however large it says it is; rows: how many of it are there.
export function png(width, height, { depth = 1, kind = 0, rows = height, interlace = 0 } = {}) {
    const table = Array.from({ length: 256 }, (_, n) => {
        for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
        return n >>> 0;
    });
    const crc = (bytes) => (bytes.reduce((c, b) => table[(c ^ b) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
    const chunk = (name, data) => {
        const body = Buffer.concat([Buffer.from(name), data]);
        const ends = Buffer.alloc(8);
        ends.writeUInt32BE(data.length, 0);
        ends.writeUInt32BE(crc(body), 4);
        return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
    };
    const head = Buffer.alloc(13);
    head.writeUInt32BE(width, 0);
    head.writeUInt32BE(height, 4);
    head.set([depth, kind, 0, 0, interlace], 8);
    const samples = { 0: 1, 2: 3, 6: 4 }[kind];
    const row = 1 + Math.ceil(width * depth * samples / 8);
    return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head),
        chunk('IDAT', deflateSync(Buffer.alloc(row * rows))), chunk('IEND', Buffer.alloc(0))]);
}
