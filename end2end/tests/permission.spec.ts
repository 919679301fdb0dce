// What a user without Billing Profiles Admin sees: the reason, and no way around it.
import { test, expect, signIn, VIEWER } from '../support/test.js';

test('connecting needs Billing Profiles Admin: the pages say so and the server holds it', async ({ page, lens, refusals }) => {
  refusals.expect(403);
  await lens.addUser(VIEWER, 'cloud-analytics-user');
  await signIn(page, VIEWER);
  await expect(page.getByRole('main')).toContainText('Billing Profiles Admin');
  await page.goto('/lens');
  await expect(page.getByRole('main')).toContainText('Billing Profiles Admin');
  await page.goto('/connect');
  await expect(page.getByRole('dialog')).toContainText('Billing Profiles Admin');
  await expect(page.getByLabel('Admin key', { exact: true })).toHaveCount(0);

  const refused = await page.request.post('/api/v1/connection-drafts', { data: { admin_key: 'sk-admin-0123456789abcdefghij' } });
  expect(refused.status()).toBe(403);
  expect(await refused.json()).toMatchObject({ code: 'forbidden', needs: ['billing_profiles_admin'] });
});
