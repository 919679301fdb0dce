// How long cubes of the days before today take, and how many bytes they have on the wire: node cube.mjs URL EMAIL PASSWORD DAYS…
import { day, figure, signedIn } from './api.mjs';

const [url, email, password, ...periods] = process.argv.slice(2);
const call = await signedIn(url, email, password);

for (const days of periods) {
  const start = performance.now();
  const bytes = await call.wire(`/api/v1/cube?start=${day(days)}&end=${day(0)}`);
  figure(`cube_${days}_ms`, performance.now() - start);
  figure(`cube_${days}_bytes`, bytes);
}
