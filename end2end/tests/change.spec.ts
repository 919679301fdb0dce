// Why did it change? Effects that are the API's to the last digit and sum to the difference, an address that keeps what is
// compared, and the way there from the Lens.
import { test, expect, signIn, VIEWER } from '../support/test.js';
import { connected } from '../support/connected.js';
import { checkAccessible } from '../support/axe.js';
import { download, lines } from '../support/csv.js';
import { dollars, exactly, pico, sum } from '../support/money.js';
import type { Locator, Page } from '@playwright/test';

type Difference = { before: string; after: string; effects: { effect: string; amount: string }[] };
type Found = { total: Difference; rows: { account: string; project: string; model: string; difference: Difference }[]; before: object; after: object };

const NAMES: Record<string, string> = {
  volume: 'Volume', model_mix: 'Model mix', tier: 'Batch and tier', cache: 'Cache and direction',
  price: 'Price', new: 'New', gone: 'Gone', without_usage: 'Without usage',
};
const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
const signed = (value: bigint): string => `${value > 0n ? '+' : ''}${exactly(value)}`;
const by = (of: Difference): bigint => pico(of.after) - pico(of.before);

/** The last fifteen days against the fifteen before. */
const AFTER = { start: day(-15), end: day(0) };
const BEFORE = { start: day(-30), end: day(-15) };
const ADDRESS = `/changes?period=${day(-15)}~${day(-1)}`;

async function asked(page: Page, query: object): Promise<Found> {
  const answer = await page.request.post('/api/v1/changes/query', { data: { limit: 10_000, ...query } });
  expect(answer.status(), await answer.text()).toBe(200);
  return answer.json();
}

function effects(page: Page): Locator {
  return page.getByRole('region', { name: 'The effects, as a table' });
}

function rows(page: Page): Locator {
  return page.getByRole('table', { name: 'By project and model' }).locator('.vtable-body').getByRole('row');
}

test('effects and rows are those of the API, and sum to the difference to the last digit', async ({ page }) => {
  await connected(page, 'small');
  await page.goto(`${ADDRESS}&digits=all`);
  const found = await asked(page, { before: BEFORE, after: AFTER });
  expect(found.total.effects.length).toBeGreaterThan(1);
  expect(sum(found.total.effects.map(({ amount }) => amount))).toBe(by(found.total));

  await expect(effects(page).locator('tbody tr').first()).toBeVisible();
  const table = await effects(page).locator('tbody tr').evaluateAll((rows) => rows.map((row) => [row.children[0]!.firstChild!.textContent!.trim(), row.children[1]!.textContent!]));
  expect(table).toEqual([
    ['Before', exactly(pico(found.total.before))],
    ...found.total.effects.map(({ effect, amount }) => [NAMES[effect], signed(pico(amount))]),
    ['After', exactly(pico(found.total.after))],
  ]);
  await expect(effects(page).locator('tfoot td').first()).toHaveText(signed(by(found.total)));
  const chart = page.getByRole('img', { name: /Cost before and after/ });
  for (const { effect, amount } of found.total.effects) {
    await expect(chart).toHaveAccessibleName(new RegExp(`${NAMES[effect]} ${signed(pico(amount)).replace(/[$+.]/g, '\\$&')}`));
  }
  await expect(chart.locator('rect')).toHaveCount(found.total.effects.length + 2);

  await expect(rows(page).first()).toBeVisible();
  const cells = await rows(page).evaluateAll((rows) => rows.map((row) => [...row.children].slice(0, 5).map((cell) => (cell.textContent ?? '').trim())));
  const expected = found.rows.map(({ project, model, difference }) => [
    project, model, exactly(pico(difference.before)), exactly(pico(difference.after)), signed(by(difference)),
  ]);
  expect(cells).toEqual(expected.slice(0, cells.length));
  const foot = page.getByRole('table', { name: 'By project and model' }).locator('.vtable-foot');
  await expect(foot).toContainText(signed(by(found.total)));
});

test('Download CSV has every project and model, and each row sums to its change', async ({ page }) => {
  await connected(page, 'small', 'second');
  await page.goto(ADDRESS);
  await expect(rows(page).first()).toBeVisible();
  const found = await asked(page, { before: BEFORE, after: AFTER });
  const { name, bytes } = await download(page, page.getByRole('button', { name: 'Download CSV' }));
  expect(name).toBe(`changes-${day(-15)}-${day(-1)}-against-${day(-30)}-${day(-16)}.csv`);
  const [head, ...body] = lines(bytes.toString('utf8'));
  expect(body.length).toBe(found.rows.length);
  const column = (name: string) => body.map((cells) => cells[head!.indexOf(name)]!);
  expect(sum(column('Change'))).toBe(by(found.total));
  for (const cells of body) {
    const parts = Object.values(NAMES).map((name) => cells[head!.indexOf(name)]!);
    expect(sum(parts)).toBe(pico(cells[head!.indexOf('Change')]!));
  }
});

