// Exports: a month as FOCUS, whole or not at all, with what is said of it.
import { test, expect, signIn } from '../support/test.js';
import { connected } from '../support/connected.js';
import { download, lines } from '../support/csv.js';
import { exactly, pico, sum } from '../support/money.js';

test('a month in FOCUS is kept as CSV whose rows and sum are those that are said', async ({ page }) => {
  await connected(page, 'small', 'second');
  await page.goto('/exports');
  const month = await page.getByRole('combobox', { name: 'Month' }).inputValue();
  expect(month).toMatch(/^\d{4}-\d\d$/);
  for (const version of ['1.2', '1.4']) {
    await page.getByRole('combobox', { name: 'FOCUS version' }).selectOption(version);
    const { name, bytes } = await download(page, page.getByRole('button', { name: 'Download' }));
    expect(name).toContain(month);
    expect(name).toMatch(/\.csv$/);
    const [head, ...rows] = lines(bytes.toString('utf8'));
    const at = head!.indexOf('BilledCost');
    expect(at).toBeGreaterThanOrEqual(0);
    const total = sum(rows.map((cells) => cells[at]!));
    const direct = await page.request.get(`/api/v1/exports/focus?month=${month}&version=${version}&format=csv`);
    expect(rows.length).toBe(Number(direct.headers()['x-row-count']));
    expect(total).toBe(pico(direct.headers()['x-billed-total']!.replace('USD ', '')));
    const said = page.getByRole('status').filter({ hasText: 'Downloaded' }).first();
    await expect(said).toContainText(`${rows.length.toLocaleString('en-US')} rows`);
    await expect(said).toContainText(`BilledCost sums to ${exactly(total)}`);
  }
});

test('one account as Parquet, and the choice stands in the address', async ({ page }) => {
  await connected(page, 'small', 'second');
  await page.goto('/exports');
  await page.getByRole('combobox', { name: 'Account' }).selectOption({ label: 'second' });
  await page.getByRole('combobox', { name: 'Format' }).selectOption('parquet');
  await expect(page).toHaveURL(/account=conn_.*format=parquet/);
  await page.reload();
  await expect(page.getByRole('combobox', { name: 'Format' })).toHaveValue('parquet');
  const { name, bytes } = await download(page, page.getByRole('button', { name: 'Download' }));
  expect(name).toMatch(/\.parquet$/);
  expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
  await expect(page.getByText(/BilledCost sums to \$/)).toBeVisible();
});

test('a file that is cut on its way is not kept, and a month to come is refused in words', async ({ page, refusals }) => {
  refusals.expect(422);
  await connected(page, 'small');
  await page.goto('/exports');
  await page.route('**/api/v1/exports/focus*', async (route) => {
    const answer = await route.fetch();
    const body = await answer.text();
    const { 'content-encoding': _, 'transfer-encoding': __, ...headers } = answer.headers();
    await route.fulfill({ status: 200, headers, body: body.slice(0, body.lastIndexOf('\n', body.length - 2) + 1) });
  });
  let kept = 0;
  page.on('download', () => kept++);
  await page.getByRole('button', { name: 'Download' }).click();
  await expect(page.getByRole('alert')).toContainText('The file is incomplete');
  expect(kept).toBe(0);
  await page.unroute('**/api/v1/exports/focus*');
  await page.goto('/exports?month=2199-12');
  await page.getByRole('button', { name: 'Download' }).click();
  await expect(page.getByRole('alert')).toContainText('This month has not begun.');
});

test('before anything is connected, the page says what to do', async ({ page }) => {
  await signIn(page);
  await page.goto('/exports');
  await expect(page.getByRole('heading', { name: 'Nothing to export yet' })).toBeVisible();
  await page.getByRole('link', { name: 'Connect your account' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
});
