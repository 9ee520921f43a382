// draft.mjs -- stories for tests, as Markdown with a head.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

let serial = 0;

// The text of a story's file; what is not given is left out or made up.
export function markdown({ title, body = '', tags = [], ...rest } = {}) {
    const head = {
        uri: `urn:test:${process.pid}:${++serial}`, language: 'en',
        section: 'facts', version: 1, ...rest,
    };
    const quote = (value) => typeof value === 'number' ? value :
        JSON.stringify(value);
    return ['---', `title: ${quote(title ?? `Story ${serial}`)}`,
        ...Object.entries(head).filter(([, v]) => v !== undefined)
            .map(([k, v]) => `${k}: ${quote(v)}`),
        `tags: [${tags.join(', ')}]`, '---', body, ''].join('\n');
}

// Saves a story on the site and does the acts: put(site, {...}, ['publish'],
// ['kill', '--note', 'why']). What the last one answers.
export function put(site, story, ...acts) {
    let done = site.story('put', '-', { input: markdown(story) });
    for (const [verb, ...words] of acts)
        done = site.story(verb, String(done.story), ...words);
    return done;
}

// Writes several stories as files, for import.
export function files(site, stories) {
    return stories.map((story, i) => {
        const path = join(site.room, `story-${++serial}-${i}.md`);
        writeFileSync(path, markdown(story));
        return path;
    });
}
