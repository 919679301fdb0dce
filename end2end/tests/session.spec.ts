// Set-up, signing in and out.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, expect, signIn, ADMIN } from '../support/test.js';
import { PASSWORD, SERVER } from '../support/lens.js';
import { Child } from '../support/process.js';

test('a wrong password is named without saying what is wrong, and the page stays usable', async ({ page, refusals }) => {
  refusals.expect(401);
  await page.goto('/login');
  await page.getByLabel('E-mail').fill(ADMIN);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('The e-mail address or the password is wrong.');
  await signIn(page);
});

test('a late frame does not take the focus from a password that is being typed', async ({ page }) => {
  await page.addInitScript(() => {
    const next = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) => next(() => setTimeout(() => callback(performance.now()), 800));
  });
  await page.goto('/login');
  const password = page.getByLabel('Password', { exact: true });
  await password.focus();
  await page.keyboard.type('correct horse');
  // What the page asked for when it came is due before this.
  await page.evaluate(() => new Promise((due) => requestAnimationFrame(due)));
  await page.keyboard.type(' battery staple');
  await expect(password).toHaveValue('correct horse battery staple');
  await expect(page.getByLabel('E-mail')).toHaveValue('');
});

test('a signed-out user comes back to the page that was asked for', async ({ page }) => {
  await page.goto('/assets/openai');
  await expect(page.getByLabel('E-mail')).toBeVisible();
  await signIn(page);
  await expect(page).toHaveURL(/\/assets\/openai/);
});

test('signing out ends the session for every page', async ({ page }) => {
  await signIn(page);
  await page.getByRole('button', { name: /account/i }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).or(page.getByRole('button', { name: 'Sign out' })).first().click();
  await expect(page.getByLabel('E-mail')).toBeVisible();
  expect((await page.request.get('/api/v1/connections')).status()).toBe(401);
});

test('the first run makes one user with the one-time token', async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'openai-lens-'));
  const env = { OPENAI_LENS_LISTEN: '127.0.0.1:0', OPENAI_LENS_DATA: folder, OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' };
  const [server, ready] = await Child.start(SERVER, ['serve'], env, /OpenAI Lens is ready at (http:\/\/\S+)/);
  await expect.poll(() => server.output.join('')).toMatch(/\/setup#token=\S+/);
  const link = server.output.join('').match(/(http:\/\/\S+\/setup#token=\S+)/)![1]!;
  await page.goto(link);
  await expect(page).not.toHaveURL(/token=/);
  await page.getByLabel('Company').fill('Acme Robotics');
  await page.getByLabel('E-mail').fill(ADMIN);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: /Create|Set up/ }).click();
  await expect(page.getByRole('main')).toContainText('Acme Robotics');
  expect((await page.request.post(`${ready[1]}/api/v1/setup`, { data: { token: 'x', tenant_name: 'x', email: 'x@y.z', password: 'x' } })).status()).toBe(404);
  await server.stop();
});
