// axe on every page, and on what stands over pages: empty, with figures, while it loads, and when something has failed.
import { test, expect, signIn, ADMIN, VIEWER } from '../support/test.js';
import { checkAccessible as check } from '../support/axe.js';
import { connected } from '../support/connected.js';
import type { Page } from '@playwright/test';

const EVERY = [
  '/', '/lens', '/reports', '/reports/new', '/exports', '/changes', '/reconciliation', '/assets/openai', '/support', '/support/new',
  '/access', '/people', '/profile', '/notifications', '/audit-log', '/audit-log/calls', '/nothing-here',
];

/** Opens a page and waits until all that it asks for is there. */
async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.waitForLoadState('networkidle');
}

test('signing in, and every page before anything is connected', async ({ page, refusals }) => {
  refusals.expect(401, 404);
  test.setTimeout(240_000);
  await page.goto('/login');
  await expect(page.getByLabel('E-mail')).toBeVisible();
  await check(page, 'login');
  await page.getByLabel('E-mail').fill(ADMIN);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await check(page, 'login, refused');
  await signIn(page);
  for (const address of EVERY) {
    await open(page, address);
    await check(page, `${address}, empty`);
  }
});

test('pages with connected accounts, a failed one among them', async ({ page }) => {
  test.setTimeout(240_000);
  await connected(page, 'small', 'revoked-mid-run');
  // The other pages are looked at with their figures by tests of their own.
  for (const address of ['/', '/lens']) {
    await open(page, address);
    await check(page, `${address}, connected`);
  }
  await page.getByRole('button', { name: `Account of ${ADMIN}` }).click();
  await check(page, 'the account menu');
});

test('pages while they load, and when the server does not answer', async ({ page, refusals }) => {
  refusals.expect(0, 502);
  test.setTimeout(240_000);
  await signIn(page);
  for (const address of ['/', '/lens', '/reports', '/assets/openai', '/people', '/audit-log']) {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route(/\/api\/v1\/(?!session)/, async (route) => {
      await held;
      await route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>502 Bad Gateway</h1>' });
    });
    await page.goto(address);
    await expect(page.getByText(/^Loading/).first()).toBeVisible();
    await check(page, `${address}, loading`);
    release();
    await expect(page.getByRole('alert').first()).toContainText('The server did not answer.');
    await check(page, `${address}, failed`);
    await page.unrouteAll({ behavior: 'wait' });
  }
});

test('what stands over a page: the session ends, has ended, the app is broken', async ({ page, context, refusals }) => {
  refusals.expect(401);
  test.setTimeout(120_000);
  await page.clock.install();
  await signIn(page);
  await open(page, '/profile');
  await page.clock.fastForward('28:00');
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await check(page, 'the session ends');
  await context.clearCookies();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Sign in again' })).toBeVisible();
  await check(page, 'the session has ended');
  await page.evaluate(() => window.dispatchEvent(new CustomEvent('app-fault', { detail: ['panic', 'src/page/lens.rs:10:4'] })));
  await expect(page.getByRole('alertdialog', { name: 'Something broke' })).toBeVisible();
  await check(page, 'the app is broken');
});

test('pages of a user without permissions', async ({ page, lens, refusals }) => {
  refusals.expect(403);
  test.setTimeout(180_000);
  await lens.addUser(VIEWER);
  await signIn(page, VIEWER);
  for (const address of ['/', '/lens', '/assets/openai', '/support/new', '/people', '/notifications', '/audit-log', '/connect']) {
    await page.goto(address);
    await page.waitForLoadState('networkidle');
    await check(page, `${address}, without permission`);
  }
});
