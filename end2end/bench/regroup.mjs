// How long a click that regroups or filters the facts takes until it is painted: node regroup.mjs URL EMAIL PASSWORD DAYS
// The installation has an organization with enough facts in so many days until yesterday, and as many in the days before.
import { figure, signedIn } from './browser.mjs';
import { day, percentile } from './api.mjs';

const [url, email, password, days] = process.argv.slice(2);
const ROUNDS = 9;
const LABELS = ['project', 'service', 'openai/api_key_name', 'operation', 'genai/user_email', 'genai/model'];
// A screen shows 60 frames a second, and a click waits for the next one however quick it was: what is measured is the work.
const NO_WAIT = ['--disable-frame-rate-limit', '--disable-gpu-vsync'];

/** Waits until what follows a change is painted too, as it is before a person's next click. */
function settled(page) {
  return page.evaluate(() => new Promise((resolve) => setTimeout(() => requestIdleCallback(resolve), 100)));
}

/**
 * Chooses what is split by, or clicks, and returns the milliseconds until the change was painted: until the task behind
 * the first frame in which the heading and the number of filters are no longer those of before.
 */
async function change(page, { choose, click }) {
  await settled(page);
  return page.evaluate(
    ({ choose, click }) =>
      new Promise((resolve) => {
        const shown = () => `${document.querySelector('#split').textContent} ${document.querySelectorAll('.filters li').length}`;
        const before = shown();
        const target = document.querySelector(click ?? 'select[aria-label="Split by"]');
        const start = performance.now();
        if (choose) {
          target.value = choose;
          target.dispatchEvent(new Event('change', { bubbles: true }));
        } else target.click();
        const frame = () =>
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => (shown() === before ? frame() : resolve(performance.now() - start));
            port2.postMessage(0);
          });
        frame();
      }),
    { choose, click },
  );
}

await signedIn(
  url,
  email,
  password,
  async (page) => {
    await page.goto(`${url}/lens?period=${day(days)}~${day(1)}`);
    const facts = page.locator('[data-facts]');
    await facts.waitFor({ timeout: 120_000 });
    figure('regroup_facts', Number(await facts.getAttribute('data-facts')));
    const wire = () => performance.getEntriesByType('resource').find(({ name }) => name.includes('/api/v1/cube')).encodedBodySize;
    figure('regroup_wire_bytes', await page.evaluate(wire));
    // What is compared with is regrouped too: it must be here.
    await page.waitForLoadState('networkidle');
    // Where a person has it who clicks on it.
    await page.evaluate(() => document.querySelector('section[aria-labelledby="split"]').scrollIntoView());
    const asked = [];
    page.on('request', (request) => request.url().includes('/api/') && asked.push(request.url()));
    const times = { regroup: [], filter: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const label of LABELS) {
        const regroup = await change(page, { choose: label });
        const filter = await change(page, { click: 'button[aria-label^="Leave out"]' });
        const back = await change(page, { click: 'button[aria-label^="Remove the filter"]' });
        // The first round warms up what the browser compiles.
        if (round > 0) {
          times.regroup.push(regroup);
          times.filter.push(filter, back);
        }
      }
    }
    if (asked.length > 0) throw new Error(`regrouping asked the server: ${asked.join(', ')}`);
    for (const [what, took] of Object.entries(times)) {
      figure(`${what}_p50_us`, Math.round(percentile(took, 50) * 1000));
      figure(`${what}_p95_us`, Math.round(percentile(took, 95) * 1000));
    }
  },
  NO_WAIT,
);
