// The page of an account: what is imported of each stream, Import now and what is said against it, who sees what.
import { test, expect, signIn, ADMIN, VIEWER } from '../support/test.js';
import { checkAccessible } from '../support/axe.js';
import { account, accountPage, disturbedAccountPage, importNow } from '../support/account.js';
import { connected } from '../support/connected.js';
import type { Page } from '@playwright/test';

/** A UTC day as the page writes it. */
function day(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString('en-US', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });
}

test('each stream has its days, rows and times, as the API tells them', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/assets/openai');
  await page.getByRole('link', { name: 'small', exact: true }).click();
  await expect(page).toHaveURL(/\/assets\/openai\/conn_[a-z0-9]+$/);
  await expect(page.getByRole('heading', { level: 1, name: 'small' })).toBeFocused();
  const shown = await account(page, 'small');
  const facts = page.getByRole('region', { name: 'About this account' });
  for (const words of [
    shown.organization.name, shown.organization.id, `…${shown.key.tail}`, `by ${ADMIN}`, `Since ${day(shown.history_start)}`,
    `Fingerprint ${shown.key.fingerprint}`, 'Usage: read', 'Management: read',
  ]) await expect(facts).toContainText(words);

  const streams = page.getByRole('table', { name: 'Imported days' });
  expect(shown.streams.length).toBeGreaterThan(10);
  await expect(streams.getByRole('row')).toHaveCount(1 + shown.streams.length);
  for (const [at, stream] of shown.streams.entries()) {
    const row = streams.getByRole('row').nth(at + 1);
    await expect(row).toContainText(`${stream.days_imported} of ${stream.days_planned}`);
    await expect(row.getByRole('cell').nth(2)).toHaveText(stream.rows.toLocaleString('en-US'));
    await expect(row.getByRole('cell').nth(3)).toHaveText(/^(just now|\d+ min ago)$/);
    await expect(row.getByRole('cell').nth(4)).toHaveText(/^in (1 h|\d+ min)$/);
    const days = (wanted: string): number =>
      stream.days.filter(({ state }: any) => state === wanted).reduce((sum: number, { from, through }: any) => sum + (Date.parse(through) - Date.parse(from)) / 86_400_000 + 1, 0);
    const name = await row.getByRole('rowheader').textContent();
    const settled = days('imported');
    await expect(row.getByRole('img')).toHaveAccessibleName(new RegExp(`^${name}: ${settled} days imported, ${days('provisional')} days? imported that may still change`));
  }
});

test('Import now reads again, says that it runs, and what OpenAI changed stands on the page', async ({ page, lens }) => {
  await accountPage(page, 'restated-day');
  await expect(page.getByText('So far, no day has changed after it ended.')).toBeVisible();
  const before = (await lens.upstreamRequests()).length;
  await importNow(page).click();
  const changes = page.getByRole('table', { name: 'Days that OpenAI revised' });
  await expect(changes.getByRole('row')).toHaveCount(2, { timeout: 30_000 });
  expect((await lens.upstreamRequests()).length).toBeGreaterThan(before);
  const { restatements: [change] } = await account(page, 'restated-day');
  const dollars = (amount: string): string => Number(amount).toLocaleString('en-US', { style: 'currency', currency: 'USD' });
  const row = changes.getByRole('row').nth(1);
  await expect(row).toContainText(day(change.day));
  await expect(row.getByRole('cell').nth(0)).toHaveText(dollars(change.old));
  await expect(row.getByRole('cell').nth(1)).toHaveText(dollars(change.new));
  await expect(importNow(page)).toBeEnabled({ timeout: 20_000 });
  await page.reload();
  await expect(changes.getByRole('row')).toHaveCount(2);
});

test('an import in one tab is seen in the other, and on Assets', async ({ page, context }) => {
  await connected(page, 'slow');
  const address = `/assets/openai/${(await account(page, 'slow')).id}`;
  await page.goto(address);
  const assets = await context.newPage();
  await assets.goto('/assets/openai');
  const row = assets.getByRole('row').filter({ hasText: 'slow' });
  await importNow(row).click();
  await expect(row.getByRole('button', { name: /^Importing…/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: /^Importing…/ })).toBeDisabled();
  // Every answer of this organization takes three seconds: both tabs look again by themselves until all is read.
  for (const where of [page, assets]) await expect(importNow(where)).toBeEnabled({ timeout: 45_000 });
});

