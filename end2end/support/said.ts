// What a screen reader is given to say without the focus having moved: what changes in live regions.
import type { Page } from '@playwright/test';

/** Listens in every page that is opened from now on; the answer is what was said since it was asked last, in order. */
export async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const said: string[] = [];
    const last = new Map<Element, string>();
    const REGIONS = '[role=alert], [role=status], [aria-live=polite], [aria-live=assertive]';
    // What is behind a modal, or inert for another reason, is not read.
    const isRead = (region: Element): boolean => {
      const modals = [...document.querySelectorAll('dialog:modal')];
      const modal = modals[modals.length - 1];
      return !region.closest('[inert]') && (!modal || modal.contains(region)) && getComputedStyle(region).display !== 'none';
    };
    const words = (region: Element): string => {
      const copy = region.cloneNode(true) as Element;
      copy.querySelectorAll('[aria-hidden=true]').forEach((hidden) => hidden.remove());
      return (copy.textContent ?? '').replace(/\s+/g, ' ').trim();
    };
    new MutationObserver((changes) => {
      const changed = new Set<Element>();
      for (const { target, addedNodes } of changes) {
        const around = (target instanceof Element ? target : target.parentElement)?.closest(REGIONS);
        if (around) changed.add(around);
        for (const node of addedNodes) {
          if (!(node instanceof Element)) continue;
          if (node.matches(REGIONS)) changed.add(node);
          node.querySelectorAll(REGIONS).forEach((region) => changed.add(region));
        }
      }
      for (const region of changed) {
        const text = words(region);
        if (text === (last.get(region) ?? '')) continue;
        last.set(region, text);
        if (text && region.isConnected && isRead(region)) said.push(text);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
    Object.assign(window, { takeSaid: () => said.splice(0) });
  });
  return () => page.evaluate(() => (window as unknown as { takeSaid(): string[] }).takeSaid());
}
