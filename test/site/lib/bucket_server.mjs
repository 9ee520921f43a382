// bucket_server.mjs -- an S3-compatible store on loopback, as a process of its
// own: node bucket_server.mjs FOLDER PORT REGION SECRET. Its one access key and
// its one bucket are those of bucket.mjs.
//
// What is stored, and how it answers, is s3rver's. That does not check version 4
// of signatures, so each request comes to it through a door that signs the same
// request by aws4, and wants the same signature; and the hash of the body.
// Told a mode by its parent, the door answers GETs itself, as no store should.
import { createHash } from 'node:crypto';
import http from 'node:http';
import aws4 from 'aws4';
import S3rver from 's3rver';

const [folder, port, region, secret] = process.argv.slice(2);
const KEY = 'S3RVER'; // the one that s3rver knows
const BUCKET = 'pictures';
let mode = null;
let asked = [];

const inner = new S3rver({ directory: folder, address: '127.0.0.1', port: 0, silent: true,
    configureBuckets: [{ name: BUCKET }] });
const { port: innerPort } = await inner.run();

function refuse(answer, status, code) {
    answer.writeHead(status, { 'content-type': 'application/xml' });
    answer.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`);
}

// The code of what is wrong with the request, or null.
function wrongWith(request, body) {
    const said = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/
        .exec(request.headers.authorization ?? '');
    if (!said) return 'AccessDenied';
    const [, key, , where, names, signature] = said;
    if (key !== KEY) return 'InvalidAccessKeyId';
    if (where !== region) return 'AuthorizationHeaderMalformed';
    for (const name of ['host', 'x-amz-date', 'x-amz-content-sha256'])
        if (!names.split(';').includes(name)) return 'AccessDenied';
    const headers = Object.fromEntries(names.split(';').map((name) => [name, request.headers[name]]));
    const again = aws4.sign({ service: 's3', region, method: request.method, path: request.url, headers },
        { accessKeyId: key, secretAccessKey: secret });
    if (!again.headers.Authorization.endsWith(`SignedHeaders=${names}, Signature=${signature}`))
        return 'SignatureDoesNotMatch';
    return createHash('sha256').update(body).digest('hex') === headers['x-amz-content-sha256']
        ? null : 'XAmzContentSHA256Mismatch';
}

function passOn(request, body, answer) {
    const on = http.request({ host: '127.0.0.1', port: innerPort, method: request.method,
        path: request.url, headers: request.headers }, (back) => {
        answer.writeHead(back.statusCode, back.headers);
        back.pipe(answer);
    });
    on.on('error', () => answer.destroy());
    on.end(body);
}

const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
const modes = {
    long: (answer) => { // more than any file may have, and no end of it
        answer.writeHead(200, { 'content-type': 'image/avif', 'content-length': 1 << 30 });
        const more = () => { while (!answer.destroyed && answer.write(Buffer.alloc(1 << 16))); };
        answer.on('drain', more);
        more();
    },
    unsaid: (answer) => { // as long as it likes, in chunks
        answer.writeHead(200, { 'content-type': 'image/avif' });
        const more = () => { while (!answer.destroyed && answer.write(Buffer.alloc(1 << 16))); };
        answer.on('drain', more);
        more();
    },
    html: (answer) => answer.end('<!doctype html><script>alert(1)</script>'),
    empty: (answer) => answer.writeHead(200, { 'content-length': 0 }).end(),
    other: (answer) => answer.writeHead(200, { 'content-length': jpeg.length }).end(jpeg),
    cut: (answer) => { // less than it said
        answer.writeHead(200, { 'content-length': 5000 });
        answer.write(Buffer.alloc(1000), () => answer.destroy());
    },
    none: (answer) => refuse(answer, 404, 'NoSuchKey'),
    failed: (answer) => refuse(answer, 500, 'InternalError'),
    moved: (answer) => answer.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    odd: (answer) => answer.socket.end('what\r\n\r\n'),
    silent: () => {},
    dripping: (answer) => {
        answer.writeHead(200, { 'content-length': 100000 });
        const timer = setInterval(() => answer.write('x'), 500);
        answer.on('close', () => clearInterval(timer));
    },
};
const held = []; // answers kept back

http.createServer((request, answer) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
        const body = Buffer.concat(parts);
        asked.push(`${request.method} ${request.url}`);
        const wrong = wrongWith(request, body);
        if (wrong) return refuse(answer, 403, wrong);
        if (mode === 'held' && request.method === 'GET')
            return held.push(() => passOn(request, body, answer));
        if (mode && request.method === 'GET') return modes[mode](answer);
        passOn(request, body, answer);
    });
}).listen(Number(port), '127.0.0.1', () => process.send('ready'));

process.on('message', ({ be, ask }) => {
    if (be !== undefined) {
        mode = be;
        for (const go of held.splice(0)) go();
        process.send({ be });
    }
    if (ask) process.send({ asked });
    if (ask === 'anew') asked = [];
});
process.on('disconnect', () => process.exit());
