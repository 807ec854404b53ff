/** Feast from the Python package index, in a virtual environment that later runs find again. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../test/services/cache-folder.ts';
import { findOnPath, runCommand } from '../../test/services/run-command.ts';

const FEAST_VERSION = '0.67.0';

export interface Feast {
  readonly python: string;
  readonly feast: string;
}

/** @param onInstall called before an installation, which takes a minute or two. @throws {Error} where Python is missing. */
export async function installFeast(onInstall: () => void): Promise<Feast> {
  const folder = cacheFolder(`feast-${FEAST_VERSION}`);
  const bin = path.join(folder, 'bin');
  const done = path.join(folder, 'installed');
  if (!existsSync(done)) {
    const python = findOnPath('python3');
    if (python === undefined)
      throw new Error('Feast’s server needs Python 3.10 or later on PATH as python3, and there is none.');
    onInstall();
    rmSync(folder, { recursive: true, force: true });
    await runCommand(python, ['-m', 'venv', folder]);
    await runCommand(path.join(bin, 'pip'), ['install', '-q', `feast[redis]==${FEAST_VERSION}`]);
    writeFileSync(done, '');
  }
  return { python: path.join(bin, 'python'), feast: path.join(bin, 'feast') };
}
