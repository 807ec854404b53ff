import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Runs the TypeScript compiler of this repository over files, outside of the repository. */
export const REPOSITORY = path.resolve(import.meta.dirname, '../..');

export interface TypeProblem {
  readonly file: string;
  readonly line: number;
  readonly code: string;
}

/** @param texts name → text, written to a folder of their own. @param options over those of tsconfig.json. */
export function runTsc(
  texts: Readonly<Record<string, string>>,
  options: Readonly<Record<string, unknown>> = {},
  files: readonly string[] = [],
): { readonly problems: TypeProblem[]; readonly output: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-types-'));
  for (const [name, text] of Object.entries(texts)) writeFileSync(path.join(folder, name), text);
  const config = {
    extends: path.join(REPOSITORY, 'tsconfig.json'),
    compilerOptions: { typeRoots: [path.join(REPOSITORY, 'node_modules', '@types')], ...options },
    include: [],
    files: [...files, ...Object.keys(texts).map((name) => path.join(folder, name))],
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = path.join(REPOSITORY, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  const problems = [...stdout.matchAll(/^(.*?)(?:\((\d+),\d+\))?: error (TS\d+):/gm)].map(
    ([, file, line, code]) => ({
      file: path.basename(file as string),
      line: Number(line),
      code: code as string,
    }),
  );
  return { problems, output: stdout };
}
