// The life of an account: renamed, given another key, paused, tested again, disconnected; and what needs attention is said everywhere.
import { test, expect, signIn, VIEWER } from '../support/test.js';
import { checkAccessible } from '../support/axe.js';
import { account, accountPage, importNow } from '../support/account.js';
import { connected } from '../support/connected.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';

test('an account is renamed, and a name that does not fit is refused in words', async ({ page }) => {
  await accountPage(page, 'small');
  await page.getByRole('button', { name: 'Rename' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Account name')).toBeFocused();
  await dialog.getByLabel('Account name').fill('   ');
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('Account name')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Account name').fill('Production EU');
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Production EU');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Production EU');
  expect((await account(page, 'Production EU')).organization.name).toBe('Acme Robotics');
});

test('a key is replaced by another one of the same organization, and what was imported stays', async ({ page, refusals }) => {
  refusals.expect(409);
  await accountPage(page, 'small');
  const before = await account(page, 'small');
  await page.getByRole('link', { name: 'Replace the key' }).click();
  const wizard = new Wizard(page);
  await expect(wizard.dialog).toContainText(`Replace the key of “small”`);
  await expect(wizard.dialog).toContainText(before.key.tail);
  await wizard.toKeyStep();
  await wizard.key.fill(key('small'));
  await wizard.test.click();
  await expect(wizard.dialog.getByRole('alert')).toContainText('This is the admin key that “small” already has.');
  await wizard.pasteAndTest(key('second'));
  await expect(wizard.check('Organization identified')).toContainText(/Acme Labs.*Acme Robotics/s);
  await expect(wizard.finish).toBeDisabled();
  await wizard.dialog.getByRole('button', { name: 'Replace the key' }).click();
  // A refresh keeps whose key it is that is replaced.
  await page.reload();
  await expect(wizard.dialog).toContainText(`Replace the key of “small”`);
  await wizard.pasteAndTest(key('small-second-key'));
  await expect(wizard.name).toHaveValue('small');
  await wizard.dialog.getByRole('button', { name: 'Replace the key' }).click();
  await expect(page).toHaveURL(new RegExp(`/assets/openai/${before.id}$`));
  await expect(page.getByRole('region', { name: 'About this account' })).not.toContainText(before.key.tail);
  const after = await account(page, 'small');
  expect(after.id).toBe(before.id);
  expect(after.key.tail).not.toBe(before.key.tail);
  expect(after.streams[0].rows).toBeGreaterThanOrEqual(before.streams[0].rows);
  await expect(page.getByRole('region', { name: 'About this account' })).toContainText(after.key.tail);
  await expect(page.getByRole('region', { name: 'About this account' })).toContainText(after.key.fingerprint);
});

test('a paused account imports nothing until it is resumed, in both tabs', async ({ page, context }) => {
  await accountPage(page, 'small');
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText('Paused', { exact: true }).first()).toBeVisible();
  await expect(importNow(page)).toBeDisabled();
  await expect(page.getByText('Resume the account to import.')).toBeVisible();
  expect((await account(page, 'small')).status.state).toBe('paused');
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByRole('button', { name: 'Resume' }).click();
  await expect(other.getByRole('button', { name: 'Pause' })).toBeVisible();
  // This tab does not know yet: a second resume is as good as the first.
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect.poll(async () => (await account(page, 'small')).status.state, { timeout: 20_000 }).toBe('healthy');
});

test('Home and the account say that a paused account imports nothing', async ({ page }) => {
  await accountPage(page, 'small');
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('region', { name: 'About this account' })).toContainText('No further import while the account is paused');
  await page.goto('/');
  const tile = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'OpenAI Lens' }) });
  await expect(tile).toContainText('No account is active');
  await expect(tile).not.toContainText('Healthy');
});

