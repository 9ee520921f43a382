// hot.mjs -- readers of a site's stories, and what it makes of them. Its
// settings say proxies = 127.0.0.1, so that each comes from where he says.
import assert from 'node:assert/strict';
import { parse } from './page.mjs';
import { until } from './until.mjs';

export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
let readers = 0;

// Somebody new reads a story; headers: those that differ.
export function read(site, story, { headers = {}, screen = 'phone', from = 'www.example.org',
    body = `story=${story}&screen=${screen}&from=${from}` } = {}) {
    const address = `10.1.${++readers >> 8}.${readers & 255}`;
    return site.client.request('POST', '/read',
        { 'user-agent': FIREFOX, 'x-forwarded-for': address, ...headers }, body);
}

export async function readBy(site, story, times, options) {
    for (let i = 0; i < times; i++)
        assert.equal((await read(site, story, options)).status, 204);
}

// How many reads were counted since the server was started.
export const counted = async (site) => (await site.metrics()).reads_counted;

// The numbers of the stories that a page shows as hot.
export const hot = async (site, path = '/en/') => [...parse((await site.get(path)).text)
    .querySelectorAll('.hot li a')].map((link) => Number(/\/(\d+)-/.exec(link.getAttribute('href'))[1]));

export const hottest = (site, wanted, path) => until(`${wanted} are hot`, async () => {
    const is = await hot(site, path);
    return JSON.stringify(is) === JSON.stringify(wanted) || is;
});

// What the operator's page says: {all: reads, tables: {Stories: [[name, reads], …]}}.
export async function reads(site) {
    const { text } = await site.ask('/reads');
    const tables = [...parse(text).querySelectorAll('section')].map((section) => [
        section.querySelector('h2').textContent,
        [...section.querySelectorAll('tr')].map((row) => {
            const [name, number] = row.querySelectorAll('th, td');
            return [name.textContent, Number(number.textContent)];
        })]);
    return { all: Number(/<p>(\d+) reads/.exec(text)[1]), tables: Object.fromEntries(tables) };
}
