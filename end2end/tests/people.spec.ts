// People: inviting by a link, what each may do, keeping somebody out, and removing them.
import { test, expect, signIn, ADMIN, VIEWER } from '../support/test.js';
import { PASSWORD } from '../support/lens.js';
import { checkAccessible } from '../support/axe.js';
import type { Browser, Page } from '@playwright/test';

const BOB = 'bob@example.com';

/** Invites somebody and reads the link, which is shown once. */
async function invite(page: Page, email: string): Promise<string> {
  await page.goto('/people');
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByRole('button', { name: 'Create the link' }).click();
  await expect(dialog.getByRole('heading', { name: 'Hand this link over' })).toBeFocused();
  const link = await dialog.getByLabel('Invitation link').inputValue();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toHaveCount(0);
  return link;
}

/** Accepts a link in another browser. */
async function accept(browser: Browser, link: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(link);
  await expect(page.getByText(`${ADMIN} invites you`)).toBeVisible();
  expect(page.url(), 'the token is out of the address').not.toContain('token');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Accept' }).click();
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Accept the invitation');
  return page;
}

test('somebody is invited by a link, comes in with it once, and can do what was granted', async ({ page, browser, refusals }) => {
  refusals.expect(404);
  await signIn(page);
  const link = await invite(page, BOB);
  await expect(page.getByRole('listitem').filter({ hasText: BOB })).toContainText('Cloud Analytics User');
  const bob = await accept(browser, link);
  await bob.goto('/people');
  await expect(bob.getByRole('main')).toContainText('Users Manager');
  const again = await (await browser.newContext()).newPage();
  await again.goto(link);
  await expect(again.getByRole('alert')).toContainText('used, withdrawn or older');

  await page.reload();
  await expect(page.getByRole('row').filter({ hasText: BOB })).toContainText('Active');
  await expect(page.getByText('Nobody is invited')).toBeVisible();
});

test('permissions change at once, and who is deactivated is out', async ({ page, browser }) => {
  await signIn(page);
  const bob = await accept(browser, await invite(page, BOB));
  await page.reload();
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: `Change ${BOB}` }).click();
  await dialog.getByRole('checkbox', { name: /Users Manager/ }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('row').filter({ hasText: BOB })).toContainText('Users Manager');
  await bob.goto('/people');
  await expect(bob.getByRole('button', { name: 'Invite somebody' })).toBeVisible();

  await page.getByRole('button', { name: `Change ${BOB}` }).click();
  await dialog.getByRole('checkbox', { name: /Can sign in/ }).uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('row').filter({ hasText: BOB })).toContainText('Deactivated');
  await bob.reload();
  await expect(bob.getByRole('heading', { level: 1 })).toHaveText('Sign in');
});

test('the last Users Manager stays, and somebody else is removed after a second press', async ({ page, lens, refusals }) => {
  refusals.expect(409);
  await lens.addUser(VIEWER, 'cloud-analytics-user');
  await signIn(page);
  await page.goto('/people');
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: `Change ${ADMIN}` }).click();
  await dialog.getByRole('checkbox', { name: /Users Manager/ }).uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Nobody would be left');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: `Change ${ADMIN}` })).toBeFocused();

  await page.getByRole('button', { name: `Change ${VIEWER}` }).click();
  await dialog.getByRole('button', { name: 'Remove…' }).click();
  await dialog.getByRole('button', { name: 'Remove for good' }).click();
  await expect(page.getByText(VIEWER)).toHaveCount(0);
});

test('a link that nobody needs is withdrawn', async ({ page, browser, refusals }) => {
  refusals.expect(404);
  await signIn(page);
  const link = await invite(page, BOB);
  await page.getByRole('button', { name: `Withdraw the invitation for ${BOB}` }).click();
  await expect(page.getByText('Nobody is invited')).toBeVisible();
  const other = await (await browser.newContext()).newPage();
  await other.goto(link);
  await expect(other.getByRole('alert')).toContainText('used, withdrawn or older');
});

test('somebody is invited by keyboard alone', async ({ page }) => {
  await signIn(page);
  await page.goto('/people');
  await page.getByRole('button', { name: 'Invite somebody' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await dialog.getByLabel('E-mail').focus();
  await page.keyboard.type(BOB);
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('heading', { name: 'Hand this link over' })).toBeFocused();
  // What is shown once is not lost by one key.
  await page.keyboard.press('Escape');
  await expect(dialog.getByRole('heading', { name: 'Hand this link over' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Done' }).focus();
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Invite somebody' })).toBeFocused();
});

test('every state of People is accessible in both themes and at both widths', async ({ page, lens, browser }) => {
  test.setTimeout(180_000);
  await lens.addUser(VIEWER, 'cloud-analytics-user', 'assets-manager');
  await signIn(page);
  const link = await invite(page, BOB);
  await checkAccessible(page, '/people');
  await page.getByRole('button', { name: `Change ${VIEWER}` }).click();
  await checkAccessible(page, '/people, changing');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Create the link' }).click();
  await checkAccessible(page, '/people, a field to correct');
  const other = await (await browser.newContext()).newPage();
  await other.goto(link);
  await expect(other.getByLabel('Password', { exact: true })).toBeVisible();
  await checkAccessible(other, '/invitation');
});
