// The app breaks, cannot start, or is outdated: an overlay or a notice with Reload in place of a dead page.
import { test, expect, signIn, ADMIN } from '../support/test.js';

test('a panic shows an overlay with Reload and is reported by its place in the source alone', async ({ page, lens }) => {
  await signIn(page);
  const reported = page.waitForRequest('**/api/v1/client-reports');
  // What the panic hook of the app sends: code that panics cannot be reached by a user.
  await page.evaluate(() => window.dispatchEvent(new CustomEvent('app-fault', { detail: ['panic', 'src/page/lens.rs:10:4'] })));
  const overlay = page.getByRole('alertdialog', { name: 'Something broke' });
  await expect(overlay).toBeVisible();
  const report = (await reported).postDataJSON();
  expect(Object.keys(report).sort()).toEqual(['build', 'kind', 'location']);
  expect(report).toMatchObject({ kind: 'panic', location: 'src/page/lens.rs:10:4' });
  await expect.poll(() => lens.log).toContain('src/page/lens.rs:10:4');
  await page.keyboard.press('Escape');
  await expect(overlay).toBeVisible();
  await overlay.getByRole('button', { name: 'Reload' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(overlay).toBeHidden();
});

test('an app that cannot start says so and offers Reload', async ({ page, context, refusals }) => {
  refusals.expectError(/CompileError/);
  await context.route('**/*_bg.wasm', (route) => route.fulfill({ status: 200, contentType: 'application/wasm', body: 'no wasm' }));
  await page.goto('/');
  await expect(page.getByRole('alertdialog', { name: 'The console did not start' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Reload' })).toBeVisible();
});

test('a new build of the server is offered, not forced', async ({ page }) => {
  await signIn(page);
  await page.route('**/api/v1/connections*', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, headers: { ...answer.headers(), 'x-build': '0123456789abcdef' } });
  });
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Assets' }).click();
  const notice = page.getByRole('status').filter({ hasText: 'The console was updated' });
  await expect(notice).toBeVisible();
  await page.unroute('**/api/v1/connections*');
  await notice.getByRole('button', { name: 'Reload' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Assets' })).toBeVisible();
  await expect(notice).toBeHidden();
});

test('a page whose code does not arrive says so, and opens once it does', async ({ page, refusals }) => {
  await signIn(page);
  refusals.expectError(/ERR_FAILED|Failed to fetch/);
  await page.route('**/split_other-*.wasm', (route) => route.abort());
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Support' }).click();
  const notice = page.getByRole('alert');
  await expect(notice).toContainText('The page could not be loaded');
  await page.unroute('**/split_other-*.wasm');
  await notice.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Support', level: 1 })).toBeFocused();
});

test('a page stands in its own style as soon as it is seen, and says so when that does not arrive', async ({ page, refusals }) => {
  refusals.expectError(/ERR_FAILED/);
  const styles: string[] = [];
  page.on('request', (request) => request.url().endsWith('.css') && styles.push(new URL(request.url()).pathname));
  await signIn(page);
  await expect(page.getByRole('link', { name: /OpenAI Lens/ }).first()).toBeVisible();
  expect(styles.filter((path) => /\/page-home-/.test(path))).toHaveLength(1);
  expect(styles.filter((path) => /\/page-(lens|report|connect)-/.test(path))).toEqual([]);

  await page.route('**/page-report-*.css', (route) => route.abort());
  const exports = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Exports' });
  await exports.click();
  const notice = page.getByRole('alert');
  await expect(notice).toContainText('The page could not be loaded');
  await page.unroute('**/page-report-*.css');

  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/page-report-*.css', async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest('**/page-report-*.css');
  await notice.getByRole('button', { name: 'Try again' }).click();
  await asked;
  await expect(page.getByText('Loading the page…')).toBeVisible();
  const heading = page.getByRole('heading', { name: 'Exports', level: 1 });
  await expect(heading).toHaveCount(0);
  release();
  await expect(heading).toBeFocused();
  expect(styles.filter((path) => /\/page-lens-/.test(path)), 'what has arrived is not asked for again').toHaveLength(1);
});

test('whoever leaves a page while something is sent finds the console at work', async ({ page }) => {
  await signIn(page);
  const toPeople = async () => {
    await page.getByRole('button', { name: `Account of ${ADMIN}` }).click();
    await page.getByRole('link', { name: 'People' }).click();
  };
  await toPeople();
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/api/v1/invitations', async (route) => {
    if (route.request().method() === 'POST') await held;
    await route.continue();
  });
  const asked = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/v1/invitations'));
  await page.getByRole('dialog').getByLabel('E-mail').fill('bob@example.com');
  await page.getByRole('dialog').getByRole('button', { name: 'Create the link' }).click();
  await asked;
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'People', level: 1 })).toHaveCount(0);
  const answered = page.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/api/v1/invitations'));
  release();
  expect((await answered).status()).toBe(201);
  await toPeople();
  await expect(page.getByText('bob@example.com')).toBeVisible();
});
