// How long a click that regroups or filters the facts takes until it is painted: node regroup.mjs URL EMAIL PASSWORD [PERIOD]
// The installation has an organization with enough facts in the period, such as 2026-01-01~2026-11-23. Prints JSON.
import { signedIn } from './browser.mjs';

const [url, email, password, period = 'last-90'] = process.argv.slice(2);
const ROUNDS = 8;
const LABELS = ['project', 'service', 'openai/api_key_name', 'operation', 'genai/user_email', 'genai/model'];

/** Changes what is split by, and returns the milliseconds until the frame after the change was painted. */
function choose(page, label) {
  return page.evaluate(
    (label) =>
      new Promise((resolve) => {
        const menu = document.querySelector('select[aria-label="Split by"]');
        const start = performance.now();
        menu.value = label;
        menu.dispatchEvent(new Event('change', { bubbles: true }));
        // A task that a frame posts runs once that frame is painted.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(performance.now() - start);
          port2.postMessage(0);
        });
      }),
    label,
  );
}

await signedIn(url, email, password, async (page) => {
  await page.goto(`${url}/lens?period=${encodeURIComponent(period)}`);
  const panel = page.locator('[data-facts]');
  await panel.waitFor({ timeout: 120_000 });
  const cubeRows = Number(await panel.getAttribute('data-facts'));
  const cubeBytes = await page.evaluate(() => performance.getEntriesByType('resource').find(({ name }) => name.includes('/api/v1/cube')).encodedBodySize);
  // What is compared with is regrouped too: it must be here.
  await page.waitForLoadState('networkidle');
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const label of LABELS) {
      const time = await choose(page, label);
      // The first round warms up what the browser compiles.
      if (round > 0) times.push(time);
    }
  }
  times.sort((a, b) => a - b);
  const at = (share) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] * 10) / 10;
  console.log(JSON.stringify({ median_ms: at(0.5), p95_ms: at(0.95), cube_bytes: cubeBytes, cube_rows: cubeRows }));
});
