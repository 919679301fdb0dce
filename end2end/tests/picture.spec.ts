// The pictures of the README, taken from the running product.
import { resolve } from 'node:path';
import { test, expect, signIn } from '../support/test.js';
import { Wizard } from '../support/wizard.js';
import { imported } from '../support/connected.js';
import { key } from '../support/keys.js';

const folder = process.env.PICTURES ?? resolve(import.meta.dirname, '../results/pictures');

test('the wizard and the Lens', async ({ page }) => {
  await signIn(page);
  await page.goto('/assets/openai');
  await page.getByRole('link', { name: 'Connect your account' }).first().click();
  const wizard = new Wizard(page);
  await expect(wizard.heading('Create an admin key')).toBeVisible();
  await page.screenshot({ path: `${folder}/wizard.png` });
  await wizard.connect(key('small'), 'Production');
  await expect(page.getByText(/Costs billed through/)).toBeVisible();
  await imported(page);
  await expect(page.getByText(/importing/i)).toHaveCount(0);
  await page.screenshot({ path: `${folder}/lens.png` });
});
