// axe on Reports and Exports, in both themes, on a desk and on the narrowest phone.
import { test, expect, signIn, VIEWER } from '../support/test.js';
import { checkAccessible as check } from '../support/axe.js';
import { connected } from '../support/connected.js';

test('reports and exports, empty, with figures and with what is wrong', async ({ page, refusals }) => {
  refusals.expect(422, 404);
  test.setTimeout(480_000);
  await connected(page, 'small');
  await page.goto('/reports');
  await expect(page.getByRole('heading', { name: 'No reports yet' })).toBeVisible();
  await check(page, '/reports, empty');
  for (const view of ['table', 'columns', 'lines', 'bars']) {
    await page.goto(`/reports/new?metrics=cost,tokens&period=last_30_days&interval=day&by=service&by=project&compare=yes&view=${view}`);
    await expect(page.locator('.report-about')).toContainText('UTC days');
    await check(page, `report as ${view}`);
  }
  await page.getByRole('button', { name: 'Add a filter' }).click();
  await expect(page.getByText('Choose a value from these days')).toBeVisible();
  await check(page, 'report, adding a filter');
  await page.getByRole('button', { name: 'Save…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('dialog').getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  await check(page, 'saving, without a name');
  await page.getByLabel('Name').fill('A report');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'A report' })).toBeVisible();
  await page.goto('/reports');
  await expect(page.getByRole('row').filter({ hasText: 'A report' })).toBeVisible();
  await check(page, '/reports');
  await page.goto('/reports/new?metrics=usage&period=2026-02-10~2026-02-01&limit=0&view=table');
  await expect(page.getByText('It must be 1 to 100000.')).toBeAttached();
  await check(page, 'report, refused');
  await page.goto('/exports');
  await expect(page.getByRole('button', { name: 'Download' })).toBeVisible();
  await page.getByRole('button', { name: 'Download' }).click();
  await expect(page.getByText(/BilledCost sums to/)).toBeVisible();
  await check(page, '/exports');
});

test('reports and exports without the permission', async ({ page, lens, refusals }) => {
  refusals.expect(403);
  test.setTimeout(120_000);
  await lens.addUser(VIEWER, 'assets-manager');
  await signIn(page, VIEWER);
  for (const address of ['/reports', '/reports/new', '/exports']) {
    await page.goto(address);
    await expect(page.getByText('A permission is missing')).toBeVisible();
    await check(page, `${address}, without permission`);
  }
});
