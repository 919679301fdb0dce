// Each failure that OpenAI can give, by the simulator's sentinel keys: the cause, the remedy, and what is still possible.
import { test, expect, signIn } from '../support/test.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';

type Failure = { key: string; line: string; cause: RegExp; remedy: RegExp; requestId?: boolean };

const failures: Failure[] = [
  { key: 'invalid', line: 'Key accepted', cause: /unknown, revoked or expired/, remedy: /Admin keys/ },
  { key: 'revoked', line: 'Key accepted', cause: /unknown, revoked or expired/, remedy: /create a new one/ },
  { key: 'expired', line: 'Key accepted', cause: /unknown, revoked or expired/, remedy: /create a new one/ },
  { key: 'echo', line: 'Key accepted', cause: /unknown, revoked or expired/, remedy: /create a new one/ },
  { key: 'no-usage-scope', line: 'Usage readable', cause: /api\.usage\.read/, remedy: /Usage API Scope set to Read/ },
  { key: 'ip-refused', line: 'Key accepted', cause: /network address/, remedy: /allowlist/ },
  { key: 'rate-limited', line: 'Costs readable', cause: /rate/, remedy: /Wait/ },
  { key: 'rate-limited-no-retry-after', line: 'Costs readable', cause: /rate/, remedy: /Wait/ },
  { key: 'quota-exceeded', line: 'Costs readable', cause: /exceeded its quota/, remedy: /plan and the billing details/ },
  { key: 'server-error', line: 'Costs readable', cause: /error of its own \(status 500\)/, remedy: /Try again/ },
  { key: 'unavailable', line: 'Costs readable', cause: /error of its own \(status 503\)/, remedy: /Try again/ },
  { key: 'html', line: 'Costs readable', cause: /not one of OpenAI's Admin API/, remedy: /proxy/ },
  { key: 'truncated', line: 'Costs readable', cause: /not one of OpenAI's Admin API/, remedy: /proxy/ },
  { key: 'redirect', line: 'Costs readable', cause: /not one of OpenAI's Admin API/, remedy: /proxy/ },
  { key: 'hanging', line: 'Costs readable', cause: /did not answer in time/, remedy: /Try again/, requestId: false },
];

for (const failure of failures) {
  test(`a key of the kind “${failure.key}” fails with its cause and remedy`, async ({ page }) => {
    const wizard = await Wizard.testing(page, failure.key);
    const line = wizard.check(failure.line);
    await expect(line).toContainText(failure.cause, { timeout: 30_000 });
    await expect(line).toContainText(failure.remedy);
    if (failure.requestId !== false) await expect(line).toContainText(/req_[A-Za-z0-9_-]+/);
    await expect(wizard.finish).toBeDisabled();
    await expect(wizard.dialog.getByRole('button', { name: 'Try again' })).toBeVisible();
    await expect(wizard.dialog.getByRole('button', { name: 'Replace the key' })).toBeVisible();
    await expect(wizard.dialog.getByRole('link', { name: 'Open a support request' })).toBeVisible();
    await expect(page.locator('body')).not.toContainText(key(failure.key));
  });
}

test('a key without the optional scope warns, connects, and shows ids', async ({ page }) => {
  const wizard = await Wizard.testing(page, 'no-management-scope');
  await expect(wizard.check('Management readable')).toContainText(/api\.management\.read/);
  await wizard.finishAs('Production');
  await expect(page.getByText(/proj_/).first()).toBeVisible();
});

test.describe('a slow upstream', () => {
  // The words come after 2.5 s: long enough to be seen on a busy machine too.
  test.use({ lensOptions: { latencyMs: 6_000 } });

  test('is waited for, and said to be slow', async ({ page }) => {
    const wizard = await Wizard.testing(page, 'small');
    await expect(wizard.dialog).toContainText(/Still waiting for OpenAI/);
    await wizard.finishAs('Production');
  });
});

test('Try again passes once the upstream has recovered', async ({ page, lens }) => {
  const recover = await lens.loseUpstream();
  const wizard = await Wizard.testing(page, 'small');
  await expect(wizard.dialog).toContainText('OpenAI could not be reached', { timeout: 30_000 });
  await expect(wizard.finish).toBeDisabled();
  await recover();
  await wizard.dialog.getByRole('button', { name: 'Try again' }).click();
  await wizard.finishAs('Production');
});

test('a limit that is over within the wait that OpenAI names is waited out', async ({ page }) => {
  const wizard = await Wizard.testing(page, 'rate-limited-once');
  await wizard.finishAs('Production');
});

test('Replace the key goes back to an empty field and on with another key', async ({ page }) => {
  const wizard = await Wizard.testing(page, 'invalid');
  await wizard.dialog.getByRole('button', { name: 'Replace the key' }).click();
  await expect(wizard.key).toHaveValue('');
  await wizard.pasteAndTest(key('small'));
  await wizard.finishAs('Production');
});

test('costs that come late are said to be missing, not zero', async ({ page }) => {
  await signIn(page);
  await page.goto('/connect');
  await new Wizard(page).connect(key('late-costs'), 'Production');
  await expect(page.getByText(/Costs billed through/)).toBeVisible();
});

test('a key that is revoked during the import is said on Assets', async ({ page }) => {
  await signIn(page);
  await page.goto('/connect');
  await new Wizard(page).connect(key('revoked-mid-run'), 'Production');
  await page.goto('/assets/openai');
  const account = page.getByRole('row').filter({ hasText: 'Production' });
  await expect(account).toContainText(/Needs a new key/, { timeout: 30_000 });
  await account.getByRole('link', { name: 'Replace the key' }).click();
  await expect(page.getByRole('dialog').getByRole('heading', { name: 'Create an admin key' })).toBeVisible();
});

test('an empty organization is connected and says that there are no costs', async ({ page }) => {
  await signIn(page);
  await page.goto('/connect');
  await new Wizard(page).connect(key('empty'), 'Production');
  await expect(page.getByText('$0.00').first()).toBeVisible();
});

test('a failed test opens a support request that carries the diagnostics and not the key', async ({ page }) => {
  const wizard = await Wizard.testing(page, 'no-usage-scope');
  await wizard.dialog.getByRole('link', { name: 'Open a support request' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /support request/i })).toBeVisible();
  await expect(page.getByText(/api\.usage\.read/).first()).toBeVisible();
  await page.getByLabel('Message').fill(`It fails with ${key('no-usage-scope')}`);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText(/secret key/);
  await page.getByLabel('Message').fill('It fails although the scope is there.');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('link', { name: /e-mail/i })).toHaveAttribute('href', /^mailto:help@example\.com\?/);
  await expect(page.locator('body')).not.toContainText(key('no-usage-scope'));
  await page.goto('/support');
  await expect(page.getByRole('link', { name: /connect/i }).first()).toBeVisible();
});
