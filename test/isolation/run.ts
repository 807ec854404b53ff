/**
 * `npm run test:isolation`: pairs of concurrent requests of two tenants, and whether anything of one reached the other.
 * `--pairs 100000`, `--seed n`; `--without <layer>` takes the namespace or tenant out of one layer's key; `--prove` shows
 * for each layer that this is seen. The last line is the count.
 */
import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { LAYERS, type LayerName, takeAway } from './layers.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    without: { type: 'string' },
    prove: { type: 'boolean', default: false },
    // Told, because the launcher has a channel to its programs, too.
    apart: { type: 'boolean', default: false },
  },
});
const pairs = Number(values.pairs);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);

export interface Told {
  readonly pairs: number;
  readonly crossed: number;
  readonly seen: readonly string[];
}

if (values.apart) await runAsChild();
else await runAll();

async function runAsChild(): Promise<void> {
  if (values.without !== undefined) takeAway(values.without as LayerName);
  // Only now: what it loads may be changed.
  const { runPairs } = await import('./run-pairs.ts');
  const told = await runPairs(pairs, seed);
  await new Promise((resolve) => process.send?.(told, undefined, undefined, resolve));
  process.exit(0);
}

async function runAll(): Promise<void> {
  console.log(`seed ${seed}`);
  const rows: { name: string; passed: boolean; told: string }[] = [];
  const whole = await runApart(undefined);
  rows.push({
    name: 'nothing crosses',
    passed: whole.crossed === 0,
    told: `${whole.pairs.toLocaleString('en-US')} pairs, ${whole.crossed} crossed`,
  });
  for (const text of whole.seen) console.log(text);
  for (const name of values.prove ? (Object.keys(LAYERS) as LayerName[]) : []) {
    const { crossed, seen } = await runApart(name);
    rows.push({
      name: `without ${name} (${LAYERS[name].what})`,
      passed: crossed > 0,
      told: crossed > 0 ? `seen: ${seen[0]?.slice(0, 120)}` : 'NOT SEEN',
    });
  }
  for (const { name, passed, told } of rows) console.log(`${passed ? '✓' : '✗'} ${name}: ${told}`);
  const failed = rows.filter(({ passed }) => !passed).length;
  console.log(`\n${rows.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function runApart(without: LayerName | undefined): Promise<Told> {
  const args = ['--apart', '--pairs', String(pairs), '--seed', String(seed)];
  if (without !== undefined) args.push('--without', without);
  const child = fork(import.meta.filename, args, { execArgv: ['--no-warnings'], silent: true });
  return new Promise((resolve, reject) => {
    let told: Told | undefined;
    child.stdout?.resume(); // its log of requests
    child.stderr?.on('data', (text) => process.stderr.write(text));
    child.on('message', (message: Told) => {
      told = message;
    });
    child.once('exit', (code) =>
      told === undefined ? reject(new Error(`the process ended with ${code}`)) : resolve(told),
    );
  });
}
