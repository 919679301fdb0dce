// A disk that takes no more: each page says so and shows its figures, nothing that was typed is lost, and the console goes on by
// itself. What the server does on disks that are really full or broken is held by crates/server/tests/server/disk.rs.
import { test, expect } from '../support/test.js';
import { checkAccessible } from '../support/axe.js';
import { connected } from '../support/connected.js';
import { key } from '../support/keys.js';
import { run } from '../support/process.js';
import { Wizard } from '../support/wizard.js';

/** How long a file of the server's may become, in bytes, until told otherwise: its writes fail beyond that. */
const limitFiles = (pid: number, bytes: string) => run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], {});

test('while the disk takes nothing more every page says so, shows its figures, and loses nothing', async ({ page, lens, refusals }) => {
  refusals.expect(503);
  await connected(page, 'small');
  const cost = page.getByRole('region', { name: 'Cost', exact: true });
  const before = await cost.innerText();
  const navigation = page.getByRole('navigation', { name: 'Main' });
  const banner = page.getByRole('complementary', { name: 'Read-only for now' });
  await expect(banner).toHaveCount(0);
  await navigation.getByRole('link', { name: 'Support' }).click();
  await page.getByRole('link', { name: 'New support request' }).click();
  await page.getByLabel('Subject').fill('Room');
  await page.getByLabel('Message').fill('Is there any left?');
  await limitFiles(lens.serverPid, '4096');

  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('Read-only now');
  await expect(page.getByRole('alert')).toContainText('Ask the operator of this console to make the disk writable.');
  await expect(page.getByLabel('Message')).toHaveValue('Is there any left?');
  await expect(page.getByRole('status').filter({ has: banner })).toContainText('nothing can be changed or imported until the operator fixes it');
  await checkAccessible(page, 'read-only');
  for (const path of ['/', '/changes', '/reports', '/exports', '/reconciliation', '/assets/openai', '/people', '/profile', '/lens']) {
    await page.goto(path);
    await expect(banner, path).toBeVisible();
  }
  await expect(cost).toHaveText(before, { useInnerText: true });

  await page.goto('/connect');
  const wizard = new Wizard(page);
  await wizard.toKeyStep();
  await wizard.key.fill(key('archived'));
  await wizard.test.click();
  await expect(wizard.dialog.getByRole('alert')).toContainText(/cannot be written to.*The key is still in the field\./);
  await expect(wizard.key).toHaveValue(key('archived'));

  await limitFiles(lens.serverPid, 'unlimited');
  await expect(async () => {
    await wizard.test.click();
    await expect(wizard.heading('Test connection')).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(banner).toHaveCount(0);
  await wizard.finishAs();
});
