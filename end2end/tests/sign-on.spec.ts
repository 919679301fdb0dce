// Signing on with a company's own provider: panva's certified one, started for each test.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { test as base, expect, ADMIN } from '../support/test.js';
import { startCompany } from '../support/company.js';
import { checkAccessible } from '../support/axe.js';
import { key } from '../support/keys.js';

const test = base.extend<{ settings: Record<string, string> }>({
  settings: [{}, { option: true }],
  lensOptions: async ({ settings }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'openai-lens-company-'));
    const [provider, options] = await startCompany(folder, settings);
    await use(options);
    await provider.stop();
    await rm(folder, { recursive: true });
  },
});

/** Goes through the provider's own pages: who it is, and that the console may know. */
async function atTheProvider(page: Page, login: string): Promise<void> {
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill('any');
  await page.getByRole('button', { name: /sign-in/i }).click();
  await page.getByRole('button', { name: /continue/i }).click();
}

// The provider's own pages ask for a typeface of another host.
test.beforeEach(({ context }) => context.route('https://fonts.googleapis.com/**', (route) => route.fulfill({ contentType: 'text/css', body: '' })));

const button = (page: Page) => page.getByRole('button', { name: 'Sign in with Analytical Engines' });

test('somebody signs on with the provider, comes back to where they wanted to go, and may do what their groups may', async ({ page, lens, refusals }) => {
  refusals.expect(404); // The provider has no icon.
  await page.goto('/people');
  await button(page).click();
  await atTheProvider(page, 'grace');
  await expect(page).toHaveURL(`${lens.url}/people`);
  const grace = page.getByRole('row').filter({ hasText: 'grace@example.com' });
  await expect(grace).toContainText('Single sign-on');
  await expect(grace).toContainText('Billing Profiles Admin, Users Manager');
  // The session is the server's: a refresh keeps it, and nothing of the way is left in the browser.
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('People');
  // The provider has the same host here, so that its cookies come along: ours begin like this.
  const cookies = await page.context().cookies(lens.url);
  expect(cookies.map(({ name }) => name).filter((name) => name.startsWith('__Host-'))).toEqual(['__Host-sid']);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain('code');
  // Permissions follow the groups: what is given here would be taken back.
  await page.goto('/profile');
  await expect(page.getByRole('heading', { name: 'API tokens' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Password' })).toHaveCount(0);
});

test('without a group on the map somebody comes in and may do nothing', async ({ page, refusals }) => {
  refusals.expect(403, 404);
  await page.goto('/');
  await button(page).click();
  await atTheProvider(page, 'linus');
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Sign in');
  await page.goto('/people');
  await expect(page.getByRole('main')).toContainText('Users Manager');
  expect((await page.request.get('/api/v1/users')).status()).toBe(403);
});

test('an address that somebody has a password for signs nobody on, and says what to do', async ({ page, refusals }) => {
  refusals.expect(404, 409);
  await page.goto('/');
  await button(page).click();
  await atTheProvider(page, 'ada');
  await expect(page.getByText('Ask a Users Manager of your company to remove that account')).toBeVisible();
  await checkAccessible(page, 'a sign-on that is refused');
  await page.getByRole('button', { name: 'Start again' }).click();
  await expect(button(page)).toBeVisible();
  // The password is still a way in.
  await page.getByLabel('E-mail').fill(ADMIN);
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
});

test('a link with somebody else’s code signs nobody on', async ({ page, browser, lens, refusals }) => {
  refusals.expect(409);
  // An attacker keeps the return of a sign-on of their own, and sends it to a victim.
  const attacker = await (await browser.newContext()).newPage();
  await attacker.route(`${lens.url}/login/return*`, (route) => route.abort());
  await attacker.goto(`${lens.url}/login`);
  await button(attacker).click();
  const kept = attacker.waitForRequest((request) => request.url().startsWith(`${lens.url}/login/return`));
  await atTheProvider(attacker, 'grace');
  const link = (await kept).url();
  await page.goto(link);
  await expect(page.getByText('started in another browser')).toBeVisible();
  expect(await (await page.request.get('/api/v1/session')).json()).toEqual({ state: 'signed_out' });
});

test('a session that ends is begun again in another tab, and what is typed here stays', async ({ page, context, lens, refusals }) => {
  refusals.expect(401, 404);
  await page.goto('/');
  await button(page).click();
  await atTheProvider(page, 'grace');
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Sign in');
  await page.goto('/connect/key');
  const wizard = page.getByRole('dialog', { name: 'Admin key' });
  const typed = wizard.getByLabel('Admin key', { exact: true });
  await typed.fill(key('small'));
  await context.clearCookies({ name: '__Host-sid' });
  await wizard.getByRole('button', { name: 'Test connection' }).click();
  const [tab] = await Promise.all([context.waitForEvent('page'), button(page).click()]);
  await expect(page.getByText('Sign in in the other tab.')).toBeVisible();
  // The provider may still know who it is.
  const login = tab.locator('input[name=login]');
  const inside = tab.getByRole('dialog', { name: 'Admin key' });
  await expect(login.or(inside)).toBeVisible();
  if (await login.isVisible()) await atTheProvider(tab, 'grace');
  await expect(inside).toBeVisible();
  await expect(page.getByRole('button', { name: 'Finish' })).toBeEnabled();
  expect(new URL(page.url()).origin).toBe(lens.url);
});

test.describe('with passwords off', () => {
  test.use({ settings: { OPENAI_LENS_BREAK_GLASS_EMAIL: 'ops@example.com' } });

  test('the provider is the way in, and one account is left for the day on which it is down', async ({ page, lens, refusals }) => {
    refusals.expect(403);
    await lens.addUser('ops@example.com', 'users-manager');
    await page.goto('/login');
    await expect(button(page)).toBeVisible();
    await expect(page.getByLabel('E-mail')).toHaveCount(0);
    await checkAccessible(page, 'signing in with passwords off');
    await page.getByRole('button', { name: 'Use the emergency account' }).click();
    await page.getByLabel('E-mail').fill(ADMIN);
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('alert')).toContainText('People sign in to this console with their company\'s sign-in service.');
    await page.getByLabel('E-mail').fill('ops@example.com');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Sign in');
  });
});
