// The wizard as a screen reader has it: the tree of each state, as reviewed in end2end/snapshots, and what is said when something happens.
import { test, expect, signIn } from '../support/test.js';
import { listen } from '../support/said.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';

const LOOKING = 'Looking up your connection draft…';
const GATEWAY = { status: 502, contentType: 'text/html', body: '<h1>502 Bad Gateway</h1>' };

test('each state of the wizard is the tree that was reviewed', async ({ page, refusals }) => {
  refusals.expect(404, 502);
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  const expectTree = (state: string): Promise<void> => expect(wizard.dialog.first()).toMatchAriaSnapshot({ name: `connect-${state}.aria.yml` });
  await expect(wizard.heading('Create an admin key')).toBeVisible();
  await expectTree('1-create-key');
  await wizard.toKeyStep();
  await expectTree('2-admin-key');
  await wizard.key.fill('sk-proj-0123456789abcdefghij0123456789');
  await wizard.key.press('Enter');
  await expect(wizard.dialog.getByRole('alert')).toContainText('project key');
  await expectTree('2-wrong-key');
  await wizard.pasteAndTest(key('no-usage-scope'));
  await expect(wizard.dialog.getByRole('button', { name: 'Replace the key' })).toBeVisible();
  await expectTree('3-failed');
  await wizard.dialog.getByRole('button', { name: 'Replace the key' }).click();
  await wizard.pasteAndTest(key('small'));
  await expect(wizard.finish).toBeEnabled();
  await expectTree('4-finish');
  await wizard.name.fill('  ');
  await wizard.finish.click();
  await expect(wizard.name).toHaveAttribute('aria-invalid', 'true');
  await expectTree('4-wrong-name');
  await page.route('**/finish', (route) => route.fulfill(GATEWAY), { times: 1 });
  await wizard.name.fill('Production');
  await wizard.finish.click();
  await expect(wizard.dialog.getByRole('alert')).toContainText('The server did not answer');
  await expectTree('4-no-server');
  await page.keyboard.press('Escape');
  await expect(wizard.dialog.getByRole('alertdialog')).toBeVisible();
  await expectTree('leaving');
  await page.goto('/connect/draft_00000000000000000000000000000000');
  await expect(wizard.heading('Start again')).toBeVisible();
  await expectTree('gone');
});

test('each error and each step is said once', async ({ page, refusals }) => {
  refusals.expect(502);
  const said = await listen(page);
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  /** Waits until as much is said, and holds that it is this; what is said once more later is one too many for the next. */
  const expectSaid = async (what: string, ...expected: (string | RegExp)[]): Promise<void> => {
    const all: string[] = [];
    // How long a test takes is the machine's.
    const more = async (): Promise<string[]> => (await said()).filter((text) => !text.startsWith('Still waiting'));
    await expect.poll(async () => all.push(...(await more())), what).toBeGreaterThanOrEqual(expected.length);
    expect(all, what).toEqual(expected.map((text) => (typeof text === 'string' ? text : expect.stringMatching(text))));
  };
  await expect(wizard.heading('Create an admin key')).toBeFocused();
  await said();
  await wizard.toKeyStep();
  await expectSaid('the second step', 'Step 2 of 4: Admin key');
  await wizard.key.fill('sk-proj-0123456789abcdefghij0123456789');
  await expectSaid('a key of another kind', /project key/);
  await wizard.key.press('Enter');
  await wizard.key.fill('');

  await page.route('**/api/v1/connection-drafts', (route) => route.fulfill(GATEWAY), { times: 1 });
  await wizard.key.fill(key('no-usage-scope'));
  await wizard.test.click();
  await expectSaid('no server for the key', /^The server did not answer\..* The key is still in the field\.$/);
  await wizard.test.click();
  await expectSaid('a test that fails', LOOKING, 'Step 3 of 4: Test connection', /^The test failed at: /);
  await wizard.dialog.getByRole('button', { name: 'Replace the key' }).click();
  await expectSaid('back at the second step', 'Step 2 of 4: Admin key');
  await wizard.key.fill(key('small'));
  await wizard.test.click();
  await expectSaid('a test that passes', LOOKING, 'Step 3 of 4: Test connection', 'The connection works. Name the account and select Finish.');
  await wizard.name.fill('  ');
  await wizard.finish.click();
  await expectSaid('a name that does not fit', /name/i);
  await wizard.name.fill('Production');
  await page.route('**/finish', (route) => route.fulfill(GATEWAY), { times: 1 });
  await wizard.finish.click();
  await expectSaid('no server for Finish', /^The server did not answer\./);
  await wizard.finish.click();
  await expect(page).toHaveURL(/\/lens/);
  expect((await said()).filter((text) => /did not answer/.test(text))).toEqual([]);
});
