// How long a frame takes while a report's table of 100,000 rows is scrolled: node table.mjs URL EMAIL PASSWORD
import { figure, signedIn } from './browser.mjs';
import { percentile } from './api.mjs';

const [url, email, password] = process.argv.slice(2);
const ROWS = 100_000;
const STEPS = 300;

await signedIn(url, email, password, async (page) => {
  // The real answer, its rows repeated under other names: no organization has so many.
  await page.route('**/api/v1/reports/query', async (route) => {
    const answer = await route.fetch();
    const report = await answer.json();
    const own = report.rows.filter(({ labels }) => labels);
    const rows = Array.from({ length: ROWS }, (_, at) => {
      const row = own[at % own.length];
      return { ...row, labels: row.labels.map((label) => `${label} ${at}`) };
    });
    await route.fulfill({ response: answer, json: { ...report, rows } });
  });
  await page.goto(`${url}/reports/new?metrics=cost,tokens,requests&period=last_7_days&by=project&by=sku&view=table`);
  const frame = page.getByRole('region', { name: 'The report as a table' });
  await frame.getByRole('row').nth(2).waitFor({ timeout: 120_000 });
  const count = Number(await page.getByRole('table', { name: 'The report as a table' }).getAttribute('aria-rowcount'));
  if (count < ROWS) throw new Error(`the table has ${count} rows`);
  // From the scroll to the layout that shows the new rows: what the page adds to a frame.
  const times = await frame.evaluate(async (frame, steps) => {
    const times = [];
    for (let step = 0; step < steps; step += 1) {
      const start = performance.now();
      frame.scrollTop = step * 140;
      frame.dispatchEvent(new Event('scroll'));
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
      void frame.offsetHeight;
      times.push(performance.now() - start);
      await new Promise(requestAnimationFrame);
    }
    return times;
  }, STEPS);
  figure('table_p50_us', Math.round(percentile(times, 50) * 1000));
  figure('table_p95_us', Math.round(percentile(times, 95) * 1000));
});
