// Reconciliation as a user reads it: figures that are the API's to the last digit, an address that keeps what is looked at,
// a verdict that says so when a line is lost.
import { test, expect, signIn, VIEWER } from '../support/test.js';
import { connected } from '../support/connected.js';
import { checkAccessible } from '../support/axe.js';
import { download, lines } from '../support/csv.js';
import { dollars, exactly, pico, sum } from '../support/money.js';
import type { Locator, Page } from '@playwright/test';

type Line = {
  subject: { kind: string; line_item?: string };
  billed: string;
  attributed: string;
  unattributed: { reason: string; amount: string }[];
  computed: string | null;
  residual: string | null;
};
type Totals = { billed: string; attributed: string; unattributed: string; upstream_total: string | null; difference: string | null };
type Found = { verdict: string; totals: Totals[]; days: { day: string; connection: string; totals: Totals; lines: Line[] }[] };

const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
const words = (of: string): string =>
  new Date(of).toLocaleDateString('en-US', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });

/** Ten whole days, of which OpenAI's totals are imported. */
const [FIRST, LAST] = [day(-10), day(-1)];
const ADDRESS = `/reconciliation?period=${FIRST}~${LAST}`;

async function asked(page: Page, query = ''): Promise<Found> {
  const answer = await page.request.get(`/api/v1/reconciliation?start=${FIRST}&end=${day(0)}${query}`);
  expect(answer.status(), await answer.text()).toBe(200);
  return answer.json();
}

function table(page: Page, name: string | RegExp): Locator {
  return page.getByRole('table', { name });
}

/** The cells of the rows on screen, by the heads of their columns. The frame is scrolled, since only what is seen is drawn. */
async function shown(page: Page, name: string | RegExp): Promise<Record<string, string>[]> {
  await expect(table(page, name).locator('.vtable-body').getByRole('row').first()).toBeVisible();
  return page.getByRole('region', { name }).locator('[role=table]').evaluate(async (table) => {
    const frame = table.parentElement!;
    const rows = new Map<string, Record<string, string>>();
    for (let left = 0; left <= frame.scrollWidth; left += 200) {
      frame.scrollLeft = left;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const heads = new Map([...table.querySelectorAll('.vtable-head [role=columnheader]')].map((head) => [head.getAttribute('aria-colindex'), head.textContent!.trim()]));
      for (const row of table.querySelectorAll('.vtable-body [role=row]')) {
        const at = row.getAttribute('aria-rowindex')!;
        const cells = [...row.children].map((cell) => [heads.get(cell.getAttribute('aria-colindex'))!, cell.textContent!.trim()]);
        rows.set(at, { ...rows.get(at), ...Object.fromEntries(cells) });
      }
    }
    frame.scrollLeft = 0;
    return [...rows].sort(([one], [other]) => Number(one) - Number(other)).map(([, row]) => row);
  });
}

const optional = (amounts: (string | null)[]): string => {
  const known = amounts.filter((amount) => amount !== null);
  return known.length === 0 ? '–' : exactly(sum(known));
};

test('days, their sums and the verdict are those of the API, to the last digit', async ({ page }) => {
  await connected(page, 'small');
  await page.goto(`${ADDRESS}&digits=all`);
  const found = await asked(page);
  expect(found.verdict).toBe('agrees');
  const [total] = found.totals;
  const verdict = page.getByRole('status').filter({ hasText: 'The bill agrees with OpenAI' });
  await expect(verdict).toContainText(`both sum to ${exactly(pico(total!.upstream_total!))}.`);
  for (const [name, amount] of [['Billed', total!.billed], ['Attributed', total!.attributed], ['Unattributed', total!.unattributed]] as const) {
    const card = page.getByRole('region', { name, exact: true }).locator('.figure');
    await expect(card).toHaveText(dollars(pico(amount)));
    await expect(card).toHaveAttribute('title', exactly(pico(amount)));
  }
  const rows = await shown(page, 'Day by day');
  const expected = found.days.map((of) => ({
    'Day (UTC)': words(of.day),
    Billed: exactly(pico(of.totals.billed)),
    Attributed: exactly(pico(of.totals.attributed)),
    Unattributed: exactly(pico(of.totals.unattributed)),
    'Computed from usage': optional(of.lines.map((line) => line.computed)),
    Residual: optional(of.lines.map((line) => line.residual)),
    "OpenAI's total": exactly(pico(of.totals.upstream_total!)),
    Difference: '$0.00',
  }));
  expect(rows.map(({ State: _, ...figures }) => figures)).toEqual(expected.reverse());
  const reasons = new Map<string, bigint>();
  for (const part of found.days.flatMap((of) => of.lines).flatMap((line) => line.unattributed)) {
    reasons.set(part.reason, (reasons.get(part.reason) ?? 0n) + pico(part.amount));
  }
  expect(reasons.size).toBeGreaterThan(0);
  for (const [reason, amount] of reasons) {
    const entry = page.locator('.basis > div').filter({ has: page.getByText(reason, { exact: true }) });
    await expect(entry.locator('dd')).toHaveAttribute('title', exactly(amount));
  }
  const foot = table(page, 'Day by day').locator('.vtable-foot');
  await expect(foot).toContainText(exactly(pico(total!.billed)));
  await expect(foot).toContainText(optional(found.days.flatMap((of) => of.lines).map((line) => line.computed)));
});

