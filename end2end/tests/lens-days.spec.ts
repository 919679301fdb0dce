// The Lens day by day: usage charts with their tables, a day that is looked into, days that are not here, old figures.
import { test, expect } from '../support/test.js';
import { checkAccessible } from '../support/axe.js';
import { connected } from '../support/connected.js';
import { download, lines } from '../support/csv.js';
import { dollars, pico } from '../support/money.js';
import { day, report } from '../support/report.js';
import { setTime } from '../support/time.js';
import type { Locator, Page } from '@playwright/test';

const PERIOD = { kind: 'days', start: day(-6), end: day(1) };
const whole = (figure: string): string => (pico(figure) / 10n ** 12n).toLocaleString('en-US');

/** A panel of the page, by its heading. */
const panel = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

/** What stands in the table of a chart: the heads and the texts of each row. */
async function table(page: Page, chart: string): Promise<string[][]> {
  await panel(page, chart).getByRole('radio', { name: 'Table' }).check({ force: true });
  const rows = panel(page, `${chart}, as a table`).getByRole('row');
  await expect(rows.nth(1)).toBeVisible();
  return rows.evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent!.trim())));
}

test('tokens by direction, their cached share and requests are those of the report, day by day', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/lens?period=last-7');
  const answer = await report(page, {
    metrics: ['tokens', 'input_tokens', 'cached_tokens', 'cache_write_tokens', 'output_tokens', 'requests'], period: PERIOD, interval: 'day', group_by: [],
  });
  const share = (part: bigint, all: bigint): string => (all === 0n ? '–' : `${(part * 100n + all / 2n) / all}%`);
  const tokens = await table(page, 'Tokens per day by direction');
  expect(tokens[0]).toEqual(['Day (UTC)', 'Total', 'Input, not cached', 'Input from the cache', 'Input into the cache', 'Output', 'Cached share of input']);
  const expected = answer.total.intervals.map(([all, input, cached, written, output]: string[]) => {
    const ofInput = share(pico(cached!), pico(input!) + pico(cached!) + pico(written!));
    return [whole(all!), whole(input!), whole(cached!), whole(written!), whole(output!), ofInput];
  });
  expect(tokens.slice(1, 8).map((row) => row.slice(1))).toEqual(expected);
  expect(tokens.at(-1)![1]).toBe(whole(answer.total.values[0]));

  const requests = await table(page, 'Requests per day by model');
  expect(requests.slice(1, 8).map((row) => row[1])).toEqual(answer.total.intervals.map((values: string[]) => whole(values[5]!)));
  expect(requests.at(-1)![1]).toBe(whole(answer.total.values[5]));
  await expect(page).toHaveURL(/table=tokens&table=requests/);
  await page.reload();
  await expect(panel(page, 'Tokens per day by direction, as a table')).toBeVisible();

  const file = await download(page, panel(page, 'Tokens per day by direction').getByRole('button', { name: 'Download CSV' }));
  const kept = lines(file.bytes.toString());
  expect(kept[0]!.slice(0, 3)).toEqual(['Day (UTC)', 'State', 'Total']);
  expect(kept.slice(1).map((line) => line[0])).toEqual([-6, -5, -4, -3, -2, -1, 0].map(day));
  expect(kept.slice(1).map((line) => pico(line[2]!))).toEqual(answer.total.intervals.map((values: string[]) => pico(values[0]!)));
});

