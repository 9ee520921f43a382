// hostile.test.mjs -- stories written by an attacker, in every field and by
// every way in, on every page, in a real browser: nothing of it runs, nothing
// is fetched from elsewhere, and the policy has nothing to forbid.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from './lib/chromium.mjs';
import { payloads } from './lib/hostile.mjs';
import { Site, dateline, root, shared } from './lib/site.mjs';

const TABS = 4;
let site, browser, pages, pictures;

// Those of others, where they are there.
function others() {
    const file = shared && join(shared, 'data/xss/payloads.dev.jsonl');
    if (!file || !existsSync(file)) return [];
    return readFileSync(file, 'utf8').trim().split('\n')
        .map((line) => JSON.parse(line).html);
}

const cut = (text, max) => [...text].slice(0, max).join('');
const line = (text, max = 280) => cut(text.replace(/\s+/g, ' '), max) || 'x';
const xml = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
    .replace(/[^\t\n\r\x20-\uffff]/g, '');
const at = (i) => new Date(Date.UTC(2021, 3, 14) + i * 3_600_000).toISOString();

function ninjs(payload, i, more = {}) {
    return {
        uri: `urn:hostile:${i}`, type: 'text', version: '1', language: 'en',
        firstCreated: at(i), by: line(payload), located: line(payload),
        headlines: [{ role: 'main', value: line(payload, 200) + ` ${i}` }],
        descriptions: [{ role: 'summary', value: line(payload, 1000) }],
        bodies: [{ role: 'main', contentType: 'text/html',
            value: `<p>Before</p>${payload}<p>After</p>` }],
        subjects: [{ rel: 'section', ...i % 16 ? { literal: 'facts' } :
            { name: line(payload), literal: line(payload) } },
        { name: line(payload), literal: line(payload) }],
        infoSources: [{ name: line(payload), role: 'source',
            uri: 'javascript:alert(1)' }],
        ...more,
    };
}

const corrected = (payload, i) => ninjs(payload, i, {
    version: '2',
    descriptions: [{ role: 'summary', value: line(payload, 1000) },
        { role: 'correction', value: line(payload, 900) }],
});

const killed = (payload, i) => ({
    uri: `urn:hostile:${i}`, type: 'text', version: '3', language: 'en',
    pubStatus: 'canceled',
    descriptions: [{ role: 'correction', value: line(payload, 900) }],
});

function markdown(payload, i) {
    const quote = (text) => JSON.stringify(line(text));
    return ['---', `title: ${quote(payload)}`, `uri: "urn:hostile:md:${i}"`,
        `date: ${at(i)}`, 'language: en', 'section: facts',
        `deck: ${quote(payload)}`, `byline: ${quote(payload)}`,
        `place: ${quote(payload)}`, `source: ${quote(payload)}`,
        `picture: ${pictures[i % pictures.length]}`, `picture_alt: ${quote(payload)}`,
        `picture_caption: ${quote(payload)}`,
        'source_url: "javascript:alert(1)"', `tags: [${quote(payload)}]`,
        '---', '', payload, '', `> ${payload}`, '', `* ${payload}`, ''].join('\n');
}

const rss = (list) => `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Feed</title><link>https://feed.example/</link><description>x</description>
<language>en</language>${list.map((payload, i) => `<item>
<title>${xml(line(payload))}</title><guid>urn:hostile:rss:${i}</guid>
<link>javascript:alert(1)</link><pubDate>${new Date(at(i)).toUTCString()}</pubDate>
<dc:creator>${xml(line(payload))}</dc:creator>
<category>${xml(line(payload))}</category>
<description>${xml(line(payload))}</description>
<content:encoded>${xml(`<p>Before</p>${payload}<p>After</p>`)}</content:encoded>
</item>`).join('\n')}</channel></rss>`;

function article(payload, i) {
    const ld = { '@context': 'https://schema.org', '@type': 'NewsArticle',
        headline: line(payload), datePublished: at(i), articleSection: line(payload),
        author: { '@type': 'Person', name: line(payload) },
        keywords: [line(payload)], description: line(payload) };
    return `<!DOCTYPE html><html lang="en"><head><title>${xml(payload)}</title>
<link rel="canonical" href="https://paper.example/${i}">
<meta property="og:title" content="${xml(line(payload))}">
<meta property="og:description" content="${xml(line(payload))}">
<script type="application/ld+json">${
    JSON.stringify(ld).replaceAll('<', '\\u003c')}</script></head><body><article>
<h1>${xml(line(payload))}</h1><p>It happened at the harbour in the morning, and
many people saw it, says the report.</p><div>${payload}</div><p>A second part of
the text follows, long enough to be one.</p></article></body></html>`;
}