test('a day leads to its lines and a line to its usage; Back, a refresh and the order keep to the address', async ({ page }) => {
  await connected(page, 'small', 'second');
  await page.goto(`${ADDRESS}&digits=all`);
  await page.getByRole('combobox', { name: 'Account' }).selectOption({ label: 'second' });
  await expect(page).toHaveURL(/account=conn_/);
  const account = new URL(page.url()).searchParams.get('account')!;
  const found = await asked(page, `&connection=${account}`);
  const of = found.days.at(-1)!;
  const link = table(page, 'Day by day').getByRole('link', { name: words(of.day) });
  await link.focus();
  await page.keyboard.press('Enter');
  const name = `Lines of ${words(of.day)} (UTC)`;
  await expect(page.getByRole('heading', { name })).toBeFocused();
  const rows = await shown(page, name);
  const expected = of.lines.map((line) => [
    line.subject.line_item,
    exactly(pico(line.billed)),
    exactly(pico(line.attributed)),
    line.computed === null ? '–' : exactly(pico(line.computed)),
    line.residual === null ? '–' : exactly(pico(line.residual)),
  ]);
  const cells = rows.map((row) => [row['Line item'], row.Billed, row.Attributed, row['Computed from usage'], row.Residual]);
  expect(cells.slice(0, 5)).toEqual(expected.slice(0, 5));
  expect(cells.length).toBe(of.lines.length);

  await page.getByRole('button', { name: 'Line item', exact: true }).click();
  await expect(page).toHaveURL(/sort=line_item/);
  const names = (await shown(page, name)).map((row) => row['Line item']!);
  expect(names).toEqual([...names].sort((a, b) => (a < b ? -1 : 1)));
  await page.reload();
  await expect(table(page, name).getByRole('columnheader', { name: 'Line item' })).toHaveAttribute('aria-sort', 'ascending');
  expect((await shown(page, name)).map((row) => row['Line item'])).toEqual(names);
  await page.goBack();
  await expect(table(page, name).getByRole('columnheader', { name: 'Billed', exact: true })).toHaveAttribute('aria-sort', 'descending');
  await page.goBack();
  await expect(table(page, 'Day by day')).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Account' })).toHaveValue(account);

  await page.goForward();
  await table(page, name).getByRole('link').first().click();
  await expect(page).toHaveURL(/\/lens\?/);
  await expect(page.getByRole('list', { name: 'Filters' })).toContainText(`Line item: ${expected[0]![0]}`);
  await expect(page.getByRole('region', { name: 'Cost', exact: true })).toContainText(dollars(pico(of.totals.billed)));
});

test('Download CSV has every line of the days, and sums to the bill', async ({ page }) => {
  await connected(page, 'small', 'second');
  await page.goto(`${ADDRESS}&view=lines`);
  const found = await asked(page);
  const { name, bytes } = await download(page, page.getByRole('button', { name: 'Download CSV' }));
  expect(name).toBe(`reconciliation-line-items-${FIRST}-${LAST}.csv`);
  const [head, ...body] = lines(bytes.toString('utf8'));
  expect(body.length).toBe(found.days.flatMap((of) => of.lines).length);
  const column = (name: string) => body.map((cells) => cells[head!.indexOf(name)]!);
  expect(sum(column('Billed'))).toBe(pico(found.totals[0]!.billed));
  expect(sum(column('Attributed')) + sum(column('Unattributed'))).toBe(pico(found.totals[0]!.billed));
  expect(new Set(column('Account'))).toEqual(new Set(['small', 'second']));
});

