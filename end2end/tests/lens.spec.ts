// The Lens as a page of its own: the chart by keyboard, its table, the address, and what happens behind the wizard.
import { test, expect, signIn } from '../support/test.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';
import { connected } from '../support/connected.js';
import type { Page } from '@playwright/test';

/** The radio that shows a chart as a table. */
const asTable = (page: Page, chart: string) =>
  page.getByRole('region', { name: chart, exact: true }).getByRole('radio', { name: 'Table' });

test('the arrow keys read the chart day by day, and the table has the same values', async ({ page }) => {
  await connected(page, 'small');
  await page.getByRole('group', { name: /^Cost per day by project/ }).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  const card = page.locator('.bar-card');
  const read = (await card.textContent()) ?? '';
  const [total] = read.match(/\$[\d,]+\.\d\d/) ?? [''];
  expect(total).not.toBe('');
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);

  await asTable(page, 'Cost per day by project').check({ force: true });
  const second = page.getByRole('region', { name: 'Cost per day by project, as a table' }).getByRole('row').nth(2);
  await expect(second).toContainText(total);
});

test('days and account stand in the address, and Back returns to the ones before', async ({ page }) => {
  await connected(page, 'small', 'second');
  const scope = page.getByRole('heading', { level: 1 }).locator('xpath=..');
  await page.getByRole('combobox', { name: 'Account' }).selectOption({ label: 'second' });
  await expect(scope).toContainText('second');
  await page.getByRole('combobox', { name: 'Period' }).selectOption({ label: 'Last 7 days' });
  await expect(page).toHaveURL(/account=conn_/);
  await expect(page).toHaveURL(/period=last-7/);
  await asTable(page, 'Cost per day by project').check({ force: true });
  await expect(page.getByRole('region', { name: 'Cost per day by project, as a table' }).getByRole('row')).toHaveCount(1 + 7 + 1);
  await expect(page).toHaveURL(/table=billed/);
  await page.reload();
  await expect(page.getByRole('region', { name: 'Cost per day by project, as a table' })).toBeVisible();
  await expect(scope).toContainText('second');
  await expect(page.getByRole('combobox', { name: 'Period' })).toHaveValue('last-7');
  await page.goBack();
  await expect(page.getByRole('combobox', { name: 'Period' })).toHaveValue('last-30');
  await expect(scope).toContainText('second');
});

test('figures that are old are asked for again when the tab is looked at again', async ({ page }) => {
  await connected(page, 'small');
  const asked = (): Promise<unknown> => page.waitForRequest(/\/api\/v1\/costs\/daily/);
  const look = (minutes: number): Promise<void> =>
    page.evaluate((minutes) => {
      const now = Date.now;
      Date.now = () => now() + minutes * 60_000;
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      Date.now = now;
    }, minutes);
  let requests = 0;
  page.on('request', (request) => (requests += Number(request.url().includes('/costs/daily'))));
  await look(4);
  expect(requests).toBe(0);
  await Promise.all([asked(), look(6)]);
});

test('an account that is not connected is named, and all accounts are one choice away', async ({ page, refusals }) => {
  refusals.expect(404);
  await connected(page, 'small');
  await page.goto('/lens?account=conn_00000000000000000000000000000000');
  await expect(page.getByRole('alert')).toContainText('No such account');
  await page.getByRole('combobox', { name: 'Account' }).selectOption({ label: 'All accounts (1)' });
  await expect(page.getByText(/Costs billed through/)).toBeVisible();
});

test('figures that arrive leave the focus and the choices where they are', async ({ page }) => {
  await signIn(page);
  await page.goto('/lens');
  await page.getByRole('main').getByRole('link', { name: 'Connect your account' }).click();
  await new Wizard(page).connect(key('small'), 'Globex');
  await expect(page.getByRole('heading', { level: 1, name: 'OpenAI Lens' })).toBeFocused();
  const table = asTable(page, 'Cost per day by project');
  await table.check({ force: true });
  await expect(table).toBeFocused();
  await expect(page.getByText(/^Importing/)).toHaveCount(0, { timeout: 45_000 });
  await expect(table).toBeFocused();
  await expect(page.getByRole('region', { name: 'Cost per day by project, as a table' })).toBeVisible();
});

test('a failed post keeps the key in the field, and a name survives the way back', async ({ page, refusals }) => {
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  await wizard.toKeyStep();
  await wizard.key.fill(key('small'));
  await page.route('**/api/v1/connection-drafts', (route) => route.fulfill({ status: 502, body: 'bad gateway' }));
  refusals.expect(502);
  await wizard.test.click();
  await expect(wizard.dialog.getByRole('alert')).toContainText('The server did not answer');
  await expect(wizard.key).toHaveValue(key('small'));
  await page.unroute('**/api/v1/connection-drafts');
  await wizard.test.click();
  await wizard.name.fill('My name');
  await wizard.dialog.getByRole('button', { name: 'Back' }).click();
  await expect(wizard.key).toHaveValue('');
  await wizard.test.click();
  await expect(wizard.name).toHaveValue('My name');
  await wizard.finishAs();
});

test('costs are split, looked into and left out without a request, and the address holds it', async ({ page }) => {
  await connected(page, 'small');
  const table = page.getByRole('region', { name: 'Costs and usage, as a table' });
  await expect(table.getByRole('row').nth(2)).toBeVisible();
  // What is compared with comes last: after it nothing is asked any more.
  await expect(page.getByRole('region', { name: 'Tokens', exact: true })).toContainText(/previous 30 days/);
  const cubes: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/')) cubes.push(request.url());
  });
  await page.getByRole('combobox', { name: 'Split by' }).selectOption({ label: 'Service' });
  await expect(page.getByRole('heading', { name: 'Cost per day by service' })).toBeVisible();
  await expect(page).toHaveURL(/by=service/);
  const row = table.getByRole('row').filter({ hasText: 'Embeddings' });
  const cost = (await row.getByRole('cell').first().textContent()) ?? '';
  await row.getByRole('button', { name: 'Embeddings', exact: true }).click();
  const filters = page.getByRole('list', { name: 'Filters' });
  await expect(filters).toContainText('Service: Embeddings');
  await expect(page.getByRole('heading', { name: 'Costs and usage by project' })).toBeVisible();
  await expect(page).toHaveURL(/filter=service%3AEmbeddings/);
  await page.getByRole('combobox', { name: 'Split by' }).selectOption({ label: 'Provider' });
  await expect(table.getByRole('row').filter({ hasText: 'OpenAI' }).getByRole('cell').first()).toHaveText(cost);
  await filters.getByRole('button', { name: 'Remove the filter Service: Embeddings' }).click();
  await expect(filters).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Split by' }).selectOption({ label: 'Service' });
  await row.getByRole('button', { name: 'Leave out Embeddings' }).click();
  await expect(filters).toContainText('Without Service: Embeddings');
  await expect(row).toHaveCount(0);
  expect(cubes).toEqual([]);
});