function put(name, text) {
    const path = join(site.room, name);
    writeFileSync(path, text);
    return path;
}

// All that the site links to, from its fronts, lists, feeds and sitemaps.
async function walk(starts) {
    const found = new Map(starts.map((path) => [path, null]));
    for (const path of found.keys()) {
        const answer = await site.get(path);
        const { status, headers, text } = answer;
        found.set(path, { path, status, headers, text,
            type: headers['content-type'] ?? '' });
        for (const [, a, b] of text.matchAll(
            /(?:href|src)="(\/[^"#]*)"|<loc>https?:\/\/[^/]+([^<]+)<\/loc>/g)) {
            const to = (a ?? b).replaceAll('&amp;', '&');
            if (!found.has(to)) found.set(to, null);
        }
    }
    return found;
}

// Some are refused, which is as good; most come in.
function bring(format, ...files) {
    const done = dateline('import', site.dir, '--json', '--format', format,
        ...files);
    assert.ok(done.status < 2, done.err);
    return JSON.parse(done.out);
}

// Pictures of which an attacker says everything; the last by its file alone.
function bringPictures() {
    const said = payloads.slice(0, 40).map((payload, i) => {
        const path = put(`${i}.jpg`, ownPicture(`<?xpacket begin='' id='${i}'?><r xmlns:d='http://purl.org/dc/elements/1.1/'
            xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:RDF><rdf:Description d:description="${
    xml(line(payload))}" d:creator="${xml(line(payload))}"/></rdf:RDF></r>`));
        const words = i % 2 ? ['alt', 'caption', 'credit', 'rights'].flatMap((field) => [`--${field}`, line(payload)]) : [];
        const done = dateline('media', 'add', site.dir, path, ...words, '--json');
        assert.equal(done.status, 0, done.err);
        return JSON.parse(done.out);
    });
    // what the files say came in as what it is
    assert.ok(said.filter(({ caption }, i) => caption === line(payloads[i]).trim()).length > 30);
    return said.map(({ mark }) => mark);
}

// A JPEG with XMP.
function ownPicture(xmp) {
    const bytes = readFileSync(join(root, 'test/data/pictures/plain.jpg'));
    const body = Buffer.from(`http://ns.adobe.com/xap/1.0/\0${xmp}`);
    const head = Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 255]);
    return Buffer.concat([bytes.subarray(0, 2), head, body, bytes.subarray(2)]);
}

function fill() {
    pictures = bringPictures();
    const all = [...payloads, ...others()];
    const lines = (list) => list.map((o) => JSON.stringify(o)).join('\n') + '\n';
    const third = (n) => all.map((p, i) => [p, i]).filter(([, i]) => i % 3 === n);
    const first = bring('ninjs', put('1.jsonl', lines(all.map(
        (p, i) => ninjs(p, i)))));
    assert.ok(first.new > all.length * 0.9, JSON.stringify(first));
    bring('ninjs', put('2.jsonl', lines(third(1).map((a) => corrected(...a)))));
    bring('ninjs', put('3.jsonl', lines(third(2).map((a) => killed(...a)))));
    const files = (end, make) => payloads.map((p, i) =>
        put(`${i}.${end}`, make(p, i)));
    const counts = [
        bring('markdown', ...files('md', markdown)),
        bring('rss', put('feed.xml', rss(payloads))),
        bring('html', ...files('html', article)),
    ];
    for (const count of counts)
        assert.ok(count.new > payloads.length * 0.8, JSON.stringify(count));
    put('sections.yaml', '');
    bring('names', put('sections-x.yaml', `facts: {en: ${
        JSON.stringify(payloads[0])}}\n`));
}

before(async () => {
    site = new Site({ languages: 'en', name: 'A</title><script>alert(1)</script>' });
    fill();
    await site.serve();
    pages = await walk(['/en/', '/en/latest/', '/sitemap.xml',
        '/en/rss.xml', '/robots.txt', '/manifest.webmanifest', '/opensearch.xml']);
    // The killed ones are linked from nowhere.
    for (let number = 1; number <= payloads.length; number++) {
        const path = `/en/facts/${number}`;
        const answer = await site.get(path);
        if (answer.status === 410)
            pages.set(path, { path, status: 410, headers: answer.headers,
                type: answer.headers['content-type'], text: answer.text });
    }
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await site?.remove();
});

// Runs in the page, before anything of it.
function watch() {
    window.faults = [];
    document.addEventListener('securitypolicyviolation', (e) =>
        window.faults.push(`policy: ${e.violatedDirective} ${e.blockedURI}`));
    for (const name of ['alert', 'confirm', 'prompt'])
        window[name] = () => window.faults.push(`${name} was called`);
}