test('a bar leads into its day without a request, by mouse and by keyboard, and Back leads out', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/lens?period=last-7');
  await expect(panel(page, 'Tokens')).toContainText(/previous 7 days/);
  const requests: string[] = [];
  page.on('request', (request) => request.url().includes('/api/') && requests.push(request.url()));
  const chart = page.getByRole('group', { name: /^Cost per day by model/ });
  await chart.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(chart.getByRole('status')).toContainText('Click or press Enter to look into this day.');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`day=${day(-5)}`));
  await expect(page.getByRole('list', { name: 'Filters' })).toContainText('Day: ');
  expect(requests).toEqual([]);

  const period = { kind: 'days', start: day(-5), end: day(-4) };
  const answer = await report(page, { metrics: ['cost', 'tokens', 'requests'], period, group_by: ['genai/model'], compare: true });
  const [cost, tokens, asked] = answer.total.values;
  await expect(panel(page, 'Filtered cost')).toContainText(dollars(pico(cost)));
  await expect(panel(page, 'Filtered cost')).toContainText(/vs the day before|in the day before/);
  await expect(panel(page, 'Tokens').getByTitle(whole(tokens), { exact: true })).toBeVisible();
  await expect(panel(page, 'Requests').getByTitle(whole(asked), { exact: true })).toBeVisible();
  const rows = panel(page, 'Costs and usage, as a table').getByRole('row');
  await expect(rows).toHaveCount(1 + answer.rows.length);
  for (const [at, row] of answer.rows.entries()) {
    await expect(rows.nth(at + 1)).toContainText(row.labels[0]);
    await expect(rows.nth(at + 1)).toContainText(dollars(pico(row.figures.values[0])));
  }

  // The chart keeps all days: another one is a click away, and the same one leads back.
  const bars = panel(page, 'Requests per day by model').locator('.bar');
  await expect(bars).toHaveCount(7);
  requests.length = 0;
  await bars.nth(3).click();
  await expect(page).toHaveURL(new RegExp(`day=${day(-3)}`));
  await bars.nth(3).click();
  await expect(page).not.toHaveURL(/day=/);
  await page.goBack();
  await expect(page).toHaveURL(new RegExp(`day=${day(-3)}`));
  await page.goBack();
  await expect(page).toHaveURL(new RegExp(`day=${day(-5)}`));
  expect(requests).toEqual([]);
  await page.reload();
  await expect(panel(page, 'Filtered cost')).toContainText(dollars(pico(cost)));
});

test('a name in a legend is looked into, and the colours keep their groups', async ({ page }) => {
  await connected(page, 'small');
  const answer = await report(page, { metrics: ['cost'], period: { kind: 'preset', preset: 'last_30_days' }, group_by: ['genai/model'] });
  const [{ labels: [model], figures }] = answer.rows;
  const legend = (chart: string) => panel(page, chart).locator('.legend').getByRole('button', { name: model, exact: true });
  await expect(legend('Requests per day by model')).toBeVisible();
  await legend('Cost per day by model').click();
  await expect(page.getByRole('list', { name: 'Filters' })).toContainText(`Model: ${model}`);
  await expect(page.getByRole('heading', { name: 'Requests per day by project' })).toBeVisible();
  await expect(panel(page, 'Filtered cost')).toContainText(dollars(pico(figures.values[0])));
});

