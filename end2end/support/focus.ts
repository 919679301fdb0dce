// Where the keyboard is, as somebody sees it who has no mouse.
import type { Page } from '@playwright/test';
import { contrastWith } from './color.js';

/** What has the focus. */
export type Focused = {
  /** The beginning of its markup. */
  what: string;
  /** Whether something can be done with it: headings take the focus on arrival, and need no ring. */
  isControl: boolean;
  /** The ring around it: its width in CSS pixels, and its contrast with what it is drawn on. */
  ring: { width: number; contrast: number } | null;
  /** Whether it is within the window, and nothing lies over its middle. */
  isSeen: boolean;
};

/** What has the focus; null when nothing but the page has it. */
export async function focused(page: Page): Promise<Focused | null> {
  const found = await page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;

    // What is behind an element, nearest first.
    const backgrounds = (of: Element | null): string[] => (of ? [getComputedStyle(of).backgroundColor, ...backgrounds(of.parentElement)] : []);
    const ring = (of: Element, part?: string) => {
      const style = getComputedStyle(of, part);
      const width = parseFloat(style.outlineWidth);
      if (style.outlineStyle === 'none' || !(width > 0)) return null;
      return { width, color: style.outlineColor, backgrounds: backgrounds(of.parentElement) };
    };
    // A radio that is drawn by its label or by what stands beside it, a field by what is around it, and a tile that is a link have
    // the ring there.
    const label = (element as HTMLInputElement).labels?.[0];
    const candidates = [element, label, element.nextElementSibling, element.parentElement];
    const drawn = candidates.map((candidate) => candidate && ring(candidate)).find((found) => found);

    const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
    const middle = [box.left + box.width / 2, box.top + box.height / 2] as const;
    const top = document.elementFromPoint(...middle);
    return {
      what: element.outerHTML.slice(0, 160),
      isControl: element.matches('a, button, input, select, textarea, summary, [role], [tabindex="0"]'),
      ring: ring(element, '::after') ?? drawn ?? null,
      isSeen: box.width > 0 && box.height > 0 && !!top && (element.contains(top) || !!label?.contains(top)),
    };
  });
  if (!found) return null;
  const { ring } = found;
  return { ...found, ring: ring && { width: ring.width, contrast: await contrastWith(page, ring.color, ring.backgrounds) } };
}