test('periods, account, filters and order stand in the address: a refresh keeps them, and Back undoes them', async ({ page }) => {
  await connected(page, 'small', 'second');
  await page.goto('/changes');
  await expect(rows(page).first()).toBeVisible();
  await page.getByRole('combobox', { name: 'Period (UTC days)' }).selectOption('last_7_days');
  await expect(page).toHaveURL(/period=last_7_days/);
  await page.getByRole('combobox', { name: 'Account' }).selectOption({ label: 'second' });
  await expect(page).toHaveURL(/account=conn_/);
  await page.getByRole('combobox', { name: 'Compared with' }).selectOption('dates');
  await expect(page).toHaveURL(new RegExp(`before=${day(-13)}~${day(-7)}`));
  await page.getByLabel('From').fill(day(-20));
  await page.keyboard.press('Tab');
  await expect(page).toHaveURL(new RegExp(`before=${day(-20)}~${day(-7)}`));
  const project = rows(page).first().getByRole('link');
  const name = (await project.textContent())!;
  await project.click();
  await expect(page.getByRole('list', { name: 'Filters' })).toContainText(`Project: ${name}`);
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  await expect(page).toHaveURL(/sort=model/);
  const account = new URL(page.url()).searchParams.get('account')!;
  const found = await asked(page, {
    before: { start: day(-20), end: day(-6) }, after: { start: day(-6), end: day(1) }, accounts: [account],
    filters: [{ label: 'project', values: [name], exclude: false }],
  });
  const change = by(found.total);
  const title = change === 0n ? /Cost stayed/ : new RegExp(`Cost (rose|fell) by ${dollars(change < 0n ? -change : change).replace(/[$.]/g, '\\$&')}`);
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  await expect(page.getByRole('table', { name: 'By project and model' }).getByRole('columnheader', { name: 'Model', exact: true })).toHaveAttribute('aria-sort', 'ascending');
  await expect(page.getByLabel('From')).toHaveValue(day(-20));
  await page.goBack();
  await page.goBack();
  await expect(page.getByRole('list', { name: 'Filters' }).getByRole('listitem')).toHaveCount(0);
});

test('periods that overlap are refused at their field without asking, and a failure is told', async ({ page, refusals }) => {
  refusals.expect(502);
  await connected(page, 'small');
  let asked = 0;
  page.on('request', (request) => request.url().includes('/api/v1/changes') && asked++);
  await page.goto(`${ADDRESS}&before=${day(-20)}~${day(-10)}`);
  await expect(page.getByRole('alert')).toContainText('Correct the fields that are named.');
  await expect(page.getByText('It must begin after the earlier days have ended.')).toBeVisible();
  expect(asked).toBe(0);
  await page.route('**/api/v1/changes/query', (route) => route.fulfill({ status: 502, body: 'bad gateway' }));
  await page.getByRole('combobox', { name: 'Compared with' }).selectOption('The previous days');
  await expect(page.getByRole('alert')).toContainText('The server did not answer');
  await page.unroute('**/api/v1/changes/query');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(rows(page).first()).toBeVisible();
  await page.route('**/api/v1/changes/query', (route) => route.fulfill({ status: 502, body: 'bad gateway' }));
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText('These figures may be out of date')).toBeVisible();
  await expect(rows(page).first()).toBeVisible();
});

test('the Lens leads to why its cost differs from the days before, of what it looks at', async ({ page }) => {
  await connected(page, 'small', 'second');
  await page.goto('/lens?period=last-7');
  await page.getByRole('combobox', { name: 'Account' }).selectOption({ label: 'small' });
  const card = page.getByRole('region', { name: 'Cost', exact: true });
  await expect(card).toContainText(/vs the previous 7 days|new: nothing/);
  const cost = (await card.locator('.figure').textContent())!;
  await page.getByRole('link', { name: 'Why did it change?' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Why did it change?', level: 1 })).toBeFocused();
  await expect(page.getByRole('combobox', { name: 'Account' }).locator('option:checked')).toHaveText('small');
  await expect(effects(page).locator('tbody tr').last()).toContainText(cost);
});

test('it is reached by the navigation, and before anything is connected it says what to do', async ({ page }) => {
  await signIn(page);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Changes' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Why did it change?', level: 1 })).toBeFocused();
  await expect(page.getByRole('heading', { name: 'Nothing to compare yet' })).toBeVisible();
  await checkAccessible(page, 'nothing connected');
});

test('figures and no figures are accessible, in both themes and widths', async ({ page }) => {
  test.setTimeout(180_000);
  await connected(page, 'small', 'second');
  await page.goto(`${ADDRESS}&digits=all`);
  await expect(rows(page).first()).toBeVisible();
  await checkAccessible(page, 'changes');
  await page.goto('/changes?period=2020-03');
  await expect(page.getByRole('heading', { name: 'No costs in either period' })).toBeVisible();
  await checkAccessible(page, 'no costs');
});

test('without the permission it says which is missing, and who grants it', async ({ page, lens, refusals }) => {
  refusals.expect(403);
  await lens.addUser(VIEWER, 'assets-manager');
  await signIn(page, VIEWER);
  await page.goto('/changes');
  await expect(page.getByText('A Users Manager of your company can grant it.')).toBeVisible();
  const answer = await page.request.post('/api/v1/changes/query', { data: { before: BEFORE, after: AFTER } });
  expect(answer.status()).toBe(403);
});
