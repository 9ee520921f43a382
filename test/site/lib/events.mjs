// events.mjs -- server-sent events, as a program hears them.
import assert from 'node:assert/strict';
import http from 'node:http';

// Collects the events of /live as {id, event, data}; text is all that was said.
export function listenTo(site, query, headers = {}) {
    const line = { events: [], text: '' };
    const request = http.get(`${site.url}/live?${query}`, { headers }, (answer) => {
        let rest = '';
        assert.equal(answer.statusCode, 200);
        assert.equal(answer.headers['content-type'], 'text/event-stream');
        answer.setEncoding('utf8').on('error', () => {}).on('data', (part) => {
            line.text += part;
            const blocks = (rest + part).split('\n\n');
            rest = blocks.pop();
            for (const block of blocks) {
                const fields = Object.fromEntries(block.split('\n')
                    .map((line) => line.split(/: (.*)/s)).filter(([name]) => name));
                if (fields.event) line.events.push({ ...fields, id: Number(fields.id),
                    data: JSON.parse(fields.data) });
            }
        });
    }).on('error', () => {});
    line.stop = () => request.destroy();
    return line;
}
