/* site.js -- what moves on a page.  Every page is whole without it. */
(() => {
    'use strict';

    const PAUSE = 150; // milliseconds without a letter, before it is asked

    /* Suggestions under the field of a search: a combobox as WAI-ARIA's Authoring
     * Practices have it.  A chosen one is followed as a link. */
    function suggest(field) {
        const list = document.createElement('ul');
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
            const item = document.createElement('li');
            const link = document.createElement('a');
            item.role = 'none';
            link.id = `suggestion-${i}`;
            link.role = 'option';
            link.href = href;
            link.tabIndex = -1;
            link.append(Object.assign(document.createElement('span'), { textContent: text, dir: 'auto' }),
                Object.assign(document.createElement('small'), { textContent: about }));
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

        list.id = 'suggestions';
        list.role = 'listbox';
        list.setAttribute('aria-label', field.labels[0].textContent);
        list.hidden = true;
        field.after(list);
        set('role', 'combobox');
        set('aria-autocomplete', 'list');
        set('aria-controls', list.id);
        set('aria-expanded', 'false');
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

    const field = document.querySelector('[role=search] input[type=search]');
    if (field) suggest(field);
})();
