// The second factor: set up with an app's code, asked for at signing in, required by the company, replaced by recovery codes.
import type { Page } from '@playwright/test';
import { test, expect, signIn, ADMIN, VIEWER } from '../support/test.js';
import { PASSWORD } from '../support/lens.js';
import { totp } from '../support/totp.js';
import { checkAccessible } from '../support/axe.js';

/** Sets one up where its form is on screen. Returns the secret and the recovery codes. */
async function setUp(page: Page): Promise<{ secret: string; codes: string[] }> {
  await page.getByLabel('Your password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Set up an app' }).click();
  await expect(page.getByRole('img', { name: 'QR code of the secret below' })).toBeVisible();
  const secret = await page.locator('code').first().innerText();
  await page.getByLabel('Code from the app').fill('000000');
  await page.getByRole('button', { name: 'Turn it on' }).click();
  await expect(page.getByText('The code is wrong, expired or already used.')).toBeVisible();
  await page.getByLabel('Code from the app').fill(totp(secret));
  await page.getByRole('button', { name: 'Turn it on' }).click();
  await expect(page.getByText('The second factor is on')).toBeVisible();
  const codes = await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allInnerTexts();
  expect(codes).toHaveLength(10);
  return { secret, codes };
}

/** Signs in with a code, as far as the code is right. */
async function signInWith(page: Page, email: string, code: string): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByLabel('Code')).toBeFocused();
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('signing in asks for a code of the app, takes none twice, and takes a recovery code once', async ({ page, browser, refusals }) => {
  refusals.expect(401, 422);
  await signIn(page);
  await page.goto('/profile');
  const { secret, codes } = await setUp(page);
  await page.getByRole('button', { name: 'I have saved them' }).click();
  await expect(page.getByText('10 recovery codes left')).toBeVisible();

  const elsewhere = async () => (await browser.newContext()).newPage();
  const phone = await elsewhere();
  // The code that set it up is used; the next half minute's is taken too, as clocks differ.
  const next = totp(secret, 1);
  await signInWith(phone, ADMIN, next);
  await expect(phone.getByRole('heading', { level: 1 })).not.toHaveText('Sign in');
  const other = await elsewhere();
  await signInWith(other, ADMIN, next);
  await expect(other.getByRole('alert')).toContainText('The code is wrong, expired or already used.');
  await other.getByLabel('Code').fill(codes[0]!.toUpperCase());
  await other.getByRole('button', { name: 'Sign in' }).click();
  await expect(other.getByRole('heading', { level: 1 })).not.toHaveText('Sign in');
  const third = await elsewhere();
  await signInWith(third, ADMIN, codes[0]!);
  await expect(third.getByRole('alert')).toContainText('The code is wrong, expired or already used.');
  await page.reload();
  await expect(page.getByText('9 recovery codes left')).toBeVisible();
});

test('what the company asks for is set up before anything else', async ({ page, browser, lens, refusals }) => {
  refusals.expect(403, 409, 422);
  await lens.addUser(VIEWER, 'cloud-analytics-user');
  const viewer = await (await browser.newContext()).newPage();
  await signIn(viewer, VIEWER);
  await viewer.goto('/reports');

  await signIn(page);
  await page.goto('/people');
  const rule = page.getByLabel('Who must use a second factor');
  await rule.selectOption({ label: 'Everybody' });
  await expect(page.getByText('Set up your own in your profile')).toBeVisible();
  await expect(rule).toHaveValue('nobody');
  await page.goto('/profile');
  await setUp(page);
  await page.goto('/people');
  await rule.selectOption({ label: 'Everybody' });
  await expect.poll(async () => (await (await page.request.get('/api/v1/sign-in-rules')).json()).second_factor).toBe('everybody');
  await checkAccessible(page, '/people, a second factor is required');

  // With the next step, wherever they are; the server holds it, and the app leads there.
  expect((await viewer.request.get('/api/v1/reports')).status()).toBe(403);
  await viewer.goto('/lens');
  await expect(viewer.getByRole('heading', { level: 1 })).toHaveText('Set up a second factor');
  await expect(viewer.getByRole('banner')).toHaveCount(0);
  await checkAccessible(viewer, 'a second factor is due');
  await setUp(viewer);
  await viewer.getByRole('button', { name: 'I have saved them' }).click();
  await expect(viewer).toHaveURL(/\/lens/);
  await expect(viewer.getByRole('heading', { level: 1 })).toHaveText('OpenAI Lens');
});
