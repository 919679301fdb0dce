// Nothing is left half done: impatience, other tabs, refreshes, the browser's buttons, a session that ends.
import { test, expect, signIn, ADMIN } from '../support/test.js';
import { PASSWORD } from '../support/lens.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';
import type { Page } from '@playwright/test';

const BOB = 'bob@example.com';

async function connections(page: Page): Promise<{ name: string }[]> {
  return (await (await page.request.get('/api/v1/connections')).json()).items;
}

async function atFinish(page: Page): Promise<Wizard> {
  const wizard = await Wizard.testing(page, 'small');
  await expect(wizard.finish).toBeEnabled();
  return wizard;
}

test('a refresh keeps every step, and the tested key', async ({ page }) => {
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  await page.reload();
  await wizard.toKeyStep();
  await page.reload();
  await expect(wizard.key).toBeVisible();
  await wizard.pasteAndTest(key('small'));
  await expect(wizard.finish).toBeEnabled();
  await page.reload();
  await expect(wizard.finish).toBeEnabled();
  await wizard.finishAs('Production');
});

test('Back and forward go through the steps', async ({ page }) => {
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  await wizard.toKeyStep();
  await page.goBack();
  await expect(wizard.heading('Create an admin key')).toBeVisible();
  await page.goForward();
  await expect(wizard.key).toBeVisible();
  await wizard.dialog.getByRole('button', { name: 'Back' }).click();
  await expect(wizard.heading('Create an admin key')).toBeVisible();
});

test('Esc leaves at once while there is nothing to lose, and asks when there is', async ({ page }) => {
  await signIn(page);
  await page.getByRole('link', { name: 'Connect your account' }).click();
  const wizard = new Wizard(page);
  await expect(wizard.dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(wizard.dialog).toBeHidden();

  await page.getByRole('link', { name: 'Connect your account' }).click();
  await wizard.toKeyStep();
  await wizard.key.fill(key('small'));
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /Keep/ })).toBeVisible();
  await page.getByRole('button', { name: /Keep/ }).click();
  await expect(wizard.key).toHaveValue(key('small'));
});

test('cancelling after the test destroys the key on the server', async ({ page, refusals }) => {
  refusals.expect(404);
  const wizard = await atFinish(page);
  const draft = page.url().match(/draft_[a-z0-9]+/)![0];
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /Discard/ }).click();
  await expect(wizard.dialog).toBeHidden();
  await expect.poll(async () => (await page.request.get(`/api/v1/connection-drafts/${draft}`)).status()).toBe(404);
  await page.goto(`/connect/${draft}`);
  await expect(wizard.dialog).toContainText(/expired or was discarded/);
});

test('a session that ends in the middle goes on after signing in again', async ({ page, context, refusals }) => {
  refusals.expect(401);
  const wizard = await atFinish(page);
  await context.clearCookies();
  await wizard.finish.click();
  const again = page.getByRole('dialog', { name: /sign in/i });
  await again.getByLabel('E-mail').fill(ADMIN);
  await again.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await again.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/lens/);
  expect(await connections(page)).toHaveLength(1);
});

test('whoever loses the permission in the middle is told, and the key is destroyed', async ({ page, browser, lens, refusals }) => {
  refusals.expect(403, 404);
  const manager = await (await browser.newContext({ baseURL: lens.url })).newPage();
  await signIn(manager);
  await lens.addUser(BOB, 'billing-profiles-admin');
  const wizard = await Wizard.testing(page, 'small', BOB);
  await expect(wizard.finish).toBeEnabled();
  const draft = new URL(page.url()).pathname.split('/')[2]!;

  const permit = async (permissions: string[]): Promise<void> => {
    const { items } = await (await manager.request.get('/api/v1/users')).json();
    const { id } = items.find(({ email }: { email: string }) => email === BOB);
    expect((await manager.request.post(`/api/v1/users/${id}`, { data: { permissions, active: true } })).ok()).toBe(true);
  };
  await permit(['cloud_analytics_user']);
  await wizard.finish.click();
  await expect(wizard.dialog.getByRole('alert')).toContainText('Billing Profiles Admin');
  await permit(['billing_profiles_admin']);
  expect((await page.request.get(`/api/v1/connection-drafts/${draft}`)).status(), 'the key is gone for good').toBe(404);
  expect(await connections(manager)).toHaveLength(0);
});

test('a server that is killed in the middle forgets nothing', async ({ page, lens, refusals }) => {
  refusals.expect(0);
  const wizard = await atFinish(page);
  await lens.crashAndRestart();
  await page.reload();
  await wizard.finishAs('Production');
  await lens.crashAndRestart();
  await page.reload();
  await expect(page.getByText(/^\$[\d,]+\.\d\d$/).first()).toBeVisible();
});

test('Back keeps what is ticked and what is pasted', async ({ page }) => {
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  await wizard.dialog.getByRole('checkbox').nth(2).check();
  await wizard.toKeyStep();
  await wizard.key.fill(key('small'));
  await wizard.dialog.getByRole('button', { name: 'Back' }).click();
  await expect(wizard.heading('Create an admin key')).toBeVisible();
  await expect(wizard.dialog.getByRole('checkbox').nth(2)).toBeChecked();
  await expect(wizard.dialog.getByRole('checkbox', { checked: true })).toHaveCount(1);
  await wizard.toKeyStep();
  await expect(wizard.key).toHaveValue(key('small'));
  await expect(wizard.key).toHaveAttribute('type', 'password');
});

test('a tested key is kept at the steps before its test, by the buttons, by Back and by a refresh', async ({ page }) => {
  const wizard = await atFinish(page);
  const draft = page.url().match(/draft_[a-z0-9]+/)![0];
  const kept = wizard.dialog.getByText(/^The key ending in .{4} is kept/);
  await wizard.dialog.getByRole('button', { name: 'Back' }).click();
  await expect(kept).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/connect/key\\?draft=${draft}$`));
  await page.reload();
  await expect(kept).toBeVisible();
  await wizard.test.click();
  await expect(wizard.finish).toBeEnabled();

  // The browser's Back leads to the field as it was before there was a key.
  await page.goBack();
  await expect(kept).toBeVisible();
  await page.goBack();
  await expect(wizard.finish).toBeEnabled();
  await page.goBack();
  await expect(page).toHaveURL(new RegExp(`/connect/key\\?draft=${draft}$`));
  await page.reload();
  await expect(kept).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(wizard.dialog.getByRole('alertdialog', { name: 'Discard the key?' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(wizard.dialog.getByRole('alertdialog')).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => document.activeElement !== document.body)).toBe(true);
});

test('a server that fails during the test takes no key with it', async ({ page, refusals }) => {
  refusals.expect(502);
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  await wizard.toKeyStep();
  await page.route('**/connection-drafts/*/test', (route) => route.fulfill({ status: 502, body: 'bad gateway' }));
  await wizard.pasteAndTest(key('small'));
  await expect(wizard.dialog).toContainText('The server did not answer');
  await wizard.dialog.getByRole('button', { name: 'Back' }).click();
  await expect(wizard.dialog.getByText(/^The key ending in .{4} is kept/)).toBeVisible();
  await page.unroute('**/connection-drafts/*/test');
  await wizard.test.click();
  await expect(wizard.finish).toBeEnabled();
});
