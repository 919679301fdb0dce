// A browser of the benchmarks, signed in at a running installation.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { browser } from '../support/browser.mjs';

/**
 * Opens a browser with a profile of its own and more arguments, signs in, hands both to `work`, and closes it whatever
 * happens.
 */
export async function signedIn(url, email, password, work, more = []) {
  const profile = await mkdtemp(join(tmpdir(), 'openai-lens-bench-'));
  const port = await freePort();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browser,
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    args: [
      `--remote-debugging-port=${port}`, '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', ...more,
    ],
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(`${url}/login`);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Manage and optimize cloud infrastructure with dashboards' }).waitFor();
    await work(page, port);
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}

/** One figure for `cargo xtask bench`, which reads lines of this form. */
export function figure(name, value) {
  console.log(`figure ${name} ${value}`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
