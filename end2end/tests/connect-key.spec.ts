// The Admin key field: what is not an admin key is named before any call.
import { test, expect, signIn } from '../support/test.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';

const RANDOM = 'Zx81abcdefghijklmnopqrstuvwxyz0123456789';
const unfit: [string, string, RegExp][] = [
  ['a project key', `sk-proj-${RANDOM}`, /project key/],
  ['a service account key', `sk-svcacct-${RANDOM}`, /service account key/],
  ['a user key', `sk-${RANDOM}`, /user API key/],
  ["another provider's key", `sk-ant-${RANDOM}`, /Anthropic/],
  ['an organization id', 'org-7YbAcmeRobotics', /id of an organization/],
  ['a cut off key', 'sk-admin-abc', /cut off/],
  ['the shortened form of a list', 'sk-admin-************VuSa', /shortened form/],
  ['a key with a blank in the middle', `sk-admin-abc ${RANDOM}`, /middle/],
  ['a whole page', `sk-admin-${'x'.repeat(10_000)}`, /far longer/],
  ['an emoji', `sk-admin-${RANDOM}🙂`, /character/],
];

test('everything else than an admin key is named without a request', async ({ page, lens }) => {
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  await wizard.toKeyStep();
  const posts: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
  for (const [what, pasted, cause] of unfit) {
    await wizard.key.fill(pasted);
    await wizard.key.press('Enter');
    await expect(wizard.dialog.getByRole('alert'), what).toContainText(cause);
    await expect(wizard.key).toHaveAttribute('aria-invalid', 'true');
  }
  expect(posts).toEqual([]);
  expect(await lens.upstreamRequests()).toEqual([]);
});

test('a paste that is cut off is named at once, and somebody who types is let be', async ({ page }) => {
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  await wizard.toKeyStep();
  await wizard.key.fill('sk-admin-abcdef');
  await expect(wizard.dialog.getByRole('alert')).toContainText('cut off');
  await wizard.key.fill('');
  await wizard.key.pressSequentially('sk-admin-abcdef');
  await expect(wizard.key).toHaveValue('sk-admin-abcdef');
  await expect(wizard.dialog.getByRole('alert')).not.toContainText('cut off');
});

test('blanks and quotes around a key do no harm', async ({ page }) => {
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  await wizard.toKeyStep();
  await wizard.pasteAndTest(`  “${key('small')}”\u00a0`);
  await wizard.finishAs('Production');
});

test('the key is masked, can be revealed, and is masked again', async ({ page }) => {
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  await wizard.toKeyStep();
  await expect(wizard.key).toHaveAttribute('type', 'password');
  await wizard.key.fill(key('small'));
  await page.getByRole('button', { name: /show|reveal/i }).click();
  await expect(wizard.key).toHaveAttribute('type', 'text');
  await expect(wizard.key).toHaveAttribute('spellcheck', 'false');
  await page.getByRole('button', { name: /hide/i }).click();
  await expect(wizard.key).toHaveAttribute('type', 'password');
});

test('a late frame does not take the focus from a key that is being typed', async ({ page }) => {
  await signIn(page);
  await page.addInitScript(() => {
    const next = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) => next(() => setTimeout(() => callback(performance.now()), 800));
  });
  await page.goto('/connect');
  const wizard = new Wizard(page);
  await expect(wizard.heading('Create an admin key')).toBeFocused();
  await wizard.dialog.getByRole('button', { name: 'I have the key' }).click();
  await wizard.key.focus();
  await page.keyboard.type(key('small').slice(0, 20));
  // What the wizard asked for at this step is due before this.
  await page.evaluate(() => new Promise((due) => requestAnimationFrame(due)));
  await page.keyboard.type(key('small').slice(20));
  await expect(wizard.key).toHaveValue(key('small'));
});
