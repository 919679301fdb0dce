// The profile: sessions, the password, API tokens, and the warning before a session ends.
import { test, expect, signIn, ADMIN } from '../support/test.js';
import { PASSWORD } from '../support/lens.js';
import { checkAccessible } from '../support/axe.js';

const NEW_PASSWORD = 'four other words here';

test('somebody sees where they are signed in and ends the other session', async ({ page, browser }) => {
  await signIn(page);
  const other = await (await browser.newContext()).newPage();
  await signIn(other);
  await page.goto('/profile');
  const sessions = page.getByRole('region', { name: 'Where you are signed in' }).getByRole('listitem');
  await expect(sessions).toHaveCount(2);
  await expect(sessions.filter({ hasText: 'This session' })).toHaveCount(1);
  await expect(sessions.first()).toContainText('127.0.0.1');
  await page.getByRole('button', { name: 'End all other sessions' }).click();
  await expect(sessions).toHaveCount(1);
  await other.reload();
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Sign in');
});

test('a new password needs the old one', async ({ page, refusals }) => {
  refusals.expect(422, 401);
  await signIn(page);
  await page.goto('/profile');
  await page.getByLabel('Current password', { exact: true }).fill('not the old one');
  await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByText('The current password is wrong.')).toBeVisible();
  await expect(page.getByLabel('Current password', { exact: true })).toBeFocused();
  await page.getByLabel('Current password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByText('Password changed')).toBeVisible();
  const data = { email: ADMIN, password: PASSWORD };
  expect((await page.request.post('/api/v1/session', { data })).status()).toBe(401);
});

test('a token is shown once, opens the API, and is revoked', async ({ page, playwright, lens }) => {
  await signIn(page);
  await page.goto('/profile');
  await page.getByRole('button', { name: 'New token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Nightly export');
  await dialog.getByRole('button', { name: 'Create the token' }).click();
  await expect(dialog.getByRole('heading', { name: 'Copy the token now' })).toBeFocused();
  const token = await dialog.getByLabel('API token').inputValue();
  // It is shown once: Escape does not lose it.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(dialog.getByLabel('API token')).toHaveValue(token);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Nightly export' })).toContainText('never used');
  expect(await page.content()).not.toContain(token);

  const program = await playwright.request.newContext({ baseURL: lens.url, extraHTTPHeaders: { authorization: `Bearer ${token}` } });
  expect((await program.get('/api/v1/connections')).status()).toBe(200);
  expect((await program.get('/api/v1/users')).status()).toBe(403);
  expect((await program.post('/api/v1/connection-drafts', { data: {} })).status()).toBe(403);
  await page.getByRole('button', { name: 'Revoke Nightly export' }).click();
  await expect(page.getByText('No tokens yet.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'API tokens' })).toBeFocused();
  const refused = await program.get('/api/v1/connections');
  expect(refused.status()).toBe(401);
  expect(refused.headers()['set-cookie']).toBeUndefined();
  await program.dispose();
});

test('a minute and more before the session ends a warning says so, and one key extends it', async ({ page }) => {
  await page.clock.install();
  await signIn(page);
  await page.goto('/profile');
  await expect(page.getByText('No tokens yet.')).toBeVisible();
  await page.clock.fastForward('26:00');
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  // Idle sessions end after 30 minutes, of which the server's noting takes up to one.
  await page.clock.fastForward('01:30');
  const warning = page.getByRole('alertdialog');
  await expect(warning).toBeVisible();
  await expect(warning.getByRole('button', { name: 'Stay signed in' })).toBeFocused();
  const asked = page.waitForResponse((response) => response.url().endsWith('/api/v1/session') && response.ok());
  await page.keyboard.press('Enter');
  await asked;
  await expect(warning).toHaveCount(0);
  await page.clock.fastForward('20:00');
  await expect(warning).toHaveCount(0);
});

test('every state of the profile is accessible in both themes and at both widths', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page);
  await page.goto('/profile');
  await expect(page.getByText('No tokens yet.')).toBeVisible();
  await checkAccessible(page, '/profile');
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Create the token' }).click();
  await expect(page.getByRole('dialog').getByText('Enter a name.')).toBeVisible();
  await checkAccessible(page, '/profile, a new token');
});
