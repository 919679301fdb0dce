// axe on every state of the wizard, in both themes and at both widths.
import { test, expect, signIn } from '../support/test.js';
import { checkAccessible } from '../support/axe.js';
import { testedDraft } from '../support/connected.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';
import type { Page } from '@playwright/test';

const check = (page: Page, state: string): Promise<void> => checkAccessible(page, state, { all: true });

const GATEWAY = { status: 502, contentType: 'text/html', body: '<h1>502 Bad Gateway</h1>' };

test('every step of the wizard', async ({ page, refusals }) => {
  refusals.expect(404, 422);
  test.setTimeout(300_000);
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  await expect(wizard.heading('Create an admin key')).toBeVisible();
  await check(page, 'step 1');
  await wizard.toKeyStep();
  await check(page, 'step 2');
  await wizard.key.fill('sk-proj-0123456789abcdefghij0123456789');
  await wizard.key.press('Enter');
  await expect(wizard.dialog.getByRole('alert')).toBeVisible();
  await wizard.dialog.getByRole('button', { name: 'Show the key' }).click();
  await check(page, 'step 2, wrong kind of key');
  await wizard.pasteAndTest(key('hanging'));
  await expect(wizard.dialog).toContainText('Still waiting for OpenAI');
  await check(page, 'step 3, running');
  await expect(wizard.dialog.getByRole('button', { name: 'Replace the key' })).toBeVisible({ timeout: 30_000 });
  await check(page, 'step 3, failed');
  await wizard.dialog.getByRole('button', { name: 'Replace the key' }).click();
  await wizard.pasteAndTest(key('no-management-scope'));
  await expect(wizard.finish).toBeEnabled();
  await check(page, 'step 4, with a warning');
  await wizard.name.fill('  ');
  await wizard.finish.click();
  await expect(wizard.name).toHaveAttribute('aria-invalid', 'true');
  await check(page, 'step 4, a name that does not fit');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /Discard/ })).toBeVisible();
  await check(page, 'leaving');
  await page.goto('/connect/draft_00000000000000000000000000000000');
  await expect(wizard.dialog).toContainText(/expired or was discarded/);
  await check(page, 'expired draft');
});

test('the wizard while it waits, without a server, and for an organization that is connected', async ({ page, refusals }) => {
  refusals.expect(409, 502);
  test.setTimeout(300_000);
  await signIn(page);
  const [draft, second] = [await testedDraft(page, 'small'), await testedDraft(page, 'small')];
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(`**/connection-drafts/${draft}`, async (route) => {
    await held;
    await route.fulfill(GATEWAY);
  }, { times: 1 });
  await page.goto(`/connect/${draft}`);
  const wizard = new Wizard(page);
  await expect(wizard.dialog).toContainText('Looking up your connection draft');
  await check(page, 'a draft that is looked up');
  release();
  await expect(wizard.dialog.getByRole('alert')).toContainText('The server did not answer');
  await check(page, 'a draft without a server');
  await wizard.dialog.getByRole('button', { name: 'Try again' }).click();
  await page.route('**/finish', (route) => route.fulfill(GATEWAY), { times: 1 });
  await wizard.finish.click();
  await expect(wizard.dialog.getByRole('alert')).toContainText('The server did not answer');
  await check(page, 'step 4, without a server');
  await wizard.finish.click();
  await expect(page).toHaveURL(/\/lens/);

  await page.goto(`/connect/${second}`);
  await wizard.finish.click();
  await expect(wizard.dialog.getByRole('alert')).toContainText('already connected, as');
  await check(page, 'step 4, connected meanwhile');
  await page.goto('/connect/key');
  await page.route('**/api/v1/connection-drafts', (route) => route.fulfill(GATEWAY), { times: 1 });
  await wizard.key.fill(key('small'));
  await wizard.test.click();
  await expect(wizard.dialog.getByRole('alert')).toContainText('The key is still in the field.');
  await check(page, 'step 2, without a server');
  await wizard.test.click();
  await expect(wizard.dialog.getByRole('alert')).toContainText('already connected, as');
  await check(page, 'step 2, connected already');
});
