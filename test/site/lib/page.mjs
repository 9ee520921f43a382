// page.mjs -- what a page holds, as its reader's browser would see it.
import { parseHTML } from 'linkedom';

export const parse = (html) => parseHTML(html).document;

// Every address of the page's own host that it names, as paths with queries;
// without fragments. base: {origin} of the site and path of the page.
export function links(document, url) {
    const found = new Set();
    for (const element of document.querySelectorAll('[href], [src]')) {
        const target = element.getAttribute('href') ?? element.getAttribute('src');
        const to = new URL(target, url);
        if (to.origin === new URL(url).origin)
            found.add(to.pathname + to.search);
    }
    return found;
}

// Faults of the headings: one h1, and none that skips a level.
export function headingFaults(document) {
    const levels = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')]
        .map((heading) => Number(heading.tagName[1]));
    const faults = [];
    if (levels.filter((level) => level === 1).length !== 1)
        faults.push(`${levels.filter((l) => l === 1).length} h1`);
    // Before the first h1 there may be headings of lists, never deeper ones.
    levels.reduce((before, level) => {
        if (level > before + 1) faults.push(`h${level} after h${before}`);
        return level;
    }, 0);
    return faults;
}

export const text = (node) => node?.textContent.replace(/\s+/g, ' ').trim() ?? '';

// An item of a list: its time as shown and as data, its headline and address.
export const items = (list) => [...(list?.querySelectorAll('li') ?? [])]
    .map((li) => ({
        time: text(li.querySelector('time')),
        iso: li.querySelector('time')?.getAttribute('datetime') ?? '',
        headline: text(li.querySelector('.line a')),
        href: li.querySelector('.line a')?.getAttribute('href'),
    }));
