// Lighthouse on the pages of a signed-in user, and the largest paint on loopback: node lighthouse.mjs URL EMAIL PASSWORD
import lighthouse, { desktopConfig } from 'lighthouse';
import { signedIn, figure } from './browser.mjs';

const [url, email, password] = process.argv.slice(2);
const pages = { home: '/', assets: '/assets/openai', lens: '/lens' };

await signedIn(url, email, password, async (page, port) => {
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(url + path);
    await page.waitForLoadState('networkidle');
    const paint = await page.evaluate(
      () =>
        new Promise((resolve) =>
          new PerformanceObserver((list) => resolve(Math.round(list.getEntries().at(-1).startTime))).observe({
            type: 'largest-contentful-paint',
            buffered: true,
          }),
        ),
    );
    figure(`lcp_${name}_ms`, paint);
  }
  // Not for search engines: robots.txt tells them to stay away from a console behind a login.
  for (const [name, path] of Object.entries(pages)) {
    const result = await lighthouse(
      url + path,
      { port, disableStorageReset: true, output: 'json', logLevel: 'error', onlyCategories: ['performance', 'accessibility', 'best-practices'] },
      desktopConfig,
    );
    for (const [category, { score }] of Object.entries(result.lhr.categories)) figure(`${name}_${category}`, Math.round(score * 100));
    const found = Object.values(result.lhr.audits).filter((audit) => audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== 'informative');
    for (const audit of found) console.log(`      ${name}: ${audit.title}${audit.displayValue ? ` (${audit.displayValue})` : ''}`);
  }
});
