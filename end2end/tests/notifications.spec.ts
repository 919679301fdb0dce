// Notifications: what somebody is told of by e-mail, webhooks, and the log of what was sent. The mail server is a real
// one (aiosmtpd), and the receiver of webhooks a program of the test's own on loopback.
import { createHmac } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base, expect, signIn, ADMIN, VIEWER } from '../support/test.js';
import { checkAccessible } from '../support/axe.js';
import { Child, python } from '../support/process.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';
import type { Page } from '@playwright/test';

type Mail = { letters(): Promise<string[]>; env: Record<string, string> };
type Received = { id: string; body: { type: string }; signature: string; signed: string };

class Receiver {
  readonly seen: Received[] = [];
  status = 200;
  private constructor(private readonly server: Server, readonly url: string) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const receiver = new Receiver(server, `http://127.0.0.1:${address.port}/hook/T0K3N`);
    server.on('request', async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      const text = Buffer.concat(parts).toString();
      const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = request.headers;
      receiver.seen.push({ id: String(id), body: JSON.parse(text), signature: String(signature), signed: `${id}.${at}.${text}` });
      response.writeHead(receiver.status).end();
    });
    return receiver;
  }

  isSigned(message: Received, secret: string): boolean {
    const hmac = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'));
    return message.signature === `v1,${hmac.update(message.signed).digest('base64')}`;
  }

  stop(): void {
    this.server.close();
  }
}

const test = base.extend<{ mail: Mail; receiver: Receiver }>({
  mail: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'openai-lens-mail-'));
    const script = resolve(import.meta.dirname, '../../crates/courier/acceptance/mail_server.py');
    const [server, ready] = await Child.start(python(), [script, folder], {}, /ready (\d+)/);
    await writeFile(join(folder, 'password'), 'four words made up\n');
    await use({
      letters: async () => {
        const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'));
        return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
      },
      env: {
        OPENAI_LENS_SMTP_URL: `smtp://lens%40example.com@127.0.0.1:${ready[1]}`,
        OPENAI_LENS_SMTP_FROM: 'OpenAI Lens <lens@example.com>',
        OPENAI_LENS_SMTP_PASSWORD_FILE: join(folder, 'password'),
        OPENAI_LENS_SMTP_CA_FILE: join(folder, 'ca.pem'),
      },
    });
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  },
  receiver: async ({}, use) => {
    const receiver = await Receiver.start();
    await use(receiver);
    receiver.stop();
  },
  lensOptions: async ({ mail }, use) => use({ env: { ...mail.env, OPENAI_LENS_SIMULATED: 'yes' } }),
});

