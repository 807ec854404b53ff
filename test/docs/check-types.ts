import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** The types of the code on a page, as an editor in the reader's project sees them. */
const ROOT = path.resolve(import.meta.dirname, '../..');

/** @returns the compiler's complaints; empty when there are none. */
export async function checkTypes(folder: string, files: readonly string[]): Promise<string> {
  const config = {
    extends: path.join(ROOT, 'tsconfig.json'),
    compilerOptions: { typeRoots: [path.join(ROOT, 'node_modules/@types')] },
    include: [],
    files: [...new Set(files)],
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const child = spawn(process.execPath, [tsc, '-p', folder, '--pretty', 'false']);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  await once(child, 'close');
  return output.trim();
}
