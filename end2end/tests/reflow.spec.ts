// The narrowest width, the system's colours and wide spacing of text, all at once (WCAG 1.4.10, 1.4.12, 1.4.11, 2.4.7).
import { test, expect, signIn } from '../support/test.js';
import { connected } from '../support/connected.js';
import { focused } from '../support/focus.js';
import { Wizard } from '../support/wizard.js';
import type { Page } from '@playwright/test';

/** What WCAG 1.4.12 says that readers may set. A sheet that is made, since the policy takes no style of the page. */
const SPACING = '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }';

async function widen(page: Page): Promise<void> {
  await page.evaluate((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }, SPACING);
}

/** Elements whose own text is cut off: it is wider or higher than they are, and they hide the rest. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isCut = (element: Element): boolean => {
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      // What is for screen readers alone is a pixel large, and what is shortened says the whole of it in its title.
      if (!hasText || box.width <= 1 || box.height <= 1 || style.visibility === 'hidden' || element.closest('[title]')) return false;
      const hides = (overflow: string): boolean => overflow === 'hidden' || overflow === 'clip';
      return (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1) || (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1);
    };
    return [...document.querySelectorAll('body *')].filter(isCut).map((element) => element.outerHTML.slice(0, 160));
  });
}

/** Goes from control to control by Tab, as far as they go or to the thirtieth, and holds each to a ring that is seen. */
async function expectFocusSeen(page: Page, state: string): Promise<void> {
  const seen = new Set<string>();
  for (let step = 0; step < 30; step += 1) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (!at || seen.has(at.what)) break;
    seen.add(at.what);
    expect.soft(at.ring?.width ?? 0, `${state}: no focus ring on ${at.what}`).toBeGreaterThanOrEqual(2);
    expect.soft(at.isSeen, `${state}: out of sight is ${at.what}`).toBe(true);
  }
  expect(seen.size, state).toBeGreaterThan(3);
}

async function check(page: Page, state: string): Promise<void> {
  await widen(page);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, `${state}: horizontal scrolling`).toBeLessThanOrEqual(0);
  expect(await cutOff(page), `${state}: text that is cut off`).toEqual([]);
  await expectFocusSeen(page, state);
}

test.beforeEach(async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 900 });
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
});

test('the pages with figures are read at 320 px, in the system’s colours and with wide text', async ({ page }) => {
  test.setTimeout(120_000);
  await connected(page, 'small');
  for (const address of ['/', '/lens', '/assets/openai']) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText(/\$[\d,]+\.\d\d/).first()).toBeVisible();
    await check(page, address);
  }
});

test('the wizard’s field for the key is used at 320 px, in the system’s colours and with wide text', async ({ page }) => {
  await signIn(page);
  await page.goto('/connect');
  await new Wizard(page).toKeyStep();
  await check(page, 'step 2');
});
