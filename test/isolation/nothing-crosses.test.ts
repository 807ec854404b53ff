import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** As npm runs it. */
const LAUNCHER = path.resolve(import.meta.dirname, '../../src/cli/launch.cjs');

test('nothing of a tenant reaches another, and each layer that keeps them apart is seen to count', async () => {
  const args = ['--no-warnings', LAUNCHER, 'test:isolation', '--pairs', '600', '--prove'];
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((error) => error);
  expect(stdout.trimEnd().split('\n').at(-1), stdout).toBe('8 passed, 0 failed');
}, 300_000);
