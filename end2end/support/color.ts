// How well a colour stands out from another (WCAG 2.2, contrast ratio).
import type { Page } from '@playwright/test';

type Pixel = readonly number[];

/** From 1, no difference, to 21, black on white. */
export function contrast(one: Pixel, other: Pixel): number {
  const linear = (part: number): number => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([red = 0, green = 0, blue = 0]: Pixel): number => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const [darker, lighter] = [light(one), light(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** Of these elements those whose text stands out too little from the first ancestor that is not transparent, with the ratio. */
export async function faintTexts(page: Page, selectors: string[]): Promise<string[]> {
  const texts = await page.evaluate((selectors) => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
    const pixel = (color: string): number[] => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    return selectors.flatMap((selector) => {
      const element = document.querySelector(selector);
      if (!element) return [];
      const style = getComputedStyle(element);
      let behind = pixel('Canvas');
      for (let at: Element | null = element; at; at = at.parentElement) {
        // A picture or a gradient behind a text is for a note, not for a ratio.
        if (getComputedStyle(at).backgroundImage !== 'none') return [{ selector, text: pixel('#000'), behind: pixel('#000'), isLarge: false }];
        const color = pixel(getComputedStyle(at).backgroundColor);
        if (color[3] !== 255) continue;
        behind = color;
        break;
      }
      const size = parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      return [{ selector, text: pixel(style.color), behind, isLarge }];
    });
  }, selectors);
  return texts
    .map(({ selector, text, behind, isLarge }) => ({ selector, ratio: contrast(text, behind), least: isLarge ? 3 : 4.5 }))
    .filter(({ ratio, least }) => ratio < least)
    .map(({ selector, ratio }) => `${selector} (${ratio.toFixed(2)}:1)`);
}
