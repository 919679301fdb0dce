// The table of a large report: few rows in the document, all of them for a screen reader, and quick to scroll.
import { test, expect, signIn } from '../support/test.js';
import { connected } from '../support/connected.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';
import type { Locator, Page } from '@playwright/test';

const ADDRESS = '/reports/new?metrics=cost,tokens&period=last_7_days&by=openai/api_key_id&by=sku&limit=100000&view=table';

function parts(page: Page): { frame: Locator; table: Locator; rows: Locator } {
  const table = page.getByRole('table', { name: 'The report as a table' });
  const frame = page.getByRole('region', { name: 'The report as a table' });
  return { frame, table, rows: table.locator('.vtable-body').getByRole('row') };
}

test('thousands of rows are a few in the document, and the last is reached by keyboard', async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page);
  await page.goto('/connect');
  await new Wizard(page).connect(key('large'), 'Globex');
  const query = { metrics: ['cost', 'tokens'], period: { kind: 'preset', preset: 'last_7_days' }, group_by: ['openai/api_key_id', 'sku'], limit: 100_000 };
  const ask = async () => (await page.request.post('/api/v1/reports/query', { data: query })).json();
  await expect.poll(async () => (await ask()).rows.length, { timeout: 120_000, intervals: [2_000] }).toBeGreaterThan(1_000);
  await page.goto(ADDRESS);
  const { frame, table, rows } = parts(page);
  await expect(rows.first()).toBeVisible();
  const count = Number(await table.getAttribute('aria-rowcount'));
  expect(count).toBeGreaterThan(1_000);
  expect(await rows.count()).toBeLessThan(60);
  await frame.focus();
  await page.keyboard.press('End');
  const last = table.locator(`.vtable-body [aria-rowindex="${count - 1}"]`);
  await expect(last).toBeInViewport();
  expect(await rows.count()).toBeLessThan(60);
  await page.keyboard.press('Home');
  await expect(table.locator('.vtable-body [aria-rowindex="2"]')).toBeInViewport();
});

test('a column with all its rows here is put in order by its head', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/reports/new?metrics=cost,tokens&period=last_30_days&by=sku&view=table');
  const { table, rows } = parts(page);
  await expect(rows.first()).toBeVisible();
  const texts = async (column: number) => rows.evaluateAll((rows, column) => rows.map((row) => row.children[column]!.textContent ?? ''), column);
  await expect(table.getByRole('columnheader', { name: 'Cost' })).toHaveAttribute('aria-sort', 'descending');
  const queries: string[] = [];
  page.on('request', (request) => request.url().includes('/reports/query') && queries.push(request.url()));
  await table.getByRole('button', { name: 'SKU' }).click();
  await expect(table.getByRole('columnheader', { name: 'SKU' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(table.getByRole('button', { name: 'SKU' })).toBeFocused();
  const names = await texts(0);
  expect(names).toEqual([...names].sort((a, b) => (a < b ? -1 : 1)));
  await page.keyboard.press('Enter');
  await expect(table.getByRole('columnheader', { name: 'SKU' })).toHaveAttribute('aria-sort', 'descending');
  await table.getByRole('button', { name: 'Tokens' }).click();
  const tokens = (await texts(2)).map((text) => Number(text.replaceAll(',', '')));
  expect(tokens).toEqual([...tokens].sort((a, b) => b - a));
  expect(queries).toEqual([]);
  await page.getByLabel('Maximum rows').fill('2');
  await page.keyboard.press('Tab');
  await expect(rows).toHaveCount(3);
  await table.getByRole('button', { name: 'Tokens' }).click();
  await expect(page).toHaveURL(/sort=-tokens/);
});

test('a hundred thousand rows scroll within a frame', async ({ page }) => {
  test.setTimeout(120_000);
  await connected(page, 'small');
  // The real answer, its rows repeated under other names: no organization of the simulator has so many.
  await page.route('**/api/v1/reports/query', async (route) => {
    const answer = await route.fetch();
    const report = await answer.json();
    const rows = Array.from({ length: 100_000 }, (_, at) => {
      const row = report.rows[at % report.rows.length];
      return { ...row, labels: row.labels.map((label: string) => `${label} ${at}`) };
    });
    await route.fulfill({ response: answer, json: { ...report, rows } });
  });
  await page.goto('/reports/new?metrics=cost,tokens,requests&period=last_7_days&by=project&by=sku&view=table');
  const { frame, table, rows } = parts(page);
  await expect(rows.first()).toBeVisible({ timeout: 60_000 });
  await expect(table).toHaveAttribute('aria-rowcount', '100002');
  const times = await frame.evaluate(async (frame) => {
    const times: number[] = [];
    for (let step = 0; step < 120; step++) {
      const start = performance.now();
      frame.scrollTop = step * 140;
      frame.dispatchEvent(new Event('scroll'));
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      void (frame as HTMLElement).offsetHeight;
      times.push(performance.now() - start);
      await new Promise(requestAnimationFrame);
    }
    return times.sort((a, b) => a - b);
  });
  const at = (share: number) => times[Math.floor(times.length * share)]!;
  console.log(`scroll frame: median ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms`);
  expect(await rows.count()).toBeLessThan(60);
  await frame.evaluate((frame) => (frame.scrollTop = frame.scrollHeight));
  await expect(table.locator('.vtable-body [aria-rowindex="100001"]')).toBeInViewport();
});
