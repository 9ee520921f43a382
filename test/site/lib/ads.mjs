// ads.mjs -- campaigns of a site, and readers who see them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from './page.mjs';
import { FIREFOX } from './hot.mjs';
import { must } from './site.mjs';

let readers = 0, files = 0;

// The text of a campaign's file.
export const campaign = ({ html = '', ...fields }) => ['---',
    ...Object.entries(fields).map(([key, value]) => `${key}: ${JSON.stringify(value)}`), '---', html, ''].join('\n');

// Brings one in; what the command answers.
export function addAd(site, fields) {
    const path = join(site.room, `campaign-${++files}.md`);
    writeFileSync(path, campaign(fields));
    return JSON.parse(must('ads', 'add', site.dir, path, '--json'));
}

export const stopAd = (site, name) => must('ads', 'stop', site.dir, name);

// Somebody new asks what stands in a place; null: nothing does. His address, so
// that settings say proxies = 127.0.0.1.
export async function ask(site, query = 'slot=story-1&lang=en', headers = {}) {
    const address = `10.2.${++readers >> 8}.${readers & 255}`;
    const answer = await site.get(`/ad?${query}`,
        { 'user-agent': FIREFOX, 'x-forwarded-for': address, ...headers });
    if (answer.status === 204) return null;
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    const box = parse(answer.text).querySelector('[data-campaign]');
    return { campaign: Number(box.dataset.campaign), ticket: box.dataset.ticket,
        href: box.querySelector('a')?.getAttribute('href'),
        frame: box.querySelector('iframe')?.getAttribute('src'), box };
}

export const see = (site, ticket, headers = {}) =>
    site.client.request('POST', '/ad/seen', { 'user-agent': FIREFOX, ...headers }, ticket);

export const click = (site, ticket, headers = {}) =>
    site.get(`/ad/click?t=${ticket}`, { 'user-agent': FIREFOX, ...headers });

// What the report has, summed: {seen, clicks, rows}.
export function report(site, name) {
    const [head, ...lines] = must('ads', 'report', site.dir, name, '--csv').trim().split('\r\n');
    const keys = head.split(',');
    const rows = lines.map((line) => Object.fromEntries(
        /^"((?:[^"]|"")*)",(.*)$/.exec(line).slice(1).flatMap((part, i) => i ? part.split(',') : [part.replaceAll('""', '"')])
            .map((value, i) => [keys[i], value])));
    const sum = (key) => rows.reduce((all, row) => all + Number(row[key]), 0);
    return { seen: sum('seen'), clicks: sum('clicks'), rows };
}
