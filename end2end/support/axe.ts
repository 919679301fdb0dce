// axe on what is on screen, in both themes and at both widths, and nothing wider than the screen.
import axe, { type AxeResults, type RunOptions } from 'axe-core';
import { expect } from './test.js';
import { noted } from './axe-notes.js';
import { faintTexts } from './color.js';
import type { Page } from '@playwright/test';

const OPTIONS: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: { 'target-size': { enabled: true } },
  // Of what passes one element is told for each rule: describing them all takes longer than looking.
  resultTypes: ['violations', 'incomplete'],
};
const WIDTHS = [1280, 320];

/**
 * Checks a state of a page: that axe finds nothing, and that it leaves nothing undecided of which support/axe-notes.ts does not say
 * why. That nothing is wider than the screen is looked at in each theme and width, in CSS pixels. axe looks at the wide light page
 * and the narrow dark one, which show all colours and all layouts; at all four with LONG_TESTS, or where all are asked for.
 */
export async function checkAccessible(page: Page, state: string, { all = !!process.env.LONG_TESTS } = {}): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of WIDTHS) {
      const where = `${state}, ${colorScheme}, ${width} px`;
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      if (all || (colorScheme === 'dark') === (width === Math.min(...WIDTHS))) await checkRules(page, where);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(overflow, `${where}: horizontal overflow`).toBeLessThanOrEqual(0);
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** What axe finds in the page, which has no frames. */
async function results(page: Page): Promise<AxeResults> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate((options) => (window as unknown as { axe: typeof axe }).axe.run(options), OPTIONS);
}

async function checkRules(page: Page, where: string): Promise<void> {
  const { violations, incomplete } = await results(page);
  type Found = (typeof violations)[number];
  const words = ({ id, nodes }: Found): string => `${id}: ${nodes.map((node) => `${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`).join(' | ')}`;
  expect.soft(violations.map(words), where).toEqual([]);
  // Where something lies near a text, axe leaves its contrast undecided: the ratio is computed from the colours then.
  const near = incomplete.filter(({ id }) => id === 'color-contrast').flatMap(({ nodes }) => nodes.map(({ target }) => String(target[0])));
  expect.soft(await faintTexts(page, near), `${where}: texts that stand out too little`).toEqual([]);
  const undecided = incomplete
    .filter(({ id }) => id !== 'color-contrast')
    .map((result) => ({ ...result, nodes: result.nodes.filter((node) => !noted(result.id, node.html)) }))
    .filter(({ nodes }) => nodes.length > 0);
  expect.soft(undecided.map(words), `${where}: axe cannot decide, and support/axe-notes.ts has no note`).toEqual([]);
}
