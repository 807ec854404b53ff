/**
 * Types for the clients in this repository, from the graph that clients see. `node codegen.ts` writes them, and
 * `node codegen.ts --check` says whether what is committed is what would be written.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CodegenConfig, generate } from '@graphql-codegen/cli';
import { printSchema } from 'graphql';
import { composeSupergraph } from './gateway/compose.ts';
import { loadRegistry } from './src/workspace.ts';

const ROOT = import.meta.dirname;
const CLIENT = 'examples/delay-client';
const SCHEMA_FILE = `${CLIENT}/schema.graphql`;

const config: CodegenConfig = {
  cwd: ROOT,
  silent: true,
  schema: SCHEMA_FILE,
  documents: [`${CLIENT}/operations/*.graphql`],
  emitLegacyCommonJSImports: false,
  importExtension: '.ts',
  generates: {
    [`${CLIENT}/generated/`]: {
      preset: 'client',
      presetConfig: { fragmentMasking: false, persistedDocuments: true },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        arrayInputCoercion: false,
        // What the platform's scalars are in JSON. An unknown one would be `any`, and `any` checks nothing.
        strictScalars: true,
        scalars: {
          ID: 'string',
          BigInt: 'string',
          Byte: 'string',
          DateTime: 'string',
          Decimal: 'string',
          JSON: 'unknown',
          UUID: 'string',
          Vector: 'number[]',
        },
      },
    },
  },
};

export default config;

if (import.meta.main) await run(process.argv.includes('--check'));

async function run(check: boolean): Promise<void> {
  const stale: string[] = [];
  const put = (file: string, content: string): void => {
    const target = path.resolve(ROOT, file);
    if (readOrNull(target) === content) return;
    stale.push(path.relative(ROOT, target));
    if (check) return;
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
  };
  const schema = await printApiSchema();
  put(SCHEMA_FILE, schema);
  for (const { filename, content } of await generate({ ...config, schema }, false)) put(filename, content);
  if (stale.length === 0) return;
  for (const file of stale) process.stdout.write(check ? `${file} is not current\n` : `wrote ${file}\n`);
  if (!check) return;
  process.stdout.write('Run `node codegen.ts` and commit what it writes.\n');
  process.exitCode = 1;
}

/** The schema without what only the gateway sees, as clients get it by introspection. */
async function printApiSchema(): Promise<string> {
  const { registry } = await loadRegistry(path.join(ROOT, 'schema'));
  const composition = composeSupergraph(
    registry.domains.map(({ name, federatedSdl }) => ({
      name,
      url: `in-process:${name}`,
      sdl: federatedSdl,
    })),
  );
  if (!composition.ok) throw new Error(composition.problems.map(({ message }) => message).join('\n'));
  return `${printSchema(composition.supergraph.apiSchema)}\n`;
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
