import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PROGRAM = path.join(import.meta.dirname, 'buffers-that-pass-program.ts');

async function collectionsWith(way: 'counted' | 'as node does'): Promise<number> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [PROGRAM, way]);
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as { collections: number }).collections;
}

test('Buffers of answers that pass make V8 look through its whole heap much less often than Node would', async () => {
  const counted = await collectionsWith('counted');
  expect(counted).toBeLessThan((await collectionsWith('as node does')) / 2);
});
