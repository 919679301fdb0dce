// How long an organization takes to import, and what the API answers meanwhile:
// node import.mjs URL EMAIL PASSWORD KEY SIMULATOR SERVER_PID SIMULATOR_PID
import { cpu, day, figure, percentile, signedIn, sleep } from './api.mjs';

const [url, email, password, key, simulator, serverId, simulatorId] = process.argv.slice(2);
const call = await signedIn(url, email, password);

const draft = (await call('POST', '/api/v1/connection-drafts', { admin_key: key })).json();
await call('POST', `/api/v1/connection-drafts/${draft.id}/test`);
await fetch(`${simulator}/_simulator/requests`, { method: 'DELETE' });
const cpuBefore = [await cpu(serverId), await cpu(simulatorId)];
const start = performance.now();
const connection = (await call('POST', `/api/v1/connection-drafts/${draft.id}/finish`, { name: 'Large' })).json();
const costs = `/api/v1/costs/daily?start=${day(29)}&end=${day(-1)}`;
const view = `/api/v1/connections/${connection.id}`;

while (!/"(amount|total)":"[^"]*[1-9]/.test(new TextDecoder().decode((await call('GET', costs)).bytes))) await sleep(20);
figure('import_first_ms', performance.now() - start);

await load(['/api/v1/session', '/api/v1/connections', view, costs], 100, 30);

let shown;
do {
  await sleep(250);
  shown = (await call('GET', view)).json();
} while (shown.status.state === 'importing');
figure('import_ms', performance.now() - start);
if (shown.status.state !== 'healthy') throw new Error(`not imported: ${JSON.stringify(shown.status)}`);
figure('import_rows', shown.streams.reduce((sum, stream) => sum + stream.rows, 0));
const requests = await (await fetch(`${simulator}/_simulator/requests`)).text();
figure('import_calls', requests.split('\n').length);
figure('import_cpu_ms', (await cpu(serverId)) - cpuBefore[0]);
figure('simulator_cpu_ms', (await cpu(simulatorId)) - cpuBefore[1]);

/** Asks at fixed moments, whether or not the answers before have come, and counts from those moments on: an answer that
 * is late delays no question, and hides none. */
async function load(paths, perSecond, seconds) {
  const asked = [];
  const begun = performance.now() + 100;
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const due = begun + (n * 1000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    asked.push(call('GET', paths[n % paths.length]).then(() => performance.now() - due));
  }
  const took = await Promise.all(asked);
  figure('load_p50_us', percentile(took, 50) * 1000);
  figure('load_p99_us', percentile(took, 99) * 1000);
}
