// The life of an account without a mouse: connected, mended, left, disconnected. A click in this file fails its test.
import { test, expect, ADMIN } from '../support/test.js';
import { focused } from '../support/focus.js';
import { PASSWORD } from '../support/lens.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';
import type { Locator, Page } from '@playwright/test';

/** Presses keys, counts them, and holds that after each of them somebody sees where they are. */
class Keyboard {
  presses = 0;

  constructor(private readonly page: Page) {}

  async press(name: string): Promise<void> {
    await this.page.keyboard.press(name);
    this.presses += 1;
    // The browser's own controls stand between the last element of a page, or of a dialog, and the first.
    if (name.endsWith('Tab') && (await focused(this.page)) === null) {
      await this.page.keyboard.press(name);
      this.presses += 1;
    }
    await this.expectSeen(name);
  }

  /** A paste is one press. */
  async paste(text: string): Promise<void> {
    await this.page.keyboard.insertText(text);
    this.presses += 1;
    await this.expectSeen('paste');
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
    this.presses += text.length;
  }

  /** Presses Tab until something has the focus. */
  async tabTo(target: Locator, name = 'Tab'): Promise<void> {
    for (let press = 0; press < 40; press += 1) {
      await this.press(name);
      if (await target.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`${name} does not reach ${target}`);
  }

  private async expectSeen(name: string): Promise<void> {
    // What a press opens takes the focus a frame later.
    await expect.poll(() => focused(this.page), `after ${name} the page itself has the focus`).not.toBeNull();
    const seen = async (): Promise<string> => {
      const at = await focused(this.page);
      if (at === null) return 'nothing has the focus';
      if (!at.isSeen) return `not seen: ${at.what}`;
      const hasRing = !at.isControl || (at.ring !== null && at.ring.width >= 2 && at.ring.contrast >= 3);
      return hasRing ? 'seen' : `ring of ${at.ring?.width} px and a contrast of ${at.ring?.contrast}: ${at.what}`;
    };
    await expect.poll(seen, `after ${name}`).toBe('seen');
  }
}

/** Signs in, and goes to the link that opens the wizard. */
async function toOpener(page: Page): Promise<{ keyboard: Keyboard; opener: Locator }> {
  await page.goto('/login');
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await page.keyboard.type(ADMIN);
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Manage and optimize cloud infrastructure with dashboards' })).toBeVisible();
  const keyboard = new Keyboard(page);
  const opener = page.getByRole('link', { name: /Connect your account/ });
  await keyboard.tabTo(opener);
  keyboard.presses = 0;
  return { keyboard, opener };
}

/** From the first step to the field for the key. */
async function toKeyField(wizard: Wizard, keyboard: Keyboard): Promise<void> {
  await expect(wizard.heading('Create an admin key')).toBeFocused();
  await keyboard.tabTo(wizard.dialog.getByRole('button', { name: 'I have the key' }));
  await keyboard.press('Enter');
  await expect(wizard.heading('Admin key')).toBeFocused();
  await keyboard.tabTo(wizard.key);
}

async function finish(wizard: Wizard, keyboard: Keyboard): Promise<void> {
  await expect(wizard.heading('Finish')).toBeFocused();
  await keyboard.tabTo(wizard.name);
  await keyboard.press('Enter');
  await expect(wizard.page).toHaveURL(/\/lens/);
  await expect(wizard.page.getByRole('heading', { level: 1 })).toBeFocused();
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test.beforeEach(async ({ context }) => {
      await context.addInitScript(() => addEventListener('pointerdown', () => console.error('a mouse was used'), true));
    });

    test('an organization is connected with 25 presses at most', async ({ page }) => {
      const { keyboard } = await toOpener(page);
      const wizard = new Wizard(page);
      await keyboard.press('Enter');
      await toKeyField(wizard, keyboard);
      await keyboard.paste(key('small'));
      await keyboard.press('Enter');
      await finish(wizard, keyboard);
      expect(keyboard.presses).toBeLessThanOrEqual(25);
    });

    test('what fails is mended, the wizard is left and opened again, and the account is disconnected', async ({ page, refusals }) => {
      refusals.expect(404);
      test.setTimeout(120_000);
      const { keyboard, opener } = await toOpener(page);
      const wizard = new Wizard(page);
      await keyboard.press('Enter');
      await toKeyField(wizard, keyboard);
      await keyboard.paste('sk-proj-0123456789abcdefghij0123456789');
      await keyboard.press('Enter');
      await expect(wizard.dialog.getByRole('alert')).toContainText('project key');
      await expect(wizard.key).toBeFocused();
      await keyboard.press('Control+A');
      await keyboard.paste(key('invalid'));
      await keyboard.press('Enter');
      await expect(wizard.check('Key accepted')).toContainText('unknown, revoked or expired');
      await keyboard.tabTo(wizard.dialog.getByRole('button', { name: 'Replace the key' }));
      await keyboard.press('Enter');
      await expect(wizard.heading('Admin key')).toBeFocused();
      await keyboard.tabTo(wizard.key);
      await keyboard.paste(key('small'));

      const question = wizard.dialog.getByRole('alertdialog', { name: 'Discard the key?' });
      await keyboard.press('Escape');
      await expect(question.getByRole('heading')).toBeFocused();
      await keyboard.tabTo(question.getByRole('button', { name: 'Keep going' }));
      await keyboard.press('Enter');
      await expect(wizard.heading('Admin key')).toBeFocused();
      await expect(wizard.key).toHaveValue(key('small'));
      await keyboard.press('Escape');
      await expect(question.getByRole('heading')).toBeFocused();
      await keyboard.tabTo(question.getByRole('button', { name: 'Discard the key' }));
      await keyboard.press('Enter');
      await expect(wizard.dialog).toHaveCount(0);
      await expect(opener).toBeFocused();

      await keyboard.press('Enter');
      await toKeyField(wizard, keyboard);
      await keyboard.paste(key('small'));
      await keyboard.press('Enter');
      await finish(wizard, keyboard);

      await page.goto('/assets/openai');
      const account = page.getByRole('link', { name: 'Acme Robotics', exact: true });
      await expect(account).toBeVisible();
      await keyboard.tabTo(account);
      await keyboard.press('Enter');
      const disconnect = page.getByRole('button', { name: 'Disconnect…' });
      await expect(disconnect).toBeVisible();
      await keyboard.tabTo(disconnect);
      await keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await expect(dialog.getByRole('heading', { name: 'Disconnect Acme Robotics?' })).toBeFocused();
      await keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
      await expect(disconnect).toBeFocused();
      await keyboard.press('Enter');
      await keyboard.tabTo(dialog.getByRole('radio', { name: /Keep it/ }));
      await keyboard.press('ArrowDown');
      await expect(dialog.getByRole('radio', { name: /Delete it/ })).toBeChecked();
      await keyboard.tabTo(dialog.getByLabel('Type Acme Robotics to confirm'));
      await keyboard.type('Acme Robotics');
      await keyboard.press('Enter');
      await expect(dialog.getByRole('heading', { name: 'Disconnected and deleted' })).toBeFocused();
      await keyboard.tabTo(dialog.getByRole('button', { name: 'Done' }));
      await keyboard.press('Enter');
      await expect(page).toHaveURL(/\/assets\/openai$/);
      await expect(page.getByRole('heading', { level: 1, name: 'Assets' })).toBeFocused();
    });
  });
}

test('Tab stays inside the wizard in both directions, and Escape returns to what opened it', async ({ page }) => {
  const { keyboard, opener } = await toOpener(page);
  const wizard = new Wizard(page);
  await keyboard.press('Enter');
  await expect(wizard.heading('Create an admin key')).toBeFocused();
  const expectTrapped = async (): Promise<void> => {
    for (const press of ['Tab', 'Shift+Tab']) {
      for (let time = 0; time < 50; time += 1) {
        await keyboard.press(press);
        expect(await page.evaluate(() => document.activeElement!.closest('dialog') !== null), `${press} ${time}`).toBe(true);
      }
    }
  };
  await expectTrapped();
  await keyboard.tabTo(wizard.dialog.getByRole('button', { name: 'I have the key' }));
  await keyboard.press('Enter');
  await expect(wizard.heading('Admin key')).toBeFocused();
  await expectTrapped();
  await keyboard.press('Escape');
  await expect(wizard.dialog).toHaveCount(0);
  await expect(opener).toBeFocused();
});
