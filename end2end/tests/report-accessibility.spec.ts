// axe on Reports and Exports, in both themes, on a desk and on the narrowest phone.
import AxeBuilder from '@axe-core/playwright';
import { test, expect, signIn, VIEWER } from '../support/test.js';
import { connected } from '../support/connected.js';
import type { Page } from '@playwright/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function check(page: Page, state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 320]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      const { violations } = await new AxeBuilder({ page }).withTags(TAGS).options({ rules: { 'target-size': { enabled: true } } }).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 120)} ${node.failureSummary ?? ''}`).join(' | ')}`);
      expect(found, `${state}, ${colorScheme}, ${width} px`).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(overflow, `${state}, ${width} px: horizontal overflow`).toBeLessThanOrEqual(0);
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

test('reports and exports, empty, with figures and with what is wrong', async ({ page, refusals }) => {
  refusals.expect(422, 404);
  test.setTimeout(240_000);
  await connected(page, 'small');
  await page.goto('/reports');
  await expect(page.getByRole('heading', { name: 'No report yet' })).toBeVisible();
  await check(page, '/reports, empty');
  for (const view of ['table', 'columns', 'lines', 'bars']) {
    await page.goto(`/reports/new?metrics=cost,tokens&period=last_30_days&interval=day&by=service&by=project&compare=yes&view=${view}`);
    await expect(page.locator('.report-about')).toContainText('UTC days');
    await check(page, `report as ${view}`);
  }
  await page.getByRole('button', { name: 'Add a filter' }).click();
  await expect(page.getByText('Choose a value of these days')).toBeVisible();
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
