// The API's own answer to a question, beside which pages are put.
import { expect, type Page } from '@playwright/test';

/** The UTC day so many days after today. */
export const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

/** A report, asked for by the session of the page. */
export async function report(page: Page, query: object): Promise<any> {
  const answer = await page.request.post('/api/v1/reports/query', { data: query, headers: { origin: new URL(page.url()).origin } });
  expect(answer.status(), await answer.text()).toBe(200);
  return answer.json();
}
