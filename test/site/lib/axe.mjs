// axe.mjs -- what axe finds against a page as Chromium shows it now.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

export async function axeFaults(page) {
    // Through the debugger's door, so that the page's policy may stay closed.
    const found = await page.evaluate(`${axe}; axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
            'best-practice'] })`);
    return found.violations.flatMap((v) => v.nodes.map((n) =>
        `${v.id}: ${n.target.join(' ')}: ${n.failureSummary.split('\n')[1] ?? ''}`));
}
