/* site.js -- what moves on a page.  Every page is whole without it. */
(() => {
    'use strict';

    const again = []; // puts back what stands in a part of the page that was made new
    const make = (tag, about) => Object.assign(document.createElement(tag), about);
    const $ = (selector) => document.querySelector(selector);
    const PAUSE = 150; // milliseconds without a letter, before it is asked

    /* Suggestions under the field of a search: a combobox as WAI-ARIA's Authoring
     * Practices have it.  A chosen one is followed as a link. */
    function suggest(field) {
        const list = make('ul', { id: 'suggestions', role: 'listbox', ariaLabel: field.labels[0].textContent });
        let timer, asking, chosen = -1;

        const set = (name, value) => field.setAttribute(name, value);

        function choose(at) {
            const all = [...list.querySelectorAll('a')];
            chosen = at;
            all.forEach((link, i) => link.setAttribute('aria-selected', i === at));
            if (at < 0) field.removeAttribute('aria-activedescendant');
            else {
                set('aria-activedescendant', all[at].id);
                all[at].scrollIntoView({ block: 'nearest' });
            }
        }

        function close() {
            clearTimeout(timer);
            asking?.abort();
            list.hidden = true;
            set('aria-expanded', 'false');
            choose(-1);
        }

        function row(text, about, href, i) {
            const item = make('li', { role: 'none' });
            const link = make('a', { id: `suggestion-${i}`, role: 'option', href, tabIndex: -1 });
            link.append(make('span', { textContent: text, dir: 'auto' }), make('small', { textContent: about }));
            item.append(link);
            return item;
        }

        function show([, texts, abouts, addresses]) {
            list.replaceChildren(...texts.map((text, i) => row(text, abouts[i], addresses[i], i)));
            list.hidden = !texts.length;
            set('aria-expanded', String(!list.hidden));
            choose(-1);
        }

        /* Of an answer that does not come nothing is shown: the search itself is
         * there. */
        async function ask() {
            asking?.abort();
            asking = new AbortController();
            try {
                const answer = await fetch(`${field.form.action}/suggest?q=${encodeURIComponent(field.value)}`,
                    { signal: asking.signal });
                if (answer.ok) show(await answer.json());
                else close();
            } catch (error) {
                if (error.name !== 'AbortError') close();
            }
        }

        function move(event, step) {
            const count = list.children.length;
            if (list.hidden) return;
            event.preventDefault();
            choose(chosen < 0 && step < 0 ? count - 1
                : chosen + step >= count || chosen + step < 0 ? -1 : chosen + step);
        }

        field.after(list);
        set('role', 'combobox');
        set('aria-autocomplete', 'list');
        set('aria-controls', list.id);
        close();
        field.addEventListener('input', () => {
            clearTimeout(timer);
            if (field.value.trim()) timer = setTimeout(ask, PAUSE);
            else close();
        });
        field.addEventListener('keydown', (event) => {
            if (event.isComposing) return;
            if (event.key === 'ArrowDown') move(event, 1);
            else if (event.key === 'ArrowUp') move(event, -1);
            else if (event.key === 'Escape' && !list.hidden) {
                event.preventDefault();
                close();
            } else if (event.key === 'Enter' && chosen >= 0) {
                event.preventDefault();
                list.querySelectorAll('a')[chosen].click();
            }
        });
        // A press on a suggestion does not take the focus, so that its click comes.
        list.addEventListener('pointerdown', (event) => event.preventDefault());
        field.addEventListener('blur', close);
        field.form.addEventListener('submit', close);
    }

    /* What the server tells of each change, put into the page (doc/live.md). */
    function live(main) {
        const AT_TOP = 80; // px; nearer than that to the top counts as there
        const FLASH_FRESH = 30 * 60e3; // ms; an older flash is no news
        const AGAIN = 5000; // ms, and up to four times that, after a server that refused
        const WORD = 1000; // ms, in which the lock comes if no other tab has it
        const FRONT_AFTER = 4000; // ms, and up to twice that
        const WITHIN = 1500; // ms, in which all who were told ask for what it is about
        const LATEST_ITEMS = 10;
        const LISTS = ['.latest > ol', '.list:not(.search) > .items'];
        const KINDS = ['sync', 'published', 'updated', 'corrected', 'withdrawn', 'killed', 'entry', 'hot'];
        const language = document.documentElement.lang;
        const name = `live-${language}`;

        // ---- where stories stand on this page ----

        const is = (path, story) => new RegExp(`^/[^/]+/[^/]+/${story}(-[^/]*)?$`).test(path);
        const links = (story) => [...main.querySelectorAll(`a[href*="/${story}-"]`)]
            .filter((link) => is(link.pathname, story) && link.host === location.host
                && !link.closest('.body, .coverage, .share, .thumb'));
        const row = (link) => link.closest('li');
        const time = (item) => item.querySelector('time')?.dateTime ?? '';
        const latest = () => $('.latest > ol');

        /* The list of this page, while it shows the newest of it. */
        const list = () => /[?&](before|after)=/.test(location.search) ? null
            : $('.list:not(.search) > .items');

        function belongs({ section, tags }, form) {
            const [, , first, ...rest] = decodeURI(location.pathname).split('/');
            if (first === 'latest') return true;
            if (first === 'tag') return tags.includes(rest[0]);
            if (day) return form.querySelector('time')?.textContent.endsWith(`${rest[1]}.${rest[0]}.${first}`);
            return first === section;
        }

        const day = /^\/[^/]+\/\d{4}\/\d\d\/\d\d\/$/.test(location.pathname);

        /* The story as a line for that list, without what the list says itself. */
        function line(story, into) {
            const forms = make('template', { innerHTML: story.html }).content;
            const item = forms.querySelector(`[data-for=${into.matches('.items, .top *') ? 'items' : 'latest'}]`);
            item.removeAttribute('data-for');
            if (into.matches('.items')) item.querySelector(`.when a[href="${location.pathname}"]`)?.remove();
            return item;
        }

        // ---- what is new ----

        const said = make('p', { className: 'unseen' });
        const more = make('button', { className: 'more-new', hidden: true, type: 'button' });
        const banner = make('div', { className: 'banner', hidden: true });
        const speaks = make('div', { className: 'live' });
        const waiting = new Map(); // stories that are not shown yet
        speaks.setAttribute('aria-live', 'polite');
        speaks.append(said, more, banner);

        /* Where a story that is new comes to stand: before which line. */
        function place(into, story) {
            if (!into || links(story.story).some((link) => into.contains(link))) return null;
            const item = line(story, into);
            if (!into.matches('.latest *') && !belongs(story, item)) return null;
            const older = [...into.children].find((other) => time(other) <= time(item)) ?? null;
            return older || !into.children.length ? { item, older } : null;
        }

        function insert(into, story) {
            const { item, older } = place(into, story) ?? {};
            if (!item) return;
            item.classList.add('new');
            if (day && into.matches('.items')) item.querySelector('time').textContent = item.querySelector('time').textContent.slice(0, 5);
            into.parentNode.querySelector(':scope > .note')?.remove();
            into.insertBefore(item, older);
            while (into.matches('.latest *') && into.children.length > LATEST_ITEMS) into.lastElementChild.remove();
        }

        function count() {
            const size = waiting.size + entries.size;
            more.hidden = !size;
            more.textContent = main.dataset.new.replace('#', size.toLocaleString(language));
        }

        // ---- live coverage on the screen ----

        const entries = new Map(); // new ones that are not shown yet

        /* Pinned ones first, then the newest, as the server has them. */
        function insertEntry({ entry, pinned, html }) {
            const item = make('template', { innerHTML: html }).content.firstElementChild;
            const after = (other) => other.matches('.pinned') === pinned ? other.id.slice(6) < entry : pinned;
            item.classList.add('new');
            $('.entries').insertBefore(item, [...$('.entries').children].find(after) ?? null);
        }

        /* What waited and came with a part that was made new waits no more. */
        function forgetShown() {
            for (const entry of entries.keys()) if (!$('.entries') || $(`#entry-${entry}`)) entries.delete(entry);
            for (const [story, told] of waiting)
                if (![latest(), list()].some((into) => place(into, told))) waiting.delete(story);
            count();
        }

        /* The key events of the entries that are on the page. */
        function listKeys() {
            const keys = $('.keys');
            keys.querySelector('ol').replaceChildren(...[...document.querySelectorAll('.entries > .key:has(h3)')].map((entry) => {
                const item = make('li');
                item.append(entry.querySelector('time').cloneNode(true), ' ',
                    make('a', { href: `#${entry.id}`, textContent: entry.querySelector('h3').textContent }));
                return item;
            }));
            keys.hidden = !keys.querySelector('li');
        }

        /* A new entry as a headline; another text of one in its place, with a mark;
         * one that is withdrawn goes. */
        function hearEntry({ story, entry, html, ...rest }) {
            if (!is(location.pathname, story)) return;
            const old = $(`#entry-${entry}`);
            if (!entry || !$('.entries')) soon(['main']);
            else if (!html) {
                old?.remove();
                entries.delete(entry);
            } else if (old && old.matches('.pinned') === rest.pinned) {
                const item = make('template', { innerHTML: html }).content.firstElementChild;
                item.classList.add('changed');
                old.replaceWith(item);
            } else {
                old?.remove();
                entries.set(entry, { entry, html, ...rest });
            }
            if ($('.keys')) listKeys();
            if (scrollY < AT_TOP) showWaiting();
            else count();
        }

        function showWaiting() {
            const stories = [...waiting.values()];
            const lines = [...entries.values()];
            waiting.clear();
            entries.clear();
            count();
            if ($('.entries')) {
                lines.forEach(insertEntry);
                listKeys();
            }
            for (const into of [latest(), list()]) for (const story of stories) insert(into, story);
            said.textContent = [...lines, ...stories].map(({ headline }) => headline).filter(Boolean).join('. ');
            if (stories.length && front) refreshFront();
        }

        /* What leads a front is chosen by the server: it is asked a little later, not
         * by all at once, and only while nothing would move under a reader's hand. */
        const front = $('.front-lead');
        let asksFront;

        function refreshFront() {
            clearTimeout(asksFront);
            asksFront = setTimeout(() => {
                if (scrollY < AT_TOP && !document.hidden && !main.contains(document.activeElement)) refresh(['main']);
            }, FRONT_AFTER * (1 + Math.random()));
        }

        const flashes = (story) => !banner.hidden && banner.querySelector(`a[href*="/${story}-"]`);

        function showFlash(story) {
            const close = make('button', { type: 'button', textContent: '\u00d7', ariaLabel: main.dataset.close });
            close.onclick = () => { banner.hidden = true; };
            banner.replaceChildren(line(story, main).querySelector('.line'), close);
            banner.hidden = false;
        }

        // ---- what has changed ----

        let shown = null; // what was heard when the page shown last was asked for
        let underway = 0; // answers that are
        const meanwhile = []; // what was heard while they were

        /* Parts of this page as the server has it now; all of it when it is gone.  The
         * number of what was heard leads past caches that do not know of it yet. */
        async function refresh(parts) {
            const address = new URL(location.href);
            const asked = seen;
            if (asked !== null) address.searchParams.set('seen', asked);
            underway++;
            try {
                const answer = await fetch(address, { cache: 'no-cache' });
                if (!answer.ok && ![404, 410].includes(answer.status)) return;
                const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
                if (asked < shown && asked < seen) return await refresh(parts);
                shown = asked;
                const whole = !answer.ok || parts.some((part) => page.querySelector(part) && !$(part));
                for (const part of whole ? ['main'] : parts) {
                    const fresh = page.querySelector(part);
                    if (!fresh) continue;
                    $(part).replaceChildren(...fresh.childNodes);
                    Object.assign($(part).dataset, fresh.dataset);
                }
                document.title = page.title;
                for (const old of main.querySelectorAll('[data-mark]'))
                    old.dataset.mark = page.querySelector('[data-mark]')?.dataset.mark ?? '';
                again.forEach((place) => place());
                forgetShown();
                meanwhile.filter(({ kind, id }) => kind === 'hot' || id > asked).forEach((told) => hear(told, true));
            } catch { /* what cannot be had now is told by the next sync */
            } finally {
                if (!--underway) meanwhile.length = 0;
            }
        }

        const soon = (parts) => new Promise((done) => {
            setTimeout(() => done(refresh(parts)), WITHIN * Math.random());
        });

        /* The parts that stand elsewhere than where things stand; all for who has missed
         * too much to be told of it. */
        function outdated({ mark, versions, entries }, missed) {
            const own = /^\/[^/]+\/[^/]+\/(\d+)(-|$)/.exec(location.pathname)?.[1];
            const latest = $('[data-mark]')?.dataset.mark ?? mark;
            const version = $('.story') ? $('.story').dataset.version : '0';
            if (missed || latest !== mark) return [...LISTS, '.story', '.coverage'];
            return [own in versions && String(versions[own]) !== version && '.story',
                own in entries && entries[own] !== $('.coverage')?.dataset.entries && '.coverage'].filter(Boolean);
        }

        function change(story, mark) {
            if (flashes(story.story)) showFlash(story);
            for (const link of links(story.story)) {
                const old = row(link);
                if (!old || link.closest('nav, .search')) link.textContent = story.headline;
                else {
                    const item = line(story, old.parentNode);
                    if (old.closest('.list') && !old.querySelector('.deck')) item.querySelector('.deck')?.remove();
                    item.classList.toggle('changed', mark);
                    old.replaceWith(item);
                }
            }
            if (is(location.pathname, story.story)) {
                soon(['.story', '.latest > ol']).then(() => $('.story')?.classList.toggle('changed', mark));
                said.textContent = story.note ?? story.headline;
            }
        }

        function drop({ story }) {
            const places = links(story);
            waiting.delete(story);
            for (const link of places) row(link)?.remove();
            if (flashes(story)) {
                banner.hidden = true;
                banner.replaceChildren();
            }
            said.textContent = '';
            if (is(location.pathname, story) || places.some((link) => !row(link))) soon(['main']);
            count();
        }

        function showHot({ html }) {
            const hot = $('.hot:not([data-of])');
            if (hot && !hot.contains(document.activeElement))
                hot.replaceWith(make('template', { innerHTML: html }).content.firstElementChild);
        }

        /* Late is what was heard before, and is put into a part that is older. */
        function hear({ kind, data: story }, late) {
            if (kind === 'hot') return showHot(story);
            if (kind === 'withdrawn' || kind === 'killed') return drop(story);
            if (kind === 'entry') return hearEntry(story);
            change(story, kind === 'corrected');
            if (waiting.has(story.story) || (kind === 'published'
                && [latest(), list()].some((into) => place(into, story)))) waiting.set(story.story, story);
            if (!late && kind === 'published' && story.urgency === 1 && !is(location.pathname, story.story)
                && Date.now() - Date.parse(story.time) < FLASH_FRESH) showFlash(story);
            if (scrollY < AT_TOP) showWaiting();
            else count();
        }

        // ---- one connection for all tabs: whoever has the lock has it ----

        const tabs = 'BroadcastChannel' in window ? new BroadcastChannel(name) : null;
        let seen = null; // the number of the last change heard
        let early = []; // heard from another tab before this one knew where it stands
        let source, leads, release, asking;

        function take(told) {
            const { kind, id, data } = told;
            if (kind === 'sync') {
                if (seen !== null && id === seen) return;
                const parts = outdated(data, seen !== null);
                seen = id;
                if (parts.length) refresh(parts);
                early.splice(0).forEach(take);
                return;
            }
            if (kind !== 'hot') {
                if (seen === null) early.push(told);
                if (seen === null || id <= seen) return;
                seen = id;
            }
            if (underway) meanwhile.push(told);
            hear(told);
        }

        function shut() {
            source?.close();
            source = null;
        }

        function open(last) {
            shut();
            const hot = $('.hot:not([data-of])')?.dataset.hot;
            source = new EventSource(`/live?lang=${language}${last === null ? '' : `&last=${last}`}${hot ? `&hot=${hot}` : ''}`);
            for (const kind of KINDS)
                source.addEventListener(kind, ({ lastEventId, data }) => {
                    const told = { kind, id: Number(lastEventId), data: JSON.parse(data) };
                    if (leads && (kind !== 'sync' || seen !== null)) tabs?.postMessage(told);
                    take(told);
                    if (!leads) setTimeout(() => leads || shut(), WORD);
                });
            source.onerror = ({ target }) => {
                if (target.readyState === EventSource.CLOSED && target === source)
                    setTimeout(() => target === source && open(seen), AGAIN * (1 + 3 * Math.random()));
            };
        }

        function lead() {
            leads = true;
            if (!source) open(seen);
            return new Promise((done) => { release = done; });
        }

        function begin() {
            if (!navigator.locks || !tabs) {
                lead();
                return;
            }
            asking = new AbortController();
            navigator.locks.request(name, { signal: asking.signal }, lead).catch(() => {});
            if (seen === null) open(null);
            else tabs.postMessage({ ask: seen });
        }

        function end() {
            asking?.abort();
            leads = false;
            shut();
            release?.();
        }

        tabs?.addEventListener('message', ({ data }) => {
            if (document.hidden) return;
            if ('ask' in data) {
                if (leads && data.ask < seen) open(data.ask);
            } else take(data);
        });

        // ---- begin ----

        document.body.append(speaks);
        more.onclick = () => {
            const into = (entries.size && $('.entries')) || (list() ?? latest());
            showWaiting();
            into?.parentNode.scrollIntoView({ block: 'start' });
        };
        addEventListener('scroll', () => { if (waiting.size + entries.size && scrollY < AT_TOP) showWaiting(); }, { passive: true });
        if (navigator.connection?.saveData) {
            const check = make('button', { className: 'check', type: 'button', textContent: main.dataset.check });
            check.onclick = () => refresh(LISTS);
            again.push(() => (latest() ?? list())?.before(check));
            again.at(-1)();
            return;
        }
        document.addEventListener('visibilitychange', () => document.hidden ? end() : begin());
        if (!document.hidden) begin();
    }

    /* A story counts as read when its page was looked at for a while: no cookie, no
     * name, once (doc/audience.md). */
    function beacon() {
        const READ_AFTER = 3000; // ms
        const story = $('.story') && /^\/[^/]+\/[^/]+\/(\d+)(-|$)/.exec(location.pathname)?.[1];
        if (!story || !navigator.sendBeacon) return;
        let left = READ_AFTER, since, timer;
        const width = Math.min(screen.width, screen.height);
        const referrer = document.referrer && new URL(document.referrer).hostname;
        function tell() {
            document.removeEventListener('visibilitychange', look);
            navigator.sendBeacon('/read', new URLSearchParams({ story,
                screen: width < 600 ? 'phone' : matchMedia('(pointer: coarse)').matches ? 'tablet' : 'desktop',
                from: referrer === location.hostname ? '' : referrer }).toString());
        }
        function look() {
            clearTimeout(timer);
            if (document.hidden) left -= since ? performance.now() - since : 0;
            else timer = setTimeout(tell, Math.max(left, 0));
            since = document.hidden ? 0 : performance.now();
        }
        document.addEventListener('visibilitychange', look);
        look();
    }

    /* Ads are asked for when their place comes near the screen, one after the other;
     * seen is what was on it by half for a second.  One that comes into sight after
     * it was lent for too long is asked for anew (doc/ads.md). */
    function ads(main) {
        const LENT = 28e4, SEEN = 1000; // ms
        const lent = new Map(); // when, by the box, until it is seen
        let last = Promise.resolve();
        const fill = (box) => { last = last.then(() => get(box)).catch(() => {}); };

        async function get(box) {
            box.replaceChildren();
            const shown = [...main.querySelectorAll('[data-campaign]')].map(({ dataset }) => dataset.campaign);
            const answer = await fetch(`/ad?slot=${box.parentNode.dataset.ad}&${$('[data-about]').dataset.about}&not=${shown}`);
            if (answer.status !== 200) return;
            box.innerHTML = await answer.text();
            lent.set(box, Date.now());
            watch(box);
        }

        function watch(box) { // anew, as it begins
            clearTimeout(box.timer);
            sight.unobserve(box);
            sight.observe(box);
        }

        /* In sight, or seen: for a second. */
        function look(box, seen) {
            const good = Date.now() - lent.get(box) < LENT;
            if (good && !seen) box.timer = setTimeout(look, SEEN, box, true);
            else {
                lent.delete(box);
                sight.unobserve(box);
                if (good) navigator.sendBeacon('/ad/seen', box.firstElementChild.dataset.ticket);
                else fill(box);
            }
        }

        const sight = new IntersectionObserver((all) => all.forEach(({ target, intersectionRatio: part }) => {
            clearTimeout(target.timer);
            if (part >= .5 && !document.hidden) look(target);
        }), { threshold: .5 });
        document.addEventListener('visibilitychange', () => lent.forEach((at, box) => watch(box)));
        const near = new IntersectionObserver((all) => all.forEach(({ target, isIntersecting }) => {
            if (!isIntersecting) return;
            near.unobserve(target);
            fill(target);
        }), { rootMargin: '200px' });
        again.push(() => main.querySelectorAll('.ad > div:not(:has([data-ticket]))').forEach((box) => near.observe(box)));
        again.at(-1)();
    }

    /* A button under LATEST: flashes of what this page is about (a section, a tag,
     * else everything) are sent to this browser, or no more. */
    async function push(main) {
        const place = () => $('.latest .all') ?? $('.list');
        if (!place() || !navigator.serviceWorker || !window.PushManager) return;
        const { push: on, pushOff: off, pushNo: no } = main.dataset;
        const [, , first, second] = decodeURI(location.pathname).split('/');
        const topic = first === 'tag' ? `tag:${second}` : $('.list:not(.alone, .search)')
            && !/^\d/.test(first) ? `section:${first}` : 'all';
        const button = make('button', { className: 'check', type: 'button' });
        const workers = navigator.serviceWorker;
        const post = (path, body) => fetch(path, { method: 'POST', body: JSON.stringify(body) });
        let current = await (await workers.getRegistration('/'))?.pushManager.getSubscription();
        const say = (text) => { button.textContent = text; };

        async function subscribe() {
            const key = await (await fetch('/push/key')).text();
            await workers.register('/push.js');
            current = await (await workers.ready).pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
            const { endpoint, keys } = current.toJSON();
            const answer = await post('/push/subscribe',
                { endpoint, keys, topics: [topic], lang: document.documentElement.lang });
            if (!answer.ok) {
                await current.unsubscribe();
                current = null;
                throw new Error(await answer.text());
            }
        }

        async function unsubscribe() {
            const { endpoint } = current;
            await current.unsubscribe();
            current = null;
            await post('/push/unsubscribe', { endpoint });
        }

        button.setAttribute('aria-live', 'polite');
        say(current ? off : on);
        button.onclick = async () => {
            try {
                await (current ? unsubscribe() : subscribe());
                say(current ? off : on);
            } catch {
                say(no);
            }
        };
        again.push(() => place()?.after(button));
        again.at(-1)();
    }

    const field = $('[role=search] input[type=search]');
    const main = $('main[data-new]');
    if (field) suggest(field);
    if (main) live(main);
    if (main?.dataset.push) push(main);
    if (main) ads(main);
    beacon();
})();
