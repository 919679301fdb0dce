// Child processes of a test: started on a free port, ended by their own id, everything that they print is kept.
import { spawn, type ChildProcess } from 'node:child_process';

export class Child {
  readonly output: string[] = [];
  private constructor(private readonly child: ChildProcess, readonly name: string) {}

  /** Starts a program and waits for a line of its standard output that matches; the match is returned beside it. */
  static async start(
    program: string, args: string[], env: Record<string, string>, ready: RegExp,
  ): Promise<[Child, RegExpMatchArray]> {
    const child = spawn(program, args, { env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const started = new Child(child, program);
    const match = await new Promise<RegExpMatchArray>((resolve, reject) => {
      let isReady = false;
      const take = (chunk: Buffer) => {
        started.output.push(chunk.toString());
        const match = isReady ? null : started.output.join('').match(ready);
        isReady ||= match !== null;
        if (match) resolve(match);
      };
      child.stdout!.on('data', take);
      child.stderr!.on('data', take);
      child.once('error', (error) => reject(new Error(`${program} did not start: ${error.message}. Build it with: cargo build --workspace`)));
      child.once('exit', (code) => reject(new Error(`${program} ended with ${code}:\n${started.output.join('')}`)));
    });
    return [started, match];
  }

  get pid(): number {
    return this.child.pid!;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await ended;
  }
}

/** Runs a program to its end with a text on standard input; fails with its output when it fails. */
export async function run(program: string, args: string[], env: Record<string, string>, input = ''): Promise<string> {
  const child = spawn(program, args, { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  // Who reads no input may have ended before it is written. How it ended is asked for below.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

/** The Python that has the packages of the mail server's tests, certificates among them. */
export function python(): string {
  const python = process.env.MAIL_PYTHON;
  if (!python) throw new Error('MAIL_PYTHON: cargo xtask test --only browser sets it');
  return python;
}
