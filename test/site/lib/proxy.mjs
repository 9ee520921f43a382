// proxy.mjs -- a cable between a client and a server that a test may cut where
// it likes: before or behind a word that the client says.
import net from 'node:net';

export class Proxy {
    // To that port of loopback; listens on this.port.
    static make(port) {
        const made = new Proxy();
        made.pairs = new Set();
        made.open = true;
        made.silent = false;
        made.server = net.createServer((client) => made.join(client, port));
        return new Promise((done) => made.server.listen(0, '127.0.0.1', () => {
            made.port = made.server.address().port;
            done(made);
        }));
    }

    join(client, port) {
        if (!this.open) {
            client.destroy();
            return;
        }
        const server = net.connect(port, '127.0.0.1');
        const pair = { client, server };
        this.pairs.add(pair);
        const end = () => {
            this.pairs.delete(pair);
            client.destroy();
            server.destroy();
        };
        for (const side of [client, server]) side.on('error', end).on('close', end);
        client.on('data', (bytes) => this.hear(pair, bytes, end));
        server.on('data', (bytes) => {
            if (!this.silent && !pair.mute) client.write(bytes);
        });
    }

    hear(pair, bytes, end) {
        if (this.silent) return;
        if (!this.word || !bytes.includes(this.word)) {
            pair.server.write(bytes);
            return;
        }
        const { behind, then } = this.cut;
        this.word = null;
        then?.();
        if (!behind) {
            end();
            return;
        }
        // The server hears it, and its answer is lost.
        pair.mute = true;
        pair.server.write(bytes);
        pair.server.once('data', end);
    }

    // Cuts the connection that says the word, before or behind it.
    cutAt(word, { behind, then } = {}) {
        this.word = Buffer.from(word);
        this.cut = { behind, then };
    }

    // Takes no more connections, and ends those there are; or takes them again.
    close(open = false) {
        this.open = open;
        if (!open) for (const { client } of this.pairs) client.destroy();
    }

    // Lets nothing through, and nobody knows.
    hush(silent) {
        this.silent = silent;
        if (!silent) for (const { client } of this.pairs) client.destroy();
    }

    remove() {
        this.close();
        this.server.close();
    }
}
