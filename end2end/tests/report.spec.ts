// Reports as a user makes them: figures that are the API's, an address that keeps them, refusals at their fields.
import { test, expect, signIn } from '../support/test.js';
import { connected } from '../support/connected.js';
import { download, lines } from '../support/csv.js';
import { dollars, pico } from '../support/money.js';
import { day } from '../support/report.js';
import type { Locator, Page } from '@playwright/test';

type Figures = { values: (string | null)[]; previous: (string | null)[] | null; intervals: (string | null)[][] };
type Row = { labels: string[] | null; figures: Figures };
type Report = { rows: Row[]; total: Figures; folded: number; basis: Record<string, string>; intervals: string[] };

async function asked(page: Page, query: object): Promise<Report> {
  const answer = await page.request.post('/api/v1/reports/query', { data: query });
  expect(answer.status()).toBe(200);
  return answer.json();
}

function table(page: Page): Locator {
  return page.getByRole('table', { name: 'The report as a table' });
}

/** The texts of the rows on screen, without the head. */
async function shown(page: Page): Promise<string[][]> {
  await expect(page.locator('.report-about')).toContainText('UTC days');
  return table(page).locator('.vtable-body').getByRole('row').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
}

const PERIOD = { kind: 'preset', preset: 'last_30_days' };

test('figures are those of the API, by row, in total and by how they are known', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/reports/new?metrics=cost,tokens&period=last_30_days&by=project&view=table&compare=yes');
  const rows = await shown(page);
  const report = await asked(page, { metrics: ['cost', 'tokens'], period: PERIOD, group_by: ['project'], compare: true });
  expect(report.rows.length).toBeGreaterThan(2);
  const expected = report.rows.map(({ labels, figures }) => [
    labels![0], dollars(pico(figures.values[0]!)), Number(figures.values[1]).toLocaleString('en-US'),
  ]);
  expect(rows.map((cells) => [cells[0], cells[1], cells[4]])).toEqual(expected);
  const foot = table(page).locator('.vtable-foot').getByRole('row');
  await expect(foot).toContainText(dollars(pico(report.total.values[0]!)));
  for (const [name, amount] of [['Billed directly', 'billed'], ['Attributed by usage', 'attributed'], ['Unattributed', 'unattributed']] as const) {
    const entry = page.locator('.basis > div').filter({ has: page.getByText(name, { exact: true }) });
    await expect(entry.locator('dd')).toHaveText(dollars(pico(report.basis[amount]!)));
  }
});

test('what is asked stands in the address: a refresh keeps it, and Back undoes it', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/reports/new');
  await expect(page.getByRole('heading', { name: 'Cost by Service' })).toBeVisible();
  await page.getByRole('combobox', { name: 'Add a label' }).selectOption({ label: 'Project' });
  await expect(page.getByRole('heading', { name: 'Cost by Service, Project' })).toBeVisible();
  await page.getByRole('combobox', { name: 'Period (UTC days)' }).selectOption({ label: 'Last 7 days' });
  await page.getByRole('combobox', { name: 'Interval (UTC)' }).selectOption('week');
  await page.getByRole('radio', { name: 'Table' }).check({ force: true });
  await expect(page).toHaveURL(/by=service&by=project/);
  await expect(page).toHaveURL(/period=last_7_days&interval=week.*view=table/);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Cost by Service, Project' })).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Interval (UTC)' })).toHaveValue('week');
  await expect(page.getByRole('radio', { name: 'Table' })).toBeChecked();
  await page.goBack();
  await expect(page.getByRole('radio', { name: 'Columns' })).toBeChecked();
  await page.goBack();
  await expect(page.getByRole('combobox', { name: 'Interval (UTC)' })).toHaveValue('day');
});

test('filters keep and leave out, and what they leave sums up', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/reports/new?metrics=cost&period=last_30_days&by=service&view=table');
  const all = await shown(page);
  const name = all[0]![0]!;
  await page.getByRole('button', { name: 'Add a filter' }).click();
  await page.getByRole('combobox', { name: 'Keep or leave out' }).selectOption('without');
  await page.getByRole('combobox', { name: 'Value' }).fill(name);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Filters' })).toContainText(`Without Service: ${name}`);
  await expect(table(page).getByRole('rowheader', { name, exact: true })).toHaveCount(0);
  expect(await shown(page)).toEqual(all.slice(1));
  await page.getByRole('button', { name: `Remove the filter Without Service: ${name}` }).click();
  await expect(table(page).getByRole('rowheader', { name, exact: true })).toHaveCount(1);
});

