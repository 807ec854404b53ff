/** Makes one mistake after the other in a copy of the sources, and lets the oracle look for it there. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** What the oracle is made of. */
const COPIED = ['src', 'gateway', 'schema', 'examples', 'test', 'package.json'];
const ORACLE = path.relative(ROOT, fileURLToPath(new URL('./look-for-differences.ts', import.meta.url)));
const ORACLE_MAX_MS = 300_000;
/** Where the mistake makes the program end, it is of no use: it would be seen without any oracle. */
const NO_PROGRAM = /SyntaxError|ERR_INVALID_TYPESCRIPT_SYNTAX|ERR_MODULE_NOT_FOUND/;

export interface Tried {
  readonly mutant: Mutant;
  /** GONE: there is no such place. */
  readonly outcome: 'CAUGHT' | 'SURVIVED' | 'GONE' | 'NO_PROGRAM';
  /** By what it was caught. */
  readonly by: string;
  readonly seconds: number;
}

/**
 * @param isProven whether it is known already that the oracle finds nothing where there is nothing.
 * @throws Error when it does.
 */
export async function tryMutants(
  mutants: readonly Mutant[],
  { isProven = false, onTried = () => {} }: { isProven?: boolean; onTried?: (tried: Tried) => void } = {},
): Promise<Tried[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'featuregraph-mutants-'));
  try {
    for (const name of COPIED) await cp(path.join(ROOT, name), path.join(folder, name), { recursive: true });
    await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    if (!isProven) await proveOracle(folder);
    const tried: Tried[] = [];
    for (const mutant of mutants) {
      const one = await tryOne(folder, mutant);
      onTried(one);
      tried.push(one);
    }
    return tried;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function proveOracle(folder: string): Promise<void> {
  const { exitCode, output } = await runOracle(folder);
  if (exitCode !== 0) throw new Error(`The oracle finds something where nothing is wrong: ${output}`);
}

async function tryOne(folder: string, mutant: Mutant): Promise<Tried> {
  const file = path.join(folder, mutant.file);
  const text = await readFile(file, 'utf8');
  if (text.split(mutant.from).length !== 2)
    return { mutant, outcome: 'GONE', by: `${mutant.file} does not have it once`, seconds: 0 };
  await writeFile(
    file,
    text.replace(mutant.from, () => mutant.to),
  );
  const startedMs = performance.now();
  const { exitCode, output } = await runOracle(folder);
  await writeFile(file, text);
  const seconds = (performance.now() - startedMs) / 1000;
  if (exitCode === 0) return { mutant, outcome: 'SURVIVED', by: '', seconds };
  const by = /(\w*Error.*)/.exec(output)?.[1] ?? output.trim().split('\n').at(-1) ?? '';
  return { mutant, outcome: NO_PROGRAM.test(output) ? 'NO_PROGRAM' : 'CAUGHT', by, seconds };
}

function runOracle(folder: string): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(folder, ORACLE)], {
      ...{ cwd: folder, timeout: ORACLE_MAX_MS, killSignal: 'SIGKILL' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, output }));
  });
}
