// client.mjs -- HTTP as it is on the wire: nothing is followed, decoded or
// hidden; and a socket for what a decent client would not send.
import http from 'node:http';
import net from 'node:net';

export class Client {
    constructor(url) {
        this.url = url;
        this.agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
    }

    // {status, headers, raw, text}; raw is a Buffer, still coded.
    request(method, path, headers = {}, body) {
        return new Promise((done, fail) => {
            const request = http.request(this.url + path,
                { method, headers, agent: this.agent }, (answer) => {
                    const parts = [];
                    answer.on('data', (part) => parts.push(part));
                    answer.on('error', fail);
                    answer.on('end', () => done(result(answer, parts)));
                });
            request.on('error', fail);
            request.setTimeout(20_000, () =>
                request.destroy(new Error(`no answer: ${method} ${path}`)));
            request.end(body);
        });
    }

    get(path, headers) {
        return this.request('GET', path, headers);
    }

    close() {
        this.agent.destroy();
    }
}

function result(answer, parts) {
    const raw = Buffer.concat(parts);
    return {
        status: answer.statusCode,
        headers: answer.headers,
        rawHeaders: answer.rawHeaders,
        raw,
        get text() { return raw.toString('utf8'); },
    };
}

// Sends bytes, gathers what comes until the server closes or ms have passed.
export function exchange(port, bytes, { ms = 2000, end = false } = {}) {
    return new Promise((done) => {
        const socket = net.connect(port, '127.0.0.1');
        const parts = [];
        let closed = false;
        const finish = () => {
            clearTimeout(timer);
            socket.destroy();
            done({ closed, text: Buffer.concat(parts).toString('latin1') });
        };
        const timer = setTimeout(finish, ms);
        socket.on('connect', () => (end ? socket.end(bytes) : socket.write(bytes)));
        socket.on('data', (part) => parts.push(part));
        socket.on('error', () => { closed = true; });
        socket.on('close', () => { closed = true; finish(); });
    });
}
