// An installation with accounts whose import is over.
import { expect, type Page } from '@playwright/test';
import { signIn } from './test.js';
import { Wizard } from './wizard.js';
import { key } from './keys.js';

/** Signs in, connects an account for each of the simulator's keys, named after it, and waits until they are imported. */
export async function connected(page: Page, ...keys: string[]): Promise<void> {
  await signIn(page);
  for (const name of keys) {
    await page.goto('/connect');
    await new Wizard(page).connect(key(name), name);
  }
  await page.goto('/lens');
  await expect(page.getByText(/Costs billed to/)).toBeVisible();
  await expect(page.getByText(/^Importing/)).toHaveCount(0, { timeout: 45_000 });
}