// What stands in the page that could act, and a text that is another one when
// it is read again.
function inspect() {
    const faults = [...window.faults ?? []];
    const say = (what, node) =>
        faults.push(`${what}: ${node.outerHTML.slice(0, 200)}`);
    for (const node of document.querySelectorAll('*')) {
        for (const { name } of node.attributes)
            if (/^on/i.test(name)) say('handler', node);
        for (const name of ['href', 'src', 'action', 'formaction', 'xlink:href']) {
            const value = node.getAttribute(name);
            const url = value !== null && URL.parse(value, document.baseURI);
            if (url && !/^(https?|mailto|tel):$/.test(url.protocol))
                say('script address', node);
        }
    }
    // Script is the site's own file, and data.
    const bad = 'script:not([type="application/ld+json"]):not(head > [src^="/site.js?v="]), iframe, object, embed,' +
        'base, form, template, svg, math, meta[http-equiv], style:not(head > style)';
    // The one form there is, of the page of a search and nowhere else.
    const own = /^\/[a-z]+\/search$/.test(location.pathname)
        ? document.querySelector('main > .search > form[role=search]') : null;
    for (const node of document.querySelectorAll(bad))
        if (node !== own || node.getAttribute('action') !== location.pathname)
            say('element', node);
    for (const node of document.querySelectorAll('script:not([src])')) {
        try { JSON.parse(node.textContent); } catch { say('not JSON', node); }
    }
    const main = document.querySelector('main')?.innerHTML ?? '';
    const again = new DOMParser().parseFromString(main, 'text/html').body;
    if (again.innerHTML.trim() !== main.trim()) faults.push('another tree');
    return faults;
}

async function open(tab, path, faults, html) {
    const start = faults.length;
    const note = (what) => faults.push(`${path}: ${what}`);
    const on = {
        dialog: (dialog) => { note(`dialog ${dialog.message()}`); dialog.dismiss(); },
        console: (message) => {
            // Its own view of XML has a style that the policy forbids.
            if (!html && /inline style/.test(message.text())) return;
            if (/Content Security Policy|Refused/i.test(message.text()))
                note(message.text());
        },
        request: (request) => {
            if (!request.url().startsWith(site.url)) note(request.url());
        },
        popup: () => note('popup'),
    };
    for (const [name, listener] of Object.entries(on)) tab.on(name, listener);
    try {
        const shown = await tab.goto(site.url + path, { waitUntil: 'load' })
            .catch((error) => { // a feed is nothing that it shows
                if (html || !/Download is starting/.test(error.message)) throw error;
            });
        if (shown && tab.url() !== site.url + path) note(`went to ${tab.url()}`);
        if (html) (await tab.evaluate(inspect)).forEach(note);
    } finally {
        for (const [name, listener] of Object.entries(on)) tab.off(name, listener);
    }
    return faults.length - start;
}

async function openAll(paths, html) {
    const context = await browser.newContext();
    const queue = [...paths];
    const faults = [];
    await context.addInitScript(watch);
    await Promise.all(Array.from({ length: TABS }, async () => {
        const tab = await context.newPage();
        for (let path; (path = queue.pop());) await open(tab, path, faults, html);
    }));
    await context.close();
    return faults;
}

const of = (type) => [...pages.values()].filter((page) =>
    page.type.startsWith(type) && (page.status === 200 || page.status === 410));

test('nothing runs on any page', { timeout: 600_000 }, async () => {
    const html = of('text/html');
    assert.ok(html.length > payloads.length * 4, `${html.length} pages`);
    assert.ok(html.some((page) => page.status === 410));
    assert.ok(html.some((page) => page.text.includes('id="corrections"')));
    assert.deepEqual(await openAll(html.map((page) => page.path), true), []);
});

test('nothing runs in a feed or a small file', { timeout: 300_000 }, async () => {
    const xmls = [...of('application/rss'), ...of('application/xml'),
        ...of('application/opensearch'), ...of('text/plain')];
    assert.ok(xmls.length > 5);
    const asked = xmls.filter((page) => !/\/tag\//.test(page.path));
    assert.deepEqual(await openAll(asked.map((page) => page.path), false), []);
});

test('no header is the attacker\'s', () => {
    for (const page of pages.values()) {
        assert.equal(page.headers['set-cookie'], undefined, page.path);
        for (const value of Object.values(page.headers))
            assert.match(String(value), /^[\x20-\x7e]*$/, page.path);
        assert.match(page.headers['surrogate-key'] ?? 'none', /^[a-z0-9.= -]+$/);
        assert.match(page.headers.location ?? '/', /^\/[a-z0-9/-]*$/);
    }
});
