// crawl.mjs -- follows every link of a site from its fronts and from what
// crawlers are told, and keeps each answer once; frames of ads are no pages.
import { links, parse } from './page.mjs';

// Addresses that are named in text rather than in HTML.
const located = /<loc>([^<]+)<\/loc>|^Sitemap: (\S+)$|"(?:src|start_url)":\s*"([^"]+)"/gm;

function named(answer, type, url) {
    if (type.startsWith('text/html')) {
        answer.document = parse(answer.text);
        return [...links(answer.document, url)].filter((path) => !path.startsWith('/ad/'));
    }
    if (!/xml|text\/plain|json/.test(type)) return [];
    return [...answer.text.matchAll(located)]
        .map((m) => m[1] ?? m[2] ?? m[3])
        .map((to) => new URL(to.replaceAll('&amp;', '&'), url))
        .filter((to) => to.origin === new URL(url).origin)
        .map((to) => to.pathname + to.search);
}

const PAGES_MAX = 3000; // a walk without an end is a trap for crawlers

// Map of path → {status, type, text, from, document?}.
export async function crawl(site, starts) {
    const pages = new Map();
    const queue = starts.map((path) => ({ path, from: 'the start' }));
    const worker = async () => {
        for (let next; (next = queue.pop());) {
            if (pages.has(next.path)) continue;
            const page = { path: next.path, from: next.from, status: 0 };
            pages.set(next.path, page);
            if (pages.size > PAGES_MAX)
                throw new Error(`${PAGES_MAX} pages and no end: ${next.path}`);
            const answer = await site.get(next.path);
            Object.assign(page, {
                status: answer.status, headers: answer.headers,
                type: answer.headers['content-type'] ?? '', text: answer.text,
            });
            if (answer.status !== 200) continue;
            for (const path of named(page, page.type, site.url + next.path))
                queue.push({ path, from: next.path });
        }
    };
    // A worker that finds nothing to do ends; the last one goes on alone.
    for (let before = -1; before !== pages.size;) {
        before = pages.size;
        await Promise.all(Array.from({ length: 4 }, worker));
    }
    return pages;
}
