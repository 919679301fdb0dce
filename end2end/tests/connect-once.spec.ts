// Finish, as impatient people and bad networks press it: one account, every time.
import { test, expect, signIn } from '../support/test.js';
import { testedDraft } from '../support/connected.js';
import { long } from '../support/long.js';
import { Wizard } from '../support/wizard.js';
import type { Page, Route } from '@playwright/test';

const ROUNDS = long(3, 100);
const FINISH = '**/connection-drafts/*/finish';

/** Opens a draft in the wizard, at its last step. */
async function atFinish(page: Page, draft: string): Promise<Wizard> {
  await page.goto(`/connect/${draft}`);
  const wizard = new Wizard(page);
  await expect(wizard.finish).toBeEnabled();
  return wizard;
}

/** Deals with the next call to Finish, and with those after it no more. */
const onceAtFinish = (page: Page, handle: (route: Route) => Promise<void>) => page.route(FINISH, handle, { times: 1 });

const arrived = (page: Page): Promise<void> => expect(page).toHaveURL(/\/lens/);
const unanswered = (wizard: Wizard): Promise<void> => expect(wizard.dialog.getByRole('alert')).toContainText('The server did not answer.');

/** Each presses Finish more than once for one organization, and waits until every tab has its outcome. */
const ways: Record<string, (page: Page) => Promise<void>> = {
  'a double click': async (page) => {
    const wizard = await atFinish(page, await testedDraft(page, 'small'));
    await wizard.finish.dblclick();
    await arrived(page);
  },
  'Enter twice': async (page) => {
    const wizard = await atFinish(page, await testedDraft(page, 'small'));
    await wizard.name.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await arrived(page);
  },
  'two tabs with one draft': async (page) => {
    const draft = await testedDraft(page, 'small');
    const second = await page.context().newPage();
    const wizards = [await atFinish(page, draft), await atFinish(second, draft)];
    await Promise.all(wizards.map((wizard) => wizard.finish.click()));
    await Promise.all([arrived(page), arrived(second)]);
    await second.close();
  },
  'two tabs with a draft each': async (page) => {
    const second = await page.context().newPage();
    const drafts = [await testedDraft(page, 'small'), await testedDraft(page, 'small')];
    const wizards = [await atFinish(page, drafts[0]!), await atFinish(second, drafts[1]!)];
    await Promise.all(wizards.map((wizard) => wizard.finish.click()));
    // The one that comes second is told so, with the way to the account.
    const toAccount = (wizard: Wizard) => wizard.dialog.getByRole('alert').getByRole('link', { name: /^Open / });
    const outcome = async (wizard: Wizard): Promise<string> => {
      if (/\/lens/.test(wizard.page.url())) return 'arrived';
      return (await toAccount(wizard).isVisible()) ? 'told' : 'under way';
    };
    await expect.poll(async () => (await Promise.all(wizards.map(outcome))).sort()).toEqual(['arrived', 'told']);
    await second.close();
  },
  'another press after the reply was lost': async (page) => {
    const wizard = await atFinish(page, await testedDraft(page, 'small'));
    await onceAtFinish(page, async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    await wizard.finish.click();
    await unanswered(wizard);
    await wizard.finish.click();
    await arrived(page);
  },
  'another press after a timeout, while the first call still arrives': async (page) => {
    const wizard = await atFinish(page, await testedDraft(page, 'small'));
    await onceAtFinish(page, (route) => route.abort('timedout'));
    const late = page.waitForRequest(FINISH);
    await wizard.finish.click();
    await unanswered(wizard);
    const first = await late;
    await onceAtFinish(page, async (route) => {
      const [late] = await Promise.all([page.request.post(first.url(), { data: first.postDataJSON() }), route.continue()]);
      expect(late.status(), 'the late call').toBe(200);
    });
    await wizard.finish.click();
    await arrived(page);
  },
};

for (const [way, press] of Object.entries(ways)) {
  test(`Finish makes one account, every time: ${way}`, async ({ page, refusals }) => {
    test.setTimeout(30_000 + ROUNDS * 15_000);
    // The second of two drafts, and calls whose reply is lost.
    refusals.expect(409);
    refusals.expectError(/net::ERR_(CONNECTION_RESET|TIMED_OUT)/);
    await signIn(page);
    for (let round = 1; round <= ROUNDS; round += 1) {
      await press(page);
      const { items } = await (await page.request.get('/api/v1/connections')).json();
      expect(items, `round ${round}`).toHaveLength(1);
      // The organization is free again for the next round.
      const gone = await page.request.post(`/api/v1/connections/${items[0].id}/disconnect`, { data: { data: 'delete' } });
      expect(gone.status(), `round ${round}`).toBe(200);
    }
  });
}
