// The main job: from each of the four entry points to Finish and the organization's costs.
import { test, expect, signIn } from '../support/test.js';
import { Wizard } from '../support/wizard.js';
import { key } from '../support/keys.js';
import { dollars, pico, sum } from '../support/money.js';
import type { Page } from '@playwright/test';

const entries: Record<string, (page: Page) => Promise<void>> = {
  'the OpenAI Lens tile on Home': async (page) => {
    await expect(page.getByRole('heading', { name: 'Manage and optimize cloud infrastructure with dashboards' })).toBeVisible();
    await page.getByRole('link', { name: /^OpenAI Lens/ }).last().click();
  },
  'the OpenAI Lens dashboard': async (page) => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'OpenAI Lens' }).click();
    await page.getByRole('main').getByRole('link', { name: 'Connect your account' }).click();
  },
  Assets: async (page) => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Assets' }).click();
    await page.getByRole('navigation', { name: 'Assets' }).getByRole('link', { name: /OpenAI/ }).click();
    await page.getByRole('main').getByRole('link', { name: 'Connect your account' }).first().click();
  },
  'a deep link': async (page) => {
    await page.goto('/connect');
  },
};

for (const [name, enter] of Object.entries(entries)) {
  test(`an organization is connected from ${name}`, async ({ page }) => {
    await signIn(page);
    await enter(page);
    await new Wizard(page).connect(key('small'), 'Production');

    await expect(page.getByRole('heading', { level: 1, name: 'OpenAI Lens' })).toBeVisible();
    await expect(page.getByText(/^\$[\d,]+\.\d\d$/).first()).toBeVisible();
  });
}

test('the Lens shows what OpenAI billed, to the cent and in every part', async ({ page, lens }) => {
  await signIn(page);
  await page.goto('/connect');
  await new Wizard(page).connect(key('small'), 'Production');
  const end = new Date();
  end.setUTCHours(24, 0, 0, 0);
  const start = new Date(end.getTime() - 30 * 86_400_000);
  const day = (date: Date) => date.toISOString().slice(0, 10);
  const costs = async () => (await page.request.get(`/api/v1/costs/daily?start=${day(start)}&end=${day(end)}`)).json();
  await expect.poll(async () => (await costs()).days.every((d: { coverage: string }) => d.coverage !== 'missing'), { timeout: 20_000 }).toBe(true);

  const answer = await costs();
  const billed = await fetch(
    `${lens.upstream}/v1/organization/costs?start_time=${start.getTime() / 1000}&end_time=${end.getTime() / 1000}&limit=180`,
    { headers: { authorization: `Bearer ${key('small')}` } },
  ).then((answer) => answer.text());
  const total = sum([...billed.matchAll(/"value":(-?[0-9.]+)/g)].map((match) => match[1]!));
  expect(pico(answer.total)).toBe(total);
  expect(sum(answer.days.map((d: any) => d.amount))).toBe(total);
  expect(sum(answer.projects.map((p: any) => p.amount))).toBe(total);
  expect(sum(answer.series.flatMap((s: any) => s.amounts))).toBe(total);

  await page.reload();
  await expect(page.getByText(dollars(total)).first()).toBeVisible();
  for (const { project, amount } of answer.projects.slice(0, 5)) {
    const row = page.getByRole('region', { name: 'Top projects' }).getByRole('listitem').filter({ hasText: project.name ?? 'Not assigned to a project' });
    await expect(row.first()).toContainText(dollars(pico(amount)));
  }
});

test('two organizations are connected one after the other and shown as two accounts', async ({ page }) => {
  await signIn(page);
  await page.goto('/connect');
  await new Wizard(page).connect(key('small'), 'Production');
  await page.goto('/assets/openai');
  await page.getByRole('link', { name: 'Connect your account' }).click();
  await new Wizard(page).connect(key('second'), 'Research');

  await page.goto('/assets/openai');
  await expect(page.getByRole('row').filter({ hasText: 'Production' })).toContainText('Acme Robotics');
  await expect(page.getByRole('row').filter({ hasText: 'Research' })).toContainText('Acme Labs');
});

test('a second key of a connected organization is refused with a link to the account', async ({ page, refusals }) => {
  refusals.expect(409);
  await signIn(page);
  await page.goto('/connect');
  await new Wizard(page).connect(key('small'), 'Production');

  await page.goto('/connect');
  const wizard = new Wizard(page);
  await wizard.toKeyStep();
  await wizard.key.fill(key('small'));
  await wizard.test.click();
  await expect(wizard.dialog).toContainText('already connected, as “Production”');
  await expect(wizard.dialog.getByRole('link', { name: /Production/ })).toBeVisible();

  await wizard.key.fill(key('small-second-key'));
  await wizard.test.click();
  await expect(wizard.check('Organization identified')).toContainText('already connected, as “Production”');
  await expect(wizard.finish).toBeDisabled();
  await wizard.dialog.getByRole('link', { name: /Production/ }).click();
  await expect(page).toHaveURL(/\/(assets|lens)/);
});
