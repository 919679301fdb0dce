// axe on every page and every state of the wizard, in both themes, on a desk and on a phone.
import AxeBuilder from '@axe-core/playwright';
import { test, expect, signIn, VIEWER } from '../support/test.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';
import type { Page } from '@playwright/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Checks what is on screen, in both themes and at both widths. */
async function check(page: Page, state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      const { violations } = await new AxeBuilder({ page }).withTags(TAGS).options({ rules: { 'target-size': { enabled: true } } }).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 120)} ${node.failureSummary ?? ''}`).join(' | ')}`);
      expect(found, `${state}, ${colorScheme}, ${width} px`).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(overflow, `${state}, ${width} px: horizontal overflow`).toBeLessThanOrEqual(0);
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

test('pages before anything is connected', async ({ page, refusals }) => {
  refusals.expect(401, 404);
  test.setTimeout(180_000);
  await page.goto('/login');
  await expect(page.getByLabel('E-mail')).toBeVisible();
  await check(page, 'login');
  await signIn(page);
  for (const address of ['/', '/lens', '/assets/openai', '/support', '/support/new', '/nothing-here']) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.waitForLoadState('networkidle');
    await check(page, `${address}, empty`);
  }
});

test('every state of the wizard', async ({ page, refusals }) => {
  refusals.expect(404, 422);
  test.setTimeout(240_000);
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
  await check(page, 'step 2, wrong kind of key');
  await wizard.pasteAndTest(key('hanging'));
  await check(page, 'step 3, running');
  await expect(wizard.dialog.getByRole('button', { name: 'Replace the key' })).toBeVisible({ timeout: 30_000 });
  await check(page, 'step 3, failed');
  await wizard.dialog.getByRole('button', { name: 'Replace the key' }).click();
  await wizard.pasteAndTest(key('no-management-scope'));
  await expect(wizard.finish).toBeEnabled();
  await check(page, 'step 4, with a warning');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /Discard/ })).toBeVisible();
  await check(page, 'leaving');
  await page.goto('/connect/draft_00000000000000000000000000000000');
  await expect(wizard.dialog).toContainText(/expired or was discarded/);
  await check(page, 'expired draft');
});

test('pages with connected accounts, a failed one among them', async ({ page }) => {
  test.setTimeout(240_000);
  await signIn(page);
  for (const [name, account] of [['small', 'Production'], ['revoked-mid-run', 'Old sandbox']] as const) {
    await page.goto('/connect');
    await new Wizard(page).connect(key(name), account);
  }
  for (const address of ['/', '/lens', '/assets/openai']) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText(/\$[\d,]+\.\d\d/).first()).toBeVisible();
    await check(page, `${address}, connected`);
  }
  await page.goto('/lens');
  await page.getByRole('button', { name: 'Table' }).or(page.getByRole('radio', { name: 'Table' })).first().click();
  await check(page, '/lens, table');
});

test('pages of a user without permissions', async ({ page, lens, refusals }) => {
  refusals.expect(403);
  test.setTimeout(120_000);
  await lens.addUser(VIEWER, 'assets-manager');
  await signIn(page, VIEWER);
  for (const address of ['/', '/lens', '/assets/openai', '/connect']) {
    await page.goto(address);
    await page.waitForLoadState('networkidle');
    await check(page, `${address}, without permission`);
  }
});
