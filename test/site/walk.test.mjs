// walk.test.mjs -- the demo agency's whole site: every link answers, and every
// answer is what it says it is, in the eyes of judges that know nothing of us.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { crawl } from './lib/crawl.mjs';
import { htmlFaults, readFeed, sharedFaults } from './lib/judge.mjs';
import { headingFaults, text } from './lib/page.mjs';
import { demoSite, needsShared } from './lib/site.mjs';
import { foreignTexts } from './lib/words.mjs';

// Stories in each language.
const counts = { en: 40, uk: 40, ru: 40, ar: 6 };
const languages = Object.keys(counts);
const WEIGHT_MAX = 14_000; // bytes of gzip in a story page's first answer
let site, pages, html, stories;

before(async () => {
    site = await (await demoSite().serve()).indexed();
    pages = await crawl(site, ['/robots.txt', '/sitemap-news.xml',
        '/opensearch.xml',
        ...languages.map((l) => `/${l}/`)]);
    html = [...pages.values()].filter((p) => p.document);
    stories = html.filter((p) => p.document.querySelector('article.story'));
});
after(() => site?.remove());

// Says each fault with the address, a few of them.
function none(faults) {
    const said = faults.slice(0, 20).join('\n');
    assert.equal(faults.length, 0, `${faults.length} faults:\n${said}`);
}
const each = (list, judge) => none(list.flatMap((page) =>
    judge(page).map((fault) => `${page.path}: ${fault}`)));

// A list's page "after" a place is the list's first one when less than a page
// is newer; and the root leads to a language.
const leads = ({ path, status, headers }) => status === 302 &&
    (path === '/' || headers.location === path.replace(/\?after=.*/, ''));

test('every link answers', () => {
    each([...pages.values()], (page) => page.status === 200 || leads(page) ? [] :
        [`${page.status}, linked from ${page.from}`]);
});

test('the walk has met every kind of page', () => {
    const paths = [...pages.keys()];
    const expected = [/^\/en\/$/, /^\/uk\/latest\/$/, /^\/ru\/facts\/$/,
        /^\/en\/tag\/[a-z0-9-]+\/$/, /^\/uk\/\d{4}\/\d\d\/\d\d\/$/,
        /^\/en\/latest\/\?before=/, /\/tag\/[^/]+\/rss\.xml$/,
        /^\/ru\/facts\/atom\.xml$/, /^\/uk\/feed\.json$/, /^\/sitemap\.xml$/,
        /^\/sitemap-1\.xml$/, /^\/opensearch\.xml$/, /^\/icon-512\.png$/,
        /^\/manifest\.webmanifest$/, /^\/favicon\.ico$/];
    none(expected.filter((e) => !paths.some((p) => e.test(p)))
        .map((e) => `no link leads to ${e}`));
    for (const [language, count] of Object.entries(counts))
        assert.equal(stories.filter((p) => p.path.startsWith(`/${language}/`))
            .length, count, `stories in ${language}`);
});

test('every page is valid HTML', async () => {
    const faults = [];
    for (const page of html)
        for (const fault of await htmlFaults(page.text))
            faults.push(`${page.path}: ${fault}`);
    none(faults);
});

test('headings are in order', () => {
    each(html, (page) => headingFaults(page.document));
});

test('language and direction are the address’s', () => {
    each(html, ({ path, document }) => {
        const root = document.documentElement;
        const is = `${root.getAttribute('lang')} ${root.getAttribute('dir')}`;
        const language = path.split('/')[1];
        const wanted = `${language} ${language === 'ar' ? 'rtl' : 'ltr'}`;
        return is === wanted ? [] : [`${is}, not ${wanted}`];
    });
});

test('every word of the interface is of the page’s language', () => {
    each(html, (page) => foreignTexts(page.document));
});

test('the canonical address is the page’s own', () => {
    each(html, ({ path, document }) => {
        const links = [...document.querySelectorAll('link[rel=canonical]')];
        const is = links.map((l) => l.getAttribute('href'));
        return is.length === 1 && is[0] === site.url + path ? [] : [`${is}`];
    });
});

