// The simulator's admin keys, as it lists them itself: a name and the key.
import { execFileSync } from 'node:child_process';
import { SIMULATOR } from './lens.js';

const listed = new Map<string, string>(
  execFileSync(SIMULATOR, ['--list-keys'], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.match(/^(\S+)\s+(sk-\S+)/))
    .filter((match) => match !== null)
    .map((match) => [match[1]!, match[2]!]),
);

/** The key that the simulator lists under this name. */
export function key(name: string): string {
  const found = listed.get(name);
  if (!found) throw new Error(`the simulator lists no key ${name}; it lists ${[...listed.keys()].join(', ')}`);
  return found;
}

/** All names that the simulator lists. */
export const keyNames = [...listed.keys()];
