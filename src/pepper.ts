/** The secret that API keys are kept with. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from './config.ts';

const PEPPER_BYTES = 32;
const HEXADECIMAL = new RegExp(`^[0-9a-f]{${PEPPER_BYTES * 2}}$`, 'i');

/**
 * The secret that API keys are kept with: what the configuration gives, or one made in the data folder, which is
 * enough for programs that share it. Without it, what the store of tenants holds proves nothing.
 *
 * @throws Error that says what to do when it is not 32 bytes in hexadecimal.
 */
export async function readPepper(config: Config): Promise<Buffer> {
  if (config.identity.pepper !== null) return decode(config.identity.pepper, 'identity.pepperFile');
  const file = path.join(config.dataFolder, 'pepper');
  await mkdir(config.dataFolder, { recursive: true });
  // `wx`: of two processes that start at once one writes, and both read what it wrote.
  await writeFile(file, randomBytes(PEPPER_BYTES).toString('hex'), { mode: 0o600, flag: 'wx' }).catch(
    (error) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return decode((await readFile(file, 'utf8')).trim(), file);
}

function decode(text: string, where: string): Buffer {
  if (!HEXADECIMAL.test(text))
    throw new Error(
      `${where} has no pepper: expected ${PEPPER_BYTES} bytes as ${PEPPER_BYTES * 2} hexadecimal digits, such as \`openssl rand -hex ${PEPPER_BYTES}\` prints.`,
    );
  return Buffer.from(text, 'hex');
}