test('translations name one another', () => {
    const alternates = (page) => [...page.document
        .querySelectorAll('link[rel=alternate][hreflang]')]
        .map((l) => [l.getAttribute('hreflang'), l.getAttribute('href')]);
    let named = 0;
    each(html, (page) => alternates(page).flatMap(([lang, href]) => {
        const path = href.slice(site.url.length);
        const there = pages.get(path);
        named++;
        if (!href.startsWith(site.url)) return [`${href} is not absolute`];
        if (lang !== 'x-default' && !path.startsWith(`/${lang}/`))
            return [`${href} is named as ${lang}`];
        if (!there) return [`${href} was not met`];
        return alternates(there).some(([, back]) => back === site.url + page.path)
            ? [] : [`${href} does not name it back`];
    }));
    assert.equal(stories.filter((p) => alternates(p).length >= 3).length, 126,
        'stories with three languages');
    assert.equal(stories.filter((p) => alternates(p).length === 4).length, 24,
        'stories with four languages');
    assert.ok(named > 360, `${named} alternates`);
});

test('every feed is read by an independent parser', () => {
    const feeds = [...pages.values()].filter((p) =>
        /\/(rss\.xml|atom\.xml|feed\.json)$/.test(p.path));
    const headlines = new Map(stories.map((p) =>
        [site.url + p.path, text(p.document.querySelector('h1'))]));
    assert.ok(feeds.length > 200, `${feeds.length} feeds`);
    each(feeds, (page) => {
        const feed = readFeed(page.text);
        const faults = [];
        const language = page.path.split('/')[1];
        const list = site.url + page.path.replace(/[^/]*$/, '');
        if (feed.self !== site.url + page.path) faults.push(`self ${feed.self}`);
        if (feed.home !== list) faults.push(`home ${feed.home}`);
        if (feed.language && feed.language !== language)
            faults.push(`language ${feed.language}`);
        if (feed.format === 'atom' &&
            !page.text.includes(`xml:lang="${language}"`))
            faults.push('no xml:lang');
        if (!feed.items.length) faults.push('no items');
        for (const item of feed.items) {
            if (headlines.get(item.link) !== item.title)
                faults.push(`"${item.title}" leads to ${item.link}`);
            if (!item.id) faults.push(`${item.link} has no identity`);
            if (!item.date) faults.push(`${item.link} has no date`);
        }
        if (new Set(feed.items.map((i) => i.id)).size !== feed.items.length)
            faults.push('an identity stands twice');
        return faults;
    });
});

test('a feed holds the whole text', () => {
    const feed = readFeed(pages.get('/en/rss.xml').text);
    const faults = feed.items.flatMap((item) => {
        const page = pages.get(item.link.slice(site.url.length));
        const paragraphs = [...page.document.querySelectorAll('.body > p:not(.bare)')];
        return paragraphs.filter((p) => !item.content.includes(p.innerHTML.trim()))
            .map((p) => `${item.link} lacks "${text(p).slice(0, 40)}"`);
    });
    none(faults);
});

test('JSON feeds keep to their schema', { skip: needsShared }, () => {
    const feeds = [...pages.values()].filter((p) => p.path.endsWith('feed.json'));
    none(Object.entries(sharedFaults('jsonfeed-check.py',
        Object.fromEntries(feeds.map((p) => [p.path, p.text]))))
        .map(([name, said]) => `${name}: ${said.join(' ')}`));
});

test('sitemaps keep to their schema and name every story', { skip: needsShared },
    async () => {
        const maps = [...pages.values()].filter((p) => p.path.startsWith('/sitemap'));
        none(Object.entries(sharedFaults('sitemap-check.py',
            Object.fromEntries(maps.map((p) => [p.path, p.text]))))
            .map(([name, said]) => `${name}: ${said.join(' ')}`));
        const named = maps.flatMap((p) => [...p.text.matchAll(/<loc>([^<]+)/g)])
            .map((m) => m[1]);
        none(stories.map((p) => site.url + p.path)
            .filter((address) => !named.includes(address)));
    });

