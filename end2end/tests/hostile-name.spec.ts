// Names that are not meant well: whoever may name a project or a key at OpenAI writes what the pages show.
import { test, expect } from '../support/test.js';
import { account } from '../support/account.js';
import { connected, testedDraft } from '../support/connected.js';
import { report } from '../support/report.js';
import type { Page } from '@playwright/test';

const BY_PROJECT = '/reports/new?metrics=cost&period=last_30_days&by=project&view=table';

/** What the API says that the projects, or whatever this label names, are called. */
async function names(page: Page, label: string): Promise<string[]> {
  const query = { metrics: ['cost'], period: { kind: 'preset', preset: 'last_30_days' }, group_by: [label], limit: 100 };
  const { rows } = await report(page, query);
  return rows.map((row: any) => row.labels[0]);
}

/** Nothing that a name would make is in the document. */
async function expectNoMarkup(page: Page): Promise<void> {
  const made = await page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter((element) => element.getAttributeNames().some((name) => name.startsWith('on')) || element.matches('img[src="x"], script:not([src])'))
      .map((element) => element.outerHTML.slice(0, 120)),
  );
  expect(made).toEqual([]);
}

test('hostile names are shown as they are and run nothing', async ({ page }) => {
  test.setTimeout(120_000);
  // A violation of the Content-Security-Policy, or an error, is a fault of every test: see `guard`.
  const dialogs: string[] = [];
  page.on('dialog', async (dialog) => {
    dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  await connected(page, 'hostile-names');
  const projects = await names(page, 'project');
  for (const part of ['onerror=', '"onerror', '<script>', '<svg/onload', '=HYPERLINK', '\u202e', 'W'.repeat(300), '\u{1f3f4}']) {
    expect(projects.some((name) => name.includes(part)), part).toBe(true);
  }

  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const expectFits = async (address: string): Promise<void> => {
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(overflow, `${address}, ${width} px: horizontal overflow`).toBeLessThanOrEqual(0);
      await expectNoMarkup(page);
    };

    await page.goto('/');
    await expect(page.getByText(/\$[\d,]+\.\d\d/).first()).toBeVisible();
    await expectFits('/');

    // The Lens has the five most expensive projects, and half of all are markup.
    await page.goto('/lens');
    await expect(page.getByText(/Costs billed through/)).toBeVisible();
    const markup = projects.filter((name) => name.includes('<'));
    await expect.poll(async () => {
      const text = (await page.getByRole('main').textContent()) ?? '';
      return markup.filter((name) => text.includes(name)).length;
    }).toBeGreaterThan(0);
    await expectFits('/lens');

    await page.goto(BY_PROJECT);
    const table = page.getByRole('table', { name: 'The report as a table' });
    const rows = table.locator('.vtable-body').getByRole('row');
    await expect(rows.first()).toBeVisible();
    const shown = await rows.evaluateAll((rows) => rows.map((row) => row.children[0]!.textContent ?? ''));
    for (const name of projects) expect(shown).toContain(name);
    await expectFits(BY_PROJECT);

    await page.goto('/assets/openai');
    await page.getByRole('link', { name: 'hostile-names', exact: true }).click();
    const { organization } = await account(page, 'hostile-names');
    expect(organization.name).toContain('<b onmouseover=');
    await expect(page.getByRole('region', { name: 'About this account' })).toContainText(organization.name);
    await expectFits('/assets/openai/{id}');
  }
  expect(dialogs).toEqual([]);
});

test('markup that could run is taken nowhere, however it is written', async ({ page }) => {
  await page.goto('/login');
  await expect(page.getByLabel('E-mail')).toBeVisible();
  const taken = await page.evaluate(
    (markup) =>
      markup.filter((html) => {
        try {
          document.createElement('template').innerHTML = html;
          return true;
        } catch {
          return false;
        }
      }),
    [
      '<img src=x onerror=alert(1)>', '<img src="x"onerror=alert(1)>', "<img src='x'onerror=alert(1)>", '<svg/onload=alert(1)>', '<svg\nONLOAD =alert(1)>',
      '<script>alert(1)</script>', '<iframe srcdoc="x">', '<a href="javascript:alert(1)">x</a>', '<p class="donation">One of two</p>',
    ],
  );
  expect(taken).toEqual(['<p class="donation">One of two</p>']);
});

// Every page with fields for text, and the button that opens the dialog which they are in.
const FIELDS: [address: string, opener?: string][] = [
  ['/connect/DRAFT'], ['/assets/openai/ACCOUNT', 'Rename'], ['/lens', 'Filter'], ['/reports/new', 'Save…'], ['/reports/new', 'Add a filter'],
  ['/support/new'], ['/people', 'Invite somebody'], ['/notifications', 'New webhook'], ['/profile', 'New token'], ['/profile'], ['/audit-log'],
  ['/audit-log/calls'],
];
const MARKUP = '<img src=x onerror=alert(1)>';

test('markup in any field for text is text', async ({ page, refusals }) => {
  test.setTimeout(120_000);
  // What is no address or no password is refused.
  refusals.expect(400, 422);
  const dialogs: string[] = [];
  page.on('dialog', async (dialog) => {
    dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  await connected(page, 'small');
  const places: Record<string, string> = { ACCOUNT: (await account(page, 'small')).id, DRAFT: await testedDraft(page, 'second') };
  for (const [address, opener] of FIELDS) {
    await page.goto(address.replace(/[A-Z]+/, (place) => places[place]!));
    if (opener) await page.getByRole('button', { name: opener, exact: true }).first().click();
    const fields = page.locator('input:not([type=checkbox], [type=radio], [type=date], [type=number]):visible:enabled, textarea:visible:enabled');
    await expect(fields.first(), `a field of ${address}`).toBeVisible();
    const all = await fields.all();
    for (const field of all) await field.fill(MARKUP);
    await expectNoMarkup(page);
    // It is handed in, and what comes of it shown.
    await all[0]!.press('Enter');
    await page.waitForLoadState('networkidle');
    await expectNoMarkup(page);
  }
  expect(dialogs).toEqual([]);
  await page.goto('/assets/openai');
  await expect(page.getByRole('link', { name: MARKUP }).first(), 'an account is called what was entered').toBeVisible();
});
