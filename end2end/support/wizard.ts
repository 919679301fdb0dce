// The wizard as a user works it: by roles and labels.
import { expect, type Locator, type Page } from '@playwright/test';
import { key } from './keys.js';
import { ADMIN, signIn } from './test.js';

export class Wizard {
  readonly dialog: Locator;
  readonly key: Locator;
  readonly test: Locator;
  readonly name: Locator;
  readonly finish: Locator;

  constructor(readonly page: Page) {
    this.dialog = page.getByRole('dialog');
    this.key = this.dialog.getByLabel('Admin key', { exact: true });
    this.test = this.dialog.getByRole('button', { name: 'Test connection' });
    this.name = this.dialog.getByLabel('Account name');
    this.finish = this.dialog.getByRole('button', { name: 'Finish' });
  }

  /** Signs in and goes from the first step to the test of one of the simulator's keys. */
  static async testing(page: Page, name: string, email = ADMIN): Promise<Wizard> {
    await signIn(page, email);
    await page.goto('/connect');
    const wizard = new Wizard(page);
    await wizard.toKeyStep();
    await wizard.pasteAndTest(key(name));
    return wizard;
  }

  heading(name: string): Locator {
    return this.dialog.getByRole('heading', { name });
  }

  /** The line of a check in the Test connection list. */
  check(name: string): Locator {
    return this.dialog.getByRole('listitem').filter({ hasText: name });
  }

  async toKeyStep(): Promise<void> {
    await expect(this.heading('Create an admin key')).toBeVisible();
    await this.dialog.getByRole('button', { name: 'I have the key' }).click();
    await expect(this.key).toBeVisible();
  }

  async pasteAndTest(key: string): Promise<void> {
    await this.key.fill(key);
    await this.test.click();
    await expect(this.heading('Test connection')).toBeVisible();
  }

  async finishAs(name?: string): Promise<void> {
    await expect(this.finish).toBeEnabled({ timeout: 20_000 });
    if (name) await this.name.fill(name);
    await this.finish.click();
    await expect(this.page).toHaveURL(/\/lens/);
  }

  /** From the first step to the Lens. */
  async connect(key: string, name?: string): Promise<void> {
    await this.toKeyStep();
    await this.pasteAndTest(key);
    await this.finishAs(name);
  }
}
