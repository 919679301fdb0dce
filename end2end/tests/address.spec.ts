// The address bar follows what is on screen, also where Back and Forward have led away from it before.
import { test, expect, signIn } from '../support/test.js';
import { connected } from '../support/connected.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';
import type { Locator, Page } from '@playwright/test';

const lensInHeader = (page: Page): Locator => page.getByRole('banner').getByRole('link', { name: 'OpenAI Lens' });
const lensTile = (page: Page): Locator => page.getByRole('main').getByRole('link', { name: 'OpenAI Lens', exact: true });

test('the Lens has its address again after Back has led out of it', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/');
  await lensInHeader(page).click();
  await expect(page).toHaveURL(/\/lens$/);
  const chart = page.getByRole('region', { name: 'Cost per day by project', exact: true });
  await chart.getByRole('radio', { name: 'Table' }).check({ force: true });
  await expect(page).toHaveURL(/table=/);
  await chart.getByRole('radio', { name: 'Chart' }).check({ force: true });
  await expect(page).toHaveURL(/\/lens$/);
  await page.goBack();
  await expect(page.getByRole('heading', { name: /^Manage and optimize/ })).toBeVisible();
  await lensInHeader(page).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('OpenAI Lens');
  await expect(page).toHaveURL(/\/lens$/);
  await page.goBack();
  await expect(page.getByRole('heading', { name: /^Manage and optimize/ })).toBeVisible();
});

test('a period that is chosen again after Back and Forward stands in the address and in its menu', async ({ page }) => {
  await connected(page, 'small');
  await page.goto('/lens?period=last-7');
  const period = page.getByRole('combobox', { name: 'Period' });
  await period.selectOption({ label: 'Last 90 days' });
  await expect(page).toHaveURL(/period=last-90/);
  await page.goBack();
  await expect(period).toHaveValue('last-7');
  await page.goForward();
  await expect(period).toHaveValue('last-90');
  await expect(page).toHaveURL(/period=last-90/);
  await period.selectOption({ label: 'Last 7 days' });
  await expect(page).toHaveURL(/period=last-7/);
  await page.reload();
  await expect(period).toHaveValue('last-7');
});

test('after Finish and Back to Home, the tile leads to the address of the Lens', async ({ page }) => {
  await signIn(page);
  await page.goto('/');
  await page.getByRole('link', { name: 'Connect your account' }).click();
  const wizard = new Wizard(page);
  await wizard.connect(key('small'), 'Production');
  await page.goBack();
  await expect(wizard.key).toBeVisible();
  await page.goBack();
  await expect(wizard.heading('Create an admin key')).toBeVisible();
  await page.goBack();
  await expect(wizard.dialog).toHaveCount(0);
  await expect(page.getByRole('heading', { name: /^Manage and optimize/ })).toBeVisible();
  await lensTile(page).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('OpenAI Lens');
  await expect(page).toHaveURL(/\/lens$/);
});

test('Home leads to the saved reports', async ({ page }) => {
  await signIn(page);
  await page.goto('/');
  await page.getByRole('article').filter({ hasText: 'Saved reports' }).getByRole('link', { name: 'Open reports' }).click();
  await expect(page).toHaveURL(/\/reports$/);
});

test('the wizard returns to the page that it was opened from, with what that page asked for', async ({ page }) => {
  await signIn(page);
  const wizard = new Wizard(page);
  for (const [address, heading] of [['/reconciliation?period=last_7_days', 'Reconciliation'], ['/reports/new?metrics=tokens&period=last_7_days&view=table', 'New report']] as const) {
    await page.goto(address);
    await page.getByRole('main').getByRole('link', { name: 'Connect your account' }).click();
    await expect(wizard.heading('Create an admin key')).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: heading, includeHidden: true })).toBeAttached();
    await wizard.toKeyStep();
    await page.keyboard.press('Escape');
    await expect(wizard.dialog).toHaveCount(0);
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(address);
  }
});
