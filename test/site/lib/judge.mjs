// judge.mjs -- the independent judges of what the site sends.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HtmlValidate } from 'html-validate';
import { parseFeed } from 'feedsmith';
import { shared } from './site.mjs';

const validator = new HtmlValidate({
    extends: ['html-validate:recommended'],
    rules: {
        // A headline is as long as its editors make it.
        'long-title': 'off',
        // Void elements are written without a slash, as HTML has them.
        'void-style': ['error', { style: 'omit' }],
        // Layout of the source is nobody's concern.
        'no-trailing-whitespace': 'off',
        'require-sri': 'off',
    },
});

// Sentences of what is wrong with a page; empty when it is well.
export async function htmlFaults(html) {
    const report = await validator.validateString(html);
    return report.results.flatMap((result) => result.messages.map(
        (m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`));
}

// {format, title, language, self, items: [{id, title, link, content, date}]},
// read by a parser that knows nothing of us. Throws when it cannot be read.
export function readFeed(source) {
    const { format, feed } = parseFeed(source);
    const link = (rel) => (feed.links ?? feed.atom?.links ?? [])
        .find((l) => (l.rel ?? 'alternate') === rel)?.href;
    if (format === 'rss')
        return {
            format, title: feed.title, home: feed.link, self: link('self'),
            language: feed.language,
            items: (feed.items ?? []).map((i) => ({
                id: i.guid?.value, title: i.title, link: i.link,
                content: i.content?.encoded ?? '', date: i.pubDate,
            })),
        };
    if (format === 'atom')
        return {
            format, title: feed.title?.value ?? feed.title, home: link('alternate'),
            self: link('self'), language: feed.xml?.lang ?? null,
            items: (feed.entries ?? []).map((e) => ({
                id: e.id, title: e.title?.value ?? e.title,
                link: e.links?.find((l) => (l.rel ?? 'alternate') === 'alternate')
                    ?.href,
                content: e.content?.value ?? e.content ?? '', date: e.published,
            })),
        };
    return {
        format, title: feed.title, home: feed.home_page_url, self: feed.feed_url,
        language: feed.language,
        items: (feed.items ?? []).map((i) => ({
            id: i.id, title: i.title, link: i.url,
            content: i.content_html ?? '', date: i.date_published,
        })),
    };
}

// Runs a checker of the shared data over texts {name: text}; what it says about
// those that it refuses, by name. With XML the name ends in .xml, and so on.
export function sharedFaults(tool, texts) {
    const room = mkdtempSync(join(tmpdir(), 'dateline-judge-'));
    const faults = {};
    try {
        const names = Object.keys(texts);
        names.forEach((name, i) =>
            writeFileSync(join(room, `${i}${name.match(/\.\w+$/)?.[0] ?? ''}`),
                texts[name]));
        const files = names.map((name, i) =>
            join(room, `${i}${name.match(/\.\w+$/)?.[0] ?? ''}`));
        const run = spawnSync('/usr/bin/python3',
            [join(shared, 'data/tools', tool), ...files],
            { encoding: 'utf8', maxBuffer: 64 << 20 });
        if (run.error) throw run.error;
        let at = null;
        for (const line of run.stdout.split('\n')) {
            const index = files.findIndex((f) => line.startsWith(f));
            if (index >= 0) at = names[index];
            else if (line.trim() && at) (faults[at] ??= []).push(line.trim());
        }
        if (run.status !== 0 && !Object.keys(faults).length)
            faults[tool] = [run.stdout + run.stderr];
    } finally {
        rmSync(room, { recursive: true, force: true });
    }
    return faults;
}
