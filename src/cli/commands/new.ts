import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { FeaturegraphError } from '../../core/errors.ts';
import { type CommonOptions, configOf, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { paint, print, printJson } from '../output.ts';

/** `featuregraph new domain <name>`: an SDL file to begin with, which passes `check`. */
export function addNew(program: Command): void {
  const parent = program
    .command('new')
    .summary('begin something')
    .description('Writes a file to begin with.');
  withConfig(parent.command('domain'))
    .argument('<name>', 'name of the domain: lower-case letters, digits and dashes')
    .option('--entity <name>', 'the entity it describes (default: from the name)')
    .option('--code', 'a file for transforms and resolvers beside it')
    .summary('a new domain')
    .description('Writes an SDL file with one entity, one view and one feature, which passes `check`.')
    .addHelpText(
      'after',
      examples(
        ['new domain driver', 'schema/driver.graphql with the entity Driver'],
        ['new domain payments --entity Payment --code', 'another entity, and a file for code'],
      ),
    )
    .action(newDomain);
}

interface NewDomainFlags extends CommonOptions {
  readonly entity?: string;
  readonly code?: boolean;
}

const DOMAIN_NAME = /^[a-z][a-z0-9-]{0,62}$/;
const ENTITY_NAME = /^[A-Z][A-Za-z0-9]{0,62}$/;

async function newDomain(name: string, flags: NewDomainFlags): Promise<void> {
  if (!DOMAIN_NAME.test(name))
    throw wrong(`Expected a domain's name of lower-case letters, digits and dashes, got "${name}".`);
  const entity =
    flags.entity ??
    name
      .split('-')
      .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
      .join('');
  if (!ENTITY_NAME.test(entity)) throw wrong(`Expected an entity's name in PascalCase, got "${entity}".`);
  const { schemaFolder } = await configOf(flags);
  const files = new Map([[path.join(schemaFolder, `${name}.graphql`), domainSdl(name, entity)]]);
  if (flags.code === true) files.set(path.join(schemaFolder, `${name}.js`), DOMAIN_CODE);
  for (const file of files.keys())
    if (existsSync(file)) throw wrong(`${file} is there already. Choose another name, or edit it.`);
  mkdirSync(schemaFolder, { recursive: true });
  for (const [file, text] of files) writeFileSync(file, text, { flag: 'wx' });
  if (flags.json === true) {
    printJson({ ok: true, files: [...files.keys()] });
    return;
  }
  for (const file of files.keys()) print(`${paint.good('✓')} Wrote ${file}`);
  const { key, view, field } = namesOf(name, entity);
  print(
    `\nNext:\n  npx featuregraph check\n  echo '{"${key}": "1", "${field}": 1, "eventTime": "${EXAMPLE_TIME}"}' > rows.ndjson\n  npx featuregraph push ${view} rows.ndjson\n  npx featuregraph dev`,
  );
}

/** Any moment that is past on every clock. */
const EXAMPLE_TIME = '2013-01-01T00:00:00Z';

function namesOf(domain: string, entity: string) {
  const camel = entity.charAt(0).toLowerCase() + entity.slice(1);
  return { key: `${camel}Id`, camel, view: `${domain.replaceAll('-', '_')}_facts`, field: 'score' };
}

function domainSdl(domain: string, entity: string): string {
  const { key, camel, view, field } = namesOf(domain, entity);
  return `"What this domain describes; say it in a sentence."
type ${entity} @key(fields: "${key}") @tag(name: "owner/${domain}") @view(name: "${view}") {
  ${key}: ID!

  "What it is, and its unit."
  ${field}: Float @feature(view: "${view}")
}

type Query {
  ${camel}(${key}: ID!): ${entity} @lookup
  "In the order asked."
  ${camel}List(${key}s: [ID!]!): [${entity}!] @lookup(maxKeys: 1000)
}
`;
}

const DOMAIN_CODE = `/** What @onDemand(transform:) may name: pure functions of features and arguments. */
export const transforms = {};

/** Type → field → resolver, for fields that are served by code of your own. */
export const resolvers = {};
`;

function wrong(message: string): FeaturegraphError {
  return new FeaturegraphError('BAD_REQUEST', message);
}
