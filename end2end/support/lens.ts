// A whole installation for one test: the simulator of OpenAI's Admin API, the real server on an embedded database in
// a folder of its own, and users.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { makeIdentity } from './identity.js';
import { Child, run } from './process.js';

/** Where the programs are that are tested: cargo's debug build, or that of another profile. */
const PROGRAMS = process.env.PROGRAMS ?? resolve(import.meta.dirname, '../../target/debug');
export const SERVER = join(PROGRAMS, 'openai-lens');
export const SIMULATOR = join(PROGRAMS, 'openai-simulator');
export const MEMSCAN = join(PROGRAMS, 'memscan');

export const PASSWORD = 'correct horse battery staple';

/** One line of the simulator's request log. */
export type UpstreamRequest = { method: string; path: string; query?: string; key: string; status: number };

export type LensOptions = {
  latencyMs?: number;
  env?: Record<string, string>;
  /** Whether OpenAI is asked by HTTPS, as the real one is. */
  tls?: boolean;
};

export class Lens {
  private constructor(
    readonly url: string,
    readonly upstream: string,
    readonly folder: string,
    private server: Child,
    private simulator: Child,
    private readonly env: Record<string, string>,
  ) {}

  static async start(options: LensOptions = {}): Promise<Lens> {
    const folder = await mkdtemp(join(tmpdir(), 'openai-lens-'));
    const identity = options.tls ? await makeIdentity(folder) : undefined;
    const flags = identity ? ['--certificate', identity.certificate, '--private-key', identity.privateKey] : [];
    const [simulator, upstream] = await Lens.upstreamAt('0', ['--latency-ms', String(options.latencyMs ?? 0), ...flags]);
    const env = {
      OPENAI_LENS_LISTEN: '127.0.0.1:0',
      OPENAI_LENS_DATA: folder,
      OPENAI_BASE_URL: `${upstream}/v1`,
      OPENAI_LENS_SUPPORT_EMAIL: 'help@example.com',
      RUST_BACKTRACE: 'full',
      ...(identity ? { SSL_CERT_FILE: identity.authority } : {}),
      ...options.env,
    };
    const [server, url] = await Child.start(SERVER, ['serve'], env, /OpenAI Lens is ready at (http:\/\/\S+)/);
    return new Lens(url[1]!, upstream, folder, server, simulator, env);
  }

  private static async upstreamAt(port: string, flags: string[]): Promise<[Child, string]> {
    const [simulator, at] = await Child.start(SIMULATOR, ['--port', port, ...flags], {}, /https?:\/\/127\.0\.0\.1:\d+/);
    return [simulator, at[0]];
  }

  get serverPid(): number {
    return this.server.pid;
  }

  /** Everything that server and simulator have printed. */
  get log(): string {
    return this.server.output.join('');
  }

  async addUser(email: string, ...permissions: string[]): Promise<void> {
    const flags = permissions.flatMap((permission) => ['--permission', permission]);
    await run(SERVER, ['user', 'add', '--email', email, ...flags, '--password-stdin'], this.env, PASSWORD);
  }

  /** Kills the server as a power cut would, and starts it again at the same address. */
  async crashAndRestart(): Promise<void> {
    await this.server.stop('SIGKILL');
    const listen = new URL(this.url).host;
    [this.server] = await Child.start(SERVER, ['serve'], { ...this.env, OPENAI_LENS_LISTEN: listen }, /OpenAI Lens is ready at/);
  }

  /** Takes OpenAI away; the answer brings it back at the same address, with what it was asked so far forgotten. */
  async loseUpstream(): Promise<() => Promise<void>> {
    await this.simulator.stop();
    return async () => {
      [this.simulator] = await Lens.upstreamAt(new URL(this.upstream).port, []);
    };
  }

  async upstreamRequests(): Promise<UpstreamRequest[]> {
    const lines = await this.askUpstream('/_simulator/requests');
    return lines.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  private async askUpstream(path: string): Promise<string> {
    const authority = this.env.SSL_CERT_FILE;
    if (!authority) return (await fetch(this.upstream + path)).text();
    const ca = await readFile(authority);
    return new Promise((resolve, reject) => {
      get(this.upstream + path, { ca }, (answer) => text(answer).then(resolve, reject)).once('error', reject);
    });
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.simulator.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