test('each metric says how fresh it is, and which days may still change', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/lens?period=last-7');
  const { freshness } = await report(page, { metrics: ['cost'], period: PERIOD, group_by: [] });
  const date = (text: string, more: object = {}) =>
    new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', day: 'numeric', month: 'short', ...more }).format(new Date(`${text}T00:00:00Z`));
  const fresh = panel(page, 'How fresh each figure is, as a table');
  const row = (name: string) => fresh.getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${name}`) }) });
  await expect(row('Cost by project and line item')).toContainText('billed');
  await expect(row('Cost by project and line item')).toContainText(date(freshness.billed_through, { year: 'numeric' }));
  // A day is settled three days after its end.
  const provisional = `May still change: ${date(day(-3))} – ${date(day(0))}`;
  for (const name of ['Cost by project and line item', 'Cost by model, API key and user', 'Tokens and requests']) {
    await expect(row(name)).toContainText(provisional);
    await expect(row(name)).toContainText(/just now|min ago/);
  }
  const usage = freshness.streams.filter(({ stream }: { stream: string }) => !['costs', 'cost_totals'].includes(stream));
  await expect(fresh.getByRole('row')).toHaveCount(1 + 3 + usage.length);
  const { data_through, missing_days } = usage.find(({ stream }: { stream: string }) => stream === 'completions');
  expect(missing_days).toBe(0);
  await expect(row('Completions')).toContainText(date(data_through, { year: 'numeric' }));
  await expect(row('Completions')).toContainText('all imported');
});

test('nothing is said of how figures changed that are not known', async ({ page }) => {
  await connected(page, 'small');
  await setTime(page, new Date(Date.now() + 86_400_000));
  await page.goto(`/lens?period=${day(1)}~${day(1)}`);
  for (const name of ['Cost', 'Tokens', 'Requests', 'Cost per 1M tokens', 'Cost per request']) {
    await expect(panel(page, name)).toContainText('–');
    await expect(panel(page, name)).not.toContainText(/vs |nothing in|▼/);
  }
});

test('the days of the Lens are reconciled by a link, and a list leads to its table', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/lens?period=last-7');
  await panel(page, 'Top API keys').getByRole('link').click();
  await expect(page).toHaveURL(/by=/);
  await expect(page.getByRole('heading', { name: /^Costs and usage by/ })).toBeFocused();
  await page.getByRole('link', { name: 'Reconcile these days' }).click();
  await expect(page).toHaveURL(/\/reconciliation\?period=last_7_days$/);
});

test('a day that is not imported is shown as such and never as zero', async ({ page }) => {
  await connected(page, 'small');
  const tomorrow = new Date(Date.now() + 86_400_000);
  await setTime(page, tomorrow);
  await page.goto('/lens?period=last-7');
  await expect(panel(page, 'Cost')).toContainText('1 day is not complete yet');
  await expect(panel(page, 'Tokens')).toContainText('1 day not complete yet');
  for (const chart of ['Cost per day by project', 'Cost per day by model', 'Tokens per day by direction', 'Requests per day by model']) {
    await expect(panel(page, chart).locator('.legend')).toContainText('Not imported yet');
    const rows = await table(page, chart);
    const last = rows[7]!;
    expect(last[0], chart).toContain('not imported yet');
    expect(last.slice(1).every((cell) => cell === '–'), `${chart}: ${last.join(' | ')}`).toBe(true);
    expect(rows[6]!.slice(1, 2), chart).not.toEqual(['–']);
  }
  await expect(panel(page, 'How fresh each figure is, as a table')).toContainText('Not imported yet: ');
  await page.getByRole('button', { name: new RegExp(new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', day: 'numeric', month: 'short' }).format(tomorrow)) }).first().click();
  await expect(panel(page, 'Filtered cost').locator('.figure')).toHaveText('–');
  await expect(panel(page, 'Tokens').locator('.figure')).toHaveText('–');
  await expect(panel(page, 'Requests').locator('.figure')).toHaveText('–');
});

test('days that one of two accounts lacks are said to be incomplete, and keep what the other one cost', async ({ page }) => {
  await connected(page, 'small', 'revoked-mid-run');
  await page.goto('/lens?period=last-30');
  const legend = panel(page, 'Cost per day by project').locator('.legend');
  await expect(legend).toContainText('Not fully imported yet');
  await expect(legend).not.toContainText('Not imported yet');
  const rows = await table(page, 'Cost per day by project');
  expect(rows[1]![0]).toContain('not fully imported yet');
  expect(rows[1]![1]).not.toBe('–');
});

test('figures that have not been renewed for hours say so', async ({ page }) => {
  await connected(page, 'small');
  await expect(page.getByText('figures are out of date')).toHaveCount(0);
  await setTime(page, new Date(Date.now() + 5 * 3_600_000));
  await page.goto('/lens');
  const notice = page.getByRole('status').filter({ hasText: 'small: figures are out of date' });
  await expect(notice).toContainText(/Nothing has been read from OpenAI since .* UTC \(5 h ago\)/);
  await expect(notice.getByRole('link', { name: 'Open Assets' })).toHaveAttribute('href', '/assets/openai');
});

test('tables and a day that is looked into have no fault that axe finds', async ({ page }) => {
  test.setTimeout(120_000);
  await connected(page, 'small');
  await page.goto(`/lens?day=${day(-2)}&filter=-service%3AEmbeddings&table=billed&table=split&table=tokens&table=requests`);
  await expect(panel(page, 'Requests per day by model, as a table')).toBeVisible();
  await checkAccessible(page, 'the Lens as tables of a day');
});