test('a test that is left behind does no harm', async ({ page }) => {
  await accountPage(page, 'small');
  const tested = page.waitForResponse((response) => response.url().endsWith('/test') && response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Test again' }).click();
  await page.getByRole('link', { name: 'OpenAI accounts' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Assets');
  await tested;
  await page.getByRole('link', { name: 'small', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Test', exact: true })).toContainText('The connection works.', { timeout: 20_000 });
});

test('a key is tested again while the list of checks fills', async ({ page }) => {
  await accountPage(page, 'small');
  const tests = page.getByRole('region', { name: 'Test', exact: true });
  await expect(tests).toContainText('tested when it was connected');
  await tests.getByRole('button', { name: 'Test again' }).click();
  await expect(tests).toContainText('The connection works.', { timeout: 20_000 });
  await expect(tests.getByRole('listitem')).toHaveCount(5);
  await expect(tests.getByRole('listitem').filter({ hasText: 'Key accepted' })).toContainText('passed');
  await page.reload();
  await expect(tests).toContainText(/The connection works. Tested .* by ada@example.com/);
});

test('disconnecting keeps the data until its deletion is confirmed by name', async ({ page, refusals }) => {
  refusals.expect(404);
  await accountPage(page, 'small');
  const { id, key: { tail } } = await account(page, 'small');
  await page.getByRole('button', { name: 'Disconnect…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('radio', { name: /Keep it/ })).toBeChecked();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Disconnect…' })).toBeFocused();
  await page.getByRole('button', { name: 'Disconnect…' }).click();
  await dialog.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await expect(dialog.getByRole('heading', { name: 'Disconnected' })).toBeFocused();
  await expect(dialog).toContainText(`revoke the key that ends with ${tail}`);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText('Disconnected', { exact: true }).first()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Connect again' })).toBeVisible();
  await expect(importNow(page)).toBeDisabled();
  await page.getByRole('link', { name: 'Open in the Lens' }).click();
  await expect(page.getByText(/^\$[1-9][\d,]*\.\d\d$/).first()).toBeVisible();

  await page.goto(`/assets/openai/${id}`);
  await page.getByRole('button', { name: 'Delete the data…' }).click();
  const typed = dialog.getByLabel('Type small to confirm');
  await typed.fill('smal');
  await dialog.getByRole('button', { name: 'Delete the data' }).click();
  await expect(typed).toHaveAttribute('aria-invalid', 'true');
  await typed.fill('small');
  await dialog.getByRole('button', { name: 'Delete the data' }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page).toHaveURL(/\/assets\/openai$/);
  await expect(page.getByText('No OpenAI account is connected yet')).toBeVisible();
  expect((await page.request.get(`/api/v1/connections/${id}`)).status()).toBe(404);
});

test('an account whose dialog is closed while it is disconnected is shown as it is then', async ({ page }) => {
  await accountPage(page, 'small');
  let answer = (): void => {};
  await page.route('**/disconnect', async (route) => {
    await new Promise<void>((resolve) => (answer = resolve));
    await route.continue();
  });
  const asked = page.waitForRequest(/\/disconnect$/);
  await page.getByRole('button', { name: 'Disconnect…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect', exact: true }).click();
  await asked;
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  answer();
  await expect(page.getByRole('link', { name: 'Connect again' })).toBeVisible();
  await expect(page.getByText('Disconnected', { exact: true }).first()).toBeVisible();
  await page.goto('/');
  await expect(page.getByText('no OpenAI account connected')).toBeVisible();
});

test('a disconnected account is brought back by a new key of its organization', async ({ page }) => {
  await accountPage(page, 'small');
  const { id } = await account(page, 'small');
  await page.getByRole('button', { name: 'Disconnect…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'Connect again' }).click();
  const wizard = new Wizard(page);
  await wizard.toKeyStep();
  await wizard.pasteAndTest(key('small-second-key'));
  await wizard.dialog.getByRole('button', { name: 'Replace the key' }).click();
  await expect(page).toHaveURL(new RegExp(`/assets/openai/${id}$`));
  await expect.poll(async () => (await account(page, 'small')).status.state, { timeout: 20_000 }).toBe('healthy');
});

test('what needs attention is said on Home, the Lens and Assets, with the way to the account and to a new key', async ({ page }) => {
  await connected(page, 'small', 'revoked-mid-run');
  const { id } = await account(page, 'revoked-mid-run');
  const renewal = new RegExp(`^/connect\\?.*renews=${id}`);
  for (const address of ['/', '/lens', `/lens?account=${id}`]) {
    await page.goto(address);
    const banner = page.getByRole('alert').filter({ hasText: 'revoked-mid-run' });
    await expect(banner).toContainText(/unknown, revoked or expired/);
    await expect(banner.getByRole('link', { name: 'Replace the key' })).toHaveAttribute('href', renewal);
    await banner.getByRole('link', { name: 'Open the account revoked-mid-run' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'revoked-mid-run' })).toBeVisible();
  }
  // Where each account has a row, it is said there and not once more above.
  await page.goto('/assets/openai');
  const row = page.getByRole('row').filter({ hasText: 'revoked-mid-run' });
  await expect(row).toContainText(/unknown, revoked or expired/);
  await expect(row.getByRole('link', { name: 'Replace the key' })).toHaveAttribute('href', renewal);
  await expect(page.getByRole('main').getByText(/unknown, revoked or expired/)).toHaveCount(1);
});

test('the Lens of one account says nothing of the others', async ({ page }) => {
  await connected(page, 'small', 'revoked-mid-run');
  const banner = page.getByRole('alert').filter({ hasText: 'revoked-mid-run' });
  await expect(banner).toHaveCount(1);
  await page.getByRole('combobox', { name: 'Account' }).selectOption({ label: 'small' });
  await expect(page).toHaveURL(/account=conn_/);
  await expect(banner).toHaveCount(0);
  await page.goBack();
  await expect(banner).toHaveCount(1);
});

test('what is wrong with several accounts alike is said once, with the way to each', async ({ page }) => {
  await connected(page, 'small', 'second');
  // The simulator has no day on which it cannot be reached: the answers say so of accounts that are real.
  const finding = { cause: { kind: 'unreachable' }, detail: 'OpenAI could not be reached.', remedy: 'Try again.', upstream_request_id: null };
  await page.route(/\/api\/v1\/connections(\?|$)/, async (route) => {
    const response = await route.fetch();
    const list = await response.json();
    for (const item of list.items) item.status = { state: 'degraded', finding };
    await route.fulfill({ response, json: list });
  });
  await page.goto('/');
  const banner = page.getByRole('status').filter({ hasText: 'OpenAI could not be reached.' });
  await expect(banner).toHaveCount(1);
  await expect(banner).toContainText('2 accounts');
  // Both were connected within a second: either may be first.
  expect((await banner.getByRole('link').allTextContents()).sort()).toEqual(['second', 'small']);
});

test('whoever manages assets pauses and no more; the server holds it', async ({ page, lens, browser, refusals }) => {
  refusals.expect(403);
  await lens.addUser(VIEWER, 'assets-manager');
  await accountPage(page, 'small');
  const other = await (await browser.newContext({ baseURL: lens.url })).newPage();
  await signIn(other, VIEWER);
  await other.goto(page.url());
  const manage = other.getByRole('region', { name: 'Manage this account' });
  await expect(manage).toContainText('Billing Profiles Admin');
  await expect(manage.getByRole('button')).toHaveText(['Pause']);
  await expect(other.getByRole('region', { name: 'Test', exact: true })).toHaveCount(0);
  const { id } = await account(other, 'small');
  for (const [path, data] of [['', { name: 'x' }], ['/test', undefined], ['/disconnect', { data: 'delete' }]] as const) {
    expect((await other.request.post(`/api/v1/connections/${id}${path}`, { data })).status()).toBe(403);
  }
});

test('every state of the life of an account is accessible in both themes and at both widths', async ({ page }) => {
  test.setTimeout(240_000);
  await accountPage(page, 'small');
  await page.getByRole('region', { name: 'Test', exact: true }).getByRole('button', { name: 'Test again' }).click();
  await expect(page.getByRole('region', { name: 'Test', exact: true })).toContainText('The connection works.', { timeout: 20_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await checkAccessible(page, 'paused, tested');
  await page.getByRole('button', { name: 'Rename' }).click();
  await checkAccessible(page, 'renaming');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Replace the key' }).click();
  await expect(page.getByRole('dialog')).toContainText('Replace the key of');
  await checkAccessible(page, 'replacing the key');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Disconnect…' }).click();
  await page.getByRole('dialog').getByRole('radio', { name: /Delete it/ }).check();
  await checkAccessible(page, 'disconnecting');
  await page.getByRole('dialog').getByRole('radio', { name: /Keep it/ }).check();
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect', exact: true }).click();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Done' })).toBeVisible();
  await checkAccessible(page, 'what is left to do');
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('link', { name: 'Connect again' })).toBeVisible();
  await checkAccessible(page, 'disconnected');
});
