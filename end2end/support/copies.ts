// Copies of a secret, in whatever form, wherever files are.
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Every form in which a copy of a key could stand: itself, pieces, base64 in three alignments, hex, reversed. */
export function forms(secret: string): Buffer[] {
  const random = secret.replace('sk-admin-', '');
  const pieces = [];
  for (let at = 0; at + 20 <= random.length; at += 4) pieces.push(random.slice(at, at + 20));
  const base64 = [0, 1, 2].map((skip) => Buffer.from(random.slice(skip)).toString('base64').slice(4, 32));
  const texts = [secret, ...pieces, ...base64, Buffer.from(random).toString('hex'), Buffer.from(random).toString('hex').toUpperCase(), [...random].reverse().join('')];
  return texts.map((text) => Buffer.from(text));
}

/** The same in bytes and in UTF-16, in which browsers keep texts. */
export const wideForms = (secret: string): Buffer[] => forms(secret).flatMap((form) => [form, Buffer.from(form.toString(), 'utf16le')]);

/** Every file in a folder and the folders in it. */
export async function files(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  const paths = entries.map((entry) => join(folder, entry));
  const kinds = await Promise.all(paths.map(async (path) => (await lstat(path)).isFile()));
  return paths.filter((_, index) => kinds[index]);
}
