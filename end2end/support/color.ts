// How well a colour stands out from another (WCAG 2.2, contrast ratio).
import type { Page } from '@playwright/test';

type Pixel = readonly number[];

/** From 1, no difference, to 21, black on white. */
function contrast(one: Pixel, other: Pixel): number {
  const linear = (part: number): number => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([red = 0, green = 0, blue = 0]: Pixel): number => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const [darker, lighter] = [light(one), light(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** What is drawn for colours of a style sheet: red, green, blue and how opaque it is, 0 to 255. */
async function pixels(page: Page, colors: string[]): Promise<Pixel[]> {
  return page.evaluate((colors) => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
    return colors.map((color) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    });
  }, colors);
}

/** How well a colour stands out from the first of these backgrounds that is not transparent, or else from the page. */
export async function contrastWith(page: Page, color: string, backgrounds: string[]): Promise<number> {
  const [front = [], ...behind] = await pixels(page, [color, ...backgrounds, 'Canvas']);
  return contrast(front, behind.find(([, , , opacity]) => opacity === 255) ?? []);
}

/** Of these elements those whose text stands out too little from the first ancestor that is not transparent, with the ratio. */
export async function faintTexts(page: Page, selectors: string[]): Promise<string[]> {
  const texts = await page.evaluate((selectors) => selectors.flatMap((selector) => {
    const element = document.querySelector(selector);
    if (!element) return [];
    const style = getComputedStyle(element);
    const backgrounds: string[] = [];
    for (let at: Element | null = element; at; at = at.parentElement) {
      const { backgroundImage, backgroundColor } = getComputedStyle(at);
      // A picture or a gradient behind a text is for a note, not for a ratio: the text is as if it were not to be seen.
      backgrounds.push(backgroundImage === 'none' ? backgroundColor : style.color);
    }
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    return [{ selector, color: style.color, backgrounds, least: isLarge ? 3 : 4.5 }];
  }), selectors);
  const faint: string[] = [];
  for (const { selector, color, backgrounds, least } of texts) {
    const ratio = await contrastWith(page, color, backgrounds);
    if (ratio < least) faint.push(`${selector} (${ratio.toFixed(2)}:1)`);
  }
  return faint;
}
