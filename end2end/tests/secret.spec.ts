// A canary key goes through the whole product; afterwards it is nowhere.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import config from '../playwright.config.js';
import { test, expect, signIn } from '../support/test.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';
import { imported } from '../support/connected.js';
import { MEMSCAN } from '../support/lens.js';
import { run } from '../support/process.js';
import { files, forms, wideForms } from '../support/copies.js';

// The log says more at this level than anybody lets it.
test.use({ lensOptions: { env: { OPENAI_LENS_LOG: 'trace' } } });

test('an admin key leaves no copy behind', async ({ page, context, lens, refusals }) => {
  refusals.expect(409, 422);
  test.setTimeout(120_000);
  const canaries = [key('small'), key('echo')];
  const answers: Buffer[] = [];
  const addresses: string[] = [];
  context.on('request', (request) => addresses.push(request.url()));
  context.on('response', async (response) => {
    answers.push(Buffer.from(JSON.stringify(response.headers())));
    answers.push(await response.body().catch(() => Buffer.alloc(0)));
  });
  const wizard = await Wizard.testing(page, 'echo');
  await expect(wizard.check('Key accepted')).toContainText(/unknown, revoked or expired/);
  await wizard.dialog.getByRole('link', { name: 'Open a support request' }).click();
  await page.goto('/connect');
  await wizard.toKeyStep();
  await wizard.pasteAndTest(key('small'));
  const afterTheField = await page.content();
  await wizard.finishAs('Production');
  await page.goto('/connect');
  await wizard.toKeyStep();
  await wizard.key.fill(key('small'));
  await wizard.test.click();
  await expect(wizard.dialog).toContainText('already connected');
  await page.goto('/assets/openai');
  await expect(page.getByRole('row').filter({ hasText: 'Production' })).toContainText('Healthy', { timeout: 30_000 });

  const storage = await page.evaluate(async () => JSON.stringify({
    local: { ...localStorage }, session: { ...sessionStorage }, history: history.state, databases: await indexedDB.databases(), caches: await caches.keys(),
  }));
  const places: [string, Buffer][] = [
    ...answers.map((answer, index) => [`answer ${index}`, answer] as [string, Buffer]),
    ['addresses', Buffer.from(addresses.join('\n'))],
    ['log', Buffer.from(lens.log)],
    ['browser storage', Buffer.from(storage)],
    ['the page after the key was posted', Buffer.from(afterTheField)],
    ['environment', await readFile(`/proc/${lens.serverPid}/environ`)],
    ['command line', await readFile(`/proc/${lens.serverPid}/cmdline`)],
  ];
  for (const path of await files(lens.folder)) places.push([path, await readFile(path)]);
  expect(places.length).toBeGreaterThan(20);
  // One comparison: thousands of them take minutes.
  const found = places.filter(([, bytes]) => canaries.flatMap(forms).some((form) => bytes.includes(form))).map(([place]) => place);
  expect(found, 'places with a form of a key').toEqual([]);
});

// TLS has buffers of its own. OpenAI is asked over it; a demo asks without.
for (const tls of [true, false]) {
  test.describe(tls ? 'over TLS' : 'without TLS', () => {
    test.use({ lensOptions: { tls } });

    test('within 15 seconds of its last use a key is nowhere in the memory of the server', async ({ page, lens }) => {
      test.setTimeout(90_000);
      await signIn(page);
      await page.goto('/connect');
      await new Wizard(page).connect(key('small'), 'Production');
      // As long as something is imported, the key is in use.
      await imported(page);
      // Buffers are wiped as they are freed, some of them with the idle connections to OpenAI, which are closed in rounds: a look
      // every three seconds sees when the last one is gone.
      await expect
        .poll(async () => JSON.parse(await run(MEMSCAN, [String(lens.serverPid)], {}, key('small'))), { timeout: 15_000, intervals: [3_000] })
        .toEqual({ full: 0, pieces: 0 });
    });
  });
}

test('a browser’s profile has no copy of a key that went through the wizard', async ({ lens, playwright }) => {
  test.setTimeout(120_000);
  // What is put there on purpose shows that a copy would be found.
  const planted = 'sk-admin-plantedQ7xV2mK9tR4wB8nL3cJ6';
  const profile = await mkdtemp(join(tmpdir(), 'openai-lens-profile-'));
  const context = await playwright.chromium.launchPersistentContext(profile, { ...config.use?.launchOptions, baseURL: lens.url });
  const [page] = context.pages();
  await signIn(page!);
  await page!.goto('/connect');
  await new Wizard(page!).connect(key('small'), 'Production');
  await imported(page!);
  await page!.evaluate((planted) => localStorage.setItem('planted', planted), planted);
  await context.close();

  const copies = await Promise.all((await files(profile)).map((path) => readFile(path)));
  const found = (secret: string): number => copies.filter((bytes) => wideForms(secret).some((form) => bytes.includes(form))).length;
  expect(found(planted), 'files with what was planted').toBeGreaterThan(0);
  expect(found(key('small')), `files with a form of the key, of ${copies.length}`).toBe(0);
  await rm(profile, { recursive: true });
});
