// How long reports and cubes of the days before today take: node report.mjs URL EMAIL PASSWORD DAYS LABEL,LABEL…
import { day, figure, percentile, signedIn } from './api.mjs';

const [url, email, password, days, labels] = process.argv.slice(2);
const call = await signedIn(url, email, password);
const REPEATS = 7;
const all = [];

for (const label of labels.split(',')) {
  const took = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const start = performance.now();
    await call('POST', '/api/v1/reports/query', {
      metrics: ['cost', 'requests', 'tokens'],
      period: { kind: 'days', start: day(days), end: day(0) },
      group_by: [label],
    });
    took.push(performance.now() - start);
  }
  all.push(...took);
  figure(`report_${label}_us`, percentile(took, 50) * 1000);
}
figure('report_p95_us', percentile(all, 95) * 1000);

for (const back of [30, 365].filter((back) => back <= days)) {
  const start = performance.now();
  const bytes = await call.wire(`/api/v1/cube?start=${day(back)}&end=${day(0)}`);
  figure(`cube_${back}_ms`, performance.now() - start);
  figure(`cube_${back}_bytes`, bytes);
}
