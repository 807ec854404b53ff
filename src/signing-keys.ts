import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from './config.ts';
import { createSigningKeys } from './tenancy/signed-context.ts';

/**
 * The keys that the configuration gives, or a pair kept in the data folder: enough for a gateway and subgraphs
 * that share it. Elsewhere each gets its own half.
 */
export async function signingKeys(
  config: Config,
): Promise<{ readonly privateKeyPem: string; readonly publicKeyPem: string }> {
  const { privateKeyPem, publicKeyPem } = config.signing;
  if (privateKeyPem !== null || publicKeyPem !== null) {
    return { privateKeyPem: privateKeyPem ?? '', publicKeyPem: publicKeyPem ?? '' };
  }
  const file = path.join(config.dataFolder, 'signing-keys.json');
  if (!existsSync(file)) {
    await mkdir(config.dataFolder, { recursive: true });
    // `wx`: of two processes that start at once one writes, and both read what it wrote.
    await writeFile(file, JSON.stringify(createSigningKeys()), { mode: 0o600, flag: 'wx' }).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  return JSON.parse(await readFile(file, 'utf8'));
}
