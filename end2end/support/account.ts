// Connected accounts: what the API tells of one, and the page of one.
import { expect, type Locator, type Page } from '@playwright/test';
import { signIn } from './test.js';
import { connected } from './connected.js';
import { Wizard } from './wizard.js';
import { key } from './keys.js';

/** The account of this name as the API has it. */
export async function account(page: Page, name: string): Promise<any> {
  const { items } = await (await page.request.get('/api/v1/connections')).json();
  return items.find((item: any) => item.name === name);
}

/** Connects an account under the name of its key, waits until it is imported, and opens its page. */
export async function accountPage(page: Page, name: string): Promise<void> {
  await connected(page, name);
  await page.goto(`/assets/openai/${(await account(page, name)).id}`);
  await expect(page.getByRole('table', { name: 'Imported days' })).toBeVisible();
}

/** Connects an account whose import does not get through, and opens its page from Assets. */
export async function disturbedAccountPage(page: Page, name: string): Promise<void> {
  await signIn(page);
  await page.goto('/connect');
  await new Wizard(page).connect(key(name), name);
  await page.goto('/assets/openai');
  await page.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
}

/** Import now, on the page of an account or in its row. */
export const importNow = (where: Page | Locator): Locator => where.getByRole('button', { name: /^Import now/ });