test('while OpenAI asks to wait, Import now says until when, and what failed is said with its request id', async ({ page, refusals }) => {
  refusals.expect(409);
  await disturbedAccountPage(page, 'rate-limited-mid-run');
  await expect(page.getByText('Needs attention', { exact: true })).toBeVisible({ timeout: 30_000 });
  const costs = page.getByRole('table', { name: 'Imported days' }).getByRole('row').filter({ hasText: /req_[A-Za-z0-9_-]+/ }).first();
  await expect(costs).toContainText(/Failed: /);
  // What is wrong with every stream is said once.
  await expect(page.getByRole('main').getByText(/OpenAI limits the rate of requests/)).toHaveCount(1);
  await expect(costs.getByRole('img')).toHaveAccessibleName(/failed \(/);
  await expect(async () => {
    await importNow(page).click({ timeout: 1_000 });
    await expect(page.getByRole('alert')).toContainText(/OpenAI limits the rate of requests of this organization until .* UTC/, { timeout: 2_000 });
  }).toPass({ timeout: 45_000 });
  await page.goto('/assets/openai');
  // Of its first stream that failed: what was held back while OpenAI asked to wait was no request, and has no id.
  await expect(page.getByRole('row').filter({ hasText: 'rate-limited-mid-run' })).toContainText(/OpenAI limits the rate of requests/);
});

test('an account whose key is refused cannot be imported, and its page leads to the wizard and back', async ({ page }) => {
  await disturbedAccountPage(page, 'revoked-mid-run');
  await expect(page.getByText('Needs a new key', { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(importNow(page)).toBeDisabled();
  await expect(page.getByText('Nothing can be imported until the key is replaced.')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText(/unknown, revoked or expired/);
  await page.getByRole('main').getByRole('alert').getByRole('link', { name: 'Replace the key' }).click();
  await expect(page.getByRole('dialog').getByRole('heading', { name: 'Create an admin key' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('revoked-mid-run');
});

test('each permission shows what it may', async ({ page, lens, browser, refusals }) => {
  refusals.expect(403);
  await lens.addUser(VIEWER, 'cloud-analytics-user');
  await lens.addUser('keeper@example.com', 'assets-manager');
  await lens.addUser('hr@example.com', 'users-manager');
  await connected(page, 'restated-day');
  const address = `/assets/openai/${(await account(page, 'restated-day')).id}`;
  const as = async (email: string): Promise<Page> => {
    const other = await (await browser.newContext({ baseURL: lens.url })).newPage();
    await signIn(other, email);
    await other.goto(address);
    return other;
  };
  const viewer = await as(VIEWER);
  await expect(importNow(viewer)).toBeDisabled();
  await expect(viewer.getByText('Importing now needs the permission Billing Profiles Admin or Assets Manager.')).toBeVisible();
  await expect(viewer.getByRole('link', { name: 'Open in the Lens' })).toBeVisible();
  await expect(viewer.getByRole('region', { name: 'Days that OpenAI revised' })).toBeVisible();
  await expect(viewer.getByText('Admin key')).toHaveCount(0);

  const keeper = await as('keeper@example.com');
  await importNow(keeper).click();
  await expect(importNow(keeper)).toBeEnabled({ timeout: 30_000 });
  await expect(keeper.getByRole('link', { name: 'Open in the Lens' })).toHaveCount(0);
  await expect(keeper.getByRole('region', { name: 'Days that OpenAI revised' })).toHaveCount(0);
  expect((await account(keeper, 'restated-day')).restatements).toEqual([]);
  await expect.poll(async () => (await account(page, 'restated-day')).restatements.length).toBe(1);

  const other = await as('hr@example.com');
  await expect(other.getByRole('alert')).toContainText(/permission/);
  await expect(other.getByRole('table')).toHaveCount(0);
});

test('an account that is not there is said to be so; a server that does not answer leaves what was there', async ({ page, refusals }) => {
  refusals.expect(404, 503);
  await connected(page, 'small');
  await page.goto('/assets/openai/conn_00000000000000000000000000000000');
  await expect(page.getByRole('alert')).toContainText('No such account');
  await page.getByRole('link', { name: 'OpenAI accounts' }).click();
  await page.route('**/api/v1/connections/conn_*', (route) => route.fulfill({ status: 503, body: '' }));
  await page.getByRole('link', { name: 'small', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('The server did not answer');
  await page.unroute('**/api/v1/connections/conn_*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('table', { name: 'Imported days' })).toBeVisible();
  let refused = 0;
  await page.route('**/api/v1/connections/conn_*', (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    refused++;
    return route.fulfill({ status: 503, body: '' });
  });
  await importNow(page).click();
  await expect(page.getByText('These figures may be out of date')).toBeVisible();
  await expect(page.getByRole('table', { name: 'Imported days' })).toBeVisible();
  await page.unroute('**/api/v1/connections/conn_*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('These figures may be out of date')).toHaveCount(0);
  expect(refused).toBeGreaterThan(0);
});

test('an account is opened and imported by keyboard alone', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/assets/openai');
  await page.getByRole('link', { name: 'small', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'small' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Open in the Lens' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(importNow(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'The import of small has begun' })).toBeAttached();
  await expect(importNow(page)).toBeEnabled({ timeout: 20_000 });
  await expect(importNow(page)).toBeFocused();
  await page.reload();
  await expect(page.getByRole('table', { name: 'Imported days' })).toBeVisible();
});

test('every state of the page is accessible in both themes and at both widths', async ({ page, refusals }) => {
  test.setTimeout(240_000);
  refusals.expect(404);
  await connected(page, 'restated-day', 'revoked-mid-run', 'gap');
  await page.goto('/assets/openai');
  await expect(page.getByText('Needs a new key', { exact: true })).toBeVisible({ timeout: 30_000 });
  await checkAccessible(page, 'Assets');
  for (const name of ['restated-day', 'revoked-mid-run', 'gap']) {
    await page.goto(`/assets/openai/${(await account(page, name)).id}`);
    await expect(page.getByRole('table', { name: 'Imported days' })).toBeVisible();
    await checkAccessible(page, `the account ${name}`);
  }
  await page.goto('/assets/openai/conn_00000000000000000000000000000000');
  await expect(page.getByRole('alert')).toBeVisible();
  await checkAccessible(page, 'no such account');
});

test('the accounts stay within their card at every width of a desk, whatever is wrong with them', async ({ page }) => {
  await connected(page, 'small', 'expiring', 'lost-line', 'revoked-mid-run');
  await page.goto('/assets/openai');
  await expect(page.getByRole('cell', { name: /^\$[\d,]+\.\d\d$/ })).toHaveCount(4);
  for (const width of [1001, 1024, 1280, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const over = await page.getByRole('table', { name: 'OpenAI accounts' }).evaluate((table) => table.getBoundingClientRect().right - table.parentElement!.getBoundingClientRect().right);
    expect(over, `${width} px`).toBeLessThanOrEqual(0);
  }
});
