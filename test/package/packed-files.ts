import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Node, parse } from 'acorn';

/** What the programs of an installed package import, found by a parser of JavaScript. */
export interface Imports {
  /** Files that a program reaches, from the package's folder. */
  readonly files: ReadonlySet<string>;
  /** npm packages that these import. */
  readonly packages: ReadonlySet<string>;
}

/** @throws Error when a file is imported that the package does not have. */
export function importsOf(folder: string, programs: readonly string[]): Imports {
  const files = new Set(programs.map((program) => path.normalize(program)));
  const packages = new Set<string>();
  for (const file of files) {
    if (file.endsWith('.json')) continue;
    for (const specifier of specifiersOf(readFileSync(path.join(folder, file), 'utf8'))) {
      if (specifier.startsWith('.')) {
        const target = path.join(path.dirname(file), specifier);
        if (!existsSync(path.join(folder, target)))
          throw new Error(`${file} imports ${specifier}, which is missing.`);
        files.add(target);
      } else if (!specifier.startsWith('node:')) packages.add(packageOf(specifier));
    }
  }
  return { files, packages };
}

export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function specifiersOf(text: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) visit(item);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const { type, source } = node as Node & { readonly source?: { readonly value?: unknown } | null };
    if (/^(?:Import|Export)/.test(type ?? '') && typeof source?.value === 'string') found.push(source.value);
    for (const part of Object.values(node)) visit(part);
  };
  visit(parse(text, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true }));
  return found;
}
