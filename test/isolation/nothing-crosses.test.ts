import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PROGRAM = path.join(import.meta.dirname, 'run.ts');

test('nothing of a tenant reaches another, and each layer that keeps them apart is seen to count', async () => {
  const args = ['--no-warnings', PROGRAM, '--pairs', '600', '--prove'];
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((error) => error);
  expect(stdout.trimEnd().split('\n').at(-1), stdout).toBe('8 passed, 0 failed');
}, 300_000);
