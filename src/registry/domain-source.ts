import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mendOfImport } from '../core/mend-of-import.ts';
import { checkDomainCode } from './domain-code.ts';
import { platformDefinitions } from './platform-definitions.ts';
import type { DomainCode } from './registry.ts';
import type { SchemaProblem } from './schema-problem.ts';

/** What one team wrote: its SDL file and the code beside it. */
export interface DomainSource {
  /** The file's name without its ending: the subgraph's name. */
  readonly name: string;
  /** Path of the SDL file, as it is shown in messages. */
  readonly file: string;
  readonly sdl: string;
  readonly code: DomainCode;
  /** A published domain: its code is not here and not looked for, so nothing is said about it. Default false. */
  readonly codeIsElsewhere?: boolean;
  /** What was wrong while reading; told by `compileRegistry` together with everything else. */
  readonly problems?: readonly SchemaProblem[];
}

const SDL_ENDING = '.graphql';
const CODE_ENDINGS = ['.ts', '.mts', '.js', '.mjs'];
const DEFINITIONS_FILE_NAME = 'directives.graphql';

export interface LoadDomainOptions {
  /** Whether code beside the SDL that changed since it was loaded is loaded anew; default false. */
  readonly fresh?: boolean;
}

/**
 * Reads every domain of a folder: `*.graphql` save `directives.graphql`, each with the code beside it.
 *
 * @throws Error when the folder cannot be read. Mistakes inside the files are problems of the sources.
 */
export async function loadDomainSources(
  folder: string,
  options: LoadDomainOptions = {},
): Promise<DomainSource[]> {
  const names = (await readFolder(folder))
    .filter((name) => name.endsWith(SDL_ENDING) && name !== DEFINITIONS_FILE_NAME)
    .map((name) => basename(name, SDL_ENDING))
    .sort();
  const sources = await Promise.all(
    names.map((name) => loadDomainSource(folder, name, options.fresh === true)),
  );
  const first = sources[0];
  const copyProblem = await checkDefinitionsCopy(folder);
  if (copyProblem !== undefined && first !== undefined) {
    sources[0] = { ...first, problems: [...(first.problems ?? []), copyProblem] };
  }
  return sources;
}

async function readFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new Error(
      `Expected a folder with one .graphql file per domain at ${resolve(folder)}, but it cannot be read (${reason}). ` +
        'Make one by `featuregraph new domain <name>`, or name another folder by --schema-folder.',
      { cause },
    );
  }
}

async function loadDomainSource(folder: string, name: string, fresh: boolean): Promise<DomainSource> {
  const file = join(folder, `${name}${SDL_ENDING}`);
  const sdl = await readFile(file, 'utf8');
  const codeFile = CODE_ENDINGS.map((ending) => join(folder, `${name}${ending}`)).find(existsSync);
  if (codeFile === undefined) return { name, file, sdl, code: {} };
  try {
    const exported: unknown = await import(codeAddress(codeFile, fresh));
    const { code, problems } = checkDomainCode(name, codeFile, exported as Record<string, unknown>);
    return { name, file, sdl, code, problems };
  } catch (error) {
    const problem: SchemaProblem = {
      rule: 'domain-code',
      domain: name,
      file: codeFile,
      line: 0,
      column: 0,
      coordinate: '',
      message: `The code beside the SDL cannot be imported: ${error instanceof Error ? error.message : String(error)}`,
      mend:
        mendOfImport(error, process.version) ??
        `Run \`node ${codeFile}\` to see where it fails, and mend it.`,
    };
    return { name, file, sdl, code: {}, problems: [problem] };
  }
}

/** Node keeps a module under its address for ever: changed code needs another one. What it imports in turn stays. */
function codeAddress(codeFile: string, fresh: boolean): string {
  const url = pathToFileURL(resolve(codeFile));
  if (fresh) url.searchParams.set('changed', String(statSync(codeFile).mtimeMs));
  return url.href;
}

/** A folder may hold a copy of the platform's definitions for editors; one that differs would mislead. */
async function checkDefinitionsCopy(folder: string): Promise<SchemaProblem | undefined> {
  const file = join(folder, DEFINITIONS_FILE_NAME);
  if (!existsSync(file)) return undefined;
  const text = await readFile(file, 'utf8');
  if (text.replaceAll('\r\n', '\n').trim() === platformDefinitions.text.replaceAll('\r\n', '\n').trim())
    return undefined;
  return {
    rule: 'platform-definitions',
    domain: '',
    file,
    line: 0,
    column: 0,
    coordinate: '',
    message: 'This copy of the platform definitions differs from the one that ships with featuregraph.',
    mend: 'Delete the file (it is added by itself), or copy it anew from the package.',
  };
}
