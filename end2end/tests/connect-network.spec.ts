// The wizard on bad networks: what is filled in stays, the page says what happened and what to do, and there is one account in the end.
import { test, expect, signIn } from '../support/test.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';
import type { Page, Route } from '@playwright/test';

const CREATE = '**/api/v1/connection-drafts';
const TEST = '**/connection-drafts/*/test';
const FINISH = '**/connection-drafts/*/finish';

const NAME = 'Production EU';
const CAUSE = 'The server did not answer.';
const REMEDY = 'Check your network connection, then try again.';

const GATEWAY = '<!doctype html><html><head><title>502</title></head><body><h1>502 Bad Gateway</h1></body></html>';

/** What can become of a call. */
const faults: Record<string, (route: Route) => Promise<void>> = {
  'a call reaches nobody': (route) => route.abort('connectionrefused'),
  'a reply is lost after the server has acted': async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  },
  'a gateway answers 502 with a page of its own': (route) => route.fulfill({ status: 502, contentType: 'text/html', body: GATEWAY }),
};

async function toKeyStep(page: Page): Promise<Wizard> {
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  await wizard.toKeyStep();
  return wizard;
}

async function expectOneAccount(page: Page): Promise<void> {
  const { items } = await (await page.request.get('/api/v1/connections')).json();
  expect(items.map((item: { name: string }) => item.name)).toEqual([NAME]);
}

const alert = (wizard: Wizard) => wizard.dialog.getByRole('alert').filter({ hasText: CAUSE });

for (const [what, fault] of Object.entries(faults)) {
  test(`at each step ${what}: nothing is lost, and trying again makes one account`, async ({ page, refusals }) => {
    refusals.expect(0, 502);
    const wizard = await toKeyStep(page);
    for (const call of [CREATE, TEST, FINISH]) await page.route(call, fault, { times: 1 });

    await wizard.key.fill(key('small'));
    await wizard.test.click();
    await expect(alert(wizard)).toContainText(REMEDY);
    await expect(wizard.key).toHaveValue(key('small'));
    await wizard.test.click();

    await expect(alert(wizard)).toContainText(REMEDY);
    await expect(wizard.dialog).toContainText('The server keeps your key for 30 minutes: nothing is lost.');
    await wizard.dialog.getByRole('button', { name: 'Try again' }).click();

    await expect(wizard.finish).toBeEnabled();
    await wizard.name.fill(NAME);
    await wizard.finish.click();
    await expect(alert(wizard)).toContainText(REMEDY);
    await expect(wizard.name).toHaveValue(NAME);
    await wizard.finish.click();
    await expect(page).toHaveURL(/\/lens/);
    await expectOneAccount(page);
  });
}

test('offline at each step, the wizard keeps what is filled in and goes on once there is a network', async ({ page, context, refusals }) => {
  refusals.expectError(/net::ERR_INTERNET_DISCONNECTED/);
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  await wizard.dialog.getByRole('checkbox').nth(2).check();
  await context.setOffline(true);
  await wizard.toKeyStep();
  await wizard.key.fill(key('small'));
  await wizard.test.click();
  await expect(alert(wizard)).toContainText(REMEDY);
  await expect(wizard.key).toHaveValue(key('small'));
  await wizard.dialog.getByRole('button', { name: 'Back' }).click();
  await expect(wizard.dialog.getByRole('checkbox').nth(2)).toBeChecked();
  await wizard.toKeyStep();
  await expect(wizard.key).toHaveValue(key('small'));

  await context.setOffline(false);
  await wizard.test.click();
  await expect(wizard.finish).toBeEnabled();
  await wizard.name.fill(NAME);
  await context.setOffline(true);
  await wizard.finish.click();
  await expect(alert(wizard)).toContainText(REMEDY);
  await expect(wizard.name).toHaveValue(NAME);

  // The step of the test again, with the key that is kept.
  await wizard.dialog.getByRole('button', { name: 'Back' }).click();
  await wizard.test.click();
  await expect(wizard.dialog).toContainText('The server keeps your key for 30 minutes: nothing is lost.');
  await context.setOffline(false);
  await wizard.dialog.getByRole('button', { name: 'Try again' }).click();
  await expect(wizard.finish).toBeEnabled();
  await expect(wizard.name).toHaveValue(NAME);
  await wizard.finish.click();
  await expect(page).toHaveURL(/\/lens/);
  await expectOneAccount(page);
});

test('an answer that takes half a minute is waited for at each step, in words', async ({ page }) => {
  await page.clock.install();
  const wizard = await toKeyStep(page);
  /** Holds every such call until they are let go: the page that is left may make one more. */
  const hold = async (call: string): Promise<() => void> => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await page.route(call, async (route) => {
      await held;
      await route.continue();
    });
    return letGo;
  };
  /** The step says that it waits within ten seconds, and still does after thirty. */
  const expectWords = async (words: RegExp): Promise<void> => {
    await page.clock.fastForward('00:10');
    await expect(wizard.dialog.getByRole('status').filter({ hasText: words })).toBeVisible();
    await page.clock.fastForward('00:20');
    await expect(wizard.dialog.getByRole('status').filter({ hasText: words })).toBeVisible();
  };
  let letGo = await hold(CREATE);
  await wizard.key.fill(key('small'));
  await wizard.test.click();
  await expect(wizard.test).toBeDisabled();
  await expectWords(/Still waiting for the server. The key is still in the field./);
  const letTestGo = await hold(TEST);
  letGo();
  await expect(wizard.heading('Test connection')).toBeVisible();
  await expectWords(/Still waiting for OpenAI/);
  letTestGo();
  await expect(wizard.finish).toBeEnabled();
  await wizard.name.fill(NAME);
  letGo = await hold(FINISH);
  await wizard.finish.click();
  await expect(wizard.finish).toBeDisabled();
  await expectWords(/Still waiting for the server. Nothing is lost/);
  letGo();
  await expect(page).toHaveURL(/\/lens/);
  await expectOneAccount(page);

  // The list of the accounts.
  letGo = await hold('**/api/v1/connections*');
  await page.goto('/assets/openai');
  await page.clock.fastForward('00:30');
  await expect(page.getByRole('status').filter({ hasText: /^Loading/ }).first()).toBeVisible();
  letGo();
  await expect(page.getByRole('row').filter({ hasText: NAME })).toBeVisible();
});
