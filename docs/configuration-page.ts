import { z } from 'zod';
import { ENVIRONMENT, PREFIX, SECRETS } from '../src/config/environment.ts';
import { NAMED_VARIABLES } from '../src/config/named-environment.ts';
import { configShape } from '../src/config.ts';
import { table } from './markdown.ts';

/** Every key of the configuration, from the schema that checks it. */
export function configurationPage(): string {
  const schema = z.toJSONSchema(configShape, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const variables = new Map(Object.entries(ENVIRONMENT).map(([name, [key]]) => [key, PREFIX + name]));
  for (const [group, { key, fields }] of Object.entries(NAMED_VARIABLES))
    for (const [ending, field] of Object.entries(fields))
      variables.set(`${key}.<name>.${field.key}`, `${PREFIX}${group}_<NAME>_${ending}`);
  const rows = keysOf(schema).map(({ key, node }) => [
    `\`${key}\``,
    typeOf(node),
    node.default === undefined ? '' : `\`${JSON.stringify(node.default)}\``,
    variables.has(key) ? `\`${variables.get(key)}\`` : '',
    node.description ?? '',
  ]);
  const secrets = Object.keys(SECRETS).map((name) => `\`${PREFIX}${name}\``);
  return `# Configuration

\`featuregraph.config.ts\` in the working folder, or the file named by \`--config\`:

\`\`\`ts featuregraph.config.ts
import { defineConfig } from 'featuregraph';

export default defineConfig({ schemaFolder: 'schema', port: 4000 });
\`\`\`

One with Redis and Cassandra stands in [tiers](../concepts/tiers.md), one of a whole deployment in
[\`deploy/featuregraph.config.ts\`](../../deploy/featuregraph.config.ts).

Later wins: default, file, environment, flag. Unknown keys and variables are errors; all problems are told at once, with the
name that is most likely meant.
Folders and files are meant from the configuration file's folder. Secrets come by file or by the environment
(${secrets.join(', ')}), never by flag.

Variables with \`<NAME>\` are about a store or subgraph that the file names, in capitals and with \`_\` for every other
character: \`${PREFIX}STORE_WARM_EU_NODES=10.0.0.1:9042,10.0.0.2:9042\` are the nodes of the store \`warm-eu\`.

${table(['key', 'type', 'default', 'environment', 'meaning'], rows)}
`;
}

interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The leaves; what is an object is told by its keys. */
function keysOf(schema: JsonSchema, prefix = ''): { key: string; node: JsonSchema }[] {
  const variants = schema.anyOf ?? schema.oneOf ?? [schema];
  return variants.flatMap((variant) => {
    const below = Object.entries(variant.properties ?? {});
    if (typeof variant.additionalProperties === 'object')
      below.push(['<name>', variant.additionalProperties]);
    return below.flatMap(([name, node]) => {
      const key = `${prefix}${name}`;
      const inner = keysOf(node, `${key}.`);
      return inner.length > 0 ? inner : [{ key, node }];
    });
  });
}

function typeOf(node: JsonSchema): string {
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.type === 'integer' && node.maximum !== undefined)
    return `integer, ${node.minimum ?? 0} to ${node.maximum}`;
  return node.type ?? '';
}
