// Saved reports: keeping, sharing, changing in two places, and the work without a mouse.
import { test, expect, signIn, VIEWER } from '../support/test.js';
import { connected } from '../support/connected.js';
import type { Browser, Page } from '@playwright/test';

async function save(page: Page, name: string, shared = false): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  if (shared) await dialog.getByLabel(/^Share it/).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

async function another(browser: Browser, baseURL: string, email?: string): Promise<Page> {
  const context = await browser.newContext({ baseURL, locale: 'en-US', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await signIn(page, email);
  return page;
}

test('a shared report is seen by others, who keep a copy and cannot change it', async ({ page, lens, browser }) => {
  await lens.addUser(VIEWER, 'cloud-analytics-user');
  await connected(page, 'small');
  await page.goto('/reports');
  await expect(page.getByRole('heading', { name: 'No reports yet' })).toBeVisible();
  await page.getByRole('link', { name: 'New report' }).first().click();
  await page.getByRole('combobox', { name: 'Interval (UTC)' }).selectOption('month');
  await page.getByRole('button', { name: 'Save…' }).click();
  await save(page, 'Months, <b>by service</b>');
  await expect(page).toHaveURL(/\/reports\/rep[a-z]*_\w+$/);
  const address = page.url();

  const other = await another(browser, lens.url, VIEWER);
  await other.goto('/reports');
  await expect(other.getByRole('heading', { name: 'No reports yet' })).toBeVisible();
  await other.goto(address);
  await expect(other.getByRole('alert')).toContainText('No such report');

  await page.getByRole('button', { name: 'Rename or share…' }).click();
  await save(page, 'Months', true);
  await other.goto('/reports');
  const line = other.getByRole('row').filter({ hasText: 'Months' });
  await expect(line).toContainText('ada@example.com');
  await expect(line).toContainText('Shared');
  await expect(line.getByRole('button')).toHaveCount(0);
  await line.getByRole('link', { name: 'Months' }).click();
  await expect(other.getByRole('heading', { level: 1, name: 'Months' })).toBeVisible();
  await expect(other.getByRole('combobox', { name: 'Interval (UTC)' })).toHaveValue('month');
  await expect(other.getByRole('button', { name: 'Delete…' })).toHaveCount(0);
  await other.getByRole('combobox', { name: 'Interval (UTC)' }).selectOption('week');
  await expect(other.getByText('Not saved')).toBeVisible();
  await expect(other.getByRole('button', { name: 'Save', exact: true })).toHaveCount(0);
  await other.getByRole('button', { name: 'Save as…' }).click();
  await save(other, 'Weeks');
  await expect(other.getByText('Yours')).toBeVisible();
  await expect(other.getByRole('combobox', { name: 'Interval (UTC)' })).toHaveValue('week');

  await page.goto('/reports');
  await expect(page.getByRole('row').filter({ hasText: 'Weeks' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Delete Months' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('heading', { name: 'No reports yet' })).toBeVisible();
  await other.goto('/reports');
  await expect(other.getByRole('row').filter({ hasText: 'Weeks' })).toHaveCount(1);
  await expect(other.getByRole('row').filter({ hasText: 'Months' })).toHaveCount(0);
  await other.context().close();
});

test('a report that was changed in another place is not overwritten', async ({ page, context, refusals }) => {
  refusals.expect(409);
  await connected(page, 'small');
  await page.goto('/reports/new?metrics=cost&period=last_7_days&view=table');
  await page.getByRole('button', { name: 'Save…' }).click();
  await save(page, 'Mine');
  const second = await context.newPage();
  await second.goto(page.url());
  await second.getByRole('combobox', { name: 'Interval (UTC)' }).selectOption('week');
  await second.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(second.getByText('Not saved')).toHaveCount(0);

  await page.getByRole('combobox', { name: 'Interval (UTC)' }).selectOption('month');
  await page.reload();
  await page.goto(`${page.url().split('?')[0]}`);
  await expect(page.getByRole('combobox', { name: 'Interval (UTC)' })).toHaveValue('week');

  await second.getByRole('combobox', { name: 'Interval (UTC)' }).selectOption('day');
  await second.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(second.getByText('Not saved')).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Interval (UTC)' }).selectOption('month');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const conflict = page.getByRole('dialog');
  await expect(conflict).toContainText('Changed in the meantime');
  await conflict.getByRole('button', { name: 'Keep editing' }).click();
  await expect(page.getByRole('combobox', { name: 'Interval (UTC)' })).toHaveValue('month');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await conflict.getByRole('button', { name: 'Save mine as new…' }).click();
  await save(page, 'Mine too');
  await expect(page.getByRole('combobox', { name: 'Interval (UTC)' })).toHaveValue('month');
  await page.goto('/reports');
  await expect(page.getByRole('row').filter({ hasText: 'Mine' })).toHaveCount(2);
  await page.getByRole('link', { name: 'Mine', exact: true }).click();
  await expect(page.getByRole('combobox', { name: 'Interval (UTC)' })).toHaveValue('day');
});

test('an answer that comes late calls nobody back and undoes nothing', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/reports/new?metrics=cost&period=last_7_days&view=table');
  await page.getByRole('button', { name: 'Save…' }).click();
  await save(page, 'Mine');
  const interval = page.getByRole('combobox', { name: 'Interval (UTC)' });
  let answer = (): void => {};
  await page.route('**/api/v1/reports/rep*', async (route) => {
    if (route.request().method() === 'POST') await new Promise<void>((resolve) => (answer = resolve));
    await route.continue();
  });
  const late = async (meanwhile: () => Promise<void>): Promise<void> => {
    const asked = page.waitForRequest((request) => request.method() === 'POST' && /\/reports\/rep[a-z]*_/.test(request.url()));
    const answered = page.waitForResponse((response) => response.request().method() === 'POST' && /\/reports\/rep[a-z]*_/.test(response.url()));
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await asked;
    await meanwhile();
    answer();
    await answered;
  };
  await interval.selectOption('week');
  await late(async () => {
    await interval.selectOption('month');
    await expect(page).toHaveURL(/interval=month/);
  });
  await expect(page.getByRole('button', { name: 'Save', exact: true })).not.toHaveAttribute('aria-disabled', 'true');
  await expect(interval).toHaveValue('month');
  await expect(page.getByText('Not saved')).toBeVisible();
  await late(async () => {
    await page.getByRole('link', { name: 'All reports' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Reports' })).toBeVisible();
  });
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toHaveCount(1);
  await expect(page).toHaveURL(/\/reports$/);
});

test('a list that cannot be had says why, and comes when it is tried again', async ({ page, refusals }) => {
  refusals.expect(502);
  await signIn(page);
  await page.route('**/api/v1/reports?*', (route) => route.fulfill({ status: 502, body: 'bad gateway' }));
  await page.goto('/reports');
  await expect(page.getByRole('alert')).toContainText('The server did not answer');
  await page.unroute('**/api/v1/reports?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'No reports yet' })).toBeVisible();
});

test('a list of more reports than one part is shown part by part', async ({ page }) => {
  await signIn(page);
  const query = { metrics: ['cost'], period: { kind: 'preset', preset: 'today' } };
  for (let number = 1; number <= 53; number++) {
    const data = { name: `Report ${number}`, sharing: 'private', definition: { query, view: 'table' } };
    expect((await page.request.post('/api/v1/reports', { data })).status()).toBe(201);
  }
  await page.goto('/reports');
  await expect(page.getByRole('row')).toHaveCount(1 + 50);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(page.getByRole('row')).toHaveCount(1 + 53);
  await expect(page.getByRole('button', { name: 'Show more' })).toHaveCount(0);
});

test('a report is made, saved and deleted by keyboard alone', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/reports');
  const tabTo = async (name: string | RegExp) => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      const label = await page.evaluate(() => {
        const element = document.activeElement as HTMLInputElement | null;
        const text = element?.getAttribute('aria-label') ?? element?.labels?.[0]?.textContent ?? element?.textContent ?? '';
        return text.trim();
      });
      if (typeof name === 'string' ? label === name : name.test(label)) return;
    }
    throw new Error(`Tab does not reach ${name}`);
  };
  await tabTo('New report');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'New report' })).toBeFocused();
  await tabTo('Interval (UTC)');
  await page.keyboard.type('Week');
  await expect(page).toHaveURL(/interval=week/);
  // A slow machine is asked for it until then, and there is no table to come to.
  await expect(page.getByRole('table', { name: 'The report as a table' })).toBeVisible();
  await tabTo('The report as a table');
  await page.locator('main h1').focus();
  await tabTo('Save…');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.getByLabel('Name').focus();
  await page.keyboard.type('By keys');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'By keys' })).toBeFocused();
  await tabTo('Delete…');
  await page.keyboard.press('Enter');
  await tabTo('Delete');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Reports' })).toBeFocused();
  await expect(page.getByRole('heading', { name: 'No reports yet' })).toBeVisible();
});
