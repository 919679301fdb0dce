// The main job without a mouse.
import { test, expect, ADMIN } from '../support/test.js';
import { PASSWORD } from '../support/lens.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';
import type { Page } from '@playwright/test';

/** Presses Tab until the element with this accessible name has the focus, checking that the focus is always somewhere visible. */
async function tabTo(page: Page, name: string | RegExp): Promise<number> {
  for (let presses = 1; presses <= 40; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      if (!element || element === document.body) return null;
      const box = element.getBoundingClientRect();
      const label = element.getAttribute('aria-label') ?? (element as HTMLInputElement).labels?.[0]?.textContent ?? element.textContent ?? '';
      return { label: label.trim(), visible: box.width > 0 && box.height > 0 };
    });
    if (focused === null) continue; // The browser's own controls stand between the last and the first element.
    expect(focused.visible, `the focused element “${focused.label}” is visible`).toBe(true);
    if (typeof name === 'string' ? focused.label === name : name.test(focused.label)) return presses;
  }
  throw new Error(`Tab does not reach ${name}`);
}

test('an organization is connected by keyboard alone', async ({ page }) => {
  await page.goto('/login');
  await page.getByLabel('E-mail').focus();
  await page.keyboard.type(ADMIN);
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Manage and optimize cloud infrastructure with dashboards' })).toBeVisible();

  await tabTo(page, /Connect your account/);
  await page.keyboard.press('Enter');
  const wizard = new Wizard(page);
  await expect(wizard.heading('Create an admin key')).toBeFocused();
  await tabTo(page, 'I have the key');
  await page.keyboard.press('Enter');
  await expect(wizard.key).toBeVisible();
  await wizard.key.focus();
  await page.keyboard.insertText(key('small'));
  await page.keyboard.press('Enter');
  await expect(wizard.finish).toBeEnabled();
  await tabTo(page, 'Finish');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/lens/);
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});

test('Tab stays inside the wizard in both directions', async ({ page }) => {
  await page.goto('/login?return=/connect');
  await page.getByLabel('E-mail').fill(ADMIN);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  for (const press of ['Tab', 'Shift+Tab']) {
    for (let time = 0; time < 50; time++) {
      await page.keyboard.press(press);
      const outside = await page.evaluate(() => document.activeElement !== document.body && !document.activeElement?.closest('dialog'));
      expect(outside).toBe(false);
    }
  }
});