/** Makes a webhook and reads its secret, which is shown once. */
async function makeWebhook(page: Page, url: string): Promise<string> {
  await page.goto('/notifications');
  await page.getByRole('button', { name: 'New webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address').fill(url);
  await dialog.getByRole('button', { name: 'Create the webhook' }).click();
  await expect(dialog.getByRole('heading', { name: 'Copy the secret now' })).toBeFocused();
  const secret = await dialog.getByLabel('Signing secret').inputValue();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toHaveCount(0);
  expect(await page.content()).not.toContain(secret);
  return secret;
}

test('somebody chooses what to be told of, tries it, and gets the letter', async ({ page, mail }) => {
  await signIn(page);
  await page.goto('/profile');
  const section = page.getByRole('region', { name: 'Notifications' });
  await expect(section.getByText(`By e-mail to ${ADMIN}`)).toBeVisible();
  await expect(section.getByRole('checkbox', { name: /Key refused/ })).toBeChecked();
  await section.getByRole('checkbox', { name: /Import finished/ }).uncheck();
  await section.getByRole('button', { name: 'Save' }).click();
  await section.getByRole('button', { name: 'Send me a test' }).click();
  await expect(section.getByText('The test message was accepted')).toBeVisible();
  const [letter] = await mail.letters();
  expect(letter).toContain(`To: ${ADMIN}`);
  expect(letter).toMatch(/http:\/\/127\.0\.0\.1:\d+\/profile/);
  await page.reload();
  await expect(section.getByRole('checkbox', { name: /Import finished/ })).not.toBeChecked();
  await expect(section.getByRole('checkbox', { name: /Key refused/ })).toBeChecked();
  await checkAccessible(page, 'profile with notifications');
});

test('a webhook is made, told of a finished import with its signature, and removed', async ({ page, receiver }) => {
  test.setTimeout(120_000);
  await signIn(page);
  const secret = await makeWebhook(page, receiver.url);
  const line = page.getByRole('region', { name: 'Webhooks' }).getByRole('listitem');
  await expect(line).toContainText('http://127.0.0.1');
  expect(await page.content()).not.toContain('T0K3N');
  await page.getByRole('button', { name: /^Send a test to/ }).click();
  await expect(page.getByText('The test message was accepted')).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'This is a test message' })).toContainText('Delivered');
  const keep = page.getByRole('region', { name: 'Deliveries', exact: true }).getByRole('button', { name: 'Download CSV' });
  const [download] = await Promise.all([page.waitForEvent('download'), keep.click()]);
  const [, ...deliveries] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
  expect(deliveries).toHaveLength(1);
  for (const part of [',Test,', ',Webhook,http://127.0.0.1']) expect(deliveries[0]).toContain(part);

  await page.goto('/connect');
  await new Wizard(page).connect(key('small'), 'Acme');
  await expect.poll(() => receiver.seen.map(({ body }) => body.type), { timeout: 60_000 }).toContain('import_finished');
  expect(receiver.seen.every((message) => receiver.isSigned(message, secret))).toBe(true);
  await page.goto('/notifications');
  const rows = page.getByRole('row').filter({ hasText: 'all of its history is imported' });
  await expect(rows.filter({ hasText: 'Webhook' })).toContainText('Delivered');
  await expect(rows.filter({ hasText: ADMIN })).toContainText('Delivered');
  await checkAccessible(page, 'notifications');

  await page.getByRole('button', { name: /^Change http/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: /^On/ }).uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(line).toContainText('Off');
  await page.getByRole('button', { name: /^Change http/ }).click();
  await dialog.getByRole('button', { name: 'Remove…' }).click();
  await dialog.getByRole('button', { name: 'Remove for good' }).click();
  await expect(page.getByText('No webhooks yet.')).toBeVisible();
});

test('what is not taken says why, and is tried again on demand', async ({ page, receiver, refusals }) => {
  refusals.expect(422);
  await signIn(page);
  await page.goto('/notifications');
  await expect(page.getByText('Nothing has been sent yet.')).toBeVisible();
  await page.getByRole('button', { name: 'New webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address').fill('https://10.0.0.1/');
  await dialog.getByRole('button', { name: 'Create the webhook' }).click();
  await expect(dialog.getByText('this one leads into a private network')).toBeVisible();
  await expect(dialog.getByLabel('Address')).toBeFocused();
  await checkAccessible(page, 'a new webhook that is refused');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await makeWebhook(page, receiver.url);
  receiver.status = 500;
  await page.getByRole('button', { name: /^Send a test to/ }).click();
  await expect(page.getByRole('alert')).toContainText('The receiver answered with status 500.');
  const row = page.getByRole('row').filter({ hasText: 'This is a test message' });
  await expect(row).toContainText('Failed');
  await checkAccessible(page, 'a delivery that failed');
  receiver.status = 204;
  await row.getByRole('button', { name: /^Retry/ }).click();
  await expect(row).toContainText('Delivered', { timeout: 20_000 });
  expect(new Set(receiver.seen.map(({ id }) => id)).size, 'the same delivery each time').toBe(1);
});

test('who may not manage notifications is told whom to ask', async ({ page, lens }) => {
  await lens.addUser(VIEWER, 'cloud-analytics-user');
  await signIn(page, VIEWER);
  await page.goto('/notifications');
  await expect(page.getByText('This needs the permission Billing Profiles Admin.')).toBeVisible();
  await page.goto('/profile');
  const section = page.getByRole('region', { name: 'Notifications' });
  await expect(section.getByRole('checkbox', { name: /Import finished/ })).not.toBeChecked();
});
