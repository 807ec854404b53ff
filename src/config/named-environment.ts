/**
 * Variables of what the configuration file has by name, stores and subgraphs: where they are and how to enter differs
 * from one environment to the next, and the file stays the same.
 */
interface NamedField {
  readonly key: string;
  readonly read?: (text: string) => unknown;
}

/** Group → key of the configuration, and field → key in it. `STORE_HOT_NODES` is `stores.hot.nodes`. */
export const NAMED_VARIABLES: Readonly<
  Record<string, { readonly key: string; readonly fields: Readonly<Record<string, NamedField>> }>
> = {
  STORE: {
    key: 'stores',
    fields: {
      NODES: { key: 'nodes', read: readNodes },
      REPLICAS: { key: 'replicas', read: readNodes },
      USERNAME: { key: 'username' },
      PASSWORD_FILE: { key: 'passwordFile' },
      LOCAL_DATA_CENTER: { key: 'localDataCenter' },
      KEYSPACE: { key: 'keyspace' },
      DIALECT: { key: 'dialect' },
    },
  },
  SUBGRAPH: { key: 'subgraphs', fields: { URL: { key: 'url' } } },
};

export interface NamedValue {
  /** `['stores', 'hot', 'nodes']` */
  readonly path: readonly [string, string, string];
  readonly value: unknown;
}

/**
 * @param short a variable's name without the prefix. @param file what the configuration file says.
 * @returns `undefined` when it is none of these; a text when it is one and nothing in the file has that name.
 */
export function readNamedVariable(
  short: string,
  text: string,
  file: Readonly<Record<string, unknown>>,
): NamedValue | string | undefined {
  for (const [group, { key, fields }] of Object.entries(NAMED_VARIABLES)) {
    for (const [ending, field] of Object.entries(fields)) {
      const match = new RegExp(`^${group}_(.+)_${ending}$`).exec(short);
      if (match === null) continue;
      const names = Object.keys((file[key] as object | undefined) ?? {});
      const name = names.find((one) => variablePart(one) === match[1]);
      if (name !== undefined) return { path: [key, name, field.key], value: field.read?.(text) ?? text };
      if (names.length === 0)
        return `names nothing: the configuration file has no ${key}; add it there first`;
      const known = names.map((one) => `${group}_${variablePart(one)}_${ending}`);
      return `${key} of the configuration file has no such name; expected one of ${known.join(', ')}`;
    }
  }
  return undefined;
}

/** Every variable, without the prefix, that what the file names may have. */
export function namedVariables(file: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(NAMED_VARIABLES).flatMap(([group, { key, fields }]) =>
    Object.keys((file[key] as object | undefined) ?? {}).flatMap((name) =>
      Object.keys(fields).map((ending) => `${group}_${variablePart(name)}_${ending}`),
    ),
  );
}

/** `warm-eu` is `WARM_EU`. */
function variablePart(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}

/** `host:port`, several apart by commas, an IPv6 address in brackets. What reads otherwise stays text, and is told. */
function readNodes(text: string): unknown {
  const nodes = text.split(',').map((part) => /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(part.trim()));
  if (nodes.includes(null)) return text;
  return nodes.map((match) => ({ host: match?.[1] ?? match?.[2], port: Number(match?.[3]) }));
}
