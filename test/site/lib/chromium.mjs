// chromium.mjs -- Debian's Chromium, started for a test.
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './site.mjs';

export const launch = () => chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true, chromiumSandbox: false,
    args: ['--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update',
        '--disable-sync'],
});

// The windows that pages are looked at in, and where pictures of them are left.
export const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } };
export const screens = join(root, 'build/screens');