test('a value that is typed is added by Done, and the focus stays beside what is gone', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/reports/new?metrics=cost,tokens&period=last_30_days&by=service&view=table');
  await shown(page);
  await page.getByRole('button', { name: 'Add a filter' }).click();
  await page.getByRole('combobox', { name: 'Value' }).fill('Embeddings');
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('list', { name: 'Filters' })).toContainText('Service: Embeddings');
  await expect(page).toHaveURL(/filter=service%3AEmbeddings/);
  await expect(page.getByRole('button', { name: 'Add a filter' })).toBeFocused();
  await page.getByRole('button', { name: /^Remove the filter/ }).click();
  await expect(page.getByRole('button', { name: 'Add a filter' })).toBeFocused();
  const metrics = page.getByRole('group', { name: 'Metrics' });
  await metrics.getByRole('button', { name: 'Remove Tokens' }).click();
  await expect(metrics.getByRole('button', { name: 'Remove Cost' })).toBeFocused();
});

test('a day that is not imported is a dash in the table and a hatch in the chart, never zero', async ({ page }) => {
  await connected(page, 'small');
  await page.goto(`/reports/new?metrics=cost,tokens&period=${day(-1)}~${day(2)}&interval=day&by=service&view=columns`);
  await shown(page);
  await expect(page.locator('.legend')).toContainText('Not imported yet');
  await page.getByRole('group', { name: /Cost over time/ }).focus();
  await page.keyboard.press('End');
  await expect(page.locator('.bar-card')).toContainText('Not imported yet');
  await expect(page.locator('.bar-card')).not.toContainText('$0.00');
  const foot = table(page).locator('.vtable-foot').getByRole('row');
  await page.getByRole('region', { name: 'The report as a table' }).evaluate((frame) => (frame.scrollLeft = frame.scrollWidth));
  await expect(foot.getByRole('cell').last()).toHaveText('–');
});

test('a refusal stands at the field that it names, and goes when it is mended', async ({ page, refusals }) => {
  refusals.expect(422, 404);
  await connected(page, 'small');
  await page.goto('/reports/new?metrics=cost&period=last_30_days&by=service&view=table');
  await shown(page);
  await page.getByRole('combobox', { name: 'Add a metric' }).selectOption({ label: 'Usage' });
  const metrics = page.getByRole('group', { name: 'Metrics' });
  await expect(metrics).toContainText('group by unit, or filter by one unit');
  await page.getByLabel('Maximum rows').fill('0');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Maximum rows')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('It must be 1 to 100000.')).toBeVisible();
  await page.getByLabel('Maximum rows').fill('1');
  await page.keyboard.press('Tab');
  await page.getByRole('combobox', { name: 'Add a label' }).selectOption({ label: 'Unit' });
  await expect(metrics).not.toContainText('group by unit');
  const rows = await shown(page);
  expect(rows.length).toBe(2);
  expect(rows[1]![0]).toMatch(/^Other \(\d+ rows\)$/);
  await page.goto('/reports/new?metrics=cost&period=2026-02-10~2026-02-01&account=conn_00000000000000000000000000000000&view=table');
  await expect(page.getByText(/It must have between 1 and/)).toBeVisible();
});

test('Download CSV has the figures of the table, to the last digit those of the API', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/reports/new?metrics=cost,cost_per_request&period=last_30_days&by=genai/model&by=project&view=table');
  const rows = await shown(page);
  const { name, bytes } = await download(page, page.getByRole('button', { name: 'Download CSV' }));
  expect(name).toMatch(/^report-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
  const [head, ...body] = lines(bytes.toString('utf8'));
  expect(head).toEqual(['Model', 'Project', 'Cost (USD)', 'Cost per request (USD per request)']);
  const report = await asked(page, { metrics: ['cost', 'cost_per_request'], period: PERIOD, group_by: ['genai/model', 'project'] });
  const plain = (figure: string | null) => (figure === null ? '' : pico(figure).toString());
  expect(body.map((cells) => [cells[0], cells[1], plain(cells[2] || null), plain(cells[3] || null)])).toEqual(
    report.rows.map(({ labels, figures }) => [...labels!, ...figures.values.map(plain)]),
  );
  const cell = (figure: string) => dollars(pico(figure));
  expect(rows.map((cells) => cells.slice(0, 3))).toEqual(body.slice(0, rows.length).map((cells) => [cells[0], cells[1], cell(cells[2]!)]));
});

