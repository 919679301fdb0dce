// A certificate for this machine, and the authority that somebody has to trust who meets it.
import { join } from 'node:path';
import { python, run } from './process.js';

export type Identity = { certificate: string; privateKey: string; authority: string };

/** Makes the files in a folder, as PEM. */
export async function makeIdentity(folder: string): Promise<Identity> {
  await run(python(), ['-m', 'trustme', '--quiet', '--dir', folder, '--identities', '127.0.0.1'], {});
  const [certificate, privateKey, authority] = ['server.pem', 'server.key', 'client.pem'].map((name) => join(folder, name));
  return { certificate: certificate!, privateKey: privateKey!, authority: authority! };
}
