// Asking for a permission where it is missing, and what a Users Manager makes of it.
import { test, expect, signIn, VIEWER } from '../support/test.js';
import { checkAccessible } from '../support/axe.js';

test('somebody asks where the permission is missing, sees how it stands, and has it once it is granted', async ({ page, browser, lens, refusals }) => {
  refusals.expect(403);
  await lens.addUser(VIEWER, 'support-requester');
  const viewer = await (await browser.newContext()).newPage();
  await signIn(viewer, VIEWER);
  await viewer.goto('/lens');
  await viewer.getByRole('link', { name: 'Request access' }).click();
  await expect(viewer.getByRole('heading', { level: 1 })).toHaveText('Access');
  await expect(viewer.getByRole('combobox', { name: 'Permission' })).toHaveValue('cloud-analytics-user');
  await viewer.getByLabel('Reason').fill('For the report of the month');
  await viewer.getByRole('button', { name: 'Request access' }).click();
  const standing = viewer.getByRole('listitem').filter({ hasText: 'Cloud Analytics User' });
  await expect(standing).toContainText('Requested on');
  await expect(viewer.getByRole('combobox', { name: 'Permission' }).locator('option', { hasText: 'Cloud Analytics User' })).toHaveCount(0);
  await viewer.reload();
  await expect(standing).toContainText('Requested on');
  await viewer.getByRole('combobox', { name: 'Permission' }).selectOption({ label: 'Assets Manager' });
  await expect(viewer).toHaveURL(/permission=assets-manager/);
  await viewer.getByRole('button', { name: 'Request access' }).click();
  await expect(viewer.getByRole('listitem').filter({ hasText: 'Assets Manager' })).toContainText('Requested on');
  await checkAccessible(viewer, '/access');

  await signIn(page);
  await page.goto('/people');
  const requests = page.getByRole('region', { name: 'Requests for access' });
  await expect(requests.getByRole('listitem')).toHaveCount(2);
  await expect(requests).toContainText('“For the report of the month”');
  await checkAccessible(page, '/people with requests');
  await requests.getByRole('button', { name: `Grant Cloud Analytics User to ${VIEWER}` }).click();
  await expect(page.getByRole('row').filter({ hasText: VIEWER })).toContainText('Cloud Analytics User');
  await requests.getByRole('button', { name: `Decline Assets Manager for ${VIEWER}` }).click();
  await expect(requests).toContainText('There are no open requests.');

  await viewer.reload();
  await expect(standing).toContainText('You have it');
  await expect(viewer.getByRole('listitem').filter({ hasText: 'Assets Manager' })).toContainText('Declined on');
  await viewer.goto('/lens');
  await expect(viewer.getByText('A permission is missing')).toHaveCount(0);
});
