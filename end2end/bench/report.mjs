// How long reports of the days before today take: node report.mjs URL EMAIL PASSWORD SERVER_PID DAYS LABEL
import { cpu, day, figure, percentile, signedIn } from './api.mjs';

const [url, email, password, serverId, days, label] = process.argv.slice(2);
const call = await signedIn(url, email, password);
const REPEATS = 10;
const question = {
  metrics: ['cost', 'requests', 'tokens'],
  period: { kind: 'days', start: day(days), end: day(0) },
  group_by: [label],
};

const took = [];
const before = await cpu(serverId);
for (let repeat = 0; repeat < REPEATS; repeat += 1) {
  const start = performance.now();
  await call('POST', '/api/v1/reports/query', question);
  took.push(performance.now() - start);
}
figure(`report_${label}_cpu_us`, (((await cpu(serverId)) - before) * 1000) / REPEATS);
figure(`report_${label}_us`, percentile(took, 50) * 1000);
figure(`report_${label}_p95_us`, percentile(took, 95) * 1000);