test('the view is a chart that the keyboard reads, or bars', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/reports/new?metrics=cost&period=last_7_days&interval=day&by=service&view=lines');
  await shown(page);
  expect(await page.locator('.lines polyline').count()).toBeGreaterThan(1);
  await page.getByRole('group', { name: /Cost over time/ }).focus();
  await page.keyboard.press('Home');
  const report = await asked(page, { metrics: ['cost'], period: { kind: 'preset', preset: 'last_7_days' }, interval: 'day', group_by: ['service'] });
  await expect(page.locator('.bar-card')).toContainText(dollars(pico(report.total.intervals[0]![0]!)));
  await page.getByRole('radio', { name: 'Bars' }).check({ force: true });
  const bars = page.getByRole('list', { name: 'Cost of each row' }).getByRole('listitem');
  await expect(bars).toHaveCount(report.rows.length);
  await expect(bars.first()).toContainText(report.rows[0]!.labels![0]!);
});

test('what the Lens looks at opens as a report of the same', async ({ page }) => {
  await connected(page, 'small', 'second');
  await page.goto('/lens');
  await page.getByRole('combobox', { name: 'Account' }).selectOption({ label: 'second' });
  await page.getByRole('combobox', { name: 'Split by' }).selectOption({ label: 'Service' });
  const lens = page.getByRole('region', { name: 'Costs and usage, as a table' }).getByRole('row').filter({ hasText: 'Embeddings' });
  const cost = (await lens.getByRole('cell').first().textContent())!;
  await page.getByRole('link', { name: 'Open as a report' }).click();
  await expect(page.getByRole('heading', { name: 'Cost by Service' })).toBeVisible();
  await expect(page.getByRole('group', { name: 'Accounts' })).toContainText('second');
  const row = table(page).getByRole('row').filter({ hasText: 'Embeddings' });
  await expect(row.getByRole('cell').first()).toHaveText(cost);
});

test('an answer to an earlier question is dropped, and a failure says that the figures may be old', async ({ page, refusals }) => {
  refusals.expect(502);
  await connected(page, 'small');
  await page.goto('/reports/new?metrics=cost&period=last_30_days&by=project&view=table');
  const projects = await shown(page);
  const asked: string[] = [];
  let [release, arrived] = [() => {}, () => {}];
  const held = new Promise<void>((resolve) => (release = resolve));
  const late = new Promise<void>((resolve) => (arrived = resolve));
  await page.route('**/api/v1/reports/query', async (route) => {
    const body = route.request().postDataJSON();
    asked.push(body.group_by.join(' '));
    const answer = await route.fetch();
    if (body.group_by[0] !== 'service') return route.fulfill({ response: answer });
    // The first answer comes after the second one, if the page still waits for it.
    await held;
    await route.fulfill({ response: answer }).catch(() => {});
    arrived();
  });
  const groups = page.getByRole('group', { name: 'Group by' });
  await page.goto('/reports/new?metrics=cost&period=last_30_days&by=service&view=table');
  await expect(page.getByText('Adding up the figures…')).toBeVisible();
  await expect.poll(() => asked).toEqual(['service']);
  await groups.getByRole('button', { name: 'Remove Service' }).click();
  await page.getByRole('combobox', { name: 'Add a label' }).selectOption({ label: 'Project' });
  await expect(table(page).getByRole('columnheader', { name: 'Project' })).toBeVisible();
  expect(await shown(page)).toEqual(projects);
  release();
  await late;
  // What an answer changes is painted in the frame after the next at the latest.
  await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
  expect(await shown(page)).toEqual(projects);
  // The two changes came within the pause, so that one question was asked for both.
  expect(asked).toEqual(['service', 'project']);

  await page.unroute('**/api/v1/reports/query');
  await page.route('**/api/v1/reports/query', (route) => route.fulfill({ status: 502, body: 'bad gateway' }));
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText('These figures may be out of date')).toBeVisible();
  expect(await shown(page)).toEqual(projects);
  // The alert of the refresh is still there: what is asked now has to fail before the server is let go.
  const refused = page.waitForResponse('**/api/v1/reports/query');
  await page.getByRole('combobox', { name: 'Interval (UTC)' }).selectOption('month');
  await refused;
  await expect(table(page)).toHaveCount(0);
  await expect(page.getByRole('alert')).toContainText('The server did not answer');
  await page.unroute('**/api/v1/reports/query');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(table(page)).toBeVisible();
});

test('before anything is connected, a report says what to do', async ({ page }) => {
  await signIn(page);
  await page.goto('/reports/new');
  await expect(page.getByRole('heading', { name: 'Nothing is imported yet' })).toBeVisible();
  await expect(page.getByText('No values in this period.')).toHaveCount(0);
});
