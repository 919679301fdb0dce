// A company with a provider of its own: the console is set up for it, and one account is left that has a password.
import { createServer } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { LensOptions } from './lens.js';
import { Child } from './process.js';

const PROVIDER = resolve(import.meta.dirname, '../provider/provider.mjs');
const SECRET = 'a secret: of this/test+alone';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Starts the provider, and says what a console needs to know of it. */
export async function startCompany(folder: string, more: Record<string, string> = {}): Promise<[Child, LensOptions]> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const [provider, ready] = await Child.start('node', [PROVIDER, 'lens', SECRET, `${url}/login/return`], {}, /ready at (http:\/\/\S+)/);
  const secretFile = join(folder, 'client-secret');
  await writeFile(secretFile, `${SECRET}\n`, { mode: 0o600 });
  const env = {
    OPENAI_LENS_LISTEN: new URL(url).host,
    OPENAI_LENS_PUBLIC_URL: url,
    OPENAI_LENS_OIDC_ISSUER: ready[1]!,
    OPENAI_LENS_OIDC_CLIENT_ID: 'lens',
    OPENAI_LENS_OIDC_CLIENT_SECRET_FILE: secretFile,
    OPENAI_LENS_OIDC_NAME: 'Analytical Engines',
    OPENAI_LENS_OIDC_SCOPES: 'openid email groups',
    OPENAI_LENS_OIDC_GROUP_MAP: 'lens-admins = billing-profiles-admin, users-manager; finops = cloud-analytics-user',
    ...more,
  };
  return [provider, { env }];
}
