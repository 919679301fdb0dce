// The browser's clock.
import type { Page } from '@playwright/test';

/**
 * Fixes the time of the pages that are opened next. A page that is open sees 1970 between two of Playwright's steps, and asks the
 * server for days of that year.
 */
export async function setTime(page: Page, time: Date): Promise<void> {
  await page.goto('about:blank');
  await page.clock.setFixedTime(time);
}
