// How long an organization takes to import, and what the API answers meanwhile:
// node import.mjs URL EMAIL PASSWORD SIMULATOR SERVER_PID SIMULATOR_PID
// Keys come from ADMIN_KEY and OTHER_ADMIN_KEY.
import { cpu, day, figure, percentile, signedIn, sleep } from './api.mjs';

const [url, email, password, simulator, serverId, simulatorId] = process.argv.slice(2);
const { ADMIN_KEY: key, OTHER_ADMIN_KEY: otherKey } = process.env;
const call = await signedIn(url, email, password);
/** Longest time that anything is waited for, in milliseconds. */
const PATIENCE = 600_000;
/** What the second load is measured over. */
const COST_ROWS = 1_000_000;

const draft = (await call('POST', '/api/v1/connection-drafts', { admin_key: key })).json();
await call('POST', `/api/v1/connection-drafts/${draft.id}/test`);
await fetch(`${simulator}/_simulator/requests`, { method: 'DELETE' });
const cpuBefore = [await cpu(serverId), await cpu(simulatorId)];
const start = performance.now();
const connection = (await call('POST', `/api/v1/connection-drafts/${draft.id}/finish`, { name: 'Large' })).json();
const costs = `/api/v1/costs/daily?start=${day(29)}&end=${day(-1)}`;
const view = `/api/v1/connections/${connection.id}`;
const dashboard = ['/api/v1/session', '/api/v1/connections', view, costs];

await until(20, async () => /"(amount|total)":"[^"]*[1-9]/.test((await call('GET', costs)).text()));
figure('import_first_ms', performance.now() - start);

const early = await load(dashboard, 100, 30);
figure('load_p50_us', percentile(early, 50) * 1000);
figure('load_p99_us', percentile(early, 99) * 1000);

let shown;
const rows = () => shown.streams.find(({ stream }) => stream === 'costs').rows;
await until(250, async () => {
  shown = (await call('GET', view)).json();
  return rows() >= COST_ROWS || shown.status.state !== 'importing';
});
figure('late_cost_rows', shown.status.state === 'importing' ? rows() : 0);
const [late, saves] = await Promise.all([load(dashboard, 100, 30), save(2, 30)]);
figure('late_p50_us', percentile(late, 50) * 1000);
figure('late_p99_us', percentile(late, 99) * 1000);
figure('save_p99_us', percentile(saves, 99) * 1000);

await until(250, async () => {
  shown = (await call('GET', view)).json();
  return shown.status.state !== 'importing';
});
figure('import_ms', performance.now() - start);
if (shown.status.state !== 'healthy') throw new Error(`not imported: ${JSON.stringify(shown.status)}`);
figure('import_rows', shown.streams.reduce((sum, stream) => sum + stream.rows, 0));
const requests = await (await fetch(`${simulator}/_simulator/requests`)).text();
figure('import_calls', requests.split('\n').filter((line) => line).length);
figure('import_cpu_ms', (await cpu(serverId)) - cpuBefore[0]);
figure('simulator_cpu_ms', (await cpu(simulatorId)) - cpuBefore[1]);

/** Looks again and again until something is so. */
async function until(milliseconds, isSo) {
  const begun = performance.now();
  while (!(await isSo())) {
    if (performance.now() - begun > PATIENCE) throw new Error(`waited ten minutes in vain: ${isSo}`);
    await sleep(milliseconds);
  }
}

/** Does something at fixed moments, whether or not what was done before has come to its end, and counts from those
 * moments on: an answer that is late delays no question, and hides none. */
async function paced(perSecond, seconds, work) {
  const begun = performance.now() + 100;
  const done = [];
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const due = begun + (n * 1000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    done.push(work(n).then(() => performance.now() - due, (error) => error));
  }
  const took = await Promise.all(done);
  const failed = took.filter((took) => took instanceof Error);
  if (failed.length > 0) throw new Error(`${failed.length} of ${took.length} calls failed, the first: ${failed[0].message}`);
  return took;
}

function load(paths, perSecond, seconds) {
  return paced(perSecond, seconds, (n) => call('GET', paths[n % paths.length]));
}

/** Keeps keys as the wizard does; how long keeping one takes. What was kept is discarded. */
async function save(perSecond, seconds) {
  const kept = [];
  const took = await paced(perSecond, seconds, async () => {
    kept.push((await call('POST', '/api/v1/connection-drafts', { admin_key: otherKey })).json().id);
  });
  for (const id of kept) await call('DELETE', `/api/v1/connection-drafts/${id}`);
  return took;
}
