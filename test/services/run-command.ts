import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Longest that fetching one thing may take: a slow mirror is waited for, a dead one is not. */
const COMMAND_MAX_MS = 5 * 60_000;

/** Where a program is on PATH, or `undefined`. */
export function findOnPath(program: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}

export interface CommandOptions {
  /** Beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly maxMs?: number;
}

/** @returns what it printed. @throws {Error} with the end of its output when it fails. */
export function runCommand(
  program: string,
  args: readonly string[],
  cwd?: string,
  { env = {}, maxMs = COMMAND_MAX_MS }: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: maxMs,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', ...env },
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ${args[0]} ended with ${code}: ${output.trim().slice(-400)}`));
    });
  });
}

/** Installs Debian packages where that is possible: as root, with apt. @returns whether it was tried. */
export async function installDebianPackages(packages: readonly string[]): Promise<boolean> {
  if (process.getuid?.() !== 0 || findOnPath('apt-get') === undefined) return false;
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  try {
    await runCommand('apt-get', install);
  } catch {
    await runCommand('apt-get', ['update']); // the lists of a fresh image are empty
    await runCommand('apt-get', install);
  }
  return true;
}
