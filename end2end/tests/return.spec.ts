// Coming back: by a bookmark, by the browser's buttons, and out of its cache after somebody has signed out.
import { test, expect, signIn, ADMIN, VIEWER } from '../support/test.js';
import { connected, testedDraft } from '../support/connected.js';
import { Wizard } from '../support/wizard.js';

test('a bookmark of each step leads there after signing in, and nowhere for somebody else', async ({ page, browser, lens, refusals }) => {
  refusals.expect(404);
  await lens.addUser(VIEWER, 'billing-profiles-admin');
  await signIn(page);
  const [ready, failed] = [await testedDraft(page, 'small'), await testedDraft(page, 'no-usage-scope')];
  const steps: [address: string, heading: string][] = [
    ['/connect', 'Create an admin key'],
    ['/connect/key', 'Admin key'],
    [`/connect/key?draft=${ready}`, 'Admin key'],
    [`/connect/${failed}`, 'Test connection'],
    [`/connect/${ready}`, 'Finish'],
  ];
  for (const [address, heading] of steps) {
    const other = await browser.newContext({ baseURL: lens.url });
    const back = await other.newPage();
    await back.goto(address);
    await expect(back.getByLabel('E-mail')).toBeVisible();
    await signIn(back);
    await expect(back).toHaveURL(new RegExp(`${address.replace('?', '\\?')}$`));
    await expect(new Wizard(back).heading(heading), address).toBeVisible();
    await other.close();
  }
  const other = await browser.newContext({ baseURL: lens.url });
  const stranger = await other.newPage();
  await stranger.goto(`/connect/${ready}`);
  await expect(stranger.getByLabel('E-mail')).toBeVisible();
  await signIn(stranger, VIEWER);
  await expect(new Wizard(stranger).heading('Start again')).toBeVisible();
  await expect(stranger.locator('body')).not.toContainText('Acme Robotics');
  await other.close();
});

test('Back, Forward and a refresh at each step lead to the step of the address', async ({ page }) => {
  const wizard = await Wizard.testing(page, 'small');
  await expect(wizard.finish).toBeEnabled();
  await page.goBack();
  await expect(wizard.heading('Admin key')).toBeVisible();
  await page.goBack();
  await expect(wizard.heading('Create an admin key')).toBeVisible();
  await page.reload();
  await expect(wizard.heading('Create an admin key')).toBeVisible();
  await page.goForward();
  await expect(wizard.heading('Admin key')).toBeVisible();
  await page.reload();
  await expect(wizard.heading('Admin key')).toBeVisible();
  await page.goForward();
  await expect(wizard.finish).toBeEnabled();
  await page.reload();
  await wizard.finishAs('Production');
  // What is finished is not gone through again.
  await page.goBack();
  await expect(wizard.heading('Admin key')).toBeVisible();
  await expect(wizard.key).toHaveValue('');
  await expect(wizard.dialog.getByText(/is kept/)).toHaveCount(0);
  await page.goForward();
  await expect(page.getByRole('heading', { level: 1, name: 'OpenAI Lens' })).toBeVisible();
  await expect(wizard.dialog).toHaveCount(0);
});

test('a page out of the browser’s cache shows nothing of somebody who has signed out', async ({ page, context }) => {
  await connected(page, 'small');
  await expect(page.getByText(/^\$[\d,]+\.\d\d$/).first()).toBeVisible();
  // The browser of the tests keeps no pages: this is what one that does tells a page that it puts away and takes out.
  const tell = (what: string) => page.evaluate((what) => void dispatchEvent(new PageTransitionEvent(what, { persisted: true })), what);
  const isSeen = () => page.evaluate(() => document.documentElement.checkVisibility());
  expect(await isSeen()).toBe(true);
  await tell('pagehide');
  expect(await isSeen(), 'it is put away unseen').toBe(false);

  const other = await context.newPage();
  await other.goto('/');
  await other.getByRole('button', { name: `Account of ${ADMIN}` }).click();
  await other.getByRole('button', { name: 'Sign out' }).click();
  await expect(other.getByLabel('E-mail')).toBeVisible();

  const loaded = page.waitForEvent('load');
  await tell('pageshow');
  await loaded;
  await expect(page.getByLabel('E-mail')).toBeVisible();
  await expect(page.getByText(/^\$[\d,]+\.\d\d$/)).toHaveCount(0);
});
