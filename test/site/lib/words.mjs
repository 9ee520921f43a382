// words.mjs -- the interface's words, read from the catalogs of site/words.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './site.mjs';

// {name: words} of one language.
function readCatalog(language) {
    const source = readFileSync(join(root, `site/words/${language}.po`), 'utf8');
    const words = {};
    for (const entry of source.split(/\n\n+/)) {
        const field = (key) => {
            const found = new RegExp(`^${key} ((?:".*"\\n?)+)`, 'm').exec(entry);
            return found && found[1].trim().split('\n')
                .map((line) => JSON.parse(line)).join('');
        };
        const name = field('msgctxt');
        if (name) words[name] = field('msgstr');
    }
    return words;
}

export const catalogs = Object.fromEntries(
    readdirSync(join(root, 'site/words')).filter((f) => f.endsWith('.po'))
        .map((f) => [f.slice(0, -3), readCatalog(f.slice(0, -3))]));

const plain = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const space = (text) => text.replace(/\s+/g, ' ').trim();

// What a pattern may print: a source of regular expressions for each plural
// form, with anything in the place of an argument.
function shapes(pattern) {
    if (!pattern.includes('{')) return [plain(pattern)];
    const plural = /^(.*)\{\d+, plural,((?:\s*[=\w]+ \{[^{}]*\})+)\s*\}(.*)$/s
        .exec(pattern);
    if (!plural) return [pattern.split(/\{\d+\}/).map(plain).join('.+')];
    return [...plural[2].matchAll(/[=\w]+ \{([^{}]*)\}/g)].map((form) =>
        plain(plural[1]) + form[1].split('#').map(plain).join('[\\d\\s.,٠-٩]+') +
        plain(plural[3]));
}

// Expressions that match whole texts of an interface in another language than
// this one. A shape that this language shares says nothing and is left out, as
// is one without a letter of its own around its arguments.
const foreign = new Map();
export function foreignWords(language) {
    if (foreign.has(language)) return foreign.get(language);
    const own = Object.values(catalogs[language]).flatMap(shapes);
    const isOwn = (text) => own.some((o) => new RegExp(`^${o}$`, 's').test(text));
    const all = [];
    for (const [other, words] of Object.entries(catalogs)) {
        if (other === language) continue;
        for (const [name, pattern] of Object.entries(words)) {
            if (isOwn(pattern)) continue;
            for (const shape of shapes(pattern))
                if (/\p{L}{2}/u.test(shape) && !own.includes(shape))
                    all.push({ other, name,
                        match: new RegExp(`^${shape}$`, 's') });
        }
    }
    foreign.set(language, { all, isOwn });
    return foreign.get(language);
}

// The texts of a page that belong to the page's language: text nodes and the
// attributes that are read out. Language names stand in their own language.
export function pageTexts(document) {
    const texts = [];
    const language = document.documentElement.getAttribute('lang');
    const walk = (node) => {
        for (const child of node.childNodes) {
            if (child.nodeType === 3) {
                const text = space(child.textContent);
                if (text) texts.push(text);
            }
            if (child.nodeType !== 1) continue;
            if (['SCRIPT', 'STYLE'].includes(child.tagName)) continue;
            const lang = child.getAttribute('lang');
            if (lang && lang !== language) continue;
            for (const name of ['aria-label', 'title', 'alt', 'placeholder'])
                if (child.hasAttribute(name))
                    texts.push(space(child.getAttribute(name)));
            walk(child);
        }
    };
    walk(document.documentElement);
    return texts;
}

// Faults: texts that are another catalog's words and not this one's.
export function foreignTexts(document) {
    const language = document.documentElement.getAttribute('lang');
    const { all, isOwn } = foreignWords(language);
    return pageTexts(document).flatMap((text) => {
        const bare = text.replace(/:$/, '');
        const hit = !isOwn(bare) && all.find(({ match }) => match.test(bare));
        return hit ? [`"${text}" is ${hit.other}'s word ${hit.name}`] : [];
    });
}
