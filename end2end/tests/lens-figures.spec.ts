// The Lens' figures and lists: equal to the API's own report, compared with the days before, kept by address.
import { test, expect } from '../support/test.js';
import { checkAccessible as check } from '../support/axe.js';
import { connected } from '../support/connected.js';
import { dollars, pico } from '../support/money.js';
import { day, report } from '../support/report.js';

test('figures and top lists are those of the report, with the days before', async ({ page }) => {
  await connected(page, 'small');
  const period = { kind: 'days', start: day(-29), end: day(1) };
  const answer = await report(page, { metrics: ['cost'], period, group_by: ['genai/model'], compare: true });
  const [total] = answer.total.values;
  await expect(page.getByRole('region', { name: 'Cost', exact: true })).toContainText(dollars(pico(total)));
  await expect(page.getByRole('region', { name: 'Cost', exact: true })).toContainText(/vs the previous 30 days|new: nothing/);
  const models = page.getByRole('region', { name: 'Top models' }).getByRole('listitem');
  for (const [at, row] of answer.rows.slice(0, 5).entries()) {
    await expect(models.nth(at)).toContainText(row.labels[0]);
    await expect(models.nth(at)).toContainText(dollars(pico(row.figures.values[0])));
  }
});

test('dates are typed or chosen by keyboard, and the address keeps them', async ({ page }) => {
  await connected(page, 'small');
  await page.getByRole('button', { name: 'Dates' }).click();
  const dialog = page.getByRole('dialog', { name: 'Choose dates (UTC)' });
  await dialog.getByLabel('First day').fill(day(0));
  await dialog.getByLabel('Last day').fill(day(-3));
  await dialog.getByRole('button', { name: 'Show these days' }).click();
  await expect(dialog.getByLabel('Last day')).toHaveAccessibleDescription(/before the first one. Choose a later last day/);
  await expect(dialog.getByLabel('Last day')).toBeFocused();
  const cell = dialog.locator('[role=gridcell][tabindex="0"]');
  await cell.focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('gridcell', { selected: true }).first()).toBeVisible();
  const [first, last] = [await dialog.getByLabel('First day').inputValue(), await dialog.getByLabel('Last day').inputValue()];
  expect(Date.parse(last) - Date.parse(first)).toBe(2 * 86_400_000);
  await dialog.getByRole('button', { name: 'Show these days' }).click();
  await expect(page).toHaveURL(new RegExp(`period=${first}~${last}`));
  await expect(page.getByRole('combobox', { name: 'Period' })).toHaveValue(`${first}~${last}`);
  await page.reload();
  await expect(page.getByRole('combobox', { name: 'Period' })).toHaveValue(`${first}~${last}`);
  await page.goBack();
  await expect(page.getByRole('combobox', { name: 'Period' })).toHaveValue('last-30');
});

test('a filter is searched for, and the table is downloaded', async ({ page }) => {
  await connected(page, 'small');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a filter' });
  await dialog.getByLabel('Label').selectOption({ label: 'Service' });
  await dialog.getByRole('textbox', { name: 'Search' }).fill('embed');
  await expect(dialog.getByRole('listitem')).toHaveCount(1);
  const add = dialog.getByRole('button', { name: 'Add the filter' });
  await expect(add).toHaveAccessibleDescription('Choose at least one value.');
  await dialog.getByRole('checkbox', { name: 'Embeddings' }).check();
  await dialog.getByRole('radio', { name: 'Leave these out' }).check({ force: true });
  await add.click();
  await expect(page).toHaveURL(/filter=-service%3AEmbeddings/);
  await expect(page.getByRole('list', { name: 'Filters' })).toContainText('Without Service: Embeddings');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download CSV' }).click();
  const text = await (await (await download).createReadStream()).toArray();
  expect(Buffer.concat(text).toString()).toMatch(/^Model,Cost \(USD\),Tokens,Requests\r\n/);
});

test('several values are chosen at once, each with what it cost', async ({ page }) => {
  await connected(page, 'small');
  const period = { kind: 'preset', preset: 'last_30_days' };
  const answer = await report(page, { metrics: ['cost'], period, group_by: ['genai/model'] });
  const [first, second] = answer.rows;
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a filter' });
  for (const [at, row] of [first, second].entries()) {
    await expect(dialog.getByRole('listitem').nth(at)).toContainText(row.labels[0]);
    await expect(dialog.getByRole('listitem').nth(at)).toContainText(dollars(pico(row.figures.values[0])));
    await dialog.getByRole('listitem').nth(at).getByRole('checkbox').check();
  }
  await dialog.getByRole('button', { name: 'Add the filter' }).click();
  await expect(page.getByRole('list', { name: 'Filters' })).toContainText(`Model: ${[first.labels[0], second.labels[0]].sort().join(', ')}`);
  const both = pico(first.figures.values[0]) + pico(second.figures.values[0]);
  await expect(page.getByRole('region', { name: 'Filtered cost' })).toContainText(dollars(both));
});

test('the Lens has no fault that axe finds, with its dialogs open too', async ({ page }) => {
  test.setTimeout(120_000);
  await connected(page, 'small');
  await check(page, 'the Lens', { all: true });
  await page.getByRole('button', { name: 'Dates' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await check(page, 'the Lens, its dates', { all: true });
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Add a filter' }).getByRole('listitem').first()).toBeVisible();
  await check(page, 'the Lens, adding a filter', { all: true });
});
