// The audit log: who did what, every call to OpenAI, and whether both are as they were written.
import { readFile } from 'node:fs/promises';
import { test, expect, signIn, ADMIN, VIEWER } from '../support/test.js';
import { checkAccessible } from '../support/axe.js';
import { connected } from '../support/connected.js';

test('events are found by text, by a link in a row and by the result, and the address keeps what is looked for', async ({ page }) => {
  await connected(page, 'small');
  await page.getByRole('button', { name: `Account of ${ADMIN}` }).click();
  await page.getByRole('link', { name: 'Audit log' }).click();
  await expect(page.getByRole('heading', { name: 'Audit log' })).toBeVisible();
  const events = page.getByRole('table', { name: 'Events, newest first' }).getByRole('row');
  await expect(events.filter({ hasText: 'Key entered' })).toContainText(ADMIN);

  await page.getByLabel('Text', { exact: true }).fill('connection_made');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(events).toHaveCount(2);
  await expect(events.nth(1)).toContainText('Connection made');
  await expect(page).toHaveURL(/text=connection_made/);
  await page.reload();
  await expect(events).toHaveCount(2);
  await expect(page.getByLabel('Text', { exact: true })).toHaveValue('connection_made');

  await page.getByRole('button', { name: 'Show everything' }).click();
  await events.filter({ hasText: 'Key tested' }).getByRole('link', { name: 'Key tested' }).click();
  await expect(page).toHaveURL(/kind=key_tested/);
  await expect(events).toHaveCount(2);
  await page.getByRole('button', { name: 'Remove Only Key tested' }).click();
  await expect(events.filter({ hasText: 'Key entered' })).toHaveCount(1);
  await page.goBack();
  await expect(events).toHaveCount(2);
  await page.goto('/audit-log?result=refused&text=nothing-like-it');
  await expect(page.getByText('No matching events.')).toBeVisible();
});

test('what is typed stays when a menu changes, and goes with everything else', async ({ page }) => {
  await signIn(page);
  await page.goto('/audit-log?kind=signed_in');
  const text = page.getByLabel('Text', { exact: true });
  await text.fill('ada');
  await page.getByLabel('Result').selectOption('done');
  await expect(page).toHaveURL(/result=done/);
  await expect(text).toHaveValue('ada');
  await page.getByRole('button', { name: /^Remove Only/ }).click();
  await expect(page).not.toHaveURL(/kind=/);
  await expect(text).toHaveValue('ada');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect(text).toHaveValue('');
});

test('the log is checked, and what is found is a file', async ({ page }) => {
  await signIn(page);
  await page.goto('/audit-log');
  await page.getByRole('button', { name: 'Verify integrity' }).click();
  await expect(page.getByText('The log is intact')).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
  expect(await readFile(await download.path(), 'utf8')).toContain('signed_in');
});

test('every call to OpenAI is listed, as a GET with its answer and OpenAI’s request id', async ({ page, lens }) => {
  await connected(page, 'small');
  await page.goto('/audit-log/calls');
  const calls = page.getByRole('table', { name: 'Calls to OpenAI, newest first' }).getByRole('row');
  await expect(calls.nth(1)).toContainText('GET /v1/organization/');
  await expect(calls.nth(1)).toContainText('small');
  while (await page.getByRole('button', { name: 'Earlier calls' }).isVisible()) {
    const before = await calls.count();
    await page.getByRole('button', { name: 'Earlier calls' }).click();
    await expect.poll(() => calls.count()).toBeGreaterThan(before);
  }
  const asked = await lens.upstreamRequests();
  expect(await calls.count() - 1).toBe(asked.length);
  const file = async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
    return (await readFile(await download.path(), 'utf8')).trim().split('\r\n').slice(1);
  };
  expect(await file()).toHaveLength(asked.length);
  await page.getByLabel('Text', { exact: true }).fill('Organization/Costs');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  const costs = asked.filter((request) => request.path.includes('/organization/costs')).length;
  expect(costs).toBeGreaterThan(0);
  expect(costs).toBeLessThan(asked.length);
  await expect(calls).toHaveCount(Math.min(costs, 50) + 1);
  await expect(page).toHaveURL(/text=Organization\/Costs/);
  const found = await file();
  expect(found).toHaveLength(costs);
  for (const line of found) expect(line).toContain(',GET,/v1/organization/costs,');
  await page.getByRole('button', { name: 'Show everything' }).click();
  await page.getByRole('button', { name: 'Verify integrity' }).click();
  await expect(page.getByText('The log is intact')).toBeVisible();
  await page.getByLabel('Result').selectOption('failed');
  await expect(page.getByText('No matching calls.')).toBeVisible();
});

test('it needs its permission', async ({ page, lens }) => {
  await lens.addUser(VIEWER, 'users-manager');
  await signIn(page, VIEWER);
  await page.getByRole('button', { name: `Account of ${VIEWER}` }).click();
  await expect(page.getByRole('link', { name: 'Audit log' })).toHaveCount(0);
  await page.goto('/audit-log');
  await expect(page.getByRole('main')).toContainText('Audit Log Viewer');
});

test('both logs are accessible in both themes and fit a phone', async ({ page }) => {
  test.setTimeout(180_000);
  await connected(page, 'small');
  for (const address of ['/audit-log', '/audit-log?kind=key_entered', '/audit-log/calls', '/audit-log/calls?result=failed']) {
    await page.goto(address);
    await expect(page.getByRole('heading', { name: 'Audit log' })).toBeVisible();
    await expect(page.getByText(/^Loading/)).toHaveCount(0);
    await checkAccessible(page, address);
  }
});
