// Connects accounts of the simulator, each named after its key, with the calls of the wizard, and waits until nothing of them
// is left to import: node connect.mjs URL EMAIL PASSWORD NAME...
// Their keys come from ADMIN_KEYS, in the order of the names, with spaces between them.
import { signedIn, sleep } from '../bench/api.mjs';

/** Longest time that an import is waited for, in milliseconds. */
const PATIENCE = 120_000;

const [url, email, password, ...names] = process.argv.slice(2);
const keys = process.env.ADMIN_KEYS.split(' ');
const call = await signedIn(url, email, password);

for (const [at, name] of names.entries()) {
  const { id } = (await call('POST', '/api/v1/connection-drafts', { admin_key: keys[at] })).json();
  await call('POST', `/api/v1/connection-drafts/${id}/test`);
  await call('POST', `/api/v1/connection-drafts/${id}/finish`, { name });
}

const begun = performance.now();
for (let last = ''; last !== 'imported'; await sleep(250)) {
  const { items } = (await call('GET', '/api/v1/connections')).json();
  const unfinished = items.filter(({ status, history_known }) => ['connecting', 'importing'].includes(status.state) || (status.state === 'healthy' && !history_known));
  last = unfinished.length === 0 ? 'imported' : unfinished.map(({ name, status }) => `${name} is ${status.state}`).join(', ');
  if (performance.now() - begun > PATIENCE) throw new Error(`waited two minutes in vain: ${last}`);
  if (last === 'imported') console.log(items.map(({ name, status }) => `    ${name}: ${status.state}`).join('\n'));
}
