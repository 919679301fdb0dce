// axe on what is on screen, in both themes and at both widths, and nothing wider than the screen.
import AxeBuilder from '@axe-core/playwright';
import { expect } from './test.js';
import type { Page } from '@playwright/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Checks a state of a page; `widths` in CSS pixels. That nothing is wider than the screen is looked at in each theme and width.
 * axe looks at the wide light page and the narrow dark one, which show all colours and all layouts; at all four with LONG_TESTS.
 */
export async function checkAccessible(page: Page, state: string, widths = [1280, 320]): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of widths) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      if (!process.env.LONG_TESTS && (colorScheme === 'dark') !== (width === Math.min(...widths))) {
        await checkOverflow(page, `${state}, ${colorScheme}, ${width} px`);
        continue;
      }
      const { violations } = await new AxeBuilder({ page }).withTags(TAGS).options({ rules: { 'target-size': { enabled: true } } }).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 120)} ${node.failureSummary ?? ''}`).join(' | ')}`);
      expect(found, `${state}, ${colorScheme}, ${width} px`).toEqual([]);
      await checkOverflow(page, `${state}, ${colorScheme}, ${width} px`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function checkOverflow(page: Page, state: string): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, `${state}: horizontal overflow`).toBeLessThanOrEqual(0);
}
