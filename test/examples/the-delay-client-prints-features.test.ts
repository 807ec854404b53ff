import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExample, type RunningExample } from '../app/open-example.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');

let example: RunningExample;
beforeAll(async () => {
  example = await openExample();
}, 60_000);
afterAll(() => example?.close());

function runApp(
  apiKey: string,
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, ['examples/delay-client/main.ts', `${example.url}/graphql`], {
    cwd: REPOSITORY,
    env: { PATH: process.env.PATH, FEATUREGRAPH_API_KEY: apiKey },
  });
  return new Promise((resolve, reject) => {
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

describe('the example’s app', () => {
  it('prints the features of one departure and of a hundred, with their statuses', async () => {
    const { code, out, err } = await runApp(example.apiKey);
    expect(err).toBe('');
    expect(code).toBe(0);
    const [one, many] = out.split('100 departures') as [string, string];
    expect(one).toMatch(/^aircraft\.seats +149 +PRESENT$/m);
    expect(one).toMatch(/^originAirport\.wind +\{.*"speedMph":[\d.]+.*\} +PRESENT$/m);
    const rows = many.trim().split('\n').slice(2);
    expect(rows).toHaveLength(100);
    expect(rows.filter((row) => row.includes('NOT_FOUND')).length).toBeGreaterThan(5);
    expect(rows.filter((row) => /^B6727 +JFK-BQN +N608JB +200 +1 +-3 /.test(row))).toHaveLength(1);
    expect(many).not.toContain('no answer');
  });

  it('says what is wrong with its key', async () => {
    const { code, err } = await runApp('fgk_wrong');
    expect(code).not.toBe(0);
    expect(err).toContain('UNAUTHENTICATED');
  });
});
