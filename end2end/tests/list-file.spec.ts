// Lists as files: what a page shows in a table is kept as CSV, with the API's values.
import { readFile } from 'node:fs/promises';
import { test, expect, signIn, ADMIN, VIEWER } from '../support/test.js';
import { account, accountPage, importNow } from '../support/account.js';
import type { Page } from '@playwright/test';

/** The lines of the file that a section offers, without its header. */
async function file(page: Page, section: string): Promise<string[]> {
  const button = page.getByRole('region', { name: section, exact: true }).getByRole('button', { name: 'Download CSV' });
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n').slice(1);
}

test('imported days and days that OpenAI revised are files', async ({ page }) => {
  await accountPage(page, 'restated-day');
  await importNow(page).click();
  await expect(page.getByRole('table', { name: 'Days that OpenAI revised' }).getByRole('row')).toHaveCount(2, { timeout: 30_000 });
  await expect.poll(async () => (await account(page, 'restated-day')).status.state).toBe('healthy');
  await page.reload();
  await expect(page.getByRole('table', { name: 'Imported days' })).toBeVisible();
  const { streams, restatements: [revised] } = await account(page, 'restated-day');
  const lines = await file(page, 'Imported days');
  expect(lines).toHaveLength(streams.length);
  for (const [at, { days_planned, days_imported, from, through, rows, last_success, next_run }] of streams.entries()) {
    expect(lines[at]).toContain(`,${days_planned},${days_imported},${from},${through},${rows},0,${last_success},${next_run},`);
  }
  const [line] = await file(page, 'Days that OpenAI revised');
  expect(line).toContain(`${revised.day},USD,${revised.old},${revised.new},`);
});

test('people are a file', async ({ page, lens }) => {
  await lens.addUser(VIEWER, 'users-manager');
  await signIn(page);
  await page.goto('/people');
  const people = await file(page, 'People');
  expect(people.map((line) => line.split(',')[0]).sort()).toEqual([ADMIN, VIEWER].sort());
  expect(people.find((line) => line.startsWith(VIEWER))).toContain(',Users Manager,Active,');
});
