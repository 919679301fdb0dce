// The API of a running installation, for benchmarks without a browser.
import { readFile } from 'node:fs/promises';
import { get } from 'node:http';

/** One figure for `cargo xtask bench`, which reads lines of this form. */
export function figure(name, value) {
  console.log(`figure ${name} ${Math.round(value)}`);
}

/** Signs in, and returns a function that calls: `call(method, path, body)` gives the answer, whose body is read already. */
export async function signedIn(url, email, password) {
  const session = await send(url, 'POST', '/api/v1/session', { email, password });
  const cookie = session.headers.get('set-cookie').split(';')[0];
  const call = (method, path, body) => send(url, method, path, body, cookie);
  return Object.assign(call, { wire: (path) => wire(url + path, cookie) });
}

/** How many bytes an answer's body has on the wire, as a browser asks for it. */
function wire(address, cookie) {
  return new Promise((resolve, reject) => {
    const request = get(address, { headers: { cookie, 'accept-encoding': 'gzip, deflate, br' } }, (answer) => {
      let bytes = 0;
      answer.on('data', (part) => (bytes += part.length));
      answer.on('end', () => resolve(bytes));
    });
    request.on('error', reject);
  });
}

async function send(url, method, path, body, cookie) {
  const headers = { ...(cookie && { cookie }), ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${new TextDecoder().decode(bytes)}`);
  const text = () => new TextDecoder().decode(bytes);
  return { headers: answer.headers, text, json: () => JSON.parse(text()) };
}

/** User and system time of a process so far, in milliseconds. */
export async function cpu(id) {
  const [user, system] = (await readFile(`/proc/${id}/stat`, 'utf8')).split(') ')[1].split(' ').slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

/** The value below which so many hundredths of the numbers lie. */
export function percentile(numbers, hundredths) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * hundredths) / 100) - 1)];
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The day so many days before today, in UTC. */
export const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
