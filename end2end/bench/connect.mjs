// How long a user waits for Test connection, and from Finish to the first cost: node connect.mjs URL EMAIL PASSWORD
// The key comes from ADMIN_KEY.
import { signedIn, figure } from './browser.mjs';

const [url, email, password] = process.argv.slice(2);
const { ADMIN_KEY: key } = process.env;

/** Presses a button of the dialog, and returns the milliseconds until the aim is seen, looked for in every frame. */
function press(page, name, aim) {
  return page.evaluate(
    ([name, aim]) =>
      new Promise((resolve) => {
        const button = (name) => [...document.querySelectorAll('dialog[open] button')].find((button) => button.textContent.trim() === name);
        const finish = () => {
          const found = button('Finish');
          return found && !found.disabled && found.getAttribute('aria-disabled') !== 'true';
        };
        const cost = () => location.pathname.startsWith('/lens') && /\$[1-9][\d,]*\.\d\d/.test(document.querySelector('main')?.innerText ?? '');
        const isSeen = aim === 'finish' ? finish : cost;
        const start = performance.now();
        const look = () => (isSeen() ? resolve(Math.round(performance.now() - start)) : requestAnimationFrame(look));
        button(name).click();
        look();
      }),
    [name, aim],
  );
}

await signedIn(url, email, password, async (page) => {
  await page.goto(`${url}/connect`);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'I have the key' }).click();
  await dialog.getByLabel('Admin key', { exact: true }).fill(key);
  figure('test_connection_ms', await press(page, 'Test connection', 'finish'));
  figure('test_call_ms', await page.evaluate(() => Math.round(performance.getEntriesByType('resource').findLast(({ name }) => name.endsWith('/test')).duration)));
  await dialog.getByLabel('Account name').fill('Production');
  figure('finish_to_cost_ms', await press(page, 'Finish', 'cost'));
});