test('a total that differs is said with its amount and its day', async ({ page }) => {
  await connected(page, 'small');
  // What the server says when a line is lost is held by its own tests; here it is what the page makes of it.
  const found = await asked(page);
  const lost = found.days[2]!;
  await page.route('**/api/v1/reconciliation?*', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    const difference = `-${lost.totals.billed}`;
    body.verdict = 'differs';
    body.totals[0].difference = difference;
    body.days[2].totals.difference = difference;
    await route.fulfill({ response: answer, json: body });
  });
  await page.goto(ADDRESS);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText("The bill differs from OpenAI's own totals");
  await expect(alert).toContainText(`the lines are ${exactly(pico(lost.totals.billed))} less.`);
  const item = page.getByRole('list', { name: 'Days that differ' }).getByRole('listitem');
  await expect(item).toHaveText(`${words(lost.day)}: -${exactly(pico(lost.totals.billed))}`);
  await page.unroute('**/api/v1/reconciliation?*');
  await item.getByRole('link').click();
  await expect(page.getByRole('heading', { name: `Lines of ${words(lost.day)} (UTC)` })).toBeVisible();
});

test('days that are too many are refused at their field, a failure is told, and old figures say that they are old', async ({ page, refusals }) => {
  refusals.expect(502);
  await connected(page, 'small');
  let asked = 0;
  page.on('request', (request) => request.url().includes('/api/v1/reconciliation') && asked++);
  await page.goto(`/reconciliation?period=${day(-120)}~${LAST}`);
  await expect(page.getByLabel('From')).toHaveAccessibleDescription('The period must have between 1 and 92 days.');
  await expect(page.getByRole('alert')).toContainText('at most 92 days later');
  expect(asked).toBe(0);
  await page.getByLabel('From').fill(FIRST);
  await page.keyboard.press('Tab');
  await expect(table(page, 'Day by day')).toBeVisible();

  await page.route('**/api/v1/reconciliation?*', (route) => route.fulfill({ status: 502, body: 'bad gateway' }));
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText('These figures may be out of date')).toBeVisible();
  await expect(table(page, 'Day by day')).toBeVisible();
  // The alert of the refresh is still there: what is asked now has to fail before the server is let go.
  const refused = page.waitForResponse('**/api/v1/reconciliation?*');
  await page.getByRole('combobox', { name: 'Period (UTC days)' }).selectOption('last_7_days');
  await refused;
  await expect(table(page, 'Day by day')).toHaveCount(0);
  await expect(page.getByRole('alert')).toContainText('The server did not answer');
  await page.unroute('**/api/v1/reconciliation?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(table(page, 'Day by day')).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(new RegExp(`period=${FIRST}~${LAST}`));
});

test('it is reached by the navigation, and before anything is connected it says what to do', async ({ page }) => {
  await signIn(page);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Reconciliation' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Reconciliation', level: 1 })).toBeFocused();
  await expect(page.getByRole('heading', { name: 'Nothing to reconcile yet' })).toBeVisible();
  await checkAccessible(page, 'nothing connected');
});

test('the page is accessible as days and as lines', async ({ page }) => {
  test.setTimeout(180_000);
  await connected(page, 'small', 'second');
  for (const query of ['', '&view=lines&digits=all', `&day=${LAST}`]) {
    await page.goto(`${ADDRESS}${query}`);
    await expect(page.locator('.vtable-body').getByRole('row').first()).toBeVisible();
    await checkAccessible(page, `reconciliation ${query}`);
  }
});

test('without the permission it says which is missing, and who grants it', async ({ page, lens, refusals }) => {
  refusals.expect(403);
  await lens.addUser(VIEWER, 'assets-manager');
  await signIn(page, VIEWER);
  await page.goto('/reconciliation');
  await expect(page.getByText('A Users Manager of your company can grant it.')).toBeVisible();
  const answer = await page.request.get(`/api/v1/reconciliation?start=${FIRST}&end=${LAST}`);
  expect(answer.status()).toBe(403);
});
