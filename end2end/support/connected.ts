// An installation with accounts whose import is over.
import { expect, type Page } from '@playwright/test';
import { signIn } from './test.js';
import { key } from './keys.js';

/**
 * Signs in, connects an account for each of the simulator's keys, named after it, and waits until they are imported. By the API:
 * the wizard has tests of its own.
 */
export async function connected(page: Page, ...keys: string[]): Promise<void> {
  await signIn(page);
  for (const name of keys) await connect(page, name);
  await imported(page);
  await page.goto('/lens');
  await expect(page.getByText(/Costs billed through/)).toBeVisible();
  await expect(page.getByText(/^Importing/)).toHaveCount(0);
}

/** Connects an account as the page's user, with the calls of the wizard. */
async function connect(page: Page, name: string): Promise<void> {
  const draft = await testedDraft(page, name);
  await post(page, `/connection-drafts/${draft}/finish`, { name });
}

/** A draft of the page's user with one of the simulator's keys, whose test is over: the wizard at its address is at Finish. */
export async function testedDraft(page: Page, name: string): Promise<string> {
  const { id } = await post(page, '/connection-drafts', { admin_key: key(name) });
  await post(page, `/connection-drafts/${id}/test`, {});
  return id;
}

async function post(page: Page, path: string, data: object): Promise<any> {
  const answer = await page.request.post(`/api/v1${path}`, { data });
  expect(answer.ok(), `${path} ${answer.status()}`).toBe(true);
  return answer.json();
}

/** Waits until nothing is left to import. The API is asked: a page that has just been opened does not say yet that it imports. */
export async function imported(page: Page): Promise<void> {
  const unfinished = async (): Promise<number> => {
    const answer = await page.request.get('/api/v1/connections');
    const { items } = await answer.json();
    return items.filter((item: any) => ['connecting', 'importing'].includes(item.status.state) || (item.status.state === 'healthy' && !item.history_known)).length;
  };
  await expect.poll(unfinished, { timeout: 45_000, intervals: [250] }).toBe(0);
}
