// A canary key goes through the whole product; afterwards it is nowhere.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test, expect, signIn } from '../support/test.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';
import { imported } from '../support/connected.js';
import { MEMSCAN } from '../support/lens.js';
import { run } from '../support/process.js';

/** Every form in which a copy of a key could stand: itself, pieces, base64 in three alignments, hex, reversed. */
function forms(secret: string): Buffer[] {
  const random = secret.replace('sk-admin-', '');
  const pieces = [];
  for (let at = 0; at + 20 <= random.length; at += 4) pieces.push(random.slice(at, at + 20));
  const base64 = [0, 1, 2].map((skip) => Buffer.from(random.slice(skip)).toString('base64').slice(4, 32));
  const texts = [secret, ...pieces, ...base64, Buffer.from(random).toString('hex'), Buffer.from(random).toString('hex').toUpperCase(), [...random].reverse().join('')];
  return texts.map((text) => Buffer.from(text));
}

async function files(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  const paths = entries.map((entry) => join(folder, entry));
  const kinds = await Promise.all(paths.map(async (path) => (await stat(path)).isFile()));
  return paths.filter((_, index) => kinds[index]);
}

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
  await signIn(page);
  await page.goto('/connect');
  const wizard = new Wizard(page);
  await wizard.toKeyStep();
  await wizard.pasteAndTest(key('echo'));
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
  for (const canary of canaries) {
    for (const form of forms(canary)) {
      for (const [place, bytes] of places) expect(bytes.includes(form), `a form of the key is in ${place}`).toBe(false);
    }
  }
});

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