test('JSON-LD keeps to schema.org', { skip: needsShared }, () => {
    none(Object.entries(sharedFaults('jsonld-check.py',
        Object.fromEntries(stories.map((p) => [`${p.path}.html`, p.text]))))
        .map(([name, said]) => `${name}: ${said.join(' ')}`));
});

test('every page shows a corrected story’s correction', () => {
    const corrected = stories.filter((p) =>
        p.document.querySelector('.corrections'));
    assert.equal(corrected.length, 9, 'three stories in three languages');
    each(corrected, ({ document }) => [
        ...(document.querySelector('.stamp a.fixed') ? [] : ['no mark above']),
        ...(/"correction"/.test(document.querySelector(
            'script[type="application/ld+json"]').textContent)
            ? [] : ['no correction in JSON-LD']),
    ]);
});

test('a story leads the front once, and LATEST stands behind the leads', () => {
    each(languages.map((l) => pages.get(`/${l}/`)), ({ document }) => {
        const leads = [...document.querySelectorAll(
            '.front-lead :is(h2, .line) a, .front-section :is(h3, .line) a')]
            .map((a) => a.getAttribute('href'));
        const twice = leads.filter((href, i) => leads.indexOf(href) < i);
        const after = document.querySelector('.front-lead').nextElementSibling;
        return [...twice.map((href) => `${href} stands twice`),
            ...(leads.length > 10 || document.documentElement.lang === 'ar'
                ? [] : [`${leads.length} stories only`]),
            ...(after.classList.contains('latest') ? [] : ['LATEST is not next'])];
    });
});

test('a flash promises details only until they are there', () => {
    const flash = stories.find((p) => /voyager-1-is-one-light-day/.test(p.path));
    const next = flash.document.querySelector('#followed-by');
    assert.ok(next, 'what followed is named');
    assert.ok(flash.text.indexOf('followed-by') <
        flash.text.indexOf('class="body"'), 'above the text');
    assert.equal(flash.document.querySelector('.bare'), null);
});

test('the page of a day says its date once', () => {
    const days = html.filter((p) => /^\/\w+\/\d{4}\/\d\d\/\d\d\/$/.test(p.path));
    assert.ok(days.length > 20, `${days.length} days`);
    each(days, ({ document }) => [...document.querySelectorAll('.items time')]
        .map(text).filter((time) => !/^\d\d:\d\d$/.test(time)));
});

test('every page says whose clock its times are', () => {
    const cities = { en: 'Kyiv', uk: 'Київ', ru: 'Киев', ar: 'كييف' };
    each(html, ({ path, document }) =>
        text(document.querySelector('.rights'))
            .includes(cities[path.split('/')[1]]) ? [] : ['no city']);
});

test('a story page weighs at most 14 kB', async () => {
    const heavy = [];
    let most = 0;
    for (const { path, text: plain } of stories) {
        const answer = await site.get(path, { 'accept-encoding': 'gzip' });
        assert.equal(answer.headers['content-encoding'], 'gzip', path);
        assert.equal(gunzipSync(answer.raw).toString(), plain, path);
        most = Math.max(most, answer.raw.length);
        if (answer.raw.length > WEIGHT_MAX)
            heavy.push(`${path}: ${answer.raw.length} bytes`);
    }
    console.log(`# the heaviest story page: ${most} bytes`);
    none(heavy);
});

test('the error pages are whole pages too', async () => {
    const faults = [];
    for (const path of ['/en/none/', '/uk/facts/999999-none', '/none', '/ru/x/']) {
        const answer = await site.get(path);
        assert.equal(answer.status, 404, path);
        for (const fault of await htmlFaults(answer.text))
            faults.push(`${path}: ${fault}`);
        assert.match(answer.text, /id="latest"/, `${path} shows LATEST`);
        assert.match(answer.text, /noindex/, path);
    }
    none(faults);
});
